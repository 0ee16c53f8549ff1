"""Pictures of a page: those of the text, with alt, caption and credit line, each with its byte range."""

from __future__ import annotations

import pytest

from archive.evidence.locate import Passage, Source, words_at
from archive.evidence.pictures import PagePicture, pictures_of

PAGE = """<html><body><header><img src="/logo.png" alt="Institute"></header><main><article><h1>Harbours</h1>
<!-- <img src="/never.png"> -->
<figure class="wp-block-image"><img src="/a.jpg" srcset="/a-300.jpg 300w, /a-900.jpg 900w" alt="A crane &amp; a ship">
<figcaption>The <b>port</b> of Gdynia. <span class="photo-credit">Fot. Jan Kowal / PAP</span></figcaption></figure>
<p>Words.</p><img data-src="b.png" src="data:image/gif;base64,R0lGOD">
<figure><img src="/c.jpg"><figcaption>A map of the coast (Photo: Ada Berg)</figcaption></figure>
<div class="wp-caption"><img src="/d.jpg" alt="Żuraw"><p class="wp-caption-text">Żuraw, © 2021 Harbour House</p></div>
<figure><img src="/e.jpg"><figcaption>Figure 1: trade, in tonnes</figcaption></figure>
</article><aside><img src="/ad.png"></aside><article><img src="/card.jpg"></article></main></body></html>"""


def pictures(page: str, charset: str = "utf-8") -> list[PagePicture]:
    body = page.encode(charset)
    found = pictures_of(Source(body, charset))
    for one in found:
        for passage in (one.alt, one.caption, one.credit):
            if passage is not None:
                assert words_at(body, passage.ranges, passage.decoding) == passage.words
    return list(found)


def words(passage: Passage | None) -> str | None:
    return passage.words if passage is not None else None


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-2"])
def test_images_of_a_text_have_alt_caption_and_credit(charset: str) -> None:
    page = PAGE if charset == "utf-8" else PAGE.replace("©", "Copyright")
    mark = "©" if charset == "utf-8" else "Copyright"
    assert [
        (one.addresses[0], words(one.alt), words(one.caption), words(one.credit)) for one in pictures(page, charset)
    ] == [
        ("/a.jpg", "A crane & a ship", "The port of Gdynia. Fot. Jan Kowal / PAP", "Fot. Jan Kowal / PAP"),
        ("b.png", None, None, None),
        ("/c.jpg", None, "A map of the coast (Photo: Ada Berg)", "Photo: Ada Berg"),
        ("/d.jpg", "Żuraw", f"Żuraw, {mark} 2021 Harbour House", f"{mark} 2021 Harbour House"),
        ("/e.jpg", None, "Figure 1: trade, in tonnes", None),
    ]
    assert pictures(page, charset)[0].addresses == ("/a.jpg", "/a-300.jpg", "/a-900.jpg")


def test_page_without_an_article_yields_all_images_outside_its_frame() -> None:
    page = '<body><nav><img src="/n.png"></nav><div><img src="/t.jpg"></div><footer><img src="/f.png"></footer></body>'
    assert [one.addresses[0] for one in pictures(page)] == ["/t.jpg"]


@pytest.mark.parametrize(
    "page",
    ["", "<img", "<figure><img src=x", "</figure><figure>" * 50, '<img src="a" alt="' + "x" * 9000, "<img src= >"],
)
def test_broken_markup_raises_nothing(page: str) -> None:
    pictures(page)
