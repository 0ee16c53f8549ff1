"""The first screen of the README is a real run: it shows what the demonstration prints."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout, suppress
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from ingest.cli import app

ROOT = Path(__file__).resolve().parents[1]

CHANGING = (
    (r"-\d{14}-(\d{5})\.warc\.gz at \d+", r"-TIME-\1.warc.gz at PLACE"),
    (r"[\d.]+ GB free", "ROOM free"),
    (r"@\d{14}(?:\d{6})?\b", "@TIME"),
    (r"-\d{14}-(\d{5})\.warc\.gz:\d+\+\d+", r"-TIME-\1.warc.gz:PLACE"),
    (r"(?<=[0-9a-z]{10})-\d{14}\b", "-TIME"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "INSTANT"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d", "MINUTE"),
    (r"urldate = \{\d{4}-\d\d-\d\d\}", "urldate = {DAY}"),
    (r"Y2  - \d{4}/\d\d/\d\d", "Y2  - DAY"),
    (r"seen \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d", "seen DAY to DAY"),
    (r"(first seen|last confirmed|confirmed) \d{4}-\d\d-\d\d", r"\1 DAY"),
    (r"urn:uuid:[0-9a-f-]{36}", "RECORD"),
    (r"sha256:[0-9a-f]{64}", "DIGEST"),
    (r"bytes \d+-\d+", "bytes RANGE"),
    (r"127\.0\.0\.1:\d+", "ADDRESS"),
    # The articles are older than any run of the demonstration.
    (r"\b20(?:2[6-9]|[3-9]\d)-\d\d-\d\d\b", "DAY"),
)
"""What differs between runs: times, places in compressed files, record ids, ports."""


def masked(text: str) -> list[str]:
    """Return the lines of *text* with the parts that differ between runs replaced."""
    for pattern, name in CHANGING:
        text = re.sub(pattern, name, text)
    return [line.rstrip() for line in text.splitlines()]


def transcripts(page: str) -> list[str]:
    """Return the blocks of *page* that show a session."""
    return re.findall(r"^```console\n(.*?)^```", page, re.DOTALL | re.MULTILINE)


def stands_in(part: list[str], whole: list[str]) -> bool:
    """Return whether the lines of *part* occur consecutively in *whole*."""
    return any(whole[start : start + len(part)] == part for start in range(len(whole)))


def test_a_changed_line_of_the_readme_is_noticed() -> None:
    told = masked("$ creditline credit x\nAnna Łukasik, “Ports.”\n  evidence: bytes 10-20 of urn:uuid:" + "0" * 36)
    assert stands_in(masked("Anna Łukasik, “Ports.”\n  evidence: bytes 11-21 of urn:uuid:" + "1" * 36), told)
    assert not stands_in(masked("Anna Lukasik, “Ports.”"), told)


def said_here() -> str:
    """Run the command in `sys.argv` in this process, and return the output of both its streams."""
    with TextIOWrapper(BytesIO(), encoding="utf-8", write_through=True) as both:
        with redirect_stdout(both), redirect_stderr(both), suppress(SystemExit):
            app.main()
        both.seek(0)
        return both.read()


@pytest.mark.slow
def test_the_readme_shows_what_the_demonstration_prints(
    tmp_path: Path, creditline_script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = subprocess.run(
        [creditline_script, "demo"], cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=300, check=False
    )
    assert ended.returncode == 0, ended.stderr
    printed = masked(ended.stdout)
    pages = [ROOT / "README.md", ROOT / "docs" / "tutorial.md"]
    shown = {page.name: transcripts(page.read_text(encoding="utf-8")) for page in pages}
    assert all(shown.values())
    for name, blocks in shown.items():
        for block in blocks:
            assert stands_in(masked(block), printed), f"{name} shows what the demonstration does not print:\n{block}"
    monkeypatch.chdir(tmp_path / "demo-collection")
    # The command sets this for its own processes; scripts that other tests run must not inherit it.
    monkeypatch.setenv("PYTHONSAFEPATH", "1")
    # In the resulting collection the thirty questions get the answers that the page shows.
    for block in transcripts((ROOT / "docs" / "questions.md").read_text(encoding="utf-8")):
        line, _, shown_there = block.partition("\n")
        monkeypatch.setattr(sys, "argv", shlex.split(line)[1:])
        assert sys.argv[0] == "creditline"
        assert masked(said_here().rstrip()) == masked(shown_there.rstrip()), line
