//! Reads public keys with [`aws_sdk_kms`] once, such as at the start of a service. From then on, signatures are verified
//! offline, without calls, costs and limits.

#![forbid(unsafe_code)]

use aws_sdk_kms::Client;
use aws_sdk_kms::error::{DisplayErrorContext, SdkError};
use aws_sdk_kms::operation::get_public_key::GetPublicKeyOutput;
use aws_sdk_kms::types::{KeyState, KeyUsageType};
use kms_verify::{KeyId, KeyRing, PublicKey, SigningAlgorithm};

/// Why a key was not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// AWS did not answer as expected, such as for a lack of permission.
    #[error("{operation} failed: {message}")]
    Sdk {
        /// The operation of KMS.
        operation: &'static str,
        /// The error of the SDK and its causes.
        message: String,
    },
    /// A field of the response is missing.
    #[error("the response has no {0}")]
    Missing(&'static str),
    /// A field of the response contradicts its public key.
    #[error("{field} of {key_id} is {given}, but its public key is a key of {key_spec}")]
    Contradiction {
        /// The name of the key.
        key_id: Box<str>,
        /// The field.
        field: &'static str,
        /// Its value.
        given: Box<str>,
        /// What the public key is.
        key_spec: kms_verify::KeySpec,
    },
    /// The key is not for signatures.
    #[error("the key {0} is not for signatures")]
    NotForSignatures(Box<str>),
    /// The response is about another key.
    #[error("asked for the key {asked}, but the response is that of {given}")]
    OtherKey {
        /// The name in the request.
        asked: Box<str>,
        /// The key ARN in the response.
        given: Box<str>,
    },
    /// The public key is not one that KMS exports.
    #[error(transparent)]
    PublicKey(#[from] kms_verify::Error),
    /// The ring has a different key with this name.
    #[error(transparent)]
    Ring(#[from] kms_verify::KeyRingError),
}

/// Checks a response of GetPublicKey, and returns its key ARN and its public key.
///
/// `KeySpec` and `SigningAlgorithms` must agree with the public key, and `KeyUsage` must be `SIGN_VERIFY`.
///
/// # Errors
///
/// See [`Error`].
pub fn public_key(response: &GetPublicKeyOutput) -> Result<(&str, PublicKey), Error> {
    let key_id = response.key_id().ok_or(Error::Missing("KeyId"))?;
    if response.key_usage() != Some(&KeyUsageType::SignVerify) {
        return Err(Error::NotForSignatures(key_id.into()));
    }
    let der = response.public_key().ok_or(Error::Missing("PublicKey"))?;
    let key = PublicKey::from_der(der.as_ref())?;
    let contradiction = |field, given: &str| Error::Contradiction {
        key_id: key_id.into(),
        field,
        given: given.into(),
        key_spec: key.key_spec(),
    };
    let key_spec = response.key_spec().ok_or(Error::Missing("KeySpec"))?;
    if key_spec.as_str() != key.key_spec().as_str() {
        return Err(contradiction("KeySpec", key_spec.as_str()));
    }
    let algorithms: Vec<&str> = response.signing_algorithms().iter().map(|name| name.as_str()).collect();
    let of_key = key.key_spec().signing_algorithms();
    let is_of_key = |name: &&str| {
        name.parse::<SigningAlgorithm>()
            .is_ok_and(|name| of_key.contains(&name))
    };
    if algorithms.is_empty() || !algorithms.iter().all(is_of_key) {
        return Err(contradiction("SigningAlgorithms", &algorithms.join(", ")));
    }
    Ok((key_id, key))
}

/// Adds a key to a ring, with the key ARN that KMS returns, and if it was asked for by an alias, with that name too. Asked
/// for by a key ID or a key ARN, the response must have the same.
///
/// # Errors
///
/// See [`Error`].
pub async fn add_key(ring: &mut KeyRing, client: &Client, key_id: &str) -> Result<(), Error> {
    let request = client.get_public_key().key_id(key_id);
    let response = request.send().await.map_err(|error| sdk("GetPublicKey", error))?;
    let (arn, key) = public_key(&response)?;
    let asked: Option<KeyId> = key_id.parse().ok();
    let given: Option<KeyId> = arn.parse().ok();
    match (asked, given) {
        (Some(asked), _) if asked.is_alias() => ring.insert(key_id, key.clone())?,
        (Some(asked), Some(given)) if asked.names(&given) => {}
        (_, _) => {
            return Err(Error::OtherKey {
                asked: key_id.into(),
                given: arn.into(),
            });
        }
    }
    ring.insert(arn, key)?;
    Ok(())
}

/// Reads the public keys of all enabled keys for signatures in the account and the Region of the client.
///
/// It needs the permissions `kms:ListKeys`, `kms:DescribeKey` and `kms:GetPublicKey`, and makes one call per 1000 keys, one
/// per key, and one per key for signatures, one after the other. A ring is read as a whole or not at all.
///
/// # Errors
///
/// See [`Error`].
pub async fn key_ring(client: &Client) -> Result<KeyRing, Error> {
    let mut ring = KeyRing::new();
    let mut pages = client.list_keys().limit(1000).into_paginator().send();
    while let Some(page) = pages.next().await {
        for listed in page.map_err(|error| sdk("ListKeys", error))?.keys() {
            let arn = listed.key_arn().ok_or(Error::Missing("KeyArn"))?;
            if is_for_signatures(client, arn).await? {
                add_key(&mut ring, client, arn).await?;
            }
        }
    }
    Ok(ring)
}

async fn is_for_signatures(client: &Client, arn: &str) -> Result<bool, Error> {
    let request = client.describe_key().key_id(arn);
    let response = request.send().await.map_err(|error| sdk("DescribeKey", error))?;
    let metadata = response.key_metadata().ok_or(Error::Missing("KeyMetadata"))?;
    Ok(metadata.key_usage() == Some(&KeyUsageType::SignVerify) && metadata.key_state() == Some(&KeyState::Enabled))
}

fn sdk<E, R>(operation: &'static str, error: SdkError<E, R>) -> Error
where
    E: std::error::Error + 'static,
    R: std::fmt::Debug,
{
    Error::Sdk {
        operation,
        message: DisplayErrorContext(error).to_string(),
    }
}
