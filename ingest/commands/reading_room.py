"""The reading room as the settings and flags describe it; opened by `serve`, and by `start` during its work."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from archive.errors import CreditlineError, Exit, Refused

if TYPE_CHECKING:
    from db.reading_room.allowance import Texts
    from db.reading_room.review.reviewer_access import ReviewerAccess
    from db.reading_room.room_settings import RoomSettings
    from db.reading_room.server import Listen
    from ingest.collection.collection import Layout
    from ingest.settings.values import Settings

# The fewest characters of a token; it must be long, because wrong guesses are not counted.
_SHORTEST = 16
# The most processes that answer unless more are requested: each takes 70 MB.
_MOST = 8


@dataclass(frozen=True, slots=True)
class Where:
    """The flags about the room; None leaves the choice to the settings."""

    host: str | None = None
    port: int | None = None
    archived_port: int | None = None
    public_url: str | None = None
    archived_url: str | None = None
    names: tuple[str, ...] = ()
    token: Path | None = None
    proxy: str | None = None
    reviewers: Path | None = None
    texts: str | None = None
    processes: int | None = None
    name: str | None = None
    show: bool = False


def planned(layout: Layout, settings: Settings, where: Where) -> tuple[RoomSettings, Listen]:
    """Return the settings of the room, and where it listens.

    Raises:
        Refused: an address is not valid, or anybody on the network could use the room (usage).
    """
    from db.model.terms import Grade
    from db.reading_room.host_name import LOOPBACK
    from db.reading_room.room_settings import RoomSettings
    from db.reading_room.server import Listen

    stated = settings.serve
    for url in (where.public_url, where.archived_url):
        if url is not None and not url.startswith(("http://", "https://")):
            raise Refused(f"{url!r} is not a web address", "begin it with https://", Exit.USAGE)
        # Its links begin at the root: below a path of another site they would lead into that site.
        if url is not None and urlsplit(url).path not in ("", "/"):
            raise Refused(
                f"{url!r} has a path, and the room cannot be below one",
                "give it a name of its own, as https://archive.example",
                Exit.USAGE,
            )
    # Relative to the settings file, wherever the command is called from.
    named = where.token or (layout.directory / stated.token_file if stated.token_file else None)
    token, proxy, host = _token(named), where.proxy or stated.proxy, where.host or stated.host
    if host not in (*LOOPBACK, "::1") and token is None and proxy is None:
        raise Refused(
            f"on {host} anybody could ask",
            "say who may: --token FILE, or --proxy ADDRESS where a reverse proxy lets people in",
            Exit.USAGE,
        )
    public_url = where.public_url or settings.archive.public_url
    from ingest.quoting.proof import prove

    room_settings = RoomSettings(
        prove=prove,
        catalogue=layout.catalogue,
        warcs=layout.warcs,
        name=where.name or settings.archive.name,
        public_url=public_url and public_url.rstrip("/"),
        archived_url=where.archived_url and where.archived_url.rstrip("/"),
        hosts=where.names,
        token=token,
        contact=settings.contact,
        texts=_texts(where.texts or stated.texts, public_url),
        least=Grade.CONFIRMED if settings.reuse.confirmed_only else Grade.MACHINE_READABLE,
    )
    listed = where.reviewers or (layout.directory / stated.reviewers_file if stated.reviewers_file else None)
    if listed is not None:
        room_settings = replace(room_settings, access=_access(layout, listed, host, room_settings.public_url))
    port = stated.port if where.port is None else where.port
    processes = where.processes or stated.processes or _processors()
    return room_settings, Listen(host, port, where.archived_port, proxy, processes)


def _processors() -> int:
    # The processors this program may use; with more than the limit, a room on one disk is no faster.
    return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, _MOST)


def _texts(said: str | None, public_url: str | None) -> Texts:
    from db.reading_room.allowance import Texts

    if said is None:
        # Showing a text on the web means publishing it.
        return Texts.PERMITTED if public_url else Texts.ALL
    if said not in set(Texts):
        named = ", ".join(f"{one.value!r}" for one in Texts)
        raise Refused(f"serve.texts is {said!r}", f"it can be {named}", Exit.SETTINGS)
    return Texts(said)


def _access(layout: Layout, listed: Path, host: str, public_url: str | None) -> ReviewerAccess:
    from db.reading_room.host_name import LOOPBACK
    from db.reading_room.review.reviewer_access import ReviewerAccess, SignInService
    from db.reading_room.review.reviewers import Reviewers
    from ingest.commands.review_recorder import ReviewRecorder

    secure = (public_url or "").startswith("https://")
    # Even on this machine, a proxy may make the room public; the public address tells.
    names = (host, urlsplit(public_url or "").hostname or host)
    abroad = next((one for one in names if one not in (*LOOPBACK, "::1")), None)
    if abroad is not None and not secure:
        raise Refused(
            f"on {abroad} passwords of reviewers would cross the net unencrypted",
            "put a proxy with TLS before it and name it: --public-url https://...",
            Exit.USAGE,
        )
    return ReviewerAccess(SignInService(Reviewers(listed), ReviewRecorder(layout)), secure)


def _token(file: Path | None) -> str | None:
    """Return the token in *file*, None without a file. Raises `Refused` if it is unreadable or too short (usage)."""
    if file is None:
        return None
    try:
        # Editors on Windows begin a file with a byte order mark.
        first = (file.read_text("utf-8-sig", "replace").splitlines() or [""])[0].strip()
    except OSError as error:
        raise Refused(
            f"the token in {file} cannot be read: {error.strerror}", "name another file", Exit.USAGE
        ) from error
    if len(first) < _SHORTEST:
        raise Refused(f"the token in {file} is too short", "16 characters or more: openssl rand -hex 16", Exit.USAGE)
    return first


@contextmanager
def room_open(
    layout: Layout, settings: Settings, notify: Callable[[dict[str, object]], None], stopped: Callable[[], bool]
) -> Iterator[None]:
    """Keep the room open while the block is running, if the settings say so, until *stopped*.

    If the room cannot open, that is reported, and the work continues.
    """
    if not settings.serve.with_start:
        yield
        return
    from db.reading_room.server import serve
    from ingest.commands.pictures import PictureReader

    over = threading.Event()

    def open_room() -> None:
        try:
            # Inside the try: a broken token or reviewers file must not prevent visits.
            room_settings, listen = planned(layout, settings, Where())
            with PictureReader() as look:
                serve(
                    replace(room_settings, look=look),
                    listen,
                    lambda named, url: notify({"event": "serving", "url": url, "archived": named.archived_url}),
                    lambda: stopped() or over.is_set(),
                )
        except CreditlineError as error:
            notify({"event": "serving", "failed": str(error), "hint": error.hint})

    room = threading.Thread(target=open_room, name="reading room", daemon=True)
    room.start()
    try:
        yield
    finally:
        over.set()
        room.join(15)
