"""The second port: a separate origin that serves archived pages, so that nothing in them can reach the room.

Its routes give captured pages, banners, lists and raw bytes, to people and to programs. Apart from `server.py`, which
opens both ports: this application can be asked without a socket.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from secrets import token_hex
from urllib.parse import quote

from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from archive.http.exchange import payload
from archive.warc.capture import Capture
from archive.warc.member import begins_record
from db.model.item import Edition
from db.reading_room import answer
from db.reading_room.allowance import Texts, is_permitted
from db.reading_room.archived import cdx_server, link, marks, memento, page, policy, window
from db.reading_room.archived.holdings import HeldCapture, Holdings
from db.reading_room.archived.link import PREFIX, ArchivedAddress, Use, digits_of, read, target
from db.reading_room.guard import Guard
from db.reading_room.pages import watch
from db.reading_room.problem import Problem
from db.reading_room.room import application
from db.reading_room.room_settings import RoomSettings
from db.reading_room.visit import Visit
from db.reading_room.visit import page as route

HEADERS: Mapping[str, str] = {
    # Nothing runs: no script, form, frame or plugin; archived pages set their own policy.
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    # X-Frame-Options would say no more, and cannot allow frames within archived pages.
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # Web searches should find the publisher's page, not this copy.
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
}
# The most style sheets that are scanned for files they need, to report which are missing.
_SHEETS = 30
_NO_BODY = frozenset({204, 205, 304})
# Values of Sec-Fetch-Dest for an answer that fills a whole window.
_DOCUMENTS = frozenset({"document"})


def _sent(visit: Visit) -> str:
    """Return path and query as sent, still escaped, because addresses are held with their escapes."""
    scope = visit.request.scope
    raw: bytes | None = scope.get("raw_path")
    path = raw.decode("latin-1") if raw else quote(scope["path"])
    path = path.partition("?")[0]
    query: bytes = scope["query_string"]
    return path + (f"?{query.decode('latin-1')}" if query else "")


def _holdings(visit: Visit) -> Holdings:
    return Holdings(visit.connection, visit.settings.warcs)


def _root(visit: Visit) -> str:
    return (visit.settings.archived_url or f"{visit.request.url.scheme}://{visit.request.url.netloc}").rstrip("/")


def home(visit: Visit) -> Response:
    """Return the page that asks for an address, or redirect to the captures of the given one."""
    said = visit.request.query_params.get("url", "")[:2000].strip()
    if not said:
        return window.nothing_held(visit)
    url = target(said)
    if url is None:
        raise Problem(400, "No address", "Give the address of a page: https://institute.example/a-page")
    return _led(visit.url("/").rstrip("/") + f"{PREFIX}*/{url}")


def _led(to: str, status: int = 302) -> Response:
    # The target contains the requested address, which may contain characters that headers may not.
    return Response(status_code=status, headers={"Location": memento.escaped(to), "Cache-Control": "no-cache"})


def listed(visit: Visit) -> Response:
    """Return the captures of an address, for people."""
    url = _named(visit, f"{PREFIX}*/")
    holdings = _holdings(visit)
    held = holdings.captures(url)
    if not held:
        return _absent(visit, holdings, url)
    return window.listed(visit, url, held, holdings.item_at(url))


def timemap(visit: Visit) -> Response:
    """Return the captures of an address, for programs (RFC 7089 section 5)."""
    form = visit.part("form")
    if form not in ("link", "json", "cdxj"):
        raise Problem(404, detail="A timemap comes as link, json or cdxj.")
    url = _named(visit, f"{PREFIX}timemap/{form}/")
    holdings = _holdings(visit)
    held = holdings.captures(url)
    root = _root(visit)
    if not held:
        withheld = holdings.tombstone(url) is not None
        return answer.body_or_not_modified(visit, b"", memento.LINK_FORMAT, status=451 if withheld else 404)
    if form == "json":
        body, kind = memento.as_json(root, url, held), "application/json"
    elif form == "cdxj":
        body, kind = b"".join(cdx_server.as_cdxj(held)), cdx_server.CDXJ
    else:
        body, kind = memento.as_link_format(root, url, held).encode(), memento.LINK_FORMAT
    response = answer.body_or_not_modified(visit, body, kind)
    response.headers["Link"] = memento.links(root, url, None)
    # Lists of captures may be read by programs in other sites' pages; captured content may not.
    return answer.allow_other_sites(visit, response)


def cdx(visit: Visit) -> Response:
    """Answer like a CDX server: captures as lines."""
    wayback = visit.request.url.path.startswith("/cdx/")
    asked = cdx_server.read(visit.request.query_params, wayback=wayback)
    body, kind = cdx_server.answer(_holdings(visit), asked)
    return answer.allow_other_sites(visit, answer.body_or_not_modified(visit, body, kind))


def _named(visit: Visit, before: str) -> str:
    url = target(_sent(visit).removeprefix(before))
    if url is None:
        raise Problem(404, "No address", "No address is written behind that.")
    return url


def capture(visit: Visit) -> Response:
    """Answer with a capture: in the window with its banner, in the frame, or as raw bytes."""
    ranges, sent = marks.read(_sent(visit))
    asked = read(sent)
    if asked is None:
        raise Problem(
            404, "No address", f"A capture is asked for as {PREFIX}20230424100000/https://institute.example/a"
        )
    at = asked.instant
    if at is None:
        try:
            at = memento.accepted(visit.request.headers.get("accept-datetime"))
        except ValueError as error:
            raise Problem(400, "No date", "Accept-Datetime is a date like Mon, 24 Apr 2023 10:00:00 GMT.") from error
    holdings = _holdings(visit)
    found = holdings.nearest(asked.url, at)
    response = _absent(visit, holdings, asked.url) if found is None else _answer(visit, holdings, asked, found, ranges)
    if not asked.digits:
        response.headers["Vary"] = "Accept-Datetime, Sec-Fetch-Dest"
    return response


def _absent(visit: Visit, holdings: Holdings, url: str) -> Response:
    tombstone = holdings.tombstone(url)
    return window.nothing_held(visit, url) if tombstone is None else window.withheld(visit, url, tombstone)


def _answer(visit: Visit, holdings: Holdings, asked: ArchivedAddress, found: Capture, ranges: marks.Ranges) -> Response:
    root, digits = _root(visit), digits_of(found.began)
    before = visit.url("/").rstrip("/")
    if asked.use is Use.FRAMED and visit.request.headers.get("sec-fetch-dest") in _DOCUMENTS:
        # The frame was opened by itself, so add the banner that explains it.
        return _led(before + marks.path_of(ranges) + link.archived(found.url, digits))
    held = holdings.read(found)
    if held is None:
        return window.unread(visit, asked.url)
    entity = held.entity()
    if holdings.hidden_in(held, entity.body):
        return window.withheld(visit, asked.url, holdings.tombstone(asked.url))
    # Raw means what was captured, even a redirect.
    if found.location is not None and asked.use is not Use.RAW:
        return _onward(visit, found, asked)
    if not _may_be_shown(visit, holdings, found, page.kind_of(entity)):
        return window.not_permitted(visit, asked.url)
    if asked.use is Use.RAW:
        response = _raw(visit, held)
    else:
        placer = page.Placer(found.began, digits, _when(holdings, found.began), before)
        # Random, because a page could contain a sign that it can foresee.
        shown = page.shown(entity, placer, marks.Marks(ranges, token_hex(8)) if ranges else None)
        if asked.use is Use.PAGE:
            shown = replace(shown, requisites=_with_sheets(holdings, placer))
            all_held = holdings.captures(asked.url)
            words = marks.words_of(entity.body, ranges, page.charset_in(entity)) if ranges else None
            item = holdings.item_at(found.url)
            edition = _edition_at(visit, item, found) if shown.kind == page.PDF else None
            view = window.View(asked, found, shown, all_held, item, ranges, words, edition)
            response = window.framed(visit, view)
        else:
            response = _content(visit, held, shown)
    if asked.use is not Use.PAGE:
        response.headers["Content-Location"] = memento.escaped(root + link.archived(found.url, digits, asked.use))
    # As in pywb: a timegate's answer in a window is not itself the captured state.
    if asked.digits or asked.use is not Use.PAGE:
        response.headers["Memento-Datetime"] = memento.http_date(found.began)
    response.headers["Link"] = memento.links(root, asked.url, found)
    return response


def _edition_at(visit: Visit, item: str | None, found: Capture) -> Edition | None:
    """Return the edition of *item* that was read from *found*; None if there is none."""
    then = None if item is None else visit.catalogue.item(item, at=found.began)
    return then.edition if then is not None and then.edition.text else None


def _may_be_shown(visit: Visit, holdings: Holdings, found: Capture, kind: str) -> bool:
    """Say whether this room shows *found*: files needed for display always, works according to their terms.

    Nothing says which terms apply to a picture, and a list of texts is not an item.
    """
    texts = visit.settings.texts
    if texts is Texts.ALL or kind == page.STYLE or page.is_font(kind):
        return True
    named = None if kind.startswith(page.PICTURES) else holdings.item_at(found.url)
    item = None if named is None else visit.catalogue.item(named)
    return item is not None and is_permitted(item, texts, visit.settings.least)


def record(visit: Visit) -> Response:
    """Return the WARC record of a capture as stored, so that others can verify it with their own tools."""
    found = visit.catalogue.capture(visit.part("id"))
    if found is None:
        raise Problem(404, "Not held", "No capture has this id.")
    holdings = _holdings(visit)
    held = None if found.id in holdings.withheld() else holdings.read(found)
    if held is None:
        stone = holdings.tombstone(found.url)
        return window.unread(visit, found.url) if stone is None else window.withheld(visit, found.url, stone)
    entity = held.entity()
    if holdings.hidden_in(held, entity.body):
        return window.withheld(visit, found.url, holdings.tombstone(found.url))
    if not _may_be_shown(visit, holdings, found, page.kind_of(entity)):
        return window.not_permitted(visit, found.url)
    body = holdings.record(found)
    if body is None:
        return window.unread(visit, found.url)
    response = answer.body_or_not_modified(visit, body, "application/warc")
    response.headers.update(policy.RAW)
    ending = ".warc" if begins_record(body) else ".warc.gz"
    name = f"{found.publisher}-{digits_of(found.began)}{ending}"
    response.headers["Content-Disposition"] = answer.download_header(name)
    return response


def _when(holdings: Holdings, at: datetime) -> page.When:
    def when(url: str) -> datetime | None:
        found = holdings.nearest(url, at)
        return None if found is None or found.status >= 400 else found.began

    return when


def _with_sheets(holdings: Holdings, placer: page.Placer) -> tuple[page.Requisite, ...]:
    """Return the files that *placer* was asked for, including those that its style sheets need in turn."""
    looked: set[str] = set()
    # Style sheets may import others, so repeat until none is left.
    while sheets := [one for one in placer.needed.values() if one.use is Use.STYLE and one.url not in looked]:
        for sheet in sheets:
            looked.add(sheet.url)
            # Limited, because style sheets can import each other for ever.
            found = holdings.nearest(sheet.url, placer.began) if sheet.at and len(looked) <= _SHEETS else None
            held = None if found is None else holdings.read(found)
            if held is not None:
                page.shown(held.entity(), placer)
    return tuple(placer.needed.values())


def _onward(visit: Visit, found: Capture, asked: ArchivedAddress) -> Response:
    assert found.location is not None
    if target(found.location) is None:
        return window.nothing_held(visit, asked.url)
    before = visit.url("/").rstrip("/")
    response = _led(before + link.archived(found.location, digits_of(found.began), asked.use))
    response.headers["Link"] = memento.links(_root(visit), asked.url, found)
    return response


def _content(visit: Visit, held: HeldCapture, shown: page.Shown) -> Response:
    status = _status(held.exchange.head.status)
    response = answer.body_or_not_modified(visit, b"" if status in _NO_BODY else shown.body, shown.kind, status=status)
    shown_as = policy.SHOWN if visit.settings.texts is Texts.ALL else policy.WITHOUT_PICTURES
    response.headers.update(policy.DOCUMENT if shown.kind == page.PDF else shown_as)
    if shown.saved:
        response.headers["Content-Disposition"] = "attachment"
    # A sandboxed page has no origin, and browsers request fonts with CORS.
    if page.is_font(shown.kind) and visit.request.headers.get("origin") == "null":
        response.headers["Access-Control-Allow-Origin"] = "null"
        response.headers["Vary"] = "Origin"
    for name, value in page.original_fields(held.exchange.head):
        response.headers.append(name, value)
    return response


def _status(captured: int) -> int:
    # The browser would obey an old redirect, 304 or 1xx.
    return captured if 200 <= captured < 300 or 400 <= captured < 600 else 200


def _raw(visit: Visit, held: HeldCapture) -> Response:
    """Return the payload as captured, with its content coding."""
    head = held.exchange.head
    body = bytes(payload(held.exchange.response, head))
    kind = page.printable(head.get("Content-Type") or "") or "application/octet-stream"
    response = answer.body_or_not_modified(visit, body, kind, status=_status(head.status))
    response.headers.update(policy.RAW)
    coding = page.printable(head.get("Content-Encoding") or "")
    if coding:
        response.headers["Content-Encoding"] = coding
    # Anything that a browser could run or show as a page is saved instead, because no page of ours surrounds it.
    if not kind.lower().startswith(("image/png", "image/jpeg", "image/gif", "image/webp", "text/plain")):
        response.headers["Content-Disposition"] = "attachment"
    for name, value in page.original_fields(head):
        response.headers.append(name, value)
    return response


ROUTES: Sequence[BaseRoute] = (
    *watch.ROUTES,
    route("/", home),
    route(PREFIX, home),
    route("/web/cdx", cdx),
    route("/cdx/search/cdx", cdx),
    route("/web/timemap/{form}/{rest:path}", timemap),
    route("/web/*/{rest:path}", listed),
    route("/web/{rest:path}", capture),
    route("/marked/{rest:path}", capture),
    route("/record/{id}", record),
)
"""The routes of the second port."""


def archived(settings: RoomSettings) -> ASGIApp:
    """Return the application of the second port for the collection that *settings* names."""
    return Guard(application(settings, ROUTES), settings, routes=ROUTES, headers=HEADERS)
