"""Progress: what a run says while it is under way, and to whom; how many of something, in words."""

from __future__ import annotations

from typing import Protocol


def counted(number: int, noun: str) -> str:
    """Return ``1 item``, ``2 items``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


class Progress(Protocol):
    """Who is told how a run goes on."""

    def page(self, done: int, total: int, event: dict[str, object]) -> None:
        """One visit has ended: *event* has url, outcome and what is known of the page."""

    def talk(self, text: str) -> None:
        """Say something to the person, above the bar."""


class Steps(Protocol):
    """Who is told how work goes on that has so many steps."""

    def __call__(self, done: int, total: int, now: str = "", /) -> None:
        """So many of so many are done; *now* was the last."""
