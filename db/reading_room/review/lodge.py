"""The lodge: where reviewers sign in and are known again; behind it the porter, one for all processes that answer."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from db.reading_room.host_name import LOOPBACK, name_of
from db.reading_room.problem import Problem
from db.reading_room.review.door import Declined, Door, Recorded, Said
from db.reading_room.review.reviewers import LONGEST, BadReviewers, Reviewers
from db.reading_room.review.session import WHOLE, Session, Sessions

SESSION, FORM = "reviewer", "sign-in"
"""The cookies: of who is signed in, and of the form by which one signs in, which must not put the other out."""
_PATIENCE = 2.0
"""Seconds that somebody who signs in waits for others who do."""


OF_A_NAME_HERE, FROM_A_PLACE, OF_A_NAME, WITHIN = 10, 30, 100, 900.0
"""Wrong passwords within so many seconds: of one name from one place, of all names from there, and of one name from
everywhere; the next is not looked at.
"""
_KNOWN = 1000
"""Places from which somebody signed in that are remembered."""


class _Wrong(NamedTuple):
    at: float
    name: str
    place: str


class Tries:
    """Counts wrong passwords."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        # Answers are made in many threads, and each looks before it counts.
        self._lock = threading.Lock()
        self._wrong: deque[_Wrong] = deque()
        self._known: deque[tuple[str, str]] = deque(maxlen=_KNOWN)

    def wait(self, name: str, address: str) -> int:
        """Return for how many seconds no password of *name* that comes from *address* is looked at; 0 where one is."""
        now, place = self._clock(), place_of(address)
        with self._lock:
            while self._wrong and now - self._wrong[0].at > WITHIN:
                self._wrong.popleft()
            here = [one for one in self._wrong if one.place == place]
            bounds = [([one for one in here if one.name == name], OF_A_NAME_HERE), (here, FROM_A_PLACE)]
            # Else a stranger could keep a reviewer out, by guessing from anywhere: where one has signed in before,
            # only what is guessed there counts.
            if (name, place) not in self._known:
                bounds.append(([one for one in self._wrong if one.name == name], OF_A_NAME))
            begun = [wrong[-most].at for wrong, most in bounds if len(wrong) >= most]
        # Rounded up: who comes back on the second would be a moment early.
        return int(max(begun) + WITHIN - now) + 1 if begun else 0

    def wrong(self, name: str, address: str) -> None:
        """Count a wrong password of *name* that came from *address*."""
        with self._lock:
            self._wrong.append(_Wrong(self._clock(), name, place_of(address)))

    def right(self, name: str, address: str) -> None:
        """Forget what was wrong of *name* at *address*: its person was here, and is known there from now on."""
        seen = (name, place_of(address))
        with self._lock:
            self._wrong = deque(one for one in self._wrong if (one.name, one.place) != seen)
            if seen not in self._known:
                self._known.append(seen)


def place_of(address: str) -> str:
    """Return what counts as one place: an address, of IPv6 the network of one customer (RFC 6177), who has them all."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if found.version == 6 and found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else address


@dataclass(frozen=True, slots=True)
class Porter:
    """Knows who is signed in and how often was guessed, and hands on what is decided.

    There is one of a room, also where several processes answer: these ask it, and what they ask and are told can be
    sent from one to another.
    """

    reviewers: Reviewers
    door: Door
    sessions: Sessions = field(default_factory=Sessions)
    tries: Tries = field(default_factory=Tries)
    # One password after the other: each takes 64 MB while it is looked at, and none is guessed beside another.
    turn: threading.Lock = field(default_factory=threading.Lock)

    def session(self, key: str) -> Session | None:
        """Return the session of the cookie *key*, where its person may still decide."""
        # By the file as it is now: whoever was taken out of it, or has another password, is out.
        found = self.sessions.of(key)
        if found is None or self.reviewers.hash_of(found.name) == found.hashed:
            return found
        self.sessions.close(key)
        return None

    def sign_in(self, name: str, password: str, address: str) -> str | None:
        """Return the cookie of a new session; None where the password is not that of *name*. It came from *address*.

        Raises:
            Problem: too many were wrong (429), the file of reviewers is broken, too many sign in at once (503).
        """
        # Not for ever: threads that wait here are missing elsewhere.
        if not self.turn.acquire(timeout=_PATIENCE):
            raise Problem(503, "Too many sign in at once", "Ask again in a moment.", retry=5)
        try:
            wait = self.tries.wait(name, address)
            if wait:
                raise Problem(429, "Too many wrong passwords", "Come back in a quarter of an hour.", retry=wait)
            held = self.reviewers.hash_of(name)
            if len(password) > LONGEST or not self.reviewers.proves(name, password) or held is None:
                self.tries.wrong(name, address)
                return None
            self.tries.right(name, address)
            # A new one each time, whatever cookie came: nobody can have put theirs into this browser before.
            return self.sessions.open(name, held)[0]
        except BadReviewers as error:
            raise Problem(503, "Nobody can sign in", "The list of reviewers cannot be read.") from error
        finally:
            self.turn.release()

    def sign_out(self, key: str) -> None:
        """End the session of the cookie *key*."""
        self.sessions.close(key)

    def token_before(self, key: str) -> str:
        """Return what the form for signing in carries for the cookie *key*, when there is no session yet."""
        return self.sessions.token_before(key)

    def record(self, said: Said, by: str) -> Recorded | Declined:
        """Record what was *said* under the name *by* (`Door.record`)."""
        return self.door.record(said, by)


ASKED = ("session", "sign_in", "sign_out", "token_before", "record")
"""What a process that answers asks of the porter, which may be in another."""


@dataclass(frozen=True, slots=True)
class Lodge:
    """Where those who may decide come in by their browser: what a process knows them by.

    Attributes:
        secure: the room is on the web by https, and from there the cookie comes by nothing else.
    """

    porter: Porter
    secure: bool = False

    def is_secure(self, request: Request) -> bool:
        """Say whether *request* came by https, as browsers see it: a proxy may hand it on without."""
        return self.secure and name_of(request.headers.get("host", "")) not in LOOPBACK

    def _cookie(self, request: Request, name: str) -> str:
        # With the prefix, browsers take it from this host alone, and by https (RFC 6265bis, 4.1.3.2).
        return f"__Host-{name}" if self.is_secure(request) else name

    def key_of(self, request: Request, name: str = SESSION) -> str:
        """Return what the cookie *name* of *request* holds, "" without one."""
        return request.cookies.get(self._cookie(request, name), "")

    def session_of(self, request: Request) -> Session | None:
        """Return the session that *request* belongs to, where its person may still decide."""
        key = self.key_of(request)
        return self.porter.session(key) if key else None

    def give(self, request: Request, response: Response, key: str, name: str = SESSION) -> None:
        """Have the browser that asked hold *key* as the cookie *name*; none where it is empty."""
        # For no domain: then browsers send it to this host alone, and never to one below it.
        response.set_cookie(
            self._cookie(request, name),
            key,
            max_age=int(WHOLE) if key else 0,
            path="/",
            secure=self.is_secure(request),
            httponly=True,
            samesite="strict",
        )
