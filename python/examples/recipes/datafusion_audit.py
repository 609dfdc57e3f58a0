"""DataFusion: a function of SQL."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
from datafusion import ScalarUDF, udf

import kms_verify

COLUMNS = ["key_id", "algorithm", "message", "message_type", "signature"]


def kms_error(keys: kms_verify.KeyRing) -> ScalarUDF:
    """``kms_error(key_id, algorithm, message, message_type, signature)``: ``valid``, the code of the error, or null.

    >>> context = SessionContext()
    >>> context.register_udf(kms_error(keys))
    >>> context.register_parquet("records", "records/")
    >>> call = "kms_error(key_id, algorithm, message, message_type, signature)"
    >>> context.sql(f"select {call}, count(*) from records group by 1")
    """

    def error(*columns: pa.Array) -> pa.Array:
        batch = pa.RecordBatch.from_arrays(list(columns), names=COLUMNS)
        # DataFusion runs a task for each core.
        results = kms_verify.verify_arrow(batch, keys=keys, message_type="message_type", threads=1)
        valid, code = pa.array(results).flatten()
        return pc.if_else(valid, "valid", code)

    # The types of what DataFusion reads from Parquet.
    types = [pa.string_view(), pa.string_view(), pa.binary_view(), pa.string_view(), pa.binary_view()]
    return udf(error, types, pa.string(), "immutable", name="kms_error")
