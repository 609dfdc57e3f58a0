"""AWS Lambda behind API Gateway or a function URL: a webhook with a signature. No network and no permissions."""

from __future__ import annotations

import base64
import os
from typing import Any

import kms_verify

# Made when the environment starts, from a directory in the package of the function. The key and the algorithm are
# settings: the request does not choose them.
KEY = (
    kms_verify.KeyRing.from_dir(os.environ["KEY_DIRECTORY"])
    .verifying_key(os.environ["KEY_ID"], os.environ["SIGNING_ALGORITHM"])
    .precomputed()
)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Verify the header ``x-signature``, in base64, over the body."""
    body = event.get("body") or ""
    message = base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()
    headers = {name.lower(): value for name, value in event["headers"].items()}
    try:
        signature = base64.b64decode(headers.get("x-signature", ""), validate=True)
        KEY.verify(message, signature)
    except (ValueError, kms_verify.InvalidSignature):
        return {"statusCode": 401}
    return {"statusCode": 200, "body": f"{len(message)} bytes"}
