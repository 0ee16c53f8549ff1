"""A local server for the institute: listens on 127.0.0.1, supports HTTP/1.0 and 1.1, and makes no requests itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socket import SHUT_RDWR, socket
from socketserver import TCPServer, ThreadingMixIn
from typing import Any, Protocol

from ingest.demo.site import Response

LOOPBACK = "127.0.0.1"
# Seconds between two checks whether to stop.
_POLL = 0.01


class Answering(Protocol):
    """Anything that can answer requests: a Site, or an object of a test."""

    def respond(self, method: str, path: str, headers: Mapping[str, str]) -> Response: ...


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """A request as received; field names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]


@contextmanager
def serve(site: Answering, port: int = 0, *, asked: list[ReceivedRequest] | None = None) -> Iterator[int]:
    """Serve *site* on 127.0.0.1 until the block ends, and yield the port; 0 takes a free one.

    Each request is added to *asked* before it is answered. Raises OSError if the port is taken.
    """
    # Only on the loopback address: a fictitious think tank must not be visible on the network.
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
    # Join the threads, so that no socket outlives the server. The class of http.server is not used because it looks up
    # the host name, which may take seconds without a name server.
    daemon_threads = False
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._open: set[socket] = set()
        self._lock = threading.Lock()
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        # Register it before its thread begins, so that hang_up does not miss a new connection.
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Close the connections kept alive, so that their threads end."""
        with self._lock:
            for connection in self._open:
                with suppress(OSError):  # the other side may just have closed it
                    connection.shutdown(SHUT_RDWR)


def _handler(site: Answering, asked: list[ReceivedRequest]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        # Both versions are supported: after a request in 1.0, the connection is closed.
        protocol_version = "HTTP/1.1"
        # Otherwise the end of an answer would wait for an acknowledgement (RFC 896), which a client may delay.
        disable_nagle_algorithm = True

        def handle(self) -> None:
            with suppress(ConnectionError):  # the other side has closed the connection
                super().handle()

        def answer(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked.append(ReceivedRequest(self.command, self.path, headers))
            # RFC 9112 section 3.2: a request in 1.1 must name its host.
            nameless = self.request_version == "HTTP/1.1" and "host" not in headers
            response = Response(400, ()) if nameless else site.respond(self.command, self.path, headers)
            if self.command not in ("GET", "HEAD") or nameless:
                self.close_connection = True  # its body, if any, is not read
            self.wfile.write(_written(response, self.command, self.close_connection))

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = answer  # noqa: N815 - its names

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name http.server gives it
            """Log nothing: *asked* contains the requests."""

    return Handler


def _written(response: Response, method: str, closing: bool) -> bytes:
    fields = [*response.headers]
    # The present time, even if the site's own stands still: a site in the past would make our clock look wrong.
    if not any(name == "Date" for name, _ in fields):
        fields.insert(0, ("Date", formatdate(usegmt=True)))
    # A 304 has no body, and a length of 0 would describe the page (RFC 9110 section 8.6).
    if response.status != HTTPStatus.NOT_MODIFIED:
        fields.append(("Content-Length", str(len(response.body))))
    if closing:
        fields.append(("Connection", "close"))
    lines = [f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in fields]
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
    return head if method == "HEAD" else head + response.body
