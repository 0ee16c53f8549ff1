"""Kept pages: served again while the catalogue is unchanged, to anyone who asks for the same page, and no longer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import pytest
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.testclient import TestClient

from archive.warc.capture import NoteKind
from db.catalogue import Catalogue
from db.reading_room import template
from db.reading_room.kept_pages import (
    LARGEST,
    LONGEST,
    MOST,
    PARTS,
    CatalogueState,
    KeptPages,
    KeptParts,
    Key,
    content_of,
    key_of,
)
from db.search import facet_counts
from tests.db.reading_room.conftest import Open

HEADERS = {
    "ETag": '"tag"',
    "Last-Modified": "Sun, 29 Nov 2026 10:00:00 GMT",
    "Cache-Control": "no-cache",
    "Content-Type": "text/html",
}


def state(commit: int, content: str = "") -> CatalogueState:
    return CatalogueState((commit,), (content,))


def status_and_body(pages: KeptPages, key: Key, **asked: str) -> tuple[int, bytes] | None:
    told = pages.response_for(key, Headers({name.replace("_", "-"): value for name, value in asked.items()}))
    return None if told is None else (told.status_code, bytes(told.body))


@pytest.fixture
def pages() -> KeptPages:
    made = KeptPages()
    made.keep(Key("/items/a", state(2)), b"page", HEADERS)
    return made


def test_kept_page_is_served_while_the_catalogue_is_unchanged(pages: KeptPages) -> None:
    assert status_and_body(pages, Key("/items/a", state(2))) == (200, b"page")
    assert status_and_body(pages, Key("/items/a", state(3))) is None
    assert status_and_body(pages, Key("/items/b", state(2))) is None


def test_kept_page_answers_conditional_requests_with_304(pages: KeptPages) -> None:
    key = Key("/items/a", state(2))
    assert status_and_body(pages, key, if_none_match='W/"tag"') == (304, b"")
    assert status_and_body(pages, key, if_modified_since="Sun, 29 Nov 2026 10:00:00 GMT") == (304, b"")
    assert status_and_body(pages, key, if_modified_since="Sun, 29 Nov 2026 09:59:59 GMT") == (200, b"page")
    told = status_and_body(pages, key, if_none_match='"old"', if_modified_since="Sun, 29 Nov 2026 10:00:00 GMT")
    assert told == (200, b"page")


@pytest.mark.parametrize(
    "since",
    ["yesterday", "", "Sun, 29 Nov 99999999999999999999 10:00:00 GMT", "Sun, 29 Nov 2026 10:00:00 +99999999999999999"],
)
def test_invalid_if_modified_since_is_ignored(pages: KeptPages, since: str) -> None:
    assert status_and_body(pages, Key("/items/a", state(2)), if_modified_since=since) == (200, b"page")


def test_least_recently_used_page_is_dropped_first(pages: KeptPages) -> None:
    for number in range(MOST - 1):
        pages.keep(Key(f"/items/{number}", state(2)), b"other", HEADERS)
    assert status_and_body(pages, Key("/items/a", state(2))) is not None
    pages.keep(Key("/items/new", state(2)), b"new", HEADERS)
    assert status_and_body(pages, Key("/items/a", state(2))) is not None
    assert status_and_body(pages, Key("/items/0", state(2))) is None


def test_too_large_page_is_not_kept(pages: KeptPages) -> None:
    pages.keep(Key("/items/large", state(2)), b"x" * (LARGEST + 1), HEADERS)
    assert status_and_body(pages, Key("/items/large", state(2))) is None


def _asked(path: str, query: str = "", host: str = "localhost", scheme: str = "http") -> Request:
    headers = [(b"host", host.encode())]
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": path, "query_string": query.encode()}
    return Request({**scope, "headers": headers, "scheme": scheme})


def test_each_url_language_host_and_scheme_has_its_own_page() -> None:
    asked = [
        key_of(_asked("/items/a"), "en", state(1)),
        key_of(_asked("/items/a"), "pl", state(1)),
        key_of(_asked("/items/a", "style=apa"), "en", state(1)),
        key_of(_asked("/items/a", host="archive.example"), "en", state(1)),
        key_of(_asked("/items/a", scheme="https"), "en", state(1)),
        key_of(_asked("/items/b"), "en", state(1)),
    ]
    assert len({one.address for one in asked if one is not None}) == len(asked)
    # Pages that depend on the time of day or show archived pages are not pages of the catalogue alone.
    assert [key_of(_asked(path), "en", state(1)) for path in ("/", "/metrics", "/web/2024/https://a.example/")] == [
        None
    ] * 3


def test_written_change_shows_on_the_next_page(opened: Open, articles: Catalogue) -> None:
    now = [datetime.now(UTC)]
    room: TestClient = opened(clock=lambda: now[0])
    # Later than all times of the files: a page is kept only once the second of a change is over.
    now[0] += timedelta(hours=1)
    (item,) = (hit["item"] for hit in room.get("/api/v1/search?q=anaklia").json()["hits"])
    first, again = room.get(f"/items/{item}"), room.get(f"/items/{item}")
    assert (again.status_code, again.text, again.headers["etag"]) == (200, first.text, first.headers["etag"])
    assert room.get(f"/pl/items/{item}").text != first.text
    known = {"If-None-Match": first.headers["etag"]}
    assert room.get(f"/items/{item}", headers=known).status_code == 304
    articles.connection.execute("UPDATE item SET withheld = 'so' WHERE id = ?", (item,))
    assert room.get(f"/items/{item}").status_code == 410
    assert room.get(f"/items/{item}", headers=known).status_code == 410


def test_page_of_hits_is_reused_if_a_commit_does_not_change_its_content() -> None:
    now = [0.0]
    pages = KeptPages(clock=lambda: now[0])

    def asked(commit: int, content: str, *, is_of_hits: bool) -> bool:
        return pages.response_for(Key("/search?q=a", state(commit, content), is_of_hits), Headers()) is not None

    pages.keep(Key("/search?q=a", state(1, "a"), True), b"page", HEADERS)
    assert asked(2, "a", is_of_hits=True)
    assert not asked(2, "b", is_of_hits=True)
    assert not asked(2, "a", is_of_hits=False)
    now[0] = LONGEST
    assert not asked(2, "a", is_of_hits=True)
    assert asked(1, "a", is_of_hits=True)


def test_page_without_a_date_is_kept_and_served_without_one() -> None:
    pages, key = KeptPages(), Key("/items/a", state(1))
    pages.keep(key, b"page", {name: value for name, value in HEADERS.items() if name != "Last-Modified"})
    assert status_and_body(pages, key) == (200, b"page")
    assert status_and_body(pages, key, if_none_match='"tag"') == (304, b"")
    assert status_and_body(pages, key, if_modified_since="Sun, 29 Nov 2026 10:00:00 GMT") == (200, b"page")


def test_only_search_pages_are_reused_across_commits() -> None:
    kinds = {path: key_of(_asked(path), "en", state(1)) for path in ("/search", "/search.json", "/items/a", "/terms")}
    assert [path for path, key in kinds.items() if key is not None and key.is_of_hits] == ["/search"]


class AskPage(Protocol):
    def __call__(self, path: str = "/search?q=cables") -> tuple[str, bool]: ...


@pytest.fixture
def ask_page(opened: Open, monkeypatch: pytest.MonkeyPatch) -> AskPage:
    """Request a page (by default a page of hits); return it, and whether it had to be made."""
    room, made = opened(), [0]
    render = template.render

    def counted(*asked: Any) -> str:
        made[0] += 1
        return render(*asked)

    monkeypatch.setattr(template, "render", counted)

    def ask(path: str = "/search?q=cables") -> tuple[str, bool]:
        before = made[0]
        page = room.get(path).text
        return page, made[0] > before

    return ask


def test_new_last_seen_does_not_rebuild_a_page_of_hits(articles: Catalogue, ask_page: AskPage) -> None:
    first, _ = ask_page()
    articles.connection.execute("UPDATE item SET last_seen = '2030-01-01T00:00:00.000000Z'")
    assert ask_page() == (first, False)


def note(kind: NoteKind, **body: object) -> Callable[[Catalogue, Any], None]:
    """Return a function that adds a note *body* about the item found."""

    def noted(catalogue: Catalogue, builder: Any) -> None:
        ((item,),) = catalogue.connection.execute("SELECT id FROM item WHERE url LIKE '%cables'")
        (count,) = catalogue.connection.execute("SELECT count(*) FROM event").fetchone()
        catalogue.add_note(builder.note(100 + count, kind, {"item": item, **body}))

    return noted


CHANGES: dict[str, Callable[[Catalogue, Any], object]] = {
    "withheld": note(NoteKind.WITHHOLDING, reason="the author asks for it"),
    "an edition": lambda held, made: held.add(made.entry(20, "/cables", title="Cables anew", text="Cables, again.")),
    "another item": lambda held, made: held.add(made.entry(20, "/more", title="Cables", text="Everywhere.")),
    "gone": lambda held, made: held.add(made.answer(20, "/cables", 410)),
    "other terms": lambda held, made: held.add(made.terms_page(20, "No text may be republished.")),
    "the terms page is gone": lambda held, made: held.add(made.answer(20, "/terms", 410)),
    "a tag of an archivist": note(NoteKind.ANNOTATION, annotation="tag", value="sea", by="Ewa"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_change_that_affects_hits_rebuilds_their_page(
    change: str, articles: Catalogue, builder: Any, ask_page: AskPage
) -> None:
    first, _ = ask_page()
    assert "of the Baltic" in first
    CHANGES[change](articles, builder)
    _, anew = ask_page()
    assert anew


def test_kept_page_drops_withheld_items_and_finds_lifted_ones_again(
    articles: Catalogue, builder: Any, ask_page: AskPage
) -> None:
    assert "Baltic" in ask_page()[0]
    CHANGES["withheld"](articles, builder)
    assert "Baltic" not in ask_page()[0]
    note(NoteKind.WITHHOLDING, lift=True)(articles, builder)
    assert "Baltic" in ask_page()[0]


def test_index_write_is_noticed_even_if_the_word_count_stays(articles: Catalogue, builder: Any) -> None:
    seen = {content_of(articles.connection)[:2]}
    for number in range(30, 40):
        # Two texts with the same words, alternating: only the writing itself differs.
        articles.add(
            builder.entry(number, "/cables", title="Cables", text=f"Sea {'and lake' if number % 2 else 'lake and'}.")
        )
        seen.add(content_of(articles.connection)[:2])
    assert len(seen) == 11


def test_shared_parts_are_made_once_per_content_and_expire() -> None:
    now, made = [0.0], [0]
    parts = KeptParts(clock=lambda: now[0])

    def make() -> int:
        made[0] += 1
        return made[0]

    assert [parts.of(state(commit, "a"), "facets", make) for commit in (1, 2)] == [1, 1]
    assert parts.of(state(2, "b"), "facets", make) == 2
    now[0] = LONGEST
    assert parts.of(state(2, "b"), "facets", make) == 3
    for number in range(PARTS):
        parts.of(state(2, "b"), f"facets {number}", lambda: 0)
    assert parts.of(state(2, "b"), "facets", make) == 4


def test_facets_are_counted_once_for_all_pages_and_again_after_withholding(
    articles: Catalogue, builder: Any, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, counted, facets_of = opened(), [0], facet_counts.facets_of

    def count(*asked: Any, **how: Any) -> facet_counts.Facets:
        counted[0] += 1
        return facets_of(*asked, **how)

    monkeypatch.setattr(facet_counts, "facets_of", count)

    def shown(query: str) -> str:
        return room.get(f"/search?{query}").text.partition('id="narrow"')[2]

    first = shown("q=the OR cables")
    assert first.count(">2<") == shown("q=the OR cables&sort=old").count(">2<") > 0
    assert counted == [1]
    CHANGES["withheld"](articles, builder)
    assert ">2<" not in shown("q=the OR cables&sort=new")
    assert counted == [2]


def path_of_cables(articles: Catalogue) -> str:
    ((item,),) = articles.connection.execute("SELECT id FROM item WHERE url LIKE '%cables'")
    return f"/items/{item}"


def test_item_page_is_rebuilt_only_when_last_seen_moves_to_another_day(articles: Catalogue, ask_page: AskPage) -> None:
    path, ((seen,),) = (
        path_of_cables(articles),
        articles.connection.execute("SELECT last_seen FROM item WHERE url LIKE '%cables'"),
    )
    first, made = ask_page(path)
    assert made
    articles.connection.execute("UPDATE item SET last_seen = ?", (f"{seen[:10]}T23:59:59.000000Z",))
    assert ask_page(path) == (first, False)
    articles.connection.execute("UPDATE item SET last_seen = '2030-01-01T00:00:00.000000Z'")
    other, made = ask_page(path)
    assert made
    assert "1 January 2030" in other


@pytest.mark.parametrize("change", CHANGES)
def test_change_that_affects_an_item_rebuilds_its_page(
    change: str, articles: Catalogue, builder: Any, ask_page: AskPage
) -> None:
    path = path_of_cables(articles)
    first, _ = ask_page(path)
    assert "of the Baltic" in first
    CHANGES[change](articles, builder)
    page, anew = ask_page(path)
    # A withheld item has no page.
    assert anew != (change == "withheld")
    assert ("of the Baltic" in page) != (change in ("withheld", "an edition"))


@pytest.mark.parametrize("column", ["withheld", "gone"])
def test_change_of_a_single_column_updates_the_item_page(column: str, articles: Catalogue, ask_page: AskPage) -> None:
    """Nothing else in the catalogue shows it: no note, no event, no word of the index."""
    path = path_of_cables(articles)
    ask_page(path)
    articles.connection.execute(f"UPDATE item SET {column} = '2026-01-01T00:00:00.000000Z'")
    page, anew = ask_page(path)
    assert (anew, "of the Baltic" in page) == ((True, True) if column == "gone" else (False, False))


def test_other_item_pages_are_kept_until_the_next_commit_only(articles: Catalogue, ask_page: AskPage) -> None:
    for path in (f"{path_of_cables(articles)}/editions", f"{path_of_cables(articles)}/evidence", "/terms"):
        ask_page(path)
        assert not ask_page(path)[1]
        articles.connection.execute("UPDATE item SET last_seen = last_seen || ''")
        articles.connection.execute("UPDATE item SET latest_key = latest_key || 'a'")
        assert ask_page(path)[1]
