//! The causes of failed verifications.

use core::fmt;

/// The cause of a failed verification, with a stable name. Requires the feature `diagnosis`.
///
/// [`as_str`](Self::as_str) and [`Display`](fmt::Display) return the name in kebab-case, which precedes the description
/// of each variant. Certain findings are reported in the order of the variants: causes that prevent further inspection
/// come first, then those of the signature, the algorithm and the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Cause {
    /// `public-key-encoding`: the public key is in another format, or damaged.
    PublicKeyEncoding,
    /// `key-is-for-another-algorithm`: the algorithm is incompatible with the key spec of the key.
    KeyIsForAnotherAlgorithm,
    /// `signature-is-python-bytes-text`: the signature is a Python bytes literal, such as `b'0E\x02...'`.
    SignatureIsPythonBytesText,
    /// `signature-is-sign-response-json`: the signature is the whole JSON response of Sign.
    SignatureIsSignResponseJson,
    /// `signature-is-jwt`: the signature is a whole JWT, whose third part is the signature.
    SignatureIsJwt,
    /// `signature-in-envelope`: the signature is inside a file of another protocol: a Sigstore bundle, a DSSE envelope, COSE_Sign1, SSH, Vault, Sui.
    SignatureInEnvelope,
    /// `signature-is-json`: the signature is a field of other JSON.
    SignatureIsJson,
    /// `signature-is-cli-output`: the signature is the whole answer of `aws kms sign` as text, YAML or a table.
    SignatureIsCliOutput,
    /// `signature-is-printed-value`: the signature is what a language or an SDK prints for bytes, such as decimal numbers.
    SignatureIsPrintedValue,
    /// `signature-is-pem`: the signature is a PEM block.
    SignatureIsPem,
    /// `signature-is-url-encoded`: the signature was changed by the encoding of a URL or a form.
    SignatureIsUrlEncoded,
    /// `signature-is-base64`: the signature is base64 text, not bytes.
    SignatureIsBase64,
    /// `signature-is-base64url`: the signature is base64url text (JWT), not bytes.
    SignatureIsBase64Url,
    /// `signature-is-hex`: the signature is hexadecimal text, not bytes.
    SignatureIsHex,
    /// `signature-is-base58`: the signature is base58 text (Solana, NEAR), not bytes.
    SignatureIsBase58,
    /// `signature-is-base32`: the signature is base32 text, not bytes.
    SignatureIsBase32,
    /// `signature-read-as-text`: the signature was read as text, which changed or destroyed its bytes.
    SignatureReadAsText,
    /// `signature-line-endings`: line feeds in the signature were converted to CRLF.
    SignatureLineEndings,
    /// `signature-in-der`: the signature is inside a DER BIT STRING or OCTET STRING, as in X.509.
    SignatureInDer,
    /// `signature-halves-in-der`: the signature was cut in halves and encoded as a DER pair, as if it were one of ECDSA.
    SignatureHalvesInDer,
    /// `signature-has-recovery-byte`: a recovery byte was added to r and s (Ethereum, Bitcoin).
    SignatureHasRecoveryByte,
    /// `signature-is-raw-r-s`: the signature is the concatenation of r and s (JWT, WebCrypto), not DER.
    SignatureIsRawRS,
    /// `signature-der-malformed`: the encoding of an ECDSA or SM2 signature is not valid DER.
    SignatureDerMalformed,
    /// `signature-wrong-length`: the signature has a length that the key cannot produce.
    SignatureWrongLength,
    /// `wrong-padding`: RSASSA-PSS and RSASSA-PKCS1-v1_5 are mixed up.
    WrongPadding,
    /// `wrong-hash`: another hash function was used.
    WrongHash,
    /// `pss-salt-length`: the salt of RSASSA-PSS is not as long as the digest.
    PssSaltLength,
    /// `pss-mgf-hash`: MGF1 of RSASSA-PSS used another hash function than the digest.
    PssMgfHash,
    /// `pkcs1-without-digest-info`: RSASSA-PKCS1-v1_5 without a DigestInfo, which identifies the hash function.
    Pkcs1WithoutDigestInfo,
    /// `ed25519-pure-and-ph`: `ED25519_SHA_512` and `ED25519_PH_SHA_512` are mixed up.
    Ed25519PureAndPh,
    /// `ed25519-ph-hashed-once`: an Ed25519ph signature over the message, whereas that of KMS is over its digest.
    Ed25519PhHashedOnce,
    /// `ml-dsa-mu-and-raw`: the message and the mu of ML-DSA are mixed up.
    MlDsaMuAndRaw,
    /// `ml-dsa-mu-miscomputed`: the mu was not computed as FIPS 204 specifies.
    MlDsaMuMiscomputed,
    /// `digest-is-hex`: a digest as hexadecimal text instead of bytes.
    DigestIsHex,
    /// `digest-is-base64`: a digest as base64 text instead of bytes.
    DigestIsBase64,
    /// `digest-is-encoded`: the digest is in another text encoding, not bytes.
    DigestIsEncoded,
    /// `message-is-a-digest`: the bytes given as RAW are the digest of the message.
    MessageIsADigest,
    /// `message-is-not-a-digest`: the bytes given as DIGEST are the message itself.
    MessageIsNotADigest,
    /// `message-hashed-twice`: the digest of the message was signed as the message itself.
    MessageHashedTwice,
    /// `message-was-base64-encoded`: the base64 text of the message was signed.
    MessageWasBase64Encoded,
    /// `message-is-base64`: the message is base64 text, but the decoded bytes were signed.
    MessageIsBase64,
    /// `message-is-hex`: the message is hexadecimal text, but the decoded bytes were signed; or the reverse.
    MessageIsHex,
    /// `message-is-encoded`: the message is in another encoding than the one that was signed.
    MessageIsEncoded,
    /// `message-jwt-part`: the message is another part of a JWT than the signed one.
    MessageJwtPart,
    /// `message-dsse-pae`: a DSSE signature is over the pre-authentication encoding (PAE) of the payload.
    MessageDssePae,
    /// `message-json-form`: the same JSON was signed in another form.
    MessageJsonForm,
    /// `message-trailing-newline`: the given message ends with a newline that was not signed.
    MessageTrailingNewline,
    /// `message-missing-newline`: the signed message ends with a newline that the given message lacks.
    MessageMissingNewline,
    /// `message-white-space`: spaces or zero bytes at the end of the message differ.
    MessageWhiteSpace,
    /// `message-line-endings`: the given and the signed message have different line endings (LF, CRLF).
    MessageLineEndings,
    /// `message-byte-order-mark`: only the given or only the signed message has a byte order mark or is UTF-16.
    MessageByteOrderMark,
    /// `message-truncated`: only the beginning of the message was signed.
    MessageTruncated,
    /// `message-signed-part`: the message is a structure, such as a certificate, of which a part or another form was signed.
    MessageSignedPart,
    /// `message-keccak`: a Keccak-256 digest was signed, as by Ethereum.
    MessageKeccak,
    /// `message-empty`: the given or the signed message is empty.
    MessageEmpty,
    /// `message-differs`: the signature was made with this key and this algorithm over another message.
    MessageDiffers,
    /// `message-too-long-for-raw`: the message is longer than KMS accepts as RAW.
    MessageTooLongForRaw,
    /// `wrong-key`: the signature was made with another key.
    WrongKey,
    /// `ml-dsa-context`: ML-DSA with a context, or HashML-DSA.
    MlDsaContext,
    /// `sm2-distinguishing-id`: SM2 with another distinguishing ID, or with none.
    Sm2DistinguishingId,
}

