"""How captures to be read again are dealt to workers, and which of the workers' readings are used."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.http.exchange import Ending, Response
from archive.warc.capture import Capture, CaptureKind, RecordRef
from db.model.item import Context, PageKind, Reading, Stamp
from ingest.cataloguing.read_elsewhere import ReadElsewhere, Share, shares_of
from ingest.cataloguing.reader_pool import Pending, as_finished, reading_given_up

BEGAN = datetime(2023, 4, 24, 10, tzinfo=UTC)
READING = Reading(Stamp("1", "2", "3"), PageKind.ARTICLE)


def capture(number: int, url: str, publisher: str = "amber") -> Capture:
    return Capture(
        *(f"urn:{number}", publisher, url, BEGAN + timedelta(hours=number), CaptureKind.RESPONSE, 200, "text/html"),
        *(RecordRef("a.warc.gz", 0, 10), "sha256:", None, 0, Ending.LENGTH),
    )


def dealt(wanted: Sequence[Capture], count: int) -> list[tuple[str, ...]]:
    return [one.captures for one in shares_of(wanted, count, lambda ids: Share(Path("a"), Path("b"), ids, 1.0))]


def test_captures_of_one_address_share_a_worker_and_shares_keep_record_order() -> None:
    urls = ("http://a.example/1", "http://a.example/2", "http://www.a.example/1#top", "http://a.example/3")
    wanted = [capture(number, url) for number, url in enumerate(urls)]
    assert dealt(wanted, 1) == [("urn:0", "urn:2"), ("urn:1", "urn:3")]
    assert dealt(wanted, 9) == [("urn:0", "urn:2"), ("urn:1",), ("urn:3",)]
    assert dealt([], 2) == []


def test_an_address_that_two_publishers_show_counts_as_two_addresses() -> None:
    assert len(dealt([capture(0, "http://a.example/"), capture(1, "http://a.example/", "birch")], 9)) == 2


class Counted:
    """Readers here."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, str]] = []

    def submit(self, found: Any, context: Context) -> Pending[Reading]:
        self.asked.append((found, context.url))
        return as_finished(READING)


def test_workers_get_no_more_shares_than_they_need_and_each_share_once() -> None:
    wanted = [capture(number, f"http://a.example/{number}") for number in range(40)]
    shares = shares_of(wanted, 4, lambda ids: Share(Path("a"), Path("b"), ids, 1.0))
    begun: list[Share] = []

    def begin(share: Share) -> Future[dict[bytes, Reading]]:
        begun.append(share)
        done: Future[dict[bytes, Reading]] = Future()
        done.set_result({})
        return done

    readers = ReadElsewhere(Counted(), shares, begin, 1)
    seen = []
    for one in wanted:
        readers.await_for(one)
        seen.append(len(begun))
    assert (seen[0], seen[-1]) == (2, len(shares))
    assert begun == shares
    readers.await_for(capture(99, "http://a.example/nobody-asked-for-it"))
    assert begun == shares


def test_a_page_that_no_worker_read_is_read_here() -> None:
    here = Counted()
    readers = ReadElsewhere(here, [], lambda _share: Future(), 1)
    context = Context("http://a.example/")
    found = Response(context.url, b"HTTP/1.0 200 OK\r\n\r\nx")
    assert readers.submit(found, context).result() == READING
    assert (here.asked, readers.taken) == ([(found, context.url)], 0)


class Every(dict[bytes, Reading]):
    """What a worker read, the same for every key."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    def __contains__(self, asked: object) -> bool:
        return True

    def __getitem__(self, asked: bytes) -> Reading:
        return self.reading


@pytest.mark.parametrize("gave_up", [False, True])
def test_only_pages_that_a_worker_gave_up_on_are_read_here(gave_up: bool) -> None:
    one, here = capture(0, "http://a.example/"), Counted()
    context, share = Context(one.url), Share(Path("a"), Path("b"), (one.id,), 1.0)
    done: Future[dict[bytes, Reading]] = Future()
    done.set_result(Every(reading_given_up("deadline of 20 s passed", context) if gave_up else READING))
    readers = ReadElsewhere(here, [share], lambda _share: done, 1)
    readers.await_for(one)
    assert readers.submit(Response(one.url, b"HTTP/1.0 200 OK\r\n\r\nx"), context).result() == READING
    assert (len(here.asked), readers.taken) == ((1, 0) if gave_up else (0, 1))
