//! GetPublicKey and DescribeKey.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kms_verify::{KeyRing, PublicKey};
use serde::Serialize;

use super::input::Members;
use super::names::{self, MalformedArn};
use super::{Exception, Facts};

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PublicKeyResponse {
    customer_master_key_spec: &'static str,
    key_id: String,
    key_spec: &'static str,
    key_usage: &'static str,
    public_key: String,
    signing_algorithms: Vec<&'static str>,
}

pub(super) fn get_public_key(
    members: &Members<'_>,
    ring: &KeyRing,
    facts: &mut Facts,
) -> Result<PublicKeyResponse, Exception> {
    let key_id = names::key_id(members, facts)?;
    let key = names::find(ring, &key_id, MalformedArn::Invalid, facts)?;
    let name = names::in_answer(ring, &key_id);
    Ok(PublicKeyResponse {
        customer_master_key_spec: key.key_spec().as_str(),
        key_id: name.to_owned(),
        key_spec: key.key_spec().as_str(),
        key_usage: "SIGN_VERIFY",
        public_key: STANDARD.encode(key.as_der()),
        signing_algorithms: signing_algorithms(key),
    })
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DescribeKeyResponse {
    key_metadata: KeyMetadata,
}

/// What is known of a key from its name and its public key. KMS has more, such as the date of creation.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct KeyMetadata {
    #[serde(rename = "AWSAccountId", skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    key_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    arn: Option<String>,
    /// This endpoint verifies with the key, whatever its state in KMS is.
    enabled: bool,
    key_usage: &'static str,
    key_state: &'static str,
    /// AWS manages no keys for signing.
    key_manager: &'static str,
    customer_master_key_spec: &'static str,
    key_spec: &'static str,
    signing_algorithms: Vec<&'static str>,
    multi_region: bool,
}

pub(super) fn describe_key(
    members: &Members<'_>,
    ring: &KeyRing,
    facts: &mut Facts,
) -> Result<DescribeKeyResponse, Exception> {
    let key_id = names::key_id(members, facts)?;
    let key = names::find(ring, &key_id, MalformedArn::Invalid, facts)?;
    let name = names::in_answer(ring, &key_id);
    let (arn, id) = match name.split_once(":key/") {
        Some((_, id)) => (Some(name), id),
        None => (None, name),
    };
    Ok(DescribeKeyResponse {
        key_metadata: KeyMetadata {
            account: arn.and_then(|arn| arn.split(':').nth(4)).map(str::to_owned),
            key_id: id.to_owned(),
            arn: arn.map(str::to_owned),
            enabled: true,
            key_usage: "SIGN_VERIFY",
            key_state: "Enabled",
            key_manager: "CUSTOMER",
            customer_master_key_spec: key.key_spec().as_str(),
            key_spec: key.key_spec().as_str(),
            signing_algorithms: signing_algorithms(key),
            multi_region: id.starts_with("mrk-"),
        },
    })
}

/// In the order of KMS, which is that of the alphabet.
fn signing_algorithms(key: &PublicKey) -> Vec<&'static str> {
    let mut names: Vec<_> = key
        .signing_algorithms()
        .iter()
        .map(|algorithm| algorithm.as_str())
        .collect();
    names.sort_unstable();
    names
}
