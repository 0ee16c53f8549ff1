"""What fetch sends, and what it makes of every kind of answer."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from archive.http.exchange import Ending, Exchange, Truncation
from archive.http.failure import FailureReason, FetchFailure
from ingest.http.client import Conditions, FetchSettings, fetch
from ingest.http.protocol_version import HttpVersion

NOW = datetime(2023, 4, 24, 10, 0, tzinfo=UTC)
URL = "http://institute.example/essay"
PAGE = b"<!doctype html><title>Essay</title><p>Words.</p></html>"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(PAGE)
CHUNKED = b"Transfer-Encoding: chunked\r\n"


def ask(server: Any, url: str = URL, **changes: Any) -> Exchange | FetchFailure:
    conditions = changes.pop("conditions", None)
    protocol = changes.pop("protocol", HttpVersion.HTTP_1_0)
    settings = server.settings(**changes)
    return fetch(url, settings=settings, clock=lambda: NOW, conditions=conditions, protocol=protocol)


def kept(outcome: Exchange | FetchFailure) -> Exchange:
    assert isinstance(outcome, Exchange), outcome
    return outcome


def failed(outcome: Exchange | FetchFailure) -> FetchFailure:
    assert isinstance(outcome, FetchFailure), outcome
    assert outcome.detail
    assert outcome.hint
    return outcome


def say(*parts: bytes) -> Callable[[Any], None]:
    def script(wire: Any) -> None:
        for part in parts:
            wire.send(part)

    return script


def ended(outcome: Exchange | FetchFailure) -> tuple[Ending, Truncation | None]:
    return kept(outcome).ending, kept(outcome).truncated


# ── What is sent
# ────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_request_asks_for_uncompressed_bytes_under_our_real_name(raw_server: Any) -> None:
    raw_server.script = say(HEAD + b"\r\n" + PAGE)
    exchange = kept(ask(raw_server, "http://institute.example/essay?a=1#part"))
    expected = (
        b"GET /essay?a=1 HTTP/1.0\r\n"
        b"Host: institute.example\r\n"
        b"User-Agent: creditline-test (+https://contact.example/)\r\n"
        b"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
        b"Accept-Encoding: identity\r\n"
        b"Connection: close\r\n\r\n"
    )
    assert raw_server.requests == [expected]
    assert exchange.request == expected
    assert exchange.url == "http://institute.example/essay?a=1"
    assert exchange.began == NOW
    assert exchange.ip == "127.0.0.1"


def test_validators_are_sent_back_unchanged(raw_server: Any) -> None:
    raw_server.script = say(b"HTTP/1.1 304 Not Modified\r\n\r\n")
    date = "Mon, 24 Apr 2023 10:00:00 GMT"
    exchange = kept(ask(raw_server, conditions=Conditions('W/"v1"', date)))
    assert b'\r\nIf-None-Match: W/"v1"\r\n' in exchange.request
    assert b"\r\nIf-Modified-Since: " + date.encode() + b"\r\n" in exchange.request


def test_a_validator_cannot_inject_a_header_line(raw_server: Any) -> None:
    raw_server.script = say(HEAD + b"\r\n" + PAGE)
    exchange = kept(ask(raw_server, conditions=Conditions('"v1"\r\nCookie: x=1', "a\nb")))
    assert b"Cookie" not in exchange.request
    assert b"If-" not in exchange.request


def test_http_1_1_is_used_if_the_caller_says_so(raw_server: Any) -> None:
    raw_server.script = say(HEAD + b"\r\n" + PAGE)
    exchange = kept(ask(raw_server, protocol=HttpVersion.HTTP_1_1))
    assert exchange.request.startswith(b"GET /essay HTTP/1.1\r\nHost: institute.example\r\n")
    assert b"\r\nConnection: close\r\n" in exchange.request


def test_a_url_with_polish_letters_is_sent_in_ascii(raw_server: Any) -> None:
    raw_server.script = say(HEAD + b"\r\n" + PAGE)
    address = raw_server.address
    outcome = ask(raw_server, "http://Żółw.example/zażółć?ł=ó", connect={"xn--w-uga1v8h.example": address})
    exchange = kept(outcome)
    assert exchange.request.startswith(b"GET /za%C5%BC%C3%B3%C5%82%C4%87?%C5%82=%C3%B3 HTTP/1.0\r\n")
    assert b"\r\nHost: xn--w-uga1v8h.example\r\n" in exchange.request


def test_a_user_agent_with_a_line_break_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be sent in a request"):
        FetchSettings("creditline\r\nCookie: x")


# ── How an answer ends
# ──────────────────────────────────────────────────────────────────────────────────────────

WHOLE = {
    "length": (HEAD + LENGTH + b"\r\n" + PAGE, Ending.LENGTH),
    "the same length twice": (HEAD + LENGTH + LENGTH + b"\r\n" + PAGE, Ending.LENGTH),
    "no body at all": (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", Ending.LENGTH),
    "204 has no body": (b"HTTP/1.1 204 No Content\r\n\r\n", Ending.LENGTH),
    "304 has no body, whatever length it names": (
        b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
        Ending.LENGTH,
    ),
    "chunks": (HEAD + CHUNKED + b"\r\n5\r\nabcde\r\n3;x=y\r\nfgh\r\n0\r\nX-Sum: 1\r\n\r\n", Ending.CHUNKED),
    "chunks and a length": (HEAD + CHUNKED + LENGTH + b"\r\n1\r\na\r\n0\r\n\r\n", Ending.CHUNKED),
    "end mark": (HEAD + b"\r\n" + PAGE + b"\n", Ending.END_MARK),
    "end mark in HTTP/1.0": (HEAD.replace(b"1.1", b"1.0") + b"\r\n" + PAGE, Ending.END_MARK),
    "lines that end in LF": ((HEAD + b"\r\n").replace(b"\r\n", b"\n") + PAGE, Ending.END_MARK),
    "a status without reason": (b"HTTP/1.1 200\r\nContent-Type: text/html\r\n\r\n" + PAGE, Ending.END_MARK),
    "nothing tells": (HEAD + b"\r\n<p>Words", Ending.UNPROVED),
}


@pytest.mark.parametrize("name", WHOLE)
def test_an_answer_is_kept_verbatim_with_what_proves_its_end(raw_server: Any, name: str) -> None:
    data, ending = WHOLE[name]
    raw_server.script = say(data)
    exchange = kept(ask(raw_server))
    assert (exchange.response, exchange.ending, exchange.truncated) == (data, ending, None)


@pytest.mark.parametrize("name", WHOLE)
def test_an_answer_that_comes_byte_by_byte_is_the_same_answer(raw_server: Any, name: str) -> None:
    data, ending = WHOLE[name]
    raw_server.script = say(*(bytes([byte]) for byte in data))
    exchange = kept(ask(raw_server))
    assert (exchange.response, exchange.ending, exchange.truncated) == (data, ending, None)


def test_bytes_after_the_content_length_do_not_belong_to_the_answer(raw_server: Any) -> None:
    raw_server.script = say(HEAD + LENGTH + b"\r\n" + PAGE + b"more")
    assert kept(ask(raw_server)).response == HEAD + LENGTH + b"\r\n" + PAGE


CUT = {
    "a length that is not reached": (HEAD + b"Content-Length: 500\r\n\r\n" + PAGE, Truncation.DISCONNECT),
    "a length beyond all measure": (HEAD + b"Content-Length: 9999999999999999999\r\n\r\n" + PAGE, None),
    "no last chunk": (HEAD + CHUNKED + b"\r\n5\r\nabcde\r\n", Truncation.DISCONNECT),
    "a chunk beyond all measure": (HEAD + CHUNKED + b"\r\nffffffffffffffff\r\nabc", None),
}


@pytest.mark.parametrize("name", CUT)
def test_an_answer_that_breaks_off_is_truncated_by_the_disconnect(raw_server: Any, name: str) -> None:
    data, _ = CUT[name]
    raw_server.script = say(data)
    exchange = kept(ask(raw_server))
    assert exchange.response == data
    assert (exchange.ending, exchange.truncated) == (Ending.UNPROVED, Truncation.DISCONNECT)


def test_a_chunk_size_that_is_not_a_number_truncates_the_answer(raw_server: Any) -> None:
    data = HEAD + CHUNKED + b"\r\n5\r\nabcde\r\nzz\r\nxx\r\n0\r\n\r\n"
    raw_server.script = say(data)
    exchange = kept(ask(raw_server))
    assert exchange.response == data
    assert (exchange.ending, exchange.truncated) == (Ending.UNPROVED, Truncation.UNSPECIFIED)


def test_a_reset_in_the_body_truncates_even_after_a_complete_page(raw_server: Any) -> None:
    def script(wire: Any) -> None:
        wire.send(HEAD + b"\r\n" + PAGE)
        # The reset must not overtake the bytes.
        wire.stopped.wait(0.05)
        wire.reset()

    raw_server.script = script
    exchange = kept(ask(raw_server))
    assert exchange.response == HEAD + b"\r\n" + PAGE
    assert (exchange.ending, exchange.truncated) == (Ending.UNPROVED, Truncation.DISCONNECT)


@pytest.mark.parametrize("length", [1_001, 5_000])
def test_a_body_longer_than_the_limit_is_cut_there(raw_server: Any, length: int) -> None:
    raw_server.script = say(HEAD + b"\r\n" + b"x" * length)
    exchange = kept(ask(raw_server, body_limit=1_000))
    assert exchange.response == HEAD + b"\r\n" + b"x" * 1_000
    assert (exchange.ending, exchange.truncated) == (Ending.UNPROVED, Truncation.LENGTH)


def test_a_body_of_exactly_the_limit_is_whole(raw_server: Any) -> None:
    raw_server.script = say(HEAD + LENGTH + b"\r\n" + PAGE)
    assert ended(ask(raw_server, body_limit=len(PAGE))) == (Ending.LENGTH, None)


@pytest.mark.slow
def test_a_body_that_drips_for_ever_is_cut_by_the_deadline(raw_server: Any) -> None:
    def script(wire: Any) -> None:
        wire.send(HEAD + b"Content-Length: 100000\r\n\r\n")
        wire.drip(b"x" * 100_000, pause=0.02)

    raw_server.script = script
    began = time.monotonic()
    # Far less than the half hour of dripping; the head must arrive within the deadline on a busy machine too.
    assert ended(ask(raw_server, deadline=0.8)) == (Ending.UNPROVED, Truncation.TIME)
    assert time.monotonic() - began < 60


@pytest.mark.slow
def test_a_stalled_body_is_cut_by_the_idle_limit(raw_server: Any) -> None:
    def script(wire: Any) -> None:
        wire.send(HEAD + b"\r\n<p>Wor")
        wire.keep_open()

    raw_server.script = script
    # The head must arrive within it on a busy machine too.
    exchange = kept(ask(raw_server, idle=1.0))
    assert exchange.response == HEAD + b"\r\n<p>Wor"
    assert (exchange.ending, exchange.truncated) == (Ending.UNPROVED, Truncation.TIME)


# ── Interim answers
# ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("apart", [True, False], ids=["apart", "together"])
def test_early_hints_are_kept_apart_and_the_final_answer_counts(raw_server: Any, *, apart: bool) -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </s.css>; rel=preload\r\n\r\n"
    final = HEAD + LENGTH + b"\r\n" + PAGE

    def script(wire: Any) -> None:
        wire.send(hints)
        wire.stopped.wait(0.05)
        wire.send(final)

    raw_server.script = script if apart else say(hints + final)
    exchange = kept(ask(raw_server))
    assert (exchange.interim, exchange.response, exchange.ending) == (hints, final, Ending.LENGTH)


def test_endless_interim_answers_are_refused(raw_server: Any) -> None:
    def script(wire: Any) -> None:
        while not wire.stopped.is_set():
            wire.send(b"HTTP/1.1 102 Processing\r\n\r\n" * 10)

    raw_server.script = script
    failure = failed(ask(raw_server))
    assert failure.reason is FailureReason.TOO_MANY_INTERIM
    assert len(failure.received) < 200_000


def test_switching_protocols_is_refused(raw_server: Any) -> None:
    raw_server.script = say(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n" + PAGE)
    assert failed(ask(raw_server)).reason is FailureReason.SWITCHING


# ── Failures
# ────────────────────────────────────────────────────────────────────────────────────────────────────

NO_ANSWER = {
    "no head": (PAGE, FailureReason.BAD_HEAD),
    "HTTP/2 alone": (b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64", FailureReason.HTTP2),
    "another protocol": (b"ICY 200 OK\r\n\r\n", FailureReason.BAD_HEAD),
    "a head that breaks off": (HEAD, FailureReason.BAD_HEAD),
    "a status that is no number": (b"HTTP/1.1 abc\r\n\r\n" + PAGE, FailureReason.BAD_HEAD),
    "two lengths that differ": (
        HEAD + LENGTH + b"Content-Length: 3\r\n\r\n" + PAGE,
        FailureReason.BAD_FRAMING,
    ),
    "nothing": (b"", FailureReason.NO_ANSWER),
}


@pytest.mark.parametrize("name", NO_ANSWER)
def test_bytes_that_are_not_http_are_a_failure_that_keeps_the_bytes(raw_server: Any, name: str) -> None:
    data, reason = NO_ANSWER[name]
    raw_server.script = say(data)
    failure = failed(ask(raw_server))
    assert (failure.reason, failure.received, failure.ip) == (reason, data, "127.0.0.1")
    assert failure.request == raw_server.requests[0]
    assert failure.url == URL


def test_a_reset_before_the_head_is_reported_as_a_reset(raw_server: Any) -> None:
    raw_server.script = lambda wire: wire.reset()
    assert failed(ask(raw_server)).reason is FailureReason.RESET


def test_an_endless_head_is_refused_at_its_limit(raw_server: Any) -> None:
    def script(wire: Any) -> None:
        wire.send(b"HTTP/1.1 200 OK\r\n")
        while not wire.stopped.is_set():
            wire.send(b"X-Pad: " + b"a" * 10_000 + b"\r\n")

    raw_server.script = script
    failure = failed(ask(raw_server, head_limit=50_000))
    assert failure.reason is FailureReason.TOO_LARGE_HEAD
    assert len(failure.received) < 50_000 + 100_000


@pytest.mark.slow
def test_silence_and_a_slow_head_end_in_time(raw_server: Any) -> None:
    raw_server.script = lambda wire: wire.keep_open()
    silent = failed(ask(raw_server, deadline=0.2))
    assert (silent.reason, silent.received) == (FailureReason.TIMEOUT, b"")
    raw_server.script = lambda wire: wire.drip(HEAD * 100, pause=0.02)
    dripping = failed(ask(raw_server, deadline=0.3))
    assert dripping.reason is FailureReason.TIMEOUT
    assert HEAD.startswith(dripping.received[: len(HEAD)])


def test_a_closed_port_is_a_connection_failure() -> None:
    # Reserved, so that nothing else gets the port meanwhile; nothing listens.
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings = FetchSettings("t", connect={"institute.example": closed.getsockname()})
        failure = failed(fetch(URL, settings=settings, clock=lambda: NOW))
    assert (failure.reason, failure.ip, failure.request) == (FailureReason.CONNECT, "127.0.0.1", b"")


# ── Where it goes
# ───────────────────────────────────────────────────────────────────────────────────────────────


def ask_resolved(url: str, resolve: Callable[[str, int], Sequence[str]], **changes: Any) -> FetchFailure:
    settings = FetchSettings("t", resolve=resolve, deadline=2.0, **changes)
    return failed(fetch(url, settings=settings, clock=lambda: NOW))


def test_a_host_whose_addresses_are_all_refused_is_not_connected_to() -> None:
    failure = ask_resolved(URL, lambda *_: ["127.0.0.1", "169.254.169.254", "::1"])
    assert failure.reason is FailureReason.ADDRESS_REFUSED
    assert "169.254.169.254 (link-local)" in failure.detail
    assert (failure.ip, failure.request) == (None, b"")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://localhost/",
    ],
)
def test_no_spelling_of_loopback_is_connected_to_unless_it_is_mapped(url: str) -> None:
    failure = failed(fetch(url, settings=FetchSettings("t"), clock=lambda: NOW))
    assert failure.reason is FailureReason.ADDRESS_REFUSED
    assert "--connect HOST=ADDRESS:PORT" in failure.hint, "before there are settings, nothing can be written there"


def test_a_literal_address_is_never_looked_up() -> None:
    def resolve(host: str, port: int) -> Sequence[str]:
        raise AssertionError

    assert ask_resolved("http://10.0.0.1/", resolve).reason is FailureReason.ADDRESS_REFUSED


def test_the_address_that_was_checked_is_the_one_connected_to(raw_server: Any) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["93.184.215.14"]

    connected: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        connected.append(address)
        raise ConnectionRefusedError(111, "refused")

    settings = FetchSettings("t", resolve=resolve, connector=connect)
    failure = failed(fetch("http://rebinding.example:8080/", settings=settings, clock=lambda: NOW))
    assert failure.reason is FailureReason.CONNECT
    assert asked == ["rebinding.example"]
    assert connected == [("93.184.215.14", 8080)]


def test_only_the_public_addresses_of_a_host_are_connected_to() -> None:
    connected: list[str] = []

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        connected.append(address[0])
        raise ConnectionRefusedError(111, "refused")

    found = ["127.0.0.1", "93.184.215.14", "10.0.0.1"]
    settings = FetchSettings("t", resolve=lambda *_: found, connector=connect)
    assert failed(fetch(URL, settings=settings, clock=lambda: NOW)).reason is FailureReason.CONNECT
    assert connected == ["93.184.215.14"]


def test_a_name_without_an_address_is_a_dns_failure() -> None:
    failure = failed(fetch("http://nowhere.invalid/", settings=FetchSettings("t"), clock=lambda: NOW))
    assert failure.reason is FailureReason.DNS
    assert "nowhere.invalid" in failure.detail


def test_a_lookup_that_never_ends_is_given_up() -> None:
    never = threading.Event()

    def resolve(host: str, port: int) -> Sequence[str]:
        never.wait(300)
        return []

    failure = failed(fetch(URL, settings=FetchSettings("t", resolve=resolve, deadline=0.1), clock=lambda: NOW))
    never.set()
    assert failure.reason is FailureReason.DNS


def test_a_mapped_host_and_port_takes_precedence_over_a_mapped_host(raw_server: Any) -> None:
    raw_server.script = say(HEAD + b"\r\n" + PAGE)
    connect = {"institute.example": ("127.0.0.1", 1), "institute.example:8080": raw_server.address}
    exchange = kept(ask(raw_server, "http://institute.example:8080/", connect=connect))
    assert b"\r\nHost: institute.example:8080\r\n" in exchange.request


@pytest.mark.parametrize(
    "url",
    ["ftp://institute.example/", "file:///etc/passwd", "javascript:alert(1)", "http://", "no url",
     "http://user:secret@institute.example/", "http://a..b/", "http://" + "a" * 64 + ".example/",
     "http://\udcff/"],
)  # fmt: skip
def test_an_invalid_web_address_is_a_failure_without_a_connection(url: str) -> None:
    failure = failed(fetch(url, settings=FetchSettings("t"), clock=lambda: NOW))
    assert (failure.reason, failure.ip) == (FailureReason.BAD_URL, None)


def test_many_threads_fetch_at_once_and_each_gets_its_own_answer(raw_server: Any) -> None:
    def script(wire: Any) -> None:
        path = wire.request.split(b" ")[1]
        wire.send(HEAD + b"Content-Length: %d\r\n\r\n" % len(path) + path)

    raw_server.script = script
    settings = raw_server.settings()
    urls = [f"http://institute.example/{number}" for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda url: fetch(url, settings=settings, clock=lambda: NOW), urls))
    assert [kept(one).response.rpartition(b"/")[2].decode() for one in outcomes] == [str(n) for n in range(40)]
