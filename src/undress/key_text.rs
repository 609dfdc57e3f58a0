//! Public keys in formats of text.

use super::spki::Spki;
use super::structure::ssh_string;
use super::{Json, Off, Worn};
use crate::algorithm::KeySpec;
use crate::text;

/// `ssh-ed25519 AAAA... comment` (RFC 4253 section 6.6, RFC 5656 section 3.1, RFC 8709 section 4).
pub(super) fn open_ssh(worn: &Worn<'_>) -> Vec<Off> {
    let off = || {
        let mut words = worn.text?.split_ascii_whitespace();
        let name = words.next()?;
        let (_, blob) = text::from_base64(words.next()?.as_bytes())?;
        let mut rest = blob.as_slice();
        if ssh_string(&mut rest)? != name.as_bytes() {
            return None;
        }
        let (spki, length) = match name {
            "ssh-ed25519" => {
                let key = ssh_string(&mut rest)?;
                (Spki::new(KeySpec::EccNistEdwards25519, &[], key), key.len())
            }
            "ssh-rsa" => {
                let _exponent = ssh_string(&mut rest)?;
                let n = ssh_string(&mut rest)?;
                let n = n.strip_prefix(&[0]).unwrap_or(n);
                (Spki::rsa(n), n.len())
            }
            _ => {
                let key_spec = match name {
                    "ecdsa-sha2-nistp256" => KeySpec::EccNistP256,
                    "ecdsa-sha2-nistp384" => KeySpec::EccNistP384,
                    "ecdsa-sha2-nistp521" => KeySpec::EccNistP521,
                    _ => return None,
                };
                let _curve = ssh_string(&mut rest)?;
                let point = ssh_string(&mut rest)?;
                (Spki::new(key_spec, &[], point), point.len())
            }
        };
        let filter = format!(
            "cut -d ' ' -f 2 | base64 --decode | tail -c {length} | {}",
            spki.filter()
        );
        Some(Off::new(spki.to_der()).filter(filter))
    };
    off().into_iter().collect()
}

/// `v=DKIM1; k=rsa; p=MIIB...` (RFC 6376 section 3.6.1), also in the quoted pieces of a zone file. Ed25519 keys are bare
/// (RFC 8463 section 4).
pub(super) fn dkim(worn: &Worn<'_>) -> Vec<Off> {
    let off = || {
        let text: String = worn
            .text?
            .chars()
            .filter(|c| !c.is_ascii_whitespace() && *c != '"')
            .collect();
        let tags: Vec<&str> = text.split(';').collect();
        let tag = |name: &str| {
            tags.iter()
                .find_map(|tag| tag.rsplit('(').next()?.strip_prefix(name)?.strip_prefix('='))
        };
        if tag("v").is_none_or(|version| version != "DKIM1") && tag("k").is_none() {
            return None;
        }
        let key = tag("p")?.trim_end_matches(')');
        let (_, decoded) = text::from_base64(key.as_bytes())?;
        let filter = "tr -d '\" \\t\\r\\n' | sed 's/.*p=//; s/[;)].*//' | base64 --decode";
        if tag("k") == Some("ed25519") {
            let spki = Spki::new(KeySpec::EccNistEdwards25519, &[], &decoded);
            let filter = format!("{filter} | {}", spki.filter());
            return Some(Off::new(spki.to_der()).filter(filter));
        }
        Some(Off::new(decoded).filter(filter))
    };
    off().into_iter().collect()
}

/// The lines of hexadecimal bytes with colons, after `pub:` or `Modulus:`.
pub(super) fn openssl(worn: &Worn<'_>) -> Vec<Off> {
    let off = || {
        let text = worn.text?;
        let (name, rest) = ["pub:", "Modulus:", "Public-Key:"]
            .iter()
            .find_map(|name| text.split_once(*name).map(|(_, rest)| (*name, rest)))?;
        let lines = rest.lines().skip(1).take_while(|line| {
            let line = line.trim();
            !line.is_empty() && line.chars().all(|c| c.is_ascii_hexdigit() || c == ':')
        });
        let digits: String = lines
            .collect::<String>()
            .chars()
            .filter(char::is_ascii_hexdigit)
            .collect();
        let bytes = text::from_hex(digits.as_bytes()).filter(|bytes| worn.is_long(bytes))?;
        let take = format!(
            "sed -n '/{name}/,/^ *[A-Z]/p' | grep -E '^ +([0-9a-f]{{2}}:)*[0-9a-f]{{2}}:?$' | tr -dc 0-9a-f | xxd -r -p"
        );
        if name != "Modulus:" {
            return Some(Off::new(bytes).filter(take));
        }
        let modulus = bytes.strip_prefix(&[0]).unwrap_or(&bytes);
        let spki = Spki::rsa(modulus);
        let filter = format!("{take} | tail -c {} | {}", modulus.len(), spki.filter());
        Some(Off::new(spki.to_der()).filter(filter))
    };
    off().into_iter().collect()
}

