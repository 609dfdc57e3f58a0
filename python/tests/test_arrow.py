"""Whole columns of signatures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import nanoarrow
import polars
import pyarrow as pa
import pytest

import kms_verify
from kms_verify import InvalidColumn, KeyRing, KmsVerifyError, MessageType, SigningAlgorithm, verify_arrow
from vectors import VECTORS, vector

CASE = vector("stackd-ed25519-pure-raw")
RSA = vector("stackd-rsa_2048-rsassa_pkcs1_v1_5_sha_256-raw")

Row = tuple[str | None, str | None, str | None, bytes | None, bytes | None]


def ring() -> KeyRing:
    """All keys of the vectors, by the names of the vectors."""
    keys = KeyRing()
    for case in VECTORS:
        keys.insert(f"alias/{case.name}", case.public_key)
    return keys


def rows() -> list[tuple[Row, str]]:
    """Rows of every kind, with their results: ``valid``, ``null``, or the code of the error."""
    found: list[tuple[Row, str]] = []
    for case in VECTORS:
        key = f"alias/{case.name}"
        good: Row = (key, case.algorithm, case.message_type, case.message, case.signature)
        changed = bytearray(case.signature)
        changed[len(changed) // 2] ^= 1
        found.append((good, "valid"))
        for place in range(5):
            found.append(((*good[:place], None, *good[place + 1 :]), "null"))  # type: ignore[arg-type]
        found += [
            ((*good[:4], bytes(changed)), "invalid-signature"),
            ((*good[:4], b""), "invalid-signature"),
            (("alias/other", *good[1:]), "unknown-key"),
            (("", *good[1:]), "invalid-key-id"),
            ((key, "ES256", *good[2:]), "unknown-signing-algorithm"),
            ((key, "", *good[2:]), "unknown-signing-algorithm"),
            ((key, case.algorithm, "raw", *good[3:]), "unknown-message-type"),
            ((key, case.algorithm, "DIGEST", b"abc", case.signature), digest(case.algorithm)),
            ((key, other(case.algorithm), *good[2:]), "incompatible-algorithm"),
        ]
    return found


def digest(algorithm: str) -> str:
    """What a digest of three bytes is rejected with."""
    return "incompatible-message-type" if algorithm in ("ED25519_SHA_512", "ML_DSA_SHAKE_256") else "message-length"


def other(algorithm: str) -> str:
    """An algorithm of other keys."""
    return "SM2DSA" if algorithm != "SM2DSA" else "ECDSA_SHA_256"


NAMES = ("key_id", "algorithm", "message_type", "message", "signature")


def table(of: Sequence[Row], text: Any = None, binary: Any = None) -> pa.Table:
    """A table of these types."""
    types = (text or pa.string(),) * 3 + (binary or pa.binary(),) * 2
    columns = [pa.array([row[place] for row in of], kind) for place, kind in enumerate(types)]
    return pa.table(dict(zip(NAMES, columns, strict=True)))


ROWS = [row for row, _ in rows()]
EXPECTED = [result for _, result in rows()]


def outcomes(results: kms_verify.Results) -> list[str]:
    """What became of each row."""
    read = pa.table(results).to_pylist()
    for row in read:
        assert row["valid"] is (None if row["valid"] is None else row["error"] is None)
    return [{None: "null", True: "valid"}.get(row["valid"], row["error"]) for row in read]


@pytest.mark.parametrize(
    ("text", "binary"),
    [
        (pa.string(), pa.binary()),
        (pa.large_string(), pa.large_binary()),
        (pa.string_view(), pa.binary_view()),
        (pa.dictionary(pa.int8(), pa.string()), pa.dictionary(pa.int32(), pa.binary())),
        (pa.dictionary(pa.uint64(), pa.large_string()), pa.dictionary(pa.int16(), pa.large_binary())),
    ],
    ids=["small", "large", "view", "dictionary", "large dictionary"],
)
@pytest.mark.parametrize("threads", [1, 2, 7, None])
def test_every_row_has_its_result(text: pa.DataType, binary: pa.DataType, threads: int | None) -> None:
    """In every type, and with every number of threads."""
    if text == pa.dictionary(pa.int8(), pa.string()) and len({row[0] for row in ROWS}) > 127:
        pytest.fail("too many names for this dictionary")
    whole = table(ROWS * 3, text, binary)
    for given in (whole, whole.combine_chunks(), whole.slice(5, len(ROWS))):
        results = verify_arrow(given, keys=ring(), message_type="message_type", threads=threads)
        expected = (EXPECTED * 3)[5 : 5 + len(ROWS)] if len(given) == len(ROWS) else EXPECTED * 3
        assert outcomes(results) == expected
        assert results.counts() == {name: expected.count(name) for name in set(expected)}
        assert len(results) == len(expected)


def test_rows_agree_with_calls() -> None:
    """Each result is that of ``KeyRing.verify`` for the same values."""
    keys = ring()
    results = verify_arrow(table(ROWS), keys=keys, message_type="message_type")
    for row, expected in zip(ROWS, outcomes(results), strict=True):
        key, algorithm, message_type, message, signature = row
        if key is None or algorithm is None or message_type is None or message is None or signature is None:
            assert expected == "null"
            continue
        try:
            keys.verify(key, algorithm, message, signature, message_type)
            code = "valid"
        except KmsVerifyError as error:
            code = error.code
        if "unknown-" not in code and code != "invalid-key-id":
            assert expected == code


def test_chunks_stay_as_they_were() -> None:
    """So that results are a column beside those that they are about."""
    keys = ring()
    chunked = pa.concat_tables([table(ROWS[:10]), table(ROWS[10:11]), table([]), table(ROWS[11:30])])
    results = verify_arrow(chunked, keys=keys, message_type="message_type")
    assert len(results) == 30
    assert [len(chunk) for chunk in pa.chunked_array(results).chunks if len(chunk)] == [10, 1, 19]
    assert outcomes(results) == EXPECTED[:30]
    batch = table(ROWS).to_batches()[0]
    column = pa.array(verify_arrow(batch, keys=keys, message_type="message_type"))
    assert column.type == pa.struct([("valid", pa.bool_()), ("error", pa.string())])
    assert len(batch.append_column("result", column)) == len(ROWS)
    assert pa.schema(results) == pa.schema([("valid", pa.bool_()), ("error", pa.string())])
    empty = verify_arrow(table([]), keys=keys)
    assert (len(empty), empty.counts(), len(pa.array(empty)), len(pa.table(empty))) == (0, {}, 0, 0)


def test_fixed_size_columns_and_constants() -> None:
    """A member of an enum is a value for all rows."""
    size = len(CASE.signature)
    fixed = pa.table(
        {
            "who": pa.array([f"alias/{CASE.name}"] * 3).dictionary_encode(),
            "what": pa.array([CASE.message] * 3, pa.binary(len(CASE.message))),
            "signed": pa.array([CASE.signature, bytes(size), None], pa.binary(size)),
        }
    )
    results = verify_arrow(
        fixed,
        keys=ring(),
        key_id="who",
        algorithm=SigningAlgorithm.ED25519_SHA_512,
        message="what",
        message_type=MessageType.RAW,
        signature="signed",
    )
    assert outcomes(results) == ["valid", "invalid-signature", "null"]
    sliced = verify_arrow(
        fixed.slice(1, 2),
        keys=ring(),
        key_id="who",
        algorithm=SigningAlgorithm(CASE.algorithm),
        message="what",
        signature="signed",
    )
    assert outcomes(sliced) == ["invalid-signature", "null"]
    nothing = fixed.set_column(1, "what", pa.nulls(3))
    results = verify_arrow(
        nothing, keys=ring(), key_id="who", algorithm=SigningAlgorithm.SM2DSA, message="what", signature="signed"
    )
    assert outcomes(results) == ["null"] * 3


def test_keys_in_a_column() -> None:
    """As DER or PEM, and with tables where there are many rows."""
    keys: list[bytes | None] = []
    good = []
    for case in VECTORS:
        pem = kms_verify.PublicKey.from_der(case.public_key).to_pem().encode()
        keys += [case.public_key, pem] * 20
        good += [case] * 40
    columns: dict[str, pa.Array] = {
        "algorithm": pa.array([case.algorithm for case in good]),
        "type": pa.array([case.message_type for case in good]),
        "message": pa.array([case.message for case in good]),
        "signature": pa.array([case.signature for case in good]),
    }
    bad = [b"", b"-----BEGIN PUBLIC KEY-----", VECTORS[0].public_key[:-1], bytes(1 << 17), None]
    expected = [
        "public-key-other-format",
        "public-key-pem",
        "public-key-encoding",
        "public-key-too-long",
        "null",
    ]
    for place in range(len(bad)):
        keys[place * 7] = bad[place]
    whole = pa.table({**columns, "key": pa.array(keys)})
    results = verify_arrow(whole, keys=None, public_key="key", message_type="type", explain=True)
    wanted = ["valid"] * len(good)
    for place, code in enumerate(expected):
        wanted[place * 7] = code
    assert outcomes(results) == wanted
    findings = pa.table(results)["finding"].to_pylist()
    assert [findings[place * 7] is None for place in range(5)] == [False, False, False, False, True]
    assert findings[0]["code"] == "public-key-encoding"
    two = {name: column.slice(0, 2) for name, column in columns.items()}
    text = pa.table({**two, "key": [pem.decode(), pem.decode()]})
    results = verify_arrow(text, keys=None, public_key="key", message_type="type")
    assert outcomes(results) == ["incompatible-algorithm"] * 2


def test_findings_are_those_of_diagnose() -> None:
    """The first of each invalid row."""
    keys = ring()
    results = verify_arrow(table(ROWS), keys=keys, message_type="message_type", explain=True)
    read = pa.table(results)
    assert outcomes(results) == EXPECTED
    assert pa.array(results).type == pa.struct(list(read.schema))
    for row, result, finding in zip(ROWS, EXPECTED, read["finding"].to_pylist(), strict=True):
        if result in ("valid", "null") or result.startswith("unknown") or result == "invalid-key-id":
            assert finding is None
            continue
        key, algorithm, message_type, message, signature = row
        assert key is not None
        assert algorithm is not None
        assert message_type is not None
        assert message is not None
        assert signature is not None
        first = kms_verify.diagnose(keys.get(key), algorithm, message, signature, message_type).findings[0]
        assert finding == {
            "code": first.code,
            "certain": first.certain,
            "text": first.text,
            "advice": first.advice,
        }


def test_columns_are_checked_before_rows() -> None:
    """And errors name the argument, the column and its type."""
    whole = table(ROWS)
    keys = ring()
    with pytest.raises(
        InvalidColumn,
        match='^the table has no column "text"; its columns are key_id, algorithm, message_type, ',
    ) as error:
        verify_arrow(whole, keys=keys, message="text")
    assert (error.value.code, error.value.argument) == ("column-missing", "message")
    wrong: list[tuple[str, pa.DataType, str]] = [
        ("key_id", pa.int64(), "Int64"),
        ("key_id", pa.binary(), "Binary"),
        ("algorithm", pa.list_(pa.string()), "List"),
        ("message_type", pa.bool_(), "Boolean"),
        ("message", pa.string(), "Utf8"),
        ("message", pa.dictionary(pa.int8(), pa.string()), "Dictionary"),
        ("signature", pa.large_string(), "LargeUtf8"),
        ("signature", pa.float64(), "Float64"),
    ]
    for column, kind, name in wrong:
        changed = whole.set_column(NAMES.index(column), column, pa.nulls(len(whole), kind))
        with pytest.raises(InvalidColumn, match=f'^the column "{column}" has the type {name}.*; expected ') as error:
            verify_arrow(changed, keys=keys, message_type="message_type")
        assert (error.value.code, error.value.argument) == ("column-type", column)
    twice = pa.table([whole["key_id"], *whole.columns], ["key_id", *NAMES])
    with pytest.raises(InvalidColumn, match="more than one column") as error:
        verify_arrow(twice, keys=keys)
    assert error.value.code == "column-duplicate"
    arguments: dict[str, Any]
    for arguments, message in (
        ({"keys": None}, "argument 'keys': expected a KeyRing, or the name of a column as argument 'public_key'"),
        ({"keys": keys, "public_key": "key"}, "argument 'public_key': a KeyRing has the keys"),
        ({"keys": keys, "threads": 0}, "argument 'threads': expected at least 1, got 0"),
    ):
        with pytest.raises(ValueError, match=message):
            verify_arrow(whole, **arguments)
    given: Any
    for given, arguments in ((b"", {"keys": keys}), (whole, {"keys": {}}), (whole, {"keys": keys, "algorithm": 1})):
        with pytest.raises(TypeError, match="^argument '(batch_or_table|keys|algorithm)': expected "):
            verify_arrow(given, **arguments)


def test_readers_and_their_errors() -> None:
    """A reader is read batch by batch, and its errors are raised."""
    keys = ring()
    whole = table(ROWS)
    reader = pa.RecordBatchReader.from_batches(whole.schema, whole.to_batches(max_chunksize=7))
    assert outcomes(verify_arrow(reader, keys=keys, message_type="message_type")) == EXPECTED

    def broken() -> Any:
        yield from whole.to_batches()
        raise OSError("the disk is gone")

    with pytest.raises(ValueError, match="the disk is gone"):
        verify_arrow(pa.RecordBatchReader.from_batches(whole.schema, broken()), keys=keys)


def test_values_that_contradict_their_buffers_are_errors_of_their_rows() -> None:
    """Text that is not UTF-8, and offsets that point nowhere: other rows are not affected."""
    not_text = pa.StringArray.from_buffers(
        3, pa.py_buffer(bytes.fromhex("00000000 02000000 04000000 06000000")), pa.py_buffer(b"\xff\xfeab\xfd\xfc")
    )
    signature = pa.BinaryArray.from_buffers(
        pa.binary(),
        3,
        [
            None,
            # The second value ends before it begins, and the third begins after the end.
            pa.py_buffer(b"".join(offset.to_bytes(4, "little", signed=True) for offset in (0, 64, -1, 64))),
            pa.py_buffer(CASE.signature),
        ],
    )
    whole = pa.table(
        {
            "key_id": [f"alias/{CASE.name}"] * 3,
            "algorithm": [CASE.algorithm] * 3,
            "message": [CASE.message] * 3,
            "signature": signature,
        }
    )
    expected = ["valid", "malformed-value", "malformed-value"]
    assert outcomes(verify_arrow(whole, keys=ring())) == expected
    name = whole.set_column(0, "key_id", not_text)
    assert outcomes(verify_arrow(name, keys=ring())) == ["invalid-key-id", *expected[1:]]
    algorithm = whole.set_column(1, "algorithm", not_text)
    assert outcomes(verify_arrow(algorithm, keys=ring())) == ["unknown-signing-algorithm", *expected[1:]]


def test_other_producers_and_consumers() -> None:
    """Whoever speaks the PyCapsule interface."""
    keys = ring()
    whole = table(ROWS)
    frame = polars.DataFrame(whole)
    categorical = frame.with_columns(polars.col("key_id", "algorithm").cast(polars.Categorical))
    for given in (
        frame,
        categorical,
        nanoarrow.ArrayStream(whole),
        nanoarrow.Array(whole.to_batches()[0]),
        nanoarrow.c_array(whole.to_batches()[0]),
        duckdb.from_arrow(whole),
    ):
        results = verify_arrow(given, keys=keys, message_type="message_type", threads=2)
        assert outcomes(results) == EXPECTED
        assert polars.DataFrame(results)["valid"].sum() == EXPECTED.count("valid")
        assert nanoarrow.Array(results).to_pylist()[0] == {"valid": True, "error": None}


def test_many_rows_get_tables() -> None:
    """By the ring's own count of uses, within its budget."""
    case = vector("eksa-bundle-minimal")
    many = pa.table(
        {
            "key_id": pa.array([f"alias/{case.name}"] * 1000).dictionary_encode(),
            "algorithm": [case.algorithm] * 1000,
            "message": pa.array([case.message] * 1000),
            "signature": pa.array([case.signature] * 999 + [case.signature[::-1]]),
        }
    )
    keys = ring()
    for size in (10, 1000):
        results = verify_arrow(many.slice(1000 - size), keys=keys, threads=1)
        assert results.counts() == {"valid": size - 1, "invalid-signature": 1}
        assert (keys.table_size > 0) == (size > 30)
    without = KeyRing(table_budget=0)
    without.insert(f"alias/{case.name}", case.public_key)
    assert verify_arrow(many, keys=without).counts() == {"valid": 999, "invalid-signature": 1}
    assert without.table_size == 0
    assert repr(results) == "<Results of 1000 rows: {'valid': 999, 'invalid-signature': 1}>"
