"""Links between files: a record is called missing only if all files were read."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.collection.collection import Layout
from ingest.verification.audit import Plan, audit

_BROKEN = Path("/proc/self/mem")
"""A file of Linux that everybody may open, and whose first byte nobody can read (EIO)."""
_NOBODY = "<urn:uuid:00000000-0000-4000-8000-000000000000>"


def lost(layout: Layout, plan: Plan) -> list[str]:
    """Return the faults that say that a record is nowhere."""
    return [fault.what for fault in audit(layout, plan, jobs=1).faults if "which is not here" in fault.what]


@pytest.mark.slow
@pytest.mark.damages_collection("a file is added that names a record which nobody has")
def test_a_record_is_missing_only_if_no_file_of_all_has_it(
    story: Any, tmp_path: Path, foreign_warc: Callable[..., Any]
) -> None:
    layout = Layout(Path(shutil.copytree(story.first.layout.directory, tmp_path / "copy")))
    warc = foreign_warc("bl-20190301100000-00901.warc.gz")
    warc.record("metadata", b"a: b\r\n", type="application/warc-fields", Concurrent_To=_NOBODY)
    Path(warc.path).rename(layout.warcs / warc.path.name)
    files = tuple(sorted(layout.warcs.iterdir()))
    named = f"names {_NOBODY.strip('<>')}, which is not here"
    assert [named in one for one in lost(layout, Plan("all", files))] == [True]
    # Of some files, nothing follows: another may have the record.
    assert lost(layout, Plan("files", (layout.warcs / warc.path.name,))) == []
    assert lost(layout, Plan("since", files)) == []
    # Nor if one of all could not be read.
    (layout.warcs / "bl-20190301100000-00902.warc.gz").symlink_to(_BROKEN)
    assert lost(layout, Plan("all", tuple(sorted(layout.warcs.iterdir())))) == []
