"""The commands of the tutorial, one after the other, on the demonstration's collection."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit

TUTORIAL = Path(__file__).resolve().parents[2] / "docs" / "tutorial.md"


def typed() -> list[list[str]]:
    """The words of each command between the demonstration and one's own site."""
    text = TUTORIAL.read_text(encoding="utf-8")
    told = text[text.index("\n## 2. ") : text.index("\n## 7. ")]
    blocks = re.findall(r"^```(?:sh|console)\n(.*?)^```", told, re.MULTILINE | re.DOTALL)
    lines = [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith("creditline ")]


@pytest.mark.slow
def test_every_command_of_the_tutorial_succeeds_and_prints_something(
    story: Any, creditline: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(story.third.layout.directory, tmp_path / "demo-collection")
    monkeypatch.chdir(folder)
    commands = typed()
    assert len(commands) > 12
    for words in commands:
        ended = creditline(*words)
        assert (ended.code, bool(ended.out or ended.err)) == (Exit.DONE, True), (words, ended.err)
    assert {"institute.json", "institute.ris"} <= {path.name for path in folder.iterdir()}
