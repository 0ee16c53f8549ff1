"""OAI-PMH: all verbs and every error, requested as harvesters do; withheld items are reported as deleted."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from lxml import etree
from starlette.testclient import TestClient

from archive.warc.capture import NoteKind
from db.catalogue import Catalogue
from db.reading_room.pages import harvesting

BAD = "badArgument"
NAMES = {
    "oai": "http://www.openarchives.org/OAI/2.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "oai_dc": "http://www.openarchives.org/OAI/2.0/oai_dc/",
}


def ask(room: TestClient, verb: str | None, **arguments: str) -> etree._Element:
    said = {name.rstrip("_"): value for name, value in arguments.items()}
    told = room.get("/oai", params={**({"verb": verb} if verb else {}), **said})
    assert told.status_code == 200
    assert told.headers["content-type"] == "text/xml; charset=utf-8"
    return etree.fromstring(told.content)


def texts(told: etree._Element, path: str) -> list[str]:
    return [found.text or "" for found in told.iterfind(path, NAMES)]


def error(told: etree._Element) -> str:
    found = told.find("oai:error", NAMES)
    assert found is not None, etree.tostring(told)
    return str(found.get("code"))


def test_identify_describes_the_repository(one_room: TestClient) -> None:
    told = ask(one_room, "Identify")
    assert texts(told, "oai:Identify/oai:repositoryName") == ["The Archive"]
    assert texts(told, "oai:Identify/oai:baseURL") == ["http://127.0.0.1:8000/oai"]
    assert texts(told, "oai:Identify/oai:deletedRecord") == ["persistent"]
    assert texts(told, "oai:Identify/oai:earliestDatestamp") == ["2023-04-24T10:01:00Z"]
    assert texts(told, "oai:Identify/oai:adminEmail") == ["nobody@contact.invalid"]
    assert texts(ask(one_room, "ListMetadataFormats"), ".//oai:metadataPrefix") == ["oai_dc"]
    assert texts(ask(one_room, "ListSets"), ".//oai:setSpec") == ["institute"]


def test_admin_email_is_an_email_address_and_never_a_url(opened: Any) -> None:
    for stated, told in (
        ("archive@think.example", "archive@think.example"),
        ("https://a.example/", "nobody@contact.invalid"),
    ):
        assert texts(ask(opened(contact=stated), "Identify"), "oai:Identify/oai:adminEmail") == [told]


def test_oai_record_has_what_the_page_states(one_room: TestClient) -> None:
    told = ask(one_room, "ListRecords", metadataPrefix="oai_dc")
    assert len(told.findall(".//oai:record", NAMES)) == 3
    (cables,) = [
        one
        for one in told.iterfind(".//oai:record", NAMES)
        if "https://institute.example/cables" in texts(one, ".//dc:identifier")
    ]
    assert texts(cables, ".//dc:title") == ["Cables"]
    assert texts(cables, ".//dc:creator") == ["Łukasz Żak"]
    assert texts(cables, ".//dc:subject") == ["Black Sea", "Łódź"]
    assert texts(cables, ".//dc:date") == ["2023-04-24"]
    assert texts(cables, ".//dc:rights") == ["Texts may be republished with credit."]
    (identifier,) = texts(cables, "oai:header/oai:identifier")
    alone = ask(one_room, "GetRecord", metadataPrefix="oai_dc", identifier=identifier)
    assert texts(alone, ".//dc:title") == ["Cables"]


def test_resumption_tokens_lead_through_all_records_once(room: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harvesting, "AT_ONCE", 1)
    told = ask(room, "ListIdentifiers", metadataPrefix="oai_dc")
    found = texts(told, ".//oai:identifier")
    tokens = texts(told, ".//oai:resumptionToken")
    while tokens and tokens[0]:
        told = ask(room, "ListIdentifiers", resumptionToken=tokens[0])
        found += texts(told, ".//oai:identifier")
        tokens = texts(told, ".//oai:resumptionToken")
    assert len(found) == len(set(found)) == 3
    assert tokens == [""]


def test_date_range_and_set_select_records(one_room: TestClient) -> None:
    def among(**said: str) -> int:
        return len(ask(one_room, "ListIdentifiers", metadataPrefix="oai_dc", **said).findall(".//oai:header", NAMES))

    assert among(from_="2023-04-24T10:02:00Z") == 2
    assert among(until="2023-04-24T10:01:00Z") == 1
    assert among(until="2023-04-24") == 3
    assert among(set="institute") == 3


def test_withheld_item_is_a_deleted_record_without_metadata(
    articles: Catalogue, builder: Any, room: TestClient
) -> None:
    item = articles.item("https://institute.example/anaklia")
    assert item is not None
    articles.add_note(builder.note(60, NoteKind.WITHHOLDING, {"reason": "by order"}, about=item.id))
    told = ask(room, "ListRecords", metadataPrefix="oai_dc", from_="2023-04-24T11:00:00Z")
    (record,) = told.findall(".//oai:record", NAMES)
    header = record.find("oai:header", NAMES)
    assert header is not None
    assert header.get("status") == "deleted"
    assert record.find("oai:metadata", NAMES) is None
    assert b"Anaklia" not in etree.tostring(told)
    assert b"by order" not in etree.tostring(told)


def test_erased_item_is_a_deleted_record(articles: Catalogue, builder: Any, room: TestClient) -> None:
    shown = "institute-0000000001"
    order = {"order": "II C 123/26", "by": "Ewa", "items": [shown], "gaps": [], "files": []}
    articles.add_note(builder.note(60, NoteKind.ERASURE, {**order, "at": "2023-04-24T11:00:00+00:00"}))
    listed = ask(room, "ListIdentifiers", metadataPrefix="oai_dc", from_="2023-04-24T11:00:00Z", set="institute")
    alone = ask(room, "GetRecord", metadataPrefix="oai_dc", identifier=f"oai:127.0.0.1:{shown}")
    for told in (listed, alone):
        (header,) = told.findall(".//oai:header", NAMES)
        assert header.get("status") == "deleted"
        assert texts(header, "oai:identifier") == [f"oai:127.0.0.1:{shown}"]
        assert texts(header, "oai:setSpec") == ["institute"]
    assert len(ask(room, "ListIdentifiers", metadataPrefix="oai_dc").findall(".//oai:header", NAMES)) == 4


@pytest.mark.parametrize(
    ("verb", "arguments", "code"),
    [
        (None, {}, "badVerb"),
        ("Nothing", {}, "badVerb"),
        ("Identify", {"set": "x"}, "badArgument"),
        ("Identify", {f"a{number}": "x" for number in range(30)}, "badArgument"),
        ("ListRecords", {}, "badArgument"),
        ("ListRecords", {"metadataPrefix": "marc21"}, "cannotDisseminateFormat"),
        ("ListRecords", {"metadataPrefix": "oai_dc", "from_": "soon"}, "badArgument"),
        ("ListRecords", {"metadataPrefix": "oai_dc", "from_": "2023-02-30"}, "badArgument"),
        ("ListRecords", {"metadataPrefix": "oai_dc", "from_": "2024-01-01", "until": "2023-01-01"}, "badArgument"),
        ("ListRecords", {"metadataPrefix": "oai_dc", "from_": "2023-01-01", "until": "2023-01-02T00:00:00Z"}, BAD),
        ("ListRecords", {"metadataPrefix": "oai_dc", "from_": "2030-01-01"}, "noRecordsMatch"),
        ("ListRecords", {"metadataPrefix": "oai_dc", "set": "nobody"}, "noRecordsMatch"),
        ("ListRecords", {"resumptionToken": "x", "metadataPrefix": "oai_dc"}, "badArgument"),
        ("ListRecords", {"resumptionToken": "rubbish"}, "badResumptionToken"),
        ("ListRecords", {"resumptionToken": "WzEsMiwzLDQsNSw2XQ"}, "badResumptionToken"),
        ("ListRecords", {"resumptionToken": b64encode(b"[" * 1400).decode()}, "badResumptionToken"),
        ("ListSets", {"resumptionToken": "x"}, "badResumptionToken"),
        ("GetRecord", {"metadataPrefix": "oai_dc", "identifier": "oai:x:nobody-0000000000"}, "idDoesNotExist"),
        ("GetRecord", {"metadataPrefix": "oai_dc", "identifier": "https://institute.example/cables"}, "idDoesNotExist"),
    ],
)  # fmt: skip
def test_oai_error_has_its_code(one_room: TestClient, verb: str, arguments: dict[str, str], code: str) -> None:
    assert error(ask(one_room, verb, **arguments)) == code


def test_repeated_argument_is_an_error(one_room: TestClient) -> None:
    told = etree.fromstring(one_room.get("/oai?verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc").content)
    assert error(told) == "badArgument"
    assert dict(told.find("oai:request", NAMES).attrib) == {}


def test_characters_that_xml_forbids_are_dropped(articles: Catalogue, builder: Any, room: TestClient) -> None:
    articles.add(builder.entry(9, "/odd", title="A\x0b title\uffff & <b>", text="x"))
    told = ask(room, "ListRecords", metadataPrefix="oai_dc")
    assert any("& <b>" in one for one in texts(told, ".//dc:title"))
    assert error(ask(room, "GetRecord", metadataPrefix="oai_dc", identifier="\x00\x0b")) == "idDoesNotExist"
