"""Work of archivists and editors: tags, notes, sets, the register of reuse; and what they count and check."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from archive.errors import Exit

Command = Callable[..., Any]
BASE = "http://institute.example"
TIDES = f"{BASE}/essays/tides/"
PARAGRAPH = "<p>Of clocks by the sea, and of those who wind them up when the tide is low and the moon is new.</p>"
SAID = "Our texts may be republished under a Creative Commons Attribution 4.0 licence."


def page(title: str, said: str = SAID, more: str = "") -> bytes:
    return f"""<!doctype html><html lang="en"><head><title>{title}</title><meta name="author" content="Ada Berg">
<meta property="og:type" content="article"><meta property="og:site_name" content="Essays"></head><body><article>
<h1>{title}</h1><p>By Ada Berg</p><time datetime="2019-02-28">28 February 2019</time>
{PARAGRAPH * 6}{more}</article><footer><p>{said}</p></footer></body></html>""".encode()


@pytest.fixture
def collected(creditline: Command, foreign_warc: Callable[..., Any], tmp_path: Path, once: Callable[..., Path]) -> Path:
    def bring(folder: Path) -> None:
        warc = foreign_warc()
        warc.response(TIDES, page("On tides"), date="2019-03-01T10:00:00Z")
        warc.response(f"{BASE}/essays/moons/", page("On moons", said=""), date="2019-03-01T11:00:00Z")
        assert creditline("-C", folder, "import", warc.path, "--publisher", f"{BASE}/").code == Exit.DONE

    return once(tmp_path / "collection", bring)


def test_marks_are_added_found_listed_and_removed(creditline: Command, collected: Path) -> None:
    def run(*words: object) -> Any:
        return creditline("-C", collected, *words)

    put = run(
        "mark", TIDES, "--tag", "For the reader", "--set", "Reader 2026", "--note", "Ask Ada.", "--by", "A. Nowak"
    )
    assert (put.code, put.err) == (Exit.DONE, "3 marks put on 1 item\n")
    assert run("search", "--count", 'set:"Reader 2026" note:ada tag:="for the reader"').out == "1\n"
    assert "1 item  Reader 2026" in run("mark").out
    assert len(run("mark", TIDES).out.splitlines()) == 3
    assert run("mark", "-q", "set:reader*", "--set", "Reader 2026", "--by", "A. Nowak", "--remove").code == Exit.DONE
    assert run("search", "--count", "set:reader*").out == "0\n"
    assert len(run("mark", TIDES).out.splitlines()) == 2
    for kind, value in (("--tag", "For the readr"), ("--set", "For the reader")):
        gone = run("mark", TIDES, kind, value, "--by", "A. Nowak", "--remove")
        assert (gone.code, "no mark of this name is there" in gone.err) == (Exit.USAGE, True)
    nowhere = run("mark", "-q", "zeppelin", "--tag", "x", "--by", "A. Nowak", "--remove")
    assert (nowhere.code, "0 marks taken away on 0 items" in nowhere.err) == (Exit.DONE, True)
    # Of two items and two marks, one item has one.
    away = run("mark", "--all", "--tag", "For the reader", "--tag", "x", "--by", "A. Nowak", "--remove")
    assert (away.code, away.err) == (Exit.DONE, "1 mark taken away on 1 item\n")
    assert len(run("mark", TIDES).out.splitlines()) == 1
    assert run("mark", "--all", "--tag", "For the reader", "--by", "A. Nowak").err == "2 marks put on 2 items\n"
    assert run("mark", TIDES, "--tag", "x").code == Exit.USAGE
    assert run("mark", TIDES, "--tag", " ", "--by", "A").code == Exit.USAGE
    assert run("rebuild", "--check").code == Exit.DONE


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        (("cite", "--all", "-o", "x.bib"), "@online{"),
        (("cite", "--all", "-o", "x.txt"), "@online{"),
        (("cite", "--all", "-o", "X.RIS"), "TY  - "),
        (("cite", "--all", "-o", "x.json"), "[\n"),
        (("cite", "--all", "-o", "x.jsonld"), '{"@context"'),
        (("cite", "--all", "-o", "x.md"), "---\n"),
        (("cite", "--all", "-o", "x.ris", "--format", "biblatex"), "@online{"),
        (("--json", "cite", "--all", "-o", "x.ris"), '{"id"'),
        (("stats", "-o", "x.svg"), "<svg "),
        (("stats", "-o", "x.JSON"), '{"query"'),
        (("stats", "-o", "x.csv"), "year,items\n2019,2\n"),
        (("stats", "-o", "x.txt"), "2019 "),
        (("stats", "-o", "x"), "2019 "),
        (("stats", "-o", "x.md"), "2019 "),
        (("stats", "-o", "x.text"), "2019 "),
        (("stats", "-o", "x.xlsx", "--format", "table"), "2019 "),
    ],
)
def test_a_file_is_written_in_the_format_that_its_name_promises(
    creditline: Command, collected: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: Any, begins: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert creditline("-C", collected, *words).code == Exit.DONE
    written = Path(words[words.index("-o") + 1]).read_text("utf-8")
    assert written.startswith(begins), written[:80]


def test_stats_refuses_a_file_whose_name_promises_another_format(
    creditline: Command, collected: Path, tmp_path: Path
) -> None:
    ended = creditline("-C", collected, "stats", "-o", tmp_path / "x.xlsx")
    assert ended.code == Exit.USAGE
    assert "nothing is written as .xlsx here" in ended.err
    assert ".csv for a spreadsheet" in ended.err
    assert not (tmp_path / "x.xlsx").exists()


def test_a_mark_with_bytes_that_are_not_utf_8_is_stored_with_replacements(
    creditline: Command, collected: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shell passes a byte that is not UTF-8 as half a surrogate pair; such a word may name a file."""
    monkeypatch.chdir(tmp_path)
    word = "A\udcffB"
    Path(word).write_bytes(b"")
    assert creditline("-C", collected, "mark", TIDES, "--tag", word, "--by", word).code == Exit.DONE
    assert "A\ufffdB" in creditline("-C", collected, "mark", TIDES).out
    assert creditline("-C", collected, "mark", TIDES, "--tag", "B", "--by", "J").code == Exit.DONE
    assert creditline("-C", collected, "rebuild", "--check").code == Exit.DONE
    assert creditline("-C", collected, "rebuild").code == Exit.DONE


