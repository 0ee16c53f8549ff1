"""Repair from the second copy: whatever happened to a file, a good copy restores it."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from archive.http.exchange import Ending, Exchange
from archive.warc.capture import Capture
from archive.warc.member import members
from ingest.collection.collection import Layout, make, open_for_work
from ingest.settings.values import PublisherOptions, Settings

Command = Callable[..., Any]
BEGAN = datetime(2023, 4, 24, 10, tzinfo=UTC)
TWO = Settings(
    publishers=(PublisherOptions("http://one.example/", id="one"), PublisherOptions("http://two.example/", id="two"))
)


def harms(good: bytes, members: list[int]) -> Iterator[tuple[str, bytes]]:
    """Yield possible damage to a file: flipped bits, lost and added bytes, at the ends of records and elsewhere."""
    chance = random.Random(7)  # noqa: S311 - only to damage files
    for at in [0, 3, 4, 8, 9, *(start + off for start in members[1:3] for off in (0, 4, 8, 9)), len(good) - 1]:
        yield f"a flipped bit at {at}", good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]
    for _ in range(8):
        at = chance.randrange(len(good))
        yield f"a flipped bit at {at}", good[:at] + bytes([good[at] ^ (1 << chance.randrange(8))]) + good[at + 1 :]
    for at in (0, 1, members[1], members[-1], members[-1] + 5, len(good) - 1):
        yield f"cut at {at}", good[:at]
    for name, more in (("blanks", b"\0" * 512), ("words", b"words"), ("a record twice", good[: members[1]])):
        yield f"{name} at the end", good + more
    if len(members) > 2:
        yield "a record lost", good[: members[1]] + good[members[2] :]
        yield "two records changed about", good[: members[1]] + good[members[2] :] + good[members[1] : members[2]]
    yield "a flipped bit and more at the end", bytes([good[0] ^ 1]) + good[1:] + b"words"


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Two publishers; captures of one repeat those of the other, and each file refers to records of others."""
    layout = Layout(tmp_path_factory.mktemp("mended") / "collection")
    make(layout, TWO)
    earlier: Capture | None = None
    for hours in range(2):
        with open_for_work(layout, TWO, clock=lambda hours=hours: BEGAN + timedelta(hours=hours)) as work:  # type: ignore[misc]  # mypy infers no type for the default of a lambda
            for publisher in ("one", "two"):
                for number in range(3):
                    body = b"<p>%d</p>" % number * 60
                    head = b"HTTP/1.0 200 OK\r\nContent-Type: image/png\r\nContent-Length: %d\r\n\r\n" % len(body)
                    url = f"http://{publisher}.example/{number}"
                    began = BEGAN + timedelta(hours=hours, seconds=number)
                    earlier = work.catalogue.latest_capture(url, publisher)
                    kept = work.archive.keep(
                        publisher, Exchange(url, began, b"", head + body, Ending.LENGTH), earlier=earlier
                    )
                    work.archive.sync()
                    with work.catalogue.transaction():
                        work.catalogue.add_captures([kept])
                        work.catalogue.mark_file_end(kept.ref.file, kept.ref.offset + kept.ref.length)
    return layout


@pytest.mark.slow
def test_a_file_with_any_damage_is_repaired_from_its_good_copy(
    collection: Layout, creditline: Command, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    assert creditline("-C", collection.directory, "backup", copy).code == Exit.DONE
    done = [
        (path.name, path.read_bytes(), name, harmed)
        for path in sorted(collection.warcs.iterdir())
        for name, harmed in harms(path.read_bytes(), [one.offset for one in members(path)])
    ]
    missed = []
    for file, good, name, harmed in done:
        held = Layout(tmp_path / "held")
        shutil.copytree(collection.directory, held.directory)
        (held.warcs / file).write_bytes(harmed)
        ended = creditline("-C", held.directory, "verify", "--copy", copy, "--repair")
        if ended.code != Exit.DONE or (held.warcs / file).read_bytes() != good:
            missed.append(f"{file}: {name}: {ended.code} {ended.out}")
        shutil.rmtree(held.directory)
    assert missed == []


@pytest.mark.parametrize("kind", ["settings", "catalogue"])
@pytest.mark.parametrize("harm", ["changed", "lost"])
def test_settings_and_catalogue_of_a_copy_are_compared(
    collection: Layout, creditline: Command, tmp_path: Path, kind: str, harm: str
) -> None:
    copy = tmp_path / "copy"
    assert creditline("-C", collection.directory, "backup", copy).code == Exit.DONE
    (path,) = (copy / kind).iterdir()
    if harm == "changed":
        path.write_bytes(path.read_bytes() + b"\n")
    else:
        path.unlink()
    ended = creditline("-C", collection.directory, "verify", "--copy", copy)
    assert ended.code == Exit.INTEGRITY
    assert f"{kind}/{path.name}" in ended.out
    assert "0 damaged here, 1 there" in ended.out
    assert creditline("-C", collection.directory, "backup", copy).code == Exit.DONE
    assert creditline("-C", collection.directory, "verify", "--copy", copy).code == Exit.DONE
