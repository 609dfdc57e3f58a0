//! Points and verification with the RustCrypto crates.

use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use k256::ecdsa::signature::hazmat::PrehashVerifier;
use kms_verify::SigningAlgorithm;
use ml_dsa::{EncodedSignature, EncodedVerifyingKey, MlDsa44, MlDsa65, MlDsa87, MlDsaParams};
use num_bigint::BigUint;
use p256::elliptic_curve::ff::PrimeField;
use p256::elliptic_curve::group::{CurveAffine, Group};
use p256::elliptic_curve::ops::LinearCombination;
use p256::elliptic_curve::sec1::{FromSec1Point, ModulusSize, Sec1Point, ToSec1Point};
use p256::elliptic_curve::{self as ec, CurveArithmetic, CurveGroup, FieldBytes};
use rsa::{BoxedUint, Pkcs1v15Sign, Pss};
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::Family;
use crate::der::numbers_of_pair;
use crate::try_padded;

/// Arithmetic with the uncompressed points of a curve.
pub struct Points {
    /// a G + b Q, for a and b less than n. `None` for infinity.
    pub sum: fn(a: &BigUint, b: &BigUint, q: &[u8]) -> Option<Point>,
    /// The point with this x and an odd or even y. `None` if there is none.
    pub with_x: fn(x: &BigUint, odd: bool) -> Option<Point>,
}

pub type Point = Vec<u8>;

impl Points {
    pub fn of(family: Family) -> Self {
        match family {
            Family::P256 => Self::new::<p256::NistP256>(),
            Family::P384 => Self::new::<p384::NistP384>(),
            Family::P521 => Self::new::<p521::NistP521>(),
            Family::Secp256k1 => Self::new::<k256::Secp256k1>(),
            Family::Sm2 => Self::new::<sm2::Sm2>(),
            _ => unreachable!("no curve"),
        }
    }

    fn new<C>() -> Self
    where
        C: CurveArithmetic<AffinePoint: ToSec1Point<C> + FromSec1Point<C>> + ec::Curve<FieldBytesSize: ModulusSize>,
    {
        Self {
            sum: sum::<C>,
            with_x: with_x::<C>,
        }
    }
}

fn sum<C>(a: &BigUint, b: &BigUint, q: &[u8]) -> Option<Point>
where
    C: CurveArithmetic<AffinePoint: ToSec1Point<C> + FromSec1Point<C>> + ec::Curve<FieldBytesSize: ModulusSize>,
{
    let scalar = |number| C::Scalar::from_repr(field_bytes::<C>(number).unwrap()).unwrap();
    let q = Sec1Point::<C>::from_bytes(q).unwrap();
    let q = C::AffinePoint::from_sec1_point(&q).unwrap().to_curve();
    let terms = [(C::ProjectivePoint::generator(), scalar(a)), (q, scalar(b))];
    let sum = C::ProjectivePoint::lincomb_vartime(&terms);
    (!bool::from(sum.is_identity())).then(|| sum.to_affine().to_sec1_point(false).as_bytes().to_vec())
}

fn with_x<C>(x: &BigUint, odd: bool) -> Option<Point>
where
    C: CurveArithmetic<AffinePoint: ToSec1Point<C> + FromSec1Point<C>> + ec::Curve<FieldBytesSize: ModulusSize>,
{
    let compressed = [&[2 + u8::from(odd)], &field_bytes::<C>(x)?[..]].concat();
    let compressed = Sec1Point::<C>::from_bytes(compressed).ok()?;
    let point = Option::<C::AffinePoint>::from(C::AffinePoint::from_sec1_point(&compressed))?;
    Some(point.to_sec1_point(false).as_bytes().to_vec())
}

fn field_bytes<C: ec::Curve>(number: &BigUint) -> Option<FieldBytes<C>> {
    let bytes = try_padded(number, FieldBytes::<C>::default().len())?;
    FieldBytes::<C>::try_from(&bytes[..]).ok()
}

pub enum Key {
    P256(p256::ecdsa::VerifyingKey),
    P384(p384::ecdsa::VerifyingKey),
    P521(p521::ecdsa::VerifyingKey),
    Secp256k1(k256::ecdsa::VerifyingKey),
    Sm2(sm2::dsa::VerifyingKey),
    Rsa(rsa::PublicKey),
    Ed25519([u8; 32]),
    MlDsa44(Box<ml_dsa::VerifyingKey<MlDsa44>>),
    MlDsa65(Box<ml_dsa::VerifyingKey<MlDsa65>>),
    MlDsa87(Box<ml_dsa::VerifyingKey<MlDsa87>>),
}

impl Key {
    pub fn on_curve(family: Family, point: &[u8]) -> Self {
        match family {
            Family::P256 => Self::P256(p256::ecdsa::VerifyingKey::from_sec1_bytes(point).unwrap()),
            Family::P384 => Self::P384(p384::ecdsa::VerifyingKey::from_sec1_bytes(point).unwrap()),
            Family::P521 => Self::P521(p521::ecdsa::VerifyingKey::from_sec1_bytes(point).unwrap()),
            Family::Secp256k1 => Self::Secp256k1(k256::ecdsa::VerifyingKey::from_sec1_bytes(point).unwrap()),
            // The input is a digest, so the distinguishing ID is not used.
            Family::Sm2 => Self::Sm2(sm2::dsa::VerifyingKey::from_sec1_bytes("", point).unwrap()),
            _ => unreachable!("no curve"),
        }
    }

