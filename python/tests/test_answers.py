"""Compares the answers of the package with those of the library, over vectors, mutations and mistakes."""

from __future__ import annotations

import base64
import itertools
import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256, sha384, sha512
from pathlib import Path
from typing import Any, Literal

import pytest

import kms_verify
from kms_verify import KmsVerifyError, MessageType, SigningAlgorithm
from vectors import ROOT, VECTORS, Vector

CALLERS: tuple[Literal["python", "shell", "rust", "node", "go", "java"], ...]
CALLERS = ("python", "shell", "rust", "node", "go", "java")


@dataclass(frozen=True)
class Request:
    """The arguments of ``verify``."""

    public_key: bytes
    algorithm: str
    message_type: str
    message: bytes
    signature: bytes


def of_vector(case: Vector) -> Request:
    """The request that is valid."""
    return Request(case.public_key, case.algorithm, case.message_type, case.message, case.signature)


def encodings(data: bytes) -> Iterator[bytes]:
    """What tools make of bytes."""
    yield base64.b64encode(data)
    yield base64.encodebytes(data)
    yield base64.urlsafe_b64encode(data).rstrip(b"=")
    yield data.hex().encode()
    yield repr(data).encode()
    yield json.dumps({"Signature": base64.b64encode(data).decode()}).encode()
    yield data.decode("latin-1").encode()
    yield data.decode("utf-8", "replace").encode()
    yield data.replace(b"\n", b"\r\n")


