"""May this picture be used? Each picture of a text has its own answer, from archived bytes."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pebble import ProcessPool
from starlette.testclient import TestClient

from archive.evidence.locate import words_at
from archive.evidence.passage import Decoding, Place
from archive.replay import entity_of
from db.catalogue import Catalogue
from db.model.picture import Pictures
from db.query.pictures import pictures
from db.reading_room.room import app
from db.reading_room.room_settings import RoomSettings
from ingest.cataloguing import reader_pool
from ingest.cli.item_text import picture_lines
from ingest.commands.pictures import PictureReader

Command = Callable[..., Any]
SITE = "http://institute.example"
PAGE = f"{SITE}/harbours/"
BY = "https://creativecommons.org/licenses/by-sa/4.0/"
PARAGRAPH = "<p>Ships that wait before a harbour cost whoever waits for their freight, and the harbour its name.</p>"
FIGURES = """<figure><img src="/own.jpg" alt="A crane"><figcaption>A crane. Photo: Harbour House</figcaption></figure>
<figure><img src="/agency.jpg"><figcaption>The strike (Fot. Jan Kowal / PAP)</figcaption></figure>
<figure><img src="/free.jpg"><figcaption>A ship, by Ada Berg</figcaption></figure><img src="/plain.png">"""
HTML = f"""<!doctype html><html lang="en"><head><title>Harbours</title><meta name="author" content="Ada Berg">
<meta property="og:site_name" content="Harbour House"><meta property="og:type" content="article"></head><body><article>
<h1>Harbours</h1>
<time datetime="2024-05-01">1 May 2024</time>{PARAGRAPH * 5}{FIGURES}{PARAGRAPH}</article>
<footer><p>Texts may be republished free of charge with credit.
Images must not be reused without permission.</p></footer>
</body></html>""".encode()
XMP = f"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:r="http://ns.adobe.com/xap/1.0/rights/" r:WebStatement="{BY}"/></rdf:RDF></x:xmpmeta>""".encode()


BY_PAGE = "https://creativecommons.org/licenses/by/4.0/"
STATED = (
    {"contentUrl": "/a-scaled.jpg", "license": BY_PAGE, "creator": {"name": "Ada Berg"}},
    {"contentUrl": "/b.jpg", "license": BY_PAGE},
    {"contentUrl": "/c.jpg", "license": "https://creativecommons.org/licenses/by-nc/4.0/"},
    {"contentUrl": "/d.jpg", "acquireLicensePage": f"{SITE}/ask/", "license": f"{SITE}/terms/"},
    {"contentUrl": "/e.jpg", "creator": {"name": "Ewa Lis"}},
    {"contentUrl": "/f.jpg", "creditText": "Harbour House"},
)
SHOWN = """<figure><img src="/a-300x200.jpg"><figcaption>A ship. Photo: Ada Berg</figcaption></figure>
<figure><img src="/b.jpg"><figcaption>The strike (Fot. Jan Kowal / PAP)</figcaption></figure>
<img src="/c.jpg"><img src="/d.jpg"><img src="/e.jpg"><img src="/f.jpg">"""


def jpeg(held: bytes = b"") -> bytes:
    segment = b"\xff\xe1" + struct.pack(">H", len(held) + 2) + held
    return b"\xff\xd8" + (segment if held else b"") + b"\xff\xda\x00\x02picture\xff\xd9"


LONG = 8 << 20
"""The size in bytes of the publisher's picture."""


@pytest.fixture
def folder(creditline: Command, foreign_warc: Callable[..., Any], tmp_path: Path, once: Callable[..., Path]) -> Path:
    def bring(folder: Path) -> None:
        warc = foreign_warc()
        image = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n"
        warc.response(PAGE, HTML, date="2024-05-02T10:00:00Z")
        warc.response(f"{SITE}/own.jpg", jpeg() + bytes(LONG), head=image, date="2024-05-02T10:00:01Z")
        warc.response(f"{SITE}/free.jpg", jpeg(XMP), head=image, date="2024-05-02T10:00:02Z")
        brought = creditline("-C", folder, "import", warc.path, "--publisher", f"{SITE}/")
        assert brought.code == 0, brought.err

    return once(tmp_path / "c", bring)


