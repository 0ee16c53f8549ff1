"""Client: make one HTTP exchange, or return a named failure. All requests are made here; mail is in `mail.py`."""

from __future__ import annotations

import ipaddress
import queue
import re
import socket
import ssl
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import BoundedSemaphore, Thread

from archive.errors import UrlRefused
from archive.http.exchange import Ending, Exchange, Truncation
from archive.http.failure import AnswerRefused, FailureReason, FetchFailure
from archive.http.url import Target, read_target
from ingest.http.addresses import refusal
from ingest.http.protocol_version import HttpVersion
from ingest.http.response import Answer, Closing, Limits

_READ_SIZE = 65_536
# Seconds for each address, so a host with a dead IPv6 and a live IPv4 address is reached within the deadline.
_CONNECT_LIMIT = 15.0
# To limit memory, only this many responses with more than `_LONG_BYTES` bytes exist at a time. Others wait until they
# are freed.
_LONG_BYTES = 4 * 1024 * 1024
_LONG_RESPONSES = BoundedSemaphore(1)
# A line end in a field would let somebody else add fields, or a request.
_UNPRINTABLE = re.compile(r"[^\t\x20-\x7e\x80-\xff]")

Resolver = Callable[[str, int], Sequence[str]]
"""A function from host and port to IP address literals; raises OSError if there are none."""


def system_resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses of *host* from the system's resolver, in its order. Raises OSError (socket.gaierror)."""
    # Keep the order of the system (RFC 6724), which knows whether IPv4 or IPv6 works on this machine.
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


Connector = Callable[[tuple[str, int], float], socket.socket]
"""A function from (address literal, port) and a timeout in seconds to a connection; raises OSError."""


def system_connect(address: tuple[str, int], timeout: float) -> socket.socket:
    """Open a TCP connection to *address* within *timeout* seconds. Raises OSError."""
    return socket.create_connection(address, timeout)


@dataclass(frozen=True)  # without slots, so that `tls` is kept
class FetchSettings:
    """The settings of the client. Make them once, because the first connection with TLS reads all certificate
    authorities.

    Attributes:
        user_agent: names the software and a contact.
        connect: host or host:port, in lower case → the address and port to connect to instead. This is the only way to
            an address that is not public. The Host field, URL and certificate check keep the real name.
        ca_file: a PEM file with certificate authorities to trust in addition to those of the system.
        deadline: seconds for the whole exchange, including the DNS look-up.
        idle: seconds to wait without receiving a byte.
        body_limit: bytes of the body as sent, with its framing; a longer body is truncated.
        head_limit: bytes of all heads together; if they are longer, the response is refused.
        resolve, connector: the access to DNS and network, which tests can replace.
    """

    user_agent: str
    connect: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    ca_file: Path | None = None
    deadline: float = 60.0
    idle: float = 30.0
    body_limit: int = 52_428_800
    head_limit: int = 262_144
    accept_language: str | None = None
    resolve: Resolver = system_resolve
    connector: Connector = system_connect

    def __post_init__(self) -> None:
        for value in (self.user_agent, self.accept_language or ""):
            if _UNPRINTABLE.search(value):
                raise ValueError(
                    f"{value!r} cannot be sent in a request: use Latin characters only, and no control characters"
                )
        if self.ca_file is not None:
            _ = self.tls  # a file that cannot be read is refused now

    @cached_property
    def tls(self) -> ssl.SSLContext:
        """What certificates are checked against."""
        # Reading the system's certificate authorities takes longer than an exchange, so it is done once, if at all.
        context = ssl.create_default_context()
        # Python before 3.11.3 sets it: TLS that was cut off would look like TLS that was closed.
        context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
        if self.ca_file is not None:
            context.load_verify_locations(self.ca_file)
        return context

    def mapped(self, target: Target) -> tuple[str, int] | None:
        """Return the address and port that [connect] names for *target*, or None."""
        # The entry with a port is more specific.
        return self.connect.get(f"{target.host}:{target.port}") or self.connect.get(target.host)


@dataclass(frozen=True, slots=True)
class Conditions:
    """The validators of an earlier response, unchanged (RFC 9110 section 13.1)."""

    etag: str | None = None
    last_modified: str | None = None


def fetch(
    visit_url: str,
    *,
    settings: FetchSettings,
    clock: Callable[[], datetime],
    conditions: Conditions | None = None,
    protocol: HttpVersion = HttpVersion.HTTP_1_0,
) -> Exchange | FetchFailure:
    """Request *visit_url* once, over a new connection, and return the exchange byte for byte.

    Once the head has arrived the result is an Exchange, however it ended; otherwise it is a FetchFailure. Redirects are
    not followed, nothing is repeated, no cookie is kept. Safe to call from many threads.
    """
    return _ask(visit_url, settings, clock, lambda target: format_request(target, settings, conditions, protocol))


