"""How https ends: what proves the peer, and what proves that it had finished."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from archive.http.exchange import Ending, Exchange, Truncation
from archive.http.failure import FailureReason, FetchFailure
from ingest.http.client import FetchSettings, fetch

NOW = datetime(2023, 4, 24, 10, 0, tzinfo=UTC)
URL = "https://institute.example/essay"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
WHOLE = b"<!doctype html><title>Essay</title></html>"
OPEN = b"<!doctype html><title>Essay</title><p>Wor"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def secure_server(raw_server: Any, authority: trustme.CA) -> Any:
    serve_as(raw_server, authority.issue_cert("institute.example"))
    return raw_server


def serve_as(server: Any, certificate: trustme.LeafCert) -> None:
    server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(server.tls)


def ask(server: Any, authority: trustme.CA, folder: Path, url: str = URL) -> Exchange | FetchFailure:
    ca_file = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    return fetch(url, settings=server.settings(ca_file=ca_file), clock=lambda: NOW)


ENDINGS = {
    "close_notify proves any end": (HEAD + b"\r\n" + OPEN, True, Ending.CLOSE_NOTIFY, None),
    "an end mark proves without close_notify": (HEAD + b"\r\n" + WHOLE, False, Ending.END_MARK, None),
    "nothing proves": (HEAD + b"\r\n" + OPEN, False, Ending.UNPROVED, None),
    "a length proves without close_notify": (
        HEAD + b"Content-Length: %d\r\n\r\n" % len(OPEN) + OPEN,
        False,
        Ending.LENGTH,
        None,
    ),
    "chunks prove without close_notify": (
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nWor\r\n0\r\n\r\n",
        False,
        Ending.CHUNKED,
        None,
    ),
    "close_notify before the length is a disconnect": (
        HEAD + b"Content-Length: 5000\r\n\r\n" + OPEN,
        True,
        Ending.UNPROVED,
        Truncation.DISCONNECT,
    ),
    "a close within chunks is a disconnect": (
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nWor\r\n",
        False,
        Ending.UNPROVED,
        Truncation.DISCONNECT,
    ),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_length_and_close_notify_prove_the_end_of_an_answer_over_tls(
    secure_server: Any, authority: trustme.CA, tmp_path: Path, name: str
) -> None:
    data, notify, ending, truncated = ENDINGS[name]
    secure_server.script = lambda wire: wire.send(data)
    secure_server.notify = notify
    outcome = ask(secure_server, authority, tmp_path)
    assert isinstance(outcome, Exchange), outcome
    assert (outcome.response, outcome.ending, outcome.truncated) == (data, ending, truncated)
    assert outcome.url == URL


def test_a_cut_off_answer_is_unproved_also_where_python_takes_it_for_a_close(
    secure_server: Any, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ssl.create_default_context

    def lenient() -> ssl.SSLContext:  # as before Python 3.11.3
        context = made()
        context.options |= ssl.OP_IGNORE_UNEXPECTED_EOF
        return context

    monkeypatch.setattr(ssl, "create_default_context", lenient)
    secure_server.script = lambda wire: wire.send(HEAD + b"\r\n" + OPEN)
    secure_server.notify = False
    outcome = ask(secure_server, authority, tmp_path)
    assert isinstance(outcome, Exchange), outcome
    assert outcome.ending is Ending.UNPROVED


@pytest.mark.parametrize(
    ("kind", "reason", "truncated"),
    [
        (ssl.SSLEOFError, None, None),  # OpenSSL 1.1
        (ssl.SSLError, "UNEXPECTED_EOF_WHILE_READING", None),  # OpenSSL 3 before Python 3.11.3
        (ssl.SSLError, "DECRYPTION_FAILED_OR_BAD_RECORD_MAC", Truncation.DISCONNECT),
    ],
)
def test_an_end_without_close_notify_is_no_reset_whatever_python_raises(
    secure_server: Any,
    authority: trustme.CA,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: type[ssl.SSLError],
    reason: str | None,
    truncated: Truncation | None,
) -> None:
    received = ssl.SSLSocket.recv

    def recv(connection: ssl.SSLSocket, size: int) -> bytes:
        if data := received(connection, size):
            return data
        error = kind(8, "the connection ended")
        error.reason = reason  # type: ignore[assignment]  # typed as always present, and is None without one
        raise error

    monkeypatch.setattr(ssl.SSLSocket, "recv", recv)
    secure_server.script = lambda wire: wire.send(HEAD + b"\r\n" + OPEN)
    secure_server.notify = True
    outcome = ask(secure_server, authority, tmp_path)
    assert isinstance(outcome, Exchange), outcome
    assert (outcome.ending, outcome.truncated) == (Ending.UNPROVED, truncated)


def test_a_close_without_a_byte_is_not_an_answer_over_tls(
    secure_server: Any, authority: trustme.CA, tmp_path: Path
) -> None:
    secure_server.notify = False
    outcome = ask(secure_server, authority, tmp_path)
    assert isinstance(outcome, FetchFailure)
    assert outcome.reason is FailureReason.NO_ANSWER


def refused(server: Any, authority: trustme.CA, folder: Path) -> FetchFailure:
    server.script = lambda wire: wire.send(HEAD + b"\r\n" + WHOLE)
    outcome = ask(server, authority, folder)
    assert isinstance(outcome, FetchFailure)
    assert (outcome.reason, outcome.request, server.requests) == (FailureReason.TLS, b"", [])
    return outcome


def test_a_certificate_for_another_host_is_refused_before_the_request(
    raw_server: Any, authority: trustme.CA, tmp_path: Path
) -> None:
    serve_as(raw_server, authority.issue_cert("other.example"))
    assert "institute.example" in refused(raw_server, authority, tmp_path).detail


def test_an_expired_certificate_is_refused(raw_server: Any, authority: trustme.CA, tmp_path: Path) -> None:
    past = datetime.now(UTC) - timedelta(days=1)
    serve_as(raw_server, authority.issue_cert("institute.example", not_after=past))
    assert "expired" in refused(raw_server, authority, tmp_path).detail


def test_a_certificate_of_an_unknown_authority_is_refused(
    raw_server: Any, authority: trustme.CA, tmp_path: Path
) -> None:
    serve_as(raw_server, trustme.CA().issue_cert("institute.example"))
    assert "certificate is refused" in refused(raw_server, authority, tmp_path).detail


def test_a_server_without_tls_is_a_failed_handshake(raw_server: Any, authority: trustme.CA, tmp_path: Path) -> None:
    raw_server.script = lambda wire: wire.send(HEAD + b"\r\n" + WHOLE)
    outcome = ask(raw_server, authority, tmp_path)
    assert isinstance(outcome, FetchFailure)
    assert outcome.reason is FailureReason.TLS


@pytest.mark.slow
def test_a_handshake_that_never_comes_is_given_up_in_time(raw_server: Any) -> None:
    raw_server.script = lambda wire: wire.keep_open()
    settings = FetchSettings("t", connect={"institute.example": raw_server.address}, deadline=0.2)
    outcome = fetch(URL, settings=settings, clock=lambda: NOW)
    assert isinstance(outcome, FetchFailure)
    assert outcome.reason is FailureReason.TLS
    assert "in time" in outcome.detail


def test_certificate_authorities_are_read_only_for_tls(raw_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # Reading those of the system takes longer than an exchange.
    monkeypatch.setattr(ssl, "create_default_context", lambda: pytest.fail("the authorities were read"))
    raw_server.script = lambda wire: wire.send(HEAD + b"\r\n" + WHOLE)
    got = fetch(URL.replace("https", "http"), settings=raw_server.settings(), clock=lambda: NOW)
    assert isinstance(got, Exchange)
