from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from archive.warc.capture import NoteKind
from db.catalogue import Catalogue
from db.frontier import Discovery, Frontier, LeftOut, VisitFilter, VisitKind, VisitResult
from db.instant import to_text
from db.model.coverage import Missing, Source

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder


def _seeded(catalogue: Catalogue, builder: EntryBuilder) -> Frontier:
    frontier = Frontier(catalogue)
    site = "https://institute.example"
    found = [
        Discovery(f"{site}/old", "institute", lastmod=builder.at(-500)),
        Discovery(f"{site}/unknown", "institute"),
        Discovery(f"{site}/new", "institute", lastmod=builder.at(-5), via=f"{site}/sitemap.xml"),
        Discovery(f"{site}/sitemap.xml", "institute", VisitKind.SITEMAP),
    ]
    assert frontier.seed(found, now=builder.at(0)) == 4
    return frontier


def _pending(frontier: Frontier, builder: EntryBuilder, started: int, *, due_only: bool = True) -> list[str]:
    visits = frontier.pending(VisitFilter("institute", builder.at(started), builder.at(started), due_only))
    return [visit.url.rpartition("/")[2] for visit in visits]


def test_newest_pages_come_first_and_undated_pages_last(catalogue: Catalogue, builder: EntryBuilder) -> None:
    frontier = _seeded(catalogue, builder)
    assert _pending(frontier, builder, 1) == ["new", "old", "unknown"]
    (newest,) = frontier.pending(VisitFilter("institute", builder.at(1), builder.at(1)), limit=1)
    assert newest.via == "https://institute.example/sitemap.xml"
    assert frontier.pending(VisitFilter("other", builder.at(1), builder.at(1))) == []


def test_page_is_known_once_under_any_spelling_of_its_url(catalogue: Catalogue, builder: EntryBuilder) -> None:
    frontier = _seeded(catalogue, builder)
    again = [
        Discovery("http://www.institute.example/new/?utm_source=x", "institute"),
        Discovery("mailto:x", "institute"),
    ]
    assert frontier.seed(again, now=builder.at(1)) == 0
    assert len(_pending(frontier, builder, 1)) == 3


@pytest.mark.parametrize("outcome", ["still gone", "absent", "redirect"])
def test_an_address_without_a_text_at_two_visits_waits_until_it_is_due_or_a_list_names_it(
    catalogue: Catalogue, builder: EntryBuilder, outcome: str
) -> None:
    frontier, url = Frontier(catalogue), "https://institute.example/left"
    frontier.seed([Discovery(url, "institute", source=Source.LINK)], now=builder.at(0))

    def awaited(at: int, *, dead: bool) -> int:
        now = builder.at(at)
        return len(frontier.pending(VisitFilter("institute", now, now, due_only=False, with_dead=dead)))

    for at, became in ((1, "gone" if outcome == "still gone" else outcome), (11, outcome)):
        assert awaited(at, dead=False) == 1
        (visit,) = frontier.pending(VisitFilter("institute", builder.at(at), builder.at(at), due_only=False))
        frontier.done(visit.id, VisitResult(became, builder.at(at), builder.at(at + 100)))
    assert [awaited(20, dead=False), awaited(20, dead=True), awaited(112, dead=False)] == [0, 1, 1]
    frontier.seed([Discovery(url, "institute", source=Source.LINK)], now=builder.at(20))
    assert awaited(21, dead=False) == 0
    frontier.seed([Discovery(url, "institute", source=Source.SITEMAP)], now=builder.at(22))
    assert awaited(23, dead=False) == 1


