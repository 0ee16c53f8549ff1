"""Pool: reader processes with a deadline per page. A page that hangs, crashes or eats memory hurts only its reader."""

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
from ingest.cataloguing.allocator import give_back
from ingest.processes import end_fork_server, start_fork_server

Result = TypeVar("Result")
# The order matters: `warm` freezes everything loaded so far, so that the readers' garbage collector skips it.
PRELOADED = ["ingest.cataloguing.reader_pool", "ingest.reading.warm"]
# Thresholds for `gc.set_threshold`: new objects, then how many collections of the younger generation.
_SELDOM = (50_000, 20, 20)
TASKS_A_PROCESS = 5000
"""A reader process is replaced after this many pages, because libraries under it may leak."""
# A reader is replaced if one page left this many bytes behind, or all pages together did. Otherwise the next page could
# use that memory in addition to its own limit. What readers remember of pages grows slowly.
_GROWN, _GROWN_IN_ALL = 48 * 1024 * 1024, 128 * 1024 * 1024


MEMORY = 160 * 1024 * 1024
"""How many bytes a reader process may take for one page, in addition to what it has."""
# Responses of at least this many bytes are read one at a time: the memory for reading grows with them, and two readers
# at their limit at once may be too much for a machine. Shorter pages do not wait for them.
_LONG = 4 * 1024 * 1024
DEADLINE = 20.0
"""Seconds that a page may take."""
PATIENCE = 600.0
"""Seconds that a page may take if it is read again for comparison.

Pages that a reader gave up are not read again, and the others once took a fraction of this. So a busy machine does not
change the result.
"""
# The allocator may keep this many more bytes after a page; beyond that, memory is given back.
_KEPT = 32 * 1024 * 1024


class NoReaders(CreditlineError):
    """No page can be read any more, because the reader processes are gone."""

    # The system killed them, for example because memory is short. Nothing is lost: the pages are kept and read later.
    code = Exit.ATTENTION
    hint = "run again: what was kept is read then"


# The size of this process when it began to read, and when it last gave memory back. Together they show what all pages
# have left behind.
_began, _trimmed = [0], [0]
# Whether pages have left so much memory behind that this process should read no more.
_worn = [False]


class _Tasks(int):
    """How many pages a reader reads: this number, or fewer if it is worn before that.

    The pebble process compares this number with its count of pages before it takes the next page.
    """

    def __gt__(self, read: int) -> bool:
        return super().__gt__(read) and not _worn[-1]


def reading_given_up(reason: str, context: Context) -> Reading:
    """Return the reading of a page that its reader gave up on. An item can be made of it, but its text is missing."""
    from ingest.reading.version import stamp

    profile = context.profile.digest if context.profile else None
    refs = tuple(witness.ref for witness in context.witnesses)
    return Reading(stamp(profile), PageKind.PAGE, partial=Partial.UNREAD, unread=reason, heard=refs)


@dataclass(frozen=True, slots=True)
class _Failed:
    """The error of a reader, in words, because not every exception can be passed between processes."""

    why: str

    @classmethod
    def of(cls, error: Exception) -> _Failed:
        return cls(f"{type(error).__name__}: {error}")


class _Context(ForkServerContext):
    """Starts reader processes. It keeps their locks alive: a reader that starts very late still needs them."""

    def __init__(self) -> None:
        super().__init__()
        self._locks: list[object] = []
        self.set_forkserver_preload(PRELOADED)

    def RLock(self) -> Lock:  # noqa: N802 - as the library spells it
        lock = super().RLock()
        self._locks.append(lock)
        return lock


def load_readers() -> None:
    """Let the fork server of this process begin to load the reader, for a pool that is opened later."""
    _Context()
    start_fork_server()


