"""Some works and parts: older articles, the following ones, titles with summaries and links permit no text as such."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields


def permits(words: str) -> bool:
    read = reading_fields(read_wording(words))
    return read["permits_text_reuse"] is True and read["scope"] not in ("some-items", "excerpt")


@pytest.mark.parametrize(
    "words",
    [
        "Our older articles may be freely republished.",
        'Articles marked "Opinion" may be republished.',
        "The following articles may be republished.",
        "Articles in this section may be republished.",
        "Ältere Artikel dürfen frei nachgedruckt werden.",
        "Les articles suivants peuvent être reproduits.",
        "Les anciens articles peuvent être reproduits.",
        "Los artículos antiguos pueden reproducirse.",
        "Los siguientes artículos pueden reproducirse.",
        "Gli articoli più vecchi possono essere riprodotti.",
        "I seguenti articoli possono essere riprodotti.",
        "Os artigos antigos podem ser reproduzidos.",
        "Os seguintes artigos podem ser reproduzidos.",
        "Следующие статьи можно перепечатывать.",
    ],
)
def test_what_some_works_permit_is_not_said_of_each(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "You may share our articles by posting a link.",
        "You may display our articles on your screen.",
        "Du darfst gerne Links zu unseren Artikeln teilen.",
        "Sie dürfen Überschrift und Anreißer unserer Artikel übernehmen, wenn Sie verlinken.",
        "Można przedrukować lid i tytuł naszych artykułów z linkiem.",
        "Vous pouvez reprendre le titre et le chapeau de nos articles avec un lien.",
        "Puede reproducir el titular y la entradilla de nuestros artículos con un enlace.",
        "U mag de titel en de inleiding van onze artikelen overnemen.",
        "Potete riprodurre il titolo e il sommario dei nostri articoli con un link.",
        "Můžete publikovat titulek a perex našich článků s odkazem.",
        "Pode copiar o título e o resumo dos nossos artigos.",
    ],
)
def test_titles_summaries_and_links_are_no_texts(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "You may republish our articles; the title and the lead must stay as they are.",
        "You may use our articles in the following ways.",
        "Our articles may be republished. Please share links to our articles too.",
        "Every article in this issue may be reprinted with credit to the author.",
        "Vous pouvez reproduire nos articles aux conditions suivantes : citer la source.",
    ],
)
def test_titles_and_links_beside_a_permission_leave_it(words: str) -> None:
    assert permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Our articles may be republished once.",
        "Our articles may be reproduced one at a time.",
        "Unsere Texte dürfen einmalig nachgedruckt werden.",
        "Unsere Artikel dürfen einmal pro Jahr übernommen werden.",
        "Nos textes peuvent être reproduits une seule fois.",
        "Nos articles peuvent être repris une fois par mois.",
        "Nasze teksty można przedrukować jednorazowo.",
        "Nasze artykuły można przedrukować tylko raz.",
        "Nuestros artículos pueden reproducirse una sola vez.",
        "I nostri articoli possono essere riprodotti una sola volta.",
        "Os nossos artigos podem ser reproduzidos uma única vez.",
        "Onze artikelen mogen eenmalig worden overgenomen.",
        "Naše články lze přetisknout jednorázově.",
        "Наші статті можна передрукувати один раз.",
        "Våra artiklar får återges en gång.",
        "Artiklene våre kan gjengis én gang.",
        "Vores artikler må gengives én gang.",
    ],
)
def test_what_may_be_done_once_is_not_permitted_as_often_as_anybody_likes(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Our articles may be reprinted at once.",
        "Our articles may be reprinted more than once.",
        "Una vez publicados, nuestros artículos pueden reproducirse libremente.",
    ],
)
def test_once_may_say_from_when_on(words: str) -> None:
    assert permits(words)
