"""Evidence on pages of real publishers: in the field that states the value, and the same bytes however it is sought."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.evidence.locate import Place, Source, charset_of, words_at
from archive.http.exchange import Entity
from db.model.item import Context, Evidence, Reading
from ingest.reading.reader import read

GOLD = Path(__file__).resolve().parents[3] / "shared" / "gold"
EVERY = 11
KEYS = {
    "published": {"datePublished", "dateCreated", "uploadDate", "date"},
    "modified": {"dateModified"},
    "section": {"articleSection", "name"},
    "author": {"author", "creator", "name", "@list", "givenName"},
    "tag": {"keywords", "name"},
}
_KEY = re.compile(rb'"([^"\\]*)"\s*:\s*(?:\[(?:\s*"(?:[^"\\]|\\.)*"\s*,)*\s*)?"(?:[^"\\]|\\.)*$', re.S)

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not (GOLD / "pages").exists(), reason=f"there are no gold pages in {GOLD}"),
]


def pages() -> Iterator[Entity]:
    folders = sorted([*(GOLD / "pages").iterdir(), *(GOLD / "more" / "pages").iterdir()])
    for folder in folders[::EVERY]:
        url = json.loads((folder / "gold.json").read_text()).get("url") or "http://unknown.example/page"
        yield Entity(url, gzip.decompress((folder / "page.html.gz").read_bytes()), "text/html")


def claims(reading: Reading) -> Iterator[tuple[str, Evidence]]:
    for field in ("title", "published", "modified", "section", "subtitle", "site_name"):
        if (said := getattr(reading, field)) is not None:
            yield field, said.evidence
    yield from (("author", one.evidence) for one in reading.attributions)
    yield from (("tag", one.evidence) for one in reading.tags)
    yield from (("terms", one.evidence) for one in reading.statements)


def test_every_claim_is_found_in_the_field_that_states_it() -> None:
    counted, elsewhere, differing = 0, [], []
    for entity in pages():
        thorough = Source(entity.body, charset_of(entity.body))
        for field, evidence in claims(read(entity, Context(entity.url))):
            if not evidence.ranges or evidence.decoding is None or evidence.layer.value != "entity":
                continue
            assert words_at(entity.body, evidence.ranges, evidence.decoding) == evidence.words
            place, start = evidence.decoding.place, evidence.ranges[0][0]
            if place in (Place.JSON, Place.JSON_HTML) and field in KEYS:
                counted += 1
                key = _KEY.search(entity.body, max(0, start - 20_000), start)
                if key is None or key[1].decode("utf-8", "replace") not in KEYS[field]:
                    elsewhere.append((entity.url, field, evidence.words, entity.body[max(0, start - 60) : start]))
            list(thorough.find_all(evidence.words, place=place))
            for near in (0, max(0, start - 300), len(entity.body) // 2):
                seen = Source(entity.body, charset_of(entity.body)).locate(evidence.words, place=place, near=near)
                if seen != thorough.locate(evidence.words, place=place, near=near):
                    differing.append((entity.url, field, evidence.words, near))
    assert counted > 60
    assert differing == []
    assert elsewhere == []
