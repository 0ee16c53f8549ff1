"""Former catalogue: the one that a rebuild replaced and kept, because it had to leave out files that it cannot read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path


def former_catalogue(directory: Path, at: datetime) -> Path:
    """Return where a rebuild at *at* keeps the catalogue of the collection in *directory*."""
    return directory / f"former-catalogue-{at:%Y%m%d%H%M%S}.db"


def former_catalogues(directory: Path) -> list[Path]:
    """Return those that were kept there, oldest first."""
    return sorted(directory.glob("former-catalogue-*.db"))
