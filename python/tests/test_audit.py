"""Audits of one machine, over records that are made from the vectors."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import kms_verify
import make_records
from kms_verify import audit
from records import ROWS


def run(made: Path, out: Path) -> int:
    return audit.main([str(made / "records"), str(made / "keys.parquet"), str(out)])


def rows(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(path).sort_by("id").to_pylist()
    return found


def check(made: Path, out: Path, lost: range = range(0)) -> None:
    """Every row has one result, which is the expected one, and the sums are those of the results."""
    results = rows(out / "results")
    expected = [row for row in rows(made / "expected") if row["id"] not in lost]
    records = [row for row in rows(made / "records") if row["id"] not in lost]
    assert [row["id"] for row in results] == [row["id"] for row in expected]
    counted: Counter[Any] = Counter()
    for result, outcome, record in zip(results, expected, records, strict=True):
        assert ("valid" if result["valid"] else result["error"]) == outcome["expected"]
        assert {name: result[name] for name in ("key_id", "algorithm")} == {
            name: record[name] for name in ("key_id", "algorithm")
        }
        match outcome["expected"]:
            case None | "valid":
                assert result["outcome"] == (outcome["expected"] or "null")
                assert result["error"] is None
            case "invalid-signature":
                assert (result["outcome"], result["valid"]) == ("invalid", False)
            case _:
                assert (result["outcome"], result["valid"]) == ("error", False)
        counted[str(result["day"]), result["outcome"], result["error"]] += 1
    assert counted == {(row["day"], row["outcome"], row["error"]): row["rows"] for row in audit.sums(out).to_pylist()}


def test_every_row(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(made, tmp_path / "out") == 0
    check(made, tmp_path / "out")
    kinds = Counter(row["expected"] for row in rows(made / "expected"))
    assert len(kinds) == 9
    assert kinds["invalid-signature"] > ROWS / 100
    sums = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert sum(int(line[3]) for line in sums) == ROWS


def test_the_command(made: Path, tmp_path: Path) -> None:
    arguments = [
        sys.executable,
        "-m",
        "kms_verify.audit",
        str(made / "records"),
        str(made / "keys.parquet"),
        str(tmp_path / "out"),
    ]
    assert subprocess.run([*arguments, "--threads", "1"], check=False, cwd=tmp_path).returncode == 0
    check(made, tmp_path / "out")


def test_what_is_made_depends_on_the_arguments_only(signed: Path, tmp_path: Path) -> None:
    for name, seed in [("one", 1), ("same", 1), ("other", 2)]:
        make_records.make(signed, tmp_path / name, rows=1000, days=1, files=1, seed=seed)
    one, same, other = (rows(tmp_path / name / "records") for name in ("one", "same", "other"))
    assert one == same
    assert one != other


def test_threads_do_not_change_results(made: Path) -> None:
    keys = pq.read_table(made / "keys.parquet").to_pylist()
    ring = audit.key_ring((key["key_id"], key["public_key"]) for key in keys)
    batches = pq.read_table(made / "records" / "day=2026-11-01").select(audit.RECORD_COLUMNS).to_batches()
    one, two = (list(audit.audit(batches, ring, threads=threads)) for threads in (1, 2))
    assert one == two
    assert [batch.num_rows for batch in one] == [batch.num_rows for batch in batches]
    assert one[0].schema.names == audit.RESULT_COLUMNS


def test_an_interrupted_audit_continues(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, verified = tmp_path / "out", []

    def interrupted(batch: pa.RecordBatch, **arguments: Any) -> kms_verify.Results:
        verified.append(batch.num_rows)
        if len(verified) == 8:
            raise KeyboardInterrupt
        return kms_verify.verify_arrow(batch, **arguments)

    monkeypatch.setattr(audit, "verify_arrow", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(made, out)
    # Two of four files are done. The third has begun, which nothing shows that reads the results.
    assert len(rows(out / "results")) == ROWS / 2
    assert len(list((out / "parts").glob("*/*"))) == 2
    # And it would not be counted twice if it had been interrupted before it was marked as done.
    ghost = out / "results" / "day=2026-11-02" / "outcome=unheard-of" / "part-0.parquet"
    ghost.parent.mkdir(parents=True)
    ghost.write_bytes(next((out / "results").glob("*/*/*.parquet")).read_bytes())
    verified.clear()
    verified.extend([0] * 100)
    assert run(made, out) == 0
    assert len(verified) == 106
    check(made, out)
    assert not [path for path in out.rglob(".*") if path.is_file()]
    # Nothing is left to do.
    assert run(made, out) == 0
    assert len(verified) == 106
    check(made, out)


def test_a_file_that_changed_is_audited_again(made: Path, tmp_path: Path) -> None:
    run(made, tmp_path / "out")
    for kind in ("records", "expected"):
        path = made / kind / "day=2026-11-01" / "part-1.parquet"
        pq.write_table(pq.ParquetFile(path).read().slice(100), path)
    run(made, tmp_path / "out")
    check(made, tmp_path / "out")


def test_a_file_that_is_audited_again_is_not_done_meanwhile(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = made / "records" / "day=2026-11-01" / "part-0.parquet", tmp_path / "out"
    run(made, out)
    whole = path.read_bytes()
    pq.write_table(pq.ParquetFile(path).read().slice(100), path)

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as context:
        context.setattr(audit, "verify_arrow", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run(made, out)
    path.write_bytes(whole)
    assert run(made, out) == 0
    check(made, out)


def damage(path: Path, group: int) -> None:
    """Change a byte in a page of this row group."""
    with pq.ParquetFile(path) as file:
        column = file.metadata.row_group(group).column(file.schema_arrow.names.index("signature"))
    content = bytearray(path.read_bytes())
    content[column.data_page_offset + column.total_compressed_size // 100 + 60] ^= 0xFF
    path.write_bytes(content)


def test_a_damaged_row_group_costs_nothing_else(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = made / "records" / "day=2026-11-01" / "part-1.parquet", tmp_path / "out"
    whole = path.read_bytes()
    damage(path, 1)
    assert run(made, out) == 1
    printed = capsys.readouterr().err
    assert printed.startswith("day=2026-11-01/part-1.parquet: row group 1: 500 of 500 rows cannot be read: ")
    assert printed.count("\n") == 1
    path.write_bytes(whole)
    check(made, out, lost=range(2000, 2500))
    # It is tried again, also if it has its old size, and whatever was read is not counted twice.
    assert run(made, out) == 0
    check(made, out)


def test_a_file_without_its_end_costs_nothing_else(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = made / "records" / "day=2026-11-02" / "part-0.parquet", tmp_path / "out"
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    assert run(made, out) == 1
    assert "day=2026-11-02/part-0.parquet: the file cannot be read: " in capsys.readouterr().err
    path.write_bytes(whole)
    check(made, out, lost=range(3000, 4500))


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("id", None, "the file has no column id"),
        ("signature", None, "the file has no column signature"),
        ("signature", pa.array(range(1500)), "signature"),
        ("algorithm", pa.array(range(1500)), "algorithm"),
    ],
)
def test_a_column_that_is_not_as_it_should_be(
    made: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    column: str,
    values: pa.Array | None,
    message: str,
) -> None:
    path, out = made / "records" / "day=2026-11-01" / "part-0.parquet", tmp_path / "out"
    whole = path.read_bytes()
    table = pq.ParquetFile(path).read()
    table = table.drop_columns([column])
    pq.write_table(table if values is None else table.append_column(column, values), path)
    assert run(made, out) == 1
    printed = capsys.readouterr().err
    assert printed.startswith("day=2026-11-01/part-0.parquet: ")
    assert message in printed
    path.write_bytes(whole)
    check(made, out, lost=range(1500))


def usage_error(made: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as error:
        run(made, out)
    assert error.value.code == 2
    return capsys.readouterr().err


def test_all_keys_that_are_not_valid_are_named(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys = pq.read_table(made / "keys.parquet").to_pylist()
    keys[1]["public_key"] = keys[1]["public_key"][1:]
    keys[3]["public_key"] = None
    keys[5]["key_id"] = "alias/"
    keys[7]["key_id"] = None
    pq.write_table(pa.Table.from_pylist(keys), made / "keys.parquet")
    printed = usage_error(made, tmp_path / "out", capsys)
    named = [re.split(": |, ", line)[:2] for line in printed.partition("error: ")[2].splitlines()]
    of_type = "key_id must be text and public_key binary"
    assert sorted(named) == [
        ["key None", of_type],
        ["key alias/", '"alias/" is not the KeyId of a KMS key'],
        ["key alias/1", "the public key must be a SubjectPublicKeyInfo"],
        ["key alias/3", of_type],
    ]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("column", ["key_id", "public_key"])
def test_a_column_of_keys_of_another_type(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], column: str
) -> None:
    keys = pq.read_table(made / "keys.parquet")
    numbers = pa.array(range(keys.num_rows))
    pq.write_table(keys.drop_columns([column]).append_column(column, numbers), made / "keys.parquet")
    assert "key_id must be text and public_key binary" in usage_error(made, tmp_path / "out", capsys)


def test_results_of_other_keys_are_not_mixed(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(made, tmp_path / "out")
    keys = pq.read_table(made / "keys.parquet")
    pq.write_table(keys.slice(1), made / "keys.parquet")
    assert "has results with other keys" in usage_error(made, tmp_path / "out", capsys)
    # In another order they are the same.
    pq.write_table(keys.sort_by([("key_id", "descending")]), made / "keys.parquet")
    assert run(made, tmp_path / "out") == 0


def test_no_records(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (made / "records").rename(made / "elsewhere")
    assert "has no files day=*/*.parquet" in usage_error(made, tmp_path / "out", capsys)
