"""Caches for short words give the same results and stay within their size limit."""

from __future__ import annotations

from ingest.reading.page.hrefs import Rooted
from ingest.reading.page.short_words import LONGEST, remembered


def test_results_are_cached_for_short_words_only() -> None:
    asked: list[str] = []

    @remembered(2)
    def length(words: str) -> int:
        asked.append(words)
        return len(words)

    long = "a" * (LONGEST + 1)
    assert [length("b"), length("b"), length(long), length(long)] == [1, 1, LONGEST + 1, LONGEST + 1]
    assert asked == ["b", long, long]


def test_hrefs_resolve_the_same_after_the_cache_is_emptied() -> None:
    known = Rooted("https://institute.example")
    long = "/" + "x" * Rooted.LONGEST
    for _ in range(2):
        assert known[long] == f"https://institute.example{long}"
        assert [known[f"/{n}/#top"] for n in range(3)] == [f"https://institute.example/{n}/" for n in range(3)]
        assert known["north/"] is None
    assert long not in known
    for number in range(Rooted.MOST + 1):
        assert known[f"/{number}/#top"] == f"https://institute.example/{number}/"
        assert len(known) <= Rooted.MOST
