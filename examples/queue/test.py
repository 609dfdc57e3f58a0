"""Drives the queue consumer: boto3 signs with the keys of moto, and sends through its queue. Run by scripts/examples."""

import base64
import json
import pathlib
import subprocess
import sys
import tempfile

import boto3

kms, sqs = boto3.client("kms"), boto3.client("sqs")


def key(spec, folder):
    arn = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec=spec)["KeyMetadata"]["Arn"]
    response = kms.get_public_key(KeyId=arn)
    # moto returns the key ID, KMS the ARN.
    fields = {"KeyId": arn, "PublicKey": base64.b64encode(response["PublicKey"]).decode(), "KeyUsage": "SIGN_VERIFY"}
    (folder / f"{arn.rpartition('/')[2]}.json").write_text(json.dumps(fields), encoding="utf-8")
    return arn


def sign(arn, body, algorithm):
    response = kms.sign(KeyId=arn, Message=body.encode(), MessageType="RAW", SigningAlgorithm=algorithm)
    return base64.b64encode(response["Signature"]).decode()


def received(queue):
    """All messages of the queue, in the JSON of the AWS CLI."""
    while batch := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, MessageAttributeNames=["All"]).get("Messages"):
        for message in batch:
            yield message
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


def main():
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        folder = work / "keys"
        folder.mkdir()
        p256 = (key("ECC_NIST_P256", folder), "ECDSA_SHA_256")
        rsa = (key("RSA_2048", folder), "RSASSA_PKCS1_V1_5_SHA_256")
        other = (key("ECC_NIST_P384", folder), "ECDSA_SHA_384")
        queue = sqs.create_queue(QueueName="orders.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        sent = []

        def send(body, reason, arn, signature):
            attributes = {"KeyId": arn, "Signature": signature}
            attributes = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
            number = str(len(sent))
            sqs.send_message(
                QueueUrl=queue, MessageBody=body, MessageAttributes=attributes, MessageGroupId="1", MessageDeduplicationId=number
            )
            sent.append((body, reason))

        for number in range(150):
            body = json.dumps({"order": number, "item": "tea \u2615"}, ensure_ascii=False)
            arn, algorithm = p256 if number % 2 else rsa
            good = sign(arn, body, algorithm)
            send(body, None, arn, good)
            if number % 10 == 0:
                send(body + " ", "signature verification failed", arn, good)
                send(body, "signature verification failed", arn, base64.b64encode(good.encode()).decode())
                send(body, "not base64", arn, "???")
                send(body, "has no key", arn[:-1] + ("0" if arn[-1] != "0" else "1"), good)
                send(body, "is not used here", other[0], sign(other[0], body, other[1]))
        lines = [json.dumps(message) for message in received(queue)]
        assert len(lines) == len(sent), (len(lines), len(sent))
        broken = ["", "{", "[]", json.dumps({"MessageId": "1", "Body": "no attributes"}), '"' + "x" * (9 << 20) + '"']
        text = "\n".join(lines[:100] + broken + lines[100:])
        quarantine = work / "quarantine.jsonl"
        command = [sys.argv[1], folder, quarantine]
        result = subprocess.run(command, input=text.encode() + b"\n\xff\n", stdout=subprocess.PIPE, check=True, timeout=120)

        accepted = [json.loads(line)["Body"] for line in result.stdout.splitlines()]
        assert accepted == [body for body, reason in sent if reason is None]
        poison = [json.loads(line) for line in quarantine.read_text(encoding="utf-8").splitlines()]
        reasons = [reason for _, reason in sent if reason is not None]
        assert len(poison) == len(reasons) + len(broken) + 1, len(poison)
        of_queue = [one for one in poison if one["message"] in lines]
        for one, reason in zip(of_queue, reasons, strict=True):
            assert reason in one["reason"], (one, reason)
        diagnosed = [one for one in of_queue if one["diagnosis"]]
        assert any("base64" in " ".join(one["diagnosis"]) for one in diagnosed)
        print(f"queue: {len(accepted)} messages accepted, {len(poison)} set aside")


main()
