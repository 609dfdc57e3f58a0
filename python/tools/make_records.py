"""Makes signed records at scale, as Parquet, for tests and benchmarks.

    cargo run --package kms-verify-testing --example signed_records > signed.json
    python python/tools/make_records.py signed.json OUT --rows 100000

writes

- ``OUT/records/day=2026-11-01/part-0.parquet`` and so on, with the columns id, key_id, algorithm, message,
  message_type and signature;
- ``OUT/keys.parquet``, with the columns key_id and public_key (DER), as GetPublicKey returns them;
- ``OUT/expected/``, with the same files as ``OUT/records/``: id, and the code of the error that verification must
  return, ``valid``, or null for a row with a null. No audit reads it.

95 % of the rows are valid, 1 % are forged, 1 % have a malformed signature, and each of the other kinds below has
some. All algorithms are equally frequent. The files depend on nothing but the arguments.

What repeats: rows are drawn from the records in ``signed.json`` (24 for each pair of a key and an algorithm, 1584 in
all) and changed copies of them, so only the id of a row is its own. Files are therefore small. What an engine reads
is of full size, because columns with text and bytes are not of a dictionary type. The records themselves are also
simpler than those of KMS: see ``testing/src/forge``. ECDSA and SM2 signatures of one key share their r, Ed25519
signatures of one key their R, ML-DSA signatures of one key all but the challenge, and ML-DSA keys have a t1 of zero.
None of this changes the work of a verification.
"""

from __future__ import annotations

import argparse
import base64
import itertools
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

FIRST_DAY = date(2026, 11, 1)
ROW_GROUP = 50_000

SCHEMA = pa.schema(
    {
        "id": pa.int64(),
        "key_id": pa.string(),
        "algorithm": pa.string(),
        "message": pa.binary(),
        "message_type": pa.string(),
        "signature": pa.binary(),
    }
)

# How many of 10,000 rows are of each kind.
FREQUENCIES = {
    "valid": 9500,
    "forged": 100,
    "malformed": 100,
    "null": 60,
    "unknown-key": 50,
    "unknown-signing-algorithm": 50,
    "unknown-message-type": 35,
    "incompatible-algorithm": 35,
    "incompatible-message-type": 35,
    "message-length": 35,
}


@dataclass(frozen=True)
class Record:
    key_id: str | None
    algorithm: str | None
    message: bytes | None
    message_type: str | None
    signature: bytes | None


@dataclass(frozen=True)
class Signed(Record):
    """A record without nulls, which is valid."""

    key_id: str
    algorithm: str
    message: bytes
    message_type: str
    signature: bytes


def forged(record: Signed, other_signature: bytes, other_key: str) -> Iterator[Record]:
    middle = len(record.message) // 2
    changed = bytes([record.message[middle] ^ 1])
    yield replace(record, message=record.message[:middle] + changed + record.message[middle + 1 :])
    yield replace(record, signature=other_signature)
    yield replace(record, key_id=other_key)


def malformed(record: Signed, random: np.random.Generator) -> Iterator[Record]:
    signature = record.signature
    yield replace(record, signature=b"")
    yield replace(record, signature=signature[:-1])
    yield replace(record, signature=signature + b"\0")
    yield replace(record, signature=bytes(len(signature)))
    yield replace(record, signature=random.bytes(len(signature)))


def nulls(record: Signed) -> Iterator[Record]:
    for field in ("key_id", "algorithm", "message", "message_type", "signature"):
        yield Record(**{**vars(record), field: None})


def other_message_type(record: Signed) -> str:
    """One that the algorithm does not support."""
    match record.algorithm:
        case "ML_DSA_SHAKE_256" | "ED25519_SHA_512":
            return "DIGEST"
        case "ED25519_PH_SHA_512":
            return "RAW"
        case _:
            return "EXTERNAL_MU"


def family(algorithm: str) -> str:
    return algorithm.split("_")[0]


