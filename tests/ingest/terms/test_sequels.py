"""Sequels: a permission that the next sentence limits waits for a person; one that it only explains does not."""

from __future__ import annotations

import pytest

from db.model.item import Evidence, Statement, StatementPlace, Use
from db.terms.verdict import in_words, verdict
from ingest.terms import read_wording

LIMITED = [
    "Our articles may be republished with credit. Only for schools.",
    "Our articles may be republished with credit. For schools only.",
    "Our articles may be republished with credit. (Members only.)",
    "Our articles may be republished with credit. Conditions apply.",
    "Our articles may be republished with credit. Terms and conditions may apply.",
    "Our articles may be republished with credit. But ask first.",
    "Our articles may be republished with credit. But only if you ask first.",
    "Our articles may be republished with credit. After one year.",
    "Our articles may be republished with credit. Only after six months.",
    "Unsere Artikel dürfen mit Quellenangabe nachgedruckt werden. Nur für Schulen.",
    "Unsere Artikel dürfen mit Quellenangabe nachgedruckt werden. Ausschließlich für Mitglieder.",
    "Unsere Artikel dürfen mit Quellenangabe nachgedruckt werden. Nur Mitglieder.",
    "Unsere Artikel dürfen mit Quellenangabe nachgedruckt werden. Es gelten Bedingungen.",
    "Nos articles peuvent être reproduits en citant la source. Uniquement pour les écoles.",
    "Nos articles peuvent être reproduits en citant la source. Réservé aux membres.",
    "Nuestros artículos pueden reproducirse citando la fuente. Solo para escuelas.",
    "I nostri articoli possono essere riprodotti citando la fonte. Solo per le scuole.",
    "Onze artikelen mogen met bronvermelding worden overgenomen. Alleen voor scholen.",
    "Nasze artykuły można przedrukowywać z podaniem źródła. Tylko dla szkół.",
    "Nasze artykuły można przedrukowywać z podaniem źródła. Wyłącznie po roku.",
    "Os nossos artigos podem ser reproduzidos citando a fonte. Apenas para escolas.",
    "Naše články lze přetiskovat s uvedením zdroje. Pouze pro školy.",
    "Наши статьи можно перепечатывать со ссылкой на источник. Только для школ.",
    "Наші статті можна передруковувати з посиланням на джерело. Лише для шкіл.",
    "Our articles may be republished with credit. Only for non-commercial purposes.",
    "Our articles may be republished. Please ask us first.",
    "Our articles may be republished. Just drop us a line beforehand.",
    "Our articles may be republished. This applies to members only.",
    "Our articles may be republished. This is limited to Poland.",
    "Our articles may be republished. This permission can be withdrawn at any time and must be requested.",
    "Our articles may be republished. Only schools may do so.",
    "Our articles may be republished. We decide case by case.",
    "Our articles may be republished. Prices on request.",
    "Our articles may be republished. To do so, register here.",
    "Our articles may be republished. For that you need a licence.",
    "Our articles may be republished. Not all of them, however.",
    "Our articles may be republished. Exceptions are marked.",
    "Our articles may be republished. However, some articles are excluded.",
    "Our articles may be republished. This does not include feature articles.",
    "Unsere Artikel dürfen nachgedruckt werden. Bitte fragen Sie vorher.",
    "Unsere Artikel dürfen nachgedruckt werden. Dafür ist eine Lizenz nötig.",
    "Unsere Artikel dürfen nachgedruckt werden. Das gilt nur für Mitglieder.",
    "Unsere Artikel dürfen nachgedruckt werden. Ausgenommen sind Interviews.",
    "Unsere Artikel dürfen nachgedruckt werden. Preise auf Anfrage.",
    "Unsere Artikel dürfen nachgedruckt werden. Dies gilt für Deutschland.",
    "Nos articles peuvent être reproduits. Merci de nous demander avant.",
    "Nos articles peuvent être reproduits. Une licence est nécessaire.",
    "Nos articles peuvent être reproduits. Cela vaut uniquement pour les membres.",
    "Nos articles peuvent être reproduits. Sont exclus les entretiens.",
    "Nasze artykuły można przedrukowywać. Prosimy zapytać wcześniej.",
    "Nasze artykuły można przedrukowywać. Wymagana jest licencja.",
    "Nasze artykuły można przedrukowywać. Dotyczy to tylko członków.",
    "Nasze artykuły można przedrukowywać. Nie dotyczy to wywiadów.",
    "Nasze artykuły można przedrukowywać. Wyjątkiem są wywiady.",
    "Nasze artykuły można przedrukowywać. Cennik na życzenie.",
    "Nuestros artículos pueden reproducirse. Pregúntenos antes.",
    "Nuestros artículos pueden reproducirse. Se necesita una licencia.",
    "Nuestros artículos pueden reproducirse. Esto vale solo para miembros.",
    "Nuestros artículos pueden reproducirse. Quedan excluidas las entrevistas.",
    "I nostri articoli possono essere riprodotti. Chiedeteci prima.",
    "I nostri articoli possono essere riprodotti. Serve una licenza.",
    "I nostri articoli possono essere riprodotti. Vale solo per i soci.",
    "I nostri articoli possono essere riprodotti. Sono escluse le interviste.",
    "Onze artikelen mogen worden overgenomen. Vraag het ons eerst.",
    "Onze artikelen mogen worden overgenomen. Daarvoor is een licentie nodig.",
    "Onze artikelen mogen worden overgenomen. Dit geldt alleen voor leden.",
    "Onze artikelen mogen worden overgenomen. Uitgezonderd zijn interviews.",
    "Os nossos artigos podem ser reproduzidos. Isto vale só para membros.",
    "Os nossos artigos podem ser reproduzidos. Ficam excluídas as entrevistas.",
    "Naše články lze přetiskovat. Nejprve se nás zeptejte.",
    "Naše články lze přetiskovat. Výjimkou jsou rozhovory.",
    "Наши статьи можно перепечатывать. Нужна лицензия.",
    "Наши статьи можно перепечатывать. Это не касается интервью.",
    "Наши статьи можно перепечатывать. Исключение составляют интервью.",
    "Наші статті можна передруковувати. Потрібна ліцензія.",
    "Наші статті можна передруковувати. Це не стосується інтерв'ю.",
    "Наші статті можна передруковувати. Виняток становлять інтерв'ю.",
    "Os nossos artigos podem ser reproduzidos. Pergunte-nos antes.",
    "Our articles may be republished. This does not apply to photos and interviews.",
    "Our articles may be republished. Please add a link. Please ask us first.",
]
EXPLAINED = [
    "Our articles may be republished with credit. Only with a link to us.",
    "Our articles may be republished with credit. The conditions of CC BY do not apply to photos.",
    "Our articles may be republished with credit. Photos only on request.",
    "Unsere Artikel dürfen mit Quellenangabe nachgedruckt werden. Nur mit Link.",
    "Our articles may be republished with credit. That is our only condition.",
    "Our articles may be republished with credit. Only images are excluded.",
    "Our articles may be republished with credit. Images may not be used. Please ask us first.",
    "Our articles may be republished with credit. Changes require a licence.",
    "Our articles may be republished with credit. Translations require a licence.",
    "Our articles may be republished with credit. To translate our articles, you need a licence.",
    "Our articles may be republished with credit. Any other use requires a licence.",
    "Our articles may be republished with credit. This does not apply to source code.",
    "Our articles may be republished with credit. This does not apply to data sets.",
    "Our articles may be republished with credit. This does not apply to articles of news agencies.",
    "Our articles may be republished with credit. This does not apply to comments by users.",
    "Our articles may be republished with credit. We hope that nobody feels by this excluded.",
    "Our articles may be republished with credit. Not allergic to praise, we thank our readers.",
    "Our articles may be republished with credit. We also sell books. Prices include VAT.",
    "Our articles may be republished with credit. This applies to all languages.",
    "Our articles may be republished with credit. This also applies to translations.",
    "Our articles may be republished with credit. This does not apply to photos.",
    "Our articles may be republished with credit. Photos are excluded.",
    "Our articles may be republished with credit. The Institute was founded in 1990.",
    "Our articles may be republished with credit. Please send us a copy.",
    "Our articles may be republished with credit. Please let us know.",
    "Our articles may be republished with credit. For questions, please contact us.",
    "Our articles may be republished with credit. Contact us for images.",
    "Our articles may be republished with credit. Some of our donors are listed below.",
    "Our articles may be republished with credit. Images require a licence.",
    "Our articles may be republished with credit. You do not need a licence.",
    "Our articles may be republished with credit. No licence is needed.",
    "Our articles may be republished with credit. It is that simple.",
    "Our articles may be republished with credit. This does not affect your statutory rights.",
    "Unsere Artikel dürfen mit Quellenangabe nachgedruckt werden. Das gilt auch für Übersetzungen.",
    "Unsere Artikel dürfen mit Quellenangabe nachgedruckt werden. Fotos sind davon ausgenommen.",
    "Unsere Artikel dürfen mit Quellenangabe nachgedruckt werden. Bei Fragen wenden Sie sich an uns.",
    "Unsere Artikel dürfen mit Quellenangabe nachgedruckt werden. Wir freuen uns über ein Belegexemplar.",
    "Nos articles peuvent être reproduits en citant la source. Cela vaut aussi pour les traductions.",
    "Nos articles peuvent être reproduits en citant la source. Les photos sont exclues.",
    "Nos articles peuvent être reproduits en citant la source. Merci de nous prévenir.",
    "Nasze artykuły można przedrukowywać z podaniem źródła. Dotyczy to również tłumaczeń.",
    "Nasze artykuły można przedrukowywać z podaniem źródła. Nie dotyczy to zdjęć.",
    "Nasze artykuły można przedrukowywać z podaniem źródła. Prosimy o informację o publikacji.",
    "Nuestros artículos pueden reproducirse citando la fuente. Esto vale también para las traducciones.",
    "Nuestros artículos pueden reproducirse citando la fuente. Las fotos quedan excluidas.",
    "I nostri articoli possono essere riprodotti citando la fonte. Sono escluse le foto.",
    "Onze artikelen mogen met bronvermelding worden overgenomen. Dit geldt ook voor vertalingen.",
    "Onze artikelen mogen met bronvermelding worden overgenomen. Foto's zijn uitgezonderd.",
]


def answer(words: str) -> str:
    """Return what an item under *words* may be used for, as an editor reads it."""
    stated = Statement(words, StatementPlace.TERMS_PAGE, Evidence("", ""), read_wording(words), None, None)
    return in_words(verdict([stated], Use.REPUBLISH))


@pytest.mark.parametrize("words", LIMITED)
def test_a_permission_that_the_next_sentence_limits_waits_for_a_person(words: str) -> None:
    assert answer(words).startswith("ask")


@pytest.mark.parametrize("words", EXPLAINED)
def test_a_permission_that_the_next_sentence_leaves_whole_is_one(words: str) -> None:
    assert answer(words).startswith("yes")


def test_a_ban_of_commerce_leaves_the_permission_for_others() -> None:
    words = "Our articles may be republished with credit. Commercial use of our articles requires a licence."
    stated = Statement(words, StatementPlace.TERMS_PAGE, Evidence("", ""), read_wording(words), None, None)
    assert in_words(verdict([stated], Use.REPUBLISH, commercial=False)).startswith("yes")
