"""Ray Data: batches on a cluster."""

from __future__ import annotations

import pyarrow as pa
import ray.data

from kms_verify import KeyRing, audit


class Audit:
    """What an actor keeps: the ring, with the tables of its keys."""

    def __init__(self, keys: KeyRing) -> None:
        self.keys = keys

    def __call__(self, records: pa.Table) -> pa.Table:
        # Each actor has one core.
        return pa.Table.from_batches(audit.audit(records.combine_chunks().to_batches(), self.keys, threads=1))


def audited(records: ray.data.Dataset, keys: KeyRing, actors: int) -> ray.data.Dataset:
    """The results of the records."""
    selected = records.select_columns(audit.RECORD_COLUMNS)
    return selected.map_batches(
        Audit, fn_constructor_args=(keys,), batch_format="pyarrow", compute=ray.data.ActorPoolStrategy(size=actors)
    )
