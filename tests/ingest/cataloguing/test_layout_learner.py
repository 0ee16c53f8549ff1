"""Learned layouts in a run: what is learned is recorded, every page is read by it, and a rebuild finds the same."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from archive.warc.capture import NoteKind
from db import profiles
from db.catalogue import Catalogue
from db.model.item import Context, Profile, Reading
from ingest.cataloguing.layout_learner import LONGEST, PAGES
from ingest.cataloguing.reader_pool import Pending, ReaderPool
from ingest.collection.collection import Layout, make, open_for_work
from ingest.crawl.run import Order
from ingest.demo.articles import Block, BlockKind, load
from ingest.demo.server import serve
from ingest.demo.site import Response, Site
from ingest.reading import stamp
from ingest.reading.layout.layout import layout_of, profile_of
from ingest.reading.page.spots import How, Spot
from ingest.settings.values import Settings

pytestmark = pytest.mark.slow

Command = Callable[..., Any]
ARTICLES = PAGES + 8
OLDEST = datetime(1970, 1, 1, tzinfo=UTC)
AUTHORS = ("Marta Zielińska", "Tomasz Wrona", "Ada Kowalczyk", "Jan Lis")
NOUNS = ("harbours", "railways", "reservoirs", "forests", "markets", "borders", "archives", "bridges")
"""Words that make the articles differ."""


def words(number: int, paragraph: int) -> str:
    noun, other = NOUNS[(number + paragraph) % 8], NOUNS[(number * 3 + paragraph) % 8]
    return (
        f"Report {number} looks at {noun} in paragraph {paragraph} and finds that {other} changed more in the last"
        f" {number + 2} years than in the {paragraph + 20} before; those who keep the {noun} were asked too late."
    )


def large() -> Site:
    """The invented institute with many more articles, all in one layout."""
    model = next(a for a in load() if a.language == "en" and not a.protected and len(a.parts) == 1)
    made = [
        replace(
            model,
            slug=f"report-{number}-on-{NOUNS[number % 8]}",
            work=f"report-{number}",
            formerly=(),
            title=f"What report {number} says about {NOUNS[number % 8]}",
            authors=(AUTHORS[number % 4],) if number % 3 else (AUTHORS[number % 4], AUTHORS[(number + 1) % 4]),
            published=model.published - timedelta(days=number),
            modified=model.published - timedelta(days=number),
            parts=(tuple(Block(BlockKind.PARAGRAPH, (words(number, at),)) for at in range(6)),),
        )
        for number in range(ARTICLES)
    ]
    return Site([*load(), *made])


class Counting(ReaderPool):
    """Readers that count how often they are asked to read what came from a URL."""

    def __init__(self) -> None:
        super().__init__(2)
        self.asked: Counter[str] = Counter()
        self.learnt_from: list[Reading] = []

    def schedule(self, function: Any, arguments: Any, otherwise: Any, **bounds: Any) -> Any:
        self.learnt_from += [one for said in arguments if isinstance(said, dict) for one in said.values()]
        return super().schedule(function, arguments, otherwise, **bounds)

    def submit(self, found: Any, context: Context) -> Pending[Reading]:
        self.asked[found.url] += 1
        return super().submit(found, context)


class Prompt(Counting):
    """Readers that finish a page before anyone can ask for it."""

    def submit(self, found: Any, context: Context) -> Pending[Reading]:
        pending = super().submit(found, context)
        pending.wait(300)
        return pending


@dataclass(frozen=True)
class Learnt:
    layout: Layout
    site: Site
    asked: Counter[str]
    learnt_from: list[Reading]


@pytest.fixture(scope="module")
def learnt(
    tmp_path_factory: pytest.TempPathFactory, run_over: Callable[..., Any], settings_at: Callable[[int], Settings]
) -> Iterator[Learnt]:
    layout, site = Layout(tmp_path_factory.mktemp("learnt") / "c"), large()
    with serve(site) as port:
        make(layout, settings_at(port))
        readers = Counting()
        run_over(layout, settings_at(port), readers=readers)
        yield Learnt(layout, site, readers.asked, readers.learnt_from)


def test_a_layout_is_learnt_from_pages_without_the_help_of_feeds_or_profiles(learnt: Learnt) -> None:
    # A page read with the help of a feed is read again: a rebuild would learn another layout from it.
    assert learnt.learnt_from
    assert [one.title for one in learnt.learnt_from if one.heard or one.stamp.profile is not None] == []


def held(layout: Layout) -> Catalogue:
    return Catalogue.open(layout.catalogue, read_only=True)


def test_a_profile_that_people_can_read_is_recorded_after_some_tens_of_articles(learnt: Learnt) -> None:
    with held(learnt.layout) as catalogue:
        found = profiles.in_force(catalogue.connection, "bl")
    assert found is not None
    layout = layout_of(found.body)
    assert layout is not None
    told = "\n".join(layout.explain())
    assert "title: the words of the first h1" in told
    assert "text: what stands in" in told


def test_every_page_is_read_with_the_profile_even_pages_read_earlier(learnt: Learnt) -> None:
    with held(learnt.layout) as catalogue:
        found = profiles.in_force(catalogue.connection, "bl")
        stamps = {edition.stamp for item in catalogue.items(catalogue.all_item_ids()) for edition in [item.edition]}
        newest = profiles.recent(catalogue.connection, "bl", 1000, longest=LONGEST)
    assert found is not None
    assert all(stamp.endswith(f"profile {found.digest}") for stamp in stamps)
    assert sum(one.fitted is True for one in newest) >= ARTICLES


def test_only_pages_that_the_layout_was_learnt_from_are_read_twice(learnt: Learnt) -> None:
    articles = [learnt.site.url(article.slug) for article in learnt.site.shelf.articles]
    assert max(learnt.asked.values()) == 2
    assert len(articles) > PAGES + 20
    assert PAGES <= sum(learnt.asked[url] > 1 for url in articles) <= PAGES + 8


def test_fast_readers_read_no_more_pages_twice(
    tmp_path: Path, run_over: Callable[..., Any], settings_at: Callable[[int], Settings]
) -> None:
    layout, site, readers = Layout(tmp_path / "c"), large(), Prompt()
    with serve(site) as port:
        make(layout, settings_at(port))
        run_over(layout, settings_at(port), readers=readers)
    articles = [site.url(article.slug) for article in site.shelf.articles]
    assert PAGES <= sum(readers.asked[url] > 1 for url in articles) <= PAGES + 8


def test_readings_with_the_profile_match_what_the_publisher_printed(learnt: Learnt) -> None:
    with held(learnt.layout) as catalogue:
        for article in learnt.site.shelf.articles:
            if not article.slug.startswith("report-"):
                continue
            item = catalogue.item(learnt.site.url(article.slug))
            assert item is not None
            edition = item.edition
            assert edition.title is not None
            assert edition.published is not None
            assert edition.title.value == article.title
            assert [one.name for one in edition.attributions] == list(article.authors)
            assert edition.published.day == article.published.date().isoformat()
            assert [tag.value for tag in item.tags] == list(article.tags)
            assert edition.text == "\n\n".join(block.lines[0] for block in article.parts[0])
            assert edition.number == 1


def test_a_rebuild_and_a_verification_agree_with_pages_read_by_profile(creditline: Command, learnt: Learnt) -> None:
    assert creditline("-C", learnt.layout.directory, "rebuild", "--check").code == Exit.DONE
    assert creditline("-C", learnt.layout.directory, "verify", "--all").code == Exit.DONE


class Redesigned:
    """The same site with other class names on every page, and no memory of earlier answers."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def respond(self, method: str, path: str, headers: Mapping[str, str]) -> Response:
        asked = {name: value for name, value in headers.items() if not name.lower().startswith("if-")}
        answer = self._site.respond(method, path, asked)
        body = answer.body
        for name in (b"entry-content", b"entry-title", b"entry-meta", b"entry-header", b"wi-meta", b"entry"):
            body = body.replace(name, b"story" + name[5:])
        kept = tuple((name, value) for name, value in answer.headers if name.lower() != "content-length")
        return replace(answer, body=body, headers=(*kept, ("Content-Length", str(len(body)))))


