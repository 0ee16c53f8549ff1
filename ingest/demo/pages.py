"""The institute's pages: head, body and blocks of text, with the markup of WordPress, a theme and Yoast."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from ingest.demo.articles import Article, Block, BlockKind, Shelf, slug_of
from ingest.demo.house import HOUSES, LOGIN, House
from ingest.demo.theme import SCRIPT, stylesheet

PRIVATE_PATH = "/private/board-minutes/"


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list of articles.

    Attributes:
        url: the address of the list's first page.
        page, pages: the number of this page, counted from 1, and the number of pages.
    """

    url: str
    title: str
    articles: tuple[Article, ...]
    page: int
    pages: int

    def at(self, page: int) -> str | None:
        """Return the address of another page of the list, or None if there is no such page."""
        if not 1 <= page <= self.pages:
            return None
        return self.url if page == 1 else f"{self.url}page/{page}/"


def article_page(shelf: Shelf, article: Article, part: int = 1) -> bytes:
    """Return the page of one part of *article*, counted from 1; if it is protected, the password form."""
    house = shelf.house(article)
    url = shelf.url(article)
    # WordPress splits a text at <!--nextpage-->; the addresses of further parts are below that of the first.
    steps = [url, *(f"{url}{number}/" for number in range(2, len(article.parts) + 1))]
    title = article.title if part == 1 else f"{article.title} - {house.labels['page']} {part}"
    address = Address(
        url=steps[part - 1],
        # As WordPress does it: everybody sees the title, and a form replaces the text, with status 200.
        title=f"{house.labels['protected']} {title}" if article.protected else title,
        previous=steps[part - 2] if part > 1 else None,
        following=steps[part] if part < len(steps) else None,
        indexed=not article.protected,
    )
    entry = _password_form(shelf, article) if article.protected else _entry(shelf, article, part)
    # Readers often mistake teasers of other texts below this one for a part of it.
    main = f"{entry}\n{_related(shelf, article)}"
    return _page(house, head(shelf, house, address, article), _frame(shelf, house, main))


def listing_page(shelf: Shelf, house: House, listing: Listing) -> bytes:
    """Return one page of a list of articles: a front page, a category, or a tag."""
    numbered = f"{listing.title} - {house.labels['page']} {listing.page}"
    address = Address(
        url=listing.at(listing.page) or listing.url,
        title=listing.title if listing.page == 1 else numbered,
        previous=listing.at(listing.page - 1),
        following=listing.at(listing.page + 1),
    )
    # Teasers use the same kind of element as whole texts: a reader must not rely on the element.
    cards = "\n".join(_card(shelf, article, "h2") for article in listing.articles)
    turns = "".join(
        f'<a class="{name}-posts" href="{target}">{text(house.labels[name])}</a>\n'
        for name, target in (("newer", address.previous), ("older", address.following))
        if target
    )
    turning = f'<nav class="pagination" aria-label="{text(house.labels["pages"])}">\n{turns}</nav>'
    main = f'<header><h1 class="page-title">{text(listing.title)}</h1></header>\n{cards}\n{turning}'
    return _page(house, head(shelf, house, address), _frame(shelf, house, main))


def plain_page(shelf: Shelf, house: House, slug: str, title: str, paragraphs: tuple[str, ...]) -> bytes:
    """Return a page that is not an article: about the institute, or its terms of use."""
    address = Address(url=f"{shelf.base}{house.root}{slug}/", title=title)
    body = "\n".join(f"<p>{text(words)}</p>" for words in paragraphs)
    main = (
        f'<article class="page type-page"><h1 class="entry-title">{text(title)}</h1>\n'
        f'<div class="entry-content">\n{body}\n</div></article>'
    )
    return _page(house, head(shelf, house, address), _frame(shelf, house, main))


def missing_page(shelf: Shelf, house: House, gone: bool) -> bytes:
    """Return the page for an address that has no content (404), or no longer has any (410)."""
    # In the frame of the site, as real sites answer: only the status distinguishes it from other pages.
    kind = "gone" if gone else "missing"
    title = house.labels[kind]
    main = f'<h1 class="page-title">{text(title)}</h1>\n<p>{text(house.labels[f"{kind}_words"])}</p>'
    address = Address(url=f"{shelf.base}{house.root}", title=title, indexed=False)
    return _page(house, head(shelf, house, address), _frame(shelf, house, main))


