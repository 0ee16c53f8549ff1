"""Signatures of packages: made, checked, and every way in which one can be wrong."""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

from archive.errors import CannotSign
from archive.formats.wacz_signing import SignatureState, check, make_key, signed

CREATED = "2026-11-25T14:00:00Z"
PACKAGE = json.dumps({"created": CREATED, "resources": []}).encode()
HASH = f"sha256:{hashlib.sha256(PACKAGE).hexdigest()}"
KEY = make_key()
Data = dict[str, Any]


def digest_of(data: Data | None, **others: object) -> bytes:
    told = {"path": "datapackage.json", "hash": HASH, **({} if data is None else {"signedData": data}), **others}
    return json.dumps(told).encode()


def in_asn1(data: Data) -> Data:
    """Write the signature as the OpenSSL family does."""
    raw = base64.b64decode(data["signature"])
    r, s = int.from_bytes(raw[:48], "big"), int.from_bytes(raw[48:], "big")
    return data | {"signature": base64.b64encode(utils.encode_dss_signature(r, s)).decode()}


def test_valid_signature_names_its_key_and_time() -> None:
    data = signed(HASH, CREATED, software="creditline/0", key=KEY)
    assert data.keys() == {"hash", "created", "software", "version", "signature", "publicKey"}
    assert len(base64.b64decode(data["signature"])) == 96, "as Web Crypto has it"
    found = check(PACKAGE, digest_of(data))
    assert (found.state, found.why) == (SignatureState.VALID, "")
    assert (found.public_key, found.created, found.software) == (data["publicKey"], CREATED, "creditline/0")
    assert check(PACKAGE, digest_of(in_asn1(data))).state is SignatureState.VALID


def test_a_package_without_signature_is_not_signed() -> None:
    assert check(PACKAGE, None).state is SignatureState.NONE
    assert check(PACKAGE, digest_of(None)).state is SignatureState.NONE


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda data: data | {"publicKey": signed(HASH, CREATED, software="", key=make_key())["publicKey"]}, "fit"),
        (lambda data: data | {"signature": base64.b64encode(b"\1" * 96).decode()}, "fit"),
        (lambda data: data | {"signature": "?"}, "fit"),
        (lambda data: data | {"publicKey": base64.b64encode(b"no key").decode()}, "fit"),
        (lambda data: data | {"hash": "sha256:0"}, "another package"),
        (lambda data: data | {"created": "2020-01-01T00:00:00Z"}, "time"),
        (lambda data: data | {"domain": "think.example"}, "may not hold domain"),
        (lambda data: {name: value for name, value in data.items() if name != "publicKey"}, "no key"),
        (lambda data: data | {"version": 1}, "not texts"),
    ],
    ids=["key", "signature", "no-base64", "no-key", "hash", "created", "property", "without-key", "number"],
)
def test_altered_signature_is_wrong(change: Callable[[Data], Data], why: str) -> None:
    found = check(PACKAGE, digest_of(change(dict(signed(HASH, CREATED, software="x", key=KEY)))))
    assert found.state is SignatureState.WRONG
    assert why in found.why


def test_changed_package_is_reported_before_its_signature() -> None:
    data = signed(HASH, CREATED, software="x", key=KEY)
    assert check(PACKAGE + b" ", digest_of(data)).why == "datapackage.json is not what its digest says"
    assert check(PACKAGE, b"[]").state is SignatureState.WRONG


def test_domain_signature_is_reported_as_unchecked() -> None:
    data = {"hash": HASH, "created": CREATED, "domain": "think.example", "domainCert": "x", "signature": "x"}
    found = check(PACKAGE, digest_of(data))
    assert (found.state, found.domain) == (SignatureState.UNCHECKED, "think.example")


def _pem(key: ec.EllipticCurvePrivateKey, password: bytes | None = None) -> bytes:
    lock = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)


@pytest.mark.parametrize(
    "key",
    [
        b"",
        b"-----BEGIN",
        _pem(ec.generate_private_key(ec.SECP256R1())),
        _pem(ec.generate_private_key(ec.SECP384R1()), b"x"),
    ],
    ids=["empty", "torn", "other-curve", "password"],
)
def test_unsuitable_key_is_refused_with_a_hint(key: bytes) -> None:
    with pytest.raises(CannotSign) as refused:
        signed(HASH, CREATED, software="x", key=key)
    assert refused.value.hint


def test_missing_cryptography_package_is_reported_with_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    data = signed(HASH, CREATED, software="x", key=KEY)
    monkeypatch.setitem(sys.modules, "cryptography", None)
    for attempt in (make_key, lambda: check(PACKAGE, digest_of(data))):
        with pytest.raises(CannotSign) as refused:
            attempt()
        assert ".[sign]" in refused.value.hint
    assert check(PACKAGE, digest_of(None)).state is SignatureState.NONE, "nothing to check, nothing needed"
