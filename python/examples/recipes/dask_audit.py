"""Dask: a task for each file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pyarrow.compute as pc
from dask.base import compute
from dask.delayed import delayed

from kms_verify import KeyRing, audit


def sums_of(file: Path, keys: KeyRing) -> Counter[str]:
    """The number of rows of each outcome. What cannot be read is an error."""
    reader, sums = audit.Reader(file), Counter[str]()
    for batch in audit.audit(reader, keys, threads=1):
        sums.update({group["values"]: group["counts"] for group in pc.value_counts(batch["outcome"]).to_pylist()})
    if reader.errors:
        raise OSError(f"{file}: {'; '.join(reader.errors)}")
    return sums


def sums(files: Iterable[Path], keys: KeyRing) -> Counter[str]:
    """The sums of all files. With a client of dask.distributed, on its cluster."""
    # The ring is pickled once, and is one object in each worker.
    ring = delayed(keys)
    tasks = [delayed(sums_of)(file, ring) for file in files]
    results: tuple[Counter[str], ...] = compute(*tasks)  # type: ignore[no-untyped-call]
    return sum(results, Counter[str]())
