//! Tokens, of structure or of raw text: the library accepts exactly those that a second implementation of the rules accepts.
//!
//! The second implementation in `rules.rs` is written for reading, not for speed: it copies, and decodes everything before it
//! decides. It has its own base64url and its own JSON. `p256` verifies its ECDSA signatures, and its Ed25519 signatures are
//! compared with the one that the key makes.

mod json;
mod rules;

use std::sync::LazyLock;

use arbitrary::Unstructured;
use kms_verify::jws::{self, KeySet, Keys, Options};
use kms_verify::{PublicKey, SigningAlgorithm, VerifyingKey};
use p256::ecdsa::SigningKey;
use p256::ecdsa::signature::Signer as _;

use crate::der;
use crate::forge::ed25519;
use crate::spki;
use rules::{Rules, encode};

/// The keys of the set by their `kid`: two of P-256, and one of Ed25519.
struct Fixture {
    p256: [SigningKey; 2],
    ed25519: ed25519::Key,
    set: KeySet,
}

/// The names of the keys in the set.
const KIDS: [&str; 3] = ["a", "b", "ed"];

static FIXTURE: LazyLock<Fixture> = LazyLock::new(|| {
    let p256 = [1, 2].map(|byte| SigningKey::from_slice(&[byte; 32]).unwrap());
    let ed25519 = ed25519::Key::new("jws");
    let mut set = KeySet::new();
    for (kid, key) in KIDS.iter().zip(&p256) {
        set.insert(kid, p256_key(key)).unwrap();
    }
    set.insert(KIDS[2], ed25519.verifying_key(SigningAlgorithm::Ed25519Sha512))
        .unwrap();
    Fixture { p256, ed25519, set }
});

fn p256_key(key: &SigningKey) -> VerifyingKey {
    let point = key.verifying_key().to_sec1_point(false);
    let der = spki::encode(kms_verify::KeySpec::EccNistP256, point.as_bytes());
    let key = PublicKey::from_der(&der).unwrap();
    key.verifying_key(SigningAlgorithm::EcdsaSha256).unwrap().precomputed()
}

/// A token, and how it is verified.
#[derive(Debug)]
struct Case {
    token: String,
    /// The payload, if it is detached.
    detached: Option<Vec<u8>>,
    /// The index of the only key, or `None` for the set.
    key: Option<usize>,
    typ: Option<&'static str>,
    padded: bool,
    max_length: usize,
}

/// Returns whether the token is accepted. `None` if the bytes are not a case.
pub fn run(bytes: &[u8]) -> Option<bool> {
    let mut input = Unstructured::new(bytes);
    let case = match input.int_in_range(0..=7).ok()? {
        0 => raw(&mut input),
        _ => structured(&mut input),
    };
    Some(check(&case.ok()?))
}

fn check(case: &Case) -> bool {
    let fixture = &*FIXTURE;
    let mut options = Options::new().max_length(case.max_length);
    if let Some(typ) = case.typ {
        options = options.typ(typ);
    }
    if case.padded {
        options = options.padded_base64();
    }
    let key = case.key.map(|index| fixture.set.get(KIDS[index]).unwrap());
    let keys = key.map_or(Keys::Set(&fixture.set), Keys::One);
    let rules = Rules {
        fixture,
        key: case.key,
        typ: case.typ,
        padded: case.padded,
        max_length: case.max_length,
    };
    let accepted = match &case.detached {
        None => {
            let found = options.verify(keys, &case.token);
            let found = found.map(|verified| (verified.header().as_json().to_owned(), verified.into_payload()));
            let expected = rules.attached(&case.token);
            assert_eq!(found.as_ref().ok(), expected.as_ref(), "{case:?} {found:?}");
            found.map(|(header, _)| header)
        }
        Some(payload) => {
            let at_once = options.verify_detached(keys, &case.token, payload);
            let streamed = options.stream_detached(keys, &case.token).and_then(|mut stream| {
                payload.chunks(5).for_each(|piece| stream.update(piece));
                stream.finish()
            });
            assert_eq!(at_once, streamed, "{case:?}");
            let found = at_once.map(|header| header.as_json().to_owned());
            let expected = rules.detached(&case.token, payload);
            assert_eq!(found.as_ref().ok(), expected.as_ref(), "{case:?} {found:?}");
            found
        }
    };
    if let Err(error) = accepted {
        assert!(jws::Error::ALL.contains(&error));
    }
    accepted.is_ok()
}

fn raw(input: &mut Unstructured<'_>) -> arbitrary::Result<Case> {
    let detached = input.arbitrary::<bool>()?.then(|| b"payload".to_vec());
    let (key, padded) = (key(input)?, input.ratio(1, 8)?);
    let length = input.len();
    Ok(Case {
        token: String::from_utf8_lossy(input.bytes(length)?).into_owned(),
        detached,
        key,
        typ: None,
        padded,
        max_length: 4096,
    })
}

fn key(input: &mut Unstructured<'_>) -> arbitrary::Result<Option<usize>> {
    Ok(match input.int_in_range(0..=3)? {
        3 => None,
        index => Some(index),
    })
}

