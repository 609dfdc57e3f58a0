//! The claims of a token (RFC 7519 section 4.1).

use std::time::{SystemTime, UNIX_EPOCH};

use serde::Deserialize;

/// How far the clocks of the issuer and of this machine may differ, in seconds.
const LEEWAY: f64 = 30.0;

/// What this API requires. `exp` is required too: a token without it would be valid for ever.
pub struct Expected {
    pub issuer: String,
    pub audience: String,
}

#[derive(Deserialize)]
pub struct Claims {
    pub sub: String,
    iss: String,
    aud: Audience,
    /// Seconds since 1970, possibly with a fraction.
    exp: f64,
    nbf: Option<f64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Claims {
    /// Checks `iss`, `aud`, `exp` and `nbf`.
    pub fn check(&self, expected: &Expected) -> Result<(), &'static str> {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0.0, |now| now.as_secs_f64());
        let is_for_us = match &self.aud {
            Audience::One(audience) => *audience == expected.audience,
            Audience::Many(audiences) => audiences.contains(&expected.audience),
        };
        if self.iss != expected.issuer {
            Err("another issuer")
        } else if !is_for_us {
            Err("another audience")
        } else if self.exp + LEEWAY <= now {
            Err("expired")
        } else if self.nbf.is_some_and(|nbf| nbf - LEEWAY > now) {
            Err("not valid yet")
        } else {
            Ok(())
        }
    }
}
