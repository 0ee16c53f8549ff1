"""Datasette, which others wrote, shows the views, and its search box and named queries find what they should."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from db.catalogue import Catalogue

if TYPE_CHECKING:
    from tests.db.conftest import Made

yaml = pytest.importorskip("yaml")
METADATA = Path(__file__).resolve().parents[2] / "docs" / "datasette.yaml"


@pytest.fixture
def path(catalogue: Catalogue, made: Made, tmp_path: Path) -> Path:
    catalogue.add(made.entry(1, text="A port by the sea."))
    catalogue.add(made.entry(2, "/grain", title="Łódź", text="Grain."))
    return tmp_path / "catalogue.db"


def asked(path: Path, *addresses: str) -> list[Any]:
    # Here and not above: it takes half a second to load, and each process of the tests looks into this file.
    datasette = pytest.importorskip("datasette.app", reason="Datasette is not installed")
    opened: list[sqlite3.Connection] = []

    def connect(*told: Any, **options: Any) -> sqlite3.Connection:
        # Closed below by another thread than the one that opened it.
        opened.append(sqlite3.Connection(*told, **{**options, "check_same_thread": False}))
        return opened[-1]

    async def ask() -> list[Any]:
        served = datasette.Datasette([str(path)], metadata=yaml.safe_load(METADATA.read_text()))
        await served.invoke_startup()
        return [(await served.client.get(one)) for one in addresses]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sqlite3, "connect", connect)
        answers = asyncio.run(ask())
    # It leaves them to the garbage collector, which complains of them in whatever test is under way then.
    for connection in opened:
        connection.close()
    return answers


@pytest.mark.filterwarnings("ignore")
def test_the_search_box_finds_only_what_has_the_words(path: Path) -> None:
    (found, none, page) = asked(
        path,
        "/catalogue/items.json?_search=grain&_shape=array",
        "/catalogue/items.json?_search=zeppelin&_shape=array",
        "/catalogue/items",
    )
    assert [row["title"] for row in found.json()] == ["Łódź"]
    assert none.json() == []
    assert 'name="_search"' in page.text


@pytest.mark.filterwarnings("ignore")
def test_every_named_query_and_every_described_view_is_there(path: Path) -> None:
    described = yaml.safe_load(METADATA.read_text())["databases"]["catalogue"]
    tables = [f"/catalogue/{name}.json" for name in described["tables"]]
    queries = [f"/catalogue/{name}.json?words=port&_shape=array" for name in described["queries"]]
    answers = asked(path, *tables, *queries)
    assert [(one.status_code, str(one.url)) for one in answers if one.status_code != 200] == []
    rows = dict(zip(described["queries"], (one.json() for one in answers[len(tables) :]), strict=True))
    assert rows["words"][0]["hit"] == "A [port] by the sea."
