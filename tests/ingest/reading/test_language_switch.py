"""A language switch names the same text in another language, and never a front page, a list or another text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.model.item import Reading

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
SITE = "https://institute.example"


def switch(make_page: PageMaker, link: str, *, lang: str = "pl") -> str:
    return make_page(bottom=f"<div>{link}</div>", lang=lang)


@pytest.mark.parametrize(
    ("here", "link", "named"),
    [
        ("/pl/node/1412", "<a href='/en/node/1412'>EN</a>", ("en", "/en/node/1412")),
        (
            "/tekst/drogi-bursztynu",
            "<a href='/de/tekst/drogi-bursztynu'>Deutsch</a>",
            ("de", "/de/tekst/drogi-bursztynu"),
        ),
        (
            "/pl/analizy/2024-03-12/drogi-bursztynu",
            "<a href='/en/analyses/2024-03-12/roads-of-amber'>English</a>",
            ("en", "/en/analyses/2024-03-12/roads-of-amber"),
        ),
        ("/show.php?id=4&lang=pl", "<a href='?id=4&lang=uk'>Укр</a>", ("uk", "/show.php?id=4&lang=uk")),
        ("/show.php?id=4", "<a href='?id=4&l=en&PHPSESSID=a1'>en</a>", ("en", "/show.php?id=4&l=en")),
        (
            "/publikacje/drogi-bursztynu",
            "<a hreflang='en-GB' href='/en/publications/roads-of-amber'>Read in English</a>",
            ("en", "/en/publications/roads-of-amber"),
        ),
        (
            "/publikacje/drogi-bursztynu",
            "<ul class='lang-switch'><li><a href='/en/publications/roads-of-amber'><img alt='English'></a></li></ul>",
            ("en", "/en/publications/roads-of-amber"),
        ),
        (
            "/tekst.asp?id=12",
            "<a class='lang' href='/article.asp?id=12'><img alt='English' src='/img/flag_gb.gif'></a>",
            ("en", "/article.asp?id=12"),
        ),
    ],
)
def test_a_switch_that_leads_to_the_same_text_names_a_translation(
    make_page: PageMaker, read_page: Read, here: str, link: str, named: tuple[str, str]
) -> None:
    found = read_page(switch(make_page, link), url=SITE + here)
    assert found.translations == ((named[0], SITE + named[1]),)


@pytest.mark.parametrize(
    ("here", "link"),
    [
        ("/pl/analizy/drogi-bursztynu", "<a href='/en/'>EN</a>"),
        ("/pl/analizy/drogi-bursztynu", "<a class='lang' href='/en/analyses'>EN</a>"),
        ("/pl/analizy/drogi-bursztynu", "<a href='/en/about/who-we-are-now'>EN</a>"),
        ("/drogi-bursztynu", "<a class='lang' href='/en/about-the-institute'>English</a>"),
        ("/pl/analizy/drogi-bursztynu", "<a href='/pl/analizy/drogi-bursztynu?x=1'>PL</a>"),
        ("/pl/analizy/drogi-bursztynu", "<a href='https://other.example/en/analizy/drogi-bursztynu'>EN</a>"),
        ("/pl/analizy/drogi-bursztynu", "<a href='/en/analizy/drogi-bursztynu.pdf'>EN</a>"),
        ("/pl/analizy/drogi-bursztynu", "<a href='/en/analizy/drogi-bursztynu'>Read more</a>"),
        ("/show.php?id=4&lang=pl", "<a href='?id=7&lang=en'>EN</a>"),
        ("/show.php?id=4&lang=pl", "<a href='/list.php?id=4&lang=en'>EN</a>"),
        ("/show.php?id=4", "<a href='/list.php?id=4'>EN</a>"),
        ("/show.php?id=4", "<a class='lang' href='/list.php?id=7'><img alt='English' src='/flags/gb.png'></a>"),
        ("/pl/node/1412", "<a href='/en/node/1412'>EN</a><a href='/eng/node/1412'>English</a>"),
        ("/abs/2512.16245", "<a href='/abs/2512.16245?context=cs'>cs</a>"),
        ("/pl/node/1412", "<a href='#'>EN</a>"),
    ],
)
def test_other_links_that_name_a_language_name_no_translation(
    make_page: PageMaker, read_page: Read, here: str, link: str
) -> None:
    assert read_page(switch(make_page, link), url=SITE + here).translations == ()


def test_a_switch_adds_nothing_to_what_the_head_names(make_page: PageMaker, read_page: Read) -> None:
    head = "<title>T</title><link rel=alternate hreflang=de href='/de/node/1412'>"
    html = make_page(head=head, bottom="<a href='/en/node/1412'>EN</a>", lang="pl")
    assert read_page(html, url=f"{SITE}/pl/node/1412").translations == (("de", f"{SITE}/de/node/1412"),)
