"""A sentence that says what is not under a licence permits nothing of it."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields

DENIED = [
    "Guest essays are excluded from the CC BY 4.0 licence.",
    "Photographs and articles are excluded from the licence CC BY 4.0.",
    "The essays are not covered by the CC BY 4.0 licence.",
    "The texts are not available under CC BY 4.0.",
    "Die Artikel stehen nicht unter der Lizenz CC BY 4.0.",
    "Les articles invités sont exclus de la licence CC BY 4.0.",
    "Les textes ne sont pas sous licence CC BY 4.0.",
    "Los artículos de opinión quedan excluidos de la licencia CC BY 4.0.",
    "Los textos no se publican bajo licencia CC BY 4.0.",
    "Gli articoli sono esclusi dalla licenza CC BY 4.0.",
    "I testi non sono pubblicati con licenza CC BY 4.0.",
    "Os artigos estão excluídos da licença CC BY 4.0.",
    "Os textos não estão sob a licença CC BY 4.0.",
    "De artikelen vallen niet onder de licentie CC BY 4.0.",
    "Artykuły gościnne nie są objęte licencją CC BY 4.0.",
    "Články nejsou dostupné pod licencí CC BY 4.0.",
    "Статьи не публикуются по лицензии CC BY 4.0.",
    "Статті не публікуються за ліцензією CC BY 4.0.",
]
GIVEN = [
    "The texts are not only licensed under CC BY 4.0 but free to read.",
    "Our texts are under CC BY 4.0 and not available under CC BY-SA 4.0.",
    "Our texts are licensed under CC BY 4.0; photographs are not covered by this licence.",
]


def permits(sentence: str) -> object:
    return reading_fields(read_wording(sentence))["permits_text_reuse"]


@pytest.mark.parametrize("sentence", DENIED)
def test_what_is_not_under_a_licence_is_not_permitted_by_it(sentence: str) -> None:
    assert permits(sentence) is not True


@pytest.mark.parametrize("sentence", GIVEN)
def test_texts_under_a_licence_stay_permitted_where_others_are_not(sentence: str) -> None:
    assert permits(sentence) is True
