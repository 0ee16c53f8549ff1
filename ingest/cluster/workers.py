"""Workers: those of a dask cluster, to whom work is handed as to processes of one's own."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.errors import CreditlineError, Exit

# As dask writes addresses: tcp://10.0.0.1:8786, tls://[fd00::1]:8786, scheduler.example:8786.
_ADDRESS = re.compile(r"(?:[a-z]{2,4}://)?(?:\[[0-9a-fA-F:.]+\]|[^\s/:]+):\d{1,5}")
_PATIENCE = 30.0
"""Seconds for the scheduler to answer."""
_TRIES_ELSEWHERE = 3
"""So often is work given to another worker when the one that had it is gone."""


class NoCluster(CreditlineError):
    """There are no workers that the work could be given to; *hint* says what to do next."""

    code = Exit.USAGE

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.what, self.hint = what, hint


class ClusterLost(CreditlineError):
    """The scheduler was lost while work was under way, or each worker that was given one piece of it was."""

    code = Exit.ATTENTION
    hint = "look at the scheduler and the memory of the workers, and run it again; or do it on this machine alone"


@dataclass(frozen=True, slots=True)
class Workers:
    """*count* that work at a time, reached through *executor*; what they run they have installed themselves. At the
    address *page* a browser shows what each of them does, "" where the scheduler shows none.
    """

    count: int
    executor: Executor
    page: str = ""


@contextmanager
def workers_at(address: str, folder: Path, program: Callable[[], object]) -> Iterator[Workers]:
    """Yield the workers of the scheduler at *address*, all of which see *folder* and answer *program*, which says what
    state of this program runs there, as we do.

    The work of one that is gone is given to another. Whoever can speak to a scheduler can have its workers run
    anything: it belongs in a network that nobody else is in, or behind TLS (docs/operations.md).

    Raises:
        NoCluster: nobody answers, there is no worker, one of them does not see the folder or runs another state of the
            program, or the package distributed is not installed.
        ClusterLost: it was lost while the block lasted.
    """
    # First: of one without a port dask makes a client that is a minute at closing itself.
    if not _ADDRESS.fullmatch(address):
        raise NoCluster(f"{address!r} is no address of a scheduler", "write it as tcp://scheduler.example:8786")
    try:
        from distributed import Client, KilledWorker
        from distributed.client import FutureCancelledError
    except ImportError as error:
        hint = "install it with: pip install 'creditline[cluster]'"
        raise NoCluster("a cluster needs the package distributed", hint) from error
    # It logs each try to reach a scheduler that is gone, with a traceback; that it is gone is told in a line.
    for name in [one for one in logging.root.manager.loggerDict if one.startswith("distributed")]:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]  # dask types it not
    except (OSError, ValueError) as error:
        hint = "begin one: dask scheduler, and dask worker ADDRESS on each machine"
        raise NoCluster(f"no scheduler answers at {address}", hint) from error
    with client:
        # Asked of each: a worker that lacks the folder would fail every part that it is given.
        states: dict[str, tuple[str, bool]] = client.run(_state, program, folder)
        _refuse_unfit(states, _state(program, folder)[0], folder)
        count = sum(client.nthreads().values())  # type: ignore[no-untyped-call]  # as above
        page = _page(client)
        with client.get_executor(pure=False, retries=_TRIES_ELSEWHERE) as executor:  # type: ignore[no-untyped-call]  # as above
            try:
                yield Workers(count, executor, page)
            except (KilledWorker, FutureCancelledError, CancelledError) as error:
                why = next(iter(str(error).splitlines()), "its scheduler answers no more")
                raise ClusterLost(f"the cluster at {address} was lost: {why}") from error


def _page(client: Any) -> str:
    try:
        return str(client.dashboard_link or "")
    except KeyError:  # it has none
        return ""


def _refuse_unfit(states: dict[str, tuple[str, bool]], ours: str, folder: Path) -> None:
    if not states:
        raise NoCluster("the cluster has no worker", "begin one on each machine: dask worker ADDRESS")
    for worker, (program, sees) in states.items():
        if program != ours:
            raise NoCluster(
                f"the worker {worker} has another state of the program", "install the same on every machine"
            )
        if not sees:
            hint = "the collection has to lie in a folder that every machine has under the same name"
            raise NoCluster(f"the worker {worker} does not see {folder}", hint)


def _state(program: Callable[[], object], folder: Path) -> tuple[str, bool]:
    """Return what *program* says of itself here, and whether the *folder* is seen."""
    try:
        return str(program()), folder.is_dir()
    # As of a bucket for which this machine has no keys, or a share that is away: it does not see it.
    except OSError:
        return str(program()), False