def _entry(shelf: Shelf, article: Article, part: int) -> str:
    house = shelf.house(article)
    blocks = "\n\n".join(render(shelf, article, block) for block in article.parts[part - 1])
    tags = ", ".join(f'<a href="{shelf.tag_url(house, tag)}" rel="tag">{text(tag)}</a>' for tag in article.tags)
    category = shelf.category_url(house, article.category)
    return (
        f'<article id="post-{article.published:%y%m%d}" class="post type-post status-publish '
        "format-standard hentry "
        f'category-{slug_of(article.category)}">\n<header class="entry-header">\n<p class="cat-links">'
        f'<a href="{category}" rel="category tag">{text(article.category)}</a></p>\n'
        f'<h1 class="entry-title">{text(article.title)}</h1>\n{_byline(house, article)}\n</header>\n'
        f'<div class="entry-content">\n{blocks}\n{_part_links(shelf, article, part)}</div>'
        f"\n{_support(house)}\n"
        # After the text and outside its element, where readers that keep only the main text lose it.
        f"{_terms(shelf, house)}"
        f'<footer class="entry-footer"><p class="tags-links"><span>{house.labels["tags"]}</span> '
        f"{tags}</p></footer>\n"
        "</article>"
    )


def _password_form(shelf: Shelf, article: Article) -> str:
    """Return the form that replaces a protected text."""
    house = shelf.house(article)
    title = f"{house.labels['protected']} {article.title}"
    return (
        f'<article class="post type-post post-password-required"><h1 class="entry-title">{text(title)}</h1>\n'
        f'<form action="{shelf.base}/wp-login.php?action=postpass" class="post-password-form" '
        'method="post">\n'
        f"<p>{text(house.labels['password'])}</p>\n<p><label>{text(house.labels['protected'])} "
        '<input name="post_password" type="password" size="20" /></label> '
        f'<input type="submit" value="{text(house.labels["enter"])}" /></p></form></article>'
    )


def _byline(house: House, article: Article) -> str:
    return (
        # Labels in plain markup, without a class that says "author", as the first publisher prints them.
        f'<p class="entry-byline"><strong>{house.labels["date"]}</strong> {house.date(article.published)} '
        f"<strong>{house.labels['author']}</strong> {text(house.byline(article.authors))}</p>"
    )


def _part_links(shelf: Shelf, article: Article, part: int) -> str:
    """Return the links to the parts of an article; the present part is not a link."""
    if len(article.parts) == 1:
        return ""
    url = shelf.url(article)
    links = "".join(
        f' <span class="post-page-numbers current" aria-current="page">{number}</span>'
        if number == part
        else f' <a href="{url if number == 1 else f"{url}{number}/"}" class="post-page-numbers">{number}</a>'
        for number in range(1, len(article.parts) + 1)
    )
    return f'<div class="page-links">{text(shelf.house(article).labels["pages"])}{links}</div>\n'


def _support(house: House) -> str:
    title, paragraphs = house.support
    # Whole sentences below the text, which general extractors mistake for its last paragraphs.
    body = "".join(f"<p>{text(words)}</p>\n" for words in paragraphs)
    return f'<aside class="support-box"><h3>{text(title)}</h3>\n{body}</aside>'


def _terms(shelf: Shelf, house: House) -> str:
    words, license_url = shelf.terms[house.language], shelf.noticed(house.language).license
    line = f'<p class="terms-line">{text(words)}</p>\n' if words else ""
    badge = f'<p class="license"><a rel="license" href="{license_url}">Reuse</a></p>\n' if license_url else ""
    return line + badge


def _card(shelf: Shelf, article: Article, level: str) -> str:
    """Return the teaser of an article in a list; a protected one shows only its title."""
    house = shelf.house(article)
    title = f"{house.labels['protected']} {article.title}" if article.protected else article.title
    link = f'<a href="{shelf.url(article)}" rel="bookmark">{text(title)}</a>'
    heading = f'<{level} class="entry-title">{link}</{level}>'
    if article.protected:
        return f'<article class="post type-post post-password-required">{heading}</article>'
    more = f'<a class="more-link" href="{shelf.url(article)}">{text(house.labels["read"])}</a>'
    return (
        f'<article class="post type-post">{heading}\n{_byline(house, article)}\n'
        f'<div class="entry-summary"><p>{text(excerpt(article))} {more}</p></div></article>'
    )


