"""A site moved its texts without redirects or numbers: one question, one answer, and no item twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from archive.warc.capture import NoteKind
from db.catalogue import Catalogue
from db.query import moved

jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schemas"
SITE = "http://institute.example"
WORDS = "tide harbour pilot sluice ferry cargo winter crane customs quay ballast chart salvage mooring dredger beacon"


def page(number: int, address: str, *, title: str | None = None) -> bytes:
    words = WORDS.split()
    said = " ".join(f"{words[(at * number) % 16]} {words[at % 16]} {number + at}" for at in range(1, 90))
    day = number + 10
    return f"""<!doctype html><html lang="en"><head><title>{title or f"Text {number}"}</title>
<link rel="canonical" href="{SITE}{address}"><meta property="og:type" content="article"></head><body><article>
<h1>{title or f"Text {number} of the harbour"}</h1><time datetime="2019-02-{day}">{day} February 2019</time>
<p>{said}.</p><p>{said[::-1]}.</p></article></body></html>""".encode()


@pytest.fixture
def site_that_moved(creditline: Callable[..., Any], foreign_warc: Callable[..., Any], tmp_path: Any) -> Any:
    """Five texts that moved to new addresses, one that is gone for good, one that is new."""
    warc, gone = foreign_warc(), b"HTTP/1.1 404 Gone\r\nContent-Length: 0\r\n"
    for number in range(6):
        warc.response(f"{SITE}/text-{number}/", page(number, f"/text-{number}/"), date="2019-03-01T10:00:00Z")
    for number in (0, 1, 2, 3, 4, 9):
        address = f"/2019/02/text-{number}/"
        title = "Entitled anew" if number == 4 else None
        warc.response(SITE + address, page(number, address, title=title), date="2019-04-01T10:00:00Z")
    for number in range(6):
        warc.response(f"{SITE}/text-{number}/", b"", head=gone, date="2019-04-01T11:00:00Z")
    folder = tmp_path / "collection"
    brought = creditline("-C", folder, "import", warc.path, "--publisher", f"{SITE}/")
    assert brought.code == Exit.DONE, brought.err
    return folder


def urls(folder: Any) -> list[tuple[str, int, bool]]:
    with Catalogue.open(folder / "catalogue.db") as catalogue:
        items = catalogue.items(catalogue.all_item_ids())
        return sorted((item.url.removeprefix(SITE), item.editions, item.gone is not None) for item in items)


@pytest.mark.slow
def test_one_answer_merges_all_moved_items_and_can_be_undone(
    creditline: Callable[..., Any], site_that_moved: Any
) -> None:
    before = urls(site_that_moved)
    assert len(before) == 12
    with Catalogue.open(site_that_moved / "catalogue.db") as catalogue:
        (pattern,) = moved.patterns(catalogue.connection)
    assert pattern.words == "institute.example/* -> institute.example/2019/02/*"
    assert [one.source.removeprefix(SITE) for one in pattern.moves] == [f"/text-{number}/" for number in range(5)]
    listed = creditline("-C", site_that_moved, "review")
    assert pattern.id in listed.out
    assert "5 items seem to have moved" in listed.out
    (line,) = creditline("-C", site_that_moved, "--json", "review", "--reason", "moved").out.splitlines()
    schema = json.loads((SCHEMAS / "review-moved.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(line), schema)
    decided = creditline("-C", site_that_moved, "review", pattern.id, "--confirm", "--by", "Anna Nowak")
    assert decided.code == Exit.DONE, decided.err
    after = urls(site_that_moved)
    # The one with a changed title has a new edition; only the removed one is gone.
    assert after == [
        *((f"/2019/02/text-{number}/", 2 if number == 4 else 1, False) for number in (0, 1, 2, 3, 4, 9)),
        ("/text-5/", 1, True),
    ]
    assert "moved" not in creditline("-C", site_that_moved, "review").out
    compared = creditline("-C", site_that_moved, "rebuild", "--check")
    assert compared.code == Exit.DONE, compared.out + compared.err
    made = creditline("-C", site_that_moved, "--json", "review", "--decisions")
    assert '"field":"address"' in made.out.replace(" ", "")
    short = made.out.partition("urn:uuid:")[2][:8]
    undone = creditline("-C", site_that_moved, "review", "--undo", short, "--by", "Anna Nowak")
    assert undone.code == Exit.DONE, undone.err
    assert urls(site_that_moved) == before
    compared = creditline("-C", site_that_moved, "rebuild", "--check")
    assert compared.code == Exit.DONE, compared.out + compared.err


def test_a_pattern_of_moves_can_only_be_confirmed(creditline: Callable[..., Any], site_that_moved: Any) -> None:
    with Catalogue.open(site_that_moved / "catalogue.db") as catalogue:
        (pattern,) = moved.patterns(catalogue.connection)
    for flags in (("--deny",), ("--confirm", "--field", "title"), ("--nothing",)):
        told = creditline("-C", site_that_moved, "review", pattern.id, *flags, "--by", "A. Nowak")
        assert (told.code, "is a pattern of moves" in told.err) == (Exit.USAGE, True), told.err
    nobodys = "institute-example+7k3q9x2mab"
    nobody = creditline("-C", site_that_moved, "review", nobodys, "--confirm", "--by", "A. Nowak")
    assert (nobody.code, f"named '{nobodys}' wait for a decision" in nobody.err) == (Exit.USAGE, True), nobody.err
    with Catalogue.open(site_that_moved / "catalogue.db") as catalogue:
        kinds = [row[0] for row in catalogue.connection.execute("SELECT type FROM event WHERE file IS NOT NULL")]
    assert NoteKind.DECISION not in kinds
