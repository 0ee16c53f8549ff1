"""Holders: a note that names another rights holder takes precedence over the site's own permission."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html

from archive.evidence.locate import Source
from db.model.item import Answer, Statement, StatementPlace, Use
from db.terms.verdict import verdict
from ingest.terms import PageView, read_terms
from ingest.terms.holder import RULE

FOOT = "<footer><p>All our articles may be freely republished by anyone, with credit to the author.</p></footer>"
PROSE = "".join(f"<p>Paragraph {number} tells how the bridge at the mill was paid for.</p>" for number in range(3))


def read(note: str, *, before: str = "", head: str = "", jsonld: Any = ()) -> tuple[Statement, ...]:
    name = '<meta property="og:site_name" content="The Miller">'
    article = f"<article><h1>The bridge</h1>{before}<div class='text'>{PROSE}{note}</div></article>"
    entity = f"<!doctype html><html><head><meta charset=utf-8>{name}{head}</head><body>{article}{FOOT}</body></html>"
    tree = html.fromstring(entity)
    return read_terms(PageView("https://miller.example/bridge", tree, Source(entity.encode(), "utf-8"), jsonld=jsonld))


NOTES = [
    "First published in The Gazette.",
    "This article originally appeared in the Harbour Review in 2021.",
    "This essay was first published by Open Canal and is republished here.",
    "Reprinted with permission from the Canal Quarterly.",
    "This piece is republished from Open Canal under a Creative Commons licence.",
    "We are grateful to the editors of Lock & Weir for permission to reprint this text.",
    "The author retains the copyright in this text.",
    "Dieser Beitrag wurde zuerst in der Wochenschrift „Schleuse“ veröffentlicht.",
    "Zuerst erschienen in: Kanalblätter 3/2022.",
    "Abdruck mit freundlicher Genehmigung des Verlags.",
    "Die Rechte an diesem Text liegen bei der Autorin.",
    "Cet article a été initialement publié dans la revue « Écluses ».",
    "Texte reproduit avec l’aimable autorisation des éditions du Moulin.",
    "Les droits de ce texte appartiennent à son autrice.",
    "Este artículo se publicó originalmente en la revista «Esclusa».",
    "Reproducido con permiso de la revista «Esclusa».",
    "Questo articolo è stato pubblicato originariamente su «La Chiusa».",
    "Per gentile concessione dell’editore.",
    "Este texto foi publicado originalmente no jornal «A Comporta».",
    "Dit artikel verscheen eerder in De Sluiswachter.",
    "Overgenomen met toestemming van De Sluiswachter.",
    "Tekst ukazał się pierwotnie w kwartalniku „Śluza”.",
    "Przedruk za zgodą redakcji „Śluzy”.",
    "Dziękujemy redakcji „Śluzy” za zgodę na przedruk.",
    "Článek původně vyšel v časopise Zdymadlo.",
    "Přetištěno s laskavým svolením redakce.",
    "Стаття вперше опублікована у виданні «Шлюз».",
    "Передруковано з дозволу редакції.",
    "Статья впервые опубликована в журнале «Шлюз».",
    "Печатается с разрешения редакции журнала «Шлюз».",
]


@pytest.mark.parametrize("note", NOTES)
def test_a_note_on_another_rights_holder_overrides_the_footer(note: str) -> None:
    statements = read(f"<p><em>{note}</em></p>")
    told = verdict(statements)
    assert told.answer is Answer.ASK
    assert told.conflict
    (held,) = (one for one in statements if any(term.rule == RULE for term in one.terms))
    assert held.words in (note, note.rstrip("."))
    assert held.place is StatementPlace.ITEM_PROSE
    assert verdict(statements, Use.EXCERPT).answer is not Answer.YES


OUR_OWN = [
    "First published in The Miller 12/2024.",
    "This article first appeared in our printed magazine.",
    "Ten tekst opublikowaliśmy w styczniu.",
    "Photo reproduced with permission of the museum.",
    "The report was first published by the ministry in 2011 and has been quoted ever since.",
    "Der Bericht zeigt erstmals, wer für die Brücke zahlt.",
    "The bill was reprinted in the appendix.",
    "The mill needs planning permission, the council says.",
    "Der Minister sprach zuerst.",
    "Reuters reported on Monday that the bridge had been paid for.",
    "The PAP party won the vote.",
]


@pytest.mark.parametrize("note", OUR_OWN)
def test_mentions_and_notes_on_the_publisher_itself_name_no_other_holder(note: str) -> None:
    statements = read(f"<p>{note}</p>")
    assert not [one for one in statements if any(term.rule == RULE for term in one.terms)]
    assert verdict(statements).answer is Answer.WITH_DUTIES


AGENCIES = [
    "<p class='byline'>AFP</p>",
    "<p class='author'>By <a href='/a'>Reuters</a></p>",
    "<span class='autor'>PAP</span>",
    "<p class='byline'>Jan Kowalski, PAP</p>",
    "<p>Quelle: dpa</p>",
    "<p>Źródło: PAP</p>",
    "<p>© 2024 Agence France-Presse</p>",
    "<p>Copyright 2024 The Associated Press. All rights reserved.</p>",
    "<p>(PAP)</p>",
    "<p>LONDON (Reuters) - The bridge at the mill was paid for by the county, it was said on Monday.</p>",
    "<p>Berlin (dpa) – Die Brücke an der Mühle hat der Landkreis bezahlt, hieß es am Montag in der Sitzung.</p>",
]


@pytest.mark.parametrize("line", AGENCIES)
def test_a_text_credited_to_an_agency_means_ask(line: str) -> None:
    statements = read("", before=line)
    assert verdict(statements).answer is Answer.ASK
    assert verdict(statements).because[0][1].rule == RULE


def test_an_agency_in_the_head_or_in_json_ld_means_ask() -> None:
    assert verdict(read("", head='<meta name="author" content="AFP">')).answer is Answer.ASK
    node = {"@type": "NewsArticle", "author": {"@type": "Organization", "name": "Reuters"}}
    script = '<script type="application/ld+json">{"author": {"name": "Reuters"}}</script>'
    assert verdict(read(script, jsonld=[node])).answer is Answer.ASK


@pytest.mark.parametrize(
    "note",
    [
        "<figure><img src='a.jpg'><figcaption>Photo: AFP</figcaption></figure>",
        "<ul class='tags'><li><a href='/t/reuters'>Reuters</a></li></ul>",
        "<div class='related'><p>First published in The Gazette.</p></div>",
        "<div class='comments'><p>This article first appeared in The Gazette.</p></div>",
        "<div hidden><p>First published in The Gazette.</p></div>",
    ],
)
def test_notes_on_pictures_tags_or_other_texts_name_no_holder_of_this_text(note: str) -> None:
    assert verdict(read(note)).answer is Answer.WITH_DUTIES


def test_an_agency_may_permit_its_own_texts() -> None:
    entity = (
        '<html><head><meta property="og:site_name" content="PAP"></head><body><article><h1>Most</h1>'
        f"<p class='byline'>PAP</p>{PROSE}</article>{FOOT}</body></html>"
    )
    page = PageView("https://pap.example/a", html.fromstring(entity), Source(entity.encode(), "utf-8"))
    assert verdict(read_terms(page)).answer is Answer.WITH_DUTIES