def _related(shelf: Shelf, article: Article) -> str:
    cards = "\n".join(_card(shelf, other, "h3") for other in shelf.related(article))
    title = text(shelf.house(article).labels["related"])
    return f'<section class="related-posts"><h2>{title}</h2>\n{cards}\n</section>'


def _frame(shelf: Shelf, house: House, main: str) -> str:
    """Return the body of every page: header and menu, the main column, the sidebar, the footer."""
    topics = _links((name, shelf.category_url(house, name)) for name in shelf.categories(house.language))
    about, terms = ((title, f"{shelf.base}{house.root}{slug}/") for slug, title, _ in (house.about, house.terms_page))
    others = ((other.name, f"{shelf.base}{other.root}") for other in HOUSES.values())
    menu = _links(((house.labels["home"], f"{shelf.base}{house.root}"), about, *others))
    foot = _links((about, terms, (house.labels["board"], f"{shelf.base}{PRIVATE_PATH}")))
    notice = shelf.noticed(house.language).footer
    foot += f'<p class="notice">{text(notice)}</p>\n' if notice else ""
    return (
        f'<a class="screen-reader-text" href="#content">{text(house.labels["read"])}</a>\n'
        f'<header class="site-header"><p class="site-title">{text(house.name)}</p>\n'
        f'<p class="site-description">{text(house.motto)}</p>\n<nav class="main-navigation">\n'
        f'<button class="menu-toggle" aria-expanded="false">{text(house.labels["menu"])}</button>'
        f"\n{menu}</nav></header>\n"
        f'<div class="site-content" id="content">\n<main class="site-main">\n{main}\n</main>\n'
        f"{_sidebar(shelf, house, topics)}\n</div>\n"
        f'<footer class="site-footer">\n<p>{text(house.name)}</p>\n{foot}</footer>\n<script>{SCRIPT}</script>'
    )


# The same on every page: words repeated everywhere are no part of a text, which a reader has to learn.
def _sidebar(shelf: Shelf, house: House, topics: str) -> str:
    """Return the column beside the text: recommendations, topics, and a form for the newsletter."""
    labels = house.labels
    selected = _links((article.title, shelf.url(article)) for article in shelf.selected(house.language))
    return (
        '<aside class="widget-area">\n'
        f'<section class="widget"><h2 class="widget-title">{text(labels["selected"])}</h2>'
        f"\n{selected}</section>\n"
        f'<section class="widget"><h2 class="widget-title">{text(labels["topics"])}</h2>'
        f"\n{topics}</section>\n"
        f'<section class="widget newsletter"><h2 class="widget-title">{text(labels["letter"])}</h2>\n'
        f'<form action="{shelf.base}{house.root}" method="get"><p>{text(labels["letter_words"])}</p>\n'
        f'<label>{text(labels["address"])} <input type="email" name="letter" /></label>\n'
        f'<button type="submit">{text(labels["sign_up"])}</button></form></section>\n</aside>'
    )


def _links(entries: Iterable[tuple[str, str]]) -> str:
    return "<ul>\n" + "".join(f'<li><a href="{url}">{text(name)}</a></li>\n' for name, url in entries) + "</ul>\n"


def _page(house: House, head_element: str, body: str) -> bytes:
    return (
        f'<!DOCTYPE html>\n<html lang="{house.locale.replace("_", "-")}" class="no-js">\n{head_element}\n'
        f'<body class="wp-site">\n{body}\n</body>\n</html>\n'
    ).encode()


_STYLE = stylesheet()


@dataclass(frozen=True, slots=True)
class Address:
    """The address and title of a page, as its head states them.

    Attributes:
        url: the canonical address.
        previous, following: the pages before and after it in a series, or None.
        indexed: whether search engines are asked to list it.
    """

    url: str
    title: str
    previous: str | None = None
    following: str | None = None
    indexed: bool = True


