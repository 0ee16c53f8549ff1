"""Problems: what could not be answered, told as a page to people and as problem details (RFC 9457) to programs."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Any

from archive.errors import CreditlineError


class Problem(CreditlineError):
    """A question that is not answered.

    Attributes:
        status: of the answer.
        title: what kind of problem it is, in a few words; *detail*: this one, and what to do.
        retry: after how many seconds it is worth asking again.
        extra: members that problem details may carry beside these.
    """

    def __init__(
        self, status: int, title: str | None = None, detail: str = "", *, retry: int | None = None, **extra: object
    ) -> None:
        super().__init__(title or detail)
        self.status = status
        self.title = title or HTTPStatus(status).phrase
        self.detail = detail
        self.retry = retry
        self.extra = extra

    def __reduce__(self) -> tuple[object, ...]:
        # What one process raises another may tell.
        named: dict[str, Any] = {"retry": self.retry, **self.extra}
        return partial(Problem, **named), (self.status, self.title, self.detail)

    def as_json(self) -> dict[str, object]:
        """Return it as the members of problem details."""
        told = {"type": "about:blank", "title": self.title, "status": self.status}
        return told | ({"detail": self.detail} if self.detail else {}) | self.extra
