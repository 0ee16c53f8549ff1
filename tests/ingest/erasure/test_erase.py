"""Erased words are in no file of the collection or its copy; the rest stays in place, and the erasure is reported."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit, Refused
from archive.fixity.verifier import verify_file
from archive.store import warc_files
from archive.warc.capture import NoteKind
from archive.warc.reader import read_records
from db import erasures
from db.catalogue import Catalogue
from db.frontier import Discovery, Frontier
from ingest.collection.collection import Layout, make, open_for_work
from ingest.collection.former_catalogue import former_catalogue
from ingest.demo.articles import load
from ingest.demo.server import ReceivedRequest, serve
from ingest.demo.site import Site
from ingest.erasure import order
from ingest.settings.values import Settings
from ingest.transfer.backup_target import Folder
from ingest.transfer.manifest import read_manifest, write_manifest

ARTICLES = (
    *("winter-load-on-the-amber-cable", "zimowe-obciazenie-bursztynowego-kabla", "a-reserve-that-nobody-counts"),
    *("heat-pumps-in-granite-towns", "village-substations-and-the-second-key"),
)
"""The article to be erased, its translation, and some that share its section, tags and an author."""
ORDER = ("--order", "II C 123/26", "--by", "Ewa")


@dataclass(frozen=True)
class VisitedSite:
    """A collection of the institute, whose site answers, and an article that feeds and lists mention too."""

    layout: Layout
    settings: Settings
    url: str
    item: str
    words: bytes
    asked: list[ReceivedRequest]
    site: Site


@pytest.fixture(scope="module")
def visited_site(
    tmp_path_factory: pytest.TempPathFactory, performing: Any, settings_for_port: Any
) -> Iterator[VisitedSite]:
    site = Site(one for one in load() if one.slug in ARTICLES)
    layout, asked = Layout(tmp_path_factory.mktemp("erase") / "held"), list[ReceivedRequest]()
    with serve(site, asked=asked) as port:
        settings = settings_for_port(port)
        make(layout, settings)
        performing(layout, settings)
        url = site.url("winter-load-on-the-amber-cable")
        with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
            item = catalogue.item(url)
            assert item is not None
            # From the middle of the text: lists and feeds print its beginning.
            words = item.edition.text[len(item.edition.text) // 2 :].split("\n")[0].split(". ")[-1][:40]
        yield VisitedSite(layout, settings, url, item.id, words.encode(), asked, site)


@pytest.fixture
def collection(visited_site: VisitedSite, tmp_path: Path) -> VisitedSite:
    shutil.copytree(visited_site.layout.directory, tmp_path / "held")
    return replace(visited_site, layout=Layout(tmp_path / "held"))


@pytest.fixture
def said(collection: VisitedSite, creditline: Any) -> Callable[..., tuple[int, str]]:
    """Runs a command in the collection; returns exit code and all output."""

    def run(*words: str) -> tuple[int, str]:
        ended = creditline("-C", collection.layout.directory, *words)
        return ended.code, ended.out + ended.err

    return run


def everything(folder: Path) -> bytes:
    """Every byte of every file in *folder*, decompressed where needed."""
    read = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            read.append(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes())
    return b"\n".join(read)


def listed_traces(out: str) -> list[str]:
    told = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    return [one["record"] for one in told if one["event"] == "words stand in" and one["erasable"]]


@pytest.mark.slow
def test_erased_words_are_in_no_file_of_the_collection_or_its_copy(
    collection: VisitedSite, said: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    said("backup", str(copy))
    # As if making it had ended after the order: its files are still from before.
    manifest = read_manifest(Folder(copy))
    assert manifest is not None
    write_manifest(Folder(copy), replace(manifest, made="2100-01-01T00:00:00+00:00"))
    assert collection.words in everything(collection.layout.directory)
    assert collection.words in everything(copy)
    _, foretold = said("--json", "erase", collection.item, "--dry-run")
    code, out = said("erase", collection.item, *listed_traces(foretold), *ORDER)
    assert code == Exit.DONE, out
    assert collection.words not in everything(collection.layout.directory)
    code, out = said("verify", "--copy", str(copy))
    assert (code, "NOT ERASED" in out) == (Exit.ATTENTION, True)
    assert "0 damaged here, 0 there" in out
    said("verify", "--copy", str(copy), "--repair")
    assert collection.words not in everything(collection.layout.directory)
    assert said("backup", str(copy))[0] == Exit.DONE
    assert collection.words not in everything(copy)
    code, out = said("verify", "--copy", str(copy))
    assert (code, "0 damaged here, 0 there" in out) == (Exit.DONE, True)


@pytest.mark.slow
def test_records_that_were_not_erased_stay_in_place_and_verify(
    collection: VisitedSite, said: Callable[..., tuple[int, str]]
) -> None:
    before = {path.name: path.stat().st_size for path in warc_files(collection.layout.warcs)}
    places = {record.id: record.ref for path in warc_files(collection.layout.warcs) for record in read_records(path)}
    code, out = said("erase", collection.item, *ORDER)
    assert code == Exit.ATTENTION, out
    assert "its words are also in" in out
    after = {path.name: path.stat().st_size for path in warc_files(collection.layout.warcs)}
    assert {name: after[name] for name in before} == before
    now_there = {record.id: record.ref for path in warc_files(collection.layout.warcs) for record in read_records(path)}
    gone = set(places) - set(now_there)
    assert 2 <= len(gone) <= 6
    assert all(now_there[one] == places[one] for one in set(places) - gone)
    for path in warc_files(collection.layout.warcs):
        assert verify_file(path).findings == ()
    assert said("verify", "--all")[0] == Exit.DONE
    assert said("rebuild", "--check")[0] == Exit.DONE


@pytest.mark.slow
@pytest.mark.parametrize("named", ["item", "record"])
def test_failed_visits_are_erased_by_item_or_record_and_the_chain_stays_intact(
    collection: VisitedSite, said: Callable[..., tuple[int, str]], named: str
) -> None:
    with open_for_work(collection.layout, collection.settings) as work:
        body = {"url": collection.url, "reason": "connect", "detail": "the connection was refused"}
        failed = work.note(NoteKind.FAILURE, body, about=collection.url, publisher=collection.item.rpartition("-")[0])
        # It names the previous one.
        work.note(NoteKind.ANNOTATION, {"item": collection.item, "annotation": "tag", "value": "old", "by": "Ewa"})
    assert collection.url in said("--json", "failures")[1]
    assert said("erase", collection.item if named == "item" else failed.id, *ORDER)[0] in (Exit.DONE, Exit.ATTENTION)
    assert collection.url not in said("--json", "failures")[1]
    assert failed.id.encode() not in b"".join(_heads(collection.layout))
    with Catalogue.open(collection.layout.catalogue, read_only=True) as catalogue:
        assert not catalogue.has_row(failed.id)
        [made] = erasures.every(catalogue.connection)
        assert made.notes == (failed.digest,)
    assert said("verify", "--all")[0] == Exit.DONE
    assert said("rebuild", "--check")[0] == Exit.DONE
    assert "left undone" not in said("erase")[1]


def _heads(layout: Layout) -> Iterator[bytes]:
    """The heads of all records that are there."""
    return (record.id.encode() for path in warc_files(layout.warcs) for record in read_records(path))


@pytest.mark.slow
def test_every_name_of_an_erased_item_shows_the_order(
    collection: VisitedSite, said: Callable[..., tuple[int, str]]
) -> None:
    said("erase", collection.url, *ORDER)
    for name in (
        collection.item,
        f"{collection.item}@20300101000000",
        collection.url,
        collection.url[len("http://") :],
    ):
        out = said("show", name)[1]
        assert "erased by order: II C 123/26" in out
        assert collection.words.decode() not in out
    assert "withheld left out" in said("cite", collection.item)[1]
    assert "II C 123/26" in said("erase")[1]


@pytest.mark.slow
def test_an_erased_item_is_not_withheld_but_said_to_be_erased_when_and_by_which_order(
    collection: VisitedSite, said: Callable[..., tuple[int, str]]
) -> None:
    said("erase", collection.item, *ORDER)
    for name in (collection.item, collection.url):
        for change in (("--reason", "a complaint"), ("--lift",)):
            code, out = said("withhold", name, *change, "--by", "Jan")
            assert code == Exit.USAGE
            assert re.search(r" was erased by order: II C 123/26 on \d{4}-\d\d-\d\d", out), out
    assert "is held" in said("withhold", "institute-0000000000", "--lift", "--by", "Jan")[1]


@pytest.mark.slow
def test_an_erased_page_is_not_visited_again_until_the_order_is_lifted(
    collection: VisitedSite, said: Callable[..., tuple[int, str]]
) -> None:
    said("erase", collection.item, *ORDER)
    collection.asked.clear()
    said("run")
    assert collection.asked
    assert not [one for one in collection.asked if "winter-load" in one.path]
    # However its address is spelt, and whether or not it would be visited.
    bare = collection.url.removeprefix("http://")
    for named in (collection.url, f"{collection.url.rstrip('/')}?utm_source=mail", bare):
        for command in (("save", named), ("run", "--only", named), ("run", "--only", named, "--dry-run")):
            code, out = said(*command)
            assert code == Exit.USAGE, command
            assert re.search(r" was erased by order: II C 123/26 on \d{4}-\d\d-\d\d", out), out
            assert f"erase {collection.item} --lift --by NAME" in out
    other = collection.site.url("a-reserve-that-nobody-counts")
    assert said("run", "--only", other)[0] == Exit.DONE
    said("erase", other, *ORDER)
    # Not through a redirect that was unknown before, either.
    slug = collection.url.rstrip("/").rpartition("/")[2]
    collection.site.rename(slug, "a-way-round")
    collection.site.rename("a-way-round", slug)
    code, out = said("save", collection.url.replace(slug, "a-way-round"))
    assert code == Exit.NOTHING
    assert "erased by order" in out
    assert not [one for one in collection.asked if "winter-load" in one.path]
    assert said("erase", collection.item, "--lift", "--by", "Ewa")[0] == Exit.DONE
    # The other order is still in force.
    assert said("save", other)[0] == Exit.USAGE
    assert said("run", "--only", collection.url)[0] == Exit.DONE
    assert [one for one in collection.asked if "winter-load" in one.path]
    assert said("save", collection.url)[0] == Exit.DONE
    assert "erased" not in said("show", collection.item)[1]


@pytest.mark.slow
def test_an_erased_page_is_not_visited_with_its_parameters_in_another_order(
    collection: VisitedSite, said: Callable[..., tuple[int, str]]
) -> None:
    assert said("save", f"{collection.url}?lang=pl&view=full")[0] == Exit.DONE
    said("erase", collection.item, *ORDER)
    collection.asked.clear()
    code, out = said("save", f"{collection.url}?view=full&lang=pl")
    assert (code, "was erased by order" in out) == (Exit.USAGE, True), out
    named = f"{collection.url}?view=full&lang={{}}"
    with Catalogue.open(collection.layout.catalogue) as catalogue:
        found = [Discovery(named.format(code), collection.item.rpartition("-")[0]) for code in ("pl", "en")]
        # Another value is another address.
        assert Frontier(catalogue).seed(found, now=datetime.now(UTC)) == 1
    assert not [one for one in collection.asked if "winter-load" in one.path]


@pytest.mark.slow
def test_status_counts_the_coverage_no_more_that_a_run_counted_before_an_order(
    collection: VisitedSite, said: Callable[..., tuple[int, str]]
) -> None:
    def coverage() -> str:
        return next(line for line in said("status")[1].splitlines() if line.startswith("coverage"))

    before = coverage()
    assert "named 24 · held 9" in before
    said("erase", collection.item, *ORDER)
    assert re.fullmatch(
        r"coverage +not known since records were erased on \d{4}-\d\d-\d\d: creditline.* run", coverage()
    )
    told = json.loads(said("--json", "status")[1])
    assert (told["erased"][:2], "coverage" in told["last"]["summary"]) == ("20", False)
    # A run of a single page counts nothing.
    said("run", "--only", collection.site.url("a-reserve-that-nobody-counts"))
    assert "not known" in coverage()
    said("run")
    assert "held 8" in coverage()
    # A decision about an item since is no erasure.
    said("withhold", collection.site.url("a-reserve-that-nobody-counts"), "--reason", "a complaint", "--by", "Ewa")
    told = json.loads(said("--json", "status")[1])
    assert (told["erased"], "coverage" in told["last"]["summary"]) == (None, True)


@pytest.mark.slow
def test_an_erased_item_stays_hidden_when_an_import_brings_it_back(
    collection: VisitedSite, said: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    assert said("export", "warc", collection.item, "-o", str(tmp_path / "before.warc.gz"))[0] == Exit.DONE
    said("erase", collection.item, *ORDER)
    brought = said("import", str(tmp_path / "before.warc.gz"))
    assert brought[0] in (Exit.DONE, Exit.ATTENTION), brought
    assert "erased by order" in said("show", collection.item)[1]
    code, out = said("withhold", collection.item, "--lift", "--by", "Jan")
    assert (code, f" erase {collection.item} --lift" in out) == (Exit.USAGE, True), out
    assert collection.words.decode() not in said("show", collection.item, "--text")[1]
    assert said("erase", collection.item, "--lift", "--by", "Ewa")[0] == Exit.DONE
    assert collection.words.decode() in " ".join(said("show", collection.item, "--text")[1].split())


@pytest.mark.slow
@pytest.mark.parametrize("noted", ["noted", "not noted", "changed"])
def test_copies_in_imported_files_that_are_not_catalogued_are_erased_too(
    collection: VisitedSite, said: Callable[..., tuple[int, str]], foreign_warc: Any, noted: str
) -> None:
    words = "The lighthouse keeper was told to keep quiet about the cargo."
    page = f"<html><body><article><h1>Cargo</h1><p>{words}</p><p>{words * 9}</p></article></body></html>".encode()
    address = "http://institute.example/cargo/"
    warc = foreign_warc()
    warc.response(address, page, date="2019-03-01T10:00:00Z")
    # Of a host without a publisher; of a time before the web; and of a page that stays.
    warc.response("http://elsewhere.example/copy", page, date="2019-03-01T10:00:00Z")
    warc.response(address, page.replace(b"Cargo", b"Cargoes"), date="1970-01-01T00:00:00Z")
    warc.response("http://elsewhere.example/other", b"<html>another page</html>", date="2019-03-01T10:00:00Z")
    assert said("import", str(warc.path))[0] == Exit.ATTENTION  # for the date
    assert words.encode() in everything(collection.layout.warcs)
    if noted == "changed":
        with Catalogue.open(collection.layout.catalogue) as catalogue, catalogue.transaction():
            catalogue.connection.execute("UPDATE uncatalogued SET payload_digest = NULL, url_key = url_key || 'x'")
    if noted == "not noted":
        # As after an upgrade: an older program did not note them, so the files must be read.
        with Catalogue.open(collection.layout.catalogue) as catalogue, catalogue.transaction():
            catalogue.connection.execute("DELETE FROM uncatalogued")
            catalogue.connection.execute("DELETE FROM noted_file")
    assert said("erase", address, *ORDER)[0] == Exit.DONE
    assert words.encode() not in everything(collection.layout.warcs)
    assert b"another page" in everything(collection.layout.warcs)
    assert said("verify", "--all")[0] == Exit.DONE
    assert said("rebuild", "--check")[0] == Exit.DONE


@pytest.mark.slow
@pytest.mark.damages_collection
def test_copies_are_found_without_reading_the_imported_files(
    collection: VisitedSite, said: Callable[..., tuple[int, str]], foreign_warc: Any
) -> None:
    page = (
        f"<html><body><article><h1>Cargo</h1><p>{'The keeper keeps quiet. ' * 9}</p></article></body></html>".encode()
    )
    own, other = foreign_warc("own.warc.gz"), foreign_warc("other.warc.gz")
    own.response("http://institute.example/cargo/", page, date="2019-03-01T10:00:00Z")
    other.response("http://elsewhere.example/copy", page, date="2019-03-01T10:00:00Z")
    other.response("http://institute.example/tides/", b"<html>another page</html>", date="2019-03-01T10:00:00Z")
    for warc in (own, other):
        said("import", str(warc.path))
    held = max(collection.layout.warcs.glob("imported-*"))
    # As long as before, so that nothing but reading it could say what is in it.
    held.write_bytes(bytes(held.stat().st_size))
    code, told = said("erase", "http://institute.example/cargo/", "--dry-run")
    # A copy in a file that cannot be read any more is not passed over.
    assert (code, held.name in told) == (Exit.INTEGRITY, True), told


@pytest.mark.slow
def test_the_next_command_finishes_a_killed_erasure(
    collection: VisitedSite, said: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(order, "finish", killed)
        said("erase", collection.item, *ORDER)
    assert collection.words in everything(collection.layout.warcs)
    assert said("verify", "--all")[0] == Exit.INTEGRITY
    assert "Finished 1 erasure" in said("erase")[1]
    with Catalogue.open(collection.layout.catalogue, read_only=True) as catalogue:
        assert order.unfinished(catalogue, collection.layout.warcs) == []
    assert said("verify", "--all")[0] == Exit.DONE


@pytest.mark.slow
def test_a_single_record_is_erased_with_all_records_of_the_same_bytes(
    collection: VisitedSite, said: Callable[..., tuple[int, str]]
) -> None:
    with Catalogue.open(collection.layout.catalogue, read_only=True) as catalogue:
        capture = catalogue.latest_capture(collection.url)
        assert capture is not None
        reached = order.reach(catalogue, collection.layout.warcs, [capture.id])
        same = erasures.with_the_same_payload(catalogue.connection, {capture.id})
        assert reached.captures == same
        with pytest.raises(Refused):
            order.reach(catalogue, collection.layout.warcs, ["urn:uuid:0"])
    said("erase", capture.id, *ORDER)
    assert said("rebuild", "--check")[0] == Exit.DONE


@pytest.mark.slow
@pytest.mark.parametrize("by", ["edition", "record"])
def test_erasing_the_only_edition_or_capture_erases_the_item(
    collection: VisitedSite, said: Callable[..., tuple[int, str]], by: str
) -> None:
    with Catalogue.open(collection.layout.catalogue, read_only=True) as catalogue:
        (edition,) = catalogue.editions(collection.item)
    code, out = said("erase", edition.id if by == "edition" else edition.captures[0], *ORDER)
    # Its words stand in lists too, which is reported whatever name is used.
    assert code == Exit.ATTENTION
    assert "its words are also in" in out
    assert "erased by order: II C 123/26" in said("show", collection.item)[1]
    collection.asked.clear()
    said("run")
    assert collection.asked
    assert not [one for one in collection.asked if "winter-load" in one.path]
    assert said("rebuild", "--check")[0] == Exit.DONE


# Slow like its neighbours: visiting the whole institute takes longer than the test, and they share the visit.
@pytest.mark.slow
def test_an_order_names_the_catalogues_that_rebuilds_kept(
    collection: VisitedSite, said: Callable[..., tuple[int, str]]
) -> None:
    kept = former_catalogue(collection.layout.directory, datetime(2026, 1, 2, tzinfo=UTC))
    shutil.copy(collection.layout.catalogue, kept)
    _, foretold = said("--json", "erase", collection.item, "--dry-run")
    code, out = said("erase", collection.item, *listed_traces(foretold), *ORDER)
    assert (code, str(kept) in out) == (Exit.ATTENTION, True), out


@pytest.mark.slow
def test_an_order_needs_a_reference_and_a_name(collection: VisitedSite, said: Callable[..., tuple[int, str]]) -> None:
    assert said("erase", collection.item, "--by", "Ewa")[0] == Exit.USAGE
    assert said("erase", collection.item, "--order", "x")[0] == Exit.USAGE
    assert said("erase", "--order", "x")[0] == Exit.USAGE


@pytest.mark.slow
@pytest.mark.parametrize("beside", [("--dry-run",), ORDER])
def test_lifting_an_order_is_refused_with_flags_that_it_would_ignore(
    collection: VisitedSite, said: Callable[..., tuple[int, str]], beside: tuple[str, ...]
) -> None:
    code, out = said("erase", collection.item, "--lift", *beside)
    assert (code, "and --lift do not go together" in out) == (Exit.USAGE, True), out


@pytest.mark.slow
def test_an_older_checkpoint_names_the_order_that_changed_a_file(
    collection: VisitedSite, said: Callable[..., tuple[int, str]]
) -> None:
    line = said("checkpoint")[1].strip().splitlines()[0]
    said("erase", collection.item, *ORDER)
    code, out = said("verify", "--checkpoint", line)
    assert code == Exit.INTEGRITY
    assert "II C 123/26" in out
    again = said("checkpoint")[1].strip().splitlines()[0]
    assert said("verify", "--checkpoint", again)[0] == Exit.DONE


@pytest.mark.slow
def test_an_erasure_in_an_imported_collection_verifies_and_rebuilds(
    collection: VisitedSite, creditline: Any, tmp_path: Path
) -> None:
    handed = tmp_path / "handed.warc.gz"
    other = tmp_path / "other"
    creditline("-C", collection.layout.directory, "export", "warc", "--all", "-o", handed)
    brought = creditline("-C", other, "import", handed, "--publisher", "http://institute.example/", "--by", "Ewa")
    assert brought.code == Exit.DONE, brought.err
    erased = creditline("-C", other, "erase", collection.url, *ORDER)
    assert "erased" in erased.out, erased.err
    with Catalogue.open(other / "catalogue.db", read_only=True) as catalogue:
        assert catalogue.item(collection.url) is None
    assert creditline("-C", other, "verify", "--all").code == Exit.DONE
    assert creditline("-C", other, "rebuild", "--check").code == Exit.DONE
