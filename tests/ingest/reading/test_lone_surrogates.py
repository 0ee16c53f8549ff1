"""Half characters: a lone surrogate is read as U+FFFD wherever it stands, and its bytes are found."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.evidence.locate import words_at
from archive.http.charset import storable
from archive.http.exchange import Entity
from db.model.item import Context, Evidence, Layer, Reading
from ingest.markup.json_scripts import load, stored
from ingest.reading.reader import read

URL = "https://institute.example/harbour"
PROSE = "<p>The harbour of the old town was dredged again this spring, and it cost less than was planned.</p>" * 8
HTML = """<!doctype html><html lang="en"><head><title>The {} harbour</title>
<meta name="author" content="Jan {} Kowal"><meta name="keywords" content="ha{}rbour, sea">
<meta property="article:section" content="Sea {} news"><meta property="og:site_name" content="In{}stitute">
<link rel="canonical" href="https://institute.example/har{}bour"></head><body><article itemscope
itemtype="https://schema.org/Article"><h1 itemprop="headline">The {} harbour</h1>
<p>By <a rel="author" href="/x{}">Jan {} Kowal</a>, <time datetime="2024-03-05">5 March 2024</time></p>""" + (
    PROSE + "<p>All texts may be {} republished on the condition that the source {} is credited.</p></article></html>"
)
JSON_LD = """<!doctype html><html lang="en"><head><title>The harbour</title><script type="application/ld+json">
{"@type": "Article", "headline": "The ~ harbour", "author": [{"@type": "Person", "name": "Jan ~ Kowal"}],
"keywords": ["ha~rbour", "sea"], "articleSection": "Sea ~ news", "inLanguage": "e~n", "datePublished": "2024-03-05",
"mainEntityOfPage": "https://institute.example/~", "ke~y": "v~"}</script></head><body><article><h1>The harbour</h1>"""
JSON_LD += PROSE + "</article></body></html>"
REST = """[{"id": 1, "type": "post", "link": "https://institute.example/har~bour", "date": "2024-03-05T00:00:00",
"title": {"rendered": "The ~ harbour"}, "content": {"rendered": "<p>~</p>"}, "byline": "Jan ~ Kowal", "ke~y": "~",
"_embedded": {"author": [{"name": "desk~"}], "wp:term": [[{"taxonomy": "post_tag", "name": "ha~rbour"}]]}}]"""
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>In~stitute</title><copyright>Text may be ~ republished
if the source is credited</copyright><item><title>The ~ harbour</title><link>https://institute.example/har~bour</link>
<dc:creator>Jan ~ Kowal</dc:creator><category>ha~rbour</category></item></channel></rss>"""
JSON_FEED = """{"version": "https://jsonfeed.org/version/1.1", "items": [{"url": "https://institute.example/har~bour",
"title": "The ~ harbour", "authors": [{"name": "Jan ~ Kowal"}], "tags": ["ha~rbour"]}]}"""
ROBOTS = "User-agent: *\nContent-Signal: ai-train=no~\nLicense: https://institute.example/~\n"
TDM = '[{"location": "/", "tdm-reservation": 1, "tdm-policy": "https://institute.example/~"}]'
REPLACED = "\ufffd"
HALVES = ("\ud800", "\udfff", "\udcff")
ESCAPED = ("\\ud800", "\\uDFFF", "\\udfff\\ud800")


