"""Datasette, a third-party program, shows the views; its search box and named queries find what they should."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from db.catalogue import Catalogue

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder

yaml = pytest.importorskip("yaml")
METADATA = Path(__file__).resolve().parents[2] / "docs" / "datasette.yaml"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(importlib.util.find_spec("datasette") is None, reason="Datasette is not installed"),
]

# In a process of its own: its threads outlive the last answer and leave connections to the garbage collector, whose
# complaints would fail whatever test is running then.
ASK = """
import asyncio, json, sys, yaml
from datasette.app import Datasette

async def ask(path, metadata, *addresses):
    served = Datasette([path], metadata=yaml.safe_load(open(metadata).read()))
    await served.invoke_startup()
    answers = [await served.client.get(one) for one in addresses]
    return [{"address": str(one.url), "status": one.status_code, "text": one.text} for one in answers]

print(json.dumps(asyncio.run(ask(*sys.argv[1:]))))
"""


@dataclass(frozen=True, slots=True)
class Answer:
    address: str
    status: int
    text: str

    def json(self) -> Any:
        return json.loads(self.text)


@pytest.fixture
def path(catalogue: Catalogue, builder: EntryBuilder, tmp_path: Path) -> Path:
    catalogue.add(builder.entry(1, text="A port by the sea."))
    catalogue.add(builder.entry(2, "/grain", title="Łódź", text="Grain."))
    return tmp_path / "catalogue.db"


def answers_to(path: Path, *addresses: str) -> list[Answer]:
    command = [sys.executable, "-W", "ignore", "-c", ASK, str(path), str(METADATA), *addresses]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return [Answer(**one) for one in json.loads(done.stdout)]


def test_datasette_search_box_finds_matching_rows_only(path: Path) -> None:
    (found, none, page) = answers_to(
        path,
        "/catalogue/items.json?_search=grain&_shape=array",
        "/catalogue/items.json?_search=zeppelin&_shape=array",
        "/catalogue/items",
    )
    assert [row["title"] for row in found.json()] == ["Łódź"]
    assert none.json() == []
    assert 'name="_search"' in page.text


def test_every_named_query_and_described_view_exists(path: Path) -> None:
    described = yaml.safe_load(METADATA.read_text())["databases"]["catalogue"]
    tables = [f"/catalogue/{name}.json" for name in described["tables"]]
    queries = [f"/catalogue/{name}.json?words=port&_shape=array" for name in described["queries"]]
    answers = answers_to(path, *tables, *queries)
    assert [(one.status, one.address) for one in answers if one.status != 200] == []
    rows = dict(zip(described["queries"], (one.json() for one in answers[len(tables) :]), strict=True))
    assert rows["words"][0]["hit"] == "A [port] by the sea."
