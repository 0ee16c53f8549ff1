"""A run: what it finds, visits and reports, and what second and third runs make of the same site."""

from __future__ import annotations

import json
import re
import shutil
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from archive.warc.capture import CaptureKind, Note
from db.catalogue import Catalogue
from db.model.item import Layer, Role
from db.query.overview import overview
from ingest.cataloguing.rebuild import records
from ingest.collection.collection import Layout, make
from ingest.crawl.run import Order
from ingest.crawl.tally import Tally
from ingest.demo.articles import load
from ingest.demo.server import ReceivedRequest, serve
from ingest.demo.site import Site

BASE = "http://institute.example"
PROTECTED = f"{BASE}/members-briefing-on-the-spring-budget/"
PRIVATE = f"{BASE}/private/board-minutes/"
PARTED = f"{BASE}/the-long-road-to-a-nuclear-workforce/"


@pytest.fixture(scope="module")
def first(story: Any) -> Any:
    with Catalogue.open(story.first.layout.catalogue, read_only=True) as catalogue:
        yield catalogue


@pytest.fixture(scope="module")
def second(story: Any) -> Any:
    with Catalogue.open(story.second.layout.catalogue, read_only=True) as catalogue:
        yield catalogue


@pytest.fixture(scope="module")
def third(story: Any) -> Any:
    with Catalogue.open(story.third.layout.catalogue, read_only=True) as catalogue:
        yield catalogue


def captures_of(catalogue: Catalogue, url: str) -> list[Any]:
    return [capture for capture in catalogue.all_captures() if capture.url == url]


# ── The first run ────────────────────────────────────────────────────────────────────────────────────────────


def test_every_published_article_is_exactly_one_item(story: Any, first: Catalogue) -> None:
    urls = [item.url for item in first.items(first.all_item_ids())]
    assert len(urls) == len(set(urls))
    assert {row["url"] for row in story.first.truth} <= set(urls)
    kept = {f"{BASE}{path}" for path in ("/about/", "/terms-of-use/", "/pl/o-nas/", "/pl/zasady-korzystania/")}
    assert set(urls) == {row["url"] for row in story.first.truth} | kept


def test_title_date_authors_and_tags_match_what_the_publisher_printed(story: Any, first: Catalogue) -> None:
    for row in story.first.truth:
        item = first.item(str(row["url"]))
        assert item is not None
        edition = item.edition
        assert edition.title is not None
        assert edition.published is not None
        authors = [credit.name for credit in edition.attributions if credit.role is Role.AUTHOR]
        found = (edition.title.value, edition.published.day, authors, [tag.value for tag in item.tags])
        assert found == (row["title"], row["date"], row["authors"], row["tags"])


def test_every_article_has_its_terms_with_words_and_place(story: Any, first: Catalogue) -> None:
    for row in story.first.truth:
        item = first.item(str(row["url"]))
        assert item is not None
        [term] = [term for term in item.terms if term.statement.words == row["terms"]]
        evidence = term.statement.evidence
        assert evidence.layer is Layer.ENTITY
        assert evidence.ranges
        assert evidence.capture in item.edition.captures
        assert term.statement.terms


def test_the_whole_text_is_held_without_its_surroundings(story: Any, first: Catalogue) -> None:
    for row in story.first.truth:
        item = first.item(str(row["url"]))
        assert item is not None
        folded = " ".join(item.edition.text.split())
        assert all(paragraph in folded for paragraph in row["paragraphs"])
        assert str(row["terms"]) not in folded


def test_a_text_in_two_parts_is_one_item_whose_edition_names_both_captures(first: Catalogue) -> None:
    item = first.item(PARTED)
    assert item is not None
    captures = [first.capture(name) for name in item.edition.captures]
    assert [capture and capture.url for capture in captures] == [PARTED, f"{PARTED}2/"]
    led = first.item(f"{PARTED}2/")
    assert led is None or led.id == item.id


def test_a_page_that_asks_for_a_password_is_an_outcome_and_not_a_text(story: Any, first: Catalogue) -> None:
    assert story.first.teller.outcomes("protected") == [PROTECTED]
    assert first.item(PROTECTED) is None
    [failure] = [failure for failure in first.failures() if failure.url == PROTECTED]
    assert failure.reason == "protected"
    assert captures_of(first, PROTECTED)


