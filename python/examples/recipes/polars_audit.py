"""polars: the results beside the records."""

from __future__ import annotations

import polars as pl

import kms_verify


def audited(records: pl.DataFrame, keys: kms_verify.KeyRing) -> pl.DataFrame:
    """The records with the columns ``valid`` and ``error``. On all cores, and without a copy."""
    results = kms_verify.verify_arrow(records, keys=keys, message_type="message_type")
    return records.hstack(pl.DataFrame(results))


def audited_lazily(records: pl.LazyFrame, keys: kms_verify.KeyRing) -> pl.LazyFrame:
    """The same in a query, such as one that begins with ``scan_parquet``."""
    schema = {**records.collect_schema(), "valid": pl.Boolean(), "error": pl.String()}
    return records.map_batches(lambda batch: audited(batch, keys), schema=schema, streamable=True)
