"""Owners: a licence applies to its container, and invisible text grants nothing."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html

from archive.evidence.locate import Source
from db.model.item import Answer, Statement
from db.terms.verdict import verdict
from ingest.terms import PageView, read_terms
from ingest.terms.places import heads_another

BY = "https://creativecommons.org/licenses/by/4.0/"
LINK = f'<a rel="license" href="{BY}">CC BY 4.0</a>'
GRANT = "All our articles may be freely republished by anyone, with credit to the author."
PROSE = "".join(f"<p>Paragraph {number} tells how the bridge at the mill was paid for.</p>" for number in range(4))


def read(body: str, *, jsonld: Any = (), extra: str = "") -> tuple[Statement, ...]:
    entity = f"<!doctype html><html><head><meta charset=utf-8>{extra}</head><body>{body}</body></html>".encode()
    page = PageView(
        "https://mill.example/a-text",
        html.fromstring(entity.decode()),
        Source(entity, "utf-8"),
        "capture-1",
        jsonld=jsonld,
    )
    return read_terms(page)


def grants(statements: tuple[Statement, ...]) -> bool:
    return verdict(statements).answer in (Answer.YES, Answer.WITH_DUTIES)


def page(block: str) -> str:
    return f"<main><article><h1>The bridge at the mill</h1>{PROSE}</article>{block}</main>"


ANOTHER = [
    "<section class='comments'><div class='comment'><p>{}</p></div></section>",
    "<div id='disqus_thread'><p>{}</p></div>",
    "<ol class='commentlist'><li><div class='license'>{}</div></li></ol>",
    "<div class='field--name-field-replies reply'><p>{}</p></div>",
    "<div class='related-posts'><a href='/b'>Other bridges</a> <span>{}</span></div>",
    "<ul class='x1'><li><div class='Teaser_t4'><b>Other bridges</b> {}</div></li></ul>",
    "<div class='q7'><h3>From the archive</h3><div><b>Other bridges</b> <span>{}</span></div></div>",
    "<div><h4>Zobacz także</h4><p>{}</p></div>",
    "<div><h4>Das könnte Sie auch interessieren</h4><p>{}</p></div>",
    "<section><h2>12 Kommentare</h2><div><p>{}</p></div></section>",
    "<div><h3>À lire aussi</h3><p>{}</p></div>",
    "<a class='k3' href='/other'><p>Other bridges</p><span>{}</span></a>",
    "<div class='embed-responsive'><p>{}</p></div>",
    "<div class='leaflet-control-attribution'>{}</div>",
    "<figure><img src='a.png'><figcaption>{}</figcaption></figure>",
    "<blockquote><p>{}</p></blockquote>",
    "<div class='author-bio'><p>{}</p></div>",
    "<div><h3>O autorce</h3><p>{}</p></div>",
    "<div class='field-name-field-files'><p>{}</p></div>",
    "<div><h3>Dane i kod</h3><p>{}</p></div>",
    "<footer><p class='powered-by'>{}</p></footer>",
    "<div class='audio-player'><p>Listen to the episode</p><p>{}</p></div>",
    "<div class='podcast-box'><p>{}</p></div>",
    "<div class='podlove-web-player'><p>{}</p></div>",
    "<h3>Listen</h3><p>{}</p>",
    "<aside class='sidebar'><div class='widget'><h3>Our podcast</h3><p>{}</p></div></aside>",
    "<aside class='sidebar'><div class='widget'><h3>Photos</h3><p>{}</p></div></aside>",
    "<aside class='sidebar'><div class='widget'><h3>Mein Buch</h3><p>{}</p></div></aside>",
    "<aside><h3>Posłuchaj rozmowy</h3><p>{}</p></aside>",
    "<h2>Подкаст</h2><p>{}</p>",
]


@pytest.mark.parametrize("container", ANOTHER)
@pytest.mark.parametrize("said", [f"This text is under {LINK}.", GRANT])
def test_a_license_inside_another_work_does_not_cover_the_text(container: str, said: str) -> None:
    assert not grants(read(page(container.format(said))))


HIDDEN = [
    "<div hidden><p>{}</p></div>",
    "<div style='display: none'><p>{}</p></div>",
    "<p style='color:red;visibility:hidden'>{}</p>",
    "<p style='position:absolute;left:-9999px'>{}</p>",
    "<p style='font-size:0'>{}</p>",
    "<template id='reuse'><p>{}</p></template>",
    "<!-- {} -->",
]


@pytest.mark.parametrize("container", HIDDEN)
@pytest.mark.parametrize("said", [f"This text is under {LINK}.", GRANT])
def test_invisible_text_grants_nothing(container: str, said: str) -> None:
    assert not grants(read(page(container.format(said))))


SHOWN = [
    "<div class='license'><p>{}</p></div>",
    "<div class='card copyright'><p>{}</p></div>",
    "<footer><p>{}</p></footer>",
    "<div id='supplementary' class='sidebar'><p class='license'>{}</p></div>",
    "<h3>Related</h3><ul><li><a href='/b'>Other bridges</a></li></ul><footer><p>{}</p></footer>",
    "<h3>Related</h3><ul><li><a href='/b'>Other bridges</a></li></ul><p class='copyright'>{}</p>",
    "<details><summary>Republish</summary><p class='reuse'>{}</p></details>",
    "<div hidden class='republish-modal'><p class='license'>{}</p></div>",
    "<a href='#how'>Republish</a><div hidden id='how'><p class='license'>{}</p></div>",
    "<button aria-controls='how'>Republish</button><div style='display:none' id='how'><p class='license'>{}</p></div>",
    "<dialog class='license'><p>{}</p></dialog>",
]


@pytest.mark.parametrize("container", SHOWN)
@pytest.mark.parametrize("said", [f"This text is under {LINK}.", GRANT])
def test_a_notice_that_a_visitor_sees_or_opens_is_read(container: str, said: str) -> None:
    assert grants(read(page(container.format(said))))


def test_a_page_that_is_one_card_keeps_its_license() -> None:
    assert grants(read(f"<div class='card'><h1>The bridge</h1>{PROSE}<p class='license'>{LINK}</p></div>"))


@pytest.mark.parametrize(
    "heading",
    ["Related", "Related posts", "3 comments", "Read next", "Powiązane artykuły", "Přílohy", "Lea también", "Reacties"],
)
def test_a_heading_over_other_works_is_recognised(heading: str) -> None:
    assert heads_another(heading)


@pytest.mark.parametrize("heading", ["Relations with Norway", "Data protection", "Commentary", "The latest flood", ""])
def test_a_heading_of_the_text_does_not_introduce_other_works(heading: str) -> None:
    assert not heads_another(heading)


def licensed(**more: str) -> dict[str, str]:
    return {"@type": "Article", "license": BY, **more}


@pytest.mark.parametrize(
    ("nodes", "granted"),
    [
        ([licensed()], True),
        ([licensed(url="http://www.mill.example/a-text/")], True),
        ([licensed(**{"@id": "https://mill.example/a-text#article"})], True),
        ([licensed(url="https://mill.example/?p=7")], True),
        ([licensed(url="https://mill.example/another-text")], False),
        ([{"@type": "Article"}, licensed(mainEntityOfPage="https://mill.example/2020/locks")], False),
        ([{"@type": "NewsArticle", "license": "https://mill.example/terms"}, {"@type": "Book", "license": BY}], False),
    ],
)
def test_json_ld_licenses_only_its_own_page(nodes: list[dict[str, str]], granted: bool) -> None:
    script = "".join(f'"license": "{node["license"]}" ' for node in nodes if "license" in node)
    assert grants(read(page(f"<script>{script}</script>"), jsonld=nodes)) is granted


def test_microdata_of_a_card_does_not_license_the_page() -> None:
    card = (
        f"<div class='related'><div itemscope itemtype='https://schema.org/Article'>"
        f"<b>Other bridges</b><link itemprop='license' href='{BY}'></div></div>"
    )
    assert not grants(read(page(card)))