/// Members that a header may begin with, of a genuine token by the key with this index.
const BEGINNINGS: [(usize, &str); 6] = [
    (0, r#""alg":"ES256","kid":"a""#),
    (1, r#""alg":"ES256","kid":"b""#),
    (2, r#""alg":"Ed25519","kid":"ed""#),
    (2, r#""alg":"EdDSA","kid":"ed","typ":"at+jwt""#),
    (0, r#""alg":"ES256","kid":"a","b64":false,"crit":["b64"]"#),
    (1, r#""alg":"ES256""#),
];

const NAMES: [&str; 10] = [
    "alg",
    "kid",
    "typ",
    "cty",
    "crit",
    "b64",
    "jwk",
    "x",
    "\\u0061lg",
    "exp",
];

const VALUES: [&str; 24] = [
    r#""ES256""#,
    r#""Ed25519""#,
    r#""EdDSA""#,
    r#""ES384""#,
    r#""none""#,
    r#""HS256""#,
    r#""a""#,
    r#""b""#,
    r#""ed""#,
    r#""\u0061""#,
    r#""at+jwt""#,
    r#""application/AT+JWT""#,
    r#""text/at+jwt""#,
    r#"["b64"]"#,
    r#"["b64","b64"]"#,
    r#"["b64","exp"]"#,
    r#"["exp"]"#,
    "[]",
    "[1]",
    "true",
    "false",
    "null",
    r#"{"x":{"y":1,"y":2}}"#,
    r#"[1.5e3,-0,{"x":"\ud83d\ude00\n"}]"#,
];

fn structured(input: &mut Unstructured<'_>) -> arbitrary::Result<Case> {
    let (of_key, beginning) = *input.choose(&BEGINNINGS)?;
    let mut header = format!("{{{beginning}");
    let members = if input.arbitrary()? {
        0
    } else {
        input.int_in_range(0..=2)?
    };
    for _ in 0..members {
        header += &format!(",\"{}\":{}", input.choose(&NAMES)?, input.choose(&VALUES)?);
    }
    header.push('}');
    let mut header = header.into_bytes();
    if input.ratio(1, 8)? {
        edit(input, &mut header)?;
    }
    let length = input.int_in_range(0..=9)?;
    let payload = input.bytes(length)?.to_vec();
    // As the verifier expects it, or otherwise.
    let padded = input.ratio(1, 8)?;
    let encoded_padded = padded != input.ratio(1, 16)?;
    let is_raw = beginning.contains("false") != input.ratio(1, 8)?;
    let is_detached = (is_raw || input.ratio(1, 4)?) != input.ratio(1, 8)?;
    let mut header = encode(&header, encoded_padded).into_bytes();
    let mut encoded = encode(&payload, encoded_padded).into_bytes();
    if input.ratio(1, 12)? {
        edit(input, &mut header)?;
    }
    if input.ratio(1, 12)? {
        edit(input, &mut encoded)?;
    }
    let signed_payload = if is_raw { payload.clone() } else { encoded.clone() };
    let signing_input = [&header[..], b".", &signed_payload].concat();
    let signer = if input.ratio(1, 8)? {
        input.int_in_range(0..=2)?
    } else {
        of_key
    };
    let signature = sign(input, signer, &signing_input)?;
    let in_token = if is_detached && !input.ratio(1, 16)? {
        Vec::new()
    } else {
        encoded
    };
    let mut token = [
        &header[..],
        b".",
        &in_token,
        b".",
        encode(&signature, encoded_padded).as_bytes(),
    ]
    .concat();
    if input.ratio(1, 12)? {
        edit(input, &mut token)?;
    }
    let token = String::from_utf8_lossy(&token).into_owned();
    let max_length = if input.ratio(1, 8)? {
        (token.len() + 1).saturating_sub(input.int_in_range(0..=2)?)
    } else {
        4096
    };
    Ok(Case {
        token,
        detached: is_detached.then_some(payload),
        key: if input.arbitrary()? { Some(of_key) } else { key(input)? },
        typ: *input.choose(&[None, None, None, Some("at+jwt"), Some("application/at+jwt")])?,
        padded,
        max_length,
    })
}

/// Inserts, removes or replaces one byte.
fn edit(input: &mut Unstructured<'_>, bytes: &mut Vec<u8>) -> arbitrary::Result<()> {
    let at = input.int_in_range(0..=bytes.len())?;
    let byte = if input.arbitrary()? {
        *input.choose(b"=.+/_-A \n\"\\{}[],:0\xff")?
    } else {
        input.arbitrary()?
    };
    match (input.int_in_range(0..=2)?, at < bytes.len()) {
        (0, _) | (_, false) => bytes.insert(at, byte),
        (1, true) => drop(bytes.remove(at)),
        (_, true) => bytes[at] = byte,
    }
    Ok(())
}

/// A signature of one of the keys, as JWS has it, or a changed one.
fn sign(input: &mut Unstructured<'_>, signer: usize, signing_input: &[u8]) -> arbitrary::Result<Vec<u8>> {
    let fixture = &*FIXTURE;
    let mut signature = match signer {
        2 => fixture.ed25519.sign(&[], signing_input),
        index => {
            let signature: p256::ecdsa::Signature = fixture.p256[index].sign(signing_input);
            let twin = p256::ecdsa::Signature::from_scalars(*signature.r(), -*signature.s()).unwrap();
            match input.int_in_range(0..=15)? {
                0 => twin.to_bytes().to_vec(),
                1 => {
                    let bytes = signature.to_bytes();
                    let number = |bytes: &[u8]| num_bigint::BigUint::from_bytes_be(bytes);
                    der::integer_pair(&number(&bytes[..32]), &number(&bytes[32..]))
                }
                2 => vec![0; 64],
                _ => signature.to_bytes().to_vec(),
            }
        }
    };
    if input.ratio(1, 8)? {
        edit(input, &mut signature)?;
    }
    Ok(signature)
}