def test_each_picture_has_a_verdict_with_the_words_that_support_it(creditline: Command, folder: Path) -> None:
    ended = creditline("-C", folder, "show", PAGE, "--pictures", "--json")
    assert ended.code == 0, ended.err
    found = json.loads(ended.out)["pictures"]
    assert [(one["url"].removeprefix(SITE), one["answer"], one["ground"], one["because"]) for one in found] == [
        # The publisher's statement on images applies to its own, and to those without a statement.
        ("/own.jpg", "ask", "what the publisher states on images", found[0]["because"]),
        ("/agency.jpg", "ask", "it is in the name of another", "Fot. Jan Kowal / PAP"),
        ("/free.jpg", "yes with duties", "a licence that its file names", BY),
        ("/plain.png", "ask", "what the publisher states on images", found[0]["because"]),
    ]
    assert "Images must not be reused" in found[0]["because"]
    assert [one["capture"] is not None for one in found] == [True, False, True, False]


def test_each_claim_about_a_picture_is_found_in_the_bytes_of_its_evidence(creditline: Command, folder: Path) -> None:
    found = json.loads(creditline("-C", folder, "show", PAGE, "--pictures", "--json").out)["pictures"]
    claims = [one[name] for one in found for name in ("alt", "caption", "credit") if one[name]]
    claims += [stated["words"] for one in found for stated in one["stated"]]
    assert len(claims) == 7
    with Catalogue.open(folder / "catalogue.db", read_only=True) as catalogue:
        for claim in claims:
            evidence = claim["evidence"]
            capture = catalogue.capture(evidence["capture"])
            assert capture is not None
            entity = entity_of(folder / "warcs", capture, lambda _url, _at: None)
            [(start, end)] = evidence["ranges"]
            assert claim["value"] in words_at(entity.body, ((start, end),), _decoding(evidence["decoding"]))


def _decoding(said: dict[str, str]) -> Any:
    return Decoding(said["charset"], Place(said["place"]))


def test_show_pictures_says_whether_each_picture_may_be_used(creditline: Command, folder: Path) -> None:
    told = creditline("-C", folder, "show", PAGE, "--pictures").out
    assert f"picture    {SITE}/agency.jpg  (the file is not kept)" in told
    assert "may it be used?  ask, by it is in the name of another: “Fot. Jan Kowal / PAP”" in told
    assert "picture" not in creditline("-C", folder, "show", PAGE).out


def test_no_two_pictures_of_a_page_have_the_same_name(folder: Path) -> None:
    """Users of screen readers navigate by headings."""
    with Catalogue.open(folder / "catalogue.db", read_only=True) as catalogue:
        item = catalogue.all_item_ids()[0]
    with TestClient(app(RoomSettings(folder / "catalogue.db", folder / "warcs")), "http://127.0.0.1:8000") as room:
        page = room.get(f"/items/{item}/pictures", headers={"Accept": "text/html"}).text
        polish = room.get(f"/pl/items/{item}/pictures", headers={"Accept": "text/html"}).text
    headings = re.findall(r'<h2 id="picture-\d">([^<]*)', page)
    assert headings == [
        "Picture 1: ask first",
        "Picture 2: ask first",
        "Picture 3: yes, with credit",
        "Picture 4: ask first",
    ]
    assert "It belongs to somebody other than the publisher: “Fot. Jan Kowal / PAP”" in page
    assert "Ilustracja 2: " in polish


