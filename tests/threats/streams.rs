//! Messages in pieces: they are hashed as one message, and decided only at their end.

use std::io::{self, ErrorKind, Read};

use kms_verify::Error;
use kms_verify_testing::bytes_of;
use kms_verify_testing::forge::{MESSAGE, Signer, signers};

/// Splits a message into pieces of pseudo-random length, of at most `longest` bytes, including empty ones.
fn pieces<'m>(mut message: &'m [u8], label: &str, longest: usize) -> Vec<&'m [u8]> {
    let mut pieces = Vec::new();
    let mut lengths = bytes_of(label, 256).into_iter().cycle();
    while !message.is_empty() {
        let random = usize::from(lengths.next().unwrap()) << 8 | usize::from(lengths.next().unwrap());
        let (piece, rest) = message.split_at((random % (longest + 1)).min(message.len()));
        pieces.push(piece);
        message = rest;
    }
    pieces
}

#[track_caller]
fn assert_streams(signer: &Signer, message: &[u8], signature: &[u8], pieces: &[&[u8]]) {
    let mut stream = signer.key.stream(signature).unwrap();
    for piece in pieces {
        stream.update(piece);
    }
    assert_eq!(
        stream.finish(),
        Ok(()),
        "{}: {} bytes in {} pieces",
        signer.name,
        message.len(),
        pieces.len()
    );
}

/// Hash functions that are wrong for some lengths or pieces: sha2 0.9.7, RUSTSEC-2021-0100 (long messages with AVX2);
/// libcrux-sha3, RUSTSEC-2026-0074 and -0207 (SHAKE in pieces). Here the signed message is hashed byte by byte, and
/// verified whole and in pieces, for every length up to four blocks.
#[test]
fn hash_of_pieces() {
    std::thread::scope(|scope| {
        for signer in signers() {
            scope.spawn(move || {
                let longest = 4 * signer.block;
                let slow = signer.name.starts_with("RSA") || signer.name.ends_with("P521");
                for length in 0..=longest {
                    // RSA is slow to sign and P-521 is slow to verify, and other algorithms cover the same hash
                    // functions: for these two, lengths around the boundaries of blocks and of hash padding are enough.
                    let in_block = length % signer.block;
                    let at_border = in_block < 2 || in_block + 18 > signer.block;
                    if slow && !at_border {
                        continue;
                    }
                    let message = bytes_of("message", length);
                    let signature = signer.sign(&message);
                    let at_once = signer.with_message(&message, |message| signer.key.verify(message, &signature));
                    assert_eq!(at_once, Ok(()), "{}: {length} bytes at once", signer.name);
                    let label = format!("pieces of {length}");
                    assert_streams(
                        signer,
                        &message,
                        &signature,
                        &pieces(&message, &label, 2 * signer.block),
                    );
                    if at_border {
                        let bytes: Vec<&[u8]> = message.chunks(1).collect();
                        assert_streams(signer, &message, &signature, &bytes);
                        let blocks: Vec<&[u8]> = message.chunks(signer.block).collect();
                        assert_streams(signer, &message, &signature, &blocks);
                    }
                }
            });
        }
    });
}

/// The same for a message of more than 1 MiB, which reaches the widest code of a hash function.
#[test]
fn hash_of_a_long_message() {
    let message = bytes_of("a long message", (1 << 20) + 4321);
    std::thread::scope(|scope| {
        for signer in signers() {
            let message = message.as_slice();
            scope.spawn(move || {
                let signature = signer.sign(message);
                signer.accepts(message, &signature, "at once");
                assert_streams(signer, message, &signature, &[message]);
                for longest in [700, 50_000] {
                    assert_streams(signer, message, &signature, &pieces(message, "pieces", longest));
                }
                assert_eq!(signer.key.verify_reader(message, &signature), Ok(()));
                let (changed, rest) = message.split_at(message.len() / 2);
                let changed = changed.chain(&[0][..]).chain(rest);
                assert_eq!(
                    signer.key.verify_reader(changed, &signature),
                    Err(Error::InvalidSignature)
                );
            });
        }
    });
}

