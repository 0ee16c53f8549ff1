"""Captures are read ahead as far as is useful, and come out in the order of each publisher."""

from __future__ import annotations

import time
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta

from archive.http.exchange import Ending
from archive.warc.capture import Capture, CaptureKind, RecordRef
from db.model.item import PageKind, Reading, Stamp
from ingest.cataloguing.cataloguer import Pending
from ingest.cataloguing.read_ahead import AHEAD, ReadAhead, WaitingCapture
from ingest.cataloguing.reader_pool import Pending as BeingRead

BEGAN = datetime(2023, 4, 24, 10, tzinfo=UTC)


class Readers:
    """Readers that read on command and can take a given number of pages at a time."""

    def __init__(self, room: int = 1000) -> None:
        self.room = room
        self.given: list[str] = []
        self.futures: dict[str, Future[Reading]] = {}

    def has_room(self) -> bool:
        return sum(not future.done() for future in self.futures.values()) < self.room

    def begin(self, turn: WaitingCapture) -> None:
        future = self.futures[turn.capture.id] = Future()
        self.given.append(turn.capture.id)
        turn.pending = Pending(turn.capture, BeingRead(future, 1.0, lambda _reason: reading()))

    def read(self, *names: str) -> None:
        for name in names:
            self.futures[name].set_result(reading())


def reading() -> Reading:
    return Reading(Stamp("1", "2", "6"), PageKind.ARTICLE)


def turn(name: str, publisher: str = "a") -> WaitingCapture:
    ref, url = RecordRef("a.warc.gz", 0, 1), f"https://{publisher}.example/{name}"
    kind = CaptureKind.RESPONSE
    made = Capture(name, publisher, url, BEGAN, kind, 200, "text/html", ref, "sha256:0", None, 1, Ending.LENGTH)
    return WaitingCapture(capture=made)


def queue(readers: Readers, *turns: WaitingCapture) -> ReadAhead[WaitingCapture, str]:
    ahead: ReadAhead[WaitingCapture, str] = ReadAhead(readers.has_room, readers.begin)
    for one in turns:
        ahead.append(one, one.capture.publisher)
    return ahead


def taken(ahead: ReadAhead[WaitingCapture, str]) -> list[str]:
    found = []
    while (one := ahead.take()) is not None:
        found.append(one.capture.id if isinstance(one, WaitingCapture) else one)
    return found


def test_readers_get_no_more_pages_than_the_limit_of_reading_ahead() -> None:
    readers = Readers()
    ahead = queue(readers, *(turn(str(number)) for number in range(AHEAD + 5)))
    ahead.fill()
    assert readers.given == [str(number) for number in range(AHEAD)]
    assert ahead.is_full


def test_pages_wait_until_the_readers_have_room() -> None:
    readers = Readers(room=2)
    ahead = queue(readers, turn("1"), turn("2"), turn("3"))
    ahead.fill()
    assert readers.given == ["1", "2"]
    readers.read("1")
    ahead.fill()
    assert readers.given == ["1", "2", "3"]


def test_captures_of_a_publisher_keep_their_order_whichever_is_read_first() -> None:
    readers = Readers()
    ahead = queue(readers, turn("1"), turn("2"))
    ahead.fill()
    readers.read("2")
    assert taken(ahead) == []
    readers.read("1")
    assert taken(ahead) == ["1", "2"]


def test_a_slow_page_delays_no_other_publisher_and_publishers_take_turns() -> None:
    readers = Readers()
    ahead = queue(readers, turn("slow", "a"), turn("b1", "b"), turn("b2", "b"), turn("c1", "c"))
    ahead.fill()
    readers.read("b1", "b2", "c1")
    assert taken(ahead) == ["b1", "c1", "b2"]


def test_with_several_publishers_readers_get_few_pages_of_each() -> None:
    readers = Readers()
    ahead = queue(readers, *(turn(f"a{number}", "a") for number in range(20)), turn("b1", "b"))
    ahead.fill()
    assert readers.given == ["a0", "a1", "a2", "a3", "a4", "a5", "b1"]


