"""Keys, signatures, streams and files."""

from __future__ import annotations

import array
import copy
import hashlib
import io
import mmap
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import kms_verify
from kms_verify import (
    InvalidMessage,
    InvalidPublicKey,
    InvalidSignature,
    KeySpec,
    MessageType,
    PublicKey,
    SigningAlgorithm,
    UnknownName,
    UnsupportedCombination,
)
from vectors import KMS, VECTORS, Vector, vector

ED25519 = vector("stackd-ed25519-pure-raw")
P256 = vector("eksa-bundle-minimal")


@pytest.mark.parametrize("case", VECTORS, ids=str)
def test_signatures_of_kms_verify_in_every_way(case: Vector, tmp_path: Path) -> None:
    """By the function, the key, the bound key, a stream and a file."""
    kms_verify.verify(case.public_key, case.algorithm, case.message, case.signature, case.message_type)
    key = PublicKey.from_der(case.public_key)
    assert key.key_spec == case.key_spec
    assert case.algorithm in key.signing_algorithms
    key.verify(SigningAlgorithm(case.algorithm), case.message, case.signature, MessageType(case.message_type))
    for bound in (key.verifying_key(case.algorithm), key.verifying_key(case.algorithm).precomputed()):
        bound.verify(case.message, case.signature, case.message_type)
        changed = case.signature[:-1] + bytes([case.signature[-1] ^ 1])
        with pytest.raises(InvalidSignature, match="^signature verification failed$") as caught:
            bound.verify(case.message, changed, case.message_type)
        assert caught.value.code == "invalid-signature"
        assert caught.value.argument == "signature"
        assert caught.value.is_rejection
        if case.message_type == "RAW":
            with bound.stream(case.signature) as stream:
                for byte in case.message:
                    stream.update(bytes([byte]))
            path = tmp_path / "message"
            path.write_bytes(case.message)
            bound.verify_file(path, case.signature)
            bound.verify_file(str(path), case.signature)
            bound.verify_file(io.BytesIO(case.message), case.signature)


def test_pem_and_der_and_the_object_are_the_same_key() -> None:
    """However it is given."""
    pem = (KMS / P256.name / "public_key.pem").read_bytes()
    key = PublicKey.from_der(P256.public_key)
    keys: list[PublicKey | bytes | str | memoryview] = [key, P256.public_key, pem, pem.decode(), memoryview(pem)]
    for given in keys:
        kms_verify.verify(given, P256.algorithm, P256.message, P256.signature, P256.message_type)
    assert PublicKey.from_pem(pem) == PublicKey.from_pem(pem.decode()) == key
    assert {PublicKey.from_pem(pem), key} == {key}
    assert PublicKey.from_pem(key.to_pem()).to_der() == P256.public_key
    assert key.fingerprint == hashlib.sha256(P256.public_key).hexdigest()


def test_buffers_of_any_kind() -> None:
    """Whatever has the buffer protocol, also if it is not contiguous."""
    message, signature = ED25519.message, ED25519.signature
    key = PublicKey.from_der(ED25519.public_key).verifying_key(ED25519.algorithm)
    spread = bytes(byte for value in message for byte in (value, 0))
    with mmap.mmap(-1, len(message)) as mapped:
        mapped.write(message)
        for buffer in (
            bytearray(message),
            memoryview(message),
            array.array("B", message),
            memoryview(spread)[::2],
            mapped,
        ):
            key.verify(buffer, bytearray(signature))
    with pytest.raises(
        TypeError, match=r"^argument 'message': expected bytes or another object with the buffer protocol, got str$"
    ):
        key.verify("text", signature)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^argument 'signature': .*, got NoneType$"):
        key.verify(message, None)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^argument 'public_key': .*, got int$"):
        kms_verify.verify(1, ED25519.algorithm, message, signature)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^argument 'algorithm': expected str, got int"):
        kms_verify.verify(ED25519.public_key, 1, message, signature)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^argument 'message_type': expected str, got int"):
        key.verify(message, signature, 1)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^argument 'key_id': expected str, got int"):
        kms_verify.KeyRing().get(1)  # type: ignore[arg-type]