def test_page_records_all_its_sources_and_a_left_out_link_is_recorded_once(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    frontier, url = Frontier(catalogue), "https://institute.example/essay"
    frontier.seed([Discovery(url, "institute", source=Source.LINK)], now=builder.at(0))
    frontier.seed([Discovery(url, "institute", source=Source.SITEMAP, language="pl")], now=builder.at(1))
    row = catalogue.connection.execute("SELECT sources, language, listed FROM visit").fetchone()
    assert tuple(row) == (Source.LINK | Source.SITEMAP, "pl", to_text(builder.at(1)))
    file = Discovery("https://institute.example/a.pdf", "institute", source=Source.LINK)
    left = LeftOut(file, Missing.KIND, "a file of the kind pdf")
    assert frontier.leave_out([left, left], now=builder.at(2)) == 1
    assert frontier.left_out("institute") == {"kind not kept": 1}
    assert [one.url for one in frontier.left_out_because("institute", [Missing.KIND])] == [file.url]
    # An address that is requested by now is no longer left out.
    frontier.seed([file], now=builder.at(3))
    assert frontier.left_out("institute") == {}


def test_killed_run_continues_where_it_stopped(catalogue: Catalogue, builder: EntryBuilder) -> None:
    frontier = _seeded(catalogue, builder)
    run = frontier.begin_run("run", builder.at(1))
    first = frontier.pending(VisitFilter("institute", run.started, builder.at(1)))[0]
    frontier.done(first.id, VisitResult("new", builder.at(2), builder.at(2), "urn:uuid:1", run.id))
    killed = Frontier(catalogue).unfinished_run()
    assert killed == run
    assert _pending(frontier, builder, 1) == ["old", "unknown"]
    frontier.keep_run(run.id, {"new": 1})
    told = frontier.unfinished_run()
    assert told is not None
    assert told.summary == {"new": 1}
    body = {"kind": "run", "started": run.started.isoformat(), "finished": builder.at(5).isoformat()}
    catalogue.add_note(builder.note(5, NoteKind.RUN, {**body, "summary": {"new": 1}}))
    assert frontier.unfinished_run() is None
    assert catalogue.runs()[0].summary == {"new": 1}
    assert _pending(frontier, builder, 6) == ["old", "unknown", "new"], "what was never visited comes first"


def test_only_due_visits_are_pending_unless_all_are_requested(catalogue: Catalogue, builder: EntryBuilder) -> None:
    frontier = _seeded(catalogue, builder)
    for visit in frontier.pending(VisitFilter("institute", builder.at(1), builder.at(1))):
        frontier.done(visit.id, VisitResult("unchanged", builder.at(2), builder.at(2) + timedelta(days=7)))
    assert _pending(frontier, builder, 60) == []
    assert len(_pending(frontier, builder, 60, due_only=False)) == 3
    assert frontier.next_due() == builder.at(0)
    assert len(_pending(frontier, builder, 60 + 8 * 24 * 60)) == 3


def test_failures_are_counted_until_the_page_is_fetched(catalogue: Catalogue, builder: EntryBuilder) -> None:
    frontier = _seeded(catalogue, builder)
    url = "https://institute.example/new"
    visit = frontier.find("institute", url)
    assert visit is not None
    for minute in (1, 2):
        frontier.postponed(visit.id, VisitResult("timeout", builder.at(minute), builder.at(minute + 10)))
    failed = frontier.find("institute", url)
    assert failed is not None
    assert (failed.attempts, failed.outcome, failed.due, failed.history) == (2, "timeout", builder.at(12), "tt")
    frontier.done(visit.id, VisitResult("new", builder.at(13), None))
    done = frontier.find("institute", url)
    assert done is not None
    assert (done.attempts, done.due, done.history) == (0, None, "ttn")


def test_page_with_a_newer_lastmod_is_due_at_once(catalogue: Catalogue, builder: EntryBuilder) -> None:
    frontier = _seeded(catalogue, builder)
    visit = frontier.find("institute", "https://institute.example/new")
    assert visit is not None
    frontier.done(visit.id, VisitResult("new", builder.at(1), builder.at(9000)))
    frontier.seed([Discovery(visit.url, "institute", lastmod=builder.at(5))], now=builder.at(10))
    changed = frontier.find("institute", visit.url)
    assert changed is not None
    assert (changed.due, changed.lastmod) == (builder.at(10), builder.at(5))


def test_adopted_capture_counts_as_a_visit(catalogue: Catalogue, builder: EntryBuilder) -> None:
    frontier = _seeded(catalogue, builder)
    frontier.adopt(builder.capture(2, "/old"))
    assert _pending(frontier, builder, 1) == ["new", "unknown"]


def test_priority_comes_first_then_unseen_pages_then_known_ones(catalogue: Catalogue, builder: EntryBuilder) -> None:
    frontier = Frontier(catalogue)
    names = [("terms", 10, -900), ("seen-terms", 10, -1), ("fresh", 0, -800), ("seen", 0, -2), ("late", 0, None)]
    frontier.seed(
        [
            Discovery(
                f"https://institute.example/{name}",
                "institute",
                lastmod=None if at is None else builder.at(at),
                priority=priority,
            )
            for name, priority, at in names
        ],
        now=builder.at(0),
    )
    for visit in frontier.pending(VisitFilter("institute", builder.at(1), builder.at(1))):
        if "seen" in visit.url:
            frontier.done(visit.id, VisitResult("new", builder.at(1), builder.at(2)))
    assert _pending(frontier, builder, 3) == ["terms", "seen-terms", "fresh", "late", "seen"]
    some = frontier.pending(VisitFilter("institute", builder.at(3), builder.at(3)), limit=3)
    assert [visit.url.rpartition("/")[2] for visit in some] == ["terms", "seen-terms", "fresh"]


def test_pages_listed_as_changed_come_before_those_waiting_longest(catalogue: Catalogue, builder: EntryBuilder) -> None:
    frontier, site = Frontier(catalogue), "https://institute.example"
    # The dates of their texts are no reason to return: the newest was visited last.
    known = [
        Discovery(f"{site}/{name}", "institute", lastmod=builder.at(-at)) for at, name in enumerate("abcd", start=1)
    ]
    frontier.seed(known, now=builder.at(0))
    for minute, visit in enumerate(reversed(frontier.pending(VisitFilter("institute", builder.at(1), builder.at(1))))):
        frontier.done(visit.id, VisitResult("new", builder.at(2 + minute), builder.at(30 - minute)))
    frontier.seed([Discovery(f"{site}/b", "institute", lastmod=builder.at(20))], now=builder.at(21))
    assert _pending(frontier, builder, 40) == ["b", "a", "c", "d"], "by when they came due"
    assert _pending(frontier, builder, 40, due_only=False) == ["b", "d", "c", "a"], "by when they were seen last"


def _frontier_of_a_nearly_finished_run(catalogue: Catalogue, builder: EntryBuilder, known: int) -> Frontier:
    """Fill the frontier as it is when all but every hundredth of *known* pages were visited."""
    visited, before = to_text(builder.at(1)), to_text(builder.at(-9000))
    rows = (
        (
            *("institute", f"institute.example/{number}", f"https://institute.example/{number}", "page"),
            *(to_text(builder.at(-number)), to_text(builder.at(9000) if number % 100 else builder.at(0)), "unchanged"),
            *(visited if number % 100 else before, before),
        )
        for number in range(known)
    )
    with catalogue.transaction():
        catalogue.connection.executemany(
            """INSERT INTO visit (publisher, key, url, kind, lastmod, due, outcome, visited_at, added)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            rows,
        )
    return Frontier(catalogue)


@pytest.mark.slow
@pytest.mark.parametrize("due_only", [True, False], ids=["due", "all"])
def test_next_visits_are_found_without_scanning_the_whole_frontier(
    catalogue: Catalogue, builder: EntryBuilder, due_only: bool
) -> None:
    """Counted in steps of SQLite's virtual machine, which are the same on each machine."""
    frontier, steps = _frontier_of_a_nearly_finished_run(catalogue, builder, 100_000), [0]

    def count() -> int:
        steps[0] += 1
        return 0

    wanted = VisitFilter("institute", builder.at(0), builder.at(2), due_only)
    catalogue.connection.set_progress_handler(count, 100)
    with catalogue.transaction():
        for visit in frontier.pending(wanted, 40):
            frontier.kept(visit.id, at=builder.at(2), capture="urn:uuid:1")
            frontier.done(visit.id, VisitResult("unchanged", builder.at(2), builder.at(9000)))
    assert frontier.pending(replace(wanted, kind=VisitKind.REQUISITE), 40) == []
    catalogue.connection.set_progress_handler(None, 100)
    assert frontier.count_pending(wanted) == 960
    assert steps[0] < 300, f"{steps[0]} hundred steps for forty visits"


def test_pages_do_not_wait_for_a_time_that_a_wrong_clock_recorded(catalogue: Catalogue, builder: EntryBuilder) -> None:
    frontier = _seeded(catalogue, builder)
    new, old, unknown = frontier.pending(VisitFilter("institute", builder.at(1), builder.at(1)))
    # In a run that is killed, one page is visited, one put off by its host, and one found.
    began = frontier.begin_run("run", builder.at(500))
    frontier.done(new.id, VisitResult("unchanged", builder.at(500), builder.at(900), run=began.id))
    frontier.put_off(old.id, until=builder.at(999))
    frontier.seed([Discovery("https://institute.example/found", "institute")], now=builder.at(500))
    assert _pending(frontier, builder, 2) == ["unknown"]
    assert _pending(frontier, builder, 2, due_only=False) == ["unknown", "found"]
    frontier.take_back(builder.at(2), timedelta(minutes=7))
    assert _pending(frontier, builder, 2) == ["unknown", "found", "new"]
    # The pause that the host asked for is kept, but bounded.
    assert [visit.due for visit in [frontier.find("institute", old.url)] if visit] == [builder.at(2 + 7)]
    assert frontier.unfinished_run() is None
    frontier.done(unknown.id, VisitResult("unchanged", builder.at(3), builder.at(24)))
    frontier.take_back(builder.at(4), timedelta(minutes=7))
    assert _pending(frontier, builder, 4) == ["found", "new"]
