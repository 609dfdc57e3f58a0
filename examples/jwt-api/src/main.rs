//! An API that takes tokens signed by AWS KMS.
//!
//!     jwt-api ADDRESS JWKS ISSUER AUDIENCE
//!
//! JWKS is a file with a JWK Set: the keys of the issuer. `GET /whoami` with `Authorization: Bearer TOKEN` answers with the
//! subject of the token. The response to any other request is 401, with the rule that the token breaks
//! (RFC 6750 section 3).
//!
//! The first line on standard output is the address that the API listens on.

mod claims;

use std::error::Error;
use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use kms_verify::jws::{KeySet, Options};
use serde_json::json;

use claims::{Claims, Expected};

/// An access token of a few claims is much shorter.
const MAX_TOKEN: usize = 16 << 10;

struct Api {
    keys: KeySet,
    options: Options,
    expected: Expected,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Ok([address, jwks, issuer, audience]) = <[String; 4]>::try_from(arguments) else {
        return Err("usage: jwt-api ADDRESS JWKS ISSUER AUDIENCE".into());
    };
    let api = Api {
        keys: KeySet::from_jwks(&std::fs::read(jwks)?)?.precomputed(),
        options: Options::new().typ("at+jwt").max_length(MAX_TOKEN),
        expected: Expected { issuer, audience },
    };
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("http://{}", listener.local_addr()?);
    let router = Router::new().route("/whoami", get(whoami)).with_state(Arc::new(api));
    axum::serve(listener, router).await?;
    Ok(())
}

async fn whoami(State(api): State<Arc<Api>>, headers: HeaderMap) -> Response {
    match api.authenticate(&headers) {
        Ok(claims) => Json(json!({ "sub": claims.sub })).into_response(),
        Err(rule) => {
            let challenge = format!("Bearer error=\"invalid_token\", error_description=\"{rule}\"");
            (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, challenge)]).into_response()
        }
    }
}

impl Api {
    /// The claims of a token that is valid here and now, or the rule that it breaks, which is safe to return.
    fn authenticate(&self, headers: &HeaderMap) -> Result<Claims, &'static str> {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return Err("there is not exactly one token");
        };
        let token = value
            .to_str()
            .ok()
            .and_then(|text| text.strip_prefix("Bearer "))
            .ok_or("not a bearer token")?;
        let verified = self.options.verify(&self.keys, token).map_err(|error| error.as_str())?;
        // Nothing of the payload is read before the signature has been verified.
        let claims: Claims = serde_json::from_slice(verified.payload()).map_err(|_| "the claims are malformed")?;
        claims.check(&self.expected)?;
        Ok(claims)
    }
}
