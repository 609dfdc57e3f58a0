//! Golden tests: each file under `cmd` has a command line with its output, errors and exit status.
//!
//! `TRYCMD=overwrite cargo test -p kms-verify-cli --test golden` rewrites the files. Restore the `[..]` of each `Binding`
//! that it fills in, and review the difference before committing it.

#[test]
fn golden_files() {
    trycmd::TestCases::new()
        // Independent of the terminal in which the tests run.
        .env("COLUMNS", "100")
        // And of the settings of the AWS CLI of whoever runs them.
        .env("HOME", "/no-such-directory")
        .case("tests/cmd/*.toml");
}
