"""Version: which reader reads here, told without loading it."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path

from db.model.item import Stamp


@cache
def stamp(profile: str | None = None) -> Stamp:
    """Return which reader reads here: the versions of what is installed, and the digest of the profile, if
    any; and that of the weights by which passages are told to be text.
    """
    creditline, trafilatura, lxml, pypdfium2 = map(metadata.version, ("creditline", "trafilatura", "lxml", "pypdfium2"))
    weights = sha256(Path(__file__).with_name("weights.json").read_bytes()).hexdigest()[:12]
    return Stamp(creditline, trafilatura, lxml, profile, pypdfium2, weights)
