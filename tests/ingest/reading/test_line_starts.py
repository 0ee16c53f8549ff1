"""Lines begin after their line feeds, in whatever order they are requested."""

from __future__ import annotations

import pytest

from ingest.reading.page.page import Lines


@pytest.mark.parametrize(
    ("data", "begun"),
    [(b"", [0]), (b"a", [0]), (b"\n", [0, 1]), (b"a\n\nbc", [0, 2, 3]), (b"a\r\nb\n", [0, 3, 5]), (b"a\rb", [0])],
)
def test_each_line_begins_after_a_line_feed_up_to_the_last(data: bytes, begun: list[int]) -> None:
    expected = [*begun, begun[-1], begun[-1]]
    lines, others = Lines(data), Lines(data)
    assert [lines.begin(line) for line in range(len(expected))] == expected
    assert [others.begin(line) for line in reversed(range(len(expected)))] == expected[::-1]
    assert Lines(data).begin(1000) == begun[-1]
