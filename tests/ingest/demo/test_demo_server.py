"""The loopback server, asked over real sockets."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import closing

import pytest

from ingest.demo.server import ReceivedRequest, serve
from ingest.demo.site import Site
from tests.real.free_port import free_port

SITE = Site()
PATH = "/a-note-on-borrowed-maps/"
PATIENCE = 60
"""Seconds that an answer may take on a busy machine."""
SOON = 10
"""Seconds in which everything ends on such a machine; a connection kept alive would never end."""


def ask(port: int, request: bytes) -> bytes:
    """Send *request* and return everything received until the server closes."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)) as connection:
        connection.sendall(request)
        received = b""
        while more := connection.recv(65536):
            received += more
    return received


def request(line: str, *fields: str) -> bytes:
    return "\r\n".join((line, "Host: institute.example", *fields, "", "")).encode()


def test_http_1_0_is_answered_and_closed() -> None:
    with serve(SITE) as port:
        answer = ask(port, request(f"GET {PATH} HTTP/1.0"))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nConnection: close" in head
    assert f"Content-Length: {len(body)}".encode() in head
    assert body == SITE.respond("GET", PATH, {}).body


def test_http_1_1_keeps_the_connection_until_told_to_close() -> None:
    with serve(SITE) as port:
        answer = ask(port, request(f"GET {PATH} HTTP/1.1") + request("GET /robots.txt HTTP/1.1", "Connection: close"))
    assert answer.count(b"HTTP/1.1 200 OK\r\n") == 2
    assert answer.endswith(SITE.respond("GET", "/robots.txt", {}).body)


def test_head_and_304_carry_no_body() -> None:
    etag = SITE.respond("GET", "/feed/", {}).get("ETag")
    with serve(SITE) as port:
        head = ask(port, request("HEAD /feed/ HTTP/1.0"))
        unmodified = ask(port, request("GET /feed/ HTTP/1.0", f"If-None-Match: {etag}"))
    assert head.endswith(b"\r\n\r\n")
    assert b"Content-Length: 6" in head
    assert unmodified.startswith(b"HTTP/1.1 304 Not Modified\r\n")
    assert unmodified.endswith(b"\r\n\r\n")
    assert b"Content-Length" not in unmodified


def test_a_1_1_request_without_a_host_is_refused() -> None:
    with serve(SITE) as port:
        assert ask(port, b"GET / HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 400 ")


def test_an_unsupported_method_is_refused_and_its_body_is_not_read_as_a_request() -> None:
    with serve(SITE) as port:
        answer = ask(port, request("POST / HTTP/1.1", "Content-Length: 5") + b"hello")
    assert answer.startswith(b"HTTP/1.1 405 ")
    assert answer.count(b"HTTP/1.1") == 1


def test_requests_are_recorded_and_answers_follow_the_state() -> None:
    site, asked = Site(), list[ReceivedRequest]()
    with serve(site, asked=asked) as port:
        before = ask(port, request(f"GET {PATH} HTTP/1.0", "User-Agent: test/1"))
        site.remove("a-note-on-borrowed-maps")
        after = ask(port, request(f"GET {PATH} HTTP/1.0"))
    assert before.startswith(b"HTTP/1.1 200 ")
    assert after.startswith(b"HTTP/1.1 410 ")
    assert [(one.method, one.path) for one in asked] == [("GET", PATH)] * 2
    assert asked[0].headers == {"host": "institute.example", "user-agent": "test/1"}


def test_it_listens_only_on_loopback_and_on_the_chosen_port() -> None:
    # Not one that the system assigns: as soon as that is free, another test may be given it.
    port = free_port()
    with serve(SITE, port) as chosen, pytest.raises(OSError, match="in use"), serve(SITE, port):
        pass
    assert chosen == port
    with serve(SITE, port) as again:
        assert again == port


def test_it_starts_and_stops_promptly_while_connections_are_kept_alive() -> None:
    began = time.monotonic()
    with serve(SITE) as port:
        idle = [socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) for _ in range(3)]
        idle[0].sendall(request(f"GET {PATH} HTTP/1.1"))
        assert idle[0].recv(12) == b"HTTP/1.1 200"
    for connection in idle:
        connection.close()
    assert time.monotonic() - began < SOON
    assert [thread for thread in threading.enumerate() if thread.name.startswith("demo-server")] == []


def test_many_concurrent_requests_are_answered_completely() -> None:
    answers: list[bytes] = []
    with serve(SITE) as port:
        threads = [
            threading.Thread(target=lambda: answers.append(ask(port, request(f"GET {PATH} HTTP/1.0"))))
            for _ in range(12)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(answers) == 12
    # Apart from their heads, which may state two seconds.
    assert len({answer.partition(b"\r\n\r\n")[2] for answer in answers}) == 1


def test_a_late_connection_does_not_delay_the_end_of_the_server() -> None:
    for _ in range(20):
        with serve(SITE) as port:
            late = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        late.close()
    assert [thread for thread in threading.enumerate() if thread.name.startswith("demo-server")] == []
