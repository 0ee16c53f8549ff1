"""The sentence before says what a permission or licence without a work is about."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields

# By language: sentences about things that are no texts, and permissions that name no work.
THINGS = {
    "en": (
        ["The photographs in this report were taken by our field team.", "The logo is available in three colours."],
        ["Reproduction is permitted with credit.", "Feel free to republish with attribution."],
    ),
    "de": (
        ["Die Fotos in diesem Bericht hat unser Team aufgenommen.", "Unser Podcast erscheint jeden Freitag."],
        ["Die Vervielfältigung ist mit Quellenangabe gestattet.", "Der Abdruck ist mit Quellenangabe honorarfrei."],
    ),
    "fr": (
        ["Les données de ce tableau viennent de notre enquête.", "Les photos de ce rapport sont de notre équipe."],
        ["La reproduction est autorisée avec mention de la source.", "Reproduction libre avec mention de la source."],
    ),
    "es": (
        ["Las fotos de este informe las tomó nuestro equipo.", "Este cartel está en nuestra biblioteca."],
        [
            "Se permite la reproducción citando la fuente.",
            "Se pueden reproducir gratis para uso editorial citando la fuente.",
        ],
    ),
    "it": (
        ["Il logo esiste in tre colori.", "Il nostro podcast esce ogni venerdì."],
        ["La riproduzione è consentita citando la fonte.", "Riproduzione libera con citazione della fonte."],
    ),
    "pt": (
        ["As fotos deste relatório foram tiradas pela nossa equipa.", "Os mapas são de nossa autoria."],
        ["É permitida a reprodução com citação da fonte."],
    ),
    "nl": (
        ["De foto's in dit rapport zijn door ons team gemaakt.", "Onze podcast verschijnt elke vrijdag."],
        ["Overname is toegestaan met bronvermelding."],
    ),
    "pl": (
        ["Wszystkie zdjęcia na tej stronie należą do Studia Rafa.", "Nasz podcast ukazuje się w każdy piątek."],
        ["Przedruk dozwolony z podaniem źródła."],
    ),
    "cs": (
        ["Fotografie v této zprávě pořídil náš tým.", "Mapy jsme nakreslili sami."],
        ["Přetisk je povolen s uvedením zdroje."],
    ),
    "ru": (
        ["Фотографии в этом отчёте сделала наша группа.", "Карты нарисованы нами."],
        ["Перепечатка разрешается со ссылкой на источник."],
    ),
    "uk": (
        ["Фотографії в цьому звіті зробила наша група.", "Наш подкаст виходить щоп'ятниці."],
        ["Передрук дозволено з посиланням на джерело."],
    ),
}


def permits(words: str) -> bool | None:
    permitted: bool | None = reading_fields(read_wording(words))["permits_text_reuse"]
    return permitted


@pytest.mark.parametrize("language", sorted(THINGS))
def test_after_a_sentence_about_a_thing_a_permission_without_a_work_is_for_that_thing(language: str) -> None:
    things, permissions = THINGS[language]
    both = [f"{thing} {permission}" for thing in things for permission in permissions]
    assert [words for words in both if permits(words) is True] == []


@pytest.mark.parametrize(
    "words",
    [
        "Our articles are free to read. The photographs are by Jane Roe. You may republish our articles with credit.",
        "You may republish our articles. The photographs belong to their authors. Please name the source.",
        "Texts and photographs belong to the Reef Institute. Reproduction is permitted with credit.",
        "Satz und Layout: Studio Riff, Berlin. Der Nachdruck ist mit Quellenangabe gestattet.",
        "Les textes et photos de ce site sont de nous. La reproduction est autorisée avec mention de la source.",
    ],
)
def test_an_aside_about_pictures_takes_no_permission_from_the_texts(words: str) -> None:
    assert permits(words) is True


def test_a_ban_after_a_sentence_about_a_recording_still_counts_for_the_texts() -> None:
    assert permits("Our podcast appears every Friday. Reproduction without permission is prohibited.") is False


@pytest.mark.parametrize(
    "words",
    [
        "Night sky over Oslo by Jane Roe. CC BY 2.0.",
        "Nachthimmel über Oslo von Jane Roe. CC BY 2.0.",
        "Niebo nad Oslo, Jane Roe. CC BY 2.0.",
        "Flag of Norway. Licence: CC BY-SA 4.0.",
    ],
)
def test_a_bare_licence_behind_a_title_and_its_author_is_not_the_sites(words: str) -> None:
    assert permits(words) is not True
    assert reading_fields(read_wording(words))["licence_id"].startswith("CC-BY")


@pytest.mark.parametrize(
    "words",
    [
        "CC BY 4.0",
        "© 2024 Jane Roe. CC BY 4.0.",
        "Reef Institute, 2021. CC BY-NC 4.0",
        "All our articles are free. Licence: CC BY 4.0.",
    ],
)
def test_a_bare_licence_by_itself_or_behind_a_publisher_is_the_sites(words: str) -> None:
    assert permits(words) is True


@pytest.mark.parametrize(
    ("words", "permits"),
    [
        (
            "El autor conserva sus derechos y autoriza a la revista a difundir su texto. Transcurridos seis meses, "
            "puede publicarlo en otros medios citando la primera publicación.",
            False,
        ),
        ("You keep the rights in your text. It may be republished elsewhere with credit.", False),
        ("Users may upload their own texts. Reprinting is permitted with credit.", False),
        ("Contributors keep their copyright. They may republish them elsewhere with credit to the journal.", False),
        ("Users may upload their own texts. Our articles may be republished with credit.", True),
        ("Our articles are for everybody. The author keeps the rights. Republication is permitted with credit.", True),
        ("You keep the rights in your comments. Our articles may be republished with credit.", True),
    ],
)
def test_a_permission_without_a_work_behind_a_sentence_on_authors_rights_is_theirs(words: str, permits: bool) -> None:
    assert (reading_fields(read_wording(words))["permits_text_reuse"] is True) is permits


@pytest.mark.parametrize(
    "words",
    [
        "Partner newsrooms have a contract with us. They are welcome to republish our articles with credit.",
        "Die Mitglieder bekommen das Heft per Post. Sie dürfen die Artikel mit Quellenangabe nachdrucken.",
        "Les abonnés paient chaque mois. Ils peuvent reproduire les articles en citant la source.",
        "Los colaboradores escriben gratis. Pueden reproducir sus artículos citando la revista.",
        "I soci votano ogni anno. Possono riprodurre gli articoli citando la fonte.",
        "Os associados pagam uma quota. Podem reproduzir os artigos, citando a fonte.",
        "De schrijver draagt zijn rechten over. Het artikel mag door hem worden overgenomen met bronvermelding.",
        "Studenci dostają hasło. Mogą przedrukowywać artykuły z podaniem źródła.",
        "Členové platí příspěvky. Mohou články přetiskovat s uvedením zdroje.",
        "Подписчики платят раз в год. Они могут перепечатывать статьи со ссылкой на журнал.",
        "Can authors publish their text elsewhere? Yes, you may republish it with credit to us.",
        "May I publish my essay elsewhere? Of course, feel free to republish it with credit.",
        "For authors: Republication of articles is permitted after a year with credit to the journal.",
        "Members: reproduction of articles permitted with credit.",
    ],
)
def test_what_is_permitted_to_people_of_whom_it_was_spoken_is_permitted_to_nobody_else(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Our contributors are paid. Our articles may be republished with credit.",
        "Our contributors are paid. You may republish our articles with credit.",
        "The authors are volunteers. Their texts are free. They may be republished with credit.",
        "Nuestros socios pagan una cuota. Los textos pueden reproducirse citando la fuente.",
        "Can members reprint your articles? Yes, anyone may reprint our articles with credit.",
        "For authors: write to the editor. Our articles may be republished with credit.",
        "Author: Jane Roe. Reprinting permitted with credit to the source.",
        "Die Autoren behalten ihre Rechte. Nachdruck mit Quellenangabe gestattet.",
        "Autorzy zachowują swoje prawa. Przedruk dozwolony z podaniem źródła.",
    ],
)
def test_a_sentence_on_people_takes_no_permission_from_everybody(words: str) -> None:
    assert permits(words) is True


@pytest.mark.parametrize(
    ("words", "permits"),
    [
        ("Do I need permission to reprint a column? No, but please name us.", True),
        ("Faut-il une autorisation pour republier un texte ? Non, il suffit de citer la source.", True),
        ("Moet ik toestemming vragen om een artikel over te nemen? Nee, bronvermelding volstaat.", True),
        ("Czy trzeba pytać o zgodę na przedruk tekstu? Nie, wystarczy podać źródło.", True),
        ("Wilt u een artikel overnemen? Graag, met bronvermelding.", True),
        ("Would you like to republish our stories? Go ahead, just name us.", True),
        ("Do you give permission to reprint your columns? No, not even with credit.", None),
        ("Do I need permission to reprint a column? Yes, and please name us.", None),
        ("Posso ripubblicare senza autorizzazione? No, bisogna chiedere e citare la fonte.", False),
        ("Can I republish your columns? No, please link to us instead.", False),
        ("Sie möchten unsere Artikel nachdrucken? Sie können uns schreiben.", None),
        ("Vous souhaitez reproduire nos articles ? Vous pouvez nous écrire en citant le titre.", None),
        ("¿Quiere reproducir nuestros artículos? Puede solicitarlo citando el título.", None),
        ("Wilt u onze artikelen overnemen? U kunt bij ons een licentie kopen.", None),
    ],
)
def test_an_answer_permits_what_was_asked_for_only_if_it_says_nothing_else(words: str, permits: bool | None) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is permits


@pytest.mark.parametrize(
    "words",
    [
        "We quote from the ministry's report. It may be reproduced with acknowledgement.",
        "Nous citons le rapport de la commission. Il peut être reproduit en citant la source.",
        "Cytujemy raport komisji. Można go przedrukować z podaniem źródła.",
        "Las obras de Lope son de dominio público. Se pueden reproducir libremente.",
        "Le opere di Goldoni sono di pubblico dominio. Si possono riprodurre liberamente.",
    ],
)
def test_what_is_cited_or_belongs_to_nobody_is_not_the_publishers(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is not True


@pytest.mark.parametrize(
    "words",
    [
        "We quote from a report. Our essays may be reprinted with credit.",
        "Cytujemy raport komisji. Przedruk naszych esejów dozwolony z podaniem źródła.",
        "We quote from a report. Reprinting permitted with credit.",
        "Our essays are in the public domain. They may be reprinted freely.",
    ],
)
def test_a_permission_behind_what_is_cited_is_read_if_it_names_the_publishers_texts(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is True


@pytest.mark.parametrize(
    ("words", "permits"),
    [
        ("What does CC BY allow? You may copy and publish the text if you credit its author.", None),
        ("Was erlaubt CC BY? Sie dürfen den Text kopieren und veröffentlichen, wenn Sie den Urheber nennen.", None),
        ("What does CC BY allow? You may copy and publish our essays with credit.", True),
        ("Are your essays under CC BY? Yes, you may reprint them with credit.", True),
    ],
)
def test_the_answer_to_what_a_license_is_permits_nothing_of_the_publishers(words: str, permits: bool | None) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is permits


@pytest.mark.parametrize(
    "words",
    [
        "Retrato de Ana Ríos. Reproducción libre citando al fotógrafo.",
        "Portret Anny Rzecznej. Przedruk dozwolony z podaniem nazwiska fotografa.",
    ],
)
def test_what_is_reprinted_with_the_name_of_its_photographer_is_no_text(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is not True
