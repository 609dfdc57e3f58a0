//! Puts a SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7) around a key.

use crate::algorithm::KeySpec;
use crate::der::tag;
use crate::public_key::algorithm_identifier;
use crate::text;

/// A SubjectPublicKeyInfo, and what it has before and after the bytes of the key.
pub(super) struct Spki {
    before: Vec<u8>,
    key: Vec<u8>,
    after: Vec<u8>,
}

impl Spki {
    /// The key of a curve, of Edwards25519 or of ML-DSA. `mark` is what stands before it: the byte 04 of a point.
    pub(super) fn new(key_spec: KeySpec, mark: &[u8], key: &[u8]) -> Self {
        let bits = [&[0], mark, key].concat();
        Self::around(key_spec, &bits, key, 0)
    }

    /// An RSA key with the exponent 65537.
    pub(super) fn rsa(modulus: &[u8]) -> Self {
        const EXPONENT: [u8; 5] = [tag::INTEGER, 3, 1, 0, 1];
        let n = element(tag::INTEGER, &[&[0], modulus].concat());
        let key = element(tag::SEQUENCE, &[n.as_slice(), &EXPONENT].concat());
        Self::around(
            KeySpec::Rsa2048,
            &[&[0], key.as_slice()].concat(),
            modulus,
            EXPONENT.len(),
        )
    }

    fn around(key_spec: KeySpec, bits: &[u8], key: &[u8], after: usize) -> Self {
        let algorithm = element(tag::SEQUENCE, algorithm_identifier(key_spec));
        let bits = element(tag::BIT_STRING, bits);
        let whole = element(tag::SEQUENCE, &[algorithm, bits].concat());
        let end = whole.len().saturating_sub(after);
        let start = end.saturating_sub(key.len());
        Self {
            before: whole.get(..start).unwrap_or_default().to_vec(),
            key: key.to_vec(),
            after: whole.get(end..).unwrap_or_default().to_vec(),
        }
    }

    pub(super) fn to_der(&self) -> Vec<u8> {
        [self.before.as_slice(), &self.key, &self.after].concat()
    }

    /// The shell command that does the same with the bytes of the key.
    pub(super) fn filter(&self) -> String {
        let print = |bytes: &[u8]| format!("printf {} | xxd -r -p;", text::hex(bytes));
        if self.after.is_empty() {
            format!("{{ {} cat; }}", print(&self.before))
        } else {
            format!("{{ {} cat; {} }}", print(&self.before), print(&self.after))
        }
    }
}

/// PKCS#1 (RFC 8017 appendix A.1.1) in a SubjectPublicKeyInfo.
pub(super) fn of_pkcs1(pkcs1: &[u8]) -> Vec<u8> {
    let algorithm = element(tag::SEQUENCE, algorithm_identifier(KeySpec::Rsa2048));
    let bits = element(tag::BIT_STRING, &[&[0], pkcs1].concat());
    element(tag::SEQUENCE, &[algorithm, bits].concat())
}

fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = contents.len().to_be_bytes();
    let zeros = length.iter().take_while(|byte| **byte == 0).count();
    let octets = length.get(zeros..).unwrap_or_default();
    let head = match (contents.len(), u8::try_from(octets.len())) {
        (short @ 0..0x80, _) => vec![tag, u8::try_from(short).unwrap_or_default()],
        (_, Ok(count)) => [&[tag, 0x80 | count], octets].concat(),
        (_, Err(_)) => Vec::new(),
    };
    [head.as_slice(), contents].concat()
}
