"""Tokens."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

from kms_verify import InvalidJwk, InvalidToken, PublicKey, VerifyingKey, jws

Signer = Callable[[bytes], bytes]


def encode(data: bytes) -> str:
    """Encode as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(sign: Signer, header: dict[str, object], payload: bytes) -> str:
    """Sign a token."""
    signing_input = f"{encode(json.dumps(header).encode())}.{encode(payload)}"
    return f"{signing_input}.{encode(sign(signing_input.encode()))}"


def public(key: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey, algorithm: str) -> VerifyingKey:
    """The key for this package."""
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return PublicKey.from_der(der).verifying_key(algorithm)


def p256() -> tuple[VerifyingKey, Signer]:
    """A key for ES256."""
    key = ec.generate_private_key(ec.SECP256R1())

    def sign(data: bytes) -> bytes:
        r, s = utils.decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    return public(key.public_key(), "ECDSA_SHA_256"), sign


def test_tokens_are_verified_with_sets_and_with_one_key() -> None:
    """The key determines the algorithm."""
    es256, sign_es256 = p256()
    private = ed25519.Ed25519PrivateKey.generate()
    eddsa = public(private.public_key(), "ED25519_SHA_512")
    keys = jws.KeySet()
    keys.insert("first", es256)
    keys.insert("second", eddsa)
    assert (len(keys), "first" in keys, keys.get("second"), keys.get("third")) == (2, True, eddsa, None)
    for kid, alg, key, sign in (("first", "ES256", es256, sign_es256), ("second", "Ed25519", eddsa, private.sign)):
        signed = token(sign, {"alg": alg, "kid": kid, "typ": "JWT", "cty": "text"}, b'{"sub": "me"}')
        for verified in (
            keys.verify(signed),
            keys.precomputed().verify(signed, typ="JWT", max_length=4096),
            copy.copy(keys).verify(signed),
            jws.KeySet.from_jwks(keys.to_jwks().encode()).verify(signed),
        ):
            assert (verified.payload, verified.kid) == (b'{"sub": "me"}', kid)
            header = verified.header
            assert (header.alg, header.kid, header.typ, header.cty) == (alg, kid, "JWT", "text")
            assert json.loads(header.to_json())["alg"] == alg
        assert jws.verify(key, signed).kid == kid
        first, payload, signature = signed.split(".")
        detached = f"{first}..{signature}"
        assert jws.verify_detached(key, detached, base64.urlsafe_b64decode(payload + "==")).alg == alg
        assert keys.verify_detached(detached, b'{"sub": "me"}').kid == kid
    assert keys.remove("first") == es256
    assert keys.remove("first") is None


def test_tokens_are_rejected_with_their_rule() -> None:
    """The code is the rule."""
    key, sign = p256()
    keys = jws.KeySet()
    keys.insert("me", key)
    cases = [
        ("", "not-compact"),
        (token(sign, {"alg": "none", "kid": "me"}, b""), "algorithm"),
        (token(sign, {"alg": "HS256", "kid": "me"}, b""), "algorithm"),
        (token(sign, {"alg": "ES256"}, b""), "missing-key-id"),
        (token(sign, {"alg": "ES256", "kid": "you"}, b""), "unknown-key-id"),
        (token(sign, {"alg": "ES256", "kid": "me", "crit": ["x"], "x": 1}, b""), "critical"),
        (token(lambda data: sign(data + b"."), {"alg": "ES256", "kid": "me"}, b""), "signature"),
        (token(sign, {"alg": "ES256", "kid": "me"}, bytes(1 << 20)), "token-too-long"),
    ]
    for rejected, code in cases:
        with pytest.raises(InvalidToken) as error:
            keys.verify(rejected)
        assert (error.value.code, error.value.argument) == (code, "token")
        assert error.value.is_rejection
    with pytest.raises(InvalidToken) as error:
        keys.verify(token(sign, {"alg": "ES256", "kid": "me"}, b""), typ="JWT")
    assert error.value.code == "type"
    with pytest.raises(InvalidToken) as error:
        keys.verify(token(sign, {"alg": "ES256", "kid": "me"}, b""), padded_base64=True)
    assert error.value.code == "header-encoding"
    with pytest.raises(InvalidJwk) as jwk:
        keys.insert("me", key)
    assert jwk.value.code == "jwk-duplicate-key-id"
    with pytest.raises(InvalidJwk) as jwk:
        jws.KeySet.from_jwks('{"keys": [{"kty": "oct", "k": ""}]}')
    assert jwk.value.argument == "jwks"
