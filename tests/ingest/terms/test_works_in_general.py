"""Works in general: what a publisher takes from others, or lets readers take, is not its own."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields

TAKEN = (
    "Our articles use text and diagrams released under the Creative Commons Attribution licence.",
    "We illustrate our articles with photos and drawings published under CC BY 4.0.",
    "We republish articles from other sites under CC BY-ND.",
    "This report reuses text published under CC BY 3.0.",
    "Wir verwenden für unsere Artikel Fotos und Grafiken, die unter der Lizenz CC BY 2.0 veröffentlicht sind.",
    "Pour illustrer nos articles, nous utilisons des photos publiées sous licence CC BY 2.0.",
    "En nuestros artículos usamos fotografías y textos publicados bajo licencia CC BY 4.0.",
    "W naszych artykułach wykorzystujemy zdjęcia i teksty udostępnione na licencji CC BY 4.0.",
    "Nei nostri articoli utilizziamo testi e foto pubblicati con licenza CC BY 4.0.",
    "Voor onze artikelen gebruiken wij foto's en teksten die onder de licentie CC BY 4.0 zijn gepubliceerd.",
    "Nos nossos artigos usamos textos e fotos publicados sob a licença CC BY 4.0.",
    "В наших статьях мы используем тексты и фотографии, опубликованные по лицензии CC BY 4.0.",
    "У наших статтях ми використовуємо тексти та фото, опубліковані за ліцензією CC BY 4.0.",
    "V našich článcích používáme texty a fotografie zveřejněné pod licencí CC BY 4.0.",
)
TAKEN_TOO = (
    "I våra artiklar använder vi texter och bilder som är publicerade under licensen CC BY 4.0.",
    "I vores artikler bruger vi tekster og billeder, der er udgivet under licensen CC BY 4.0.",
    "Käytämme artikkeleissamme tekstejä ja kuvia, jotka on julkaistu CC BY 4.0 -lisenssillä.",
    "Cikkeinkben CC BY 4.0 licenc alatt közzétett szövegeket és képeket használunk.",
    "În articolele noastre folosim texte și fotografii publicate sub licența CC BY 4.0.",
    "Yazılarımızda CC BY 4.0 lisansıyla yayımlanan metin ve fotoğrafları kullanıyoruz.",
    "V našich článkoch používame texty a fotografie zverejnené pod licenciou CC BY 4.0.",
    "В нашите статии използваме текстове и снимки, публикувани под лиценз CC BY 4.0.",
    "En els nostres articles fem servir textos i fotos publicats sota llicència CC BY 4.0.",
    "U našim člancima koristimo tekstove i fotografije objavljene pod licencom CC BY 4.0.",
    "V naših člankih uporabljamo besedila in fotografije, objavljene pod licenco CC BY 4.0.",
)
ANY = (
    "You may add text released under CC BY 4.0 to an article if you name its author.",
    "Content with a Creative Commons licence may be reused if its terms are kept.",
    "Content under open licences may be reused without asking.",
    "Sie dürfen Texte einfügen, die unter CC BY 4.0 stehen, wenn der Urheber genannt wird.",
    "Texte unter freien Lizenzen dürfen ohne Rückfrage weiterverwendet werden.",
    "Les textes sous licence libre peuvent être réutilisés sans demander l'autorisation.",
    "Los textos con licencias abiertas pueden reutilizarse sin pedir permiso.",
    "Treści na otwartych licencjach można wykorzystywać bez pytania o zgodę.",
    "I testi con licenza libera possono essere riutilizzati senza chiedere il permesso.",
    "Teksten onder een vrije licentie mogen zonder toestemming worden hergebruikt.",
    "Os textos com licença livre podem ser reutilizados sem pedir autorização.",
    "Тексты под свободными лицензиями можно использовать без разрешения.",
    "Texty pod svobodnou licencí lze používat bez svolení.",
)
CONTAINED = (
    "Contains articles by the Lighthouse Board under CC BY 4.0.",
    "Diese Seite verwendet Texte des Leuchtturmamts unter der Lizenz CC BY 4.0.",
    "Cette page reprend des textes de l'Office des phares, sous CC BY 4.0.",
    "Incluye textos de la Oficina de Faros con licencia CC BY 4.0.",
    "Contiene testi dell'Ufficio dei fari, licenza CC BY 4.0.",
    "Contém informações do Serviço de Faróis sob licença CC BY 4.0.",
    "Zawiera teksty Urzędu Latarni na licencji CC BY 4.0.",
    "Bevat teksten van de Vuurtorendienst onder CC BY 4.0.",
    "Obsahuje texty Úřadu majáků pod licencí CC BY 4.0.",
    "Содержит тексты Управления маяков по лицензии CC BY 4.0.",
    "Містить тексти Управління маяків за ліцензією CC BY 4.0.",
    "Innehåller texter från Fyrkontoret under CC BY 4.0.",
)
OWN = (
    "You may use our texts under CC BY 4.0.",
    "Our articles, published under CC BY 4.0, may be reused by anyone.",
    "Text and diagrams on this site are released under CC BY 4.0.",
    "We use the licence CC BY 4.0 for our articles.",
    "Texte und Fotos dieser Website stehen unter CC BY 4.0.",
    "Teksty w tym serwisie są udostępnione na licencji CC BY 4.0.",
    "Les textes de ce site sont publiés sous licence CC BY 4.0.",
    "Содержание сайта, кроме изображений, доступно по лицензии CC BY 4.0.",
)


@pytest.mark.parametrize("words", [*TAKEN, *TAKEN_TOO, *CONTAINED])
def test_works_that_the_publisher_takes_from_others_are_not_its_own(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is not True


@pytest.mark.parametrize("words", ANY)
def test_a_permission_of_whatever_is_under_a_license_is_none_of_this_text(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is not True


@pytest.mark.parametrize("words", OWN)
def test_the_publishers_own_works_under_a_license_are_permitted(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is True
