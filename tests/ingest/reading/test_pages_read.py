"""The kind, title and text of a page; and that no page is lost."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from functools import reduce

import pytest

from archive.evidence.locate import words_at
from archive.http.exchange import Entity
from db.model.item import Context, Layer, PageKind, Part, Partial, Reading
from db.model.text_marks import MarkKind
from ingest.cataloguing.reader_pool import ReaderPool
from ingest.reading import read
from ingest.terms.vocabulary import vocabulary

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
BODY = (
    "".join(
        f"<p>The towns along the amber road number {n} hold their breath. {'Carters wait. ' * 14}</p>" for n in (1, 2)
    )
    + "<h2>What it means</h2>"
    + "".join(f"<p>Merchants of quay {n} ask for their old place. {'It snows. ' * 18}</p>" for n in (1, 2))
)
H1 = "<h1>The Amber Road Reopens</h1>"


def test_furniture_is_not_text(make_page: PageMaker, read_page: Read) -> None:
    reading = read_page(make_page())
    assert reading.kind is PageKind.ARTICLE
    assert reading.text.startswith("The amber road between")
    assert "What it means for the port" in reading.text
    for words in ("Support", "gift", "distributed", "TAGS", "Trójmorze", "Salt prices", "Obcy", "Author:", "24 April"):
        assert words not in reading.text


def test_terms_are_statements_with_evidence(make_page: PageMaker, read_page: Read) -> None:
    page = make_page()
    [stated] = [one for one in read_page(page).statements if "may be distributed provided that" in one.words]
    assert stated.words.endswith("the source is credited.")
    assert stated.evidence.capture == "urn:test:1"
    assert stated.evidence.decoding is not None
    assert words_at(page.encode(), stated.evidence.ranges, stated.evidence.decoding) == stated.words


def test_the_evidence_of_terms_is_the_notice_and_not_a_mention_in_the_text(
    make_page: PageMaker, read_page: Read
) -> None:
    terms = "All texts published by the Example Centre may be distributed provided that the source is credited."
    told = f"<p>{'The charter hangs in the hall of the carters and nobody reads it. ' * 12}{terms}</p>"
    page = make_page(body=BODY + told, bottom=f'<footer>\n<p class="copyright">{terms}</p></footer>')
    [stated] = [one for one in read_page(page).statements if one.words == terms]
    assert stated.evidence.ranges[0][0] == page.encode().rindex(terms.encode())


def test_on_a_terms_page_the_terms_are_the_text(make_page: PageMaker, read_page: Read) -> None:
    terms = "All texts published by the Example Centre may be distributed provided that the source is credited."
    told = (
        f"Whoever prints what we publish in {thing} does so without asking us first, and tells us when it is done, "
        "so that we know who reads what we write and where it is read."
        for thing in ("print", "a book", "a talk")
    )
    body = "".join(f"<p>{words}</p>" for words in (*told, terms))
    page = make_page(head="<title>Terms of Use</title>", top="<h1>Terms of Use</h1>", body=body, bottom="")
    assert terms in read_page(page, url="https://institute.example/terms-of-use/").text
    assert terms not in read_page(make_page(body=body, bottom="")).text


def test_tags_are_kept_as_printed(make_page: PageMaker, read_page: Read) -> None:
    assert [t.value for t in read_page(make_page()).tags] == ["amber", "Trójmorze & trade"]


def test_a_category_link_marked_as_a_tag_is_no_tag(make_page: PageMaker, read_page: Read) -> None:
    bottom = '<a rel="category tag" href="/category/roads/">Roads</a> <a rel="tag" href="/tag/stone/">stone</a>'
    assert [t.value for t in read_page(make_page(bottom=f"<p>{bottom}</p>")).tags] == ["stone"]


def test_a_line_of_unlinked_tags_is_read(make_page: PageMaker, read_page: Read) -> None:
    reading = read_page(make_page(bottom="<p>TAGS: energetyka, sieć powiązań, Unia Europejska</p>"))
    assert [t.value for t in reading.tags] == ["energetyka", "sieć powiązań", "Unia Europejska"]


@pytest.mark.parametrize(
    "affix", [" - Example Institute", " | Example Institute", " – Example Institute | Example Institute"]
)
def test_a_title_does_not_include_the_sites_name(make_page: PageMaker, read_page: Read, affix: str) -> None:
    head = (
        f'<title>The Amber Road Reopens{affix}</title><meta property="og:site_name" content="Example Institute">'
        f'<meta property="og:title" content="The Amber Road Reopens{affix}">'
    )
    title = read_page(make_page(head=head)).title
    assert title is not None
    assert title.value == "The Amber Road Reopens"


def test_the_sites_name_in_the_first_heading_is_no_title(make_page: PageMaker, read_page: Read) -> None:
    head = (
        "<title>The Amber Road Reopens | Example Institute</title>"
        '<meta property="og:site_name" content="Example Institute">'
    )
    title = read_page(make_page(head=head, top="<h1>Example Institute</h1><h2>The Amber Road Reopens</h2>")).title
    assert title is not None
    assert title.value == "The Amber Road Reopens"


def test_soft_hyphens_are_removed_from_a_title_that_is_still_located(make_page: PageMaker, read_page: Read) -> None:
    title = read_page(make_page(head="", top="<h1>Die Bern\u00adstein\u00adstraße öffnet</h1>")).title
    assert title is not None
    assert title.value == "Die Bernsteinstraße öffnet"
    assert title.evidence.ranges


def test_the_language_of_the_text_wins_over_the_declared_one(make_page: PageMaker, read_page: Read) -> None:
    language = read_page(make_page(lang="pl-PL")).language
    assert language is not None
    assert (language.value, language.evidence.layer) == ("en", Layer.DERIVED)


def test_a_declared_language_is_used_if_the_text_agrees(make_page: PageMaker, read_page: Read) -> None:
    language = read_page(make_page(lang="en-GB")).language
    assert language is not None
    assert (language.value, language.evidence.words) == ("en", "en-GB")


@pytest.mark.parametrize("charset", ["windows-1250", "iso-8859-2", "utf-8", "utf-16"])
def test_polish_is_read_in_every_charset(make_page: PageMaker, read_page: Read, charset: str) -> None:
    html = make_page(
        head="<title>Zażółć gęślą jaźń</title>", top="<h1>Zażółć gęślą jaźń</h1><p>Autor: Łucja Świątek</p>"
    )
    html = html.replace('<meta charset="utf-8">', f'<meta charset="{charset}">').replace("Trójmorze", "")
    reading = read_page(html.encode(charset))
    assert reading.title is not None
    assert reading.title.value == "Zażółć gęślą jaźń"
    assert [a.name for a in reading.attributions] == ["Łucja Świątek"]


def test_links_are_absolute_unique_and_without_fragment(make_page: PageMaker, read_page: Read) -> None:
    head = '<title>x</title><base href="https://institute.example/deep/">'
    body = (
        '<p><a href="one">1</a><a href="/two#a">2</a><a href="/two#b">2</a><a href="mailto:x@y.z">m</a>'
        '<a href="//cdn.example/three">3</a><a href="http://[broken">b</a><a href="../up/./x">u</a></p>'
    )
    links = read_page(make_page(head=head, top="", body=body, bottom="")).links
    assert links == (
        "https://institute.example/",
        "https://institute.example/deep/one",
        "https://institute.example/two",
        "https://cdn.example/three",
        "https://institute.example/up/x",
    )


def test_canonical_and_translations_are_resolved(make_page: PageMaker, read_page: Read) -> None:
    head = (
        '<title>x</title><link rel="canonical" href="/amber-road-reopens/">'
        '<link rel="alternate" hreflang="pl" href="/pl/bursztyn/">'
        '<link rel="alternate" hreflang="en" href="/amber-road-reopens/">'
        '<link rel="alternate" hreflang="x-default" href="/">'
    )
    reading = read_page(make_page(head=head))
    assert reading.canonical == "https://institute.example/amber-road-reopens/"
    assert reading.translations == (("pl", "https://institute.example/pl/bursztyn/"),)


def test_the_front_page_of_another_language_is_no_translation_of_an_article(
    make_page: PageMaker, read_page: Read
) -> None:
    fronts = ("/", "/pl/", "/de-at/", "/index.php")
    head = "<title>x</title>" + "".join(
        f'<link rel="alternate" hreflang="{code}" href="{path}">'
        for code, path in zip(("en", "pl", "de-AT", "fr"), fronts, strict=True)
    )
    assert read_page(make_page(head=head)).translations == ()


PARTS = (
    '<div class="page-links">Pages: <span class="post-page-numbers current">1</span> '
    '<a href="https://institute.example/amber-road-reopens/2/" class="post-page-numbers">2</a> '
    '<a href="https://institute.example/amber-road-reopens/3/" class="post-page-numbers">3</a></div>'
)


def test_missing_parts_are_named_and_the_text_is_partial(make_page: PageMaker, read_page: Read) -> None:
    reading = read_page(make_page(bottom=PARTS))
    assert reading.parts == tuple(f"https://institute.example/amber-road-reopens/{n}/" for n in (2, 3))
    assert reading.partial is Partial.PARTS_MISSING


def test_held_parts_are_joined_in_order(make_page: PageMaker, read_page: Read) -> None:
    def part(number: int) -> Part:
        url = f"https://institute.example/amber-road-reopens/{number}/"
        words = f"<p>Part {number} tells how the ferry came to be built, and why it was late every year.</p>" * 4
        return Part(f"urn:{number}", url, number, make_page(body=words).encode(), "text/html")

    reading = read_page(make_page(bottom=PARTS), parts=(part(3), part(2)))
    assert reading.partial is None
    assert (
        reading.text.index("The amber road") < reading.text.index("Part 2 tells") < reading.text.index("Part 3 tells")
    )


def test_a_further_part_does_not_repeat_headline_or_byline(make_page: PageMaker, read_page: Read) -> None:
    words = "<p>Part 2 tells how the ferry came to be built, and why it was late every year.</p>" * 4
    body = f"{words}<p>The Amber Road Reopens</p><p>Written by</p><p>in</p>{words.replace('ferry', 'quay')}"
    url = "https://institute.example/amber-road-reopens/2/"
    part = Part("urn:2", url, 2, make_page(body=body).encode(), "text/html")
    text = read_page(make_page(bottom=PARTS.replace("3", "2")), parts=(part,)).text
    assert "quay" in text
    assert "The Amber Road Reopens" not in text
    assert "Written by" not in text


def test_a_later_part_is_no_article(make_page: PageMaker, read_page: Read) -> None:
    back = PARTS.replace("reopens/2/", "reopens/")
    reading = read_page(make_page(bottom=back), url="https://institute.example/amber-road-reopens/2/")
    assert reading.kind is PageKind.PART


def test_a_teaser_is_partial(make_page: PageMaker, read_page: Read) -> None:
    block = '{"@type":"NewsArticle","headline":"The Amber Road Reopens","isAccessibleForFree":"False"}'
    head = f'<title>The Amber Road Reopens</title><script type="application/ld+json">{block}</script>'
    assert read_page(make_page(head=head)).partial is Partial.TEASER


@pytest.mark.parametrize("left_out", [("</head>", "<body>"), ("<body>",), ("<head>", "</head>", "<body>")])
def test_a_page_without_head_and_body_tags_reads_the_same(read_page: Read, left_out: tuple[str, ...]) -> None:
    whole = (
        "<!doctype html><html lang='en'><head><title>The ferry</title><meta charset='utf-8'></head><body><article>"
        f"<h1>The ferry</h1><p>By Ada Winter</p>{BODY}</article>"
    )
    bare = reduce(lambda page, tag: page.replace(tag, ""), left_out, whole)
    found, wanted = read_page(bare), read_page(whole)
    assert (found.text, found.marks) == (wanted.text, wanted.marks)
    assert MarkKind.HEADING in {mark.kind for mark in found.marks}


SHELL = '<html><head><title>App</title><script src="/a.js"></script></head><body><div id="root"></div></body></html>'
DRAWN = SHELL.replace("></div>", "><h2>{}</h2><p>The ferry sails twice a week.</p></div>")
LIST = (
    "<html><body class='{}'>"
    + "<article><h2><a href='/a'>A text</a></h2><p>Some words of it, no more.</p></article>" * 6
)


@pytest.mark.parametrize("heading", ["", "The harbour and the ferry"])
def test_a_short_page_in_the_root_of_a_script_is_a_shell_only_if_nothing_has_a_heading_there(
    read_page: Read, heading: str
) -> None:
    found = read_page(DRAWN.format(heading))
    assert (found.kind is PageKind.SHELL) is (heading == "")


@pytest.mark.parametrize(
    ("html", "url", "kind"),
    [
        ("<title>Just a moment...</title><p>Checking your browser</p>", "https://x.example/a", PageKind.CHALLENGE),
        (
            "<title>We value your privacy</title><p>Accept cookies to go on.</p>",
            "https://x.example/a",
            PageKind.CHALLENGE,
        ),
        (
            f"<title>Before you continue</title><p>{'We and our partners store and read information. ' * 20}</p>",
            "https://x.example/a",
            PageKind.CHALLENGE,
        ),
        (
            f"<title>Cookie policy</title><p>{'By going on you accept cookies. See what they are for. ' * 20}</p>",
            "https://x.example/cookies",
            PageKind.PAGE,
        ),
        (
            "<title>Protected: A</title><body class='single'><form class='post-password-form'><p>It is protected. "
            "<input type='password' name='post_password'></p></form>",
            "https://x.example/a",
            PageKind.PROTECTED,
        ),
        (
            "<title>Institute</title><h1>Database Error</h1><p>SQLSTATE[HY000]</p>",
            "https://x.example/a",
            PageKind.EMPTY,
        ),
        ("<title>Wartungsarbeiten | Institut</title><p>Bis gleich.</p>", "https://x.example/a", PageKind.EMPTY),
        ("<title>a.example</title><h1>This domain is for sale</h1>", "https://x.example/a", PageKind.EMPTY),
        ("<title>Fatal error: a war misread</title><p>A port was closed.</p>", "https://x.example/a", PageKind.PAGE),
        (
            f"<title>Application error: what went wrong</title><p>{'The port was closed for a year. ' * 20}</p>",
            "https://x.example/a",
            PageKind.PAGE,
        ),
        ("<title>Page not found</title><h1>404</h1><p>Nothing here.</p>", "https://x.example/a", PageKind.MISSING),
        ("<title>Sidan kunde inte hittas</title><p>Sök.</p>", "https://x.example/a", PageKind.MISSING),
        (SHELL, "https://x.example/a", PageKind.SHELL),
        ("<html><body></body></html>", "https://x.example/a", PageKind.EMPTY),
        ("   ", "https://x.example/a", PageKind.EMPTY),
        (LIST.format("home blog wp-x"), "https://x.example/", PageKind.LISTING),
        (LIST.format("home blog wp-x"), "https://x.example/pl/", PageKind.LISTING),
        (LIST.format("archive category category-a wp-x"), "https://x.example/category/a/", PageKind.LISTING),
        (LIST.format("archive paged"), "https://x.example/category/a/page/2/", PageKind.LISTING),
        (LIST.format("archive author"), "https://x.example/author/a/", PageKind.LISTING),
        (LIST.format("archive date"), "https://x.example/2020/05/", PageKind.LISTING),
    ],
)
def test_a_page_without_a_text_of_its_own_gets_its_kind(read_page: Read, html: str, url: str, kind: PageKind) -> None:
    assert read_page(html, url=url).kind is kind


@pytest.mark.parametrize(
    ("body", "url"),
    [("blog hs-blog-post", "https://x.example/blog/amber"), ("", "https://x.example/hl?a=20170309")],
    ids=["a post in a part called blog", "an address of two letters and a query"],
)
def test_a_page_that_declares_itself_an_article_is_no_list(
    make_page: PageMaker, read_page: Read, body: str, url: str
) -> None:
    head = "<title>The Amber Road Reopens</title><meta property='og:type' content='article'>"
    page = make_page(head=head).replace("single single-post postid-7", body)
    assert read_page(page, url=url).kind is PageKind.ARTICLE


@pytest.mark.parametrize(
    "path", ["archives/2025/12/16/amber.html", "archives/1234", "archive/amber-road/", "research/amber-road", "metag/a"]
)
def test_a_text_with_archives_or_research_in_its_url_is_no_list(
    make_page: PageMaker, read_page: Read, path: str
) -> None:
    page = make_page(head="<title>The Amber Road Reopens</title>").replace("single single-post postid-7", "")
    assert read_page(page, url=f"https://x.example/{path}").kind is PageKind.ARTICLE


@pytest.mark.parametrize(
    "path", ["archives/", "archives/2025/12/", "archives/category/trade/", "pl/archives/date/2025/"]
)
def test_an_archive_url_is_a_list(make_page: PageMaker, read_page: Read, path: str) -> None:
    page = make_page().replace("single single-post postid-7", "")
    assert read_page(page, url=f"https://x.example/{path}").kind is PageKind.LISTING


@pytest.mark.parametrize("body", ["page", "page-template-wide b", "postid-7 logged-in", "page-id-12"])
def test_the_body_class_wins_over_the_url_and_a_list_class_over_both(
    make_page: PageMaker, read_page: Read, body: str
) -> None:
    url, page = "https://x.example/archives/", make_page()
    assert read_page(page.replace("single single-post postid-7", body), url=url).kind is not PageKind.LISTING
    for listing in ("home", "archive"):
        assert read_page(page.replace("single-post postid-7", f"{listing} {body}"), url=url).kind is PageKind.LISTING
    assert read_page(page.replace("single single-post postid-7", f"x{body}"), url=url).kind is PageKind.LISTING


def test_a_wordpress_post_list_is_a_list_whatever_its_head_states(read_page: Read) -> None:
    stated = "<meta property='og:type' content='article'><link rel='stylesheet' href='/wp-content/s.css'>"
    html = LIST.format("blog").replace("<html>", f"<html><head>{stated}</head>")
    assert read_page(html, url="https://x.example/news/").kind is PageKind.LISTING


def test_a_response_with_cf_mitigated_is_a_challenge(make_page: PageMaker, read_page: Read) -> None:
    head = b"HTTP/1.1 403 Forbidden\r\nCF-Mitigated: challenge\r\n\r\n"
    assert read_page(make_page(), head=head).kind is PageKind.CHALLENGE


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", "image/png"])
def test_a_body_that_is_not_html_is_other_with_the_reason(read_page: Read, media_type: str) -> None:
    reading = read_page(b"%PDF-1.7 <html>", media_type=media_type)
    assert reading.kind is PageKind.OTHER
    assert reading.unread is not None
    assert media_type in reading.unread


ODD_PAGES = {
    "control characters": ("<p>a\x00b\x01c</p>" * 40, PageKind.PAGE, "\n\n".join(["a b c"] * 40)),
    "deep": ("<div>" * 100_000 + "<p>deep</p>", PageKind.PAGE, "deep"),
    "open emphasis": ("<b>" * 5_000 + "words " * 200, PageKind.PAGE, " ".join(["words"] * 200)),
    "tables in tables": ("<table>" * 3_000 + "x", PageKind.PAGE, "x"),
    "a title only": ("<html><head><title>t</title></head>", PageKind.EMPTY, ""),
    "no element": ("<!DOCTYPE html>", PageKind.EMPTY, ""),
    "a frameset": ("<frameset><frame src='a'></frameset>", PageKind.LISTING, ""),
    "bad references": ("]]>&#xD800;&#0;&unknown;<p>x", PageKind.PAGE, "]]>\ufffd\ufffd&unknown;\n\nx"),
    "JSON too deep": (f'<script type="application/ld+json">{"[" * 50_000}</script><p>x</p>', PageKind.PAGE, "x"),
    "JSON in a circle": (
        '<script type="application/ld+json">{"@id":"a","author":{"@id":"a"}}</script><p>x</p>', PageKind.PAGE, "x"
    ),
}  # fmt: skip


def test_a_page_with_references_of_thousands_of_digits_everywhere_is_read(read_page: Read) -> None:
    a = f"&#{'0' * 5000}65;"
    twice = a.replace("&", "&amp;")  # as systems write it that escape what is escaped already
    script = f'{{"@type": "Article", "headline": "{a}", "author": "{a}nna Fox", "description": "<p>{a}</p>"}}'
    html = f"""<html><head><title>{twice}</title><meta property="og:title" content="{twice}">
        <meta name="description" content="{twice}"><meta name="author" content="{twice}nna Fox"><base href="{a}">
        <meta http-equiv="refresh" content="9; url={a}"><link rel="shortlink" href="/{a}">
        <link rel="icon" href="/{a}"><script type="application/ld+json">{script}</script></head><body>
        <nav aria-label="breadcrumb"><a href="/{a}">{a}</a> <a href="/{a}/b">{a}</a></nav>
        <article><h1>{twice}</h1><p>By {a}nna Fox</p><img src="/{a}" srcset="/{a} 2x" alt="{a}">
        {"<p>The ports are deep, and " + a + " was dredged.</p>" * 9}</article></body></html>"""
    reading = read_page(html)
    assert reading.title is not None
    assert (reading.title.value, [author.name for author in reading.attributions]) == ("A", ["Anna Fox"])


@pytest.mark.parametrize("name", ODD_PAGES)
def test_every_odd_page_is_read_without_an_error(read_page: Read, name: str) -> None:
    html, kind, text = ODD_PAGES[name]
    reading = read_page(html)
    assert (reading.kind, reading.text) == (kind, text)
    assert (reading.title.value if reading.title else None) == ("t" if name == "a title only" else None)
    assert reading.attributions == ()
    assert reading.unread == ("there is no element in the entity" if name == "no element" else None)


def test_a_text_below_a_hundred_thousand_nested_tags_is_read(make_page: PageMaker, read_page: Read) -> None:
    deep = make_page(body="<div><span>" * 50_000 + make_page())
    reading = read_page(deep)
    assert reading.title is not None
    assert "The amber road between" in reading.text


@pytest.mark.slow
def test_ten_megabytes_are_read_in_bounded_time(make_page: PageMaker, read_page: Read) -> None:
    began = time.process_time()
    reading = read_page(make_page(body="<p>" + "words of a long text " * 500_000 + "</p>"))
    assert reading.title is not None
    assert time.process_time() - began < 60


def test_the_same_page_gives_the_same_reading(make_page: PageMaker, read_page: Read) -> None:
    assert read_page(make_page()) == read_page(make_page())


@pytest.mark.slow
def test_a_page_past_its_deadline_is_unread_with_the_reason(make_page: PageMaker) -> None:
    url = "https://institute.example/slow/"
    long = make_page(body="<p>" + "words of a long text " * 200_000 + "</p>").encode()
    with ReaderPool(1, deadline=0.05) as pool:
        reading = pool.submit(Entity(url, long, "text/html"), Context(url)).result()
    assert (reading.kind, reading.partial) == (PageKind.PAGE, Partial.UNREAD)
    assert reading.unread == "deadline of 0.05 s passed"


def _zero(reason: str) -> int:
    return 0


def _vocabularies_built() -> int:
    return vocabulary.cache_info().currsize


@pytest.mark.slow
def test_a_reader_process_starts_with_the_vocabulary_built() -> None:
    with ReaderPool(1) as pool:
        assert pool.schedule(_vocabularies_built, (), _zero).result() == 1


def test_the_reader_is_loaded_only_by_a_process_that_reads_a_page() -> None:
    done = "from ingest.commands import inspection; from ingest.reading import read, stamp; stamp()"
    told = f"import sys; {done}; print('trafilatura' in sys.modules)"
    ended = subprocess.run([sys.executable, "-P", "-c", told], check=True, capture_output=True, text=True)
    assert ended.stdout.strip() == "False"


def test_an_entity_that_cannot_be_decoded_is_unread_with_the_reason() -> None:
    why = "br needs the package brotli: install it"
    reading = read(Entity("http://think.example/", b"", "text/html", notes=(why,)), Context("http://think.example/"))
    assert (reading.kind, reading.unread) == (PageKind.EMPTY, f"the entity cannot be decoded: {why}")


@pytest.mark.parametrize(
    "masthead",
    [
        '<h1><a href="/">River Notes</a></h1>',
        '<h1 class="site-title">River Notes</h1>',
        '<div class="site-branding"><h1>River Notes</h1></div>',
        '<h1><a href="/blog/" rel="home">River Notes</a></h1>',
    ],
)
def test_a_heading_that_links_home_is_the_sites_name(make_page: PageMaker, read_page: Read, masthead: str) -> None:
    html = make_page(head="<title>Salt Prices Fall Again : River Notes | since 1931</title>", top=masthead)
    found = read_page(html)
    assert found.title is not None
    assert found.title.value == "Salt Prices Fall Again"


@pytest.mark.parametrize(
    ("above", "within", "title"), [("River Notes", "Jan Lis", "Jan Lis"), ("Salt", "Tolls", "Salt")]
)
def test_a_heading_with_the_menu_is_the_sites_name_if_the_main_part_has_its_own(
    read_page: Read, above: str, within: str, title: str
) -> None:
    html = (
        f"<html><head><title>{title} | River Notes</title></head><body><header><h1>{above}</h1><nav><a href='/'>All</a>"
        f"</nav></header><main><h1>{within}</h1><p>He keeps the ferry and the book of tolls.</p></main></body></html>"
    )
    found = read_page(html)
    assert found.title is not None
    assert found.title.value == title


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        ("24.04.2023 - The Amber Road Reopens", "The Amber Road Reopens"),
        ("The Amber Road Reopens | Opinion", "The Amber Road Reopens"),
        ("The Amber Road Reopens – Trade", "The Amber Road Reopens"),
        ("Trade | Opinion", "Trade | Opinion"),
        ("Anna Lis: «No road is free»", "Anna Lis: «No road is free»"),
    ],
)
def test_a_title_does_not_include_date_section_or_kind_of_text(
    make_page: PageMaker, read_page: Read, printed: str, title: str
) -> None:
    head = f'<title>{printed}</title><meta property="article:section" content="Trade">'
    found = read_page(make_page(head=head, top=f"<h1>{printed}</h1>"))
    assert found.title is not None
    assert found.title.value == title


def test_a_kicker_joined_to_the_headline_is_split_as_in_the_metadata(make_page: PageMaker, read_page: Read) -> None:
    head = '<title>x</title><meta property="og:title" content="Trade / The Amber Road Reopens">'
    found = read_page(make_page(head=head, top="<h1><span>Trade</span>The Amber Road Reopens</h1>"))
    assert found.title is not None
    assert found.title.value == "Trade / The Amber Road Reopens"


def test_a_section_heading_is_no_title(make_page: PageMaker, read_page: Read) -> None:
    top = "<h1>News</h1><h1>The Amber Road Reopens</h1>"
    found = read_page(make_page(top=top, head="<title>News</title>"))
    assert found.title is not None
    assert found.title.value == "The Amber Road Reopens"


def test_the_line_below_the_headline_is_the_subtitle_and_opens_the_text(make_page: PageMaker, read_page: Read) -> None:
    below = "Eleven years of repair end in a crowd at the first auction of the year."
    found = read_page(make_page(top=f'<h1>The Amber Road Reopens</h1><p class="article-lead">{below}</p>'))
    assert found.subtitle is not None
    assert found.subtitle.value == below
    assert found.text.startswith(below)
    assert found.text.count(below) == 1


def test_a_caption_is_no_subtitle(make_page: PageMaker, read_page: Read) -> None:
    caption = '<figure><div class="description">The road north of the port in the spring of this year</div></figure>'
    assert read_page(make_page(top=f"<h1>The Amber Road Reopens</h1>{caption}")).subtitle is None


@pytest.mark.parametrize(
    "line",
    ["Advertisement SKIP ADVERTISEMENT", "Back to blog", "Follow us", "Letzte Änderung 17.08.2007", "Czytaj też: Sól"],
)
def test_a_furniture_line_is_not_text(make_page: PageMaker, read_page: Read, line: str) -> None:
    middle = BODY.index("<h2>")
    assert line not in read_page(make_page(body=f"{BODY[:middle]}<p>{line}</p>{BODY[middle:]}")).text


def test_a_text_interrupted_by_advertisements_is_read_whole(make_page: PageMaker, read_page: Read) -> None:
    strange = '<div class="onnetwork"><script>1</script><video></video></div>'
    pieces = [
        f'<div class="body copy"><p>Part {n}. {"The carters wait at the gate of the port. " * 8}</p>'
        f"<p>Part {n} goes on. {'A clerk counts the carts as they come in. ' * 8}</p></div>{strange}"
        for n in range(5)
    ]
    found = read_page(make_page(body="".join(pieces), bottom=""))
    assert [n for n in range(5) if f"Part {n} goes on" in found.text] == [0, 1, 2, 3, 4]


def test_a_script_shell_with_article_metadata_is_an_article_without_text(read_page: Read) -> None:
    head = (
        '<title>The Amber Road Reopens</title><meta property="og:type" content="article">'
        '<meta property="og:title" content="The Amber Road Reopens"><meta name="author" content="Anna Fox">'
        '<meta property="article:published_time" content="2023-04-24T08:00:00Z">'
    )
    found = read_page(f"<html><head>{head}</head><body><div id='root'></div><script>1</script></body></html>")
    assert (found.kind, found.partial, found.text) == (PageKind.ARTICLE, Partial.SCRIPT, "")
    assert [a.name for a in found.attributions] == ["Anna Fox"]


def test_a_text_found_only_in_the_structured_data_is_read_from_there(make_page: PageMaker, read_page: Read) -> None:
    text = "The carters wait at the gate. " * 30
    data = json.dumps({"@type": "NewsArticle", "headline": "The Amber Road Reopens", "articleBody": f"<p>{text}</p>"})
    head = f'<title>The Amber Road Reopens</title><script type="application/ld+json">{data}</script>'
    assert read_page(make_page(head=head, body="<p>Wait.</p>", bottom="")).text == text.strip()


@pytest.mark.parametrize(
    "gate",
    [
        '<div class="paywall-box">The rest is for those who pay.</div>',
        "<p>Subscribe to continue reading this text.</p>",
        "<p>Artykuł dostępny tylko dla subskrybentów.</p>",
        "<p>Jetzt weiterlesen für einen Euro.</p>",
        "<p>Cet article est réservé aux abonnés.</p>",
        "<p>Continue reading with a cheap subscription.</p>",
        "<p>THIS CONTENT IS RESERVED FOR MEMBERS.</p>",
        "<p>Are you already a subscriber?</p>",
        "<p>Aby czytać dalej, wykup dostęp.</p>",
        "<p>80% pozostało do przeczytania.</p>",
        "<p>Nur für Abonnentinnen und Abonnenten.</p>",
        "<p>Il vous reste 70 % de cet article.</p>",
        "<p>Contenido exclusivo para suscriptores.</p>",
        "<p>Suscríbete para seguir leyendo.</p>",
        "<p>Articolo riservato agli abbonati.</p>",
        "<p>Abbonati per continuare a leggere.</p>",
        "<p>Alleen voor abonnees te lezen.</p>",
        "<p>Pouze pro předplatitele časopisu.</p>",
        "<p>Artikeln är för prenumeranter.</p>",
        "<p>Saken er for abonnenter.</p>",
        "<p>Conteúdo exclusivo para assinantes.</p>",
        "<p>Juttu on vain tilaajille.</p>",
    ],
)
def test_a_short_text_before_a_paywall_is_a_teaser(make_page: PageMaker, read_page: Read, gate: str) -> None:
    assert read_page(make_page(body=BODY + gate)).partial is Partial.TEASER
    assert read_page(make_page(body=BODY + "<p>The carters wait at the gate. </p>" * 200 + gate)).partial is None


def test_links_to_terms_pages_are_listed_separately(read_page: Read, make_page: PageMaker) -> None:
    foot = '<footer><a href="/about/">About</a> <a href="/about/terms-of-use/">Terms</a></footer>'
    reading = read_page(make_page(bottom=foot))
    assert reading.terms_links == ("https://institute.example/about/terms-of-use/",)
    assert set(reading.terms_links) < set(reading.links)


def gate(*, form: str = "<form><button>Accept</button></form>", more: str = "") -> str:
    told = "We and our 214 partners store your choice before we show you what you asked for. " * 8
    title = "<title>Your choice | Institute</title>"
    return f"<html><head>{title}{more}</head><body><h1>Your choice</h1><p>{told}</p>{form}"


def test_a_page_that_asks_something_before_the_page_in_its_address_is_a_challenge(read_page: Read) -> None:
    url = "https://institute.example/choice?return=%2Fessay%2Fports"
    assert read_page(gate(), url=url).kind is PageKind.CHALLENGE
    assert read_page(gate(), url="https://institute.example/choice").kind is PageKind.PAGE
    assert read_page(gate(form=""), url=url).kind is PageKind.PAGE
    assert read_page(gate(more="<meta property=og:type content=article>"), url=url).kind is PageKind.ARTICLE


def test_an_article_whose_address_names_the_list_it_was_reached_from_is_an_article(
    make_page: PageMaker, read_page: Read
) -> None:
    html = make_page(bottom="<form><button>Subscribe</button></form>").replace("single single-post postid-7", "")
    assert read_page(html, url="https://institute.example/essay?back=/list").kind is PageKind.ARTICLE


def event(name: str, kind: str = "SocialEvent") -> str:
    stated = f'<script type="application/ld+json">{{"@type": "{kind}", "name": "{name}"}}</script>'
    told = "Please join us at the quay for an evening on tolls. Seats are few and registration is required. " * 4
    return (
        f"<html><head><title>An Evening on Tolls | Institute</title>{stated}</head><body><h1>An Evening on Tolls</h1>"
        f"<p>14 May 2024</p><p>{told}</p></body></html>"
    )


def test_an_event_under_its_own_headline_is_a_page_and_no_article(read_page: Read) -> None:
    assert read_page(event("An evening on tolls")).kind is PageKind.PAGE
    assert read_page(event("Another evening, named beside the text")).kind is PageKind.ARTICLE
    assert read_page(event("An evening on tolls", "SportsEvent")).kind is PageKind.ARTICLE


ABOUT_SITE = (
    '<script type="application/ld+json">{"@type": "BlogPosting", "headline": "Example Institute", '
    '"author": "Example Institute", "mainEntityOfPage": {"@id": "https://institute.example/"}%s}</script>'
)


def test_data_that_call_the_whole_site_an_article_make_no_list_one(make_page: PageMaker, read_page: Read) -> None:
    url = "https://institute.example/tags/salt/"
    page = make_page(head=ABOUT_SITE % "").replace("single single-post postid-7", "")
    assert read_page(page, url=url).kind is PageKind.LISTING
    template = (
        '<script type="application/ld+json">{"@type": "BlogPosting", "headline": "%s", "author": "Olga"}</script>'
    )
    for headline, kind in (("", PageKind.LISTING), ("Salt", PageKind.ARTICLE)):
        page = make_page(head=template % headline).replace("single single-post postid-7", "")
        assert read_page(page, url=url).kind is kind
    # With a day, the data are about a text, and only their address is wrong.
    page = make_page(head=ABOUT_SITE % ', "datePublished": "2023-04-24"').replace("single single-post postid-7", "")
    assert read_page(page, url=url).kind is PageKind.ARTICLE


def test_data_that_call_the_whole_site_an_article_say_nothing_of_a_text(make_page: PageMaker, read_page: Read) -> None:
    about = ABOUT_SITE.replace('"author": "Example Institute"', '"author": {"@type": "Person", "name": "Olga Szubert"}')
    assert read_page(make_page(head=about % "", top="<h1>The Amber Road Reopens</h1>")).attributions == ()
    dated = make_page(head=about % ', "datePublished": "2023-04-24"', top="<h1>The Amber Road Reopens</h1>")
    assert [one.name for one in read_page(dated).attributions] == ["Olga Szubert"]


@pytest.mark.parametrize("after", ["</head>", "</h2>"])
def test_what_follows_an_early_end_of_the_document_is_read(make_page: PageMaker, read_page: Read, after: str) -> None:
    html = make_page()
    early, usual = read_page(html.replace(after, f"{after}</html></html>", 1)), read_page(html)
    assert (early.kind, early.text) == (PageKind.ARTICLE, usual.text)
    assert [one.name for one in early.attributions] == [one.name for one in usual.attributions]


def test_an_index_that_calls_itself_an_article_is_a_list_if_it_has_no_running_text(
    make_page: PageMaker, read_page: Read
) -> None:
    head = '<meta property="og:type" content="article"><script type="application/ld+json">%s</script>'
    head %= '{"@type": "BlogPosting", "headline": "Tags", "datePublished": "2023-04-24"}'
    index = "".join(f"<li><a href='/tags/{tag}/'>{tag}</a> 1</li>" for tag in ("amber", "ferries", "salt", "tolls"))
    for path in ("tags/", "categories", "en/archives/"):
        url = f"https://institute.example/{path}"
        page = make_page(head=head, top="<h1>Tags</h1>", body=f"<ul>{index}</ul>", bottom="")
        text = make_page(head=head)
        kinds = [read_page(one.replace("single single-post postid-7", ""), url=url).kind for one in (page, text)]
        assert kinds == [PageKind.LISTING, PageKind.ARTICLE]


def test_what_a_search_on_the_site_found_is_a_list(make_page: PageMaker, read_page: Read) -> None:
    page = make_page().replace("single single-post postid-7", "")
    for path in ("@@search?Subject:list=Salt", "en/search?q=salt", "search.php?words=salt"):
        assert read_page(page, url=f"https://institute.example/{path}").kind is PageKind.LISTING
    for path in ("en/search", "en/search-for-salt?from=feed", "research?q=salt"):
        assert read_page(page, url=f"https://institute.example/{path}").kind is PageKind.ARTICLE


def test_an_address_of_two_letters_that_name_no_language_may_be_an_article(
    make_page: PageMaker, read_page: Read
) -> None:
    page = make_page(head='<script type="application/ld+json">{"@type": "Article", "headline": "A"}</script>')
    assert read_page(page, url="https://institute.example/nc").kind is PageKind.ARTICLE
    assert read_page(page, url="https://institute.example/pl").kind is PageKind.LISTING
