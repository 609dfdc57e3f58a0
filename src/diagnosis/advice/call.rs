//! What a caller does, in the words of the shell or of an SDK: one row for each operation.

use super::pipeline::quoted;
use super::{Caller, Source};
use crate::algorithm::{MessageType, SigningAlgorithm};
use crate::diagnosis::hash::Hash;

/// An operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::diagnosis) enum Call {
    /// GetPublicKey of KMS.
    GetPublicKey,
    /// Names an algorithm.
    Algorithm(SigningAlgorithm),
    /// Passes the message with this type.
    MessageType(MessageType),
    /// Sign of KMS, with this algorithm and message type.
    Sign(SigningAlgorithm, MessageType),
    /// Computes the digest of the message.
    Digest(Hash),
    /// Computes the mu of ML-DSA.
    Mu,
    /// Computes the digest of SM2 with a distinguishing ID.
    Sm2Digest,
    /// Prints a digest of a file, or of bytes, to be compared.
    Compare(Hash),
    /// Prints the SHA-256 digest of the public key.
    Fingerprint,
    /// Prints the length of a signature.
    SignatureLength,
    /// Signs with a salt as long as the digest.
    SaltOfDigest(Hash),
    /// Signs with one hash function for the digest and MGF1.
    MaskOfDigest(Hash),
}

impl Call {
    /// `None` if there is no such call.
    pub(super) fn words(&self, caller: Caller<'_>) -> Option<String> {
        match caller {
            Caller::Shell(inputs) => match inputs.message {
                Source::File(file) => self.shell(&format!(" < {}", quoted(file)), "", file),
                Source::Command(command) => self.shell("", &format!("{command} | "), "message.bin"),
            },
            Caller::Rust => self.rust(),
            Caller::Python => self.python(),
            Caller::Node => self.node(),
            Caller::Go => self.go(),
            Caller::Java => self.java(),
        }
    }

    /// With the message from a file, or piped from a command.
    fn shell(&self, from: &str, piped: &str, file: &str) -> Option<String> {
        Some(match self {
            Self::GetPublicKey => {
                "aws kms get-public-key --key-id ARN --output text --query PublicKey | base64 --decode > \
                                   public_key.der"
                    .into()
            }
            Self::Algorithm(algorithm) => format!("--signing-algorithm {algorithm}"),
            Self::MessageType(message_type) => format!("--message-type {message_type}"),
            Self::Sign(algorithm, message_type) => format!(
                "aws kms sign --key-id ARN --message fileb://{file} --message-type {message_type} --signing-algorithm \
                 {algorithm}"
            ),
            Self::Digest(hash) => format!(
                "{piped}openssl dgst -{} -binary{from} > digest.bin, then --message fileb://digest.bin",
                hash.command()
            ),
            Self::Mu | Self::Sm2Digest => return None,
            Self::Compare(hash) => format!("{piped}{}sum{from}", hash.command()),
            Self::Fingerprint => "sha256sum public_key.der".into(),
            Self::SignatureLength => {
                "aws kms sign ... --output text --query Signature | base64 --decode | wc -c".into()
            }
            Self::SaltOfDigest(hash) => format!(
                "openssl dgst -{} -sign key.pem -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest",
                hash.command()
            ),
            Self::MaskOfDigest(hash) => format!("with OpenSSL, -sigopt rsa_mgf1_md:{}", hash.command()),
        })
    }

    fn rust(&self) -> Option<String> {
        Some(match self {
            Self::GetPublicKey => "client.get_public_key().key_id(arn).send().await?.public_key()".into(),
            Self::Algorithm(algorithm) => format!("SigningAlgorithm::{algorithm:?}"),
            Self::MessageType(MessageType::Raw) => "Message::Raw(&message)".into(),
            Self::MessageType(MessageType::Digest) => "Message::Digest(&digest)".into(),
            Self::MessageType(MessageType::ExternalMu) => "Message::ExternalMu(&mu)".into(),
            Self::Sign(algorithm, message_type) => format!(
                "client.sign().key_id(arn).message(Blob::new(bytes)).message_type(\"{message_type}\".into())\
                 .signing_algorithm(\"{algorithm}\".into())"
            ),
            Self::Digest(hash) | Self::Compare(hash) => format!("{}::digest(&message)", camel(*hash)),
            Self::Mu => "PublicKey::external_mu(message)".into(),
            Self::Sm2Digest => "PublicKey::sm2_digest(id, message)".into(),
            Self::Fingerprint => "PublicKey::fingerprint".into(),
            Self::SignatureLength => "signature.len()".into(),
            Self::SaltOfDigest(hash) | Self::MaskOfDigest(hash) => {
                format!("rsa::pss::SigningKey::<{}>::new(key)", camel(*hash))
            }
        })
    }

