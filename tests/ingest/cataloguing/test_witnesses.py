"""Witnesses of a site: feeds and REST answers of a real run add to what pages say, in whatever order they came."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from archive.warc.capture import Note
from db.catalogue import Catalogue
from db.model.item import Item, Partial, Reading, Stamp
from db.query.snapshot import compare
from ingest.cataloguing.backlog import reread
from ingest.cataloguing.cataloguer import Cataloguer
from ingest.cataloguing.reader_pool import decode_request
from ingest.cataloguing.rebuild import rebuild, records
from ingest.collection.collection import Layout, make, now
from ingest.crawl.run import Order
from ingest.demo.server import ReceivedRequest, serve
from ingest.demo.site import Response
from ingest.discovery import rest
from ingest.reading import read
from ingest.settings.values import Settings

BASE = "http://institute.example"
TEXT = "<p>The {0} of the port was told at length, in a sentence that is long enough to be read as a text.</p>" * 6
API = '<link rel="https://api.w.org/" href="/wp-json/">'
FEED = '<link rel="alternate" type="application/rss+xml" href="/feed/">'
NAMES = ("amber", "cable", "tunnel")


def page(slug: str, head: str = "") -> str:
    """A page whose theme prints neither date nor authors."""
    title = f"The {slug} of the port"
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title><link rel="canonical" href="{BASE}/{slug}/">{head}'
        f'</head><body class="single-post"><main><article><h1>{title}</h1><div class="entry-content">'
        f"{TEXT.format(slug)}</div></article></main></body></html>"
    )


@dataclass
class Lean:
    """A site whose REST answers and feed know more than its pages print.

    Attributes:
        offers: what the home page announces.
        bylines: the field in which a plug-in stores authors, by slug.
        answer: what REST answers instead, if anything.
        parted: the slug of a text in two parts, whose page does not link to the second.
        reports: texts of another type than posts, which have their own list.
    """

    names: tuple[str, ...] = NAMES
    offers: str = API + FEED
    bylines: dict[str, str] = field(default_factory=dict)
    answer: Response | None = None
    parted: str = ""
    reports: tuple[str, ...] = ()
    mark: int = 0

    def respond(self, method: str, path: str, headers: Mapping[str, str]) -> Response:
        assert method == "GET", headers
        asked = urlsplit(path)
        if asked.path == "/wp-json/wp/v2/posts":
            return self.answer or self._rest(parse_qs(asked.query))
        if asked.path == "/wp-json/wp/v2/types":
            kinds = {"post": "posts", "attachment": "media", "wp_block": "blocks", "report": "reports"}
            return _answer(json.dumps({slug: {"rest_base": base} for slug, base in kinds.items()}), "application/json")
        if asked.path == "/wp-json/wp/v2/reports":
            posts = [self._post(slug) | {"type": "report", "date": "2019-01-02T00:00:00"} for slug in self.reports]
            return _answer(json.dumps(posts), "application/json")
        if asked.path == "/feed/":
            items = "".join(
                f"<item><title>The {slug} of the port</title><link>{BASE}/{slug}/</link><dc:creator>admin</dc:creator>"
                f"<pubDate>Sun, 23 Apr 2023 22:30:00 +0000</pubDate></item>"
                for slug in self.names[:2]
            )
            return _answer(f'<rss xmlns:dc="urn:d"><channel>{items}</channel></rss>', "application/rss+xml")
        slug = asked.path.strip("/")
        if not slug:
            named = (*self.names, *self.reports)
            links = "".join(f'<li><a href="/{name}/">{name}</a></li>' for name in named)
            return _answer(f"<html><head>{self.offers}</head><body><ul>{links}</ul><!-- {self.mark} --></body></html>")
        if self.parted and slug == f"{self.parted}/2":
            return _answer(page("second half"))
        known = slug in self.names or slug in self.reports
        return _answer(page(slug)) if known else Response(404, (("Content-Type", "text/html"),), b"<p>no")

    def _rest(self, asked: Mapping[str, list[str]]) -> Response:
        size, number = int(asked["per_page"][0]), int(asked.get("page", ["1"])[0])
        posts = [self._post(slug) for slug in self.names[(number - 1) * size : number * size]]
        pages = -(-len(self.names) // size)
        return _answer(json.dumps(posts), "application/json", ("X-WP-TotalPages", str(pages)))

    def _post(self, slug: str) -> dict[str, object]:
        halves = "<p>One.</p><!--nextpage--><p>Two.</p>" if slug == self.parted else "<p>One.</p>"
        terms = [[{"name": "oil &amp; gas", "taxonomy": "post_tag"}]]
        return {
            "type": "post",
            "link": f"{BASE}/{slug}/",
            "date": "2023-04-24T00:30:00",
            "modified": "2023-04-24T00:30:00",
            "title": {"rendered": f"The {slug} of the port"},
            "content": {"rendered": halves},
            "meta": {"house_byline": self.bylines.get(slug, "")},
            "_embedded": {"author": [{"name": "Łucja Żak"}], "wp:term": terms},
        }


def _answer(body: str, kind: str = "text/html", *more: tuple[str, str]) -> Response:
    return Response(200, (("Content-Type", kind), *more), body.encode())


@dataclass
class LeanSite:
    """A collection of a lean site, and the requests that the site received."""

    site: Lean
    layout: Layout
    settings: Settings
    run_over: Callable[..., Any]
    asked: list[ReceivedRequest]

    def run(self, order: Order | None = None) -> Any:
        self.site.mark += 1
        return self.run_over(self.layout, self.settings, order)[0]

    def item(self, slug: str) -> Item:
        with closing(Catalogue.open(self.layout.catalogue, read_only=True)) as catalogue:
            found = catalogue.item(f"{BASE}/{slug}/")
        assert found is not None
        return found


@pytest.fixture
def collection(
    tmp_path: Path, settings_at: Callable[[int], Settings], run_over: Callable[..., Any]
) -> Iterator[LeanSite]:
    site, layout, asked = Lean(), Layout(tmp_path / "kept"), list[ReceivedRequest]()
    with serve(site, asked=asked) as port:
        settings = settings_at(port)
        make(layout, settings)
        yield LeanSite(site, layout, settings, run_over, asked)


class Here:
    """A reader in this process."""

    def submit(self, found: Any, context: Any) -> Any:
        done: Future[Reading] = Future()
        done.set_result(read(*decode_request(found, context)))
        return done

    def name(self, found: Any, purpose: str) -> Any:
        raise AssertionError(f"nothing is found here, as {purpose} at {found.url} would")


def is_remade(collection: LeanSite, folder: Path) -> None:
    """The catalogue equals a rebuild, and a fold of its captures in other orders."""
    with closing(Catalogue.open(collection.layout.catalogue, read_only=True)) as catalogue:
        held = list(catalogue.snapshot())
        captures = list(catalogue.all_captures())
    with closing(Catalogue.open(folder / "again.db", create=True)) as again:
        rebuild(collection.layout.warcs, again, Here(), clock=now)
        assert compare(held, again.snapshot()) == []
        notes = [one for one in records(collection.layout.warcs) if isinstance(one, Note)]
    for seed in range(3):
        shuffled = random.Random(seed).sample(captures, len(captures))  # noqa: S311 - an order, no secret
        with closing(Catalogue.open(folder / f"{seed}.db", create=True)) as other, other.transaction():
            for note in notes:
                other.add_note(note)
            cataloguer = Cataloguer(other, collection.layout.warcs, Here())
            other.add_captures(captures if seed % 2 else ())
            for capture in shuffled:
                other.add_captures([capture])
                cataloguer.settle(cataloguer.begin(capture))
            assert compare(held, other.snapshot()) == [], f"seed {seed}"


def names(item: Item) -> list[str]:
    return [one.name for one in item.edition.attributions]


@pytest.mark.slow
def test_facts_from_rest_are_added_to_the_item_with_rest_as_evidence(
    collection: LeanSite, tmp_path: Path, creditline: Callable[..., Any]
) -> None:
    collection.site.bylines["amber"] = "Jan Kos and Łucja Żak"
    collection.run()
    amber, tunnel = collection.item("amber"), collection.item("tunnel")
    assert names(amber) == ["Jan Kos", "Łucja Żak"]
    assert names(tunnel) == ["Łucja Żak"]
    assert amber.edition.published is not None
    assert amber.edition.published.day == "2023-04-24"
    assert [tag.value for tag in amber.tags] == ["oil & gas"]
    shown = creditline("-C", collection.layout.directory, "show", amber.id, "--evidence").out
    assert f"{BASE}/wp-json/wp/v2/posts" in shown
    assert "rejected     author “admin” (feed dc:creator): an account of the site's system, no name" in shown
    assert creditline("-C", collection.layout.directory, "verify", "--all").code == 0
    is_remade(collection, tmp_path)


@pytest.mark.slow
def test_a_witness_that_comes_after_its_page_causes_a_reread_but_no_edition(
    collection: LeanSite, tmp_path: Path
) -> None:
    collection.site.offers = ""
    collection.run()
    before = collection.item("amber")
    assert (before.edition.published, names(before), before.editions) == (None, [], 1)
    collection.site.offers = API
    collection.run(Order(limit=0))
    after = collection.item("amber")
    assert (names(after), after.edition.id, after.editions) == (["Łucja Żak"], before.edition.id, 1)
    collection.run()
    assert (collection.item("amber").edition.id, collection.item("amber").editions) == (before.edition.id, 1)
    is_remade(collection, tmp_path)


@pytest.mark.slow
def test_the_feed_is_used_when_there_is_no_rest(collection: LeanSite, tmp_path: Path) -> None:
    collection.site.offers = FEED
    collection.run()
    amber = collection.item("amber")
    assert names(amber) == []  # "admin" is nobody
    assert amber.edition.published is not None
    assert amber.edition.published.value == "2023-04-23T22:30:00+00:00"
    assert collection.item("tunnel").edition.published is None
    is_remade(collection, tmp_path)


@pytest.mark.slow
def test_a_change_by_a_witness_opens_an_edition_at_the_next_visit(collection: LeanSite, tmp_path: Path) -> None:
    collection.run()
    collection.run()
    assert collection.item("cable").editions == 1
    collection.site.bylines["cable"] = "Jan Kos"
    collection.run()
    cable = collection.item("cable")
    assert (names(cable), cable.editions) == (["Jan Kos"], 2)
    with closing(Catalogue.open(collection.layout.catalogue, read_only=True)) as catalogue:
        first, _ = catalogue.editions(cable.id)
    assert [one.name for one in first.attributions] == ["Łucja Żak"]
    assert collection.item("amber").editions == 1
    is_remade(collection, tmp_path)


@pytest.mark.slow
def test_a_text_whose_page_does_not_link_to_its_second_part_is_joined(collection: LeanSite, tmp_path: Path) -> None:
    collection.site.parted = "cable"
    collection.run()
    cable = collection.item("cable")
    assert cable.edition.partial is None
    assert "The second half of the port was told" in cable.edition.text
    assert len(cable.edition.captures) == 2
    is_remade(collection, tmp_path)


def test_texts_of_other_types_than_posts_have_their_own_list(collection: LeanSite) -> None:
    collection.site.reports = ("shipyard",)
    collection.run()
    published = collection.item("shipyard").edition.published
    assert published is not None
    assert published.day == "2019-01-02"
    assert [one.path for one in collection.asked if "/media" in one.path or "/blocks" in one.path] == []


class Older(Here):
    """A reader of another version, which reads no lists."""

    def submit(self, found: Any, context: Any) -> Any:
        found = super().submit(found, context).result()
        done: Future[Reading] = Future()
        done.set_result(replace(found, entries=(), stamp=Stamp("0.0.1", "2.0.0", "5.0.0")))
        return done


@pytest.mark.slow
def test_a_newer_reader_that_uses_witnesses_makes_no_edition(collection: LeanSite, tmp_path: Path) -> None:
    collection.run()
    collection.run()
    with (
        closing(Catalogue.open(collection.layout.catalogue, read_only=True)) as held,
        closing(Catalogue.open(tmp_path / "older.db", create=True)) as older,
    ):
        rebuild(collection.layout.warcs, older, Older(), clock=now)
        before = {one: [e.id for e in older.editions(one)] for one in older.all_item_ids()}
        done = reread(older, Cataloguer(older, collection.layout.warcs, Here()), list(older.all_captures()))
        assert (done.made, done.gone, done.changed) == (0, 0, len(NAMES))
        assert {one: [e.id for e in older.editions(one)] for one in older.all_item_ids()} == before
        assert compare(held.snapshot(), older.snapshot()) == []


def test_a_bag_with_an_item_holds_the_captures_of_its_witnesses(
    collection: LeanSite, tmp_path: Path, creditline: Callable[..., Any]
) -> None:
    collection.run()
    item = collection.item("amber")
    made = creditline("-C", collection.layout.directory, "export", "bag", item.id, "-o", tmp_path / "bag")
    assert made.code == 0, made.err
    rows = (tmp_path / "bag" / "data" / "catalogue" / "captures.jsonl").read_text(encoding="utf-8").splitlines()
    urls = [json.loads(row)["url"] for row in rows]
    assert any("/wp/v2/posts" in url for url in urls)
    assert f"{BASE}/cable/" not in urls


@pytest.mark.slow
def test_a_part_that_arrives_last_is_joined_to_its_text(collection: LeanSite, tmp_path: Path) -> None:
    collection.site.parted = "cable"
    collection.run()
    with closing(Catalogue.open(collection.layout.catalogue, read_only=True)) as catalogue:
        held, captures = list(catalogue.snapshot()), list(catalogue.all_captures())
    late = [capture for capture in captures if capture.url == f"{BASE}/cable/2/"]
    partial = []
    with closing(Catalogue.open(tmp_path / "late.db", create=True)) as other, other.transaction():
        for note in records(collection.layout.warcs):
            if isinstance(note, Note):
                other.add_note(note)
        cataloguer = Cataloguer(other, collection.layout.warcs, Here())
        for capture in [*(one for one in captures if one not in late), *late]:
            other.add_captures([capture])
            cataloguer.settle(cataloguer.begin(capture))
            item = other.item(f"{BASE}/cable/")
            partial.append(item.edition.partial if item else None)
        assert partial[-2:] == [Partial.PARTS_MISSING, None]
        assert compare(held, other.snapshot()) == []


@pytest.mark.parametrize(
    "answer",
    [
        Response(401, (("Content-Type", "application/json"),), b'{"code":"rest_forbidden"}'),
        Response(404, (("Content-Type", "application/json"),), b'{"code":"rest_no_route"}'),
        Response(200, (("Content-Type", "text/html"),), b"<html><body>Log in</body></html>"),
        Response(200, (("Content-Type", "application/json"),), b'[{"link":'),
        Response(200, (("Content-Type", "application/json"),), b"null"),
    ],
    ids=["refused", "no route", "html", "cut", "null"],
)
def test_rest_that_does_not_answer_breaks_nothing(collection: LeanSite, answer: Response) -> None:
    collection.site.answer = answer
    report = collection.run()
    assert report.tally.counts["new"] == len(NAMES)
    assert report.tally.trouble == 0
    assert collection.item("amber").edition.published is not None  # the feed says it


@pytest.mark.slow
def test_a_long_list_is_requested_in_pages_and_the_next_run_continues(
    collection: LeanSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest, "PER_PAGE", 2)
    monkeypatch.setattr(rest, "PAGES", 2)
    collection.site.names = tuple(f"text{number}" for number in range(9))
    numbers = []
    for _ in range(4):
        collection.asked.clear()
        collection.run(Order(limit=0))
        lists = (one.path for one in collection.asked if "/wp/v2/posts" in one.path and "orderby=modified" in one.path)
        numbers.append([rest.page_number(path) for path in lists])
    assert numbers == [[1, 2], [1, 3], [1, 4], [1, 5]]
