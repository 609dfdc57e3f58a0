//! The feature `serde`: values as the strings that [`core::str::FromStr`] parses, in every format.

use alloc::string::{String, ToString as _};
use core::fmt;
use core::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};

#[cfg(feature = "std")]
use crate::KeyId;
use crate::{Fingerprint, KeySpec, MessageType, PublicKey, SigningAlgorithm};

/// A string that this function parses.
struct Text<T>(fn(&str) -> Result<T, String>);

impl<T> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).map_err(E::custom)
    }
}

fn parsed<T: FromStr<Err: fmt::Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

/// As a string: written by the first function, read by the second.
macro_rules! as_text {
    ($type:ty, $write:expr, $read:expr) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let write: fn(&Self) -> String = $write;
                serializer.serialize_str(&write(self))
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Text($read))
            }
        }
    };
}

as_text!(SigningAlgorithm, |value| value.to_string(), parsed);
as_text!(KeySpec, |value| value.to_string(), parsed);
as_text!(MessageType, |value| value.to_string(), parsed);
as_text!(PublicKey, |value| value.to_pem(), parsed);
#[cfg(feature = "std")]
as_text!(KeyId, |value| value.to_string(), parsed);
as_text!(Fingerprint, |value| value.to_string(), |text| {
    Fingerprint::from_hex(text).ok_or_else(|| "expected 64 lower-case hexadecimal digits".into())
});
