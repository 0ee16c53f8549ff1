"""The lodge: where reviewers sign in and are known again, beside the door that they write by."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from db.reading_room.host_name import LOOPBACK, name_of
from db.reading_room.problem import Problem
from db.reading_room.review.door import Door
from db.reading_room.review.reviewers import LONGEST, BadReviewers, Reviewers
from db.reading_room.review.session import WHOLE, Session, Sessions

SESSION, FORM = "reviewer", "sign-in"
"""The cookies: of who is signed in, and of the form by which one signs in, which must not put the other out."""
_PATIENCE = 2.0
"""Seconds that somebody who signs in waits for others who do."""


OF_A_NAME, OF_ALL, WITHIN = 10, 100, 900.0
"""Wrong passwords within so many seconds; the next is not looked at."""


class Tries:
    """Counts wrong passwords."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        # Answers are made in many threads, and each looks before it counts.
        self._lock = threading.Lock()
        self._wrong: deque[tuple[float, str]] = deque()

    def wait(self, name: str) -> int:
        """Return for how many seconds no password of *name* is looked at; 0 where one is."""
        now = self._clock()
        with self._lock:
            while self._wrong and now - self._wrong[0][0] > WITHIN:
                self._wrong.popleft()
            # By the name and not by where it comes from: addresses are cheap to those who guess.
            of_name = [at for at, whose in self._wrong if whose == name]
            begun = [of_name[-OF_A_NAME]] if len(of_name) >= OF_A_NAME else []
            begun += [self._wrong[-OF_ALL][0]] if len(self._wrong) >= OF_ALL else []
        # Rounded up: who comes back on the second would be a moment early.
        return int(max(begun) + WITHIN - now) + 1 if begun else 0

    def wrong(self, name: str) -> None:
        """Count a wrong password of *name*."""
        with self._lock:
            self._wrong.append((self._clock(), name))

    def right(self, name: str) -> None:
        """Forget what was wrong of *name*: its person was here."""
        with self._lock:
            self._wrong = deque(one for one in self._wrong if one[1] != name)


@dataclass(frozen=True, slots=True)
class Lodge:
    """Who may decide in the browser.

    Attributes:
        secure: the room is on the web by https, and from there the cookie comes by nothing else.
    """

    reviewers: Reviewers
    door: Door
    secure: bool = False
    sessions: Sessions = field(default_factory=Sessions)
    tries: Tries = field(default_factory=Tries)
    # One password after the other: each takes 64 MB while it is looked at, and none is guessed beside another.
    turn: threading.Lock = field(default_factory=threading.Lock)

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
        # By the file as it is now: whoever was taken out of it, or has another password, is out.
        found = self.sessions.of(key) if key else None
        if found is None or self.reviewers.hash_of(found.name) == found.hashed:
            return found
        self.sessions.close(key)
        return None

    def sign_in(self, name: str, password: str) -> str | None:
        """Return the cookie of a new session; None where the password is not that of *name*.

        Raises:
            Problem: too many were wrong (429), the file of reviewers is broken, too many sign in at once (503).
        """
        # Not for ever: threads that wait here are missing elsewhere.
        if not self.turn.acquire(timeout=_PATIENCE):
            raise Problem(503, "Too many sign in at once", "Ask again in a moment.", retry=5)
        try:
            wait = self.tries.wait(name)
            if wait:
                raise Problem(429, "Too many wrong passwords", "Come back in a quarter of an hour.", retry=wait)
            held = self.reviewers.hash_of(name)
            if len(password) > LONGEST or not self.reviewers.proves(name, password) or held is None:
                self.tries.wrong(name)
                return None
            self.tries.right(name)
            # A new one each time, whatever cookie came: nobody can have put theirs into this browser before.
            return self.sessions.open(name, held)[0]
        except BadReviewers as error:
            raise Problem(503, "Nobody can sign in", "The list of reviewers cannot be read.") from error
        finally:
            self.turn.release()

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
