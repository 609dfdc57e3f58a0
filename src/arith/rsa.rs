//! The RSA public operation: s^e mod n, RSAVP1 of RFC 8017, 5.2.2. Variable time: all of it is public.
//!
//! Two bodies compute it. Where the CPU has AVX-512 IFMA that is `blocks`, on the vectors of `ifma`;
//! everywhere else it is `montgomery`. Both are chosen once, when the key is made.

#[cfg(any(test, target_arch = "x86_64"))]
mod blocks;
#[cfg(test)]
mod exhaustive;
#[cfg(target_arch = "x86_64")]
mod ifma;
#[cfg(all(test, target_arch = "x86_64"))]
mod ifma_tests;
#[cfg(any(test, target_arch = "x86_64"))]
mod lanes;
mod montgomery;
mod power;
#[cfg(test)]
mod tests;
mod word;

use alloc::boxed::Box;

#[cfg(target_arch = "x86_64")]
use ifma::{Ifma, IfmaModulus};
use montgomery::Montgomery;
use power::PowerModulo;
use word::{words_from_be_bytes, words_to_be_bytes};

/// An RSA public key of 2048, 3072 or 4096 bits, prepared for the public operation: about 1 KiB, or 4 KiB on a
/// CPU with AVX-512 IFMA.
#[derive(Clone, Debug)]
pub(crate) struct RsaPublicKey {
    body: Body,
    e: u64,
}

/// One variant for each size and body.
#[derive(Clone, Debug)]
enum Body {
    Portable2048(Box<Montgomery<u64, 32>>),
    Portable3072(Box<Montgomery<u64, 48>>),
    Portable4096(Box<Montgomery<u64, 64>>),
    #[cfg(target_arch = "x86_64")]
    Ifma2048(Box<IfmaModulus<32, 5>>),
    #[cfg(target_arch = "x86_64")]
    Ifma3072(Box<IfmaModulus<48, 8>>),
    #[cfg(target_arch = "x86_64")]
    Ifma4096(Box<IfmaModulus<64, 10>>),
}

impl RsaPublicKey {
    /// From the modulus as big-endian bytes, without leading zeros, and the public exponent.
    ///
    /// `None` unless the modulus is odd and of exactly 2048, 3072 or 4096 bits, and `e` is odd and not 1. Any
    /// narrower policy for `e` is the caller's.
    pub(crate) fn new(n: &[u8], e: u64) -> Option<Self> {
        Self::with_body(n, e, portable_is_forced())
    }

    /// The same with the body given: the portable one, or the fastest that the CPU has.
    pub(crate) fn with_body(n: &[u8], e: u64, portable: bool) -> Option<Self> {
        let well_formed = n.first()? >> 7 == 1 && n.last()? & 1 == 1 && e & 1 == 1 && e > 1;
        if !well_formed {
            return None;
        }
        let fast = if portable { None } else { Body::fast(n) };
        Some(Self {
            body: fast.or_else(|| Body::portable(n))?,
            e,
        })
    }

    /// s^e mod n, big-endian, into `out`. Both are exactly as long as the modulus, and `s < n`; if not, the answer
    /// is `None` and `out` is not written.
    pub(crate) fn power(&self, s: &[u8], out: &mut [u8]) -> Option<()> {
        match &self.body {
            Body::Portable2048(n) => power_bytes(n.as_ref(), s, self.e, out),
            Body::Portable3072(n) => power_bytes(n.as_ref(), s, self.e, out),
            Body::Portable4096(n) => power_bytes(n.as_ref(), s, self.e, out),
            #[cfg(target_arch = "x86_64")]
            Body::Ifma2048(n) => power_bytes(n.as_ref(), s, self.e, out),
            #[cfg(target_arch = "x86_64")]
            Body::Ifma3072(n) => power_bytes(n.as_ref(), s, self.e, out),
            #[cfg(target_arch = "x86_64")]
            Body::Ifma4096(n) => power_bytes(n.as_ref(), s, self.e, out),
        }
    }

    /// The name of the body in use, for reports of tests.
    #[cfg(test)]
    pub(crate) fn body_name(&self) -> &'static str {
        match &self.body {
            Body::Portable2048(_) | Body::Portable3072(_) | Body::Portable4096(_) => "portable",
            #[cfg(target_arch = "x86_64")]
            Body::Ifma2048(_) | Body::Ifma3072(_) | Body::Ifma4096(_) => "AVX-512 IFMA",
        }
    }
}

impl Body {
    fn portable(n: &[u8]) -> Option<Self> {
        match n.len() {
            256 => Some(Self::Portable2048(Box::new(Montgomery::new(words_from_be_bytes(n)?)))),
            384 => Some(Self::Portable3072(Box::new(Montgomery::new(words_from_be_bytes(n)?)))),
            512 => Some(Self::Portable4096(Box::new(Montgomery::new(words_from_be_bytes(n)?)))),
            _ => None,
        }
    }

    /// K blocks of 416 bits leave the room that `blocks` asks for: 2080, 3328 and 4160 bits.
    #[cfg(target_arch = "x86_64")]
    fn fast(n: &[u8]) -> Option<Self> {
        let token = Ifma::detect()?;
        match n.len() {
            256 => Some(Self::Ifma2048(Box::new(IfmaModulus::new(
                token,
                words_from_be_bytes(n)?,
            )))),
            384 => Some(Self::Ifma3072(Box::new(IfmaModulus::new(
                token,
                words_from_be_bytes(n)?,
            )))),
            512 => Some(Self::Ifma4096(Box::new(IfmaModulus::new(
                token,
                words_from_be_bytes(n)?,
            )))),
            _ => None,
        }
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn fast(_: &[u8]) -> Option<Self> {
        None
    }
}

fn power_bytes<const N: usize>(n: &impl PowerModulo<u64, N>, s: &[u8], e: u64, out: &mut [u8]) -> Option<()> {
    words_to_be_bytes(&n.power(&words_from_be_bytes(s)?, e)?, out)
}

/// Whether the environment asks for the portable body. A switch for tests: release builds do not have it.
fn portable_is_forced() -> bool {
    #[cfg(all(feature = "std", debug_assertions))]
    return std::env::var_os("KMS_VERIFY_PORTABLE").is_some();
    #[cfg(not(all(feature = "std", debug_assertions)))]
    false
}