def test_a_new_design_is_learnt_again_and_makes_no_edition(
    learnt: Learnt,
    tmp_path: Path,
    run_over: Callable[..., Any],
    settings_at: Callable[[int], Settings],
    creditline: Command,
) -> None:
    layout = Layout(tmp_path / "again")
    shutil.copytree(learnt.layout.directory, layout.directory)
    with held(layout) as catalogue:
        before = profiles.in_force(catalogue.connection, "bl")
        editions = {one: len(catalogue.editions(one)) for one in catalogue.all_item_ids()}
    with serve(Redesigned(learnt.site)) as port:
        run_over(layout, settings_at(port), Order(whole=True))
    with held(layout) as catalogue:
        after = profiles.in_force(catalogue.connection, "bl")
        assert {one: len(catalogue.editions(one)) for one in catalogue.all_item_ids()} == editions
        newest = profiles.recent(catalogue.connection, "bl", PAGES, longest=LONGEST)
    assert before is not None
    assert after is not None
    assert after.digest != before.digest
    assert all(one.fitted for one in newest if "report-" in one.capture.url)
    assert creditline("-C", layout.directory, "rebuild", "--check").code == Exit.DONE
    assert creditline("-C", layout.directory, "verify", "--all").code == Exit.DONE


def count_recorded(layout: Layout) -> int:
    """Return how many profiles were recorded."""
    with held(layout) as catalogue:
        (count,) = catalogue.connection.execute("SELECT count(*) FROM event WHERE type = 'profile'").fetchone()
    return int(count)


