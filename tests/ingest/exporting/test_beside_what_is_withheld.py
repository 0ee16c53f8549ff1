"""What is handed on of texts that stand beside a withheld one: their pages, unless these show it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db.catalogue import Catalogue
from db.query.echoes import Echo

Command = Callable[..., Any]
BASE = "http://institute.example"
STANDING = "The Baltic Weekly is a survey by our analysts of what happened by the sea."
SUBJECTS = ("herring", "dredgers", "lighthouses", "ferries", "pilots")


def issue(subject: str, more: str = "") -> bytes:
    title = "The Baltic Weekly"
    told = f"<p>The Baltic Weekly heard at length this week of {subject}, and of who pays for {subject} in winter.</p>"
    return f"""<!doctype html><html lang="en"><head><title>{title}</title><meta property="og:type" content="article">
</head><body><article><h1>{title}</h1><p>By Ada Berg</p><time datetime="2019-02-28">28 February 2019</time>
<p>{STANDING}</p>{told * 4}</article>{more}</body></html>""".encode()


@pytest.fixture
def series(creditline: Command, foreign_warc: Callable[..., Any], tmp_path: Path, once: Callable[..., Path]) -> Path:
    """Issues of a series that all begin with one line; the first is withheld, and the last links to it."""

    def bring(folder: Path) -> None:
        warc = foreign_warc()
        before = f'<aside>Before: <a href="{BASE}/herring/">The Baltic Weekly</a></aside>'
        for subject in SUBJECTS:
            body = issue(subject, before if subject == SUBJECTS[-1] else "")
            warc.response(f"{BASE}/{subject}/", body, date="2019-03-01T10:00:00Z")
        creditline("-C", folder, "import", warc.path, "--publisher", f"{BASE}/")
        creditline("-C", folder, "withhold", f"{BASE}/herring/", "--reason", "an order", "--by", "A. Nowak")

    return once(tmp_path / "collection", bring)


def test_a_line_that_all_issues_of_a_series_begin_with_hides_none_of_their_pages(
    creditline: Command, series: Path, tmp_path: Path
) -> None:
    target = tmp_path / "all.wacz"
    told = creditline("-C", series, "export", "wacz", "--all", "-o", target)
    assert "4 items, 3 captures, 3 pages" in told.err
    with zipfile.ZipFile(target) as package:
        pages = [json.loads(line) for line in package.read("pages/pages.jsonl").splitlines()[1:]]
    assert {page["url"] for page in pages} == {f"{BASE}/{subject}/" for subject in SUBJECTS[1:-1]}


def test_an_export_names_the_items_whose_pages_it_leaves_out(creditline: Command, series: Path, tmp_path: Path) -> None:
    told = creditline("-C", series, "export", "wacz", "--all", "-o", tmp_path / "all.wacz")
    shown = json.loads(creditline("-C", series, "--json", "show", f"{BASE}/pilots/").out)
    assert f"without their archived pages, which show it too: {shown['id']}\n" in told.err


def test_words_of_a_withheld_item_alone_still_give_it_away(series: Path) -> None:
    with Catalogue.open(series / "catalogue.db", read_only=True) as catalogue:
        echo = Echo(catalogue.connection)
        own = b"<p>The Baltic Weekly heard at length this week of herring, and of who pays for it.</p>"
        line = f"<p>{STANDING}</p>".encode()
        assert echo.occurs_in(own, "text/html")
        assert not echo.occurs_in(line, "text/html")
        # Also right behind the line that all have. It begins with the title that all have, so the two overlap.
        assert echo.occurs_in(line + own, "text/html")
        # A title that all have is enough beside the address, and only there.
        link = b'<a href="http://institute.example/herring/">The Baltic Weekly</a>'
        assert echo.occurs_in(link, "text/html")
        assert not echo.occurs_in(link.replace(b"herring", b"ferries"), "text/html")


def test_a_page_that_links_to_several_withheld_items_shows_any_of_their_titles(
    creditline: Command, foreign_warc: Callable[..., Any], tmp_path: Path
) -> None:
    folder, warc = tmp_path / "collection", foreign_warc()
    for title in ("Sand", "Tides"):
        body = issue("ferries").replace(b"The Baltic Weekly<", f"{title}<".encode())
        warc.response(f"{BASE}/{title.lower()}/", body, date="2019-03-01T10:00:00Z")
    creditline("-C", folder, "import", warc.path, "--publisher", f"{BASE}/")
    creditline("-C", folder, "withhold", f"{BASE}/sand/", f"{BASE}/tides/", "--reason", "an order", "--by", "A. Nowak")
    with Catalogue.open(folder / "catalogue.db", read_only=True) as catalogue:
        echo = Echo(catalogue.connection)
        link = b'<a href="http://institute.example/sand/">more</a> <a href="http://institute.example/tides/">%b</a>'
        assert echo.occurs_in(link % b"Tides", "text/html")
        assert not echo.occurs_in(link % b"more", "text/html")
