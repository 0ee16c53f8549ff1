"""Window: our own pages around captures: the banner, the list of captures, and pages for missing or withheld content.

Apart from the routes, which handle requests: this file makes pages from captures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib import resources
from itertools import groupby

from markupsafe import Markup
from starlette.responses import Response

from archive.warc.capture import Capture
from db.instant import to_text
from db.model.item import Edition, Tombstone
from db.reading_room import answer, messages, template
from db.reading_room.archived import marks, memento, policy
from db.reading_room.archived.link import PREFIX, ArchivedAddress, Use, archived, digits_of
from db.reading_room.archived.page import PDF, Requisite, Shown
from db.reading_room.article_text import PAGES, article_text
from db.reading_room.visit import Visit

# The most captures listed on one page, the newest ones.
_LISTED = 1000
# The most missing files that are listed.
_NAMED = 200


@cache
def style() -> str:
    """Return the style sheet of these pages."""
    return resources.files("db.reading_room").joinpath("templates", "archived", "frame.css").read_text("utf-8")


def _style() -> Markup:
    return Markup(style())  # noqa: S704 - a file of ours


def _page(visit: Visit, name: str, status: int = 200, **values: object) -> Response:
    made = template.render(visit, f"archived/{name}.html", {"reason": None, "since": None, **values, "style": _style()})
    response = answer.body_or_not_modified(visit, made.encode("utf-8", "replace"), answer.HTML, status=status)
    response.headers.update(policy.around(style()))
    return response


@dataclass(frozen=True, slots=True)
class View:
    """The data for the banner of a capture.

    Attributes:
        held: all captures of its address, in record order.
        item: the item at its address, or None.
        edition: for a document, the edition whose text is shown next to it.
        ranges: what is marked in it; *words* are the words there, None if there are none.
    """

    asked: ArchivedAddress
    capture: Capture
    shown: Shown
    held: Sequence[Capture]
    item: str | None
    ranges: marks.Ranges = ()
    words: str | None = None
    edition: Edition | None = None


def framed(visit: Visit, view: View) -> Response:
    """Return the page that frames a capture."""
    capture, language = view.capture, visit.language
    # Earlier and later captures are those of its own address, whichever time was requested.
    place = next((at for at, one in enumerate(view.held) if one.id == capture.id), 0)
    missing = [one.url for one in view.shown.requisites if one.at is None]
    other = [one for one in view.shown.requisites if one.apart is not None]
    onward = view.shown.dead.refresh
    digits = digits_of(capture.began)
    return _page(
        visit,
        "shown",
        address=capture.url,
        began=capture.began,
        began_text=to_text(capture.began),
        digest=capture.payload_digest or capture.block_digest,
        # 304 means that nothing changed, and readers see the page that it confirms.
        answered=capture.status if capture.status not in (200, 304) else 200,
        truncated=capture.truncated is not None,
        apart=_told_apart(language, view.asked, capture),
        item_url=_room(visit, f"/items/{view.item}") if view.item else None,
        capture_url=_room(visit, f"/captures/{capture.id}"),
        raw_url=_path(visit, capture.url, digits, Use.RAW),
        content_url=_content(visit, view),
        text=_beside(visit, view),
        window=PAGES,
        marked=bool(view.ranges),
        words=view.words,
        ranges=view.ranges,
        earlier_url=_of(visit, view.held[place - 1]) if place > 0 else None,
        later_url=_of(visit, view.held[place + 1]) if place + 1 < len(view.held) else None,
        list_url=_list(visit, capture.url),
        count=len(view.held),
        onward=onward,
        onward_url=_path(visit, onward, digits, Use.PAGE) if onward else None,
        summary=_summary(language, view.shown.requisites, len(missing), len(other)),
        dead=_dead(language, view.shown),
        missing=missing[:_NAMED],
        other_days=[(one.url, _told(language, one.apart)) for one in other[:_NAMED] if one.apart is not None],
        saved=view.shown.saved,
        # Browsers do not show PDFs in a sandbox.
        boxed=view.shown.kind != PDF,
        media_type=capture.media_type,
    )


def _beside(visit: Visit, view: View) -> Markup | None:
    if view.edition is None:
        return None
    document = _content(visit, view)
    return article_text(view.edition.text, view.edition.marks, document.partition("#")[0])


def _content(visit: Visit, view: View) -> str:
    path = archived(view.capture.url, digits_of(view.capture.began), Use.FRAMED)
    if not view.ranges:
        return _before(visit) + path
    return f"{_before(visit)}{marks.path_of(view.ranges)}{path.partition('#')[0]}#{marks.PLACE}"


def _summary(language: str, requisites: Sequence[Requisite], missing: int, other: int) -> str:
    if not requisites:
        return messages.phrase(language, "Digest and notes")
    if not missing and not other:
        return messages.phrase(language, "All pictures, styles and fonts that the page names were kept")
    said = messages.phrase(
        language, "{missing} of {all} pictures, styles and fonts were not kept", missing=missing, all=len(requisites)
    )
    return f"{said}; " + messages.phrase(language, "{other} are from another day", other=other) if other else said


def _dead(language: str, shown: Shown) -> str:
    counts = (
        (shown.dead.scripts, "script", "scripts"),
        (shown.dead.forms, "form", "forms"),
        (shown.dead.plugins, "plug-in", "plug-ins"),
    )
    had = [messages.counted(language, count, one, many) for count, one, many in counts if count]
    return f"({', '.join(had)})" if had else ""


def _told_apart(language: str, asked: ArchivedAddress, capture: Capture) -> str:
    at = asked.instant
    # "2023" requests a year, and any capture from that year is an exact answer.
    if at is None or digits_of(capture.began).startswith(asked.digits):
        return ""
    return _told(language, capture.began - at)


def _told(language: str, apart: timedelta) -> str:
    seconds = abs(apart.total_seconds())
    unit, size = next(
        (one for one in (("day", 86400), ("hour", 3600), ("minute", 60)) if seconds >= one[1]), ("second", 1)
    )
    side = "later" if apart > timedelta(0) else "earlier"
    return messages.counted(language, int(seconds // size), f"{unit} {side}", f"{unit}s {side}")


def _room(visit: Visit, path: str) -> str | None:
    base = visit.settings.room_url or visit.settings.public_url
    return f"{base.rstrip('/')}{path}" if base else None


def _before(visit: Visit) -> str:
    return visit.url("/").rstrip("/")


def _path(visit: Visit, url: str, digits: str, use: Use) -> str:
    return _before(visit) + archived(url, digits, use)


def _of(visit: Visit, capture: Capture) -> str:
    return _path(visit, capture.url, digits_of(capture.began), Use.PAGE)


def _list(visit: Visit, url: str) -> str:
    return f"{_before(visit)}{PREFIX}*/{url}"


@dataclass(frozen=True, slots=True)
class Row:
    """A capture in the list: its address, its time, and how it differs from the one before it."""

    href: str
    when: str
    said: str


def listed(visit: Visit, url: str, held: Sequence[Capture], item: str | None) -> Response:
    """Return the list of *held*, the captures of *url* in record order, arranged by year and month."""
    # The first and last dates cover all captures; the timemap lists every one.
    newest = held[-_LISTED:]
    said = dict(_said(visit.language, held))
    years = [
        (year, [(month, [_row(visit, one, said[one.id]) for one in of]) for month, of in _months(visit, of_year)])
        for year, of_year in _grouped(newest, "%Y")
    ]
    return _page(
        visit,
        "list",
        address=url,
        count=len(held),
        first=held[0].began,
        last=held[-1].began,
        years=years,
        more=len(held) > len(newest),
        item_url=_room(visit, f"/items/{item}") if item else None,
        timemap_url=f"{PREFIX}timemap/link/{url}",
        json_url=f"{PREFIX}timemap/json/{url}",
        cdx_url=f"{PREFIX}cdx?url={memento.escaped(url).replace('&', '%26').replace('#', '%23')}",
    )


def _grouped(held: Sequence[Capture], by: str) -> Iterator[tuple[str, list[Capture]]]:
    # Newest first, because people usually look for the latest state of a page.
    for key, of in groupby(reversed(held), lambda one: one.began.strftime(by)):
        yield key, list(of)


def _months(visit: Visit, held: list[Capture]) -> Iterator[tuple[str, list[Capture]]]:
    for _, of in _grouped(held[::-1], "%m"):
        day = messages.day(visit.language, of[0].began)
        yield day.partition(" ")[2] or day, of


def _row(visit: Visit, capture: Capture, said: str) -> Row:
    return Row(_of(visit, capture), f"{capture.began:%d, %H:%M:%S}", said)


def _said(language: str, held: Sequence[Capture]) -> Iterator[tuple[str, str]]:
    before = None
    for one in held:
        if one.status >= 400:
            yield one.id, f"{messages.phrase(language, 'answered')} {one.status}"
        elif one.location is not None:
            yield one.id, messages.phrase(language, "leads elsewhere")
        # Compared by payload, because heads always differ, at least in their date.
        elif before is not None and before == one.payload_digest:
            yield one.id, messages.phrase(language, "unchanged")
        else:
            yield one.id, "" if before is None else messages.phrase(language, "changed")
        # A redirect or an error between two captures with equal bytes does not count as a change.
        before = one.payload_digest or before


def nothing_held(visit: Visit, url: str = "") -> Response:
    """Return the page shown if nothing is held for *url*; without *url*, the page that asks for an address."""
    return _page(
        visit,
        "nothing",
        404 if url else 200,
        title="Not archived here" if url else "Archived pages",
        address=url,
        live=True,
        detail="Nothing is held from this address." if url else "",
        home=f"{_before(visit)}{PREFIX}",
    )


def unread(visit: Visit, url: str) -> Response:
    """Return the page shown if a capture is held but cannot be read."""
    detail = "A capture of this address is listed, and its record cannot be read: `creditline verify` says why."
    home = f"{_before(visit)}{PREFIX}"
    return _page(visit, "nothing", 502, title="Cannot be shown", address=url, live=True, detail=detail, home=home)


def not_permitted(visit: Visit, url: str) -> Response:
    """Return the page shown if the terms do not let this room show a page, with a link to its site."""
    detail = "The terms do not let this room show the page. What is held of it can be cited and verified."
    home = f"{_before(visit)}{PREFIX}"
    return _page(visit, "nothing", 403, title="Not shown here", address=url, live=True, detail=detail, home=home)


def withheld(visit: Visit, url: str, tombstone: Tombstone | None) -> Response:
    """Return the page shown in place of withheld content (RFC 7725)."""
    return _page(
        visit,
        "nothing",
        451,
        title="Withheld",
        address=url,
        live=False,
        detail="This page, or the capture that it repeats, is not handed out any more." if tombstone is None else "",
        reason=tombstone.reason if tombstone else None,
        since=tombstone.since if tombstone else None,
        home=f"{_before(visit)}{PREFIX}",
    )
