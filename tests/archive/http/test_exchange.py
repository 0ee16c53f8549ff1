"""From a response to what it says: payload, entity, and whether it is complete."""

from __future__ import annotations

import gzip
import hashlib
import sys
import zlib
from typing import Any

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import BadHead
from archive.http.content_coding import decode_content
from archive.http.exchange import Entity, entity, has_complete_end, payload

TEXT = b"<html><p>Rivers run to the sea.</p></html>" * 50


def answer(body: bytes, *fields: bytes) -> bytes:
    return b"\r\n".join((b"HTTP/1.1 200 OK", *fields, b"", b"")) + body


def read(body: bytes, *fields: bytes, limit: int = 1 << 20) -> Entity:
    return entity("http://think.example/", answer(body, *fields), limit=limit)


def test_the_payload_has_no_chunks_and_keeps_its_content_coding() -> None:
    packed = gzip.compress(TEXT)
    body = b"%x\r\n" % len(packed) + packed + b"\r\n0\r\n\r\n"
    assert payload(answer(body, b"Transfer-Encoding: chunked", b"Content-Encoding: gzip")) == packed


def test_bytes_after_the_content_length_are_no_payload() -> None:
    assert bytes(payload(answer(b"abcdef", b"Content-Length: 3"))) == b"abc"


def test_conflicting_lengths_leave_the_whole_body() -> None:
    assert bytes(payload(answer(b"abcdef", b"Content-Length: 3", b"Content-Length: 4"))) == b"abcdef"


def test_a_payload_needs_a_head() -> None:
    with pytest.raises(BadHead):
        payload(b"<html>")


@pytest.mark.parametrize(
    ("name", "body"),
    [
        (b"gzip", gzip.compress(TEXT, mtime=0)),
        (b"x-gzip", gzip.compress(TEXT, mtime=0)),
        (b"GZIP", gzip.compress(TEXT[:70], mtime=0) + gzip.compress(TEXT[70:], mtime=0)),
        (b"gzip", gzip.compress(TEXT, mtime=0) + b"\0" * 8),
        (b"deflate", zlib.compress(TEXT)),
        (b"deflate", zlib.compress(TEXT, wbits=-15)),
        (b"br", brotli.compress(TEXT)),
        (b"gzip, br", brotli.compress(gzip.compress(TEXT, mtime=0))),
        (b"zstd", zstandard.compress(TEXT)),
        (b"zstd", zstandard.compress(TEXT[:70]) + zstandard.compress(TEXT[70:]) + b"\0\0"),
        (b"zstd, gzip", gzip.compress(zstandard.compress(TEXT), mtime=0)),
        (b"identity", TEXT),
        (b"utf-8", TEXT),
    ],
)
def test_content_codings_are_decoded(name: bytes, body: bytes) -> None:
    found = read(body, b"Content-Encoding: " + name)
    assert (found.body, found.notes) == (TEXT, ())


def test_gzip_transfer_coding_is_decoded_after_the_chunks() -> None:
    packed = gzip.compress(TEXT)
    body = b"%x\r\n" % len(packed) + packed + b"\r\n0\r\n\r\n"
    assert read(body, b"Transfer-Encoding: gzip, chunked").body == TEXT


@pytest.mark.parametrize("name", [b"gzip", b"deflate", b"br", b"zstd"])
def test_plain_body_that_claims_a_coding_is_read(name: bytes) -> None:
    found = read(TEXT, b"Content-Encoding: " + name)
    assert found.body == TEXT
    assert found.notes == (f"says {name.decode()}, is plain",)


@pytest.mark.parametrize("lost", [1, 8, 9, 40])
def test_cut_gzip_yields_what_can_be_decoded(lost: int) -> None:
    noise = bytes(range(256)) * 40
    found = read(gzip.compress(noise)[:-lost], b"Content-Encoding: gzip")
    assert noise.startswith(found.body)
    assert found.body or lost > 9
    assert found.notes == ("gzip ended early",)


def test_damaged_gzip_yields_the_part_before_the_damage() -> None:
    packed = bytearray(gzip.compress(TEXT))
    packed[-5] ^= 1
    found = read(bytes(packed), b"Content-Encoding: gzip")
    assert found.body == TEXT
    assert found.notes[0].startswith("gzip is damaged")


def test_cut_zstd_yields_what_decodes_and_damaged_zstd_is_noted() -> None:
    noise = bytes(range(256)) * 4000
    packed = zstandard.compress(noise)
    found = read(packed[:-10], b"Content-Encoding: zstd")
    assert noise.startswith(found.body)
    assert found.body
    assert found.notes == ("zstd ended early",)
    damaged = read(packed[:4] + b"\xff" * 20, b"Content-Encoding: zstd")
    assert (damaged.body, damaged.notes[0][:15]) == (b"", "zstd is damaged")


class Counted(bytes):
    """Counts the bytes that are taken from it."""

    taken = 0

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        Counted.taken += len(found) if isinstance(found, bytes) else 1
        return found


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_a_body_of_many_short_members_is_read_once_and_not_again_for_each(name: str) -> None:
    pack = zstandard.compress if name == "zstd" else gzip.compress
    body = Counted(pack(b"x") * 1000 + pack(hashlib.shake_256(b"noise").digest(100_000)))
    Counted.taken = 0
    assert len(decode_content(body, [name], limit=1 << 20)[0]) == 101_000
    # A step may reach beyond the member that it reads.
    assert Counted.taken < (20_000 if name == "gzip" else 1000) * 1000


