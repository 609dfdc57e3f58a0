//! The operations that signature schemes need on each curve, as concrete types, so that all generic code is compiled in
//! this crate, with its optimization level.

use alloc::vec::Vec;

/// A point and a scalar of one curve.
macro_rules! concrete {
    ($module:ident, $curve:ty, $name:literal, $bytes:literal) => {
        #[doc = concat!("The curve ", $name, ".")]
        pub mod $module {
            use super::super::double_scalar_mul::KeyPoint;
            use super::super::field::{Invertible as _, invert_all_vartime};
            use super::super::scalar;
            use super::Vec;

            /// A point Q of the curve other than infinity, with the table of its multiples once it is precomputed.
            #[derive(Clone, Debug)]
            pub struct Point(KeyPoint<$curve>);

            /// An integer modulo the order n of the curve.
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            pub struct Scalar(scalar::Scalar<$curve>);

            impl Point {
                #[doc = concat!("From big-endian x || y, ", $bytes, " bytes each.")]
                ///
                /// `None` for another length, if a coordinate is not below the field prime p, and if the point is not on the
                /// curve.
                #[must_use]
                pub fn from_be_bytes(coordinates: &[u8]) -> Option<Self> {
                    KeyPoint::from_be_bytes(coordinates).map(Self)
                }

                /// The point whose x-coordinate is this integer, and whose y-coordinate is odd or even. `None` if the curve has
                /// none.
                #[must_use]
                pub fn from_x(x: Scalar, y_is_odd: bool) -> Option<Self> {
                    KeyPoint::from_x(x.0, y_is_odd).map(Self)
                }

                #[doc = concat!("Big-endian x || y, ", $bytes, " bytes each.")]
                #[must_use]
                pub fn to_be_bytes(&self) -> Vec<u8> {
                    self.0.to_be_bytes()
                }

                /// u1 G + u2 Q. `None` for the point at infinity.
                #[must_use]
                pub fn sum_vartime(&self, u1: Scalar, u2: Scalar) -> Option<Self> {
                    self.0.sum_vartime(u1.0, u2.0).map(Self)
                }

                /// The same point with the table of its multiples. Clones share it.
                #[must_use]
                pub fn precomputed(&self) -> Self {
                    Self(self.0.precomputed())
                }

                /// The size of the table on the heap in bytes: 0 before [`precomputed`](Self::precomputed).
                #[must_use]
                pub fn table_size(&self) -> usize {
                    self.0.table_size()
                }

                /// Whether u1 G + u2 Q is a point, other than infinity, whose x-coordinate is congruent to `x` modulo n.
                #[must_use]
                pub fn sum_has_x_vartime(&self, u1: Scalar, u2: Scalar, x: Scalar) -> bool {
                    self.0.double_scalar_mul_vartime(u1.0, u2.0).x_is_congruent_to(x.0)
                }

                /// [`sum_has_x_vartime`](Self::sum_has_x_vartime) for each u1, u2 and x, several at once if that is faster.
                #[must_use]
                pub fn sums_have_x_vartime(&self, numbers: &[[Scalar; 3]]) -> Vec<bool> {
                    let numbers: Vec<_> = numbers
                        .iter()
                        .map(|[u1, u2, x]| [u1.0, u2.0, x.0])
                        .collect();
                    self.0.sums_have_x_vartime(&numbers)
                }
            }

            impl Scalar {
                #[doc = concat!("From ", $bytes, " big-endian bytes. `None` unless the number is at least 1 and less than n.")]
                #[must_use]
                pub fn from_be_bytes(bytes: &[u8]) -> Option<Self> {
                    scalar::Scalar::from_be_bytes(bytes).map(Self)
                }

                /// The leftmost bits of a digest, as many as n has, modulo n (FIPS 186-5 section 6.4.2, step 3).
                #[must_use]
                pub fn from_digest(digest: &[u8]) -> Self {
                    Self(scalar::Scalar::from_digest(digest))
                }

                #[doc = concat!(" ", $bytes, " big-endian bytes.")]
                #[must_use]
                pub fn to_be_bytes(self) -> Vec<u8> {
                    self.0.to_be_bytes()
                }

                /// The lower of x and n - x.
                #[must_use]
                pub fn lower_of_both_signs(self) -> Self {
                    Self(self.0.lower_of_both_signs())
                }

                /// Whether it is 0.
                #[must_use]
                pub fn is_zero(self) -> bool {
                    self.0.is_zero()
                }

                /// The sum modulo n.
                #[must_use]
                #[allow(clippy::should_implement_trait, reason = "the formulas of the standards name their operations")]
                pub fn add(self, other: Self) -> Self {
                    Self(self.0.add(other.0))
                }

                /// The difference modulo n.
                #[must_use]
                #[allow(clippy::should_implement_trait, reason = "the formulas of the standards name their operations")]
                pub fn sub(self, other: Self) -> Self {
                    Self(self.0.sub(other.0))
                }

                /// The product modulo n.
                #[must_use]
                #[allow(clippy::should_implement_trait, reason = "the formulas of the standards name their operations")]
                pub fn mul(self, other: Self) -> Self {
                    Self(self.0.mul(other.0))
                }

                /// The inverse modulo n. `None` for 0.
                #[must_use]
                pub fn invert_vartime(self) -> Option<Self> {
                    self.0.invert_vartime().map(Self)
                }

                /// The inverses of all modulo n. `None` if one is 0.
                #[must_use]
                pub fn invert_all_vartime(scalars: &[Self]) -> Option<Vec<Self>> {
                    let scalars: Vec<_> = scalars.iter().map(|scalar| scalar.0).collect();
                    let inverses = invert_all_vartime(&scalars)?;
                    Some(inverses.into_iter().map(Self).collect())
                }
            }
        }
    };
}

concrete!(
    p256,
    super::super::named::p256::P256,
    "P-256 (FIPS 186-5, secp256r1)",
    "32"
);
concrete!(
    p384,
    super::super::named::p384::P384,
    "P-384 (FIPS 186-5, secp384r1)",
    "48"
);
concrete!(
    p521,
    super::super::named::p521::P521,
    "P-521 (FIPS 186-5, secp521r1)",
    "66"
);
concrete!(
    secp256k1,
    super::super::named::secp256k1::Secp256k1,
    "secp256k1 (SEC 2)",
    "32"
);
concrete!(sm2, super::super::named::sm2::Sm2, "sm2p256v1 (GB/T 32918.5)", "32");