def another_article(site: Site, number: int) -> Site:
    """Return *site* with one article more, in the same layout."""
    newest = max(site.shelf.articles, key=lambda one: one.published if one.slug.startswith("report-") else OLDEST)
    added = replace(
        newest,
        slug=f"report-{number}-on-ferries",
        work=f"report-{number}",
        title=f"What report {number} says about ferries",
        parts=(tuple(Block(BlockKind.PARAGRAPH, (words(number, at),)) for at in range(6)),),
    )
    return Site([*site.shelf.articles, added])


def learnt_by_an_older_reader(
    learnt: Learnt, directory: Path, settings: Settings, title: Spot | None = None
) -> tuple[Layout, Profile]:
    """Return a copy of the collection in which an older reader found titles at *title*, and the profile before."""
    layout = Layout(directory)
    shutil.copytree(learnt.layout.directory, layout.directory)
    with held(layout) as catalogue:
        right = profiles.in_force(catalogue.connection, "bl")
    assert right is not None
    spots = layout_of(right.body)
    assert spots is not None
    older = profile_of(replace(spots, title=title or spots.title), "bl")
    body = {"publisher": "bl", "digest": older.digest, "layout": older.body, "pages": 32, "reader": "creditline 0.0.1"}
    with open_for_work(layout, settings) as work:
        work.note(NoteKind.PROFILE, body, publisher="bl")
    return layout, right


@pytest.mark.parametrize("title", [Spot("time", How.WORDS, 32), None], ids=["the day for the title", "the same"])
def test_what_an_older_reader_learnt_is_learnt_again_once(
    learnt: Learnt,
    tmp_path: Path,
    run_over: Callable[..., Any],
    settings_at: Callable[[int], Settings],
    title: Spot | None,
) -> None:
    once = another_article(learnt.site, 100)
    with serve(once) as port:
        layout, right = learnt_by_an_older_reader(learnt, tmp_path / "c", settings_at(port), title)
        before = count_recorded(layout)
        run_over(layout, settings_at(port))
    with held(layout) as catalogue:
        assert profiles.in_force(catalogue.connection, "bl") == right
        assert profiles.learnt_by(catalogue.connection, "bl") == str(stamp())
        item = catalogue.item(once.url("report-100-on-ferries"))
    assert item is not None
    assert item.edition.title is not None
    assert item.edition.title.value == "What report 100 says about ferries"
    with serve(another_article(once, 101)) as port:
        run_over(layout, settings_at(port))
    assert count_recorded(layout) == before + 1


def test_a_visit_of_a_single_page_learns_nothing_again(
    learnt: Learnt, tmp_path: Path, run_over: Callable[..., Any], settings_at: Callable[[int], Settings]
) -> None:
    more = another_article(learnt.site, 100)
    with serve(more) as port:
        layout, _ = learnt_by_an_older_reader(learnt, tmp_path / "c", settings_at(port))
        before = count_recorded(layout)
        run_over(layout, settings_at(port), Order(only=more.url("report-100-on-ferries")))
    with held(layout) as catalogue:
        assert catalogue.item(more.url("report-100-on-ferries")) is not None
    assert count_recorded(layout) == before


class Failing(ReaderPool):
    """Readers of which none can learn: its time passes."""

    def schedule(self, function: Any, arguments: Any, otherwise: Any, **bounds: Any) -> Any:
        if isinstance(arguments[-1], dict):
            passed: Future[Any] = Future()
            passed.set_exception(TimeoutError())
            return Pending(passed, 1.0, otherwise)
        return super().schedule(function, arguments, otherwise, **bounds)


def test_a_layout_stays_if_the_time_for_learning_it_again_was_too_short(
    learnt: Learnt, tmp_path: Path, run_over: Callable[..., Any], settings_at: Callable[[int], Settings]
) -> None:
    with serve(another_article(learnt.site, 100)) as port:
        layout, _ = learnt_by_an_older_reader(learnt, tmp_path / "c", settings_at(port))
        before = count_recorded(layout)
        run_over(layout, settings_at(port), readers=Failing(2))
    with held(layout) as catalogue:
        assert profiles.in_force(catalogue.connection, "bl") is not None
    assert count_recorded(layout) == before


def test_status_explains_what_was_learnt(creditline: Command, learnt: Learnt) -> None:
    ended = creditline("-C", learnt.layout.directory, "status", "--learnt")
    assert "bl: learnt from" in ended.out
    assert "title: the words of the first h1" in ended.out
