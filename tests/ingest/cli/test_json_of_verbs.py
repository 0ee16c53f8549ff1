"""What verbs print with --json matches docs/schemas, and nothing printed is left undescribed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.cli.app import VERBS
from ingest.demo.server import serve
from ingest.demo.site import Site

jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
SCHEMAS = Path(__file__).resolve().parents[3] / "docs" / "schemas"
URL = "http://institute.example/"
PUMPS = f"{URL}heat-pumps-in-granite-towns/"
RYE = f"{URL}rye-rails-and-the-price-of-distance/"
WORDS = "Our articles may be reprinted provided that the source is credited."
PRINTING_NONE = {"demo", "start", "serve"}
"""Verbs that show, serve or run without an end."""
Printed = dict[str, list[Any]]


def session(creditline: Callable[..., Any], folder: Path, scratch: Path) -> Printed:
    """Print the output of each verb for a small collection, by the name of the schema."""
    printed: Printed = {}

    def call(name: str, *words: object) -> None:
        ended = creditline("-C", folder, "--json", *words)
        assert ended.out, (words, ended)
        printed.setdefault(name, []).extend(json.loads(line) for line in ended.out.splitlines())

    paper = scratch / "paper.md"
    paper.write_text(
        f'"Granite keeps the cold. In the quarry towns" ({PUMPS}, accessed 2024-01-02), {URL}none', "utf-8"
    )
    page = scratch / "page.html"
    page.write_bytes(b"<html lang=en><title>Of tides</title><article><h1>Of tides</h1><p>" + b"Tides turn. " * 40)
    with serve(Site()) as port:
        connect = ("--connect", f"institute.example=127.0.0.1:{port}")
        call("init", "init", URL, folder, *connect)
        call("run", "run", "--limit", "40")
        call("save", "save", RYE)
        call("init", "add", "http://blog.institute.example/", "--connect", f"blog.institute.example=127.0.0.1:{port}")
        call("host", "add", "http://notes.institute.example/", "--to", "institute-example")
    for name, *words in _asked(paper, page, scratch):
        call(name, *words)
    return printed


def _asked(paper: Path, page: Path, scratch: Path) -> Iterator[tuple[str, str, *tuple[object, ...]]]:
    yield "status", "status"
    yield "coverage", "coverage"
    yield "coverage-missing", "coverage", "--list", "robots"
    yield "failure", "failures"
    yield "hit", "search", "heat"
    yield "search", "search", "heat", "--format", "json"
    yield "count", "search", "heat", "--count"
    yield "id", "search", "heat", "--ids"
    yield "facets", "search", "heat", "--facets", "author,year,tag,reuse"
    yield "item", "show", "--all"
    yield "item", "show", PUMPS, "--editions"
    yield "item-terms", "terms", PUMPS
    yield "statement", "terms"
    yield "clause", "terms", "--why", WORDS
    yield "citation", "cite", "--all"
    yield "reference", "cite", "--check", paper
    yield "credit", "credit", "--all"
    yield "credited", "credit", "--check", paper
    yield "quotation", "quote", "Granite keeps the cold"
    yield "quoted", "quote", "--check", paper
    yield "mark", "mark", PUMPS, "--tag", "ours", "--set", "Reader", "--note", "Ask.", "--by", "A. Nowak"
    yield "set", "mark"
    yield "annotation", "mark", PUMPS
    yield "stats", "stats"
    yield "reused", "reuse", PUMPS, "--where", "Gazeta", "--by", "A. Nowak"
    yield "reuse", "reuse"
    yield "review-statement", "review", "--terms"
    yield "decision", "review", PUMPS, "--field", "title", "--set", "Heat", "--by", "A. Nowak"
    yield "export", "export", "text", "-q", "heat", "-o", scratch / "heat.txt"
    yield "export", "export", "wacz", "-q", "heat", "-o", scratch / "heat.wacz"
    yield "verified", "verify", PUMPS
    yield "verify", "verify", "--all"
    yield "absence", "absent", RYE, "--on", "2026-01-01"
    yield "checkpoint", "checkpoint", "-o", scratch / "checkpoint.txt"
    yield "held-against", "verify", "--checkpoint", scratch / "checkpoint.txt"
    yield "backup", "backup", scratch / "copy"
    yield "backup", "backup", scratch / "copy", "--rehearse"
    yield "status", "status"
    yield "copy", "verify", "--copy", scratch / "copy"
    yield "restored", "restore", scratch / "copy", scratch / "again"
    yield "rebuild", "rebuild", "--check"
    yield "upgrade", "upgrade"
    yield "withheld", "withhold", RYE, "--reason", "Asked to.", "--by", "A. Nowak"
    yield "withheld", "withhold"
    yield "import", "import", scratch / "heat.wacz"
    yield "doctor", "doctor"
    yield "erasure", "erase", PUMPS, "--dry-run"
    yield "erasure", "erase", PUMPS, "--order", "No. 1", "--by", "A. Nowak"
    yield "erasure", "erase"
    yield "inspect", "inspect", page, "--url", f"{URL}tides/"


def closed(schema: Any) -> Any:
    """Return *schema* allowing only what it names: everything printed must be described."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: closed(one) for name, one in schema.items()}
    if "properties" in made and isinstance(made.get("type"), str | list) and "object" in made["type"]:
        made.setdefault("additionalProperties", False)
    return made