@pytest.mark.parametrize(("name", "package"), [(b"br", "brotli"), (b"zstd", "zstandard")])
def test_coding_without_its_decoder_is_noted_with_what_to_install(
    name: bytes, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    found = read(b"\x1b whatever", b"Content-Encoding: " + name)
    assert found.body == b""
    assert found.notes[0].startswith(f"{name.decode()} needs the package {package}: install it")


def test_an_unknown_coding_is_noted_and_nothing_is_read() -> None:
    found = read(TEXT, b"Content-Encoding: aes128gcm")
    assert found.body == b""
    assert found.notes == ("coding 'aes128gcm' is not known",)


@pytest.mark.parametrize(
    ("name", "bomb"),
    [
        (b"gzip", gzip.compress(b"\0" * 5_000_000)),
        (b"br", brotli.compress(b"\0" * 5_000_000)),
        (b"zstd", zstandard.compress(b"\0" * 5_000_000)),
    ],
    ids=["gzip", "br", "zstd"],
)
def test_decompression_bomb_stops_at_the_limit(name: bytes, bomb: bytes) -> None:
    found = read(bomb, b"Content-Encoding: " + name, limit=100_000)
    assert len(found.body) == 100_000
    assert found.notes == (f"{name.decode()} cut: more than the limit allows",)


def test_nested_codings_share_one_limit() -> None:
    bomb = gzip.compress(gzip.compress(gzip.compress(b"\0" * 3_000_000)))
    found = read(bomb, b"Content-Encoding: gzip, gzip, gzip", limit=100_000)
    assert len(found.body) <= 100_000
    assert found.notes


def test_too_many_nested_codings_are_refused() -> None:
    assert read(TEXT, b"Content-Encoding: " + b", ".join([b"gzip"] * 50)).body == b""


def test_endless_gzip_members_are_refused() -> None:
    assert "members" in read(gzip.compress(b"") * 5000, b"Content-Encoding: gzip").notes[0]


def test_a_short_body_is_noted() -> None:
    assert read(b"abc", b"Content-Length: 10").notes == ("7 bytes are missing of 10",)


def test_non_http_response_is_an_empty_entity_with_a_note() -> None:
    found = entity("http://think.example/", b"SSH-2.0-OpenSSH\r\n")
    assert (found.body, found.media_type) == (b"", "")
    assert found.notes


@pytest.mark.parametrize(
    ("value", "media_type", "charset"),
    [
        (b"text/html; charset=UTF-8", "text/html", "UTF-8"),
        (b"Text/HTML;charset='iso-8859-2'", "text/html", "iso-8859-2"),
        (b'application/xml; q=1; charset = "utf-8"', "application/xml", "utf-8"),
        (b"text/html, text/plain", "text/html", None),
        (b"html", "", None),
        (b"", "", None),
    ],
)
def test_sloppy_content_type_is_read(value: bytes, media_type: str, charset: str | None) -> None:
    found = read(b"", b"Content-Type: " + value)
    assert (found.media_type, found.charset) == (media_type, charset)


@given(st.binary(max_size=300), st.sampled_from([b"gzip", b"deflate", b"br", b"gzip, deflate", b"zstd", b"\xff"]))
def test_no_bytes_crash_the_decoding(body: bytes, coding: bytes) -> None:
    read(body, b"Content-Encoding: " + coding)


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_reading_of_an_entity(response: bytes) -> None:
    entity("http://think.example/", response)
    entity("http://think.example/", b"HTTP/1.1 200 OK\r\n" + response)


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"<html></html>", "text/html"),
        (b"<html></HTML >\n\n <!-- cached <html --> <!-- twice -->\r\n", "text/html"),
        ("<html></html>\n".encode("utf-16-le"), "text/html"),
        (b"<urlset></urlset>", "application/xml"),
        (b"<sitemapindex></sitemapindex>\n", "text/xml"),
        (b"<rss></rss>", "application/rss+xml"),
        (b"<feed></feed><!-- end -->", "application/atom+xml"),
        (b"<rdf:RDF></rdf:RDF>", "application/rdf+xml"),
        (b'{"a": [1]}\n', "application/json"),
        (b'\xef\xbb\xbf[{"a": 1}]', "application/ld+json"),
        (b"<html></html>", ""),
        (b"[1]", ""),
    ],
)
def test_entity_with_the_end_of_its_type_is_complete(body: bytes, media_type: str) -> None:
    assert has_complete_end(body, media_type)


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"<html><p>Rivers run", "text/html"),
        (b"<html></html><!-- cut", "text/html"),
        (b"<html></html> <p>more", "text/html"),
        (b"<rss></rss>", "text/html"),
        (b"<urlset><url></url>", "application/xml"),
        (b'{"a": [1]', "application/json"),
        (b"12", "application/json"),
        (b"[" * 100_000 + b"]", "application/json"),
        (b"whole, perhaps", "text/plain"),
        (b"%PDF-1.7 </html>", "application/pdf"),
        (b"", ""),
    ],
)
def test_entity_without_the_end_of_its_type_is_not_proved_complete(body: bytes, media_type: str) -> None:
    assert not has_complete_end(body, media_type)