def head(shelf: Shelf, house: House, address: Address, article: Article | None = None) -> str:
    """Return the head element of the page at *address*; with *article*, the head of an article's page."""
    # As Yoast writes it. It is for search engines, and says nothing about archiving or reuse.
    robots = "index, follow, max-image-preview:large" if address.indexed else "noindex, follow"
    title = text(f"{address.title} - {house.name}")
    series = "".join(
        f'<link rel="{relation}" href="{target}" />\n'
        for relation, target in (("prev", address.previous), ("next", address.following))
        if target
    )
    # As with Yoast, pages that are not to be listed have no canonical link.
    canonical = f'<link rel="canonical" href="{address.url}" />\n' if address.indexed else ""
    return (
        '<head>\n<meta charset="UTF-8" />\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1" />\n'
        f'<meta name="robots" content="{robots}" />\n<title>{title}</title>\n{canonical}{series}'
        f"{_alternates(shelf, article)}{_open_graph(shelf, house, address, article)}"
        '<script type="application/ld+json" class="yoast-schema-graph">'
        f"{_json(_graph(shelf, house, address, article))}</script>\n{_feeds(shelf, house)}"
        f'<link rel="icon" href="{shelf.base}/wp-content/uploads/lantern-icon.png" sizes="32x32" />\n'
        '<meta name="generator" content="WordPress 6.4" />\n<style id="lantern-inline-css">'
        f"{_STYLE}</style>\n</head>"
    )


def _alternates(shelf: Shelf, article: Article | None) -> str:
    # A page names itself among its translations, as search engines require; without translations it names none.
    same = shelf.translations(article) if article else []
    if len(same) < 2:
        return ""
    return "".join(
        f'<link rel="alternate" hreflang="{other.language}" href="{shelf.url(other)}" />\n' for other in same
    )


def _feeds(shelf: Shelf, house: House) -> str:
    title = text(f"{house.name} » {house.labels['feed']}")
    href = f"{shelf.base}{house.root}feed/"
    return f'<link rel="alternate" type="application/rss+xml" title="{title}" href="{href}" />\n'


def _open_graph(shelf: Shelf, house: House, address: Address, article: Article | None) -> str:
    properties = [
        ("og:locale", house.locale),
        ("og:type", "article" if article else "website"),
        ("og:title", f"{address.title} - {house.name}"),
        ("og:url", address.url),
        ("og:site_name", house.name),
    ]
    named = [("twitter:card", "summary_large_image")]
    if article and not article.protected:
        properties += [
            ("og:description", excerpt(article)),
            ("article:published_time", article.published.isoformat()),
            ("article:modified_time", article.modified.isoformat()),
        ]
        properties += [("og:image", image) for image in _images(shelf, article)]
        # The account and not the writer, as on many sites; a reader has to see through it.
        named += [("description", excerpt(article)), ("author", LOGIN)]
    return "".join(f'<meta property="{key}" content="{text(value)}" />\n' for key, value in properties) + "".join(
        f'<meta name="{key}" content="{text(value)}" />\n' for key, value in named
    )


def _images(shelf: Shelf, article: Article) -> list[str]:
    return [shelf.picture_url(article, block.lines[0]) for block in pictures(article)]


def _graph(shelf: Shelf, house: House, address: Address, article: Article | None) -> list[dict[str, object]]:
    """Return the JSON-LD nodes of a page; a protected article has none of its own."""
    home = f"{shelf.base}{house.root}"
    organisation = f"{shelf.base}/#organization"
    page: dict[str, object] = {
        "@type": "WebPage" if article else "CollectionPage",
        "@id": address.url,
        "url": address.url,
        "name": f"{address.title} - {house.name}",
        "isPartOf": {"@id": f"{home}#website"},
        "inLanguage": house.locale.replace("_", "-"),
    }
    site: dict[str, object] = {
        "@type": "WebSite",
        "@id": f"{home}#website",
        "url": home,
        "name": house.name,
        "description": house.motto,
        "publisher": {"@id": organisation},
    }
    institute: dict[str, object] = {
        "@type": "Organization",
        "@id": organisation,
        "name": house.name,
        "url": home,
    }
    shown = article if article and not article.protected else None
    return [*(_article_nodes(shelf, house, address, shown) if shown else []), page, site, institute]


