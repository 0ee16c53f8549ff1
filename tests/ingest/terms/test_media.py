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
    "You may republish our articles in Poland.",
    "You may republish our content in Poland.",
    "Sie dürfen unsere Artikel in Schulen kopieren.",
    "You may republish our articles to promote human rights.",
    "Our articles may be reproduced in order to review them.",
    "Our articles may be reproduced for the purpose of criticism or review.",
    "You may share our articles with your students.",
    "Our articles may be distributed freely among participants of the seminar.",
    "Reproduction of our articles in Poland is permitted.",
    "Reproduction of our articles is permitted in Poland.",
    "Das Kopieren unserer Texte in Schulen ist erlaubt.",
    "Der Nachdruck unserer Artikel ist in Deutschland gestattet.",
    "Nos textes peuvent être reproduits afin de promouvoir les droits humains.",
    "Nuestros textos pueden reproducirse a fin de promover los derechos humanos.",
    "Nuestros textos pueden distribuirse entre estudiantes.",
    "I nostri testi possono essere riprodotti al fine di promuovere i diritti umani.",
    "Os nossos textos podem ser reproduzidos a fim de promover os direitos humanos.",
    "Nasze teksty można przedrukowywać w celu promocji praw człowieka.",
    "Naše články lze šířit s cílem podpořit mír.",
    "Onze teksten mogen worden overgenomen om mensenrechten te bevorderen.",
    "Onze teksten mogen voor tentoonstellingen worden overgenomen.",
    "Het overnemen van onze artikelen is in België toegestaan.",
    "Artiklene våre kan gjengis i Norge.",
    "Du kan gjengi artiklene våre i Norge.",
    "Våra texter får kopieras i skolor.",
    "Vores tekster må kopieres i skoler.",
    "Наші тексти можна копіювати в школах.",
    "Передрук наших статей дозволено в Україні.",
    "Наши тексты можно распространять среди студентов.",
    "Нашите текстове могат да се копират в училищата.",
    "Naše články možno preberať na Slovensku.",
    "Textele noastre pot fi copiate în școli.",
    "Τα κείμενά μας μπορούν να αναπαράγονται σε σχολεία.",
    "Artikkeleitamme saa kopioida kouluissa.",
    "Artikleid võib kopeerida koolides.",
]
OPEN = [
    "You may republish our articles in full with credit.",
    "You may share our articles with anyone.",
    "Reproduction of our articles in any form is permitted.",
    "Reproduction of the articles in this publication is permitted.",
    "Our articles may be used free of charge for the purposes of campaigning and research, if you name us.",
    "The Institute grants permission to reprint any article; please send one copy of the reprint to the Foundation.",
    "Der Nachdruck unserer Artikel in anderen Medien ist gestattet.",
    "Die Texte sind zum Nachdruck freigegeben.",
    "La reproduction de nos articles est autorisée à condition de citer la source.",
    "Fundacja zezwala na przedruk swoich raportów z podaniem źródła.",
    "Se permite la reproducción de nuestros artículos en otros medios.",
    "U mag onze artikelen op uw website overnemen.",
    "Iedereen is vrij om onze rapporten te kopiëren.",
    "Våra artiklar får återges i andra medier.",
    "Du må gengive vores artikler på din hjemmeside.",
    "Ви можете передруковувати наші статті на своєму сайті.",
    "Перепечатка материалов разрешена в любых СМИ.",
    "Позволява се копирането на статиите, но само с хипервръзка към оригинала.",
    "Naše články možno šíriť v médiách.",
    "Textele noastre pot fi preluate pe alte site-uri.",
    "Τα κείμενά μας μπορούν να αναπαράγονται σε οποιοδήποτε μέσο.",
    "Artikkeleitamme saa julkaista muissa medioissa.",
    "Artikleid võib kopeerida teistes väljaannetes.",
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