def test_errors_name_the_argument() -> None:
    """And have a stable code and the sentence of the library."""
    with pytest.raises(InvalidPublicKey, match="^the public key must be a SubjectPublicKeyInfo, as DER or PEM") as key:
        kms_verify.verify(b"", P256.algorithm, b"", b"")
    assert (key.value.code, key.value.argument) == ("public-key-other-format", "public_key")
    assert not key.value.is_rejection
    with pytest.raises(InvalidPublicKey) as pem:
        PublicKey.from_pem(b"-----BEGIN\xff")
    assert (pem.value.code, pem.value.argument) == ("public-key-pem", "pem")
    with pytest.raises(
        UnknownName, match='^"ES256" is not a KMS signing algorithm; in KMS, it is called ECDSA_SHA_256'
    ) as name:
        kms_verify.verify(P256.public_key, "ES256", b"", b"")
    assert (name.value.code, name.value.argument) == ("unknown-signing-algorithm", "algorithm")
    assert isinstance(name.value, ValueError)
    with pytest.raises(UnknownName) as message_type:
        kms_verify.verify(P256.public_key, P256.algorithm, b"", b"", "raw")
    assert (message_type.value.code, message_type.value.argument) == ("unknown-message-type", "message_type")
    with pytest.raises(UnsupportedCombination) as incompatible:
        PublicKey.from_der(P256.public_key).verifying_key(SigningAlgorithm.ECDSA_SHA_384)
    assert (incompatible.value.code, incompatible.value.argument) == ("incompatible-algorithm", "algorithm")
    with pytest.raises(UnsupportedCombination) as incompatible:
        kms_verify.verify(P256.public_key, P256.algorithm, b"", b"", MessageType.EXTERNAL_MU)
    assert (incompatible.value.code, incompatible.value.argument) == ("incompatible-message-type", "message_type")
    with pytest.raises(InvalidMessage, match="expected 32 bytes, got 3") as length:
        kms_verify.verify(P256.public_key, P256.algorithm, b"abc", b"", MessageType.DIGEST)
    assert (length.value.code, length.value.argument) == ("message-length", "message")


def test_streams_verify_when_their_block_ends() -> None:
    """And not if it raises."""
    key = PublicKey.from_der(ED25519.public_key).verifying_key(ED25519.algorithm)
    with pytest.raises(InvalidSignature), key.stream(ED25519.signature) as stream:
        stream.update(ED25519.message + b"\n")
    with pytest.raises(ValueError, match="^the stream is finished$"):
        stream.update(b"")
    with pytest.raises(ValueError, match="^the stream is finished$"):
        stream.finish()
    with pytest.raises(KeyError), key.stream(ED25519.signature) as stream:
        raise KeyError
    with key.stream(ED25519.signature) as stream:
        stream.update(ED25519.message)
        stream.finish()
    with pytest.raises(InvalidSignature):
        key.stream(b"")


def test_errors_of_files_are_raised_as_they_are(tmp_path: Path) -> None:
    """The signature was not verified then."""
    key = PublicKey.from_der(ED25519.public_key).verifying_key(ED25519.algorithm)
    with pytest.raises(FileNotFoundError, match="absent"):
        key.verify_file(tmp_path / "absent", ED25519.signature)
    with pytest.raises(TypeError, match="^argument 'file': expected a file opened in binary mode"):
        key.verify_file(io.StringIO("text"), ED25519.signature)  # type: ignore[arg-type]

    class Empty:
        def read(self, size: int) -> None:
            assert size > 0

    with pytest.raises(BlockingIOError):
        key.verify_file(Empty(), ED25519.signature)

    class Broken:
        def read(self, size: int) -> bytes:
            raise OSError(size)

    with pytest.raises(OSError, match=r"\d+"):
        key.verify_file(Broken(), ED25519.signature)


@pytest.mark.parametrize("case", VECTORS, ids=str)
def test_keys_are_pickled_and_copied(case: Vector) -> None:
    """As Spark does to broadcast them."""
    key = PublicKey.from_der(case.public_key)
    bound = key.verifying_key(case.algorithm).precomputed()
    for of_key, of_bound in (
        (pickle.loads(pickle.dumps(key)), pickle.loads(pickle.dumps(bound))),
        (copy.deepcopy(key), copy.copy(bound)),
    ):
        assert of_key == key
        assert of_bound == bound
        of_bound.verify(case.message, case.signature, case.message_type)
    assert hash(bound) == hash(key.verifying_key(case.algorithm))
    assert repr(key) == f"<PublicKey {case.key_spec} {key.fingerprint}>"
    assert case.algorithm in repr(bound)


def test_threads_share_keys() -> None:
    """One key, many threads."""
    cases = [
        (case, PublicKey.from_der(case.public_key).verifying_key(case.algorithm).precomputed()) for case in VECTORS
    ]

    def work(number: int) -> int:
        case, key = cases[number % len(cases)]
        key.verify(case.message, case.signature, case.message_type)
        with pytest.raises(InvalidSignature):
            key.verify(case.message, case.signature[::-1], case.message_type)
        return number

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(1000))) == list(range(1000))


def test_digests_that_kms_accepts() -> None:
    """Mu of ML-DSA, and that only."""
    case = vector("stackd-ml_dsa_44-raw")
    key = PublicKey.from_der(case.public_key)
    key.verify(case.algorithm, key.external_mu(case.message), case.signature, MessageType.EXTERNAL_MU)
    with pytest.raises(UnsupportedCombination):
        key.sm2_digest(case.message)
    with pytest.raises(UnsupportedCombination):
        PublicKey.from_der(P256.public_key).external_mu(b"")
    bound = PublicKey.from_der(P256.public_key).verifying_key(P256.algorithm)
    low = bound.normalized_signature(P256.signature)
    bound.verify(P256.message, low, P256.message_type)
    assert bound.normalized_signature(low) == low
    with pytest.raises(InvalidSignature):
        bound.normalized_signature(b"")
    assert key.key_spec is KeySpec.ML_DSA_44
