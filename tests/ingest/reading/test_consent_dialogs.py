"""A dialog about cookies is no text, whatever the site calls it and in whatever language it asks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.model.item import Reading
from tests.ingest.reading.conftest import BODY

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
SAID = {
    "en": (
        "We use cookies so that this site works. Necessary cookies are always set, and no visitor can refuse them.",
        "Analytical cookies tell us which pages are read, and for how long. These cookies hold no name of any visitor, "
        "and nobody reads them but we.",
    ),
    "hu": (
        "Oldalunk sütiket használ, hogy működjön. Szükséges sütik nélkül az oldalt senki sem nyithatja meg.",
        "A mérő sütik megmondják, melyik oldalt meddig olvassák. Ezekben a sütikben nincs benne a látogató neve.",
    ),
    "ja": (
        "このサイトはクッキーを使用します。必要なクッキーは常に保存され、訪問者が拒否することはできません。",
        "分析用のクッキーは、どのページがどれだけ読まれたかを教えます。クッキーに訪問者の名前は含まれません。",
    ),
}


def dialog(first: str, second: str, control: str = "<button>OK</button>") -> str:
    return f'<div class="k7f3"><div><h2>{first[:12]}</h2><p>{first}</p><p>{second}</p>{control}</div></div>'


@pytest.mark.parametrize("language", SAID)
def test_a_dialog_about_cookies_is_left_out_by_its_words(make_page: PageMaker, read_page: Read, language: str) -> None:
    first, second = SAID[language]
    text = read_page(make_page(body=BODY + dialog(first, second))).text
    assert "ferry that runs only when the ice allows" in text
    assert first not in text
    assert second not in text


def test_what_a_text_says_of_cookies_stays(make_page: PageMaker, read_page: Read) -> None:
    first, second = SAID["en"]
    assert second in read_page(make_page(body=BODY + dialog(first, second, control=""))).text  # nothing to press
    title = "<title>Why Cookies Outlive the Laws - Example Institute</title>"
    assert second in read_page(make_page(head=title, body=BODY + dialog(first, second))).text
    once = second.replace("These cookies", "They")
    baker = "<p>The baker of the port sells cookies, and the ferry carries these cookies over.</p>"
    assert once in read_page(make_page(body=BODY + baker + dialog(once, once.replace("Analytical", "Such")))).text


def test_a_box_that_names_cookies_among_much_else_stays(make_page: PageMaker, read_page: Read) -> None:
    first, second = SAID["en"]
    much = "Merchants of the quay asked for their old place at the water, and were told to wait for it. " * 12
    text = read_page(make_page(body=f"{BODY}<div>{dialog(f'{first} {much}', f'{second} {much}')}</div>")).text
    assert "Analytical cookies tell us" in text


SHORT = "<p>The ferry keeps to its calendar, and the school keeps to the ferry.</p>"
PURPOSES = "".join(
    f"<h3>Purpose {number}</h3><p>Partners may keep or read information on the device of the visitor, to measure "
    "what is shown to whom, and to build a profile of interests from what was read before on this and other sites.</p>"
    for number in range(8)
)


@pytest.mark.parametrize(
    "box",
    [
        '<div id="cmpbox" class="cmpbox cmpstyleroot">{}</div>',
        '<div id="didomi-host"><div>{}</div></div>',
        '<div id="onetrust-consent-sdk">{}</div>',
        '<section id="CybotCookiebotDialog">{}</section>',
        '<div class="qc-cmp2-container">{}</div>',
    ],
)
def test_a_dialog_of_a_service_is_left_out_even_if_it_has_more_words_than_the_article(
    make_page: PageMaker, read_page: Read, box: str
) -> None:
    text = read_page(make_page(body=f"<div>{SHORT}</div>{box.format(PURPOSES)}")).text
    assert text == "The ferry keeps to its calendar, and the school keeps to the ferry."


@pytest.mark.parametrize(
    "page",
    [
        '<div class="onetrust-page"><article>{}</article></div>',
        '<div class="board-of-trustees">{}</div>',
    ],
)
def test_the_article_stays_whatever_is_named_after_such_a_service(
    make_page: PageMaker, read_page: Read, page: str
) -> None:
    assert "ferry that runs only when the ice allows" in read_page(make_page(body=page.format(BODY))).text


@pytest.mark.parametrize("wrapped", ["<body class='didomi-popup-open'>{}", "<body><div class='didomi-ready'>{}</div>"])
def test_a_page_wrapped_by_such_a_service_is_read(read_page: Read, wrapped: str) -> None:
    title = "The Amber Road Reopens"
    text = read_page(f"<html><title>{title}</title>{wrapped.format(f'<h2>{title}</h2>{BODY}')}</html>").text
    assert "ferry that runs only when the ice allows" in text
    assert "before the winter" in text


def test_a_page_without_a_headline_in_a_body_that_such_a_service_marks_is_read(read_page: Read) -> None:
    lines = "".join(f"<div>{sentence}.</div>" for sentence in BODY.replace("<p>", "").replace("</p>", "").split(". "))
    text = read_page(f"<html><title>Port</title><body class='didomi-popup-open'>{lines}</html>").text
    assert "ferry that runs only when the ice allows" in text
