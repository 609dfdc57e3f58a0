//! The program with a key ring of one key, and raw requests to it.

use std::fs;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kms_verify_testing::vectors::{Vector, kms_vector};

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_kms-verify-server");

pub fn vector() -> Vector {
    kms_vector("stackd-ecc_nist_p256-ecdsa_sha_256-raw1")
}

/// A directory that is removed at the end.
pub struct Directory(pub PathBuf);

impl Directory {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        // Short, because it is a part of the address of a socket.
        let name = format!("kvs-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(path.join("keys")).unwrap();
        fs::write(path.join("keys/key.pem"), vector().pem).unwrap();
        Self(path)
    }

    pub fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A running program, which is killed at the end.
pub struct Server {
    pub directory: Directory,
    child: Child,
    log: BufReader<ChildStderr>,
    /// Where it listens: an address, or the path of a socket.
    pub place: String,
}

impl Server {
    /// On a free port.
    pub fn start(arguments: &[&str]) -> Self {
        let directory = Directory::new();
        let mut command = Command::new(PROGRAM);
        command.args(["--listen", "127.0.0.1:0"]).args(arguments);
        Self::run(directory, command)
    }

    pub fn run(directory: Directory, mut command: Command) -> Self {
        command.env("KMS_VERIFY_KEY_RING", directory.keys());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let mut server = Self {
            directory,
            child,
            log,
            place: String::new(),
        };
        let line = server.log_until("listening on ");
        let (_, place) = line.split_once("listening on ").unwrap();
        let place = place.split(' ').next().unwrap();
        server.place = place.trim().trim_start_matches("http://").to_owned();
        server
    }

    /// Reads the log up to a line that contains this.
    pub fn log_until(&mut self, text: &str) -> String {
        let mut all = String::new();
        loop {
            let mut line = String::new();
            assert!(self.log.read_line(&mut line).unwrap() > 0, "no {text:?} in {all}");
            all += &line;
            if line.contains(text) {
                return line;
            }
        }
    }

    pub fn connect(&self) -> TcpStream {
        let address: SocketAddr = self.place.parse().unwrap();
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    pub fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .status();
        assert!(status.unwrap().success());
    }

    pub fn wait(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < Duration::from_secs(30), "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// A request that is answered on a connection of its own.
    pub fn works(&self) {
        let mut stream = self.connect();
        stream.write_all(&request("key")).unwrap();
        let (status, body) = response(&mut BufReader::new(stream));
        assert_eq!(status, 200, "{body}");
        assert!(body.contains("\"SignatureValid\":true"), "{body}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The standard error and the status of a program that ends by itself.
pub fn fails(keys: &Path, arguments: &[&str]) -> String {
    let output = Command::new(PROGRAM)
        .arg("--key-ring")
        .arg(keys)
        .args(arguments)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).unwrap()
}

/// A request of Verify that is valid for the key of the ring.
pub fn request(key_id: &str) -> Vec<u8> {
    let vector = vector();
    let body = format!(
        r#"{{"KeyId":"{key_id}","Message":"{}","Signature":"{}","SigningAlgorithm":"ECDSA_SHA_256"}}"#,
        STANDARD.encode(&vector.message),
        STANDARD.encode(&vector.signature)
    );
    let head = format!(
        "POST / HTTP/1.1\r\nHost: kms\r\nContent-Type: application/x-amz-json-1.1\r\nX-Amz-Target: TrentService.Verify\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    (head + &body).into_bytes()
}

/// The status and the body of the next response of a connection.
pub fn response(stream: &mut BufReader<impl Read>) -> (u16, String) {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        let count = stream.read_line(&mut head).unwrap();
        assert!(count > 0, "the connection ended after {head:?}");
    }
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let lower = head.to_ascii_lowercase();
    let length = lower.split("content-length: ").nth(1).map_or(0, |rest| {
        let digits = rest.split("\r\n").next().unwrap();
        digits.parse().unwrap()
    });
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    (status, String::from_utf8(body).unwrap())
}
