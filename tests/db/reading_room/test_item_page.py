"""The page of an item: its text, whether it may be reused and who says so, how to cite it; and its other forms."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from archive.warc.capture import NoteKind
from db.catalogue import Catalogue
from db.model.item import Attribution, Mark, Words
from db.model.text_marks import Block, MarkKind, marks_of, text_of
from db.reading_room import forms
from db.reading_room.article_text import article_text
from tests.db.reading_room.conftest import BROWSER

ANAKLIA, CABLES = "https://institute.example/anaklia", "https://institute.example/cables"


def id_of(articles: Catalogue, url: str) -> str:
    item = articles.item(url)
    assert item is not None
    return item.id


def page(room: TestClient, address: str) -> str:
    answer = room.get(address, headers=BROWSER)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_item_page_shows_text_answer_and_the_publishers_words(room: TestClient, articles: Catalogue) -> None:
    shown = page(room, f"/items/{id_of(articles, ANAKLIA)}")
    assert "<p>The first deep-sea port of Georgia.</p>" in shown
    assert "The text: ask first" in shown
    assert "Texts may be republished with credit." in shown
    assert "Łukasz Żak" in shown


def test_item_page_states_duties_in_the_language_of_the_room(
    room: TestClient, articles: Catalogue, builder: Any
) -> None:
    capture = builder.capture(60, "/pl/port")
    free = (builder.statement(capture, "Free to all."),)
    articles.add(builder.entry(60, "/pl/port", title="Port", language=builder.words(capture, "pl"), statements=free))
    item = id_of(articles, "https://institute.example/pl/port")
    for language, words in (("", "Credit the author and the source."), ("/pl", "Należy podać autora i źródło.")):
        shown = page(room, f"{language}/items/{item}")
        assert f"<li>{words}</li>" in shown
        # Our own name for a publisher's words tells readers nothing.
        assert "<dd>LicenseRef-" not in shown


def test_nobody_is_said_to_permit_what_is_not_permitted(room: TestClient, articles: Catalogue) -> None:
    shown = page(room, f"/items/{id_of(articles, ANAKLIA)}")
    assert "<dt>Who could permit it</dt>" in shown
    assert "Who permits" not in shown


def test_item_page_has_citation_metadata_for_programs(room: TestClient, articles: Catalogue) -> None:
    shown = page(room, f"/items/{id_of(articles, ANAKLIA)}")
    meta = dict(re.findall(r'<meta name="(citation_\w+)" content="([^"]*)"', shown))
    assert meta["citation_title"] == "Anaklia"
    assert meta["citation_author"] == "Łukasz Żak"
    assert meta["citation_publication_date"] == "2023/04/24"
    told = re.search(r'<script type="application/ld\+json">(.*?)</script>', shown, re.DOTALL)
    assert told is not None
    assert json.loads(told[1])["name"] == "Anaklia"


@pytest.mark.parametrize("form", forms.OF_ITEM, ids=lambda form: form.ending)
def test_item_is_exported_in_every_form_that_its_page_links_to(
    room: TestClient, articles: Catalogue, form: forms.Form
) -> None:
    item = id_of(articles, ANAKLIA)
    assert f'href="/items/{item}.{form.ending}"' in page(room, f"/items/{item}")
    answer = room.get(f"/items/{item}.{form.ending}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, form.kind)
    assert "Anaklia" in answer.text or "port" in answer.text


def test_older_edition_is_shown_with_a_link_to_all_editions(room: TestClient, articles: Catalogue) -> None:
    first = articles.editions(CABLES)[0]
    shown = page(room, f"/items/{first.id}")
    assert "Cables &amp; &lt;cords&gt;" in shown
    assert "You read an older edition" in shown
    assert f"/items/{first.item}/editions" in shown


def test_unknown_item_gets_404_and_withheld_item_410(room: TestClient, articles: Catalogue, builder: Any) -> None:
    assert room.get("/items/institute-0000000000").status_code == 404
    item = id_of(articles, ANAKLIA)
    articles.add_note(builder.note(90, NoteKind.WITHHOLDING, {"reason": "the author asked", "by": "Anna"}, about=item))
    for address in (f"/items/{item}", f"/items/{item}.bib", f"/items/{item}/evidence", f"/items/{item}.json"):
        told = room.get(address)
        assert (told.status_code, told.json()["item"]) == (410, item)
        assert "the author asked" in told.json()["detail"]
        assert "Georgia" not in told.text
    assert "Georgia" not in room.get("/search?q=port").text
    assert "Georgia" not in room.get("/search.csv").text


def test_evidence_page_names_the_bytes_of_a_claim(room: TestClient, articles: Catalogue) -> None:
    shown = page(room, f"/items/{id_of(articles, ANAKLIA)}/evidence")
    assert "Łukasz Żak" in shown
    assert "bytes 10–20" in shown


HOSTILE = [
    *(
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "'><svg/onload=alert(1)>",
        "</title><script>x()</script>",
    ),
    *(
        "{{7*7}}",
        "{% raw %}",
        "javascript:alert(1)",
        "<!--",
        "]]>",
        "</script><script>x()</script>",
        "\u202eevil\u202c",
    ),
    *("<a href=javascript:x()>", "' onmouseover='x()", "&lt;b&gt;", "\x1b[31m", "<style>*{}</style>", "</textarea><b>"),
]
TAGS = [f"{one}{number}" for number in range(12) for one in HOSTILE]


@pytest.mark.slow
def test_hostile_strings_are_never_markup(room: TestClient, articles: Catalogue, builder: Any) -> None:
    """Two hundred hostile strings, each as title, author, tag, section and words on reuse."""
    capture = builder.capture(50, "/hostile")
    for number, said in enumerate(TAGS):
        one = replace(
            capture,
            id=capture.id[:-4] + f"{number:04}",
            url=f"https://institute.example/h{number}",
            began=builder.at(50 + number),
        )
        words = Words(said, builder.evidence(one, said))
        statement = replace(builder.statement(one), words=f"All {said}")
        articles.add(
            builder.entry(
                50 + number,
                f"/h{number}",
                title=said,
                text=said,
                tags=(words,),
                section=words,
                statements=(statement,),
                attributions=(Attribution(said, builder.evidence(one, said)),),
            )
        )
    allowed = {"script": 2, "style": 0, "svg": 0, "img": 0, "b": 0, "title": 1}
    for address in [f"/items/{id_of(articles, f'https://institute.example/h{number}')}" for number in range(len(TAGS))]:
        shown = page(room, address)
        for tag, most in allowed.items():
            assert len(re.findall(rf"<{tag}[\s>]", shown)) <= most, (address, tag)
        assert not re.search(r"<[^>]*\son\w+\s*=", re.sub(r'"[^"]*"', '""', shown))
        assert not re.search(r'(?:href|src|action)="\s*javascript:', shown)
        assert "\u202e" not in html.unescape(shown)
    for address in ("/search?n=100&sort=title", "/", "/search?q=tag:x"):
        shown = page(room, address)
        assert len(re.findall(r"<script[\s>]", shown)) == 1
        assert not re.search(r"<(?:svg|img|style|b)[\s>]", shown)


def test_no_form_of_an_item_sends_commands_to_a_terminal(room: TestClient, articles: Catalogue, builder: Any) -> None:
    said = "Port \x9b31m \u202etrop\u202c"
    words = (replace(builder.statement(builder.capture(50, "/hostile")), words=f"Free {said}"),)
    articles.add(builder.entry(50, "/hostile", title=said, text=said, statements=words))
    item = f"/items/{id_of(articles, 'https://institute.example/hostile')}"
    forms_of_item = [f"{item}.{form.ending}" for form in forms.OF_ITEM]
    forms_of_hits = [f"/search.{form.ending}?q=free" for form in forms.OF_HITS]
    for address in (*forms_of_item, *forms_of_hits, f"{item}/evidence.json", "/terms.json", "/search.json?q=free"):
        answer = room.get(address)
        assert answer.status_code == 200
        assert not re.search("[\x80-\x9f\u202a-\u202e]", answer.text), address


def test_text_is_laid_out_by_its_marks() -> None:
    blocks = (
        Block("Ports & harbours", Mark(MarkKind.HEADING, 3)),
        Block("growth1 of", Mark(MarkKind.PARAGRAPH, refs=((6, 1, "1"),))),
        Block("one", Mark(MarkKind.ITEM, 1)),
        Block("two", Mark(MarkKind.ITEM, 2, "7")),
        Block("a | b", Mark(MarkKind.HEAD_ROW, cells=(1, 1))),
        Block("c | <d>", Mark(MarkKind.ROW, cells=(1, 3))),
        Block("said", Mark(MarkKind.QUOTATION)),
        Block("x  y", Mark(MarkKind.PREFORMATTED)),
        Block("A picture", Mark(MarkKind.CAPTION)),
        Block("the note", Mark(MarkKind.NOTE, label="1")),
    )
    made = str(article_text(text_of(blocks), marks_of(blocks)))
    assert "<h2>Ports &amp; harbours</h2>" in made
    assert '<p>growth<sup><a href="#note-1">1</a></sup> of</p>' in made
    assert '<ul><li>one<ol start="7"><li>two</li></ol></li></ul>' in made
    assert "<tr><th>a</th><th>b</th></tr><tr><td>c</td><td>&lt;d&gt;</td></tr>" in made
    assert "<blockquote><p>said</p></blockquote>" in made
    assert '<p class="note" id="note-1"><span class="label">1</span> the note</p>' in made
    assert '<p class="caption">A picture</p>' in made


def test_document_text_names_each_page_where_it_begins() -> None:
    kinds = (MarkKind.HEADING, MarkKind.PARAGRAPH, MarkKind.PARAGRAPH, MarkKind.ITEM, MarkKind.PARAGRAPH)
    marks = [Mark(kind, level=1 if kind is not MarkKind.PARAGRAPH else 0, page=page)
             for kind, page in zip(kinds, (1, 1, 2, 3, 3), strict=True)]  # fmt: skip
    made = article_text("\n\n".join(("A report", "One.", "Two.", "Three.", "Four.")), marks)
    parts = re.findall(r'id="page-(\d)"|<(?:h2|p|li)>([^<]+)', made)
    assert [one or other for one, other in parts] == ["1", "A report", "One.", "2", "Two.", "3", "Three.", "Four."]


def test_context_of_a_quotation_consists_of_whole_words(room: TestClient, articles: Catalogue, builder: Any) -> None:
    articles.add(builder.entry(40, "/long", title="Long", text=f"{'Alphabet ' * 60}the middle of it{' omega' * 60}."))
    shown = room.get("/quote", params={"words": "the middle of it"}).text
    around = re.search(r"… ([^<]*)<mark>the middle of it</mark>([^<]*) …", shown)
    assert around is not None
    assert set(around[1].split()) == {"Alphabet"}
    assert set(around[2].split()) == {"omega"}
    # Where the text begins or ends there, nothing is left out.
    assert ">The first <mark>deep-sea port of Georgia" in room.get("/quote?words=deep-sea+port+of+Georgia").text


def test_link_of_a_tag_with_quotation_marks_finds_the_tagged_item(
    room: TestClient, articles: Catalogue, builder: Any
) -> None:
    tag = Words('The "new" ports', builder.evidence(builder.capture(40), 'The "new" ports'))
    articles.add(builder.entry(40, "/new", title="New", text="Of ports that are new.", tags=(tag,)))
    (item,) = articles.connection.execute("SELECT id FROM item WHERE url LIKE '%/new'").fetchone()
    link = re.search(r'class="tag" href="([^"]+)"', room.get(f"/items/{item}").text)
    assert link is not None
    assert f"/items/{item}" in room.get(html.unescape(link[1])).text


def test_archived_link_leads_to_the_address_that_the_page_had_when_its_edition_was_captured(
    opened: Any, articles: Catalogue, builder: Any
) -> None:
    text = "The first deep-sea port of Georgia.\n\nIt lies in Łódź."
    articles.add(builder.redirect(30, "/anaklia", "/2023/anaklia"))
    articles.add(builder.entry(31, "/2023/anaklia", text=text))
    moved = articles.item(ANAKLIA)
    assert moved is not None
    assert (moved.url, moved.editions) == ("https://institute.example/2023/anaklia", 1)
    room = opened(archived_url="http://127.0.0.1:8001")
    then = f"http://127.0.0.1:8001/web/{moved.edition.opened:%Y%m%d%H%M%S}/{ANAKLIA}"
    for address in (f"/items/{moved.id}", f"/items/{moved.id}/editions", "/quote?words=deep-sea port of Georgia"):
        assert f'"{then}' in page(room, address)


def test_item_page_says_when_the_terms_on_the_page_changed(room: TestClient, articles: Catalogue, builder: Any) -> None:
    item = id_of(articles, ANAKLIA)
    assert "/terms#changes" not in page(room, f"/items/{item}")
    text = "The first deep-sea port of Georgia.\n\nIt lies in Łódź."
    articles.add(builder.entry(40, "/anaklia", text=text, statements=()))
    for language, words in (("", "The terms on this page changed on"), ("/pl", "Warunki na tej stronie zmieniły się")):
        assert f'<a href="{language}/terms#changes">{words} 24' in page(room, f"{language}/items/{item}")


def test_page_of_editions_tells_what_visits_saw_besides(room: TestClient, articles: Catalogue, builder: Any) -> None:
    articles.add(builder.redirect(70, "/cables", "/elsewhere"))
    shown = html.unescape(page(room, f"/items/{id_of(articles, CABLES)}/editions"))
    assert "leads to another address" in shown
    assert "status 301 to https://institute.example/elsewhere" in shown
