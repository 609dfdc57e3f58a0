//! Responses of KMS with its real keys and signatures, as the HTTP API sends them and as the AWS CLI prints them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::vectors::Vector;

/// The key ARN that all tests use.
pub const ARN: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/// The fields of a response: a name, and a value as JSON text.
#[derive(Clone)]
pub struct Response(pub Vec<(String, String)>);

impl Response {
    /// The GetPublicKey response for the key of a vector.
    pub fn get_public_key(vector: &Vector, key_id: &str) -> Self {
        let key = vector.public_key();
        let algorithms: Vec<_> = key
            .signing_algorithms()
            .iter()
            .map(|name| quoted(name.as_str()))
            .collect();
        let spec = quoted(key.key_spec().as_str());
        Self::new(&[
            ("KeyId", quoted(key_id)),
            ("PublicKey", quoted(&STANDARD.encode(&vector.der))),
            ("CustomerMasterKeySpec", spec.clone()),
            ("KeySpec", spec),
            ("KeyUsage", quoted("SIGN_VERIFY")),
            ("SigningAlgorithms", format!("[{}]", algorithms.join(","))),
        ])
    }

    /// The Sign response for a vector.
    pub fn sign(vector: &Vector, key_id: &str) -> Self {
        Self::new(&[
            ("KeyId", quoted(key_id)),
            ("Signature", quoted(&STANDARD.encode(&vector.signature))),
            ("SigningAlgorithm", quoted(vector.algorithm.as_str())),
        ])
    }

    fn new(fields: &[(&str, String)]) -> Self {
        Self(
            fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
        )
    }

    /// With another value for a field, or with an additional field.
    pub fn with(mut self, field: &str, value: &str) -> Self {
        match self.0.iter_mut().find(|(name, _)| name == field) {
            Some((_, old)) => value.clone_into(old),
            None => self.0.push((field.to_owned(), value.to_owned())),
        }
        self
    }

    /// With a duplicate of a field, after all others.
    pub fn with_again(mut self, field: &str, value: &str) -> Self {
        self.0.push((field.to_owned(), value.to_owned()));
        self
    }

    pub fn without(mut self, field: &str) -> Self {
        self.0.retain(|(name, _)| name != field);
        self
    }

    /// On one line without spaces, as the HTTP API sends it.
    pub fn http(&self) -> String {
        let fields: Vec<_> = self
            .0
            .iter()
            .map(|(name, value)| format!("\"{name}\":{value}"))
            .collect();
        format!("{{{}}}", fields.join(","))
    }

    /// Indented by four spaces and with a final line end, as the AWS CLI prints it. Lists contain only simple strings.
    pub fn cli(&self) -> String {
        let fields: Vec<_> = self
            .0
            .iter()
            .map(|(name, value)| {
                let value = value
                    .replace('[', "[\n        ")
                    .replace("\",\"", "\",\n        \"")
                    .replace(']', "\n    ]");
                format!("    \"{name}\": {value}")
            })
            .collect();
        format!("{{\n{}\n}}\n", fields.join(",\n"))
    }
}

pub fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}
