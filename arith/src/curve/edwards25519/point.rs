//! Points and the group law. `M` is a product and `S` a square below.

use alloc::vec::Vec;

use super::super::comb::{Accumulator, Group, Shape};
use super::super::field::{Invertible, invert_all_vartime};
use super::equation::Sum;
use super::field::Element;

/// `d = -121665 / 121666` (RFC 8032, 5.1).
pub(super) const D: Element = Element::constant([
    0x75eb4dca135978a3,
    0x00700a4d4141d8ab,
    0x8cc740797779e898,
    0x52036cee2b6ffe73,
]);

/// A square root of -1, `2^((p - 1) / 4)` (RFC 8032, 5.1.3).
pub(super) const ROOT_OF_MINUS_ONE: Element = Element::constant([
    0xc4ee1b274a0ea0b0,
    0x2f431806ad2fe478,
    0x2b4d00993dfbd7a7,
    0x2b8324804fc1df0b,
]);

/// `2 d`.
pub(super) const TWICE_D: Element = Element::constant([
    0xebd69b9426b2f159,
    0x00e0149a8283b156,
    0x198e80f2eef3d130,
    0x2406d9dc56dffce7,
]);

/// The coordinates of the base point, and their product (RFC 8032, 5.1).
const BASE: [Element; 3] = [
    Element::constant([
        0xc9562d608f25d51a,
        0x692cc7609525a7b2,
        0xc0a4e231fdd6dc5c,
        0x216936d3cd6e53fe,
    ]),
    Element::constant([
        0x6666666666666658,
        0x6666666666666666,
        0x6666666666666666,
        0x6666666666666666,
    ]),
    Element::constant([
        0x6dde8ab3a5b7dda3,
        0x20f09f80775152f5,
        0x66ea4e8e64abe37d,
        0x67875f0fd78b7665,
    ]),
];

/// The same for the base point multiplied by `2^128`.
const BASE_128: [Element; 3] = [
    Element::constant([
        0xfc8047ae60b7e824,
        0x98e685c9c2e723e5,
        0x952d3984e14e29a0,
        0x4c27afff3c45f32c,
    ]),
    Element::constant([
        0x5bbabd114bf5a66b,
        0x90d0be1e51a4c49e,
        0x95f11eb626c29c3a,
        0x5f2c99e6526dc87d,
    ]),
    Element::constant([
        0xe9e731c946f1338a,
        0x147864826663ada9,
        0xd4e1560007924b6a,
        0x05a164fd0bf4602f,
    ]),
];

/// `(X, Y, Z, T)` for the affine point `(X / Z, Y / Z)`, where `X Y = Z T`. `Z` is never zero.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extended {
    pub(super) x: Element,
    pub(super) y: Element,
    pub(super) z: Element,
    pub(super) t: Element,
}

/// An affine point as additions want it, in "Niels" coordinates: `(y + x, y - x, 2 d x y)`.
#[derive(Clone, Copy, Debug)]
pub(super) struct AffineNiels {
    pub(super) y_plus_x: Element,
    pub(super) y_minus_x: Element,
    pub(super) twice_dxy: Element,
}

/// The same for a point with any `Z`: `(Y + X, Y - X, 2 Z, 2 d T)`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Niels {
    y_plus_x: Element,
    y_minus_x: Element,
    twice_z: Element,
    twice_dt: Element,
}

impl Extended {
    pub(super) const NEUTRAL: Self = Self {
        x: Element::ZERO,
        y: Element::ONE,
        z: Element::ONE,
        t: Element::ZERO,
    };

    /// The base point B.
    pub(super) const BASE: Self = Self::affine(BASE);

    /// `2^128 B`.
    pub(super) const BASE_128: Self = Self::affine(BASE_128);

    /// From the coordinates of an affine point, and their product.
    const fn affine([x, y, t]: [Element; 3]) -> Self {
        Self {
            x,
            y,
            z: Element::ONE,
            t,
        }
    }

