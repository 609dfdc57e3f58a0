//! A signature other than the bytes that KMS made.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kms_verify::Cause;
use kms_verify_testing::forge::curve;
use kms_verify_testing::vectors::Vector;

use super::Mistake;
use crate::case::{Case, base64, base64url, hex, lines, python, utf16};

use Cause::*;

/// Mistakes with the signature.
pub const MISTAKES: &[Mistake] = &[
    Mistake {
        name: "signature as base64",
        apply: |v| signature(v, SignatureIsBase64, base64(&v.signature)),
    },
    Mistake {
        name: "signature as base64 in lines",
        apply: |v| signature(v, SignatureIsBase64, lines(&base64(&v.signature), 76)),
    },
    Mistake {
        name: "signature as base64 in quotation marks",
        apply: |v| signature(v, SignatureIsBase64, format!("\"{}\"\n", base64(&v.signature))),
    },
    Mistake {
        name: "signature as base64 in UTF-16",
        apply: |v| signature(v, SignatureIsBase64, utf16(&format!("{}\r\n", base64(&v.signature)))),
    },
    Mistake {
        name: "signature as base64 of base64",
        apply: |v| {
            signature(
                v,
                SignatureIsBase64,
                base64(lines(&base64(&v.signature), 76).as_bytes()),
            )
        },
    },
    Mistake {
        name: "signature as base64 behind a byte order mark",
        apply: |v| signature(v, SignatureIsBase64, format!("\u{feff}{}\r\n", base64(&v.signature))),
    },
    Mistake {
        name: "signature as base64url",
        apply: |v| signature(v, SignatureIsBase64Url, base64url(&v.signature)),
    },
    Mistake {
        name: "signature as hex",
        apply: |v| signature(v, SignatureIsHex, hex(&v.signature)),
    },
    Mistake {
        name: "signature as upper-case hex with a line end",
        apply: |v| signature(v, SignatureIsHex, format!("{}\n", hex(&v.signature).to_uppercase())),
    },
    Mistake {
        name: "signature as hex in lines (xxd -p)",
        apply: |v| signature(v, SignatureIsHex, lines(&hex(&v.signature), 60)),
    },
    Mistake {
        name: "signature as hex with colons",
        apply: |v| {
            let bytes: Vec<String> = v.signature.iter().map(|byte| format!("{byte:02X}")).collect();
            signature(v, SignatureIsHex, bytes.join(":"))
        },
    },
    Mistake {
        name: "signature as hex after 0x",
        apply: |v| signature(v, SignatureIsHex, format!("0x{}", hex(&v.signature))),
    },
    Mistake {
        name: "signature as hex, decoded as base64",
        apply: |v| signature(v, SignatureIsHex, STANDARD.decode(hex(&v.signature)).ok()?),
    },
    Mistake {
        name: "signature as Sign response",
        apply: |v| {
            let json = format!(
                "{{\n    \"KeyId\": \"arn:aws:kms:us-east-1:111122223333:key/1\",\n    \"Signature\": \"{}\",\n    \
                 \"SigningAlgorithm\": \"{}\"\n}}\n",
                base64(&v.signature),
                v.algorithm
            );
            signature(v, SignatureIsSignResponseJson, json)
        },
    },
    Mistake {
        name: "signature as Python bytes",
        apply: |v| signature(v, SignatureIsPythonBytesText, python(&v.signature)),
    },
    Mistake {
        name: "signature as Python bytes of base64",
        apply: |v| signature(v, SignatureIsPythonBytesText, python(base64(&v.signature).as_bytes())),
    },
    Mistake {
        name: "signature as r || s",
        apply: |v| signature(v, SignatureIsRawRS, raw_pair(v)?),
    },
    Mistake {
        name: "signature as base64url of r || s (JWT)",
        apply: |v| signature(v, SignatureIsBase64Url, base64url(&raw_pair(v)?)),
    },
    Mistake {
        name: "signature with a length of BER",
        apply: |v| {
            let content = der_content(v)?;
            let octets = [&[0x30, 0x83, 0, 0, content.len() as u8][..], content].concat();
            signature(v, SignatureDerMalformed, octets)
        },
    },
    Mistake {
        name: "signature with an indefinite length",
        apply: |v| {
            signature(
                v,
                SignatureDerMalformed,
                [&[0x30, 0x80], der_content(v)?, &[0, 0]].concat(),
            )
        },
    },
    Mistake {
        name: "signature with a surplus zero before r",
        apply: |v| {
            let [r, s] = der_integers(v)?;
            signature(v, SignatureDerMalformed, pair(&[&[0], r].concat(), s))
        },
    },
    Mistake {
        name: "signature without the zero before r or s",
        apply: |v| {
            let [r, s] = der_integers(v)?;
            let bare = |integer: &[u8]| integer.strip_prefix(&[0]).unwrap_or(integer).to_vec();
            (r[0] == 0 || s[0] == 0).then(|| signature(v, SignatureDerMalformed, pair(&bare(r), &bare(s))))?
        },
    },
    Mistake {
        name: "signature with a byte after it",
        apply: |v| signature(v, damaged(v), [v.signature.as_slice(), &[0]].concat()),
    },
    Mistake {
        name: "signature with a line end after it",
        apply: |v| signature(v, damaged(v), [v.signature.as_slice(), b"\n"].concat()),
    },
    Mistake {
        name: "signature without its last byte",
        apply: |v| signature(v, damaged(v), &v.signature[..v.signature.len() - 1]),
    },
    Mistake {
        name: "no signature",
        apply: |v| signature(v, SignatureWrongLength, []),
    },
    Mistake {
        name: "signature read as text",
        apply: |v| signature(v, SignatureReadAsText, String::from_utf8_lossy(&v.signature).as_bytes()),
    },
];

