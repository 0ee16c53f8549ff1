"""Standing: what of a collection needs a look, and what is only told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from db.overview import Overview
from ingest.failure import ANSWERED, FailureReason, way_out
from ingest.room import Room
from ingest.standing import attention

NOW = datetime(2023, 5, 1, tzinfo=UTC)
AMPLE = Room(10**12, 10**6, None, None)


def failed(reasons: Mapping[str, int]) -> Overview:
    """Return how a collection stands in which visits failed for *reasons*."""
    return Overview(
        items=9,
        kinds={"article": 7, "page": 2},
        captures=20,
        gone=0,
        failures=sum(reasons.values()),
        reasons=reasons,
        unread_statements=0,
        withheld=0,
        due=0,
        late=0.0,
        next_due=None,
        last=None,
        newest=NOW,
        unfinished=None,
    )


@pytest.mark.parametrize("reason", sorted(ANSWERED))
def test_what_the_publisher_answered_is_listed_and_needs_no_look(reason: str) -> None:
    assert way_out(reason)
    assert attention(failed({reason: 3}), AMPLE, NOW, running=False) == ()


@pytest.mark.parametrize("reason", [*FailureReason, "blocked", "shell", "partial", "error"])
def test_what_a_person_or_time_can_mend_needs_a_look(reason: str) -> None:
    told = attention(failed({reason: 1, "gone": 4}), AMPLE, NOW, running=False)
    assert told == ("1 failure: `creditline failures`",)
