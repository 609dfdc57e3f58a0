"""Audits signed records with Spark: ``kms_verify.audit`` for what one machine cannot do.

    spark-submit spark_audit.py --records RECORDS --keys KEYS --out OUT

The records, the keys and the results are those of ``kms_verify.audit``, and so is the function that makes the results,
except that ``OUT/sums`` and ``OUT/keys`` are directories, as Spark writes them. All three can be anywhere that Spark
reaches, such as on S3. Every executor needs the package kms-verify.

A day is a part. Spark commits the results of a day when all its tasks are complete, and marks the day by the file
``_SUCCESS``. A task that dies is run again, and only one of its attempts is committed. An audit that was interrupted
can be started again: it skips the days that are done, and counts nothing twice. If a day fails, for example because a
file of it is damaged, the other days are audited, the reason is printed, and the status is 1. Keys that are not valid
are named, and end the audit before it begins, with status 2.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pyarrow as pa
from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql.types import BooleanType, StringType, StructField, StructType

from kms_verify import KeyRing, audit

if TYPE_CHECKING:
    from pyspark.core.broadcast import Broadcast


def verified(records: DataFrame, keys: Broadcast[KeyRing]) -> DataFrame:
    """The results of records."""

    def results(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        # A worker process makes the ring once, and keeps it with its tables for all tasks. Spark has a task for each
        # core, so each has one thread.
        return audit.audit(batches, keys.value, threads=1)

    selected = records.select(*audit.RECORD_COLUMNS)
    types = {name: selected.schema[name].dataType for name in ("id", "key_id", "algorithm")}
    types |= {"valid": BooleanType(), "error": StringType(), "outcome": StringType()}
    schema = StructType([StructField(name, types[name]) for name in audit.RESULT_COLUMNS])
    return selected.mapInArrow(results, schema)


def key_ring(spark: SparkSession, given: str, out: str) -> KeyRing:
    """The keys, which are kept with the results. No other keys can be used with the same results."""

    def pairs(path: str) -> list[tuple[str, bytes]]:
        rows = spark.read.parquet(path).select("key_id", "public_key").collect()
        keys = [(row["key_id"], row["public_key"]) for row in rows]
        return sorted(((key_id, bytes(key) if isinstance(key, bytearray) else key) for key_id, key in keys), key=repr)

    keys = pairs(given)
    ring = audit.key_ring(keys)
    if not exists(spark, f"{out}/keys/_SUCCESS"):
        spark.createDataFrame(keys, "key_id string, public_key binary").coalesce(1).write.parquet(
            f"{out}/keys", "overwrite"
        )
    elif pairs(f"{out}/keys") != keys:
        raise ValueError(f"{out} has results with other keys")
    return ring


def exists(spark: SparkSession, path: str) -> bool:
    hadoop: Any = spark.sparkContext._jvm
    found = hadoop.org.apache.hadoop.fs.Path(path)
    return bool(found.getFileSystem(spark.sparkContext._jsc.hadoopConfiguration()).exists(found))


def days(spark: SparkSession, records: str) -> list[str]:
    """The directories of days. No file is opened, because any of them may be damaged."""
    files = spark.read.schema("id string").parquet(records, pathGlobFilter="*.parquet").inputFiles()
    found = sorted({unquote(match[1]) for file in files if (match := re.search(r"/(day=[^/]+)/[^/]+$", file))})
    if not found:
        raise ValueError(f"{records} has no files day=*/*.parquet")
    return found


def one_line(error: PySparkException | Py4JJavaError) -> str:
    """What an error of Spark says, and what caused it, without the traces of stacks, which are indented."""
    text: str = error.java_exception.getMessage() if isinstance(error, Py4JJavaError) else str(error)
    titles = ("Traceback", "Driver stacktrace:")
    lines = (line for line in text.splitlines() if line and not line[0].isspace())
    return " ".join(line for line in lines if not line.startswith(titles))


def main() -> int:
    description = "Audit signed records in Parquet files with Spark."
    parser = argparse.ArgumentParser(description=description, allow_abbrev=False)
    parser.add_argument("--records", required=True, help="a directory with day=*/*.parquet")
    parser.add_argument("--keys", required=True, help="Parquet with the columns key_id and public_key")
    parser.add_argument("--out", required=True, help="the directory for the results")
    # Glue adds arguments of its own.
    given, _ = parser.parse_known_args()
    spark = SparkSession.builder.appName("kms-verify audit").getOrCreate()
    # Damage in a page is an error, and not another value.
    spark.sparkContext._jsc.hadoopConfiguration().set("parquet.page.verify-checksum.enabled", "true")
    try:
        of_records = days(spark, given.records)
        keys = spark.sparkContext.broadcast(key_ring(spark, given.keys, given.out))
    except ValueError as error:
        parser.error(str(error))
    except (PySparkException, Py4JJavaError) as error:
        parser.error(one_line(error))
    failed = {}
    for day in of_records:
        results = f"{given.out}/results/{day}"
        if exists(spark, f"{results}/_SUCCESS"):
            continue
        try:
            records = spark.read.parquet(f"{given.records}/{day}", pathGlobFilter="*.parquet")
            verified(records, keys).write.partitionBy("outcome").parquet(results, "overwrite")
        except (PySparkException, Py4JJavaError) as error:
            failed[day] = one_line(error)
    if exists(spark, f"{given.out}/results"):
        schema = "error string, day string, outcome string"
        everything = spark.read.schema(schema).parquet(f"{given.out}/results")
        sums = everything.groupBy("day", "outcome", "error").agg(F.count("*").alias("rows"))
        sums.coalesce(1).write.parquet(f"{given.out}/sums", "overwrite")
        for row in spark.read.parquet(f"{given.out}/sums").orderBy("day", "outcome", "error").collect():
            print(row["day"], row["outcome"], row["error"] or "-", row["rows"], sep="\t")
    for day, reason in failed.items():
        print(f"{day}: {reason}", file=sys.stderr)
    spark.stop()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
