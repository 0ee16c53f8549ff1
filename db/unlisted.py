"""Unlisted: pages in the frontier that the sitemaps of a publisher named before, and in this run no more.

Apart from the frontier: that says what is due by itself, this what follows from all that lists name.
"""

from __future__ import annotations

from datetime import datetime

from db.catalogue import Catalogue
from db.instant import to_text
from db.model.coverage import Source

# The priority of such pages in the run that sees it.
_LAST = -1


def put_last(catalogue: Catalogue, publisher: str, *, since: datetime) -> None:
    """Have the pages of *publisher* that sitemaps named in the run before, and not after the instant *since*, visited
    behind all others: a text that has another address by now is found there first, and is not told as gone.
    """
    db, began = catalogue.connection, to_text(since)
    at = "publisher = ? AND kind = 'page' AND priority = ?"
    with catalogue.transaction():
        # In one run alone: nothing is to wait for ever behind the others because lists name it no more.
        db.execute(f"UPDATE visit SET priority = 0 WHERE {at}", (publisher, _LAST))
        db.execute(
            f"""UPDATE visit SET priority = ? WHERE {at} AND sources & ? AND listed < ? AND visited_at < ?
            AND listed >= (SELECT max(started) FROM run WHERE started < ? AND kind <> 'page')""",
            (_LAST, publisher, 0, int(Source.SITEMAP), began, began, began),
        )


def look_after(catalogue: Catalogue, publisher: str, *, since: datetime, now: datetime, limit: int) -> int:
    """Have the pages of *publisher* visited now that a sitemap named before the instant *since* and not after it;
    return how many they are. More than *limit*, or more than are named still, are no news of single pages: the list
    itself is broken, and nothing is done.
    """
    db, began, at = catalogue.connection, to_text(since), to_text(now)
    where = """publisher = ? AND kind = 'page' AND sources & ? AND listed < ? AND visited_at < ?
        AND outcome NOT IN ('gone', 'still gone', 'absent')"""
    values = (publisher, int(Source.SITEMAP), began, began)
    (left,) = db.execute(f"SELECT count(*) FROM visit WHERE {where}", values).fetchone()
    (named,) = db.execute(
        "SELECT count(*) FROM visit WHERE publisher = ? AND kind = 'page' AND sources & ? AND listed >= ?", values[:3]
    ).fetchone()
    if not left or left > min(limit, named):
        return 0
    with catalogue.transaction():
        db.execute(f"UPDATE visit SET due = min(coalesce(due, ?), ?) WHERE {where}", (at, at, *values))
    return int(left)
