"""Objects: a licence or permission for a theme, a book, a file or a notice does not cover the texts."""

from __future__ import annotations

import pytest
from lxml import html

from archive.evidence.locate import Source
from db.model.item import Answer, Covers
from db.terms.verdict import verdict
from ingest.terms import PageView, read_terms, read_wording
from ingest.terms.clause_reader import grants
from ingest.terms.output import reading_fields

BY = "https://creativecommons.org/licenses/by/4.0/"
LINK = f'<a rel="license" href="{BY}">CC BY 4.0</a>'
PLAIN = f'<a href="{BY}">CC BY 4.0</a>'
PROSE = "".join(f"<p>Paragraph {number} tells how the bridge at the mill was paid for.</p>" for number in range(3))


def granted(block: str, *, url: str = "https://mill.example/bridge") -> bool:
    entity = (
        f"<!doctype html><html><head><meta charset=utf-8></head><body><article><h1>The bridge</h1>{PROSE}</article>"
        f"{block}</body></html>"
    )
    page = PageView(url, html.fromstring(entity), Source(entity.encode(), "utf-8"))
    return verdict(read_terms(page)).answer in (Answer.YES, Answer.WITH_DUTIES)


OF_OTHERS = [
    "Theme “Ash” by Fern Works, MIT licence: copy, change and share it as you like.",
    "Icons by Ada Lind, CC BY 4.0.",
    "Her book “Weirs” may be freely copied and distributed under CC BY 4.0.",
    "You may copy this privacy policy for your own site; it is published under CC BY 4.0.",
    "The data and code behind this report are dedicated to the public domain (CC0).",
    "Das Theme steht unter der Lizenz CC BY 4.0 und darf frei kopiert werden.",
    "Ihr Buch „Wehre“ darf frei kopiert und verbreitet werden.",
    "Die Daten zu diesem Bericht stehen unter CC BY 4.0.",
    "Le thème peut être reproduit et diffusé librement sous licence CC BY 4.0.",
    "Son livre « Écluses » peut être reproduit et diffusé librement.",
    "Su libro «Esclusas» puede reproducirse y distribuirse libremente con licencia CC BY 4.0.",
    "Il suo libro «Chiuse» può essere riprodotto e distribuito liberamente con licenza CC BY 4.0.",
    "O seu livro «Comportas» pode ser reproduzido e distribuído livremente sob a licença CC BY 4.0.",
    "Haar boek «Sluizen» mag vrij worden gekopieerd en verspreid onder CC BY 4.0.",
    "Jej książka „Śluzy” jest dostępna na licencji CC BY 4.0.",
    "Dane do tego raportu są dostępne na licencji CC BY 4.0.",
    "Její kniha „Zdymadla“ je dostupná pod licencí CC BY 4.0.",
    "Її книга «Шлюзи» доступна за ліцензією CC BY 4.0.",
    "Её книга «Шлюзы» доступна по лицензии CC BY 4.0.",
]


@pytest.mark.parametrize("words", OF_OTHERS)
def test_a_permission_for_something_else_does_not_cover_the_text(words: str) -> None:
    assert not [term for term in read_wording(words) if grants(term) and term.covers in (Covers.TEXT, Covers.SITE)]
    assert not granted(f"<footer><p>{words}</p></footer>")


