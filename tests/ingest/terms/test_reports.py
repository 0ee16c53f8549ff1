"""What is somebody else's rule, a model, or over, permits nothing, even if a sentence by itself would."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields


@pytest.mark.parametrize(
    "words",
    [
        "Some newspapers write on their sites. Articles may be republished with credit.",
        "Use this specimen clause. Our articles may be republished with attribution.",
        "The national library has its own rules. Texts may be reproduced with acknowledgement.",
        "Manche Verlage schreiben so. Unsere Texte dürfen mit Quellenangabe nachgedruckt werden.",
        "Algunos editores escriben así. Los textos pueden reproducirse citando la fuente.",
        "Niektórzy wydawcy piszą tak. Teksty można przedrukowywać z podaniem źródła.",
        "Інші видання пишуть так. Статті можна передруковувати з посиланням на джерело.",
    ],
)
def test_a_rule_that_the_sentence_before_calls_somebody_elses_permits_nothing(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is not True


@pytest.mark.parametrize(
    "words",
    [
        "Our essays may be reprinted with credit. This permission has since lapsed.",
        "Our articles may be republished with credit. Or so we used to say.",
        "Unsere Beiträge dürfen mit Quellenangabe nachgedruckt werden. Das galt bis 2019.",
        "Nos textes peuvent être reproduits avec mention de la source. Cette autorisation a pris fin en 2020.",
        "I testi possono essere riprodotti citando la fonte. Questa autorizzazione non è più valida.",
        "Artikelen mogen worden overgenomen met bronvermelding. Deze regel geldt niet meer.",
        "Texty lze přetiskovat s uvedením zdroje. Toto povolení již neplatí.",
        "Наши статьи можно перепечатывать со ссылкой на источник. Это правило больше не действует.",
    ],
)
def test_a_permission_that_the_next_sentence_ends_is_none(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is not True


@pytest.mark.parametrize(
    "words",
    [
        "Many publishers charge for reprints. You may republish our articles free of charge with credit.",
        "Our articles may be republished with credit. This permission may be withdrawn at any time.",
        "Our articles may be republished with credit. The previous rule no longer applies.",
        "Unsere Texte dürfen mit Quellenangabe nachgedruckt werden. Diese Regelung gilt bis auf Widerruf.",
        "Nasze artykuły można przedrukowywać z podaniem źródła. Ta zasada nie dotyczy zdjęć.",
    ],
)
def test_what_others_charge_and_what_was_before_take_no_permission_away(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is True
