"""Two readers on one collection: the newer changes editions in place, makes none, and agrees with a rebuild."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from archive.http.exchange import Entity
from db.catalogue import Catalogue
from db.model.item import Context, PageKind, Reading, Stamp
from db.query import outdated_readings
from db.schema.database import copy_catalogue
from ingest.cataloguing.backlog import reread
from ingest.cataloguing.cataloguer import Cataloguer
from ingest.cataloguing.read_elsewhere import ReadElsewhere, Share, read_share, shares_of
from ingest.cataloguing.reader_pool import Pending, decode_request, reading_given_up
from ingest.cataloguing.rebuild import rebuild
from ingest.collection.collection import now
from ingest.reading.reader import read
from ingest.reading.version import stamp
from ingest.verification.comparison import Here
from ingest.verification.document_reader import DocumentReader

pytestmark = pytest.mark.slow

Command = Callable[..., Any]
EDITED = "http://institute.example/heat-pumps-in-granite-towns/"
LATE = "http://institute.example/a-note-on-borrowed-maps/"


class OlderReader:
    """An older reader: it finds no authors, cuts the last paragraph, and is too slow for one page."""

    def submit(self, found: Any, context: Context) -> Pending[Reading]:
        done: Future[Reading] = Future()
        done.set_result(self._read(*decode_request(found, context)))
        return Pending(done, 1.0, lambda reason: reading_given_up(reason, context))

    def _read(self, entity: Entity, context: Context) -> Reading:
        stamp = Stamp("0.0.1", "2.0.0", "5.0.0")
        if context.url == LATE:
            return replace(reading_given_up("deadline of 1 s passed", context), stamp=stamp)
        found = read(entity, context)
        if found.kind is PageKind.ARTICLE:
            found = replace(found, attributions=())
        return replace(found, stamp=stamp)


@pytest.fixture
def folder(story: Any, once: Callable[..., Path], tmp_path: Path) -> Path:
    """The collection after three runs, catalogued by the older reader."""

    def make(made: Path) -> None:
        shutil.copytree(story.third.layout.directory, made)
        for path in made.glob("catalogue.db*"):
            path.unlink()
        with Catalogue.open(made / "catalogue.db", create=True) as catalogue:
            rebuild(made / "warcs", catalogue, OlderReader(), clock=now)

    return once(tmp_path / "copy", make)


def editions(folder: Path) -> dict[str, list[str]]:
    with Catalogue.open(folder / "catalogue.db", read_only=True) as catalogue:
        return {item: [one.id for one in catalogue.editions(item)] for item in catalogue.all_item_ids()}


def test_rereading_makes_no_edition_and_agrees_with_a_rebuild(creditline: Command, folder: Path) -> None:
    before = editions(folder)
    named = creditline("-C", folder, "rebuild", "--check")
    assert named.code == Exit.ATTENTION
    assert "creditline 0.0.1" in named.out
    done = creditline("-C", folder, "--json", "rebuild", "--older")
    assert done.code == Exit.DONE
    told = json.loads(done.out)
    assert told["made"] == 0
    assert told["changed"] > 20
    assert editions(folder) == before
    checked = creditline("-C", folder, "rebuild", "--check")
    assert checked.code == Exit.DONE, checked.out
    with Catalogue.open(folder / "catalogue.db", read_only=True) as catalogue:
        item = catalogue.item(EDITED)
    assert item is not None
    assert [credit.name for credit in item.edition.attributions] == ["Katarzyna Brzoza"]


def test_rebuild_unread_rereads_only_pages_that_could_not_be_read(creditline: Command, folder: Path) -> None:
    def late() -> tuple[str, str]:
        with Catalogue.open(folder / "catalogue.db", read_only=True) as catalogue:
            item = catalogue.item(LATE)
            assert item is not None
            return item.edition.text, str(item.edition.partial)

    assert late() == ("", "unread")
    done = creditline("-C", folder, "--json", "rebuild", "--unread")
    told = json.loads(done.out)
    assert (told["made"], told["gone"], told["still_unread"]) == (0, 0, 0)
    text, partial = late()
    assert len(text) > 100
    assert partial == "None"
    with Catalogue.open(folder / "catalogue.db", read_only=True) as catalogue:
        item = catalogue.item(EDITED)
    assert item is not None
    assert item.edition.stamp.startswith("creditline 0.0.1"), "what was read stays as it was"
    again = json.loads(creditline("-C", folder, "--json", "rebuild", "--unread").out)
    assert again["captures"] == 0


def test_readings_of_workers_are_used_unless_parts_or_witnesses_matter(
    creditline: Command, folder: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    copy_catalogue(folder / "catalogue.db", copy)
    asked: list[str] = []

    def by_a_worker(share: Share) -> Future[Any]:
        done: Future[Any] = Future()
        with closing(DocumentReader()) as documents:
            done.set_result(read_share(share, Here(read, documents)))
        return done

    class Counted(Here):
        def submit(self, found: Any, context: Context) -> Pending[Reading]:
            asked.append(context.url)
            return super().submit(found, context)

    with Catalogue.open(folder / "catalogue.db") as catalogue, closing(DocumentReader()) as documents:
        wanted = outdated_readings.older(catalogue.connection, lambda profile: str(stamp(profile)))
        shares = shares_of(wanted, 2, lambda ids: Share(copy, folder / "warcs", ids, 20.0))
        assert len(shares) > 2
        readers = ReadElsewhere(Counted(read, documents), shares, by_a_worker, 2)
        done = reread(catalogue, Cataloguer(catalogue, folder / "warcs", readers), wanted, await_for=readers.await_for)
    # Texts joined from several pages, or read with another witness, are read here.
    assert (done.made, readers.taken > len(asked)) == (0, True)
    checked = creditline("-C", folder, "rebuild", "--check")
    assert checked.code == Exit.DONE, checked.out


def test_rebuild_check_is_refused_together_with_older(creditline: Command, folder: Path) -> None:
    assert creditline("-C", folder, "rebuild", "--check", "--older").code == Exit.USAGE
