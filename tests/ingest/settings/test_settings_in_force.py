"""A change of the settings describes pages captured from then on, and no others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from db.catalogue import Catalogue
from db.identity import item_id
from ingest.cataloguing.backlog import read_waiting
from ingest.collection.collection import Layout, make, open_for_work
from ingest.settings.errors import BadSettings
from ingest.settings.toml_file import render
from ingest.settings.values import PublisherOptions, Settings
from tests.sites import kept_pages

URL, ELSEWHERE = "http://institute.example/tides", "http://blog.institute.example/tides"
ONE, BOTH = ("institute.example",), ("institute.example", "blog.institute.example")
PAGE = (
    f'<!doctype html><html lang="en"><head><title>On tides</title><link rel="canonical" href="{ELSEWHERE}">'
    '<meta property="og:type" content="article"></head><body><article><h1>On tides</h1>'
    + "<p>The tide turns twice a day, as whoever lives by the sea can tell, and has done so ever since.</p>" * 6
    + "</article></body></html>\n"
).encode()


def settings(hosts: tuple[str, ...], *, publisher: str = "bl") -> Settings:
    return Settings(publishers=(PublisherOptions("http://institute.example/", id=publisher, hosts=hosts),))


def work(layout: Layout, chosen: Settings, year: int, *, keep: bool) -> None:
    """Work with *chosen* settings while the clock shows *year*."""
    began = datetime(year, 4, 24, tzinfo=UTC)
    layout.settings.write_text(render(chosen), encoding="utf-8")
    with open_for_work(layout, chosen, clock=lambda: began) as at:
        if not keep:
            return
        kept_pages.keep(at, "bl", URL, began, PAGE)
        read_waiting(at)


@pytest.mark.parametrize("edited", [2024, 2020], ids=["later", "with the clock set back"])
def test_a_host_that_is_added_later_changes_no_item(
    creditline: Callable[..., Any], tmp_path: Path, edited: int
) -> None:
    layout = Layout(tmp_path / "collection")
    make(layout, settings(ONE))
    work(layout, settings(ONE), 2023, keep=True)
    work(layout, settings(BOTH), edited, keep=False)
    checked = creditline("-C", layout.directory, "rebuild", "--check")
    assert checked.code == Exit.DONE, checked.out
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        assert catalogue.all_item_ids() == [item_id("bl", "institute.example/tides")]
        assert catalogue.unread() == []


@pytest.mark.slow
def test_settings_cannot_give_a_host_with_held_pages_to_another_publisher(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "collection")
    make(layout, settings(ONE))
    work(layout, settings(ONE), 2023, keep=True)
    with pytest.raises(BadSettings) as refused:
        work(layout, settings(BOTH, publisher="institute"), 2024, keep=False)
    assert "'institute' claims 'institute.example', a host of the publisher 'bl'" in refused.value.what
    assert 'id = "bl"' in refused.value.hint
