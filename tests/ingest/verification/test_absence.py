"""What the archive saw at an address on a day, certified; and how a false certificate is reported."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.warc.capture import NoteKind, RecordRef
from archive.warc.writer import locate_file
from db.query.absence import Sighting, State, on_day
from ingest.collection.collection import Layout, make, open_for_work
from ingest.settings.values import PublisherOptions, Settings
from tests.sites.kept_pages import keep

Command = Callable[..., Any]
SITE = "http://institute.example"
SETTINGS = Settings(publishers=(PublisherOptions(f"{SITE}/", id="bl"),))


def at(day: int, hour: int = 10) -> datetime:
    return datetime(2023, 4, day, hour, tzinfo=UTC)


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """/report existed on the 20th, gone on the 24th; /login needs one, /moved redirects; on the 25th robots forbid."""
    layout = Layout(tmp_path_factory.mktemp("absence") / "collection")
    make(layout, SETTINGS)
    seen = (
        *(("/report", 20, "200 OK"), ("/report", 24, "410 Gone"), ("/report", 28, "404 Not Found")),
        *(("/login", 24, "403 Forbidden"), ("/moved", 24, "301 Moved Permanently\r\nLocation: /report")),
        *(("/ill", 24, "503 Service Unavailable"), ("/flaky", 24, "404 Not Found"), ("/flaky", 24, "200 OK")),
    )
    with open_for_work(layout, SETTINGS, clock=lambda: at(26)) as work:
        for hour, (path, day, status) in enumerate(seen):
            keep(work, "bl", SITE + path, at(day, hour), b"ab", status=status, kind="image/png")
        refused = {"reason": "robots", "detail": "Disallow: /hidden"}
        work.note(NoteKind.FAILURE, refused, about=f"{SITE}/hidden", publisher="bl")
        work.note(NoteKind.FAILURE, {"reason": "dns", "detail": "no such host"}, about=f"{SITE}/lost", publisher="bl")
    return layout


@pytest.mark.parametrize(
    ("path", "day", "state", "words"),
    [
        ("/report", 24, "gone", "nothing was there: answered 410, at 01:00 UTC"),
        ("/report", 20, "there", "a page was there: answered 200, at 00:00 UTC"),
        ("/report", 22, "not asked", "before on 2023-04-20: answered 200; after on 2023-04-24: answered 410"),
        ("/login", 24, "refused", "it was not shown to us: answered 403"),
        ("/moved", 24, "sent on", f"it led to another address: answered 301, on to {SITE}/report"),
        ("/ill", 24, "not reached", "no answer of use came: answered 503"),
        ("/flaky", 24, "there", "a page was there: answered 200"),
        ("/hidden", 26, "refused", "robots: Disallow: /hidden"),
        ("/lost", 26, "not reached", "dns: no such host"),
        ("/other", 24, "never asked", "of institute.example 8 answers are held, from 2023-04-20 to 2023-04-28"),
    ],
)
def test_absent_prints_what_was_seen_on_a_day(
    creditline: Command, collected: Layout, path: str, day: int, state: str, words: str
) -> None:
    told = creditline("-C", collected.directory, "absent", SITE + path, "--on", f"2023-04-{day}")
    assert told.code == (0 if state == "gone" else 3), told.err
    assert told.out.startswith(f"{SITE}{path} on 2023-04-{day} (UTC): {state}\n")
    assert words in told.out
    assert re.search(r"^Asked for (1 time|(0|[2-9]) times) in all\.", told.err, re.MULTILINE), told.err


def certificate(creditline: Command, layout: Layout, path: Path, day: str = "2023-04-24") -> dict[str, Any]:
    told = creditline("-C", layout.directory, "--json", "absent", f"{SITE}/report", "--on", day)
    path.write_text(told.out)
    return dict(json.loads(told.out))


def test_a_certificate_verifies_down_to_its_records(creditline: Command, collected: Layout, tmp_path: Path) -> None:
    made = certificate(creditline, collected, tmp_path / "absent.json")
    assert [one["status"] for one in made["records"]] == [200, 410, 404]
    told = creditline("-C", collected.directory, "verify", tmp_path / "absent.json")
    assert (told.code, told.out) == (
        0,
        f"ok  {tmp_path / 'absent.json'}  {SITE}/report on 2023-04-24: gone, down to the records\n",
    )


def test_a_later_capture_does_not_invalidate_a_certificate(
    creditline: Command, collected: Layout, tmp_path: Path
) -> None:
    layout = Layout(Path(shutil.copytree(collected.directory, tmp_path / "collection")))
    certificate(creditline, layout, tmp_path / "absent.json", "2023-04-29")
    with open_for_work(layout, SETTINGS, clock=lambda: at(30)) as work:
        keep(work, "bl", f"{SITE}/report", at(30), b"ab", kind="image/png")
    assert creditline("-C", layout.directory, "verify", tmp_path / "absent.json").code == 0
    told = creditline("-C", layout.directory, "absent", f"{SITE}/report", "--on", "2023-04-30")
    assert "(UTC): there" in told.out


def _leave_out(made: dict[str, Any]) -> None:
    del made["records"][1]


def _claim(made: dict[str, Any]) -> None:
    made["records"][0]["status"] = 404


def _say_gone(made: dict[str, Any]) -> None:
    made["state"] = "never asked"


def _point_elsewhere(made: dict[str, Any]) -> None:
    made["records"][0]["offset"] = made["records"][1]["offset"]


def _of_others(made: dict[str, Any]) -> None:
    made["collection"] = "urn:uuid:00000000-0000-4000-8000-000000000000"


def _before_all(made: dict[str, Any]) -> None:
    made["head"] = "sha256:" + "0" * 64


def _halve(made: dict[str, Any]) -> None:
    del made["newest"]


@pytest.mark.parametrize(
    ("forge", "told"),
    [
        (_leave_out, "it does not name"),
        (_claim, "is not what is held"),
        (_say_gone, "what is held says “gone” of that day, and not “never asked”"),
        (_point_elsewhere, "where the record"),
        (_of_others, "it is of another collection"),
        (_before_all, "the newest note of that time"),
        (_halve, "it is not a complete certificate"),
    ],
)
def test_a_false_certificate_is_reported(
    creditline: Command, collected: Layout, tmp_path: Path, forge: Callable[[dict[str, Any]], None], told: str
) -> None:
    path = tmp_path / "absent.json"
    made = certificate(creditline, collected, path)
    forge(made)
    path.write_text(json.dumps(made))
    ended = creditline("-C", collected.directory, "verify", path)
    assert ended.code == 4
    assert told in ended.out


def test_a_certificate_whose_record_is_damaged_by_now_is_reported(
    creditline: Command, collected: Layout, tmp_path: Path
) -> None:
    layout = Layout(Path(shutil.copytree(collected.directory, tmp_path / "collection")))
    record = certificate(creditline, layout, tmp_path / "absent.json")["records"][0]
    with locate_file(layout.warcs, record["file"]).open("r+b") as file:
        file.seek(record["offset"])
        file.write(b"no gzip member")
    ended = creditline("-C", layout.directory, "verify", tmp_path / "absent.json")
    assert (ended.code, f"the record {record['id']} cannot be read" in ended.out) == (4, True), ended.out


def test_a_future_day_and_an_invalid_url_are_refused(creditline: Command, collected: Layout) -> None:
    assert creditline("-C", collected.directory, "absent", f"{SITE}/report", "--on", "2999-01-01").code == 2
    assert creditline("-C", collected.directory, "absent", "report", "--on", "2023-04-24").code == 2


def test_a_page_seen_once_on_a_day_counts_as_there() -> None:
    def seen(number: int, moment: datetime, state: State) -> Sighting:
        return Sighting(f"urn:{number}", SITE, moment, state, None, "", RecordRef("a", number, 1), "")

    states = (State.GONE, State.NOT_REACHED, State.GONE, State.THERE, State.REFUSED, State.GONE)
    moments = (at(1), at(2), at(4, 1), at(4, 2), at(4, 3), at(9))
    every = [seen(number, *one) for number, one in enumerate(zip(moments, states, strict=True))]
    state, named = on_day(every, date(2023, 4, 4))
    assert state is State.THERE
    assert [one.record for one in named] == ["urn:1", "urn:2", "urn:3", "urn:4", "urn:5"]
    assert on_day(every, date(2023, 4, 5)) == (State.NOT_ASKED, (every[4], every[5]))
    assert on_day([], date(2023, 4, 5)) == (State.NEVER_ASKED, ())
