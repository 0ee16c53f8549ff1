"""Pool: readers in processes of their own, each page with a deadline; what a page does to its reader stays
there."""

from __future__ import annotations

import gc
import multiprocessing
import signal
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, wait
from concurrent.futures import TimeoutError as DeadlinePassed
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from archive.exchange import Entity
from db.model import Context, PageKind, Partial, Reading
from ingest.exits import NoReaders

Result = TypeVar("Result")
PRELOADED = ["ingest.reading.reader", "ingest.reading.warm"]
_SELDOM = (50_000, 20, 20)
"""So many objects more than before, so many times, and so many times that (see `gc.set_threshold`)."""
TASKS_A_PROCESS = 5000
"""A reader process is replaced after so many pages, whatever leaks in the libraries under it."""


def unread(reason: str, context: Context) -> Reading:
    """Return the reading of a page that its reader gave up on: an item can be made of it, its text is
    wanting.
    """
    from ingest.reading.version import stamp

    profile = context.profile.digest if context.profile else None
    refs = tuple(witness.ref for witness in context.witnesses)
    return Reading(stamp(profile), PageKind.PAGE, partial=Partial.UNREAD, unread=reason, heard=refs)


@dataclass(frozen=True, slots=True)
class Pending(Generic[Result]):
    """A page that is being read. *otherwise* makes its result from a reason where the reader did not come
    back.
    """

    future: Any
    deadline: float
    otherwise: Callable[[str], Result]

    def done(self) -> bool:
        """Say whether the result is there."""
        return bool(self.future.done())

    def wait(self, seconds: float) -> None:
        """Wait until the result is there, *seconds* at most."""
        wait([self.future], seconds)

    def cancel(self) -> None:
        """End it; its result says so."""
        self.future.cancel()

    def result(self) -> Result:
        """Wait for the result and return it; a deadline passed or a crash is a result that says so, never
        an error.
        """
        try:
            found: Result = self.future.result()
        except DeadlinePassed:
            return self.otherwise(f"deadline of {self.deadline:g} s passed")
        except ProcessExpired as error:
            return self.otherwise(f"the reader process ended with exit code {error.exitcode}")
        except CancelledError:
            return self.otherwise("the reader was stopped before it came to this page")
        except (
            MemoryError,
            RecursionError,
            ValueError,
            TypeError,
            LookupError,
            AttributeError,
            ArithmeticError,
            OSError,
        ) as error:
            return self.otherwise(f"the reader failed: {type(error).__name__}: {error}"[:200])
        return found


def settled(reading: Reading) -> Pending[Reading]:
    """Return a page that was read already."""
    future: Future[Reading] = Future()
    future.set_result(reading)
    return Pending(future, 0.0, lambda _reason: reading)


class ReaderPool:
    """Reader processes, started from a fork server that has the reader loaded and warm (`warm`).

    Use as a context manager. Leaving it on an exception stops the readers at once; otherwise what was asked
    for is read
    to the end. Readers ignore SIGINT: whoever started them decides.
    """

    def __init__(self, workers: int, deadline: float = 20.0) -> None:
        self._workers = workers
        self._deadline = deadline

    def __enter__(self) -> Self:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(PRELOADED)
        self._pool = ProcessPool(self._workers, TASKS_A_PROCESS, _settle, (), context)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._pool.close()  # type: ignore[no-untyped-call]  # pebble types it not
        else:
            self._pool.stop()  # type: ignore[no-untyped-call]  # pebble types it not
        self._pool.join()

    def submit(self, entity: Entity, context: Context) -> Pending[Reading]:
        """Have *entity* read; ask the returned value for the Reading."""
        return self.schedule(_read, (entity, context), lambda reason: unread(reason, context))

    def schedule(
        self, function: Callable[..., Result], arguments: tuple[Any, ...], otherwise: Callable[[str], Result]
    ) -> Pending[Result]:
        """Have any *function* of a module run in a reader, under the deadline."""
        try:
            future = self._pool.schedule(function, args=arguments, timeout=self._deadline)
        except RuntimeError as error:
            raise NoReaders(f"no page can be read: {error}") from error
        return Pending(future, self._deadline, otherwise)


def _read(entity: Entity, context: Context) -> Reading:
    # The fork server has the reader loaded; the process that asks need not load it too.
    from ingest.reading.reader import read

    return read(entity, context)


def spare() -> None:
    """Have garbage looked for seldom in this process, and never among what is loaded by now, which stays.

    A page that was read leaves none that is not given back at once; what readers remember of pages is much, and to look
    through it takes as long as to read several of them.
    """
    gc.freeze()
    gc.set_threshold(*_SELDOM)


def _settle() -> None:
    spare()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
