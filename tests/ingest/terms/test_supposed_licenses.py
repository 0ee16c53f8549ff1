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


@pytest.mark.parametrize(
    "words",
    [
        "We suggest a licence such as CC BY-SA 4.0 to whoever writes for schools.",
        "Writers should pick CC BY 4.0 for their books.",
        "Wir empfehlen den Verlagen die Lizenz CC BY 4.0.",
        "Nous conseillons de publier ses rapports sous licence CC BY 4.0.",
        "Recomendamos publicar los informes con licencia CC BY 4.0.",
        "Polecamy wydawcom i zalecamy licencję CC BY 4.0.",
        "Autorům doporučujeme licenci CC BY 4.0.",
        "Советуем выбрать лицензию CC BY 4.0.",
        "A szerzőknek a CC BY 4.0 licencet ajánljuk.",
        "We intend to put our reports under CC BY 4.0.",
        "Intendiamo mettere i nostri rapporti sotto licenza CC BY 4.0.",
        "Pretendemos publicar os relatórios sob a licença CC BY 4.0.",
    ],
)
def test_a_licence_that_is_only_advised_or_planned_is_not_named(words: str) -> None:
    told = reading_fields(read_wording(words))
    assert (told["permits_text_reuse"], told["licence_id"]) == (None, None)


@pytest.mark.parametrize(
    "words",
    [
        "We recommend open licences, and all our texts are published under CC BY 4.0.",
        "We recommend free licences: our articles are under CC BY 4.0.",
        "We recommend naming the author. All texts are licensed under CC BY 4.0.",
        "Our articles are licensed under CC BY 4.0. We plan to add pictures.",
        "Recommended citation: Jane Roe, 2020. Our texts are licensed under CC BY 4.0.",
    ],
)
def test_advice_next_to_a_licence_takes_nothing_from_it(words: str) -> None:
    told = reading_fields(read_wording(words))
    assert (told["permits_text_reuse"], told["licence_id"]) == (True, "CC-BY-4.0")
