//! Connections that misbehave harm no others.

use std::io::{BufReader, Read as _, Write as _};
use std::net::Shutdown;
use std::time::Duration;

use crate::support::*;

#[test]
fn pipelined_requests_are_answered_in_order() {
    let server = Server::start(&[]);
    let mut stream = server.connect();
    let mut requests = Vec::new();
    for number in 0..100 {
        requests.extend(request(if number % 3 == 0 { "key" } else { "other" }));
    }
    stream.write_all(&requests).unwrap();
    let mut stream = BufReader::new(stream);
    for number in 0..100 {
        let (status, body) = response(&mut stream);
        assert_eq!(status, if number % 3 == 0 { 200 } else { 400 }, "{body}");
    }
}

#[test]
fn garbage_and_bodies_cut_short() {
    let server = Server::start(&[]);
    for garbage in [
        &b"\0\0\0\0\r\n\r\n"[..],
        b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
        b"GET / HTTP/3.7\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\nzz",
        b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n{}",
        b"POST / HT",
    ] {
        let mut stream = server.connect();
        stream.write_all(garbage).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        // An answer or none, but an end.
        let _ = stream.read_to_end(&mut answer);
        let text = String::from_utf8_lossy(&answer);
        assert!(!text.contains(" 200 ") && !text.contains(" 500 "), "{text}");
    }
    server.works();
}

#[test]
fn heads_have_a_limit() {
    let server = Server::start(&[]);
    let mut stream = server.connect();
    let _ = stream.write_all(format!("POST / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(100_000)).as_bytes());
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    assert!(answer.is_empty() || answer.contains(" 431 "), "{answer}");
    server.works();
}

#[test]
fn connections_beyond_the_limit_wait() {
    let server = Server::start(&["--max-connections", "2"]);
    let first = server.connect();
    let second = server.connect();
    let mut third = server.connect();
    third.write_all(&request("key")).unwrap();
    third.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    assert!(third.read(&mut [0]).is_err(), "it was served");
    drop(second);
    third.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    assert_eq!(response(&mut BufReader::new(third)).0, 200);
    drop(first);
}
