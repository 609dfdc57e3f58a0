//! The fuzz targets are in `testing/src/fuzz`. Here is what they are compared with that needs a C compiler.

use kms_verify_testing::fuzz::differential::Peer;

#[cfg(feature = "aws-lc-rs")]
mod aws_lc;

/// aws-lc-rs, if it is built.
#[cfg(feature = "aws-lc-rs")]
pub const PEER: Option<Peer> = Some(aws_lc::key);
#[cfg(not(feature = "aws-lc-rs"))]
pub const PEER: Option<Peer> = None;