    fn python(&self) -> Option<String> {
        Some(match self {
            Self::GetPublicKey => "kms.get_public_key(KeyId=arn)[\"PublicKey\"]".into(),
            Self::Algorithm(algorithm) => format!("SigningAlgorithm=\"{algorithm}\""),
            Self::MessageType(message_type) => format!("MessageType=\"{message_type}\""),
            Self::Sign(algorithm, message_type) => format!(
                "kms.sign(KeyId=arn, Message=data, MessageType=\"{message_type}\", SigningAlgorithm=\"{algorithm}\")"
            ),
            Self::Digest(hash) | Self::Compare(hash) => {
                format!("hashlib.{}(message).digest()", hash.command())
            }
            Self::Mu | Self::Sm2Digest => return None,
            Self::Fingerprint => "hashlib.sha256(public_key).hexdigest()".into(),
            Self::SignatureLength => "len(response[\"Signature\"])".into(),
            Self::SaltOfDigest(_) => "salt_length=padding.PSS.DIGEST_LENGTH".into(),
            Self::MaskOfDigest(hash) => format!("mgf=padding.MGF1(hashes.{}())", upper(*hash)),
        })
    }

    fn node(&self) -> Option<String> {
        Some(match self {
            Self::GetPublicKey => "(await client.send(new GetPublicKeyCommand({ KeyId: arn }))).PublicKey".into(),
            Self::Algorithm(algorithm) => format!("SigningAlgorithm: \"{algorithm}\""),
            Self::MessageType(message_type) => format!("MessageType: \"{message_type}\""),
            Self::Sign(algorithm, message_type) => format!(
                "new SignCommand({{ KeyId: arn, Message: data, MessageType: \"{message_type}\", SigningAlgorithm: \
                 \"{algorithm}\" }})"
            ),
            Self::Digest(hash) | Self::Compare(hash) => {
                format!("crypto.createHash(\"{}\").update(message).digest()", hash.command())
            }
            Self::Mu | Self::Sm2Digest => return None,
            Self::Fingerprint => "crypto.createHash(\"sha256\").update(publicKey).digest(\"hex\")".into(),
            Self::SignatureLength => "response.Signature.length".into(),
            Self::SaltOfDigest(_) => "saltLength: crypto.constants.RSA_PSS_SALTLEN_DIGEST".into(),
            Self::MaskOfDigest(_) => return None,
        })
    }

    fn go(&self) -> Option<String> {
        Some(match self {
            Self::GetPublicKey => {
                "out, err := client.GetPublicKey(ctx, &kms.GetPublicKeyInput{KeyId: &arn}), then out.PublicKey".into()
            }
            Self::Algorithm(algorithm) => format!("SigningAlgorithm: \"{algorithm}\""),
            Self::MessageType(message_type) => format!("MessageType: \"{message_type}\""),
            Self::Sign(algorithm, message_type) => format!(
                "client.Sign(ctx, &kms.SignInput{{KeyId: &arn, Message: data, MessageType: \"{message_type}\", \
                 SigningAlgorithm: \"{algorithm}\"}})"
            ),
            Self::Digest(hash) | Self::Compare(hash) => match hash {
                Hash::Sha1 => "sha1.Sum(message)".into(),
                Hash::Sha224 => "sha256.Sum224(message)".into(),
                Hash::Sha256 => "sha256.Sum256(message)".into(),
                Hash::Sha384 => "sha512.Sum384(message)".into(),
                Hash::Sha512 => "sha512.Sum512(message)".into(),
            },
            Self::Mu | Self::Sm2Digest => return None,
            Self::Fingerprint => "sha256.Sum256(out.PublicKey)".into(),
            Self::SignatureLength => "len(out.Signature)".into(),
            Self::SaltOfDigest(_) => "rsa.PSSSaltLengthEqualsHash".into(),
            Self::MaskOfDigest(_) => return None,
        })
    }

    fn java(&self) -> Option<String> {
        Some(match self {
            Self::GetPublicKey => "kms.getPublicKey(r -> r.keyId(arn)).publicKey().asByteArray()".into(),
            Self::Algorithm(algorithm) => format!("signingAlgorithm(\"{algorithm}\")"),
            Self::MessageType(message_type) => format!("messageType(\"{message_type}\")"),
            Self::Sign(algorithm, message_type) => format!(
                "kms.sign(r -> r.keyId(arn).message(data).messageType(\"{message_type}\").signingAlgorithm(\"{algorithm}\"))"
            ),
            Self::Digest(hash) | Self::Compare(hash) => {
                format!("MessageDigest.getInstance(\"{}\").digest(message)", hash.name())
            }
            Self::Mu | Self::Sm2Digest => return None,
            Self::Fingerprint => "MessageDigest.getInstance(\"SHA-256\").digest(publicKey)".into(),
            Self::SignatureLength => "response.signature().asByteArray().length".into(),
            Self::SaltOfDigest(hash) | Self::MaskOfDigest(hash) => format!(
                "new PSSParameterSpec(\"{name}\", \"MGF1\", new MGF1ParameterSpec(\"{name}\"), {}, 1)",
                hash.length(),
                name = hash.name(),
            ),
        })
    }
}

/// The name of a hash function in Rust.
fn camel(hash: Hash) -> &'static str {
    match hash {
        Hash::Sha1 => "Sha1",
        Hash::Sha224 => "Sha224",
        Hash::Sha256 => "Sha256",
        Hash::Sha384 => "Sha384",
        Hash::Sha512 => "Sha512",
    }
}

/// The name of a hash function in Python's cryptography.
fn upper(hash: Hash) -> &'static str {
    match hash {
        Hash::Sha1 => "SHA1",
        Hash::Sha224 => "SHA224",
        Hash::Sha256 => "SHA256",
        Hash::Sha384 => "SHA384",
        Hash::Sha512 => "SHA512",
    }
}
