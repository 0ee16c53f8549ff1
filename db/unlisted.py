"""Unlisted: pages in the frontier that the publisher's sitemaps used to name but do not name any more.

Apart from the frontier: that decides about single pages, this about everything that the lists name together.
"""

from __future__ import annotations

from datetime import datetime

from db.catalogue import Catalogue
from db.instant import to_text
from db.model.coverage import Source

# Priority of such pages in the run that notices them.
_LAST = -1


def put_last(catalogue: Catalogue, publisher: str, *, since: datetime) -> None:
    """Put pages that sitemaps of *publisher* named in the run before, but not since *since*, last in this run. If a
    text has moved, the run then finds it at its new address first and does not report it as gone.
    """
    db, began = catalogue.connection, to_text(since)
    at = "publisher = ? AND kind = 'page' AND priority = ?"
    with catalogue.transaction():
        # For one run only: no page may wait for ever because lists do not name it any more.
        db.execute(f"UPDATE visit SET priority = 0 WHERE {at}", (publisher, _LAST))
        db.execute(
            f"""UPDATE visit SET priority = ? WHERE {at} AND sources & ? AND listed < ? AND visited_at < ?
            AND listed >= (SELECT max(started) FROM run WHERE started < ? AND kind <> 'page')""",
            (_LAST, publisher, 0, int(Source.SITEMAP), began, began, began),
        )


def make_due(catalogue: Catalogue, publisher: str, *, since: datetime, now: datetime, limit: int) -> int:
    """Make pages due now that a sitemap of *publisher* named before *since* but not since then; return how many there
    are. If there are more than *limit*, or more than the sitemaps still name, the list itself is probably broken, and
    nothing is done.
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
