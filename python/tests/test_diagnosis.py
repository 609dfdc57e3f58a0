"""Diagnoses."""

from __future__ import annotations

import base64
from typing import Literal

import pytest

from kms_verify import InvalidPublicKey, InvalidSignature, PublicKey, diagnose
from vectors import VECTORS, Vector, vector

CASE = vector("stackd-ed25519-pure-raw")


@pytest.mark.parametrize("case", VECTORS, ids=str)
def test_findings_are_objects(case: Vector) -> None:
    """With advice for Python, or for whoever reads it."""
    text = base64.b64encode(case.signature)
    diagnosis = diagnose(case.public_key, case.algorithm, case.message, text, case.message_type)
    assert not diagnosis.valid
    assert isinstance(diagnosis.error, InvalidSignature)
    (finding,) = diagnosis.findings
    assert (finding.code, finding.certain) == ("signature-is-base64", True)
    assert "base64.b64decode" in finding.advice
    assert finding.advice_for("python") == finding.advice
    callers: tuple[Literal["python", "shell", "rust", "node", "go", "java"], ...]
    callers = ("python", "shell", "rust", "node", "go", "java")
    assert len({finding.advice_for(caller) for caller in callers}) == len(callers)
    for caller in callers:
        other = diagnose(
            PublicKey.from_der(case.public_key), case.algorithm, case.message, text, case.message_type, caller=caller
        )
        assert other.findings[0].advice == finding.advice_for(caller)
    assert str(finding) == f"{finding.code}: {finding.text} {finding.advice}"
    assert repr(diagnosis) == "<Diagnosis invalid-signature: [signature-is-base64]>"
    valid = diagnose(case.public_key, case.algorithm, case.message, case.signature, case.message_type)
    assert (valid.valid, valid.error, valid.findings, valid.verifications) == (True, None, [], 0)


def test_rejected_keys_are_explained() -> None:
    """Also if they are text."""
    for key in (b"ssh-rsa AAAA", "ssh-rsa AAAA"):
        diagnosis = diagnose(key, CASE.algorithm, CASE.message, CASE.signature)
        assert isinstance(diagnosis.error, InvalidPublicKey)
        assert [finding.code for finding in diagnosis.findings] == ["public-key-encoding"]
    with pytest.raises(ValueError, match="^argument 'caller': expected one of python, shell, rust, node, go, java"):
        diagnose(CASE.public_key, CASE.algorithm, b"", b"", caller="perl")  # type: ignore[arg-type]
