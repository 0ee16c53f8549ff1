"""Bylines after a date, and the words before it: "Posted on", "by", the end of a year, in many languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.model.item import Reading, Role

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
TITLE = "<title>The Amber Road Reopens</title>"
HEADLINE = "<h1>The Amber Road Reopens</h1>"


@pytest.fixture
def authors(make_page: PageMaker, read_page: Read) -> Callable[[str], list[str]]:
    """Return the authors of a page with this line below the headline."""

    def named(line: str) -> list[str]:
        found = read_page(make_page(head=TITLE, top=f"{HEADLINE}{line}"))
        return [one.name for one in found.attributions if one.role is Role.AUTHOR]

    return named


Authors = Callable[[str], list[str]]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Publicado em 5 de março de 2016 por Quirina Camarvão", "Quirina Camarvão"),
        ("Postad den 5 mars 2016 av Quirina Sjöving", "Quirina Sjöving"),
        ("Udgivet den 5. marts 2016 af Quirina Lundgavn", "Quirina Lundgavn"),
        ("Publisert 5. mars 2016 av Quirina Solhamn", "Quirina Solhamn"),
        ("Julkaistu 5.3.2016 kirjoittanut Quirina Jokelainen", "Quirina Jokelainen"),
    ],
)
def test_a_name_after_a_date_and_a_word_for_by_is_the_author(authors: Authors, line: str, name: str) -> None:
    assert authors(f"<p class='meta'>{line}</p>") == [name]


@pytest.mark.parametrize(
    "line",
    [
        "Da Quirina Bellovento 5 minuti a piedi",
        "5 marzo 2016 da Porta Vecchia a Porta Nuova",
        "5 marzo 2016 da Porta Vecchia",
        "Dal 5 marzo 2016 di Porta Vecchia resta poco",
        "Pubblicato il 5 marzo 2016 da admin",
        "5 martie 2016 de la Anna Port",
        "5 марта 2016 г. от Старого Порта",
    ],
)
def test_such_a_word_without_posted_on_needs_a_common_given_name(authors: Authors, line: str) -> None:
    assert authors(f"<p class='meta'>{line}</p>") == []


@pytest.mark.parametrize("marks", ["meta-prep meta-prep-author", "author-prep", "by-author sep"])
def test_words_marked_as_standing_before_a_name_are_no_name(authors: Authors, marks: str) -> None:
    # WordPress themes of 2010 call these words "meta-prep-author"; the account behind them is nobody's name.
    line = (
        f'<div class="entry-meta"><span class="{marks}">Hung out on</span> <b>5/3/2016</b> '
        '<span class="author vcard"><a class="url fn n" href="/author/admin/">admin</a></span></div>'
    )
    assert authors(line) == []


@pytest.mark.parametrize(
    "posted", ["Posted on", "Publié le", "Publicado el", "Opublikowano", "Postitatud", "投稿日:", "发表于", "게시일"]
)
def test_the_words_before_a_date_are_no_name(authors: Authors, posted: str) -> None:
    assert authors(f'<p class="author"><span>{posted}</span> <b>5/3/2016</b></p>') == []
    assert authors(f'<p class="author">{posted}</p>') == []


def test_a_name_that_holds_such_a_word_is_a_name(authors: Authors) -> None:
    assert authors('<p class="author">Anna Stand</p>') == ["Anna Stand"]


def test_a_separator_inside_a_byline_hides_no_name(authors: Authors) -> None:
    line = '<p class="author-sep"><span class="sep">|</span> <span class="author">Quirina Wood</span></p>'
    assert authors(line) == ["Quirina Wood"]


@pytest.mark.parametrize(
    "line",
    [
        "Szabó Ilka | 2016. március 5.",
        "Anna Rječić | 5. ožujka 2016.",
        "Κατερίνα Ποταμίδου | 5 Μαρτίου 2016",
        "Jurgita Upienė | 2016-03-05",
        "Krišjānis Upītis | 2016-03-05",
        "Богдана Причал | 5 березня 2016",
        "Всеволод Причалов | 5 марта 2016",
        "Десислава Кейова | 5 март 2016",
        "Немања Пристан | 5. март 2016.",
        "Tjerk Havenman | 5 maart 2016",
        "Matjaž Pomolič | 5. 3. 2016",
        "Jaume Molluna | 5 de març de 2016",
        "Wulandari Dermaga | 5 Maret 2016",
        "Eilidh Harbourne | 5 March 2016",
    ],
)
def test_given_names_of_smaller_languages_are_known(authors: Authors, line: str) -> None:
    assert authors(f"<p>{line}</p>") == [line.partition(" | ")[0]]


@pytest.mark.parametrize(
    "line",
    [
        "Παρασκευή Βράδυ | 5 Μαρτίου 2016",  # Friday evening
        "Kikötői Eszterga | 2016. március 5.",
        "Anna Wood left the port on 5 March 2016.",
    ],
)
def test_days_places_and_things_are_no_given_names(authors: Authors, line: str) -> None:
    assert authors(f"<p>{line}</p>") == []