def test_entries_that_need_no_reader_keep_their_order_and_take_no_place() -> None:
    readers = Readers()
    ahead = queue(readers, turn("1"))
    ahead.append("failed", "a")
    ahead.append(turn("2"), "a")
    ahead.fill()
    assert readers.given == ["1", "2"]
    readers.read("2")
    assert taken(ahead) == []
    readers.read("1")
    assert taken(ahead) == ["1", "failed", "2"]


def test_pages_that_are_returned_unused_come_first_again() -> None:
    readers = Readers()
    ahead = queue(readers, turn("1"), turn("2"), turn("3"))
    ahead.fill()
    readers.read("1", "2", "3")
    out = [one for one in (ahead.take(), ahead.take()) if isinstance(one, WaitingCapture)]
    ahead.return_all((one, one.capture.publisher) for one in out)
    assert taken(ahead) == ["1", "2", "3"]
    assert readers.given == ["1", "2", "3"]


def test_a_first_page_that_is_put_back_comes_first_followed_by_its_parts() -> None:
    readers = Readers()
    ahead = queue(readers, turn("first"), turn("other"))
    ahead.fill()
    readers.read("first", "other")
    first = ahead.take()
    assert isinstance(first, WaitingCapture)
    part = turn("part")
    ahead.begin(part)
    readers.read("part")
    ahead.put_back(first, [part])
    assert taken(ahead) == ["first", "part", "other"]


def test_pages_that_may_not_begin_yet_are_not_begun_and_not_awaited() -> None:
    readers = Readers()
    ahead: ReadAhead[WaitingCapture, str] = ReadAhead(
        readers.has_room, readers.begin, lambda _publisher, under_way: under_way < 1
    )
    for name in ("1", "2"):
        ahead.append(turn(name), "a")
    ahead.fill()
    assert readers.given == ["1"]
    readers.read("1")
    assert isinstance(ahead.take(), WaitingCapture)
    # It counts as under way until it is finished.
    assert not ahead.wait(0.0)
    assert readers.given == ["1"]


def test_giving_up_cancels_all_reading() -> None:
    readers = Readers()
    ahead = queue(readers, turn("1"), turn("2"))
    ahead.fill()
    ahead.give_up()
    assert all(future.cancelled() for future in readers.futures.values())
    assert len(ahead) == 0


def test_wait_returns_when_the_batch_is_read_not_only_its_first_page() -> None:
    readers = Readers()
    ahead = queue(readers, turn("1"), turn("2"))
    ahead.fill()
    readers.read("1")
    began = time.monotonic()
    assert ahead.wait(0.05)
    assert time.monotonic() - began >= 0.05
    readers.read("2")
    assert ahead.wait(60.0)
    assert taken(ahead) == ["1", "2"]
    assert not ahead.wait(60.0)


def test_a_batch_that_is_read_does_not_wait_for_later_pages() -> None:
    readers = Readers()
    ahead = queue(readers, *(turn(str(number)) for number in range(AHEAD)))
    ahead.fill()
    readers.read(*map(str, range(AHEAD - 1)))
    assert ahead.wait(60.0)


def test_a_small_batch_waits_for_the_pages_being_read_but_only_for_a_while() -> None:
    readers, soon = Readers(), BEGAN + timedelta(seconds=1)
    ahead = queue(readers, *(turn(str(number)) for number in range(40)))
    ahead.fill()
    assert ahead.is_due(BEGAN, 2.0)
    readers.read(*map(str, range(31)))
    assert not ahead.is_due(soon, 2.0)
    assert ahead.is_due(BEGAN + timedelta(seconds=2), 2.0)
    assert not ahead.is_due(BEGAN + timedelta(seconds=3), 2.0)
    readers.read("31")
    assert ahead.is_due(BEGAN + timedelta(seconds=3), 2.0)


def test_a_small_batch_is_due_at_once_when_no_other_page_is_being_read() -> None:
    readers = Readers()
    ahead = queue(readers, turn("1"), turn("2"))
    ahead.fill()
    assert ahead.is_due(BEGAN, 2.0)
    readers.read("1")
    assert not ahead.is_due(BEGAN, 2.0)
    readers.read("2")
    assert ahead.is_due(BEGAN, 2.0)
