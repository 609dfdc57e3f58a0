//! Keys that are read again.

use std::fs;
use std::path::Path;

use axum::body::Body;
use axum::http::Request;
use kms_verify_server::protocol::Options;
use kms_verify_server::{Dropped, Keys, State};
use serde_json::json;

use crate::support::*;

async fn health(server: &Server) -> String {
    let request = Request::get("/healthz").body(Body::empty()).unwrap();
    server.send(request).await.text().trim_end().to_owned()
}

#[tokio::test]
async fn a_ring_is_replaced_whole_or_not_at_all() {
    let server = Server::new();
    let request = |id| verify(&rsa(), id);
    let new = "1234abcd-12ab-34cd-56ef-000000000001";
    assert_eq!(server.fail("Verify", request(new)).await.0, "NotFoundException");

    server
        .directory
        .add(&format!("{new}.json"), &response(&rsa(), &arn(new)));
    fs::remove_file(server.directory.0.join(format!("{RSA}.json"))).unwrap();
    server.state.keys().reload().unwrap();
    server.ask("Verify", request(new)).await;
    assert_eq!(server.fail("Verify", request(RSA)).await.0, "NotFoundException");
    assert_eq!(health(&server).await, r#"{"status":"ok","keys":4}"#);

    // One file that is not accepted, beside one that would be.
    server.directory.add("broken.json", "{");
    server
        .directory
        .add(&format!("{RSA}.json"), &response(&rsa(), &arn(RSA)));
    let error = server.state.keys().reload().unwrap_err().to_string();
    assert!(error.contains("broken.json"), "{error}");
    server.ask("Verify", request(new)).await;
    assert_eq!(server.fail("Verify", request(RSA)).await.0, "NotFoundException");
    assert_eq!(health(&server).await, r#"{"status":"degraded","keys":4}"#);

    fs::remove_file(server.directory.0.join("broken.json")).unwrap();
    server.state.keys().reload().unwrap();
    server.ask("Verify", request(RSA)).await;
    assert_eq!(health(&server).await, r#"{"status":"ok","keys":4}"#);
}

#[test]
fn changes_are_found_without_reading() {
    let directory = Directory::with_keys();
    let keys = Keys::open(&directory.0).unwrap();
    let expect = |what: &str, changed: Option<bool>| {
        let found = keys.reload_if_changed().map(|result| result.is_ok());
        assert_eq!(found, changed, "{what}");
        assert_eq!(
            keys.reload_if_changed().map(|result| result.is_ok()),
            None,
            "{what}, again"
        );
    };
    expect("nothing", None);
    directory.add("new.pem", &p256().pem);
    expect("a new file", Some(true));
    directory.add("new.pem", &rsa().pem);
    expect("another content", Some(true));
    directory.add("alias/new.pem", &rsa().pem);
    expect("a new alias", Some(true));
    fs::create_dir(directory.0.join("alias/deeper")).unwrap();
    expect("a new directory", Some(true));
    directory.add("alias/deeper/new.pem", &rsa().pem);
    expect("a new alias in it", Some(true));
    // In place, with the same length.
    let path = directory.0.join("alias/deeper/new.pem");
    let mut bytes = fs::read(&path).unwrap();
    bytes[40] ^= 1;
    fs::write(&path, &bytes).unwrap();
    expect("a key that is not one", Some(false));
    fs::remove_file(&path).unwrap();
    expect("its removal", Some(true));
}

/// As `cp -p` and archives do it.
#[cfg(unix)]
#[test]
fn a_file_with_the_length_and_the_time_of_the_one_before_is_a_change() {
    let directory = Directory::with_keys();
    let path = directory.0.join("key.pem");
    fs::write(&path, p256().pem).unwrap();
    let time = fs::metadata(&path).unwrap().modified().unwrap();
    let keys = Keys::open(&directory.0).unwrap();
    assert!(keys.reload_if_changed().is_none());
    let mut broken = p256().pem.into_bytes();
    broken[40] ^= 1;
    fs::write(&path, broken).unwrap();
    fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_modified(time)
        .unwrap();
    assert!(keys.reload_if_changed().unwrap().is_err());
}

/// As Kubernetes replaces a mounted ConfigMap: all files at once, by a link.
#[cfg(unix)]
#[test]
fn a_replaced_link_is_a_change() {
    use std::os::unix::fs::symlink;

    let directory = Directory::new();
    let version = |name: &str, key_id: &str| {
        let path = directory.0.join(name);
        fs::create_dir(&path).unwrap();
        fs::write(path.join("key.json"), response(&p256(), &arn(key_id))).unwrap();
    };
    version("..1", P256);
    symlink("..1", directory.0.join("..data")).unwrap();
    symlink("..data/key.json", directory.0.join("key.json")).unwrap();
    let keys = Keys::open(&directory.0).unwrap();
    assert!(keys.reload_if_changed().is_none());
    version("..2", RSA);
    symlink("..2", directory.0.join("..new")).unwrap();
    fs::rename(directory.0.join("..new"), directory.0.join("..data")).unwrap();
    assert!(keys.reload_if_changed().unwrap().is_ok());
}

async fn of_file(path: &Path) -> Server {
    let state = State::new(
        Keys::open(path).unwrap(),
        Options { message_limit: true },
        false,
        Dropped::default(),
    );
    Server {
        directory: Directory::new(),
        router: kms_verify_server::router(state.clone(), false),
        state,
    }
}

#[tokio::test]
async fn a_ring_in_a_file() {
    let directory = Directory::new();
    let path = directory.0.join("ring.json");
    let (one, two) = (response(&p256(), &arn(P256)), response(&rsa(), &arn(RSA)));
    fs::write(&path, format!("{one}\n[{two}]\n")).unwrap();
    let server = of_file(&path).await;
    server.ask("Verify", verify(&p256(), P256)).await;
    server.ask("Verify", verify(&rsa(), RSA)).await;

    // Another key with the first name, and without the second. A multi-Region key moves to another Region.
    let moved = arn(ML_DSA).replace("us-east-1", "eu-west-1");
    fs::write(&path, response(&rsa(), &arn(P256)) + &response(&ml_dsa(), &arn(ML_DSA))).unwrap();
    server.state.keys().reload().unwrap();
    server.ask("Verify", verify(&rsa(), P256)).await;
    assert_eq!(server.fail("Verify", verify(&rsa(), RSA)).await.0, "NotFoundException");
    assert_eq!(
        server.ask("GetPublicKey", json!({"KeyId": ML_DSA})).await["KeyId"],
        arn(ML_DSA)
    );
    fs::write(&path, response(&rsa(), &arn(P256)) + &response(&ml_dsa(), &moved)).unwrap();
    server.state.keys().reload().unwrap();
    assert_eq!(
        server.ask("GetPublicKey", json!({"KeyId": ML_DSA})).await["KeyId"],
        moved
    );

    // Not read at all.
    fs::File::create(&path).unwrap().set_len((64 << 20) + 1).unwrap();
    let error = server.state.keys().reload().unwrap_err().to_string();
    assert!(error.contains("of at most 67108864 bytes"), "{error}");
    for (content, problem) in [
        (String::new(), "has no keys"),
        ("[]".to_owned(), "has no keys"),
        ("{".to_owned(), "is not JSON"),
        (p256().pem, "is not JSON"),
        (
            format!("{:?}", base64(&p256().der)),
            "not the output of aws kms get-public-key",
        ),
        (format!("[[{one}]]"), "not the output of aws kms get-public-key"),
        (one.clone() + &response(&rsa(), &arn(P256)), "a different key"),
        (one.replace("SIGN_VERIFY", "KEY_AGREEMENT"), "KEY_AGREEMENT"),
    ] {
        fs::write(&path, &content).unwrap();
        let error = server.state.keys().reload().unwrap_err().to_string();
        assert!(error.contains(problem), "{content}: {error}");
        server.ask("Verify", verify(&rsa(), P256)).await;
    }
    fs::remove_file(&path).unwrap();
    assert!(server.state.keys().reload().is_err());
    assert_eq!(health(&server).await, r#"{"status":"degraded","keys":2}"#);
}

#[test]
fn a_server_does_not_start_without_keys() {
    let directory = Directory::new();
    assert!(Keys::open(&directory.0).is_err());
    assert!(Keys::open(&directory.0.join("missing")).is_err());
    let error = Keys::open(Path::new("/dev/null")).unwrap_err().to_string();
    assert!(error.contains("a regular file"), "{error}");
}