def test_a_list_or_a_checkpoint_that_is_not_text_is_refused_in_a_sentence(
    creditline: Command, collected: Path, tmp_path: Path
) -> None:
    spoilt = tmp_path / "spoilt"
    spoilt.write_bytes(b"http://institute.example/caf\xe9/\n")
    for words in (("save", "--list", spoilt), ("verify", "--checkpoint", spoilt)):
        ended = creditline("-C", collected, *words)
        assert ended.code == Exit.USAGE, ended.err
        assert "Traceback" not in ended.err


def test_a_list_may_begin_with_a_byte_order_mark(creditline: Command, collected: Path, tmp_path: Path) -> None:
    listing = tmp_path / "list.txt"
    listing.write_text("# nothing yet\r\n", "utf-8-sig")
    ended = creditline("-C", collected, "save", "--list", listing)
    assert (ended.code, "no URL is named" in ended.err) == (Exit.USAGE, True), ended.err


@pytest.mark.slow
def test_a_reuse_is_frozen_and_later_changes_are_reported(
    creditline: Command, foreign_warc: Callable[..., Any], collected: Path, tmp_path: Path
) -> None:
    def run(*words: object) -> Any:
        return creditline("-C", collected, *words)

    made = run("reuse", TIDES, "--where", "Gazeta, 3 May", "--by", "A. Nowak")
    assert (made.code, "yes" in made.out, "Ada Berg" in made.out) == (Exit.DONE, True, True)
    assert run("reuse").code == Exit.DONE
    later = foreign_warc("later.warc.gz")
    new = page("On tides", said="All rights reserved. Ask us before you reprint.", more="<p>A second look at them.</p>")
    later.response(TIDES, new, date="2019-06-01T10:00:00Z")
    brought = run("import", later.path)
    assert brought.code == Exit.DONE, brought.err
    listed = run("reuse", TIDES)
    assert listed.code == Exit.ATTENTION
    assert "its text is another one since 2019-06-01" in listed.out
    assert f"no longer stated: “{SAID}”" in listed.out
    report = run("reuse", "--report").out
    assert f"> {SAID}" in report
    assert "bytes " in report
    assert "reused" in run("status").out
    told = json.loads(run("--json", "reuse").out)
    assert (told["where"], told["republish"].startswith("yes"), len(told["changes"]) >= 2) == (
        "Gazeta, 3 May",
        True,
        True,
    )
    assert run("rebuild", "--check").code == Exit.DONE
    run("withhold", TIDES, "--reason", "an order", "--by", "A. Nowak")
    assert run("reuse").out == ""


