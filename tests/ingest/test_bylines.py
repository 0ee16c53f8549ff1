"""Author and date stand above a text wherever it is exported, and missing ones are said to be missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from db.catalogue import Catalogue
from db.model.item import Item

Command = Callable[..., Any]
EDITED = "http://institute.example/heat-pumps-in-granite-towns/"
TWO = "http://institute.example/ports-after-the-storm-a-survey-of-repair/"


@pytest.fixture
def folder(story: Any) -> Path:
    """The institute's collection after three runs; no test writes to it."""
    return Path(story.third.layout.directory)


@pytest.mark.parametrize(
    ("url", "byline"),
    [(EDITED, "Katarzyna Brzoza · 2024-02-12"), (TWO, "Maria Żelazny, Jan Kowal · 2024-05-20")],
    ids=["one author", "two"],
)
def test_authors_and_day_are_shown_above_a_text(creditline: Command, folder: Path, url: str, byline: str) -> None:
    shown = creditline("-C", folder, "show", url, "--markdown").out.splitlines()
    assert shown[0].startswith("# ")
    assert shown[2] == f"*{byline}*"
    for form, line in (("text", byline), ("markdown", f"*{byline}*")):
        ended = creditline("-C", folder, "export", form, url)
        assert ended.code == Exit.DONE, ended.err
        assert line in ended.out.splitlines()
    assert byline in creditline("-C", folder, "export", "html", url).out


def test_a_text_without_author_and_day_says_so(creditline: Command, folder: Path) -> None:
    with Catalogue.open(folder / "catalogue.db", read_only=True) as catalogue:
        items = list(catalogue.items(catalogue.all_item_ids()))
    bare = next(one for one in items if not one.edition.attributions and one.edition.published is None)
    assert isinstance(bare, Item)
    shown = creditline("-C", folder, "show", bare.id, "--markdown").out.splitlines()
    assert shown[2] == "*no author or date stated*"
