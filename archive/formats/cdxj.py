"""URL to sort key (SURT), as the indexes of web archives have it: what is one page to them has one key.

The rules are those of Heritrix and the Wayback Machine, by which replay tools look pages up: escapes are undone and
made anew, the host is turned round, and what differs between addresses of one page (``www.``, case, a session id, the
order of parameters) is dropped.
"""

from __future__ import annotations

import heapq
import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC
from ipaddress import IPv4Address
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Self
from urllib.parse import quote_from_bytes, unquote_to_bytes

from archive.digest import spelt
from archive.warc.capture import Capture, CaptureKind

_DEFAULT_PORTS = {b"http": b"80", b"https": b"443"}
_SHAPE = re.compile(rb"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?", re.DOTALL)
# "http://http://..." is a slip: the last scheme counts.
_SCHEMES = re.compile(rb"^(?:https?://)*(https?://)")
_NOT_IN_URLS = re.compile(rb"[\n\r\t]")
# Colons without a number, and too many of them, are slips as well.
_PORT = re.compile(rb"(.*?):*(?::([0-9]{1,5}))?:*", re.DOTALL)
_ESCAPED_PERCENT = re.compile(rb"%(?:25)+")
# What is printed as it is, beside letters and digits (the visible characters of ASCII but for # and %).
_STAYS = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
_WWW = re.compile(rb"^www\d*\.")
_NUMERIC = re.compile(rb"[1-9][0-9]*(?:\.[0-9]+){0,3}|0[0-7]*(?:\.[0-7]+){0,3}")
# ASP.NET puts its session id into the path, in brackets.
_SESSION_FOLDERS = tuple(
    re.compile(rb"(.*/)\(" + what + rb"\)/([^?]+\.aspx.*)", re.I | re.DOTALL)
    for what in (rb"(?:[a-z]\([0-9a-z]{24}\))+", rb"[0-9a-z]{24}")
)
_SESSIONS = tuple(
    re.compile(rb"(.*)" + what + rb"(?:&(.*))?", re.I)
    for what in (
        rb"jsessionid=[0-9a-z]{32}",
        rb"phpsessid=[0-9a-z]{32}",
        rb"sid=[0-9a-z]{32}",
        rb"aspsessionid[a-z]{8}=[a-z]{24}",
        rb"cfid=[^&]+&cftoken=[^&]+",
    )
)


@dataclass(frozen=True, slots=True)
class Parts:
    """A URL in the parts that its key is made of; b"" for a part that there is not."""

    scheme: bytes
    host: bytes
    port: bytes
    path: bytes
    query: bytes


def surt(url: str) -> str:
    """Return the sort key of *url*: ``http://www.think.example/a?b`` becomes ``example,think)/a?b``."""
    # Half a surrogate pair becomes a question mark: any text gets a key.
    parts = _parse(url.encode("utf-8", "replace"))
    for step in STEPS:
        parts = step(parts)
    begin = parts.host + (b":" + parts.port if parts.port else b"") + b")" if parts.host else parts.scheme + b":"
    return (begin + parts.path + (b"?" + parts.query if parts.query else b"")).decode("ascii", "replace")


def _parse(url: bytes) -> Parts:
    url = _SCHEMES.sub(rb"\1", _NOT_IN_URLS.sub(b"", url.strip()))
    found = _SHAPE.fullmatch(url)
    scheme, authority, path, query = found.groups(b"") if found else (b"", b"", url, b"")
    if not scheme:
        # An address without a scheme is one that somebody typed.
        return _parse(b"http://" + url) if found and not authority else Parts(b"http", authority, b"", path, query)
    if not authority and scheme.lower() in _DEFAULT_PORTS:  # http:/think.example/a, http:////think.example/a
        authority, _, path = path.lstrip(b"/").partition(b"/")
        path = b"/" + path
    # Who logs in is no part of which page it is.
    named = authority.rpartition(b"@")[2].lower()
    if named.startswith(b"["):
        host, _, port = named[1:].partition(b"]")
    else:
        split = _PORT.fullmatch(named)
        host, port = split.groups(b"") if split else (named, b"")
    number = port.strip(b":").lstrip(b"0")
    return Parts(scheme, host, number if number.isdigit() else b"", path, query)