use Cause::*;

impl Cause {
    /// All causes, in their order.
    pub const ALL: &'static [Self] = &[
        PublicKeyEncoding,
        KeyIsForAnotherAlgorithm,
        SignatureIsPythonBytesText,
        SignatureIsSignResponseJson,
        SignatureIsJwt,
        SignatureInEnvelope,
        SignatureIsJson,
        SignatureIsCliOutput,
        SignatureIsPrintedValue,
        SignatureIsPem,
        SignatureIsUrlEncoded,
        SignatureIsBase64,
        SignatureIsBase64Url,
        SignatureIsHex,
        SignatureIsBase58,
        SignatureIsBase32,
        SignatureReadAsText,
        SignatureLineEndings,
        SignatureInDer,
        SignatureHalvesInDer,
        SignatureHasRecoveryByte,
        SignatureIsRawRS,
        SignatureDerMalformed,
        SignatureWrongLength,
        WrongPadding,
        WrongHash,
        PssSaltLength,
        PssMgfHash,
        Pkcs1WithoutDigestInfo,
        Ed25519PureAndPh,
        Ed25519PhHashedOnce,
        MlDsaMuAndRaw,
        MlDsaMuMiscomputed,
        DigestIsHex,
        DigestIsBase64,
        DigestIsEncoded,
        MessageIsADigest,
        MessageIsNotADigest,
        MessageHashedTwice,
        MessageWasBase64Encoded,
        MessageIsBase64,
        MessageIsHex,
        MessageIsEncoded,
        MessageJwtPart,
        MessageDssePae,
        MessageJsonForm,
        MessageTrailingNewline,
        MessageMissingNewline,
        MessageWhiteSpace,
        MessageLineEndings,
        MessageByteOrderMark,
        MessageTruncated,
        MessageSignedPart,
        MessageKeccak,
        MessageEmpty,
        MessageDiffers,
        MessageTooLongForRaw,
        WrongKey,
        MlDsaContext,
        Sm2DistinguishingId,
    ];

    /// The name in kebab-case, such as `"signature-is-base64"`. It is stable across versions.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            PublicKeyEncoding => "public-key-encoding",
            KeyIsForAnotherAlgorithm => "key-is-for-another-algorithm",
            SignatureIsPythonBytesText => "signature-is-python-bytes-text",
            SignatureIsSignResponseJson => "signature-is-sign-response-json",
            SignatureIsJwt => "signature-is-jwt",
            SignatureInEnvelope => "signature-in-envelope",
            SignatureIsJson => "signature-is-json",
            SignatureIsCliOutput => "signature-is-cli-output",
            SignatureIsPrintedValue => "signature-is-printed-value",
            SignatureIsPem => "signature-is-pem",
            SignatureIsUrlEncoded => "signature-is-url-encoded",
            SignatureIsBase64 => "signature-is-base64",
            SignatureIsBase64Url => "signature-is-base64url",
            SignatureIsHex => "signature-is-hex",
            SignatureIsBase58 => "signature-is-base58",
            SignatureIsBase32 => "signature-is-base32",
            SignatureReadAsText => "signature-read-as-text",
            SignatureLineEndings => "signature-line-endings",
            SignatureInDer => "signature-in-der",
            SignatureHalvesInDer => "signature-halves-in-der",
            SignatureHasRecoveryByte => "signature-has-recovery-byte",
            SignatureIsRawRS => "signature-is-raw-r-s",
            SignatureDerMalformed => "signature-der-malformed",
            SignatureWrongLength => "signature-wrong-length",
            WrongPadding => "wrong-padding",
            WrongHash => "wrong-hash",
            PssSaltLength => "pss-salt-length",
            PssMgfHash => "pss-mgf-hash",
            Pkcs1WithoutDigestInfo => "pkcs1-without-digest-info",
            Ed25519PureAndPh => "ed25519-pure-and-ph",
            Ed25519PhHashedOnce => "ed25519-ph-hashed-once",
            MlDsaMuAndRaw => "ml-dsa-mu-and-raw",
            MlDsaMuMiscomputed => "ml-dsa-mu-miscomputed",
            DigestIsHex => "digest-is-hex",
            DigestIsBase64 => "digest-is-base64",
            DigestIsEncoded => "digest-is-encoded",
            MessageIsADigest => "message-is-a-digest",
            MessageIsNotADigest => "message-is-not-a-digest",
            MessageHashedTwice => "message-hashed-twice",
            MessageWasBase64Encoded => "message-was-base64-encoded",
            MessageIsBase64 => "message-is-base64",
            MessageIsHex => "message-is-hex",
            MessageIsEncoded => "message-is-encoded",
            MessageJwtPart => "message-jwt-part",
            MessageDssePae => "message-dsse-pae",
            MessageJsonForm => "message-json-form",
            MessageTrailingNewline => "message-trailing-newline",
            MessageMissingNewline => "message-missing-newline",
            MessageWhiteSpace => "message-white-space",
            MessageLineEndings => "message-line-endings",
            MessageByteOrderMark => "message-byte-order-mark",
            MessageTruncated => "message-truncated",
            MessageSignedPart => "message-signed-part",
            MessageKeccak => "message-keccak",
            MessageEmpty => "message-empty",
            MessageDiffers => "message-differs",
            MessageTooLongForRaw => "message-too-long-for-raw",
            WrongKey => "wrong-key",
            MlDsaContext => "ml-dsa-context",
            Sm2DistinguishingId => "sm2-distinguishing-id",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl AsRef<str> for Cause {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}
