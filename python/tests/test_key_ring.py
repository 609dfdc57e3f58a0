"""Key rings."""

from __future__ import annotations

import base64
import copy
import json
import pickle
import threading
from pathlib import Path

import pytest

from kms_verify import (
    InvalidKeyDirectory,
    InvalidPublicKey,
    InvalidResponse,
    InvalidSignature,
    KeyRing,
    KeyRingError,
    PublicKey,
    UnknownKey,
)
from vectors import VECTORS, vector

CASE = vector("stackd-ed25519-pure-raw")
OTHER = vector("eksa-bundle-minimal")
ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
ARN = f"arn:aws:kms:us-east-1:111122223333:key/{ID}"
RESPONSE = {
    "KeyId": ARN,
    "PublicKey": CASE.public_key,
    "CustomerMasterKeySpec": CASE.key_spec,
    "KeySpec": CASE.key_spec,
    "KeyUsage": "SIGN_VERIFY",
    "SigningAlgorithms": ["ED25519_SHA_512", "ED25519_PH_SHA_512"],
    "ResponseMetadata": {"HTTPStatusCode": 200},
}


def test_keys_are_found_by_their_names() -> None:
    """The ring of the library, with its errors."""
    ring = KeyRing()
    ring.insert(ARN, CASE.public_key)
    ring.insert(ARN, PublicKey.from_der(CASE.public_key))
    assert len(ring) == 1
    for name in (ARN, ID):
        assert name in ring
        ring.verify(name, CASE.algorithm, CASE.message, CASE.signature)
        ring.verifying_key(name, CASE.algorithm).verify(CASE.message, CASE.signature)
        assert ring.get(name).to_der() == CASE.public_key
    with pytest.raises(InvalidSignature):
        ring.verify(ID, CASE.algorithm, b"", CASE.signature)
    other = ARN.replace("us-east-1", "eu-west-1")
    assert other not in ring
    with pytest.raises(UnknownKey, match=f'^"{other}" does not identify a key in the key ring$') as unknown:
        ring.get(other)
    assert (unknown.value.code, unknown.value.argument) == ("unknown-key", "key_id")
    assert unknown.value.is_rejection
    assert ARN in unknown.value.details
    assert isinstance(unknown.value, LookupError)
    with pytest.raises(KeyRingError) as different:
        ring.insert(ARN, OTHER.public_key)
    assert different.value.code == "different-key"
    with pytest.raises(KeyRingError) as name_error:
        ring.insert("no spaces", OTHER.public_key)
    assert name_error.value.code == "invalid-key-id"
    assert ring.replace(ARN, OTHER.public_key) == PublicKey.from_der(CASE.public_key)
    assert ring.items() == [(ARN, PublicKey.from_der(OTHER.public_key))]
    assert ring.remove(ARN) == PublicKey.from_der(OTHER.public_key)
    assert ring.remove(ARN) is None
    assert len(ring) == 0


def test_responses_of_boto3_are_checked() -> None:
    """By the rules for JSON, although boto3 gives values."""
    assert PublicKey.from_kms(RESPONSE).to_der() == CASE.public_key
    ring = KeyRing.from_responses([RESPONSE])
    assert [name for name, _ in ring.items()] == [ARN]
    from_cli = json.loads(json.dumps({**RESPONSE, "PublicKey": base64.b64encode(CASE.public_key).decode()}))
    assert PublicKey.from_kms(from_cli).to_der() == CASE.public_key
    changes: list[tuple[dict[str, object], str]] = [
        ({"KeyUsage": "ENCRYPT_DECRYPT"}, "response-key-usage"),
        ({"KeySpec": "RSA_2048"}, "response-key-specs-disagree"),
        ({"KeySpec": "RSA_2048", "CustomerMasterKeySpec": "RSA_2048"}, "response-key-spec-not-of-key"),
        ({"SigningAlgorithms": ["ED25519_SHA_512"]}, "response-signing-algorithms-not-of-key"),
        ({"SigningAlgorithms": [1]}, "response-field-type"),
        ({"SigningAlgorithms": "ED25519_SHA_512"}, "response-field-type"),
        ({"KeyId": ""}, "response-key-id-length"),
        ({"KeyId": None}, "response-field-type"),
        ({"PublicKey": "MCow*"}, "response-base64"),
    ]
    for change, code in changes:
        with pytest.raises(InvalidResponse) as error:
            PublicKey.from_kms({**RESPONSE, **change})
        assert (error.value.code, error.value.argument) == (code, "response"), change
    for field in ("KeyId", "PublicKey", "KeyUsage"):
        with pytest.raises(InvalidResponse, match=f"has no field {field}") as error:
            PublicKey.from_kms({name: value for name, value in RESPONSE.items() if name != field})
        assert error.value.code == "response-missing-field"
    for field in ("KeySpec", "SigningAlgorithms", "CustomerMasterKeySpec", "ResponseMetadata"):
        PublicKey.from_kms({name: value for name, value in RESPONSE.items() if name != field})
    with pytest.raises(InvalidPublicKey):
        PublicKey.from_kms({**RESPONSE, "PublicKey": CASE.public_key[:-1]})
    with pytest.raises(TypeError, match=r"^argument 'response\[\"KeyId\"\]': expected str, got bytes$"):
        PublicKey.from_kms({**RESPONSE, "KeyId": b"text"})
    with pytest.raises(TypeError, match="^argument 'response': expected a response of GetPublicKey, a dict, got list$"):
        PublicKey.from_kms([])  # type: ignore[arg-type]


