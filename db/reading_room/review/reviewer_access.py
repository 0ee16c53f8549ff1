"""Reviewer access: reviewers sign in and are recognized; one sign-in service serves all answering processes."""

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
from db.reading_room.review.review_request import DecisionRecorder, Declined, Recorded, ReviewRequest
from db.reading_room.review.reviewers import LONGEST, BadReviewers, Reviewers
from db.reading_room.review.session import WHOLE, Session, Sessions

SESSION, FORM = "reviewer", "sign-in"
"""The cookies: of a signed-in person, and of the sign-in form; separate, so that the form does not end a session."""
_PATIENCE = 2.0
"""Seconds that a person signing in waits for others who are signing in."""


OF_A_NAME_HERE, FROM_A_PLACE, OF_A_NAME, WITHIN = 10, 30, 100, 900.0
"""The limits of wrong passwords within WITHIN seconds: for one name from one place, for all names from one place, and
for one name from everywhere. After that, passwords are not checked.
"""
_KNOWN = 1000
"""The number of places remembered from which somebody signed in."""


class _Wrong(NamedTuple):
    at: float
    name: str
    place: str


class Tries:
    """Counts wrong passwords."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        # Requests are answered in many threads, and each checks before it counts.
        self._lock = threading.Lock()
        self._wrong: deque[_Wrong] = deque()
        self._known: deque[tuple[str, str]] = deque(maxlen=_KNOWN)

    def wait(self, name: str, address: str) -> int:
        """Return for how many seconds passwords of *name* from *address* are not checked; 0 if they are."""
        now, place = self._clock(), place_of(address)
        with self._lock:
            while self._wrong and now - self._wrong[0].at > WITHIN:
                self._wrong.popleft()
            here = [one for one in self._wrong if one.place == place]
            bounds = [([one for one in here if one.name == name], OF_A_NAME_HERE), (here, FROM_A_PLACE)]
            # Otherwise a stranger could lock a reviewer out by guessing from anywhere: at a place where the reviewer
            # has signed in before, only guesses from there count.
            if (name, place) not in self._known:
                bounds.append(([one for one in self._wrong if one.name == name], OF_A_NAME))
            begun = [wrong[-most].at for wrong, most in bounds if len(wrong) >= most]
        # Rounded up: coming back at the exact second would be a moment too early.
        return int(max(begun) + WITHIN - now) + 1 if begun else 0

    def wrong(self, name: str, address: str) -> None:
        """Count a wrong password of *name* from *address*."""
        with self._lock:
            self._wrong.append(_Wrong(self._clock(), name, place_of(address)))

    def right(self, name: str, address: str) -> None:
        """Forget wrong passwords of *name* from *address*, and remember that the person signed in there."""
        seen = (name, place_of(address))
        with self._lock:
            self._wrong = deque(one for one in self._wrong if (one.name, one.place) != seen)
            if seen not in self._known:
                self._known.append(seen)


def place_of(address: str) -> str:
    """Return what counts as one place: an address; for IPv6, the network of one customer (RFC 6177)."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if found.version == 6 and found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else address


@dataclass(frozen=True, slots=True)
class SignInService:
    """Knows who is signed in, counts wrong passwords, and passes decisions on.

    A room has exactly one, even if several processes answer: they send their calls to it, so arguments and results can
    be pickled.
    """

    reviewers: Reviewers
    recorder: DecisionRecorder
    sessions: Sessions = field(default_factory=Sessions)
    tries: Tries = field(default_factory=Tries)
    # Check one password at a time: each check takes 64 MB, and this prevents guessing in parallel.
    turn: threading.Lock = field(default_factory=threading.Lock)

    def session(self, key: str) -> Session | None:
        """Return the session of the cookie *key*, if its person may still decide."""
        # Check the file as it is now: people removed from it, or with a new password, are signed out.
        found = self.sessions.of(key)
        if found is None or self.reviewers.hash_of(found.name) == found.hashed:
            return found
        self.sessions.close(key)
        return None

    def sign_in(self, name: str, password: str, address: str) -> str | None:
        """Return the cookie of a new session, or None if the password of *name*, sent from *address*, is wrong.

        Raises:
            Problem: too many wrong passwords (429); the reviewers file is broken, or too many sign in at once (503).
        """
        # Wait only for a limited time, because waiting threads cannot answer other requests.
        if not self.turn.acquire(timeout=_PATIENCE):
            raise Problem(503, "Too many sign in at once", "Ask again in a moment.", retry=5)
        try:
            wait = self.tries.wait(name, address)
            if wait:
                raise Problem(429, "Too many wrong passwords", "Try again in 15 minutes.", retry=wait)
            held = self.reviewers.hash_of(name)
            if len(password) > LONGEST or not self.reviewers.proves(name, password) or held is None:
                self.tries.wrong(name, address)
                return None
            self.tries.right(name, address)
            # Always a new session, whatever cookie was sent: nobody can have planted one in this browser.
            return self.sessions.open(name, held)[0]
        except BadReviewers as error:
            raise Problem(503, "Nobody can sign in", "The list of reviewers cannot be read.") from error
        finally:
            self.turn.release()

    def sign_out(self, key: str) -> None:
        """End the session of the cookie *key*."""
        self.sessions.close(key)

    def token_before(self, key: str) -> str:
        """Return the token of the sign-in form for the cookie *key*, before there is a session."""
        return self.sessions.token_before(key)

    def record(self, said: ReviewRequest, by: str) -> Recorded | Declined:
        """Record *said* under the name *by* (`DecisionRecorder.record`)."""
        return self.recorder.record(said, by)


ASKED = ("session", "sign_in", "sign_out", "token_before", "record")
"""The methods of the sign-in service that answering processes call; it may be in another process."""


@dataclass(frozen=True, slots=True)
class ReviewerAccess:
    """How one process recognizes those who sign in by browser to decide.

    Attributes:
        secure: whether the room is on the web by https; from there, cookies are only accepted by https.
    """

    service: SignInService
    secure: bool = False

    def is_secure(self, request: Request) -> bool:
        """Say whether the browser sent *request* by https, even if a proxy passed it on without."""
        return self.secure and name_of(request.headers.get("host", "")) not in LOOPBACK

    def _cookie(self, request: Request, name: str) -> str:
        # With this prefix, browsers accept the cookie only from this host and by https (RFC 6265bis, 4.1.3.2).
        return f"__Host-{name}" if self.is_secure(request) else name

    def key_of(self, request: Request, name: str = SESSION) -> str:
        """Return the value of the cookie *name* in *request*, "" if it is missing."""
        return request.cookies.get(self._cookie(request, name), "")

    def session_of(self, request: Request) -> Session | None:
        """Return the session of *request*, if its person may still decide."""
        key = self.key_of(request)
        return self.service.session(key) if key else None

    def give(self, request: Request, response: Response, key: str, name: str = SESSION) -> None:
        """Set the cookie *name* to *key* in the browser; delete it if *key* is empty."""
        # No domain is set: browsers then send the cookie to this host only, not to hosts below it.
        response.set_cookie(
            self._cookie(request, name),
            key,
            max_age=int(WHOLE) if key else 0,
            path="/",
            secure=self.is_secure(request),
            httponly=True,
            samesite="strict",
        )