def with_host_escaped(parts: Parts) -> Parts:
    """Write the host as DNS has it, an address in four numbers."""
    host = _unescaped(parts.host)
    if not host.isascii():
        with suppress(ValueError):
            # The codec refuses empty labels and long ones: then the host stays, and is escaped below.
            host = host.decode("utf-8", "ignore").encode("idna")
    host = host.replace(b"..", b".").strip(b".")
    return replace(parts, host=_address(host) or _escaped(host).lower())


def _address(host: bytes) -> bytes | None:
    """Return the address that *host* writes as one number, or as up to four, decimal or octal; None if it is a name."""
    if host.isdigit():
        # A number too long for an address is cut to its last 32 bits, as replay tools do.
        return str(IPv4Address(int(host) & 0xFFFFFFFF)).encode()
    if not _NUMERIC.fullmatch(host):
        return None
    *first, last = host.split(b".")
    try:
        numbers = [int(one, 8 if one.startswith(b"0") else 10) for one in first]
        rest = int(last, 8 if last.startswith(b"0") else 10)
    except ValueError:  # no octal number
        return None
    spare = 4 - len(numbers)  # bytes that the last number fills
    if any(one > 255 for one in numbers) or rest >= 256**spare:
        return None
    return str(IPv4Address(bytes(numbers) + rest.to_bytes(spare, "big"))).encode()


def with_path_resolved(parts: Parts) -> Parts:
    """Undo escapes in the path and make them anew; dots are resolved and empty steps go."""
    path = _unescaped(parts.path)
    return replace(parts, path=_escaped(_resolved(path) if parts.host else path))


def _resolved(path: bytes) -> bytes:
    kept: list[bytes] = []
    # The path begins with a slash; what stands before that is empty.
    for step in path.split(b"/")[1:]:
        if step == b".." and kept:
            kept.pop()
        elif step != b".":
            kept.append(step)
    return b"/" + b"".join(step + b"/" for step in kept[:-1] if step) + (kept[-1] if kept else b"")


def with_query_escaped(parts: Parts) -> Parts:
    """Undo escapes in the query and make them anew."""
    return replace(parts, query=_escaped(_unescaped(parts.query)))


def without_www(parts: Parts) -> Parts:
    """Drop a leading ``www.``, ``www2.`` and the like."""
    return parts if parts.scheme.lower() == b"dns" else replace(parts, host=_WWW.sub(b"", parts.host, count=1))


def without_default_port(parts: Parts) -> Parts:
    """Drop the port that the scheme has anyway."""
    return replace(parts, port=b"") if parts.port == _DEFAULT_PORTS.get(parts.scheme.lower()) else parts


def in_lower_case(parts: Parts) -> Parts:
    """Lower the case of the path."""
    return replace(parts, path=parts.path.lower())


def without_session(parts: Parts) -> Parts:
    """Drop session ids from path and query."""
    path, query = parts.path, parts.query
    for folder in _SESSION_FOLDERS:
        found = folder.fullmatch(path)
        path = found[1] + found[2] if found else path
    for session in _SESSIONS:
        held = session.fullmatch(query)
        if held:
            query = held[1] + (held[2] or b"")
    return replace(parts, path=path, query=query)


def without_trailing_slash(parts: Parts) -> Parts:
    """Drop the slash that ends a path, but for the root's."""
    return replace(parts, path=parts.path.removesuffix(b"/") or parts.path[:1])


def with_sorted_query(parts: Parts) -> Parts:
    """Sort the parameters of the query, in lower case, by name and value."""
    given = [tuple(one.split(b"=", 1)) for one in parts.query.lower().split(b"&")]
    return replace(parts, query=b"&".join(b"=".join(one) for one in sorted(given)))


def with_host_turned(parts: Parts) -> Parts:
    """Turn the labels of a name, or the numbers of an address, round, joined by commas."""
    return replace(parts, host=b",".join(reversed(parts.host.split(b"."))))


