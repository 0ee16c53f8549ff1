"""A text that a sentence names need not be what it is about: pictures go into it, or the sentence only points to it."""

from __future__ import annotations

import pytest

from db.model.item import Covers
from ingest.terms import read_wording
from ingest.terms.output import reading_fields


def permits(words: str) -> bool | None:
    answer = reading_fields(read_wording(words))["permits_text_reuse"]
    assert answer is None or isinstance(answer, bool)
    return answer


TAKEN_INTO_TEXTS = (
    "Unsere Pressebilder dürfen in journalistischen Beiträgen kostenlos abgedruckt werden.",
    "Die Grafiken dürfen zusammen mit dem Artikel frei weiterverbreitet werden.",
    "The data may be reproduced in reports with acknowledgement.",
    "You may republish our charts in your articles with credit.",
    "Las fotografías pueden reproducirse libremente en artículos sobre la fundación.",
    "Los gráficos se pueden utilizar en noticias citando la fuente.",
    "Die Daten dürfen in Publikationen mit Quellenangabe frei verwendet werden.",
    "Zdjęcia można bezpłatnie publikować w artykułach o fundacji.",
    "De grafieken mogen met bronvermelding worden overgenomen in publicaties.",
)
POINTED_TO = (
    "Reuse is permitted with attribution, see the website of the office.",
    "Weiterverwendung mit Quellenangabe gestattet (siehe die Seite des Parlaments).",
    "Réutilisation autorisée avec mention de la source, voir le site de l'office.",
    "Reutilización permitida citando la fuente, véase el sitio web de la oficina.",
    "Hergebruik toegestaan met bronvermelding, zie de website van het bureau.",
    "Použití povoleno s uvedením zdroje, viz web úřadu.",
    "Ponowne wykorzystanie dozwolone z podaniem źródła, zob. stronę urzędu.",
)
TOLD_OF_ANOTHERS_NOTICE = (
    "According to the bank's legal notice, the content of its website may be freely distributed with credit.",
    "Podle právního upozornění úřadu lze obsah webu volně šířit s uvedením zdroje.",
    "Згідно з умовами служби матеріали сайту можна передруковувати з посиланням на джерело.",
    "Согласно правилам ведомства материалы сайта можно перепечатывать со ссылкой на источник.",
    "Viraston käyttöehtojen mukaan sivuston sisältöä saa lainata vapaasti, kun lähde mainitaan.",
    "A hivatal nyilatkozata szerint a honlap tartalma a forrás megjelölésével szabadon terjeszthető.",
    "Steht im Papier eine Lizenz wie CC BY oder ein Vermerk, ist der Abdruck honorarfrei.",
)


@pytest.mark.parametrize("words", [*TAKEN_INTO_TEXTS, *POINTED_TO, *TOLD_OF_ANOTHERS_NOTICE])
def test_what_is_no_object_of_the_act_is_not_permitted(words: str) -> None:
    assert permits(words) is not True


OBJECTS = (
    "Our articles and charts may be republished in other publications with credit.",
    "Unsere Texte und Bilder dürfen in anderen Publikationen mit Quellenangabe abgedruckt werden.",
    "Unsere Artikel dürfen frei nachgedruckt werden, siehe Nutzungsbedingungen.",
    "Nasze teksty i zdjęcia można publikować w innych artykułach z podaniem źródła.",
)


@pytest.mark.parametrize("words", OBJECTS)
def test_an_object_named_first_stays_permitted(words: str) -> None:
    assert permits(words) is True


BANS_OF_THINGS = (
    "The source code may not be copied or distributed without permission.",
    "No part of the software may be reproduced without prior written consent.",
    "Der Quellcode darf ohne Zustimmung nicht kopiert oder verbreitet werden.",
    "Kod źródłowy nie może być kopiowany bez zgody.",
    "Le code source ne peut être copié sans autorisation.",
    "El código fuente no puede copiarse sin autorización.",
    "Il codice sorgente non può essere copiato senza autorizzazione.",
    "O código-fonte não pode ser copiado sem autorização.",
    "De broncode mag niet worden gekopieerd zonder toestemming.",
    "Zdrojový kód nesmí být kopírován bez souhlasu.",
    "Исходный код запрещено копировать без разрешения.",
    "Вихідний код заборонено копіювати без дозволу.",
    "Användning av logotypen utan tillstånd är förbjuden.",
    "Logoen må ikke bruges uden tilladelse.",
    "Logoa ei saa käyttää ilman lupaa.",
    "A logó engedély nélkül nem használható.",
    "Logo-ul nu poate fi folosit fără acordul nostru.",
)


@pytest.mark.parametrize("words", BANS_OF_THINGS)
def test_a_ban_of_programs_or_logos_alone_withholds_no_texts(words: str) -> None:
    assert permits(words) is None


BANS_OF_TEXTS = (
    "The texts and the source code may not be copied without permission.",
    "Texte und Software dürfen nicht ohne Zustimmung kopiert werden.",
    "Treści i oprogramowanie nie mogą być kopiowane bez zgody.",
)


@pytest.mark.parametrize("words", BANS_OF_TEXTS)
def test_a_ban_of_texts_and_programs_withholds_the_texts(words: str) -> None:
    assert permits(words) is False


GOES_ON_ABOUT_PICTURES = (
    "Die Fotos sind urheberrechtlich geschützt; eine Verwendung ist nur mit Genehmigung möglich.",
    "Sämtliche Fotografien sind urheberrechtlich geschützt und dürfen ohne Genehmigung nicht verbreitet werden.",
    "The photographs belong to the Reef Studio and may not be copied without its consent.",
)


@pytest.mark.parametrize("words", GOES_ON_ABOUT_PICTURES)
def test_a_ban_without_a_work_is_about_the_pictures_named_before(words: str) -> None:
    assert {term.covers for term in read_wording(words)} == {Covers.IMAGES}


@pytest.mark.parametrize(
    "words",
    [
        "Permission is granted to copy and distribute this package and its documentation, provided credit is given.",
        "The add-on and its help pages may be copied and distributed with credit.",
        "Permission is granted to reproduce this code and the related documents with attribution.",
        "The tables behind our essays may be reproduced with attribution.",
    ],
)
def test_a_text_that_belongs_to_a_program_and_tables_are_no_texts_of_their_own(words: str) -> None:
    assert permits(words) is not True


@pytest.mark.parametrize(
    "words",
    [
        "Our essays and their translations may be reproduced with attribution.",
        "The review and its essays may be copied and distributed with credit.",
        "Essays appearing on this site may be reproduced with credit.",
    ],
)
def test_what_belongs_to_a_text_leaves_the_text_permitted(words: str) -> None:
    assert permits(words) is True
