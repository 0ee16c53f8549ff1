"""The server: serves both ports on one machine, with one process or several, until it is told to stop.

Several processes share the two sockets: whichever is free takes the next connection. What all of them need to know,
such as who is signed in and how many passwords were wrong, is held by the process that started
them (`reviewer_access.SignInService`).
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from multiprocessing.managers import BaseManager
from typing import Any, Protocol

import uvicorn
from starlette.types import ASGIApp

from archive.interrupt import deaf_to_interrupts
from db.errors import PortTaken
from db.reading_room import template
from db.reading_room.host_name import LOOPBACK
from db.reading_room.review.reviewer_access import ASKED, ReviewerAccess, SignInService
from db.reading_room.room import app
from db.reading_room.room_settings import RoomSettings
from db.reading_room.second_port import archived

# The most open connections on a port; further clients are told to come again.
_CONNECTIONS = 200
_LAST = 65_535
# Seconds between two checks of the processes, for a process to end, and before a dead one is started again.
_LOOK, _END, _AGAIN = 0.1, 12.0, 1.0
# Seconds after which a computing thread lets others run. With Python's default of 0.005, a page of thirty SQLite
# queries would wait that long many times behind each search running at the same time.
_TURN = 0.001
_LOG = logging.getLogger(__name__)
# With `spawn`, unlike `fork`, children do not inherit open files and locks.
_SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Listen:
    """Where the two ports are; port 0 means any free one.

    Attributes:
        archived_port: None means the one after *port*.
        proxy: the address of a reverse proxy whose word on scheme and client is trusted; None if there is none.
        processes: the number of answering processes; with one, the serving process answers itself.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    archived_port: int | None = None
    proxy: str | None = None
    processes: int = 1


def serve(
    settings: RoomSettings, listen: Listen, ready: Callable[[RoomSettings, str], None], stop: Callable[[], bool]
) -> None:
    """Serve both ports until *stop* returns True; call *ready* with the settings and address once both are answered.

    Raises:
        PortTaken: one of the ports is used by another program.
    """
    # Take both ports before opening either: a room whose archived pages cannot be reached must not be shown.
    sockets = [_listening(listen, listen.port)]
    waiting, told = threading.Event(), False
    try:
        room = _port_of(sockets[0])
        second = listen.archived_port
        sockets.append(_listening(listen, (room + 1 if listen.port else 0) if second is None else second))
        # Use the same host for both: for the browser, the port alone makes them two origins.
        shown = f"[{listen.host}]" if ":" in listen.host else listen.host
        other = settings.archived_url or f"http://{shown}:{_port_of(sockets[1])}"
        named = replace(settings, archived_url=other, room_url=settings.public_url or f"http://{shown}:{room}")
        # The room answers only to known host names; this one was given by whoever started it.
        if shown not in LOOPBACK:
            named = replace(named, hosts=(*named.hosts, shown))
        answering: _Answering = (_OneProcess if listen.processes == 1 else _SeveralProcesses)(named, listen, sockets)
        try:
            while not stop() and answering.goes_on():
                if not told and answering.is_ready:
                    ready(named, f"http://{shown}:{room}/")
                    told = True
                waiting.wait(_LOOK)
        finally:
            answering.close()
    finally:
        for one in sockets:
            one.close()


def _listening(listen: Listen, port: int) -> socket.socket:
    # The default for the second port can be one beyond the last possible port.
    if port > _LAST:
        raise PortTaken(listen.host, port)
    try:
        # Done here because uvicorn would end the program if it could not listen.
        family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
        return socket.create_server((listen.host, port), family=family, backlog=_CONNECTIONS)
    except OSError as error:
        raise PortTaken(listen.host, port) from error


def _port_of(listening: socket.socket) -> int:
    return int(listening.getsockname()[1])


class _Answering(Protocol):
    """The processes or threads that answer on both ports."""

    @property
    def is_ready(self) -> bool: ...

    def goes_on(self) -> bool:
        """Repair what can be repaired, and say whether answering can go on."""

    def close(self) -> None:
        """Finish the requests that are being answered, and stop."""


class _OneProcess:
    """Answering in this process: one thread per port, so that the main thread receives signals."""

    def __init__(self, settings: RoomSettings, listen: Listen, sockets: Sequence[socket.socket]) -> None:
        self._servers: list[uvicorn.Server] = []
        self._threads: list[threading.Thread] = []
        for made, listening in zip((app(settings), archived(settings)), sockets, strict=True):
            server = uvicorn.Server(_config(made, listen, _port_of(listening)))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
            thread.start()
            self._servers.append(server)
            self._threads.append(thread)

    @property
    def is_ready(self) -> bool:
        return all(server.started for server in self._servers)

    def goes_on(self) -> bool:
        return all(thread.is_alive() for thread in self._threads)

    def close(self) -> None:
        for server in self._servers:
            server.should_exit = True
        for thread in self._threads:
            thread.join(10)


