//! Public keys in other formats of bytes, and as PEM of these.

use super::spki::{self, Spki};
use super::{Off, Worn, pem};
use crate::algorithm::KeySpec;
use crate::der::{Reader, tag};
use crate::error::{Error, KeyError, KeyFormat};
use crate::public_key::{PublicKey, decompressed};

/// The DER of an input that is DER, or PEM with a label that ends in one of these, and the name of the form.
fn der_of(worn: &Worn<'_>, labels: &[&str]) -> Option<(Vec<u8>, &'static str)> {
    if let Some((label, der)) = pem::only_block(worn) {
        return labels
            .iter()
            .any(|known| label.ends_with(known))
            .then_some((der, "PEM"));
    }
    (worn.bytes.first() == Some(&tag::SEQUENCE)).then(|| (worn.bytes.to_vec(), "DER"))
}

/// The contents of the first element of a SEQUENCE of three: what is signed in a certificate or a request.
fn signed_contents(der: &[u8]) -> Option<&[u8]> {
    let mut outer = Reader::new(der);
    let mut signed = Reader::new(outer.expect(tag::SEQUENCE)?);
    let contents = signed.expect(tag::SEQUENCE)?;
    signed.expect(tag::SEQUENCE)?;
    signed.expect(tag::BIT_STRING)?;
    (signed.is_empty() && outer.is_empty()).then_some(contents)
}

/// Whether this has the outer structure of a certificate.
pub(super) fn is_certificate(der: &[u8]) -> bool {
    signed_contents(der).is_some()
}

/// The element that has this place, whole.
fn element_at(contents: &[u8], place: usize) -> Option<&[u8]> {
    let mut reader = Reader::new(contents);
    for _ in 0..place {
        reader.element().ok()?;
    }
    let before = reader.rest();
    reader.element().ok()?;
    let length = before.len().checked_sub(reader.rest().len())?;
    before.get(..length)
}

/// RFC 5280 section 4.1: version, serial number, signature, issuer, validity, subject, subjectPublicKeyInfo.
pub(super) fn certificate(worn: &Worn<'_>) -> Vec<Off> {
    let off = || {
        let (der, form) = der_of(worn, &["CERTIFICATE"])?;
        let contents = signed_contents(&der)?;
        let place = match contents.first() {
            Some(&tag::CONTEXT_0) => 6,
            Some(&tag::INTEGER) => 5,
            _ => return None,
        };
        let spki = element_at(contents, place)?.to_vec();
        let has_key = Reader::new(&spki).expect(tag::SEQUENCE).is_some();
        let filter = if form == "DER" {
            "openssl x509 -inform DER -pubkey -noout"
        } else {
            "openssl x509 -pubkey -noout"
        };
        has_key.then(|| Off::new(spki).note(format!(" ({form})")).filter(filter))
    };
    off().into_iter().collect()
}

/// RFC 2986 section 4.1: version, subject, subjectPKInfo.
pub(super) fn request(worn: &Worn<'_>) -> Vec<Off> {
    let off = || {
        let (der, form) = der_of(worn, &["CERTIFICATE REQUEST"])?;
        let contents = signed_contents(&der)?;
        let is_request = contents.starts_with(&[tag::INTEGER, 1, 0, tag::SEQUENCE]);
        let spki = element_at(contents, 2).filter(|_| is_request)?.to_vec();
        let filter = if form == "DER" {
            "openssl req -inform DER -pubkey -noout"
        } else {
            "openssl req -pubkey -noout"
        };
        PublicKey::from_der(&spki)
            .is_ok()
            .then(|| Off::new(spki).note(format!(" ({form})")).filter(filter))
    };
    off().into_iter().collect()
}

pub(super) fn pkcs1(worn: &Worn<'_>) -> Vec<Off> {
    let off = || {
        let (der, form) = der_of(worn, &["RSA PUBLIC KEY"])?;
        let mut outer = Reader::new(&der);
        let mut numbers = Reader::new(outer.expect(tag::SEQUENCE)?);
        let n = numbers.expect(tag::INTEGER)?;
        let e = numbers.expect(tag::INTEGER)?;
        if !numbers.is_empty() || !outer.is_empty() || n.len() < 128 || e.len() > 8 {
            return None;
        }
        let filter = if form == "DER" {
            "openssl rsa -RSAPublicKey_in -inform DER -pubout"
        } else {
            "openssl rsa -RSAPublicKey_in -pubout"
        };
        Some(
            Off::new(spki::of_pkcs1(&der))
                .note(format!(" in {form}"))
                .filter(filter),
        )
    };
    off().into_iter().collect()
}

