"""Image metadata: creator, owner and terms of an image file, as its XMP, IPTC-IIM and Exif data state them. Pure.

Our own code, because libraries for these formats return values without the bytes that hold them. Only the heads of
segments are read, never the picture itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import unpack_from

from archive.evidence.locate import fold
from archive.evidence.passage import Decoding, Passage, Place
from archive.evidence.xmp import MetadataValue, read_xmp

CREATOR, CREDIT, COPYRIGHT, TERMS, LICENSE = "creator", "credit", "copyright", "terms", "license"
"""What a value states: creator, credit to print, owner, what is allowed, address of a licence."""
_XMP = {
    "dc:creator": CREATOR,
    "photoshop:Credit": CREDIT,
    "photoshop:Source": CREDIT,
    "cc:attributionName": CREDIT,
    "plus:ImageCreatorName": CREATOR,
    "dc:rights": COPYRIGHT,
    "xmpRights:Owner": COPYRIGHT,
    "plus:CopyrightOwnerName": COPYRIGHT,
    "xmpRights:UsageTerms": TERMS,
    "xmpRights:WebStatement": LICENSE,
    "cc:license": LICENSE,
    "plus:LicensorURL": LICENSE,
}
# IPTC-IIM 4.2, record 2.
_IIM = {80: CREATOR, 110: CREDIT, 115: CREDIT, 116: COPYRIGHT, 40: TERMS}
# Exif 2.32: tags of the first directory.
_EXIF = {0x013B: CREATOR, 0x8298: COPYRIGHT}
_MOST = 200
"""At most this many segments, chunks, data sets or entries of a file are read."""
_LONGEST = 2000
"""Longer values (in bytes) are ignored."""


def read_image(body: bytes) -> tuple[MetadataValue, ...]:
    """Return what the image file *body* states about itself, each value once: where XMP states it, else where it stands
    first in the IPTC and Exif data.

    Reads JPEG, PNG, WebP and TIFF; in other formats only an uncompressed XMP packet. Damage ends the reading and never
    raises.
    """
    found = [one._replace(name=_XMP[one.name]) for one in read_xmp(body, _XMP)]
    for kind, start, end in _segments(body):
        found += _iptc(body, start, end) if kind == "iptc" else _exif(body, start, end)
    return tuple({(one.name, one.value): one for one in reversed(found)}.values())[::-1]


def _segments(body: bytes) -> Iterator[tuple[str, int, int]]:
    """Yield where IPTC and Exif data are in *body*."""
    if body.startswith(b"\xff\xd8"):
        yield from _of_jpeg(body)
    elif body.startswith(b"\x89PNG\r\n\x1a\n"):
        yield from (("exif", start, end) for name, start, end in _chunks(body, 8, big=True) if name == b"eXIf")
    elif body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        yield from (("exif", start, end) for name, start, end in _chunks(body, 12, big=False) if name == b"EXIF")
    elif body[:4] in (b"II*\0", b"MM\0*"):
        yield "exif", 0, len(body)


def _of_jpeg(body: bytes) -> Iterator[tuple[str, int, int]]:
    at = 2
    for _ in range(_MOST):
        # The picture itself begins with its scan (SOS); metadata come before it.
        if at + 4 > len(body) or body[at] != 0xFF or body[at + 1] == 0xDA:
            return
        marker, (size,) = body[at + 1], unpack_from(">H", body, at + 2)
        start, end = at + 4, min(at + 2 + size, len(body))
        if marker == 0xE1 and body.startswith(b"Exif\0\0", start):
            yield "exif", start + 6, end
        elif marker == 0xED and body.startswith(b"Photoshop 3.0\0", start):
            yield from (("iptc", *span) for span in _resources(body, start + 14, end))
        at = at + 2 + max(size, 2)


def _resources(body: bytes, at: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where IPTC-IIM is among the image resources of Photoshop between *at* and *end*."""
    for _ in range(_MOST):
        if at + 12 > end or body[at : at + 4] != b"8BIM":
            return
        (number,) = unpack_from(">H", body, at + 4)
        # The name has its length in front; together they take an even number of bytes.
        named = at + 6 + (body[at + 6] + 2) // 2 * 2
        if named + 4 > end:
            return
        (size,) = unpack_from(">I", body, named)
        if number == 0x0404:
            yield named + 4, min(named + 4 + size, end)
        at = named + 4 + size + size % 2


def _chunks(body: bytes, at: int, *, big: bool) -> Iterator[tuple[bytes, int, int]]:
    """Yield the name and the span of each chunk: of PNG (*big*: length, name, content, checksum) or of RIFF."""
    for _ in range(_MOST):
        if at + 8 > len(body):
            return
        (size,) = unpack_from(">I" if big else "<I", body, at if big else at + 4)
        yield body[at + 4 : at + 8] if big else body[at : at + 4], at + 8, min(at + 8 + size, len(body))
        at += size + 12 if big else size + 8 + size % 2


def _iptc(body: bytes, at: int, end: int) -> Iterator[MetadataValue]:
    """Yield the values of IPTC datasets (IIM 4.2) in *body* from *at* to *end*, until the first malformed one."""
    charset = "cp1252"
    for _ in range(_MOST):
        if at + 5 > end or body[at] != 0x1C:
            return
        record, number, size = body[at + 1], body[at + 2], unpack_from(">H", body, at + 3)[0]
        start, at = at + 5, at + 5 + size
        if record == 1 and number == 90 and body[start:at] == b"\x1b%G":
            charset = "utf-8"
        elif record == 2 and number in _IIM:
            yield from _value(_IIM[number], body, (start, min(at, end)), charset)


def _exif(body: bytes, start: int, end: int) -> Iterator[MetadataValue]:
    order = {b"II": "<", b"MM": ">"}.get(body[start : start + 2])
    if order is None or start + 8 > end:
        return
    at = start + unpack_from(f"{order}I", body, start + 4)[0]
    if at + 2 > end:
        return
    (count,) = unpack_from(f"{order}H", body, at)
    for entry in range(at + 2, at + 2 + 12 * min(count, _MOST), 12):
        if entry + 12 > end:
            return
        tag, kind, size, place = unpack_from(f"{order}HHII", body, entry)
        # Type 2 is text. Values of up to four bytes are in the entry itself.
        if tag in _EXIF and kind == 2:
            low = entry + 8 if size <= 4 else start + place
            yield from _value(_EXIF[tag], body, (low, min(low + size, end)), "utf-8")


def _value(name: str, body: bytes, span: tuple[int, int], charset: str) -> Iterator[MetadataValue]:
    start, end = span
    held = body[start:end]
    # Some programs pad a field with zeros or blanks.
    end -= len(held) - len(held.rstrip(b"\0 \t\r\n"))
    start += len(held) - len(held.lstrip(b"\0 \t\r\n"))
    if not 0 < end - start <= _LONGEST:
        return
    for one in (charset, "cp1252", "latin-1"):
        try:
            words = fold(body[start:end].decode(one))
        except UnicodeDecodeError:
            continue
        yield MetadataValue(name, words, Passage(words, ((start, end),), Decoding(one, Place.PLAIN)))
        return
