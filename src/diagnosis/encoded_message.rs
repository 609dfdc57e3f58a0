//! A lenient reader of the encoded messages in RSA signatures, for description only.

use super::hash::Hash;
use crate::der::{Reader, tag};

/// An encoded message by its padding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Encoded {
    /// EMSA-PKCS1-v1_5 with a DigestInfo (RFC 8017 section 9.2).
    Pkcs1(Pkcs1),
    /// EMSA-PKCS1-v1_5 padding around something other than a DigestInfo.
    Bare(Vec<u8>),
    /// EMSA-PSS (RFC 8017 section 9.1) in every possible reading, the most likely first. Never empty.
    Pss(Vec<Pss>),
    /// Another padding.
    Neither,
}

/// A DigestInfo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pkcs1 {
    /// The hash function, or the name of an unsupported one.
    pub(super) hash: Result<Hash, String>,
    pub(super) digest: Vec<u8>,
    /// Whether it is encoded as RFC 8017 requires: with NULL parameters and no trailing data.
    pub(super) exact: bool,
}

/// A reading of EMSA-PSS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pss {
    /// The hash function over M'. It is identified by its length, which is unique among the supported ones.
    pub(super) hash: Hash,
    /// The hash function of MGF1.
    pub(super) mgf: Hash,
    pub(super) salt: Vec<u8>,
    /// H.
    h: Vec<u8>,
    /// The number of zero bytes before the salt. Each is eight bits of evidence.
    zeros: usize,
}

impl Pss {
    /// Whether this is the encoding of a message with this digest (RFC 8017 section 9.1.2, steps 12 to 14).
    pub(super) fn is_of(&self, digest: &[u8]) -> bool {
        self.hash.digest(&[&[0; 8], digest, &self.salt]) == self.h
    }

    /// Whether the reading is conclusive for an unknown message: the probability of chance is at most 2^-32.
    pub(super) fn is_proof(&self) -> bool {
        self.zeros >= 4
    }

    /// Whether the salt has the maximum length.
    pub(super) fn has_longest_salt(&self) -> bool {
        self.zeros == 0
    }
}

/// The maximum number of readings kept. A genuine one is among the first, and others by chance are rare.
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
    // Beside a proof, the others are there by chance.
    if readings.first().is_some_and(Pss::is_proof) {
        readings.truncate(1);
    }
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

/// Reads EMSA-PSS with these hash functions and a salt of any length.
fn pss(encoded: &[u8], hash: Hash, mgf: Hash) -> Option<Pss> {
    let encoded = encoded.strip_suffix(&[0xbc])?;
    let (masked, h) = encoded.split_at_checked(encoded.len().checked_sub(hash.length())?)?;
    let mut db = masked.to_vec();
    for (counter, block) in (0_u32..).zip(db.chunks_mut(mgf.length())) {
        let mask = mgf.digest(&[h, &counter.to_be_bytes()]);
        block.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
    }
    // The bit length of the modulus is a multiple of 8, so the first bit of the encoded message is unused.
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
