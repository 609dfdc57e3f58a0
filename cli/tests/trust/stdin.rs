//! Standard input has one reader, by whatever name it is opened.

use super::*;

/// Names of standard input, the last of them a link.
fn spellings(directory: &Path) -> Vec<String> {
    let link = directory.join("link");
    std::os::unix::fs::symlink("/proc/self/fd/0", &link).unwrap();
    let mut names: Vec<String> = [
        "/dev/stdin",
        "//dev/stdin",
        "/dev/./stdin",
        "/dev/fd/0",
        "/proc/self/fd/0",
        "/proc/thread-self/fd/0",
    ]
    .map(str::to_owned)
    .to_vec();
    names.push(link.to_str().unwrap().to_owned());
    names
}

#[test]
fn standard_input_is_read_only_once_by_any_name() {
    let directory = directory("stdin-twice");
    let names = spellings(&directory);
    let signature = fs::read(format!("{GENUINE}/signature.bin")).unwrap();
    let message = format!("fileb://{GENUINE}/message.bin");
    for command in ["verify", "explain"] {
        for name in &names {
            let run = |message: &str, signature_name: &str| {
                run_with(
                    with_key(kms_verify().arg(command)).args(["--message", message, "--signature", signature_name]),
                    &signature,
                )
            };
            // Reading it once is accepted.
            assert_eq!(run(&message, &format!("fileb://{name}")).status, Some(0), "{name}");
            let twice = "standard input can be read only once";
            run(&format!("fileb://{name}"), "-").assert(252, twice);
            run("-", &format!("fileb://{name}")).assert(252, twice);
            run(&format!("fileb://{name}"), &format!("file://{}", names[0])).assert(252, twice);
            run(name, "-").assert(252, twice);
            // The key is subject to the same rule.
            let ran = run_with(
                kms_verify()
                    .args([command, "--signing-algorithm", "ECDSA_SHA_256", "--public-key", name])
                    .args([
                        "--message",
                        "-",
                        "--signature",
                        &format!("fileb://{GENUINE}/signature.bin"),
                    ]),
                &fs::read(format!("{GENUINE}/public_key.pem")).unwrap(),
            );
            ran.assert(252, twice);
        }
    }
}

/// A file that is redirected to standard input cannot also be read by its own name, and a named pipe cannot be read
/// twice.
#[test]
fn inputs_that_can_be_read_once_are_identified_by_inode() {
    let directory = directory("stdin-file");
    let path = directory.join("message");
    fs::copy(format!("{GENUINE}/signature.bin"), &path).unwrap();
    let child = with_key(kms_verify().arg("verify"))
        .args(["--message", "-", "--signature", &format!("fileb://{}", path.display())])
        .stdin(File::open(&path).unwrap())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    finish(child).assert(252, "standard input can be read only once");

    let pipe = directory.join("pipe");
    fifo(&pipe);
    let name = format!("fileb://{}", pipe.display());
    let writer = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::write(pipe, "x")
    });
    // Once a writer has opened the pipe, a second reader could open it, too.
    let ran = run(with_key(kms_verify().arg("verify")).args(["--message", &name, "--signature", &name]));
    ran.assert(252, "is already read for another parameter");
    drop(writer.join());
}

