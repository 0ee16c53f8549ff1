"""Pages that are due wait for others, because each visit makes a file for each publisher."""

from __future__ import annotations

import pytest

from ingest.service.service import wait_for_more

HOUR = 3600.0


@pytest.mark.parametrize(("every", "waited"), [(60.0, 60.0), (6 * HOUR, HOUR), (24 * HOUR, 4 * HOUR)])
def test_pages_that_are_due_wait_an_hour_or_a_sixth_of_a_longer_interval(every: float, waited: float) -> None:
    assert wait_for_more(every) == waited
