"""Pool: readers in processes of their own, each page with a deadline; what a page does to its reader stays
there."""

from __future__ import annotations

import gc
import os
import resource
import signal
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from concurrent.futures import TimeoutError as DeadlinePassed
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from multiprocessing.synchronize import RLock as Lock
from threading import Thread
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from archive.errors import CreditlineError, Damaged, DiskFailed, Exit
from archive.http.exchange import Entity, Response, read_head
from archive.replay import Stored
from db.model.item import Context, PageKind, Partial, Reading
from ingest.reading.allocator import give_back

Result = TypeVar("Result")
# In this order: `warm` sets aside all that is loaded by then, so that no reader looks through it for garbage.
PRELOADED = ["ingest.reading.pool", "ingest.reading.warm"]
# So many objects more than before, so many times, and so many times that (see `gc.set_threshold`).
_SELDOM = (50_000, 20, 20)
TASKS_A_PROCESS = 5000
"""A reader process is replaced after so many pages, whatever leaks in the libraries under it."""
# A reader in which one page left so much, or all pages together so much, is replaced: a page that comes next would
# get what those left, and its own memory beside. What readers remember of pages grows slowly.
_GROWN, _GROWN_IN_ALL = 48 * 1024 * 1024, 128 * 1024 * 1024


MEMORY = 160 * 1024 * 1024
"""So many bytes beside those that it has may a reader process take for one page."""
# Of answers of so many bytes one is read at a time: what reading takes grows with them, and two readers at their
# bound at once are what a machine may be short of. Others pass by those that wait.
_LONG = 4 * 1024 * 1024
DEADLINE = 20.0
"""Seconds that a page has."""
PATIENCE = 600.0
"""Seconds that a page has which is read to be compared. Those that the reader gave up are not tried again, and the
others it has read in a fraction of that: a busy machine makes no difference.
"""
# So much more may the allocator keep after a page; what is beyond that is given back.
_KEPT = 32 * 1024 * 1024


class NoReaders(CreditlineError):
    """No page can be read any more: the processes that read are gone."""

    # The system ended them, as where memory is short. Nothing is lost: pages are kept and not read yet.
    code = Exit.ATTENTION
    hint = "run again: what was kept is read then"


# The size of this process when it began to read, and when it last gave memory back: what pages leave behind must not
# add up.
_began, _trimmed = [0], [0]
# Whether so much was left behind in this process that no page should be read in it any more.
_worn = [False]


class _Tasks(int):
    """How many pages a reader reads: so many, or as many as there are before it is worn.

    Its process compares this number with what it has read, before it takes the next page.
    """

    def __gt__(self, read: int) -> bool:
        return super().__gt__(read) and not _worn[-1]


def unread(reason: str, context: Context) -> Reading:
    """Return the reading of a page that its reader gave up on: an item can be made of it, its text is
    wanting.
    """
    from ingest.reading.version import stamp

    profile = context.profile.digest if context.profile else None
    refs = tuple(witness.ref for witness in context.witnesses)
    return Reading(stamp(profile), PageKind.PAGE, partial=Partial.UNREAD, unread=reason, heard=refs)


@dataclass(frozen=True, slots=True)
class _Failed:
    """What a reader ran into, in words: not every error can be handed from process to process."""

    why: str

    @classmethod
    def of(cls, error: Exception) -> _Failed:
        return cls(f"{type(error).__name__}: {error}")


class _Context(ForkServerContext):
    """How readers are started. It holds on to their locks: a reader that only begins when all is done needs them."""

    def __init__(self) -> None:
        super().__init__()
        self._locks: list[object] = []
        self.set_forkserver_preload(PRELOADED)

    def RLock(self) -> Lock:  # noqa: N802 - as the library spells it
        lock = super().RLock()
        self._locks.append(lock)
        return lock


def load_readers() -> None:
    """Have the fork server of this process begin to load the reader, which a pool that is opened later needs."""
    _Context()
    forkserver.ensure_running()