def test_directories_are_read_by_the_rules_of_the_command(tmp_path: Path) -> None:
    """As a whole or not at all."""
    with pytest.raises(InvalidKeyDirectory, match="the directory has no keys") as error:
        KeyRing.from_dir(tmp_path)
    assert error.value.code == "directory-has-no-keys"
    (tmp_path / f"{ID}.der").write_bytes(CASE.public_key)
    (tmp_path / "alias").mkdir()
    other = ARN.replace("1234abcd", "0987dcba")
    response = {"KeyId": other, "PublicKey": base64.b64encode(OTHER.public_key).decode(), "KeyUsage": "SIGN_VERIFY"}
    (tmp_path / "alias" / "orders.json").write_text(json.dumps(response))
    ring = KeyRing.from_dir(tmp_path, table_budget=0)
    ring.verify(ID, CASE.algorithm, CASE.message, CASE.signature)
    for name in ("alias/orders", other, "arn:aws:kms:us-east-1:111122223333:alias/orders"):
        ring.verify(name, OTHER.algorithm, OTHER.message, OTHER.signature, OTHER.message_type)
    (tmp_path / "broken.pem").write_text("-----BEGIN PUBLIC KEY-----")
    with pytest.raises(InvalidKeyDirectory, match=r"broken\.pem: .*PEM") as error:
        ring.reload(tmp_path)
    assert (error.value.code, error.value.argument) == ("public-key-pem", "path")
    ring.verify(ID, CASE.algorithm, CASE.message, CASE.signature)


def test_rings_are_pickled_and_copied() -> None:
    """As Spark broadcasts them."""
    ring = KeyRing(table_budget=1 << 20)
    for number, case in enumerate(VECTORS):
        ring.insert(f"alias/{number}", case.public_key)
    for again in (pickle.loads(pickle.dumps(ring)), copy.deepcopy(ring)):
        assert again.items() == ring.items()
        for number, case in enumerate(VECTORS):
            again.verify(f"alias/{number}", case.algorithm, case.message, case.signature, case.message_type)
    assert ring.table_size == 0
    ring.precompute()
    assert 0 < ring.table_size <= 1 << 20


def test_threads_change_and_use_one_ring() -> None:
    """Every verification sees a whole ring."""
    ring = KeyRing()
    ring.insert(ARN, CASE.public_key)
    stop = threading.Event()
    failures: list[BaseException] = []

    def use() -> None:
        try:
            while not stop.is_set():
                ring.verify(ARN, CASE.algorithm, CASE.message, CASE.signature)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(500):
        ring.insert(f"alias/{number}", OTHER.public_key)
        ring.remove(f"alias/{number}")
    stop.set()
    for thread in threads:
        thread.join()
    assert not failures
    # The threads may have ended before the uses that tables need.
    for _ in range(1000):
        ring.verify(ARN, CASE.algorithm, CASE.message, CASE.signature)
    assert ring.table_size > 0
