"""An archived page rewritten: its addresses lead to captures, and nothing in it runs or fetches."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from db.reading_room.archived.html import Rewriter
from db.reading_room.archived.link import Use, archived
from db.reading_room.archived.marks import Marks

BASE = "https://institute.example/en/a-page/"
AT = "20230424100000"


def place(url: str, use: Use) -> str:
    return archived(url, AT, use)


def rewritten(text: str, *, xml: bool = False) -> str:
    return Rewriter(BASE, place, xml=xml).write(text)


def test_link_leads_to_the_nearest_capture_in_the_whole_window() -> None:
    assert rewritten('<a href="../b?c=1&amp;d=2#e">x</a>') == (
        f'<a href="/web/{AT}/https://institute.example/en/b?c=1&amp;d=2#e" target="_top">x</a>'
    )


def test_anchor_on_the_same_page_stays_on_it() -> None:
    assert rewritten('<a href="#notes">1</a>') == '<a href="#notes">1</a>'
    assert rewritten(f'<a href="{BASE}#notes">1</a>') == '<a href="#notes">1</a>'


def test_images_and_srcset_candidates_come_from_the_archive() -> None:
    made = rewritten('<img src=//cdn.example/a.jpg srcset="a.jpg 1x, https://cdn.example/w_2,c/b.jpg 2x" alt="A <b>">')
    assert f'src="/web/{AT}im_/https://cdn.example/a.jpg"' in made
    assert f"/web/{AT}im_/https://institute.example/en/a-page/a.jpg 1x, " in made
    assert f"/web/{AT}im_/https://cdn.example/w_2%2Cc/b.jpg 2x" in made
    assert 'alt="A &lt;b&gt;"' in made


def test_styles_come_from_the_archive_wherever_they_are() -> None:
    made = rewritten(
        '<link rel=stylesheet href=/a.css integrity=x crossorigin><style><!-- @import "b.css"; p{background:'
        "url(c.png)} --></style><p style=\"background:url('d.png')\"><svg><rect fill='url(#g)'></svg>"
    )
    assert f'<link rel="stylesheet" href="/web/{AT}cs_/https://institute.example/a.css">' in made
    assert f'@import "/web/{AT}cs_/https://institute.example/en/a-page/b.css"' in made
    assert f'url("/web/{AT}im_/https://institute.example/en/a-page/c.png")' in made
    assert f"url(&quot;/web/{AT}im_/https://institute.example/en/a-page/d.png&quot;)" in made
    assert "url(&quot;#g&quot;)" in made
    assert "integrity" not in made


def test_base_element_is_applied_and_removed() -> None:
    made = rewritten('<head><base href="https://other.example/x/"></head><a href="y">y</a>')
    assert "<base" not in made
    assert f'href="/web/{AT}/https://other.example/x/y"' in made


def test_scripts_forms_and_embeds_are_removed() -> None:
    made = rewritten(
        "<script>alert(1)</script><body onload=a() background=b.png><a href='javascript:a()' ping=//e.example>x</a>"
        "<a href='java\nscript:a()'>y</a><a href=' data:text/html,x'>z</a><form action=//e.example>"
        "<input formaction=//e>"
        "</form><object data=x.swf><embed src=x.swf>fallback</object><iframe srcdoc='<script>' src=f></iframe>"
        "<meta http-equiv=refresh content='0;url=//e.example'><meta http-equiv=content-security-policy content=x>"
        "<link rel=preconnect href=//e.example><link rel=manifest href=m><link rel=modulepreload href=m.js>"
    )
    for never in (
        "script",
        "onload",
        "ping",
        "action",
        "object",
        "embed",
        "srcdoc",
        "http-equiv",
        "preconnect",
        "manifest",
    ):
        assert never not in made, never
    assert "//e.example" not in made
    assert "data:" not in made
    assert "fallback" in made
    assert f'<iframe src="/web/{AT}mp_/https://institute.example/en/a-page/f">' in made


def test_removed_scripts_forms_and_refresh_are_reported() -> None:
    page = Rewriter(BASE, place)
    page.write("<script></script><script src=a></script><form></form><meta http-equiv=Refresh content='5; URL=/on'>")
    assert (page.dead.scripts, page.dead.forms, page.dead.refresh) == (2, 1, "https://institute.example/on")


def test_lazy_styles_and_images_are_loaded_at_once() -> None:
    made = rewritten(
        "<link rel=preload as=style href=a.css onload=\"this.rel='stylesheet'\">"
        "<link rel=stylesheet media=print href=b.css onload=\"this.media='all'\">"
        "<img src='data:image/gif;base64,R0' data-src=c.jpg><noscript><img src=d.jpg></noscript>"
    )
    assert f'<link rel="stylesheet" href="/web/{AT}cs_/https://institute.example/en/a-page/a.css">' in made
    assert "media=" not in made
    assert 'a-page/c.jpg"' in made
    # Without scripts a browser shows its content.
    assert "<noscript><img src=" in made


def test_entity_without_semicolon_in_a_url_is_a_parameter() -> None:
    assert "?a=1&amp;copy=2" in rewritten('<a href="?a=1&copy=2">')
    assert "?a=1%C2%A92" in rewritten('<a href="?a=1&copy;2">')


def test_animations_that_could_change_a_link_are_removed() -> None:
    made = rewritten(
        "<svg><a href=#x><animate attributeName=href values=//e.example /><set attributeName=href to=//e /></a></svg>"
    )
    assert "animate" not in made
    assert "<set" not in made


def test_rewriting_keeps_the_doctype_or_its_absence() -> None:
    assert rewritten("<!DOCTYPE html><p>").startswith("<!DOCTYPE html><p>")
    old = '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">'
    assert rewritten(old + "<p>").startswith('<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">')
    assert rewritten("<p>") == "<p>"


def test_rewritten_svg_stays_well_formed() -> None:
    made = rewritten(
        '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><linearGradient id="g"/>'
        '<image xlink:href="a.png"/><script>x</script></svg>',
        xml=True,
    )
    assert '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">' in made
    assert '<linearGradient id="g"/>' in made
    assert "script" not in made


PIECES = (
    "<", ">", "</", "<!--", "-->", "--!>", "<![CDATA[", "]]>", '"', "'", "=", "/", " ", "\n", "\0", "`", "&lt;",
    "<script>", "</script>", "<style>", "</style>", "<title>", "</title>", "<textarea>", "<noscript>", "</noscript>",
    "<svg>", "</svg>", "<math>", "<xmp>", "</xmp>", "<plaintext>", "<iframe ", "<template>", "<select>", "<table>",
    "<img src=//e.example/x onerror=a()>", "<a href=//e.example>", "<a href='javascript:a()'>", "<base href=//e>",
    "<svg/onload=a()>", "<p title='</style><img src=//e.example onerror=a()>'>", "<!doctype ", "<?x ", "x", "style",
    "url(//e.example)", "@import '//e.example'", "\\", "href", "onclick=a()", "<form action=//e>", "<set to=//e>",
    "<link rel=stylesheet href=//e.example>", "<meta http-equiv=refresh content='0;//e.example'>", "<A HREF=//e>",
)  # fmt: skip
OURS = re.compile(r"""</[a-z][^\s<>"'/]*>|<[a-z][^\s<>"'/]*(?: [^\s<>"'/=]+="[^"<>]*")*>|<!DOCTYPE[^<>]*>""")
ATTRIBUTE = re.compile(r' ([^\s<>"\'/=]+)="([^"<>]*)"')
ADDRESSED = re.compile(r' (?:href|xlink:href|src|poster|background|action|formaction|data|ping)="([^"]*)"')


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_rewritten_page_holds_only_known_tags_and_local_urls(text: str) -> None:
    assert_only_known_tags(rewritten(text))


