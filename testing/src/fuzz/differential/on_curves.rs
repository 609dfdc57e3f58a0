//! Cases of ECDSA (FIPS 186-5 section 6.4) and of SM2 (GB/T 32918.2).
//!
//! Both verify by a point, u1 G + u2 Q, and compare its x with a number v modulo n: for ECDSA u1 = e/s, u2 = r/s and v
//! = r, and for SM2 u1 = s, u2 = r + s and v = r - e. So if the x of the point is known, u1 and u2, or the digest, can
//! be chosen, and the rest solved for.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use num_bigint::BigUint;

use super::choices::Choices;
use super::rustcrypto::{Point, Points};
use super::{Case, Family, Key, Kind};
use crate::der::integer_pair;
use crate::forge::curve::Curve;
use crate::{SplitMix64, padded, power_of_two};

/// Ordinary secrets.
const RANDOM_SECRETS: usize = 16;
/// Nonces that are used repeatedly.
const RANDOM_NONCES: usize = 256;

thread_local! {
    static WORKSHOPS: RefCell<HashMap<usize, Rc<Workshop>>> = RefCell::default();
}

/// Constructs a case of this curve from `choices`.
pub fn case(family: Family, choices: &mut Choices<'_>) -> Option<Case> {
    let workshop = WORKSHOPS.with_borrow_mut(|workshops| {
        let workshop = || Rc::new(Workshop::new(family));
        workshops.entry(family as usize).or_insert_with(workshop).clone()
    });
    // The last two have a new key each, which takes most of the time.
    let made = match choices.byte() % 16 {
        0 | 1 => return workshop.any_numbers(choices),
        2..=6 => workshop.chosen_digest(choices),
        7..=12 => workshop.chosen_scalars(choices),
        13 | 14 => workshop.chosen_point(choices),
        _ => workshop.doubling_of_chosen_digest(choices),
    }?;
    Some(workshop.finished(made, choices))
}

/// Values that cases on a curve are constructed with, computed once.
struct Workshop {
    family: Family,
    curve: &'static Curve,
    points: Points,
    any_point: Point,
    landmarks: Vec<BigUint>,
    keys: Vec<KnownKey>,
    nonces: Vec<BigUint>,
    /// The x of multiples of G.
    xs: RefCell<HashMap<BigUint, BigUint>>,
}

/// A secret d, and the key d G.
struct KnownKey {
    d: BigUint,
    key: OnceCell<Rc<Key>>,
}

/// A signature, and what is known about it.
struct Made {
    key: Rc<Key>,
    e: BigUint,
    r: BigUint,
    s: BigUint,
    valid: Option<bool>,
    kinds: Vec<Kind>,
}

/// The number with which x is compared.
struct Compared {
    v: BigUint,
    is_x: bool,
    kind: Option<Kind>,
}

impl Workshop {
    fn new(family: Family) -> Self {
        let curve = family.curve().expect("a curve");
        let points = Points::of(family);
        let (p, n) = (&curve.p, &curve.n);
        let landmarks = vec![
            BigUint::ZERO,
            n.clone(),
            n / 2_u8,
            p.clone(),
            p / 2_u8,
            p - n,
            n - (p - n),
            n * 2_u8 - p,
            power_of_two(8 * curve.bytes) - 1_u8,
            power_of_two(8 * curve.digest_length()) - 1_u8,
        ];
        let mut random = SplitMix64(family as u64);
        let mut any = || {
            let mut bytes = vec![0; curve.bytes];
            random.fill(&mut bytes);
            BigUint::from_bytes_be(&bytes) % n
        };
        let small = |number: &u32| BigUint::from(*number);
        // Few and many bits near the widths of windows; powers of two at limbs; and their negatives.
        let mut secrets: Vec<BigUint> = [
            1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 32, 63, 64, 65, 127, 128, 129, 255, 256, 257,
        ]
        .iter()
        .map(small)
        .collect();
        secrets.extend([14, 21, 32, 63, 64, 128, 129, 192, 255].map(power_of_two));
        let negatives: Vec<BigUint> = secrets.iter().map(|secret| n - secret).collect();
        secrets.extend(negatives);
        secrets.extend([n / 2_u8, n / 2_u8 + 1_u8]);
        if let Some(root) = cube_root_of_unity(n) {
            secrets.extend([n - &root, n - 1_u8 - &root, root]);
        }
        let mut nonces = secrets.clone();
        secrets.extend((0..RANDOM_SECRETS).map(|_| any()));
        nonces.extend((0..RANDOM_NONCES).map(|_| any()));
        if curve.is_sm2() {
            // The key -G is rejected.
            secrets.retain(|secret| *secret != n - 1_u8);
        }
        let keys = secrets.into_iter().map(|d| KnownKey {
            d,
            key: OnceCell::new(),
        });
        let any_point = (1_u8..).find_map(|x| (points.with_x)(&x.into(), false));
        Self {
            landmarks,
            any_point: any_point.expect("half of all numbers are the x of a point"),
            keys: keys.collect(),
            nonces,
            xs: RefCell::default(),
            family,
            curve,
            points,
        }
    }

