"""Coverage of a run: compare the pages that each publisher names with those held, and report what looks odd."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from db import runs
from db.catalogue import Catalogue
from db.frontier import Frontier
from db.model.coverage import counts_in_words
from db.model.item import Publisher
from db.query.coverage import Coverage, coverage, documents_left_out, kin_hosts
from db.query.displaced import count_displaced, departures
from db.query.moved import patterns
from ingest.progress import counted

SHRUNK = 10
"""Below this number of listed pages, a list that shrinks to half is not reported: small lists vary."""
# Report pages that consist of scripts only if there are at least this many and they are half of all pages.
_SHELLS = 3
# Report at most this many other hosts of a publisher.
_HOSTS = 5
# Report that texts are gone if one run finds at least this many gone, and as many as are left.
_DEPARTED = 5


@dataclass(frozen=True, slots=True)
class Census:
    """What a run counted for one publisher. The next run compares its own counts with these.

    Attributes:
        listed: how many pages the publisher's lists named in this run.
        sessions: how many links contained a session id.
        visited: how many pages were fetched.
        shells: how many of these hold no text until their scripts have run.
    """

    listed: int
    sessions: int
    visited: int
    shells: int

    def as_json(self) -> dict[str, int]:
        """Return the counts as JSON values."""
        counts = (self.listed, self.sessions, self.visited, self.shells)
        return dict(zip(("listed", "sessions", "visited", "shells"), counts, strict=True))


def census(frontier: Frontier, publisher: str, since: datetime, sessions: int) -> Census:
    """Return the counts of *publisher* for the run that began at *since*; *sessions* is counted by the caller."""
    listed, visited, shells = frontier.census(publisher, since)
    return Census(listed, sessions, visited, shells)


def census_before(catalogue: Catalogue, publisher: str, kind: str, started: datetime) -> Mapping[str, int]:
    """Return the counts of *publisher* from the run before the one that began at *started*; empty if there are none."""
    run = runs.before(catalogue.connection, kind, started)
    # The summary comes from a note in a WARC, which an older version or another program may have written: trust no
    # type.
    known = run.summary.get("census") if run is not None else None
    then = known.get(publisher) if isinstance(known, Mapping) else None
    return {name: n for name, n in then.items() if isinstance(n, int)} if isinstance(then, Mapping) else {}


def line(found: Coverage) -> str:
    """Return the counts of one publisher as one line of text."""
    whole = found.whole
    missing = whole.missing
    classes = counts_in_words(missing)
    # Neither held nor missing: lists, further parts of a text, old addresses of items that are held.
    others = whole.named - whole.held - sum(missing.values())
    counts = f"named {whole.named} · held {whole.held} · without a text of their own {others}"
    return f"{found.publisher}: {counts} · missing {sum(missing.values())}" + (f" ({classes})" if classes else "")


def remarks(
    catalogue: Catalogue,
    publisher: Publisher,
    publishers: Sequence[Publisher],
    seen: Mapping[str, int] | None,
    listed_before: int = 0,
    since: datetime | None = None,
) -> Iterator[str]:
    """Yield remarks for a person, each with the command that helps where there is one.

    *publishers* are all that are collected. *seen* is what the last run, which began at *since*, counted (see
    `Census`), or None. *listed_before* is how many pages the lists named in the run before that.
    """
    name = publisher.id
    for host, number, moved in kin_hosts(catalogue.connection, name, publishers)[:_HOSTS]:
        what = f"{publisher.url} leads to {host}" if moved else f"{counted(number, 'page')} on {host}, not visited"
        yield f"{name}: {what}: `creditline add {host} --to {name}`"
    if documents := documents_left_out(catalogue.connection, name):
        listed = '`creditline coverage --list "kind not kept"`'
        yield f"{name}: {counted(documents, 'document')} linked and not kept: {listed}"
    yield from _losses(catalogue, name, since)
    if seen is None:
        return
    if seen["sessions"]:
        yield f"{name}: {counted(seen['sessions'], 'link')} with session ids: asked for without them"
    if have_shrunk(seen, listed_before):
        yield f"{name}: its lists name {counted(seen['listed'], 'page')}, {listed_before} the time before"
    if seen["shells"] >= _SHELLS and seen["shells"] * 2 >= seen["visited"]:
        yield f"{name}: {seen['shells']} of {counted(seen['visited'], 'page')} are only script: import a browser's WACZ"


def _losses(catalogue: Catalogue, name: str, since: datetime | None) -> Iterator[str]:
    """Yield remarks about texts that left their addresses."""
    went, left = (0, 0) if since is None else departures(catalogue.connection, name, since)
    if went >= max(_DEPARTED, left):
        moved = f"if the site has moved to another host: `creditline add HOST --to {name}`"
        yield f"{name}: {went} of {counted(went + left, 'text')} are gone since the last run; {moved}"
    if missed := count_displaced(catalogue.connection, name):
        what = "is no longer whole at its address" if missed == 1 else "are no longer whole at their addresses"
        told = "`creditline coverage --list displaced`"
        yield f"{name}: {counted(missed, 'text')} {what}, and no answer says that they are gone: {told}"
    if moved_by := sum(len(one.moves) for one in patterns(catalogue.connection, name)):
        what = "seems" if moved_by == 1 else "seem"
        yield f"{name}: {counted(moved_by, 'text')} {what} to have moved: `creditline review --reason moved`"


def have_shrunk(seen: Mapping[str, int], listed_before: int) -> bool:
    """Say whether a publisher's lists lost so many pages at once that the site is broken or has moved."""
    # A list that loses half of its pages at once is more often broken than cleaned up.
    return listed_before >= SHRUNK and seen["listed"] * 2 <= listed_before


def covered(catalogue: Catalogue, publishers: Sequence[Publisher]) -> list[Coverage]:
    """Return the coverage of each of *publishers*."""
    return [coverage(catalogue.connection, one.id, one.languages) for one in publishers]
