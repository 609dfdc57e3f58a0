//! A log that nobody reads.

use std::io::{BufReader, Write as _};

use crate::support::*;

#[test]
fn a_log_that_is_not_read_stops_nothing() {
    // The test holds the other end of the pipe, and reads no more.
    let mut server = Server::start(&[]);
    let mut stream = server.connect();
    let mut responses = BufReader::new(stream.try_clone().unwrap());
    let rejected = b"POST / HTTP/1.1\r\nHost: kms\r\nContent-Type: application/x-amz-json-1.1\r\n\
                     X-Amz-Target: TrentService.Verify\r\nContent-Length: 2\r\n\r\n{}";
    // More lines than a pipe and the queue hold.
    for _ in 0..120 {
        stream.write_all(&rejected.repeat(50)).unwrap();
        for _ in 0..50 {
            assert_eq!(response(&mut responses).0, 400);
        }
    }
    server.works();
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: kms\r\n\r\n").unwrap();
    let (_, metrics) = response(&mut responses);
    let dropped = metrics
        .lines()
        .find_map(|line| line.strip_prefix("kms_verify_log_dropped_total "));
    assert!(dropped.unwrap().parse::<u64>().unwrap() > 0, "{metrics}");
    server.signal("TERM");
    assert!(server.wait().success());
}
