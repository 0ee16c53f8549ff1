"""Look-alikes: sentences in each form of a permission that lack one of its roles, and permissions in the same forms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields

FRAMES = Path(__file__).with_name("own") / "by_frame.jsonl"
ROWS: list[dict[str, Any]] = [json.loads(line) for line in FRAMES.read_text(encoding="utf-8").splitlines()]


def permits(words: str) -> bool:
    return reading_fields(read_wording(words))["permits_text_reuse"] is True


# One test per kind: there are hundreds of rows, and each test has its own cost.
@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted({row["kind"] for row in ROWS}))
def test_a_sentence_that_only_looks_like_a_permission_permits_nothing(kind: str) -> None:
    permitted = kind == "permission"
    assert [row["text"] for row in ROWS if row["kind"] == kind and permits(row["text"]) is not permitted] == []


@pytest.mark.parametrize(
    "words",
    [
        "Articles from funded projects must be published under a CC BY licence.",
        "Artykuły z finansowanych projektów muszą być publikowane na licencji CC BY.",
        "Reproduction autorisée par le ministère de la Culture.",
        "Reproduction is permitted, with acknowledgement, of the maps in the annex.",
        "È consentita la riproduzione, citando la fonte, delle mappe allegate.",
        "With the consent of the publisher, anyone may reproduce these articles with credit.",
        "Com o aval da redação, os textos podem ser reproduzidos citando a fonte.",
        "Moyennant notre accord, les articles peuvent être repris avec mention de la source.",
        "Na wniosek zainteresowanych teksty można przedrukowywać z podaniem źródła.",
        "Works of the Library of Congress are in the public domain.",
        "Text från Wikipedia, tillgänglig under CC BY-SA 3.0.",
        "Articles on this portal are released under CC BY by their respective publishers.",
        "El acceso abierto significa que cualquiera puede leer, copiar y difundir los artículos.",
    ],
)
def test_somebody_elses_permission_in_the_form_of_ones_own_is_none(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Reproduction is permitted, with acknowledgement, of all articles on this site.",
        "Avec mention de la source, nos articles peuvent être reproduits librement.",
        "With credit to the author, you may republish our articles.",
        "Con citazione della fonte, i nostri articoli possono essere riprodotti.",
        "Reproduction autorisée des articles avec mention de la source.",
        "È ammessa la diffusione, anche integrale, dei documenti dell'Agenzia, citandone la provenienza.",
        "Der Abdruck der Artikel ist kostenfrei, Fotos auf Anfrage.",
        "Se permite reproducir textos e imágenes citando la fuente.",
        "Reproduction authorised, provided the author and the source are acknowledged.",
        "All texts of the Institute are released for republication, subject to attribution.",
        "Unsere Texte sind zur Weiterverwendung freigegeben, bitte mit Quellenangabe.",
        "Klidně tyto články přetiskněte a uveďte autora.",
        "Artikkelien julkaiseminen sallittu, kun lähde mainitaan.",
        "Szövegeinket bárki szabadon átveheti, ha feltünteti a szerzőt.",
        "Тексты можно цитировать и перепечатывать целиком со ссылкой на источник.",
        "Vrije overname van artikelen met bronvermelding.",
        "Reprodução livre dos textos, com citação da fonte.",
        "Wenn Sie unsere Texte übernehmen möchten, können Sie das gern tun, bitte mit Quellenangabe.",
    ],
)
def test_ones_own_permission_in_the_same_form_is_read(words: str) -> None:
    assert permits(words)


@pytest.mark.parametrize(
    "negated",
    [
        "may n\u200bot",
        "may no\ufefft",
        "may n\u2060ot",
        "may n\u2066o\u2069t",
        "may n\U000e0020ot",
        "may \u202eton\u202c",
        "may n\u043et",
        "c\u0430nnot",
    ],
)
def test_a_not_that_only_people_can_read_permits_nothing(negated: str) -> None:
    rest = "republish this article for free, with credit to the author."
    assert not permits(f"You {negated} {rest}")
    assert permits(f"You may {rest}")
