"""What a reader contributes is under a licence of its own, which permits none of the publisher's texts."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields

CONTRIBUTED = [
    "Die Beiträge, die Sie bei uns einreichen, erscheinen unter CC BY 4.0.",
    "Les articles que vous soumettez à la revue sont publiés sous licence CC BY-SA 4.0.",
    "Les billets et articles que vous publiez sur ce site sont placés sous licence CC BY 4.0.",
    "Los artículos que nos envíe se publican bajo licencia CC BY 4.0.",
    "I testi che ci inviate sono pubblicati con licenza CC BY 4.0.",
    "Os textos que você envia são publicados sob a licença CC BY 4.0.",
    "De artikelen die u bij ons indient, worden gepubliceerd onder CC BY 4.0.",
    "Teksty, które dodajesz do serwisu, są publikowane na licencji CC BY 4.0.",
    "Články, které nám zašlete, jsou zveřejněny pod licencí CC BY 4.0.",
    "Статьи, которые вы присылаете, публикуются под лицензией CC BY 4.0.",
    "Статті, які ви надсилаєте, публікуються за ліцензією CC BY 4.0.",
    "De artiklar som du skickar in publiceras under CC BY 4.0.",
    "De artikler du bidrager med, udgives under CC BY 4.0.",
    "A cikkek, amelyeket beküld, CC BY 4.0 licenc alatt jelennek meg.",
    "Articolele pe care ni le trimiteți sunt publicate sub licența CC BY 4.0.",
    "Τα άρθρα που υποβάλλετε δημοσιεύονται με άδεια CC BY 4.0.",
    "Статиите, които изпращате, се публикуват под лиценз CC BY 4.0.",
    "Články, ktoré nám pošlete, sú zverejnené pod licenciou CC BY 4.0.",
    "Članki, ki jih oddate, so objavljeni pod licenco CC BY 4.0.",
    "Članci koje pošaljete objavljuju se pod licencom CC BY 4.0.",
    "Els articles que envieu es publiquen amb llicència CC BY 4.0.",
]
READ = [
    "Die Beiträge, die Sie bei uns lesen, erscheinen unter CC BY 4.0.",
    "Les articles que vous lisez dans la revue sont publiés sous licence CC BY-SA 4.0.",
    "Los artículos que lee aquí se publican bajo licencia CC BY 4.0.",
    "I testi che leggete qui sono pubblicati con licenza CC BY 4.0.",
    "Os textos que você lê aqui são publicados sob a licença CC BY 4.0.",
    "De artikelen die u bij ons leest, worden gepubliceerd onder CC BY 4.0.",
    "Teksty, które czytasz w serwisie, są publikowane na licencji CC BY 4.0.",
    "Články, které u nás čtete, jsou zveřejněny pod licencí CC BY 4.0.",
    "Статьи, которые вы здесь читаете, публикуются под лицензией CC BY 4.0.",
    "Статті, які ви тут читаєте, публікуються за ліцензією CC BY 4.0.",
    "De artiklar som du läser här publiceras under CC BY 4.0.",
    "Articolele pe care le citiți aici sunt publicate sub licența CC BY 4.0.",
    "Τα άρθρα που διαβάζετε δημοσιεύονται με άδεια CC BY 4.0.",
    "Статиите, които четете, се публикуват под лиценз CC BY 4.0.",
    "Články, ktoré u nás čítate, sú zverejnené pod licenciou CC BY 4.0.",
    "Članki, ki jih berete, so objavljeni pod licenco CC BY 4.0.",
    "Članci koje čitate objavljuju se pod licencom CC BY 4.0.",
    "Els articles que llegiu es publiquen amb llicència CC BY 4.0.",
]
ASKED = [
    "Se autoriza la reproducción de nuestros artículos; rogamos que envíe un ejemplar a la redacción.",
    "I nostri testi possono essere ripubblicati citando la fonte; chiediamo che ci inviate una copia.",
    "Os nossos textos podem ser republicados citando a fonte; pedimos que envie um exemplar.",
    "Nos textes peuvent être reproduits ; nous demandons que vous nous envoyiez un exemplaire.",
]


def permits(sentence: str) -> object:
    return reading_fields(read_wording(sentence))["permits_text_reuse"]


@pytest.mark.parametrize("sentence", CONTRIBUTED)
def test_the_licence_of_what_the_reader_contributes_permits_no_text_of_the_publisher(sentence: str) -> None:
    assert permits(sentence) is None


@pytest.mark.parametrize("sentence", READ)
def test_the_licence_of_what_the_reader_reads_permits_these_texts(sentence: str) -> None:
    assert permits(sentence) is True


@pytest.mark.parametrize("sentence", ASKED)
def test_a_request_to_send_a_copy_does_not_make_texts_those_of_the_reader(sentence: str) -> None:
    assert permits(sentence) is True
