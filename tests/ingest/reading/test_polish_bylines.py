"""Authors as Polish institutes print them: ranks, degrees, teams, helpers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.model.item import AgentKind, Reading, Role

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
H1 = "<h1>Kto wyprostuje rzekę</h1>"
TITLE = "<title>Kto wyprostuje rzekę</title>"
BODY = (
    "<p>"
    + "Rzeka płynie przez trzy gminy i żadna z nich nie chce zapłacić za wał, który chroni sąsiadów. " * 4
    + "</p>"
)


def credited(reading: Reading, role: Role = Role.AUTHOR) -> list[str]:
    return [one.name for one in reading.attributions if one.role is role]


def page_with_line(make_page: PageMaker, line: str) -> str:
    return make_page(head=TITLE, top=f"{H1}<p>{line}</p>", body=BODY * 3, bottom="", lang="pl")


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("Autor: płk rez. dr hab. Jan Nowak, prof. UW", ["Jan Nowak"]),
        ("dr hab. Anna Kowalska, prof. ucz.", ["Anna Kowalska"]),
        ("gen. broni w st. spocz. dr Jan Lis", ["Jan Lis"]),
        ("Autor: płk dypl. Jan Lis", ["Jan Lis"]),
        ("Autor: gen. dywizji Jan Lis", ["Jan Lis"]),
        ("Autor: nadinsp. w st. spocz. Jan Lis", ["Jan Lis"]),
        ("Autor: prof. nadzw. dr hab. Jan Lis", ["Jan Lis"]),
        ("Autor: dr hab. Jan Lis prof. UW", ["Jan Lis"]),
        (
            "Autorzy: mgr inż. Anna Kowalska, lek. med. Jan Lis, ks. prof. Adam Wilk",
            ["Anna Kowalska", "Jan Lis", "Adam Wilk"],
        ),
        ("Autor tekstu: Anna Kowalska", ["Anna Kowalska"]),
        ("Autorzy raportu: Anna Kowalska, Jan Lis", ["Anna Kowalska", "Jan Lis"]),
        ("Współautor: Jan Lis", ["Jan Lis"]),
        ("Opublikował: Jan Lis", ["Jan Lis"]),
        ("Dagmara Moskwa - Zespół Wschodni", ["Dagmara Moskwa"]),
        ("Jan Lis | 3 maja 2021 | Komentarze", ["Jan Lis"]),
        ("Współpraca: Jan Lis", []),
    ],
)
def test_a_byline_names_its_authors_and_is_not_part_of_the_text(
    make_page: PageMaker, read_page: Read, line: str, authors: list[str]
) -> None:
    reading = read_page(page_with_line(make_page, line))
    assert credited(reading) == authors
    assert reading.text.startswith("Rzeka płynie")


@pytest.mark.parametrize("line", ["Autor: Zespół Bałtycki", "Autor: www.rzeka.example"])
def test_a_team_or_a_site_is_credited_if_a_label_names_it(make_page: PageMaker, read_page: Read, line: str) -> None:
    (one,) = read_page(page_with_line(make_page, line)).attributions
    assert (f"Autor: {one.name}", one.kind) == (line, AgentKind.ORGANISATION)


def test_a_scholarly_editor_is_credited_as_editor(make_page: PageMaker, read_page: Read) -> None:
    reading = read_page(page_with_line(make_page, "Redakcja naukowa: prof. Anna Kowalska"))
    assert (credited(reading), credited(reading, Role.EDITOR)) == ([], ["Anna Kowalska"])
    assert reading.text.startswith("Rzeka płynie")


def test_an_author_in_the_article_footer_is_credited(make_page: PageMaker, read_page: Read) -> None:
    foot = (
        '<footer class="article__footer"><h2>Autor</h2><div class="article__author"><h3 class="article__author-name">'
        '<a href="/autorzy/100-zespol">Zespół Rzeka nad wałem</a></h3></div></footer>'
    )
    body = f'<div class="js-truncate-related-to-my-size"><section>{H1}{BODY * 3}{foot}</section></div>'
    html = f'<html lang="pl"><head>{TITLE}</head><body><main></main>{body}</body></html>'
    assert credited(read_page(html)) == ["Zespół Rzeka nad wałem"]


def test_a_sites_name_matches_its_host_without_diacritics(read_page: Read) -> None:
    title = "<title>Kto wyprostuje rzekę — Dom nad Wałem</title>"
    html = f'<html lang="pl"><head>{title}</head><body>{H1}{BODY * 3}</body></html>'
    reading = read_page(html, url="https://domnadwalem.example/rzeka/")
    assert reading.site_name is not None
    assert reading.site_name.value == "Dom nad Wałem"
