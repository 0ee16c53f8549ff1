"""Names of Creative Commons licences as publishers write them, so that none of their limits is lost."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields

NAMED = [
    ("Our texts are published under Creative Commons Attribution - No Modification 4.0.", "CC-BY-ND-4.0"),
    ("Our texts are published under Creative Commons Attribution - No Alterations 4.0.", "CC-BY-ND-4.0"),
    ("Our texts are published under Creative Commons Attribution without derivatives 4.0.", "CC-BY-ND-4.0"),
    ("Our texts are published under Creative Commons Attribution - Not for commercial use 4.0.", "CC-BY-NC-4.0"),
    ("Our texts are published under Creative Commons Attribution - No commercial use 4.0.", "CC-BY-NC-4.0"),
    ("Nos textes sont sous licence Creative Commons Attribution - Pas de dérivés 4.0.", "CC-BY-ND-4.0"),
    ("Nos textes sont sous licence Creative Commons Attribution - Sans dérivés 4.0.", "CC-BY-ND-4.0"),
    ("Nos textes sont sous licence Creative Commons Attribution - Sans œuvre dérivée 4.0.", "CC-BY-ND-4.0"),
    ("Nos textes sont sous licence Creative Commons Attribution - Pas d'œuvres dérivées 4.0.", "CC-BY-ND-4.0"),
    ("Nos textes sont sous licence Creative Commons Attribution - Aucune modification 4.0.", "CC-BY-ND-4.0"),
    ("Nos textes sont sous licence Creative Commons Attribution - Usage non commercial 4.0.", "CC-BY-NC-4.0"),
    ("Nos textes sont sous licence Creative Commons Attribution - Utilisation non commerciale 4.0.", "CC-BY-NC-4.0"),
    ("Nuestros textos están bajo licencia Creative Commons Atribución/No derivados 4.0.", "CC-BY-ND-4.0"),
    ("Nuestros textos están bajo licencia Creative Commons Atribución - No obras derivadas 4.0.", "CC-BY-ND-4.0"),
    ("Nuestros textos están bajo licencia Creative Commons Atribución - Sin modificaciones 4.0.", "CC-BY-ND-4.0"),
    ("Nuestros textos están bajo licencia Creative Commons Atribución - Sin fines de lucro 4.0.", "CC-BY-NC-4.0"),
    ("Nuestros textos están bajo licencia Creative Commons Atribución - Sin fines comerciales 4.0.", "CC-BY-NC-4.0"),
    ("I nostri testi sono sotto licenza Creative Commons Attribuzione - Nessun derivato 4.0.", "CC-BY-ND-4.0"),
    ("I nostri testi sono sotto licenza Creative Commons Attribuzione - No derivati 4.0.", "CC-BY-ND-4.0"),
    ("I nostri testi sono sotto licenza Creative Commons Attribuzione - Non derivati 4.0.", "CC-BY-ND-4.0"),
    ("I nostri testi sono sotto licenza Creative Commons Attribuzione - Nessuna modifica 4.0.", "CC-BY-ND-4.0"),
    ("I nostri testi sono sotto licenza Creative Commons Attribuzione - Senza opere derivate 4.0.", "CC-BY-ND-4.0"),
    ("I nostri testi sono sotto licenza Creative Commons Attribuzione - Senza scopo di lucro 4.0.", "CC-BY-NC-4.0"),
    ("I nostri testi sono sotto licenza Creative Commons Attribuzione - Senza scopi commerciali 4.0.", "CC-BY-NC-4.0"),
    ("I nostri testi sono sotto licenza Creative Commons Attribuzione - Uso non commerciale 4.0.", "CC-BY-NC-4.0"),
    ("I nostri testi sono sotto licenza Creative Commons Attribuzione - Nessun uso commerciale 4.0.", "CC-BY-NC-4.0"),
    ("Os nossos textos estão sob a licença Creative Commons Atribuição - Sem obras derivadas 4.0.", "CC-BY-ND-4.0"),
    ("Os nossos textos estão sob a licença Creative Commons Atribuição - Não a obras derivadas 4.0.", "CC-BY-ND-4.0"),
    ("Os nossos textos estão sob a licença Creative Commons Atribuição - Não derivados 4.0.", "CC-BY-ND-4.0"),
    ("Os nossos textos estão sob a licença Creative Commons Atribuição - Sem fins lucrativos 4.0.", "CC-BY-NC-4.0"),
    ("Os nossos textos estão sob a licença Creative Commons Atribuição - Sem fins comerciais 4.0.", "CC-BY-NC-4.0"),
    ("Os nossos textos estão sob a licença Creative Commons Atribuição - Uso não comercial 4.0.", "CC-BY-NC-4.0"),
    ("Onze teksten vallen onder Creative Commons Naamsvermelding - Geen bewerkingen 4.0.", "CC-BY-ND-4.0"),
    ("Onze teksten vallen onder Creative Commons Naamsvermelding - Geen bewerking 4.0.", "CC-BY-ND-4.0"),
    ("Onze teksten vallen onder Creative Commons Naamsvermelding - Geen commercieel gebruik 4.0.", "CC-BY-NC-4.0"),
    ("Nasze teksty są na licencji Creative Commons Uznanie autorstwa - Bez utworów pochodnych 4.0.", "CC-BY-ND-4.0"),
    ("Nasze teksty są na licencji Creative Commons Uznanie autorstwa - Bez dzieł pochodnych 4.0.", "CC-BY-ND-4.0"),
    ("Nasze teksty są na licencji Creative Commons Uznanie autorstwa - Bez modyfikacji 4.0.", "CC-BY-ND-4.0"),
    ("Nasze teksty są na licencji Creative Commons Uznanie autorstwa - Bez użycia komercyjnego 4.0.", "CC-BY-NC-4.0"),
    ("Nasze teksty są na licencji Creative Commons Uznanie autorstwa - Do użytku niekomercyjnego 4.0.", "CC-BY-NC-4.0"),
    ("Naše texty jsou pod licencí Creative Commons Uveďte původ - Bez zpracování 4.0.", "CC-BY-ND-4.0"),
    ("Тексты доступны по лицензии Creative Commons С указанием авторства - Без переработки 4.0.", "CC-BY-ND-4.0"),
    ("Тексти доступні за ліцензією Creative Commons Із зазначенням авторства - Без переробок 4.0.", "CC-BY-ND-4.0"),
    ("Тексты доступны по лицензии СС BY-SA 4.0.", "CC-BY-SA-4.0"),  # a Cyrillic "СС"
    ("Тексти доступні за ліцензією СС-BY-NC 4.0.", "CC-BY-NC-4.0"),
    ("Тексты сайта доступны по лицензии СС0.", "CC0-1.0"),
]


@pytest.mark.parametrize(("sentence", "license_id"), NAMED)
def test_each_element_of_a_licence_is_read_from_its_name(sentence: str, license_id: str) -> None:
    read = reading_fields(read_wording(sentence))
    assert read["permits_text_reuse"] is True
    assert read["licence_id"] == license_id


def test_two_cyrillic_letters_before_another_word_are_no_licence() -> None:
    assert reading_fields(read_wording("Все материалы сайта размещены на сервере СС Бюро."))["licence_id"] is None
