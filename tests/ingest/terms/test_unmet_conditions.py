"""Unmet conditions: what is to be had by a purchase, a form or an answer, or so many times, is not permitted."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields

UNMET = [
    "You may republish our articles by filling in the form below.",
    "You may republish our articles by purchasing a licence.",
    "Sie dürfen unsere Artikel nachdrucken, indem Sie eine Lizenz erwerben.",
    "Durch Erwerb einer Lizenz dürfen Sie unsere Artikel nachdrucken.",
    "Vous pouvez reproduire nos articles en remplissant le formulaire.",
    "Vous pouvez reproduire nos articles en achetant une licence.",
    "Vous pouvez reproduire nos articles en vous abonnant.",
    "Puede reproducir nuestros artículos comprando una licencia.",
    "Potete riprodurre i nostri articoli compilando il modulo.",
    "Potete riprodurre i nostri articoli acquistando una licenza.",
    "Pode reproduzir os nossos artigos preenchendo o formulário.",
    "Pode reproduzir os nossos artigos comprando uma licença.",
    "Można przedrukowywać nasze artykuły, wypełniając formularz.",
    "Można przedrukowywać nasze artykuły, kupując licencję.",
    "Můžete přetiskovat naše články vyplněním formuláře.",
    "Можно перепечатывать наши статьи, заполнив форму.",
    "Можна передруковувати наші статті, заповнивши форму.",
    "Exceptionally, our articles may be reprinted.",
    "Exceptionnellement, nos articles peuvent être reproduits.",
    "Excepcionalmente, nuestros artículos pueden reproducirse.",
    "Eccezionalmente, i nostri articoli possono essere riprodotti.",
    "Excecionalmente, os nossos artigos podem ser reproduzidos.",
    "Bij uitzondering mogen onze artikelen worden overgenomen.",
    "You may reproduce one article per issue.",
    "Pode reproduzir um artigo por mês.",
    "Our articles may be republished at the editor's discretion.",
    "Unsere Artikel dürfen nach Ermessen der Redaktion nachgedruckt werden.",
    "Nos articles peuvent être reproduits à la discrétion de la rédaction.",
    "I nostri articoli possono essere riprodotti a discrezione della redazione.",
    "Onze artikelen mogen naar goeddunken van de redactie worden overgenomen.",
    "Our articles are available for syndication.",
    "Unsere Artikel dürfen im gesetzlich zulässigen Rahmen vervielfältigt werden.",
    "Die Vervielfältigung ist im Rahmen des Urheberrechts erlaubt.",
    "Der Nachdruck ist im Rahmen der gesetzlichen Bestimmungen gestattet.",
    "Der Nachdruck unserer Artikel ist in den Grenzen des Urheberrechts gestattet.",
    "Unsere Artikel können zum Nachdruck erworben werden.",
    "Unsere Artikel können zum Nachdruck lizenziert werden.",
    "Sie dürfen bis zu drei unserer Artikel kopieren.",
    "Sie dürfen bis zu fünf Artikel nachdrucken.",
    "Puede copiar hasta tres de nuestros artículos.",
    "Puede reproducir hasta cinco artículos.",
    "Przedruk jest dozwolony w granicach prawa.",
    "Przedruk naszych artykułów jest dozwolony w granicach dozwolonego użytku.",
    "Anyone who asks may republish our articles.",
    "Whoever contacts us may republish our articles.",
    "Everyone who registers may republish our articles.",
    "We allow republication of our articles by anyone who asks.",
    "Anybody who writes to us may reprint our articles.",
    "Wer uns fragt, darf unsere Artikel nachdrucken.",
    "Jeder, der uns fragt, darf unsere Artikel nachdrucken.",
    "Alle, die sich registrieren, dürfen unsere Artikel nachdrucken.",
    "Quiconque nous contacte peut reproduire nos articles.",
    "Toute personne qui en fait la demande peut reproduire nos articles.",
    "Quien lo solicite puede reproducir nuestros artículos.",
    "Cualquiera que nos contacte puede reproducir nuestros artículos.",
    "Chiunque ne faccia richiesta può riprodurre i nostri articoli.",
    "Chiunque ci contatti può riprodurre i nostri articoli.",
    "Quem o solicitar pode reproduzir os nossos artigos.",
    "Każdy, kto poprosi, może przedrukowywać nasze artykuły.",
    "Każdy, kto się zarejestruje, może przedrukowywać nasze artykuły.",
    "Iedereen die het vraagt mag onze artikelen overnemen.",
    "Wie zich registreert, mag onze artikelen overnemen.",
    "Kdo požádá, může přetiskovat naše články.",
    "Каждый, кто обратится к нам, может перепечатывать наши статьи.",
    "Кожен, хто звернеться до нас, може передруковувати наші статті.",
]
MET = [
    "Anyone who credits us may republish our articles.",
    "Anyone who wants to may republish our articles.",
    "Wer die Quelle nennt, darf unsere Artikel nachdrucken.",
    "Jeder, der die Quelle nennt, darf unsere Artikel nachdrucken.",
    "Quiconque cite la source peut reproduire nos articles.",
    "Quien cite la fuente puede reproducir nuestros artículos.",
    "Chiunque citi la fonte può riprodurre i nostri articoli.",
    "Quem citar a fonte pode reproduzir os nossos artigos.",
    "Każdy, kto poda źródło, może przedrukowywać nasze artykuły.",
    "Iedereen die de bron vermeldt mag onze artikelen overnemen.",
    "Каждый, кто укажет источник, может перепечатывать наши статьи.",
    "You may republish our articles by crediting the Institute.",
    "You may republish our articles by linking to the original.",
    "Unsere Artikel dürfen ganz oder teilweise mit Quellenangabe nachgedruckt werden.",
    "Unsere Artikel dürfen vollständig in anderen Medien nachgedruckt werden.",
    "Vous pouvez reproduire nos articles en citant la source.",
    "Nos articles peuvent être reproduits en tout ou en partie dans d'autres médias.",
    "Puede reproducir nuestros artículos citando la fuente.",
    "Nuestros artículos pueden reproducirse total o parcialmente en cualquier medio.",
    "Potete riprodurre i nostri articoli citando la fonte.",
    "Pode reproduzir os nossos artigos citando a fonte.",
    "Można przedrukowywać nasze artykuły, podając źródło.",
    "Можно перепечатывать наши статьи, указав источник.",
]


def permits(words: str) -> bool:
    return reading_fields(read_wording(words))["permits_text_reuse"] is True


@pytest.mark.parametrize("words", UNMET)
def test_what_the_publisher_has_to_answer_first_is_not_permitted(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize("words", MET)
def test_what_the_reader_does_alone_is_a_duty(words: str) -> None:
    assert permits(words)