def assert_only_known_tags(builder: str) -> None:
    for found in re.finditer(r"<(?=[a-zA-Z/!?])", builder):
        tag = OURS.match(builder, found.start())
        assert tag is not None, builder[found.start() : found.start() + 80]
        names = [name for name, _value in ATTRIBUTE.findall(tag[0])]
        assert not [name for name in names if name.startswith("on")], tag[0]
        for address in ADDRESSED.findall(tag[0]):
            assert address.startswith(("/web/", "#", "data:image/")), tag[0]
        assert not tag[0].startswith(("<script", "<base", "<object", "<embed", "<form action"))


def marked(text: str, *ranges: tuple[int, int]) -> str:
    marks = Marks(ranges, "5ee1f00d")
    return Rewriter(BASE, place, marks=marks).write(marks.put_into(text.encode()).decode("utf-8", "replace"))


def plain(text: str) -> str:
    return re.sub(r"</?mark[^>]*>", "", text)


def test_words_are_marked_even_across_tags() -> None:
    text = "<p>Texts may be <b>repub</b>lished &amp; sold.</p>"
    made = marked(text, (text.index("repub"), text.index("</b>")), (text.index("lished"), text.index("sold")))
    assert plain(made) == text
    assert re.findall(r"<mark[^>]*>([^<]*)</mark>", made) == ["repub", "lished &amp; "]
    assert made.count('id="creditline-words"') == 1


def test_nothing_is_marked_in_tags_styles_and_titles() -> None:
    text = "<title>A port</title><style>p { color: red }</style><p title='A port'>A port</p><textarea>A port</textarea>"
    for words in ("A port</title", "color", "A port'>", "A port</textarea"):
        first = text.index(words)
        made = marked(text, (first, first + 5))
        assert ("<mark" in made, "5ee1f00d" in made) == (False, False)
        assert made == rewritten(text)


@given(
    st.lists(st.sampled_from(PIECES), max_size=25).map("".join),
    st.lists(st.integers(0, 400), min_size=2, max_size=8).map(sorted),
)
def test_marking_never_lets_unsafe_markup_through(text: str, ends: list[int]) -> None:
    made = marked(text, *zip(ends[::2], ends[1::2], strict=False))
    assert "5ee1f00d" not in made
    assert_only_known_tags(re.sub(r"</?mark[^>]*>", "", made))