@dataclass(frozen=True, slots=True)
class Pending(Generic[Result]):
    """A page that is being read.

    Attributes:
        deadline: seconds, for the message when they have passed.
        otherwise: makes the result from a reason, if the reader failed.
        begun: for a page that waits for its turn: the task of its reader, once that has started.
    """

    future: Any
    deadline: float
    otherwise: Callable[[str], Result]
    begun: Sequence[Any] = ()

    def done(self) -> bool:
        """Return whether the result is ready."""
        return bool(self.future.done())

    def wait(self, seconds: float) -> None:
        """Wait until the result is ready, for *seconds* at most."""
        wait([self.future], seconds)

    def cancel(self) -> None:
        """Cancel the task; its result then says so."""
        for one in (self.future, *self.begun):
            one.cancel()

    def result(self) -> Result:
        """Wait for the result and return it. A passed deadline or a crash is a result that says so, not an error.

        Raises:
            NoReaders: no reader process can be started.
            Damaged, DiskFailed: the stored page cannot be fetched from its file.
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
            raise  # the fault is in the file that holds the page, not in the page
        except Exception as error:  # noqa: BLE001 - the result could not be passed over: this page fails, no others
            found = _Failed.of(error)
        return self.otherwise(f"the reader failed: {found.why}"[:200]) if isinstance(found, _Failed) else found


def as_finished(reading: Reading) -> Pending[Reading]:
    """Return the *reading* of a page that was read before, in the form of a finished task."""
    future: Future[Reading] = Future()
    future.set_result(reading)
    return Pending(future, 0.0, lambda _reason: reading)


class ReaderPool:
    """Reader processes, forked from a server that has the reader loaded and warm (`warm`).

    Use it as a context manager. Leaving it with an exception stops the readers at once; otherwise they finish all pages
    that were submitted. Readers ignore SIGINT: the process that started them decides.
    """

    def __init__(self, workers: int, deadline: float = DEADLINE, *, memory: int = MEMORY) -> None:
        self._workers, self._memory = workers, memory
        self._given_up = False
        self._deadline = deadline

    def __enter__(self) -> Self:
        self._context = _Context()
        self._pool = ProcessPool(self._workers, _Tasks(TASKS_A_PROCESS), _settle, (), self._context)
        self._one_at_a_time = ThreadPoolExecutor(1, "long-pages")
        self._long: Any = None
        self._stopped = False
        self._starting: Thread | None = None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None and issubclass(kind, KeyboardInterrupt):
            end_fork_server()  # it may be loading the reader, for seconds
        if self._starting is not None:
            self._starting.join()  # if closed while it starts, the pool would be open afterwards
        if kind is None and not self._given_up:
            self._one_at_a_time.shutdown()
            self._pool.close()  # type: ignore[no-untyped-call]  # pebble types it not
        else:
            self._stopped = True
            self._one_at_a_time.shutdown(wait=False, cancel_futures=True)
            self._pool.stop()  # type: ignore[no-untyped-call]  # pebble types it not
        self._pool.join()
        # A pool that is stopped does not end what waits for a reader: the thread would keep the process for ever.
        if self._long is not None:
            self._long.cancel()

    def give_up(self) -> None:
        """Do not wait for any reader when the block ends, whatever it is reading."""
        self._given_up = True

    def is_ready(self, patience: float = 0.0) -> bool:
        """Return whether readers are ready, after waiting *patience* seconds at most; the first call starts them.

        Starting takes seconds, because libraries have to be loaded. A caller with other work calls this first.
        """
        if self._starting is None:
            self._starting = Thread(target=self._start, name="readers", daemon=True)
            self._starting.start()
        self._starting.join(patience)
        return not self._starting.is_alive()

    def _start(self) -> None:
        # If they cannot be started, whoever submits a page gets the error.
        with suppress(OSError, EOFError, BrokenProcessPool):
            start_fork_server()
            _ = self._pool.active

    def submit(self, found: Entity | Response | Stored, context: Context) -> Pending[Reading]:
        """Have *found* read and return the pending Reading.

        A response is decoded in the reader. A stored response is fetched from its file there, and its head is put into
        the context.
        """
        return self.schedule_by_size(found, _read, (found, context), lambda reason: reading_given_up(reason, context))

    def schedule(
        self,
        function: Callable[..., Result],
        arguments: tuple[Any, ...],
        otherwise: Callable[[str], Result],
        *,
        memory: int | None = None,
    ) -> Pending[Result]:
        """Run a module-level *function* in a reader, under the deadline.

        It may take *memory* bytes; None means as many as for a page.

        Raises:
            NoReaders: no reader process can be started.
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
        """Run *function* on *found*: at once if it is short, else as soon as no other long one is being read."""
        if _size_of(found) < _LONG:
            return self.schedule(function, arguments, otherwise, memory=self._left(found))
        begun: list[Any] = []

        def in_turn() -> Any:
            # The deadline starts here, when it is this page's turn.
            try:
                self._long = self._handed(function, arguments, self._left(found))
            except RuntimeError as error:
                raise BrokenProcessPool(str(error)) from error
            begun.append(self._long)
            if self._stopped:  # in the moment before
                self._long.cancel()
            return self._long.result()

        return Pending(self._one_at_a_time.submit(in_turn), self._deadline, otherwise, begun)

    def _handed(self, function: Callable[..., Result], arguments: tuple[Any, ...], memory: int) -> Any:
        start_fork_server()
        return self._pool.schedule(_tried, args=(memory, function, *arguments), timeout=self._deadline)

    def _left(self, found: Entity | Response | Stored) -> int:
        """Return how many of the bytes for one page are left next to the page itself.

        The reader holds a page twice: as it comes through the pipe, and as an object.
        """
        return self._memory if isinstance(found, Stored) else self._memory - 2 * _size_of(found)


