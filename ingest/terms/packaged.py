"""The packaged words and rules of reuse terms, as the files under ``wordings`` hold them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_WORDINGS = Path(__file__).parent / "wordings"


@cache
def packaged(name: str) -> dict[str, Any]:
    """What the file of that name holds, read once a process."""
    return tomllib.loads((_WORDINGS / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def tongues() -> dict[str, dict[str, Any]]:
    """What the file of each language holds, by its name."""
    languages = sorted({path.stem for path in _WORDINGS.glob("*.toml")} - {"rules", "licenses"})
    return {language: packaged(language) for language in languages}
