"""Drives the JWT API: PyJWT and joserfc make keys and tokens, and curl sends them. Run by scripts/examples."""

import base64
import hmac
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import joserfc.jwk
import joserfc.jwt
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

ISSUER, AUDIENCE = "https://issuer.example", "orders"

EC = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1, "ES256K": ec.SECP256K1}
RSA = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")


def private_keys():
    """A key for each algorithm, by its name, which is also its kid."""
    keys = {alg: ec.generate_private_key(curve()) for alg, curve in EC.items()}
    keys |= {alg: rsa.generate_private_key(65537, 2048) for alg in RSA}
    return keys | {"EdDSA": ed25519.Ed25519PrivateKey.generate()}


def public_jwk(alg, key):
    family = {"E": jwt.algorithms.ECAlgorithm, "R": jwt.algorithms.RSAAlgorithm, "P": jwt.algorithms.RSAAlgorithm}[alg[0]]
    family = jwt.algorithms.OKPAlgorithm if alg == "EdDSA" else family
    jwk = family.to_jwk(key.public_key(), as_dict=True)
    jwk = {name: value for name, value in jwk.items() if name != "key_ops"}
    return jwk | {"kid": alg, "alg": alg, "use": "sig"}


def claims(**changes):
    now = int(time.time())
    default = {"sub": "alice", "iss": ISSUER, "aud": AUDIENCE, "iat": now, "nbf": now, "exp": now + 60}
    return {name: value for name, value in (default | changes).items() if value is not None}


def by_pyjwt(alg, key, payload, **header):
    return jwt.encode(payload, key, algorithm=alg, headers={"typ": "at+jwt", "kid": alg} | header)


def by_joserfc(alg, key, payload):
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    kind = {"E": joserfc.jwk.ECKey, "R": joserfc.jwk.RSAKey, "P": joserfc.jwk.RSAKey}[alg[0]]
    kind = joserfc.jwk.OKPKey if alg == "EdDSA" else kind
    # RFC 9864 deprecates the name EdDSA.
    name = "Ed25519" if alg == "EdDSA" else alg
    header = {"alg": name, "typ": "at+jwt", "kid": alg}
    return joserfc.jwt.encode(header, payload, kind.import_key(pem), algorithms=[name])


def send(url, *authorizations):
    """The status, the challenge and the body of the response."""
    command = ["curl", "--silent", "--show-error", "--max-time", "30", "--write-out", "\n%{http_code} %header{www-authenticate}"]
    for value in authorizations:
        command += ["--header", f"Authorization: {value}"]
    result = subprocess.run([*command, f"{url}/whoami"], stdout=subprocess.PIPE, check=True, text=True)
    body, status = result.stdout.rsplit("\n", 1)
    status, _, challenge = status.partition(" ")
    return int(status), challenge, body


def accepted(url, token):
    status, _, body = send(url, f"Bearer {token}")
    assert (status, json.loads(body or "null")) == (200, {"sub": "alice"}), (status, body, token)


def rejected(url, token, rule=""):
    status, challenge, body = send(url, f"Bearer {token}")
    assert status == 401 and rule in challenge and not body, (status, challenge, body, token)


def part(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def drive(url, keys):
    for alg, key in keys.items():
        accepted(url, by_pyjwt(alg, key, claims()))
        accepted(url, by_joserfc(alg, key, claims(aud=["other", AUDIENCE])))
        head, payload, signature = by_pyjwt(alg, key, claims()).split(".")
        rejected(url, f"{head}.{part(json.dumps(claims(sub='mallory')).encode())}.{signature}")
        rejected(url, f"{head}.{payload}.")
        # The key of another algorithm.
        rejected(url, by_pyjwt(alg, key, claims(), kid="ES256" if alg != "ES256" else "ES384"))
    key = keys["ES256"]
    now = int(time.time())
    for changes, rule in [
        ({"exp": now - 60}, "expired"),
        ({"exp": None}, "the claims are malformed"),
        ({"nbf": now + 120}, "not valid yet"),
        ({"iss": "https://other.example"}, "another issuer"),
        ({"iss": None}, "the claims are malformed"),
        ({"aud": "other"}, "another audience"),
        ({"aud": []}, "another audience"),
    ]:
        rejected(url, by_pyjwt("ES256", key, claims(**changes)), rule)
    accepted(url, by_pyjwt("ES256", key, claims(exp=now - 10)))
    # Headers of the attacks.
    for header in [{"typ": "JWT"}, {"crit": ["exp"]}, {"crit": []}, {"b64": False, "crit": ["b64"]}, {"kid": "unknown"}]:
        rejected(url, by_pyjwt("ES256", key, claims(), **header))
    # PyJWT does not make this one: the public key as the secret of HS256.
    secret = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    header = json.dumps({"alg": "HS256", "typ": "at+jwt", "kid": "ES256"}).encode()
    signed = f"{part(header)}.{part(json.dumps(claims()).encode())}"
    rejected(url, f"{signed}.{part(hmac.digest(secret, signed.encode(), 'sha256'))}")
    rejected(url, jwt.encode(claims(), None, algorithm="none", headers={"typ": "at+jwt", "kid": "ES256"}))
    token = by_pyjwt("ES256", key, claims())
    for changed in [token + ".", token + "=", f" {token}", token.replace(".", ".."), "x" * 10_000, ""]:
        rejected(url, changed)
    assert send(url)[0] == 401
    assert send(url, f"Bearer {token}", f"Bearer {token}")[0] == 401
    assert send(url, f"Basic {token}")[0] == 401
    accepted(url, token)


def main():
    keys = private_keys()
    with tempfile.TemporaryDirectory() as work:
        jwks = pathlib.Path(work) / "jwks.json"
        jwks.write_text(json.dumps({"keys": [public_jwk(alg, key) for alg, key in keys.items()]}), encoding="utf-8")
        command = [sys.argv[1], "127.0.0.1:0", jwks, ISSUER, AUDIENCE]
        service = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            drive(service.stdout.readline().strip(), keys)
            assert service.poll() is None
        finally:
            service.kill()
            service.wait()
    print("jwt-api: all requests got the expected responses")


main()
