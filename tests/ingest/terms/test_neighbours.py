"""Neighbours of known statements: what is said of pictures, and permissions that nobody gave; only better figures.

Each statement of the sets differs from a known one in its language, its nouns, the order of its clauses or a small
word. They were written, and labelled, before any was read. One half was examined during development; of the other only
counts were seen, so its figures say how far the rules can be trusted.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields

ROWS = Path(__file__).with_name("own") / "neighbours.jsonl"
# By set and half: permissions made up, and true ones read.
PERMISSIONS = {
    ("nobody", "counted"): (9, 25),
    ("nobody", "examined"): (21, 23),
    ("pictures", "counted"): (0, 79),
    ("pictures", "examined"): (0, 98),
}
# By half: pictures wrongly left out, and rightly.
LEFT_OUT = {"counted": (1, 70), "examined": (2, 115)}


@cache
def counted() -> Counter[tuple[str, str, str, bool]]:
    """Return the number of statements read as permitting texts, and as leaving pictures out, by whether they do."""
    found: Counter[tuple[str, str, str, bool]] = Counter()
    for row in map(json.loads, ROWS.read_text(encoding="utf-8").splitlines()):
        said = reading_fields(read_wording(row["text"]))
        found[row["set"], row["half"], "permits", row["permits"]] += said["permits_text_reuse"] is True
        if row["set"] == "pictures":
            found[row["set"], row["half"], "left out", row["left_out"]] += said["images_excluded"]
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "half"), sorted(PERMISSIONS))
def test_no_more_permissions_are_made_up_and_no_fewer_read(kind: str, half: str) -> None:
    made_up, read = PERMISSIONS[kind, half]
    assert counted()[kind, half, "permits", False] <= made_up
    assert counted()[kind, half, "permits", True] >= read


@pytest.mark.slow
@pytest.mark.parametrize("half", sorted(LEFT_OUT))
def test_no_more_pictures_are_left_out_wrongly_and_no_fewer_rightly(half: str) -> None:
    wrongly, rightly = LEFT_OUT[half]
    assert counted()["pictures", half, "left out", False] <= wrongly
    assert counted()["pictures", half, "left out", True] >= rightly
