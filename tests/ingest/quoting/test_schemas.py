"""JSON output matches its schema in docs/schemas."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.ingest.conftest import Story

jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
SCHEMAS = Path(__file__).resolve().parents[3] / "docs" / "schemas"


def wrong(name: str, value: object) -> list[str]:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    return [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(value)]


def test_hits_and_proofs_match_their_schemas(creditline: Callable[..., Any], story: Story) -> None:
    folder = story.third.layout.directory
    hits = [json.loads(line) for line in creditline("-C", folder, "--json", "search", "--all").out.splitlines()]
    assert hits
    assert [fault for hit in hits for fault in wrong("hit", hit)] == []
    text = json.loads(creditline("-C", folder, "--json", "show", hits[0]["item"]).out)["edition"]["text"]
    words = " ".join(text.split("\n\n")[1].split()[2:9])
    told = json.loads(creditline("-C", folder, "--json", "quote", words).out)
    assert told["verdict"] == "exact"
    assert [fault for proof in told["proofs"] for fault in wrong("proof", proof)] == []