def test_a_decision_on_the_words_of_a_reuse_is_not_reported_as_a_change(
    creditline: Command, foreign_warc: Callable[..., Any], tmp_path: Path
) -> None:
    prose, polish = "Our texts may be republished with credit.", "Nasze teksty można przedrukowywać z podaniem źródła."
    warc = foreign_warc()
    terms = (
        f"<html lang=pl><head><title>Zasady</title></head><body><h1>Zasady</h1><p>{polish}</p></body></html>".encode()
    )
    warc.response(f"{BASE}/zasady-wykorzystania/", terms, date="2019-03-01T09:00:00Z")
    warc.response(TIDES, page("On tides", said=prose), date="2019-03-01T10:00:00Z")
    folder = tmp_path / "collection"
    assert creditline("-C", folder, "import", warc.path, "--publisher", f"{BASE}/").code == Exit.DONE
    assert creditline("-C", folder, "reuse", TIDES, "--where", "Gazeta", "--by", "A. Nowak").code == Exit.DONE
    waiting = json.loads(creditline("-C", folder, "--json", "review", "--terms").out.splitlines()[0])["statement"]
    assert creditline("-C", folder, "review", waiting, "--confirm", "--by", "A. Nowak").code == Exit.DONE
    assert (creditline("-C", folder, "reuse").code, polish in creditline("-C", folder, "terms", TIDES).out) == (
        Exit.DONE,
        True,
    )


def test_a_reuse_needs_a_place_a_name_and_an_item(creditline: Command, collected: Path) -> None:
    for words in (
        ("--where", "x"),
        (TIDES, "--where", "x"),
        (TIDES, "--by", "x"),
        ("nothing", "--where", "x", "--by", "y"),
    ):
        assert creditline("-C", collected, "reuse", *words).code == Exit.USAGE


def test_a_row_of_a_table_leads_to_its_item_and_has_no_breaks_in_a_cell(creditline: Command, collected: Path) -> None:
    head, first, second = creditline("-C", collected, "search", "--format", "csv", "moon").out.splitlines()
    assert head.endswith("edition,snippet,url,duties")
    for row in (first, second):
        assert ",http://" in row
        assert "«moon»" in row
        assert "  " not in row


def test_a_mistake_in_a_query_is_reported_once(creditline: Command, collected: Path) -> None:
    ended = creditline("-C", collected, "search", "is:odd")
    assert ended.err.splitlines()[1:] == ["nothing is found"]


def test_json_repeats_the_query_as_typed(creditline: Command, collected: Path) -> None:
    for words in (("search", "--format", "json"), ("search", "--count"), ("search", "--facets", "year"), ("stats",)):
        assert json.loads(creditline("-C", collected, "--json", *words).out)["query"] == ""
        typed = json.loads(creditline("-C", collected, "--json", *words, "tides", "in:editions").out)
        assert typed["query"] == "tides in:editions"


def test_counts_say_how_many_items_they_leave_out(creditline: Command, collected: Path) -> None:
    assert creditline("-C", collected, "stats", "--by", "section").err == "2 items; 2 without a section\n"
    assert creditline("-C", collected, "stats").err == "2 items\n"
    assert creditline("-C", collected, "stats", "--by", "license", "-n", "1").err == (
        "2 items; the commonest 1 of 2, -n shows more\n"
    )


def test_an_empty_list_says_how_to_add_to_it(creditline: Command, collected: Path) -> None:
    for words, said in (
        (("mark",), "no set is named yet: creditline -C {} mark ITEM --set NAME"),
        (("mark", TIDES), "nothing was put to it"),
        (("reuse",), "no reuse is recorded yet: creditline -C {} reuse ITEM --where"),
    ):
        ended = creditline("-C", collected, *words)
        assert (ended.code, ended.out) == (Exit.DONE, "")
        assert said.format(collected) in ended.err
    assert "no name is given" in creditline("-C", collected, "reuse", TIDES, "--where", "x").err
    assert "where it was printed" in creditline("-C", collected, "reuse", TIDES, "--by", "x").err
    assert creditline("-C", collected, "reuse", "nothing").code == Exit.USAGE


def test_of_an_item_without_a_recorded_reuse_it_is_said_what_to_do(creditline: Command, collected: Path) -> None:
    moons = f"{BASE}/essays/moons/"
    tides_id, moons_id = (
        json.loads(creditline("-C", collected, "--json", "show", one).out)["id"].partition("@")[0]
        for one in (TIDES, moons)
    )
    assert creditline("-C", collected, "reuse", TIDES, "--where", "Gazeta", "--by", "A. Nowak").code == Exit.DONE
    for words, told in (((moons,), ""), ((moons, moons, TIDES), "1 reuse; nothing has changed since\n")):
        ended = creditline("-C", collected, "reuse", *words)
        assert (ended.code, tides_id in ended.out) == (Exit.DONE, bool(told))
        assert ended.err == (
            f"{told}no reuse of {moons_id} is recorded. Whether it may be reused: creditline -C {collected} terms"
            f" {moons_id}\n  once it is printed: creditline -C {collected} reuse {moons_id} --where"
            ' "Gazeta, 3 May" --by NAME\n'
        )


