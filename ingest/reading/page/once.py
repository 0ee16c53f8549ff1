"""Once: a property that is computed when it is first used, and kept."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    once = cached_property
else:

    class once(cached_property):  # noqa: N801 - it is written as a decorator
        """`functools.cached_property` without the lock that it takes before Python 3.12.

        A page is read by a single thread, which uses a dozen such properties.
        """

        def __get__(self, instance: Any, owner: Any = None) -> Any:
            """Return the value for *instance*, after computing it."""
            if instance is None:
                return self
            made = instance.__dict__[self.attrname] = self.func(instance)
            return made
