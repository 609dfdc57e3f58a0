"""Drives the endpoint with boto3, and checks every answer against the service model of botocore.

    boto3_client.py CASES RESULTS
"""

import base64
import json
import sys

import boto3
import botocore
from botocore.exceptions import ClientError

# Real KMS sends values in this deprecated field that its enumeration lacks.
OPEN_ENUMERATIONS = {"CustomerMasterKeySpec"}
# What AWS JSON 1.1 adds to the members of an exception.
ERROR_MEMBERS = {"__type", "message", "Message"}

checked = 0


def check_value(shape, value, at):
    """The value has the type of the shape, no unknown member, all required ones, and lengths within the bounds."""
    if shape.type_name == "structure":
        assert isinstance(value, dict), at
        unknown = set(value) - set(shape.members)
        assert not unknown, f"{at}: unknown members {unknown}"
        missing = set(shape.required_members) - set(value)
        assert not missing, f"{at}: missing members {missing}"
        for name, member in value.items():
            check_value(shape.members[name], member, f"{at}.{name}")
        return
    if shape.type_name == "list":
        assert isinstance(value, list), at
        for index, member in enumerate(value):
            check_value(shape.member, member, f"{at}[{index}]")
        return
    types = {"string": str, "boolean": bool, "blob": str, "integer": int}
    assert type(value) is types[shape.type_name], f"{at}: {value!r} is not {shape.type_name}"
    length = len(base64.b64decode(value, validate=True)) if shape.type_name == "blob" else None
    length = len(value) if shape.type_name == "string" else length
    if length is not None:
        assert shape.metadata.get("min", 0) <= length <= shape.metadata.get("max", length), f"{at}: {length} long"
    enumeration = getattr(shape, "enum", None)
    if enumeration and shape.name not in OPEN_ENUMERATIONS:
        assert value in enumeration, f"{at}: {value} is not in {enumeration}"


def check_answer(client, operation, response):
    """Checks the body of a response, before botocore drops what it does not know."""
    global checked
    checked += 1
    model = client.meta.service_model
    operation = model.operation_model(operation)
    headers, body, status = response["headers"], json.loads(response["body"]), response["status_code"]
    assert headers["content-type"] == "application/x-amz-json-1.1", headers
    assert len(headers["x-amzn-requestid"]) == 36, headers
    if status == 200:
        assert "x-amzn-errortype" not in headers
        check_value(operation.output_shape, body, operation.name)
        return
    assert status == 400, status
    assert headers["x-amzn-errortype"] == body["__type"], headers
    assert set(body) <= ERROR_MEMBERS, body
    modelled = {shape.name: shape for shape in operation.error_shapes}
    if body["__type"] in modelled:
        check_value(modelled[body["__type"]], {name: body[name] for name in body if name != "__type"}, body["__type"])
    else:
        # Those that every service has, and one that says that this endpoint is not KMS.
        assert body["__type"] in {"ValidationException", "SerializationException", "UnsupportedOperationException"}, body


def class_of(error):
    """The name of the exception's class, or the code if botocore has no class for it, as for KMS itself."""
    name = type(error).__name__
    return error.response["Error"]["Code"] if name == "ClientError" else name


def verify(client, case):
    request = case["request"] | {
        field: base64.b64decode(case["request"][field]) for field in ("Message", "Signature")}
    try:
        response = client.verify(**request)
    except ClientError as error:
        return {"exception": class_of(error), "message": error.response["Error"]["Message"]}
    assert response["SignatureValid"] is True
    assert response["SigningAlgorithm"] == request["SigningAlgorithm"]
    return {"valid": response["KeyId"]}


def raises(name, call, **request):
    try:
        call(**request)
    except ClientError as error:
        assert class_of(error) == name, error
        return
    raise AssertionError(f"no {name} for {request}")


def other_operations(client, cases):
    """All operations but Verify, with the paginators of boto3."""
    arns = sorted({case["expected"] for case in cases if case["expected"].startswith("arn:")})
    keys = [key for page in client.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 5})
            for key in page["Keys"]]
    assert [key["KeyArn"] for key in keys] == arns, keys
    aliases = [alias for page in client.get_paginator("list_aliases").paginate(PaginationConfig={"PageSize": 7})
               for alias in page["Aliases"]]
    names = sorted({case["request"]["KeyId"] for case in cases if case["name"].endswith("by alias")})
    assert [alias["AliasName"] for alias in aliases] == names, aliases
    for arn in arns:
        key = client.get_public_key(KeyId=arn)
        described = client.describe_key(KeyId=arn.rsplit("/", 1)[1])["KeyMetadata"]
        assert key["KeyId"] == described["Arn"] == arn
        assert key["SigningAlgorithms"] == described["SigningAlgorithms"]
        of_key = client.list_aliases(KeyId=arn)["Aliases"]
        assert {alias["TargetKeyId"] for alias in of_key} == {described["KeyId"]}
    for call in (client.get_public_key, client.describe_key):
        raises("InvalidArnException", call, KeyId="arn:aws:kms:us-east-1")
        raises("NotFoundException", call, KeyId="missing")
    raises("InvalidMarkerException", client.list_keys, Marker="x")
    raises("UnsupportedOperationException", client.sign, KeyId=arns[0], Message=b"m", SigningAlgorithm="ECDSA_SHA_256")
    raises("UnsupportedOperationException", client.create_key)
    raises("UnsupportedOperationException", client.generate_random, NumberOfBytes=8)
    raises("ValidationException", client.verify, KeyId=arns[0], Message=b"m", Signature=bytes(6145),
           SigningAlgorithm="ECDSA_SHA_256")
    raises("ValidationException", client.verify, KeyId=arns[0], Message=b"m", Signature=b"s", SigningAlgorithm="NEW")


def main():
    cases = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
    client = boto3.client("kms")
    client.meta.events.register(
        "response-received.kms",
        # The name of the event ends in that of the operation.
        lambda event_name, response_dict, **_: check_answer(client, event_name.rsplit(".", 1)[1], response_dict))
    with open(sys.argv[2], "w", encoding="utf-8") as results:
        for case in cases:
            results.write(json.dumps({"name": case["name"]} | verify(client, case)) + "\n")
    other_operations(client, cases)
    print(f"botocore {botocore.__version__}: {checked} answers are as its model says")


if __name__ == "__main__":
    main()
