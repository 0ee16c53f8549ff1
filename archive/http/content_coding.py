"""Undo content codings (gzip, deflate, br, zstd) within limits. No I/O."""

from __future__ import annotations

import importlib
import zlib
from collections.abc import Callable, Generator, Iterator, Sequence
from types import ModuleType

LAYERS_LIMIT = 5
"""The most nested codings that are undone."""
# An empty member takes twenty bytes, so a body of a few megabytes could hold a hundred thousand.
MEMBERS_LIMIT = 4096
"""The most gzip members of one body that are read."""

_PIECE = 16 * 1024
# A block of four bytes may expand to 128 KiB (RFC 8878 section 3.1.1.2) and the decoder takes no limit, so a piece
# gives at most 8 MiB.
_ZSTD_PIECE = 256
# Real servers send these names in Content-Encoding and mean that nothing was done.
_PLAIN = frozenset({"identity", "none", "utf-8", "utf8", "binary", "8bit", "7bit"})


class _Undecodable(Exception):
    """A layer cannot be decoded any further; the message says why."""


def decode_content(body: bytes, codings: Sequence[str], *, limit: int) -> tuple[bytes, tuple[str, ...]]:
    """Undo *codings* (lower case, in the order they were applied); return the body and what went wrong, in words.

    All layers together produce at most *limit* bytes. Whatever decodes before a fault is returned. A body that claims
    a coding but is plain is returned unchanged; a body in an unknown coding is returned as b"".
    """
    # x-gzip is gzip (RFC 9110 section 8.4.1.3); other names with x- are treated alike.
    named = [name.removeprefix("x-") for name in codings if name not in _PLAIN]
    if len(named) > LAYERS_LIMIT:
        return b"", (f"{len(named)} codings one over the other, more than {LAYERS_LIMIT}",)
    notes: list[str] = []
    for name in reversed(named):
        body, note = _undo_one(body, name, limit)
        # One limit for all layers, or each layer of a nested bomb would get the whole of it.
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
    # Only gzip has a magic number. The others must fail to decode before they can be called plain.
    if name == "gzip" and not body.startswith(b"\x1f\x8b"):
        return body, "says gzip, is plain"
    out = bytearray()
    try:
        for piece in decoder(body, limit):
            room = limit - len(out)
            out += piece[:room]
            # A decoder may produce one byte more than the limit, only to show here that there is more.
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
        # Padding with zeros is not damage; gzip(1) skips it too.
        if body[at:].strip(b"\0"):
            raise _Undecodable("is followed by something else")
        return
    raise _Undecodable(f"has more than {MEMBERS_LIMIT} members")


def _deflate(body: bytes, limit: int) -> Iterator[bytes]:
    # RFC 9110 section 8.4.1.2: deflate means zlib, but many servers send raw deflate.
    wrapped = len(body) > 1 and body[0] & 15 == 8 and (body[0] << 8 | body[1]) % 31 == 0
    yield from _inflate(body, 0, limit, zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)


def _inflate(body: bytes, at: int, limit: int, wbits: int) -> Generator[bytes, None, int]:
    """Yield the contents of the stream that begins at *at*; the generator returns how many bytes it took."""
    # zlib, not isal: only zlib's decoder can be copied, so that a faulty piece can be read up to its fault.
    decoder = zlib.decompressobj(wbits)
    start = at
    while not decoder.eof:
        piece = body[at : at + _PIECE]
        if not piece:
            raise _Undecodable("ended early")
        # A decoder that fails returns nothing of that piece. The copy reads the piece again, byte by byte.
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
            # No output, and it wants more input than there is.
            if not out and decoder.can_accept_more_data():
                raise _Undecodable("ended early")
            yield out
            piece = b""
    except TypeError as error:  # before version 1.2 its output cannot be limited
        raise _Undecodable("needs the package brotli in version 1.2 or later") from error
    except brotli.error as error:
        raise _Undecodable("is damaged") from error


def _zstd(body: bytes, limit: int) -> Iterator[bytes]:  # noqa: ARG001 - as all decoders; its pieces are small
    zstandard = _optional("zstandard")
    if zstandard is None:
        raise _Undecodable(_missing("zstandard"))
    at = 0
    try:
        for _ in range(MEMBERS_LIMIT):
            # RFC 9659: a window of at most 8 MiB.
            decoder = zstandard.ZstdDecompressor(max_window_size=8 << 20).decompressobj()
            while not decoder.eof:
                piece = body[at : at + _ZSTD_PIECE]
                if not piece:
                    raise _Undecodable("ended early")
                yield decoder.decompress(piece)
                at += len(piece) - len(decoder.unused_data)
            # No frame begins with a zero. Only then is the rest looked through, which takes as long as the rest is.
            if body[at : at + 1] in (b"", b"\0") and not body[at:].strip(b"\0"):
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
