"""Console: data on stdout, talk on stderr, progress as a bar on a terminal and as JSON lines elsewhere."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from archive.control_characters import in_json, neutral
from ingest.cli.ink import dried, wrapped
from ingest.progress import Progress, Steps


@dataclass(frozen=True, slots=True)
class Console:
    """Where a command speaks, and the flags that say how."""

    directory: Path
    as_json: bool = False
    quiet: bool = False
    plain: bool = False
    """For a person, whatever stdout is: summaries in words, talk beside the data, no bar."""
    works: bool = False
    """The command does something besides printing: it goes on where nobody reads any more what it prints."""

    def out(self, text: str) -> None:
        """Print data."""
        # Nearly everything that is printed holds words of others, so nothing goes out without it.
        self._echo(neutral(text), err=False)

    def read(self, text: str) -> None:
        """Print *text* for a person to read: on a terminal its lines are broken where the screen ends."""
        width = self.width
        self.out(wrapped(text, width) if width else text)

    @property
    def width(self) -> int:
        """How many columns the terminal has that is printed to; 0 where it is none."""
        return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0

    def out_json(self, value: object) -> None:
        """Print *value* as one line of JSON."""
        self._echo(in_json(value), err=False)

    def talk(self, text: str) -> None:
        """Say something to the person; nothing when quiet."""
        if not self.quiet:
            # Beside the data, so that what is piped on is data alone.
            self._echo(neutral(text), err=not self.plain)

    def _echo(self, text: str, *, err: bool) -> None:
        stream = sys.stderr if err else sys.stdout
        # As https://no-color.org has it.
        text = dried(text, colours=stream.isatty() and not os.environ.get("NO_COLOR"))
        try:
            click.echo(text, err=err)
        except BrokenPipeError:
            # Whoever reads with `head` has seen enough of a list; a run must not end because of it.
            if not self.works:
                raise
            # Nothing more is said there: each further line would fail in the same way.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())

    def typed(self, words: str) -> str:
        """Return the command line that types *words* of the collection at hand, from where the person stands."""
        return (
            f"creditline {words}"
            if self.directory in (Path(), Path.cwd())
            else f"creditline -C {self.directory} {words}"
        )

    def absent(self, ref: str) -> None:
        """Say that the item *ref* was not held on the day that was asked for."""
        self.talk(f"{ref} was not held on that day")

    @property
    def lines(self) -> bool:
        """Whether progress goes out as JSON lines: asked for, or stdout is no terminal."""
        return self.as_json or not (self.plain or sys.stdout.isatty())

    @contextmanager
    def steps(self, what: str) -> Iterator[Steps]:
        """Yield a function that is told how many of how many are done, and what was last; a bar on a terminal."""
        # A bar in a log file is a thousand lines of control characters.
        if self.quiet or self.plain or self.as_json or not sys.stderr.isatty():
            yield lambda _done, _total, _now="": None
            return
        with _bar(what) as bar:
            yield lambda done, total, now="": bar.rich.update(
                bar.task, completed=done, total=total, now=neutral(now[-60:])
            )

    @contextmanager
    def progress(self, what: str) -> Iterator[Progress]:
        """Show the progress of a run while the block lasts."""
        if self.quiet or self.plain:
            yield _Silence(self)
        elif self.lines:
            yield _Lines(self)
        else:
            with _bar(what) as bar:
                yield bar


@dataclass(frozen=True, slots=True)
class _Silence:
    console: Console

    def page(self, done: int, total: int, event: dict[str, object]) -> None:
        return

    def talk(self, text: str) -> None:
        self.console.talk(text)


@dataclass(frozen=True, slots=True)
class _Lines:
    console: Console

    def page(self, done: int, total: int, event: dict[str, object]) -> None:
        self.console.out_json({"event": "page", "done": done, "total": total, **event})

    def talk(self, text: str) -> None:
        self.console.talk(text)


@contextmanager
def _bar(what: str) -> Iterator[_Bar]:
    # Loaded only where there is a bar: most commands show none, and are to begin at once.
    from rich.console import Console as Terminal
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Rich

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        # No markup: brackets in a URL would be taken for colours.
        TextColumn("{task.fields[now]}", markup=False),
    )
    # On stderr, for stdout is data.
    with Rich(*columns, console=Terminal(stderr=True), transient=True) as rich:
        yield _Bar(rich, rich.add_task(what, total=None, now="", rate=""))


@dataclass(slots=True)
class _Bar:
    rich: Any
    task: Any

    def page(self, done: int, total: int, event: dict[str, object]) -> None:
        speed = self.rich.tasks[0].speed
        rate = f"{speed:.1f} pages/s" if speed else ""
        self.rich.update(self.task, completed=done, total=total, now=neutral(str(event["url"])[-60:]), rate=rate)

    def talk(self, text: str) -> None:
        self.rich.console.print(neutral(text), markup=False, highlight=False)
