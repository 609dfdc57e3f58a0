"""DuckDB: SQL before and after, streamed."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from kms_verify import KeyRing, audit


def audited(connection: duckdb.DuckDBPyConnection, query: str, keys: KeyRing) -> duckdb.DuckDBPyRelation:
    """The results of the records that a query selects.

    >>> audited(connection, "from 'records/*/*.parquet' where day > '2026-11-01'", keys).aggregate("outcome, count(*)")
    """
    # A connection runs one query at a time, so the records come from another one.
    records = connection.cursor().sql(query).select(*audit.RECORD_COLUMNS).to_arrow_reader(8192)
    types = {name: records.schema.field(name).type for name in ("id", "key_id", "algorithm")}
    schema = pa.schema({**types, "valid": pa.bool_(), "error": pa.string(), "outcome": pa.string()})
    results = pa.RecordBatchReader.from_batches(schema, audit.audit(records, keys))
    return connection.from_arrow(results)
