"""Media: a permission for a place, medium or purpose that is not known to be everybody's permits nobody else."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields

CLOSED = [
    "Our articles may be republished in Poland.",
    "Our articles may be republished on intranets.",
    "Our articles may be republished in school textbooks.",
    "Our articles may be reproduced in dissertations, if you name us.",
    "You may freely copy our articles in schools.",
    "Our articles may be distributed within the European Union.",
    "Unsere Artikel dürfen im Intranet veröffentlicht werden.",
    "Unsere Artikel dürfen in Schulen verteilt werden.",
    "Unsere Texte dürfen in Deutschland nachgedruckt werden.",
    "Sie dürfen gerne im Intranet Ihrer Firma unsere Artikel verbreiten.",
    "Our articles may be republished in Poland by whoever names us and our website.",
    "Our articles may be copied in schools (see our website).",
    "Unsere Artikel dürfen Sie im Intranet verbreiten.",
    "Unsere Artikel dürfen gerne im Intranet verbreitet werden.",
    "Nasze artykuły można kopiować w szkołach.",
    "Nasze artykuły można przedrukowywać w Polsce.",
    "Nos articles peuvent être reproduits dans les écoles.",
    "Nos articles peuvent être diffusés au sein de l'entreprise.",
    "Nuestros artículos pueden reproducirse en escuelas.",
    "I nostri articoli possono essere ripubblicati in Svizzera.",
    "Os nossos artigos podem ser republicados no Brasil.",
    "Naše články lze šířit ve školách.",
    "Naše články lze šířit v České republice.",
    "Our articles may be reproduced for exhibition purposes.",
    "Our articles may be republished as a podcast.",
    "Our articles may be republished as part of the campaign.",
    "Our articles may be republished during the festival.",
    "Unsere Texte dürfen für Ausstellungen kopiert werden.",
    "Nos textes peuvent être reproduits pour des expositions.",
    "Nuestros textos pueden reproducirse para exposiciones.",
    "I nostri testi possono essere riprodotti per mostre.",
    "Os nossos textos podem ser reproduzidos para exposições.",
]
OPEN = [
    "Our articles may be republished in full on your website.",
    "Our articles may be republished freely online and in print with credit.",
    "You may republish our articles in newspapers, magazines and on websites.",
    "Our articles may be republished in any language.",
    "Our articles may be reproduced on a non-exclusive basis.",
    "Our articles may be reproduced in exchange for a link.",
    "You may use our articles in your research, presentations and publications.",
    "Our articles may be republished in towns, villages and newspapers.",
    "You may use our articles on your website, in print or on air.",
    "Unsere Texte dürfen in voller Länge veröffentlicht werden.",
    "Sie dürfen unsere Texte im Internet verbreiten.",
    "Informacje publiczne udostępnione w Biuletynie mogą być ponownie wykorzystywane pod warunkiem wskazania źródła.",
    "Nasze teksty można publikować na własnych stronach internetowych.",
    "Nasze artykuły można przedrukowywać w prasie lokalnej.",
    "Nos textes peuvent être repris sur d'autres sites.",
    "Nuestros textos pueden reproducirse en cualquier medio.",
    "I nostri articoli possono essere ripubblicati su altri siti.",
    "Os nossos textos podem ser reproduzidos no todo ou em parte.",
    "Naše texty lze šířit v plném znění.",
    "Vores artikler må gengives med kildeangivelse.",
    "Our articles may be republished for free, for any purpose.",
    "Our articles may be reprinted as they are by anyone.",
    "Our articles may be republished as part of your publication.",
    "Unsere Texte dürfen für redaktionelle Zwecke frei verwendet werden.",
    "Unsere Texte dürfen für alle Zwecke nachgedruckt werden.",
    "I nostri testi possono essere riprodotti per qualsiasi uso.",
]


def permits(words: str) -> bool:
    return reading_fields(read_wording(words))["permits_text_reuse"] is True


@pytest.mark.parametrize("words", CLOSED)
def test_what_may_be_done_in_some_place_is_not_permitted_everywhere(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize("words", OPEN)
def test_what_may_be_done_where_anybody_can_is_permitted(words: str) -> None:
    assert permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Our site may be used under CC BY 4.0.",
        "Our articles are licensed for use in Poland under CC BY 4.0, and may be copied in Poland.",
    ],
)
def test_a_licence_holds_everywhere(words: str) -> None:
    assert permits(words)