/// A private key: it is not converted, so that it does not spread.
pub(super) fn private(worn: &Worn<'_>) -> Vec<Off> {
    let is_private = match PublicKey::from_der_or_pem(worn.bytes) {
        Err(Error::PublicKey(KeyError::OtherFormat { found })) => found == KeyFormat::PrivateKey,
        _ => false,
    };
    if is_private { vec![Off::lost()] } else { Vec::new() }
}

/// A point of which one coordinate is given (SEC 1 section 2.3.3), alone or in a SubjectPublicKeyInfo.
pub(super) fn compressed(worn: &Worn<'_>) -> Vec<Off> {
    // Whoever compresses a point of 32 bytes uses secp256k1 more often than not.
    const CURVES: [(KeySpec, usize); 4] = [
        (KeySpec::EccSecgP256k1, 32),
        (KeySpec::EccNistP256, 32),
        (KeySpec::EccNistP384, 48),
        (KeySpec::EccNistP521, 66),
    ];
    if worn.text.is_some() {
        return Vec::new();
    }
    let off = |(key_spec, length): (KeySpec, usize)| {
        let at = worn.bytes.len().checked_sub(length)?;
        let (before, x) = worn.bytes.split_at_checked(at)?;
        let (sign, before) = before.split_last()?;
        let y_is_odd = match sign {
            2 => false,
            3 => true,
            _ => return None,
        };
        let in_der = Spki::new(key_spec, &[], &[&[*sign], x].concat());
        let is_alone = before.is_empty();
        if !is_alone && in_der.to_der() != worn.bytes {
            return None;
        }
        let coordinates = decompressed(key_spec, x, y_is_odd)?;
        let decompress = "openssl pkey -pubin -inform DER -ec_conv_form uncompressed -pubout -outform DER";
        let filter = if is_alone {
            format!("{} | {decompress}", in_der.filter())
        } else {
            decompress.to_owned()
        };
        let spki = Spki::new(key_spec, &[4], &coordinates).to_der();
        Some(Off::new(spki).note(format!(" ({key_spec})")).filter(filter))
    };
    let mut offs: Vec<Off> = CURVES.into_iter().filter_map(off).collect();
    if let [first, other] = offs.as_mut_slice() {
        first.note = format!("{}, which is also a point of the other curve{}", first.note, other.note);
    }
    offs
}

/// Whether these bytes may be those of an ML-DSA key, of which any bytes are one: text in UTF-16 of the same length has
/// far fewer values.
fn is_random(bytes: &[u8]) -> bool {
    let values: std::collections::BTreeSet<&u8> = bytes.iter().collect();
    values.len() > 200
}

/// A key alone: its length, and for points its first byte, tell what it may be.
pub(super) fn raw(worn: &Worn<'_>) -> Vec<Off> {
    let key = worn.bytes;
    let is_point = key.first() == Some(&4);
    let (key_specs, mark): (&[KeySpec], &[u8]) = match key.len() {
        _ if worn.text.is_some() || (key.len() > 1000 && !is_random(key)) => (&[], &[]),
        32 => (&[KeySpec::EccNistEdwards25519], &[]),
        65 if is_point => (&[KeySpec::EccNistP256, KeySpec::EccSecgP256k1, KeySpec::Sm2], &[]),
        64 => (&[KeySpec::EccNistP256, KeySpec::EccSecgP256k1, KeySpec::Sm2], &[4]),
        97 if is_point => (&[KeySpec::EccNistP384], &[]),
        96 => (&[KeySpec::EccNistP384], &[4]),
        133 if is_point => (&[KeySpec::EccNistP521], &[]),
        132 => (&[KeySpec::EccNistP521], &[4]),
        1312 => (&[KeySpec::MlDsa44], &[]),
        1952 => (&[KeySpec::MlDsa65], &[]),
        2592 => (&[KeySpec::MlDsa87], &[]),
        _ => (&[], &[]),
    };
    key_specs
        .iter()
        .map(|key_spec| (key_spec, Spki::new(*key_spec, mark, key)))
        .filter(|(_, spki)| key_specs.len() == 1 || PublicKey::from_der(&spki.to_der()).is_ok())
        .map(|(key_spec, spki)| {
            Off::new(spki.to_der())
                .note(format!(" ({key_spec})"))
                .filter(spki.filter())
        })
        .collect()
}
