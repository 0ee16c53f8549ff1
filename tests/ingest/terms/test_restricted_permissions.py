"""Permissions for a few people, or for texts that only a few have, permit nothing to others: by kind and language."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingest.terms import read_wording
from ingest.terms.clause_reader import grants
from ingest.terms.output import reading_fields

FEW = Path(__file__).with_name("own") / "for_few.jsonl"
ROWS: list[dict[str, Any]] = [json.loads(line) for line in FEW.read_text(encoding="utf-8").splitlines()]


def permits(words: str) -> bool:
    return reading_fields(read_wording(words))["permits_text_reuse"] is True


# One test per kind: there are hundreds of rows, and each test has its own cost.
@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted({row["kind"] for row in ROWS}))
def test_a_permission_for_a_few_people_permits_nothing_by_kind(kind: str) -> None:
    assert [row["text"] for row in ROWS if row["kind"] == kind and permits(row["text"])] == []


@pytest.mark.parametrize(
    "words",
    [
        "Es steht Ihnen frei, die Texte, die Sie bestellt haben, zu veröffentlichen.",
        "You may republish articles that you wrote for us, with credit.",
        "Vous pouvez copier et diffuser les textes achetés sur notre site.",
        "Teksty, które napisałeś, możesz dowolnie kopiować.",
        "Du kan publisere artiklene du har kjøpt.",
        "Unsere Texte dürfen von unseren Partnern mit Quellenangabe vervielfältigt und verbreitet werden.",
        "Nos articles peuvent être reproduits par nos adhérents en citant la source.",
        "Als Mitglied dürfen Sie unsere Artikel mit Quellenangabe veröffentlichen.",
        "Como socio, puede reproducir nuestros artículos citando la fuente.",
        "I nostri articoli possono essere riprodotti citando la fonte, a nostra discrezione.",
        "Los ayuntamientos pueden reproducir nuestros artículos citando la fuente.",
        "Gminy mogą przedrukowywać nasze artykuły z podaniem źródła.",
    ],
)
def test_a_permission_for_a_few_people_does_not_permit_reuse(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "As a reader you may republish our articles with credit.",
        "As long as you credit us, you may republish our articles.",
        "Als Leser dürfen Sie unsere Texte mit Quellenangabe veröffentlichen.",
        "Sie dürfen unsere Texte mit Quellenangabe für Ihre eigenen Veröffentlichungen übernehmen.",
        "Unsere Texte dürfen von jedermann mit Quellenangabe übernommen werden.",
        "Alle Texte können unter Angabe von Autor und Quelle frei nachgedruckt und verbreitet werden.",
        "Nos articles peuvent être reproduits par tout moyen en citant la source.",
        "I nostri testi possono essere riprodotti da chiunque citando la fonte.",
        "Os nossos textos podem ser reproduzidos por qualquer pessoa citando a fonte.",
        "Onze teksten mogen door iedereen worden overgenomen met bronvermelding.",
        "Nasze teksty mogą być kopiowane przez każdego z podaniem źródła.",
        "Los lectores pueden reproducir nuestros artículos citando la fuente.",
        "I giornalisti possono riprodurre i nostri articoli citando la fonte.",
        "Os jornalistas podem reproduzir os nossos artigos citando a fonte.",
        "Każdy zainteresowany może przedrukowywać nasze artykuły z podaniem źródła.",
        "Våra artiklar får kopieras fritt.",
        "Articolele noastre pot fi preluate cu citarea sursei.",
        "Cikkeink a forrás megjelölésével szabadon közölhetők.",
    ],
)
def test_a_permission_for_everybody_is_read(words: str) -> None:
    assert permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "© Statistisches Amt, 2024 Vervielfältigung und Verbreitung, auch auszugsweise, mit Quellenangabe gestattet.",
        "© European Union, 2023 Reproduction is authorised provided the source is acknowledged.",
    ],
)
def test_a_copyright_line_without_a_full_stop_ends_its_sentence(words: str) -> None:
    assert permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Передрук матеріалів тільки за наявності посилання на наш сайт.",
        "Передрук матеріалів лише із посиланням на сайт.",
        "Перепечатка материалов только при наличии ссылки на сайт.",
        "Перепечатка материалов только со ссылкой на сайт.",
        "Preluarea articolelor se poate face numai cu citarea sursei.",
    ],
)
def test_only_with_a_link_means_permitted_with_a_link(words: str) -> None:
    told = reading_fields(read_wording(words))
    assert told["permits_text_reuse"] is True
    assert told["requires_credit"] is True


@pytest.mark.parametrize(
    "words",
    [
        "Фонд дозволяє передруковувати свої статті із зазначенням джерела.",
        "You may use information from this site in your own publications so long as you identify us as the source.",
    ],
)
def test_the_word_own_does_not_limit_a_permission_to_a_few_people(words: str) -> None:
    assert permits(words)


@pytest.mark.parametrize(
    ("words", "permitted"),
    [
        ("Our press releases may be reproduced in full without alteration, as long as the date is given.", False),
        ("Unsere Pressemitteilungen dürfen ohne Rückfrage vollständig abgedruckt werden.", False),
        ("Les communiqués de presse peuvent être repris intégralement sans autorisation.", False),
        ("Las notas de prensa pueden reproducirse íntegramente sin pedir permiso.", False),
        ("I comunicati stampa possono essere ripresi integralmente senza autorizzazione.", False),
        ("Persberichten mogen zonder toestemming volledig worden overgenomen.", False),
        ("Komunikaty prasowe można przedrukowywać w całości bez pytania o zgodę.", False),
        ("Tiskové zprávy lze přebírat v plném znění bez souhlasu.", False),
        ("Press releases, speeches and statements on this site may be reproduced if the Ministry is named.", True),
        ("Unsere Artikel und Pressemitteilungen dürfen mit Quellenangabe abgedruckt werden.", True),
    ],
)
def test_a_permission_for_press_releases_alone_permits_no_other_text(words: str, permitted: bool) -> None:
    assert any(map(grants, read_wording(words))) is permitted
