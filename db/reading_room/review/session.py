"""Sessions: who is signed in, known by a cookie that no page can read and that no other site can have sent along."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

IDLE, WHOLE = 2 * 3600.0, 12 * 3600.0
"""Seconds after which a session ends that nobody uses, and any."""
MOST = 200
"""Sessions side by side; the oldest ends for a further one."""


@dataclass(frozen=True, slots=True)
class Session:
    """One person, signed in.

    Attributes:
        token: what each form that this person sends has to carry.
        hashed: of the password that it was opened with: whoever has another by now, or none, is signed out.
    """

    name: str
    token: str
    hashed: str
    opened: float


class Sessions:
    """The sessions of a room. They live as long as the program does, and are held nowhere else."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        # Of this run of the program alone: a form from before it opens nothing.
        self._key = secrets.token_bytes(32)
        # By the digest of what the cookie holds, with the time of the last use.
        self._held: dict[str, tuple[Session, float]] = {}

    def open(self, name: str, hashed: str) -> tuple[str, Session]:
        """Return a session for *name*, and what its cookie holds: always new, whatever the browser sent before."""
        key, now = secrets.token_urlsafe(32), self._clock()
        made = Session(name, secrets.token_urlsafe(32), hashed, now)
        with self._lock:
            # Only who has a password comes here, so nobody else can put others out.
            while len(self._held) >= MOST:
                del self._held[min(self._held, key=lambda one: self._held[one][1])]
            self._held[_digest(key)] = made, now
        return key, made

    def of(self, key: str) -> Session | None:
        """Return the session of the cookie *key*, which is used by that; None where it ended or never was."""
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
        """Return what the form for signing in carries for the cookie *key*, when there is no session yet."""
        return hmac.new(self._key, key.encode(), hashlib.sha256).hexdigest()


def _digest(key: str) -> str:
    # What lies in memory opens no session: whoever sees it by a fault of ours has no cookie.
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
