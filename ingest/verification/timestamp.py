"""Time stamp: a token of RFC 3161, by which an authority that others trust says that a file was there at a moment."""

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
    """An authority gave no time stamp, or a file holds none; *hint* says what to do next."""

    code = Exit.ATTENTION

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.what, self.hint = what, hint


def token_of(file: Path) -> Path:
    """Return where the token of *file* lies: beside it, with the ending that OpenSSL's tools give it."""
    return file.with_name(f"{file.name}.tsr")


@dataclass(frozen=True, slots=True)
class Timestamp:
    """What a token says: that a document was there *at* a moment, as *authority* calls itself.

    Attributes:
        fault: in words, why it proves nothing of the document; None where nothing contradicts it.
        checked: whether the signature was followed up to a certificate that somebody here trusts.
    """

    at: datetime
    authority: str
    fault: str | None
    checked: bool


def ask(document: bytes, url: str, *, settings: FetchSettings, clock: Callable[[], datetime]) -> bytes:
    """Have the authority at *url* date *document*, of which it sees the SHA-256 alone, and return its answer (DER).

    The answer is a TimeStampResp of RFC 3161, clause 2.4.2, as it goes over HTTP (3.4): what ``openssl ts`` reads too.

    Raises:
        NoTimestamp: it cannot be reached, refuses, or answers to something else.
        CannotSign: the package rfc3161-client is not installed.
    """
    _available()
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
    # The nonce (2.4.1) shows that the answer is one to this question, and not an old one that somebody kept.
    if decoded.tst_info.nonce != request.nonce or not _is_of(decoded, document):
        raise NoTimestamp(f"{url} answers to another question", "try again, or name another authority")
    return answer


def read(token: bytes, document: bytes, trusted: bytes | None) -> Timestamp:
    """Return what *token* (DER) says of *document*; *trusted* are certificates of authorities (PEM), None: not checked.

    No network is needed, and a certificate that has run out since the moment of the stamp does no harm.

    Raises:
        NoTimestamp: it is no token.
        CannotSign: *trusted* are no certificates, or the package rfc3161-client is not installed.
    """
    _available()
    from rfc3161_client import VerificationError, VerifierBuilder

    decoded = _decoded(token)
    told = decoded.tst_info
    named = getattr(told.name, "value", None)
    authority = named.rfc4514_string() if named is not None else "an authority that it does not name"
    # First: whose signature it is says nothing of a file that it was not made for.
    if not _is_of(decoded, document):
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
        # What the library says is a stack of codes of OpenSSL.
        return Timestamp(told.gen_time, authority, "no certificate that is trusted here vouches for it", checked=True)
    return Timestamp(told.gen_time, authority, None, checked=True)


def _available() -> None:
    try:
        import rfc3161_client  # noqa: F401 - asked for alone: whether it is there
    except ImportError as error:
        raise CannotSign(
            "time stamps need the package rfc3161-client", "install it with: pip install 'creditline[sign]'"
        ) from error


def _decoded(answer: bytes) -> TimeStampResponse:
    from rfc3161_client import decode_timestamp_response

    try:
        return decode_timestamp_response(answer)
    except ValueError as error:
        raise NoTimestamp("this is not an RFC 3161 time stamp", "look at the file, or ask another authority") from error


def _is_of(decoded: TimeStampResponse, document: bytes) -> bool:
    imprint = decoded.tst_info.message_imprint
    # Two hexadecimal digits a byte tell which SHA-2 it is; a token of another program may have a longer one.
    of_length = {len(made(b"").digest()): made for made in (hashlib.sha256, hashlib.sha384, hashlib.sha512)}
    made = of_length.get(len(imprint.message))
    return made is not None and made(document).digest() == imprint.message


def _certificates(pem: bytes) -> list[Certificate]:
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return load_pem_x509_certificates(pem)
    except ValueError as error:
        raise CannotSign(
            "there is no certificate in the file of the authority", "give the one that it publishes, as PEM"
        ) from error
