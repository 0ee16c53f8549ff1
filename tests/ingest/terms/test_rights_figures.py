"""How well statements of real publishers are read; the floors may only rise."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields

GOLD = Path(__file__).resolve().parents[4] / "shared" / "gold"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not (GOLD / "rights_dev.jsonl").exists(), reason="the statements lie beside the repository"),
]

# half: precision of "text may be reused", its recall, recall of withheld, of credit, of the licence's id
FLOORS = {0: (100, 95, 95, 94, 96), 1: (100, 95, 95, 92, 96)}


def scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_terms", GOLD / "score_terms.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def half_of(publisher: str) -> int:
    return int(hashlib.sha256(publisher.encode()).hexdigest(), 16) % 2


@pytest.mark.parametrize("half", FLOORS)
def test_real_statements_are_read_no_worse_than_before_and_none_is_falsely_permitted(half: int) -> None:
    lines = (GOLD / "rights_dev.jsonl").read_text(encoding="utf-8").splitlines()
    rows: list[dict[str, Any]] = [row for row in map(json.loads, lines) if half_of(row["publisher"]) == half]
    readings = {row["id"]: reading_fields(read_wording(row["text"], row["language"])) for row in rows}
    figures, _ = scorer().score(rows, readings)
    assert figures["false_permissions"] == {}
    reached = (
        figures["permits"]["precision"],
        figures["permits"]["recall"],
        figures["withheld_recall"],
        figures["requires_credit"]["recall"],
        figures["license_id"]["recall"],
    )
    assert all(figure >= floor for figure, floor in zip(reached, FLOORS[half], strict=True)), reached
