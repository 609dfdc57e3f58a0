//! Every valid signature of `tests/vectors`, in one list.

use std::sync::LazyLock;

use kms_verify::{Message, MessageType, SigningAlgorithm};

use crate::vectors::{kms_vectors, other_vectors};

pub(super) struct Vector {
    pub algorithm: SigningAlgorithm,
    pub message_type: MessageType,
    /// A SubjectPublicKeyInfo as DER.
    pub key: Vec<u8>,
    pub message: Vec<u8>,
    pub signature: Vec<u8>,
}

impl Vector {
    pub fn message(&self) -> Message<'_> {
        Message::new(self.message_type, &self.message)
    }
}

/// In the order of `scripts/make-fuzz-seeds`, which refers to them by index: the directories of `kms`, and then the
/// files.
pub(super) static VECTORS: LazyLock<Vec<Vector>> = LazyLock::new(|| {
    let kms = kms_vectors().into_iter().map(|vector| Vector {
        algorithm: vector.algorithm,
        message_type: vector.message_type,
        key: vector.der,
        message: vector.message,
        signature: vector.signature,
    });
    let others = other_vectors().into_iter().map(|vector| Vector {
        algorithm: vector.algorithm,
        message_type: vector.message_type,
        key: vector.der,
        message: vector.message,
        signature: vector.signature,
    });
    kms.chain(others).collect()
});