def test_a_page_that_robots_txt_forbids_is_listed_but_not_requested(story: Any, first: Catalogue) -> None:
    assert PRIVATE.removeprefix(BASE) not in {asked.path for asked in story.first.asked}
    [failure] = [failure for failure in first.failures() if failure.url == PRIVATE]
    assert (failure.reason, failure.detail) == ("robots", "line 2: Disallow: /private/")
    assert failure.record.startswith("urn:uuid:")


def test_the_summary_counts_each_visit_once(story: Any) -> None:
    counts = story.first.report.tally.counts
    assert counts["new"] == len(story.first.truth) + 4
    assert sum(counts.values()) == len(story.first.teller.events)
    assert len({event["url"] for event in story.first.teller.events}) == len(story.first.teller.events)
    assert story.first.report.left == 0


def test_listed_pages_are_visited_newest_first(story: Any) -> None:
    modified = {str(row["url"]).removeprefix(BASE): str(row["modified"]) for row in story.first.truth}
    listed = [modified[asked.path] for asked in story.first.asked if asked.path in modified]
    assert listed == sorted(listed, reverse=True)


def test_a_run_says_how_many_pages_before_it_visits_them(story: Any) -> None:
    assert "pages to visit, newest first" in story.first.teller.said[0]


def test_no_url_is_requested_twice_in_a_run(story: Any) -> None:
    for stage in (story.first, story.second, story.third):
        paths = [asked.path for asked in stage.asked]
        assert sorted(paths) == sorted(set(paths))


def test_the_run_is_recorded_with_its_summary(first: Catalogue) -> None:
    [run] = first.runs()
    assert run.finished is not None
    assert run.summary["new"] == 28


# ── The second run, over the same site ───────────────────────────────────────────────────────────────────────


def test_a_second_run_over_an_unchanged_site_opens_no_edition(first: Catalogue, second: Catalogue) -> None:
    def editions(catalogue: Catalogue) -> dict[str, list[str]]:
        return {name: [one.id for one in catalogue.editions(name)] for name in catalogue.all_item_ids()}

    assert editions(second) == editions(first)


def test_a_second_run_counts_every_item_unchanged(story: Any) -> None:
    counts = story.second.report.tally.counts
    assert (counts["new"], counts["changed"], counts["unchanged"]) == (0, 0, 28)


def test_a_second_visit_sends_the_validators_that_the_site_gave(story: Any, first: Catalogue) -> None:
    asked = {one.path: one.headers for one in story.second.asked}
    for capture in first.all_captures():
        if capture.status == 200 and capture.etag and capture.media_type == "text/html":
            headers = asked[capture.url.removeprefix(BASE)]
            assert headers["if-none-match"] == capture.etag
            assert headers["if-modified-since"] == capture.last_modified


def test_a_second_visit_makes_revisits_of_both_kinds(first: Catalogue, second: Catalogue) -> None:
    def kinds(url: str) -> list[CaptureKind]:
        return [capture.kind for capture in captures_of(second, url)]

    assert kinds(f"{BASE}/winter-load-on-the-amber-cable/") == [CaptureKind.RESPONSE, CaptureKind.NOT_MODIFIED]
    assert kinds(f"{BASE}/a-note-on-borrowed-maps/") == [CaptureKind.RESPONSE, CaptureKind.REVISIT]


def test_an_unchanged_text_in_parts_stays_one_edition(second: Catalogue) -> None:
    assert len(second.editions(PARTED)) == 1


# ── The third run, after the site changed ────────────────────────────────────────────────────────────────────


def test_changed_removed_and_new_articles_are_reported_as_such(story: Any) -> None:
    teller = story.third.teller
    assert teller.outcomes("changed") == [story.changed.edited]
    assert teller.outcomes("gone") == [story.changed.removed]
    assert story.changed.published in teller.outcomes("new")
    counts = story.third.report.tally.counts
    assert (counts["changed"], counts["gone"]) == (1, 1)


def test_the_edited_article_has_two_editions_and_both_can_be_read(story: Any, third: Catalogue) -> None:
    before, after = third.editions(story.changed.edited)
    assert before.text != after.text
    then, now = third.item(before.id), third.item(story.changed.edited)
    assert then is not None
    assert now is not None
    assert (then.edition.text, now.edition.text) == (before.text, after.text)


def test_the_removed_article_is_marked_gone_and_still_held(story: Any, third: Catalogue) -> None:
    item = third.item(story.changed.removed)
    assert item is not None
    assert item.gone is not None
    assert item.edition.text


