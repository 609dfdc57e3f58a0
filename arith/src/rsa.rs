//! The RSA public operation: s^e mod n, RSAVP1 of RFC 8017 section 5.2.2. In variable time: all inputs are public.
//!
//! Two backends compute it. If the CPU has AVX-512 IFMA, this is `block_montgomery`, on the vectors of `ifma`;
//! otherwise, and in builds with `--cfg kms_verify_backend="serial"`, it is `montgomery`. The backend is chosen once,
//! when the key is created. The first one also has `eight_powers`, which computes eight at once.

#[cfg(any(test, all(target_arch = "x86_64", not(kms_verify_backend = "serial"))))]
mod block_montgomery;
#[cfg(any(test, all(target_arch = "x86_64", not(kms_verify_backend = "serial"))))]
mod eight_powers;
#[cfg(test)]
mod exhaustive;
mod exponentiation;
#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
mod ifma;
#[cfg(all(test, target_arch = "x86_64", not(kms_verify_backend = "serial")))]
mod ifma_tests;
mod montgomery;
mod remainder;
#[cfg(any(test, all(target_arch = "x86_64", not(kms_verify_backend = "serial"))))]
mod simd;
#[cfg(test)]
mod tests;

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use crate::integer::Words;
#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
use crate::x86::Ifma512;
use exponentiation::PowerModulo;
#[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
use ifma::IfmaModulus;
use montgomery::Montgomery;

/// An RSA public key of 2048, 3072 or 4096 bits, prepared for the public operation: about 1 KiB, or 4 KiB on a
/// CPU with AVX-512 IFMA.
#[derive(Clone, Debug)]
pub struct RsaPublicKey {
    backend: Backend,
    e: u64,
}

#[derive(Clone, Debug)]
enum Backend {
    Portable(PerSize<Montgomery<u64, 32>, Montgomery<u64, 48>, Montgomery<u64, 64>>),
    /// K blocks of 416 bits leave the space that `block_montgomery` requires: 2080, 3328 and 4160 bits.
    #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
    Ifma(PerSize<IfmaModulus<32, 5>, IfmaModulus<48, 8>, IfmaModulus<64, 10>>),
}

/// A modulus of 32, 48 or 64 words.
#[derive(Clone, Debug)]
enum PerSize<A, B, C> {
    Bits2048(Box<A>),
    Bits3072(Box<B>),
    Bits4096(Box<C>),
}

impl RsaPublicKey {
    /// From the modulus as big-endian bytes, without leading zeros, and the public exponent.
    ///
    /// `None` unless the modulus is odd and has exactly 2048, 3072 or 4096 bits, and `e` is odd and not 1. Any stricter
    /// policy for `e` is up to the caller.
    pub fn new(n: &[u8], e: u64) -> Option<Self> {
        Self::with_backend(n, e, Backend::fastest)
    }

    fn with_backend(n: &[u8], e: u64, backend: impl FnOnce(&[u8]) -> Option<Backend>) -> Option<Self> {
        let well_formed = n.first()? >> 7 == 1 && n.last()? & 1 == 1 && e & 1 == 1 && e > 1;
        if !well_formed {
            return None;
        }
        Some(Self {
            backend: backend(n)?,
            e,
        })
    }

    /// Computes s^e mod n, big-endian, into `out`. `None`, and `out` is not written, unless both are exactly as long as
    /// the modulus, and `s < n`.
    pub fn power(&self, s: &[u8], out: &mut [u8]) -> Option<()> {
        match &self.backend {
            Backend::Portable(modulus) => modulus.power(s, self.e, out),
            #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
            Backend::Ifma(modulus) => modulus.power(s, self.e, out),
        }
    }

    /// Computes s^e mod n for each s: `None` where [`power`](Self::power) returns `None`, and otherwise what it writes.
    /// Several at once, where that is faster.
    pub fn power_many(&self, s: &[&[u8]]) -> Vec<Option<Box<[u8]>>> {
        match &self.backend {
            Backend::Portable(modulus) => modulus.power_many(s, self.e),
            #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
            Backend::Ifma(modulus) => modulus.power_many(s, self.e),
        }
    }

