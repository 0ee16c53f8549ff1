"""A licence that is one example among others, and works that the law sets free in time, are not the publisher's."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields

EXAMPLES = [
    "When you ask other publishers for leave to reprint a table, say under which licence your book will appear, "
    "for example a Creative Commons Attribution licence, which allows any use with credit.",
    "Say under which licence your text may appear, such as CC BY 4.0, which allows any use with credit.",
    "Sagen Sie uns, unter welcher Lizenz der Text erscheint, zum Beispiel unter CC BY 4.0, die jede Nutzung erlaubt.",
    "Le texte est publié sous une licence libre, par exemple CC BY 4.0.",
    "El texto se publica bajo una licencia libre, por ejemplo CC BY 4.0.",
    "Il testo è pubblicato con una licenza libera, ad esempio CC BY 4.0.",
    "O texto é publicado sob uma licença livre, por exemplo CC BY 4.0.",
    "De tekst is gepubliceerd onder een vrije licentie, bijvoorbeeld CC BY 4.0.",
    "Tekst jest opublikowany na wolnej licencji, na przykład CC BY 4.0.",
    "Text je zveřejněn pod svobodnou licencí, například CC BY 4.0.",
    "Текст опубликован по свободной лицензии, например CC BY 4.0.",
    "Текст опубліковано за вільною ліцензією, наприклад CC BY 4.0.",
    "Texten är publicerad under en fri licens, till exempel CC BY 4.0.",
]
OF_THE_LAW = [
    "Das Urheberrecht erlischt siebzig Jahre später; dann ist das Werk gemeinfrei.",
    "Siebzig Jahre später ist die Frist vorbei; dann wird das Werk gemeinfrei.",
    "Siebzig Jahre nach dem Tod des Autors ist das Werk gemeinfrei.",
    "Los derechos duran la vida del autor y setenta años más; después la obra pasa al dominio público.",
    "La obra es de dominio público setenta años después de la muerte de su autor.",
]
FREE = [
    "Alle Texte auf dieser Seite sind gemeinfrei.",
    "Todos los textos de este sitio están en el dominio público.",
    "The text is published under a free licence, CC BY 4.0.",
    "Zum Beispiel steht auch dieser Text wie alle anderen unter CC BY 4.0.",
    "Für dieses Blog gibt es zum Beispiel ein Register; die Texte stehen unter CC BY 4.0.",
]


def permits(sentence: str) -> object:
    return reading_fields(read_wording(sentence))["permits_text_reuse"]


@pytest.mark.parametrize("sentence", EXAMPLES)
def test_a_licence_that_is_only_an_example_permits_nothing(sentence: str) -> None:
    assert permits(sentence) is None


@pytest.mark.parametrize("sentence", OF_THE_LAW)
def test_works_that_the_law_sets_free_in_time_are_none_of_the_publishers_texts(sentence: str) -> None:
    assert permits(sentence) is None


@pytest.mark.parametrize("sentence", FREE)
def test_texts_that_are_free_stay_so(sentence: str) -> None:
    assert permits(sentence) is True
