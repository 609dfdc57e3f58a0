"""Tokens in the compact serialization of JSON Web Signature, signed with KMS keys.

Everything that a token may contain but this package does not support is rejected: an unknown ``crit``, the JSON
serializations, lenient base64. Claims such as ``exp`` and ``aud`` are left to you.

>>> import kms_verify
>>> keys = kms_verify.jws.KeySet()
>>> keys.verify("not a token")
Traceback (most recent call last):
...
kms_verify.InvalidToken: the token is not a JWS in compact serialization: expected three parts with dots between them
"""

from kms_verify._native import Header, KeySet, Verified
from kms_verify._native import verify_detached_token as verify_detached
from kms_verify._native import verify_token as verify

__all__ = ["Header", "KeySet", "Verified", "verify", "verify_detached"]
