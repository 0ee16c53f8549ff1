"""Console: data on stdout, messages on stderr, progress as a bar on a terminal and as JSON lines elsewhere."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import click

from archive.control_characters import in_json, replace_control_characters
from archive.errors import NO_ROOM
from ingest.cli.command_line import to_type
from ingest.cli.ink import render_ink, wrapped
from ingest.progress import Progress, Steps

LISTED = 100
"""How many entries of a long list a terminal shows; a terminal keeps few lines of what runs through it."""


@dataclass(frozen=True, slots=True)
class Console:
    """How a command writes its output, with the flags that control it."""

    directory: Path
    as_json: bool = False
    quiet: bool = False
    plain: bool = False
    """Write for a person, whatever stdout is: summaries in words, messages on stdout too, no bar."""
    works: bool = False
    """The command does more than print: it continues even if nobody reads its output any longer."""
    named: Path = Path()
    """The folder as the person typed it after -C, for the command lines in messages."""

    def out(self, text: str) -> None:
        """Print data, made harmless for a terminal."""
        # Nearly everything printed contains other people's text, so all of it is neutralized.
        self._echo(replace_control_characters(text), err=False)

    def well(self, text: str) -> None:
        """Print that something is in order, unless quiet: a job of the night then sends no mail."""
        if not self.quiet:
            self.out(text)

    def read(self, text: str) -> None:
        """Print *text* for a person to read; on a terminal, lines are wrapped to its width."""
        width = self.width
        self.out(wrapped(text, width) if width else text)

    @property
    def width(self) -> int:
        """The columns of the terminal on stdout; 0 if stdout is not a terminal."""
        return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0

    def most(self, asked: int | None) -> int | None:
        """Return how many entries of a list to print: *asked* for, or else all, but on a terminal only the first."""
        return LISTED if asked is None and self.width and not self.as_json else asked

    def out_json(self, value: object) -> None:
        """Print *value* as one line of JSON."""
        self._echo(in_json(value), err=False)

    def talk(self, text: str) -> None:
        """Show a message to the person, unless quiet."""
        if not self.quiet:
            # On stderr, so that a pipe receives only data.
            self._echo(replace_control_characters(self.to_type(text)), err=not self.plain)

    def wait(self, text: str) -> None:
        """Say on a terminal what takes a while; in a log, nobody waits."""
        if sys.stderr.isatty() and not self.as_json:
            self.talk(text)

    def _echo(self, text: str, *, err: bool) -> None:
        stream = sys.stderr if err else sys.stdout
        # NO_COLOR as described at https://no-color.org.
        text = render_ink(text, colours=stream.isatty() and not os.environ.get("NO_COLOR"))
        try:
            click.echo(text, err=err)
        except BrokenPipeError:
            # A reader such as `head` has closed the pipe; a run must not end because of it.
            if not self.works:
                raise
            self._close(stream)
        except OSError as error:
            # The disk of a log is full, which need not be that of the collection.
            # Messages on stderr are no reason to fail.
            if not (self.works or err) or error.errno not in NO_ROOM:
                raise
            self._close(stream)
            if not err:
                self.talk(f"the output can no longer be written, and the work goes on: {error.strerror}")

    def _close(self, stream: TextIO) -> None:
        """Write nothing more to *stream*: each further line would fail the same way."""
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())

    def advise(self, text: str) -> None:
        """Print data of our own that tells a person what to type, to be read; see `out` for other people's words."""
        self.read(self.to_type(text))

    def to_type(self, text: str) -> str:
        """Return *text* with the folder that the person named in each command line, so that it can be pasted."""
        return to_type(text, self.named)

    def say_not_held(self, ref: str) -> None:
        """Say that the item *ref* was not held on the requested day."""
        self.talk(f"{ref} was not held on that day")

    @property
    def lines(self) -> bool:
        """Whether progress is written as JSON lines: if requested, or if stdout is not a terminal."""
        return self.as_json or not (self.plain or sys.stdout.isatty())

    @contextmanager
    def steps(self, what: str, *, shown: bool = True) -> Iterator[Steps]:
        """Yield a function for reporting steps (done, total, the last one); shows a bar on a terminal, if *shown*."""
        # In a log file, a bar would be a thousand lines of control characters.
        if not shown or self.quiet or self.plain or self.as_json or not sys.stderr.isatty():
            yield lambda _done, _total, _now="": None
            return
        with _bar(what, self) as bar:
            yield lambda done, total, now="": bar.rich.update(
                bar.task, completed=done, total=total, now=replace_control_characters(now[-60:])
            )

    @contextmanager
    def progress(self, what: str) -> Iterator[Progress]:
        """Show the progress of a run while the block is running."""
        if self.quiet or self.plain:
            yield _Silence(self)
        elif self.lines:
            yield _Lines(self)
        else:
            with _bar(what, self) as bar:
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
def _bar(what: str, console: Console) -> Iterator[_Bar]:
    # Import only if there is a bar: most commands show none and should start at once.
    from rich.console import Console as Terminal
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Rich

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        # Without markup, because brackets in a URL would be taken for colours.
        TextColumn("{task.fields[now]}", markup=False),
    )
    # On stderr, because stdout is for data.
    with Rich(*columns, console=Terminal(stderr=True), transient=True) as rich:
        yield _Bar(rich, rich.add_task(what, total=None, now="", rate=""), console)


@dataclass(slots=True)
class _Bar:
    rich: Any
    task: Any
    console: Console

    def page(self, done: int, total: int, event: dict[str, object]) -> None:
        speed = self.rich.tasks[0].speed
        rate = f"{speed:.1f} pages/s" if speed else ""
        self.rich.update(
            self.task, completed=done, total=total, now=replace_control_characters(str(event["url"])[-60:]), rate=rate
        )

    def talk(self, text: str) -> None:
        text = self.console.to_type(text)
        self.rich.console.print(replace_control_characters(text), markup=False, highlight=False)
