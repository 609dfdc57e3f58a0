"""Times ``verify_arrow`` beside a loop with PyCA ``cryptography`` over the same table, in turns and in one process.

``python benches/verify_arrow.py [--rows N] [--rounds N]`` needs the package, cryptography and pyarrow. Both get the
table, and the keys that they loaded before; a hundredth of the rows is forged. The answers are checked first. Prints
Markdown: rows a second by the clock, the best of the rounds, and the CPU time of a row, which other programs on the
machine change less.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections.abc import Callable
from importlib.metadata import version

import cryptography
import pyarrow as pa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.backends import openssl
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

import kms_verify

PSS = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
PKCS1 = padding.PKCS1v15()
ECDSA = ec.ECDSA(hashes.SHA256())
SHA256 = hashes.SHA256()

KEYS = 8
DISTINCT = 2000

Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
Public = ec.EllipticCurvePublicKey | rsa.RSAPublicKey


def sign(key: Private, algorithm: str, message: bytes) -> bytes:
    """Sign as KMS does."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(message, ECDSA)
    return key.sign(message, PSS if algorithm == "RSASSA_PSS_SHA_256" else PKCS1, SHA256)


def records(keys: list[Private], algorithm: str, rows: int) -> tuple[pa.Table, list[bool]]:
    """Make a table, and say which of its rows are valid."""
    names = [f"arn:aws:kms:us-east-1:111122223333:key/0000000{n}-12ab-34cd-56ef-1234567890ab" for n in range(KEYS)]
    distinct = []
    for number in range(DISTINCT):
        message = f'{{"id": {number}, "amount": {number * 7}, "currency": "EUR"}}'.encode()
        signature = sign(keys[number % KEYS], algorithm, message)
        is_forged = number % 100 == 50
        distinct.append((names[number % KEYS], message + b" " * is_forged, signature, not is_forged))
    of_rows = [distinct[row % DISTINCT] for row in range(rows)]
    table = pa.table(
        {
            "key_id": pa.array([row[0] for row in of_rows]).dictionary_encode(),
            "algorithm": pa.array([algorithm] * rows).dictionary_encode(),
            "message": pa.array([row[1] for row in of_rows]),
            "signature": pa.array([row[2] for row in of_rows]),
        }
    )
    return table, [row[3] for row in of_rows]


def loop(table: pa.Table, keys: dict[str, Public]) -> list[bool]:
    """Verify row by row with ``cryptography``."""
    valid = []
    for row in table.to_pylist():
        key = keys[row["key_id"]]
        try:
            if isinstance(key, ec.EllipticCurvePublicKey):
                key.verify(row["signature"], row["message"], ECDSA)
            elif row["algorithm"] == "RSASSA_PSS_SHA_256":
                key.verify(row["signature"], row["message"], PSS, SHA256)
            else:
                key.verify(row["signature"], row["message"], PKCS1, SHA256)
            valid.append(True)
        except InvalidSignature:
            valid.append(False)
    return valid


def timed(run: Callable[[], object]) -> tuple[float, float]:
    """The seconds of the clock and of the CPU."""
    clock, cpu = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - clock, time.process_time() - cpu


def measure(name: str, algorithm: str, keys: list[Private], rows: int, rounds: int) -> None:
    """Print a line of the table."""
    table, expected = records(keys, algorithm, rows)
    ring = kms_verify.KeyRing()
    public: dict[str, Public] = {}
    for key_id, key in zip(dict.fromkeys(table["key_id"].to_pylist()), keys, strict=True):
        der = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        ring.insert(key_id, der)
        public[key_id] = key.public_key()
    for threads in (1, 2):
        results = kms_verify.verify_arrow(table, keys=ring, threads=threads)
        if pa.table(results)["valid"].to_pylist() != expected:
            raise SystemExit(f"{name}: verify_arrow gave other answers")
    if loop(table, public) != expected:
        raise SystemExit(f"{name}: cryptography gave other answers")
    ours: list[list[tuple[float, float]]] = [[], [], []]
    for _ in range(rounds):
        ours[0].append(timed(lambda: loop(table, public)))
        ours[1].append(timed(lambda: kms_verify.verify_arrow(table, keys=ring, threads=1)))
        ours[2].append(timed(lambda: kms_verify.verify_arrow(table, keys=ring, threads=2)))
    best = [[min(times) for times in zip(*of, strict=True)] for of in ours]
    (of_loop, cpu_of_loop), (of_one, cpu_of_one), (of_two, _) = best
    print(
        f"| {name} | {rows / of_loop:,.0f} | {rows / of_one:,.0f} | {of_loop / of_one:.2f} | {rows / of_two:,.0f} "
        f"| {of_one / of_two:.2f} | {cpu_of_loop / rows * 1e6:.2f} | {cpu_of_one / rows * 1e6:.2f} "
        f"| {cpu_of_loop / cpu_of_one:.2f} |",
        flush=True,
    )


def main() -> None:
    """Measure each algorithm."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    openssl_version = openssl.backend.openssl_version_text()
    print(
        f"kms-verify {version('kms-verify')}, cryptography {cryptography.__version__} with {openssl_version}, "
        f"pyarrow {pa.__version__}, Python {platform.python_version()}; {args.rows:,} rows, {KEYS} keys, "
        f"best of {args.rounds} rounds\n"
    )
    print(
        "| | cryptography, rows/s | one thread, rows/s | ratio | two threads, rows/s | ratio to one "
        "| cryptography, CPU us a row | one thread, CPU us a row | ratio |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    curve: list[Private] = [ec.generate_private_key(ec.SECP256R1()) for _ in range(KEYS)]
    measure("P-256", "ECDSA_SHA_256", curve, args.rows, args.rounds)
    of_rsa: list[Private] = [rsa.generate_private_key(65537, 2048) for _ in range(KEYS)]
    measure("RSA-2048 PSS", "RSASSA_PSS_SHA_256", of_rsa, args.rows, args.rounds)
    measure("RSA-2048 PKCS #1 v1.5", "RSASSA_PKCS1_V1_5_SHA_256", of_rsa, args.rows, args.rounds)


if __name__ == "__main__":
    main()
