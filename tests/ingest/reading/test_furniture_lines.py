"""Lines that sites put round and into texts, known by their words; and lines of texts that only look like them."""

from __future__ import annotations

import pytest

from archive.http.exchange import Entity
from db.model.item import Context
from ingest.reading import furniture, read

URL = "https://port.example/news/quay"
LONG = "It was a long winter for the port and everybody in it, and nobody thought of what would come then. " * 3


def text_of(body: str) -> str:
    page = f"<html><head><title>The Quay</title></head><body><article><h1>The Quay</h1>{body}</article></body></html>"
    return read(Entity(URL, page.encode(), "text/html"), Context(URL)).text


@pytest.mark.parametrize(
    "words",
    [
        "Advertisement: New book on ports",
        "Article réservé aux abonnés",
        "Lecture 4 min.",
        "Page 1 of 8",
        "Jump to the list",
        "Like it? Pin it!",
        "Was this page helpful?",
        "War dieser Artikel hilfreich?",
        "Download the report",
        "Download the full report (PDF, 1.2 MB)",
        "Pobierz raport",
        "PDF – 1,2 MB",
        "Copy link",
        "Il vous reste 57.09% de cet article à lire. La suite est réservée aux abonnés.",
        "Um eingebettete Inhalte anzuzeigen, ist deine widerrufliche Einwilligung notwendig.",
        "Please enable JavaScript to view this chart.",
    ],
)
def test_it_is_no_part_of_a_text(words: str) -> None:
    assert furniture.line(words)
    assert words not in text_of(f"<p>{LONG}</p><p>{words}</p><p>{LONG} So it ended.</p>")


@pytest.mark.parametrize(
    "words",
    [
        "Download speeds in the port rose by half.",
        "The report was a download for members alone.",
        "Page 1 of the report says so.",
        "Was this page of history helpful to those who came later?",
        "The suite was kept for subscribers.",
        "Comments of the ministers were off topic.",
        "Copy links were sold to the ministry for years.",
        "The agency (EPA regulations apply) said so.",
    ],
)
def test_it_is_the_text_itself(words: str) -> None:
    assert not furniture.line(words)
    assert words in text_of(f"<p>{LONG}</p><p>{words}</p><p>{LONG} So it ended.</p>")


@pytest.mark.parametrize(
    "words",
    [
        "A mother sells bread at the quay on Tuesday. (AP Photo/Anna Nowak, File)",
        "Ships wait outside the harbour. Jan Kowal/Getty Images",
        "Ships wait outside the harbour (EPA/Jan Kowal)",
    ],
)
def test_a_caption_is_known_by_the_agency_that_took_the_picture(words: str) -> None:
    assert words not in text_of(f"<p>{words}</p><p>{LONG}</p><p>{LONG} So it ended.</p>")


def test_captions_of_a_gallery_are_its_text() -> None:
    slides = "".join(
        f"<figure><img src='{n}.jpg'><figcaption><p>Quay number {n}. {LONG}</p></figcaption></figure>" for n in range(8)
    )
    assert text_of(f"<p>{LONG}</p>{slides}").count("Quay number") == 8


def test_a_chapter_that_a_table_of_contents_leads_to_is_text() -> None:
    chapters = "".join(
        f"<div id='toc_{n}'><h2>Chapter {n}</h2><p>Chapter {n} begins. {LONG}</p></div>" for n in range(4)
    )
    table = "<div class='toc'><ul><li><a href='#toc_1'>Chapter of the quays</a></li></ul></div>"
    found = text_of(f"{table}{chapters}")
    assert found.count("begins.") == 4
    assert "Chapter of the quays" not in found


def test_a_report_minute_by_minute_is_the_text_of_its_page() -> None:
    minutes = "".join(f"<div class='minute'><p>{n}' {LONG}</p></div>" for n in range(6))
    found = text_of(f"<p>Live</p><div class='live-match-comments clearfix'>{minutes}</div>")
    assert found.count("a long winter") >= 6
