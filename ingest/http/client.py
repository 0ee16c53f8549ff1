"""Fetch: one visit to one exchange, or a named failure. The one way to a web server; mail alone leaves by `mail.py`."""

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
from pathlib import Path
from threading import BoundedSemaphore, Thread

from archive.errors import UrlRefused
from archive.http.exchange import Ending, Exchange, Truncation
from archive.http.failure import AnswerRefused, FailureReason, FetchFailure
from archive.http.url import Target, read_target
from ingest.http.addresses import refusal
from ingest.http.protocol_version import Dialect
from ingest.http.response import Answer, Closing, Limits

_READ_SIZE = 65_536
# For each address: a host with a dead IPv6 address and a live IPv4 one is reached within the deadline.
_CONNECT_LIMIT = 15.0
_LONG = 4 * 1024 * 1024
# So many answers of more than `_LONG` bytes are in memory at a time, until nobody holds them; others wait.
_LONG_ONES = BoundedSemaphore(1)
# A line end in a field would begin a field, or a request, of somebody else's making.
_UNPRINTABLE = re.compile(r"[^\t\x20-\x7e\x80-\xff]")

Resolver = Callable[[str, int], Sequence[str]]
"""From host and port to addresses as literals; raises OSError where there are none."""


def system_resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system for the addresses of *host*, the preferred first. Raises OSError (socket.gaierror)."""
    # In the order of the system (RFC 6724): it knows by which family this machine reaches others.
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


Connector = Callable[[tuple[str, int], float], socket.socket]
"""From an address literal, a port and seconds to a connection; raises OSError."""


def system_connect(address: tuple[str, int], timeout: float) -> socket.socket:
    """Open a TCP connection to *address* within *timeout* seconds. Raises OSError."""
    return socket.create_connection(address, timeout)


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How this collection asks. Made once: it reads the certificate authorities.

    Attributes:
        user_agent: names the software and whom to write to.
        connect: host or host:port, lower case, to the address and port to connect to instead; the only way to
            an address that is not public. Host field, URL and certificate keep the real name.
        ca_file: a PEM file with certificate authorities trusted beside those of the system.
        deadline: seconds for the whole exchange, the look-up included.
        idle: seconds without a byte.
        body_limit: bytes of body as framed on the wire; what is longer is truncated there.
        head_limit: bytes of all heads together; what is longer is refused.
        resolve, connector: the two doors of this machine that a test may close.
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
    tls: ssl.SSLContext = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for value in (self.user_agent, self.accept_language or ""):
            if _UNPRINTABLE.search(value):
                raise ValueError(f"{value!r} cannot stand in a request: leave control characters and non-Latin out")
        # Made once: it reads every certificate authority of the system, which takes longer than an exchange.
        context = ssl.create_default_context()
        if self.ca_file is not None:
            context.load_verify_locations(self.ca_file)
        object.__setattr__(self, "tls", context)

    def mapped(self, target: Target) -> tuple[str, int] | None:
        """Return the address and port that [connect] names for *target*, or None."""
        # The entry with a port is the more exact one.
        return self.connect.get(f"{target.host}:{target.port}") or self.connect.get(target.host)


@dataclass(frozen=True, slots=True)
class Conditions:
    """The validators of an earlier capture, as printed there (RFC 9110 section 13.1)."""

    etag: str | None = None
    last_modified: str | None = None


def fetch(
    visit_url: str,
    *,
    settings: FetchSettings,
    clock: Callable[[], datetime],
    conditions: Conditions | None = None,
    protocol: Dialect = Dialect.HTTP_1_0,
) -> Exchange | FetchFailure:
    """Ask for *visit_url* once, over a connection of its own, and return what came, verbatim.

    An answer whose head came is an Exchange, however it ended; everything else is a FetchFailure. No redirect
    is followed, nothing is asked twice, no cookie is kept. Safe to call from many threads.
    """
    return _ask(visit_url, settings, clock, lambda target: format_request(target, settings, conditions, protocol))


def post(
    url: str, body: bytes, media_type: str, *, settings: FetchSettings, clock: Callable[[], datetime]
) -> Exchange | FetchFailure:
    """Hand *body* to *url* once, and return what came back; as `fetch` in all else."""

    def request(target: Target) -> bytes:
        # In 1.1: those who take notices are programs of today, and some of them refuse 1.0.
        fields = (
            ("Host", target.authority),
            ("User-Agent", settings.user_agent),
            ("Content-Type", media_type),
            ("Content-Length", str(len(body))),
            ("Connection", "close"),
        )
        lines = [f"POST {target.path} HTTP/{Dialect.HTTP_1_1}", *(f"{name}: {value}" for name, value in fields)]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body

    return _ask(url, settings, clock, request)


def _ask(
    visit_url: str, settings: FetchSettings, clock: Callable[[], datetime], request_of: Callable[[Target], bytes]
) -> Exchange | FetchFailure:
    # Before the look-up: WARC-Date is when the capture began.
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
    # A signal too: a place among the long ones that is not given back would stop every long answer after it.
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
    # The place is held as long as the exchange is: its bytes are what the memory is spent on. At exit nobody waits for
    # it.
    if attempt.is_long:
        weakref.finalize(exchange, _LONG_ONES.release).atexit = False
    return exchange


def format_request(target: Target, settings: FetchSettings, conditions: Conditions | None, protocol: Dialect) -> bytes:
    """Return the request (RFC 9112 section 3). Validators that no field can hold are left out."""
    fields = [
        ("Host", target.authority),
        ("User-Agent", settings.user_agent),
        ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
        ("Accept-Language", settings.accept_language),
        # Bytes that need no decoder; what is coded all the same is decoded by what its head says.
        ("Accept-Encoding", "identity"),
        ("If-None-Match", _sendable(conditions.etag) if conditions else None),
        ("If-Modified-Since", _sendable(conditions.last_modified) if conditions else None),
        ("Connection", "close"),
    ]
    # In origin-form (RFC 9112 section 3.2.1), in 1.0 too: with Host beside it every server knows which site is meant.
    lines = [f"GET {target.path} HTTP/{protocol}", *(f"{name}: {value}" for name, value in fields if value)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _sendable(value: str | None) -> str | None:
    # A validator comes from a server: it must not be able to end a line of ours.
    return None if value is None or _UNPRINTABLE.search(value) else value


class _Attempt:
    """One connection: what was reached, sent and received, also where it fails half way."""

    def __init__(self, target: Target, settings: FetchSettings) -> None:
        self._target = target
        self._settings = settings
        # The system's own clock, not a parameter: a socket waits by no other.
        self._until = time.monotonic() + settings.deadline
        self.ip: str | None = None
        self.sent = b""
        self.is_long = False
        """Whether it has taken a place among the long ones, which its end or its exchange's gives back."""
        self.answer = Answer(Limits(settings.head_limit, settings.body_limit))

    def run(self, request: bytes) -> tuple[Ending, Truncation | None]:
        """Connect, ask, receive; return how the answer ended. Raises AnswerRefused where there is none."""
        # A connection of its own for each exchange: on one that is used again, a late interim answer shifts all that
        # follow.
        with self._secure(self._connect()) as connection:
            return self.answer.end(self._exchange(connection, request), self._target.url)

    def _left(self) -> float:
        """Return how many seconds the next step may wait. Raises TimeoutError where there are none left."""
        # Both bounds at each step: a server that sends a byte a minute keeps within every bound on a single read.
        left = min(self._until - time.monotonic(), self._settings.idle)
        if left <= 0:
            raise TimeoutError
        return left

    def _addresses(self) -> list[tuple[str, int]]:
        """Return the addresses that may be connected to: those that [connect] names, or the public ones."""
        mapped = self._settings.mapped(self._target)
        # Not checked: [connect] is how a person allows a private address.
        if mapped is not None:
            return [mapped]
        found = self._resolved()
        # Each address by itself: a name may have a public one beside that of a machine in our own network.
        allowed = [address for address in found if refusal(address) is None]
        if not allowed:
            named = ", ".join(f"{address} ({refusal(address)})" for address in found[:5])
            what = f"{self._target.host} is {named or 'nowhere'}: no address that is visited"
            raise AnswerRefused(FailureReason.ADDRESS_REFUSED, what)
        return [(address, self._target.port) for address in allowed]

    def _resolved(self) -> list[str]:
        host, port = self._target.host, self._target.port
        if _is_literal(host):
            return [host]
        # The system's look-up has no time limit of its own; a thread that nobody waits for any longer may end
        # when it likes.
        answers: queue.SimpleQueue[Sequence[str] | OSError] = queue.SimpleQueue()
        Thread(target=_look_up, args=(self._settings.resolve, host, port, answers), daemon=True).start()
        try:
            answer = answers.get(timeout=self._left())
        except (queue.Empty, TimeoutError):
            raise AnswerRefused(FailureReason.DNS, f"no address for {host} in time") from None
        if isinstance(answer, OSError):
            raise AnswerRefused(FailureReason.DNS, f"no address for {host}: {answer.strerror or str(answer)}")
        # A resolver may name one address several times, once for each kind of socket.
        return list(dict.fromkeys(answer))

    def _connect(self) -> socket.socket:
        last = ""
        # One after the other, as the system prefers them, each with a bound of its own.
        for address, port in self._addresses():
            # Set before the attempt, so that a failure says where it was made.
            self.ip = address
            try:
                # To the literal that was checked: nothing is looked up a second time.
                return self._settings.connector((address, port), min(self._left(), _CONNECT_LIMIT))
            except OSError as error:
                last = f"{address} port {port}: {error.strerror or str(error) or 'no time left'}"
        raise AnswerRefused(FailureReason.CONNECT, last)

    def _secure(self, plain: socket.socket) -> socket.socket:
        if not self._target.secure:
            return plain
        # A trailing dot is right in DNS and stands in no certificate.
        name = self._target.host.removesuffix(".")
        try:
            plain.settimeout(self._left())
            # A close without close_notify must be told from one with it.
            return self._settings.tls.wrap_socket(plain, server_hostname=name, suppress_ragged_eofs=False)
        except ssl.SSLCertVerificationError as error:
            why = f"the certificate is refused: {error.verify_message}"
        except TimeoutError:
            why = "no handshake in time"
        except OSError as error:
            why = f"the handshake failed: {error.strerror or str(error)}"
        # The wrapped socket owns the connection only once the handshake is done.
        plain.close()
        raise AnswerRefused(FailureReason.TLS, why)

    def _exchange(self, connection: socket.socket, request: bytes) -> Closing:
        """Send and receive until the answer is whole or the connection ends; return how."""
        try:
            connection.settimeout(self._left())
            # Before it is sent: of a request that failed half way nobody knows how much arrived.
            self.sent = request
            connection.sendall(request)
            return self._receive(connection)
        except TimeoutError:
            return Closing.TIME
        # Before OSError, which it is one of: an end without close_notify proves nothing, but is no reset.
        except ssl.SSLEOFError:
            return Closing.CLOSED
        except OSError:
            return Closing.BROKEN

    def _receive(self, connection: socket.socket) -> Closing:
        taken = 0
        while True:
            connection.settimeout(self._left())
            data = connection.recv(_READ_SIZE)
            if not data:
                # With suppress_ragged_eofs off, an end of TLS that raises nothing came with close_notify.
                return Closing.NOTIFIED if self._target.secure else Closing.CLOSED
            if not self.answer.feed(data):
                return Closing.CLOSED
            taken += len(data)
            if taken > _LONG and not self.is_long:
                self._wait_for_room()

    def _wait_for_room(self) -> None:
        """Wait until this exchange may take in a long answer. Raises TimeoutError where others take too long."""
        began = time.monotonic()
        # Four deadlines, for one that holds the place may take a whole one; its time is not counted against this
        # exchange.
        if not _LONG_ONES.acquire(timeout=4 * self._settings.deadline):
            raise TimeoutError
        self.is_long = True
        self._until += time.monotonic() - began

    def leave(self) -> None:
        """Give back the place among the long ones, where it has one and nothing came of it."""
        if self.is_long:
            _LONG_ONES.release()


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
