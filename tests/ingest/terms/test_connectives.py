"""Connectives: a sentence permits what it permits without the word that ties it to the one before."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from ingest.terms import read_wording
from ingest.terms.connectives import without_connective
from ingest.terms.output import reading_fields
from ingest.terms.word_lists import packaged

PERMITTING = [
    "In short, you may republish our articles with credit.",
    "In short: you may republish our articles with credit.",
    "Außerdem dürfen unsere Artikel mit Quellenangabe nachgedruckt werden.",
    "Darüber hinaus dürfen unsere Artikel mit Quellenangabe nachgedruckt werden.",
    "Natürlich dürfen Sie unsere Artikel mit Quellenangabe nachdrucken.",
    "En résumé, nos articles peuvent être reproduits à condition de citer la source.",
    "En resumen, nuestros artículos pueden reproducirse citando la fuente.",
    "In sintesi, i nostri articoli possono essere riprodotti citando la fonte.",
    "Pertanto i nostri articoli possono essere riprodotti citando la fonte.",
    "Em resumo, os nossos artigos podem ser reproduzidos com indicação da fonte.",
    "Ponadto nasze artykuły można przedrukowywać z podaniem źródła.",
    "Uiteraard mogen onze artikelen met bronvermelding worden overgenomen.",
    "Samozřejmě lze naše články přetiskovat s uvedením zdroje.",
    "Dessutom får våra artiklar återges med källhänvisning.",
    "Självklart får våra texter fritt återges med källhänvisning.",
    "Derfor må vores artikler gengives med kildeangivelse.",
    "Selvfølgelig kan våre artikler gjengis med kildeangivelse.",
    "Kort sagt får våra texter återges med källhänvisning.",
]


def permits(words: str) -> bool:
    return reading_fields(read_wording(words))["permits_text_reuse"] is True


@pytest.mark.parametrize("words", PERMITTING)
def test_a_permission_is_read_behind_a_connective(words: str) -> None:
    assert permits(words)
    assert reading_fields(read_wording(words))["requires_credit"] is True


def each() -> Iterator[tuple[str, str]]:
    """Yield each connective with the plain permission of its language."""
    for language, held in packaged("reach/connectives").items():
        (plain,) = packaged("reach/lead_ins")[language]["sentence"]
        for word in held["words"]:
            stem, _, choices = word.partition("(?:")
            for choice in choices.removesuffix(")").split("|"):
                yield stem + choice, plain


@pytest.mark.parametrize(("connective", "plain"), list(each()))
def test_each_connective_is_passed_over(connective: str, plain: str) -> None:
    assert not re.search(r"[^\w ']", connective)
    assert without_connective(f"{connective}, {plain}") == plain
    assert permits(f"{connective} {plain}")


@pytest.mark.parametrize(
    "words",
    [
        "Darüber hinaus dürfen unsere Artikel nicht nachgedruckt werden.",
        "Darüber hinausgehende Nutzungen unserer Artikel sind gestattet, wenn wir zustimmen.",
        "Selbstverständlich dürfen Sie unsere Artikel lesen.",
        "In addition, members may republish our articles.",
        "In addition, you may print one copy of our articles.",
        "En résumé, vous pouvez reproduire des extraits de nos articles.",
        "Ponadto prenumeratorzy mogą przedrukowywać nasze artykuły.",
        "Bovendien mogen leden onze artikelen overnemen.",
        "Dessutom får våra artiklar återges endast med tillstånd.",
        "Må våre artikler gjengis",
        "Får våra artiklar återges, måste ni fråga.",
    ],
)
def test_what_permits_nothing_permits_nothing_behind_a_connective(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize("words", ["In short", "In short,", "In shorter texts we permit reuse.", "In´fact yes."])
def test_a_connective_alone_or_another_word_is_none(words: str) -> None:
    assert without_connective(words) is None


def test_in_summary_is_no_excerpt() -> None:
    assert read_wording("En résumé : d'autres règles peuvent s'appliquer, lisez-les.") == ()
