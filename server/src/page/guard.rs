//! Which requests of a browser are answered: only those of this page.
//!
//! The page has no cookies, and no request changes anything, so that there is nothing for a request of another site to
//! abuse, and no token against such requests. What other sites could want are the names of the keys. Browsers keep them
//! from reading an answer unless a name of theirs leads to this server (DNS rebinding), so the host must be an address or
//! a name that cannot be another's: `localhost`, or one that the operator listed.

use std::net::IpAddr;

use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, header};

/// Why a request was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rejected {
    /// The host is a name that may be another's.
    Host,
    /// Another site makes the request.
    Origin,
}

impl Rejected {
    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::Host => StatusCode::MISDIRECTED_REQUEST,
            Self::Origin => StatusCode::FORBIDDEN,
        }
    }

    pub(super) fn sentence(self) -> &'static str {
        match self {
            Self::Host => {
                "This page is served only under an IP address, under localhost, and under the names that the option \
                 --page-host lists. Otherwise another site could read it, by a name of its own that leads here."
            }
            Self::Origin => "Only this page may send this form, and not another site.",
        }
    }
}

/// Checks the host of every request, and that a request that is not a plain GET comes from this page.
///
/// # Errors
///
/// What is wrong.
pub(super) fn check(request: &Parts, names: &[String]) -> Result<(), Rejected> {
    let authority = authority(request).ok_or(Rejected::Host)?;
    if !is_own(authority.host(), names) {
        return Err(Rejected::Host);
    }
    let is_read = request.method.is_safe();
    if is_read || is_same_origin(&request.headers, &authority) {
        Ok(())
    } else {
        Err(Rejected::Origin)
    }
}

fn authority(request: &Parts) -> Option<Authority> {
    let mut hosts = request.headers.get_all(header::HOST).iter();
    let host = hosts.next()?.to_str().ok()?.parse().ok()?;
    hosts.next().is_none().then_some(host)
}

/// Whether no other site can have this host: an address, or a name that leads here by definition or by the operator's
/// word.
fn is_own(host: &str, names: &[String]) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    address.unwrap_or(&host).parse::<IpAddr>().is_ok()
        || host == "localhost"
        || host.ends_with(".localhost")
        || names.iter().any(|name| name.eq_ignore_ascii_case(&host))
}

/// Whether the page itself makes the request. Browsers say so in `Sec-Fetch-Site` if they trust the connection, which is
/// so for loopback, and in `Origin`, which is `null` for forms, because the page sends no referrer.
fn is_same_origin(headers: &HeaderMap, authority: &Authority) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin";
    }
    match headers.get(header::ORIGIN) {
        None => true,
        Some(origin) if origin == "null" => true,
        Some(origin) => {
            let origin = origin.to_str().unwrap_or_default();
            let site = origin
                .strip_prefix("http://")
                .or_else(|| origin.strip_prefix("https://"));
            site.is_some_and(|site| site.eq_ignore_ascii_case(authority.as_str()))
        }
    }
}
