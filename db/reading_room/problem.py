"""Problems: requests that cannot be answered, shown to people as a page and sent to programs as RFC 9457 details."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Any

from archive.errors import CreditlineError


class Problem(CreditlineError):
    """A request that cannot be answered.

    Attributes:
        status: the HTTP status of the answer.
        title: the kind of problem in a few words; *detail* explains this one and what to do.
        retry: the number of seconds after which asking again makes sense.
        extra: further members of the problem details.
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
        # Pickled when one process raises it and another reports it.
        named: dict[str, Any] = {"retry": self.retry, **self.extra}
        return partial(Problem, **named), (self.status, self.title, self.detail)

    def as_json(self) -> dict[str, object]:
        """Return the members of the problem details."""
        told = {"type": "about:blank", "title": self.title, "status": self.status}
        return told | ({"detail": self.detail} if self.detail else {}) | self.extra
