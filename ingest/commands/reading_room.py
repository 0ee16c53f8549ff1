"""The reading room as the settings and a command line want it, opened by `serve` and beside the work of `start`."""

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
    from db.reading_room.premises import Premises
    from db.reading_room.review.lodge import Lodge
    from db.reading_room.server import Listen
    from ingest.collection.collection import Layout
    from ingest.settings.values import Settings

# Characters of a token: nothing counts how often somebody guesses.
_SHORTEST = 16
# Processes that answer unless more are asked for: each takes 70 MB.
_MOST = 8


@dataclass(frozen=True, slots=True)
class Where:
    """Where a command line wants the room to be; what it leaves open is as the settings have it."""

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


def planned(layout: Layout, settings: Settings, where: Where) -> tuple[Premises, Listen]:
    """Return the premises and where they are.

    Raises:
        Refused: an address is none, or anybody could ask (usage).
    """
    from db.model.terms import Grade
    from db.reading_room.host_name import LOOPBACK
    from db.reading_room.premises import Premises
    from db.reading_room.server import Listen

    stated = settings.serve
    for url in (where.public_url, where.archived_url):
        if url is not None and not url.startswith(("http://", "https://")):
            raise Refused(f"{url!r} is not a web address", "begin it with https://", Exit.USAGE)
    # Beside the settings, wherever the command is called from.
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

    premises = Premises(
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
        premises = replace(premises, lodge=_lodge(layout, listed, host, premises.public_url))
    port = stated.port if where.port is None else where.port
    processes = where.processes or stated.processes or _processors()
    return premises, Listen(host, port, where.archived_port, proxy, processes)


def _processors() -> int:
    # Those that this program may use; beyond so many a room on one disk answers no faster.
    return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, _MOST)


def _texts(said: str | None, public_url: str | None) -> Texts:
    from db.reading_room.allowance import Texts

    if said is None:
        # On the web whoever shows a text publishes it.
        return Texts.PERMITTED if public_url else Texts.ALL
    if said not in set(Texts):
        named = ", ".join(f"{one.value!r}" for one in Texts)
        raise Refused(f"serve.texts is {said!r}", f"it can be {named}", Exit.SETTINGS)
    return Texts(said)


def _lodge(layout: Layout, listed: Path, host: str, public_url: str | None) -> Lodge:
    from db.reading_room.host_name import LOOPBACK
    from db.reading_room.review.lodge import Lodge, Porter
    from db.reading_room.review.reviewers import Reviewers
    from ingest.commands.review_door import ReviewDoor

    secure = (public_url or "").startswith("https://")
    # A proxy on this machine may have the net before it: where the room is on the web says so.
    names = (host, urlsplit(public_url or "").hostname or host)
    abroad = next((one for one in names if one not in (*LOOPBACK, "::1")), None)
    if abroad is not None and not secure:
        raise Refused(
            f"on {abroad} passwords of reviewers would cross the net unencrypted",
            "put a proxy with TLS before it and name it: --public-url https://...",
            Exit.USAGE,
        )
    return Lodge(Porter(Reviewers(listed), ReviewDoor(layout)), secure)


def _token(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        first = (file.read_text("utf-8", "replace").splitlines() or [""])[0].strip()
    except OSError as error:
        raise Refused(
            f"the token in {file} cannot be read: {error.strerror}", "name another file", Exit.USAGE
        ) from error
    if len(first) < _SHORTEST:
        raise Refused(f"the token in {file} is too short", "16 characters or more: openssl rand -hex 16", Exit.USAGE)
    return first


@contextmanager
def beside(
    layout: Layout, settings: Settings, notify: Callable[[dict[str, object]], None], stopped: Callable[[], bool]
) -> Iterator[None]:
    """Have the room open while the block works, where the settings say so; until *stopped*.

    A room that cannot open is told, and does not keep the work from going on.
    """
    if not settings.serve.with_start:
        yield
        return
    from db.reading_room.server import serve
    from ingest.reading.pictures import PictureReader

    over = threading.Event()

    def open_room() -> None:
        try:
            # Here too, for a file of reviewers or a token that is broken must not keep pages from being visited.
            premises, listen = planned(layout, settings, Where())
            with PictureReader() as look:
                serve(
                    replace(premises, look=look),
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
