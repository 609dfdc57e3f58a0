"""Signatures of boto3, with moto in the place of KMS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

import kms_verify
from kms_verify import InvalidSignature, KeyRing, PublicKey
from vectors import VECTORS

# moto makes an RSA key for SM2, and has neither Ed25519 nor ML-DSA.
KEY_SPECS = ["RSA_2048", "RSA_3072", "RSA_4096", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1"]
MESSAGE = b"a message of boto3"


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of KMS."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        yield boto3.client("kms", region_name="us-east-1")


@pytest.mark.parametrize("key_spec", KEY_SPECS)
def test_signatures_of_boto3_verify(client: Any, key_spec: str) -> None:
    """With every algorithm of the key."""
    key_id = client.create_key(KeyUsage="SIGN_VERIFY", KeySpec=key_spec)["KeyMetadata"]["KeyId"]
    response = client.get_public_key(KeyId=key_id)
    key = PublicKey.from_kms(response)
    assert key.key_spec == key_spec
    assert sorted(key.signing_algorithms) == sorted(response["SigningAlgorithms"])
    for algorithm in response["SigningAlgorithms"]:
        signed = client.sign(KeyId=key_id, Message=MESSAGE, MessageType="RAW", SigningAlgorithm=algorithm)
        if algorithm.startswith("RSASSA_PSS"):
            # moto uses the longest salt, and KMS one as long as the digest.
            with pytest.raises(InvalidSignature):
                key.verify(algorithm, MESSAGE, signed["Signature"])
            diagnosis = kms_verify.diagnose(key, algorithm, MESSAGE, signed["Signature"])
            assert [finding.code for finding in diagnosis.findings] == ["pss-salt-length"]
        else:
            key.verify(algorithm, MESSAGE, signed["Signature"])
            with pytest.raises(InvalidSignature):
                key.verify(algorithm, MESSAGE + b".", signed["Signature"])


def test_rings_are_read_from_an_account(client: Any) -> None:
    """The keys that are enabled and for signatures."""
    arns = []
    for key_spec in KEY_SPECS:
        arns.append(client.create_key(KeyUsage="SIGN_VERIFY", KeySpec=key_spec)["KeyMetadata"]["Arn"])
    client.create_key()
    client.create_key(KeyUsage="ENCRYPT_DECRYPT", KeySpec="RSA_2048")
    disabled = client.create_key(KeyUsage="SIGN_VERIFY", KeySpec="RSA_2048")["KeyMetadata"]["KeyId"]
    client.disable_key(KeyId=disabled)
    pages = client.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 2})
    for ring in (KeyRing.from_paginator(client), KeyRing.from_paginator(client, pages)):
        assert sorted(name for name, _ in ring.items()) == sorted(arns)
    signed = client.sign(KeyId=arns[3], Message=MESSAGE, SigningAlgorithm="ECDSA_SHA_256")
    ring.verify(arns[3], signed["SigningAlgorithm"], MESSAGE, signed["Signature"])


def test_a_response_for_another_key_is_rejected() -> None:
    """A client that answers with another key than it was asked for."""
    arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"

    class Client:
        def describe_key(self, KeyId: str) -> dict[str, Any]:  # noqa: N803
            return {"KeyMetadata": {"Arn": KeyId, "KeyUsage": "SIGN_VERIFY", "KeyState": "Enabled"}}

        def get_public_key(self, KeyId: str) -> dict[str, Any]:  # noqa: N803
            other = KeyId.replace("1234abcd", "0987dcba")
            return {"KeyId": other, "PublicKey": VECTORS[0].public_key, "KeyUsage": "SIGN_VERIFY"}

    with pytest.raises(ValueError, match=f"^asked for the key {arn}, but the response is that of "):
        KeyRing.from_paginator(Client(), [{"Keys": [{"KeyArn": arn}]}])
