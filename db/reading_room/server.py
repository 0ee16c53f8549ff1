"""The server: both ports on one machine, until it is told to stop."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

import uvicorn
from starlette.types import ASGIApp

from db.errors import PortTaken
from db.reading_room.host_name import LOOPBACK
from db.reading_room.premises import Premises
from db.reading_room.room import app
from db.reading_room.second_port import archived

# Open at once on a port; who comes later is told to come again.
_CONNECTIONS = 200
_LAST = 65_535


@dataclass(frozen=True, slots=True)
class Listen:
    """Where the two ports are; 0 is any free one.

    Attributes:
        archived_port: None is the one behind *port*.
        proxy: the address of a reverse proxy whose word on scheme and client is taken; None where there is none.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    archived_port: int | None = None
    proxy: str | None = None


def serve(premises: Premises, listen: Listen, ready: Callable[[Premises, str], None], stop: Callable[[], bool]) -> None:
    """Serve both ports until *stop* says so; *ready* is told the premises and the address once both are open.

    Raises:
        PortTaken: one of the ports is another's.
    """
    # Both are taken before either is opened: nobody is shown a room whose archived pages cannot be reached.
    room = _Port(listen, listen.port)
    try:
        second = listen.archived_port
        other = _Port(listen, (room.port + 1 if listen.port else 0) if second is None else second)
    except PortTaken:
        room.close()
        raise
    # One name for both: a page and its archived copy are two origins to the browser by their ports alone.
    shown = f"[{listen.host}]" if ":" in listen.host else listen.host
    named = premises if premises.archived_url else replace(premises, archived_url=f"http://{shown}:{other.port}")
    named = replace(named, room_url=premises.public_url or f"http://{shown}:{room.port}")
    # The room answers under names that it knows and no others: this one was given by whoever started it.
    if shown not in LOOPBACK:
        named = replace(named, hosts=(*named.hosts, shown))
    try:
        room.open(app(named))
        other.open(archived(named))
        ready(named, f"http://{shown}:{room.port}/")
        waiting = threading.Event()
        while not stop() and room.is_open and other.is_open:
            waiting.wait(0.2)
    finally:
        for port in (room, other):
            port.close()


class _Port:
    """A port that is listened on in a thread of its own, so that signals come to whoever serves."""

    def __init__(self, listen: Listen, port: int) -> None:
        self._config = _config(listen, port)
        # Behind the last one there is, where nobody said which the second is to be.
        if port > _LAST:
            raise PortTaken(listen.host, port)
        try:
            # Here and not by uvicorn, which would end the program where it cannot.
            family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
            self._socket = socket.create_server((listen.host, port), family=family, backlog=_CONNECTIONS)
        except OSError as error:
            raise PortTaken(listen.host, port) from error
        self.port = int(self._socket.getsockname()[1])
        self._server = uvicorn.Server(self._config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)

    def open(self, app: ASGIApp) -> None:
        """Answer by *app*."""
        self._config.app = app
        self._thread.start()

    @property
    def is_open(self) -> bool:
        return self._thread.is_alive()

    def close(self) -> None:
        """Answer what was asked, and no more."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(10)
        self._socket.close()


def _config(listen: Listen, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        "db.reading_room.room:app",
        host=listen.host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        limit_concurrency=_CONNECTIONS,
        h11_max_incomplete_event_size=32_768,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=5,
        proxy_headers=listen.proxy is not None,
        forwarded_allow_ips=listen.proxy or "",
    )