def damages(data: bytes) -> Iterator[bytes]:
    """What happens to bytes."""
    yield b""
    yield data[:-1]
    yield data[1:]
    yield data + b"\n"
    yield b"\x00" + data
    yield data[::-1]
    for place in (0, 1, 3, len(data) // 2, len(data) - 1):
        if place < len(data):
            yield data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def mistakes(case: Vector, other: Vector) -> Iterator[Request]:
    """The request of a vector, and everything that is wrong with it."""
    good = of_vector(case)
    yield good
    for signature in itertools.chain(encodings(case.signature), damages(case.signature), [other.signature]):
        yield replace(good, signature=signature)
    for message in itertools.chain(encodings(case.message), damages(case.message), [other.message]):
        yield replace(good, message=message)
    for digest in (sha256, sha384, sha512):
        digested = digest(case.message).digest()
        for message_type in MessageType:
            yield replace(good, message=digested, message_type=message_type)
        yield replace(good, message=digested.hex().encode(), message_type="DIGEST")
    for message_type in (*MessageType, "raw", ""):
        yield replace(good, message_type=message_type)
    for algorithm in (*SigningAlgorithm, "ES256", "SHA256withRSA", "", "\u202e"):
        yield replace(good, algorithm=algorithm)
    pem = kms_verify.PublicKey.from_der(case.public_key).to_pem().encode()
    for key in (other.public_key, pem, pem + b"x", b" " + pem, *encodings(case.public_key), *damages(case.public_key)):
        yield replace(good, public_key=key)


def brought() -> Iterator[Request]:
    """The inputs that people bring."""
    for folder in sorted((ROOT / "tests" / "vectors" / "brought").glob("*/")):
        args = json.loads((folder / "case.json").read_text())["args"]
        values = dict(zip(args[1::2], args[2::2], strict=False))

        def read(name: str, folder: Path = folder, values: dict[str, str] = values) -> bytes:
            file = folder / values.get(name, "absent").removeprefix("fileb://")
            return file.read_bytes() if file.is_file() else b""

        yield Request(
            read("--public-key"),
            values.get("--signing-algorithm", ""),
            values.get("--message-type", "RAW"),
            read("--message"),
            read("--signature"),
        )


def foreign_keys() -> Iterator[Request]:
    """Keys that are not of KMS."""
    good = of_vector(VECTORS[0])
    yield replace(good, public_key=bytes((1 << 16) + 1))
    for key in json.loads((ROOT / "tests" / "vectors" / "keys" / "keys.json").read_text()):
        yield replace(good, public_key=key["text"].encode() if "text" in key else bytes.fromhex(key["input"]))


def requests() -> list[Request]:
    """All of them."""
    others = VECTORS[7:] + VECTORS[:7]
    of_vectors = (mistakes(case, other) for case, other in zip(VECTORS, others, strict=True))
    return [*itertools.chain.from_iterable(of_vectors), *brought(), *foreign_keys()]


@pytest.fixture(scope="module")
def answers() -> list[tuple[Request, dict[str, Any]]]:
    """Each request with the answer of the library."""
    asked = requests()
    lines = [
        json.dumps({name: value.hex() if isinstance(value, bytes) else value for name, value in vars(request).items()})
        for request in asked
    ]
    command = ["cargo", "run", "--quiet", "--release", "--locked", "--package", "kms-verify-python-answers"]
    run = subprocess.run(
        command, cwd=ROOT / "python", input="\n".join(lines), check=True, capture_output=True, encoding="utf-8"
    )
    return [(request, json.loads(line)) for request, line in zip(asked, run.stdout.splitlines(), strict=True)]


def code(debug: str) -> str:
    """The code of an error, from the names of its variants in Rust."""
    match = re.match(r"(\w+)(?:\((\w+)(?: \{ kind: (\w+))?)?", debug)
    assert match, debug
    variant, inner, kind = match.groups()
    name = {"UnknownName": f"Unknown{kind}", "PublicKey": f"PublicKey{inner}"}.get(variant, variant)
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def check_error(error: KmsVerifyError | None, expected: dict[str, Any] | None) -> None:
    """The sentence, the code and whose fault it is."""
    if error is None or expected is None:
        assert error is None
        assert expected is None
        return
    assert str(error) == error.details == expected["text"]
    assert error.code == code(expected["debug"])
    assert error.is_rejection == expected["is_rejection"]
    assert type(error) is not KmsVerifyError


def test_answers_are_those_of_the_library(answers: list[tuple[Request, dict[str, Any]]]) -> None:
    """By every way to verify, and by the diagnosis."""
    codes = set()
    causes = set()
    for request, answer in answers:
        arguments = (request.algorithm, request.message, request.signature, request.message_type)
        error = None
        try:
            kms_verify.verify(request.public_key, *arguments)
        except KmsVerifyError as caught:
            error = caught
            codes.add(error.code)
        check_error(error, answer["error"])
        try:
            key = (
                kms_verify.PublicKey.from_pem(request.public_key)
                if request.public_key.startswith(b"-----BEGIN")
                else kms_verify.PublicKey.from_der(request.public_key)
            )
            bound = key.verifying_key(request.algorithm)
            bound.verify(request.message, request.signature, request.message_type)
            again = None
        except KmsVerifyError as caught:
            again = caught
        check_error(again, answer["error"])
        if "diagnosis" not in answer:
            with pytest.raises(kms_verify.UnknownName):
                kms_verify.diagnose(request.public_key, *arguments)
            continue
        expected = answer["diagnosis"]
        diagnosis = kms_verify.diagnose(request.public_key, *arguments)
        check_error(diagnosis.error, expected["error"])
        assert diagnosis.valid == (expected["error"] is None)
        assert diagnosis.verifications == expected["verifications"]
        found = [
            {
                "code": finding.code,
                "certain": finding.certain,
                "text": finding.text,
                "advice": {caller: finding.advice_for(caller) for caller in CALLERS},
            }
            for finding in diagnosis.findings
        ]
        assert found == expected["findings"]
        causes |= {finding["code"] for finding in found}
    # The requests reach what they are meant to reach.
    assert codes == {
        "incompatible-algorithm",
        "incompatible-message-type",
        "invalid-signature",
        "message-length",
        "public-key-encoding",
        "public-key-not-from-kms",
        "public-key-other-format",
        "public-key-pem",
        "public-key-too-long",
        "unknown-message-type",
        "unknown-signing-algorithm",
    }
    assert len(causes) >= 45
    assert len(answers) > 1900


def test_columns_have_the_same_answers(answers: list[tuple[Request, dict[str, Any]]]) -> None:
    """All requests as one table, with the keys in a column."""
    pa = pytest.importorskip("pyarrow")
    table = pa.table({name: [vars(request)[name] for request, _ in answers] for name in vars(answers[0][0])})
    results = kms_verify.verify_arrow(
        table, keys=None, public_key="public_key", message_type="message_type", explain=True
    )
    for (_, answer), row in zip(answers, pa.table(results).to_pylist(), strict=True):
        error = answer["error"]
        assert row["valid"] == (error is None)
        assert row["error"] == (None if error is None else code(error["debug"]))
        findings = answer.get("diagnosis", {}).get("findings")
        # A key that is not accepted is explained also if a name is not known.
        if findings is not None:
            first = findings[0] if findings else None
            assert row["finding"] == (first and {**first, "advice": first["advice"]["python"]})
