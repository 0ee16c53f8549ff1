"""Signatures of WACZ packages: make and check the anonymous form of WACZ Signing and Verification 0.1.0."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from archive.errors import CannotSign

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

SIGNING_VERSION = "0.1.0"
# The anonymous form has exactly these properties; no others are allowed.
_FIELDS = frozenset({"hash", "created", "software", "version", "signature", "publicKey"})


class SignatureState(StrEnum):
    """The result of checking a package's signature."""

    NONE = "not signed"
    VALID = "valid"
    """The holder of the key signed exactly this package. The key does not say who that is."""
    WRONG = "wrong"
    """The package is not what was signed, or the signature is invalid."""
    UNCHECKED = "not checked"
    """It is signed for a domain, with certificates and a time stamp, a form that is not checked here."""


@dataclass(frozen=True, slots=True)
class Signature:
    """The signature of a package, and what checking it showed.

    Attributes:
        why: what is wrong, or why it was not checked, in words.
        public_key: Base64 of the key that signed (SubjectPublicKeyInfo), None if there is none.
        domain: whom the package is signed for, in the form with certificates.
    """

    state: SignatureState
    why: str = ""
    public_key: str | None = None
    created: str | None = None
    software: str | None = None
    domain: str | None = None


def make_key() -> bytes:
    """Return a new private key (ECDSA on P-384) as PEM without a password.

    Raises:
        CannotSign: the package cryptography is not installed.
    """
    _available()
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP384R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def signed(package_hash: str, created: str, *, software: str, key: bytes) -> dict[str, str]:
    """Return the signed data of a package: *key* (PEM) signs the text *package_hash* (``sha256:...``).

    The signature is r and s, 48 bytes each, the form of Web Crypto, which replay tools use to check it.

    Raises:
        CannotSign: the package cryptography is not installed, or *key* is not a P-384 key without a password.
    """
    _available()
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, utils

    private = _load_private_key(key)
    # cryptography returns ASN.1, but browsers verify with Web Crypto, which wants the two numbers in a row.
    r, s = utils.decode_dss_signature(private.sign(package_hash.encode(), ec.ECDSA(hashes.SHA256())))
    public = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return {
        "hash": package_hash,
        "created": created,
        "software": software,
        "version": SIGNING_VERSION,
        "signature": base64.b64encode(r.to_bytes(48, "big") + s.to_bytes(48, "big")).decode(),
        "publicKey": base64.b64encode(public).decode(),
    }


def check(package: bytes, digest: bytes | None) -> Signature:
    """Check the signature in *digest* (datapackage-digest.json) of *package* (datapackage.json), both given as bytes.

    This does not check whether the package's files match the digests in it.

    Raises:
        CannotSign: there is a signature, but the package cryptography is not installed.
    """
    if digest is None:
        return Signature(SignatureState.NONE)
    try:
        told = json.loads(digest)
        data = told.get("signedData")
    except (ValueError, AttributeError, RecursionError):
        return Signature(SignatureState.WRONG, "datapackage-digest.json is no JSON object")
    taken = f"sha256:{hashlib.sha256(package).hexdigest()}"
    # First check what was signed, then by whom: a signature of another package proves nothing about this one.
    if told.get("hash") != taken:
        return Signature(SignatureState.WRONG, "datapackage.json is not what its digest says")
    if data is None:
        return Signature(SignatureState.NONE)
    # Everything below compares strings; a number or a list is not valid here.
    if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
        return Signature(SignatureState.WRONG, "the signed data are not texts by name")
    return _checked(package, taken, data)


def _checked(package: bytes, taken: str, data: Mapping[str, str]) -> Signature:
    told = Signature(
        SignatureState.VALID, "", data.get("publicKey"), data.get("created"), data.get("software"), data.get("domain")
    )
    if "publicKey" not in data:
        state = SignatureState.UNCHECKED if told.domain else SignatureState.WRONG
        why = f"signed for {told.domain}, with certificates" if told.domain else "it names no key"
        return _but(told, state, why)
    # Properties that the signature does not cover would be trusted as if it did.
    strange = data.keys() - _FIELDS
    if strange:
        return _but(told, SignatureState.WRONG, f"the signed data may not hold {', '.join(sorted(strange))}")
    if data.get("hash") != taken:
        return _but(told, SignatureState.WRONG, "another package was signed")
    try:
        created = json.loads(package).get("created")
    except (ValueError, AttributeError):
        created = None
    # The signature does not cover the time itself, so it counts only if the package states the same.
    if created != told.created:
        return _but(told, SignatureState.WRONG, "the time that was signed is not that of the package")
    if not _is_valid_signature(taken, data.get("signature", ""), data["publicKey"]):
        return _but(told, SignatureState.WRONG, "the signature does not fit the key")
    return told


def _but(told: Signature, state: SignatureState, why: str) -> Signature:
    return Signature(state, why, told.public_key, told.created, told.software, told.domain)


def _is_valid_signature(text: str, signature: str, public_key: str) -> bool:
    """Say whether *signature* over *text* is valid for *public_key*; malformed values are invalid."""
    _available()
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, utils

    try:
        key = serialization.load_der_public_key(base64.b64decode(public_key, validate=True))
        raw = base64.b64decode(signature, validate=True)
        if not isinstance(key, ec.EllipticCurvePublicKey):
            return False
        half = (key.curve.key_size + 7) // 8
        if len(raw) == 2 * half:  # otherwise it is ASN.1, as some signers write it
            raw = utils.encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))
        key.verify(raw, text.encode(), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, binascii.Error):
        return False
    return True


def _load_private_key(key: bytes) -> ec.EllipticCurvePrivateKey:
    """Return the private key in *key* (PEM). Raises `CannotSign` if it is not one for ECDSA on P-384."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    hint = "name a file that is not there, and a key is made in it"
    try:
        private = serialization.load_pem_private_key(key, password=None)
    except (ValueError, TypeError) as error:
        raise CannotSign("this is not a private key in PEM without a password", hint) from error
    if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, ec.SECP384R1):
        raise CannotSign("this key is not of the kind that packages are signed with, ECDSA on P-384", hint)
    return private


def _available() -> None:
    try:
        import cryptography  # noqa: F401 - only whether it is there
    except ImportError as error:
        raise CannotSign(
            "signatures need the package cryptography", "in Creditline's clone, type: pip install '.[sign]'"
        ) from error
