"""Addresses in archived style sheets lead to captures; look-alikes stay unchanged."""

from __future__ import annotations

import pytest

from db.reading_room.archived.css import rewrite
from db.reading_room.archived.link import Use


def place(said: str, use: Use) -> str:
    return f"[{use.value}{said}]"


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("a{b:url(x.png)}", 'a{b:url("[im_x.png]")}'),
        ("a{b:url( 'x y.png' )}", 'a{b:url("[im_x y.png]")}'),
        (r"a{b:url(x\29 y.png)}", 'a{b:url("[im_x)y.png]")}'),
        (
            r"a{b:u\72l(x)} @\69mport 'y'; .\31 a{c:'\f101'}",
            r"""a{b:url("[im_x]")} @import "[cs_y]"; .\31 a{c:'\f101'}""",
        ),
        (r"a{b:\url(x.png)}", 'a{b:url("[im_x.png]")}'),
        ("@import 'b.css' screen;", '@import "[cs_b.css]" screen;'),
        ("@import url(b.css);", '@import "[cs_b.css]";'),
        ("@font-face{src:url(f.woff2?#i) format('woff2')}", "@font-face{src:url(\"[mp_f.woff2?#i]\") format('woff2')}"),
        (
            "a{b:image-set('a.png' 1x, url(b.png) 2x);c:'d'}",
            'a{b:image-set("[im_a.png]" 1x, url("[im_b.png]") 2x);c:\'d\'}',
        ),
        ("a{content:'url(no)'} /* url(no) */", "a{content:'url(no)'} "),
        ("a{filter:url(#f)}", 'a{filter:url("#f")}'),
        ("a{b:url(data:image/png;base64,AA==)}", 'a{b:url("data:image/png;base64,AA==")}'),
        ('@namespace svg url("http://www.w3.org/2000/svg");', '@namespace svg url("http://www.w3.org/2000/svg");'),
        ("<!-- a{} -->", " a{} "),
        ("@media (width<600px) and (400px<=width){}", "@media (width<600px) and (400px<=width){}"),
        ("@media (400px<width){}", "@media (400px< width){}"),
        ("a{content:'</style>'}", r"a{content:'\3c /style>'}"),
    ],
)
def test_css_urls_are_rewritten_and_all_else_is_kept(said: str, written: str) -> None:
    assert rewrite(said, place) == written


def test_rewritten_css_url_closes_neither_string_nor_element() -> None:
    made = rewrite("a{b:url(x)}", lambda _said, _use: '"</style>\\\n')
    assert made == r'a{b:url("\22 \3c /style\3e \5c \a ")}'


def test_long_sheet_of_unclosed_tokens_is_rewritten_to_bounded_length() -> None:
    for said in (
        "url(" * 50_000,
        "'" + "\\" * 99_999,
        "/*" * 50_000,
        "image-set(" * 20_000,
        "@import " * 30_000,
        "@import url(" * 9_000,
    ):
        assert len(rewrite(said, place)) <= len(said) * 3
