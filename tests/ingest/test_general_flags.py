"""The general flags: where on the command line they may stand."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from ingest.cli import creditline, general_first


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        (["show", "--all", "--json"], ["--json", "show", "--all"]),
        (["run", "-C", "wi", "--limit", "3"], ["-C", "wi", "run", "--limit", "3"]),
        (["cite", "-q", "ports"], ["cite", "-q", "ports"]),
        (["search", "--", "--json"], ["search", "--", "--json"]),
        (["run", "-C"], ["-C", "run"]),
    ],
)
def test_general_flags_may_stand_after_the_verb(typed: list[str], understood: list[str]) -> None:
    assert general_first(typed) == understood


def test_json_after_a_verb_is_the_same_as_before_it(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html><head><title>Ports</title></head><body><h1>Ports</h1></body></html>", "utf-8")
    words = ["inspect", str(page), "--url", "https://example.org/ports"]
    before = CliRunner().invoke(creditline, ["--json", *words])
    after = CliRunner().invoke(creditline, [*words, "--json"])
    assert before.stdout == after.stdout
    assert after.stdout.startswith("{")
