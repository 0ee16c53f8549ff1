"""Unmet conditions: what is to be had by a purchase, a form or the editor's discretion, or so often, is not permitted."""

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
]
MET = [
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
