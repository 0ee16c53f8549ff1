"""Every trick of a hostile server against a complete fetch: each ends in time, within limits, with an outcome."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from archive.http.exchange import Ending, Exchange, Truncation, read_head
from archive.http.failure import FailureReason, FetchFailure
from archive.http.url import redirect_target
from ingest.http.client import FetchSettings, fetch
from tests.real.free_port import free_port

SERVER = Path(__file__).resolve().parents[4] / "shared" / "sites" / "hostile_server.py"
DEADLINE = 4.0
BODY_LIMIT = 12_000_000

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not SERVER.exists(), reason="../shared is not there"),
]

Verdict = Ending | Truncation | FailureReason

VERDICTS: dict[str, set[Verdict]] = {
    "/slow-body": {Truncation.TIME},
    "/slow-headers": {FailureReason.TIMEOUT},
    "/silent": {FailureReason.TIMEOUT},
    "/endless": {Truncation.LENGTH},
    "/endless-headers": {FailureReason.TOO_LARGE_HEAD},
    "/length-short": {Ending.LENGTH},
    "/length-long": {Truncation.DISCONNECT},
    "/length-twice-same": {Ending.LENGTH},
    "/length-twice-diff": {FailureReason.BAD_FRAMING},
    "/length-negative": {Ending.END_MARK},
    "/length-text": {Ending.END_MARK},
    "/length-huge": {Truncation.DISCONNECT},
    "/chunked": {Ending.CHUNKED},
    "/chunked2": {Ending.CHUNKED},
    "/chunked-ext": {Ending.CHUNKED},
    "/chunked-noend": {Truncation.DISCONNECT},
    "/chunked-badsize": {Truncation.DISCONNECT, Truncation.UNSPECIFIED},
    "/chunked-hugesize": {Truncation.DISCONNECT},
    # Claims to be chunked and is not: kept as received, and nothing proves its end.
    "/chunked-lie": {Truncation.DISCONNECT, Truncation.UNSPECIFIED, Ending.UNPROVED},
    "/chunked-and-length": {Ending.CHUNKED},
    "/chunked-lf": {Ending.CHUNKED},
    "/no-length": {Ending.END_MARK},
    "/http10": {Ending.END_MARK},
    "/http09": {FailureReason.BAD_HEAD},
    "/icy": {FailureReason.BAD_HEAD},
    "/status-noreason": {Ending.END_MARK},
    "/status-999": {Ending.LENGTH},
    "/lf-headers": {Ending.END_MARK},
    "/early-hints": {Ending.LENGTH},
    "/continue-many": {Ending.LENGTH},
    "/continue-endless": {FailureReason.TOO_MANY_INTERIM},
    "/switching": {FailureReason.SWITCHING},
    "/head-body": {Ending.LENGTH},
    "/rst": {Truncation.DISCONNECT},
    "/close-now": {FailureReason.NO_ANSWER},
    "/unasked-304": {Ending.LENGTH},
    "/big-html": {Ending.LENGTH},
}
BOMBS = ("/gzip-bomb", "/gzip-bomb2", "/sm-bomb.xml.gz")
"""Making one takes the server longer than our deadlines, and meanwhile it answers nobody else."""
LATE = (FailureReason.TIMEOUT, Truncation.TIME)
BOMB: set[Verdict] = {Ending.LENGTH, Truncation.LENGTH, FailureReason.TIMEOUT}


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """A copy of the hostile server on a free port, stopped afterwards."""
    port = free_port()
    command = [sys.executable, str(SERVER), "--port", str(port), "--tls-port", "0"]
    limits = {"HOSTILE_MAX_SECONDS": "20", "HOSTILE_MAX_BYTES": "60000000"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, **limits}) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield "127.0.0.1", port
        process.terminate()


@pytest.fixture(scope="module")
def hostile() -> Iterator[tuple[str, int]]:
    with served() as address:
        yield address


SWITCH = "/robots-mode"


def paths() -> list[str]:
    if not SERVER.exists():
        return []
    listed = subprocess.run([sys.executable, str(SERVER), "--list"], capture_output=True, text=True, check=True)
    return [line.split("\t")[1] for line in listed.stdout.splitlines()]


def verdict(outcome: Exchange | FetchFailure) -> Verdict:
    if isinstance(outcome, FetchFailure):
        return outcome.reason
    return outcome.truncated or outcome.ending


@dataclass(frozen=True)
class Visit:
    """The result of *path*, and the seconds it took."""

    path: str
    outcome: Exchange | FetchFailure
    took: float

    @property
    def is_met(self) -> bool:
        wanted = BOMB if self.path in BOMBS else VERDICTS.get(self.path, {Ending.LENGTH})
        return verdict(self.outcome) in wanted


def visit(address: tuple[str, int], path: str) -> Visit:
    settings = FetchSettings(
        "creditline-test", connect={"hostile.example": address}, deadline=DEADLINE, body_limit=BODY_LIMIT
    )
    began = time.monotonic()
    outcome = fetch("http://hostile.example" + path, settings=settings, clock=lambda: datetime.now(UTC))
    took = time.monotonic() - began
    # A long answer makes the next one wait as long as it is held: a crawl archives it and lets go.
    return Visit(path, replace(outcome) if isinstance(outcome, Exchange) else outcome, took)


def test_every_hostile_answer_ends_in_time_with_the_right_verdict(hostile: tuple[str, int]) -> None:
    # The switch comes last and alone: it changes the answer for /robots.txt.
    every = [path for path in paths() if path != SWITCH and path not in BOMBS]
    with ThreadPoolExecutor(4) as pool:
        visits = list(pool.map(partial(visit, hostile), every))
    # On a busy machine the server may answer too late: then it is asked again with nothing else to do.
    late = [one.path for one in visits if not one.is_met and verdict(one.outcome) in LATE]
    visits += [visit(hostile, path) for path in (*late, SWITCH)]
    with served() as bombs:
        visits += [visit(bombs, path) for path in BOMBS]
    last = {one.path: one for one in visits}
    assert len(last) >= 145
    assert [one.path for one in visits if one.took > DEADLINE + 1] == []
    assert {path: verdict(one.outcome) for path, one in last.items() if not one.is_met} == {}
    longest = max(len(one.outcome.response) for one in visits if isinstance(one.outcome, Exchange))
    assert longest <= BODY_LIMIT + 1000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 300 * 1024


def test_no_redirect_of_the_hostile_server_is_connected_to(hostile: tuple[str, int]) -> None:
    settings = FetchSettings("creditline-test", connect={"hostile.example": hostile}, deadline=DEADLINE)
    for path in [path for path in paths() if path.startswith("/redirect-")]:
        outcome = fetch("http://hostile.example" + path, settings=settings, clock=lambda: datetime.now(UTC))
        assert isinstance(outcome, Exchange)
        target = redirect_target(outcome.url, read_head(outcome.response))
        if target is None or target.startswith("http://hostile.example/"):
            continue
        refused = fetch(target, settings=settings, clock=lambda: datetime.now(UTC))
        assert isinstance(refused, FetchFailure)
        assert refused.reason is FailureReason.ADDRESS_REFUSED
