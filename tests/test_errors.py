"""Errors: one tree across the packages, and each error carries its exit code."""

from __future__ import annotations

import ast
import importlib
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.errors import CannotReplay, CreditlineError, Damaged, Exit, NotAFile, Refused
from archive.http.exchange import Ending
from archive.replay import replay
from archive.warc.capture import Capture, CaptureKind, RecordRef
from db.errors import CatalogueRefused, DamagedCatalogue
from ingest.cataloguing.reader_pool import NoReaders
from ingest.cli.app import reported_error
from ingest.settings.errors import BadSettings

ROOT = Path(__file__).resolve().parents[1]
CONTROL_FLOW = {
    "NeedsRefold": "the catalogue asks its caller for more; it is always answered",
    "EffortExceeded": "a search that takes too long looks through fewer texts",
    "Misfit": "a learnt layout that does not fit; the page is read as any other",
}


ANSWERED = {
    "BadHead": "a head that is none is told of its record or its exchange",
    "BadFraming": "an answer that is framed badly is kept, and its visit says so",
    "BadRange": "what stands at no place is a claim without proof",
    "AnswerRefused": "becomes the failure of its visit",
    "Problem": "becomes an answer of the reading room",
    "Refused": "is given its code where it is raised",
}
"""The errors without an exit code of their own: no command ends with them."""


def everyone(root: type[CreditlineError]) -> list[type[CreditlineError]]:
    return [one for child in root.__subclasses__() for one in (child, *everyone(child))]


def test_every_public_error_derives_from_the_base_error() -> None:
    found = []
    for path in (path for package in ("archive", "db", "ingest") for path in (ROOT / package).rglob("*.py")):
        text = path.read_text("utf-8")
        # Parsing all files takes seconds, and few contain the words.
        if not re.search(r"^\s*class .*(Exception|Error)\b", text, re.MULTILINE):
            continue
        for node in ast.walk(ast.parse(text)):
            bases = [ast.unparse(base) for base in node.bases] if isinstance(node, ast.ClassDef) else []
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found += [(path, node.name) for base in bases if base.endswith(("Exception", "Error"))]
    # Modules that no other test has loaded are still part of the tree.
    for path in {path for path, _ in found}:
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    known = {one.__name__ for one in everyone(CreditlineError)} | {"CreditlineError"} | set(CONTROL_FLOW)
    strays = [f"{path}: {name}" for path, name in found if name not in known]
    assert strays == []


def test_a_foreign_class_with_the_name_of_our_error_is_a_bug() -> None:
    """What the error is decides, not how its class is spelt."""
    namesake = type("Damaged", (Exception,), {"hint": "nothing"})
    assert reported_error(namesake("x")) is None


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Damaged(Path("x.warc.gz"), 7, "torn"), Exit.INTEGRITY),
        (BadSettings(Path("creditline.toml"), "no contact", "name one"), Exit.SETTINGS),
        (DamagedCatalogue("the catalogue is damaged", Path("catalogue.db"), "rebuild it"), Exit.INTEGRITY),
        (type("NewKind", (CatalogueRefused,), {"code": Exit.LOCKED})("held", Path("x"), "wait"), Exit.LOCKED),
        (Refused("what", "hint", Exit.NOTHING), Exit.NOTHING),
        (NoReaders("no page can be read: a process ended"), Exit.ATTENTION),
    ],
)
def test_an_error_has_its_exit_code(error: CreditlineError, code: Exit) -> None:
    told = reported_error(error)
    assert told is not None
    assert told.code is code
    assert told.hint == error.hint


def test_what_is_named_as_a_file_and_is_none_is_called_what_it_is(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert str(NotAFile(tmp_path, "")) == f"{tmp_path} is a folder"
    assert str(NotAFile(tmp_path / "pipe", "")) == f"{tmp_path}/pipe is a pipe or a device, not a file"
    assert str(NotAFile(tmp_path / "http", "")) == f"there is no file {tmp_path}/http"
    address = NotAFile(Path("https://institute.example/a.warc.gz"), "save it first")
    assert address.what == "https://institute.example/a.warc.gz is a web address, not a file of this machine"
    assert (address.hint, address.code) == ("save it first", Exit.USAGE)


def test_every_error_has_an_exit_code_of_its_own_or_is_answered_elsewhere() -> None:
    for path in (
        "archive/http/framing",
        "archive/http/failure",
        "ingest/cataloguing/reader_pool",
        "db/reading_room/problem",
    ):
        importlib.import_module(path.replace("/", "."))
    ours = [one for one in everyone(CreditlineError) if not one.__module__.startswith(("tests", "test_"))]
    assert {one.__name__ for one in ours if one.code is Exit.BUG} == ANSWERED.keys()


def test_bytes_that_cannot_be_replayed_are_an_integrity_error_that_names_the_file(tmp_path: Path) -> None:
    """A capture whose file was taken away, as `archive.replay` meets it."""
    began = datetime(2023, 4, 24, 10, tzinfo=UTC)
    capture = Capture(
        id="urn:uuid:00000000-0000-4000-8000-000000000001",
        url="http://institute.example/tides/",
        publisher="bl",
        kind=CaptureKind.RESPONSE,
        began=began,
        status=200,
        media_type="text/html",
        ref=RecordRef("institute-0001.warc.gz", 0, 900),
        block_digest="sha256:00",
        payload_digest="sha256:00",
        payload_length=5,
        ending=Ending.LENGTH,
    )
    with pytest.raises(CannotReplay) as raised:
        replay(tmp_path, capture, lambda _url, _began: None)
    told = reported_error(raised.value)
    assert told is not None
    assert told.code is Exit.INTEGRITY
    assert "institute-0001.warc.gz" in told.what
    assert "creditline verify" in told.hint
