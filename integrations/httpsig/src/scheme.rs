//! HTTP message signatures as a scheme of `kms-verify-tower`.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::request::Parts;
use http::{Extensions, HeaderMap, HeaderName};
use httpsig::prelude::message_component::{
    DerivedComponentName, HttpMessageComponent, HttpMessageComponentId, HttpMessageComponentName,
};
use httpsig::prelude::{HttpSignatureHeaders, HttpSignatureParams, VerifyingKey as _};
use kms_verify_tower::{KeySource, Rejection, Rule, Scheme, Verification, Verified};

use super::KmsKey;
use super::digest::ContentDigest;

const SIGNATURE: HeaderName = HeaderName::from_static("signature");
const SIGNATURE_INPUT: HeaderName = HeaderName::from_static("signature-input");
const CONTENT_DIGEST: HeaderName = HeaderName::from_static("content-digest");

/// HTTP message signatures (RFC 9421) over a request, with the body through `Content-Digest` (RFC 9530).
///
/// - The request has exactly one signature.
/// - `keyid` names a key of the source. `alg`, if given, must be that of the key.
/// - `created` is required, and at most the tolerance away from the clock (5 minutes unless [`tolerance`](Self::tolerance)
///   sets another). `expires`, if given, must be in the future.
/// - The signature covers `@method`, `@authority`, `@path`, `@query` and `content-digest`, or what
///   [`required`](Self::required) sets instead. `content-digest` is always required.
/// - Parameters have the types of RFC 9421 section 2.3.
/// - It can cover other fields, and `@request-target`. Parameters of components (`sf`, `key`, `bs`, `tr`, `req`, `name`) are
///   rejected, and so are `@scheme` and `@target-uri`, which a server behind a proxy does not know.
///
/// The signature is verified before the body is read. The body is then only compared with its digest, and the time is
/// checked again.
///
/// `@authority` is that of the request target, or else `Host`. If it is covered, and a request has both and they differ,
/// the request is rejected.
/// `@path` is the path that the layer is given: in axum, use the layer outside `Router::nest`, which removes the prefix.
/// Within the tolerance, whoever has seen a request can send it again.
#[derive(Clone, Debug)]
pub struct MessageSignatures {
    required: Arc<[String]>,
    tolerance: Duration,
}

impl MessageSignatures {
    /// With the components and the tolerance above.
    pub fn new() -> Self {
        Self {
            required: ["@method", "@authority", "@path", "@query"].map(String::from).into(),
            tolerance: Duration::from_secs(300),
        }
    }

    /// Requires these components to be covered, and `content-digest`.
    pub fn required<'c>(self, components: impl IntoIterator<Item = &'c str>) -> Self {
        Self {
            required: components.into_iter().map(String::from).collect(),
            ..self
        }
    }

    /// Accepts values of `created` that are at most this far in the past or in the future.
    pub fn tolerance(self, tolerance: Duration) -> Self {
        Self { tolerance, ..self }
    }

    fn validity(&self, params: &HttpSignatureParams) -> Result<Validity, Rule> {
        Ok(Validity {
            created: Duration::from_secs(params.created.ok_or(Rule::HeaderMalformed)?),
            expires: params.expires.map(Duration::from_secs),
            tolerance: self.tolerance,
        })
    }

    fn check_covered(&self, covered: &[HttpMessageComponentId]) -> Result<(), Rule> {
        let is_covered = |name: &str| covered.iter().any(|id| id.to_string() == format!("\"{name}\""));
        let required = self.required.iter().map(String::as_str);
        if required.chain([CONTENT_DIGEST.as_str()]).all(is_covered) {
            Ok(())
        } else {
            Err(Rule::HeaderMalformed)
        }
    }
}

/// When a signature is valid, in time since 1970.
struct Validity {
    created: Duration,
    expires: Option<Duration>,
    tolerance: Duration,
}

impl Validity {
    fn check(&self) -> Result<(), Rule> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let is_expired = self.expires.is_some_and(|expires| expires <= now);
        if is_expired || now.abs_diff(self.created) > self.tolerance {
            Err(Rule::TimestampOutOfRange)
        } else {
            Ok(())
        }
    }
}

impl Default for MessageSignatures {
    fn default() -> Self {
        Self::new()
    }
}

impl Scheme for MessageSignatures {
    type Verification = MessageVerification;

    fn begin(&self, head: &Parts, keys: &impl KeySource) -> Result<MessageVerification, Rejection> {
        let signature = single(&head.headers, &SIGNATURE)?.ok_or(Rule::SignatureMissing)?;
        let input = single(&head.headers, &SIGNATURE_INPUT)?.ok_or(Rule::SignatureMissing)?;
        let signatures = HttpSignatureHeaders::try_parse(signature, input).map_err(malformed)?;
        let mut signatures = signatures.values();
        let (Some(signature), None) = (signatures.next(), signatures.next()) else {
            return Err(malformed("there is not exactly one signature"));
        };

        // The label of the only signature ends at the first equals sign.
        let (_, text) = input.split_once('=').ok_or(Rule::HeaderMalformed)?;
        check_types(text)?;
        let params = signature.signature_params();
        self.check_covered(&params.covered_components)?;
        let validity = self.validity(params)?;
        validity.check()?;
        let trusted = keys.find(params.keyid.as_deref().ok_or(Rule::HeaderMalformed)?)?;
        let key = KmsKey::new(&trusted.name, trusted.key.clone()).ok_or_else(|| {
            let details = format!("httpsig does not have the algorithm of {}", trusted.name);
            Rejection::new(Rule::KeysUnavailable, details)
        })?;
        if params.alg.as_ref().is_some_and(|alg| *alg != key.alg().as_str()) {
            return Err(Rule::SignatureInvalid.into());
        }

        // The signature base (RFC 9421 section 2.5). Its last line is the text of the parameters as it was received, and not
        // what httpsig would write: httpsig escapes nothing and has one order, so two texts can become one.
        let mut base = String::new();
        for id in &params.covered_components {
            base += &format!("{}\n", component(id, head)?);
        }
        base += &format!("\"@signature-params\": {text}");
        let signature = STANDARD.decode(signature.signature().to_string()).map_err(malformed)?;
        key.verify(base.as_bytes(), &signature)
            .map_err(|_| Rule::SignatureInvalid)?;
        let digest = single(&head.headers, &CONTENT_DIGEST)?.and_then(ContentDigest::parse);
        Ok(MessageVerification {
            digest: digest.ok_or(Rule::HeaderMalformed)?,
            validity,
            verified: Verified::by(&trusted),
        })
    }
}

