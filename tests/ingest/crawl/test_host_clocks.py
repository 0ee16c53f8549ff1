"""A clock of this machine that is wrong is told from the dates of the answers; no record is changed by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from archive.http.exchange import Ending, Exchange
from ingest.crawl.host_clocks import HostClocks
from ingest.demo.site import Response

NOW = datetime(2023, 4, 24, 10, tzinfo=UTC)


def answer(host: str, stated: str | None) -> Exchange:
    date = "" if stated is None else f"Date: {stated}\r\n"
    response = f"HTTP/1.1 200 OK\r\n{date}Content-Length: 0\r\n\r\n".encode()
    return Exchange(f"https://{host}.example/", NOW, b"", response, Ending.LENGTH)


def remark(*said: tuple[str, float | str | None]) -> str | None:
    """The remark after answers of hosts, each with the days by which its clock is ahead, or its Date field."""
    clocks = HostClocks()
    for host, days in said:
        moved = format_datetime(NOW + timedelta(days=days), usegmt=True) if isinstance(days, float | int) else days
        clocks.hear(answer(host, moved))
    return clocks.remark()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ([("a", -365), ("b", -365.2)], "365 days or more ahead of the clocks of 2 of 2 hosts"),
        ([("a", 3), ("b", 4), ("c", 0)], "3 days or more behind the clocks of 2 of 3 hosts"),
        ([("a", -2)], "2 days or more ahead of the clocks of its host"),
    ],
    ids=["ahead", "behind", "one host"],
)
def test_a_clock_that_differs_from_those_of_most_hosts_by_a_day_is_told(
    said: list[tuple[str, float]], told: str
) -> None:
    found = remark(*said)
    assert found is not None
    assert found.startswith(f"this machine's clock is {told}: ")


@pytest.mark.parametrize(
    "said",
    [
        [("a", 0), ("b", 0.9)],
        [("a", -365), ("b", 0)],
        [("a", -365), ("b", 365)],
        [("a", -30), ("a", 0)],
        [("a", None), ("b", "yesterday"), ("c", "Mon, 99 Foo 2023")],
        [],
    ],
    ids=["hours", "one host", "each another", "an old answer from a cache", "no dates", "nothing"],
)
def test_a_clock_is_not_called_wrong_by_one_host_or_by_a_cache(said: list[tuple[str, float | str | None]]) -> None:
    assert remark(*said) is None


class Late:
    """A site whose clock stands still in 2021."""

    def __init__(self) -> None:
        self.asked: list[object] = []

    def respond(self, _method: str, path: str, _headers: object) -> Response:
        date = ("Date", "Sat, 24 Apr 2021 10:00:00 GMT")
        if path != "/":
            return Response(404, (date,))
        return Response(200, (date, ("Content-Type", "text/html")), b"<title>Home</title><p>Welcome.</p>")


@pytest.mark.slow
def test_a_run_says_that_the_clocks_differ(visited: Any) -> None:
    [told] = [one for one in visited(Late()).again().remarks if "clock" in one]
    assert "ahead of the clocks of its host: new records are dated by it" in told
