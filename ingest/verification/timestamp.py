"""Time stamp: a token of RFC 3161, by which a trusted authority confirms that a file existed at a moment."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from archive.errors import CannotSign, CreditlineError, Exit
from archive.http.failure import FetchFailure
from ingest.http.client import FetchSettings, post

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampResponse

_QUERY = "application/timestamp-query"
_HTTP_OK = 200


class NoTimestamp(CreditlineError):
    """An authority gave no time stamp, or a file contains none; *hint* says what to do next."""

    code = Exit.ATTENTION

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.what, self.hint = what, hint


def token_of(file: Path) -> Path:
    """Return the path of the token for *file*: next to it, with the ending that OpenSSL's tools use."""
    return file.with_name(f"{file.name}.tsr")


@dataclass(frozen=True, slots=True)
class Timestamp:
    """The contents of a token: a document existed *at* a moment, according to *authority* (its own name).

    Attributes:
        fault: in words, why the token proves nothing about the document; None if nothing is wrong.
        checked: whether the signature was checked against trusted certificates.
    """

    at: datetime
    authority: str
    fault: str | None
    checked: bool


def ask(document: bytes, url: str, *, settings: FetchSettings, clock: Callable[[], datetime]) -> bytes:
    """Ask the authority at *url* for a time stamp of *document*, and return its response (DER).

    The authority sees only the SHA-256 of the document. The response is a TimeStampResp (RFC 3161 clauses 2.4.2 and
    3.4), which ``openssl ts`` can read too.

    Raises:
        NoTimestamp: the authority cannot be reached, refuses, or answers another request.
        CannotSign: the package rfc3161-client is not installed.
    """
    _require_package()
    from rfc3161_client import HashAlgorithm, PKIStatus, TimestampRequestBuilder

    request = TimestampRequestBuilder().data(document).hash_algorithm(HashAlgorithm.SHA256).build()
    came = post(url, request.as_bytes(), _QUERY, settings=settings, clock=clock)
    if isinstance(came, FetchFailure):
        raise NoTimestamp(f"{url}: {came.reason}: {came.detail}", "try again later, or name another authority")
    if came.head.status != _HTTP_OK:
        raise NoTimestamp(f"{url} answers {came.head.status}", "check `timestamp.url` in the settings")
    answer: bytes = came.entity().body
    decoded = _decoded(answer)
    if decoded.status != PKIStatus.GRANTED:
        raise NoTimestamp(f"{url} gives no time stamp: {'; '.join(decoded.status_string)}", "ask another authority")
    # The nonce (clause 2.4.1) shows that this is the response to our request, not an old one replayed.
    if decoded.tst_info.nonce != request.nonce or not _is_stamp_of(decoded, document):
        raise NoTimestamp(f"{url} answers to another question", "try again, or name another authority")
    return answer


def read(token: bytes, document: bytes, trusted: bytes | None) -> Timestamp:
    """Return what *token* (DER) says about *document*.

    *trusted* holds the certificates of trusted authorities (PEM); if None, the signature is not checked. This needs no
    network. A certificate that has expired since the time of the stamp is accepted.

    Raises:
        NoTimestamp: this is not a token.
        CannotSign: *trusted* holds no certificates, or the package rfc3161-client is not installed.
    """
    _require_package()
    from rfc3161_client import VerificationError, VerifierBuilder

    decoded = _decoded(token)
    told = decoded.tst_info
    named = getattr(told.name, "value", None)
    authority = named.rfc4514_string() if named is not None else "an authority that it does not name"
    # Checked first: the signature does not matter if the token is for another file.
    if not _is_stamp_of(decoded, document):
        return Timestamp(
            told.gen_time, authority, "it is of another file, or the file was changed since", checked=False
        )
    if trusted is None:
        return Timestamp(told.gen_time, authority, None, checked=False)
    builder = VerifierBuilder()
    for certificate in _certificates(trusted):
        builder = builder.add_root_certificate(certificate)
    try:
        builder.build().verify_message(decoded, document)
    except VerificationError:
        # The library's own message is a stack of OpenSSL codes, so it is not shown.
        return Timestamp(told.gen_time, authority, "no certificate that is trusted here vouches for it", checked=True)
    return Timestamp(told.gen_time, authority, None, checked=True)


def _require_package() -> None:
    try:
        import rfc3161_client  # noqa: F401 - asked for alone: whether it is there
    except ImportError as error:
        raise CannotSign(
            "time stamps need the package rfc3161-client", "in Creditline's clone, type: pip install '.[sign]'"
        ) from error


def _decoded(answer: bytes) -> TimeStampResponse:
    from rfc3161_client import decode_timestamp_response

    try:
        return decode_timestamp_response(answer)
    except ValueError as error:
        raise NoTimestamp("this is not an RFC 3161 time stamp", "look at the file, or ask another authority") from error


def _is_stamp_of(decoded: TimeStampResponse, document: bytes) -> bool:
    imprint = decoded.tst_info.message_imprint
    # Recognise the hash by its length; tokens made by other programs may use a longer SHA-2.
    of_length = {len(made(b"").digest()): made for made in (hashlib.sha256, hashlib.sha384, hashlib.sha512)}
    made = of_length.get(len(imprint.message))
    return made is not None and made(document).digest() == imprint.message


def _certificates(pem: bytes) -> list[Certificate]:
    """Return the certificates in *pem*. Raises `CannotSign` if there are none."""
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return load_pem_x509_certificates(pem)
    except ValueError as error:
        raise CannotSign(
            "there is no certificate in the file of the authority", "give the one that it publishes, as PEM"
        ) from error