class Pool:
    """The records that rows are drawn from, by kind."""

    def __init__(self, records: list[Signed], random: np.random.Generator) -> None:
        self.records: list[Record] = []
        self.expected: list[str | None] = []
        self.kinds: list[str] = []
        self.algorithms: list[str] = []
        by_key_and_algorithm: dict[tuple[str, str], list[Signed]] = defaultdict(list)
        keys: dict[str, list[str]] = defaultdict(list)
        for record in records:
            by_key_and_algorithm[record.key_id, record.algorithm].append(record)
            if record.key_id not in keys[record.algorithm]:
                keys[record.algorithm].append(record.key_id)
        for (key_id, algorithm), group in by_key_and_algorithm.items():
            following = itertools.cycle(keys[algorithm])
            other_key = next(key for key in following if key == key_id) and next(following)
            stranger = next((other for other in sorted(keys) if family(other) != family(algorithm)), None)
            for record, next_record in zip(group, [*group[1:], group[0]], strict=True):
                self.add("valid", algorithm, "valid", record)
                for forgery in forged(record, next_record.signature, other_key):
                    if forgery != record:
                        self.add("forged", algorithm, "invalid-signature", forgery)
                for changed in malformed(record, random):
                    self.add("malformed", algorithm, "invalid-signature", changed)
                for changed in nulls(record):
                    self.add("null", algorithm, None, changed)
                self.add_error("unknown-key", replace(record, key_id=record.key_id[:-12] + "000000000000"))
                self.add_error("unknown-signing-algorithm", replace(record, algorithm=algorithm.lower()))
                self.add_error("unknown-message-type", replace(record, message_type="HEX"))
                if stranger is not None:
                    self.add_error("incompatible-algorithm", replace(record, algorithm=stranger), algorithm)
                changed = replace(record, message_type=other_message_type(record))
                self.add_error("incompatible-message-type", changed)
                if record.message_type != "RAW":
                    self.add_error("message-length", replace(record, message=record.message[1:]))

    def add(self, kind: str, algorithm: str, expected: str | None, record: Record) -> None:
        self.records.append(record)
        self.expected.append(expected)
        self.kinds.append(kind)
        self.algorithms.append(algorithm)

    def add_error(self, code: str, record: Signed, algorithm: str | None = None) -> None:
        self.add(code, algorithm or record.algorithm, code, record)

    def table(self) -> pa.Table:
        columns = {
            field.name: pa.array([getattr(record, field.name) for record in self.records], field.type)
            for field in SCHEMA
            if field.name != "id"
        }
        return pa.table({**columns, "expected": pa.array(self.expected, pa.string())})

    def probabilities(self, frequencies: dict[str, int]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Of each record: by kind, and within a kind the same for each algorithm."""
        groups: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for index, (kind, algorithm) in enumerate(zip(self.kinds, self.algorithms, strict=True)):
            groups[kind][algorithm].append(index)
        probabilities = np.zeros(len(self.records))
        for kind, by_algorithm in groups.items():
            for indices in by_algorithm.values():
                probabilities[indices] = frequencies.get(kind, 0) / len(by_algorithm) / len(indices)
        probabilities /= probabilities.sum()
        return probabilities


def read(
    path: Path, key_specs: list[str] | None, algorithms: list[str] | None, message_types: list[str] | None
) -> tuple[pa.Table, list[Signed]]:
    """The keys, and the records of these key specs, algorithms and message types."""
    content = json.loads(path.read_bytes())
    keys = [key for key in content["keys"] if key_specs is None or key["key_spec"] in key_specs]
    chosen = {key["key_id"] for key in keys}
    records = [
        Signed(
            record["key_id"],
            record["algorithm"],
            base64.b64decode(record["message"]),
            record["message_type"],
            base64.b64decode(record["signature"]),
        )
        for record in content["records"]
        if record["key_id"] in chosen
        and (algorithms is None or record["algorithm"] in algorithms)
        and (message_types is None or record["message_type"] in message_types)
    ]
    table = pa.table(
        {
            "key_id": [key["key_id"] for key in keys],
            "public_key": [base64.b64decode(key["public_key"]) for key in keys],
        }
    )
    return table, records


def make(
    signed: Path,
    out: Path,
    *,
    rows: int,
    days: int = 4,
    files: int = 2,
    seed: int = 1,
    key_specs: list[str] | None = None,
    algorithms: list[str] | None = None,
    message_types: list[str] | None = None,
    frequencies: dict[str, int] = FREQUENCIES,
) -> None:
    """Write ``rows`` rows in ``days`` times ``files`` files."""
    random = np.random.default_rng(seed)
    keys, records = read(signed, key_specs, algorithms, message_types)
    pool = Pool(records, random)
    table, probabilities = pool.table(), pool.probabilities(frequencies)
    out.mkdir(parents=True)
    pq.write_table(keys, out / "keys.parquet")
    parts = [
        (f"day={FIRST_DAY + timedelta(days=day)}", f"part-{file}.parquet")
        for day in range(days)
        for file in range(files)
    ]
    bounds = np.linspace(0, rows, len(parts) + 1).astype(int)
    for (day, name), first, last in zip(parts, bounds[:-1], bounds[1:], strict=True):
        record_file, expected_file = out / "records" / day / name, out / "expected" / day / name
        record_file.parent.mkdir(parents=True, exist_ok=True)
        expected_file.parent.mkdir(parents=True, exist_ok=True)
        expected_schema = pa.schema({"id": pa.int64(), "expected": pa.string()})
        # Strings and bytes fit in the pages of dictionaries: see "What repeats". Checksums, so that no change of a file
        # remains unnoticed.
        options = {"dictionary_pagesize_limit": 1 << 28, "write_page_checksum": True}
        with (
            pq.ParquetWriter(record_file, SCHEMA, **options) as record_writer,
            pq.ParquetWriter(expected_file, expected_schema, **options) as expected_writer,
        ):
            for start in range(first, last, ROW_GROUP):
                end = min(start + ROW_GROUP, last)
                drawn = table.take(random.choice(len(probabilities), end - start, p=probabilities))
                drawn = drawn.add_column(0, "id", pa.array(np.arange(start, end)))
                record_writer.write_table(drawn.select(SCHEMA.names))
                expected_writer.write_table(drawn.select(expected_schema.names))


def main() -> None:
    parser = argparse.ArgumentParser(description="Make signed records at scale, as Parquet.")
    parser.add_argument("signed", type=Path, help="the output of the example signed_records of kms-verify-testing")
    parser.add_argument("out", type=Path, help="the directory to make")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=4)
    parser.add_argument("--files", type=int, default=2, help="for each day")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--key-specs", nargs="+", help="only keys of these")
    parser.add_argument("--algorithms", nargs="+", help="only these")
    parser.add_argument("--message-types", nargs="+", help="only these")
    make(**vars(parser.parse_args()))


if __name__ == "__main__":
    main()
