"""What somebody else permits this publisher is permitted to nobody who reads it."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields

RECEIVED = (
    "The publisher has allowed us to reproduce these texts.",
    "Der Verlag hat uns den Abdruck dieser Texte gestattet.",
    "L'éditeur nous a autorisés à reproduire ces textes.",
    "Nous avons été autorisés à reproduire ce texte.",
    "El autor nos ha permitido reproducir el texto.",
    "Ci è stato permesso di riprodurre questi articoli.",
    "O autor permitiu-nos reproduzir o texto.",
    "De uitgever heeft ons toegestaan deze teksten over te nemen.",
    "Autor pozwolił nam przedrukować artykuł.",
    "Autor nám povolil článek přetisknout.",
    "Автор дозволив нам передрукувати статтю.",
    "Автор разрешил нам перепечатать статью.",
    "Författaren har låtit oss återge texten.",
    "Kirjoittaja on sallinut meidän julkaista tekstin.",
    "A szerző megengedte nekünk a cikk közlését.",
    "Autorul ne-a permis să preluăm articolul.",
)
GIVEN = (
    "Our articles may be republished freely; please let us know.",
    "You may republish our texts if you have given us credit.",
    "Unsere Texte dürfen nachgedruckt werden, wenn Sie uns ein Belegexemplar schicken.",
    "Nasze teksty można przedrukowywać, prosimy dać nam znać.",
    "Puede reproducir nuestros textos; avísenos.",
)


@pytest.mark.parametrize("words", RECEIVED)
def test_a_permission_that_the_publisher_received_is_none_for_its_readers(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is not True


@pytest.mark.parametrize("words", GIVEN)
def test_a_permission_that_asks_to_be_told_stays_one(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is True
