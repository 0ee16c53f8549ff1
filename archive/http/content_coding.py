"""Content codings undone within bounds: gzip, deflate, br, zstd. No I/O."""

from __future__ import annotations

import importlib
import zlib
from collections.abc import Callable, Generator, Iterator, Sequence
from types import ModuleType

LAYERS_LIMIT = 5
"""The most codings, one over the other, that are undone."""
# An empty member takes twenty bytes, so that a body of a few megabytes could hold a hundred thousand.
MEMBERS_LIMIT = 4096
"""The most gzip members of one body that are read."""

_PIECE = 16 * 1024
# A block of four bytes may become 128 KiB (RFC 8878 section 3.1.1.2), and its decoder takes no bound: so at most 8
# MiB come of a piece.
_ZSTD_PIECE = 256
# Names that stand in Content-Encoding on real servers and mean that nothing was done.
_PLAIN = frozenset({"identity", "none", "utf-8", "utf8", "binary", "8bit", "7bit"})


class _Undecodable(Exception):
    """A layer does not decode any further; the reason is its text."""


def undo(body: bytes, codings: Sequence[str], *, limit: int) -> tuple[bytes, tuple[str, ...]]:
    """Undo *codings* (lower case, in the order in which they were applied) and say in words what went wrong.

    All layers together put out *limit* bytes at most. What decodes before a fault is returned. A body that
    says that it is coded and is plain is returned as it is; one in a coding that is not known is returned as
    b"".
    """
    # x-gzip is gzip (RFC 9110 section 8.4.1.3); other names with x- are taken alike.
    named = [name.removeprefix("x-") for name in codings if name not in _PLAIN]
    if len(named) > LAYERS_LIMIT:
        return b"", (f"{len(named)} codings one over the other, more than {LAYERS_LIMIT}",)
    notes: list[str] = []
    for name in reversed(named):
        body, note = _undo_one(body, name, limit)
        # One bound for all layers: a bomb in a bomb would else be given the whole of it once more.
        limit = max(0, limit - len(body))
        if note:
            notes.append(note)
    return body, tuple(notes)


def _undo_one(body: bytes, name: str, limit: int) -> tuple[bytes, str | None]:
    decoder = _DECODERS.get(name)
    if decoder is None:
        return b"", f"coding {name[:40]!r} is not known"
    if not body:
        return b"", None
    # gzip alone begins with a mark of its own; the others have to fail before they can be called plain.
    if name == "gzip" and not body.startswith(b"\x1f\x8b"):
        return body, "says gzip, is plain"
    out = bytearray()
    try:
        for piece in decoder(body, limit):
            room = limit - len(out)
            out += piece[:room]
            # Each decoder may put out one byte beyond the limit, just to show here that there is more.
            if len(piece) > room:
                return bytes(out), f"{name} cut: more than the limit allows"
    except _Undecodable as reason:
        if not out and name in ("deflate", "br", "zstd") and _looks_plain(body):
            return body, f"says {name}, is plain"
        return bytes(out), f"{name} {reason}"
    return bytes(out), None


def _looks_plain(body: bytes) -> bool:
    return body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"<", b"{", b"[")


def _gzip(body: bytes, limit: int) -> Iterator[bytes]:
    at = 0
    for _ in range(MEMBERS_LIMIT):
        consumed = yield from _inflate(body, at, limit, zlib.MAX_WBITS | 16)
        at += consumed
        if body[at : at + 2] == b"\x1f\x8b":
            continue
        # Zeros that fill up a block are no damage; gzip(1) passes over them too.
        if body[at:].strip(b"\0"):
            raise _Undecodable("is followed by something else")
        return
    raise _Undecodable(f"has more than {MEMBERS_LIMIT} members")


def _deflate(body: bytes, limit: int) -> Iterator[bytes]:
    # RFC 9110 section 8.4.1.2: deflate means zlib; many servers send it raw.
    wrapped = len(body) > 1 and body[0] & 15 == 8 and (body[0] << 8 | body[1]) % 31 == 0
    yield from _inflate(body, 0, limit, zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)


def _inflate(body: bytes, at: int, limit: int, wbits: int) -> Generator[bytes, None, int]:
    """Yield what the stream that begins at *at* holds; the generator's value is how many bytes it took."""
    # zlib and not isal: only zlib's decoder can be copied, so that a faulty piece is read to its fault.
    decoder = zlib.decompressobj(wbits)
    start = at
    while not decoder.eof:
        piece = body[at : at + _PIECE]
        if not piece:
            raise _Undecodable("ended early")
        # A decoder that failed gives nothing of the piece it failed in. The copy takes that piece again, byte by byte.
        before = decoder.copy()
        try:
            yield decoder.decompress(piece, limit + 1)
        except zlib.error as error:
            yield from _to_the_fault(before, piece, limit)
            raise _Undecodable(f"is damaged: {error}") from error
        at += len(piece) - len(decoder.unused_data) - len(decoder.unconsumed_tail)
    return at - start


def _to_the_fault(decoder: zlib._Decompress, piece: bytes, limit: int) -> Iterator[bytes]:
    for byte in range(len(piece)):
        try:
            yield decoder.decompress(piece[byte : byte + 1], limit + 1)
        except zlib.error:
            return


def _brotli(body: bytes, limit: int) -> Iterator[bytes]:
    brotli = _optional("brotli")
    if brotli is None:
        raise _Undecodable(_missing("brotli"))
    decoder = brotli.Decompressor()
    piece = body
    try:
        while not decoder.is_finished():
            out = decoder.process(piece, output_buffer_limit=min(limit + 1, 1 << 20))
            # Nothing came, and it asks for more of what has ended.
            if not out and decoder.can_accept_more_data():
                raise _Undecodable("ended early")
            yield out
            piece = b""
    except TypeError as error:  # before 1.2 its output cannot be bounded
        raise _Undecodable("needs the package brotli in version 1.2 or later") from error
    except brotli.error as error:
        raise _Undecodable("is damaged") from error


def _zstd(body: bytes, limit: int) -> Iterator[bytes]:  # noqa: ARG001 - as its fellows; its pieces are small
    zstandard = _optional("zstandard")
    if zstandard is None:
        raise _Undecodable(_missing("zstandard"))
    at = 0
    try:
        for _ in range(MEMBERS_LIMIT):
            # RFC 9659: a window of 8 MiB at most.
            decoder = zstandard.ZstdDecompressor(max_window_size=8 << 20).decompressobj()
            while not decoder.eof:
                piece = body[at : at + _ZSTD_PIECE]
                if not piece:
                    raise _Undecodable("ended early")
                yield decoder.decompress(piece)
                at += len(piece) - len(decoder.unused_data)
            if not body[at:].strip(b"\0"):
                return
    except zstandard.ZstdError as error:
        raise _Undecodable(f"is damaged: {error}") from error
    raise _Undecodable(f"has more than {MEMBERS_LIMIT} frames")


def _missing(package: str) -> str:
    return f"needs the package {package}: install it, then read again with creditline rebuild"


def _optional(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


_DECODERS: dict[str, Callable[[bytes, int], Iterator[bytes]]] = {
    "gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
