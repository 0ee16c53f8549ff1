"""Work that another process does: whoever handed it over goes on, however that process ends."""

from __future__ import annotations

from functools import partial
from subprocess import PIPE, Popen

from ingest.cataloguing.apart import _handed


def test_a_process_that_died_before_it_was_handed_its_work_is_one_that_took_none() -> None:
    with Popen(["true"], stdin=PIPE, stdout=PIPE) as process:
        process.wait()
        # Less than a pipe holds: it is written again when the pipe is closed.
        assert not _handed(process, partial(print, "of clocks"))
