"""Pictures that are excluded together with the texts of agencies are under no licence of the publisher's texts."""

from __future__ import annotations

import pytest

from db.model.item import Covers
from ingest.terms import read_wording
from ingest.terms.clause_reader import grants
from ingest.terms.output import reading_fields

EXCLUDED = [
    "Texts are under CC BY 4.0; photographs and articles by agencies are excluded.",
    "Our texts are licensed under CC BY 4.0, photographs and articles by agencies excepted.",
    "Nos textes sont sous licence CC BY 4.0 ; les photos et les dépêches d'agence sont exclues.",
    "Los textos están bajo licencia CC BY 4.0; las fotografías y los textos de agencias quedan excluidos.",
    "I testi sono sotto licenza CC BY 4.0; le fotografie e i testi di agenzia sono esclusi.",
    "Os textos estão sob a licença CC BY 4.0; as fotografias e os textos de agências estão excluídos.",
    "De teksten vallen onder CC BY 4.0; foto's en berichten van persbureaus zijn uitgezonderd.",
    "Teksty są na licencji CC BY 4.0; zdjęcia oraz artykuły agencji są wyłączone.",
]


@pytest.mark.parametrize("sentence", EXCLUDED)
def test_pictures_excluded_beside_the_texts_of_agencies_are_left_out(sentence: str) -> None:
    terms = read_wording(sentence)
    assert reading_fields(terms)["images_excluded"] is True
    assert not [term for term in terms if term.covers is Covers.IMAGES and grants(term)]
