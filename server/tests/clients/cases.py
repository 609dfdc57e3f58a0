"""Makes a key ring and requests of Verify from the signatures in tests/vectors/kms, or checks what a client made of them.

    cases.py make DIRECTORY             write DIRECTORY/keys and DIRECTORY/cases.jsonl
    cases.py check CASES RESULTS        fail unless the results are those that are expected

A client reads the cases and writes one result for each: a JSON object with the name of the case, and either `valid` with the
KeyId of the response, or `exception` with its class or code as the SDK names it, and `message`. For the cases of a dry run, a
client that does not know them writes `skipped`.
"""

import base64
import hashlib
import json
import pathlib
import sys

VECTORS = pathlib.Path(__file__).resolve().parents[3] / "tests/vectors/kms"
HOME = "arn:aws:kms:us-east-1:111122223333:"
MISSING = HOME + "key/00000000-0000-4000-8000-000000000000"
# An algorithm that no key of the key spec has.
FOREIGN = {"RSA": "ECDSA_SHA_256", "ECC": "RSASSA_PSS_SHA_256", "ML_": "ECDSA_SHA_256", "SM2": "ECDSA_SHA_256"}
DIGEST_LENGTHS = {"SHA_256": 32, "SHA_384": 48, "SHA_512": 64}


def arn_of(der):
    """A key ARN that is determined by the key."""
    digits = hashlib.sha256(der).hexdigest()
    return HOME + "key/" + "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32]))


def wrong_type(spec, algorithm):
    """A message type that the algorithm does not have, and the message of KMS."""
    if algorithm == "ED25519_PH_SHA_512":
        return "RAW", "Message type RAW is incompatible with algorithm ED25519_PH_SHA_512."
    if algorithm == "ED25519_SHA_512":
        return "DIGEST", "Message type DIGEST is incompatible with algorithm ED25519_SHA_512."
    kind = "DIGEST" if algorithm == "ML_DSA_SHAKE_256" else "EXTERNAL_MU"
    return kind, f"Message type {kind} is incompatible with key spec {spec}."


def wrong_length(algorithm):
    """A message type with a fixed length, one byte less than that, and the message of KMS. None if there is none."""
    if algorithm == "ML_DSA_SHAKE_256":
        return "EXTERNAL_MU", 63, "External Mu is invalid length for algorithm ML_DSA_SHAKE_256."
    if algorithm == "ED25519_SHA_512":
        return None
    length = 32 if algorithm == "SM2DSA" else DIGEST_LENGTHS[algorithm[-7:]]
    return "DIGEST", length - 1, f"Digest is invalid length for algorithm {algorithm}."


def changed(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


def cases_of(name, meta, der, message, signature):
    spec, algorithm, kind = meta["key_spec"], meta["algorithm"], meta["message_type"]
    arn = arn_of(der)
    id_alone = arn.rsplit("/", 1)[1]

    def case(what, expected, text="", **differences):
        fields = {"KeyId": arn, "Message": message, "MessageType": kind, "Signature": signature,
                  "SigningAlgorithm": algorithm} | differences
        for field in ("Message", "Signature"):
            fields[field] = base64.b64encode(fields[field]).decode()
        return {"name": f"{name}: {what}", "request": fields, "expected": expected, "message": text}

    yield case("valid", arn)
    yield case("valid, by key ID", arn, KeyId=id_alone)
    yield case("valid, by alias", arn, KeyId="alias/" + name)
    yield case("a bit of the message changed", "KMSInvalidSignatureException", Message=changed(message, 0))
    yield case("a bit of the signature changed", "KMSInvalidSignatureException",
               Signature=changed(signature, len(signature) - 1))
    yield case("a signature cut short", "KMSInvalidSignatureException", Signature=signature[:-1])
    foreign = FOREIGN[spec[:3]]
    yield case("wrong algorithm", "InvalidKeyUsageException",
               f"Algorithm {foreign} is incompatible with key spec {spec}.", SigningAlgorithm=foreign)
    other, text = wrong_type(spec, algorithm)
    yield case("wrong type", "ValidationException", text, MessageType=other)
    if wrong_length(algorithm):
        other, length, text = wrong_length(algorithm)
        yield case("wrong length", "ValidationException", text, MessageType=other, Message=bytes(length))
    yield case("a message of 4097 bytes", "ValidationException",
               "1 validation error detected: Value at 'message' failed to satisfy constraint: Member must have length "
               "less than or equal to 4096", Message=bytes(4097))
    yield case("unknown key", "NotFoundException", f"Key '{MISSING}' does not exist", KeyId=MISSING)
    yield case("unknown alias", "NotFoundException", "Alias alias/missing is not found.", KeyId="alias/missing")
    yield case("dry run", "DryRunOperationException",
               "The request would have succeeded, but the DryRun option is set.", DryRun=True)


def make(directory):
    keys = directory / "keys"
    (keys / "alias").mkdir(parents=True)
    with open(directory / "cases.jsonl", "w", encoding="utf-8") as cases:
        for folder in sorted(VECTORS.iterdir()):
            meta = json.loads((folder / "meta.json").read_text())
            der, message, signature = (
                (folder / file).read_bytes() for file in ("public_key.der", "message.bin", "signature.bin"))
            if len(message) > 4096:
                continue
            arn = arn_of(der)
            response = json.dumps({
                "KeyId": arn, "PublicKey": base64.b64encode(der).decode(), "KeySpec": meta["key_spec"],
                "KeyUsage": "SIGN_VERIFY"})
            (keys / (arn.rsplit("/", 1)[1] + ".json")).write_text(response)
            (keys / "alias" / (folder.name + ".json")).write_text(response)
            for case in cases_of(folder.name, meta, der, message, signature):
                cases.write(json.dumps(case) + "\n")


def check(cases, results):
    cases = [json.loads(line) for line in open(cases, encoding="utf-8")]
    results = {one["name"]: one for one in map(json.loads, open(results, encoding="utf-8"))}
    failures = skipped = 0
    for case in cases:
        result = results.get(case["name"], {})
        if case["expected"].startswith("arn:"):
            expected = {"valid": case["expected"]}
        else:
            expected = {"exception": case["expected"], "message": case["message"]}
        if result.get("skipped") and "DryRun" in case["request"]:
            skipped += 1
            continue
        found = {field: value for field, value in result.items() if field != "name"}
        if found != expected:
            failures += 1
            print(f"FAILED: {case['name']}: expected {expected}, got {found}", file=sys.stderr)
    if failures or len(results) != len(cases):
        sys.exit(f"{failures} of {len(cases)} cases failed, with {len(results)} results")
    print(f"{len(cases) - skipped} cases as expected, {skipped} that the client does not know")


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(pathlib.Path(sys.argv[2]))
    else:
        check(*sys.argv[2:])
