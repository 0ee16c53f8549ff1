"""Captures: one archived answer of a site: headers, digests, and where its bytes are."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from archive.errors import CreditlineError
from archive.replay import head_of
from archive.warc.capture import Capture
from db import captures, fixity_log
from db.identity import url_key
from db.reading_room import answer
from db.reading_room.pages.item import archived_at
from db.reading_room.problem import Problem
from db.reading_room.visit import Visit, page

_OTHERS = 50


def _held(visit: Visit) -> Capture:
    found = visit.catalogue.capture(visit.part("id"))
    if found is None:
        raise Problem(404, "Not held", "No capture has this id.")
    # A withheld item is withheld everywhere, so its captures are too: look it up by address.
    stone = visit.catalogue.tombstone(found.url)
    if stone is not None:
        raise Problem(410, "Withheld", f"The item at this address is withheld: {stone.reason}", item=stone.id)
    return found


def capture(visit: Visit) -> Response:
    """Return the page of a capture."""
    found = _held(visit)
    time = f"{found.began:%Y%m%d%H%M%S}"
    others = captures.of_key(visit.connection, url_key(found.url))
    path = f"/captures/{found.id}"
    raw = archived_at(visit, found.url, f"{time}id_")
    return answer.html(
        visit,
        "capture.html",
        capture=found,
        state=captures.state(visit.connection, found.id),
        item=visit.catalogue.item(found.url),
        head=_head(visit, found),
        finished=fixity_log.finished_as(visit.connection, found.ref.file),
        verified=fixity_log.last_round(visit.connection),
        archived=archived_at(visit, found.url, time),
        raw=raw,
        record=visit.settings.archived_url and f"{visit.settings.archived_url}/record/{found.id}",
        others=others[-_OTHERS:][::-1],
        left=max(len(others) - _OTHERS, 0),
        alternates=[("application/json", visit.url(f"{path}.json"), "JSON")],
    )


def _head(visit: Visit, found: Capture) -> str | None:
    """Return the head of the answer as received; None if its file cannot be read now."""
    try:
        # Decode as Latin-1, which maps each byte to one character: a head is shown as it came (RFC 9110, 5.5).
        return head_of(visit.settings.warcs, found).decode("latin-1").rstrip()
    except (CreditlineError, OSError):
        return None


def capture_json(visit: Visit) -> Response:
    """Return a capture as JSON."""
    return answer.json(visit, as_json(_held(visit)))


def as_json(found: Capture) -> dict[str, object]:
    """Return *found* as JSON values."""
    built = msgspec.to_builtins(found)
    assert isinstance(built, dict)
    return built


ROUTES = (page("/captures/{id}.json", capture_json), page("/captures/{id}", capture))
