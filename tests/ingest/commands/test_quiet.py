"""Quiet: a job of the night prints nothing, so that cron sends no mail, unless something needs attention."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from ingest.collection.collection import Layout

Command = Callable[..., Any]
pytestmark = pytest.mark.slow
PUMPS = "http://institute.example/heat-pumps-in-granite-towns/"


@pytest.fixture
def copy(story: Any, tmp_path: Path) -> Layout:
    return Layout(Path(shutil.copytree(story.third.layout.directory, tmp_path / "copy")))


def test_what_is_in_order_is_said_unless_quiet(
    creditline: Command, copy: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copy.directory)
    file = next(copy.warcs.glob("*.warc.gz"))
    proof, kept = tmp_path / "proof.json", tmp_path / "kept"
    assert creditline("quote", "Granite keeps the cold", "--proof", proof).code == Exit.DONE
    kept.write_text(creditline("checkpoint").out, "utf-8")
    for words in (
        ("verify", "--all"),
        ("verify", PUMPS),
        ("verify", file),
        ("verify", proof),
        ("verify", "--checkpoint", kept),
        ("doctor",),
        ("backup", tmp_path / "second", "--rehearse"),
        ("upgrade",),
    ):
        quiet = creditline("--quiet", *words)
        assert (quiet.code, quiet.out, quiet.err) == (Exit.DONE, "", ""), words
        assert creditline(*words).out != "", words


@pytest.mark.damages_collection("a byte of a file is changed")
def test_what_is_not_in_order_is_said_to_the_quiet_too(creditline: Command, copy: Layout, tmp_path: Path) -> None:
    file = max(copy.warcs.glob("*.warc.gz"), key=lambda path: path.stat().st_size)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    for words in (("verify", "--all"), ("verify", file), ("verify", PUMPS)):
        told = creditline("-C", copy.directory, "--quiet", *words)
        if told.code == Exit.DONE:  # the changed byte is not one of this item
            continue
        assert told.code == Exit.INTEGRITY
        assert "FAULT" in told.out
        assert words == ("verify", PUMPS) or "fault" in told.out.splitlines()[-1], told.out
    other = tmp_path / "other.warc.gz"
    shutil.copy(next(path for path in copy.warcs.glob("*.warc.gz") if path != file), other)
    told = creditline("--quiet", "verify", file, other)
    assert [line for line in told.out.splitlines() if line.startswith("ok")] == []
    (copy.directory / "catalogue.db").write_bytes(b"no database")
    told = creditline("-C", copy.directory, "--quiet", "doctor")
    assert told.code == Exit.ATTENTION
    assert told.out.count("\n") == told.out.count("BAD") > 0