def _size_of(found: Entity | Response | Stored) -> int:
    if isinstance(found, Stored):
        return found.size
    return len(found.data if isinstance(found, Response) else found.body)


def decode_request(found: Entity | Response | Stored, context: Context) -> tuple[Entity, Context]:
    """Return the decoded entity to read, and its context."""
    if isinstance(found, Stored):
        whole = found.response()
        head = read_head(whole.data)
        found = replace(whole, head=head)
        context = replace(context, head=whole.data[: head.length])
    return (found.entity() if isinstance(found, Response) else found), context


def _read(found: Entity | Response | Stored, context: Context) -> Reading:
    # The fork server has the reader loaded, so the asking process need not load it.
    from ingest.reading.reader import read

    return read(*decode_request(found, context))


def _tried(memory: int, function: Callable[..., Result], *arguments: Any) -> Result | _Failed:
    """Call *function* as `bounded` does, and return the exception that it raises, so that only this page fails."""
    try:
        return bounded(memory, function, *arguments)
    except (MemoryError, Damaged, DiskFailed):
        raise
    except Exception as error:  # noqa: BLE001 - without memory, C libraries raise exceptions of any kind
        return _Failed.of(error)


def bounded(memory: int, function: Callable[..., Result], *arguments: Any) -> Result:
    """Call *function* in this process with a limit of *memory* bytes above its present size."""
    before, (soft, hard) = _size(), resource.getrlimit(resource.RLIMIT_AS)
    wanted = before + memory
    resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
    try:
        return function(*arguments)
    except MemoryError as error:
        traceback.clear_frames(error.__traceback__)  # the frames hold what filled the memory
        raise
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
        size = _size()
        if size > _trimmed[-1] + _KEPT:
            give_back()
            size = _trimmed[-1] = _size()
        _worn[-1] = _worn[-1] or size > min(before + _GROWN, _began[-1] + _GROWN_IN_ALL)


def _size() -> int:
    """Return the size of this process's address space, in bytes."""
    # Called twice per page, so it avoids the cost of a file object.
    descriptor = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
    try:
        return int(os.read(descriptor, 128).split(maxsplit=1)[0]) * resource.getpagesize()
    finally:
        os.close(descriptor)


def tune_garbage_collector() -> None:
    """Make the garbage collector run seldom in this process, and never over what is loaded by now.

    Reading a page leaves almost no cyclic garbage. But readers remember a lot of earlier pages, and one collection over
    that takes as long as reading several pages.
    """
    gc.freeze()
    gc.set_threshold(*_SELDOM)


def _settle() -> None:
    _began[-1] = _trimmed[-1] = _size()
    tune_garbage_collector()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
