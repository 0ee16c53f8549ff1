"""A server of raw bytes on loopback: what a test tells it to send is what goes over the wire."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from ingest.fetch import FetchSettings


@dataclass
class Wire:
    """One accepted connection, as a script of a test sees it."""

    connection: socket.socket
    request: bytes
    stopped: threading.Event

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def drip(self, data: bytes, *, pause: float) -> None:
        """Send byte after byte until the test ends or the client hangs up."""
        for byte in data:
            if self.stopped.wait(pause):
                return
            self.connection.sendall(bytes([byte]))

    def keep_open(self) -> None:
        """Say nothing and hold the connection until the test ends."""
        self.stopped.wait(30)

    def reset(self) -> None:
        """Close with RST instead of FIN."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


Script = Callable[[Wire], None]


def _is_asked(request: bytes) -> bool:
    # A TLS client hello sent to a server that speaks none is all that will come.
    return b"\r\n\r\n" in request or request.startswith(b"\x16\x03")


def silence(wire: Wire) -> None:
    """Close without a word."""


@dataclass
class RawServer:
    """Answers each connection with *script*, in a thread of its own.

    Attributes:
        notify: whether TLS ends with close_notify.
    """

    listener: socket.socket
    script: Script = silence
    tls: ssl.SSLContext | None = None
    notify: bool = True
    requests: list[bytes] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.listener.getsockname()[:2]
        return host, port

    def serve(self) -> None:
        while not self.stopped.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        # The client may hang up at any moment, and a refused handshake is what some tests are about.
        with contextlib.suppress(OSError), connection:
            connection.settimeout(10)
            if self.tls is None:
                self._talk(connection)
                return
            with self.tls.wrap_socket(connection, server_side=True) as secure:
                self._talk(secure)
                if self.notify:
                    secure.unwrap()

    def _talk(self, connection: socket.socket) -> None:
        request = b""
        while not _is_asked(request) and (data := connection.recv(65_536)):
            request += data
        self.requests.append(request)
        self.script(Wire(connection, request, self.stopped))

    def settings(self, **changes: object) -> FetchSettings:
        """Settings that map institute.example to this server."""
        known: dict[str, object] = {
            "user_agent": "creditline-test (+https://contact.example/)",
            "connect": {"institute.example": self.address},
            "deadline": 5.0,
        }
        return FetchSettings(**{**known, **changes})  # type: ignore[arg-type]  # each test names real fields


@pytest.fixture
def raw_server() -> Iterator[RawServer]:
    """A server of raw bytes, stopped at the end of the test."""
    server = RawServer(socket.create_server(("127.0.0.1", 0)))
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    yield server
    server.stopped.set()
    # Closing alone does not wake a thread that waits in accept.
    server.listener.shutdown(socket.SHUT_RDWR)
    server.listener.close()
    thread.join(5)
