//! The operations of KMS.

/// An operation of KMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Verifies a signature.
    Verify,
    /// Returns a public key.
    GetPublicKey,
    /// Describes a key.
    DescribeKey,
    /// Lists the keys.
    ListKeys,
    /// Lists the aliases.
    ListAliases,
    /// One that needs more than public keys.
    Other(&'static str),
}

impl Operation {
    /// The operations that this endpoint has.
    pub const SUPPORTED: [Self; 5] = [
        Self::Verify,
        Self::GetPublicKey,
        Self::DescribeKey,
        Self::ListKeys,
        Self::ListAliases,
    ];

    /// The operation of a header `X-Amz-Target`, `TrentService.` and its name.
    #[must_use]
    pub fn from_target(target: &[u8]) -> Option<Self> {
        let name = target.strip_prefix(b"TrentService.")?;
        let supported = Self::SUPPORTED.into_iter();
        let others = OTHERS.into_iter().map(Self::Other);
        supported
            .chain(others)
            .find(|operation| operation.name().as_bytes() == name)
    }

    /// The name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Verify => "Verify",
            Self::GetPublicKey => "GetPublicKey",
            Self::DescribeKey => "DescribeKey",
            Self::ListKeys => "ListKeys",
            Self::ListAliases => "ListAliases",
            Self::Other(name) => name,
        }
    }
}

/// All others in botocore 1.44.8, `data/kms/2014-11-01/service-2.json`.
const OTHERS: [&str; 51] = [
    "CancelKeyDeletion",
    "ConnectCustomKeyStore",
    "CreateAlias",
    "CreateCustomKeyStore",
    "CreateGrant",
    "CreateKey",
    "Decapsulate",
    "Decrypt",
    "DeleteAlias",
    "DeleteCustomKeyStore",
    "DeleteImportedKeyMaterial",
    "DeriveSharedSecret",
    "DescribeCustomKeyStores",
    "DisableKey",
    "DisableKeyRotation",
    "DisconnectCustomKeyStore",
    "EnableKey",
    "EnableKeyRotation",
    "Encapsulate",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GenerateDataKeyWithoutPlaintext",
    "GenerateMac",
    "GenerateRandom",
    "GetKeyLastUsage",
    "GetKeyPolicy",
    "GetKeyRotationStatus",
    "GetParametersForImport",
    "ImportKeyMaterial",
    "ListGrants",
    "ListKeyPolicies",
    "ListKeyRotations",
    "ListResourceTags",
    "ListRetirableGrants",
    "PutKeyPolicy",
    "ReEncrypt",
    "ReplicateKey",
    "RetireGrant",
    "RevokeGrant",
    "RotateKeyOnDemand",
    "ScheduleKeyDeletion",
    "Sign",
    "TagResource",
    "UntagResource",
    "UpdateAlias",
    "UpdateCustomKeyStore",
    "UpdateKeyDescription",
    "UpdatePrimaryRegion",
    "VerifyMac",
];
