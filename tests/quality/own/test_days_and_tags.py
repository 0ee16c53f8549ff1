"""The reader on pages that date and tag their text in every place and form, `days.toml` and `tags.toml`: each is read
correctly."""

from __future__ import annotations

import tomllib
from html import escape
from pathlib import Path
from typing import Any

import pytest

from archive.http.exchange import Entity
from db.model.item import Context, Dated, Reading
from ingest.reading import read

HERE = Path(__file__).parent


def _loaded(name: str) -> dict[str, Any]:
    with HERE.joinpath(name).open("rb") as file:
        return tomllib.load(file)


DAYS, ARTICLES = _loaded("days.toml"), _loaded("articles.toml")
PAGES = {f"{page['lang']}: {page['name']}": page for page in DAYS["page"]}
FILED = {f"{page['lang']}: {page['name']}": page for page in _loaded("tags.toml")["page"]}


def text_of(lang: str) -> tuple[str, str]:
    """Return title and paragraphs, as markup, of the text in a language."""
    if lang in DAYS["text"]:
        title, paragraphs = DAYS["text"][lang]["title"], [DAYS["text"][lang]["words"]] * 2
    else:
        one = next(one for one in ARTICLES["article"] if one["language"] == lang[:2])
        title, paragraphs = one["title"], one["text"].strip().split("\n\n")
    return title, "".join(f"<p>{escape(words)}</p>" for words in paragraphs)


def reading(page: dict[str, Any]) -> Reading:
    """Read a page of `days.toml`, built around the text of its language."""
    title, text = text_of(page["lang"])
    far = "<div><p>·</p></div>" * 60 if page.get("far") else ""
    markup = (
        f'<!DOCTYPE html><html lang="{page["lang"]}"><head><meta charset="utf-8"><title>{title}</title>'
        f"{page.get('head', '')}</head><body><header><a href='/'>Harbour</a></header><main><article>"
        f"{page.get('above', '')}<h1>{title}</h1>{page.get('below', '')}<div class='entry-content'>{text}</div>"
        f"{far}{page.get('after', '')}</article>{page.get('beside', '')}</main></body></html>"
    )
    url = "https://harbour-policy.example/the-tide-gauge-and-the-treasury/"
    return read(Entity(url, markup.encode(), "text/html", None), Context(url))


def day(dated: Dated | None) -> str:
    """Return the day, or as much of it as is stated."""
    return "" if dated is None else dated.day or dated.value


def test_the_pages_are_in_at_least_six_languages() -> None:
    assert len(PAGES) == len(DAYS["page"])
    for pages in (PAGES, FILED):
        assert len({page["lang"][:2] for page in pages.values()}) >= 6


@pytest.mark.slow
def test_dates_are_read_as_each_page_states_them() -> None:
    wrong = {}
    for name, page in PAGES.items():
        found = reading(page)
        says = page["published"], page.get("modified", day(found.modified))
        if (day(found.published), day(found.modified)) != says:
            wrong[name] = (day(found.published), day(found.modified)), says
        for dated in (found.published, found.modified):
            assert dated is None or dated.evidence.ranges, name
    assert wrong == {}, "of each page what is read of when it was published and modified, and what it says"


def test_tags_are_read_as_each_page_states_them() -> None:
    wrong = {}
    for name, page in FILED.items():
        found = reading(page)
        if (tags := [tag.value for tag in found.tags]) != page["tags"]:
            wrong[name] = tags, page["tags"]
        assert all(tag.evidence.ranges for tag in found.tags), name
    assert wrong == {}, "of each page the tags that are read of it, and those it gives"
