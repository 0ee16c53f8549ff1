"""Pages like those of think tanks' sites, made from `articles.toml`: each with traps for readers, and the truth beside
it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import pytest

Spoken = dict[str, Any]
"""A language of `articles.toml`: its institute, its words."""


@dataclass(frozen=True)
class Truth:
    """What a page says. *never* are words on the page that are not part of its text."""

    title: str
    authors: tuple[str, ...]
    date: str
    tags: tuple[str, ...]
    language: str
    text: str
    never: tuple[str, ...]


@dataclass(frozen=True)
class OwnPage:
    """A page as received, and its truth."""

    name: str
    url: str
    body: bytes
    truth: Truth


@dataclass
class Draft:
    """A page being made: the parts of its markup, to which each habit adds."""

    spoken: Spoken
    article: Spoken
    head: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    """Above the headline, within the article."""
    byline: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    """Below the text, within the article."""
    beside: list[str] = field(default_factory=list)
    """Outside the article."""
    within: dict[int, str] = field(default_factory=dict)
    """Between the paragraphs: by the number of paragraphs before it."""
    authors: list[str] = field(default_factory=list)
    date: str = ""
    tags: list[str] = field(default_factory=list)
    never: list[str] = field(default_factory=list)
    attributes: str = ""
    of_title: str = ""
    encoding: str = "utf-8"

    def printed(self, date: str) -> str:
        """Return a date as the language prints it."""
        year, month, day = date.split("-")
        return str(self.spoken["day"]).format(day=int(day), month=self.spoken["months"][int(month) - 1], year=year)

    def keep_out(self, words: str) -> str:
        """Note that *words* are not part of the text; return them for the markup."""
        self.never.append(words)
        return escape(words)

    @property
    def joined(self) -> str:
        """The authors as the language joins them."""
        return f" {self.spoken['and']} ".join(self.authors)


Habit = Callable[[Draft], None]

# ── In the head ─────────────────────────────────────────────────────────────────────────────────────────────


def og(d: Draft) -> None:
    title = escape(d.article["title"])
    d.head += [
        f'<meta property="og:title" content="{title}">',
        f'<meta property="og:site_name" content="{d.spoken["site"]}">',
        f'<meta property="article:published_time" content="{d.article["date"]}T09:15:00+02:00">',
        *(f'<meta property="article:tag" content="{tag}">' for tag in d.article["tags"]),
    ]
    d.tags = d.article["tags"]


def yoast(d: Draft) -> None:
    """A graph whose author is the account that typed the page, and whose instant is the evening before in UTC."""
    url, site = f"https://{d.spoken['host']}/", d.spoken["site"]
    day = d.article["date"]
    evening = f"{day[:8]}{int(day[8:]) - 1:02}T22:30:00+00:00"
    graph = [
        {"@type": "WebSite", "@id": f"{url}#website", "name": site, "url": url},
        {
            "@type": "Article",
            "@id": f"{url}#article",
            "headline": d.article["title"],
            "author": {"@id": f"{url}#person", "name": d.spoken["login"]},
            "datePublished": evening,
            "keywords": d.article["tags"],
            "publisher": {"@id": f"{url}#organization"},
        },
        {"@type": "Person", "@id": f"{url}#person", "name": d.spoken["login"]},
        {"@type": "Organization", "@id": f"{url}#organization", "name": site},
    ]
    d.head.append(_script({"@context": "https://schema.org", "@graph": graph}))
    d.tags = d.article["tags"]


def json_ld(d: Draft) -> None:
    d.head.append(_script(_article(d)))


def broken(d: Draft) -> None:
    """JSON-LD with a trailing comma and a raw line break in a string."""
    text = json.dumps(_article(d), ensure_ascii=False)
    first = d.article["title"].split()[0]
    text = text.replace(f'"headline": "{first} ', f'"description": "line one\nline two", "headline": "{first} ')
    d.head.append(f'<script type="application/ld+json">{text[:-1]},}}</script>')


def utc(d: Draft) -> None:
    """An instant in UTC on the day before the institute's local day, which the page prints."""
    day = d.article["date"]
    made = _article(d) | {"datePublished": f"{day[:8]}{int(day[8:]) - 1:02}T23:10:00Z"}
    d.head.append(_script(made))