def test_an_address_that_redirects_is_an_alias_of_the_item_it_leads_to(story: Any, third: Catalogue) -> None:
    former, now = (third.item(url) for url in story.renamed)
    assert former is not None
    assert now is not None
    assert former.id == now.id
    assert story.third.teller.outcomes("redirects") == [story.renamed[0]]


def test_the_first_identifier_still_resolves_after_a_rename(story: Any, first: Catalogue, third: Catalogue) -> None:
    shown = first.item(story.renamed[0])
    assert shown is not None
    held = third.item(shown.id)
    assert held is not None
    titles = [one.edition.title and one.edition.title.value for one in (shown, held)]
    assert titles[0] is not None
    assert titles[0] == titles[1]
    assert third.item(story.renamed[1]) == held


def test_the_catalogue_agrees_with_the_changed_site(story: Any, third: Catalogue) -> None:
    live = [item for item in third.items(third.all_item_ids()) if item.gone is None]
    articles = {row["url"] for row in story.third.truth}
    assert articles <= {item.url for item in live} | {story.renamed[1]}


# ── Orders ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def small(tmp_path: Path, settings_at: Callable[[int], Any]) -> Any:
    """A collection of a site with three articles: (layout, settings, requests)."""
    asked: list[ReceivedRequest] = []
    layout = Layout(tmp_path / "small")
    with serve(Site(load()[:3]), asked=asked) as port:
        settings = settings_at(port)
        make(layout, settings)
        yield layout, settings, asked


def visited(asked: list[ReceivedRequest]) -> list[str]:
    machine = ("/robots.txt", "/tdmrep.json", "/sitemap_index.xml", "/feed/", "sitemap")
    return [one.path for one in asked if not any(word in one.path for word in machine)]


@pytest.mark.slow
def test_a_limit_stops_a_run_and_the_next_one_continues(small: Any, run_over: Callable[..., Any]) -> None:
    layout, settings, _ = small
    report, earlier = run_over(layout, settings, Order(limit=4))
    assert len(earlier.events) == 4
    assert report.stopped == "--limit 4"
    assert report.left > 0
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        # Not a kill: it left that many, and nobody has to look into it.
        assert overview(catalogue.connection, datetime.now(UTC)).limited == report.left
    _, later = run_over(layout, settings)
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        assert overview(catalogue.connection, datetime.now(UTC)).limited is None
    told = [event["url"] for event in (*earlier.events, *later.events)]
    assert len(told) == len(set(told)), "a page was visited twice"
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        assert len(catalogue.all_item_ids()) == 3 + 4


@pytest.mark.slow
def test_the_counts_of_a_run_are_saved_with_the_visits_that_they_count(
    small: Any, run_over: Callable[..., Any]
) -> None:
    layout, settings, _ = small
    seen: set[tuple[int, int]] = set()

    def looked(_teller: Any) -> bool:
        # What a kill at this moment would leave.
        with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
            rows = catalogue.connection.execute("SELECT summary FROM run").fetchall()
            done = "SELECT count(*) FROM visit WHERE kind = 'page' AND outcome <> 'kept'"
            (visits,) = catalogue.connection.execute(done).fetchone()
        seen.add((visits, sum(Tally.of(json.loads(row[0])).visits for row in rows)))
        return False

    run_over(layout, settings, stopped=looked)
    assert {visits for visits, _ in seen} > {0}
    assert [pair for pair in seen if pair[0] != pair[1]] == []


@pytest.mark.slow
def test_a_run_that_was_stopped_and_continued_is_one_run_with_one_summary(
    small: Any, run_over: Callable[..., Any]
) -> None:
    layout, settings, _ = small
    run_over(layout, settings, Order(limit=4))
    run_over(layout, settings, stopped=lambda teller: len(teller.events) >= 3)
    report, last = run_over(layout, settings)
    assert last.totals[0][0] > 7, "counting began anew"
    assert last.totals[-1][0] == last.totals[-1][1] == report.tally.visits
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        [run] = catalogue.runs()
        visits = catalogue.connection.execute("SELECT count(*) FROM visit WHERE kind = 'page'").fetchone()[0]
    assert report.tally.summary().items() <= run.summary.items()
    assert report.tally.counts["new"] == report.tally.readings["items"] == 3 + 4
    assert report.tally.visits == visits


