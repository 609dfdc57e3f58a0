"""Audits signed records in Parquet files, on one machine.

``python -m kms_verify.audit RECORDS KEYS OUT`` verifies every record in ``RECORDS/day=*/*.parquet``. ``audit`` is its
core, and that of ``examples/spark_audit.py``, which does the same with Spark. Needs pyarrow.

Records have the columns ``id``, of any type, ``key_id``, ``algorithm``, ``message``, ``message_type`` and
``signature``. ``KEYS`` is a Parquet file with the columns ``key_id`` and ``public_key``, as GetPublicKey returns
them. ``OUT`` gets

- ``results/day=D/outcome=O/NAME.parquet``, a row for each record of ``RECORDS/day=D/NAME.parquet`` with the outcome
  ``O``: ``valid``, ``invalid`` (only the signature is wrong), ``error`` (the record could not be verified: the column
  ``error`` has the code), or ``null`` (a value is missing);
- ``sums.parquet``, the number of rows by day, outcome and error;
- ``keys.parquet``, the keys that were used. No other keys can be used with the same ``OUT``;
- ``parts/``, a file about each part that was audited.

A file of records is a part. The results of a part get their names when they are complete, and then the part is marked
as done. So an audit that was interrupted can be started again: it skips what is done, and counts nothing twice. What
cannot be read of a damaged file is reported, everything else is audited, and the next run tries that file again.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kms_verify import InvalidColumn, KeyRing, KmsVerifyError, verify_arrow

__all__ = ["RECORD_COLUMNS", "RESULT_COLUMNS", "Reader", "audit", "audit_files", "key_ring", "sums"]

RECORD_COLUMNS = ["id", "key_id", "algorithm", "message", "message_type", "signature"]
RESULT_COLUMNS = ["id", "key_id", "algorithm", "valid", "error", "outcome"]

# A record of the longest signature and a message of 4 KiB has 9 KiB.
_BATCH_ROWS = 8192

_Sums: TypeAlias = "Counter[tuple[str, str | None]]"


def key_ring(keys: Iterable[tuple[object, object]]) -> KeyRing:
    """Make a key ring of names and public keys in DER. If any is not valid, a ``ValueError`` names each of those."""
    ring = KeyRing()
    errors = []
    for key_id, public_key in keys:
        if not isinstance(key_id, str) or not isinstance(public_key, bytes):
            errors.append(f"key {key_id}: key_id must be text and public_key binary, and neither may be null")
            continue
        try:
            ring.insert(key_id, public_key)
        except KmsVerifyError as error:
            errors.append(f"key {key_id}: {error.details}")
    if errors:
        raise ValueError("\n".join(errors))
    return ring


def audit(batches: Iterable[pa.RecordBatch], keys: KeyRing, *, threads: int | None = None) -> Iterator[pa.RecordBatch]:
    """Verify batches with the columns ``RECORD_COLUMNS``, and return as many with ``RESULT_COLUMNS``.

    This is a function for ``mapInArrow`` of Spark, and for whatever else has record batches. With ``threads=1``, it
    starts no thread.
    """
    for batch in batches:
        verified = verify_arrow(batch, keys=keys, message_type="message_type", threads=threads)
        valid, error = pa.array(verified).flatten()
        is_rejected = pc.equal(error, "invalid-signature")
        outcome = pc.if_else(valid, "valid", pc.if_else(is_rejected, "invalid", "error"))
        columns = [batch.column("id"), batch.column("key_id"), batch.column("algorithm"), valid, error]
        yield pa.RecordBatch.from_arrays([*columns, pc.fill_null(outcome, "null")], names=RESULT_COLUMNS)


class Reader:
    """The records of a Parquet file, in batches. What cannot be read is skipped, and described in ``errors``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.errors: list[str] = []

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        try:
            file = pq.ParquetFile(self.path, page_checksum_verification=True)
        except (OSError, pa.ArrowException) as error:
            self.errors.append(f"the file cannot be read: {error}")
            return
        with file:
            missing = [name for name in RECORD_COLUMNS if name not in file.schema_arrow.names]
            if missing:
                self.errors.append(f"the file has no column {', '.join(missing)}")
                return
            for group in range(file.num_row_groups):
                rows = 0
                try:
                    for batch in file.iter_batches(_BATCH_ROWS, row_groups=[group], columns=RECORD_COLUMNS):
                        rows += batch.num_rows
                        yield batch
                except (OSError, pa.ArrowException) as error:
                    expected = file.metadata.row_group(group).num_rows
                    self.errors.append(
                        f"row group {group}: {expected - rows} of {expected} rows cannot be read: {error}"
                    )


