//! The rules for tokens, a second time.

use p256::ecdsa::signature::Verifier as _;

use super::json::{Json, parse};
use super::{Fixture, KIDS};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

pub(super) struct Rules<'a> {
    pub(super) fixture: &'a Fixture,
    pub(super) key: Option<usize>,
    pub(super) typ: Option<&'static str>,
    pub(super) padded: bool,
    pub(super) max_length: usize,
}

impl Rules<'_> {
    /// The header and the payload of an acceptable token.
    pub(super) fn attached(&self, token: &str) -> Option<(String, Vec<u8>)> {
        let [encoded_header, encoded_payload, signature] = self.parts(token)?;
        let (text, header) = self.header(encoded_header)?;
        if header.iter().any(|(name, _)| name == "crit" || name == "b64") {
            return None;
        }
        let payload = self.decode(encoded_payload)?;
        let signing_input = format!("{encoded_header}.{encoded_payload}");
        self.verify(&header, signing_input.as_bytes(), signature)?;
        Some((text, payload))
    }

    /// The header of an acceptable token.
    pub(super) fn detached(&self, token: &str, payload: &[u8]) -> Option<String> {
        let [encoded_header, empty, signature] = self.parts(token)?;
        let (text, header) = self.header(encoded_header)?;
        let signed_payload = match (get(&header, "crit"), get(&header, "b64")) {
            (None, None) => encode(payload, self.padded).into_bytes(),
            (Some(crit), Some(Json::Bool(b64))) if *crit == Json::Array(vec![Json::String("b64".to_owned())]) => {
                if *b64 {
                    encode(payload, self.padded).into_bytes()
                } else {
                    payload.to_vec()
                }
            }
            _ => return None,
        };
        if !empty.is_empty() {
            return None;
        }
        let signing_input = [encoded_header.as_bytes(), b".", &signed_payload].concat();
        self.verify(&header, &signing_input, signature)?;
        Some(text)
    }

    fn parts<'t>(&self, token: &'t str) -> Option<[&'t str; 3]> {
        if token.len() > self.max_length {
            return None;
        }
        token.split('.').collect::<Vec<_>>().try_into().ok()
    }

    fn header(&self, encoded: &str) -> Option<(String, Vec<(String, Json)>)> {
        let bytes = self.decode(encoded)?;
        if bytes.len() > 8192 {
            return None;
        }
        let text = String::from_utf8(bytes).ok()?;
        let Json::Object(members) = parse(&text)? else {
            return None;
        };
        for name in ["alg", "kid", "typ", "cty"] {
            if !matches!(get(&members, name), None | Some(Json::String(_))) {
                return None;
            }
        }
        if let Some(typ) = self.typ {
            let full = |typ: &str| {
                let typ = typ.to_ascii_lowercase();
                if typ.contains('/') {
                    typ
                } else {
                    format!("application/{typ}")
                }
            };
            match get(&members, "typ") {
                Some(Json::String(found)) if full(found) == full(typ) => {}
                _ => return None,
            }
        }
        Some((text, members))
    }

    fn verify(&self, header: &[(String, Json)], signing_input: &[u8], signature: &str) -> Option<()> {
        let index = match self.key {
            Some(index) => index,
            None => {
                let Some(Json::String(kid)) = get(header, "kid") else {
                    return None;
                };
                KIDS.iter().position(|known| known == kid)?
            }
        };
        let Some(Json::String(alg)) = get(header, "alg") else {
            return None;
        };
        let signature = self.decode(signature)?;
        let holds = match index {
            2 => {
                let is_alg = alg == "Ed25519" || alg == "EdDSA";
                is_alg && signature == self.fixture.ed25519.sign(&[], signing_input)
            }
            index => {
                let key = self.fixture.p256[index].verifying_key();
                let signature = p256::ecdsa::Signature::from_slice(&signature);
                alg == "ES256" && signature.is_ok_and(|signature| key.verify(signing_input, &signature).is_ok())
            }
        };
        holds.then_some(())
    }

    /// Text has one decoding, and that has one encoding.
    fn decode(&self, text: &str) -> Option<Vec<u8>> {
        let mut bits: Vec<bool> = Vec::new();
        for character in text.trim_end_matches('=').bytes() {
            let value = ALPHABET.iter().position(|known| *known == character)?;
            bits.extend((0..6).rev().map(|bit| value >> bit & 1 == 1));
        }
        let bytes: Vec<u8> = bits
            .chunks_exact(8)
            .map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit)))
            .collect();
        (encode(&bytes, self.padded) == text).then_some(bytes)
    }
}

fn get<'a>(members: &'a [(String, Json)], name: &str) -> Option<&'a Json> {
    members.iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

/// Base64url (RFC 4648 section 5).
pub(super) fn encode(bytes: &[u8], padded: bool) -> String {
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let number = [0, 1, 2]
            .iter()
            .fold(0, |number, at| number << 8 | u32::from(*group.get(*at).unwrap_or(&0)));
        for at in 0..=group.len() {
            text.push(char::from(ALPHABET[(number >> (18 - 6 * at) & 63) as usize]));
        }
        if padded {
            text.push_str(&"=".repeat(3 - group.len()));
        }
    }
    text
}
