//! SM2 signature verification (GB/T 32918.2 section 7) on the curve sm2p256v1 (GB/T 32918.5).

use sm3::{Digest as _, Sm3};

use super::BadKey;
use super::hash::{Hashed, Hasher as AnyHasher};
use crate::backend::curve::sm2::{Point, Scalar};
use crate::integer_pair::integer_pair;

/// The distinguishing ID that KMS uses (GM/T 0009-2012 section 10).
pub(crate) const DEFAULT_ID: &[u8] = b"1234567812345678";

/// The longest distinguishing ID in bytes: its length in bits, ENTL, has two bytes.
pub(crate) const MAX_ID: usize = 8191;

/// a || b || xG || yG of sm2p256v1 (GB/T 32918.5 section 2), each number in two big-endian halves.
const CURVE_PARAMETERS: [u128; 8] = [
    0xffff_fffe_ffff_ffff_ffff_ffff_ffff_ffff,
    0xffff_ffff_0000_0000_ffff_ffff_ffff_fffc,
    0x28e9_fa9e_9d9f_5e34_4d5a_9e4b_cf65_09a7,
    0xf397_89f5_15ab_8f92_ddbc_bd41_4d94_0e93,
    0x32c4_ae2c_1f19_8119_5f99_0446_6a39_c994,
    0x8fe3_0bbf_f266_0be1_715a_4589_334c_74c7,
    0xbc37_36a2_f4f6_779c_59bd_cee3_6b69_2153,
    0xd0a9_877c_c62a_4740_02df_32e5_2139_f0a0,
];

/// A point of sm2p256v1, other than infinity.
#[derive(Clone, Debug)]
pub(crate) struct PublicKey {
    point: Point,
    /// xA || yA.
    coordinates: [u8; 64],
    /// The hasher of e up to the message, with the distinguishing ID of KMS.
    prefix: Sm3,
}

/// The numbers r and s, each at least 1 and less than the order n of the curve, with the key to verify them.
#[derive(Debug)]
pub(crate) struct Signature<'k> {
    key: &'k PublicKey,
    r: Scalar,
    s: Scalar,
}

/// SM3.
#[derive(Clone, Debug)]
pub(crate) struct Hasher(Sm3);

impl PublicKey {
    /// Creates a key from the coordinates x || y of its point, both field elements.
    pub(crate) fn new(coordinates: &[u8]) -> Result<Self, BadKey> {
        let coordinates: [u8; 64] = coordinates.try_into().map_err(|_| BadKey::NotOnCurve)?;
        let point = Point::from_be_bytes(&coordinates).ok_or(BadKey::NotOnCurve)?;
        if is_minus_generator(&coordinates) {
            return Err(BadKey::MinusGenerator);
        }
        Ok(Self {
            point,
            coordinates,
            prefix: prefix(DEFAULT_ID, &coordinates),
        })
    }

    /// The same key with precomputed tables.
    pub(crate) fn precomputed(&self) -> Self {
        Self {
            point: self.point.precomputed(),
            ..self.clone()
        }
    }

    /// The size of the tables on the heap in bytes.
    pub(crate) fn table_size(&self) -> usize {
        self.point.table_size()
    }

    /// SM3 of a message alone.
    #[cfg(feature = "diagnosis")]
    pub(crate) fn sm3(&self, message: &[u8]) -> [u8; 32] {
        Sm3::digest(message).into()
    }

    /// The digest e = SM3(ZA || M) for another distinguishing ID. `None` if its length in bits does not fit ENTL.
    pub(crate) fn digest(&self, id: &[u8], message: &[u8]) -> Option<[u8; 32]> {
        (id.len() <= MAX_ID).then(|| prefix(id, &self.coordinates).chain_update(message).finalize().into())
    }
}

impl<'k> Signature<'k> {
    /// Decodes a signature (GB/T 32918.2 section 7.1, B1 and B2). `None` unless it is strict DER, and r and s are in
    /// range.
    pub(crate) fn decode(key: &'k PublicKey, (): (), bytes: &[u8]) -> Option<Self> {
        let (r, s) = integer_pair::<32>(bytes)?;
        Some(Self {
            key,
            r: Scalar::from_be_bytes(&r)?,
            s: Scalar::from_be_bytes(&s)?,
        })
    }

    /// The hasher of e = SM3(ZA || M) up to the message, with KMS's distinguishing ID.
    pub(crate) fn hasher(&self) -> AnyHasher {
        AnyHasher::Sm2(Hasher(self.key.prefix.clone()))
    }

    /// Whether the signature is valid for the digest e (GB/T 32918.2 section 7.1, B5 to B7).
    pub(crate) fn holds(&self, digest: &[u8]) -> bool {
        // B5.
        let t = self.r.add(self.s);
        if t.is_zero() {
            return false;
        }
        // B6 and B7: R = e + x1 is r, so x1 is r - e.
        let x = self.r.sub(Scalar::from_digest(digest));
        self.key.point.sum_has_x_vartime(self.s, t, x)
    }
}

impl Hasher {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(crate) fn finish(self) -> Hashed {
        Hashed::Bytes32(self.0.finalize().into())
    }
}

/// Whether a point of the curve is -G, the other point with the x-coordinate of G.
fn is_minus_generator(coordinates: &[u8; 64]) -> bool {
    let [.., x0, x1, y0, y1] = CURVE_PARAMETERS.map(u128::to_be_bytes);
    let (x, y) = coordinates.split_at(32);
    x == [x0, x1].as_flattened() && y != [y0, y1].as_flattened()
}

/// SM3(ZA || ..., where ZA = SM3(ENTL || ID || a || b || xG || yG || xA || yA) (GB/T 32918.2 section 5.5), and ENTL
/// is the length of the ID, of at most [`MAX_ID`] bytes, in bits.
fn prefix(id: &[u8], coordinates: &[u8; 64]) -> Sm3 {
    let entl = u16::try_from(id.len().saturating_mul(8)).unwrap_or(u16::MAX);
    let mut za = Sm3::new().chain_update(entl.to_be_bytes()).chain_update(id);
    for half in CURVE_PARAMETERS {
        za.update(half.to_be_bytes());
    }
    za.update(coordinates);
    Sm3::new().chain_update(za.finalize())
}
