"""A page reads the same with its publisher's learned layout as without: two WordPress themes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.http.exchange import Entity
from db.model.item import Context, Reading
from ingest.reading import read
from ingest.reading.layout.layout import Layout, profile_of
from ingest.reading.learning import learn

POSTS = 30
SITE = "Instytut Portów"
NAMES = ("Grażyna Żuraw", "Wilhelm Kos", "Renata Sikora", SITE)
TAGS = ("cła", "harbours", "Trójmorze & trade", "ice")
SECTIONS = ("harbour-monitor", "analizy")
WORDS = {
    "en": (
        ("The harbour board", "The council of pilots", "A carrier of grain", "The ministry of works"),
        ("raised", "refused", "put off", "praised"),
        ("the dues on amber", "a second quay", "the winter ferry", "new rules for ice"),
        "{} {} {} in {}, and nobody asked for the reasons that clerk {} wrote down.",
    ),
    "pl": (
        ("Zarząd portu", "Rada pilotów", "Przewoźnik zboża", "Ministerstwo robót"),
        ("podnosi", "odrzuca", "odkłada", "chwali"),
        ("opłaty za bursztyn", "drugie nabrzeże", "prom zimowy", "nowe zasady żeglugi"),
        "{} {} {} w roku {}, a nikt nie pyta o powody, które zapisał urzędnik {}.",
    ),
}
MONTHS = {"en": ("April", "May", "June"), "pl": ("kwietnia", "maja", "czerwca")}
FIXED = {
    "en": {
        "date": "Date:",
        "author": "Author:",
        "support": "Support Us",
        "gift": "If what our team prepares is useful to you, please support us. Gifts of private persons keep it up.",
        "terms": "All texts published by the Institute may be distributed provided that the source is credited.",
        "related": "Related posts",
    },
    "pl": {
        "date": "Data:",
        "author": "Autor:",
        "support": "Wesprzyj nas",
        "gift": "Jeśli to, co przygotowuje nasz zespół, jest przydatne, prosimy o wsparcie naszych działań.",
        "terms": "Wszystkie teksty (bez zdjęć) mogą być rozpowszechniane pod warunkiem podania ich źródła.",
        "related": "Powiązane wpisy",
    },
}


def lang(number: int) -> str:
    return "pl" if number % 3 == 0 else "en"


def sentence(number: int, at: int) -> str:
    who, does, what, form = WORDS[lang(number)]
    chosen = number * 7 + at
    return form.format(who[chosen % 4], does[chosen // 4 % 4], what[chosen // 3 % 4], 1950 + chosen % 70, number + at)


def title(number: int) -> str:
    return sentence(number, 90).split(",")[0] + f" ({number})"


def authors(number: int) -> str:
    joint = " i " if lang(number) == "pl" else " and "
    return joint.join((NAMES[number % 4], NAMES[(number + 1) % 3])) if number % 8 == 4 else NAMES[number % 4]


def body(number: int) -> str:
    paragraphs = [f"<p>{' '.join(sentence(number, 10 * row + at) for at in range(4))}</p>" for row in range(4)]
    if number % 5 == 0:
        paragraphs.append(f"<h2>Conclusions {number}</h2><ul><li>{sentence(number, 50)}</li><li>{sentence(number, 51)}")
        paragraphs.append("</li></ul>")
    if number % 6 == 0:
        paragraphs.append(f"<blockquote><p>“{sentence(number, 60)}”</p></blockquote>")
    if number % 4 == 0:
        links = f'<a href="/?p={number}">an earlier text</a> and <a href="/about/#team">the team</a>'
        paragraphs.append(f'<p>See {links}.<sup><a href="#fn1" id="r1">[1]</a></sup></p>')
        paragraphs.append('<p id="fn1">[1] Source: the port’s own books, 2023. <a href="#r1">↩</a></p>')
    if number == 7:
        paragraphs.append(f'<p class="post-nav-links">Pages: 1 <a href="/post-{number}/2/">2</a></p>')
    return "\n".join(paragraphs)


def classic(number: int) -> str:
    """A theme that prints date and author above the headline, and asks for support below the text."""
    said, code = FIXED[lang(number)], lang(number)
    day = f"{number % 27 + 1} {MONTHS[code][number % 3]} 2023"
    by = f'<span class="author"><a href="/author/{number % 4}/">{authors(number)}</a></span>'
    tagged = ", ".join(
        f'<a href="/tag/{at}/" rel="tag">{TAGS[at % 4]}</a>' for at in sorted({number % 4, (number + 1) % 4})
    )
    others = "".join(f'<li><a href="/post-{at}/">{title(at)}</a></li>' for at in range(number + 1, number + 4))
    return (
        f'<title>{title(number)} – {SITE}</title></head><body class="single single-post postid-{number}">'
        f'<header><a href="/">{SITE}</a><nav><a href="/en/">EN</a> <a href="/pl/">PL</a></nav>'
        f'</header><main><article class="post-{number} post type-post hentry"><div class="post-meta">{said["date"]} '
        f'<span class="date">{day}</span> {said["author"]} {by}</div><h1>{title(number)}</h1>{body(number)}'
        f'<div class="support"><h4>{said["support"]}</h4><p>{said["gift"]}</p><a href="/support/">{said["support"]}</a>'
        f'</div><div class="copyright-note"><p>{said["terms"]}</p></div><div class="tags">TAGS: {tagged}</div>'
        f'<section class="related"><h3>{said["related"]}</h3><ul>{others}</ul></section></article></main>'
    )


def blocks(number: int) -> str:
    """A block theme: a small "in" between author and section, and mostly no date anywhere."""
    day = f"2023-{number % 3 + 4:02}-{number % 27 + 1:02}T09:00:00+00:00"
    dated = f'<meta property="article:published_time" content="{day}">' if number % 3 == 0 else ""
    tagged = "".join(
        f'<a href="/tag/{at}/" rel="tag">{TAGS[at % 4]}</a>' for at in sorted({number % 4, (number + 1) % 4})
    )
    others = "".join(
        f'<li class="wp-block-post type-post"><h2 class="wp-block-post-title"><a href="/post-{at}/">{title(at)}</a>'
        f'</h2><div class="wp-block-post-date"><time datetime="2022-01-0{at % 9 + 1}">January {at % 9 + 1}, 2022</time>'
        f"</div></li>"
        for at in range(number + 1, number + 4)
    )
    section = SECTIONS[number % 2]
    return (
        f'<title>{title(number)} – {SITE}</title>{dated}</head><body class="wp-singular single single-post '
        f'postid-{number}"><div class="wp-site-blocks"><header class="wp-block-template-part"><p class='
        f'"wp-block-site-title"><a href="/" rel="home">{SITE}</a></p></header><main class="wp-block-group">'
        f'<h1 class="wp-block-post-title">{title(number)}</h1><div class="wp-block-group has-small-font-size">'
        f'<p>Written by </p><div class="wp-block-post-author-name"><a class="wp-block-post-author-name__link" '
        f'href="/author/{number % 4}/">{NAMES[number % 4]}</a></div><p>in</p><div class="taxonomy-category '
        f'wp-block-post-terms"><a href="/category/{section}/" rel="tag">{section}</a></div></div>'
        f'<div class="entry-content wp-block-post-content">{body(number)}</div><div class="taxonomy-post_tag '
        f'wp-block-post-terms">{tagged}</div><div class="wp-block-query"><h2 class="wp-block-heading">More posts</h2>'
        f'<ul class="wp-block-post-template">{others}</ul></div></main></div>'
    )


def pages(theme: Callable[[int], str]) -> list[tuple[Entity, Context]]:
    made = []
    for number in range(1, POSTS + 1):
        head = f'<!DOCTYPE html>\n<html lang="{lang(number)}"><head><meta charset="UTF-8">\n'
        whole = f"{head}{theme(number)}<footer><p>&copy; {SITE}</p></footer></body></html>"
        url = f"https://harbour.example/post-{number}/"
        made.append((Entity(url, whole.encode(), "text/html"), Context(url)))
    return made


def fields_of(reading: Reading) -> dict[str, object]:
    return {
        "title": reading.title,
        "authors": reading.attributions,
        "date": reading.published,
        "tags": reading.tags,
        "text": reading.text,
        "marks": reading.marks,
        "language": reading.language and reading.language.value,
        "section": reading.section,
        "statements": reading.statements,
        "kind": reading.kind,
    }


@pytest.fixture(scope="module", params=[classic, blocks], ids=["classic", "blocks"])
def site(request: pytest.FixtureRequest) -> tuple[list[tuple[Entity, Context]], Layout]:
    """The posts of a site in one theme, and what was learned from them."""
    made = pages(request.param)
    layout = learn(made)
    assert layout is not None
    return made, layout


@pytest.mark.slow
def test_every_post_reads_the_same_with_and_without_the_layout(
    site: tuple[list[tuple[Entity, Context]], Layout],
) -> None:
    made, layout = site
    profile, differ, apart = profile_of(layout, "ex"), [], []
    for page, context in made:
        learned = read(page, Context(page.url, profile=profile))
        general = read(page, context)
        differ += [
            (page.url, what, said, fields_of(general)[what])
            for what, said in fields_of(learned).items()
            if said != fields_of(general)[what]
        ]
        apart += [page.url] if not learned.fitted else []
    assert differ == []
    assert apart == ["https://harbour.example/post-7/"]  # of several parts
