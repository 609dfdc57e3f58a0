"""Rows a second of ``verify_arrow`` and of Spark, beside the same with cryptography: see ``scripts/bench-python``.

    python rates.py SIGNED WORK [--rows N] [--rounds N] [--spark-rows N] [--spark-rounds N]

Prints a record in Markdown. Every answer is checked before anything is timed. Since cryptography takes longer, it gets
a part of the rows: see ``TENTH`` and ``DAYS``.
"""

from __future__ import annotations

import argparse
import functools
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.backends.openssl import backend
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import load_der_public_key

from kms_verify import audit, verify_arrow

# Key specs and algorithms, with the arguments of cryptography that follow the message.
SHA_256 = hashes.SHA256()
PSS = padding.PSS(padding.MGF1(SHA_256), padding.PSS.DIGEST_LENGTH)
CASES: dict[tuple[str, str], tuple[Any, ...]] = {
    ("ECC_NIST_P256", "ECDSA_SHA_256"): (ec.ECDSA(SHA_256),),
    ("ECC_NIST_P384", "ECDSA_SHA_384"): (ec.ECDSA(hashes.SHA384()),),
    ("ECC_SECG_P256K1", "ECDSA_SHA_256"): (ec.ECDSA(SHA_256),),
    ("RSA_2048", "RSASSA_PKCS1_V1_5_SHA_256"): (padding.PKCS1v15(), SHA_256),
    ("RSA_2048", "RSASSA_PSS_SHA_256"): (PSS, SHA_256),
    ("RSA_4096", "RSASSA_PKCS1_V1_5_SHA_256"): (padding.PKCS1v15(), SHA_256),
    ("ECC_NIST_EDWARDS25519", "ED25519_SHA_512"): (),
    ("ML_DSA_65", "ML_DSA_SHAKE_256"): (),
}
# Of Spark, one case, which is the most frequent one.
SPARK_CASE = ("ECC_NIST_P256", "ECDSA_SHA_256")
# The part of the rows that cryptography gets in this process.
TENTH = 10
# Of these days of records, cryptography gets the first with Spark.
DAYS = 8
MASTERS = ["local[1]", "local[2]", "local-cluster[1,1,1024]", "local-cluster[2,1,1024]"]


def with_cryptography(batch: pa.RecordBatch | pa.Table, keys: dict[str, Any], arguments: tuple[Any, ...]) -> list[bool]:
    """What people write: keys are loaded once, and rows are verified one by one."""
    results = []
    columns = (batch.column(name).to_pylist() for name in ("key_id", "message", "signature"))
    for key_id, message, signature in zip(*columns, strict=True):
        try:
            keys[key_id].verify(signature, message, *arguments)
        except InvalidSignature:
            results.append(False)
        else:
            results.append(True)
    return results


def loaded(pairs: Iterable[tuple[str, bytes]]) -> dict[str, Any]:
    return {key_id: load_der_public_key(der) for key_id, der in pairs}


def key_pairs(made: Path) -> list[tuple[str, bytes]]:
    table = pq.read_table(made / "keys.parquet")
    return list(zip(table["key_id"].to_pylist(), table["public_key"].to_pylist(), strict=True))


def make(signed: Path, made: Path, case: tuple[str, str], rows: int, days: int, files: int) -> None:
    import make_records

    key_spec, algorithm = case
    make_records.make(
        signed,
        made,
        rows=rows,
        days=days,
        files=files,
        key_specs=[key_spec],
        algorithms=[algorithm],
        message_types=["RAW"],
        frequencies={"valid": 9900, "forged": 100},
    )


