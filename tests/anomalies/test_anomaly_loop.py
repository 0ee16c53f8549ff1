"""The anomaly loop: whichever write, sync, rename or commit of a run fails, the next run ends as if it had not."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.anomalies.conftest import Ground

HOW = [
    "EIO",
    "ENOSPC",
    "short write",
    "kill",
    "power cut, what was not synced is lost",
    "power cut, what was not synced is NULs",
]
"""What goes wrong at a call of the disk: see How in conftest.py."""


def strike_all(ground: Ground, look: Any, folder: Path, how: str, *, step: int = 1) -> int:
    """Let the k-th call of a run go wrong, for k = 1, 1 + step, ... until a run has none; return how many had one."""
    undisturbed = ground.laid(folder / "undisturbed")
    ground.run(undisturbed)
    expected = look.portrait(undisturbed)
    assert look.faults(undisturbed) == []
    points = 0
    for at in count(1, step):
        layout = ground.laid(folder / "struck")
        if not ground.struck(layout, at, how):
            break
        points += 1
        assert look.faults(layout, torn=True) == [], f"after {how} at call {at}"
        ground.run(layout)
        assert look.faults(layout) == [], f"after {how} at call {at} and the next run"
        assert look.portrait(layout) == expected, f"after {how} at call {at} and the next run"
    assert look.portrait(layout) == expected
    return points


ALL = [(run, how) for run in ("first", "again", "recovering") for how in HOW]
CHOSEN = [
    *(("first", how) for how in ("ENOSPC", "short write", "kill", "power cut, what was not synced is NULs")),
    *(("again", how) for how in ("EIO", "kill", "power cut, what was not synced is lost")),
    *(("recovering", how) for how in ("EIO", "kill")),
]
"""Each of them at every call; CREDITLINE_ALL_ANOMALIES=1 tries the other pairs too, which takes minutes."""


@pytest.mark.slow
@pytest.mark.parametrize(("run", "how"), ALL if os.environ.get("CREDITLINE_ALL_ANOMALIES") else CHOSEN)
def test_whatever_goes_wrong_at_whichever_call_the_next_run_ends_as_an_undisturbed_one(
    request: pytest.FixtureRequest, look: Any, tmp_path: Path, run: str, how: str
) -> None:
    points = strike_all(request.getfixturevalue(run), look, tmp_path, how)
    print(f"{run} run, {how}: all {points} points tried")  # noqa: T201 - the count is the result: pytest -s
    assert points > 5


@pytest.mark.slow
def test_a_run_struck_by_power_cuts_here_and_there_is_made_good_by_the_next(
    first: Ground, look: Any, tmp_path: Path
) -> None:
    assert strike_all(first, look, tmp_path, "power cut, what was not synced is NULs", step=23) == 3