    fn is_sm2(&self) -> bool {
        self.curve.is_sm2()
    }

    fn n(&self) -> &BigUint {
        &self.curve.n
    }

    fn negative(&self, scalar: &BigUint) -> BigUint {
        (self.n() - scalar) % self.n()
    }

    /// a / b modulo n; `None` if b is zero.
    fn quotient(&self, a: &BigUint, b: &BigUint) -> Option<BigUint> {
        Some(a * b.modinv(self.n())? % self.n())
    }

    /// a G + b Q.
    fn sum(&self, a: &BigUint, b: &BigUint, q: &[u8]) -> Option<Point> {
        (self.points.sum)(a, b, q)
    }

    fn x_of(&self, point: &[u8]) -> BigUint {
        BigUint::from_bytes_be(&point[1..][..self.curve.bytes])
    }

    fn multiple_of_g(&self, k: &BigUint) -> Option<Point> {
        // There must be a Q; its multiple does not count.
        self.sum(k, &BigUint::ZERO, &self.any_point)
    }

    /// The x of k G; `None` for infinity.
    fn x_of_multiple(&self, k: &BigUint) -> Option<BigUint> {
        if let Some(x) = self.xs.borrow().get(k) {
            return Some(x.clone());
        }
        let x = self.x_of(&self.multiple_of_g(k)?);
        if self.nonces.contains(k) {
            self.xs.borrow_mut().insert(k.clone(), x.clone());
        }
        Some(x)
    }

    /// `None` for -G on the curve of SM2, which is rejected as a key.
    fn key_at(&self, point: &[u8]) -> Option<Rc<Key>> {
        let (x, y) = &self.curve.g;
        if self.is_sm2() && point == self.curve.uncompressed(&(x.clone(), &self.curve.p - y)) {
            return None;
        }
        Some(Rc::new(Key::on_curve(self.family, self.curve, point)))
    }

    /// A secret and its key: one of a few, or occasionally another.
    fn known_key(&self, choices: &mut Choices<'_>, kinds: &mut Vec<Kind>) -> Option<(BigUint, Rc<Key>)> {
        if choices.byte() < 4 {
            let d = self.scalar(choices);
            kinds.push(Kind::NewKey);
            return Some((d.clone(), self.key_at(&self.multiple_of_g(&d)?)?));
        }
        let known = choices.one_of(&self.keys);
        let key = known.key.get_or_init(|| {
            let point = self.multiple_of_g(&known.d).expect("not infinity");
            self.key_at(&point).expect("not -G")
        });
        Some((known.d.clone(), key.clone()))
    }

    fn nonce(&self, choices: &mut Choices<'_>) -> BigUint {
        match choices.byte() {
            0..16 => self.scalar(choices),
            _ => choices.one_of(&self.nonces).clone(),
        }
    }

    fn number(&self, choices: &mut Choices<'_>) -> BigUint {
        choices.number(self.n().bits(), &self.landmarks)
    }

    fn scalar(&self, choices: &mut Choices<'_>) -> BigUint {
        self.number(choices) % self.n()
    }

    /// As long as a digest.
    fn digest(&self, choices: &mut Choices<'_>) -> BigUint {
        let bits = 8 * self.curve.digest_length();
        choices.number(bits as u64, &self.landmarks) % power_of_two(bits)
    }

    /// Arbitrary numbers, in range or not.
    fn any_numbers(&self, choices: &mut Choices<'_>) -> Option<Case> {
        let mut kinds = Vec::new();
        let (e, r, s) = (self.digest(choices), self.number(choices), self.number(choices));
        let (_, key) = self.known_key(choices, &mut kinds)?;
        Some(self.case(Made {
            key,
            e,
            r,
            s,
            valid: None,
            kinds,
        }))
    }

    /// A signature over an arbitrary digest, with a secret and a nonce.
    fn chosen_digest(&self, choices: &mut Choices<'_>) -> Option<Made> {
        let mut kinds = Vec::new();
        let e = self.digest(choices);
        let (d, key) = self.known_key(choices, &mut kinds)?;
        let k = self.nonce(choices);
        let compared = self.compared(&self.x_of_multiple(&k)?, choices);
        let (r, s) = if self.is_sm2() {
            let r = (&e + &compared.v) % self.n();
            let s = self.quotient(&(k + self.negative(&(&r * &d % self.n()))), &(d + 1_u8))?;
            (r, s)
        } else {
            let s = self.quotient(&(&e + &compared.v * d), &k)?;
            (compared.v.clone(), s)
        };
        kinds.extend(compared.kind);
        Some(Made {
            valid: Some(compared.is_x && self.in_range(&r, &s)),
            key,
            e,
            r,
            s,
            kinds,
        })
    }

