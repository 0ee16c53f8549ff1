"""Catalogue pool: what it lends does not change meanwhile, and costs no more than allowed."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from db.catalogue import Catalogue
from db.errors import PortTaken
from db.reading_room import answer, catalogue_pool
from db.reading_room.catalogue_pool import CataloguePool
from db.reading_room.problem import Problem
from db.reading_room.room_settings import Bounds, RoomSettings
from db.reading_room.server import Listen, serve
from tests.db.reading_room.conftest import Open

ENDLESS = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"


def settings(tmp_path: Path, **bounds: Any) -> RoomSettings:
    return replace(RoomSettings(tmp_path / "catalogue.db", tmp_path / "warcs"), bounds=Bounds(**bounds))


def test_endless_query_is_interrupted(articles: Catalogue, tmp_path: Path) -> None:
    pool = CataloguePool(settings(tmp_path, seconds=0.05))
    with pytest.raises(Exception, match="interrupted"), pool.lend() as catalogue:
        catalogue.connection.execute(ENDLESS).fetchone()
    with pool.lend() as catalogue:
        assert catalogue.counts()["items"] == 3
    pool.close()


def test_too_many_concurrent_queries_are_refused(articles: Catalogue, tmp_path: Path) -> None:
    pool = CataloguePool(settings(tmp_path, at_once=1, patience=0.05))
    with pool.lend(), pytest.raises(Problem, match="Too many questions"), pool.lend():
        pass
    pool.close()


def test_pages_do_not_wait_for_slow_exports(articles: Catalogue, tmp_path: Path) -> None:
    pool = CataloguePool(settings(tmp_path, at_once=4, patience=0.05))
    with pool.lend(at_once=False), pool.lend(at_once=False):
        with pytest.raises(Problem, match="Too many questions"), pool.lend(at_once=False):
            pass
        with pool.lend(), pool.lend(), pool.lend(), pool.lend() as catalogue:
            assert catalogue.counts()["items"] == 3
    pool.close()


def test_export_beyond_the_limit_is_refused_before_the_response_starts(articles: Catalogue, tmp_path: Path) -> None:
    room = settings(tmp_path, at_once=2, patience=60.0)
    visit = SimpleNamespace(pool=CataloguePool(room), settings=room)

    def taken() -> Any:
        return answer.stream(visit, lambda _: iter("ab"), "text/plain", name="a")  # type: ignore[arg-type]  # a visit's part

    first = taken()
    began = time.monotonic()
    with pytest.raises(Problem, match="Too many questions"):
        taken()
    assert time.monotonic() - began < 10, "a thread of the room waited for it"
    # A client that leaves before the first byte gives its turn back.
    del first
    assert taken().status_code == 200
    visit.pool.close()


def test_lent_catalogue_is_read_only(articles: Catalogue, tmp_path: Path) -> None:
    pool = CataloguePool(settings(tmp_path))
    with pytest.raises(Exception, match="readonly"), pool.lend() as catalogue:
        catalogue.connection.execute("DELETE FROM tag")
    pool.close()


def test_each_page_sees_one_consistent_state(articles: Catalogue, tmp_path: Path) -> None:
    pool = CataloguePool(settings(tmp_path))
    with pool.lend() as catalogue:
        assert catalogue.counts()["items"] == 3
        articles.connection.execute("UPDATE item SET withheld = 'so' WHERE url LIKE '%anaklia'")
        assert catalogue.counts()["withheld"] == 0
    with pool.lend() as catalogue:
        assert catalogue.counts()["withheld"] == 1
    pool.close()


def test_rebuilt_catalogue_is_read_from_the_next_page_on(opened: Open, articles: Catalogue, tmp_path: Path) -> None:
    room = opened()
    assert room.get("/index.json").json()["items"] == 3
    other = tmp_path / "other.db"
    with Catalogue.open(other, create=True):
        pass
    articles.close()
    for path in tmp_path.glob("catalogue.db-*"):
        path.unlink()
    other.replace(tmp_path / "catalogue.db")
    assert room.get("/index.json").json()["items"] == 0


def test_serving_on_the_last_port_reports_that_no_second_port_is_free(tmp_path: Path) -> None:
    """Or the last port belongs to someone else here: either error names the port."""
    with pytest.raises(PortTaken, match=r"nothing can listen on 127\.0\.0\.1:6553[56]"):
        serve(settings(tmp_path), Listen(port=65535), lambda _settings, _url: None, lambda: True)


def test_last_change_has_no_date_until_its_second_is_over(articles: Catalogue, tmp_path: Path) -> None:
    last = (tmp_path / "catalogue.db-wal").stat().st_ctime
    now = [int(last) + 0.999]
    pool = CataloguePool(replace(settings(tmp_path), clock=lambda: datetime.fromtimestamp(now[0], UTC)))
    # However long it takes from here: more may be written within that second.
    assert pool.changed() is None
    now[0] += 0.3
    # The room was opened last.
    assert pool.changed() == pytest.approx(int(last) + 0.999, abs=0.001)


def test_standing_changes_only_when_a_commit_becomes_visible(articles: Catalogue, tmp_path: Path) -> None:
    pool, log = CataloguePool(settings(tmp_path)), tmp_path / "catalogue.db-wal"
    before, stood = pool.catalogue_state(), log.stat()
    assert before is not None
    articles.connection.execute("PRAGMA cache_size = 1")
    articles.connection.execute("BEGIN IMMEDIATE")
    articles.connection.execute("CREATE TABLE long AS SELECT hex(randomblob(200000)) AS words")
    # What exceeds memory goes to the log before anyone sees it, as every commit does for a moment.
    assert log.stat().st_size > stood.st_size
    assert pool.catalogue_state() == before
    articles.connection.execute("COMMIT")
    after = pool.catalogue_state()
    assert after not in (None, before)
    os.utime(log)
    assert pool.catalogue_state() == after
    pool.close()


def test_replaced_catalogue_has_a_different_standing(articles: Catalogue, tmp_path: Path) -> None:
    pool, path = CataloguePool(settings(tmp_path)), tmp_path / "catalogue.db"
    before = pool.catalogue_state()
    articles.close()
    shutil.copyfile(path, tmp_path / "other")
    (tmp_path / "other").replace(path)
    assert pool.catalogue_state(wait=False) is None
    assert pool.catalogue_state() not in (None, before)
    path.unlink()
    assert pool.catalogue_state() is None
    pool.close()


@pytest.mark.slow
def test_requests_go_on_while_one_waits_for_what_the_catalogue_holds_now(
    opened: Open, articles: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, end, answers = threading.Event(), threading.Event(), []

    def slow(connection: sqlite3.Connection) -> tuple[object, ...]:
        begun.set()
        end.wait(20)
        return ()

    room = opened()
    (item,) = articles.connection.execute("SELECT id FROM item LIMIT 1").fetchone()
    monkeypatch.setattr(catalogue_pool, "content_of", slow)
    for commits in range(2):
        thread = threading.Thread(target=lambda: answers.append(room.get(f"/items/{item}").status_code))
        thread.start()
        assert begun.wait(20)
        assert room.get("/static/room.css").status_code == 200
        assert len(answers) == commits
        end.set()
        thread.join()
        begun.clear()
        end.clear()
        # What it holds is asked again after a commit.
        articles.connection.execute("UPDATE item SET last_seen = last_seen || ' '")
    assert answers == [200, 200]


def test_the_state_is_not_waited_for_where_all_requests_begin(
    articles: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = CataloguePool(settings(tmp_path))
    assert pool.catalogue_state(wait=False) is None
    assert pool._watch is None  # nothing was opened
    state = pool.catalogue_state()
    assert state is not None
    assert pool.catalogue_state(wait=False) == state
    (item,) = articles.connection.execute("SELECT id FROM item LIMIT 1").fetchone()
    with pool._watching:  # as another thread holds it
        assert pool.catalogue_state(wait=False) is None
        assert pool.pages.row(item) is None
    assert pool.pages.row(item) is not None
    articles.connection.execute("UPDATE item SET last_seen = last_seen || ' '")
    assert pool.catalogue_state(wait=False) is None
    assert pool.catalogue_state() == pool.catalogue_state(wait=False) != state
    pool.close()


def test_the_state_of_a_locked_catalogue_is_unknown_and_not_waited_for(articles: Catalogue, tmp_path: Path) -> None:
    articles.connection.execute("PRAGMA journal_mode = DELETE")  # as a copy has it
    pool, found = CataloguePool(settings(tmp_path)), []
    assert pool.catalogue_state() is not None
    articles.connection.execute("BEGIN EXCLUSIVE")
    thread = threading.Thread(target=lambda: found.append(pool.catalogue_state()))
    thread.start()
    thread.join(10)
    assert found == [None]
    articles.connection.execute("ROLLBACK")
    assert pool.catalogue_state() is not None
    pool.close()


def test_catalogue_replaced_while_being_opened_is_lent_only_once(
    articles: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool, path, other = CataloguePool(settings(tmp_path)), tmp_path / "catalogue.db", tmp_path / "other"
    articles.close()
    shutil.copyfile(path, other)
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("UPDATE item SET withheld = 'so'")
    opened = Catalogue.open

    def replaced(*asked: Any, **how: Any) -> Catalogue:
        made = opened(*asked, **how)
        if other.exists():
            other.replace(path)
        return made

    monkeypatch.setattr(Catalogue, "open", replaced)
    withheld = []
    for _ in range(2):
        with pool.lend() as catalogue:
            withheld.append(catalogue.connection.execute("SELECT count(withheld) FROM item").fetchone()[0])
    assert withheld == [0, 3]
    pool.close()
