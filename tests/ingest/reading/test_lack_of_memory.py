"""A page whose reader runs out of memory is given up, and never read differently than with more memory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
import trafilatura
from lxml import etree
from trafilatura import external

from archive.http.exchange import Entity
from db.catalogue import Catalogue
from db.model.item import TEXT_UNREAD, Context, Reading
from db.query import outdated_readings
from db.query.snapshot import compare
from db.schema.database import in_memory
from ingest.cataloguing.reader_pool import Pending, as_finished, decode_request
from ingest.cataloguing.rebuild import rebuild
from ingest.collection.collection import now
from ingest.reading.reader import read

Fails = Callable[[type[Exception]], Any]
URL = "http://institute.example/tides/"
LINES = "".join(f"<div>The crane of quay {n} was mended in spring, and holds.</div><br>" for n in range(9))
PAGE = f"<!doctype html><html><head><title>On tides</title></head><body><div>{LINES}</div></body></html>".encode()


@pytest.fixture(params=[(trafilatura, "bare_extraction"), (external, "ReadabilityDocument")], ids=["all", "fallback"])
def make_fail(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Fails:
    """Make the extractor, or the fallback in it, raise the given error."""

    place, name = request.param

    def failing(error: type[Exception]) -> None:
        def raising(*_: object, **__: object) -> NoReturn:
            raise error("unknown error")

        monkeypatch.setattr(place, name, raising)

    return failing


@pytest.mark.parametrize("error", [MemoryError, etree.XPathEvalError])
def test_lack_of_memory_in_the_extractor_is_raised_as_memory_error(make_fail: Fails, error: type[Exception]) -> None:
    make_fail(error)
    with pytest.raises(MemoryError):
        read(Entity(URL, PAGE, "text/html"), Context("", URL))


class ReadsInThisProcess:
    """Reads in this process."""

    def submit(self, found: Any, context: Context) -> Pending[Reading]:
        return as_finished(read(*decode_request(found, context)))


def test_a_page_with_only_its_text_unread_reads_the_same_in_a_rebuild(
    monkeypatch: pytest.MonkeyPatch, foreign_warc: Callable[..., Any]
) -> None:
    def stumbles(*_: object, **__: object) -> NoReturn:
        raise TypeError

    monkeypatch.setattr(trafilatura, "bare_extraction", stumbles)
    body = b"<html>" + b"".join(b'<a href="/%d">x</a>' % number for number in range(300))
    warc = foreign_warc()
    warc.response(URL, body, date="2019-03-01T10:00:00Z")
    with Catalogue(in_memory()) as one, Catalogue(in_memory()) as other:
        rebuild(Path(warc.path).parent, one, ReadsInThisProcess(), clock=now)
        [told] = one.connection.execute("SELECT unread FROM capture").fetchall()
        assert told[0] == f"{TEXT_UNREAD}: TypeError"
        given_up = outdated_readings.reasons_given_up(one.connection)
        assert given_up == {}
        rebuild(Path(warc.path).parent, other, ReadsInThisProcess(), clock=now, given_up=given_up)
        assert compare(one.snapshot(), other.snapshot()) == []
