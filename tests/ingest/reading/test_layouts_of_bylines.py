"""Authors in the page layouts of publishing systems, think tanks and newspapers (`layouts.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db.model.item import Reading, Role

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
Layout = dict[str, Any]

LAYOUTS: list[Layout] = tomllib.loads(Path(__file__).with_name("layouts.toml").read_text(encoding="utf-8"))["layout"]
PARTS = 8
TITLE = "<title>The Amber Road Reopens - Example Institute</title>"


def authors(reading: Reading) -> list[str]:
    return [a.name for a in reading.attributions if a.role is Role.AUTHOR]


def laid_out(make_page: PageMaker, layout: Layout) -> str:
    top = f"{layout.get('above', '')}<h1>The Amber Road Reopens</h1>{layout.get('below', '')}"
    page = make_page(head=TITLE + layout.get("head", ""), top=top)
    return page.replace('<div class="support">', layout.get("after", "") + '<div class="support">', 1)


# A few tests with many layouts each, because each test has its own cost.
@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_the_authors_are_read_in_each_layout(make_page: PageMaker, read_page: Read, part: int) -> None:
    wrong = {
        layout["name"]: (found, layout["authors"])
        for layout in LAYOUTS[part::PARTS]
        if (found := authors(read_page(laid_out(make_page, layout)))) != layout["authors"]
    }
    assert wrong == {}, "of each layout the authors that are read, and those that there are"


@pytest.mark.parametrize("label", ["Post author:", "Written by:"])
def test_a_box_about_the_rights_in_the_text_names_its_author(make_page: PageMaker, read_page: Read, label: str) -> None:
    box = (
        f"<div class='post-copyright'><ul><li class='post-copyright-author'><b>{label} </b>Anna Fox, Jan Sowa</li>"
        "<li><b>Link:</b> <a href='/road'>The road</a></li></ul></div>"
    )
    site = '<meta property="og:site_name" content="Port Watch"><meta property="article:author" content="Port Watch">'
    reading = read_page(make_page(head=f"<title>Roads - Port Watch</title>{site}", top="<h1>Roads</h1>", bottom=box))
    assert authors(reading) == ["Anna Fox", "Jan Sowa"]
