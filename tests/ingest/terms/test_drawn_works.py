"""Behind a sentence on works that another publisher made, the texts of the next sentence are these works."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields

DRAWN = [
    "Text supplied by the Harbour Library. The above texts are licensed under CC BY-SA 3.0.",
    "The timeline comes from Wikipedia. The texts are licensed under CC BY-SA 4.0.",
    "These portraits of rivers were adapted from an atlas. The texts are licensed under CC BY 4.0.",
    "This article first appeared in the Delta Courier. The text is licensed under CC BY 4.0.",
    "Les notices proviennent d'un lexique libre. Les textes sont sous licence CC BY-SA 4.0.",
    "Les notices viennent de Wikipédia. Les textes sont sous licence CC BY-SA 4.0.",
    "Die Lebensläufe sind dem Lexikon entnommen. Die Texte stehen unter CC BY-SA 4.0.",
    "Die Lebensläufe kommen aus der Wikipedia. Die Texte stehen unter CC BY-SA 4.0.",
    "Der Essay ist zuerst erschienen im Flussboten. Die Texte stehen unter CC BY-SA 4.0.",
    "Las biografías provienen de un léxico. Los textos están bajo licencia CC BY-SA 4.0.",
    "Le biografie provengono da un lessico. I testi sono sotto licenza CC BY-SA 4.0.",
    "Le biografie sono tratte da un lessico. I testi sono sotto licenza CC BY-SA 4.0.",
    "As biografias provêm de um léxico. Os textos estão sob a licença CC BY-SA 4.0.",
    "De levensbeschrijvingen zijn afkomstig uit een lexicon. De teksten vallen onder CC BY-SA 4.0.",
    "De levensbeschrijvingen zijn overgenomen uit een lexicon. De teksten vallen onder CC BY-SA 4.0.",
    "Życiorysy pochodzą z Wikipedii. Teksty są dostępne na licencji CC BY-SA 4.0.",
    "Životopisy jsou převzaty z lexikonu. Texty jsou dostupné pod licencí CC BY-SA 4.0.",
    "Биографии взяты из словаря. Тексты доступны по лицензии CC BY-SA 4.0.",
    "Біографії взято зі словника. Тексти доступні за ліцензією CC BY-SA 4.0.",
    "Biografierna är hämtade ur ett lexikon. Texterna är tillgängliga under CC BY-SA 4.0.",
    "Biografierna kommer från Wikipedia. Texterna är tillgängliga under CC BY-SA 4.0.",
    "The timeline comes from Wikipedia. The texts may be copied freely by anyone.",
]
OWN = [
    "The timeline comes from Wikipedia. Our texts are licensed under CC BY-SA 4.0.",
    "The timeline comes from Wikipedia. The content of this site is licensed under CC BY-SA 4.0.",
    "The charts and photos are taken from an atlas. The texts are licensed under CC BY-SA 4.0.",
    "These articles are taken from this site. The texts are licensed under CC BY 4.0.",
    "Our authors come from ten countries. The texts are licensed under CC BY 4.0.",
    "We thank our donors. The texts are licensed under CC BY 4.0.",
    "Le notizie provengono dalla nostra redazione. I testi sono sotto licenza CC BY 4.0.",
]


def permits(passage: str) -> object:
    return reading_fields(read_wording(passage))["permits_text_reuse"]


@pytest.mark.parametrize("passage", DRAWN)
def test_the_licence_of_works_from_another_publisher_permits_none_of_the_texts(passage: str) -> None:
    assert permits(passage) is None


@pytest.mark.parametrize("passage", OWN)
def test_the_publishers_own_texts_are_permitted_behind_works_from_elsewhere(passage: str) -> None:
    assert permits(passage) is True
