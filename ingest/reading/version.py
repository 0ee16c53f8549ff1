"""Version: which reader reads here, told without loading it."""

from __future__ import annotations

from functools import cache
from importlib import metadata

from db.model.item import Stamp


@cache
def stamp(profile: str | None = None) -> Stamp:
    """Return which reader reads here: the versions of what is installed, and the digest of the profile, if
    any.
    """
    creditline, trafilatura, lxml, pypdfium2 = map(metadata.version, ("creditline", "trafilatura", "lxml", "pypdfium2"))
    return Stamp(creditline, trafilatura, lxml, profile, pypdfium2)
