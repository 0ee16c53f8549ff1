"""A new publisher, its statements, one decision, and what becomes of it when the words change: as the page on reuse
describes it, with the commands of that page."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from db.identity import statement_id
from ingest.collection.collection import Layout, make
from ingest.demo.articles import load
from ingest.demo.server import serve
from ingest.demo.site import Site

pytestmark = pytest.mark.slow

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reuse.md"
PERMISSION = "Our texts may be republished as long as the Baltic Lantern Institute is credited as the source."
CHANGED = "Our texts may be republished as long as the Baltic Lantern Institute and the author are credited."
PHOTOGRAPHS = "Photographs may not be used without the permission of the Institute."
PODCASTS = "Our podcasts may be republished with credit."
NAMED, NEW = statement_id("bl", PERMISSION), statement_id("bl", CHANGED)


def typed() -> list[list[str]]:
    """The words of each command of the story, in their order."""
    story = PAGE.read_text(encoding="utf-8").split("\n## One decision: the whole story\n", 1)[1].split("\n## ", 1)[0]
    blocks = re.findall(r"^```console\n(.*?)^```", story, re.MULTILINE | re.DOTALL)
    lines = [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]
    return [shlex.split(line.replace("STATEMENT", NAMED))[1:] for line in lines]


@dataclass
class Told:
    """The commands of the page, one after another, on a site that changes between the two runs."""

    folder: Path
    say: Callable[..., Any]
    left: Iterator[list[str]]

    def next(self, *wanted: str) -> Any:
        """Return the next command, which begins with *wanted*."""
        words = next(self.left)
        assert words[: len(wanted)] == [*wanted], words
        return self.say("-C", self.folder, *words)


@pytest.fixture
def site() -> Site:
    """Three English articles, the permission below each, the ban on the terms page, the podcasts in the footer."""
    chosen = [one for one in load() if one.language == "en" and not one.protected and len(one.parts) == 1][:3]
    site = Site(chosen)
    site.set_terms("pl", "", page="")
    site.set_terms("en", PERMISSION, page=PHOTOGRAPHS, footer=PODCASTS)
    return site


def test_one_decision_applies_to_a_publisher_until_its_words_change(
    site: Site, creditline: Any, settings_at: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "held"
    titles = [article.title for article in site.shelf.articles]
    story = Told(folder, creditline, iter(typed()))
    with serve(site) as port:
        make(Layout(folder), settings_at(port))
        assert story.next("run").code in (Exit.DONE, Exit.ATTENTION)

        counted = creditline("-C", folder, "status")
        assert f"reuse       1 statement waits for a decision: creditline -C {folder} review --terms" in counted.out
        waits = "  1 statement about reuse waits for a decision: creditline "
        assert waits in creditline("-C", folder, "review").err
        held_back = story.next("export", "html")
        assert held_back.code == Exit.ATTENTION
        assert (PERMISSION in held_back.err, "waiting for a decision" in held_back.err) == (True, True)
        assert not any(title in (tmp_path / "before.html").read_text(encoding="utf-8") for title in titles)

        seen = story.next("review", "--terms").out
        for words in (PERMISSION, PHOTOGRAPHS, PODCASTS):
            assert seen.count(f"\n  “{words}”") == 1
        assert f"{NAMED}  waits for a decision, " in seen
        assert f"{statement_id('bl', PODCASTS)}  not understood, " in seen
        for line in ("grantor    “Our”", "object     “texts”", "act        “republished”"):
            assert line in seen

        assert story.next("review", NAMED).code == Exit.DONE
        assert "waits for a decision" not in creditline("-C", folder, "status").out
        assert story.next("export", "html").code == Exit.DONE
        handed = (tmp_path / "texts.html").read_text(encoding="utf-8")
        assert all(title in handed for title in titles)
        assert handed.count("yes with duties (attribute), confirmed") == len(titles)
        assert len(licensed(creditline, folder)) == len(titles)

        site.set_terms("en", CHANGED, page=PHOTOGRAPHS, footer=PODCASTS)
        again = story.next("run")
    assert again.code == Exit.ATTENTION
    summary = json.loads(again.out.splitlines()[-1])
    assert [one["ended"] for one in summary["terms changed"]] == [[PERMISSION]]
    (ended,) = summary["decisions ended"]
    assert (ended["words"], ended["by"], ended["allowed"]) == (PERMISSION, "Anna Nowak", True)

    stopped = story.next("export", "html")
    assert (stopped.code, NEW in stopped.err) == (Exit.ATTENTION, True)
    assert not any(title in (tmp_path / "after.html").read_text(encoding="utf-8") for title in titles)
    assert licensed(creditline, folder) == set()
    listed = story.next("review", "--terms").out
    assert f"{NEW}  waits for a decision, " in listed
    assert f"{NAMED}  the words are not printed any more since " in listed
    assert "Anna Nowak let it be reused on " in listed
    assert next(story.left, None) is None
    assert creditline("-C", folder, "verify", "--all").code == Exit.DONE
    assert creditline("-C", folder, "rebuild", "--check").code == Exit.DONE


def licensed(creditline: Any, folder: Path) -> set[str]:
    """The items that every view shows as confirmed: the search, the terms, the SQL view."""
    told = creditline("-C", folder, "--json", "search", "publisher:bl", "-n", "100").out
    hits = {one["item"]: one["reuse"]["grade"] for one in map(json.loads, told.splitlines())}
    rows = [json.loads(line) for line in creditline("-C", folder, "--json", "terms", "--all").out.splitlines()]
    found = {one["id"] for one in rows if one["verdicts"]["text"]["republish"]["grade"] == "confirmed"}
    assert found == {item for item, grade in hits.items() if grade == "confirmed"}
    return found
