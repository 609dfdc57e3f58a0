//! Stands for the vectors of `kms-verify-arith` in builds without them.

/// An uninhabited type, because there are none.
#[derive(Clone, Copy, Debug)]
pub(super) enum Compressor {}

impl Compressor {
    pub(super) fn detect() -> Option<Self> {
        None
    }

    pub(super) fn compress_pairs(self, _: &mut [u64; 8], _: &[[[u8; 128]; 2]]) {
        match self {}
    }
}
