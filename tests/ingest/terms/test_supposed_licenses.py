"""A licence in the condition that opens a sentence is only supposed: nothing is said to be under it."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields

SUPPOSED = (
    "If our article is under CC BY 4.0, you may republish it.",
    "When content is marked CC BY-SA, it may be shared alike.",
    "Falls das Bild oder der Text unter CC BY lizenziert ist, darf es verwendet werden.",
    "Ist ein Text mit CC BY gekennzeichnet, darf er frei verwendet werden.",
    "Jeśli tekst jest na licencji CC BY, można go wykorzystać z podaniem autora.",
    "Si un texte est sous licence CC BY, vous pouvez le réutiliser en citant l'auteur.",
    "Si el texto tiene licencia CC BY, puede reutilizarse citando al autor.",
    "Se il testo è sotto licenza CC BY, può essere riutilizzato citando l'autore.",
    "Pokud je text pod licencí CC BY, můžete jej použít s uvedením autora.",
    "Если текст опубликован по лицензии CC BY, его можно использовать с указанием автора.",
    "Ifall texten är licensierad under CC BY kan den användas i enlighet med villkoren.",
    "Hvis teksten er licenseret under CC BY, må den bruges.",
    "Dersom teksten er lisensiert under CC BY, kan den brukes.",
    "Jos teksti on lisensoitu CC BY -lisenssillä, sitä saa käyttää.",
    "Ha a szöveg CC BY licenc alatt áll, szabadon felhasználható.",
    "Dacă textul este sub licență CC BY, poate fi folosit cu menționarea autorului.",
)
STATED = (
    "Unless otherwise noted, content on this site is licensed under CC BY 4.0.",
    "Except where otherwise noted content on this site is licensed under CC BY 4.0.",
    "Wenn nicht anders angegeben, stehen die Inhalte unter CC BY 4.0.",
    "Om inget annat anges är innehållet licensierat under CC BY-SA 4.0.",
)


@pytest.mark.parametrize("words", SUPPOSED)
def test_a_supposed_license_permits_nothing(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is not True


@pytest.mark.parametrize("words", STATED)
def test_a_license_unless_something_else_is_noted_is_stated(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is True
