"""Once: a property that is made when it is first asked for, and kept."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    once = cached_property
else:

    class once(cached_property):  # noqa: N801 - it is written as a decorator
        """What `functools.cached_property` is, without the lock that it takes before Python 3.12: one thread reads a
        page, and asks for a dozen of these.
        """

        def __get__(self, instance: Any, owner: Any = None) -> Any:
            """Return what was made for *instance*, or make it."""
            if instance is None:
                return self
            made = instance.__dict__[self.attrname] = self.func(instance)
            return made