/// RFC 7517 and RFC 7518 section 6, RFC 8037, also the first usable key of a set.
pub(super) fn jwk(worn: &Worn<'_>) -> Vec<Off> {
    let off = || {
        let json = worn.json()?;
        let keys = match json.get("keys") {
            Some(Json::Array(keys)) => keys.as_slice(),
            _ => core::slice::from_ref(json),
        };
        let (place, spki, note) = keys
            .iter()
            .take(16)
            .enumerate()
            .find_map(|(place, key)| of_jwk(key).map(|(spki, note)| (place, spki, note)))?;
        let (select, names) = match note {
            "RSA" => (place, "[\"n\"]"),
            "OKP, Ed25519" => (place, "[\"x\"]"),
            _ => (place, "[\"x\", \"y\"]"),
        };
        let key = if json.get("keys").is_some() {
            format!("[\"keys\"][{select}]")
        } else {
            String::new()
        };
        let decode = format!(
            "python3 -c 'import sys, json, base64; k = json.load(sys.stdin){key}; \
             sys.stdout.buffer.write(b\"\".join(base64.urlsafe_b64decode(k[n] + \"==\") for n in {names}))'"
        );
        let filter = format!("{decode} | {}", spki.filter());
        Some(Off::new(spki.to_der()).note(format!(", kty {note}")).filter(filter))
    };
    off().into_iter().collect()
}

fn of_jwk(key: &Json) -> Option<(Spki, &'static str)> {
    let field = |name: &str| {
        let (_, bytes) = text::from_base64(key.get(name)?.as_str()?.as_bytes())?;
        Some(bytes)
    };
    let point = |key_spec, length: usize, note| {
        let (x, y) = (field("x")?, field("y")?);
        let coordinates = [x.as_slice(), &y].concat();
        (x.len() == length && y.len() == length).then(|| (Spki::new(key_spec, &[4], &coordinates), note))
    };
    match (key.get("kty")?.as_str()?, key.get("crv").and_then(Json::as_str)) {
        // KMS has the exponent 65537 alone.
        ("RSA", _) => (field("e")? == [1, 0, 1]).then_some((Spki::rsa(&field("n")?), "RSA")),
        ("EC", Some("P-256")) => point(KeySpec::EccNistP256, 32, "EC, crv P-256"),
        ("EC", Some("P-384")) => point(KeySpec::EccNistP384, 48, "EC, crv P-384"),
        ("EC", Some("P-521")) => point(KeySpec::EccNistP521, 66, "EC, crv P-521"),
        ("EC", Some("secp256k1")) => point(KeySpec::EccSecgP256k1, 32, "EC, crv secp256k1"),
        ("OKP", Some("Ed25519")) => {
            let spki = Spki::new(KeySpec::EccNistEdwards25519, &[], &field("x")?);
            Some((spki, "OKP, Ed25519"))
        }
        _ => None,
    }
}

/// An ARN, an alias, a key ID or a URI of a KMS key.
pub(super) fn kms_name(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.text.filter(|text| (8..2048).contains(&text.len())) else {
        return Vec::new();
    };
    let is_uuid = text.len() == 36
        && text.chars().enumerate().all(|(place, c)| {
            if matches!(place, 8 | 13 | 18 | 23) {
                c == '-'
            } else {
                c.is_ascii_hexdigit()
            }
        });
    let is_name = text.starts_with("awskms://")
        || text.starts_with("aws-kms://")
        || text.starts_with("gcpkms://")
        || (text.starts_with("arn:aws") && text.contains(":kms:"))
        || text.starts_with("alias/")
        || (text.starts_with("mrk-") && text.len() == 36)
        || is_uuid;
    if is_name && !text.contains(char::is_whitespace) {
        vec![Off::lost()]
    } else {
        Vec::new()
    }
}
