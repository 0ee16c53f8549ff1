"""A reading passed from the reader process to the cataloguing process is unchanged."""

from __future__ import annotations

import pickle

import pytest

from archive.http.exchange import Entity
from db.model.item import Context
from ingest.reading import read

PROSE = "<p>The harbour of the <b>old</b> town was <a href='/dredged'>dredged</a> again.</p>" * 8
PROSE += "<table><tr><td>1</td></tr></table>"
PAGE = f"""<!doctype html><html lang="en"><head><title>The harbour</title><meta name="author" content="Jan Kowal">
<link rel="canonical" href="https://institute.example/harbour"><link rel="shortlink" href="/?p=7"><link rel="stylesheet"
href="/a.css"><link rel="alternate" hreflang="pl" href="/port"><meta property="og:title" content="A harbour">
<script type="application/ld+json">{{"@type": "Article", "headline": "Harbours", "author": [{{"@type": "Person",
"name": "Ada Winter"}}], "keywords": ["sea"], "datePublished": "2024-03-05"}}</script></head><body><article>
<h1>The harbour</h1><p>By Jan Kowal, 5 March 2024</p>{PROSE}</article><footer><p>All texts may be republished on the
condition that the source is credited with a link. Images may not be used.</p></footer></body></html>"""
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Institute</title><copyright>Texts may be republished
if the source is credited.</copyright><item><title>The harbour</title><link>https://institute.example/harbour</link>
<author>Jan Kowal</author><category>sea</category><guid>https://institute.example/?p=7</guid></item></channel></rss>"""


@pytest.mark.parametrize(("said", "media_type"), [(PAGE, "text/html"), (FEED, "application/rss+xml")])
def test_a_reading_is_unchanged_by_pickling(said: str, media_type: str) -> None:
    url = "https://institute.example/harbour"
    reading = read(Entity(url, said.encode(), media_type, "utf-8"), Context(url, "<urn:uuid:7>"))
    again = pickle.loads(pickle.dumps(reading))  # noqa: S301 - our own
    # Its repr too, which shows types: a tuple is not a list, and an enum member not a string.
    assert (again, repr(again)) == (reading, repr(reading))