    /// The name of the backend in use, for reports of tests.
    #[cfg(test)]
    pub(crate) fn backend_name(&self) -> &'static str {
        match &self.backend {
            Backend::Portable(_) => "portable",
            #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
            Backend::Ifma(_) => "AVX-512 IFMA",
        }
    }
}

impl Backend {
    /// The fastest backend that the CPU has. `None` if the modulus has no supported size.
    fn fastest(n: &[u8]) -> Option<Self> {
        #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
        if let Some(token) = Ifma512::detect() {
            return PerSize::new(
                n,
                |n| IfmaModulus::new(token, n),
                |n| IfmaModulus::new(token, n),
                |n| IfmaModulus::new(token, n),
            )
            .map(Self::Ifma);
        }
        Self::portable(n)
    }

    fn portable(n: &[u8]) -> Option<Self> {
        PerSize::new(n, Montgomery::new, Montgomery::new, Montgomery::new).map(Self::Portable)
    }
}

impl<A, B, C> PerSize<A, B, C>
where
    A: PowerModulo<u64, 32>,
    B: PowerModulo<u64, 48>,
    C: PowerModulo<u64, 64>,
{
    fn new(
        n: &[u8],
        a: impl FnOnce([u64; 32]) -> A,
        b: impl FnOnce([u64; 48]) -> B,
        c: impl FnOnce([u64; 64]) -> C,
    ) -> Option<Self> {
        match n.len() {
            256 => Some(Self::Bits2048(Box::new(a(Words::from_be_bytes(n)?)))),
            384 => Some(Self::Bits3072(Box::new(b(Words::from_be_bytes(n)?)))),
            512 => Some(Self::Bits4096(Box::new(c(Words::from_be_bytes(n)?)))),
            _ => None,
        }
    }

    fn power(&self, s: &[u8], e: u64, out: &mut [u8]) -> Option<()> {
        match self {
            Self::Bits2048(n) => power_bytes(n.as_ref(), s, e, out),
            Self::Bits3072(n) => power_bytes(n.as_ref(), s, e, out),
            Self::Bits4096(n) => power_bytes(n.as_ref(), s, e, out),
        }
    }

    fn power_many(&self, s: &[&[u8]], e: u64) -> Vec<Option<Box<[u8]>>> {
        match self {
            Self::Bits2048(n) => power_many_bytes(n.as_ref(), s, e),
            Self::Bits3072(n) => power_many_bytes(n.as_ref(), s, e),
            Self::Bits4096(n) => power_many_bytes(n.as_ref(), s, e),
        }
    }
}

fn power_bytes<const N: usize>(n: &impl PowerModulo<u64, N>, s: &[u8], e: u64, out: &mut [u8]) -> Option<()> {
    let (chunks, rest) = out.as_chunks_mut::<8>();
    if chunks.len() != N || !rest.is_empty() {
        return None;
    }
    write_words(&n.power(&read_words(s)?, e)?, chunks);
    Some(())
}

fn power_many_bytes<const N: usize>(n: &impl PowerModulo<u64, N>, s: &[&[u8]], e: u64) -> Vec<Option<Box<[u8]>>> {
    let mut powers = Vec::with_capacity(s.len());
    for some in s.chunks(8) {
        let mut numbers = [None; 8];
        for (number, s) in numbers.iter_mut().zip(some) {
            *number = read_words(s);
        }
        powers.extend(n.eight_powers(&numbers, e).iter().take(some.len()).map(|power| {
            let mut bytes = vec![0; 8 * N].into_boxed_slice();
            write_words(power.as_ref()?, bytes.as_chunks_mut().0);
            Some(bytes)
        }));
    }
    powers
}

/// `None` unless the bytes are exactly as long as the words.
fn read_words<const N: usize>(bytes: &[u8]) -> Option<[u64; N]> {
    if bytes.len() != 8 * N {
        return None;
    }
    Words::from_be_bytes(bytes)
}

fn write_words<const N: usize>(words: &[u64; N], bytes: &mut [[u8; 8]]) {
    for (bytes, word) in bytes.iter_mut().rev().zip(words) {
        *bytes = word.to_be_bytes();
    }
}
