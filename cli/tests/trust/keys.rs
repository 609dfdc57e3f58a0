//! Only the caller chooses the trusted keys.

use super::*;

fn own_key(line: Value) -> Value {
    with(line, "PublicKeyFile", json!(format!("{FOREIGN}/public_key.pem")))
}

#[test]
fn key_source_confusion_a_line_cannot_bring_its_own_key_with_a_ring() {
    let directory = directory("own-key");
    let lines = [
        genuine("a"),
        own_key(forged("b")),
        own_key(without(forged("c"), "KeyId")),
        forged("d"),
    ];
    let assert = |ran: Ran| {
        ran.assert(254, "1 valid, 1 not valid, 2 could not be verified");
        let results = ran.results();
        for result in &results[1..3] {
            assert_eq!(
                (&result["SignatureValid"], &result["KeyId"]),
                (&Value::Null, &Value::Null)
            );
            assert!(
                result["Message"]
                    .as_str()
                    .unwrap()
                    .contains("PublicKeyFile is not accepted with a key ring")
            );
        }
        assert_eq!(results[3]["SignatureValid"], false);
    };
    assert(batch(&directory, &lines));
    // The same if the environment names the ring.
    let manifest = directory.join("manifest.jsonl");
    assert(run(kms_verify()
        .arg("batch")
        .arg(manifest)
        .env("KMS_VERIFY_KEY_RING", RING)));
}

#[test]
fn key_source_confusion_a_line_cannot_give_its_own_key_the_name_of_another() {
    let directory = directory("named-key");
    let path = directory.join("manifest.jsonl");
    // Also for a file that contains a key name, because the line chose the file.
    let response =
        json!({"KeyId": ARN, "PublicKey": base64_of(&format!("{FOREIGN}/public_key.der")), "KeyUsage": "SIGN_VERIFY"});
    fs::write(directory.join("key.json"), response.to_string()).unwrap();
    let lines = [
        own_key(forged("a")),
        own_key(without(forged("b"), "KeyId")),
        with(forged("c"), "PublicKeyFile", json!("key.json")),
        with(without(forged("d"), "KeyId"), "PublicKeyFile", json!("key.json")),
        own_key(with(forged("e"), "KeyId", json!("alias/trusted"))),
    ];
    fs::write(&path, manifest(&lines)).unwrap();
    let ran = run(kms_verify().arg("batch").arg(path));
    ran.assert(0, "5 valid");
    assert!(
        !ran.stdout.contains("arn:") && !ran.stdout.contains("trusted"),
        "{}",
        ran.stdout
    );
    for result in ran.results() {
        assert_eq!(result["KeyId"], Value::Null);
        assert_eq!(
            result["PublicKeyFingerprint"],
            "sha256:6e81ebc4d1efea84905a2c6b3b732b8eaa4aeb09885ad366ca954f6f6eeac928"
        );
    }
}

/// A key that other lines used under its right name gives no line a wrong one.
#[test]
fn a_line_cannot_contradict_the_name_in_its_key_file() {
    let directory = directory("contradiction");
    let path = directory.join("manifest.jsonl");
    let response =
        json!({"KeyId": ARN, "PublicKey": base64_of(&format!("{GENUINE}/public_key.der")), "KeyUsage": "SIGN_VERIFY"});
    fs::write(directory.join("key.json"), response.to_string()).unwrap();
    let named = |name: &str| {
        with(
            with(genuine("a"), "PublicKeyFile", json!("key.json")),
            "KeyId",
            json!(name),
        )
    };
    let mut lines = vec![named(ARN); 100];
    lines.push(named(&ARN.replace("111122223333", "999999999999")));
    fs::write(&path, manifest(&lines)).unwrap();
    let ran = run(kms_verify().arg("batch").arg(path));
    ran.assert(254, "100 valid, 0 not valid, 1 could not be verified");
    ran.assert(254, "is the public key of");
}

#[test]
fn an_unknown_key_is_not_named() {
    let directory = directory("not-found");
    let unknown = "arn:aws:kms:us-east-1:999999999999:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let ran = batch(&directory, &[with(forged("a"), "KeyId", json!(unknown))]);
    assert_eq!(ran.results()[0]["KeyId"], Value::Null);
}

