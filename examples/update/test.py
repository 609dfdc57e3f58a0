"""Drives the updater: boto3 signs manifests with a key of moto. Run by scripts/examples."""

import hashlib
import pathlib
import subprocess
import sys
import tempfile

import boto3

kms = boto3.client("kms")
FILE = bytes(range(256)) * 4096 * 3


def manifest(purpose="kms-verify example update 1", version="8", device="thermostat-3", length=None, digest=None, more=""):
    length = str(len(FILE)) if length is None else length
    digest = hashlib.sha256(FILE).hexdigest() if digest is None else digest
    return f"{purpose}\nversion: {version}\ndevice: {device}\nlength: {length}\nsha256: {digest}\n{more}".encode()


def main():
    arn = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")["KeyMetadata"]["Arn"]

    def sign(message):
        response = kms.sign(KeyId=arn, Message=message, MessageType="RAW", SigningAlgorithm="ECDSA_SHA_256")
        return response["Signature"]

    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        key, target = work / "key.der", work / "installed"
        key.write_bytes(kms.get_public_key(KeyId=arn)["PublicKey"])

        def run(text, file=FILE, signature=None):
            (work / "manifest").write_bytes(text)
            (work / "signature").write_bytes(sign(text) if signature is None else signature)
            command = [sys.argv[1], key, "thermostat-3", "7", work / "manifest", work / "signature", target]
            return subprocess.run(command, input=file, capture_output=True, timeout=60)

        def rejected(expected, *arguments, **named):
            target.write_bytes(b"old")
            result = run(*arguments, **named)
            assert result.returncode == 1 and expected.encode() in result.stderr, (expected, result)
            # Nothing has changed, and nothing is left.
            assert target.read_bytes() == b"old" and not (work / "installed.partial").exists()

        result = run(manifest())
        assert (result.returncode, result.stdout) == (0, b"8\n"), result
        assert target.read_bytes() == FILE

        good = manifest()
        rejected("Signature", good, signature=sign(manifest(version="9")))
        rejected("Signature", good, signature=b"")
        rejected("Signature", good, signature=sign(good) + b"\0")
        rejected("Length", good, file=FILE + b"x")
        rejected("Length", good, file=FILE[:-1])
        rejected("Length", good, file=b"")
        rejected("Digest", good, file=FILE[:-1] + b"x")
        for version in ("7", "0"):
            rejected("NotNewer", manifest(version=version))
        rejected("OtherDevice", manifest(device="thermostat-2"))
        malformed = [
            manifest(purpose="another purpose"),
            manifest(version="08"),
            manifest(version="+8"),
            manifest(version="18446744073709551616"),
            manifest(length="-1"),
            manifest(length=""),
            manifest(digest="00"),
            manifest(digest="G" * 64),
            manifest(digest=hashlib.sha256(FILE).hexdigest().upper()),
            manifest(more="x: 1\n"),
            manifest()[:-1],
            manifest().replace(b"\n", b"\r\n"),
            manifest().replace(b"version", b"Version"),
            b"\xff\n",
        ]
        for text in malformed:
            rejected("Malformed", text)
        rejected("ManifestTooLong", b"x" * 5000, signature=b"")
        print("update: one update installed, all others rejected")


main()
