"""Pages on disk, read for a person and in batches."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from db.model.item import Reading
from ingest.commands.inspection import as_json, describe, inspect, inspect_batch, inspect_page

URL = "https://institute.example/amber-road-reopens/"
PAGE = """<!doctype html><html lang="en"><head><title>The Amber Road Reopens</title></head><body><main><article>
<p>Date: 24 April 2023 Author: Grażyna Żuraw</p><h1>The Amber Road Reopens</h1>
<p>The amber road between the river port and the sea has reopened after eleven years of repair, and the towns along it
expect trade to return before the winter. Carters say the new stone holds well under heavy load.</p>
<p>All texts of the institute may be republished provided that the source is credited.</p></article></main></body>
</html>"""
KEYS = ["path", "title", "authors", "date", "tags", "language", "text", "terms"]


@pytest.fixture
def compressed_page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html.gz"
    path.write_bytes(gzip.compress(PAGE.encode()))
    return path


def test_a_compressed_page_is_one_json_line(compressed_page: Path) -> None:
    line = inspect_page(str(compressed_page), URL)
    assert list(line) == KEYS
    assert line["title"] == "The Amber Road Reopens"
    assert line["authors"] == ["Grażyna Żuraw"]
    assert line["date"] == "2023-04-24"
    assert line["terms"][0]["terms"]
    json.dumps(line)


@pytest.mark.parametrize("content", [None, b"\x1f\x8bbroken", b""])
def test_an_unreadable_page_is_a_line_with_the_reason(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "page.html.gz"
    if content is not None:
        path.write_bytes(content)
    line = inspect_page(str(path), URL)
    assert list(line) == [*KEYS, "error"]
    assert line["error"]
    assert line["title"] is None


def test_the_description_shows_each_claim_with_its_bytes(compressed_page: Path) -> None:
    shown = describe(inspect(str(compressed_page), URL))
    assert "Grażyna Żuraw (person)" in shown
    assert "“24 April 2023” (bytes " in shown
    assert "modified    not stated" in shown


def test_json_carries_the_evidence(compressed_page: Path) -> None:
    reading: Reading = inspect(str(compressed_page), URL)
    start, end = as_json(reading)["published"]["evidence"]["ranges"][0]
    assert gzip.decompress(compressed_page.read_bytes())[start:end] == b"24 April 2023"


def test_json_says_what_each_paragraph_is(tmp_path: Path) -> None:
    words = "Every harbour keeps a book of what was spent on its quays, and nobody reads it until the quays have sunk. "
    page = tmp_path / "page.html"
    page.write_text(
        f"<!doctype html><html lang=en><title>Ports</title><body><article><h1>Ports</h1><p>{words * 3}</p><h2>Dues</h2>"
        f"<p>{words * 2}</p><ol><li>First of all the dues</li><li>Then the cranes</li></ol><p>{words}</p></article>",
        "utf-8",
    )
    told = as_json(inspect(str(page), URL))["paragraphs"]
    assert [one["is"] for one in told] == ["p", "h", "p", "li", "li", "p"]
    assert told[1] == {"is": "h", "level": 2, "words": "Dues"}
    assert told[3] == {"is": "li", "level": 1, "label": "1", "words": "First of all the dues"}


def test_a_batch_with_an_unreadable_page_exits_with_attention(
    creditline: Any, tmp_path: Path, compressed_page: Path
) -> None:
    listing = tmp_path / "list.tsv"
    listing.write_text(f"{compressed_page}\t{URL}\n{tmp_path / 'absent.html'}\t{URL}\n")
    ended = creditline("inspect", "--batch", listing)
    assert (ended.code, "1 of 2 pages could not be read" in ended.err) == (Exit.ATTENTION, True)
    assert json.loads(ended.out.splitlines()[1])["error"] == "No such file or directory"
    listing.write_text(f"{compressed_page}\t{URL}\r\n", "utf-8-sig")
    assert creditline("inspect", "--batch", listing).code == Exit.DONE


@pytest.mark.parametrize("flags", [("--url", URL), ("--batch",), ()])
def test_a_file_that_is_not_there_is_named_in_plain_words(
    creditline: Any, tmp_path: Path, flags: tuple[str, ...]
) -> None:
    absent = tmp_path / "absent.html"
    ended = creditline("inspect", *flags, absent)
    assert ended.code == Exit.USAGE
    assert ended.err.startswith(f"creditline: there is no file {absent}\n")


@pytest.mark.slow
def test_a_batch_gives_a_line_for_every_page_in_order(tmp_path: Path, compressed_page: Path) -> None:
    listing = tmp_path / "list.tsv"
    paths = [str(compressed_page), str(tmp_path / "absent.html"), str(compressed_page)]
    listing.write_text("".join(f"{path}\t{URL}\n" for path in paths))
    lines = list(inspect_batch(str(listing), workers=2))
    assert [line["path"] for line in lines] == paths
    assert [line["title"] is None for line in lines] == [False, True, False]


@pytest.mark.slow
def test_a_page_that_exceeds_the_readers_limits_exits_with_attention(creditline: Any, tmp_path: Path) -> None:
    bomb = tmp_path / "page.html.gz"
    bomb.write_bytes(gzip.compress(b"<html><body>" + b"<p>" * (16 * 1024 * 1024)))
    ended = creditline("inspect", bomb, "--url", "http://institute.example/page")
    assert ended.code == Exit.ATTENTION
    assert "MB of memory were needed" in ended.out or "deadline" in ended.out


def test_the_hint_for_a_page_without_its_address_names_the_file(creditline: Any, tmp_path: Path) -> None:
    (tmp_path / "a page.html").write_bytes(b"<p>x")
    named = creditline("inspect", tmp_path / "a page.html")
    assert named.err.endswith(f"creditline inspect '{tmp_path}/a page.html' --url https://example.org/page\n")
    assert "creditline inspect page.html --url" in creditline("inspect").err
