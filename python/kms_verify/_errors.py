"""The exceptions. Each has the sentence of the Rust library as its text."""

from __future__ import annotations

__all__ = [
    "InvalidColumn",
    "InvalidJwk",
    "InvalidKeyDirectory",
    "InvalidMessage",
    "InvalidPublicKey",
    "InvalidResponse",
    "InvalidSignature",
    "InvalidToken",
    "KeyRingError",
    "KmsVerifyError",
    "UnknownKey",
    "UnknownName",
    "UnsupportedCombination",
]


class KmsVerifyError(Exception):
    """The base class of all errors of this package.

    The text is safe to show to whoever sent the signature. An argument of a wrong Python type is a ``TypeError``.
    """

    code: str
    """The name of the error in kebab-case, for programs. It will not change."""

    argument: str | None
    """The argument of the call that was rejected, if it was one."""

    is_rejection: bool
    """Whether the sender can cause this error, as with status 401. Otherwise the verifier is at fault."""

    details: str
    """The text for the owner of the keys, such as for a log: it may name similar keys of the key ring."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        argument: str | None = None,
        is_rejection: bool = False,
        details: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.argument = argument
        self.is_rejection = is_rejection
        self.details = message if details is None else details


class InvalidSignature(KmsVerifyError):
    """The signature is not valid for this key, algorithm and message. Nothing more is ever said: see ``diagnose``."""


class InvalidPublicKey(KmsVerifyError):
    """The public key is not one that KMS exports, in the encoding that KMS uses."""


class InvalidMessage(KmsVerifyError):
    """A digest or a mu has the wrong length."""


class UnsupportedCombination(KmsVerifyError):
    """The key does not support the algorithm, or the algorithm does not support the message type."""


class UnknownName(KmsVerifyError, ValueError):
    """KMS has no signing algorithm, message type or key spec of this name."""


class InvalidResponse(KmsVerifyError, ValueError):
    """A response is not one of GetPublicKey, or its fields contradict its public key."""


class KeyRingError(KmsVerifyError):
    """A name is not valid, or the key ring has a different key with this name."""


class UnknownKey(KeyRingError, LookupError):
    """The name does not identify a key in the key ring."""


class InvalidKeyDirectory(KmsVerifyError):
    """A directory of keys could not be read. ``details`` and the text name the file."""


class InvalidColumn(KmsVerifyError, ValueError):
    """A table does not have a column of this name once and with a type that can be read."""


class InvalidToken(KmsVerifyError):
    """The rule of JSON Web Signature that a token breaks. Everything about its signature has the code ``signature``."""


class InvalidJwk(KmsVerifyError, ValueError):
    """A JSON Web Key, or a set of them, was rejected."""
