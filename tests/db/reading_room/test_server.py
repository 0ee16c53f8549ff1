"""The server: several processes act as one room, whichever of them answers and whichever dies."""

from __future__ import annotations

import multiprocessing
import pickle
import re
import signal
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from db.catalogue import Catalogue
from db.reading_room.problem import Problem
from db.reading_room.review.review_request import Declined, Recorded, ReviewRequest
from db.reading_room.review.reviewer_access import OF_A_NAME_HERE, ReviewerAccess, SignInService
from db.reading_room.review.reviewers import Reviewers
from db.reading_room.room_settings import RoomSettings
from db.reading_room.server import Listen, serve

PASSWORD = "a long enough one"  # noqa: S105 - not a real one
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass
class _Recorder:
    """A recorder that writes nothing and keeps what it was given."""

    said: list[str]

    def record(self, said: ReviewRequest, by: str) -> Recorded | Declined:
        self.said.append(f"{said.about} {by}")
        return Recorded(())


@dataclass
class _Room:
    settings: RoomSettings
    url: str
    recorder: _Recorder

    def ask(self, path: str, cookie: str = "", **form: str) -> tuple[int, str, str]:
        """Return status, body and the cookie that is set, using a new connection."""
        headers = {"Cookie": cookie, "Accept": "text/html", "Origin": self.url.rstrip("/")}
        body = urllib.parse.urlencode(form).encode() if form else None
        asked = urllib.request.Request(self.url + path, body, headers)
        try:
            with _without_redirects().open(asked, timeout=300) as told:
                return told.status, told.read().decode(), (told.headers["Set-Cookie"] or "").partition(";")[0]
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(), (error.headers["Set-Cookie"] or "").partition(";")[0]

    def sign_in(self, password: str) -> tuple[int, str]:
        _, page, before = self.ask("sign-in")
        token = re.search(r'name="token" value="([^"]+)"', page)
        assert token
        told = self.ask("sign-in", before, token=token[1], name="Anna Nowak", password=password)
        return told[0], told[2]


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def _without_redirects() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_NoRedirects)


def _processes() -> set[int]:
    return {one.pid for one in multiprocessing.active_children() if one.name == "reading room" and one.pid}


def _wait_until(so: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not so():
        assert time.monotonic() < end
        time.sleep(0.02)


def _blocks(pid: int, number: int) -> bool:
    blocked = re.search(r"^SigBlk:\s*(\w+)$", Path(f"/proc/{pid}/status").read_text("ascii"), re.M)
    assert blocked is not None
    return bool(int(blocked[1], 16) >> (number - 1) & 1)


@pytest.fixture
def room(articles: Catalogue, tmp_path: Path) -> Iterator[_Room]:
    file = tmp_path / "reviewers.txt"
    file.write_text(f"Anna Nowak:{CHEAP.hash(PASSWORD)}\n")
    file.chmod(0o600)
    recorder, stop, made = _Recorder([]), threading.Event(), threading.Event()
    settings = RoomSettings(
        tmp_path / "catalogue.db", tmp_path / "warcs", access=ReviewerAccess(SignInService(Reviewers(file), recorder))
    )
    found: list[_Room] = []

    def ready(named: RoomSettings, url: str) -> None:
        found.append(_Room(named, url, recorder))
        made.set()

    thread = threading.Thread(target=serve, args=(settings, Listen(port=0, processes=2), ready, stop.is_set))
    thread.start()
    assert made.wait(300)
    try:
        yield found[0]
    finally:
        stop.set()
        thread.join(60)
    assert not _processes()


@pytest.mark.slow
def test_signed_in_reviewer_is_known_to_every_process_and_its_replacement(room: _Room) -> None:
    status, cookie = room.sign_in(PASSWORD)
    assert status == 303
    assert "Anna Nowak" in room.ask("help", cookie)[1]
    first = _processes()
    assert len(first) == 2
    # From their first moment on: they would print a traceback each while they load.
    assert all(_blocks(pid, signal.SIGINT) for pid in first)
    for pid in sorted(first):
        gone = next(one for one in multiprocessing.active_children() if one.pid == pid)
        gone.kill()
        gone.join()
        # Answered by the other process, until there is a new one.
        assert "Anna Nowak" in room.ask("help", cookie)[1]
        _wait_until(lambda: len(_processes()) == 2)
    assert not _processes() & first
    for _ in range(8):
        assert "Anna Nowak" in room.ask("help", cookie)[1]
    token = re.search(r'name="token" value="([^"]+)"', room.ask("help", cookie)[1])
    assert token
    assert room.ask("sign-out", cookie, token=token[1])[0] == 303
    assert not any("Anna Nowak" in room.ask("help", cookie)[1] for _ in range(8))
    # Guesses count across all processes, and meanwhile the other port answers.
    assert {room.sign_in("wrong wrong wrong")[0] for _ in range(OF_A_NAME_HERE)} == {401}
    assert {room.sign_in(PASSWORD)[0] for _ in range(4)} == {429}
    archived = replace(room, url=f"{room.settings.archived_url}/")
    assert archived.ask("healthz")[:2] == (200, "ok\n")


def test_problem_raised_in_one_process_reaches_another_whole() -> None:
    told = pickle.loads(pickle.dumps(Problem(429, "Too many", "Wait.", retry=5, item="a-1")))  # noqa: S301 - ours
    assert (told.status, told.title, told.detail, told.retry, told.extra) == (
        429,
        "Too many",
        "Wait.",
        5,
        {"item": "a-1"},
    )
