//! Lines of a manifest are parsed strictly, and no line affects or delays another.

use super::*;

#[track_caller]
fn assert_rejected(ran: &Ran, expected: &str) {
    ran.assert(254, "0 valid, 0 not valid, 1 could not be verified");
    let message = ran.results()[0]["Message"].as_str().unwrap().to_owned();
    assert!(message.contains(expected), "{message}");
}

#[test]
fn null_is_rejected() {
    let directory = directory("null");
    let fields = [
        "Id",
        "KeyId",
        "PublicKeyFile",
        "SigningAlgorithm",
        "MessageType",
        "Message",
        "MessageFile",
        "Signature",
        "SignatureFile",
        "GrantTokens",
    ];
    for field in fields {
        let ran = batch(&directory, &[with(genuine("a"), field, Value::Null)]);
        assert_rejected(&ran, "invalid type: null");
    }
}

#[test]
fn a_field_twice_or_unknown_or_of_another_type_is_an_error() {
    let directory = directory("strict");
    let path = directory.join("manifest.jsonl");
    let line = genuine("a").to_string();
    let inside = line.strip_prefix('{').unwrap();
    for (text, expected) in [
        (format!("{{\"KeyId\":\"{ARN}\",{inside}"), "duplicate field `KeyId`"),
        // Names are compared after decoding.
        (
            format!("{{\"Key\\u0049d\":\"{ARN}\",{inside}"),
            "duplicate field `KeyId`",
        ),
        (
            format!("{{\"GrantTokens\":[],\"GrantTokens\":[],{inside}"),
            "duplicate field `GrantTokens`",
        ),
        (format!("{{\"keyid\":\"{ARN}\",{inside}"), "unknown field `keyid`"),
        (format!("{{\"Nonsense\":null,{inside}"), "unknown field `Nonsense`"),
        (format!("{{\"MessageType\":[],{inside}"), "invalid type: sequence"),
        (format!("{{\"GrantTokens\":[null],{inside}"), "invalid type: null"),
        (format!("{line} {line}"), "trailing characters"),
        // An array of the values of the fields.
        (
            format!(
                "[\"a\",\"{ARN}\",null,\"ECDSA_SHA_256\",null,{},null,{},null,null]",
                genuine("")["Message"],
                genuine("")["Signature"]
            ),
            "not a JSON object",
        ),
    ] {
        fs::write(&path, text).unwrap();
        let ran = run(kms_verify().arg("batch").arg(&path).args(["--key-ring", RING]));
        assert_rejected(&ran, expected);
    }
}

/// Endless and blocking sources are not read, whichever field names them.
#[test]
fn endless_and_blocking_sources_do_not_delay_the_batch() {
    let directory = directory("endless");
    fifo(&directory.join("fifo"));
    sparse(&directory.join("long"), 1 << 42);
    fs::create_dir(directory.join("directory")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", directory.join("link")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(directory.join("socket")).unwrap();
    let sources = [
        "/dev/zero",
        "/dev/urandom",
        "/dev/tty",
        "fifo",
        "long",
        "link",
        "socket",
        "directory",
        "/proc/self/mem",
        "/proc/version",
    ];
    let mut lines = Vec::new();
    for source in sources {
        for message_type in ["RAW", "DIGEST"] {
            let line = with(without(genuine("bad"), "Message"), "MessageFile", json!(source));
            lines.push(with(line, "MessageType", json!(message_type)));
        }
        lines.push(with(
            without(genuine("bad"), "Signature"),
            "SignatureFile",
            json!(source),
        ));
        lines.push(genuine("good"));
    }
    let ran = batch(&directory, &lines);
    ran.assert(254, "10 valid, 0 not valid, 30 could not be verified");
    for (line, result) in lines.iter().zip(ran.results()) {
        let valid = if line["Id"] == "good" {
            Value::Bool(true)
        } else {
            Value::Null
        };
        assert_eq!(
            (&result["Id"], &result["SignatureValid"]),
            (&line["Id"], &valid),
            "{line} {result}"
        );
    }

    // Keys, without a ring.
    let path = directory.join("keys.jsonl");
    let lines = sources.map(|source| with(without(genuine("bad"), "KeyId"), "PublicKeyFile", json!(source)));
    fs::write(&path, manifest(&lines)).unwrap();
    run(kms_verify().arg("batch").arg(path)).assert(254, "0 valid, 0 not valid, 10 could not be verified");
}

#[test]
fn a_message_that_is_too_long_for_a_batch_is_rejected_with_advice() {
    let directory = directory("too-long");
    sparse(&directory.join("long"), 16 * 1024 * 1024 * 1024 + 1);
    let ran = batch(
        &directory,
        &[with(without(genuine("a"), "Message"), "MessageFile", json!("long"))],
    );
    assert_rejected(&ran, "has more than 16 GiB; pass its digest as DIGEST");
}

/// Files that take seconds to hash, on all cores: Ctrl-C still takes effect at once.
#[test]
fn long_messages_do_not_delay_an_interrupt() {
    let directory = directory("interrupt");
    sparse(&directory.join("long"), 16 * 1024 * 1024 * 1024);
    let line = with(without(genuine("a"), "Message"), "MessageFile", json!("long"));
    let path = directory.join("manifest.jsonl");
    fs::write(&path, manifest(&vec![line; 64])).unwrap();
    let child = kms_verify()
        .arg("batch")
        .arg(&path)
        .args(["--key-ring", RING])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(300));
    assert!(
        Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status()
            .unwrap()
            .success()
    );
    let started = Instant::now();
    finish(child).assert(130, "interrupted");
    assert!(started.elapsed() < Duration::from_secs(5));
}
