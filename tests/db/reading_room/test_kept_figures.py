"""Expensive counts are kept for a while, but never past a decision of a person."""

from __future__ import annotations

from collections.abc import Callable

from db.catalogue import Catalogue
from db.reading_room.kept_figures import LONG, KeptFigures


def _figures_taking(takes: float) -> tuple[KeptFigures, list[float], Callable[[], int]]:
    worked, passed, counted = [0.0], [0.0], [0]

    def count() -> int:
        worked[0] += takes
        counted[0] += 1
        return counted[0]

    return KeptFigures(lambda: worked[0], lambda: passed[0]), passed, count


def test_figure_counted_quickly_is_always_current(catalogue: Catalogue) -> None:
    figures, _, count = _figures_taking(LONG / 2)
    assert [figures.of(catalogue.connection, "home", count) for _ in range(3)] == [1, 2, 3]


def test_figure_that_takes_long_is_reused_for_a_while(catalogue: Catalogue) -> None:
    figures, passed, count = _figures_taking(1.0)
    assert [figures.of(catalogue.connection, "home", count) for _ in range(3)] == [1, 1, 1]
    passed[0] = 19.0
    assert figures.of(catalogue.connection, "home", count) == 1
    passed[0] = 21.0
    assert figures.of(catalogue.connection, "home", count) == 2
    # Others are counted separately.
    assert figures.of(catalogue.connection, "tags", count) == 3


def test_figure_is_never_older_than_a_minute(catalogue: Catalogue) -> None:
    figures, passed, count = _figures_taking(100.0)
    assert figures.of(catalogue.connection, "home", count) == 1
    passed[0] = 61.0
    assert figures.of(catalogue.connection, "home", count) == 2


def test_one_request_recounts_while_others_get_the_old_figure(catalogue: Catalogue) -> None:
    figures, passed, count = _figures_taking(1.0)
    figures.of(catalogue.connection, "home", count)
    passed[0] = 30.0
    meanwhile: list[int] = []

    def slowly() -> int:
        meanwhile.append(figures.of(catalogue.connection, "home", count))
        return count()

    assert figures.of(catalogue.connection, "home", slowly) == 2
    assert meanwhile == [1]


def test_withholding_is_seen_in_the_figures_at_once(catalogue: Catalogue) -> None:
    figures, _, count = _figures_taking(1.0)
    assert figures.of(catalogue.connection, "authors", count) == 1
    insert = "INSERT INTO withholding (id, reason, made, note) VALUES ('wi-b8pk7989k7', 'asked', '2026-01-01', 'n')"
    catalogue.connection.execute(insert)
    assert figures.of(catalogue.connection, "authors", count) == 2
    catalogue.connection.execute("UPDATE withholding SET reason = NULL, made = '2026-01-02'")
    assert figures.of(catalogue.connection, "authors", count) == 3