    /// Decodes a point (RFC 8032, 5.1.3), and says whether these bytes are its encoding. `None` if no point has this `y`. A
    /// `y` that is not below `p` is reduced, and a sign of `x = 0` is ignored: neither is canonical.
    pub(super) fn decode(encoded: &[u8; 32]) -> Option<(Self, bool)> {
        // Step 1.
        let sign = encoded[31] >> 7;
        let y = Element::from_le_bytes(encoded);
        // Step 2: x^2 = u / v.
        let yy = y.square();
        let u = yy.sub(Element::ONE);
        let v = yy.mul(D).add(Element::ONE);
        // Step 3: the candidate root is u v^3 (u v^7)^((p - 5) / 8); it is one of u / v, or of -u / v, or there is none.
        let v3 = v.square().mul(v);
        let x = u.mul(v3).mul(u.mul(v3.square().mul(v)).pow_p58());
        let vxx = v.mul(x.square());
        let x = if vxx.sub(u).is_zero() {
            x
        } else if vxx.add(u).is_zero() {
            x.mul(ROOT_OF_MINUS_ONE)
        } else {
            return None;
        };
        // Step 4.
        let x = if x.to_le_bytes()[0] & 1 == sign { x } else { x.negate() };
        let point = Self {
            x,
            y,
            z: Element::ONE,
            t: x.mul(y),
        };
        Some((point, encode(x, y) == *encoded))
    }

    /// Encodes the point (RFC 8032, 5.1.2).
    pub(super) fn encode_vartime(self) -> [u8; 32] {
        // Z is never zero.
        let z_inverse = self.z.invert_vartime().unwrap_or(Element::ZERO);
        encode(self.x.mul(z_inverse), self.y.mul(z_inverse))
    }

    /// Encodes the points, with a single inversion.
    pub(super) fn encode_all_vartime(points: &[Self]) -> Vec<[u8; 32]> {
        let z: Vec<Element> = points.iter().map(|point| point.z).collect();
        let inverses = invert_all_vartime(&z);
        debug_assert!(inverses.is_some(), "no Z is zero");
        points
            .iter()
            .zip(inverses.into_iter().flatten())
            .map(|(point, z_inverse)| encode(point.x.mul(z_inverse), point.y.mul(z_inverse)))
            .collect()
    }

    pub(super) fn negate(self) -> Self {
        Self {
            x: self.x.negate(),
            t: self.t.negate(),
            ..self
        }
    }

    /// Whether the order of the point is 1, 2, 4 or 8: whether its double is one of the four points of order 1, 2 and 4,
    /// which are those with `x = 0` or `y = 0`, and so with `T = 0`.
    pub(super) fn has_small_order(mut self) -> bool {
        self.double();
        self.t.is_zero()
    }

    pub(super) fn is_neutral(&self) -> bool {
        self.x.is_zero() && self.y.sub(self.z).is_zero()
    }

    /// 4M + 4S: dbl-2008-hwcd, with all of `E`, `F`, `G` and `H` negated, which changes none of their products.
    #[inline(never)]
    pub(super) fn double(&mut self) {
        let (e, f, g, h) = self.doubled();
        self.complete(e, f, g, h);
    }

    /// 3M + 4S: the same without `T`, which a doubling does not read.
    #[inline(never)]
    pub(super) fn double_without_t(&mut self) {
        let (e, f, g, h) = self.doubled();
        self.complete_without_t(e, f, g, h);
    }

    #[inline(always)]
    fn doubled(&self) -> (Element, Element, Element, Element) {
        let a = self.x.square();
        let b = self.y.square();
        let zz = self.z.square();
        let c = zz.double();
        let h = a.add(b);
        let e = h.sub(self.x.add(self.y).square());
        let g = a.sub(b);
        let f = c.add(g);
        (e, f, g, h)
    }

    /// 7M: madd-2008-hwcd-3.
    #[inline(never)]
    pub(super) fn add(&mut self, other: &AffineNiels) {
        let a = self.y.sub(self.x).mul(other.y_minus_x);
        let b = self.y.add(self.x).mul(other.y_plus_x);
        let c = self.t.mul(other.twice_dxy);
        let d = self.z.double();
        self.complete(b.sub(a), d.sub(c), d.add(c), b.add(a));
    }

    /// The same with the negative: `x`, and so `x y`, change their sign.
    #[inline(never)]
    pub(super) fn sub(&mut self, other: &AffineNiels) {
        let a = self.y.sub(self.x).mul(other.y_plus_x);
        let b = self.y.add(self.x).mul(other.y_minus_x);
        let c = self.t.mul(other.twice_dxy);
        let d = self.z.double();
        self.complete(b.sub(a), d.add(c), d.sub(c), b.add(a));
    }