def _article_nodes(shelf: Shelf, house: House, address: Address, article: Article) -> list[dict[str, object]]:
    person = f"{shelf.base}/#/schema/person/{LOGIN}"
    return [
        {
            "@type": "Article",
            "@id": f"{address.url}#article",
            "isPartOf": {"@id": address.url},
            "author": {"name": LOGIN, "@id": person},
            "headline": article.title,
            "datePublished": article.published.isoformat(),
            "dateModified": article.modified.isoformat(),
            "mainEntityOfPage": {"@id": address.url},
            "publisher": {"@id": f"{shelf.base}/#organization"},
            "image": _images(shelf, article),
            "keywords": list(article.tags),
            "articleSection": [article.category],
            "inLanguage": house.locale.replace("_", "-"),
        },
        {"@type": "Person", "@id": person, "name": LOGIN},
    ]


def _json(graph: list[dict[str, object]]) -> str:
    written = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
    # Escape these characters, so that no title can end the script element.
    return written.replace("&", "\\u0026").replace("<", "\\u003C")


_MARK = re.compile(r"\[\^(\d+)\]")
_EMPHASIS = re.compile(r"\*([^*]+)\*")


def text(words: str) -> str:
    """Return *words* escaped as WordPress writes them (``&#038;`` for an ampersand)."""
    return escape(words).replace("&amp;", "&#038;").replace("&#x27;", "&#039;")


def inline(words: str) -> str:
    """Return the words of a block as markup, with emphasis and footnote marks."""
    emphasised = _EMPHASIS.sub(r"<em>\1</em>", text(words))
    return _MARK.sub(r'<sup class="fn"><a href="#fn-\1" id="fn-\1-link">\1</a></sup>', emphasised)


def plain(words: str) -> str:
    """Return the words of a block without emphasis and footnote marks."""
    return _EMPHASIS.sub(r"\1", _MARK.sub("", words))


def cells(row: str) -> list[str]:
    """Return the cells of a row of a table."""
    return [cell.strip() for cell in row.split("|")]


def render(shelf: Shelf, article: Article, block: Block) -> str:
    """Return the markup of one block of *article*, as the block editor leaves it."""
    first = block.lines[0]
    match block.kind:
        case BlockKind.PARAGRAPH:
            return f"<p>{inline(first)}</p>"
        case BlockKind.SUBHEAD:
            return f'<h2 class="wp-block-heading">{inline(first)}</h2>'
        case BlockKind.LIST:
            entries = "".join(f"<li>{inline(line)}</li>\n" for line in block.lines)
            return f'<ul class="wp-block-list">\n{entries}</ul>'
        case BlockKind.QUOTATION:
            return f'<blockquote class="wp-block-quote"><p>{inline(first)}</p></blockquote>'
        case BlockKind.TABLE:
            return _table(block.lines)
        case BlockKind.PICTURE:
            return _figure(shelf, article, block)
        case BlockKind.FOOTNOTE:
            number, words = block.lines
            back = f'<a href="#fn-{number}-link" aria-label="{number}">↩</a>'
            return f'<ol class="wp-block-footnotes"><li id="fn-{number}">{inline(words)} {back}</li></ol>'


def _table(rows: tuple[str, ...]) -> str:
    head = "".join(f"<th>{text(cell)}</th>" for cell in cells(rows[0]))
    body = "".join("<tr>" + "".join(f"<td>{text(cell)}</td>" for cell in cells(row)) + "</tr>\n" for row in rows[1:])
    table = f"<table><thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>"
    return f'<figure class="wp-block-table">{table}</figure>'


def _figure(shelf: Shelf, article: Article, block: Block) -> str:
    """Return a picture with its caption."""
    file, caption, alt = block.lines
    image = (
        '<img loading="lazy" decoding="async" width="24" height="16" '
        f'src="{shelf.picture_url(article, file)}" '
        f'alt="{text(alt)}" class="wp-image-{article.published:%y%m%d}" />'
    )
    return (
        f'<figure class="wp-block-image size-large">{image}'
        f'<figcaption class="wp-element-caption">{text(caption)}</figcaption></figure>'
    )


def pictures(article: Article) -> list[Block]:
    """Return the picture blocks of *article*."""
    return [block for part in article.parts for block in part if block.kind is BlockKind.PICTURE]


def excerpt(article: Article) -> str:
    """Return the first twenty-four words of *article*, as listings and descriptions quote them."""
    opening = next(block for part in article.parts for block in part if block.kind is BlockKind.PARAGRAPH)
    words = plain(opening.lines[0]).split()
    return " ".join(words[:24]) + " […]"
