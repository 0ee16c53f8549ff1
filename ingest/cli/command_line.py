"""Command lines that messages tell a person to type: with the folder of the collection, so that they can be pasted."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

# The name of the program before a verb; a line with a folder of its own names it after the program. What asks for the
# help of a verb needs no folder. Quoted words are a publisher's: "keep the creditline of the institute"; and a site is
# asked to let "the agent creditline in".
_TYPED = re.compile(r"“.*”|(?<![\w./-])(?<!agent )creditline (?=[a-z]|--json )(?![a-z]+ --help)")


def on(directory: Path) -> str:
    """Return how a command line on the collection in *directory* begins."""
    return f"creditline -C {shlex.quote(str(directory))}"


def to_type(text: str, directory: Path) -> str:
    """Return *text* with *directory*, as the person named it with ``-C``, in each command line that lacks a folder."""
    # Here and not where each line is written: the room that knows what to do next rarely knows what was typed.
    if directory == Path():
        return text
    return _TYPED.sub(lambda found: found[0] if found[0].startswith("“") else f"{on(directory)} ", text)
