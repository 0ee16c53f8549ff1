"""The anomaly loop: whichever write, sync, rename or commit of a run fails, the next run ends as if nothing had."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ingest.collection.collection import Layout

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
"""What goes wrong at a disk call: see How in conftest.py."""


def undisturbed(ground: Ground, look: Any, folder: Path) -> Any:
    """Return the content of the collection after an undisturbed run."""
    layout = ground.laid(folder / "undisturbed")
    ground.run(layout)
    assert look.faults(layout) == []
    return look.portrait(layout)


def check_recovery(ground: Ground, look: Any, layout: Layout, expected: Any, what: str) -> None:
    """Assert that *layout* is sound, and that the next run ends like an undisturbed one."""
    assert look.faults(layout, torn=True) == [], f"after {what}"
    ground.run(layout)
    assert look.faults(layout) == [], f"after {what} and the next run"
    assert look.portrait(layout) == expected, f"after {what} and the next run"


ALL = [(run, how) for run in ("first", "again", "recovering") for how in HOW]
CHOSEN = [
    *(("first", how) for how in ("ENOSPC", "short write", "kill", "power cut, what was not synced is NULs")),
    *(("again", how) for how in ("EIO", "kill", "power cut, what was not synced is lost")),
    *(("recovering", how) for how in ("EIO", "kill")),
]
"""Full disks and disks that fail at every third call, the others at every call. CREDITLINE_ALL_ANOMALIES=1 tries all
pairs at every call, which takes minutes.
"""
ASKED_FOR_ALL = bool(os.environ.get("CREDITLINE_ALL_ANOMALIES"))


@pytest.mark.slow
@pytest.mark.timeout(3000 if ASKED_FOR_ALL else 300)
@pytest.mark.parametrize(("run", "how"), ALL if ASKED_FOR_ALL else CHOSEN)
def test_after_a_failure_at_any_call_the_next_run_ends_as_an_undisturbed_one(
    request: pytest.FixtureRequest, look: Any, tmp_path: Path, run: str, how: str
) -> None:
    ground: Ground = request.getfixturevalue(run)
    expected, points = undisturbed(ground, look, tmp_path), 0
    step = 3 if how in ("EIO", "ENOSPC") and not ASKED_FOR_ALL else 1
    for at, layout in ground.all_struck(tmp_path, how, step):
        points += 1
        check_recovery(ground, look, layout, expected, f"{how} at call {at}")
    # The last run, in which no call went wrong.
    assert look.portrait(Layout(tmp_path / "struck")) == expected
    print(f"{run} run, {how}: {points} points tried, of {at} calls")  # noqa: T201 - the count is the result: pytest -s
    assert points > 5


@pytest.mark.slow
def test_the_next_run_makes_good_a_run_with_power_cuts(first: Ground, look: Any, tmp_path: Path) -> None:
    """In processes that really end; the other tests look at what a process would leave."""
    expected, how = undisturbed(first, look, tmp_path), "power cut, what was not synced is NULs"
    struck = 0
    for at in count(1, 23):
        layout = first.laid(tmp_path / "struck")
        if not first.struck(layout, at, how):
            break
        struck += 1
        check_recovery(first, look, layout, expected, f"{how} at call {at}")
    assert struck == 3


@pytest.mark.slow
@pytest.mark.parametrize("how", [one for one in HOW if one.startswith(("kill", "power cut"))])
def test_a_copy_made_at_a_call_equals_what_a_process_that_ends_there_leaves(
    first: Ground, look: Any, tmp_path: Path, how: str
) -> None:
    """The other tests look at such copies, because a process for each call takes minutes."""
    # Every page is read before, so that all runs are equally fast: what comes while a page is read is in another batch.
    undisturbed(first, look, tmp_path)
    points, compared = range(2, 60, 7), 0  # of several kinds: writes, renames, commits
    for at, copied in first.all_left(tmp_path, how):
        if at not in points:
            continue
        real = first.laid(tmp_path / "real")
        assert first.struck(real, at, how)
        assert look.left_behind(copied) == look.left_behind(real), f"{how} at call {at}"
        compared += 1
    assert compared >= 7
