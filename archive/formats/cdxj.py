"""CDXJ index lines and their sort keys (SURT): addresses that web archives treat as one page get the same key.

The rules are those of Heritrix and the Wayback Machine, which replay tools use to look pages up: escapes are undone and
made again, the host is reversed, and differences between addresses of one page (``www.``, case, session ids, order of
parameters) are removed.
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
from urllib.parse import quote_from_bytes

from archive.digest import normalize_digest
from archive.warc.capture import Capture, CaptureKind

_DEFAULT_PORTS = {b"http": b"80", b"https": b"443"}
_SHAPE = re.compile(rb"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?", re.DOTALL)
# "http://http://..." is a typing error: the last scheme counts.
_SCHEMES = re.compile(rb"^(?:https?://)*(https?://)")
_NOT_IN_URLS = re.compile(rb"[\n\r\t]")
# Colons without a number, and repeated colons, are typing errors too.
_PORT = re.compile(rb"(.*?):*(?::([0-9]{1,5}))?:*", re.DOTALL)
_HEX = b"0123456789ABCDEFabcdef"
_ESCAPES = {b"%%%c%c" % (first, second): int(bytes((first, second)), 16) for first in _HEX for second in _HEX}
# Characters that are not escaped, besides letters and digits (visible ASCII except # and %).
_STAYS = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
_WWW = re.compile(rb"^www\d*\.")
_NUMERIC = re.compile(rb"[1-9][0-9]*(?:\.[0-9]+){0,3}|0[0-7]*(?:\.[0-7]+){0,3}")
# ASP.NET puts its session id into the path, in parentheses.
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
    """The parts of a URL that its key is made of; b"" for a missing part."""

    scheme: bytes
    host: bytes
    port: bytes
    path: bytes
    query: bytes


def surt(url: str) -> str:
    """Return the sort key of *url*: ``http://www.think.example/a?b`` becomes ``example,think)/a?b``."""
    # Half a surrogate pair becomes a question mark, so every text gets a key.
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
        # Somebody typed an address without a scheme.
        return _parse(b"http://" + url) if found and not authority else Parts(b"http", authority, b"", path, query)
    if not authority and scheme.lower() in _DEFAULT_PORTS:  # http:/think.example/a, http:////think.example/a
        authority, _, path = path.lstrip(b"/").partition(b"/")
        path = b"/" + path
    # User name and password do not change which page it is.
    named = authority.rpartition(b"@")[2].lower()
    if named.startswith(b"["):
        host, _, port = named[1:].partition(b"]")
    else:
        split = _PORT.fullmatch(named)
        host, port = split.groups(b"") if split else (named, b"")
    number = port.strip(b":").lstrip(b"0")
    return Parts(scheme, host, number if number.isdigit() else b"", path, query)


def with_host_escaped(parts: Parts) -> Parts:
    """Write the host as in DNS, or as an address of four numbers."""
    host = _unescaped(parts.host)
    if not host.isascii():
        with suppress(ValueError):
            # The codec rejects empty and overlong labels. Then the host stays and is escaped below.
            host = host.decode("utf-8", "ignore").encode("idna")
    host = host.replace(b"..", b".").strip(b".")
    return replace(parts, host=_address(host) or _escaped(host).lower())


def _address(host: bytes) -> bytes | None:
    """Return the IPv4 address that *host* writes as up to four decimal or octal numbers; None if it is a name."""
    if host.isdigit():
        # A number too long for an address is cut to its last 32 bits, as replay tools do.
        # Its last 32 digits determine these, because 10^32 is a multiple of 2^32; Python reads no number of any length.
        return str(IPv4Address(int(host[-32:]) & 0xFFFFFFFF)).encode()
    if not _NUMERIC.fullmatch(host):
        return None
    *first, last = host.split(b".")
    try:
        numbers = [int(one, 8 if one.startswith(b"0") else 10) for one in first]
        rest = int(last, 8 if last.startswith(b"0") else 10)
    except ValueError:  # not an octal number
        return None
    spare = 4 - len(numbers)  # bytes that the last number fills
    if any(one > 255 for one in numbers) or rest >= 256**spare:
        return None
    return str(IPv4Address(bytes(numbers) + rest.to_bytes(spare, "big"))).encode()


def with_path_resolved(parts: Parts) -> Parts:
    """Undo and redo the escapes in the path; resolve dots and drop empty segments."""
    path = _unescaped(parts.path)
    return replace(parts, path=_escaped(_resolved(path) if parts.host else path))


