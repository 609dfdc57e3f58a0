//! `--resume` continues only results of the same manifest.

use super::*;

struct Batch {
    directory: PathBuf,
    manifest: PathBuf,
    results: PathBuf,
}

impl Batch {
    fn new(name: &str) -> Self {
        let directory = directory(name);
        Self {
            manifest: directory.join("manifest.jsonl"),
            results: directory.join("results.jsonl"),
            directory,
        }
    }

    fn command(&self, ring: Option<&Path>) -> Command {
        let mut command = kms_verify();
        command
            .arg("batch")
            .arg(&self.manifest)
            .arg("--resume")
            .arg(&self.results);
        if let Some(ring) = ring {
            command.arg("--key-ring").arg(ring);
        }
        command
    }

    #[track_caller]
    fn run(&self, text: &str) -> Ran {
        fs::write(&self.manifest, text).unwrap();
        run(&mut self.command(Some(Path::new(RING))))
    }

    #[track_caller]
    fn assert_not_continued(&self, ran: &Ran, results: &str, expected: &str) {
        ran.assert(252, expected);
        assert_eq!(fs::read_to_string(&self.results).unwrap(), results, "changed");
    }
}

fn four() -> Vec<Value> {
    ["a", "b", "c", "d"].map(genuine).to_vec()
}

#[test]
fn results_of_another_manifest_are_rejected() {
    let batch = Batch::new("resume-other");
    let text = manifest(&four());
    batch.run(&text).assert(0, "4 valid");
    let results = fs::read_to_string(&batch.results).unwrap();
    batch.run(&text).assert(0, "4 valid");
    assert_eq!(fs::read_to_string(&batch.results).unwrap(), results);

    let lines = four();
    let changed = |at: usize, line: Value| {
        let mut lines = lines.clone();
        lines[at] = line;
        manifest(&lines)
    };
    let line_differs = |number: usize| format!("line {number} or a line before it differs");
    for (other, expected) in [
        (manifest(&["a", "b", "c", "d"].map(forged)), line_differs(1)),
        (changed(0, forged("a")), line_differs(1)),
        (changed(3, forged("d")), line_differs(4)),
        // One bit of a message; one space.
        (
            changed(2, with(genuine("c"), "Message", json!("AAAA"))),
            line_differs(3),
        ),
        (text.replacen("\"Id\":\"b\"", "\"Id\": \"b\"", 1), line_differs(2)),
        // Removed, added or swapped lines, including blank ones.
        (
            manifest(&[genuine("b"), genuine("a"), genuine("c"), genuine("d")]),
            line_differs(1),
        ),
        (manifest(&lines[1..]), line_differs(1)),
        (format!("\n{text}"), line_differs(2)),
        (text.replacen('\n', "\n\n", 1), line_differs(3)),
        (
            manifest(&lines[..3]),
            "a result for line 4, but the manifest ends after line 3".to_owned(),
        ),
        (
            String::new(),
            "a result for line 1, but the manifest ends after line 0".to_owned(),
        ),
    ] {
        batch.assert_not_continued(&batch.run(&other), &results, &expected);
    }
    // Appended lines are verified.
    batch
        .run(&format!("{text}{}", manifest(&[forged("e")])))
        .assert(254, "4 valid, 1 not valid");
}

#[test]
fn altered_results_are_rejected() {
    let batch = Batch::new("resume-altered");
    let text = manifest(&[genuine("a"), forged("b"), genuine("c"), genuine("d")]);
    batch.run(&text).assert(254, "3 valid, 1 not valid");
    let results = fs::read_to_string(&batch.results).unwrap();
    let lines: Vec<&str> = results.split_inclusive('\n').collect();
    let binding = |line: &str| line[line.find(",\"Binding\"").unwrap()..].to_owned();
    for (other, expected) in [
        (
            results.replace("\"SignatureValid\":false", "\"SignatureValid\":true"),
            "altered in the result of line 2",
        ),
        (
            results.replacen("\"Id\":\"a\"", "\"Id\":\"z\"", 1),
            "altered in the result of line 1",
        ),
        (results.replace(ARN, "arn:other"), "altered in the result of line 1"),
        // The invalid result is removed, duplicated or replaced.
        (
            [lines[0], lines[2], lines[3]].concat(),
            "line 2 or a line before it differs",
        ),
        ([lines[0], lines[0]].concat(), "line 2 or a line before it differs"),
        (lines[2..].concat(), "line 1 or a line before it differs"),
        (
            format!("{}{{\"Line\":2,\"SignatureValid\":true{}", lines[0], binding(lines[1])),
            "altered in the result of line 2",
        ),
        (
            format!("{}{{\"Line\":2,\"SignatureValid\":true{}", lines[0], binding(lines[0])),
            "line 2 or a line before it differs",
        ),
        // Written by hand, or by a version without bindings.
        (
            "{\"Line\":4,\"SignatureValid\":true}\n".to_owned(),
            "as written by an older version",
        ),
        (
            format!("{}{{\"Line\":2,\"SignatureValid\":true}}\n", lines[0]),
            "as written by an older version",
        ),
        (
            format!("{}{{\"Line\":2,\"SignatureValid\":true,\"Binding\":\"\"}}\n", lines[0]),
            "another version",
        ),
        (
            results.replace("\"Binding\":\"", "\"Binding\":\"0."),
            "was written by another version",
        ),
        (
            format!("{}\n{}", lines[0], lines[1]),
            "a line after the result of line 1 that is not a result of kms-verify batch",
        ),
        ("\u{feff}".to_owned(), "that is not a result"),
    ] {
        fs::write(&batch.results, &other).unwrap();
        batch.assert_not_continued(&batch.run(&text), &other, expected);
    }
}

