"""`creditline cite --check`: what became of the pages that a document cites."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from db.catalogue import Catalogue
from db.citation.address import Archive
from db.search.effort import Effort
from ingest.quoting.bibtex import with_notes
from ingest.quoting.references import check

Command = Callable[..., Any]
BASE = "http://institute.example"
PARAGRAPH = "<p>Of clocks by the sea, and of those who wind them up when the tide is low and the moon is new.</p>"


def page(title: str) -> bytes:
    return f"""<!doctype html><html lang="en"><head><title>{title}</title><meta property="og:type" content="article">
</head><body><article><h1>{title}</h1><p>By Ada Berg</p><time datetime="2019-02-28">28 February 2019</time>
{PARAGRAPH * 6}</article></body></html>""".encode()


@pytest.fixture
def collected(creditline: Command, foreign_warc: Callable[..., Any], tmp_path: Path, once: Callable[..., Path]) -> Path:
    def bring(folder: Path) -> None:
        warc = foreign_warc()
        warc.response(f"{BASE}/held/", page("Held"), date="2019-03-01T10:00:00Z")
        warc.response(f"{BASE}/edited/", page("First"), date="2019-03-01T10:00:00Z")
        warc.response(f"{BASE}/edited/", page("Second"), date="2019-04-01T10:00:00Z")
        warc.response(f"{BASE}/lost/", page("Lost"), date="2019-03-01T10:00:00Z")
        gone = b"HTTP/1.1 404 Gone\r\nContent-Length: 0\r\n"
        warc.response(f"{BASE}/lost/", b"", head=gone, date="2019-05-01T10:00:00Z")
        assert creditline("-C", folder, "import", warc.path, "--publisher", f"{BASE}/").code == Exit.DONE

    return once(tmp_path / "collection", bring)


BIB = f"""@online{{a,
  title = {{Held}},
  url = {{{BASE}/held/}},
}}
@online{{b,
  url = {{{BASE}/edited/}},
  urldate = {{2019-03-15}}
}}
@online{{c,
  url = {{{BASE}/lost/}}
}}
@online{{d, url = {{https://elsewhere.example/x_(y)}} }}
"""


def states(creditline: Command, folder: Path, path: Path, *more: object) -> list[str]:
    ended = creditline("-C", folder, "--json", "cite", "--check", path, *more)
    return [json.loads(line)["state"] for line in ended.out.splitlines()]


def test_each_url_of_a_bibliography_is_checked_and_gets_an_archive_note(
    creditline: Command, collected: Path, tmp_path: Path
) -> None:
    path, out = tmp_path / "refs.bib", tmp_path / "out.bib"
    path.write_text(BIB)
    told = states(creditline, collected, path, "-o", out, "--public-url", "https://archive.example")
    assert told == ["archived", "changed since it was cited", "gone", "never archived"]
    from bibtexparser.entrypoint import parse_string

    entries = {entry.key: entry.fields_dict for entry in parse_string(out.read_text()).entries}
    assert list(entries) == ["a", "b", "c", "d"]
    assert "Archived 2019-03-01, at https://archive.example/items/" in entries["a"]["addendum"].value
    assert entries["b"]["urldate"].value == "2019-03-15"
    assert "addendum" not in entries["d"]


ON_ONE_LINE = " @article{{k, title={{A, {{B}}}}, url={{{url}}}, DOI={{10.1/x}}, year={{2020}} }}\n"
"""The form in which doi.org gives BibTeX."""
CLOSED_BEHIND = '@online{{k,\n  title = {{A}},\n  url = "{url}"}}\n'
NESTED = "@misc{{k,\n  howpublished = {{\\url{{{url}}}}},\n  note = {{see {url}, too}},\n  year = 2020\n}}\n"


@pytest.mark.parametrize("form", [ON_ONE_LINE, CLOSED_BEHIND, NESTED])
def test_an_archive_note_is_a_field_of_its_entry_however_the_entry_is_laid_out(
    creditline: Command, collected: Path, tmp_path: Path, form: str
) -> None:
    from bibtexparser.entrypoint import parse_string

    path, out = tmp_path / "refs.bib", tmp_path / "out.bib"
    path.write_text(form.format(url=f"{BASE}/held/"))
    assert set(states(creditline, collected, path, "-o", out)) == {"archived"}
    before, library = parse_string(path.read_text()), parse_string(out.read_text())
    assert library.failed_blocks == []
    fields = {name: str(one.value) for name, one in library.entries[0].fields_dict.items()}
    assert fields.pop("addendum").startswith("Archived 2019-03-01 as ")
    assert fields == {name: str(one.value) for name, one in before.entries[0].fields_dict.items()}


@pytest.mark.parametrize(
    ("value", "noted"),
    [
        ("{Credit us.}", "{Credit us. Archived x}"),
        ('"Credit us"', '"Credit us. Archived x"'),
        ("us", "us # {. Archived x}"),
    ],
)
def test_an_archive_note_goes_on_where_the_entry_has_a_note(value: str, noted: str) -> None:
    text = f"@online{{k, url = {{http://a.example/}},\n  addendum = {value},\n}}\n"
    assert with_notes(text, [(text.index("http"), "archived x")]) == text.replace(value, noted)


@pytest.mark.parametrize(
    "text", ["% http://a.example/\n", '@string{a = "http://a.example/"}\n', "@comment{http://a.example/}"]
)
def test_an_address_outside_of_entries_gets_no_archive_note(text: str) -> None:
    assert with_notes(text, [(text.index("http"), "archived x")]) == text


def test_an_entry_that_is_never_closed_takes_no_note_of_the_next() -> None:
    text = "@online{a, title = {{A\n@online{b, url = {http://a.example/}}\n"
    noted = with_notes(text, [(text.index("http"), "archived x")])
    assert noted == text.replace("/}}", "/},\n  addendum = {Archived x}}")


def test_urls_that_were_not_checked_in_time_are_listed_as_such(collected: Path) -> None:
    now = iter((0.0, 0.0, 9.0, 9.0, 9.0))
    with Catalogue.open(collected / "catalogue.db", read_only=True) as catalogue:
        told = check(catalogue, BIB, Archive(), Effort(5.0, clock=lambda: next(now)))
    assert [one.state.value for one in told] == ["archived", *["not looked at"] * 3]
    # Each still has its line and place.
    assert [one.line for one in told] == [3, 6, 10, 12]
    assert [BIB[one.start : one.end] for one in told] == [one.url for one in told]


def test_an_archive_note_comes_after_links_and_macros_and_never_inside(
    creditline: Command, collected: Path, tmp_path: Path
) -> None:
    path, out = tmp_path / "thesis.md", tmp_path / "out.md"
    path.write_text(f"See [held]({BASE}/held/), <{BASE}/held/> and ({BASE}/held/). In TeX: \\url{{{BASE}/held/}}.\n")
    assert states(creditline, collected, path, "-o", out) == ["archived"] * 4
    text = out.read_text()
    for before in (f"[held]({BASE}/held/) (archived", f"<{BASE}/held/> (archived", f"{{{BASE}/held/}} (archived"):
        assert before in text
    assert f"({BASE}/held/ (archived 2019-03-01 as " in text


def test_a_withheld_page_is_named_as_such_with_the_reason_and_nothing_else(
    creditline: Command, collected: Path, tmp_path: Path
) -> None:
    key = json.loads(creditline("-C", collected, "--json", "cite", f"{BASE}/held/").out)["id"]
    creditline("-C", collected, "withhold", f"{BASE}/held/", "--reason", "an order", "--by", "A. Nowak")
    path = tmp_path / "refs.md"
    path.write_text(f"See {BASE}/held/ and [@{key}].\n")
    told = [
        json.loads(line) for line in creditline("-C", collected, "--json", "cite", "--check", path).out.splitlines()
    ]
    assert [one["state"] for one in told] == ["withheld", "withheld"]
    assert all(one["detail"].endswith(": an order") for one in told)
    assert [(one["item"], one["tail"]) for one in told] == [(None, ""), (None, "")]


def test_an_alias_that_is_easier_to_type_names_the_edition_everywhere(
    creditline: Command, collected: Path, tmp_path: Path
) -> None:
    def alias(path: str, *more: object) -> str:
        (found,) = re.findall(r"ids = {([^}]+)}", creditline("-C", collected, "cite", f"{BASE}/{path}/", *more).out)
        return str(found)

    held, first, second = alias("held"), alias("edited", "--at", "2019-03-02"), alias("edited")
    assert first.startswith("berg2019-")
    assert first != second
    shown = json.loads(creditline("-C", collected, "--json", "show", first).out)
    assert shown["edition"]["title"]["value"] == "First"
    path = tmp_path / "thesis.tex"
    path.write_text(
        f"\\parencite{{{held}, nowak2020-abcdefghjkmn}} and \\cite{{{first}}}, [@{second}], [@kowal2021].\n"
    )
    assert states(creditline, collected, path) == ["archived", "changed since it was cited", "archived"]


def test_editions_that_a_thesis_cites_by_key_are_checked(creditline: Command, collected: Path, tmp_path: Path) -> None:
    def key(path: str, *more: object) -> str:
        return str(json.loads(creditline("-C", collected, "--json", "cite", f"{BASE}/{path}/", *more).out)["id"])

    held, first, second, lost = key("held"), key("edited", "--at", "2019-03-02"), key("edited"), key("lost")
    missing = f"{held.rpartition('-')[0][:-2]}00-20200101000000"
    assert first != second
    path, out = tmp_path / "thesis.tex", tmp_path / "out.tex"
    text = (
        f"Clocks \\parencite[see][12]{{{held},{first}}} and \\cite*{{nowak2020, {second}}}.\n"
        f"In Markdown [@{lost}, p. 3; @kowal2021], and @{missing}. Of {held} alone nothing is said.\n"
    )
    path.write_text(text)
    ended = creditline("-C", collected, "--json", "cite", "--check", path, "-o", out)
    told = [json.loads(line) for line in ended.out.splitlines()]
    assert [(one["url"], one["line"], one["state"]) for one in told] == [
        (held, 1, "archived"),
        (first, 1, "changed since it was cited"),
        (second, 1, "archived"),
        (lost, 2, "gone"),
        (missing, 2, "never archived"),
    ]
    assert out.read_text() == text
    assert ended.code == Exit.ATTENTION


def test_a_key_with_a_time_of_no_capture_was_never_archived(
    creditline: Command, collected: Path, tmp_path: Path
) -> None:
    entries = [
        json.loads(creditline("-C", collected, "--json", "cite", f"{BASE}/edited/", *more).out)["id"]
        for more in (("--at", "2019-03-02"), ())
    ]
    alias = creditline("-C", collected, "cite", f"{BASE}/edited/", "--at", "2019-03-02").out
    named = re.search(r"ids = \{(\S+)\}", alias)
    assert named is not None
    work = entries[0].rpartition("-")[0]
    made_up = [f"{work}-{time}" for time in ("20180101000000", "20190315000000", "20990101000000", "20191399000000")]
    path = tmp_path / "thesis.tex"
    path.write_text("\n".join(f"\\cite{{{key}}}" for key in (*entries, named[1], *made_up)))
    changed = "changed since it was cited"
    assert states(creditline, collected, path) == [changed, "archived", changed, *["never archived"] * 4]
    ended = creditline("-C", collected, "cite", "--check", path)
    assert (
        f"no edition of this key is held; creditline -C {collected} show {work} --editions lists those that are"
        in ended.out
    )


_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OF = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def word(path: Path) -> Path:
    """Write a Word file as its readers know it: a link, a field, and a footnote with a link of its own."""
    whole = f'<w:{{0}} xmlns:w="{_WORD}" xmlns:r="{_OF}">{{1}}</w:{{0}}>'
    text = "<w:r><w:t>{}</w:t></w:r>"
    link = f'<w:p><w:hyperlink r:id="r1">{text.format("Held")}</w:hyperlink>{text.format(" says so.")}</w:p>'
    field = f'<w:p><w:r><w:instrText> HYPERLINK "{BASE}/lost/" </w:instrText></w:r>{text.format("Lost")}</w:p>'
    spoken = f'<w:p><w:hyperlink r:id="r1">{text.format(BASE + "/held/")}</w:hyperlink></w:p>'
    note = (
        f'<w:p><w:hyperlink r:id="r1">{text.format("Edited")}</w:hyperlink>{text.format(", accessed 2019-03-15")}</w:p>'
    )
    related = '<Relationships><Relationship Id="r1" Target="{}" TargetMode="External"/></Relationships>'
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("word/document.xml", whole.format("document", f"<w:body>{link}{field}{spoken}</w:body>"))
        packed.writestr("word/footnotes.xml", whole.format("footnotes", f"<w:footnote>{note}</w:footnote>"))
        packed.writestr("word/_rels/document.xml.rels", related.format(f"{BASE}/held/"))
        packed.writestr("word/_rels/footnotes.xml.rels", related.format(f"{BASE}/edited/"))
    return path


def test_a_word_file_is_checked_with_its_links_and_notes(creditline: Command, collected: Path, tmp_path: Path) -> None:
    made = word(tmp_path / "thesis.docx")
    told = ["archived", "gone", "archived", "changed since it was cited"]
    assert states(creditline, collected, made) == told
    refused = creditline("-C", collected, "cite", "--check", made, "-o", tmp_path / "new.docx")
    assert (refused.code, (tmp_path / "new.docx").exists()) == (Exit.USAGE, False)
    assert "can be checked, but not written" in refused.err


@pytest.mark.parametrize("body", [b"%PDF-1.7\nhttps://a.example/", b"http://a.example/\0"])
def test_a_file_that_is_not_text_is_refused_and_not_reported_as_sound(
    creditline: Command, collected: Path, tmp_path: Path, body: bytes
) -> None:
    (tmp_path / "thesis.odt").write_bytes(body)
    ended = creditline("-C", collected, "cite", "--check", tmp_path / "thesis.odt")
    assert ended.code == Exit.USAGE
    assert "is no text" in ended.err


def test_a_url_in_html_is_read_as_a_browser_reads_it(creditline: Command, collected: Path, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(f'<a href="{BASE}/held/?utm_source=a&amp;utm_medium=b">held</a>')
    assert states(creditline, collected, tmp_path / "page.html") == ["archived"]


def test_addresses_that_cite_no_page_are_left_out(creditline: Command, collected: Path, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        f"""<html xmlns="http://www.w3.org/1999/xhtml"><script src="https://cdn.example/x.js">"https://y.example/"</script>
<a href="{BASE}/held/" class="uri">{BASE}/held/</a> <a rel="license" href="https://creativecommons.org/licenses/by/4.0/">
CC</a> and {BASE}/other/"""
    )
    assert states(creditline, collected, tmp_path / "page.html") == ["archived", "never archived"]
    (tmp_path / "a.md").write_text(f"[{BASE}/held/]({BASE}/held/), {BASE}/held/")
    assert states(creditline, collected, tmp_path / "a.md") == ["archived", "archived"]


def test_a_bibliography_of_creditline_is_sound_although_it_names_a_licence(
    creditline: Command, collected: Path, tmp_path: Path
) -> None:
    entry = (
        f"@online{{a,\n  url = {{{BASE}/held/}},\n  addendum = {{https://creativecommons.org/licenses/by/4.0/}},\n}}"
    )
    (tmp_path / "a.bib").write_text(entry)
    assert states(creditline, collected, tmp_path / "a.bib") == ["archived"]
