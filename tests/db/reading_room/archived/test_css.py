"""Addresses in archived style sheets lead to captures; look-alikes stay unchanged."""

from __future__ import annotations

import time

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
        (r"a{content:\"}b{c:url(x)}", r'a{content:\"}b{c:url("[im_x]")}'),
        ("@media (400px<width){}", "@media (400px< width){}"),
        ("a{content:'</style>'}", r"a{content:'\3c /style>'}"),
    ],
)
def test_css_urls_are_rewritten_and_all_else_is_kept(said: str, written: str) -> None:
    assert rewrite(said, place) == written


def test_rewritten_css_url_closes_neither_string_nor_element() -> None:
    made = rewrite("a{b:url(x)}", lambda _said, _use: '"</style>\\\n')
    assert made == r'a{b:url("\22 \3c /style\3e \5c \a ")}'


@pytest.mark.parametrize(
    ("head", "unit", "written"),
    [
        ("", "url(", "url("),
        ("'", "\\\\", "\\\\"),
        ("'", "\\'", "\\'"),
        ("", "/* ", ""),
        ("", "image-set(", "image-set("),
        ("", "@import ", "@import "),
        ("", "@import url(", "@import url("),
        ("url(", " ", " "),
        ("@import url(", "\n", "\n"),
        ("@import", "\t", "\t"),
        ("src(", "a ", "a "),
    ],
)
def test_long_sheet_of_unclosed_tokens_is_kept_in_linear_time(head: str, unit: str, written: str) -> None:
    def cpu(count: int) -> float:
        began = time.thread_time()
        assert rewrite(head + unit * count, place) == head + written * count
        return time.thread_time() - began

    few, many = (min(cpu(count) for _ in range(3)) for count in (1000, 4000))
    # Four times as long in linear time, sixteen times in quadratic time.
    assert many < 10 * few + 0.02
