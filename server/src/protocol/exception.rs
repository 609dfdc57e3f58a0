//! The exceptions of KMS, and how they are sent.

use serde::Serialize;

/// An exception in the place of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    kind: Kind,
    message: Option<String>,
}

/// Which exception it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A web page sent the request.
    AccessDenied,
    /// The request would have succeeded, had it not asked for a dry run.
    DryRunOperation,
    /// Something that should not happen.
    Internal,
    /// The ARN is malformed.
    InvalidArn,
    /// The algorithm is not one of the key.
    InvalidKeyUsage,
    /// The marker is not of a page of this list.
    InvalidMarker,
    /// The signature is not valid.
    InvalidSignature,
    /// No key has this name.
    NotFound,
    /// The body is not an object in JSON, or a member has the wrong type.
    Serialization,
    /// The body took too long.
    Timeout,
    /// The body is too long.
    TooLarge,
    /// KMS has no such operation.
    UnknownOperation,
    /// The content type is not that of AWS JSON 1.1.
    UnknownProtocol,
    /// KMS has this operation, and this endpoint does not.
    UnsupportedOperation,
    /// A member violates a constraint.
    Validation,
}

impl Kind {
    /// The name, the `__type` of the body.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// The status of the response.
    #[must_use]
    pub fn status(self) -> u16 {
        self.row().1
    }

    fn row(self) -> (&'static str, u16) {
        match self {
            Self::AccessDenied => ("AccessDeniedException", 400),
            Self::DryRunOperation => ("DryRunOperationException", 400),
            Self::Internal => ("KMSInternalException", 500),
            Self::InvalidArn => ("InvalidArnException", 400),
            Self::InvalidKeyUsage => ("InvalidKeyUsageException", 400),
            Self::InvalidMarker => ("InvalidMarkerException", 400),
            Self::InvalidSignature => ("KMSInvalidSignatureException", 400),
            Self::NotFound => ("NotFoundException", 400),
            Self::Serialization => ("SerializationException", 400),
            Self::Timeout => ("RequestTimeoutException", 408),
            Self::TooLarge => ("RequestEntityTooLargeException", 413),
            Self::UnknownOperation => ("UnknownOperationException", 400),
            // AWS answers in XML before it knows the protocol.
            Self::UnknownProtocol => ("UnknownOperationException", 404),
            Self::UnsupportedOperation => ("UnsupportedOperationException", 400),
            Self::Validation => ("ValidationException", 400),
        }
    }
}

impl Exception {
    /// An exception with a message.
    #[must_use]
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: Some(message.into()),
        }
    }

    /// An exception whose body has no message, or an empty one for the SDKs.
    #[must_use]
    pub fn without_message(kind: Kind) -> Self {
        Self { kind, message: None }
    }

    /// Which exception it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The message.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The body of the response, and its content type.
    #[must_use]
    pub fn to_body(&self) -> (Vec<u8>, &'static str) {
        #[derive(Serialize)]
        struct Body<'a> {
            __type: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            message: Option<&'a str>,
            /// Errors that are found before the operation begins have this spelling in AWS.
            #[serde(rename = "Message", skip_serializing_if = "Option::is_none")]
            capital: Option<&'a str>,
        }

        let name = self.kind.name();
        if self.kind == Kind::UnknownProtocol {
            return (format!("<{name}/>\n").into_bytes(), "application/xml");
        }
        let (message, capital) = match self.kind {
            Kind::Serialization => (None, self.message()),
            _ => (self.message(), None),
        };
        let body = serde_json::to_vec(&Body {
            __type: name,
            message,
            capital,
        });
        (body.unwrap_or_default(), super::CONTENT_TYPE)
    }
}
