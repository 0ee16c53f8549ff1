"""Progress: the interfaces by which a run reports its progress; and numbers of things in words."""

from __future__ import annotations

from typing import Protocol


def counted(number: int, noun: str) -> str:
    """Return ``1 item``, ``2 items``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


class Progress(Protocol):
    """Receives the progress of a run."""

    def page(self, done: int, total: int, event: dict[str, object]) -> None:
        """One visit has ended: *event* holds its url, its outcome, and what is known of the page."""

    def talk(self, text: str) -> None:
        """Show a message to the person, above the progress bar."""


class Steps(Protocol):
    """Receives the progress of work with a known number of steps."""

    def __call__(self, done: int, total: int, now: str = "", /) -> None:
        """*done* of *total* steps are finished; *now* names the last one."""
