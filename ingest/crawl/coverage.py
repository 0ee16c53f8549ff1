"""Coverage of a run: what each publisher names against what is held, and what of that wants a look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from db import runs
from db.catalogue import Catalogue
from db.frontier import Frontier
from db.model.item import Publisher
from db.query.coverage import Coverage, coverage, documents_left_out, kin_hosts
from ingest.progress import counted

SHRUNK = 10
"""A publisher whose lists name fewer pages than so many may lose half of them without a word."""
# So many pages that are only script are no accident, where they are half of what came.
_SHELLS = 3
# So many hosts of one house are named one by one.
_HOSTS = 5


@dataclass(frozen=True, slots=True)
class Census:
    """What a run counted of one publisher, for the next to compare with.

    Attributes:
        listed: how many pages its lists named in this run.
        sessions: how many links carried a session id.
        visited: how many pages came, *shells* how many of them are only script.
    """

    listed: int
    sessions: int
    visited: int
    shells: int

    def as_json(self) -> dict[str, int]:
        """Return it as JSON values."""
        counts = (self.listed, self.sessions, self.visited, self.shells)
        return dict(zip(("listed", "sessions", "visited", "shells"), counts, strict=True))


def census(frontier: Frontier, publisher: str, since: datetime, sessions: int) -> Census:
    """Return what was counted of *publisher* in the run that began at *since*."""
    listed, visited, shells = frontier.census(publisher, since)
    return Census(listed, sessions, visited, shells)


def census_before(catalogue: Catalogue, publisher: str, kind: str, started: datetime) -> Mapping[str, int]:
    """Return what was counted of *publisher* in the run before the one that began at *started* (see `Census`)."""
    run = runs.before(catalogue.connection, kind, started)
    # A summary is read from a note, which an older version or somebody else may have written.
    known = run.summary.get("census") if run is not None else None
    then = known.get(publisher) if isinstance(known, Mapping) else None
    return {name: n for name, n in then.items() if isinstance(n, int)} if isinstance(then, Mapping) else {}


def line(found: Coverage) -> str:
    """Return the counts of one publisher in a line."""
    whole = found.whole
    missing = whole.missing
    classes = f" ({', '.join(f'{name} {number}' for name, number in missing.items())})" if missing else ""
    # What is neither held nor missed: lists, further parts, old addresses of what is held.
    others = whole.named - whole.held - sum(missing.values())
    counts = f"named {whole.named} · held {whole.held} · without a text of their own {others}"
    return f"{found.publisher}: {counts} · missing {sum(missing.values())}{classes}"


def remarks(
    catalogue: Catalogue, publisher: Publisher, seen: Mapping[str, int] | None, listed_before: int = 0
) -> Iterator[str]:
    """Yield what wants a look, in words, with the command that mends it where there is one.

    *seen* is what the last run counted (see `Census`), *listed_before* how many pages the lists named in the run before
    it.
    """
    name, own = publisher.id, {host.removeprefix("www.") for host in publisher.hosts}
    # What was added to the settings since is visited by the next run.
    others = [found for found in kin_hosts(catalogue.connection, name) if found[0].removeprefix("www.") not in own]
    for host, number, moved in others[:_HOSTS]:
        what = f"{publisher.url} leads to {host}" if moved else f"{counted(number, 'page')} on {host}, not visited"
        yield f"{name}: {what}: `creditline add {host} --to {name}`"
    if documents := documents_left_out(catalogue.connection, name):
        listed = '`creditline coverage --list "kind not kept"`'
        yield f"{name}: {counted(documents, 'document')} linked and not kept: {listed}"
    if seen is None:
        return
    if seen["sessions"]:
        yield f"{name}: {counted(seen['sessions'], 'link')} with session ids: asked for without them"
    # Half of them at once: a list that broke looks like a publisher who took texts down.
    if listed_before >= SHRUNK and seen["listed"] * 2 <= listed_before:
        yield f"{name}: its lists name {counted(seen['listed'], 'page')}, {listed_before} the time before"
    if seen["shells"] >= _SHELLS and seen["shells"] * 2 >= seen["visited"]:
        yield f"{name}: {seen['shells']} of {counted(seen['visited'], 'page')} are only script: import a browser's WACZ"


def covered(catalogue: Catalogue, publishers: Sequence[Publisher]) -> list[Coverage]:
    """Return the coverage of each of *publishers*."""
    return [coverage(catalogue.connection, one.id, one.languages) for one in publishers]