OF_A_STATE = [
    "Communiqués of the Foreign Ministry may be reproduced freely.",
    "The President's statements may be freely reprinted and distributed.",
    "Mitteilungen der Bundesregierung dürfen frei nachgedruckt werden.",
    "Les communiqués de l'Élysée peuvent être reproduits librement.",
    "Los comunicados de La Moncloa pueden reproducirse libremente.",
    "I comunicati dell'Eliseo possono essere riprodotti liberamente.",
    "As notas oficiais do Itamaraty podem ser reproduzidas livremente.",
    "Persberichten van de Rijksvoorlichtingsdienst mogen vrij worden overgenomen.",
    "Komunikaty Kancelarii Prezydenta można swobodnie przedrukowywać.",
    "Prohlášení Úřadu vlády lze volně přetiskovat.",
    "Заяви Офісу Президента можна вільно передруковувати.",
    "Заявления МИД можно свободно перепечатывать.",
]
HEARD_OR_WATCHED = [
    "Episodes of our podcast are licensed under CC BY-NC 4.0.",
    "Unser Podcast steht unter der Lizenz CC BY 4.0.",
    "Cette émission est diffusée sous licence CC BY 4.0.",
    "El pódcast se distribuye con licencia CC BY 4.0.",
    "La sigla è distribuita con licenza CC BY 4.0.",
    "Este podcast está sob a licença CC BY 4.0.",
    "De muziek van deze podcast valt onder CC BY 3.0.",
    "Podcast udostępniamy na licencji CC BY 4.0.",
    "Podcast je dostupný pod licencí CC BY 4.0.",
    "Подкаст доступний за ліцензією CC BY 4.0.",
    "Подкаст доступен по лицензии CC BY 4.0.",
]


@pytest.mark.parametrize("words", [*OF_A_STATE, *HEARD_OR_WATCHED])
def test_permissions_for_official_notices_or_podcasts_cover_no_text(words: str) -> None:
    assert not granted(f"<footer><p>{words}</p></footer>")


TOLD_OF_LAWS = [
    "The new law allows anyone to copy and distribute official documents.",
    "Under the treaty, anyone may freely reproduce the reports.",
    "Works in the public domain may be freely copied and distributed.",
    "Das Gesetz erlaubt jedem, amtliche Texte zu kopieren und zu verbreiten.",
    "La loi autorise chacun à reproduire et à diffuser les documents publics.",
    "La ley permite reproducir y distribuir libremente los documentos oficiales.",
    "La legge consente a chiunque di riprodurre e diffondere i documenti pubblici.",
    "A lei permite reproduzir e distribuir livremente os documentos oficiais.",
    "De wet staat toe dat iedereen documenten van de overheid kopieert en verspreidt.",
    "Ustawa pozwala każdemu kopiować i rozpowszechniać dokumenty urzędowe.",
    "Zákon umožňuje každému kopírovat a šířit úřední dokumenty.",
    "Закон дозволяє кожному копіювати й поширювати документи.",
    "Закон разрешает каждому копировать и распространять документы.",
]


@pytest.mark.parametrize("words", TOLD_OF_LAWS)
def test_what_a_law_permits_is_no_permission_of_the_publisher(words: str) -> None:
    assert not granted(f"<footer><p>{words}</p></footer>")


OURS = [
    "Official texts of the Authority may be freely reproduced.",
    "Les communiqués de l'Agence peuvent être reproduits librement.",
    "Communiqués of the Bank may be reproduced freely.",
    "Our texts are licensed under CC BY 4.0.",
    "Our articles on themes and maps may be freely republished with credit.",
    "All articles and data on this site are licensed under CC BY 4.0.",
    "Unsere Texte stehen unter der Lizenz CC BY 4.0.",
    "Nos articles peuvent être reproduits librement avec mention de la source.",
    "Teksty na tej stronie są dostępne na licencji CC BY 4.0.",
]


@pytest.mark.parametrize("words", OURS)
def test_a_permission_for_the_texts_is_read(words: str) -> None:
    assert granted(f"<footer><p>{words}</p></footer>")


@pytest.mark.parametrize("link", [LINK, PLAIN])
@pytest.mark.parametrize(
    "sentence",
    [
        "Cover: Ada Lind, {}.",
        "The Mill, a quarterly. Photo: Ada Lind, {}.",
        "Theme by Fern Works, {}.",
        "You are welcome to copy this notice for your own site; it is published under {}.",
        "Map tiles by Fern Works under {}.",
        "Data: Water Office, {}.",
        "Okładka: Ada Lind, {}.",
    ],
)
def test_a_license_link_covers_what_its_sentence_names(sentence: str, link: str) -> None:
    assert not granted(f"<footer><p>{sentence.format(link)}</p></footer>")


