"""Sessions: who is signed in, recognized by a cookie that pages cannot read and other sites cannot cause to be sent."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

IDLE, WHOLE = 2 * 3600.0, 12 * 3600.0
"""Seconds after which an unused session ends, and after which every session ends."""
MOST = 200
"""The most sessions at the same time; a further one ends the one unused for longest."""


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in person.

    Attributes:
        token: what each form sent by this person must contain.
        hashed: the password hash at sign-in; if the person's hash has changed or is gone, the person is signed out.
    """

    name: str
    token: str
    hashed: str
    opened: float


class Sessions:
    """The sessions of a room, held only in memory for as long as the program runs."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        # Valid for this run of the program only: forms from an earlier run are refused.
        self._key = secrets.token_bytes(32)
        # By the digest of the cookie's value; with the time of last use.
        self._held: dict[str, tuple[Session, float]] = {}

    def open(self, name: str, hashed: str) -> tuple[str, Session]:
        """Return a new session for *name* and its cookie value; always new, whatever the browser sent before."""
        key, now = secrets.token_urlsafe(32), self._clock()
        made = Session(name, secrets.token_urlsafe(32), hashed, now)
        with self._lock:
            # Only people with a password get here, so no stranger can end the sessions of others.
            while len(self._held) >= MOST:
                del self._held[min(self._held, key=lambda one: self._held[one][1])]
            self._held[_digest(key)] = made, now
        return key, made

    def of(self, key: str) -> Session | None:
        """Return the session of the cookie *key* and note its use; None if it ended or never existed."""
        now = self._clock()
        with self._lock:
            found = self._held.get(_digest(key))
            if found is None:
                return None
            session, used = found
            if now - used >= IDLE or now - session.opened >= WHOLE:
                del self._held[_digest(key)]
                return None
            self._held[_digest(key)] = session, now
            return session

    def close(self, key: str) -> None:
        """End the session of the cookie *key*."""
        with self._lock:
            self._held.pop(_digest(key), None)

    def token_before(self, key: str) -> str:
        """Return the token of the sign-in form for the cookie *key*, before there is a session."""
        return hmac.new(self._key, key.encode(), hashlib.sha256).hexdigest()


def _digest(key: str) -> str:
    # Only digests are kept in memory: if they leak through a fault, they cannot be used as cookies.
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
