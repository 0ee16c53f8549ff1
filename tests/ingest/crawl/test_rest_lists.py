"""REST lists in a run: a post whose tags changed is visited although the site reports no change, and reported changes
count whatever clock the site uses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from archive.http.exchange import Ending, Exchange
from db.catalogue import Catalogue
from db.model.item import PageKind, Reading, Stamp
from db.model.witness import Origin, Witness
from ingest.collection.collection import Layout, make, open_for_work
from ingest.crawl.request import Request
from ingest.crawl.rest_lists import next_list_page
from ingest.crawl.tally import Settled
from ingest.demo.server import ReceivedRequest, serve
from ingest.demo.site import Response
from ingest.discovery import rest
from ingest.settings.values import Settings

BASE = "http://institute.example"
SAID = "<p>The {0} of the port was told at length, in a sentence that is long enough to be read as a text.</p>" * 6
API = '<link rel="https://api.w.org/" href="/wp-json/">'
TAGS = {7: "oil &amp; gas", 8: "ports", 9: "sea"}


@dataclass
class Tagged:
    """A site like WordPress, whose sitemap dates its posts but ignores their tags.

    Attributes:
        posts: the slugs of its posts, by number; *tags* are the tag numbers of each post.
        per_page: posts per page of the list of tags.
        gives_posts: whether it answers requests for posts by number.
        changed: when posts were last changed, by number; *clock* is how far its own clock is ahead of UTC.
    """

    posts: dict[int, str] = field(default_factory=lambda: {1: "amber", 2: "cable", 3: "tunnel", 4: "quay"})
    tags: dict[int, list[int]] = field(default_factory=dict)
    per_page: int = 3
    gives_posts: bool = True
    changed: dict[int, datetime] = field(default_factory=dict)
    clock: timedelta = timedelta()

    def respond(self, method: str, path: str, headers: Mapping[str, str]) -> Response:
        assert method == "GET", headers
        asked = urlsplit(path)
        if asked.path == "/wp-json/wp/v2/posts":
            return self._listed({name: values[0] for name, values in parse_qs(asked.query).items()})
        slug = asked.path.strip("/")
        if slug == "sitemap.xml":
            inner = "".join(
                f"<url><loc>{BASE}/{one}/</loc><lastmod>2023-04-24T09:00:00Z</lastmod></url>"
                for one in self.posts.values()
            )
            return _answer(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</urlset>', "text/xml")
        if not slug:
            links = "".join(f'<li><a href="/{one}/">{one}</a></li>' for one in self.posts.values())
            return _answer(f"<html><head>{API}</head><body><ul>{links}</ul></body></html>")
        number = next((number for number, one in self.posts.items() if one == slug), None)
        return _answer(self._page(number)) if number else Response(404, (("Content-Type", "text/html"),), b"<p>no")

    def _page(self, number: int) -> str:
        slug = self.posts[number]
        links = ", ".join(f'<a rel="tag" href="/tag/{one}/">{TAGS[one]}</a>' for one in self.tags.get(number, [7]))
        return (
            f'<!doctype html><html lang="en"><head><title>The {slug}</title></head><body class="single-post"><main>'
            f"<article><h1>The {slug}</h1><div>{SAID.format(slug)}</div><p>Tags: {links}</p></article></main></body>"
        )

    def _listed(self, asked: Mapping[str, str]) -> Response:
        numbers, size = list(self.posts), int(asked["per_page"])
        if "include" in asked and not self.gives_posts:
            return Response(500, (), b"")
        if "include" in asked:
            numbers = [one for one in numbers if str(one) in asked["include"].split(",")]
        elif asked["orderby"] == "id":
            size = self.per_page
        at = int(asked.get("page", "1")) - 1
        fields = asked["_fields"].split(",")
        listed = [self._post(one) for one in numbers[at * size : (at + 1) * size]]
        body = json.dumps([_of(post, fields) for post in listed])
        return _answer(body, "application/json", ("X-WP-TotalPages", str(-(-len(numbers) // size))))

    def _post(self, number: int) -> dict[str, object]:
        tags = self.tags.get(number, [7])
        changed = self.changed.get(number, datetime(2023, 4, 24, 9, tzinfo=UTC))
        return {
            "id": number,
            "type": "post",
            "link": f"{BASE}/{self.posts[number]}/",
            "date": "2023-04-24T09:00:00",
            "modified": f"{changed + self.clock:%Y-%m-%dT%H:%M:%S}",
            "modified_gmt": f"{changed:%Y-%m-%dT%H:%M:%S}",
            "title": {"rendered": f"The {self.posts[number]}"},
            "tags": tags,
            "categories": [1],
            "content": {"rendered": "<p>One.</p>"},
            "_embedded.wp:term": [[{"name": TAGS[one], "taxonomy": "post_tag"} for one in tags]],
        }


def _of(post: dict[str, object], fields: list[str]) -> dict[str, object]:
    """Return the *fields* of *post*, with embedded data in its place."""
    shown = {name: one for name, one in post.items() if name in fields}
    terms = shown.pop("_embedded.wp:term", None)
    return shown if terms is None else shown | {"_embedded": {"wp:term": terms}}


def _answer(body: str, kind: str = "text/html", *more: tuple[str, str]) -> Response:
    return Response(200, (("Content-Type", kind), *more), body.encode())


@dataclass
class TaggedSite:
    """A collection of a tagged site, and the requests that the site received."""

    site: Tagged
    layout: Layout
    settings: Settings
    run_over: Callable[..., Any]
    asked: list[ReceivedRequest]

    def run(self) -> list[str]:
        """Visit the site, and return the requested paths."""
        self.asked.clear()
        self.run_over(self.layout, self.settings, None)
        return [one.path for one in self.asked]

    def tags(self, slug: str) -> list[str]:
        with closing(Catalogue.open(self.layout.catalogue, read_only=True)) as catalogue:
            found = catalogue.item(f"{BASE}/{slug}/")
        assert found is not None
        return [one.value for one in found.tags]


@pytest.fixture
def collection(
    tmp_path: Path, settings_at: Callable[[int], Settings], run_over: Callable[..., Any]
) -> Iterator[TaggedSite]:
    site, layout, asked = Tagged(), Layout(tmp_path / "kept"), list[ReceivedRequest]()
    with serve(site, asked=asked) as port:
        settings = settings_at(port)
        make(layout, settings)
        yield TaggedSite(site, layout, settings, run_over, asked)


def tags_asked(paths: list[str]) -> list[str]:
    return [one for one in paths if "orderby=id" in one]


def pages_asked(paths: list[str]) -> list[str]:
    return [one for one in paths if one.strip("/") in ("amber", "cable", "tunnel", "quay")]


@pytest.mark.slow
def test_a_post_with_new_tags_is_visited_even_if_its_date_is_unchanged(collection: TaggedSite) -> None:
    collection.site.posts |= {number: f"quay-{number}" for number in range(5, 50)}
    collection.site.per_page = 25
    first = collection.run()
    assert [rest.page_number(one) for one in tags_asked(first)] == [1, 2]
    assert collection.tags("cable") == ["oil & gas"]
    assert pages_asked(collection.run()) == []  # the sitemap vouches for all of them
    collection.site.tags = {2: [7, 9], 4: [8]}
    again = collection.run()
    assert sorted(pages_asked(again)) == ["/cable/", "/quay/"]
    assert [parse_qs(one)["include"] for one in again if "include=" in one] == [["2,4"]]
    assert (collection.tags("cable"), collection.tags("quay")) == (["oil & gas", "sea"], ["ports"])
    after = collection.run()
    assert pages_asked(after) == []
    assert not [one for one in after if "include=" in one]


@pytest.mark.slow
def test_a_post_that_gets_its_old_tags_back_is_visited_again(collection: TaggedSite) -> None:
    collection.site.posts |= {number: f"quay-{number}" for number in range(5, 50)}
    collection.run()
    for tags in ([8], [7], [8]):
        collection.site.tags = {1: tags}
        assert pages_asked(collection.run()) == ["/amber/"]
    assert collection.tags("amber") == ["ports"]


@pytest.mark.slow
def test_posts_that_could_not_be_requested_are_requested_by_the_next_run(collection: TaggedSite) -> None:
    collection.site.posts |= {number: f"quay-{number}" for number in range(5, 50)}
    collection.run()
    collection.site.tags, collection.site.gives_posts = {2: [7, 9]}, False
    assert pages_asked(collection.run()) == []
    collection.site.gives_posts = True
    assert pages_asked(collection.run()) == ["/cable/"]
    assert pages_asked(collection.run()) == []


@pytest.mark.slow
def test_a_change_is_dated_in_utc_and_not_in_the_local_time_of_the_site(collection: TaggedSite) -> None:
    collection.site.posts |= {number: f"quay-{number}" for number in range(5, 50)}
    # East of Greenwich a change of an hour ago seems to lie an hour ahead.
    collection.site.clock, collection.site.changed = timedelta(hours=2), {1: datetime.now(UTC) - timedelta(hours=1)}
    collection.run()
    assert pages_asked(collection.run()) == []
    # And west of it a change made now seems older than the visit.
    collection.site.clock, collection.site.changed = timedelta(hours=-5), {2: datetime.now(UTC)}
    assert pages_asked(collection.run()) == ["/cable/"]


@pytest.mark.parametrize("asked", ["", "&include=3,4"])
def test_a_list_with_news_is_read_on_unless_its_posts_were_requested_by_number(tmp_path: Path, asked: str) -> None:
    """A site may claim further pages of such an answer; every post that was requested is in the first."""
    layout, settings = Layout(tmp_path / "collection"), Settings()
    make(layout, settings)
    url = f"{BASE}/wp-json/wp/v2/posts?per_page=50{asked}"
    head = b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\nX-WP-TotalPages: 3\r\n\r\n"
    unknown = Witness("urn:uuid:00000000-0000-4000-8000-000000000001", 0, Origin.REST, f"{BASE}/quay/")
    settled = Settled(
        Request(url, "bl", "rest"),
        reading=Reading(Stamp("1.0", "2.0", "6.0"), PageKind.LISTING, entries=(unknown,)),
        exchange=Exchange(url, datetime(2023, 4, 24, 10, tzinfo=UTC), b"", head, Ending.LENGTH),
    )
    with open_for_work(layout, settings) as work:
        following = next_list_page(work, settled)
    assert following == (None if asked else rest.page_url(url, 2))