def highwire(d: Draft) -> None:
    for name in d.authors:
        given, _, family = name.partition(" ")
        d.head.append(f'<meta name="citation_author" content="{family}, {given}">')
    d.head.append(f'<meta name="citation_publication_date" content="{d.article["date"].replace("-", "/")}">')
    d.head.append(f'<meta name="citation_title" content="{escape(d.article["title"])}">')


def house(d: Draft) -> None:
    """The site names itself as the author."""
    d.head.append(f'<meta name="author" content="{d.spoken["site"]}">')
    named = {"@type": "Organization", "name": d.spoken["site"]}
    d.head.append(_script(_article(d) | {"author": named, "publisher": named}))


def dublin_core(d: Draft) -> None:
    d.head.append(f'<meta name="DC.title" content="{escape(d.article["title"])}">')
    d.head.append(f'<meta name="DC.publisher" content="{d.spoken["site"]}">')


def microdata(d: Draft) -> None:
    d.attributes = ' itemscope itemtype="https://schema.org/Article"'
    d.of_title = ' itemprop="headline"'
    d.before.append(f'<meta itemprop="datePublished" content="{d.article["date"]}">')
    for name in d.authors:
        person = 'itemprop="author" itemscope itemtype="https://schema.org/Person"'
        d.byline.append(
            f'<span class="author" {person}><a rel="author"><span itemprop="name">{name}</span></a></span> '
        )


def _article(d: Draft) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": d.article["title"],
        "author": [{"@type": "Person", "name": name} for name in d.authors],
        "datePublished": f"{d.article['date']}T08:00:00+02:00",
        "publisher": {"@type": "Organization", "name": d.spoken["site"], "address": "12 Quay Street"},
    }


def _script(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value, ensure_ascii=False)}</script>'


# ── How a page names author and date ────────────────────────────────────────────────────────────────────────


def labels(d: Draft) -> None:
    """One line: ``Date: 24 April 2023    Author: ...``."""
    date = d.printed(d.article["date"])
    d.byline.append(f"<p>{d.spoken['date']}: {date} &nbsp; &nbsp; {d.spoken['author']}: {d.joined}</p>")


def parted(d: Draft) -> None:
    """The date above the headline, the author below."""
    d.before.append(f"<p>{d.spoken['date']}: {d.printed(d.article['date'])}</p>")
    d.byline.append(f"<p>{d.spoken['author']}: {d.joined}</p>")


def by(d: Draft) -> None:
    d.byline.append(f'<p class="byline">{d.spoken["by"]} {d.joined}</p>')
    d.byline.append(f'<p class="date"><time datetime="{d.article["date"]}">{d.printed(d.article["date"])}</time></p>')


def listed(d: Draft) -> None:
    names = "".join(f'<li><a rel="author" href="/people/{n}/">{name}</a></li>' for n, name in enumerate(d.authors))
    d.byline.append(f'<ul class="authors">{names}</ul><p class="date">{d.printed(d.article["date"])}</p>')


def titled(d: Draft) -> None:
    """An academic title before the name, a job after it."""
    name = d.authors[0]
    d.authors = [name]
    d.byline.append(f'<p class="author"><span class="author-name">{d.spoken["doctor"]} {name}</span>')
    d.byline.append(f'<span class="author-job">{d.spoken["job"]}</span></p><p>{d.printed(d.article["date"])}</p>')


def card(d: Draft) -> None:
    d.authors = d.authors[:1]
    d.byline.append(f'<div class="author-card"><a href="/people/one/" class="author-name">{d.authors[0]}</a>')
    d.byline.append(f'<span class="role">{d.spoken["job"]}</span></div>')
    d.byline.append(f'<div class="post-date">{d.printed(d.article["date"])}</div>')


