"""Exceptions: a permission that leaves some own texts out waits for a person; pictures left out change nothing."""

from __future__ import annotations

import pytest

from db.model.item import Evidence, Statement, StatementPlace, Use
from db.terms.verdict import in_words, verdict
from ingest.terms import read_wording

SOME = [
    "Our articles may be republished with credit, except for our longer interviews.",
    "Our articles may be republished with credit, except the so-called essays.",
    "Our articles may be republished with credit, except for the analyses.",
    "Our articles may be republished with credit, with the exception of interviews.",
    "With the exception of interviews, our articles may be republished with credit.",
    "Apart from our reports, all texts may be republished with credit.",
    "All our articles except interviews may be reprinted with credit.",
    "Our articles (excluding long reads) may be republished with credit.",
    "Other than the policy papers, our texts may be reproduced if the source is named.",
    "All texts, save for opinion pieces, may be reproduced with credit.",
    "Unsere Artikel dürfen mit Quellenangabe nachgedruckt werden, mit Ausnahme der Interviews.",
    "Unsere Artikel dürfen mit Quellenangabe nachgedruckt werden, ausgenommen Analysen.",
    "Nos articles peuvent être reproduits en citant la source, à l'exception des entretiens.",
    "Hormis les entretiens, nos articles peuvent être reproduits en citant la source.",
    "Nos articles peuvent être reproduits en citant la source, à l'exclusion des études.",
    "A excepción de las entrevistas, nuestros artículos pueden reproducirse citando la fuente.",
    "I nostri articoli possono essere riprodotti citando la fonte, ad eccezione delle interviste.",
    "I nostri articoli possono essere riprodotti citando la fonte, escluse le interviste.",
    "Onze artikelen mogen met bronvermelding worden overgenomen, met uitzondering van interviews.",
    "Onze artikelen mogen met bronvermelding worden overgenomen, uitgezonderd analyses.",
    "Nasze artykuły można przedrukowywać z podaniem źródła, z wyjątkiem wywiadów.",
    "Nasze artykuły, poza analizami, można przedrukowywać z podaniem źródła.",
    "Nasze artykuły można przedrukowywać z podaniem źródła, wyłączając wywiady.",
    "Os nossos artigos podem ser reproduzidos citando a fonte, exceto as entrevistas.",
    "Naše články lze přetiskovat s uvedením zdroje, s výjimkou rozhovorů.",
    "Våra artiklar får återges med angivande av källan, med undantag för intervjuer.",
    "Vores artikler må gengives med kildeangivelse, undtagen interviews.",
    "Våre artikler kan gjengis med kildehenvisning, unntatt intervjuer.",
    "Artikkelimme saa julkaista uudelleen lähde mainiten, haastatteluja lukuun ottamatta.",
    "Наши статьи можно перепечатывать со ссылкой на источник, за исключением интервью.",
    "Кроме аналитики, наши статьи можно перепечатывать со ссылкой на источник.",
    "Наші статті можна передруковувати з посиланням на джерело, за винятком інтерв'ю.",
    "Крім аналітики, наші статті можна передруковувати з посиланням на джерело.",
    "Статиите ни могат да се препечатват с посочване на източника, с изключение на интервютата.",
    "Articolele noastre pot fi reproduse cu citarea sursei, cu excepția interviurilor.",
    "Cikkeink a forrás megjelölésével átvehetők, az interjúk kivételével.",
    "Τα άρθρα μας μπορούν να αναδημοσιευθούν με αναφορά της πηγής, εκτός από τις συνεντεύξεις.",
]
ALL = [
    "Our articles may be republished with credit, except in bookshops.",
    "Våra artiklar får återges med angivande av källan, dessutom intervjuer.",
    "Unless otherwise indicated, our articles may be republished with credit.",
    "Except where otherwise noted, our articles may be republished with credit.",
    "Our articles, except photos, may be republished with credit.",
    "Our articles may be republished with credit, with the exception of images.",
    "All content except photographs may be republished with credit.",
    "With the exception of pictures, our texts may be reproduced with credit.",
    "Apart from the photos, everything on this site may be reprinted with credit.",
    "Our articles may be republished with credit except where stated otherwise.",
    "Our articles may be reprinted free of charge, apart from a credit.",
    "Unless marked otherwise, texts may be reproduced with credit.",
    "Our articles may be republished with credit, except articles by Reuters and AP.",
    "Sofern nicht anders angegeben, dürfen unsere Artikel mit Quellenangabe nachgedruckt werden.",
    "Unsere Artikel dürfen mit Quellenangabe nachgedruckt werden, ausgenommen Fotos.",
    "Mit Ausnahme der Bilder dürfen unsere Texte mit Quellenangabe nachgedruckt werden.",
    "Sauf mention contraire, nos articles peuvent être reproduits en citant la source.",
    "Nos articles peuvent être reproduits en citant la source, à l'exception des photos.",
    "Salvo indicación en contrario, nuestros artículos pueden reproducirse citando la fuente.",
    "Nuestros artículos pueden reproducirse citando la fuente, excepto las fotografías.",
    "Salvo diversa indicazione, i nostri articoli possono essere riprodotti citando la fonte.",
    "I nostri articoli possono essere riprodotti citando la fonte, ad eccezione delle foto.",
    "Tenzij anders vermeld mogen onze artikelen met bronvermelding worden overgenomen.",
    "Onze artikelen mogen met bronvermelding worden overgenomen, met uitzondering van foto's.",
    "O ile nie zaznaczono inaczej, nasze artykuły można przedrukowywać z podaniem źródła.",
    "Nasze artykuły można przedrukowywać z podaniem źródła, z wyjątkiem zdjęć.",
    "Salvo indicação em contrário, os nossos artigos podem ser reproduzidos citando a fonte.",
    "Není-li uvedeno jinak, lze naše články přetiskovat s uvedením zdroje.",
    "Если не указано иное, наши статьи можно перепечатывать со ссылкой на источник.",
    "Наши статьи можно перепечатывать со ссылкой на источник, за исключением фотографий.",
    "Наші статті можна передруковувати з посиланням на джерело, за винятком фотографій.",
    "Our reports except photos may be republished with credit.",
    "Our articles, except photos in our reports, may be republished with credit.",
    "Our articles may be republished with credit, except data from reports.",
]


def answer(words: str) -> str:
    """Return what an item under *words* may be used for, as an editor reads it."""
    stated = Statement(words, StatementPlace.TERMS_PAGE, Evidence("", ""), read_wording(words), None, None)
    return in_words(verdict([stated], Use.REPUBLISH))


@pytest.mark.parametrize("words", SOME)
def test_a_permission_that_leaves_some_of_the_publishers_texts_out_waits_for_a_person(words: str) -> None:
    assert answer(words).startswith("ask [read as: yes")


@pytest.mark.parametrize("words", ALL)
def test_a_permission_that_leaves_only_pictures_or_what_is_marked_out_is_one(words: str) -> None:
    assert answer(words).startswith("yes")
