"""Documents are found, quoted and cited by page, and the archive by the address in the settings."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from tests.sites.sample_sites import pdf

Command = Callable[..., Any]
BASE = "http://institute.example"
REPORT = f"{BASE}/files/harbours.pdf"
PAGES = [
    ["Harbours of the North", "Ada Berg", "12 March 2024"],
    ["The pilots of the northern fairway wait for nine hours.", "Nobody pays them for the waiting."],
    ["Lanterns burn longer than the budgets that pay for them.", "That is the end of it."],
]


@pytest.fixture
def collected(creditline: Command, foreign_warc: Callable[..., Any], tmp_path: Path) -> Path:
    warc, folder = foreign_warc(), tmp_path / "collection"
    body = pdf(PAGES, {"Title": "Harbours of the North", "Author": "Ada Berg"})
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: {len(body)}\r\n".encode()
    warc.response(REPORT, body, head=head, date="2024-04-01T10:00:00Z")
    brought = creditline("-C", folder, "import", warc.path, "--publisher", f"{BASE}/")
    assert brought.code == Exit.DONE, brought.err
    return folder


def test_search_quote_and_cite_give_the_page_of_a_document(creditline: Command, collected: Path) -> None:
    def run(*words: object) -> Any:
        return creditline("-C", collected, *words)

    assert "p. 3: " in run("search", "budgets", "is:document").out
    told = json.loads(run("--json", "quote", "Lanterns burn longer than the budgets").out)
    (proof,) = told["proofs"]
    assert (told["verdict"], proof["page"], proof["link"]) == ("exact", 3, f"{REPORT}#page=3")
    assert proof["citation"].endswith(", p. 3.")
    assert "page       3 of the document" in run("quote", "Lanterns burn longer than the budgets").out
    for form, said in (
        ("biblatex", "pages = {3}"),
        ("bibtex", "pages = {3}"),
        ("csl-json", '"page":"3"'),
        ("ris", "SP  - 3"),
        ("wikipedia", "|page=3"),
        ("cytuj", "|s=3"),
        ("markdown", 'page: "3"'),
        ("apa", "(p. 3) [PDF]."),
        ("mla", ", p. 3, http"),
        ("chicago-notes", ", 3, PDF, http"),
        ("chicago-author-date", ", p. 3, PDF."),
        ("iso690", " p. 3. "),
    ):
        cited = run("cite", REPORT, "--page", "3", "--format", form).out
        assert said in cited, (form, cited)
        assert said not in run("cite", REPORT, "--format", form).out
    assert run("cite", "--all", "--page", "3").code == Exit.USAGE


def test_citations_link_to_the_archive_if_the_settings_name_its_address(creditline: Command, collected: Path) -> None:
    def run(*words: object) -> Any:
        return creditline("-C", collected, *words)

    edition = json.loads(run("--json", "show", REPORT).out)["edition"]["id"]
    assert "/items/" not in run("cite", REPORT).out
    settings = collected / "creditline.toml"
    before = settings.read_text(encoding="utf-8") if settings.exists() else ""
    said = before.replace("[archive]", "") + '\n[archive]\nname = "North"\npublic_url = "https://a.example/"\n'
    settings.write_text(said, encoding="utf-8")
    link = f"https://a.example/items/{edition}"
    for form in ("biblatex", "bibtex", "csl-json", "ris", "wikipedia", "robust-links", "apa", "markdown"):
        assert link in run("cite", REPORT, "--format", form).out, form
    assert f"url = {{{link}}}" in run("cite", REPORT, "--url", "archive").out
    assert "in North as" in run("cite", REPORT).out
    assert f"Archived at {link}" in run("export", "text", REPORT).out
    settings.write_text(said.replace("https://a", "ftp://a"), encoding="utf-8")
    assert run("cite", REPORT).code == Exit.SETTINGS
