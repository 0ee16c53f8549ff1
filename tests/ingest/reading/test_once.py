"""Results are cached for short words, and computed anew for long ones."""

from __future__ import annotations

from ingest.reading.page.once import LONGEST, remembered


def test_results_are_cached_for_short_words_only() -> None:
    asked: list[str] = []

    @remembered(2)
    def length(words: str) -> int:
        asked.append(words)
        return len(words)

    long = "a" * (LONGEST + 1)
    assert [length("b"), length("b"), length(long), length(long)] == [1, 1, LONGEST + 1, LONGEST + 1]
    assert asked == ["b", long, long]