def in_process(signed: Path, work: Path, case: tuple[str, str], rows: int, rounds: int) -> str:
    """A row of the table: one thread by CPU time, and what a second thread adds by the clock."""
    made = work / "-".join(case)
    make(signed, made, case, rows, 1, 1)
    table = pq.read_table(made / "records").combine_chunks()
    expected = pc.equal(pq.read_table(made / "expected")["expected"], "valid").to_pylist()
    ring, keys = audit.key_ring(key_pairs(made)), loaded(key_pairs(made))
    ring.precompute()

    def ours(threads: int) -> pa.StructArray:
        return pa.array(verify_arrow(table, keys=ring, message_type="message_type", threads=threads))

    tenth = table.slice(0, rows // TENTH)
    theirs = functools.partial(with_cryptography, tenth, keys, CASES[case])
    assert ours(1).field("valid").to_pylist() == ours(2).field("valid").to_pylist() == expected
    assert theirs() == expected[: tenth.num_rows]
    one, two, peer = [], [], []
    for _ in range(rounds):
        one.append(timed(functools.partial(ours, 1)))
        two.append(timed(functools.partial(ours, 2)))
        peer.append(timed(theirs))
    rate = rows / statistics.median(cpu for _, cpu in one)
    peer_rate = tenth.num_rows / statistics.median(cpu for _, cpu in peer)
    threads = statistics.median(alone[0] / both[0] for alone, both in zip(one, two, strict=True))
    return f"| {case[0]} | {case[1]} | {rate:,.0f} | {peer_rate:,.0f} | {rate / peer_rate:.2f} | {threads:.2f} |"


def timed(function: Callable[[], object], cpu: Callable[[], float] = time.process_time) -> tuple[float, float]:
    """Seconds of the clock and of the CPU."""
    clock_before, cpu_before = time.perf_counter(), cpu()
    function()
    return time.perf_counter() - clock_before, cpu() - cpu_before


def cpu_of_tree(root: int) -> float:
    """The seconds that a process, its descendants and their children that have ended have used the CPU."""
    ticks, parents = {}, {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            # It ended meanwhile.
            continue
        parents[int(entry.name)] = int(fields[1])
        ticks[int(entry.name)] = sum(map(int, fields[11:15]))
    tree = {root}
    while more := {pid for pid, parent in parents.items() if parent in tree and pid not in tree}:
        tree |= more
    return sum(ticks[pid] for pid in tree) / os.sysconf("SC_CLK_TCK")


def inside_spark(made: Path, rounds: int) -> None:
    """Print seconds with kms-verify and with cryptography, by turns."""
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.getOrCreate()
    pairs = key_pairs(made)
    ring, ders = spark.sparkContext.broadcast(audit.key_ring(pairs)), spark.sparkContext.broadcast(pairs)
    days = sorted((made / "records").iterdir())
    outcome = "outcome string"

    def ours(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in audit.audit(batches, ring.value, threads=1):
            yield batch.select(["outcome"])

    def theirs(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        # A worker imports this file, because cryptography's objects cannot be pickled.
        import rates

        keys = rates.loaded(ders.value)
        for batch in batches:
            results = rates.with_cryptography(batch, keys, rates.CASES[SPARK_CASE])
            yield pa.RecordBatch.from_pydict({"outcome": ["valid" if valid else "invalid" for valid in results]})

    def sums(
        function: Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]], days: list[Path]
    ) -> dict[str, int]:
        records = spark.read.parquet(*map(str, days)).select(*audit.RECORD_COLUMNS)
        rows = records.mapInArrow(function, outcome).groupBy("outcome").count().collect()
        return {row["outcome"]: row["count"] for row in rows}

    def expected(days: list[Path]) -> dict[str, int]:
        codes = [code for day in days for code in pq.read_table(made / "expected" / day.name)["expected"].to_pylist()]
        return {"valid": codes.count("valid"), "invalid": codes.count("invalid-signature")}

    assert sums(ours, days) == expected(days)
    assert sums(theirs, days[:1]) == expected(days[:1])
    # The driver of Spark is the parent of this process, and executors and workers are its descendants.
    cpu = functools.partial(cpu_of_tree, os.getppid())
    seconds = [
        (timed(lambda: sums(ours, days), cpu), timed(lambda: sums(theirs, days[:1]), cpu)) for _ in range(rounds)
    ]
    print("seconds:", json.dumps(seconds))
    spark.stop()


def with_spark(made: Path, work: Path, master: str, rows: int, rounds: int) -> list[tuple[float, float]]:
    """Rows a second and microseconds of CPU time for a row, with kms-verify and with cryptography."""
    settings = {
        "spark.ui.enabled": "false",
        "spark.log.level": "ERROR",
        "spark.sql.files.maxPartitionBytes": "1m",
        "spark.sql.shuffle.partitions": "1",
    }
    command = ["spark-submit", "--master", master]
    command += [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    command += [__file__, str(made), str(work), "--inside-spark", "--spark-rounds", str(rounds)]
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    environment["PYTHONPATH"] = str(Path(__file__).parent)
    ran = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, check=False)
    (line,) = [line for line in ran.stdout.splitlines() if line.startswith("seconds: ")] or sys.exit(ran.stderr)
    results = []
    for times, part in zip(zip(*json.loads(line.removeprefix("seconds: ")), strict=True), (1, DAYS), strict=True):
        clock, cpu = (statistics.median(of) for of in zip(*times, strict=True))
        results.append((rows / part / clock, cpu / (rows / part) * 1e6))
    return results


def about() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    cpu = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown")
    versions = [f"{name} {importlib.metadata.version(name)}" for name in ("cryptography", "pyarrow", "pyspark")]
    revision, here = ["git", "rev-parse", "--short=12", "HEAD"], Path(__file__).parent
    commit = subprocess.run(revision, cwd=here, capture_output=True, text=True, check=False).stdout
    return "\n".join(
        [
            f"- date: {datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC",
            f"- CPU: {cpu}, {os.cpu_count()} cores",
            f"- load average: {' '.join(f'{load:.2f}' for load in os.getloadavg())}",
            f"- Python {platform.python_version()}, {', '.join(versions)}, {backend.openssl_version_text()}",
            f"- commit: {commit.strip()}",
        ]
    )


def billion(microseconds: list[float]) -> str:
    """How long a billion rows take, with kms-verify and with cryptography."""
    lines = [
        "## A billion rows, computed",
        "",
        "**Computed, not measured**: the CPU time of a row on `local-cluster[1,1,1024]` above, times a billion, by the",
        "number of cores. It assumes that all cores are as fast as those above and are kept busy. Reading from S3,",
        "stragglers and the start of the cluster come on top. A vCPU is half a core on most instances with x86-64.",
        "",
        "| cluster | with kms-verify | with cryptography |",
        "|---|---|---|",
    ]
    for executors, cores in ((1, 4), (10, 4), (50, 4)):
        minutes = [f"{of_row * 1e3 / (executors * cores) / 60:,.0f} min" for of_row in microseconds]
        lines.append(f"| {executors} executors of {cores} cores | {minutes[0]} | {minutes[1]} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="Time verify_arrow and Spark beside cryptography.")
    parser.add_argument("signed", type=Path, help="the output of the example signed_records of kms-verify-testing")
    parser.add_argument("work", type=Path, help="a directory for the files")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--spark-rows", type=int, default=1_600_000)
    parser.add_argument("--spark-rounds", type=int, default=3)
    parser.add_argument("--inside-spark", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside_spark:
        return inside_spark(given.signed, given.spark_rounds)
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
    work = given.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    print("# Rows a second from Python\n")
    print(about())
    print(f"\n## `verify_arrow`, {given.rows:,} rows, medians of {given.rounds} interleaved rounds\n")
    print(
        "One thread, by CPU time, and two threads beside one, by the clock. The keys are loaded and have their tables."
    )
    print(f"1 % of the rows are forged. cryptography verifies the first {given.rows // TENTH:,} rows.\n")
    print("| key | algorithm | kms-verify, rows/s | cryptography, rows/s | ratio | two threads beside one |")
    print("|---|---|---|---|---|---|")
    for case in CASES:
        print(in_process(given.signed, work, case, given.rows, given.rounds), flush=True)
    made = work / "spark"
    make(given.signed, made, SPARK_CASE, given.spark_rows, DAYS, 2)
    print(
        f"\n## Spark, {given.spark_rows:,} rows of {' '.join(SPARK_CASE)},"
        f" medians of {given.spark_rounds} interleaved rounds\n"
    )
    print(
        "From Parquet through `mapInArrow` to the sums, in a session that has run the job before. The CPU time is that"
    )
    print(
        "of the driver, the executors and the workers, and depends less on what else the machine does. All figures have"
    )
    print("the part of a job that does not depend on its rows in them.")
    print(f"cryptography verifies {given.spark_rows // DAYS:,} of the rows.\n")
    print("| master | kms-verify, rows/s | cryptography, rows/s | ratio | kms-verify, CPU us | cryptography, CPU us |")
    print("|---|---|---|---|---|---|")
    rates = {}
    for master in MASTERS:
        rates[master] = (ours, our_cpu), (theirs, their_cpu) = with_spark(
            made, work, master, given.spark_rows, given.spark_rounds
        )
        print(
            f"| `{master}` | {ours:,.0f} | {theirs:,.0f} | {ours / theirs:.1f} | {our_cpu:.2f} | {their_cpu:.2f} |",
            flush=True,
        )
    one, two = (rates[f"local-cluster[{executors},1,1024]"] for executors in (1, 2))
    scaling = [both[0] / alone[0] for alone, both in zip(one, two, strict=True)]
    print(f"\nTwo executors have {scaling[0]:.2f} times the rows a second of one with kms-verify,")
    print(f"and {scaling[1]:.2f} times with cryptography.\n")
    print(billion([cpu for _, cpu in one]))


if __name__ == "__main__":
    main()