    /// 8M: add-2008-hwcd-3.
    #[inline(never)]
    pub(super) fn add_niels(&mut self, other: &Niels) {
        let a = self.y.sub(self.x).mul(other.y_minus_x);
        let b = self.y.add(self.x).mul(other.y_plus_x);
        let c = self.t.mul(other.twice_dt);
        let d = self.z.mul(other.twice_z);
        self.complete(b.sub(a), d.sub(c), d.add(c), b.add(a));
    }

    /// The same with the negative.
    #[inline(never)]
    pub(super) fn sub_niels(&mut self, other: &Niels) {
        let a = self.y.sub(self.x).mul(other.y_plus_x);
        let b = self.y.add(self.x).mul(other.y_minus_x);
        let c = self.t.mul(other.twice_dt);
        let d = self.z.mul(other.twice_z);
        self.complete(b.sub(a), d.add(c), d.sub(c), b.add(a));
    }

    /// The last step of each formula.
    #[inline(always)]
    fn complete(&mut self, e: Element, f: Element, g: Element, h: Element) {
        self.complete_without_t(e, f, g, h);
        self.t = e.mul(h);
    }

    #[inline(always)]
    fn complete_without_t(&mut self, e: Element, f: Element, g: Element, h: Element) {
        self.x = e.mul(f);
        self.y = g.mul(h);
        self.z = f.mul(g);
    }
}

/// Encodes an affine point (RFC 8032, 5.1.2).
fn encode(x: Element, y: Element) -> [u8; 32] {
    let mut encoded = y.to_le_bytes();
    encoded[31] |= x.to_le_bytes()[0] << 7;
    encoded
}

impl Niels {
    /// 1M.
    fn from_extended(point: &Extended) -> Self {
        Self {
            y_plus_x: point.y.add(point.x),
            y_minus_x: point.y.sub(point.x),
            twice_z: point.z.double(),
            twice_dt: point.t.mul(TWICE_D),
        }
    }
}

impl AffineNiels {
    fn from_affine(x: Element, y: Element) -> Self {
        Self {
            y_plus_x: y.add(x),
            y_minus_x: y.sub(x),
            twice_dxy: x.mul(y).mul(TWICE_D),
        }
    }
}

impl Accumulator<AffineNiels> for Extended {
    #[inline(always)]
    fn double(&mut self) {
        self.double();
    }

    #[inline(always)]
    fn add(&mut self, multiple: &AffineNiels, negative: bool) {
        if negative {
            self.sub(multiple)
        } else {
            self.add(multiple)
        }
    }
}

impl Group for Extended {
    type Multiple = AffineNiels;

    /// Every second window has a table: 192 KiB in all.
    const SHAPE: Shape = Shape { width: 8, passes: 2 };

    /// 32 windows hold any scalar below `2^255`, and the carry of its recoding.
    const SCALAR_BITS: usize = 256;

    const NEUTRAL: Self = Self::NEUTRAL;

    fn multiples_vartime(bases: &[Self], count: usize) -> Vec<AffineNiels> {
        let mut multiples = Vec::with_capacity(bases.len() * count);
        let mut of_base = Vec::with_capacity(count);
        for (base, once) in bases.iter().zip(Self::to_niels_all_vartime(bases)) {
            let mut multiple = *base;
            of_base.clear();
            for _ in 0..count {
                of_base.push(multiple);
                multiple.add(&once);
            }
            // One base at a time: an inversion for each costs little, and all of them together would need four times the
            // memory.
            multiples.extend(Self::to_niels_all_vartime(&of_base));
        }
        multiples
    }
}

impl Extended {
    /// All points in the form of a table, with a single inversion.
    pub(super) fn to_niels_all_vartime(points: &[Self]) -> Vec<AffineNiels> {
        let z: Vec<Element> = points.iter().map(|point| point.z).collect();
        let inverses = invert_all_vartime(&z);
        debug_assert!(inverses.is_some(), "no Z is zero");
        let affine = |(point, z_inverse): (&Self, Element)| {
            AffineNiels::from_affine(point.x.mul(z_inverse), point.y.mul(z_inverse))
        };
        points.iter().zip(inverses.into_iter().flatten()).map(affine).collect()
    }
}

impl Sum for Extended {
    type Niels = Niels;

    #[inline(always)]
    fn to_niels(&self) -> Niels {
        Niels::from_extended(self)
    }

    #[inline(always)]
    fn double_without_t(&mut self) {
        self.double_without_t();
    }

    #[inline(always)]
    fn add_niels(&mut self, other: &Niels, negative: bool) {
        if negative {
            self.sub_niels(other)
        } else {
            self.add_niels(other)
        }
    }
}
