//! Findings for the dresses of a signature.

use super::advice::{Advice, Part, Step, origin};
use super::cause::Cause;
use super::finding::Finding;
use crate::algorithm::SignatureFormat;
use crate::undress::{Bare, Dress, Layer};

/// What a dress of a signature is called. `None` for what only surrounds another dress.
fn cause(dress: Dress, format: SignatureFormat) -> Option<Cause> {
    let is_pair = matches!(format, SignatureFormat::Der(_));
    Some(match dress {
        Dress::ByteOrderMark
        | Dress::Utf16
        | Dress::Quotes
        | Dress::Assignment
        | Dress::Prefix
        | Dress::HashToolLine
        | Dress::YamlBinary
        | Dress::Quotation
        | Dress::Invisible
        | Dress::QuotedPrintable
        | Dress::Html
        | Dress::JsonEscapes
        | Dress::Embedded
        | Dress::ReadAsBase64 => return None,
        Dress::PythonBytes => Cause::SignatureIsPythonBytesText,
        Dress::SignResponse => Cause::SignatureIsSignResponseJson,
        Dress::Jwt => Cause::SignatureIsJwt,
        Dress::SigstoreBundle
        | Dress::DsseEnvelope
        | Dress::JwsJson
        | Dress::Vault
        | Dress::SshSignature
        | Dress::CoseSign1
        | Dress::Sui => Cause::SignatureInEnvelope,
        Dress::JsonField | Dress::GetPublicKeyResponse | Dress::Jwk => Cause::SignatureIsJson,
        Dress::CliText | Dress::CliYaml | Dress::CliTable => Cause::SignatureIsCliOutput,
        Dress::JsonBuffer
        | Dress::JsonIndexed
        | Dress::PythonValue
        | Dress::NodeBuffer
        | Dress::JavaSdkBytes
        | Dress::StringLiteral
        | Dress::Numbers
        | Dress::HexNumbers
        | Dress::Description
        | Dress::CutShort => Cause::SignatureIsPrintedValue,
        Dress::Pem
        | Dress::PemIndented
        | Dress::PemEscaped
        | Dress::PemSurrounded
        | Dress::PemReflowed
        | Dress::PemDashes => Cause::SignatureIsPem,
        Dress::PercentEncoding | Dress::PlusAsSpace => Cause::SignatureIsUrlEncoded,
        Dress::Base64 => Cause::SignatureIsBase64,
        Dress::Base64Url => Cause::SignatureIsBase64Url,
        Dress::Hex | Dress::HexDump => Cause::SignatureIsHex,
        Dress::Base58 => Cause::SignatureIsBase58,
        Dress::Base32 => Cause::SignatureIsBase32,
        Dress::Latin1AsUtf8 | Dress::LostToReplacement => Cause::SignatureReadAsText,
        Dress::CrLf => Cause::SignatureLineEndings,
        Dress::BitString | Dress::OctetString | Dress::AlgorithmAndBits => Cause::SignatureInDer,
        Dress::ZeroByte if is_pair => Cause::SignatureInDer,
        Dress::HalvesInDer => Cause::SignatureHalvesInDer,
        Dress::RecoveryByte => Cause::SignatureHasRecoveryByte,
        Dress::RawPair | Dress::CompactPair | Dress::DerZeros | Dress::JsonPair | Dress::TextPair => {
            Cause::SignatureIsRawRS
        }
        Dress::MalformedDer => Cause::SignatureDerMalformed,
        Dress::LineEnd if is_pair => Cause::SignatureDerMalformed,
        Dress::LineEnd | Dress::ZeroByte | Dress::ZerosMissing => Cause::SignatureWrongLength,
        // Dresses of keys.
        Dress::Certificate
        | Dress::CertificateSigningRequest
        | Dress::Pkcs1PublicKey
        | Dress::PrivateKey
        | Dress::OpenSsh
        | Dress::Dkim
        | Dress::OpenSslText
        | Dress::RawKey
        | Dress::CompressedPoint
        | Dress::KmsName => return None,
    })
}

/// Whether what this dress holds is base64 as a rule, so that there is nothing to say of that.
fn holds_base64(dress: Dress) -> bool {
    matches!(
        dress,
        Dress::SignResponse
            | Dress::SigstoreBundle
            | Dress::DsseEnvelope
            | Dress::JwsJson
            | Dress::JsonField
            | Dress::CliText
            | Dress::CliYaml
            | Dress::CliTable
            | Dress::Jwt
            | Dress::Vault
    )
}