@dataclass(frozen=True, slots=True)
class Pending(Generic[Result]):
    """A page that is being read. *otherwise* makes its result from a reason where the reader did not come
    back; *begun* is what its reader does for it, where it had to wait for one.
    """

    future: Any
    deadline: float
    otherwise: Callable[[str], Result]
    begun: Sequence[Any] = ()

    def done(self) -> bool:
        """Say whether the result is there."""
        return bool(self.future.done())

    def wait(self, seconds: float) -> None:
        """Wait until the result is there, *seconds* at most."""
        wait([self.future], seconds)

    def cancel(self) -> None:
        """End it; its result says so."""
        for one in (self.future, *self.begun):
            one.cancel()

    def result(self) -> Result:
        """Wait for the result and return it; a deadline passed or a crash is a result that says so, never
        an error.

        Raises:
            NoReaders: there is no process left that reads.
            Damaged, DiskFailed: what is stored cannot be fetched.
        """
        try:
            found: Result | _Failed = self.future.result()
        except DeadlinePassed:
            return self.otherwise(f"deadline of {self.deadline:g} s passed")
        except ProcessExpired as error:
            return self.otherwise(f"the reader process ended with exit code {error.exitcode}")
        except CancelledError:
            return self.otherwise("the reader was stopped before it came to this page")
        except MemoryError:
            return self.otherwise(f"more than {MEMORY >> 20} MB of memory were needed")
        except BrokenProcessPool as error:
            raise NoReaders(f"no page can be read: {error}") from error
        except (Damaged, DiskFailed):
            raise  # of the file that a page lies in, and not of the page
        except Exception as error:  # noqa: BLE001 - a result that could not be handed over: one page, and no others
            found = _Failed.of(error)
        return self.otherwise(f"the reader failed: {found.why}"[:200]) if isinstance(found, _Failed) else found


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

    def __init__(self, workers: int, deadline: float = DEADLINE, *, memory: int = MEMORY) -> None:
        self._workers, self._memory = workers, memory
        self._given_up = False
        self._deadline = deadline

    def __enter__(self) -> Self:
        self._context = _Context()
        self._pool = ProcessPool(self._workers, _Tasks(TASKS_A_PROCESS), _settle, (), self._context)
        self._one_at_a_time = ThreadPoolExecutor(1, "long-pages")
        self._starting: Thread | None = None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._starting is not None:
            self._starting.join()  # a pool that is closed while it starts would be open afterwards
        if kind is None and not self._given_up:
            self._one_at_a_time.shutdown()
            self._pool.close()  # type: ignore[no-untyped-call]  # pebble types it not
        else:
            self._one_at_a_time.shutdown(wait=False, cancel_futures=True)
            self._pool.stop()  # type: ignore[no-untyped-call]  # pebble types it not
        self._pool.join()

    def give_up(self) -> None:
        """Have no reader awaited when the block ends, whatever it is at."""
        self._given_up = True

    def is_ready(self, patience: float = 0.0) -> bool:
        """Say whether readers are there, waiting *patience* seconds at most; the first to ask has them started.

        That takes seconds, for their libraries have to be loaded: who has other work meanwhile, asks this first.
        """
        if self._starting is None:
            self._starting = Thread(target=self._start, name="readers", daemon=True)
            self._starting.start()
        self._starting.join(patience)
        return not self._starting.is_alive()

    def _start(self) -> None:
        # Where they cannot be started, whoever gives them a page is told.
        with suppress(OSError, EOFError):
            _ = self._pool.active

    def submit(self, found: Entity | Response | Stored, context: Context) -> Pending[Reading]:
        """Have *found* read; ask the returned value for the Reading.

        A response is decoded before that, and one that is stored is fetched from its file, its head into the context.
        """
        return self.schedule_by_size(found, _read, (found, context), lambda reason: unread(reason, context))

    def schedule(
        self,
        function: Callable[..., Result],
        arguments: tuple[Any, ...],
        otherwise: Callable[[str], Result],
        *,
        memory: int | None = None,
    ) -> Pending[Result]:
        """Have any *function* of a module run in a reader, under the deadline, with *memory* bytes more at most; as
        many as for a page if None.

        Raises:
            NoReaders: there is no process left that reads.
        """
        try:
            future = self._handed(function, arguments, self._memory if memory is None else memory)
        except RuntimeError as error:
            raise NoReaders(f"no page can be read: {error}") from error
        return Pending(future, self._deadline, otherwise)

    def schedule_by_size(
        self,
        found: Entity | Response | Stored,
        function: Callable[..., Result],
        arguments: tuple[Any, ...],
        otherwise: Callable[[str], Result],
    ) -> Pending[Result]:
        """Have *function* run of *found*: at once, or, of a long one, when no other long one is being read."""
        if _size_of(found) < _LONG:
            return self.schedule(function, arguments, otherwise, memory=self._left(found))
        begun: list[Any] = []

        def in_turn() -> Any:
            # Its deadline begins with its turn.
            try:
                begun.append(self._handed(function, arguments, self._left(found)))
            except RuntimeError as error:
                raise BrokenProcessPool(str(error)) from error
            return begun[0].result()

        return Pending(self._one_at_a_time.submit(in_turn), self._deadline, otherwise, begun)

    def _handed(self, function: Callable[..., Result], arguments: tuple[Any, ...], memory: int) -> Any:
        return self._pool.schedule(_tried, args=(memory, function, *arguments), timeout=self._deadline)

    def _left(self, found: Entity | Response | Stored) -> int:
        """Return how much of the memory for one page is left beside the page itself, which the reader is handed twice:
        as it comes through the pipe, and as it is.
        """
        return self._memory if isinstance(found, Stored) else self._memory - 2 * _size_of(found)


