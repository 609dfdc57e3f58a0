"""Verify AWS KMS signatures offline: no network, no credentials, no cost and no rate limit.

Every function takes KMS's own names, and raises ``InvalidSignature`` where KMS would raise
``KMSInvalidSignatureException``.

>>> import base64, kms_verify
>>> public_key = base64.b64decode("MCowBQYDK2VwAyEAmnl5akZRr82aTm/SBYXqN0IqltQoLHdjrOKW7LIKU7A=")
>>> signature = base64.b64decode(
...     "/LlIG4hb/5IeqjrPH0jUm+NgE3UyPlDFulQ4wgr9eBxLa/ZEPSetXY8luFB4z0zjEs+pXiVONrhZELzak2FPBA=="
... )
>>> kms_verify.verify(public_key, "ED25519_SHA_512", b"stackd ECC interoperability", signature)

For many signatures with one key, bind the key to its algorithm once. Threads can share it.

>>> key = kms_verify.PublicKey.from_der(public_key)
>>> key.key_spec
<KeySpec.ECC_NIST_EDWARDS25519: 'ECC_NIST_EDWARDS25519'>
>>> key = key.verifying_key("ED25519_SHA_512").precomputed()
>>> key.verify(b"stackd ECC interoperability", signature)
>>> with key.stream(signature) as stream:
...     stream.update(b"stackd ECC ")
...     stream.update(b"interoperability")

Whoever is wrong learns why:

>>> key.verify(b"stackd ECC interoperability\\n", signature)
Traceback (most recent call last):
...
kms_verify.InvalidSignature: signature verification failed
>>> diagnosis = kms_verify.diagnose(
...     public_key, "ED25519_SHA_512", b"stackd ECC interoperability\\n", signature
... )
>>> diagnosis.findings[0].code
'message-trailing-newline'
>>> kms_verify.verify(public_key, "EdDSA", b"", signature)
Traceback (most recent call last):
...
kms_verify.UnknownName: ...

A key ring has the keys that you trust, by their names:

>>> ring = kms_verify.KeyRing()
>>> ring.insert("arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab", public_key)
>>> ring.verify(
...     "1234abcd-12ab-34cd-56ef-1234567890ab", "ED25519_SHA_512", b"stackd ECC interoperability", signature
... )
"""

from kms_verify import jws
from kms_verify._errors import (
    InvalidColumn,
    InvalidJwk,
    InvalidKeyDirectory,
    InvalidMessage,
    InvalidPublicKey,
    InvalidResponse,
    InvalidSignature,
    InvalidToken,
    KeyRingError,
    KmsVerifyError,
    UnknownKey,
    UnknownName,
    UnsupportedCombination,
)
from kms_verify._names import KeySpec, MessageType, SigningAlgorithm
from kms_verify._native import (
    Diagnosis,
    Finding,
    KeyRing,
    PublicKey,
    Results,
    Stream,
    VerifyingKey,
    diagnose,
    verify,
    verify_arrow,
)

__all__ = [
    "Diagnosis",
    "Finding",
    "InvalidColumn",
    "InvalidJwk",
    "InvalidKeyDirectory",
    "InvalidMessage",
    "InvalidPublicKey",
    "InvalidResponse",
    "InvalidSignature",
    "InvalidToken",
    "KeyRing",
    "KeyRingError",
    "KeySpec",
    "KmsVerifyError",
    "MessageType",
    "PublicKey",
    "Results",
    "SigningAlgorithm",
    "Stream",
    "UnknownKey",
    "UnknownName",
    "UnsupportedCombination",
    "VerifyingKey",
    "diagnose",
    "jws",
    "verify",
    "verify_arrow",
]

for _class in (
    InvalidColumn,
    InvalidJwk,
    InvalidKeyDirectory,
    InvalidMessage,
    InvalidPublicKey,
    InvalidResponse,
    InvalidSignature,
    InvalidToken,
    KeyRingError,
    KeySpec,
    KmsVerifyError,
    MessageType,
    SigningAlgorithm,
    UnknownKey,
    UnknownName,
    UnsupportedCombination,
):
    # The name under which it is documented and pickled.
    _class.__module__ = __name__
del _class