def test_a_withheld_item_is_not_reused_and_said_to_be_withheld(creditline: Command, collected: Path) -> None:
    assert creditline("-C", collected, "withhold", TIDES, "--reason", "a letter", "--by", "A. Nowak").code == Exit.DONE
    for words in ((), ("--where", "Gazeta", "--by", "A. Nowak")):
        ended = creditline("-C", collected, "reuse", TIDES, *words)
        assert (ended.code, ended.out) == (Exit.USAGE, "")
        assert re.search(r" is withheld since \d{4}-\d\d-\d\d: a letter", ended.err)


def test_reuses_of_items_that_are_withheld_since_are_reported(creditline: Command, collected: Path) -> None:
    assert creditline("-C", collected, "reuse", TIDES, "--where", "Gazeta", "--by", "A. Nowak").code == Exit.DONE
    assert "1 reuse; nothing has changed since" in creditline("-C", collected, "reuse").err
    assert creditline("-C", collected, "withhold", TIDES, "--reason", "a letter", "--by", "A. Nowak").code == Exit.DONE
    ended = creditline("-C", collected, "reuse")
    assert (ended.code, ended.out) == (Exit.ATTENTION, "")
    assert "1 reused item withheld since, and left out" in ended.err
    assert "1 reused item withheld since" in creditline("-C", collected, "status").out


def test_an_empty_quotation_is_refused_and_an_omitted_word_is_shown_alone(creditline: Command, collected: Path) -> None:
    for nothing in ("", "  ", "…"):
        ended = creditline("-C", collected, "quote", nothing)
        assert (ended.code, "no words are quoted" in ended.err) == (Exit.USAGE, True)
    ended = creditline("-C", collected, "quote", "of those who wind them up when tide is low and the new moon is new")
    assert "words: [-the-]\n" in ended.out
    assert "words: {+new+}\n" in ended.out


def test_items_are_counted_as_a_table_as_json_and_as_a_plot(
    creditline: Command, collected: Path, tmp_path: Path
) -> None:
    assert creditline("-C", collected, "stats").out.split()[:2] == ["2019", "2"]
    told = json.loads(creditline("-C", collected, "--json", "stats", "--by", "author", "tides").out)
    assert told["counts"] == [{"value": "Ada Berg", "items": told["items"]}]
    plot = tmp_path / "plot.svg"
    assert creditline("-C", collected, "stats", "--by", "license", "--format", "svg", "-o", plot).code == Exit.DONE
    words = [element.text for element in etree.parse(plot).iter("{http://www.w3.org/2000/svg}text")]
    assert words[0] == "Items by license"
    assert "none" in words


def test_a_text_that_reuses_others_is_checked_for_missing_credit(
    creditline: Command, collected: Path, tmp_path: Path
) -> None:
    path = tmp_path / "draft.md"
    taken = "Of clocks by the sea, and of those who wind them up when the tide is low and the moon is new."
    path.write_text(f"# My own\n\nSome words of mine.\n\n{taken}\n")
    ended = creditline("-C", collected, "credit", "--check", path)
    assert (ended.code, "missing: author, publisher" in ended.out) == (Exit.ATTENTION, True), ended.out
    path.write_text(f"“{taken}” (Ada Berg, “On tides”, Essays)\n")
    ended = creditline("-C", collected, "credit", "--check", path)
    assert ended.code == Exit.DONE, ended.out
    path.write_text("Nothing in here is anybody else's at all.\n")
    assert creditline("-C", collected, "credit", "--check", path).code == Exit.DONE


@pytest.mark.parametrize("verb", ["cite", "credit"])
@pytest.mark.parametrize("beside", [(TIDES,), ("--all",), ("-q", "tides"), ("--at", "2026-01-01")])
def test_items_beside_a_document_to_be_checked_are_refused_and_not_passed_over(
    creditline: Command, collected: Path, tmp_path: Path, verb: str, beside: tuple[str, ...]
) -> None:
    draft = tmp_path / "draft.md"
    draft.write_text("Nothing of it.", encoding="utf-8")
    ended = creditline("-C", collected, verb, *beside, "--check", draft)
    assert (ended.code, ended.out, "and --check do not go together" in ended.err) == (Exit.USAGE, "", True)
    assert creditline("-C", collected, verb, "--check", draft).code == Exit.DONE


def test_a_format_beside_a_document_to_be_checked_is_refused(
    creditline: Command, collected: Path, tmp_path: Path
) -> None:
    draft = tmp_path / "draft.md"
    draft.write_text("Nothing of it.", encoding="utf-8")
    ended = creditline("-C", collected, "cite", "--check", draft, "--format", "ris")
    assert (ended.code, "--format and --check do not go together" in ended.err) == (Exit.USAGE, True)
    assert creditline("-C", collected, "cite", "--check", draft, "-o", tmp_path / "kept.md").code == Exit.DONE