def post(
    url: str, body: bytes, media_type: str, *, settings: FetchSettings, clock: Callable[[], datetime]
) -> Exchange | FetchFailure:
    """Post *body* to *url* once, and return the exchange; like `fetch` otherwise."""

    def request(target: Target) -> bytes:
        # In HTTP/1.1: services that accept webhooks are modern, and some refuse HTTP/1.0.
        fields = (
            ("Host", target.authority),
            ("User-Agent", settings.user_agent),
            ("Content-Type", media_type),
            ("Content-Length", str(len(body))),
            ("Connection", "close"),
        )
        lines = [f"POST {target.path} HTTP/{HttpVersion.HTTP_1_1}", *(f"{name}: {value}" for name, value in fields)]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body

    return _ask(url, settings, clock, request)


def _ask(
    visit_url: str, settings: FetchSettings, clock: Callable[[], datetime], request_of: Callable[[Target], bytes]
) -> Exchange | FetchFailure:
    """Make one exchange with the request that *request_of* returns for the target."""
    # Before the DNS look-up, because WARC-Date is when the capture began.
    began = clock()
    try:
        target = read_target(visit_url)
    except UrlRefused as refused:
        return FetchFailure(FailureReason.BAD_URL, refused.why, visit_url, began)
    request = request_of(target)
    attempt = _Attempt(target, settings)
    answer = attempt.answer
    try:
        ending, truncated = attempt.run(request)
    except AnswerRefused as refused:
        attempt.leave()
        where = (target.url, began, attempt.ip, attempt.sent, answer.received)
        return FetchFailure(refused.reason, refused.detail, *where)
    # Even for a signal: if a place for a long response is not given back, all later long responses wait for ever.
    except BaseException:
        attempt.leave()
        raise
    exchange = Exchange(
        url=target.url,
        began=began,
        request=request,
        response=answer.response,
        ending=ending,
        ip=attempt.ip,
        interim=answer.interim,
        truncated=truncated,
        parsed=answer.head,
    )
    # Give the place back when the exchange is freed, because its bytes take the memory. Not needed at exit.
    if attempt.is_long:
        weakref.finalize(exchange, _LONG_RESPONSES.release).atexit = False
    return exchange