@dataclass(slots=True)
class _Member:
    """One of the processes. The connection *line* closes when this process ends, for any reason; *begun* is the start
    time.
    """

    process: SpawnProcess
    line: Connection
    begun: float
    is_ready: bool = field(default=False)


class _SeveralProcesses:
    """Answering in several processes; one that dies is started again."""

    def __init__(self, settings: RoomSettings, listen: Listen, sockets: Sequence[socket.socket]) -> None:
        access, self._service_at = (
            settings.access,
            None if settings.access is None else _share_service(settings.access.service),
        )
        # The service stays in this process; the others are told where to reach it.
        secure = None if access is None else access.secure
        self._told = (replace(settings, access=None), listen, list(sockets), self._service_at, secure)
        self._members = [self._started() for _ in range(listen.processes)]

    def _started(self) -> _Member:
        ours, theirs = _SPAWN.Pipe()
        # Not a daemon: the process may start a child that reads pictures.
        process = _SPAWN.Process(target=_run_member, args=(theirs, *self._told), name="reading room")
        # Starting it starts this tracker first if need be, which unblocks SIGINT afterwards.
        resource_tracker.ensure_running()
        with deaf_to_interrupts():
            process.start()
        # Keep only our end open: if either process dies, the other sees the connection close.
        theirs.close()
        return _Member(process, ours, time.monotonic())

    @property
    def is_ready(self) -> bool:
        for one in self._members:
            one.is_ready = one.is_ready or (one.process.is_alive() and one.line.poll())
        return all(one.is_ready for one in self._members)

    def goes_on(self) -> bool:
        for place, one in enumerate(self._members):
            # Not at once: one that cannot start would be started again endlessly.
            if one.process.is_alive() or time.monotonic() - one.begun < _AGAIN:
                continue
            _LOG.warning("a process of the reading room ended (%s) and is started again", one.process.exitcode)
            one.line.close()
            self._members[place] = self._started()
        return True

    def close(self) -> None:
        for one in self._members:
            one.line.close()
        end = time.monotonic() + _END
        for one in self._members:
            one.process.join(max(0.0, end - time.monotonic()))
            if one.process.is_alive():
                one.process.kill()
                one.process.join()


def _run_member(
    line: Connection,
    settings: RoomSettings,
    listen: Listen,
    sockets: Sequence[socket.socket],
    service_at: tuple[Any, bytes] | None,
    secure: bool | None,
) -> None:
    """Answer in a separate process until *line* closes or SIGTERM comes."""
    over = threading.Event()
    # Ctrl-C reaches all processes of a terminal; the process that started this one decides when to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda _number, _frame: over.set())
    sys.setswitchinterval(_TURN)
    if service_at is not None:
        settings = replace(settings, access=ReviewerAccess(_service_at(*service_at), bool(secure)))
    look: Any = settings.look
    # The reader of pictures is a process, too, and may have to be ended.
    with look if isinstance(look, AbstractContextManager) else nullcontext():
        here = _OneProcess(settings, listen, sockets)
        try:
            template.warm()
            while not over.is_set() and not here.is_ready and here.goes_on():
                over.wait(_LOOK)
            line.send(True)
            # Nothing is ever sent on the line, so anything that arrives means its end.
            while not over.is_set() and here.goes_on() and not line.poll(_LOOK):
                pass
        except OSError:
            # The process that started this one is gone.
            pass
        finally:
            here.close()


class _ServiceManager(BaseManager):
    """Passes calls to the sign-in service from one process to another, by a socket in a folder of this user."""


_ServiceManager.register("service", exposed=ASKED)


def _share_service(service: SignInService) -> tuple[Any, bytes]:
    """Let *service* answer other processes; return its address, and the key that they must show."""

    class _ServingManager(_ServiceManager):
        pass

    _ServingManager.register("service", callable=lambda: service, exposed=ASKED)
    key = bytes(multiprocessing.current_process().authkey)
    server = _ServingManager(authkey=key, ctx=_SPAWN).get_server()
    threading.Thread(target=server.serve_forever, name="service", daemon=True).start()
    return server.address, key


def _service_at(address: Any, key: bytes) -> SignInService:
    found = _ServiceManager(address=address, authkey=key, ctx=_SPAWN)
    found.connect()
    service: SignInService = found.service()  # type: ignore[attr-defined] # as it is registered above
    return service


def _config(app: ASGIApp, listen: Listen, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        app,
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