def _size_of(found: Entity | Response | Stored) -> int:
    if isinstance(found, Stored):
        return found.size
    return len(found.data if isinstance(found, Response) else found.body)


def opened(found: Entity | Response | Stored, context: Context) -> tuple[Entity, Context]:
    """Return what is to be read, decoded, and with which context."""
    if isinstance(found, Stored):
        whole = found.response()
        head = read_head(whole.data)
        found = replace(whole, head=head)
        context = replace(context, head=whole.data[: head.length])
    return (found.entity() if isinstance(found, Response) else found), context


def _read(found: Entity | Response | Stored, context: Context) -> Reading:
    # The fork server has the reader loaded; the process that asks need not load it too.
    from ingest.reading.reader import read

    return read(*opened(found, context))


def _tried(memory: int, function: Callable[..., Result], *arguments: Any) -> Result | _Failed:
    """Call *function* as `bounded` does, and return what it raises: one page takes no others down."""
    try:
        return bounded(memory, function, *arguments)
    except (MemoryError, Damaged, DiskFailed):
        raise
    except Exception as error:  # noqa: BLE001 - libraries in C that find no memory left raise whatever they like
        return _Failed.of(error)


def bounded(memory: int, function: Callable[..., Result], *arguments: Any) -> Result:
    """Call *function* in this process, which may take *memory* more than it has now, whatever pages before it took."""
    before, (soft, hard) = _size(), resource.getrlimit(resource.RLIMIT_AS)
    wanted = before + memory
    resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
    try:
        return function(*arguments)
    except MemoryError as error:
        traceback.clear_frames(error.__traceback__)  # they hold what took the memory
        raise
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
        size = _size()
        if size > _trimmed[-1] + _KEPT:
            give_back()
            size = _trimmed[-1] = _size()
        _worn[-1] = _worn[-1] or size > min(before + _GROWN, _began[-1] + _GROWN_IN_ALL)


def _size() -> int:
    """Return how many bytes of address space this process has."""
    # Asked twice of each page, and so without a file object.
    descriptor = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
    try:
        return int(os.read(descriptor, 128).split(maxsplit=1)[0]) * resource.getpagesize()
    finally:
        os.close(descriptor)


def spare() -> None:
    """Have garbage looked for seldom in this process, and never among what is loaded by now, which stays.

    A page that was read leaves none that is not given back at once; what readers remember of pages is much, and to look
    through it takes as long as to read several of them.
    """
    gc.freeze()
    gc.set_threshold(*_SELDOM)


def _settle() -> None:
    _began[-1] = _trimmed[-1] = _size()
    spare()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