/// The signature of the vector in another form.
fn signature(vector: &Vector, cause: Cause, signature: impl Into<Vec<u8>>) -> Option<(Cause, Case)> {
    Some((cause, Case::of(vector).with_signature(signature)))
}

/// The cause for bytes that begin like a signature but are not one.
fn damaged(vector: &Vector) -> Cause {
    if is_pair(vector) {
        SignatureDerMalformed
    } else {
        SignatureWrongLength
    }
}

fn is_pair(vector: &Vector) -> bool {
    vector.algorithm.as_str().starts_with("ECDSA")
}

/// The contents of the SEQUENCE of an ECDSA signature.
fn der_content(vector: &Vector) -> Option<&[u8]> {
    is_pair(vector).then(|| match vector.signature.as_slice() {
        [0x30, 0x81, _, content @ ..] | [0x30, _, content @ ..] => content,
        _ => unreachable!("KMS writes DER"),
    })
}

/// The contents of its two INTEGERs.
fn der_integers(vector: &Vector) -> Option<[&[u8]; 2]> {
    let content = der_content(vector)?;
    let (r, rest) = content[2..].split_at(content[1].into());
    Some([r, &rest[2..]])
}

fn pair(r: &[u8], s: &[u8]) -> Vec<u8> {
    let content = [&[2, r.len() as u8], r, &[2, s.len() as u8], s].concat();
    let length: &[u8] = if content.len() < 0x80 { &[] } else { &[0x81] };
    [&[0x30], length, &[content.len() as u8], &content].concat()
}

fn raw_pair(vector: &Vector) -> Option<Vec<u8>> {
    let integers = der_integers(vector)?;
    let length = curve::curve(vector.key_spec).bytes;
    let padded = |integer: &[u8]| {
        let magnitude = integer.strip_prefix(&[0]).unwrap_or(integer);
        [&vec![0; length - magnitude.len()], magnitude].concat()
    };
    Some(integers.map(padded).concat())
}
