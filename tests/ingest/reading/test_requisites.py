"""Files that a page or a style sheet needs for display are named with their kind, each address once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from db.model.item import RequisiteKind
from ingest.reading.page.requisites import MOST, of_css, of_html
from ingest.reading.page.source_tags import stated_base, tags_in

HERE = "https://institute.example/essays/tides/"
SITE = "https://institute.example"


def requisites_of(text: str) -> list[tuple[str, str]]:
    tags = tags_in(data := text.encode())
    return [(one.kind.value, one.url.removeprefix(SITE)) for one in of_html(data, tags, stated_base(tags, HERE))]


def test_styles_images_icons_and_picture_sources_are_listed() -> None:
    page = """<link rel="stylesheet" href="/theme.css?v=1&amp;w=2"><LINK REL='shortcut icon' HREF=/favicon.ico>
    <link rel="canonical" href="/essays/tides/"><style>@import "print.css"; a { background: url(/sea.png) }</style>
    <img src="tide.jpg" srcset="/tide-2.jpg 2x, https://cdn.example/w_3,h_2/tide.jpg 3x"><img data-src="/late.webp">
    <img src="data:image/gif;base64,R0lGOD"><picture><source srcset="/tide.avif"></picture>
    <video poster="/still.jpg"><source src="/film.mp4"></video><script src="/app.js"></script>"""
    assert requisites_of(page) == [
        ("style", "/theme.css?v=1&w=2"),
        ("icon", "/favicon.ico"),
        ("style", "/essays/tides/print.css"),
        ("image", "/sea.png"),
        ("image", "/essays/tides/tide.jpg"),
        ("image", "/tide-2.jpg"),
        ("image", "https://cdn.example/w_3,h_2/tide.jpg"),
        ("image", "/late.webp"),
        ("image", "/tide.avif"),
        ("image", "/still.jpg"),
    ]


def test_urls_are_resolved_against_the_base_of_the_page() -> None:
    assert requisites_of('<base target="_top" href="/files/"><img src="a.png">') == [("image", "/files/a.png")]


def test_imports_images_and_fonts_of_a_style_sheet_are_listed() -> None:
    sheet = """/* url(/old.png) */ @import url("more.css"); @font-face { src: url(a.woff2?x#y) format("woff2") }
    .a { background: url('b.svg') } .b { background: url(data:image/png;base64,AAAA) }"""
    found = of_css(sheet, f"{SITE}/theme/main.css")
    assert [(one.kind, one.url) for one in found] == [
        (RequisiteKind.STYLE, f"{SITE}/theme/more.css"),
        (RequisiteKind.FONT, f"{SITE}/theme/a.woff2?x"),
        (RequisiteKind.IMAGE, f"{SITE}/theme/b.svg"),
    ]


def test_the_number_of_requisites_of_one_page_is_limited() -> None:
    assert len(requisites_of("".join(f'<img src="/{n}.png">' for n in range(2 * MOST)))) == MOST


@given(st.text(alphabet="<>=\"' imgsrclinkstyleurl()@/;:,.\\&#{}", max_size=300))
def test_no_input_makes_the_reader_raise(text: str) -> None:
    requisites_of(f"<img {text}><style>{text}</style>")
    of_css(text, HERE)
