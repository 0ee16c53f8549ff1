"""A credit that the sentence behind a permission asks for is a duty of it, whatever verb asks."""

from __future__ import annotations

import pytest

from db.model.item import Duty, Permission
from ingest.terms import read_wording


@pytest.mark.parametrize(
    "words",
    [
        "You may republish our articles. Every republication must carry the name of the author and of the institute.",
        "Unsere Texte dürfen nachgedruckt werden. Im Gegenzug muss auf das Institut hingewiesen werden.",
        "Unsere Texte dürfen nachgedruckt werden. Dabei wird die Quelle genannt.",
        "Unsere Texte dürfen nachgedruckt werden. Der Name des Autors muss erscheinen.",
        "Våra artiklar får återpubliceras. Källan ska anges.",
        "Våra artiklar får återpubliceras. Ange källan.",
        "Makalelerimiz yeniden yayımlanabilir. Kaynak gösterilmelidir.",
    ],
)
def test_a_credit_asked_for_in_the_next_sentence_is_a_duty(words: str) -> None:
    granted = [term for term in read_wording(words) if term.permission is Permission.WITH_DUTIES]
    assert granted
    assert all(Duty.ATTRIBUTE in term.duties for term in granted)
