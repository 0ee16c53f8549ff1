"""Who permits, and when: conditions inside a sentence, authors who choose, samples, parties to a contract."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.clause_reader import grants
from ingest.terms.output import reading_fields

INSERTED = (
    "We agree that, once accepted by the board, the articles may be freely copied and distributed by anyone.",
    "Die Artikel dürfen, sobald die Druckausgabe erschienen ist, von allen kopiert und verbreitet werden.",
    "Nos articles peuvent, une fois la série terminée, être librement reproduits par tous.",
    "Nuestros artículos pueden, una vez pagada la tarifa, reproducirse libremente.",
    "I nostri articoli possono, una volta versata la quota, essere riprodotti liberamente.",
)
CHOSEN = (
    "Each author may choose to publish an article here under another licence, such as CC BY-ND 4.0.",
    "Jeder Autor kann angeben, dass sein Artikel unter einer Lizenz wie CC BY 4.0 veröffentlicht ist.",
    "Chaque auteur peut indiquer que son article est publié sous une autre licence, comme CC BY 4.0.",
    "Cada autor puede indicar que su artículo se publica bajo otra licencia, como CC BY 4.0.",
    "Ogni autore può indicare che il suo articolo è pubblicato con un'altra licenza, come CC BY 4.0.",
    "Każdy autor może zaznaczyć, że jego artykuł jest opublikowany na innej licencji, np. CC BY 4.0.",
    "Каждый автор может указать, что его статья опубликована под другой лицензией, например CC BY 4.0.",
    "Всеки автор може да посочи, че неговата статия е публикувана под друг лиценз Creative Commons.",
)
SAMPLES = (
    "Sample wording: our articles may be reprinted free of charge.",
    "Ein Muster: Die Texte dieser Seite dürfen frei kopiert werden.",
    "Exemple de mention : les articles de ce site peuvent être reproduits librement.",
    "Ejemplo de aviso: los artículos de este sitio pueden reproducirse libremente.",
    "Esempio di nota: gli articoli di questo sito possono essere riprodotti liberamente.",
    "Exempel på text: våra artiklar får återges fritt.",
    "Minta: cikkeink szabadon közölhetők.",
    "Exemplu de notă: articolele noastre pot fi reproduse liber.",
    "Przykładowa klauzula: artykuły z tej strony można swobodnie przedrukowywać.",
)
DEFINED = (
    "The GNU Free Documentation License is a form of copyleft by which everyone may copy and redistribute a manual.",
    "La Licence Ouverte est une licence qui permet à chacun de reproduire et de diffuser les documents publics.",
    "La GFDL es una licencia que permite a todos copiar y distribuir manuales.",
    "GFDL to licencja, która pozwala każdemu kopiować i rozpowszechniać podręczniki.",
)
OTHERS = (
    "The Recipient shall be entitled to copy and distribute the Work.",
    "Your articles may be reprinted on this site under CC BY if you tick the box.",
    "The tool lets anyone copy and share text from a picture.",
    "Our app allows everyone to copy and distribute articles offline.",
    "The sermon may be copied and distributed by parishes.",
    "Readers with disabilities may copy our articles into other formats.",
    "Anyone who finds an error may copy the text and send us a corrected one.",
    "Puede compartir este artículo en sus redes sociales.",
    "Puoi condividere questo articolo sui social.",
    "The book reviewed here may be copied and shared freely.",
    "We let our content be reprinted only if the use complies with the doctrine of fair use and we are told of it.",
    "That profile picture may be used under CC BY-NC-ND 4.0.",
    "It is our dream that all our texts may be copied and shared by anyone.",
)
GENERAL = (
    "Open textbooks may be copied, changed and distributed free of charge.",
    "Un contenu libre peut être copié, modifié et diffusé par tous.",
    "Официальные документы можно свободно воспроизводить.",
    "Artykuł ukazał się pierwotnie w innym serwisie na licencji CC BY 4.0.",
)
LATER = (
    "From 2030 on our articles may be freely republished.",
    "Passé ce délai, nos textes peuvent être librement reproduits par tous.",
    "Po upływie siedemdziesięciu lat nasze teksty można swobodnie przedrukowywać.",
)
STANDING = (
    "Our articles may be copied and distributed by anyone.",
    "Everyone may copy and share our articles with credit.",
    "Our articles, if the source is named, may be freely copied and distributed by anyone.",
    "Unsere Texte dürfen, sofern die Quelle genannt wird, frei nachgedruckt werden.",
    "Terms of use: our articles may be reprinted free of charge.",
    "You may republish our texts, and please use your own pictures.",
    "Unless otherwise indicated, reproduction is authorised, except for commercial purposes, with credit.",
    "Reproduction is authorised with credit. Where prior permission must be obtained for texts or pictures, it shall "
    "cancel the permission above.",
)


@pytest.mark.parametrize("words", [*INSERTED, *CHOSEN, *SAMPLES, *DEFINED, *OTHERS, *GENERAL])
def test_what_somebody_else_may_or_has_yet_to_permit_permits_nothing(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is not True


@pytest.mark.parametrize("words", LATER)
def test_a_permission_of_a_later_time_waits_for_a_person(words: str) -> None:
    assert {term.rule for term in read_wording(words) if grants(term)} == {"grant-in-context"}


@pytest.mark.parametrize("words", STANDING)
def test_an_understood_condition_or_label_leaves_the_permission(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is True


@pytest.mark.parametrize(
    "words",
    [
        "No se autoriza la reproducción ni la distribución del software.",
        "L'identité visuelle et le code ne peuvent être reproduits sans autorisation.",
    ],
)
def test_a_ban_of_programs_or_design_is_none_of_texts(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is None


@pytest.mark.parametrize(
    "words",
    [
        "No more than 10% of an article may be copied.",
        "Texte und Bilder dürfen nur im gesetzlich zulässigen Umfang oder mit vorheriger Zustimmung verwendet werden.",
    ],
)
def test_a_part_or_what_the_law_allows_is_not_the_whole(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is False


@pytest.mark.parametrize(
    "words",
    [
        "Images on this site are protected by copyright and are not covered by the licence of the texts.",
        "Getty images on this site may not be republished.",
        "Texty sú zverejnené pod licenciou CC BY 4.0. Licencia sa nevzťahuje na fotografie.",
        "Els textos estan publicats sota la llicència CC BY 4.0. La llicència no cobreix les fotografies.",
    ],
)
def test_pictures_that_a_licence_does_not_cover_are_left_out(words: str) -> None:
    assert reading_fields(read_wording(words))["images_excluded"]