def texts(value: object) -> Iterator[str]:
    """Yield every string in *value*, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list | frozenset):
        for one in value:
            yield from texts(one)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from texts(getattr(value, field.name))


def claims(value: object) -> Iterator[Evidence]:
    """Yield all evidence in *value* that names bytes of the entity."""
    if isinstance(value, Evidence):
        if value.ranges and value.layer is Layer.ENTITY:
            yield value
    elif isinstance(value, tuple | list):
        for one in value:
            yield from claims(one)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from claims(getattr(value, field.name))


def read_of(body: bytes, media_type: str, *, charset: str = "utf-8", url: str = URL) -> Reading:
    """Read *body*; check that every string of the reading can be stored, and every claim stands in its bytes."""
    reading = read(Entity(url, body, media_type, charset), Context(url, "urn:x"))
    assert [text for text in texts(reading) if storable(text) != text] == []
    for claim in claims(reading):
        assert claim.decoding is not None
        assert words_at(body, claim.ranges, claim.decoding) == claim.words
    return reading


def _jan(half: str) -> str:
    return f"Jan {REPLACED * half.count('u')} Kowal"


@pytest.mark.parametrize("half", ESCAPED)
def test_an_escaped_surrogate_in_json_ld_is_read_and_located(half: str) -> None:
    reading = read_of(JSON_LD.replace("~", half).encode(), "text/html")
    assert reading.title is not None
    name = _jan(half)
    assert [(one.name, one.evidence.words) for one in reading.attributions] == [(name, name)]
    assert reading.section is not None
    assert len(reading.tags) == 2


@pytest.mark.parametrize("half", ESCAPED)
def test_an_escaped_surrogate_in_a_rest_answer_is_read_and_located(half: str) -> None:
    reading = read_of(REST.replace("~", half).encode(), "application/json")
    assert reading.entries is not None
    said = {one.field: one.value for one in reading.entries[0].said}
    assert said["REST byline"] == _jan(half)
    assert read_of(JSON_FEED.replace("~", half).encode(), "application/feed+json").entries


@pytest.mark.parametrize("media_type", ["text/html", "application/json", "application/rss+xml", "text/plain"])
@pytest.mark.parametrize("half", [*HALVES, *ESCAPED, "&#xD800;", "&#57343;"])
def test_no_reading_contains_a_lone_surrogate(half: str, media_type: str) -> None:
    forms = {
        "text/html": (HTML.replace("{}", "~"), JSON_LD),
        "application/json": (REST, JSON_FEED, TDM),
        "application/rss+xml": (FEED,),
        "text/plain": (ROBOTS,),
    }
    for form in forms[media_type]:
        text = form.replace("~", half)
        url = f"{URL[:25]}/robots.txt" if form is ROBOTS else f"{URL[:25]}/.well-known/tdmrep.json"
        for charset in ("utf-8", "utf-16le"):
            body = text.encode(charset, "surrogatepass")
            read_of(body, media_type, charset=charset, url=url if form in (ROBOTS, TDM) else URL)


@pytest.mark.parametrize("byte", [b"\xff", b"\xed\xa0\x80", b"\xc3"])
def test_invalid_bytes_are_read_as_well_as_possible(byte: bytes) -> None:
    for form, media_type in (
        *((HTML.replace("{}", "~"), "text/html"), (JSON_LD, "text/html"), (REST, "application/json")),
        *((JSON_FEED, "application/json"), (FEED, "application/rss+xml")),
    ):
        read_of(byte.join(form.encode().split(b"~")), media_type)


@pytest.mark.slow
@given(
    st.recursive(
        st.text(st.characters(), max_size=5), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_any_json_value_can_be_stored(value: object) -> None:
    source = json.dumps(value)
    strings = [*texts(_flat(stored(json.loads(source), source))), *texts(_flat(load(source)))]
    assert [text for text in strings if storable(text) != text] == []


def _flat(value: object) -> list[object]:
    if isinstance(value, dict):
        return [*value, *(_flat(one) for one in value.values())]
    return [_flat(one) for one in value] if isinstance(value, list) else [value]


def test_a_deep_list_is_made_storable_without_a_recursion_error() -> None:
    value: list[object] = ["\ud800"]
    for _ in range(100_000):
        value = [value]
    found = stored(value, "\ud800")
    while isinstance(found, list):
        value, found = found, found[0]
    assert found == "\ufffd"
