//! What is inside an RSA signature: a lenient reader of encoded messages, which describes and never accepts.

use super::hash::Hash;
use crate::der::{Reader, tag};

/// An encoded message, as far as a padding can be seen in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Encoded {
    /// EMSA-PKCS1-v1_5 with a DigestInfo (RFC 8017 section 9.2).
    Pkcs1(Pkcs1),
    /// The padding of EMSA-PKCS1-v1_5 around something that is no DigestInfo.
    Bare(Vec<u8>),
    /// EMSA-PSS (RFC 8017 section 9.1), in each way in which it can be read; the likeliest first. Never empty.
    Pss(Vec<Pss>),
    /// Neither.
    Neither,
}

/// A DigestInfo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pkcs1 {
    /// The hash function, by its name.
    pub(super) hash: Result<Hash, String>,
    pub(super) digest: Vec<u8>,
    /// Whether it is encoded as RFC 8017 has it: with parameters NULL, and nothing besides.
    pub(super) exact: bool,
}

/// A way to read EMSA-PSS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pss {
    /// The hash function over M'. Those of one length cannot be told apart, but no two here have one length.
    pub(super) hash: Hash,
    /// The hash function of MGF1.
    pub(super) mgf: Hash,
    pub(super) salt: Vec<u8>,
    /// H.
    h: Vec<u8>,
    /// How many zero bytes stand before the salt. Each is as good as eight bits of proof.
    zeros: usize,
}

impl Pss {
    /// Whether this is the encoding of a message with this digest (RFC 8017 section 9.1.2, steps 12 to 14).
    pub(super) fn is_of(&self, digest: &[u8]) -> bool {
        self.hash.digest(&[&[0; 8], digest, &self.salt]) == self.h
    }

    /// Whether it cannot have come about by chance, even if the message is unknown: in one of 2^32 it would.
    pub(super) fn is_proof(&self) -> bool {
        self.zeros >= 4
    }

    /// Whether the salt takes all the room that there is.
    pub(super) fn has_longest_salt(&self) -> bool {
        self.zeros == 0
    }
}

/// How many ways to read EMSA-PSS are kept. A genuine one is among the first; by chance there is seldom another.
const MAX_PSS_READINGS: usize = 4;

/// Reads an encoded message.
pub(super) fn read(encoded: &[u8]) -> Encoded {
    if let Some(content) = pkcs1_content(encoded) {
        return match digest_info(content) {
            Some(found) => Encoded::Pkcs1(found),
            None => Encoded::Bare(content.to_vec()),
        };
    }
    let mut readings: Vec<Pss> = Hash::ALL
        .into_iter()
        .flat_map(|hash| Hash::ALL.into_iter().filter_map(move |mgf| pss(encoded, hash, mgf)))
        .collect();
    if readings.is_empty() {
        return Encoded::Neither;
    }
    readings.sort_by_key(|reading| (std::cmp::Reverse(reading.zeros), reading.hash != reading.mgf));
    readings.truncate(MAX_PSS_READINGS);
    Encoded::Pss(readings)
}

/// What follows 0x00 || 0x01 || eight or more 0xff || 0x00.
fn pkcs1_content(encoded: &[u8]) -> Option<&[u8]> {
    let padded = encoded.strip_prefix(&[0x00, 0x01])?;
    let padding = padded.iter().take_while(|byte| **byte == 0xff).count();
    let content = padded.get(padding..)?.strip_prefix(&[0x00])?;
    (padding >= 8).then_some(content)
}

fn digest_info(content: &[u8]) -> Option<Pkcs1> {
    let mut outer = Reader::new(content);
    let mut info = Reader::new(outer.expect(tag::SEQUENCE)?);
    let mut algorithm = Reader::new(info.expect(tag::SEQUENCE)?);
    let oid = algorithm.expect(tag::OBJECT_IDENTIFIER)?;
    let digest = info.expect(tag::OCTET_STRING)?.to_vec();
    let exact = algorithm.rest() == [tag::NULL, 0] && info.is_empty() && outer.is_empty();
    let hash = match oid {
        b"\x2b\x0e\x03\x02\x1a" => Ok(Hash::Sha1),
        b"\x60\x86\x48\x01\x65\x03\x04\x02\x04" => Ok(Hash::Sha224),
        b"\x60\x86\x48\x01\x65\x03\x04\x02\x01" => Ok(Hash::Sha256),
        b"\x60\x86\x48\x01\x65\x03\x04\x02\x02" => Ok(Hash::Sha384),
        b"\x60\x86\x48\x01\x65\x03\x04\x02\x03" => Ok(Hash::Sha512),
        b"\x2a\x86\x48\x86\xf7\x0d\x02\x05" => Err("MD5".into()),
        b"\x60\x86\x48\x01\x65\x03\x04\x02\x05" => Err("SHA-512/224".into()),
        b"\x60\x86\x48\x01\x65\x03\x04\x02\x06" => Err("SHA-512/256".into()),
        b"\x60\x86\x48\x01\x65\x03\x04\x02\x07" => Err("SHA3-224".into()),
        b"\x60\x86\x48\x01\x65\x03\x04\x02\x08" => Err("SHA3-256".into()),
        b"\x60\x86\x48\x01\x65\x03\x04\x02\x09" => Err("SHA3-384".into()),
        b"\x60\x86\x48\x01\x65\x03\x04\x02\x0a" => Err("SHA3-512".into()),
        oid => Err(const_oid::ObjectIdentifier::from_bytes(oid).ok()?.to_string()),
    };
    Some(Pkcs1 { hash, digest, exact })
}

/// Reads EMSA-PSS with these two hash functions and a salt of any length.
fn pss(encoded: &[u8], hash: Hash, mgf: Hash) -> Option<Pss> {
    let encoded = encoded.strip_suffix(&[0xbc])?;
    let (masked, h) = encoded.split_at_checked(encoded.len().checked_sub(hash.length())?)?;
    let mut db = masked.to_vec();
    for (counter, block) in (0_u32..).zip(db.chunks_mut(mgf.length())) {
        let mask = mgf.digest(&[h, &counter.to_be_bytes()]);
        block.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
    }
    // The modulus has a multiple of eight bits, so one bit of the encoded message is not used.
    if let Some(first) = db.first_mut() {
        *first &= 0x7f;
    }
    let zeros = db.iter().take_while(|byte| **byte == 0).count();
    let (one, salt) = db.get(zeros..)?.split_first()?;
    (*one == 0x01).then(|| Pss {
        hash,
        mgf,
        salt: salt.to_vec(),
        h: h.to_vec(),
        zeros,
    })
}
