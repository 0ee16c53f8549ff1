"""The section of a text without article:section: the last step of the path above it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from archive.http.exchange import Entity
from db.model.item import Context, Reading
from ingest.reading import read

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
TITLE = "<title>The Amber Road Reopens - Example Institute</title>"
H1 = "<h1>The Amber Road Reopens</h1>"
PATH = '<a href="/">Home</a> » <a href="/research/">Research</a> » <a href="/research/roads/">Roads &amp; Rivers</a> » '


def section(reading: Reading) -> str | None:
    return reading.section.value if reading.section is not None else None


def listed(*steps: tuple[str, str]) -> str:
    items = [
        {"@type": "ListItem", "position": n, "name": name} | ({"item": item} if item else {})
        for n, (name, item) in enumerate(steps, 1)
    ]
    said = json.dumps({"@type": "BreadcrumbList", "itemListElement": items})
    return f'<script type="application/ld+json">{said}</script>'


@pytest.mark.parametrize(
    "trail",
    [
        f'<nav aria-label="Breadcrumb">{PATH}</nav>',
        f'<div class="breadcrumbs">{PATH}<span>The Amber Road Reopens</span></div>',
        f'<ol itemscope itemtype="https://schema.org/BreadcrumbList">{PATH}</ol>',
        f'<div id="yoast-breadcrumb" class="breadcrumb">{PATH}<a href="/amber-road-reopens/">Amber</a></div>',
    ],
)
def test_the_last_breadcrumb_above_the_page_is_its_section(make_page: PageMaker, read_page: Read, trail: str) -> None:
    assert section(read_page(make_page(head=TITLE, top=trail + H1))) == "Roads & Rivers"


def test_json_ld_breadcrumbs_give_the_section(make_page: PageMaker, read_page: Read) -> None:
    steps = (("Home", "https://institute.example/"), ("Roads", "https://institute.example/roads/"), ("Amber", ""))
    assert section(read_page(make_page(head=TITLE + listed(*steps)))) == "Roads"


@pytest.mark.parametrize("position", ["²", "9" * 5000, "x", None])
def test_a_json_ld_breadcrumb_with_a_bad_position_counts_as_the_first(
    make_page: PageMaker, read_page: Read, position: str | None
) -> None:
    steps = (("Roads", "https://institute.example/roads/"), ("Amber", ""))
    head = listed(*steps).replace('"position": 1', f'"position": {json.dumps(position)}')
    assert section(read_page(make_page(head=TITLE + head))) == "Roads"


@pytest.mark.parametrize(
    "name", ["Strona główna", "Startseite", "Trang chủ", "Example Institute", "2023", "April 2023"]
)
def test_home_and_date_archives_are_no_section(make_page: PageMaker, read_page: Read, name: str) -> None:
    head = f'{TITLE}<meta property="og:site_name" content="Example Institute">'
    trail = f'<div class="breadcrumb"><a href="/x/">{name}</a></div>'
    assert section(read_page(make_page(head=head, top=trail + H1))) is None


def test_the_section_in_the_head_wins_over_the_breadcrumbs(make_page: PageMaker, read_page: Read) -> None:
    head = f'{TITLE}<meta property="article:section" content="Trade">'
    assert section(read_page(make_page(head=head, top=f'<nav class="breadcrumb">{PATH}</nav>{H1}'))) == "Trade"


def test_a_path_beside_the_root_of_a_broken_page_does_not_stop_the_reader() -> None:
    # The parser puts this body, which begins after the end of the document, beside the root and not below it.
    page = b'<span>Notes</html><body data-kind="web"><ol aria-label="Breadcrumb"><a href="/roads/">Roads</a></ol>'
    assert section(read(Entity("https://ex.example/a", page, "text/html"), Context("https://ex.example/a"))) is None