def report(d: Draft) -> None:
    """A report of a team, dated by its year."""
    d.authors, d.date = [d.spoken["organisation"]], d.article["date"][:4]
    d.byline.append(f"<p>{d.spoken['author']}: {d.authors[0]}</p><p>{d.spoken['date']}: {d.date}</p>")


def dated(d: Draft) -> str:
    return f'<p class="date"><time datetime="{d.article["date"]}">{d.printed(d.article["date"])}</time></p>'


def bare(d: Draft) -> None:
    """Date and names in one line, without labels; commas alone separate the names."""
    d.byline.append(f"<div>{d.printed(d.article['date'])} | {', '.join(d.authors)}</div>")


def field_items(d: Draft) -> None:
    """The label in an element of its own, then one element per name, linked to the person's page."""
    items = "".join(
        f'<div class="field__item"><a href="/people/{n}/">{one}</a></div>' for n, one in enumerate(d.authors)
    )
    label = f'<div class="field__label">{d.spoken["author"]}</div>'
    d.byline.append(f'<div class="field field--name-field-author">{label}<div class="field__items">{items}</div></div>')
    d.byline.append(dated(d))


def definition(d: Draft) -> None:
    rows = "".join(f"<dd>{one}</dd>" for one in d.authors)
    day = f"<dt>{d.spoken['date']}</dt><dd>{d.printed(d.article['date'])}</dd>"
    d.byline.append(f"<dl><dt>{d.spoken['author']}</dt>{rows}{day}</dl>")


def cards_below(d: Draft) -> None:
    """Cards of the authors with their jobs below the text, under a label."""
    card = '<div class="card"><a href="/people/{n}/"><h3>{name}</h3></a><p>{job}</p></div>'
    cards = "".join(card.format(n=n, name=name, job=d.spoken["job"]) for n, name in enumerate(d.authors))
    d.beside.append(f'<section class="article-authors"><h2>{d.spoken["author"]}</h2>{cards}</section>')
    d.keep_out(d.spoken["job"])
    d.byline.append(dated(d))


def lines_of_jobs(d: Draft) -> None:
    """Names and jobs in turn, one per line, in one block that is marked for the authors."""
    lines = "".join(f"<p>{name}</p><p>{d.spoken['job']}</p>" for name in d.authors)
    d.byline.append(f'<div class="post-authors">{lines}</div>{dated(d)}')


def note(d: Draft) -> None:
    """A note on the author in italics, below the text."""
    d.authors = d.authors[:1]
    d.after.append(f"<p><em>{d.authors[0]} {d.spoken['bio']}</em></p>")
    d.byline.append(dated(d))


def poster(d: Draft) -> None:
    """The page's data name as author the person who typed it, whom no reader sees."""
    d.head.append(_script(_article(d) | {"author": {"@type": "Person", "name": "Petra Typist"}}))


def marked_picture(d: Draft) -> None:
    """A photographer in a caption, marked with the class of a byline."""
    credit = f'<span class="byline credit">{d.spoken["others"][0]}</span>'
    d.before.append(f'<figure><img src="/a.jpg" alt=""><figcaption>{credit}</figcaption></figure>')


def other_texts(d: Draft) -> None:
    """Other texts of the site below this one, in blocks with meaningless names, each with its author."""
    items = "".join(
        f'<div class="cell"><h3><a href="/{n}/">{d.keep_out(d.spoken["section"])} {n}: {d.spoken["section"]}</a></h3>'
        f'<span class="author">{d.keep_out(name)}</span></div>'
        for n, name in enumerate(d.spoken["others"])
    )
    d.beside.append(f'<div class="cells">{items}</div>')


def one_author(d: Draft) -> None:
    d.authors = d.authors[:1]


# ── What else the page shows ────────────────────────────────────────────────────────────────────────────────


def tags_line(d: Draft) -> None:
    d.tags = d.article["tags"]
    d.after.append(f"<p>{d.spoken['tags']}: {', '.join(d.tags)}</p>")


