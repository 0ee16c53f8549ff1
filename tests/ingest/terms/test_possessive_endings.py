"""Finnish and Hungarian say "our texts" in one word, whose ending names the grantor."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields


def fields(words: str) -> dict[str, Any]:
    return reading_fields(read_wording(words))


GRANTS = (
    "Tekstejämme saa kopioida vapaasti, kun lähde mainitaan.",
    "Raporttejamme saa vapaasti kopioida ja levittää.",
    "Juttujamme voi julkaista ilman erillistä lupaa, kun lähde mainitaan.",
    "Saatte julkaista artikkeleitamme vapaasti.",
    "Tekstiemme kopioiminen on sallittua, kun lähde mainitaan.",
    "Szövegeink szabadon átvehetők a forrás megjelölésével.",
    "Tanulmányainkat bárki szabadon terjesztheti.",
    "Elemzéseink átvétele engedélyezett.",
    "Szövegeink közlése a forrás megjelölésével szabad.",
)
BANS = (
    "Tekstejämme ei saa kopioida ilman lupaa.",
    "Julkaisujemme jäljentäminen on kielletty ilman kirjallista lupaa.",
    "Cikkeink engedély nélkül nem közölhetők.",
    "Szövegeink nem másolhatók és nem terjeszthetők.",
)
NO_GRANTS = (
    "Jäsentemme artikkeleita saa lainata vapaasti.",
    "Jäsenemme saavat julkaista tekstejämme.",
    "Raporttejamme saa kopioida opetuskäyttöön.",
    "Tekstejämme saa lainata lyhyesti.",
    "Saamme julkaista tekstejänne.",
    "Artikkeliemme kuvia saa käyttää vapaasti.",
    "Partnereink cikkei szabadon átvehetők.",
    "Tagjaink szabadon közölhetik szövegeinket.",
    "Tanulmányaink közlése tagjaink számára szabad.",
    "Kiadványaink képei szabadon felhasználhatók.",
    "Szövegeinkből részletek szabadon közölhetők.",
)
PICTURES_KEPT = (
    "Tekstejämme saa julkaista, mutta kuviamme ei saa käyttää ilman lupaa.",
    "Szövegeink szabadon közölhetők, a fotók kivételével.",
)


@pytest.mark.parametrize("words", GRANTS)
def test_our_texts_in_one_word_may_be_permitted(words: str) -> None:
    assert fields(words)["permits_text_reuse"] is True


@pytest.mark.parametrize("words", BANS)
def test_our_texts_in_one_word_may_be_withheld(words: str) -> None:
    assert fields(words)["permits_text_reuse"] is False


@pytest.mark.parametrize("words", NO_GRANTS)
def test_the_ending_of_other_peoples_texts_permits_nothing(words: str) -> None:
    assert fields(words)["permits_text_reuse"] is not True


@pytest.mark.parametrize("words", PICTURES_KEPT)
def test_our_pictures_in_one_word_are_kept_out_of_a_permission(words: str) -> None:
    assert fields(words)["permits_text_reuse"] is True
    assert fields(words)["images_excluded"] is True
