"""CDXJ lines: sorted by bytes, however many, and with the fields that replay tools look for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from archive.formats.cdxj import in_order, line_of

if TYPE_CHECKING:
    from tests.archive.conftest import MakeExchange, OpenArchive


@pytest.mark.parametrize("in_memory", [1, 2, 100])
def test_lines_are_sorted_by_their_bytes_and_stand_once_however_few_fit_in_memory(in_memory: int) -> None:
    lines = ["b) 2\n", "a)/ü 1\n", "a)/z 1\n", "b) 1\n", "a)/z 1\n"]
    expected = sorted({line.encode() for line in lines})
    assert list(in_order(lines, in_memory=in_memory)) == expected


def test_a_revisit_is_named_as_one_and_a_304_names_no_status(open_archive: OpenArchive, exchange: MakeExchange) -> None:
    with open_archive() as archive:
        first = archive.keep("think", exchange())
        archive.sync()
        again = archive.keep("think", exchange(minute=1), earlier=first)
        unchanged = archive.keep(
            "think", exchange(b"", head=b"HTTP/1.0 304 Not Modified\r\n\r\n", minute=2), earlier=first
        )
        moved = archive.keep("think", exchange(b"", head=b"HTTP/1.0 204 No Content\r\n\r\n", minute=3))
    fields = [json.loads(line_of(one).split(" ", 2)[2]) for one in (first, again, unchanged, moved)]
    assert [one["mime"] for one in fields[:3]] == ["text/html", "warc/revisit", "warc/revisit"]
    assert [one.get("status") for one in fields] == ["200", "200", None, "204"]
    assert fields[1]["digest"] == fields[2]["digest"] == first.payload_digest
    assert fields[3]["digest"].startswith("sha1:"), "a response without a payload has the digest of nothing"
    assert line_of(first).startswith("example,think)/rivers 20261125100000 {")
