"""Checks ``examples/spark_audit.py``: see ``scripts/spark``.

python check_spark.py SIGNED WORK            # with an executor that dies, and a damaged file
python check_spark.py SIGNED WORK --long N   # N rows, with the memory of the workers
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset
import pyarrow.parquet as pq

import make_records
from kms_verify import audit

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "spark_audit.py"
MASTER = "local-cluster[2,1,1024]"
# A short run ends before the second compiler of Java pays off: this halves the time on the CPU.
SHORT = [f"spark.{process}.extraJavaOptions=-XX:TieredStopAtLevel=1" for process in ("driver", "executor")]


def submit(master: str, made: Path, out: Path, log: Path, *options: str) -> subprocess.Popen[bytes]:
    """Start the audit. Its sums and its log go to a file."""
    command = ["spark-submit", "--master", master]
    settings = {
        "spark.ui.enabled": "false",
        "spark.log.level": "WARN",
        # A task for each file.
        "spark.sql.files.maxPartitionBytes": "1m",
        **dict(option.split("=", 1) for option in options),
    }
    for name, value in settings.items():
        command += ["--conf", f"{name}={value}"]
    command += [
        str(EXAMPLE),
        "--records",
        str(made / "records"),
        "--keys",
        str(made / "keys.parquet"),
        "--out",
        str(out),
    ]
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    with log.open("wb") as file:
        # Not in python/, because Python would import the source in the place of what is installed.
        return subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT, env=environment, cwd=log.parent)


@dataclass
class Process:
    pid: int
    command: str
    resident: int
    children: list[int] = field(default_factory=list)


def descendants(root: int) -> list[Process]:
    """The processes that a process started, and those that they started."""
    processes = {}
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            resident = int((entry / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, IndexError):
            # It ended meanwhile.
            continue
        processes[int(entry.name)] = Process(int(entry.name), command, resident)
        parents[int(entry.name)] = parent
    for pid, parent in parents.items():
        if parent in processes:
            processes[parent].children.append(pid)
    found = [root]
    for pid in found:
        if pid in processes:
            found += processes[pid].children
    return [processes[pid] for pid in found[1:]]


def watch(spark: subprocess.Popen[bytes], look: Callable[[list[Process]], None], seconds: float) -> int:
    """Look at the processes of Spark until it ends."""
    while spark.poll() is None:
        look(descendants(spark.pid))
        time.sleep(seconds)
    return spark.returncode


def table(path: Path, day: str) -> pa.Table:
    """The results of a day, ordered by id, with text of one type."""
    names = [*audit.RESULT_COLUMNS, "day"]
    partitioning = pa.dataset.partitioning(pa.schema({"day": pa.string(), "outcome": pa.string()}), flavor="hive")
    found = pq.read_table(path / "results", partitioning=partitioning, filters=[("day", "=", day)])
    return found.select(names).sort_by("id").combine_chunks().replace_schema_metadata()


def check_equal(one: Path, other: Path, days: list[str]) -> None:
    rows = 0
    for day in days:
        these, those = table(one, day), table(other, day)
        assert these.equals(those), f"{one} and {other} differ on {day}"
        rows += these.num_rows
    assert read_sums(one) == read_sums(other), "the sums differ"
    print(f"{rows} rows are the same, one by one, and so are the sums")


def read_sums(out: Path) -> list[tuple[str, str, str | None, int]]:
    found = pq.read_table(out / "sums" if (out / "sums").is_dir() else out / "sums.parquet").to_pylist()
    return sorted(((row["day"], row["outcome"], row["error"], row["rows"]) for row in found), key=str)


def check_expected(made: Path, out: Path, days: list[str]) -> None:
    """Every row has one result, and it is the expected one."""
    rows = forged = 0
    for day in days:
        results = table(out, day)
        expected = pq.read_table(made / "expected" / f"day={day}", partitioning=None).sort_by("id").combine_chunks()
        got = pc.if_else(results["valid"], "valid", results["error"])
        assert results["id"].equals(expected["id"]), f"{day}: not one result for each row"
        assert got.combine_chunks().equals(expected["expected"].combine_chunks()), (
            f"{day}: a result is not the expected one"
        )
        rows += len(got)
        forged += pc.sum(pc.equal(got, "invalid-signature")).as_py()
    print(f"{rows} rows have the expected result, among them all {forged} that are forged or malformed")


def change(path: Path, column: str, values: pa.Array | None) -> pa.Table:
    """The table in a file with other values in a column, or without the column."""
    table = pq.ParquetFile(path).read()
    place = table.schema.get_field_index(column)
    table = table.remove_column(place)
    return table if values is None else table.add_column(place, column, values)


def check_keys(made: Path, work: Path) -> None:
    """Keys that are not valid are all named, before anything is verified."""
    bad = work / "bad"
    bad.mkdir()
    (bad / "records").symlink_to(made / "records")
    keys = pq.read_table(made / "keys.parquet").to_pylist()
    keys[1]["public_key"] = keys[1]["public_key"][1:]
    keys[2]["public_key"] = None
    keys[3]["key_id"] = "alias/"
    pq.write_table(pa.Table.from_pylist(keys), bad / "keys.parquet")
    out, log = work / "out", work / "keys.log"
    status = watch(submit("local[1]", bad, out, log, *SHORT), lambda _: None, 0.1)
    text = log.read_text()
    lines = [line.removeprefix("spark_audit.py: error: ") for line in text.splitlines()]
    lines = [line for line in lines if line.startswith("key ")]
    assert len(lines) == 3, text
    for key in keys[1:4]:
        assert any(line.startswith(f"key {key['key_id']}: ") for line in lines), lines
    assert (status, out.exists()) == (2, False), f"status {status}\n{text}"
    print("keys that are not valid were named, and nothing was verified:", *lines, sep="\n")


def check(signed: Path, work: Path) -> None:
    made, alone, spark = work / "made", work / "alone", work / "spark"
    make_records.make(signed, made, rows=100_000, days=4, files=4)
    days = sorted(path.name.removeprefix("day=") for path in (made / "records").iterdir())

    start = time.monotonic()
    assert audit.audit_files(made / "records", pq.read_table(made / "keys.parquet"), alone) == {}
    print(f"one machine: {time.monotonic() - start:.0f} s")
    check_expected(made, alone, days)

    start = time.monotonic()
    check_keys(made, work)
    print(f"keys that are not valid: {time.monotonic() - start:.0f} s")

    # One file of the last day is damaged, other days are not as they should be, and an executor dies on the first day,
    # when a task has been committed.
    damaged = made / "records" / f"day={days[-1]}" / "part-2.parquet"
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[: len(whole) // 2] + bytes(1000) + whole[len(whole) // 2 + 1000 :])
    good = damaged.with_name("part-1.parquet")
    numbers = pa.array(range(pq.ParquetFile(good).metadata.num_rows))
    strange: dict[str, tuple[str, list[pa.Table | bytes]]] = {
        # The first file of all, which Spark would open to find the columns.
        "2026-10-31": ("part-0.parquet", [good.read_bytes()[:-100]]),
        "2026-12-01": ("`id`", [change(good, "id", None)]),
        "2026-12-02": ('"signature"', [change(good, "signature", numbers)]),
        "2026-12-03": ("part-1.parquet", [good.read_bytes(), change(good, "algorithm", numbers)]),
    }
    # Spark takes the columns from the first file: not an error, but null.
    lacking = "2026-12-04"
    contents_of = {day: contents for day, (_, contents) in strange.items()}
    contents_of[lacking] = [good.read_bytes(), change(good, "message_type", None)]
    for day, contents in contents_of.items():
        for number, content in enumerate(contents):
            path = made / "records" / f"day={day}" / f"part-{number}.parquet"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content) if isinstance(content, bytes) else pq.write_table(content, path)
    killed: list[int] = []

    def kill(processes: list[Process]) -> None:
        executors = [process.pid for process in processes if "CoarseGrainedExecutorBackend" in process.command]
        first_day = spark / "results" / f"day={days[0]}"
        if not killed and any(first_day.glob("_temporary/*/task_*")) and executors:
            assert not (first_day / "_SUCCESS").exists()
            os.kill(executors[0], signal.SIGKILL)
            killed.append(executors[0])

    start = time.monotonic()
    log = work / "spark.log"
    status = watch(submit(MASTER, made, spark, log, *SHORT), kill, 0.1)
    text = log.read_text()
    lines = [line for line in text.splitlines() if line.startswith("day=")]
    reported = {line.partition(":")[0].removeprefix("day="): line for line in lines}
    if status != 1 or not killed or "Lost executor" not in text:
        sys.exit(f"FAILED: status {status}, killed {killed}\n{text}")
    print(f"{MASTER}: {time.monotonic() - start:.0f} s; an executor was killed; what was reported:")
    print(*lines, sep="\n")
    reasons = {**{day: reason for day, (reason, _) in strange.items()}, days[-1]: "part-2.parquet"}
    assert reported.keys() == reasons.keys(), text
    for day, reason in reasons.items():
        assert reason in reported[day], f"{reason} is not in {reported[day]}"
    nulls = table(spark, lacking)["outcome"].to_pylist().count("null")
    assert len(numbers) <= nulls < 1.1 * len(numbers), nulls
    shutil.rmtree(spark / "results" / f"day={lacking}")
    done = {day: (spark / "results" / f"day={day}" / "_SUCCESS").exists() for day in days}
    assert done == {day: day != days[-1] for day in days}, done
    check_expected(made, spark, days[:-1])

    # The file is replaced, and the audit is started again. The days that are done are left alone.
    damaged.write_bytes(whole)
    for day in contents_of:
        shutil.rmtree(made / "records" / f"day={day}")
    times = {path: path.stat().st_mtime_ns for path in (spark / "results").glob("*/*/*.parquet")}
    status = watch(submit(MASTER, made, spark, log, *SHORT), lambda _: None, 1)
    assert status == 0, log.read_text()
    assert times == {path: path.stat().st_mtime_ns for path in times}
    check_expected(made, spark, days)
    check_equal(alone, spark, days)


def check_memory(signed: Path, work: Path, rows: int) -> None:
    made, out, log = work / "made", work / "spark", work / "spark.log"
    start = time.monotonic()
    make_records.make(signed, made, rows=rows, days=5, files=8)
    print(f"{rows} rows made in {time.monotonic() - start:.0f} s")
    days = sorted(path.name.removeprefix("day=") for path in (made / "records").iterdir())
    samples: list[tuple[float, int]] = []
    pids: set[int] = set()

    def sample(processes: list[Process]) -> None:
        # Those that the daemons forked.
        daemons = {process.pid for process in processes if "pyspark.daemon" in process.command}
        forked = {child for process in processes if process.pid in daemons for child in process.children}
        workers = [process for process in processes if process.pid in forked & daemons]
        pids.update(process.pid for process in workers)
        if workers:
            samples.append((time.monotonic(), max(process.resident for process in workers)))

    start = time.monotonic()
    status = watch(submit(MASTER, made, out, log), sample, 1)
    seconds = time.monotonic() - start
    assert status == 0, log.read_text()
    print(f"{MASTER}: {seconds:.0f} s, {rows / seconds:.0f} rows a second")
    check_expected(made, out, days)
    eighths: list[list[int]] = [[] for _ in range(8)]
    first, last = samples[0][0], samples[-1][0]
    for when, resident in samples:
        eighths[min(7, int(8 * (when - first) / (last - first)))].append(resident)
    peaks = [max(eighth) / 2**20 for eighth in eighths]
    print(f"the largest of {len(pids)} workers in each eighth of the run, MiB:", *(f"{peak:.0f}" for peak in peaks))
    # All keys have been used, and have their tables, after the first eighth.
    assert max(peaks[4:]) < 1.05 * max(peaks[1:4]) + 4, "the memory of the workers grows"


def main() -> None:
    parser = argparse.ArgumentParser(description="Check the audit with Spark.")
    parser.add_argument("signed", type=Path, help="the output of the example signed_records of kms-verify-testing")
    parser.add_argument("work", type=Path, help="a directory for the files, which is made, and removed at the end")
    parser.add_argument("--long", type=int, metavar="ROWS", help="measure the memory of the workers over so many rows")
    given = parser.parse_args()
    given.work.mkdir(parents=True)
    if given.long:
        check_memory(given.signed, given.work.resolve(), given.long)
    else:
        check(given.signed, given.work.resolve())
    shutil.rmtree(given.work)


if __name__ == "__main__":
    main()
