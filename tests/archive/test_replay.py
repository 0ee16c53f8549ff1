"""From a capture back to its exchange."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

import brotli
import pytest
import zstandard

from archive.errors import CannotReplay, Damaged
from archive.http.exchange import Truncation
from archive.replay import entity_of, head_of, read_back, replay, source, stored
from archive.warc.capture import Capture, CaptureKind, RecordRef
from tests.archive.conftest import PAGE

if TYPE_CHECKING:
    from tests.archive.conftest import MakeExchange, OpenArchive

    FindIn = Callable[..., Callable[[str, datetime], Capture | None]]

HINTS = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
UNMODIFIED = b'HTTP/1.0 304 Not Modified\r\nETag: "r1"\r\n\r\n'
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def always_finds(capture: Capture) -> Callable[[str, datetime], Capture]:
    return lambda *_: capture


def test_a_response_replays_byte_for_byte(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path, find_in: FindIn
) -> None:
    kept = [
        exchange(interim=HINTS),
        exchange(b"4\r\nnoch\r\n0\r\n\r\n", head=CHUNKED, minute=1),
        exchange(b"x", head=b"HTTP/1.0 200 \xff\n\n", minute=2, truncated=Truncation.DISCONNECT),
    ]
    with open_archive() as archive:
        captures = [archive.keep("think", one) for one in kept]
        archive.sync()
        assert [replay(warcs, one, find_in()) for one in captures] == kept
    assert [replay(warcs, one, find_in()) for one in captures] == kept


def test_response_can_be_fetched_after_its_file_was_renamed(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path
) -> None:
    with open_archive() as archive:
        kept = exchange()
        capture = archive.keep("think", kept)
        archive.sync()
        lying = stored(warcs, capture)
        assert lying is not None
        assert lying.response().data == kept.response
    assert lying.response() == kept.answer()
    (warcs / capture.ref.file).unlink()
    assert stored(warcs, capture) is None
    with pytest.raises(Damaged, match="the file is missing"):
        lying.response()


def test_a_revisit_replays_with_its_own_head_and_the_payload_of_the_original(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path, find_in: FindIn
) -> None:
    with open_archive() as archive:
        first = archive.keep("think", exchange())
        archive.sync()
        again = exchange(minute=1)
        again = replace(again, response=again.response.replace(b"200 OK", b"200 Okay"))
        second = archive.keep("think", again, earlier=first)
    assert second.kind is CaptureKind.REVISIT
    assert replay(warcs, second, find_in(first)) == again


def test_a_revisit_with_chunks_of_its_own_replays_to_the_same_payload(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path, find_in: FindIn
) -> None:
    with open_archive() as archive:
        first = archive.keep("think", exchange(b"noch"))
        archive.sync()
        chunked = archive.keep(
            "think", exchange(b"2\r\nno\r\n2\r\nch\r\n0\r\n\r\n", head=CHUNKED, minute=1), earlier=first
        )
        archive.sync()
        third = archive.keep("think", exchange(b"noch", minute=2), earlier=chunked)
    for capture in (chunked, third):
        assert capture.kind is CaptureKind.REVISIT
        assert entity_of(warcs, capture, find_in(first)).body == b"noch"
        assert entity_of(warcs, capture, find_in(first)).notes == ()


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        (b"gzip", gzip.compress(PAGE, mtime=0)),
        (b"deflate", zlib.compress(PAGE)),
        (b"br", brotli.compress(PAGE)),
        (b"zstd", zstandard.compress(PAGE)),
    ],
    ids=["gzip", "deflate", "br", "zstd"],
)
def test_coded_page_its_revisit_and_its_304_yield_the_same_entity(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path, find_in: FindIn, coding: bytes, packed: bytes
) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: " + coding
    chunked = b"%x\r\n" % len(packed) + packed + b"\r\n0\r\n\r\n"
    with open_archive() as archive:
        first = archive.keep("think", exchange(packed, head=head + b"\r\n\r\n"))
        archive.sync()
        again = exchange(chunked, head=head + b"\r\nTransfer-Encoding: chunked\r\n\r\n", minute=1)
        second = archive.keep("think", again, earlier=first)
        archive.sync()
        third = archive.keep("think", exchange(b"", head=UNMODIFIED, minute=2), earlier=second)
    assert [one.kind for one in (second, third)] == [CaptureKind.REVISIT, CaptureKind.NOT_MODIFIED]
    for capture in (first, second, third):
        found = entity_of(warcs, capture, find_in(first))
        assert (found.body, found.media_type, found.notes) == (PAGE, "text/html", ())
        head, response = read_back(warcs, capture, find_in(first))
        assert (head, response.entity()) == (head_of(warcs, first), found)


def test_a_304_replays_as_the_whole_response_of_the_original(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path, find_in: FindIn
) -> None:
    with open_archive() as archive:
        first = archive.keep("think", exchange())
        archive.sync()
        second = archive.keep("think", exchange(b"", head=UNMODIFIED, minute=1, interim=HINTS), earlier=first)
    shown = replay(warcs, second, find_in(first))
    assert shown.response == exchange().response
    assert (shown.began, shown.interim) == (second.began, HINTS)
    assert head_of(warcs, second) == UNMODIFIED
    assert head_of(warcs, first).startswith(b"HTTP/1.0 200 OK\r\n")


def test_revisit_is_read_from_its_original_record_and_head(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path, find_in: FindIn
) -> None:
    """Its own head may give the same bytes another charset or other terms."""
    head = b"HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=%s\r\nLink: <%s>; rel=license\r\n\r\n"
    with open_archive() as archive:
        first = archive.keep("think", exchange(head=head % (b"utf-8", b"/one")))
        archive.sync()
        second = archive.keep("think", exchange(head=head % (b"latin2", b"/another"), minute=1), earlier=first)
    assert second.kind is CaptureKind.REVISIT
    read, again = (read_back(warcs, one, find_in(first)) for one in (first, second))
    assert (again[0], again[1].entity()) == (read[0], read[1].entity())
    assert [source(one, find_in(first)) for one in (first, second)] == [first, first]
    assert source(second, find_in()) is None


def test_revisit_without_its_original_says_so(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path, find_in: FindIn
) -> None:
    with open_archive() as archive:
        first = archive.keep("think", exchange())
        archive.sync()
        second = archive.keep("think", exchange(minute=1), earlier=first)
        other = archive.keep("think", exchange(b"another", minute=2))
    with pytest.raises(CannotReplay, match="not here") as lost:
        replay(warcs, second, find_in())
    assert lost.value.hint
    with pytest.raises(CannotReplay, match="another payload"):
        replay(warcs, second, always_finds(other))
    # Date and URL also find a revisit dated to the same second as its lost original.
    with pytest.raises(CannotReplay, match="not here"):
        replay(warcs, second, always_finds(second))
    circle = cycle([replace(second, id="urn:uuid:another"), second])
    with pytest.raises(CannotReplay, match="refer to each other"):
        replay(warcs, second, lambda *_: next(circle))
    with pytest.raises(CannotReplay, match="does not say"):
        replay(warcs, replace(second, refers_to_url=None), find_in(first))


def test_capture_at_the_wrong_offset_is_not_replayed(
    open_archive: OpenArchive, exchange: MakeExchange, warcs: Path, find_in: FindIn
) -> None:
    with open_archive() as archive:
        first = archive.keep("think", exchange())
        second = archive.keep("think", exchange(minute=1))
    with pytest.raises(Damaged, match="here lies record"):
        replay(warcs, replace(first, ref=second.ref), find_in())
    with pytest.raises(Damaged, match="ends before"):
        replay(warcs, replace(first, ref=RecordRef(first.ref.file, 10**9, 1)), find_in())