class _Part:
    """A file of records, and what an audit makes of it."""

    def __init__(self, path: Path, out: Path) -> None:
        self.path = path
        self.day = path.parent.name
        self.results = out / "results" / self.day
        self.marker = out / "parts" / self.day / f"{path.stem}.json"

    def state(self) -> dict[str, Any] | None:
        """What is known of it, if it was audited and has not changed since."""
        try:
            state: dict[str, Any] = json.loads(self.marker.read_bytes())
        except FileNotFoundError:
            return None
        return state if state["bytes"] == self.path.stat().st_size else None

    def audit(self, keys: KeyRing, threads: int | None) -> dict[str, Any]:
        # Results without a marker are those of an audit that was interrupted.
        self.marker.unlink(missing_ok=True)
        for old in self.results.glob(f"outcome=*/{self.path.name}"):
            old.unlink()
        reader = Reader(self.path)
        size = self.path.stat().st_size
        counts: _Sums = Counter()
        writers: dict[str, tuple[pq.ParquetWriter, Path]] = {}
        try:
            for batch in audit(reader, keys, threads=threads):
                for outcome, rows in _by_outcome(batch):
                    if outcome not in writers:
                        temporary = self.results / f"outcome={outcome}" / f".{self.path.name}"
                        temporary.parent.mkdir(parents=True, exist_ok=True)
                        writers[outcome] = pq.ParquetWriter(temporary, rows.schema), temporary
                    writers[outcome][0].write_batch(rows)
                    for group in pc.value_counts(rows.column("error")).to_pylist():
                        counts[outcome, group["values"]] += group["counts"]
        except InvalidColumn as error:
            reader.errors.append(str(error))
        finally:
            for writer, _ in writers.values():
                writer.close()
        for _, temporary in writers.values():
            temporary.rename(temporary.with_name(self.path.name))
        sums = [[outcome, error, rows] for (outcome, error), rows in sorted(counts.items(), key=str)]
        state = {"bytes": size, "errors": reader.errors, "sums": sums}
        self.marker.parent.mkdir(parents=True, exist_ok=True)
        _write(self.marker, json.dumps(state, indent=1).encode())
        return state


def _by_outcome(batch: pa.RecordBatch) -> Iterator[tuple[str, pa.RecordBatch]]:
    """The rows of each outcome, without the outcome, which is in the name of the directory."""
    outcomes = batch.column("outcome")
    for outcome in pc.unique(outcomes).to_pylist():
        yield outcome, batch.filter(pc.equal(outcomes, outcome)).drop_columns(["outcome"])


def _write(path: Path, content: bytes) -> None:
    """As a whole or not at all."""
    temporary = path.with_name(f".{path.name}")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)


def audit_files(records: Path, keys: pa.Table, out: Path, *, threads: int | None = None) -> dict[str, list[str]]:
    """Audit all parts that are not done yet, and write the sums. Return what could not be read, by part."""
    keys = keys.select(["key_id", "public_key"]).sort_by("key_id")
    ring = key_ring(zip(keys["key_id"].to_pylist(), keys["public_key"].to_pylist(), strict=True))
    parts = [_Part(path, out) for path in sorted(records.glob("day=*/*.parquet"))]
    if not parts:
        raise ValueError(f"{records} has no files day=*/*.parquet")
    out.mkdir(parents=True, exist_ok=True)
    if not (out / "keys.parquet").exists():
        pq.write_table(keys, out / ".keys.parquet")
        (out / ".keys.parquet").rename(out / "keys.parquet")
    elif not pq.read_table(out / "keys.parquet").equals(keys):
        raise ValueError(f"{out} has results with other keys")
    unread = {}
    for part in parts:
        state = part.state()
        if state is None or state["errors"]:
            state = part.audit(ring, threads)
        if state["errors"]:
            unread[f"{part.day}/{part.path.name}"] = state["errors"]
    pq.write_table(_sum(parts), out / ".sums.parquet")
    (out / ".sums.parquet").rename(out / "sums.parquet")
    return unread


def _sum(parts: Iterable[_Part]) -> pa.Table:
    total: Counter[tuple[str, str, str | None]] = Counter()
    for part in parts:
        state = part.state()
        for outcome, error, rows in state["sums"] if state else []:
            total[part.day.removeprefix("day="), outcome, error] += rows
    rows = [(*group, rows) for group, rows in sorted(total.items(), key=str)]
    columns = zip(*rows, strict=True) if rows else [[], [], [], []]
    schema = pa.schema({"day": pa.string(), "outcome": pa.string(), "error": pa.string(), "rows": pa.int64()})
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def sums(out: Path) -> pa.Table:
    """The sums of an audit: ``day``, ``outcome``, ``error`` and ``rows``."""
    return pq.read_table(out / "sums.parquet")


def main(arguments: list[str] | None = None) -> int:
    """Run the command. The status is 0 if every record was read, also if signatures are invalid, and 1 otherwise."""
    parser = argparse.ArgumentParser(
        prog="python -m kms_verify.audit", description="Audit signed records in Parquet files."
    )
    parser.add_argument("records", type=Path, help="a directory with day=*/*.parquet")
    parser.add_argument("keys", type=Path, help="a Parquet file with the columns key_id and public_key")
    parser.add_argument("out", type=Path, help="the directory for the results")
    parser.add_argument("--threads", type=int, help="the number of threads, by default one for each core")
    given = parser.parse_args(arguments)
    try:
        unread = audit_files(given.records, pq.read_table(given.keys), given.out, threads=given.threads)
    except (OSError, ValueError, KeyError) as error:
        parser.error(str(error))
    for row in sums(given.out).to_pylist():
        print(row["day"], row["outcome"], row["error"] or "-", row["rows"], sep="\t")
    for part, reasons in unread.items():
        for reason in reasons:
            print(f"{part}: {reason}", file=sys.stderr)
    return 1 if unread else 0


if __name__ == "__main__":
    sys.exit(main())