/// A line of a manifest on standard input can neither consume the rest of the manifest nor read it as its own input.
#[test]
fn lines_of_a_manifest_cannot_read_standard_input() {
    let directory = directory("stdin-thief");
    let mut names = spellings(&directory);
    names.push("-".to_owned());
    let mut lines = Vec::new();
    for name in &names {
        lines.push(with(without(genuine("thief"), "Message"), "MessageFile", json!(name)));
        lines.push(with(
            without(genuine("thief"), "Signature"),
            "SignatureFile",
            json!(name),
        ));
        lines.push(genuine(&format!("after {name}")));
    }
    let thieves = 2 * names.len();
    lines.extend((0..2000).map(|number| genuine(&number.to_string())));
    lines.push(forged("last"));
    let text = manifest(&lines);
    let path = directory.join("manifest.jsonl");
    fs::write(&path, &text).unwrap();
    let summary = format!(
        "{} valid, 1 not valid, {thieves} could not be verified",
        lines.len() - thieves - 1
    );
    let command = || {
        let mut command = kms_verify();
        command.args(["batch", "-", "--key-ring", RING]);
        command
    };
    let from_file = command()
        .stdin(File::open(&path).unwrap())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    for ran in [run_with(&mut command(), text.as_bytes()), finish(from_file)] {
        ran.assert(254, &summary);
        let results = ran.results();
        assert_eq!(results.len(), lines.len());
        for (number, (line, result)) in lines.iter().zip(&results).enumerate() {
            assert_eq!(result["Line"], number + 1);
            assert_eq!(result["Id"], line["Id"]);
        }
    }

    // Without a ring, lines have keys of their own.
    let lines = [
        with(without(genuine("thief"), "KeyId"), "PublicKeyFile", json!("/dev/stdin")),
        genuine("b"),
    ];
    let ran = run_with(kms_verify().args(["batch", "-"]), manifest(&lines).as_bytes());
    ran.assert(254, "0 valid, 0 not valid, 2 could not be verified");
}

/// Lines name the manifest, as a file or on standard input, or the results.
#[test]
fn lines_cannot_read_the_manifest_or_the_results() {
    let directory = directory("stdin-manifest");
    let (path, results) = (directory.join("manifest.jsonl"), directory.join("results.jsonl"));
    let line_with = |path: &Path| {
        with(
            without(genuine("a"), "Message"),
            "MessageFile",
            json!(path.to_str().unwrap()),
        )
    };
    fs::write(&path, manifest(&[line_with(&path), line_with(&results), genuine("b")])).unwrap();
    let expected = "1 valid, 0 not valid, 2 could not be verified";
    let command = |name: &Path| {
        let mut command = kms_verify();
        command
            .arg("batch")
            .arg(name)
            .args(["--key-ring", RING, "--resume"])
            .arg(&results);
        command
    };
    run(&mut command(&path)).assert(254, expected);
    fs::write(&results, "").unwrap();
    let child = command(Path::new("-"))
        .stdin(File::open(&path).unwrap())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    finish(child).assert(254, expected);
    let results = fs::read_to_string(&results).unwrap();
    assert_eq!(
        results.matches("which lines of a manifest cannot read").count(),
        2,
        "{results}"
    );
}

/// Standard input is not the manifest here, but a file meant for something else.
#[test]
fn a_line_does_not_read_standard_input_beside_the_manifest() {
    let directory = directory("stdin-beside");
    let path = directory.join("manifest.jsonl");
    let line = with(without(genuine("a"), "Message"), "MessageFile", json!("/dev/stdin"));
    fs::write(&path, manifest(&[line, genuine("b")])).unwrap();
    let child = kms_verify()
        .arg("batch")
        .arg(&path)
        .args(["--key-ring", RING])
        .stdin(File::open(format!("{GENUINE}/message.bin")).unwrap())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    finish(child).assert(254, "1 valid, 0 not valid, 1 could not be verified");
}

#[test]
fn closed_standard_input_is_not_an_empty_message() {
    for message in ["-", "fileb:///dev/stdin", "/dev/fd/0", "file:///proc/self/fd/0"] {
        let command = format!(
            "exec \"$0\" verify --key-ring {RING} --key-id {ARN} --signing-algorithm ECDSA_SHA_256 --message {message} \
             --signature fileb://{GENUINE}/signature.bin <&-"
        );
        let ran = run(Command::new("sh").args(["-c", &command, env!("CARGO_BIN_EXE_kms-verify")]));
        ran.assert(255, "could not be read: standard input is closed");
    }
}
