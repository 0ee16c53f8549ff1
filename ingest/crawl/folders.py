"""Folders: the parts of a host in which a publisher has its pages, if it shares the host with others. Pure.

Apart from `frontier_seeding.py`, which looks for sitemaps there: the settings alone say which folders these are.
"""

from __future__ import annotations

from archive.http.url import read_target
from db.identity import is_front_page
from ingest.crawl.scope import Scope

FOLDERS = 5
"""In how many folders to look for sitemaps: each costs three requests per run, and settings may name one per year."""


def folders(home: str, scope: Scope) -> tuple[str, ...]:
    """Return the folders of a publisher with the front page *home*, as paths; none if it has the whole host."""
    path = read_target(home).path.partition("?")[0]
    own = () if is_front_page(home) else (path[: path.rfind("/") + 1],)
    named = (one.rstrip("/") + "/" for one in scope.include if one.endswith("/"))
    return tuple(one for one in dict.fromkeys((*own, *named)) if one != "/")[:FOLDERS]
