"""Pages of a line or two, with longer menus and footers, read the same in every design."""

from __future__ import annotations

import pytest

from archive.http.exchange import Entity
from db.model.item import Context, PageKind, Reading
from ingest.reading import read

URL = "https://port.example/about/"
MENU = """<ul><li><a href="/about/">About</a></li><li><a href="/contact/">Contact us</a></li>
<li><a href="/d/">Donate</a></li></ul>"""
BLOCKS = f"""<div class="wp-site-blocks"><header class="wp-block-template-part">
<p class="wp-block-site-title"><a href="/">Port Institute</a></p><nav class="wp-block-navigation">{MENU}</nav></header>
<main class="wp-block-group"><h1 class="wp-block-post-title">TITLE</h1>
<div class="entry-content wp-block-post-content">BODY</div></main>
<footer class="wp-block-template-part"><p>Independent research on ports</p>{MENU}
<p>Designed with <a href="https://wordpress.org" rel="nofollow">WordPress</a></p></footer></div>"""
CLASSIC = f"""<div id="page"><header class="site-header"><nav class="main-navigation">{MENU}</nav></header>
<div id="primary"><main id="main"><article class="page hentry">
<header class="entry-header"><h1 class="entry-title">TITLE</h1></header><div class="entry-content">BODY</div></article>
</main></div><aside class="widget-area"><h2>Recent posts</h2>{MENU}</aside>
<footer id="colophon" class="site-footer">Proudly powered by <a href="https://wordpress.org/">WordPress</a>.</footer></div>"""
TABLELESS = f"""<div id="wrapper"><div id="header"><a href="/">Port Institute</a></div><div id="menu">{MENU}</div>
<div id="content"><h1>TITLE</h1>BODY</div><div id="foot"><p>Port Institute, Quay Street 1. Independent research on ports
and their people since 1990.</p><p>Designed with WordPress</p></div></div>"""
DESIGNS = {"blocks": BLOCKS, "classic": CLASSIC, "tableless": TABLELESS}


def reading(design: str, title: str, body: str) -> Reading:
    shown = DESIGNS[design].replace("TITLE", title).replace("BODY", body)
    page = (
        f"<html><head><title>{title} – Port Institute</title></head><body class='page page-id-7'>{shown}</body></html>"
    )
    return read(Entity(URL, page.encode(), "text/html"), Context(URL))


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize(
    ("title", "body", "text"),
    [
        ("Support", "<p>Donate.</p>", "Donate."),
        (
            "Contact",
            "<p>Quay Street 1<br>12345 Port<br>Tel. 123 456</p>",
            "Quay Street 1\n\n12345 Port\n\nTel. 123 456",
        ),
        ("Our work", "<p>We study ports.</p><p>Write to us or call.</p>", "We study ports.\n\nWrite to us or call."),
        ("Hours", "<div>Our office is open from nine to five.</div>", "Our office is open from nine to five."),
        ("Give", '<p><a href="/give/now/">Support our work</a></p>', "Support our work"),
        ("Team", "<ul><li>The director</li><li>Two fellows</li></ul>", "- The director\n\n- Two fellows"),
    ],
)
def test_a_short_page_reads_the_same_in_every_design(design: str, title: str, body: str, text: str) -> None:
    found = reading(design, title, body)
    assert found.kind is PageKind.PAGE
    assert found.text == text


@pytest.mark.parametrize("design", ["blocks", "classic"])
def test_a_page_with_only_a_form_has_no_text(design: str) -> None:
    assert reading(design, "Write to us", "<form><p><label>Name</label><input></p></form>").text == ""


def test_the_byline_under_the_headline_is_not_the_text() -> None:
    news = "The harbour was closed on Monday after the storm, the port authority said in the evening of that day."
    page = f"""<html><head><title>Harbour closed</title></head><body><div class="wrap">
        <div class="box"><h1>Harbour closed</h1>
        <p>By Anna Nowak, 12 May 2024</p></div><div class="copy"><p>{news}</p></div></div></body></html>"""
    assert read(Entity(URL, page.encode(), "text/html"), Context(URL)).text == news
