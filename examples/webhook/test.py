"""Drives the webhook receiver: boto3 signs with the keys of moto, and curl sends. Run by scripts/examples."""

import base64
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import boto3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

BODY = b'{"item": "tea", "amount": 3}'
kms = boto3.client("kms")


class Key:
    """A key of moto, and the file of it that the service reads."""

    def __init__(self, spec, algorithm):
        self.arn = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec=spec)["KeyMetadata"]["Arn"]
        self.algorithm = algorithm

    def write(self, folder):
        response = kms.get_public_key(KeyId=self.arn)
        # moto returns the key ID, KMS the ARN.
        fields = {
            "KeyId": self.arn,
            "PublicKey": base64.b64encode(response["PublicKey"]).decode(),
            "KeyUsage": response["KeyUsage"],
            "SigningAlgorithms": response["SigningAlgorithms"],
        }
        write(folder / f"{self.arn.rpartition('/')[2]}.json", json.dumps(fields))

    def sign(self, body):
        response = kms.sign(KeyId=self.arn, Message=body, MessageType="RAW", SigningAlgorithm=self.algorithm)
        return base64.b64encode(response["Signature"]).decode()


def write(path, text):
    """Whole or not at all, because the service may read at any time."""
    # Another extension: the service ignores it.
    new = path.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    new.rename(path)


def curl(url, body, headers, *options):
    """The status and the JSON of the response."""
    command = ["curl", "--silent", "--show-error", "--max-time", "30", "--data-binary", "@-", "--write-out", "\n%{http_code}"]
    for name, value in headers.items():
        command += ["--header", f"{name}: {value}"]
    result = subprocess.run(command + [*options, url], input=body, stdout=subprocess.PIPE, check=True)
    text, status = result.stdout.decode().rsplit("\n", 1)
    return int(status), json.loads(text) if text else None


def expect(response, status, **members):
    actual_status, answer = response
    assert actual_status == status, response
    if "rule" in members:
        rule = members.pop("rule")
        assert answer["type"].endswith(f"#variant.{rule}") and answer["status"] == status, response
    for name, value in members.items():
        assert answer[name] == value, response


def eventually(call, status):
    """The service reads its keys again each second."""
    deadline = time.monotonic() + 20
    while (response := call())[0] != status:
        assert time.monotonic() < deadline, response
        time.sleep(0.2)
    return response


def orders(url, folder):
    keys = [
        Key("ECC_NIST_P256", "ECDSA_SHA_256"),
        Key("ECC_SECG_P256K1", "ECDSA_SHA_256"),
        Key("RSA_2048", "RSASSA_PKCS1_V1_5_SHA_256"),
        Key("RSA_4096", "RSASSA_PKCS1_V1_5_SHA_256"),
    ]
    send = lambda key, body=BODY, signed=BODY, options=(), **more: curl(
        f"{url}/orders", body, {"X-Signature": key.sign(signed), "X-Key-Id": key.arn} | more, *options
    )
    expect(send(keys[0]), 401, rule="KeyUnknown")
    for key in keys:
        key.write(folder)
    for key in keys:
        eventually(lambda: send(key), 200)
        expect(send(key), 200, key=key.arn, algorithm=key.algorithm, length=len(BODY))
        expect(send(key, body=BODY + b" "), 401, rule="SignatureInvalid")
        expect(send(key, **{"X-Key-Id": keys[0].arn if key is not keys[0] else keys[1].arn}), 401, rule="SignatureInvalid")
    key = keys[0]
    # An empty body, one that curl sends in chunks, and one that it announces with Expect: 100-continue. moto signs at most
    # 4096 bytes, as KMS does, so the larger one is not signed.
    expect(curl(f"{url}/orders", b"", {"X-Signature": key.sign(b" "), "X-Key-Id": key.arn}), 401, rule="SignatureInvalid")
    expect(send(key, **{"Transfer-Encoding": "chunked"}), 200, length=len(BODY))
    expect(send(key, options=["--http2-prior-knowledge"]), 200, length=len(BODY))
    expect(send(key, **{"Expect": "100-continue"}), 200, length=len(BODY))
    expect(send(key, body=b"x" * (1 << 20)), 401, rule="SignatureInvalid")
    expect(send(key, body=b"x" * ((1 << 20) + 1)), 413, rule="BodyTooLarge")
    expect(send(key, body=b"x" * ((1 << 20) + 1), **{"Transfer-Encoding": "chunked"}), 413, rule="BodyTooLarge")
    expect(curl(f"{url}/orders", BODY, {"X-Key-Id": key.arn}), 401, rule="SignatureMissing")
    expect(send(key, **{"X-Signature": "not base64"}), 400, rule="HeaderMalformed")
    # A file that is not a key changes nothing, and a key that is removed is not trusted any more.
    write(folder / "broken.json", "{")
    time.sleep(1.5)
    expect(send(key), 200)
    (folder / "broken.json").unlink()
    (folder / f"{key.arn.rpartition('/')[2]}.json").unlink()
    eventually(lambda: send(key), 401)
    expect(send(keys[1]), 200)


def webhooks(url, folder):
    """moto has no Ed25519 keys, so PyCA's cryptography signs."""
    signer = Ed25519PrivateKey.generate()
    pem = signer.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def send(message_id, timestamp, body=b'{"type": "contact.created"}', by=signer, more=""):
        content = f"{message_id}.{timestamp}.".encode() + body
        signature = base64.b64encode(by.sign(content)).decode()
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": f"{more}v1a,{signature}",
        }
        return curl(f"{url}/webhooks", body, headers)

    now = int(time.time())
    expect(send("msg_1", now), 500, rule="KeysUnavailable")
    write(folder / "alias/webhooks.pem", pem)
    expect(eventually(lambda: send("msg_1", now), 200), 200, id="msg_1", type="contact.created")
    expect(send("msg_1", now), 409, rule="Replayed")
    expect(send("msg_2", now - 400), 401, rule="TimestampOutOfRange")
    expect(send("msg_2", now, by=Ed25519PrivateKey.generate()), 401, rule="SignatureInvalid")
    expect(send("msg_2", now, more="v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= "), 200, id="msg_2")


def main():
    with tempfile.TemporaryDirectory() as work:
        folder = pathlib.Path(work) / "keys"
        (folder / "alias").mkdir(parents=True)
        # A directory without keys is an error.
        Key("ECC_NIST_P384", "ECDSA_SHA_384").write(folder)
        log = open(f"{work}/log", "w+", encoding="utf-8")
        command = [sys.argv[1], "127.0.0.1:0", folder]
        service = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            url = service.stdout.readline().strip()
            orders(url, folder)
            webhooks(url, folder)
            assert service.poll() is None
        except BaseException:
            log.seek(0)
            print(log.read())
            raise
        finally:
            service.kill()
            service.wait()
    print("webhook: all requests got the expected responses")


main()
