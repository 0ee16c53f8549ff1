"""Names in the head of an article, and what stands right beside them: places, days, credits of pictures, teasers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.model.item import Reading, Role

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
TITLE = "<title>The Amber Road Reopens</title>"
HEADLINE = "<h1>The Amber Road Reopens</h1>"


@pytest.fixture
def authors(make_page: PageMaker, read_page: Read) -> Callable[..., list[str]]:
    """Return the authors of a page with these lines below and above the headline."""

    def named(below: str, above: str = "") -> list[str]:
        found = read_page(make_page(head=TITLE, top=f"{above}{HEADLINE}{below}"))
        return [one.name for one in found.attributions if one.role is Role.AUTHOR]

    return named


Authors = Callable[..., list[str]]


@pytest.mark.parametrize(
    "line",
    [
        "<p class='author'><b>Anna Wood</b> <i>Gastautorin</i></p>",
        "<p class='byline'>By <strong>Anna Wood</strong> <span class='tag'>Gjesteinnlegg</span></p>",
        "<div class='sign'><span class='name'>Anna Wood</span> <span class='location'>Amberton</span></div>",
        "<div class='author'><span>Quirina Wood</span> <span class='city'>Amberton</span></div>",
        "<p class='author'><b>Anna Wood</b> <i>Amberton</i></p><p>3 May 2024</p>",
        "<p class='author'><b>Anna Wood</b> <i>AFP</i></p>",
    ],
)
def test_a_word_in_an_element_behind_a_whole_name_is_no_part_of_it(authors: Authors, line: str) -> None:
    assert authors(line) in (["Anna Wood"], ["Quirina Wood"])


@pytest.mark.parametrize(
    "line",
    [
        "<p class='author'><b>Anna Maria</b> <b>Wood</b></p>",  # the given names have an element of their own
        "<p class='author'><b>Quirina Pem</b> <i>Wood</i></p>",  # nobody knows which of these are given names
        "<a class='author'><span class='first'>Anna Lund</span> <span class='last'>Wood</span></a>",  # two family names
        "<p class='author'><b>Anna Maria</b> <i>Wood</i></p>",
    ],
)
def test_a_family_name_in_an_element_of_its_own_is_part_of_the_name(authors: Authors, line: str) -> None:
    assert [name.split()[-1] for name in authors(line)] == ["Wood"]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("<b>Anna Wood</b> <i>and</i> <b>Jan Reed</b>", ["Anna Wood", "Jan Reed"]),
        ("<b>Anna Wood</b>-<i>Reed</i>", ["Anna Wood-Reed"]),
        ("<b>Anna Wood</b> <i>with Jan Reed</i>", ["Anna Wood", "Jan Reed"]),
        ("<b>Amber Quay Photo Agency Amberton</b>", ["Amber Quay Photo Agency Amberton"]),
    ],
)
def test_a_word_between_names_or_joined_to_one_and_a_second_name_are_read(
    authors: Authors, line: str, names: list[str]
) -> None:
    assert authors(f"<p class='author'>{line}</p>") == names


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("文/王小明 | 2025-10-06發表", "王小明"),
        ("作者/ 王小明 2018-06-09 14:20 星期六", "王小明"),
        ("文・小林美咲　写真・田辺誠", "小林美咲"),
        ("Dnes 14:20, 25. 10. 2021 – Anna Říčková", "Anna Říčková"),
        ("Сегодня, 12 мая 2022 | Анна Причалова", "Анна Причалова"),
        ("Сьогодні, 12 травня 2022 | Ганна Причал", "Ганна Причал"),
        ("Idag, 12 maj 2022 | Anna Hamnlund", "Anna Hamnlund"),
        ("Tekst Anna Haven Beeld Inge Mulder", "Anna Haven"),
        ("Text: Anna Wood Photos Inge Mulder", "Anna Wood"),
        ("opr. Anna Portowa", "Anna Portowa"),
        ("Z prof. Janem Kozakiem, hydrologiem, rozmawia Anna Portowa", "Anna Portowa"),
        ("Z prof. Janem Kozakiem rozmawiała Anna Portowa", "Anna Portowa"),
    ],
)
def test_days_and_other_roles_in_the_same_line_are_no_authors(authors: Authors, line: str, name: str) -> None:
    assert authors(f"<p class='line'>{line}</p>") == [name]


@pytest.mark.parametrize("line", ["Text: Anna Wood", "Tekst: Anna Wood", "Tekst Anna Wood Beeld Inge Mulder"])
def test_who_wrote_the_text_is_named_among_the_credits_of_pictures(authors: Authors, line: str) -> None:
    assert authors(f"<div class='credits'><span>{line}</span> <span>Photos: Inge Mulder</span></div>") == ["Anna Wood"]


def test_credits_that_name_no_writer_name_no_author(authors: Authors) -> None:
    assert authors("<div class='credits'><span>Quay: Anna Wood</span></div>") == []


def test_a_portrait_with_its_caption_is_a_byline_if_its_figure_is_marked(authors: Authors) -> None:
    caption = "<figcaption><span class='author-name'>Anna Wood</span><span>in Amberton</span></figcaption>"
    figure = f"<img src='a.jpg' alt='Anna'>{caption}"
    assert authors(f"<figure class='article-author'>{figure}</figure>") == ["Anna Wood"]
    assert authors(f"<figure class='opener'>{figure}</figure>") == []
    assert authors(f"<div>{caption}</div>") == []


@pytest.mark.parametrize("tag", ["ol", "ul"])
def test_a_list_marked_as_authors_names_all_of_them(authors: Authors, tag: str) -> None:
    listed = "".join(f"<li>{name}</li>" for name in ("Noor Halab", "Piet van Haven", "Quirina Prado"))
    assert authors(f"<{tag} class='article-author-list'>{listed}</{tag}>") == [
        "Noor Halab",
        "Piet van Haven",
        "Quirina Prado",
    ]


def test_authors_of_teasers_above_the_headline_wrote_other_texts(authors: Authors) -> None:
    teasers = "".join(
        f"<div class='item'><a href='/{at}/'>Cranes at dawn</a> <span class='author'>{name}</span> 1 June 2024</div>"
        for at, name in enumerate(("Otto Hafen", "Ida Kai"))
    )
    line = "<p><span class='author'>Anna Wood</span> <span class='date'>3 May 2024</span></p>"
    assert authors(line, above=f"<div class='featured'>{teasers}</div>") == ["Anna Wood"]


def test_authors_in_a_list_above_the_headline_wrote_this_text(authors: Authors) -> None:
    people = "".join(
        f"<li class='author'><a href='/p{at}/'>{name}</a> 2024</li>" for at, name in enumerate(("Anna Wood", "Ida Kai"))
    )
    assert sorted(authors("", above=f"<ul>{people}</ul>")) == ["Anna Wood", "Ida Kai"]


@pytest.mark.parametrize("said", ["This article was contributed by Anna Wood", "This post was written by Anna Wood."])
def test_a_sentence_that_says_who_wrote_the_article_is_a_byline(authors: Authors, said: str) -> None:
    assert authors(f"<p>29 October 2018</p><p>{said}</p>") == ["Anna Wood"]


def test_a_class_for_a_writer_in_swedish_marks_the_author(authors: Authors) -> None:
    assert authors("<span class='skribent'>Quirina Hed</span>") == ["Quirina Hed"]