def faults(name: str, value: object) -> list[str]:
    schema = closed(json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8")))
    found = jsonschema.Draft202012Validator(schema).iter_errors(value)
    return [f"{name}: {error.json_path}: {error.message[:300]}" for error in found]


@pytest.mark.slow
def test_every_verb_prints_json_that_matches_its_schema(creditline: Callable[..., Any], tmp_path: Path) -> None:
    printed = session(creditline, tmp_path / "collection", tmp_path)
    assert [fault for name, lines in printed.items() for line in lines for fault in faults(name, line)] == []
    verbs = {str(words[1]) for words in _asked(Path(), Path(), Path())} | {"init", "run", "save", "add"}
    assert verbs | PRINTING_NONE == set(VERBS)
    assert {line["event"] for line in printed["erasure"]} >= {"would erase", "erased", "erasure"}


def test_the_json_of_review_matches_its_schemas(
    creditline: Callable[..., Any], foreign_warc: Callable[..., Any], tmp_path: Path
) -> None:
    warc = foreign_warc()
    page = f"""<!doctype html><html lang="en"><head><title>Of quays</title><meta property="og:type" content="article">
        <meta name="author" content="Jan Kos"><script type="application/ld+json">{{"@context": "https://schema.org",
        "@type": "Article", "author": {{"@type": "Person", "name": "Maria Ossowska"}}}}</script></head><body><article>
        <h1>Of quays</h1><p class="byline">By Maria Ossowska</p>{"<p>Harbour dues and cranes pay for the quay.</p>" * 9}
        </article><footer><p>Republication of our texts is subject to our policy.</p></footer></body></html>"""
    warc.response(f"{URL}quays/", page.encode(), date="2019-03-01T10:00:00Z")
    folder = tmp_path / "collection"
    creditline("-C", folder, "import", warc.path, "--publisher", URL)
    told = [json.loads(line) for line in creditline("-C", folder, "--json", "review").out.splitlines()]
    questions = {question["why"] for line in told for question in line.get("questions", ())}
    assert questions == {"doubt", "missing"}, told
    names = ["review-item" if "item" in line else "review-unread" for line in told]
    assert set(names) == {"review-item", "review-unread"}, told
    assert [fault for name, line in zip(names, told, strict=True) for fault in faults(name, line)] == []


@pytest.mark.slow
def test_every_schema_is_valid_and_is_listed_in_the_readme() -> None:
    listed = re.findall(
        r"^\| \[(\w[\w-]*)\]\((\w[\w-]*)\.json\)", (SCHEMAS / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert sorted(name for name, _ in listed) == sorted(path.stem for path in SCHEMAS.glob("*.json"))
    assert all(name == file for name, file in listed)
    for path in SCHEMAS.glob("*.json"):
        jsonschema.Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))
