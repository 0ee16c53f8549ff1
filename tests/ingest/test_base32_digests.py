"""A collection whose digests are in padded Base32, as in our first ones: nothing is lost."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from archive.http.exchange import Ending, Exchange
from archive.warc import record as records
from archive.warc.capture import CaptureKind, NoteKind
from archive.warc.member import pack
from archive.warc.reader import read_records
from archive.warc.record import Draft, Origin, to_bytes
from db.catalogue import Catalogue
from ingest.collection.collection import Layout, open_for_work
from ingest.settings.values import PublisherOptions, Settings

INSTITUTE = Settings(publishers=(PublisherOptions("http://institute.example/", id="bl", name="Baltic Lantern"),))
URL = "http://institute.example/essays/tides/"
BEGAN = datetime(2023, 4, 24, 10, tzinfo=UTC)
BODY = b"<html lang=en><title>On tides</title><h1>On tides</h1><p>%s</p></html>\n" % (
    b"The tide turns twice a day. " * 40
)
RESPONSE = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)


def older(data: bytes) -> str:
    return "sha256:" + base64.b32encode(hashlib.sha256(data).digest()).decode()


def written(draft: Draft) -> bytes:
    digest, length = ("WARC-Block-Digest", older(draft.block)), ("Content-Length", str(len(draft.block)))
    return pack(to_bytes((*draft.fields, digest, length), draft.block))


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    """A page and two notes, the second naming the first, in one file; there is no catalogue."""
    origin = Origin("bl", "urn:uuid:1", BEGAN)
    exchange = Exchange(URL, BEGAN, b"GET /essays/tides/ HTTP/1.0\r\n\r\n", RESPONSE, Ending.LENGTH)
    told = {"publishers": [{"id": "bl", "url": "http://institute.example/", "hosts": ["institute.example"]}]}
    first = records.note("urn:uuid:4", origin, NoteKind.SETTINGS, {"about": None, "previous": None, "body": told})
    failed = {"about": URL, "previous": older(first.block), "body": {"reason": "timeout"}}
    name = "bl-20230424100000-00001.warc.gz"
    drafts = (
        records.warcinfo("urn:uuid:1", name, origin, {"software": "Creditline/0.1.0"}),
        records.response("urn:uuid:2", origin, exchange, older(BODY)),
        records.request("urn:uuid:3", origin, exchange, "urn:uuid:2"),
        first,
        records.note("urn:uuid:5", Origin("bl", "urn:uuid:1", BEGAN.replace(minute=1)), NoteKind.FAILURE, failed),
    )
    (tmp_path / "warcs").mkdir()
    (tmp_path / "warcs" / name).write_bytes(b"".join(map(written, drafts)))
    return tmp_path


@pytest.mark.slow
def test_a_collection_with_base32_digests_rebuilds_verifies_and_resolves(
    creditline: Callable[..., Any], collection: Path
) -> None:
    assert creditline("-C", collection, "rebuild").code == Exit.DONE
    verified = creditline("-C", collection, "verify", "--all")
    assert verified.code == Exit.DONE, verified.out
    assert creditline("-C", collection, "rebuild", "--check").code == Exit.DONE
    with Catalogue.open(collection / "catalogue.db", read_only=True) as catalogue:
        item = catalogue.item(URL)
        assert item is not None
        assert catalogue.item(item.edition.id) is not None
        (capture,) = catalogue.captures_of("institute.example/essays/tides")
        assert capture.payload_digest == f"sha256:{hashlib.sha256(BODY).hexdigest()}"


def test_a_catalogue_with_base32_digests_equals_a_rebuild(creditline: Callable[..., Any], collection: Path) -> None:
    assert creditline("-C", collection, "rebuild").code == Exit.DONE
    with Catalogue.open(collection / "catalogue.db") as catalogue, catalogue.transaction():
        (record,) = (one for one in read_records(next((collection / "warcs").glob("bl-*"))) if one.type == "response")
        catalogue.connection.execute(
            "UPDATE capture SET block_digest = ?, payload_digest = ?",
            (record.get("WARC-Block-Digest"), record.get("WARC-Payload-Digest")),
        )
    assert creditline("-C", collection, "rebuild", "--check").code == Exit.DONE
    assert creditline("-C", collection, "verify", "--all").code == Exit.DONE


@pytest.mark.slow
def test_an_unchanged_page_is_a_revisit_and_the_chain_of_notes_continues(
    creditline: Callable[..., Any], collection: Path
) -> None:
    assert creditline("-C", collection, "rebuild").code == Exit.DONE
    later = datetime(2024, 4, 24, 10, tzinfo=UTC)
    with open_for_work(Layout(collection), INSTITUTE, clock=lambda: later) as work:
        (earlier,) = work.catalogue.captures_of("institute.example/essays/tides")
        exchange = Exchange(URL, later, b"", RESPONSE, Ending.LENGTH)
        capture = work.archive.keep("bl", exchange, earlier=earlier)
        work.archive.sync()
        with work.catalogue.transaction():
            work.catalogue.add_captures([capture])
        work.note(NoteKind.FAILURE, {"reason": "timeout"}, about=URL)
    assert capture.kind is CaptureKind.REVISIT
    assert creditline("-C", collection, "verify", "--all").code == Exit.DONE
    assert creditline("-C", collection, "rebuild").code == Exit.DONE