    pub fn rsa(n: &BigUint, e: u64) -> Self {
        let n = BoxedUint::from_be_slice_vartime(&n.to_bytes_be());
        Self::Rsa(rsa::PublicKey::new(n, BoxedUint::from(e)).unwrap())
    }

    pub fn ml_dsa(family: Family, encoded: &[u8]) -> Self {
        fn key<P: MlDsaParams>(encoded: &[u8]) -> Box<ml_dsa::VerifyingKey<P>> {
            let encoded = EncodedVerifyingKey::<P>::try_from(encoded).expect("a key of its length");
            Box::new(ml_dsa::VerifyingKey::decode(&encoded))
        }
        match family {
            Family::MlDsa44 => Self::MlDsa44(key(encoded)),
            Family::MlDsa65 => Self::MlDsa65(key(encoded)),
            Family::MlDsa87 => Self::MlDsa87(key(encoded)),
            _ => unreachable!("ML-DSA"),
        }
    }

    pub fn verify(&self, algorithm: SigningAlgorithm, digest: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::P256(key) => p256::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify_prehash(digest, &signature).is_ok()),
            Self::P384(key) => p384::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify_prehash(digest, &signature).is_ok()),
            Self::P521(key) => p521::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify_prehash(digest, &signature).is_ok()),
            // It accepts only the lower of s and n - s.
            Self::Secp256k1(key) => k256::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify_prehash(digest, &signature.normalize_s()).is_ok()),
            Self::Sm2(key) => {
                sm2_signature(signature).is_some_and(|signature| key.verify_prehash(digest, &signature).is_ok())
            }
            Self::Rsa(key) => verify_rsa(key, algorithm, digest, signature).is_ok(),
            Self::Ed25519(key) => verify_ed25519(key, digest, signature).unwrap_or(false),
            Self::MlDsa44(key) => verify_ml_dsa(key, digest, signature).unwrap_or(false),
            Self::MlDsa65(key) => verify_ml_dsa(key, digest, signature).unwrap_or(false),
            Self::MlDsa87(key) => verify_ml_dsa(key, digest, signature).unwrap_or(false),
        }
    }
}

/// The crate supports only r || s.
fn sm2_signature(signature: &[u8]) -> Option<sm2::dsa::Signature> {
    let [r, s] = numbers_of_pair(signature)?.map(|number| try_padded(&number, 32));
    sm2::dsa::Signature::from_slice(&[r?, s?].concat()).ok()
}

fn verify_rsa(key: &rsa::PublicKey, algorithm: SigningAlgorithm, digest: &[u8], signature: &[u8]) -> rsa::Result<()> {
    use SigningAlgorithm::*;
    match algorithm {
        RsassaPkcs1V15Sha256 => key.verify(Pkcs1v15Sign::new::<Sha256>(), digest, signature),
        RsassaPkcs1V15Sha384 => key.verify(Pkcs1v15Sign::new::<Sha384>(), digest, signature),
        RsassaPkcs1V15Sha512 => key.verify(Pkcs1v15Sign::new::<Sha512>(), digest, signature),
        RsassaPssSha256 => key.verify(Pss::<Sha256>::new(), digest, signature),
        RsassaPssSha384 => key.verify(Pss::<Sha384>::new(), digest, signature),
        RsassaPssSha512 => key.verify(Pss::<Sha512>::new(), digest, signature),
        _ => unreachable!("no algorithm of RSA"),
    }
}

fn verify_ml_dsa<P: MlDsaParams>(key: &ml_dsa::VerifyingKey<P>, mu: &[u8], signature: &[u8]) -> Option<bool> {
    let encoded = EncodedSignature::<P>::try_from(signature).ok()?;
    let mu: [u8; 64] = mu.try_into().ok()?;
    Some(key.verify_mu(&mu.into(), &ml_dsa::Signature::<P>::decode(&encoded)?))
}

/// Strictly: A and R are not of small order, S is below L, and S B - k A has the bytes of R.
fn verify_ed25519(key: &[u8; 32], message: &[u8], signature: &[u8]) -> Option<bool> {
    let (r, s) = signature.split_first_chunk::<32>()?;
    let s: Option<Scalar> = Scalar::from_canonical_bytes(s.try_into().ok()?).into();
    let a = CompressedEdwardsY(*key).decompress()?;
    let hash = Sha512::digest([&r[..], key, message].concat());
    let k = Scalar::from_bytes_mod_order_wide(&hash.into());
    let sum = EdwardsPoint::vartime_double_scalar_mul_basepoint(&k, &-a, &s?);
    Some(!a.is_small_order() && !sum.is_small_order() && sum.compress().0 == *r)
}
