//! Where the program listens, and how it starts, reloads and ends.

use std::fs;
use std::io::{BufReader, Write as _};
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::*;

#[test]
fn only_loopback_unless_it_is_allowed() {
    let directory = Directory::new();
    for address in ["0.0.0.0:0", "[::]:0"] {
        let error = fails(&directory.keys(), &["--listen", address]);
        assert!(error.contains("is not a loopback address"), "{error}");
    }
    let mut command = Command::new(PROGRAM);
    command.args(["--listen", "0.0.0.0:0", "--allow-remote"]);
    let mut child = command
        .env("KMS_VERIFY_KEY_RING", directory.keys())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = std::io::BufRead::lines(BufReader::new(child.stderr.take().unwrap()));
    let first = log.next().unwrap().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(
        first.contains("WARN") && first.contains("without authentication"),
        "{first}"
    );
}

#[test]
fn it_does_not_start_without_keys() {
    let directory = Directory::new();
    fs::write(directory.keys().join("broken.json"), "{").unwrap();
    let error = fails(&directory.keys(), &["--listen", "127.0.0.1:0"]);
    assert!(error.contains("broken.json"), "{error}");
    let error = fails(&directory.0.join("missing"), &[]);
    assert!(error.contains("could not be read"), "{error}");
}

#[test]
fn the_address_is_in_use() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let error = fails(&Directory::new().keys(), &["--listen", &address]);
    assert!(error.contains(&format!("cannot listen on {address}")), "{error}");
}

fn over_unix(path: &Path) {
    let mut stream = UnixStream::connect(path).unwrap();
    stream.write_all(&request("key")).unwrap();
    assert_eq!(response(&mut BufReader::new(stream)).0, 200);
}

#[test]
fn unix_sockets() {
    let directory = Directory::new();
    let path = directory.0.join("kms.sock");
    // Left over from a process that is gone.
    drop(UnixListener::bind(&path).unwrap());
    assert!(path.exists());
    let mut command = Command::new(PROGRAM);
    command.arg("--unix").arg(&path);
    let server = Server::run(directory, command);
    assert_eq!(Path::new(&server.place), path);
    over_unix(&path);

    // In use, the socket of a program of another kind, and another file: none is replaced.
    let datagrams = server.directory.0.join("datagrams");
    let _log = UnixDatagram::bind(&datagrams).unwrap();
    let other = server.directory.0.join("file");
    fs::write(&other, "content").unwrap();
    for path in [&path, &datagrams, &other] {
        let error = fails(&server.directory.keys(), &["--unix", path.to_str().unwrap()]);
        assert!(error.contains("cannot listen on"), "{error}");
    }
    assert_eq!(fs::read(&other).unwrap(), b"content");
    UnixDatagram::unbound()
        .unwrap()
        .send_to(b"still there", &datagrams)
        .unwrap();
    over_unix(&path);
}

/// A shell that passes its standard input on as the first socket of systemd.
fn activated(socket: impl Into<OwnedFd>, arguments: &str) -> Command {
    let mut command = Command::new("sh");
    command
        .arg("-c")
        .arg(format!(
            "exec 3<&0 0</dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec {PROGRAM} {arguments}"
        ))
        .stdin(Stdio::from(socket.into()));
    command
}

#[test]
fn sockets_of_systemd() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    // In place of the address of the command line.
    let server = Server::run(Directory::new(), activated(listener, "--listen 127.0.0.1:1"));
    assert_eq!(server.place, address);
    server.works();

    let directory = Directory::new();
    let path = directory.0.join("kms.sock");
    let listener = UnixListener::bind(&path).unwrap();
    let _server = Server::run(directory, activated(listener, ""));
    over_unix(&path);
}

#[test]
fn sockets_of_systemd_may_not_be_remote_either() {
    let listener = TcpListener::bind("0.0.0.0:0").unwrap();
    let directory = Directory::new();
    let mut command = activated(listener, "");
    command.env("KMS_VERIFY_KEY_RING", directory.keys());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut log = std::io::BufRead::lines(BufReader::new(child.stderr.take().unwrap()));
    let first = log.next().unwrap().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(first.contains("is not a loopback address"), "{first}");
}

#[test]
fn keys_are_read_again_on_sighup_and_when_they_change() {
    let mut server = Server::start(&["--reload-interval", "0"]);
    let ask = |server: &Server, key_id: &str| {
        let mut stream = server.connect();
        stream.write_all(&request(key_id)).unwrap();
        response(&mut BufReader::new(stream)).0
    };
    assert_eq!(ask(&server, "new"), 400);
    fs::write(server.directory.keys().join("new.pem"), vector().pem).unwrap();
    assert_eq!(ask(&server, "new"), 400);
    server.signal("HUP");
    server.log_until("the key ring was read again");
    assert_eq!(ask(&server, "new"), 200);
    fs::write(server.directory.keys().join("new.pem"), "broken").unwrap();
    server.signal("HUP");
    let line = server.log_until("the keys remain as they were");
    assert!(line.contains("ERROR") && line.contains("new.pem"), "{line}");
    assert_eq!(ask(&server, "new"), 200);

    let mut server = Server::start(&["--reload-interval", "1"]);
    let path = server.directory.keys().join("unfinished");
    fs::write(&path, vector().pem).unwrap();
    fs::rename(path, server.directory.keys().join("new.pem")).unwrap();
    server.log_until("the key ring was read again");
    assert_eq!(ask(&server, "new"), 200);
}

#[test]
fn what_is_under_way_is_answered_before_it_ends() {
    let mut server = Server::start(&[]);
    let request = request("key");
    let (first, second) = request.split_at(request.len() - 10);
    let mut busy = server.connect();
    busy.write_all(first).unwrap();
    let idle = server.connect();
    // Both connections are there, and the head of the request was read.
    server.works();
    server.signal("TERM");
    server.log_until("stopping");
    busy.write_all(second).unwrap();
    let mut busy = BufReader::new(busy);
    assert_eq!(response(&mut busy).0, 200);
    // The connection ends after that, and the one without a request at once.
    assert_eq!(std::io::Read::read(&mut busy, &mut [0]).unwrap(), 0);
    drop(idle);
    assert_eq!(server.wait().code(), Some(0));
}
