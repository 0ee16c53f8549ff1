"""The reading room in a real browser: it is accessible to everyone, and a newcomer finds the way."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from db.identity import statement_id
from db.reading_room.review.reviewers import add

pytestmark = pytest.mark.real

NAME, PASSWORD = "Anna Nowak", "a long enough one"
ALL = bool(os.environ.get("CREDITLINE_ALL_VIEWS"))
VIEWS = 8 if ALL else 4
"""Of each page: light or dark, narrow or wide, in one language or the other. Of four, each two of these meet once; that
a page passes in all eight takes twice as long to show.
"""
BYTES, REQUESTS = 50_000, 5
"""The bytes and the requests of a page, including everything it loads."""


@pytest.fixture(scope="module")
def collection(demonstration: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demonstration(tmp_path_factory.mktemp("room") / "archive")


@pytest.fixture(scope="module")
def served(collection: Path) -> Iterator[str]:
    """The address of the room over the demonstration's collection, in which one person may decide."""
    script = Path(sys.executable).with_name("creditline")
    listed = collection.parent / "reviewers.txt"
    add(listed, NAME, PASSWORD)
    command = [str(script), "-C", str(collection), "--json", "serve", "--port", "0", "--reviewers", str(listed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        yield told["url"].rstrip("/")
        process.terminate()


@pytest.fixture(scope="module")
def chromium(need: Callable[[str], None]) -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or os.environ.get("CHROMIUM")
    if not found:
        need("Chromium is not installed")
    assert found
    return found


def _lines(folder: Path, script: str, *words: str) -> list[dict[str, Any]]:
    made = folder / script
    # Next to its imports, which Node looks for from the script's folder.
    shutil.copyfile(Path(__file__).with_name(script), made)
    ran = subprocess.run(["node", made, *words], cwd=folder, capture_output=True, text=True, timeout=3000, check=False)
    assert ran.returncode == 0, ran.stderr[-3000:]
    return [json.loads(line) for line in ran.stdout.splitlines()]


def pages(collection: Path) -> list[str]:
    """Return a page of each kind."""
    held = sqlite3.connect(f"file:{quote(str(collection / 'catalogue.db'))}?mode=ro", uri=True)

    def one(asked: str) -> tuple[Any, ...]:
        found: tuple[Any, ...] = held.execute(asked).fetchone()
        return found

    try:
        (changed,) = one("SELECT item FROM editions GROUP BY item ORDER BY count(*) DESC LIMIT 1")
        asked = "SELECT substr(id, instr(id, '@') + 1) FROM editions WHERE item = ? ORDER BY opened"
        times = [row[0] for row in held.execute(asked, (changed,))]
        (table,) = one("SELECT id FROM items WHERE text LIKE '% | %' LIMIT 1")
        (pictured,) = one("SELECT id FROM items WHERE kind = 'article' ORDER BY length(text) DESC LIMIT 1")
        (capture,) = one("SELECT id FROM captures WHERE kind = 'response' AND page_kind = 'article' LIMIT 1")
        (run,) = one("SELECT id FROM run LIMIT 1")
        words = statement_id(*one("SELECT publisher, words FROM statement LIMIT 1"))
    finally:
        held.close()
    return [
        *("/", "/search?q=port", "/search?q=zzyx+port", f"/items/{table}", f"/items/{changed}"),
        *(f"/items/{changed}/evidence", f"/items/{changed}/editions", f"/captures/{capture}", f"/terms/{words}"),
        *(f"/items/{changed}/diff/{times[0]}..{times[-1]}", "/quote?words=an+envelope+to+be+opened+on+the+sixteenth"),
        # Tags and sections are laid out like authors.
        *(
            f"/items/{pictured}/pictures",
            "/authors",
            "/timeline",
            "/terms",
            "/coverage",
            "/runs",
            f"/runs/{run}",
        ),
        *("/failures", "/help", "/about", "/accessibility"),
    ]


def signed_in(served: str) -> str:
    """Sign in, and return what the cookie holds."""
    jar = CookieJar()
    browser = build_opener(HTTPCookieProcessor(jar))
    with browser.open(f"{served}/sign-in", timeout=300) as page:
        token = page.read().decode().partition('name="token" value="')[2].partition('"')[0]
    form = urlencode({"token": token, "name": NAME, "password": PASSWORD}).encode()
    browser.open(Request(f"{served}/sign-in", form, {"Origin": served}), timeout=300).close()
    return next(one.value or "" for one in jar if one.name == "reviewer")


def check_no_violations(views: list[dict[str, Any]]) -> None:
    for view in views:
        assert view["violations"] == [], (view["path"], view["colorScheme"], view["width"])
        assert (view["status"], view["wider"], view["outside"], view["said"]) == (200, 0, [], []), view["path"]
        assert view["begun"] == [], view["path"]
        assert view["bytes"] <= BYTES, view["path"]
        assert view["requests"] <= REQUESTS, view["path"]


# It takes minutes, so each half of the pages is checked in its own process.
HALVES = [
    pytest.param(n, marks=pytest.mark.xdist_group(f"room {n}"), id=said) for n, said in enumerate(("one", "other"))
]


@pytest.mark.parametrize("half", HALVES)
def test_every_page_is_accessible(served: str, collection: Path, chromium: str, node_oracles: Path, half: int) -> None:
    """axe-core finds nothing (WCAG 2.2 AA and best practice), light and dark, narrow and wide, in each language."""
    paths = [*pages(collection), "/sign-in"][half::2]
    wanted = {"base": served, "paths": paths, "pictures": None, "all": ALL}
    views = _lines(node_oracles, "room.mjs", chromium, json.dumps(wanted))
    assert len(views) == len(paths) * VIEWS
    check_no_violations(views)


def test_every_page_of_review_is_accessible(served: str, collection: Path, chromium: str, node_oracles: Path) -> None:
    item = next(one for one in pages(collection) if one.startswith("/items/"))
    words = next(one for one in pages(collection) if one.startswith("/terms/"))
    paths = ["/", "/review", f"/review{item}", "/review/decisions", words, item]
    cookies = [{"name": "reviewer", "value": signed_in(served)}]
    wanted = {"base": served, "paths": paths, "pictures": os.environ.get("PICTURES"), "cookies": cookies, "all": ALL}
    views = _lines(node_oracles, "room.mjs", chromium, json.dumps(wanted))
    assert len(views) == len(paths) * VIEWS
    check_no_violations(views)


def test_a_newcomer_can_find_cite_quote_compare_and_decide(served: str, chromium: str, node_oracles: Path) -> None:
    seen = {
        one["step"]: one["seen"]
        for one in _lines(node_oracles, "first_minutes.mjs", chromium, served, "port", NAME, PASSWORD)
    }
    assert seen["search"]["hits"] >= 3
    assert seen["search"]["marked"] >= 3
    assert seen["narrow"]["chips"] == 2
    assert seen["bib"]["text"].count("@online{") == seen["narrow"]["hits"] >= 1
    assert seen["cite"]["copied"] == seen["cite"]["shown"] != ""
    assert "credit" in seen["reuse"]["words"] or "źródła" in seen["reuse"]["words"]
    assert seen["quote"]["verdict"] == "The edition in force has exactly these words."
    assert seen["quote"]["proof"].startswith("creditline verify")
    assert "/web/" in seen["archived"]["url"]
    assert len(seen["archived"]["text"]) > 200
    assert seen["evidence"]["marked"] == seen["evidence"]["claimed"] != ""
    assert (seen["evidence"]["colour"], seen["evidence"]["seen"]) == ("rgb(255, 224, 102)", True)
    assert seen["compare"]["went"] + seen["compare"]["came"] >= 1
    decided = seen["review"]
    assert decided["waits"] >= 1
    assert "Recorded under your name" in decided["told"]
    assert decided["before"] != decided["confirmed"] != decided["denied"]
    assert "a person's confirmation" in decided["confirmed"]
    assert "The text: ask first" in decided["denied"]
    assert decided["again"] == decided["confirmed"]
    assert decided["refused"] == "This cannot be decided"
    assert seen["signed out"] == {"away": 0, "led": "/sign-in"}
    assert seen["outside"] == []
