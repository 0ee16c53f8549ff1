"""A program tests the API by its description: every answer is as described."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.real.served_room import Room, served

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("harvesters")]

SECONDS, EXAMPLES = 20, 15


@pytest.fixture(scope="module")
def room(demonstration: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """The room over the demonstration's collection."""
    with served(demonstration(tmp_path_factory.mktemp("api") / "collection")) as made:
        yield made


@pytest.mark.parametrize("known", [False, True], ids=["whatever the schema allows", "items that are held"])
def test_schemathesis_finds_no_answer_that_the_document_does_not_describe(
    room: Room, schemathesis: Path, tmp_path: Path, known: bool
) -> None:
    first = next(one for one in room.captures() if one.status == 200)
    held = {"path.ref": first.url, "path.id": first.id} if known else {}
    lines = [f"{json.dumps(name)} = {json.dumps(value)}" for name, value in held.items()]
    # It does not know that an overlong request may be refused before it is looked at.
    checks = ["[checks]", 'negative_data_rejection.expected-statuses = ["4xx", 503]']
    settings = tmp_path / "schemathesis.toml"
    settings.write_text("\n".join(["[parameters]", *lines, *checks, ""]), encoding="utf-8")
    command = [
        *(str(schemathesis), "run", f"{room.first}/api/v1/openapi.json", "--seed", "1"),
        *("--max-examples", str(EXAMPLES)),
        *("--max-time", str(SECONDS), "--phases", "examples,coverage,fuzzing", "--generation-database", "none"),
        *("--no-color", "--warnings", "off", "--request-timeout", "60"),
    ]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60 * SECONDS, check=False)
    assert ran.returncode == 0, ran.stdout[-8000:] + ran.stderr[-2000:]
    assert "11 selected" in ran.stdout