@pytest.mark.parametrize(
    "sentence",
    ["{}", "© 2024 The Mill. {}", "Texts: {}. Cover: Ada Lind.", "Our essays: {}, unless stated otherwise."],
)
def test_a_license_link_alone_or_next_to_our_texts_covers_the_texts(sentence: str) -> None:
    assert granted(f"<footer><p>{sentence.format(LINK)}</p></footer>")


FILES = [
    "<p><a href='/report.pdf'>Get the report</a>. The report may be freely copied and distributed.</p>",
    "<p><a href='/data.csv'>Table</a> – {}</p>",
    "<p>The report (PDF) is available under {}.</p>",
    "<p><a href='/raport.pdf'>Pobierz raport</a>. Raport jest dostępny na licencji {}.</p>",
    "<p><a href='/bericht.pdf'>Bericht</a>. Der Bericht steht unter der Lizenz {}.</p>",
    "<p><a href='/rapport.pdf'>Rapport</a>. Le rapport est disponible sous licence {}.</p>",
]


@pytest.mark.parametrize("block", FILES)
@pytest.mark.parametrize("link", [LINK, PLAIN])
def test_a_permission_next_to_a_file_covers_the_file_only(block: str, link: str) -> None:
    assert not granted(block.format(link))


def test_a_link_to_guidelines_in_a_file_leaves_the_permission() -> None:
    said = "All our articles may be freely republished by anyone, with credit to the author."
    assert granted(f"<p class='reuse'>{said} <a href='/guide.pdf'>Guidelines</a></p>")


def test_a_russian_or_ukrainian_permission_for_the_site_next_to_a_file_is_read() -> None:
    # The short i of "сайт" and "цей" is folded to a long one, so their phrases have to be folded too.
    russian = "Статьи сайта доступны по лицензии Creative Commons Attribution 4.0."
    ukrainian = "Статті сайту доступні за ліцензією Creative Commons Attribution 4.0."
    for words in (russian, ukrainian):
        assert granted(f"<p class='reuse'>{words} <a href='/guide.pdf'>→</a></p>")


QUOTED = [
    "On its site the council says: “Anyone may reproduce and distribute our reports free of charge, with credit.”",
    "Auf seiner Seite schreibt das Amt: „Unsere Berichte dürfen frei kopiert und mit Quellenangabe verbreitet werden.“",
    "Le conseil écrit : « Nos rapports peuvent être reproduits librement avec mention de la source. »",
    "Urząd pisze na stronie: „Nasze raporty można bezpłatnie przedrukowywać z podaniem źródła.”",
]


@pytest.mark.parametrize("words", QUOTED)
def test_a_quoted_permission_grants_nothing(words: str) -> None:
    assert not granted(f"<p>{words}</p>")
    assert not granted(f"<p class='reuse'>{words} The reports have been away since May.</p>")


def test_a_prescribed_credit_line_in_quotation_marks_leaves_the_permission() -> None:
    said = "Our articles may be freely republished with this credit: “This article first stood in The Mill quarterly.”"
    assert granted(f"<p class='reuse'>{said}</p>")


@pytest.mark.parametrize(
    "words",
    [
        "Contest: all texts may be republished freely with credit to the author.",
        "Texts submitted to our contest may be reproduced freely with credit.",
        "The plaintiff's articles may be reproduced freely with credit.",
        "Les textes du concours peuvent être reproduits en citant la source.",
        "Los textos del concurso pueden ser reproducidos citando la fuente.",
        "I testi del concorso possono essere riprodotti citando la fonte.",
        "Prace konkursowe można przedrukowywać z podaniem źródła.",
    ],
)
def test_a_permission_for_contest_entries_or_court_files_covers_no_text(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is not True


def test_a_permission_for_articles_on_competition_is_read() -> None:
    words = "Our articles in competition policy may be republished freely with credit."
    assert reading_fields(read_wording(words))["permits_text_reuse"] is True
