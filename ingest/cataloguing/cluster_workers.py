"""Cluster workers: use the workers of a dask cluster like local processes."""

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

# Addresses in dask's form: tcp://10.0.0.1:8786, tls://[fd00::1]:8786, scheduler.example:8786.
_ADDRESS = re.compile(r"(?:[a-z]{2,4}://)?(?:\[[0-9a-fA-F:.]+\]|[^\s/:]+):\d{1,5}")
_TIMEOUT = 30.0
"""Seconds to wait for the scheduler."""
_RETRIES = 3
"""How often a task is given to another worker after its worker was lost."""


class NoCluster(CreditlineError):
    """There are no suitable workers; *hint* says what to do next."""

    code = Exit.USAGE

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.what, self.hint = what, hint


class ClusterLost(CreditlineError):
    """The scheduler was lost during the work, or every worker that was given the same task."""

    code = Exit.ATTENTION
    hint = "look at the scheduler and the memory of the workers, and run it again, or run it without --cluster"


@dataclass(frozen=True, slots=True)
class Workers:
    """The workers of a cluster. They have to have this program installed themselves.

    Attributes:
        count: how many tasks run at a time.
        executor: runs tasks on the workers.
        page: the URL of the scheduler's dashboard, or "".
    """

    count: int
    executor: Executor
    page: str = ""


@contextmanager
def workers_at(address: str, folder: Path, program: Callable[[], object]) -> Iterator[Workers]:
    """Yield the workers of the scheduler at *address*.

    All workers have to see *folder*, and *program*, a function that returns the version of this program, has to return
    the same there as here. The tasks of a lost worker are given to another one. Anybody who can reach a scheduler can
    run any code on its workers, so it must be in a private network or behind TLS (docs/operations.md).

    Raises:
        NoCluster: the scheduler does not answer, there is no worker, a worker does not see the folder or has another
            version of the program, or the package distributed is not installed.
        ClusterLost: the cluster was lost before the end of the block.
    """
    # Checked first: with an address without a port, dask makes a client that takes a minute to close.
    if not _ADDRESS.fullmatch(address):
        raise NoCluster(f"{address!r} is not the address of a scheduler", "write it as tcp://scheduler.example:8786")
    try:
        from distributed import Client, KilledWorker
        from distributed.client import FutureCancelledError
    except ImportError as error:
        hint = "in Creditline's clone, type: pip install '.[cluster]'"
        raise NoCluster("a cluster needs the package distributed", hint) from error
    # Silence dask's log, which prints a traceback for each attempt to reach a lost scheduler; we report it in one line.
    for name in [one for one in logging.root.manager.loggerDict if one.startswith("distributed")]:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=_TIMEOUT, set_as_default=False)  # type: ignore[no-untyped-call]  # dask types it not
    except (OSError, ValueError) as error:
        hint = "start one: dask scheduler, and dask worker ADDRESS on each machine"
        raise NoCluster(f"no scheduler answers at {address}", hint) from error
    with client:
        # Check every worker, because one without the folder would fail all of its tasks.
        states: dict[str, tuple[str, bool]] = client.run(_state, program, folder)
        _check_workers(states, _state(program, folder)[0], folder)
        count = sum(client.nthreads().values())  # type: ignore[no-untyped-call]  # as above
        page = _page(client)
        with client.get_executor(pure=False, retries=_RETRIES) as executor:  # type: ignore[no-untyped-call]  # as above
            try:
                yield Workers(count, executor, page)
            except (KilledWorker, FutureCancelledError, CancelledError) as error:
                why = next(iter(str(error).splitlines()), "its scheduler no longer answers")
                raise ClusterLost(f"the cluster at {address} was lost: {why}") from error


def _page(client: Any) -> str:
    try:
        return str(client.dashboard_link or "")
    except KeyError:  # the scheduler has no dashboard
        return ""


def _check_workers(states: dict[str, tuple[str, bool]], ours: str, folder: Path) -> None:
    """Refuse a cluster without workers, or with a worker that has another version or does not see *folder*."""
    if not states:
        raise NoCluster("the cluster has no worker", "start one on each machine: dask worker ADDRESS")
    for worker, (program, sees) in states.items():
        if program != ours:
            raise NoCluster(
                f"the worker {worker} has another version of the program", "install the same on every machine"
            )
        if not sees:
            hint = "the collection has to be in a folder that has the same path on every machine"
            raise NoCluster(f"the worker {worker} does not see {folder}", hint)


def _state(program: Callable[[], object], folder: Path) -> tuple[str, bool]:
    """Return the result of *program* here, and whether *folder* is seen."""
    try:
        return str(program()), folder.is_dir()
    # For example a bucket for which this machine has no keys, or a network share that is not mounted.
    except OSError:
        return str(program()), False
