"""`creditline import` of possible forgeries: ids of other records, days on which nobody captured anything."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from archive.foreign.foreign_warc import read_foreign
from archive.warc.record import read_warc_date
from db.catalogue import Catalogue
from ingest.collection.imported import is_believed

Command = Callable[..., Any]
Foreign = Callable[..., Any]
URL = "http://institute.example/essays/tides/"
ONE = "<urn:uuid:11111111-1111-4111-8111-111111111111>"
INSTITUTE = ("--publisher", "http://institute.example/")


def page(words: str) -> bytes:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{words}</title>'
        f'<meta property="og:type" content="article"></head><body><article><h1>{words}</h1>'
        + f"<p>{words}. The tide turns twice a day, as whoever lives by the sea can tell, and did ever since.</p>" * 6
        + "</article></body></html>\n"
    ).encode()


def texts(collection: Path) -> list[str]:
    with Catalogue.open(collection / "catalogue.db", read_only=True) as catalogue:
        return [edition.text.split("\n")[0].partition(".")[0] for edition in catalogue.editions(URL)]


def proved(creditline: Command, collection: Path) -> None:
    for words in (("rebuild", "--check"), ("verify", "--all")):
        ended = creditline("-C", collection, *words)
        assert ended.code == Exit.DONE, ended.out


@pytest.mark.slow
@pytest.mark.parametrize("accepted", [False, True], ids=["sound", "with findings"])
def test_a_forged_record_with_the_same_id_does_not_block_the_genuine_one(
    creditline: Command, foreign_warc: Foreign, tmp_path: Path, *, accepted: bool
) -> None:
    genuine, forged = foreign_warc("genuine.warc.gz"), foreign_warc("forged.warc.gz")
    genuine.response(URL, page("Genuine"), record_id=ONE)
    lie, wish = ({"Payload_Digest": f"sha1:{'A' * 32}"}, ["--accept-findings"]) if accepted else ({}, [])
    forged.response(URL, page("Forged"), record_id=ONE, **lie)
    collection = tmp_path / "collection"
    first = creditline("-C", collection, "import", forged.path, *INSTITUTE, *wish)
    assert first.code == (Exit.ATTENTION if accepted else Exit.DONE), first.err
    second = creditline("-C", collection, "import", genuine.path)
    assert second.code == Exit.ATTENTION
    assert "1 record has the id of another record of this collection" in " ".join(second.err.split())
    assert texts(collection) == ["Forged", "Genuine"]
    proved(creditline, collection)
    again = creditline("-C", collection, "import", genuine.path)
    assert again.code == Exit.DONE
    assert "held already" in again.err


def test_the_same_record_in_another_file_counts_as_held(
    creditline: Command, foreign_warc: Foreign, tmp_path: Path
) -> None:
    for name in ("one.warc.gz", "two.warc"):
        foreign_warc(name).response(URL, page("Genuine"), record_id=ONE)
    collection = tmp_path / "collection"
    assert creditline("-C", collection, "import", tmp_path / "one.warc.gz", *INSTITUTE).code == Exit.DONE
    again = creditline("-C", collection, "import", tmp_path / "two.warc")
    assert (again.code, "held already" in again.err) == (Exit.DONE, True)


@pytest.mark.parametrize("second", ["Two", "One"], ids=["other words", "the same words a day later"])
def test_two_records_with_one_id_in_a_file_are_both_kept(
    creditline: Command, foreign_warc: Foreign, tmp_path: Path, second: str
) -> None:
    warc = foreign_warc("twins.warc.gz")
    for words, day in (("One", "01"), (second, "02")):
        warc.response(URL, page(words), record_id=ONE, date=f"2019-03-{day}T10:00:00Z")
    collection = tmp_path / "collection"
    ended = creditline("-C", collection, "--json", "import", warc.path, *INSTITUTE, "--accept-findings")
    assert ended.code == Exit.ATTENTION
    assert json.loads(ended.out.splitlines()[0])["clashes"] == 1
    assert texts(collection) == list(dict.fromkeys(("One", second)))
    with Catalogue.open(collection / "catalogue.db", read_only=True) as catalogue:
        assert catalogue.counts()["captures"] == 2
    assert creditline("-C", collection, "rebuild", "--check").code == Exit.DONE


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"])
def test_a_capture_with_an_impossible_date_is_kept_but_makes_no_item(
    creditline: Command, foreign_warc: Foreign, tmp_path: Path, date: str
) -> None:
    warc = foreign_warc("odd.warc.gz")
    warc.response(URL, page("Odd"), date=date)
    warc.response(URL, page("Genuine"))
    collection = tmp_path / "collection"
    ended = creditline("-C", collection, "import", warc.path, *INSTITUTE, "--accept-findings")
    assert ended.code == Exit.ATTENTION, ended.err
    assert texts(collection) == ["Genuine"]
    status = creditline("-C", collection, "status")
    assert "the clock is" not in status.out + status.err
    assert creditline("-C", collection, "rebuild").code == Exit.DONE
    assert texts(collection) == ["Genuine"]


@pytest.mark.parametrize(
    ("date", "code"),
    [
        ("0001-01-01T00:00:00Z", Exit.DONE),
        ("9999-12-31T23:59:59Z", Exit.DONE),
        ("0001-01-01T00:00:00+14:00", Exit.INTEGRITY),
        ("9999-12-31T23:59:59-14:00", Exit.INTEGRITY),
        ("0000-00-00T00:00:00Z", Exit.INTEGRITY),
    ],
)
def test_a_file_with_dates_of_any_year_is_verified_to_its_end(
    creditline: Command, foreign_warc: Foreign, tmp_path: Path, date: str, code: Exit
) -> None:
    warc = foreign_warc("odd.warc.gz")
    warc.response(URL, page("Odd"), date=date)
    warc.response(URL, page("Genuine"))
    ended = creditline("-C", tmp_path, "verify", warc.path)
    assert (ended.code, "2 records" in ended.out, ended.err) == (code, True, ""), ended


def test_a_file_with_only_impossible_dates_is_refused(
    creditline: Command, foreign_warc: Foreign, tmp_path: Path
) -> None:
    warc = foreign_warc("odd.warc.gz")
    warc.response(URL, page("Odd"), date="9999-12-31T23:59:59Z")
    ended = creditline("-C", tmp_path / "collection", "import", warc.path, *INSTITUTE)
    assert ended.code == Exit.INTEGRITY
    assert "no capture of a publisher in odd.warc.gz is of a day after the web began and before today" in ended.err


@pytest.mark.parametrize(
    ("date", "believed"),
    [
        ("0001-01-01T00:00:00Z", False),
        ("1990-12-19", False),
        ("1996-10-17", True),
        ("2026-01-01T00:00:00Z", True),
        ("2026-01-01T00:00:00.000001Z", False),
        ("9999", False),
    ],
)
def test_capture_dates_are_believed_from_the_first_web_site_to_the_import(
    foreign_warc: Foreign, date: str, *, believed: bool
) -> None:
    warc = foreign_warc("odd.warc.gz")
    warc.response(URL, page("Odd"), date=date)
    (capture,) = read_foreign(warc.path).captures
    assert is_believed(capture, datetime(2026, 1, 1, tzinfo=UTC)) is believed


def test_a_date_whose_zone_leaves_the_calendar_is_refused() -> None:
    for printed in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        with pytest.raises(ValueError, match="no instant"):
            read_warc_date(printed)
    assert read_warc_date("9999-12-31T23:59:59Z") == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
