"""The recipes: each counts what is expected. One whose engine is not installed is skipped."""

from __future__ import annotations

import base64
import importlib.util
from collections import Counter
from pathlib import Path
from types import ModuleType

import pyarrow.parquet as pq
import pytest

from kms_verify import KeyRing, audit
from vectors import vector

RECIPES = Path(__file__).resolve().parents[2] / "examples" / "recipes"


def recipe(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, RECIPES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def keys(made: Path) -> KeyRing:
    return audit.key_ring(
        (key["key_id"], key["public_key"]) for key in pq.read_table(made / "keys.parquet").to_pylist()
    )


@pytest.fixture
def expected(made: Path) -> dict[int, str | None]:
    """The expected result of each row."""
    return {row["id"]: row["expected"] for row in pq.read_table(made / "expected").to_pylist()}


def outcome(expected: str | None) -> str:
    match expected:
        case None:
            return "null"
        case "valid":
            return "valid"
        case "invalid-signature":
            return "invalid"
        case _:
            return "error"


def test_polars(made: Path, keys: KeyRing, expected: dict[int, str | None]) -> None:
    pl = pytest.importorskip("polars")
    module = recipe("polars_audit")
    records = pl.read_parquet(made / "records")
    for audited in (
        module.audited(records, keys),
        module.audited_lazily(pl.scan_parquet(made / "records"), keys).collect(engine="streaming"),
    ):
        results = audited.select("id", pl.when("valid").then(pl.lit("valid")).otherwise("error"))
        assert dict(results.rows()) == expected


def test_duckdb(made: Path, keys: KeyRing, expected: dict[int, str | None]) -> None:
    duckdb = pytest.importorskip("duckdb")
    query = f"from '{made}/records/*/*.parquet'"
    with duckdb.connect() as connection:
        audited = recipe("duckdb_audit").audited
        rows = audited(connection, query, keys).select("id", "outcome").fetchall()
        assert dict(rows) == {id_: outcome(value) for id_, value in expected.items()}
        sums = audited(connection, query, keys).aggregate("outcome, count(*)").fetchall()
        assert dict(sums) == Counter(map(outcome, expected.values()))


def test_datafusion(made: Path, keys: KeyRing, expected: dict[int, str | None]) -> None:
    datafusion = pytest.importorskip("datafusion")
    context = datafusion.SessionContext()
    context.register_udf(recipe("datafusion_audit").kms_error(keys))
    context.register_parquet("records", f"{made}/records/")
    query = "select id, kms_error(key_id, algorithm, message, message_type, signature) as result from records"
    rows = [row for batch in context.sql(query).collect() for row in batch.to_pylist()]
    assert {row["id"]: row["result"] for row in rows} == expected


def test_dask(made: Path, keys: KeyRing, expected: dict[int, str | None]) -> None:
    pytest.importorskip("dask")
    module = recipe("dask_audit")
    files = sorted((made / "records").glob("*/*.parquet"))
    assert module.sums(files, keys) == Counter(map(outcome, expected.values()))
    files[0].write_bytes(files[0].read_bytes()[:-1])
    with pytest.raises(OSError, match="cannot be read"):
        module.sums(files, keys)


def test_ray(made: Path, keys: KeyRing, expected: dict[int, str | None], monkeypatch: pytest.MonkeyPatch) -> None:
    ray = pytest.importorskip("ray")
    data = pytest.importorskip("ray.data")

    monkeypatch.setenv("PYTHONPATH", str(RECIPES))
    # Workers import what is in the directory of the driver.
    monkeypatch.chdir(made)
    monkeypatch.syspath_prepend(RECIPES)
    ray.init(num_cpus=3, include_dashboard=False, log_to_driver=False, configure_logging=False)
    try:
        import ray_audit

        records = data.read_parquet(str(made / "records"))
        rows = ray_audit.audited(records, keys, actors=2).take_all()
        assert {row["id"]: row["outcome"] for row in rows} == {id_: outcome(value) for id_, value in expected.items()}
    finally:
        ray.shutdown()


def test_lambda(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    signed = vector("stackd-ecc_nist_p256-ecdsa_sha_256-raw1")
    (tmp_path / "webhooks.der").write_bytes(signed.public_key)
    monkeypatch.setenv("KEY_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("KEY_ID", "webhooks")
    monkeypatch.setenv("SIGNING_ALGORITHM", signed.algorithm)
    handler = recipe("lambda_handler").handler
    header = base64.b64encode(signed.signature).decode()
    text: dict[str, object] = {
        "body": signed.message.decode(),
        "headers": {"X-Signature": header},
        "isBase64Encoded": False,
    }
    encoded = {**text, "body": base64.b64encode(signed.message).decode(), "isBase64Encoded": True}
    for event in (text, encoded):
        assert handler(event, None) == {"statusCode": 200, "body": f"{len(signed.message)} bytes"}
    mistakes: list[dict[str, object]] = [
        {"body": signed.message.decode() + " "},
        {"body": None},
        {"headers": {}},
        {"headers": {"x-signature": header + "!"}},
        {"headers": {"x-signature": header[:-4]}},
    ]
    for wrong in mistakes:
        assert handler({**text, **wrong}, None) == {"statusCode": 401}
