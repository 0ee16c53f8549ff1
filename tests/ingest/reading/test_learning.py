"""What is learned from a publisher's pages, where it applies, and where a page does not fit it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from lxml import html

from archive.http.exchange import Entity
from db.model.item import Context, Partial, Reading
from db.model.text_marks import MarkKind, words_alone
from ingest.reading import read
from ingest.reading.layout.layout import Layout, layout_of, profile_of
from ingest.reading.learning import FEWEST, learn, of_site
from ingest.reading.page.spots import How, Sayings, among, paths
from ingest.reading.text import blocks

PageMaker = Callable[..., str]
NAMES = ("Grażyna Żuraw", "Wilhelm Kos", "Renata Sikora", "Jan Bocian")
PLEA = "Please support the work of the institute with a gift, however small it may be, before the year ends."
SUPPORT = f"<p>{PLEA}</p>"


def body(number: int) -> str:
    told = "".join(
        f"<p>In district {number} the {thing} were counted {number + at} times, and each count of report {number} gave"
        f" another figure than the one before, so that the council asked for a count {at} by other people.</p>"
        for at, thing in enumerate(("cranes", "herons", "storks", "swans", "geese"))
    )
    return f"<h2>Count {number}</h2>{told}{SUPPORT}"


def published_meta(number: int, hour: int = 10) -> str:
    day = f"2023-04-{number % 27 + 1:02}T{hour}:00:00+00:00"
    return f'<meta property="article:published_time" content="{day}">'


def top(number: int) -> str:
    authors = NAMES[number % 4] if number % 3 else f"{NAMES[number % 4]} and {NAMES[(number + 1) % 4]}"
    return (
        f'<p class="meta-line">Date: {number % 27 + 1} April 2023 Author: {authors}</p>'
        f'<h1 class="entry-title">Birds of district {number}</h1>'
    )


@pytest.fixture(scope="module")
def page_of() -> Callable[..., Entity]:
    def make(make_page: PageMaker, number: int, **parts: str) -> Entity:
        given = {
            "head": f"<title>Birds of district {number} - Example Institute</title>" + published_meta(number),
            "top": top(number),
            "body": body(number),
            "bottom": f'<div class="tags-links">TAGS: <a href="/tag/{number}/" rel="tag">district {number}</a></div>',
        }
        return Entity(f"https://institute.example/birds-{number}/", make_page(**(given | parts)).encode(), "text/html")

    return make


@pytest.fixture(scope="module")
def make_numbered(make_page: PageMaker, page_of: Callable[..., Entity]) -> Callable[..., Entity]:
    """Make page *number* of a publisher with one layout; each part may be replaced."""
    return lambda number, **parts: page_of(make_page, number, **parts)


def contexts(pages: list[Entity]) -> Iterator[tuple[Entity, Context]]:
    return ((page, Context(page.url)) for page in pages)


@pytest.fixture(scope="module")
def layout(make_numbered: Callable[..., Entity]) -> Layout:
    found = learn(contexts([make_numbered(number) for number in range(FEWEST + 4)]))
    assert found is not None
    return found


def read_by(layout: Layout, page: Entity) -> Reading:
    return read(page, Context(page.url, profile=profile_of(layout, "ex")))


def test_the_place_of_each_field_is_learnt_and_explained(layout: Layout) -> None:
    assert layout.title.at == "h1.entry-title"
    assert layout.authors is not None
    assert (layout.authors.at, layout.authors.how) == ("p.meta-line", How.LABELLED)
    assert layout.tags is not None
    assert layout.tags.how is How.EACH
    assert layout.text.at == "div.entry-content"
    assert layout.published is not None
    assert (layout.published.at, layout.published.how) == ("meta article:published_time", How.WITNESS)
    assert layout.published_too is not None
    assert layout.published_too.at == "p.meta-line"
    told = list(layout.explain())
    assert told[0] == f"learnt from {FEWEST + 4} articles"
    assert f"title: the words of the first h1.entry-title (right on {FEWEST + 4})" in told


def test_learning_uses_readings_that_are_already_there(make_numbered: Callable[..., Entity]) -> None:
    pages = [(make_numbered(number), Context(f"https://ex.org/{number}", f"urn:{number}")) for number in range(FEWEST)]
    held = {context.capture: read(page, context) for page, context in pages}
    assert learn(pages, held) == learn(pages)
    cut = {capture: replace(reading, partial=Partial.TEASER) for capture, reading in held.items()}
    assert learn(pages, cut) is None


def test_a_learnt_layout_reads_a_page_like_the_general_reader(
    layout: Layout, make_numbered: Callable[..., Entity]
) -> None:
    page = make_numbered(77)
    learned, general = read_by(layout, page), read(page, Context(page.url))
    assert learned.fitted is True
    assert general.fitted is None
    assert learned.title == general.title
    assert learned.published == general.published
    assert [a.name for a in learned.attributions] == [a.name for a in general.attributions]
    assert [tag.value for tag in learned.tags] == ["district 77"]
    assert learned.statements == general.statements


def test_words_repeated_on_every_page_are_not_part_of_the_text(
    layout: Layout, make_numbered: Callable[..., Entity]
) -> None:
    assert any("support the work" in words for words in layout.text.repeated)
    assert "support the work" not in read_by(layout, make_numbered(77)).text
    assert read_by(layout, make_numbered(77)).text.startswith("Count 77\n\nIn district 77 the cranes")


NOTE = '<p>See <a href="/?p=7">an earlier text</a> on this and what <a href="/about/">the team</a> wrote of it.</p>'


@pytest.mark.parametrize("of_ten", [1, 4, 6])
def test_words_repeated_on_some_pages_only_are_kept_in_the_text(
    make_numbered: Callable[..., Entity], of_ten: int
) -> None:
    """Otherwise a text visited again, after learning from other pages, would lack it and count as changed."""
    pages = [make_numbered(n, body=body(n) + (NOTE if n % 10 < of_ten else "")) for n in range(FEWEST + 10)]
    layout = learn(contexts(pages))
    assert layout is not None
    assert not any("earlier text" in words for words in layout.text.repeated)
    learned = read_by(layout, make_numbered(80, body=body(80) + NOTE))
    assert learned.fitted is True
    assert learned.text.endswith("See an earlier text on this and what the team wrote of it.")


def test_words_repeated_in_one_of_several_languages_are_the_sites() -> None:
    page = html.document_fromstring("<p>")
    said = {"en": "May be reprinted with credit.", "pl": "Można przedrukować z podaniem źródła."}
    samples = [(page, f"Text {n}\n\n{said[code]}", code) for n, code in enumerate(["en", "en", "pl"] * 8)]
    assert of_site(samples) == frozenset(said.values())
    assert of_site([(page, text, "en") for _, text, _ in samples]) == frozenset()


def test_claims_read_by_a_layout_have_their_bytes(layout: Layout, make_numbered: Callable[..., Entity]) -> None:
    page = make_numbered(77)
    reading = read_by(layout, page)
    assert reading.title is not None
    [(start, end)] = reading.title.evidence.ranges
    assert page.body[start:end].decode() == "Birds of district 77"
    [first, *_] = reading.attributions
    [(start, end)] = first.evidence.ranges
    assert page.body[start:end].decode() == first.name


@pytest.mark.parametrize(
    "parts",
    [
        {"head": "<title>Birds of district 5 - Example Institute</title>" + published_meta(4, 23)},
        {"top": "<h1>Another design</h1><p>Date: 3 May 2023</p>"},
        {"body": "<p>Short.</p>"},
        {"body": body(5).replace("<h2>Count 5</h2>", "<h4>Related posts</h4>")},
        {"head": f"<title>Birds of district 5</title>{published_meta(5)}" + '<link rel="next" href="/birds-5/2/">'},
        {"body": body(5) + '<p class="page-links">Pages: <a href="/birds-5/2/">2</a></p>'},
    ],
    ids=[
        "the day printed is not the machine's",
        "no title in its place",
        "no text",
        "unseen furniture",
        "a part that the head states",
        "several parts",
    ],
)
def test_a_page_that_does_not_fit_is_read_by_the_general_reader(
    layout: Layout, make_numbered: Callable[..., Entity], parts: dict[str, str]
) -> None:
    page = make_numbered(5, **parts)
    learned, general = read_by(layout, page), read(page, Context(page.url))
    assert learned.fitted is False
    # But what the site repeats is no part of its text either.
    assert (learned.title, learned.text) == (general.title, general.text.removesuffix(f"\n\n{PLEA}"))


def test_a_page_that_says_little_else_than_what_the_site_repeats_keeps_it(
    layout: Layout, make_numbered: Callable[..., Entity]
) -> None:
    page = make_numbered(5, body=f"<p>Gifts are gladly received by post.</p>{SUPPORT}")
    assert read_by(layout, page).text == f"Gifts are gladly received by post.\n\n{PLEA}"


def note(said: str) -> str:
    return f'<div class="side-note"><p>{said}</p><p>Read on</p></div>'


def in_the_middle(number: int, said: str) -> str:
    return body(number).replace("</p>", f"</p>{note(said)}", 1)


ABOUT = tuple(f"{name} keeps the register of birds and has counted them on every coast of the sea." for name in NAMES)


def test_boxes_that_say_again_what_other_pages_say_are_the_sites(make_numbered: Callable[..., Entity]) -> None:
    layout = learn(contexts([make_numbered(n, body=in_the_middle(n, ABOUT[n % 4])) for n in range(FEWEST + 4)]))
    assert layout is not None
    assert layout.text.without == ("div.side-note",)
    page = make_numbered(81, body=in_the_middle(81, "A person who never wrote here before keeps another register."))
    learned = read_by(layout, page)
    assert learned.fitted is True
    assert learned.text == read_by(layout, make_numbered(81)).text


def test_boxes_that_often_say_something_new_are_the_authors(make_numbered: Callable[..., Entity]) -> None:
    notes = [ABOUT[n % 4] if n % 3 else f"Note {n}: {ABOUT[n % 4]}" for n in range(FEWEST + 4)]
    layout = learn(contexts([make_numbered(n, body=in_the_middle(n, said)) for n, said in enumerate(notes)]))
    assert layout is not None
    assert layout.text.without == ()
    learned = read_by(layout, make_numbered(81, body=in_the_middle(81, ABOUT[0])))
    assert learned.fitted is True
    assert ABOUT[0] in learned.text


def test_a_box_with_one_line_of_the_site_and_links_is_left_out_whole(make_numbered: Callable[..., Entity]) -> None:
    def archive(number: int) -> str:
        link = f'<a href="/old-{number}/">How the coast of district {number} was counted by hand</a>'
        return body(number) + f'<div class="back-numbers"><p>From our archive of counts</p><p>{link}</p></div>'

    layout = learn(contexts([make_numbered(n, body=archive(n)) for n in range(FEWEST + 4)]))
    assert layout is not None
    assert layout.text.without == ("div.back-numbers",)
    assert "by hand" not in read_by(layout, make_numbered(81, body=archive(81))).text


def test_an_author_who_is_introduced_below_the_text_is_left_out_with_a_layout_too(
    layout: Layout, make_numbered: Callable[..., Entity]
) -> None:
    page = make_numbered(1, body=body(1) + f"<p>{ABOUT[1]}</p>")
    learned = read_by(layout, page)
    assert learned.fitted is True
    assert ABOUT[1] not in learned.text


def test_a_photo_credit_line_does_not_fit_the_layout_but_a_mention_does(
    layout: Layout, make_numbered: Callable[..., Entity]
) -> None:
    line, tale = "<p>Photo: Ewa Czapla</p>", f"<p>{'They counted from photos by Ewa Czapla. ' * 12}</p>"
    assert read_by(layout, make_numbered(5, body=line + body(5))).fitted is False
    assert read_by(layout, make_numbered(5, body=tale + body(5))).fitted is True


def test_a_stored_layout_loads_unless_its_form_is_unknown(layout: Layout) -> None:
    profile = profile_of(layout, "ex")
    assert layout_of(profile.body) == layout
    assert layout_of(profile.body.replace('"form": 1', '"form": 99')) is None


@pytest.mark.slow
def test_nothing_is_learnt_from_too_few_or_too_different_pages(make_numbered: Callable[..., Entity]) -> None:
    assert learn(contexts([make_numbered(number) for number in range(FEWEST - 1)])) is None
    anew = [make_numbered(number, top=top(number).replace("h1", "h2")) for number in range(FEWEST)]
    mixed = [*anew, *map(make_numbered, range(FEWEST, 2 * FEWEST))]
    assert learn(contexts(mixed)) is None


def test_paths_leave_out_names_that_differ_between_pages() -> None:
    [element] = html.fromstring('<div id="post-7" class="entry hentry c12"><b>x</b></div>').iter("b")
    assert paths(element) == ["div.entry > b", "div.hentry > b"]
    saying = Sayings({"b": [element]})
    assert among(saying, "div.entry > b") == [element]
    assert among(saying, "div.other > b") == []


def test_an_invalid_path_is_refused() -> None:
    with pytest.raises(ValueError, match="names no element"):
        among(Sayings({}), "p[onclick=x]")


def test_a_layout_gives_the_same_text_and_marks_as_the_general_reader(
    layout: Layout, make_numbered: Callable[..., Entity]
) -> None:
    rows = "<tr><th>Year</th><th>Cranes</th></tr><tr><td>2019</td><td>120</td></tr><tr><td>2020</td><td>131</td></tr>"
    within = f"<ul><li>the first district of all</li><li>the second district</li></ul><table>{rows}</table>"
    page = make_numbered(5, body=body(5).replace("<h2>", f"{within}<h2>"))
    learned, general = read_by(layout, page), read(page, Context(page.url))
    assert learned.fitted is True
    # What repeats on page after page is left out once several pages are known.
    assert learned.text == general.text.removesuffix(f"\n\n{html.fromstring(SUPPORT).text}")
    assert learned.marks == general.marks[:-1]
    assert {MarkKind.HEADING, MarkKind.ITEM, MarkKind.ROW} <= {mark.kind for mark in learned.marks}


def test_note_references_are_recognised_with_a_layout_too(layout: Layout, make_numbered: Callable[..., Entity]) -> None:
    pointed = body(77).replace("the cranes were counted", 'the cranes<sup><a href="#n1">12</a></sup> were counted')
    page = make_numbered(77, body=pointed + '<ol><li id="n1">By hand.</li></ol>')
    learned, general = read_by(layout, page), read(page, Context(page.url))
    assert learned.fitted is True
    refs = [[ref for mark in one.marks for ref in mark.refs] for one in (learned, general)]
    assert refs[0] == refs[1]
    assert [label for _, _, label in refs[0]] == ["12"]
    assert "the cranes were" in words_alone(learned.text, learned.marks)


def test_paragraphs_are_the_visible_words_between_blocks() -> None:
    root = html.fromstring(
        "<div>loose <b>words</b><p>one</p><ul><li>two</li></ul><figure><figcaption>no</figcaption></figure>"
        '<div class="newsletter">no</div><blockquote><p>three</p></blockquote>four</div>'
    )
    shown = [one.words for one in blocks.bare(root) if one.mark.kind is not MarkKind.CAPTION]
    assert shown == ["loose words", "one", "two", "three", "four"]
    assert [one.words for one in blocks.bare(root, ("blockquote",))][-2:] == ["no", "four"]
