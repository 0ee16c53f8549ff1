"""A loopback server for the institute: it listens on 127.0.0.1, speaks HTTP/1.0 and 1.1, and calls nobody."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socket import SHUT_RDWR, socket
from socketserver import TCPServer, ThreadingMixIn
from typing import Any, Protocol

from ingest.demo.site import Response

LOOPBACK = "127.0.0.1"
# Seconds between two looks at whether to stop.
_POLL = 0.01


class Answering(Protocol):
    """Whatever can answer a request: a Site, or a test's own."""

    def respond(self, method: str, path: str, headers: Mapping[str, str]) -> Response: ...


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """A request as it came; field names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]


@contextmanager
def serve(site: Answering, port: int = 0, *, asked: list[ReceivedRequest] | None = None) -> Iterator[int]:
    """Serve *site* on 127.0.0.1 until the block ends, and give the port; 0 takes a free one.

    Requests are added to *asked* before they are answered. OSError if the port is taken.
    """
    # Loopback alone: a made-up think tank has no business on the network.
    server = _Server((LOOPBACK, port), _handler(site, [] if asked is None else asked))
    listener = threading.Thread(target=server.serve_forever, args=(_POLL,), name="demo-server")
    listener.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        listener.join()
        server.hang_up()
        server.server_close()


class _Server(ThreadingMixIn, TCPServer):
    # Threads are joined, so that no socket outlives the server. http.server's own class looks up the name of
    # its address: that may take seconds where no name server answers.
    daemon_threads = False
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._open: set[socket] = set()
        self._lock = threading.Lock()
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        # Noted before its thread begins: hang_up must not miss a connection that came a moment ago.
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End the connections that are being kept alive, so that their threads return."""
        with self._lock:
            for connection in self._open:
                with suppress(OSError):  # the peer may have gone in this moment
                    connection.shutdown(SHUT_RDWR)


def _handler(site: Answering, asked: list[ReceivedRequest]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        # Both versions are spoken: a request in 1.0 is answered so that it ends with the connection.
        protocol_version = "HTTP/1.1"
        # The end of an answer would else wait for an acknowledgement (RFC 896), which a client may put off.
        disable_nagle_algorithm = True

        def handle(self) -> None:
            with suppress(ConnectionError):  # a peer that hung up has nobody left to be told
                super().handle()

        def answer(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked.append(ReceivedRequest(self.command, self.path, headers))
            # RFC 9112 section 3.2: a request in 1.1 names its host.
            nameless = self.request_version == "HTTP/1.1" and "host" not in headers
            response = Response(400, ()) if nameless else site.respond(self.command, self.path, headers)
            if self.command not in ("GET", "HEAD") or nameless:
                self.close_connection = True  # its body, if any, is not read
            self.wfile.write(_written(response, self.command, self.close_connection))

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = answer  # noqa: N815 - its names

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name http.server gives it
            """Say nothing: what was asked is in the list."""

    return Handler


def _written(response: Response, method: str, closing: bool) -> bytes:
    fields = [*response.headers]
    # A 304 has no body, and a length of 0 would be that of the page (RFC 9110 section 8.6).
    if response.status != HTTPStatus.NOT_MODIFIED:
        fields.append(("Content-Length", str(len(response.body))))
    if closing:
        fields.append(("Connection", "close"))
    lines = [f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in fields]
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
    return head if method == "HEAD" else head + response.body
