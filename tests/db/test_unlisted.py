"""Pages that sitemaps no longer name come last in the run that notices it, and in no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db import unlisted
from db.catalogue import Catalogue
from db.frontier import Discovery, Frontier, VisitFilter, VisitResult
from db.model.coverage import Source

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder


def _order_of_visits(
    catalogue: Catalogue, frontier: Frontier, builder: EntryBuilder, started: int, *named: str
) -> list[str]:
    """Return the order of visits in the run that begins at *started*, with *named* on the lists."""
    run = frontier.begin_run("run", builder.at(started))
    found = [Discovery(f"https://institute.example/{one}", "institute", source=Source.SITEMAP) for one in named]
    frontier.seed(found, now=builder.at(started + 1))
    unlisted.put_last(catalogue, "institute", since=run.started)
    visits = frontier.pending(VisitFilter("institute", run.started, builder.at(started + 1), due_only=False))
    for at, visit in enumerate(visits):
        frontier.done(visit.id, VisitResult("unchanged", builder.at(started + 2 + at), builder.at(0)))
    frontier.keep_run(run.id, {})
    catalogue.connection.execute("UPDATE run SET finished = started WHERE id = ?", (run.id,))
    return [visit.url.rpartition("/")[2] for visit in visits]


def test_unlisted_page_comes_last_in_one_run_only(catalogue: Catalogue, builder: EntryBuilder) -> None:
    frontier = Frontier(catalogue)
    assert _order_of_visits(catalogue, frontier, builder, 100, "old", "new", "kept") == ["old", "new", "kept"]
    assert _order_of_visits(catalogue, frontier, builder, 200, "new", "kept") == ["new", "kept", "old"]
    assert _order_of_visits(catalogue, frontier, builder, 300, "kept") == ["kept", "old", "new"]
    # What waits longest comes first again: otherwise a bounded run would never reach the last pages.
    kept = frontier.find("institute", "https://institute.example/kept")
    assert kept is not None
    frontier.done(kept.id, VisitResult("unchanged", builder.at(350), builder.at(0)))
    assert _order_of_visits(catalogue, frontier, builder, 400, "kept") == ["old", "new", "kept"]