def format_request(
    target: Target, settings: FetchSettings, conditions: Conditions | None, protocol: HttpVersion
) -> bytes:
    """Return the bytes of the request (RFC 9112 section 3). Validators that cannot be sent in a field are left out."""
    fields = [
        ("Host", target.authority),
        ("User-Agent", settings.user_agent),
        ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
        ("Accept-Language", settings.accept_language),
        # Ask for uncompressed bytes. If the response is compressed anyway, it is decoded as its head says.
        ("Accept-Encoding", "identity"),
        ("If-None-Match", _sendable(conditions.etag) if conditions else None),
        ("If-Modified-Since", _sendable(conditions.last_modified) if conditions else None),
        ("Connection", "close"),
    ]
    # In origin-form (RFC 9112 section 3.2.1), also in HTTP/1.0; the Host field names the site.
    lines = [f"GET {target.path} HTTP/{protocol}", *(f"{name}: {value}" for name, value in fields if value)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _sendable(value: str | None) -> str | None:
    # Validators come from servers and must not contain a line end.
    return None if value is None or _UNPRINTABLE.search(value) else value


class _Attempt:
    """One connection, and what was reached, sent and received on it, even if it fails."""

    def __init__(self, target: Target, settings: FetchSettings) -> None:
        self._target = target
        self._settings = settings
        # The system clock, not a parameter, because sockets use it too.
        self._until = time.monotonic() + settings.deadline
        self.ip: str | None = None
        self.sent = b""
        self.is_long = False
        """Whether this attempt holds a place for a long response (see `_LONG_RESPONSES`)."""
        self.answer = Answer(Limits(settings.head_limit, settings.body_limit))

    def run(self, request: bytes) -> tuple[Ending, Truncation | None]:
        """Connect, send, receive; return how the response ended. Raises AnswerRefused if there is no valid response."""
        # A new connection for each exchange: if one is reused, a late interim response shifts all that follow.
        with self._secure(self._connect()) as connection:
            return self.answer.end(self._exchange(connection, request), self._target.url)

    def _seconds_left(self) -> float:
        """Return how many seconds the next step may take. Raises TimeoutError if no time is left."""
        # Check both limits at each step: a server that sends one byte per minute never exceeds the limit of a single
        # read.
        left = min(self._until - time.monotonic(), self._settings.idle)
        if left <= 0:
            raise TimeoutError
        return left

    def _addresses(self) -> list[tuple[str, int]]:
        """Return the addresses to try: the one named by [connect], or the public ones. Raises AnswerRefused if none."""
        mapped = self._settings.mapped(self._target)
        # Not checked, because a person uses [connect] to allow a private address.
        if mapped is not None:
            return [mapped]
        found = self._resolved()
        # Check each address: a name may have a public address and one of a machine in our own network.
        allowed = [address for address in found if refusal(address) is None]
        if not allowed:
            named = ", ".join(f"{address} ({refusal(address)})" for address in found[:5])
            what = f"{self._target.host} has no public address: {named or 'none at all'}"
            raise AnswerRefused(FailureReason.ADDRESS_REFUSED, what)
        return [(address, self._target.port) for address in allowed]

    def _resolved(self) -> list[str]:
        """Return the addresses of the host, each once. Raises AnswerRefused if it has none or DNS takes too long."""
        host, port = self._target.host, self._target.port
        if _is_literal(host):
            return [host]
        # The system's look-up has no time limit, so it runs in a thread, which is abandoned after a timeout.
        answers: queue.SimpleQueue[Sequence[str] | OSError] = queue.SimpleQueue()
        Thread(target=_look_up, args=(self._settings.resolve, host, port, answers), daemon=True).start()
        try:
            answer = answers.get(timeout=self._seconds_left())
        except (queue.Empty, TimeoutError):
            raise AnswerRefused(FailureReason.DNS, f"no address for {host} in time") from None
        if isinstance(answer, OSError):
            raise AnswerRefused(FailureReason.DNS, f"no address for {host}: {answer.strerror or str(answer)}")
        # A resolver may return an address several times, once for each type of socket.
        return list(dict.fromkeys(answer))

    def _connect(self) -> socket.socket:
        """Connect to the first address that answers, and return the socket. Raises AnswerRefused if none does."""
        last = ""
        # One after the other in the system's order, each with its own time limit.
        for address, port in self._addresses():
            # Set before connecting, so a failure names the address.
            self.ip = address
            try:
                # Connect to the checked address; a second look-up could return another one.
                return self._settings.connector((address, port), min(self._seconds_left(), _CONNECT_LIMIT))
            except OSError as error:
                last = f"{address} port {port}: {error.strerror or str(error) or 'no time left'}"
        raise AnswerRefused(FailureReason.CONNECT, last)

    def _secure(self, plain: socket.socket) -> socket.socket:
        """Return the connection with TLS, if the URL is https. Raises AnswerRefused if the handshake fails."""
        if not self._target.secure:
            return plain
        # A trailing dot is correct in DNS, but certificates do not have it.
        name = self._target.host.removesuffix(".")
        try:
            plain.settimeout(self._seconds_left())
            # suppress_ragged_eofs=False: tell a close without close_notify from one with it.
            return self._settings.tls.wrap_socket(plain, server_hostname=name, suppress_ragged_eofs=False)
        except ssl.SSLCertVerificationError as error:
            why = f"the certificate is refused: {error.verify_message}"
        except TimeoutError:
            why = "no handshake in time"
        except OSError as error:
            why = f"the handshake failed: {error.strerror or str(error)}"
        # The handshake failed, so the plain socket still has to be closed.
        plain.close()
        raise AnswerRefused(FailureReason.TLS, why)

    def _exchange(self, connection: socket.socket, request: bytes) -> Closing:
        """Send the request and receive until the response is complete or the connection ends; return how it ended."""
        try:
            connection.settimeout(self._seconds_left())
            # Set before sending: if sending fails, nobody knows how much arrived.
            self.sent = request
            connection.sendall(request)
            return self._receive(connection)
        except TimeoutError:
            return Closing.TIME
        # A subclass of OSError, so it comes first. An end without close_notify proves nothing, but it is not a reset.
        # Python before 3.11.3 has no class for it, only the reason.
        except ssl.SSLError as error:
            cut_off = isinstance(error, ssl.SSLEOFError) or error.reason == "UNEXPECTED_EOF_WHILE_READING"
            return Closing.CLOSED if cut_off else Closing.BROKEN
        except OSError:
            return Closing.BROKEN

    def _receive(self, connection: socket.socket) -> Closing:
        """Receive until the response is complete or the connection ends; return how it ended."""
        taken = 0
        while True:
            connection.settimeout(self._seconds_left())
            data = connection.recv(_READ_SIZE)
            if not data:
                # With suppress_ragged_eofs=False, TLS that ends without an exception ended with close_notify.
                return Closing.NOTIFIED if self._target.secure else Closing.CLOSED
            if not self.answer.feed(data):
                return Closing.CLOSED
            taken += len(data)
            if taken > _LONG_BYTES and not self.is_long:
                self._wait_for_room()

    def _wait_for_room(self) -> None:
        """Wait until this exchange may receive a long response. Raises TimeoutError if others take too long."""
        began = time.monotonic()
        # Up to four deadlines, because the exchange that holds the place may take a whole deadline. The time spent
        # waiting is added to the deadline of this exchange.
        if not _LONG_RESPONSES.acquire(timeout=4 * self._settings.deadline):
            raise TimeoutError
        self.is_long = True
        self._until += time.monotonic() - began

    def leave(self) -> None:
        """Give back the place for a long response, if there is one, after a failure."""
        if self.is_long:
            _LONG_RESPONSES.release()


def _look_up(resolver: Resolver, host: str, port: int, answers: queue.SimpleQueue[Sequence[str] | OSError]) -> None:
    try:
        answers.put(resolver(host, port))
    except OSError as error:
        answers.put(error)
    except UnicodeError:
        answers.put(OSError("the name cannot be looked up"))


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