    /// A signature that is verified with arbitrary u1 and u2, possibly related to each other.
    fn chosen_scalars(&self, choices: &mut Choices<'_>) -> Option<Made> {
        let mut kinds = Vec::new();
        let (d, key) = self.known_key(choices, &mut kinds)?;
        let lowest = |scalar: &BigUint, choices: &mut Choices<'_>| {
            let window = [5, 7, 8][choices.below(3)];
            scalar % power_of_two(window * choices.below(self.n().bits() as usize / window + 1))
        };
        let plus_or_minus = |scalar: BigUint, choices: &mut Choices<'_>| match choices.byte() % 2 {
            0 => scalar,
            _ => self.negative(&scalar),
        };
        let mut u1 = self.scalar(choices);
        let mut u2 = self.scalar(choices);
        match choices.byte() % 6 {
            0 => u1 = plus_or_minus(&u2 * &d % self.n(), choices),
            1 => {
                u1 = plus_or_minus(lowest(&u2, choices) * &d % self.n(), choices);
                kinds.push(Kind::Midway);
            }
            2 => {
                u2 = plus_or_minus(self.quotient(&lowest(&u1, choices), &d)?, choices);
                kinds.push(Kind::Midway);
            }
            3 => {
                u1 = BigUint::from(choices.byte()) << choices.below(self.n().bits() as usize - 8);
                u2 = BigUint::from(choices.byte()) << choices.below(self.n().bits() as usize - 8);
            }
            _ => {}
        }
        let u2_d = &u2 * d % self.n();
        kinds.extend((u2_d == u1).then_some(Kind::Doubling));
        match self.x_of_multiple(&((&u1 + u2_d) % self.n())) {
            Some(x) => {
                let compared = self.compared(&x, choices);
                kinds.extend(compared.kind);
                self.with_scalars(key, &u1, &u2, &compared.v, compared.is_x, kinds)
            }
            None => {
                kinds.push(Kind::Infinity);
                let v = self.scalar(choices);
                self.with_scalars(key, &u1, &u2, &v, false, kinds)
            }
        }
    }

    /// The signature that is verified with u1, u2 and v.
    fn with_scalars(
        &self,
        key: Rc<Key>,
        u1: &BigUint,
        u2: &BigUint,
        v: &BigUint,
        is_x: bool,
        kinds: Vec<Kind>,
    ) -> Option<Made> {
        let (e, r, s) = if self.is_sm2() {
            let r = (u2 + self.negative(u1)) % self.n();
            ((&r + self.negative(v)) % self.n(), r, u1.clone())
        } else {
            let s = self.quotient(v, u2)?;
            (u1 * &s % self.n(), v.clone(), s)
        };
        let limit = power_of_two(8 * self.curve.digest_length());
        Some(Made {
            key,
            valid: (e < limit).then(|| is_x && self.in_range(&r, &s)),
            e: e % limit,
            r,
            s,
            kinds,
        })
    }

    /// A signature that is verified with a point of arbitrary x: the key is chosen to make it valid.
    fn chosen_point(&self, choices: &mut Choices<'_>) -> Option<Made> {
        let mut kinds = vec![Kind::NewKey];
        let mut x = match choices.byte() % 2 {
            0 => self.n() + choices.any((&self.curve.p - self.n()).bits()) % (&self.curve.p - self.n()),
            _ => self.number(choices) % &self.curve.p,
        };
        let odd = choices.byte() % 2 == 1;
        // Half of all numbers are the x of a point.
        let point = (0..64).find_map(|_| {
            let point = (self.points.with_x)(&x, odd);
            if point.is_none() {
                x += 1_u8;
            }
            point
        })?;
        let compared = self.compared(&x, choices);
        kinds.extend(compared.kind);
        let scalar = self.scalar(choices);
        let mut not_reduced = None;
        let (u1, u2) = match self.family {
            // Its digests are shorter than n, so not every pair of u1 and u2 has one.
            Family::P521 => (self.quotient(&(self.digest(choices) * &scalar), &compared.v)?, scalar),
            // The other numbers of SM2 do not restrict the digest, so it is chosen too.
            Family::Sm2 => {
                let e = self.digest(choices);
                let u2 = (&e + &compared.v + &scalar) % self.n();
                not_reduced = Some(e);
                (scalar, u2)
            }
            _ => (self.scalar(choices), scalar),
        };
        // Q = (R - u1 G) / u2.
        let over_u2 = self.quotient(&BigUint::from(1_u8), &u2)?;
        let q = self.sum(&self.negative(&(&u1 * &over_u2 % self.n())), &over_u2, &point)?;
        let made = self.with_scalars(self.key_at(&q)?, &u1, &u2, &compared.v, compared.is_x, kinds)?;
        Some(Made {
            e: not_reduced.unwrap_or(made.e),
            ..made
        })
    }

    /// A signature over an arbitrary digest that is verified by u1 G = u2 Q: Q is e/r G.
    fn doubling_of_chosen_digest(&self, choices: &mut Choices<'_>) -> Option<Made> {
        if self.is_sm2() {
            return self.chosen_scalars(choices);
        }
        let mut kinds = vec![Kind::NewKey];
        let e = self.digest(choices);
        let k = self.nonce(choices);
        let x = self.x_of_multiple(&k)?;
        let v = &x % self.n();
        // The sum is k G, or, with the negative of Q, infinity.
        let mut d = self.quotient(&e, &v)?;
        let is_infinity = choices.byte().is_multiple_of(4);
        if is_infinity {
            d = self.negative(&d);
        }
        kinds.push(if is_infinity { Kind::Infinity } else { Kind::Doubling });
        let s = self.quotient(&(&e * 2_u8), &k)?;
        Some(Made {
            key: self.key_at(&self.multiple_of_g(&d)?)?,
            valid: Some(!is_infinity && self.in_range(&v, &s)),
            e,
            r: v,
            s,
            kinds,
        })
    }

    /// Whether the numbers are in range. For SM2, r + s, which is u2, must not be zero either.
    fn in_range(&self, r: &BigUint, s: &BigUint) -> bool {
        let range = BigUint::from(1_u8)..self.n().clone();
        range.contains(r) && range.contains(s) && !(self.is_sm2() && r + s == *self.n())
    }

    /// x modulo n, or a number that a careless comparison takes for it.
    fn compared(&self, x: &BigUint, choices: &mut Choices<'_>) -> Compared {
        let (p, n) = (&self.curve.p, self.n());
        let words = power_of_two(self.curve.bytes.div_ceil(8) * 64);
        let right = x % n;
        let (v, kind) = match choices.byte() % 16 {
            0 => (x + p - n, Some(Kind::CongruentModuloP)),
            1 => (x + words - n, Some(Kind::CongruentModuloWords)),
            2 => (&right + 1_u8, None),
            3 => (n - &right, None),
            4 => ((x + n) % p, None),
            _ => (right.clone(), (x >= n).then_some(Kind::XAboveOrder)),
        };
        if v >= *n {
            return Compared {
                v: right,
                is_x: true,
                kind: (x >= n).then_some(Kind::XAboveOrder),
            };
        }
        Compared {
            is_x: v == right,
            v,
            kind,
        }
    }

    /// The case, occasionally with a last change.
    fn finished(&self, mut made: Made, choices: &mut Choices<'_>) -> Case {
        match choices.byte() % 16 {
            // The other form of an ECDSA signature.
            0 => {
                made.s = self.negative(&made.s);
                made.valid = made.valid.filter(|_| !self.is_sm2());
            }
            // The same digest, not reduced.
            1 if (&made.e + self.n()).bits() <= 8 * self.curve.digest_length() as u64 => made.e += self.n(),
            2 => {
                made.e ^= power_of_two(choices.below(8 * self.curve.digest_length()));
                made.valid = None;
            }
            3 => {
                made.r += self.n();
                made.valid = Some(false);
            }
            4 => {
                made.s += self.n();
                made.valid = Some(false);
            }
            _ => {}
        }
        self.case(made)
    }

    fn case(&self, mut made: Made) -> Case {
        made.kinds
            .extend((made.e >= *self.n()).then_some(Kind::DigestAboveOrder));
        Case {
            key: made.key,
            algorithm: self.curve.algorithm,
            digest: padded(&made.e, self.curve.digest_length()),
            signature: integer_pair(&made.r, &made.s),
            valid: made.valid,
            kinds: made.kinds,
        }
    }
}

/// A number other than 1 whose cube is 1, if there is one: for secp256k1, multiplication by it is cheap, and has code
/// of its own.
fn cube_root_of_unity(n: &BigUint) -> Option<BigUint> {
    let one = BigUint::from(1_u8);
    let order = n - 1_u8;
    if &order % 3_u8 != BigUint::ZERO {
        return None;
    }
    (2_u8..)
        .map(|base| BigUint::from(base).modpow(&(&order / 3_u8), n))
        .find(|root| *root != one)
}