def tags_linked(d: Draft) -> None:
    d.tags = d.article["tags"]
    linked = " ".join(f'<a rel="tag" href="/tag/{n}/">{tag}</a>' for n, tag in enumerate(d.tags))
    d.after.append(f'<div class="post-tags">{linked}</div>')


def related(d: Draft) -> None:
    first, second = d.spoken["others"]
    rows = [(f"{d.spoken['section']} 1", "2024-06-12", first), (f"{d.spoken['section']} 2", "2016-03-02", second)]
    told = "".join(
        f'<li><a href="/{n}/">{title}</a><p>{d.spoken["date"]}: {d.printed(date)} {d.spoken["author"]}: {name}</p></li>'
        for n, (title, date, name) in enumerate(rows)
    )
    d.never += [first, second]
    d.beside.append(
        f'<section class="related-posts"><h2>{d.keep_out(d.spoken["related"])}</h2><ul>{told}</ul></section>'
    )


def comments(d: Draft) -> None:
    name = d.spoken["others"][0]
    said = d.keep_out(f"{name} {d.spoken['said']} {d.printed('2024-01-17')}")
    d.beside.append(
        f'<section id="comments" class="comments"><h3>{d.spoken["comments"]} (1)</h3><article class="comment">'
        f'<p class="comment-author">{said}</p><time datetime="2024-01-17T10:00:00+00:00">17.01.2024</time>'
        f"<p>{d.keep_out('+1 :-)')}</p></article></section>"
    )


def share(d: Draft) -> None:
    d.byline.append(f'<div class="share-buttons">{d.keep_out(d.spoken["share"] + " 2023 Tweet 118")}</div>')


def sidebar(d: Draft) -> None:
    name, day = d.spoken["others"][1], d.printed("2024-07-19")
    d.beside.append(
        f'<aside class="sidebar"><h3>{d.spoken["newest"]}</h3><p><a href="/new/">{d.spoken["section"]} 3</a> '
        f'<span class="author">{d.keep_out(name)}</span> <span class="date">{day}</span></p></aside>'
    )


def support(d: Draft) -> None:
    d.after.append(f'<div class="support-box"><p>{d.keep_out(d.spoken["support"])}</p></div>')


def terms(d: Draft) -> None:
    d.after.append(f"<p>{d.keep_out(d.spoken['terms'])}</p>")


def subscribe(d: Draft) -> None:
    said = d.keep_out(d.spoken["subscribe"])
    d.within[2] = f'<div class="newsletter-signup"><p>{said}</p><form><input type="email"></form></div>'


def read_also(d: Draft) -> None:
    d.within[1] = (
        f'<p class="read-also">{d.keep_out(d.spoken["read_also"])}: <a href="/x/">{d.spoken["section"]} 4</a></p>'
    )


def bio(d: Draft) -> None:
    told = f"{d.authors[0]} {d.spoken['bio']}"
    d.after.append(f'<div class="author-bio"><p>{d.keep_out(told)}</p></div>')


def photo(d: Draft) -> None:
    credit = f"{d.spoken['photo']} {d.spoken['others'][0]}"
    d.before.append(f'<figure><img src="/a.jpg" alt=""><figcaption>{credit}</figcaption></figure>')


def translator(d: Draft) -> None:
    d.after.append(f"<p>{d.spoken['translated']} {d.spoken['others'][1]}</p>")


def updated(d: Draft) -> None:
    d.byline.append(f'<p class="updated">{d.spoken["updated"]}: {d.printed("2024-05-06")}</p>')


def modified(d: Draft) -> None:
    d.head.append('<meta property="article:modified_time" content="2024-05-06T12:00:00+02:00">')


def breadcrumbs(d: Draft) -> None:
    d.before.append(
        f'<nav class="breadcrumbs"><a href="/">{d.spoken["site"]}</a> › <a href="/a/">{d.spoken["section"]}</a></nav>'
    )


def kicker(d: Draft) -> None:
    d.before.append(f'<p class="kicker">{d.spoken["section"]}</p>')