def test_a_run_recorded_in_a_file_gives_the_same_row_after_a_rebuild(
    story: Any, first: Catalogue, tmp_path: Path
) -> None:
    [run] = first.runs()
    [row] = [row for table, row in first.snapshot() if table == "run"]
    assert story.first.report.tally.summary().items() <= run.summary.items()
    with Catalogue.open(tmp_path / "other.db", create=True) as other:
        for record in records(story.first.layout.warcs):
            if isinstance(record, Note):
                other.add_note(record)
        assert [row for table, row in other.snapshot() if table == "run"] == [row]


@pytest.mark.slow
def test_a_run_of_one_page_does_not_end_a_stopped_run(small: Any, run_over: Callable[..., Any]) -> None:
    layout, settings, _ = small
    run_over(layout, settings, Order(limit=4))
    run_over(layout, settings, Order(only=f"{BASE}/about/"))
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        assert {run.kind: run.finished is not None for run in catalogue.runs()} == {"run": False, "page": True}


def test_a_dry_run_says_what_it_would_visit_and_visits_nothing(small: Any, run_over: Callable[..., Any]) -> None:
    layout, settings, asked = small
    report, teller = run_over(layout, settings, Order(dry=True))
    assert "pages would be visited" in teller.said[0]
    assert teller.events == []
    assert visited(asked) == ["/"]
    assert report.tally.counts.total() == 0
    assert report.unreached == []
    assert teller.said[0].startswith(f"{report.would_visit} pages")


@pytest.mark.slow  # it waits as long as a run does before it asks a host again that refused
def test_a_dry_run_reports_unreachable_urls_and_needs_attention(
    story: Any, creditline: Callable[..., Any], tmp_path: Path
) -> None:
    folder = shutil.copytree(story.third.layout.directory, tmp_path / "copy")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings = (folder / "creditline.toml").read_text(encoding="utf-8")
        port = closed.getsockname()[1]
        dead = re.sub(r'(?m)^("institute.example" = "127.0.0.1):\d+"', rf'\1:{port}"', settings)
        (folder / "creditline.toml").write_text(dead, encoding="utf-8")
        before = sorted((folder / "warcs").glob("institute-*")), creditline("-C", folder, "--json", "failures").out
        down = creditline("-C", folder, "run", "--all", "--dry-run")
        after = sorted((folder / "warcs").glob("institute-*")), creditline("-C", folder, "--json", "failures").out
        plain = creditline("-C", folder, "--quiet", "run", "--dry-run", "--only", f"{BASE}/about/")
        ran = creditline("-C", folder, "run", "--all")
    told = json.loads(down.out.splitlines()[-1])
    assert down.code == Exit.ATTENTION
    assert after == before, "a dry run leaves no failure behind, and no record of one"
    missed = [(one["url"], one["reason"]) for one in told["unreached"]]
    assert missed == [(f"{BASE}/robots.txt", "connect"), (f"{BASE}/", "connect")]
    assert "down" in told["unreached"][0]["hint"]
    assert told["would visit"] > 20
    assert (plain.code, plain.err, plain.out) == (Exit.DONE, "", ""), "nothing is asked for where one page is named"
    counts = json.loads(ran.out.splitlines()[-1])
    assert ran.code == Exit.NOTHING
    assert counts["failed"] < 5 < counts["left alone"], "what was not asked for did not fail"
    assert counts["reasons"]["left alone"] == counts["left alone"]


def test_run_only_visits_only_the_named_page(small: Any, run_over: Callable[..., Any]) -> None:
    layout, settings, asked = small
    url = f"{BASE}/about/"
    _, teller = run_over(layout, settings, Order(only=url))
    assert [event["url"] for event in teller.events] == [url]
    assert [one.path for one in asked] == ["/robots.txt", "/about/"]


@pytest.mark.slow
def test_a_signal_ends_a_run_after_running_visits_and_the_next_completes_it(
    small: Any, run_over: Callable[..., Any]
) -> None:
    layout, settings, asked = small
    report, earlier = run_over(layout, settings, stopped=lambda teller: len(teller.events) >= 2)
    assert report.stopped == "a signal"
    _, later = run_over(layout, settings)
    told = {event["url"] for event in (*earlier.events, *later.events)}
    assert {row for row in told if str(row).endswith("/about/")}
    pages = [path for path in visited(asked) if path != "/"]
    assert len(pages) == len(set(pages)), "a page was asked for twice"
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        assert [run.finished is not None for run in catalogue.runs()] == [True]