@pytest.mark.slow
def test_a_licence_stated_for_one_picture_applies_only_to_that_picture(
    creditline: Command, foreign_warc: Callable[..., Any], tmp_path: Path
) -> None:
    objects = json.dumps({"@graph": [{"@type": "ImageObject", **one} for one in STATED]})
    script = f'<script type="application/ld+json">{objects}</script></head>'.encode()
    html = HTML.replace(FIGURES.encode(), SHOWN.encode()).replace(b"</head>", script)
    html = html.replace(b"Images must not be reused without permission.", b"")
    warc = foreign_warc()
    warc.response(PAGE, html, date="2024-05-02T10:00:00Z")
    folder = tmp_path / "c"
    assert creditline("-C", folder, "import", warc.path, "--publisher", f"{SITE}/").code == 0
    found = json.loads(creditline("-C", folder, "show", PAGE, "--pictures", "--json").out)["pictures"]
    answers = {one["url"].removeprefix(SITE): (one["answer"], one["ground"], one["because"]) for one in found}
    assert answers["/a-300x200.jpg"] == ("yes with duties", "a licence that its page states for it", BY_PAGE)
    # A holder whom the statement does not name must be asked, whatever it permits.
    assert answers["/b.jpg"] == ("ask", "it is in the name of another", "Fot. Jan Kowal / PAP")
    assert answers["/c.jpg"][:2] == ("ask", "a licence that its page states for it, not for sale")
    assert answers["/d.jpg"] == ("ask", "its page names where leave is had", f"{SITE}/ask/")
    assert answers["/e.jpg"] == ("ask", "it is in the name of another", "Ewa Lis")
    assert answers["/f.jpg"][1] == "what the publisher states on images"
    told = creditline("-C", folder, "show", PAGE, "--pictures").out
    assert re.search(r"page: license +https://creativecommons.org/licenses/by/4.0/  \(bytes", told)
    with Catalogue.open(folder / "catalogue.db", read_only=True) as catalogue:
        item = catalogue.all_item_ids()[0]
    with TestClient(app(RoomSettings(folder / "catalogue.db", folder / "warcs")), "http://127.0.0.1:8000") as room:
        page = room.get(f"/items/{item}/pictures", headers={"Accept": "text/html"}).text
    assert "By a licence that its page states for it" in page
    assert "its page: where to ask for permission" in page


@pytest.mark.slow
def test_pictures_are_read_in_a_process_with_limits(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Processes of its own, not those shared with other tests.
    monkeypatch.setattr(reader_pool, "ProcessPool", ProcessPool)
    file, warcs = folder / "catalogue.db", folder / "warcs"
    with Catalogue.open(file, read_only=True) as catalogue:
        [item] = catalogue.items(catalogue.all_item_ids())
        known = pictures(catalogue.connection, warcs, item)
    with PictureReader() as look, PictureReader(memory=1 << 20) as narrow:
        assert look(file, warcs, item) == Pictures(known)
        given_up = narrow(file, warcs, item)
    assert not given_up.shown
    assert picture_lines(given_up) == [f"  picture    none can be told: {given_up.unread}"]


def test_the_room_says_why_pictures_are_missing_and_shows_them_once_readable(folder: Path) -> None:
    file = folder / "catalogue.db"
    with Catalogue.open(file, read_only=True) as catalogue:
        address = f"/items/{catalogue.all_item_ids()[0]}/pictures"
    # Later than all times of the files, as where nobody writes any more.
    now = [datetime.now(UTC)]
    house = RoomSettings(file, folder / "warcs", clock=lambda: now[0])
    given_up = replace(house, look=lambda *_asked: Pictures(unread="deadline of 20 s passed"))
    with TestClient(app(given_up), "http://127.0.0.1:8000") as room:
        told = room.get(f"{address}.json")
    assert told.status_code == 503
    assert "deadline of 20 s passed" in told.json()["detail"]
    with TestClient(app(house), "http://127.0.0.1:8000") as room:
        now[0] += timedelta(hours=1)
        house.warcs.rename(folder / "elsewhere")
        without = room.get(address)
        (folder / "elsewhere").rename(house.warcs)
        # The files may be repaired or return, which the catalogue does not know.
        assert ("A crane" in without.text, "A crane" in room.get(address).text) == (False, True)
        assert not any("last-modified" in room.get(address + form).headers for form in ("", ".json"))
