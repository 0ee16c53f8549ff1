"""What the first look at a site finds, and how it gets around obstacles."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.http.exchange import Entity
from db.model.item import PageKind
from ingest.crawl.site_preview import ObstacleKind, refused, site_of, survey, unreachable
from ingest.discovery.hints import Hints, read_hints
from ingest.discovery.robots_txt import Robots

SITE = "https://institute.example/"
HOME = """<!doctype html><html lang="pl-PL"><head><meta charset="utf-8"><title>Instytut – strona</title>
<meta property="og:site_name" content=" Instytut  Żółty "><meta name="generator" content="WordPress 6.8">
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">
<link rel="alternate" type="application/rss+xml" href="/feed/">
<link rel="alternate" hreflang="en" href="/en/"><link rel="alternate" hreflang="x-default" href="/">
<link rel="alternate" type="application/json+oembed" href="/wp-json/x"><link rel="stylesheet" href="/s.css">
</head><body><p>Words</p></body></html>"""


def home(text: str = HOME) -> Entity:
    return Entity(SITE, text.encode(), "text/html", "utf-8")


@pytest.mark.parametrize(
    ("link", "languages"),
    [
        ('<a href="/pl/">PL</a>', ("en", "pl")),
        (f'<a href="{SITE}pl"> pl </a>', ("en", "pl")),
        ('<a href="/pl/" lang="pl">Polski</a>', ("en", "pl")),
        ('<a href="/pt-br/" hreflang="pt-BR">Português</a>', ("en", "pt")),
        ('<a href="/tv/">Watch</a>', ("en",)),
        ('<a href="https://other.example/pl/">PL</a>', ("en",)),
        ('<a href="/pl/about/">PL</a>', ("en",)),
        ('<a href="http://[/pl/">PL</a>', ("en",)),
    ],
)
def test_a_language_switch_names_the_languages_of_the_site(link: str, languages: tuple[str, ...]) -> None:
    body = f"<html lang=en><body><nav><a href='/'>EN</a>{link}</nav>"
    found = read_hints(home(body))
    assert found.languages == languages


def test_a_home_page_names_its_languages_and_feeds() -> None:
    assert read_hints(home()) == Hints(
        name="Instytut Żółty",
        generator="WordPress 6.8",
        languages=("pl-pl", "en"),
        feeds=(SITE + "feed/", SITE + "comments/feed/"),
        translations=(("en", SITE + "en/"),),
    )


@pytest.mark.parametrize("charset", ["euc-kr", "macintosh", "iso-2022-kr", "iso-8859-2"])
def test_a_home_page_names_its_feeds_in_whatever_charset_it_is(charset: str) -> None:
    page = HOME.replace("Żółty", "Zolty").replace("–", "-").encode("ascii")
    found = read_hints(Entity(SITE, page, "text/html", charset))
    assert (found.name, found.feeds[:1]) == ("Instytut Zolty", (SITE + "feed/",))


def test_a_plain_page_gets_its_name_from_the_title_and_wordpress_from_folders() -> None:
    hints = read_hints(home('<title>Institute\n </title><img src="/wp-content/a.png">'))
    assert (hints.name, hints.generator, hints.feeds) == ("Institute", "WordPress", ())


@given(st.text(max_size=200))
@settings(max_examples=60, deadline=None)
def test_no_page_makes_read_hints_raise(text: str) -> None:
    read_hints(home("<link rel=alternate type=application/rss+xml href='" + text))
    read_hints(home(text))


@pytest.mark.parametrize(
    "url",
    [
        "https://institute.example/2023/essay?x=1#y",
        "https://INSTITUTE.example:443",
        "https://institute.example/",
    ],
)
def test_the_site_of_an_article_is_its_front_page(url: str) -> None:
    assert site_of(url) == SITE


def test_an_open_site_with_a_feed_has_no_obstacle() -> None:
    found = survey(
        SITE, read_hints(home()), status=200, kind=PageKind.LISTING, robots=Robots(), lists=((), SITE + "feed/")
    )
    assert found.obstacles == ()
    assert found.feed == SITE + "feed/"
    assert found.hints.name == "Instytut Żółty"


@pytest.mark.parametrize(
    ("status", "kind", "obstacle"),
    [
        (403, PageKind.CHALLENGE, ObstacleKind.CHALLENGE),
        (200, PageKind.PROTECTED, ObstacleKind.LOGIN),
        (401, PageKind.EMPTY, ObstacleKind.LOGIN),
        (200, PageKind.SHELL, ObstacleKind.SCRIPT),
        (500, PageKind.LISTING, ObstacleKind.ERROR),
    ],
)
def test_each_obstacle_is_reported_with_its_remedy(status: int, kind: PageKind, obstacle: ObstacleKind) -> None:
    found = survey(
        SITE, read_hints(home()), status=status, kind=kind, robots=Robots(), lists=((SITE + "sitemap.xml",), None)
    )
    [one] = found.obstacles
    assert one.kind is obstacle
    assert one.seen.endswith(".")
    assert one.way_out.endswith(".")


def test_robots_is_the_first_obstacle_and_a_missing_list_is_another() -> None:
    robots = Robots.parse(b"User-agent: *\nDisallow: /\n")
    found = survey(SITE, read_hints(home()), status=200, kind=PageKind.LISTING, robots=robots)
    assert [one.kind for one in found.obstacles] == [ObstacleKind.ROBOTS, ObstacleKind.NO_LIST]
    assert "line 2: Disallow: /" in found.obstacles[0].seen
    assert refused(SITE, robots.allows(SITE)).obstacles == found.obstacles[:1]


def test_a_site_that_does_not_answer_gives_the_hint_of_its_failure() -> None:
    [one] = unreachable(SITE, "no address for institute.example", "Check the spelling.").obstacles
    assert (one.kind, one.way_out) == (ObstacleKind.UNREACHABLE, "Check the spelling.")
