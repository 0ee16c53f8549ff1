"""Image metadata: statements in image files are read with the bytes that hold them, and damage does no harm."""

from __future__ import annotations

import random
import struct
from typing import Any

import pytest

from archive.evidence.image_metadata import COPYRIGHT, CREATOR, CREDIT, LICENSE, TERMS, read_image
from archive.evidence.locate import words_at

BY = "https://creativecommons.org/licenses/by/4.0/"
XMP = f"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/" photoshop:Credit="Agencja Żubr" xmpRights:WebStatement="{BY}">
<dc:creator><rdf:Seq><rdf:li>Anna Łąka</rdf:li></rdf:Seq></dc:creator>
<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">© 2024 Anna Łąka</rdf:li></rdf:Alt></dc:rights>
</rdf:Description></rdf:RDF></x:xmpmeta>""".encode()


def iptc(charset: str = "utf-8") -> bytes:
    said = {80: "Józef Gęś" if charset == "utf-8" else "Jos\xe9 Gomez", 110: "PAP", 116: "(c) PAP", 40: "No resale"}
    sets = b"\x1c\x01\x5a\x00\x03\x1b%G" if charset == "utf-8" else b""
    for number, words in said.items():
        held = words.encode(charset)
        sets += struct.pack(">BBBH", 0x1C, 2, number, len(held)) + held
    return b"Photoshop 3.0\0" + b"8BIM" + struct.pack(">H", 0x0404) + b"\0\0" + struct.pack(">I", len(sets)) + sets


def exif(order: str = "<") -> bytes:
    artist, rights = b"Ada Berg\0", b"Harbour House\0"
    at = 8 + 2 + 2 * 12 + 4
    head = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HI", 42, 8)
    entries = struct.pack(f"{order}H", 2) + struct.pack(f"{order}HHII", 0x013B, 2, len(artist), at)
    entries += struct.pack(f"{order}HHII", 0x8298, 2, len(rights), at + len(artist))
    return head + entries + b"\0\0\0\0" + artist + rights


def jpeg(*segments: tuple[int, bytes]) -> bytes:
    made = b"\xff\xd8"
    for marker, held in segments:
        made += b"\xff" + bytes([marker]) + struct.pack(">H", len(held) + 2) + held
    return made + b"\xff\xda\x00\x02picture\xff\xd9"


WHOLE = jpeg((0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP), (0xED, iptc()), (0xE1, b"Exif\0\0" + exif()))


def stated(body: bytes) -> list[tuple[str, str]]:
    found = read_image(body)
    # Each value is what its bytes hold.
    for one in found:
        assert words_at(body, one.passage.ranges, one.passage.decoding) == one.value
    return [(one.name, one.value) for one in found]


def test_photograph_states_its_rights_in_xmp_iptc_and_exif() -> None:
    assert set(stated(WHOLE)) == {
        *((CREDIT, "Agencja Żubr"), (LICENSE, BY), (CREATOR, "Anna Łąka"), (COPYRIGHT, "© 2024 Anna Łąka")),
        *((CREATOR, "Józef Gęś"), (CREDIT, "PAP"), (COPYRIGHT, "(c) PAP"), (TERMS, "No resale")),
        *((CREATOR, "Ada Berg"), (COPYRIGHT, "Harbour House")),
    }


def test_iptc_without_a_charset_is_read_as_windows_1252() -> None:
    assert (CREATOR, "José Gomez") in stated(jpeg((0xED, iptc("cp1252"))))


@pytest.mark.parametrize("order", ["<", ">"])
def test_exif_is_read_from_png_webp_and_tiff_in_both_byte_orders(order: str) -> None:
    held = exif(order)
    png = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(held)) + b"eXIf" + held + b"\0\0\0\0"
    webp = b"RIFF\0\0\0\0WEBP" + b"EXIF" + struct.pack("<I", len(held)) + held
    said = [(CREATOR, "Ada Berg"), (COPYRIGHT, "Harbour House")]
    assert [stated(body) for body in (png, webp, held)] == [said] * 3


def test_image_without_metadata_states_nothing() -> None:
    assert [stated(body) for body in (b"", b"\xff\xd8", jpeg(), b"GIF89a" + bytes(100), b"<svg/>")] == [[]] * 5


@pytest.mark.parametrize("seed", range(20))
def test_damaged_image_metadata_never_raises(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - only chooses which bytes to damage
    for whole in (WHOLE, exif(), b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 400) + b"eXIf" + exif()):
        harmed = bytearray(whole[: chance.randrange(len(whole) + 1)])
        for _ in range(chance.randrange(12)):
            if harmed:
                harmed[chance.randrange(len(harmed))] = chance.randrange(256)
        stated(bytes(harmed))


class CountedBytes(bytes):
    """Bytes that count how many of them a search may have to look at."""

    looked_at = 0

    def find(self, *args: Any) -> int:
        self._count(*args)
        return super().find(*args)

    def rfind(self, *args: Any) -> int:
        self._count(*args)
        return super().rfind(*args)

    def _count(self, _sought: bytes, start: int = 0, end: int | None = None) -> None:
        self.looked_at += len(range(*slice(start, end).indices(len(self))))


@pytest.mark.parametrize(("starts", "ends"), [(20_000, 0), (0, 20_000)])
def test_repeated_xmp_marks_without_their_pair_are_searched_at_most_twice(starts: int, ends: int) -> None:
    body = CountedBytes(b"\xff\xd8" + b"<x:xmpmeta " * starts + b"</x:xmpmeta>" * ends)
    assert read_image(body) == ()
    assert 0 < body.looked_at <= 2 * len(body)