def dated_event(d: Draft) -> None:
    """A date in the text itself, marked up."""
    d.within[3] = f'<p>1998: <time datetime="1998-02-11">{d.printed("1998-02-11")}</time>.</p>'


def old_encoding(d: Draft) -> None:
    d.encoding = d.spoken["encoding"]


PAGES: dict[str, tuple[int, tuple[Habit, ...]]] = {
    "account as author, evening before": (0, (one_author, yoast, labels, tags_linked, share, support, terms, related)),
    "nothing but words": (1, (labels, tags_line, related, comments)),
    "two by a byline": (0, (og, by, sidebar, subscribe, tags_linked)),
    "two in JSON-LD": (1, (json_ld, by, photo, read_also, related)),
    "broken JSON-LD": (0, (one_author, broken, labels, share, tags_line, terms)),
    "family name first": (1, (highwire, listed, breadcrumbs, related, updated)),
    "site as author, title and job": (0, (titled, house, bio, related, sidebar)),
    "old encoding": (1, (parted, related, terms, old_encoding)),
    "microdata and a comment": (0, (one_author, microdata, by, comments, tags_linked)),
    "UTC against the local day": (1, (one_author, utc, by, photo, translator)),
    "a report of a year": (0, (dublin_core, report, tags_line, support)),
    "names beside a date": (0, (og, bare, other_texts)),
    "a field of names": (1, (field_items, house, related, tags_linked)),
    "a list of definitions": (0, (definition, marked_picture, other_texts)),
    "cards below the text": (1, (cards_below, tags_line, share)),
    "names and jobs in turn": (0, (house, lines_of_jobs, marked_picture, sidebar)),
    "a note below the text": (1, (note, related, subscribe)),
    "typed in by another": (0, (poster, labels, tags_linked, terms)),
    "card, update and an event": (1, (card, house, updated, modified, kicker, dated_event)),
}
"""For each page, which of a language's two articles it has, and its habits in the order of application."""


def dressed(name: str, spoken: Spoken, article: Spoken, habits: tuple[Habit, ...]) -> OwnPage:
    """Return *article* as a page with *habits*."""
    d = Draft(spoken, article, authors=list(article["authors"]), date=article["date"])
    for habit in habits:
        habit(d)
    paragraphs = article["text"].strip().split("\n\n")
    shown = "".join(f"<p>{escape(words)}</p>{d.within.get(n, '')}" for n, words in enumerate(paragraphs, start=1))
    title = escape(article["title"])
    markup = (
        f'<!DOCTYPE html><html lang="{spoken["code"]}"><head><meta charset="{d.encoding}">'
        f"<title>{title} - {spoken['site']}</title>{''.join(d.head)}</head><body>"
        f'<header><a href="/">{spoken["site"]}</a><nav><a href="/about/">{spoken["section"]}</a></nav></header>'
        f"<main><article{d.attributes}>{''.join(d.before)}<h1{d.of_title}>{title}</h1>{''.join(d.byline)}"
        f'<div class="entry-content">{shown}</div>{"".join(d.after)}</article>{"".join(d.beside)}</main>'
        f"<footer><p>© 2025 {spoken['site']}</p></footer></body></html>"
    )
    truth = Truth(
        title=article["title"],
        authors=tuple(d.authors),
        date=d.date,
        tags=tuple(d.tags),
        language=spoken["code"],
        text="\n\n".join(paragraphs),
        never=tuple(d.never),
    )
    url = f"https://{spoken['host']}/{article['slug']}/"
    return OwnPage(f"{spoken['code']}: {name}", url, markup.encode(d.encoding), truth)


@pytest.fixture(scope="session")
def own_pages() -> list[OwnPage]:
    """Every page, in every language."""
    with Path(__file__).with_name("articles.toml").open("rb") as file:
        data = tomllib.load(file)
    made = []
    for spoken in data["language"]:
        written = [article for article in data["article"] if article["language"] == spoken["code"]]
        made += [dressed(name, spoken, written[which], habits) for name, (which, habits) in PAGES.items()]
    return made