STEPS: tuple[Callable[[Parts], Parts], ...] = (
    with_query_escaped,
    with_host_escaped,
    with_path_resolved,
    without_www,
    without_default_port,
    in_lower_case,
    without_session,
    without_trailing_slash,
    with_sorted_query,
    with_host_turned,
)
"""What is done to a URL, in this order."""


def _unescaped(text: bytes) -> bytes:
    """Undo percent-encoding until there is none left."""
    # Until nothing changes: an address may have been escaped twice on its way, and is one page all the same.
    while (plain := unquote_to_bytes(_ESCAPED_PERCENT.sub(b"%", text))) != text:
        text = plain
    return text


def _escaped(text: bytes) -> bytes:
    return quote_from_bytes(text, safe=_STAYS).encode("ascii")


# CDXJ: one line a capture, by which replay tools find it in a WARC file (CDXJ 0.1, and as cdxj-indexer has it).

LINES_IN_MEMORY = 50_000
"""How many lines are sorted at once; more are sorted in pieces on disk."""

# SHA-1 of nothing: what indexers print for a response that has no payload, and so no digest in its record.
_NO_PAYLOAD = "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"


def line_of(capture: Capture, *, record_digest: str | None = None) -> str:
    """Return the line of *capture*, with its line end: sort key, 14-digit time, and fields as JSON.

    Numbers are texts, a revisit is of type ``warc/revisit`` and keeps the status that was sent, one whose record has
    no head (a 304) names no status, and the label of the digest stays: so pywb, wabac.js and cdxj-indexer have it.
    *record_digest* is that of the record's bytes as they lie in the file, for readers who fetch only those.
    """
    kept = capture.kind is CaptureKind.RESPONSE
    fields = {
        "url": capture.url,
        "mime": capture.media_type if kept else "warc/revisit",
        # As text, like the numbers below: readers of CDXJ compare these as they stand.
        "status": None if capture.kind is CaptureKind.NOT_MODIFIED else str(capture.status),
        "digest": spelt(capture.payload_digest or (_NO_PAYLOAD if kept else "")),
        "length": str(capture.ref.length),
        "offset": str(capture.ref.offset),
        "filename": capture.ref.file,
        "recordDigest": record_digest,
    }
    named = {name: value for name, value in fields.items() if value}
    return f"{surt(capture.url)} {capture.began.astimezone(UTC):%Y%m%d%H%M%S} {json.dumps(named)}\n"


class LineSorter:
    """Lines given in any order and read back in the order of their bytes (as ``LC_ALL=C sort`` has it), each once.

    However many there are, only so many are held in memory; the rest waits in temporary files.
    """

    def __init__(self, scratch: Path | None = None, *, in_memory: int = LINES_IN_MEMORY) -> None:
        """Hold at most *in_memory* lines in memory, the rest in the folder *scratch* (that of the system if None)."""
        self._scratch, self._in_memory = scratch, in_memory
        self._held: list[bytes] = []
        self._runs: list[IO[bytes]] = []

    def add(self, line: str) -> None:
        """Take a line, with its line end."""
        self._held.append(line.encode())
        # Sorted runs on disk, merged at the end: an export of millions of lines takes the memory of one run.
        if len(self._held) >= self._in_memory:
            run = TemporaryFile(dir=self._scratch)  # noqa: SIM115 - it lives as long as the sorter
            run.writelines(sorted(self._held))
            self._runs.append(run)
            self._held = []

    def __iter__(self) -> Iterator[bytes]:
        for run in self._runs:
            run.seek(0)
        previous = b""
        for line in heapq.merge(*self._runs, sorted(self._held)):
            if line != previous:
                yield line
            previous = line

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for run in self._runs:
            run.close()


def in_order(lines: Iterable[str], scratch: Path | None = None, *, in_memory: int = LINES_IN_MEMORY) -> Iterator[bytes]:
    """Yield *lines*, encoded and sorted, see `LineSorter`."""
    with LineSorter(scratch, in_memory=in_memory) as sorter:
        for line in lines:
            sorter.add(line)
        yield from sorter
