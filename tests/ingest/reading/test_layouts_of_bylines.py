"""Who wrote it, in the layouts of publishing systems, think tanks and newspapers (`layouts.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db.model import Reading, Role

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
Layout = dict[str, Any]

LAYOUTS: list[Layout] = tomllib.loads(Path(__file__).with_name("layouts.toml").read_text(encoding="utf-8"))["layout"]
TITLE = "<title>The Amber Road Reopens - Example Institute</title>"


def authors(reading: Reading) -> list[str]:
    return [a.name for a in reading.attributions if a.role is Role.AUTHOR]


@pytest.mark.parametrize("layout", LAYOUTS, ids=[layout["name"] for layout in LAYOUTS])
def test_the_authors_are_read_in_the_layout(make_page: PageMaker, read_page: Read, layout: Layout) -> None:
    top = f"{layout.get('above', '')}<h1>The Amber Road Reopens</h1>{layout.get('below', '')}"
    page = make_page(head=TITLE + layout.get("head", ""), top=top)
    whole = page.replace('<div class="support">', layout.get("after", "") + '<div class="support">', 1)
    assert authors(read_page(whole)) == layout["authors"]