def _resolved(path: bytes) -> bytes:
    kept: list[bytes] = []
    # The path begins with a slash, so its first part is empty.
    for step in path.split(b"/")[1:]:
        if step == b".." and kept:
            kept.pop()
        elif step != b".":
            kept.append(step)
    return b"/" + b"".join(step + b"/" for step in kept[:-1] if step) + (kept[-1] if kept else b"")


def with_query_escaped(parts: Parts) -> Parts:
    """Undo and redo the escapes in the query."""
    return replace(parts, query=_escaped(_unescaped(parts.query)))


def without_www(parts: Parts) -> Parts:
    """Drop a leading ``www.``, ``www2.`` and the like."""
    return parts if parts.scheme.lower() == b"dns" else replace(parts, host=_WWW.sub(b"", parts.host, count=1))


def without_default_port(parts: Parts) -> Parts:
    """Drop the port if it is the scheme's default."""
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
    """Drop a trailing slash from the path, except for the root."""
    return replace(parts, path=parts.path.removesuffix(b"/") or parts.path[:1])


def with_sorted_query(parts: Parts) -> Parts:
    """Sort the query's parameters, in lower case, by name and value."""
    given = [tuple(one.split(b"=", 1)) for one in parts.query.lower().split(b"&")]
    return replace(parts, query=b"&".join(b"=".join(one) for one in sorted(given)))


def with_host_turned(parts: Parts) -> Parts:
    """Reverse the labels of a name or the numbers of an address, joined by commas."""
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
"""The steps that turn a URL's parts into its key, in this order."""


def _unescaped(text: bytes) -> bytes:
    """Undo percent-encoding, repeatedly."""
    # Until none is left: an address that was escaped twice on its way is still the same page. In one pass, because each
    # character that an escape yields may complete the one around it, thousands of times in a hostile address.
    plain = bytearray(text.partition(b"%")[0])
    for byte in text[len(plain) :]:
        plain.append(byte)
        while (value := _ESCAPES.get(bytes(plain[-3:]))) is not None:
            plain[-3:] = (value,)
    return bytes(plain)


def _escaped(text: bytes) -> bytes:
    return quote_from_bytes(text, safe=_STAYS).encode("ascii")


# CDXJ: one line per capture, by which replay tools find it in a WARC file (CDXJ 0.1, in cdxj-indexer's form).

LINES_IN_MEMORY = 50_000
"""How many lines are sorted in memory; more are sorted in parts on disk."""

# SHA-1 of nothing: indexers print it for a response without a payload, whose record has no digest.
_NO_PAYLOAD = "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"


def line_of(capture: Capture, *, record_digest: str | None = None) -> str:
    """Return the index line of *capture*, with its line end: sort key, 14-digit time, and fields as JSON.

    As in pywb, wabac.js and cdxj-indexer, numbers are strings, a revisit has the type ``warc/revisit`` and keeps the
    status that was sent, a record without a head (a 304) names no status, and the digest keeps its label.
    *record_digest* is the digest of the record's bytes in the file, for readers that fetch only those.
    """
    kept = capture.kind is CaptureKind.RESPONSE
    fields = {
        "url": capture.url,
        "mime": capture.media_type if kept else "warc/revisit",
        # A string, like the numbers below: readers of CDXJ compare these as text.
        "status": None if capture.kind is CaptureKind.NOT_MODIFIED else str(capture.status),
        "digest": normalize_digest(capture.payload_digest or (_NO_PAYLOAD if kept else "")),
        "length": str(capture.ref.length),
        "offset": str(capture.ref.offset),
        "filename": capture.ref.file,
        "recordDigest": record_digest,
    }
    named = {name: value for name, value in fields.items() if value}
    return f"{surt(capture.url)} {capture.began.astimezone(UTC):%Y%m%d%H%M%S} {json.dumps(named)}\n"


class LineSorter:
    """Takes lines in any order and yields them sorted by their bytes (as ``LC_ALL=C sort`` does), each once.

    Only a limited number is kept in memory; the rest is in temporary files.
    """

    def __init__(self, scratch: Path | None = None, *, in_memory: int = LINES_IN_MEMORY) -> None:
        """Keep at most *in_memory* lines in memory, the rest in the folder *scratch* (the system's if None)."""
        self._scratch, self._in_memory = scratch, in_memory
        self._held: list[bytes] = []
        self._runs: list[IO[bytes]] = []

    def add(self, line: str) -> None:
        """Add a line, including its line end."""
        self._held.append(line.encode())
        # Sorted runs on disk, merged at the end: exporting millions of lines needs the memory of one run.
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
    """Yield *lines*, encoded and sorted by a `LineSorter`."""
    with LineSorter(scratch, in_memory=in_memory) as sorter:
        for line in lines:
            sorter.add(line)
        yield from sorter
