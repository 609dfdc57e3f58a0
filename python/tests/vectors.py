"""The vectors in tests/vectors/kms: signatures that KMS made."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KMS = ROOT / "tests" / "vectors" / "kms"


@dataclass(frozen=True)
class Vector:
    """One signature."""

    name: str
    algorithm: str
    message_type: str
    key_spec: str
    public_key: bytes
    message: bytes
    signature: bytes

    def __str__(self) -> str:
        return self.name


def _read(folder: Path) -> Vector:
    meta = json.loads((folder / "meta.json").read_text())
    return Vector(
        name=folder.name,
        algorithm=meta["algorithm"],
        message_type=meta["message_type"],
        key_spec=meta["key_spec"],
        public_key=(folder / "public_key.der").read_bytes(),
        message=(folder / "message.bin").read_bytes(),
        signature=(folder / "signature.bin").read_bytes(),
    )


VECTORS = [_read(folder) for folder in sorted(KMS.iterdir()) if folder.is_dir()]


def vector(name: str) -> Vector:
    """The vector of this name."""
    (found,) = (candidate for candidate in VECTORS if candidate.name == name)
    return found