fn malformed(error: impl std::fmt::Display) -> Rejection {
    Rejection::new(Rule::HeaderMalformed, error)
}

/// Rejects parameters of another type than RFC 9421 section 2.3 gives them. To httpsig, these are absent: a signature with
/// `expires` as a decimal would never expire.
fn check_types(text: &str) -> Result<(), Rejection> {
    let list: sfv::List = sfv::Parser::new(text).parse().map_err(malformed)?;
    let [sfv::ListEntry::InnerList(covered)] = &list[..] else {
        return Err(malformed("there is not exactly one list of components"));
    };
    for (name, value) in &covered.params {
        let has_type = match name.as_str() {
            "created" | "expires" => value.as_integer().is_some(),
            "alg" | "keyid" | "nonce" | "tag" => value.as_string().is_some(),
            _ => true,
        };
        if !has_type {
            return Err(malformed(format!("the parameter {name} has another type")));
        }
    }
    Ok(())
}

/// The verification of one request by [`MessageSignatures`].
pub struct MessageVerification {
    digest: ContentDigest,
    validity: Validity,
    verified: Verified,
}

impl Verification for MessageVerification {
    fn update(&mut self, piece: &[u8]) {
        self.digest.update(piece);
    }

    fn finish(self, _: &mut Extensions) -> Result<Verified, Rejection> {
        if !self.digest.holds() {
            return Err(Rule::SignatureInvalid.into());
        }
        self.validity.check()?;
        Ok(self.verified)
    }
}

fn single<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, Rule> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| Rule::HeaderMalformed),
        (Some(_), Some(_)) => Err(Rule::HeaderMalformed),
    }
}

/// The component of a request (RFC 9421 section 2).
fn component(id: &HttpMessageComponentId, head: &Parts) -> Result<HttpMessageComponent, Rejection> {
    if !id.params.0.is_empty() {
        return Err(malformed("a component has parameters"));
    }
    let values = match &id.name {
        HttpMessageComponentName::HttpField(name) => field(&head.headers, name)?,
        HttpMessageComponentName::Derived(name) => vec![derived(name, head)?],
    };
    HttpMessageComponent::try_from((id, &values[..])).map_err(malformed)
}

/// All values of a field (RFC 9421 section 2.1).
fn field(headers: &HeaderMap, name: &str) -> Result<Vec<String>, Rule> {
    let values: Vec<String> = headers
        .get_all(name)
        .iter()
        .map(|value| value.to_str().map(|text| text.trim().to_owned()))
        .collect::<Result<_, _>>()
        .map_err(|_| Rule::HeaderMalformed)?;
    if values.is_empty() {
        Err(Rule::HeaderMalformed)
    } else {
        Ok(values)
    }
}

fn derived(name: &DerivedComponentName, head: &Parts) -> Result<String, Rejection> {
    let uri = &head.uri;
    let path = if uri.path().is_empty() { "/" } else { uri.path() };
    match name {
        // Methods are case-sensitive, but httpsig signs them in upper case.
        DerivedComponentName::Method if head.method.as_str().bytes().any(|byte| byte.is_ascii_lowercase()) => {
            Err(malformed("the method is not in upper case"))
        }
        DerivedComponentName::Method => Ok(head.method.to_string()),
        DerivedComponentName::Authority => authority(head),
        DerivedComponentName::Path => Ok(path.to_owned()),
        DerivedComponentName::Query => Ok(format!("?{}", uri.query().unwrap_or_default())),
        DerivedComponentName::RequestTarget => Ok(uri
            .query()
            .map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"))),
        DerivedComponentName::TargetUri
        | DerivedComponentName::Scheme
        | DerivedComponentName::QueryParam
        | DerivedComponentName::Status
        | DerivedComponentName::SignatureParams => {
            Err(malformed(format!("the component {} is not supported", name.as_ref())))
        }
    }
}

/// The authority of the request target and the one of `Host`, which must agree (RFC 9113 section 8.3.1): a handler can
/// read either.
fn authority(head: &Parts) -> Result<String, Rejection> {
    let host = single(&head.headers, &http::header::HOST)?;
    match (head.uri.authority(), host) {
        (Some(authority), Some(host)) if !authority.as_str().eq_ignore_ascii_case(host) => {
            Err(malformed("Host is not the authority of the request target"))
        }
        (Some(authority), _) => Ok(authority.to_string()),
        (None, Some(host)) => Ok(host.to_owned()),
        (None, None) => Err(Rule::HeaderMalformed.into()),
    }
}
