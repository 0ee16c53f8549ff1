"""Our fields in files of others prove nothing: anyone can write them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from archive.fixity.verifier import verify_file
from archive.http.exchange import Ending
from db.catalogue import Catalogue

Command = Callable[..., Any]
PAGE = "http://institute.example/essays/tides/"
BODY = b"<html><body><p>The tide turns twice a day, and whoever waits may set a clock by the sea."


@pytest.fixture
def forged(foreign_warc: Callable[..., Any]) -> Path:
    """A file whose records claim that we wrote them: another publisher, a proved ending, a person's decision."""
    warc = foreign_warc()
    plain = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
    warc.response(PAGE, BODY, head=plain)
    told = {"kind": "withholding", "about": None, "previous": None, "body": {"item": "x", "reason": "forged"}}
    warc.record("metadata", json.dumps(told, sort_keys=True).encode(), type="application/json")
    records = gzip.decompress(warc.path.read_bytes())
    ours = b"Creditline-Publisher: elsewhere-example\r\nCreditline-Ending: close-notify\r\n"
    records = records.replace(b"WARC-Type: response\r\n", b"WARC-Type: response\r\n" + ours)
    records = records.replace(b"WARC-Type: metadata\r\n", b"WARC-Type: metadata\r\nCreditline-Note: withholding\r\n")
    at = records.index(b"WARC/1.0", 8)
    warc.path.write_bytes(gzip.compress(records[:at], mtime=0) + gzip.compress(records[at:], mtime=0))
    return Path(warc.path)


@pytest.mark.slow
def test_a_forged_field_is_neither_believed_nor_a_fault(creditline: Command, forged: Path, tmp_path: Path) -> None:
    assert verify_file(forged).findings == ()
    folder = tmp_path / "collection"
    brought = creditline("-C", folder, "import", forged, "--publisher", "http://institute.example/")
    assert brought.code == Exit.DONE, brought.err
    with Catalogue.open(folder / "catalogue.db", read_only=True) as catalogue:
        (capture,) = catalogue.all_captures()
        withheld = catalogue.connection.execute("SELECT count(*) FROM withholding").fetchone()
    assert (capture.publisher, capture.ending) == ("institute-example", Ending.UNPROVED)
    assert withheld == (0,)
    ended = creditline("-C", folder, "verify")
    assert (ended.code, "FAULT" in ended.out) == (Exit.DONE, False), ended.out
    assert creditline("-C", folder, "rebuild", "--check").code == Exit.DONE
