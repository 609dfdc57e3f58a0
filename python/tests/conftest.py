"""Makes the modules beside the tests importable, and records from the vectors."""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import make_records
from records import ROWS
from vectors import VECTORS


@pytest.fixture(scope="session")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The vectors in the format of the example signed_records.

    One for each key and algorithm, because those for one key sign one message.
    """

    def text(data: bytes) -> str:
        return base64.b64encode(data).decode()

    vectors = list({(vector.public_key, vector.algorithm): vector for vector in VECTORS}.values())
    names = {vector.public_key: f"alias/{number}" for number, vector in enumerate(vectors)}
    specs = {vector.public_key: vector.key_spec for vector in vectors}
    content = {
        "keys": [
            {"key_id": name, "key_spec": specs[public_key], "public_key": text(public_key)}
            for public_key, name in names.items()
        ],
        "records": [
            {
                "key_id": names[vector.public_key],
                "algorithm": vector.algorithm,
                "message_type": vector.message_type,
                "message": text(vector.message),
                "signature": text(vector.signature),
            }
            for vector in vectors
        ],
    }
    path = tmp_path_factory.mktemp("signed") / "signed.json"
    path.write_text(json.dumps(content))
    return path


@pytest.fixture
def made(signed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four files with three row groups each."""
    monkeypatch.setattr(make_records, "ROW_GROUP", 500)
    out = tmp_path / "made"
    make_records.make(signed, out, rows=ROWS, days=2, files=2)
    return out
