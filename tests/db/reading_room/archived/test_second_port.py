"""The second port: captured pages with their banner, by time, raw and listed; and withheld pages."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from archive.warc.capture import NoteKind
from archive.warc.reader import capture_of, read_records
from db.catalogue import Catalogue
from db.identity import ids_of, url_key
from db.model.item import PageKind
from db.model.text_marks import Mark, MarkKind
from db.reading_room.allowance import Texts
from db.reading_room.room import app
from db.reading_room.room_settings import RoomSettings
from tests.db.reading_room.archived.conftest import Open

SITE = "https://institute.example"
PAGE = (
    "<!DOCTYPE html><html><head><meta charset=iso-8859-2><link rel=stylesheet href=/a.css></head>"
    "<body><img src=/kept.png><img src=/lost.png><a href=/other>on</a><script>run()</script></body></html>"
)


@pytest.fixture(autouse=True)
def _kept(shelf: Any) -> None:
    shelf.keep(0, "/a", PAGE)
    shelf.keep(1, "/a.css", "@import 'b.css'; body{background:url(kept.png)}", kind="text/css")
    shelf.keep(2, "/b.css", "@import 'a.css'; @font-face{font-family:f;src:url(f.woff2)}", kind="text/css")
    shelf.keep(60 * 24 * 3, "/kept.png", b"\x89PNG", kind="image/png")
    shelf.keep(100, "/a", PAGE.replace("on</a>", "onward</a>"))
    shelf.keep(200, "/a", "Not here", status=404)
    shelf.keep(5, "/old", "", status=301, head="Location: /a\r\n")


def test_page_is_framed_by_a_banner_that_describes_the_capture(port: TestClient) -> None:
    told = port.get(f"/web/20230424100000/{SITE}/a")
    assert told.status_code == 200
    assert "24 April 2023, 10:00 UTC" in told.text
    assert f'<a href="{SITE}/a" rel="noreferrer external">' in told.text
    assert "sha256:" in told.text
    assert f'src="/web/20230424100000mp_/{SITE}/a"' in told.text
    assert 'sandbox="allow-top-navigation-by-user-activation"' in told.text
    assert "http://127.0.0.1:8000/captures/urn:uuid:" in told.text
    assert "2 of 5 pictures, styles and fonts were not kept; 1 are from another day" in told.text
    assert f"<li>{SITE}/lost.png</li>" in told.text
    # Files that its style sheets need count too.
    assert f"<li>{SITE}/f.woff2</li>" in told.text
    assert f"<li>{SITE}/kept.png (3 days later)</li>" in told.text


def test_framed_page_runs_no_script_and_fetches_only_from_the_archive(port: TestClient) -> None:
    told = port.get(f"/web/20230424100000mp_/{SITE}/a")
    policy = told.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-top-navigation-by-user-activation; default-src 'none';")
    assert "script" not in policy.replace("script-src 'none'", "")
    assert "run()" not in told.text
    assert f'<link rel="stylesheet" href="/web/20230424100000cs_/{SITE}/a.css">' in told.text
    assert told.headers["x-content-type-options"] == "nosniff"
    assert "x-frame-options" not in told.headers
    assert told.headers["x-robots-tag"] == "noindex, nofollow"


def test_page_resources_come_from_the_nearest_capture(port: TestClient) -> None:
    sheet = port.get(f"/web/20230424100000cs_/{SITE}/a.css")
    assert sheet.headers["content-type"] == "text/css; charset=utf-8"
    beside = f'@import "/web/20230424100100cs_/{SITE}/b.css"; '
    assert sheet.text == beside + f'body{{background:url("/web/20230424100100im_/{SITE}/kept.png")}}'
    picture = port.get(f"/web/20230424100000im_/{SITE}/kept.png")
    assert picture.content == b"\x89PNG"
    assert picture.headers["memento-datetime"] == "Thu, 27 Apr 2023 10:00:00 GMT"


def test_page_is_served_as_utf8_whatever_its_charset(shelf: Any, port: TestClient) -> None:
    shelf.keep(3, "/latin", "<meta charset=iso-8859-2><p>Łódź".encode("iso-8859-2"), kind="text/html")
    told = port.get(f"/web/2023mp_/{SITE}/latin")
    assert told.headers["content-type"] == "text/html; charset=utf-8"
    assert "<p>Łódź" in told.text
    raw = port.get(f"/web/2023id_/{SITE}/latin")
    assert raw.content.decode("iso-8859-2").endswith("Łódź")
    assert raw.headers["content-type"] == "text/html"


def test_raw_bytes_are_downloaded_and_never_shown(port: TestClient) -> None:
    told = port.get(f"/web/20230424100000id_/{SITE}/a")
    assert told.text == PAGE
    assert told.headers["content-disposition"] == "attachment"
    assert told.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert told.headers["x-archive-orig-content-type"] == "text/html; charset=utf-8"


def test_successful_capture_is_preferred_unless_an_exact_time_is_asked_for(port: TestClient) -> None:
    assert "onward" in port.get(f"/web/2024mp_/{SITE}/a").text
    error = port.get(f"/web/20230424132000mp_/{SITE}/a")
    assert (error.status_code, error.text) == (404, "Not here")


def test_redirect_leads_to_the_capture_of_its_target(port: TestClient) -> None:
    told = port.get(f"/web/20230424100500/{SITE}/old")
    assert (told.status_code, told.headers["location"]) == (302, f"/web/20230424100500/{SITE}/a")


def test_redirect_to_another_spelling_of_the_url_is_skipped(shelf: Any, port: TestClient) -> None:
    shelf.keep(30, "http://institute.example/b", "", status=301, head="Location: https://www.institute.example/b/\r\n")
    shelf.keep(30.001, "https://www.institute.example/b/", "<p>It is here.</p>")
    for asked in ("http://institute.example/b", "https://www.institute.example/b/"):
        assert "It is here." in port.get(f"/web/20230424103000mp_/{asked}").text


def test_frame_opened_alone_is_redirected_to_the_page_with_its_banner(port: TestClient) -> None:
    told = port.get(f"/web/20230424100000mp_/{SITE}/a", headers={"Sec-Fetch-Dest": "document"})
    assert (told.status_code, told.headers["location"]) == (302, f"/web/20230424100000/{SITE}/a")


def test_url_without_capture_gets_404_with_a_link_to_the_original(port: TestClient) -> None:
    told = port.get(f"/web/{SITE}/nowhere")
    assert told.status_code == 404
    assert f'<a href="{SITE}/nowhere"' in told.text


def test_captures_of_a_url_are_listed_by_year_and_month(port: TestClient) -> None:
    told = port.get(f"/web/*/{SITE}/a")
    assert "3 captures" in told.text
    assert "<h2>2023</h2>" in told.text
    assert "<h3>April 2023</h3>" in told.text
    assert re.findall(r'<li><a href="([^"]*)">([^<]*)</a> <span class="soft">([^<]*)<', told.text) == [
        (f"/web/20230424132000/{SITE}/a", "24, 13:20:00", "answered 404"),
        (f"/web/20230424114000/{SITE}/a", "24, 11:40:00", "changed"),
        (f"/web/20230424100000/{SITE}/a", "24, 10:00:00", ""),
    ]
    assert port.get("/", params={"url": "institute.example/a"}).headers["location"] == f"/web/*/{SITE}/a"


def test_scripts_are_served_as_text_and_unknown_types_as_downloads(shelf: Any, port: TestClient) -> None:
    shelf.keep(1, "/a.js", "run()", kind="application/javascript")
    shelf.keep(1, "/a.bin", b"\0", kind="application/x-thing")
    shelf.keep(1, "/a.svg", '<svg xmlns="http://www.w3.org/2000/svg" onload="run()"/>', kind="image/svg+xml")
    script = port.get(f"/web/2023js_/{SITE}/a.js")
    assert script.headers["content-type"] == "text/plain; charset=utf-8"
    thing = port.get(f"/web/2023im_/{SITE}/a.bin")
    assert thing.headers["content-disposition"] == "attachment"
    drawing = port.get(f"/web/2023im_/{SITE}/a.svg")
    assert "onload" not in drawing.text
    assert drawing.headers["content-security-policy"].startswith("sandbox")


def test_captured_headers_do_not_affect_the_response(shelf: Any, port: TestClient) -> None:
    said = "Set-Cookie: a=b\r\nRefresh: 0;url=//e\r\nLink: <//e>; rel=preload\r\nAccess-Control-Allow-Origin: *\r\n"
    shelf.keep(1, "/head", PAGE, head=said)
    told = port.get(f"/web/2023mp_/{SITE}/head").headers
    assert not {"set-cookie", "refresh", "access-control-allow-origin"} & set(told)
    assert told["x-archive-orig-set-cookie"] == "a=b"
    assert "preload" not in told["link"]


def test_polish_room_has_a_polish_banner_and_polish_link_prefixes(port: TestClient) -> None:
    told = port.get(f"/pl/web/20230424100000/{SITE}/a")
    assert "24 kwietnia 2023" in told.text
    assert f"<li>{SITE}/kept.png (3 dni później)</li>" in told.text
    assert f'src="/pl/web/20230424100000mp_/{SITE}/a"' in told.text
    below = port.get(f"/pl/web/20230424100000mp_/{SITE}/a").text
    assert f'href="/pl/web/20230424100000/{SITE}/other" target="_top"' in below
    assert port.get(f"/pl/web/2023/{SITE}/%C4%85?a=%20b").status_code == 404


# Withheld pages.


def _withhold_a_page(shelf: Any, builder: Any) -> None:
    secret = f"<title>The secret port of Anaklia</title><p>{'Nobody may read this sentence of it. ' * 3}</p>"
    capture = shelf.keep(10, "/secret", secret)
    words = "Nobody may read this sentence of it. " * 3
    shelf.article(builder, capture, title="The secret port of Anaklia", text=words)
    shelf.keep(11, "/list", "<ul><li>The secret port of Anaklia<li>Another</ul>")
    shelf.keep(12, "/fine", "<p>Another</p>")
    shelf.keep(13, "/copy", secret)
    (item,) = shelf.catalogue.all_item_ids()
    note = builder.note(90, NoteKind.WITHHOLDING, {"reason": "by order"}, about=item)
    shelf.catalogue.add_note(note)
    assert shelf.catalogue.withheld() == {item}


@pytest.mark.parametrize("use", ["", "mp_", "im_", "id_"])
def test_withheld_page_gets_a_tombstone(shelf: Any, builder: Any, port: TestClient, use: str) -> None:
    _withhold_a_page(shelf, builder)
    told = port.get(f"/web/2023{use}/{SITE}/secret")
    assert told.status_code == 451
    assert "by order" in told.text
    assert "Nobody may read" not in told.text


@pytest.mark.parametrize("use", ["", "mp_", "id_"])
@pytest.mark.parametrize("path", ["/list", "/copy"])
def test_page_that_repeats_a_withheld_text_is_withheld(
    shelf: Any, builder: Any, port: TestClient, path: str, use: str
) -> None:
    _withhold_a_page(shelf, builder)
    told = port.get(f"/web/2023{use}/{SITE}{path}")
    assert told.status_code == 451
    assert "secret port" not in told.text
    assert port.get(f"/web/2023{use}/{SITE}/fine").status_code == 200


def test_erased_page_gets_a_tombstone(shelf: Any, builder: Any, port: TestClient) -> None:
    shown = list(ids_of("institute", url_key(f"{SITE}/erased"))[:1])
    order = {"order": "II C 123/26", "by": "Ewa", "items": shown, "gaps": [], "files": []}
    shelf.catalogue.add_note(builder.note(60, NoteKind.ERASURE, {**order, "at": "2023-04-24T11:00:00+00:00"}))
    told = port.get(f"/web/2023/{SITE}/erased")
    assert told.status_code == 451
    assert "erased by order: II C 123/26" in told.text
    assert port.get(f"/web/timemap/link/{SITE}/erased").status_code == 451
    assert port.get(f"/web/2023/{SITE}/never").status_code == 404


def test_no_list_of_captures_names_a_withheld_page(shelf: Any, builder: Any, port: TestClient) -> None:
    _withhold_a_page(shelf, builder)
    assert port.get(f"/web/*/{SITE}/secret").status_code == 451
    assert port.get(f"/web/timemap/link/{SITE}/secret").status_code == 451
    assert port.get("/web/cdx", params={"url": f"{SITE}/secret"}).text == ""
    assert "secret" not in port.get("/web/cdx", params={"url": "institute.example", "matchType": "host"}).text


# Memento.


def test_timegate_answers_with_the_capture_nearest_to_the_requested_time(port: TestClient) -> None:
    asked = {"Accept-Datetime": "Mon, 24 Apr 2023 10:40:00 GMT"}
    told = port.get(f"/web/mp_/{SITE}/a", headers=asked)
    assert told.headers["memento-datetime"] == "Mon, 24 Apr 2023 10:00:00 GMT"
    assert "Accept-Datetime" in told.headers["vary"]
    assert told.headers["content-location"] == f"http://127.0.0.1:8001/web/20230424100000mp_/{SITE}/a"
    link = told.headers["link"]
    assert f'<{SITE}/a>; rel="original"' in link
    assert f'<http://127.0.0.1:8001/web/{SITE}/a>; rel="timegate"' in link
    assert f'<http://127.0.0.1:8001/web/timemap/link/{SITE}/a>; rel="timemap"; type="application/link-format"' in link
    assert port.get(f"/web/{SITE}/a", headers={"Accept-Datetime": "soon"}).status_code == 400


@pytest.mark.parametrize("path", [f"/web/timemap/link/{SITE}/a", f"/web/cdx?url={SITE}/a"])
def test_capture_lists_allow_cross_origin_reads_only_in_a_public_room(opened: Open, path: str) -> None:
    told = [opened(public_url=one).get(path).headers for one in (None, "https://public.example")]
    assert [one.get("access-control-allow-origin") for one in told] == [None, "*"]


def test_timemap_lists_every_capture_and_marks_first_and_last(port: TestClient) -> None:
    told = port.get(f"/web/timemap/link/{SITE}/a")
    assert told.headers["content-type"] == "application/link-format"
    lines = told.text.rstrip("\n").split(",\n")
    assert [re.findall(r'rel="([^"]*)"', line)[0] for line in lines] == [
        "self", "timegate", "original", "first memento", "memento", "last memento",
    ]  # fmt: skip
    assert 'from="Mon, 24 Apr 2023 10:00:00 GMT"; until="Mon, 24 Apr 2023 13:20:00 GMT"' in lines[0]
    assert len(port.get(f"/web/timemap/json/{SITE}/a").json()["mementos"]["list"]) == 3
    assert port.get(f"/web/timemap/link/{SITE}/nowhere").status_code == 404


def test_page_is_shown_only_if_the_terms_of_its_item_permit(shelf: Any, builder: Any, opened: Open) -> None:
    free = shelf.keep(300, "/free", "<p>Free.<img src=data:image/gif;base64,R0lGOD></p>")
    said = builder.statement(free, "Free for all.")
    terms = tuple(replace(one, rule="rel-license", license_id="CC-BY-4.0") for one in said.terms)
    shelf.article(builder, free, statements=(replace(said, terms=terms),))
    shelf.article(builder, shelf.keep(301, "/asked", "<p>Asked.</p>"), statements=())
    port = opened(texts=Texts.PERMITTED)
    for use in ("", "mp_", "id_"):
        assert port.get(f"/web/20230424{use}/{SITE}/free").status_code == 200
        told = port.get(f"/web/20230424{use}/{SITE}/asked")
        assert (told.status_code, "Asked." in told.text) == (403, False)
        assert f'href="{SITE}/asked"' in told.text
        # A page that is no item has no terms.
        assert port.get(f"/web/20230424{use}/{SITE}/a").status_code == 403
    assert port.get(f"/web/20230424im_/{SITE}/kept.png").status_code == 403
    assert port.get(f"/web/20230424cs_/{SITE}/a.css").status_code == 200
    policy = port.get(f"/web/20230424mp_/{SITE}/free").headers["content-security-policy"]
    assert "img-src" not in policy
    assert "style-src 'self'" in policy
    # The list of captures is unchanged.
    assert port.get(f"/web/timemap/link/{SITE}/asked").status_code == 200


def test_evidence_words_are_marked_in_the_page_and_quoted_above_it(shelf: Any, port: TestClient) -> None:
    text = "<meta charset=iso-8859-2><p>\xa3ukasz \xafak <i>of</i> G\xf3ra wrote it.</p>"
    body = text.encode("latin-1")
    first, last = body.index(b"\xa3"), body.index(b" wrote")
    ranges = f"{first}-{body.index(b' <i>')},{body.index(b'of')}-{body.index(b'</i>')},{body.index(b' G')}-{last}"
    shelf.keep(300, "/by", body, kind="text/html")
    told = port.get(f"/marked/{ranges}/web/20230424150000/{SITE}/by").text
    assert "“Łukasz Żak of Góra”" in told
    assert f'src="/marked/{ranges}/web/20230424150000mp_/{SITE}/by#creditline-words"' in told
    page = port.get(f"/marked/{ranges}/web/20230424150000mp_/{SITE}/by").text
    assert re.findall(r"<mark[^>]*>([^<]*)</mark>", page) == ["Łukasz Żak", "of", " Góra"]
    # Opened alone, the frame leads to the page around it, which is marked too.
    alone = port.get(f"/marked/{ranges}/web/20230424150000mp_/{SITE}/by", headers={"Sec-Fetch-Dest": "document"})
    assert alone.headers["location"] == f"/marked/{ranges}/web/20230424150000/{SITE}/by"


@pytest.mark.parametrize("ranges", ["5-2", "0-99999", "3-3"])
def test_banner_says_if_no_words_are_in_the_byte_range(port: TestClient, ranges: str) -> None:
    told = port.get(f"/marked/{ranges}/web/20230424100000/{SITE}/a")
    assert told.status_code == 200
    assert "The bytes to be marked hold no words of this page" in told.text


@pytest.mark.parametrize("ranges", ["", "x", "1", "1-2;3", "1-2/3-4", "9999999999999-1"])
def test_invalid_byte_ranges_get_404(port: TestClient, ranges: str) -> None:
    assert port.get(f"/marked/{ranges}/web/20230424100000/{SITE}/a").status_code == 404


def test_the_raw_bytes_are_never_marked(port: TestClient) -> None:
    raw = port.get(f"/marked/0-30/web/20230424100000id_/{SITE}/a").content
    assert raw == port.get(f"/web/20230424100000id_/{SITE}/a").content


def test_record_download_is_a_warc_file_with_the_original_of_a_revisit(
    shelf: Any, port: TestClient, tmp_path: Path
) -> None:
    first = shelf.keep(300, "/saved", "<p>Saved.</p>")
    again = shelf.keep(400, "/saved", "<p>Saved.</p>", earlier=first)
    for capture, wanted in ((first, [first]), (again, [first, again])):
        told = port.get(f"/record/{capture.id}")
        assert told.headers["content-type"] == "application/warc"
        assert told.headers["content-disposition"].endswith('.warc.gz"')
        file = tmp_path / "saved.warc.gz"
        file.write_bytes(told.content)
        assert [one.id for record in read_records(file) if (one := capture_of(record))] == [one.id for one in wanted]


def test_record_of_a_withheld_or_unpermitted_page_is_not_handed_out(
    shelf: Any, builder: Any, opened: Open, catalogue: Catalogue
) -> None:
    kept = shelf.keep(300, "/asked", "<p>Asked.</p>")
    shelf.article(builder, kept, statements=())
    port = opened()
    assert port.get(f"/record/{kept.id}").status_code == 200
    assert port.get("/record/urn:uuid:none").status_code == 404
    assert opened(texts=Texts.PERMITTED).get(f"/record/{kept.id}").status_code == 403
    item = catalogue.item(kept.url)
    assert item is not None
    note = builder.note(9, NoteKind.WITHHOLDING, {"item": item.id, "by": "Anna", "lift": False, "reason": "asked"})
    catalogue.add_note(note)
    assert port.get(f"/record/{kept.id}").status_code == 451


def test_document_is_shown_next_to_its_text_page_by_page(shelf: Any, builder: Any, port: TestClient) -> None:
    kept = shelf.keep(300, "/report.pdf", b"%PDF-1.4 no more", kind="application/pdf")
    leaves = (
        Mark(MarkKind.HEADING, level=1, page=1),
        Mark(MarkKind.PARAGRAPH, page=1),
        Mark(MarkKind.PARAGRAPH, page=2),
    )
    shelf.article(builder, kept, kind=PageKind.DOCUMENT, text="A report\n\nFirst <b>.\n\nSecond.", marks=leaves)
    told = port.get(f"/web/20230424/{SITE}/report.pdf").text
    document = f"/web/20230424150000mp_/{SITE}/report.pdf"
    assert f'<iframe name="pages" src="{document}"' in told
    assert re.findall(r'<a href="([^"]+)" target="pages">(p. \d)</a>', told) == [
        (f"{document}#page=1", "p. 1"),
        (f"{document}#page=2", "p. 2"),
    ]
    assert "First &lt;b&gt;." in told
    # Nothing stands beside a page that shows its own text.
    assert 'class="leaves"' not in port.get(f"/web/20230424100000/{SITE}/a").text


def test_quotation_links_to_its_bytes_in_the_archived_page(shelf: Any, builder: Any) -> None:
    text = "The port of Anaklia was planned for a decade."
    body = f"<h1>Anaklia</h1><p>{text.replace('Anaklia', '<b>Anaklia</b>')}</p>"
    shelf.article(builder, shelf.keep(300, "/quoted", body), text=text)
    settings = RoomSettings(shelf.path / "catalogue.db", shelf.path / "warcs", archived_url="http://127.0.0.1:8001")
    with TestClient(app(settings), "http://127.0.0.1:8000") as room:
        told = room.get("/quote", params={"words": text}, headers={"Accept": "text/html"}).text
    (ranges,) = re.findall(r"/marked/([\d,-]+)/web/20230424150000/https://institute.example/quoted", told)
    spans = [one.split("-") for one in ranges.split(",")]
    assert " ".join(body[int(first) : int(last)].strip() for first, last in spans) == text.rstrip(".")