/// A verifier whose result was never checked (coreos-installer, RUSTSEC-2022-0103): dropping a stream verifies nothing,
/// the compiler warns about a stream that is not finished and a result that is not used, and part of a message is not
/// the message.
#[test]
fn result_not_checked() {
    for signer in signers() {
        let signature = signer.sign(MESSAGE);
        let mut dropped = signer.key.stream(&signature).unwrap();
        dropped.update(MESSAGE);
        drop(dropped);
        #[expect(unused_must_use, reason = "the warning is what is tested")]
        {
            signer.key.stream(&signature).unwrap();
        }
        #[expect(unused_must_use, reason = "the warning is what is tested")]
        {
            signer.key.stream(&signature).unwrap().finish();
        }
        // No state of a stream remains in the key or in the next stream.
        assert_eq!(
            signer.key.stream(&signature).unwrap().finish(),
            Err(Error::InvalidSignature),
            "{}",
            signer.name
        );
        for length in [1, MESSAGE.len() - 1] {
            let mut stream = signer.key.stream(&signature).unwrap();
            stream.update(&MESSAGE[..length]);
            assert_eq!(
                stream.finish(),
                Err(Error::InvalidSignature),
                "{}: {length} bytes",
                signer.name
            );
        }
        let mut stream = signer.key.stream(&signature).unwrap();
        stream.update(MESSAGE);
        stream.update(&[0]);
        assert_eq!(
            stream.finish(),
            Err(Error::InvalidSignature),
            "{}: a byte more",
            signer.name
        );
        assert_streams(signer, MESSAGE, &signature, &[MESSAGE, &[]]);
    }
}

/// Returns a message byte by byte, and errors where requested.
struct Reader<'m> {
    message: &'m [u8],
    /// The error at the end, if any.
    last: Option<ErrorKind>,
    /// Whether an interruption precedes each byte.
    interrupted: bool,
    interrupt_next: bool,
}

impl<'m> Reader<'m> {
    fn new(message: &'m [u8], last: Option<ErrorKind>, interrupted: bool) -> Self {
        Self {
            message,
            last,
            interrupted,
            interrupt_next: interrupted,
        }
    }
}

impl Read for Reader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.interrupt_next {
            self.interrupt_next = false;
            return Err(ErrorKind::Interrupted.into());
        }
        self.interrupt_next = self.interrupted;
        match (self.message.split_first(), self.last) {
            (Some((byte, rest)), _) => {
                buffer[0] = *byte;
                self.message = rest;
                Ok(1)
            }
            (None, Some(error)) => Err(error.into()),
            (None, None) => Ok(0),
        }
    }
}

/// Errors that are mistaken for the end of the message or for an invalid signature: after an error, nothing is known.
/// The signatures here are valid for everything that is read before the error.
#[test]
fn read_error() {
    let errors = [
        ErrorKind::UnexpectedEof,
        ErrorKind::BrokenPipe,
        ErrorKind::ConnectionReset,
        ErrorKind::TimedOut,
        ErrorKind::WouldBlock,
        ErrorKind::InvalidData,
        ErrorKind::PermissionDenied,
        ErrorKind::Other,
    ];
    for signer in signers() {
        let genuine = signer.sign(MESSAGE);
        let other = signer.sign(b"another message");
        for interrupted in [false, true] {
            let read = |last, signature: &[u8]| {
                signer
                    .key
                    .verify_reader(Reader::new(MESSAGE, last, interrupted), signature)
            };
            assert_eq!(read(None, &genuine), Ok(()), "{}", signer.name);
            assert_eq!(read(None, &other), Err(Error::InvalidSignature), "{}", signer.name);
            for kind in errors {
                for signature in [&genuine, &other] {
                    match read(Some(kind), signature) {
                        Err(Error::Read(error)) => assert_eq!(error.kind(), kind),
                        verdict => panic!("{}: {verdict:?} after {kind}", signer.name),
                    }
                }
            }
        }
        let first = Reader::new(b"", Some(ErrorKind::Other), false);
        let verdict = signer.key.verify_reader(first, &signer.sign(b""));
        assert!(matches!(verdict, Err(Error::Read(_))), "{}: {verdict:?}", signer.name);
    }
}

/// A reader that claims to have read more than the buffer holds.
#[test]
fn reader_that_claims_too_much() {
    struct Liar {
        /// By how many bytes.
        more: usize,
    }
    impl Read for Liar {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            Ok(buffer.len().saturating_add(self.more))
        }
    }
    for signer in signers() {
        for more in [1, 1 << 20, usize::MAX] {
            let verdict = signer.key.verify_reader(Liar { more }, &signer.sign(MESSAGE));
            assert!(matches!(verdict, Err(Error::Read(_))), "{}: {verdict:?}", signer.name);
        }
    }
}

/// A signature that cannot be valid is rejected before the message is read.
#[test]
fn signature_first() {
    struct Unread;
    impl Read for Unread {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            panic!("read")
        }
    }
    for signer in signers() {
        let verdict = signer.key.verify_reader(Unread, b"no signature");
        assert_eq!(verdict, Err(Error::InvalidSignature), "{}", signer.name);
    }
}
