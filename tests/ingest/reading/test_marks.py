"""The kind of each paragraph, taken from the page: headings, lists, quotations, tables, notes, captions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.http.exchange import Entity
from db.model.item import Context, Reading
from db.model.text_marks import Block, Mark, MarkKind, blocks_of, from_json, to_json
from ingest.demo.articles import load
from ingest.demo.site import Site
from ingest.reading import read

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
LONG = "The quay was mended in the spring of that year, and nobody who had seen the storm thought it would be so soon. "
OPENING, CLOSING = f"<p>{LONG * 2}</p>", f"<p>{'Merchants asked for their old place at the water. ' * 5}</p>"


def blocks(make_page: PageMaker, read_page: Read, within: str) -> list[Block]:
    reading = read_page(make_page(body=f"{OPENING}{within}{CLOSING}", bottom=""))
    found = list(blocks_of(reading.text, reading.marks))
    assert (found[0].words, found[-1].words) == (LONG.strip() + " " + LONG.strip(), found[-1].words)
    return found[1:-1]


def kinds(found: list[Block]) -> list[tuple[MarkKind, str]]:
    return [(one.mark.kind, one.words) for one in found]


def test_headings_keep_their_level(make_page: PageMaker, read_page: Read) -> None:
    found = blocks(make_page, read_page, f"<h2>The works</h2>{CLOSING}<h3>The cost</h3>{OPENING}")
    assert [(one.words, one.mark.level) for one in found if one.mark.kind is MarkKind.HEADING] == [
        ("The works", 2),
        ("The cost", 3),
    ]


def test_lists_keep_their_numbers_and_depth(make_page: PageMaker, read_page: Read) -> None:
    listed = (
        "<ul><li>bollards on timber piles<ul><li>of oak, for the most part</li></ul></li><li>pumps</li></ul>"
        '<p>In this order:</p><ol start="3"><li>the crane is mended</li>'
        "<li><p>the quay is swept</p><p>twice a day</p></li></ol>"
    )
    found = blocks(make_page, read_page, listed)
    assert [(one.words, one.mark.level, one.mark.label) for one in found if one.mark.kind is MarkKind.ITEM] == [
        ("bollards on timber piles", 1, None),
        ("of oak, for the most part", 2, None),
        ("pumps", 1, None),
        ("the crane is mended", 1, "3"),
        ("the quay is swept", 1, "4"),
    ]
    assert found[-1] == Block("twice a day", Mark(MarkKind.PARAGRAPH, 1))
    assert [one.printed for one in found[2:5]] == ["- pumps", "In this order:", "3. the crane is mended"]


def test_quotations_are_marked(make_page: PageMaker, read_page: Read) -> None:
    said = "Nobody forbade me to repair the quay; it was only that nobody could say who allowed it."
    assert kinds(blocks(make_page, read_page, f"<blockquote><p>{said}</p></blockquote>")) == [
        (MarkKind.QUOTATION, said)
    ]


def test_tables_keep_their_cells_and_their_caption_apart_from_the_text(make_page: PageMaker, read_page: Read) -> None:
    rows = "<tr><th>Port</th><th>Weeks</th></tr><tr><td>Rybno | old</td><td>3</td></tr><tr><td>Nowa</td><td></td></tr>"
    found = blocks(make_page, read_page, f"<table><caption>Cranes</caption>{rows}</table>")
    assert [(one.mark.kind, one.cells) for one in found[1:]] == [
        (MarkKind.HEAD_ROW, ("Port", "Weeks")),
        (MarkKind.ROW, ("Rybno | old", "3")),
        (MarkKind.ROW, ("Nowa", "")),
    ]
    assert kinds(found[:1]) == [(MarkKind.CAPTION, "Cranes")]


def test_captions_are_kept_in_their_place_and_out_of_the_text(make_page: PageMaker, read_page: Read) -> None:
    figure = '<figure><img src="quay.png"><figcaption>The quay at dusk. Photo: M. Wilk</figcaption></figure>'
    reading = read_page(make_page(body=f"{OPENING}{figure}{CLOSING}", bottom=""))
    assert "Wilk" not in reading.text
    assert [mark.kind for mark in reading.marks] == [MarkKind.PARAGRAPH, MarkKind.CAPTION, MarkKind.PARAGRAPH]
    assert reading.marks[1].words == "The quay at dusk. Photo: M. Wilk"


def test_a_paragraph_that_ends_with_the_photographer_of_an_agency_is_a_caption(
    make_page: PageMaker, read_page: Read
) -> None:
    said = "The statue at the quay in the morning. MTI Photo: Maria Wilk"
    found = blocks(make_page, read_page, f"{OPENING}<p>{said}</p>{CLOSING}")
    assert (MarkKind.CAPTION, said) in kinds(found)


@pytest.mark.parametrize(
    ("ref", "note"),
    [
        ('<sup><a href="#fn1" id="r1">1</a></sup>', '<ol><li id="fn1">A survey. <a href="#r1">↩︎</a></li></ol>'),
        ('<a href="#_ftn1" name="_ftnref1">[1]</a>', '<p><a href="#_ftnref1" name="_ftn1">[1]</a> A survey.</p>'),
        (
            '<sup><a href="#cite_note-1">[1]</a></sup>',
            '<ol><li id="cite_note-1"><a href="#c">^</a> A survey.</li></ol>',
        ),
        (
            '<sup id="back:1"><a href="#note:1">1</a></sup>',
            '<div><ol>\n<li id="note:1">\n  <p>A survey. <a href="#back:1">↩</a></p>\n</li>\n</ol></div>',
        ),
        (
            '<a href="#n1" id="b1" role="doc-noteref"><span>[</span>1<span>]</span></a>',
            '<hr><aside class="footnote-list">\n<aside class="footnote" id="n1" role="doc-footnote">\n'
            '<span>[<a href="#b1" role="doc-backlink">1</a>]</span>\n<p>A survey.</p>\n</aside>\n</aside>',
        ),
    ],
    ids=["WordPress", "Word", "MediaWiki", "Markdown", "Docutils"],
)
def test_notes_and_their_references_are_marked(make_page: PageMaker, read_page: Read, ref: str, note: str) -> None:
    reading = read_page(make_page(body=f"<p>{LONG}The figures are ours.{ref} {LONG}</p>{CLOSING}{note}", bottom=""))
    first, _, last = blocks_of(reading.text, reading.marks)
    [(at, length, label)] = first.mark.refs
    assert first.words[:at].endswith("are ours.")
    assert (first.words[at : at + length].strip("[]"), label) == ("1", "1")
    assert last == Block("A survey.", Mark(MarkKind.NOTE, label="1"))
    assert reading.text.endswith("[1] A survey.")


def test_notes_outside_the_block_of_the_text_are_kept(make_page: PageMaker, read_page: Read) -> None:
    note = '<hr><div class="footnote-list"><div class="footnote" id="n1"><p>A survey.</p></div></div>'
    text = f'<section>{OPENING}<p>It is ours.<a href="#n1">1</a> {LONG}</p>{CLOSING}</section>'
    reading = read_page(make_page(body=text + note + "<div class='prev-next'><a href='/t/1'>The next text</a></div>"))
    assert reading.text.endswith("[1] A survey.")


def test_what_stands_beside_the_text_is_no_note(make_page: PageMaker, read_page: Read) -> None:
    beside = '<aside id="n1"><p>A survey of nine ports.</p></aside>'
    reading = read_page(make_page(body=f'{OPENING}<p>It is ours.<a href="#n1">1</a> {LONG}</p>{CLOSING}{beside}'))
    assert "nine ports" not in reading.text


@pytest.mark.parametrize(
    ("raised", "after"),
    [
        ("An area of 40 km<sup>2</sup> was dredged.", "<p><sup>2</sup> Two of them.</p>"),
        ("It cost 10<sup>6</sup> crowns.", "<p><sup>6</sup> Six of them.</p>"),
        ("The figures are ours.<sup>1</sup>", "<p>A survey of nine ports, without a number before it.</p>"),
        ("The figures are ours.<sup>1</sup>", "<p><sup>2</sup> A note to something else.</p>"),
        ("The mole was finished on the 1<sup>st</sup>.", "<p><sup>st</sup> is how it is printed.</p>"),
    ],
    ids=["square kilometres", "a power", "no note", "the note of another", "letters"],
)
def test_a_raised_number_without_a_note_is_no_reference(
    make_page: PageMaker, read_page: Read, raised: str, after: str
) -> None:
    reading = read_page(make_page(body=f"<p>{LONG}{raised} {LONG}</p>{CLOSING}{after}", bottom=""))
    assert {(mark.kind, mark.refs) for mark in reading.marks} == {(MarkKind.PARAGRAPH, ())}


def test_preformatted_lines_stay_lines(make_page: PageMaker, read_page: Read) -> None:
    typed = "<pre><code>def quay(weeks):\n\n    return 2 * weeks\n</code></pre>"
    [found] = blocks(make_page, read_page, typed)
    assert (found.mark.kind, found.words) == (MarkKind.PREFORMATTED, "def quay(weeks):\n \n    return 2 * weeks")


def test_a_layout_table_is_not_a_table(make_page: PageMaker, read_page: Read) -> None:
    laid = f"<table><tr><td>{OPENING * 3}</td><td>{CLOSING}</td></tr><tr><td>{CLOSING}</td><td></td></tr></table>"
    reading = read_page(make_page(body=f"{OPENING}{laid}{CLOSING}", bottom=""))
    assert {mark.kind for mark in reading.marks} == {MarkKind.PARAGRAPH}


def test_marks_survive_storage() -> None:
    marks = (
        Mark(MarkKind.PARAGRAPH, refs=((3, 1, "1"), (9, 3, "2"))),
        Mark(MarkKind.ITEM, 2, "4"),
        Mark(MarkKind.ROW, cells=(3, 0)),
        Mark(MarkKind.CAPTION, words="Photo: M. Wilk"),
    )
    assert from_json(to_json(marks)) == marks
    assert to_json([Mark(MarkKind.PARAGRAPH), Mark(MarkKind.HEADING, 2)]) == '["p",{"is":"h","level":2}]'


def test_a_text_with_marks_of_another_text_is_plain_paragraphs() -> None:
    marks = (Mark(MarkKind.HEADING, 2), Mark(MarkKind.CAPTION, words="Photo"))
    assert blocks_of("one\n\ntwo", marks) == (Block("one"), Block("two"))


def test_an_article_of_the_demo_site_keeps_all_kinds_of_marks() -> None:
    site = Site(load())
    article = next(one for one in site.shelf.articles if any(block.kind.value == "table" for block in one.parts[0]))
    url = site.url(article.slug)
    page = site.respond("GET", f"/{article.slug}/", {})
    reading = read(Entity(url, page.body, "text/html"), Context(url))
    told = {kind: [one for one in blocks_of(reading.text, reading.marks) if one.mark.kind is kind] for kind in MarkKind}
    table = next(block for block in article.parts[0] if block.kind.value == "table")
    assert len(told[MarkKind.HEAD_ROW] + told[MarkKind.ROW]) == len(table.lines)
    assert told[MarkKind.NOTE]
    assert told[MarkKind.QUOTATION]
    assert told[MarkKind.ITEM]


@pytest.mark.parametrize(
    ("raised", "read"),
    [
        ("3.5×10<sup>6</sup> tonnes", "3.5×10⁶ tonnes"),
        ("10<sup>-3</sup> and 10<sup>−12</sup>", "10⁻³ and 10⁻¹²"),
        ("400 km<sup>2</sup> of <em>water</em>", "400 km² of water"),
        ("by 9 m<sup> 3 </sup> a day", "by 9 m³ a day"),
        ("the 1<sup>st</sup> of May", "the 1st of May"),
        ("our figures<sup>2</sup> show", "our figures2 show"),
        ("it is so.<sup>2</sup> And", "it is so.2 And"),
    ],
)
def test_only_powers_are_written_as_superscripts(make_page: PageMaker, read_page: Read, raised: str, read: str) -> None:
    text = read_page(make_page(body=f"<p>{LONG}It was {raised}, {LONG}</p>{CLOSING}", bottom="")).text
    assert f"It was {read}, " in text
