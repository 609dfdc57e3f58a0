"""Drives the endpoint with the AWS CLI, version 1 or 2: whichever `awscli` this Python has.

    cli_client.py CASES RESULTS

The command runs in this process, so that not every case has to wait for Python to start.
"""

import base64
import contextlib
import io
import json
import os
import pathlib
import re
import sys
import tempfile

import awscli
import awscli.clidriver

FAILED = re.compile(r"An error occurred \((\w+)\) when calling the Verify operation: ?(.*)", re.DOTALL)


def run(driver, arguments):
    """The status, the output and the errors of `aws`."""
    output, errors = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        status = driver.main(arguments)
    output.flush()
    return status, output.buffer.getvalue().decode(), errors.getvalue()


def knows_dry_run(driver):
    return "DryRun" in run(driver, ["kms", "verify", "--generate-cli-skeleton", "input"])[1]


def verify(driver, case, directory):
    request = case["request"]
    arguments = ["kms", "verify", "--output", "json", "--key-id", request["KeyId"], "--message-type", request["MessageType"],
                 "--signing-algorithm", request["SigningAlgorithm"]]
    if awscli.__version__.startswith("2"):
        # That of Debian 12 is older than AWS_ENDPOINT_URL_KMS.
        arguments += ["--no-cli-pager", "--endpoint-url", os.environ["AWS_ENDPOINT_URL_KMS"]]
    for field in ("Message", "Signature"):
        file = directory / field
        file.write_bytes(base64.b64decode(request[field]))
        arguments += ["--" + field.lower(), f"fileb://{file}"]
    if request.get("DryRun"):
        arguments.append("--dry-run")
        if not knows_dry_run(driver):
            return {"skipped": True}
    status, output, errors = run(driver, arguments)
    if status == 0:
        response = json.loads(output)
        assert response["SignatureValid"] is True
        return {"valid": response["KeyId"]}
    found = FAILED.search(errors)
    assert found and status in (254, 255), (status, output, errors)
    return {"exception": found[1], "message": found[2].strip()}


def main():
    cases = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
    driver = awscli.clidriver.create_clidriver()
    with tempfile.TemporaryDirectory() as directory, open(sys.argv[2], "w", encoding="utf-8") as results:
        for case in cases:
            result = verify(driver, case, pathlib.Path(directory))
            results.write(json.dumps({"name": case["name"]} | result) + "\n")
    print(f"AWS CLI {awscli.__version__}")


if __name__ == "__main__":
    main()
