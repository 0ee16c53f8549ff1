"""`creditline export`: what is handed on, left out, and refused; on the institute visited three times."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archive.surt import surt
from archive.warc import capture_of, read_record_at, read_records

if TYPE_CHECKING:
    from tests.ingest.conftest import Ended, Story

Call = Callable[..., "Ended"]


def lines_of(text: str) -> list[dict[str, str]]:
    return [json.loads("{" + line.partition("{")[2]) for line in text.splitlines()]


def test_an_index_of_everything_names_every_capture_where_it_lies(
    story: Story, creditline: Call, tmp_path: Path
) -> None:
    folder = story.third.layout.directory
    done = creditline("-C", folder, "export", "cdxj", "--all", "-o", tmp_path / "all.cdxj")
    assert done.code == 0, done.err
    text = (tmp_path / "all.cdxj").read_text(encoding="utf-8")
    assert text.encode().splitlines() == sorted(text.encode().splitlines())
    listed = {(line["filename"], int(line["offset"])): line for line in lines_of(text)}
    captures = [
        capture
        for path in (folder / "warcs").iterdir()
        for record in read_records(path)
        if (capture := capture_of(record)) is not None
    ]
    assert listed.keys() == {(capture.ref.file, capture.ref.offset) for capture in captures}
    for capture in captures:
        assert int(listed[capture.ref.file, capture.ref.offset]["length"]) == capture.ref.length


def test_an_index_of_an_item_holds_its_captures_and_goes_to_standard_output(story: Story, creditline: Call) -> None:
    folder, url = story.third.layout.directory, story.renamed[1]
    done = creditline("-C", folder, "export", "cdxj", url)
    assert done.code == 0
    listed = lines_of(done.out)
    urls = {line["url"] for line in listed}
    assert {*story.renamed} <= urls, "the address it had before belongs to it"
    assert sum(line["url"] == url for line in listed) == 1
    assert surt(url) in done.out
    for line in listed:
        path = folder / "warcs" / line["filename"]
        assert read_record_at(path, int(line["offset"])).get("WARC-Target-URI") == line["url"]


def test_what_is_there_is_not_written_over_unless_one_says_so(story: Story, creditline: Call, tmp_path: Path) -> None:
    folder, output = story.third.layout.directory, tmp_path / "all.cdxj"
    output.write_text("mine", encoding="utf-8")
    done = creditline("-C", folder, "export", "cdxj", "--all", "-o", output)
    assert (done.code, output.read_text(encoding="utf-8")) == (2, "mine")
    assert "--replace" in done.err
    assert creditline("-C", folder, "export", "cdxj", "--all", "-o", output, "--replace").code == 0
    assert output.read_text(encoding="utf-8") != "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["all.cdxj"]


@pytest.mark.parametrize("output", ["nowhere/all.cdxj", "warcs/all.cdxj"])
def test_an_output_that_cannot_be_or_would_be_lost_is_refused(story: Story, creditline: Call, output: str) -> None:
    folder = story.third.layout.directory
    done = creditline("-C", folder, "export", "cdxj", "--all", "-o", folder / output)
    assert done.code == 2, done.err
    assert not (folder / output).exists()


def test_nothing_named_is_nothing_exported(story: Story, creditline: Call) -> None:
    done = creditline("-C", story.third.layout.directory, "export", "cdxj")
    assert done.code == 2
    assert "--all" in done.err
