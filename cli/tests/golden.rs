//! Runs the command as a person would, a file under `cmd` for each behaviour: output, errors and exit status.
//!
//! `TRYCMD=overwrite cargo test -p kms-verify-cli` writes the files anew, to be read before they are believed.

#[test]
fn the_command_behaves_as_written_down() {
    trycmd::TestCases::new()
        // The terminal of whoever runs the tests must not change what they see.
        .env("COLUMNS", "100")
        .case("tests/cmd/*.toml");
}