#[test]
fn results_with_other_keys_or_of_another_directory_are_rejected() {
    let batch = Batch::new("resume-keys");
    let ring = batch.directory.join("ring");
    fs::create_dir(&ring).unwrap();
    fs::copy(format!("{RING}/mrk.json"), ring.join("a.json")).unwrap();
    fs::write(&batch.manifest, manifest(&four())).unwrap();
    let run_with_ring = |ring: Option<&Path>| run(&mut batch.command(ring));
    run_with_ring(Some(&ring)).assert(0, "4 valid");
    let results = fs::read_to_string(&batch.results).unwrap();
    let other_ring = "was made with another key ring";
    batch.assert_not_continued(&run_with_ring(None), &results, other_ring);
    batch.assert_not_continued(&run_with_ring(Some(Path::new(RING))), &results, other_ring);
    // The same keys elsewhere are the same ring; an additional or different key or name makes another ring.
    let copy = batch.directory.join("copy");
    fs::create_dir_all(copy.join("alias")).unwrap();
    fs::copy(format!("{RING}/mrk.json"), copy.join("b.json")).unwrap();
    run_with_ring(Some(&copy)).assert(0, "4 valid");
    fs::copy(format!("{RING}/mrk.json"), copy.join("alias/name.json")).unwrap();
    batch.assert_not_continued(&run_with_ring(Some(&copy)), &results, other_ring);
    let response =
        json!({"KeyId": ARN, "PublicKey": base64_of(&format!("{FOREIGN}/public_key.der")), "KeyUsage": "SIGN_VERIFY"});
    fs::write(ring.join("a.json"), response.to_string()).unwrap();
    batch.assert_not_continued(&run_with_ring(Some(&ring)), &results, other_ring);
    // Of a key that is known by the name of its file, the name alone is another ring.
    fs::copy(format!("{RING}/mrk.json"), ring.join("a.json")).unwrap();
    fs::copy(format!("{FOREIGN}/public_key.pem"), ring.join("old-name.pem")).unwrap();
    fs::remove_file(&batch.results).unwrap();
    run_with_ring(Some(&ring)).assert(0, "4 valid");
    let named = fs::read_to_string(&batch.results).unwrap();
    fs::rename(ring.join("old-name.pem"), ring.join("new-name.pem")).unwrap();
    batch.assert_not_continued(&run_with_ring(Some(&ring)), &named, other_ring);
    fs::remove_file(ring.join("new-name.pem")).unwrap();
    fs::write(&batch.results, &results).unwrap();

    // In another directory, the same lines name other files.
    let moved = directory("resume-keys-moved");
    let manifest_path = moved.join("manifest.jsonl");
    fs::copy(&batch.manifest, &manifest_path).unwrap();
    let ran = run(kms_verify()
        .arg("batch")
        .arg(&manifest_path)
        .arg("--resume")
        .arg(&batch.results)
        .arg("--key-ring")
        .arg(&ring));
    batch.assert_not_continued(&ran, &results, "belongs to a manifest in another directory");
    // The same manifest from standard input in its directory is accepted.
    run_with_ring(Some(&ring)).assert(0, "4 valid");
    let ran = run_with(
        kms_verify().current_dir(&batch.directory).args([
            "batch",
            "-",
            "--resume",
            "results.jsonl",
            "--key-ring",
            "ring",
        ]),
        manifest(&four()).as_bytes(),
    );
    ran.assert(0, "4 valid");
}

/// Includes blank lines, a line that is too long, and a last line without line end.
#[test]
fn results_truncated_anywhere_resume_to_the_same_results() {
    let batch = Batch::new("resume-cut");
    let long = format!("{{\"Message\": \"{}\"}}", "A".repeat(1024 * 1024));
    let text = format!(
        "\n{}  \n\n{}\nnot JSON\n{long}\n{}\n\n{}",
        genuine("a"),
        genuine("b"),
        forged("c"),
        genuine("d")
    );
    batch
        .run(&text)
        .assert(254, "3 valid, 1 not valid, 2 could not be verified");
    let results = fs::read_to_string(&batch.results).unwrap();
    assert_eq!(results.lines().count(), 6);
    let ends = results.match_indices('\n').map(|(at, _)| at);
    for length in (0..results.len()).step_by(41).chain(ends.flat_map(|at| [at, at + 1])) {
        fs::write(&batch.results, &results[..length]).unwrap();
        let ran = run(&mut batch.command(Some(Path::new(RING))));
        ran.assert(254, "3 valid, 1 not valid, 2 could not be verified");
        assert_eq!(fs::read_to_string(&batch.results).unwrap(), results, "cut at {length}");
    }
    // The results on standard output are the same.
    let ran = run(kms_verify()
        .arg("batch")
        .arg(&batch.manifest)
        .args(["--key-ring", RING]));
    assert_eq!(ran.stdout, results);
}

#[test]
fn two_runs_cannot_write_the_same_results() {
    let batch = Batch::new("resume-locked");
    batch.run(&manifest(&four())).assert(0, "4 valid");
    let results = File::options().write(true).open(&batch.results).unwrap();
    results.lock().unwrap();
    batch
        .run(&manifest(&four()))
        .assert(252, "is being written by another run");
    drop(results);
    batch.run(&manifest(&four())).assert(0, "4 valid");
}