/// The findings for what was taken off a signature, in the order of their causes. All are certain.
pub(super) fn findings(format: SignatureFormat, bare: &Bare, given: usize) -> Vec<Finding> {
    let fits = bare.bytes.as_ref().is_some_and(|bytes| format.fits(bytes));
    let mut findings: Vec<Finding> = Vec::new();
    let mut around: Vec<String> = Vec::new();
    for (place, layer) in bare.layers.iter().enumerate() {
        let what = describe(layer);
        let outer = place.checked_sub(1).and_then(|place| bare.layers.get(place));
        if matches!(layer.dress, Dress::Base64 | Dress::Base64Url)
            && outer.is_some_and(|outer| holds_base64(outer.dress))
        {
            continue;
        }
        let Some(cause) = cause(layer.dress, format) else {
            around.insert(0, what);
            continue;
        };
        let mut inside: String = around.drain(..).map(|outer| format!(", inside {outer}")).collect();
        match findings.last_mut() {
            // One finding for each cause.
            Some(last) if last.cause == cause => {
                if layer.dress == Dress::Base64 || layer.dress == Dress::Hex {
                    last.found
                        .push_str(" The decoded bytes are encoded in the same way again: decode them too.");
                } else {
                    last.found.push_str(&format!(" Inside it is {what}{inside}."));
                }
                continue;
            }
            _ => {}
        }
        let place = if findings.is_empty() {
            "The signature is"
        } else {
            "The signature inside is"
        };
        if findings.is_empty() && layer.dress.is_bytes() {
            inside.push_str(&expected(format, given));
        }
        findings.push(Finding::certain(
            cause,
            format!("{place} {what}{inside}."),
            Advice::default(),
        ));
    }
    if findings.is_empty() && !around.is_empty() {
        let what = around.join(", inside ");
        findings.push(Finding::certain(
            Cause::SignatureIsPrintedValue,
            format!("The signature is {what}."),
            Advice::default(),
        ));
    }
    // The order in which they are reported.
    findings.sort_by_key(|finding| finding.cause);
    if let Some((first, others)) = findings.split_first_mut() {
        first.advice = advice(bare, fits);
        for other in others {
            other.advice = match fits {
                true => Advice::say(format!("The advice for {} corrects this one too.", first.cause)),
                false => Advice::say(format!("The advice for {} is that for this one too.", first.cause)),
            };
        }
    }
    findings
}

/// The dress with what is known of it.
pub(super) fn describe(layer: &Layer) -> String {
    format!("{}{}", layer.dress, layer.note)
}

/// What bytes alone do not say of themselves.
fn expected(format: SignatureFormat, given: usize) -> String {
    format!("; it has {given} bytes, but this key requires {}", format.words())
}

fn advice(bare: &Bare, fits: bool) -> Advice {
    let mut advice = Advice::default();
    match &bare.bytes {
        Some(_) if !fits => {
            advice = advice.then_say("No signature of this key was recognized inside: check that it is the right one, and encoded in this way.");
        }
        Some(bytes) => {
            advice = advice.then(Step::Undress {
                part: Part::Signature,
                layers: bare.layers.clone(),
                bytes: Some(bytes.clone()),
            });
        }
        None => {
            advice =
                advice.then_say("The bytes cannot be recovered from this: get the signature again, and keep its bytes.")
        }
    }
    if bare.layers.iter().any(|layer| layer.dress == Dress::MalformedDer) {
        advice = advice.then_say(
            "Use the bytes of Signature exactly as KMS returned them. Code that encodes r and s itself must write each as \
             the shortest INTEGER, with one zero byte before a first byte of 80 or more, and nothing after the end.",
        );
    }
    if let Some(origin) = origin(Part::Signature, &bare.layers) {
        advice = advice.then(origin);
    }
    match bare.layers.first().map(|layer| layer.dress) {
        Some(Dress::Jwt) => advice.then_say("The message is the first two parts with the dot between them."),
        Some(Dress::SigstoreBundle | Dress::DsseEnvelope) => {
            advice.then_say("If it is a DSSE envelope, the message is the PAE of its payload.")
        }
        Some(Dress::CoseSign1) => advice.then_say("The message is the Sig_structure of RFC 9052 section 4.4."),
        _ => advice,
    }
}
