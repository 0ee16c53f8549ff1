"""Back references: "these texts may be reprinted", behind a sentence about a few of the texts, waits for a person."""

from __future__ import annotations

import pytest

from db.model.item import Evidence, Statement, StatementPlace, Use
from db.terms.verdict import in_words, verdict
from ingest.terms import read_wording

FEW = [
    'Texts marked "for reprint" are exempt from this rule. '
    "These materials may be freely reproduced and published in any medium without further permission.",
    "Davon ausgenommen sind die Beiträge der Rubrik „Zum Nachdruck“. "
    "Diese Texte dürfen ohne weitere Genehmigung frei vervielfältigt und veröffentlicht werden.",
    "Font exception les articles de la rubrique « À reproduire ». "
    "Ces textes peuvent être librement reproduits et publiés sans autorisation préalable.",
    "Se exceptúan los artículos de la sección «Para medios». "
    "Estos materiales pueden reproducirse libremente citando la fuente.",
    "Articles in the Opinion section are different. These articles may be republished freely.",
    "Our Opinion pieces are written by guests. These texts may be republished freely.",
    'Some articles carry the label "Free to share". These articles may be republished with credit.',
    "The press kit contains texts and photos. These materials may be reproduced freely.",
    "In the archive you will find articles from 1990 to 2000. These articles may be reprinted freely.",
    "The following articles are available for reprint. These articles may be reprinted with credit.",
    "Wyjątkiem są artykuły z kategorii „Do przedruku”. Te teksty można swobodnie przedrukowywać.",
    "Wyjątek stanowią komunikaty prasowe. Te materiały można publikować bez zgody.",
    "W dziale Analizy publikujemy raporty partnerów. Te materiały można przedrukowywać.",
    "Niektóre artykuły oznaczono symbolem. Te artykuły można przedrukowywać z podaniem źródła.",
    "Fanno eccezione i comunicati stampa. Questi testi possono essere riprodotti liberamente.",
    "Nella sezione Opinioni pubblichiamo interventi. Questi testi possono essere riprodotti citando la fonte.",
    "Uitgezonderd zijn persberichten. Deze teksten mogen vrij worden overgenomen.",
    "Výjimku tvoří tiskové zprávy. Tyto texty lze volně přetiskovat.",
    "Исключение составляют пресс-релизы. Эти материалы можно свободно перепечатывать.",
    "Виняток становлять прес-релізи. Ці матеріали можна вільно передруковувати.",
    "Exceção são os comunicados. Estes textos podem ser reproduzidos livremente.",
    "Press releases are exempt. They may be reprinted freely.",
    "Pressemitteilungen sind davon ausgenommen. Sie dürfen frei nachgedruckt werden.",
    "Les communiqués font exception. Ils peuvent être reproduits librement.",
    'Articles tagged "open" differ. You may republish these articles with credit.',
    "Look for the line «Free to use» below. These texts may be republished with credit.",
    "Look for the line “Free to use” below. These texts may be republished with credit.",
    "Pod tekstem stoi czasem „Wolny”. Te teksty można przedrukowywać z podaniem źródła.",
    'Look for the line "Free to use" below. These texts may be republished with credit.',
    "Press releases are exempt. These short texts may be reprinted with credit.",
]
ALL = [
    "We work without pressure. These texts may be republished with credit.",
    "We write on the intersection of law and trade. These texts may be republished with credit.",
    "We publish articles on Eastern Europe. These articles may be republished with credit.",
    "Our website offers articles and analyses. These texts may be reprinted with credit.",
    "Articles on this site are written by our staff. These articles may be republished freely.",
    "All our texts are original. These texts may be reprinted if the source is named.",
    "Na stronie publikujemy artykuły i analizy. Te teksty można przedrukowywać z podaniem źródła.",
    "Auf dieser Website finden Sie Artikel und Analysen. Diese Texte dürfen mit Quellenangabe nachgedruckt werden.",
    "Nous publions des articles et des analyses. Ces textes peuvent être reproduits en citant la source.",
    "Publicamos artículos y análisis. Estos textos pueden reproducirse citando la fuente.",
    "Photos are excluded. Our articles may be republished with credit.",
    "Some of our readers ask about reprints. Our articles may be republished with credit.",
    "The archive is open to all. Our articles may be republished with credit.",
    "Photos are excluded. The texts may be republished if they are credited.",
    "Wyjątkiem są zdjęcia. Nasze artykuły można przedrukowywać z podaniem źródła.",
    "Fotos sind ausgenommen. Sie dürfen unsere Artikel mit Quellenangabe nachdrucken.",
]


def answer(words: str) -> str:
    """Return what an item under *words* may be used for, as an editor reads it."""
    stated = Statement(words, StatementPlace.TERMS_PAGE, Evidence("", ""), read_wording(words), None, None)
    return in_words(verdict([stated], Use.REPUBLISH))


@pytest.mark.parametrize("words", FEW)
def test_a_permission_of_a_few_texts_waits_for_a_person(words: str) -> None:
    assert answer(words).startswith("ask [read as: yes")


@pytest.mark.parametrize("words", ALL)
def test_a_permission_of_texts_that_were_only_named_before_is_one(words: str) -> None:
    assert answer(words).startswith("yes")