/// A key ID that two keys of the ring share names neither of them.
#[test]
fn an_ambiguous_key_id_is_not_repeated_as_a_name() {
    let directory = directory("ambiguous");
    let id = "1234abcd-12ab-34cd-56ef-1234567890ab";
    let response = |account: &str, vector: &str| {
        json!({
            "KeyId": format!("arn:aws:kms:us-east-1:{account}:key/{id}"),
            "PublicKey": base64_of(&format!("{vector}/public_key.der")),
            "KeyUsage": "SIGN_VERIFY",
        })
    };
    let ring = [response("111122223333", GENUINE), response("999999999999", FOREIGN)];
    let (path, ring_path) = (directory.join("manifest.jsonl"), directory.join("ring.json"));
    fs::write(&ring_path, manifest(&ring)).unwrap();
    fs::write(&path, manifest(&[with(genuine("a"), "KeyId", json!(id))])).unwrap();
    let ran = run(kms_verify().arg("batch").arg(path).arg("--key-ring").arg(ring_path));
    ran.assert(254, "0 valid, 0 not valid, 1 could not be verified");
    assert_eq!(ran.results()[0]["KeyId"], Value::Null);
}

/// A multi-Region key is found by its ARN in any Region, but the result contains the ARN of the ring.
#[test]
fn a_result_has_the_name_of_the_key_in_the_ring() {
    let directory = directory("region");
    let elsewhere = ARN.replace("us-east-1", "forged-1");
    let id = ARN.rsplit_once('/').unwrap().1;
    let lines = [elsewhere.as_str(), ARN, id].map(|name| with(genuine("a"), "KeyId", json!(name)));
    let ran = batch(&directory, &lines);
    ran.assert(0, "3 valid");
    assert!(
        ran.results().iter().all(|result| result["KeyId"] == ARN),
        "{}",
        ran.stdout
    );
}

/// Two KMS keys have the same key material. An alias of one is never answered with the ARN of the other.
#[test]
fn an_alias_is_answered_with_the_arn_of_its_own_entry() {
    let directory = directory("alias");
    fs::create_dir(directory.join("alias")).unwrap();
    let text = fs::read_to_string(format!("{RING}/mrk.json")).unwrap();
    let partner = text.replace("111122223333", "000000000000");
    fs::write(directory.join("partner.json"), partner).unwrap();
    fs::write(directory.join("alias/payments.json"), text).unwrap();
    let answer = |name: &str| {
        let ran = run(kms_verify()
            .args([
                "verify",
                "--signing-algorithm",
                "ECDSA_SHA_256",
                "--key-id",
                name,
                "--key-ring",
            ])
            .arg(&directory)
            .args(["--message", &format!("fileb://{GENUINE}/message.bin")])
            .args(["--signature", &format!("fileb://{GENUINE}/signature.bin")]));
        assert_eq!(ran.status, Some(0), "{}", ran.stderr);
        serde_json::from_str::<Value>(&ran.stdout).unwrap()["KeyId"].clone()
    };
    assert_eq!(answer("alias/payments"), ARN);
    assert_eq!(answer("arn:aws:kms:us-east-1:111122223333:alias/payments"), ARN);
    assert_eq!(answer(ARN), ARN);
    // Both have this key ID, so neither is named.
    let id = ARN.rsplit_once('/').unwrap().1;
    assert_eq!(answer(id), id);
    fs::remove_file(directory.join("partner.json")).unwrap();
    assert_eq!(answer(id), ARN);
}

/// Lines find their keys without a linear search of the ring.
#[test]
fn a_large_ring_does_not_slow_down_lines() {
    let directory = directory("large-ring");
    let text = fs::read_to_string(format!("{RING}/mrk.json")).unwrap();
    let id = |number: usize| format!("{number:08}-12ab-34cd-56ef-1234567890ab");
    let ring: String = (0..10_000)
        .map(|number| text.replace("mrk-1234abcd12ab34cd56ef1234567890ab", &id(number)))
        .collect();
    fs::write(directory.join("ring.json"), ring).unwrap();
    let line = with(genuine("a"), "KeyId", json!(id(9999)));
    let path = directory.join("manifest.jsonl");
    let time = |lines: usize| {
        fs::write(&path, manifest(&vec![line.clone(); lines])).unwrap();
        let started = Instant::now();
        let ran = run(kms_verify()
            .arg("batch")
            .arg(&path)
            .arg("--key-ring")
            .arg(directory.join("ring.json")));
        ran.assert(0, "valid");
        assert!(ran.results()[0]["KeyId"].as_str().unwrap().starts_with("arn:"));
        started.elapsed()
    };
    // With a linear search, 4,000 lines would take 25 times as long as reading the ring.
    let (one, many) = (time(1), time(4000));
    assert!(many < 10 * one + Duration::from_secs(1), "{one:?} {many:?}");
}
