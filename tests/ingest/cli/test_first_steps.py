"""What a person sees who types something wrong: what happened, what to do next, and nothing left half done."""

from __future__ import annotations

import errno
import gc
import json
import re
import resource
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.errors import DiskFailed, Exit
from archive.http.failure import FailureReason, hint_for
from db.catalogue import Catalogue
from db.schema.tables import EventType
from ingest.cataloguing.reader_pool import NoReaders
from ingest.cli.app import reported_error
from ingest.collection.collection import Layout, make, read_settings
from ingest.demo.server import serve
from ingest.demo.site import Site
from ingest.settings.values import PublisherOptions, Settings

URL = "http://institute.example/"
EDITED = f"{URL}heat-pumps-in-granite-towns/"
Command = Callable[..., Any]


@pytest.fixture
def collection(story: Any, tmp_path: Path) -> Path:
    """A copy of the institute's collection after its first run, to be changed."""
    return Path(shutil.copytree(story.first.layout.directory, tmp_path / "copy"))


@pytest.mark.slow
def test_a_site_that_does_not_answer_makes_no_collection(creditline: Command, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    ended = creditline("init", URL, folder, "--connect", "institute.example=127.0.0.1:1")
    assert ended.code == Exit.NOTHING
    assert "No answer" in ended.err
    assert "robots.txt" not in ended.err
    assert not folder.exists()


@pytest.mark.parametrize("chosen", ["A b!", "imported", "../up"])
def test_an_invalid_publisher_id_is_refused_before_the_site_is_visited(
    creditline: Command, tmp_path: Path, chosen: str
) -> None:
    ended = creditline("init", URL, tmp_path / "new", "--id", chosen, "--connect", "institute.example=127.0.0.1:1")
    assert ended.code == Exit.USAGE
    assert repr(chosen) in ended.err
    assert not (tmp_path / "new").exists()


def test_a_host_has_one_publisher(creditline: Command, tmp_path: Path) -> None:
    layout = Layout(tmp_path / "new")
    make(layout, Settings(publishers=(PublisherOptions(URL, id="bl"),)))
    with serve(Site()) as port:
        told = ("--id", "other", "--connect", f"institute.example=127.0.0.1:{port}")
        ended = creditline("-C", layout.directory, "add", URL, *told)
    assert ended.code == Exit.USAGE
    assert "institute.example is a host of the publisher bl" in ended.err
    assert [one.id for one in read_settings(layout).publishers] == ["bl"]


@pytest.mark.slow
@pytest.mark.parametrize("words", [("--check",), ()], ids=["check", "rebuild"])
def test_a_rebuild_prints_its_result_as_json(creditline: Command, collection: Path, words: tuple[str, ...]) -> None:
    with Catalogue.open(collection / "catalogue.db", read_only=True) as catalogue:
        captures = len(list(catalogue.all_captures()))
    ended = creditline("-C", collection, "--json", "rebuild", *words)
    [told] = [json.loads(line) for line in ended.out.splitlines()]
    assert ended.code == Exit.DONE
    # Besides captures there are notes: of the settings and of decisions.
    assert told["records"] > captures > 0


def test_status_says_how_many_items_are_withheld(creditline: Command, collection: Path) -> None:
    assert "withheld" not in creditline("-C", collection, "status").out
    creditline("-C", collection, "withhold", EDITED, "--reason", "by order", "--by", "Anna Nowak")
    told = creditline("-C", collection, "status").out.splitlines()[0]
    assert ", 1 withheld) · captures " in told


def test_a_withholding_needs_a_name(creditline: Command, collection: Path) -> None:
    ended = creditline("-C", collection, "withhold", EDITED, "--reason", "by order", "--by", " ")
    assert ended.code == Exit.USAGE
    assert "--by NAME" in ended.err
    assert "withheld" not in creditline("-C", collection, "show", EDITED).out


@pytest.mark.slow
@pytest.mark.damages_collection("a file is cut")
def test_a_package_of_a_damaged_file_is_refused_without_a_traceback(
    creditline: Command, collection: Path, tmp_path: Path
) -> None:
    path = max((collection / "warcs").iterdir(), key=lambda one: one.stat().st_size)
    path.write_bytes(path.read_bytes()[:-1000])
    ended = creditline("-C", collection, "export", "wacz", "--all", "-o", tmp_path / "all.wacz")
    gc.collect()  # remains of the zip must not print a second warning
    assert ended.code == Exit.INTEGRITY
    assert f"creditline -C {collection} verify" in ended.err
    assert not list(tmp_path.glob("all.wacz*"))


def test_verify_distinguishes_a_package_from_a_warc_file(creditline: Command, collection: Path, tmp_path: Path) -> None:
    package = tmp_path / "all.wacz"
    creditline("-C", collection, "export", "wacz", "--all", "-o", package)
    ended = creditline("verify", package)
    assert ended.code == Exit.USAGE
    assert "creditline import" in ended.err


def test_bytes_that_are_not_a_record_are_shown_in_readable_form(creditline: Command, tmp_path: Path) -> None:
    (tmp_path / "letter.warc").write_bytes(b"Dear Sir or Madam\n")
    (tmp_path / "picture.warc").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    (tmp_path / "empty.warc").touch()
    told = creditline("verify", *sorted(tmp_path.glob("*.warc"))).out
    assert "but “Dear Sir or Mada”" in told
    assert "but 89 50 4e 47 0d 0a" in told
    assert "the file is empty: a WARC file holds at least one record" in told


@pytest.mark.damages_collection("a file is taken away")
def test_an_item_whose_file_is_missing_is_reported_in_words(creditline: Command, collection: Path) -> None:
    max((collection / "warcs").glob("*.warc.gz"), key=lambda path: path.stat().st_size).unlink()
    told = creditline("-C", collection, "verify", "--all").out
    assert "the file is missing  items: " in told
    assert "Errno" not in told


def test_backup_into_a_file_is_refused(creditline: Command, collection: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", "utf-8")
    ended = creditline("-C", collection, "backup", tmp_path / "letter.txt")
    assert ended.code == Exit.USAGE
    assert "is a file" in ended.err


def test_review_refuses_an_unknown_publisher(creditline: Command, collection: Path) -> None:
    ended = creditline("-C", collection, "review", "--publisher", "nobody")
    assert ended.code == Exit.USAGE
    assert "there is no publisher 'nobody'" in ended.err


def test_decisions_are_listed_with_the_role_as_typed(creditline: Command, collection: Path) -> None:
    values = ("--set", "Maria Ossowska", "--set", "translator: Jan Kos")
    creditline("-C", collection, "review", EDITED, "--field", "author", *values, "--by", "Anna Nowak")
    told = creditline("-C", collection, "review", "--decisions").out
    assert "author set to “Maria Ossowska”, “translator: Jan Kos”" in told


@pytest.mark.parametrize(
    "error",
    [
        PermissionError(errno.EACCES, "Permission denied", "held/creditline.toml"),
        OSError(errno.EROFS, "Read-only file system", "held/creditline.toml"),
        DiskFailed(Path("held/creditline.toml"), PermissionError(errno.EACCES, "Permission denied")),
    ],
    ids=["permissions", "read-only", "reported by the archive"],
)
def test_a_file_that_may_not_be_written_is_reported_in_one_line(error: Exception) -> None:
    told = reported_error(error)
    assert told is not None
    assert told.what.startswith("held/creditline.toml: ")
    assert "change who may read and write there" in told.hint
    assert told.code == Exit.DISK


def test_a_database_that_may_not_be_written_is_reported_in_one_line(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "catalogue.db")) as made:
        made.execute("CREATE TABLE held (name TEXT)")
    medium = sqlite3.connect(f"file:{tmp_path}/catalogue.db?mode=ro", uri=True)
    with closing(medium) as held, pytest.raises(sqlite3.OperationalError) as refused:
        held.execute("INSERT INTO held VALUES ('x')")
    told = reported_error(refused.value)
    assert told is not None
    assert (told.what, told.code) == ("catalogue.db: attempt to write a readonly database", Exit.DISK)


@pytest.mark.parametrize("wrapped", [False, True], ids=["alone", "behind another error"])
def test_too_many_open_files_are_reported_with_the_way_to_allow_more(*, wrapped: bool) -> None:
    error = OSError(errno.EMFILE, "Too many open files", "held/catalogue.db")
    told = reported_error(DiskFailed(Path("held"), error) if wrapped else error)
    assert told is not None
    assert "too many open files: this process may have" in told.what
    assert "ulimit -n 1024" in told.hint
    assert "make room" not in told.hint
    assert told.code == Exit.DISK


@pytest.mark.parametrize(("most", "told"), [(20, True), (1024, False)], ids=["few", "many"])
def test_readers_that_end_silently_are_reported_as_too_many_open_files_only_where_few_are_allowed(
    most: int, *, told: bool
) -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, before[1]))
    try:
        reported = [reported_error(error) for error in (EOFError(), NoReaders("no page can be read"))]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert [
        one is not None and one.what == f"too many open files: this process may have {most}" for one in reported
    ] == [
        told,
        told,
    ]


@pytest.mark.parametrize("verb", [("verify", "--jobs", "2"), ("serve", "--port", "0"), ("run",), ("rebuild",)])
def test_a_command_that_may_open_few_files_says_so_before_it_begins(
    creditline: Command, collection: Path, verb: tuple[str, ...]
) -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (40, before[1]))
    try:
        ended = creditline("-C", collection, *verb)
        shown = creditline("-C", collection, "search")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert ended.code == Exit.DISK
    assert "too many open files: this process may have 40" in ended.err
    assert "ulimit -n 1024" in ended.err
    assert shown.code == Exit.DONE, shown.err


def test_our_own_errors_are_not_reported_as_disk_errors() -> None:
    assert reported_error(ValueError("of ours")) is None
    assert reported_error(FileNotFoundError(errno.ENOENT, "No such file", "x")) is None
    assert reported_error(sqlite3.OperationalError("no such table: held")) is None


def test_a_lock_that_cannot_be_taken_is_reported(creditline: Command, collection: Path) -> None:
    (collection / "run.lock").unlink(missing_ok=True)
    (collection / "run.lock").mkdir()
    ended = creditline("-C", collection, "run")
    assert ended.code == Exit.DISK
    assert "run.lock: Is a directory" in ended.err


def test_citations_can_be_written_into_an_existing_folder(
    creditline: Command, collection: Path, tmp_path: Path
) -> None:
    ended = creditline("-C", collection, "cite", "--all", "-o", tmp_path / "gone" / "all.bib")
    assert ended.code == Exit.USAGE
    assert "there is no folder" in ended.err


@pytest.mark.slow
def test_an_import_prints_as_json_what_it_left_out(creditline: Command, collection: Path, tmp_path: Path) -> None:
    creditline("-C", collection, "export", "warc", "--all", "-o", tmp_path / "all.warc.gz")
    ended = creditline("-C", tmp_path / "new", "--json", "import", tmp_path / "all.warc.gz", "--publisher", URL)
    brought, read = [json.loads(line) for line in ended.out.splitlines()]
    assert ended.code == Exit.DONE
    assert brought["records"] > brought["captures"] > 0
    assert sum(brought["left"].values()) > 0
    assert read["items"] > 0


@pytest.mark.slow
def test_the_first_look_is_printed_as_json(creditline: Command, tmp_path: Path) -> None:
    with serve(Site()) as port:
        connect = ("--connect", f"institute.example=127.0.0.1:{port}")
        ended = creditline("--json", "init", URL, tmp_path / "new", *connect)
    told = json.loads(ended.out)
    assert ended.code == Exit.DONE
    assert told["name"] == "Baltic Lantern Institute"
    assert told["settings"] == str(tmp_path / "new" / "creditline.toml")
    assert told["obstacles"] == []


def test_terms_why_prints_its_rules_as_json(creditline: Command) -> None:
    words = "Our texts may not be reprinted unless you ask us."
    told = [json.loads(line) for line in creditline("--json", "terms", "--why", words).out.splitlines()]
    assert all(one["words"] in words and one["rule"] for one in told)
    assert any("terms" in one for one in told)


def test_failures_are_counted_and_each_kind_has_a_remedy(creditline: Command, story: Any) -> None:
    collection = story.third.layout.directory
    told = creditline("-C", collection, "failures")
    kinds = {line.split("  ")[1] for line in told.out.splitlines() if not line.startswith(" ")}
    assert {"refused by robots.txt", "needs a login or a browser", "gone"} <= kinds
    assert all(f"\n  {kind}: " in told.err for kind in kinds)
    assert creditline("-C", collection, "failures", "-n", "1").err.startswith("1 of ")


@pytest.mark.parametrize("reason", [*FailureReason, *EventType])
def test_every_kind_of_failure_has_a_remedy(reason: str) -> None:
    listed = reason not in ("returned", "not an item", "redirected", "terms changed")
    assert bool(hint_for(reason)) == listed


def test_a_letter_needs_an_item_and_a_known_language(creditline: Command, collection: Path) -> None:
    ended = creditline("-C", collection, "terms", "--letter")
    assert (ended.code, "no item is named" in ended.err) == (Exit.USAGE, True)
    for verb in (("terms", EDITED, "--letter"), ("credit", EDITED)):
        assert creditline("-C", collection, *verb, "--lang", "xx").code == Exit.USAGE


def test_counts_of_one_are_printed_in_the_singular(creditline: Command, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    with serve(Site()) as port:
        creditline("-C", folder, "save", EDITED, "--connect", f"institute.example=127.0.0.1:{port}")
    told = creditline("-C", folder, "verify", EDITED)
    assert "  1 WARC record, " in told.out
    (tmp_path / "page.html").write_text("<title>One</title><p>word</p>", "utf-8")
    assert "text        1 word\n" in creditline("inspect", tmp_path / "page.html", "--url", URL).out


@pytest.mark.slow
@pytest.mark.damages_collection("a record is damaged")
def test_damage_is_reported_with_the_repair_command(creditline: Command, collection: Path) -> None:
    path = max((collection / "warcs").iterdir(), key=lambda one: one.stat().st_size)
    path.write_bytes(path.read_bytes()[:-1000])
    told = creditline("-C", collection, "verify")
    assert told.code == Exit.INTEGRITY
    assert f"creditline -C {collection} verify --copy PLACE --repair" in told.err
    assert creditline("-C", collection, "--json", "verify").err == ""


def test_a_page_that_is_not_an_item_is_refused_with_a_command_to_try(creditline: Command, collection: Path) -> None:
    told = creditline("-C", collection, "show", f"{URL}tag/ports/")
    assert told.code == Exit.USAGE
    assert f"creditline -C {collection} failures" in told.err
    assert " failures`" not in creditline("-C", collection, "show", "ports").err
    again = creditline("-C", collection, "review", EDITED)
    assert "--confirm" in again.err


def test_pages_that_are_not_articles_are_shown_and_counted_as_pages(creditline: Command, collection: Path) -> None:
    assert "  kind       page\n" in creditline("-C", collection, "show", f"{URL}about/").out
    assert "  kind       article\n" in creditline("-C", collection, "show", EDITED).out
    assert "  kind       page of terms\n" in creditline("-C", collection, "show", f"{URL}terms-of-use/").out
    assert re.search(r"^items (\d+) \(\d+ articles, \d+ pages\) ", creditline("-C", collection, "status").out)
    kinds = json.loads(creditline("-C", collection, "--json", "status").out)["kinds"]
    assert set(kinds) == {"article", "page"}
    assert "a page, no article" in creditline("-C", collection, "search", "title:about").out
    with closing(sqlite3.connect(collection / "catalogue.db")) as connection:
        assert dict(connection.execute("SELECT kind, count(*) FROM items GROUP BY kind")) == kinds


def test_terms_of_an_item_include_the_terms_of_the_site_and_their_place(creditline: Command, collection: Path) -> None:
    told = creditline("-C", collection, "terms", EDITED).out
    assert "  also, with no further rule: the same words\n    terms page, urn:uuid:" in told
    assert f" ({URL}terms-of-use/), confirmed " in told
    read = json.loads(creditline("-C", collection, "--json", "terms", EDITED).out)
    assert {one["statement"]["place"] for one in read["also"]} == {"terms page"}
    about = creditline("-C", collection, "terms", f"{URL}about/").out
    assert f" ({URL}terms-of-use/)\n    first seen" in about, "words of another page name it"


def test_cite_and_search_ids_print_one_json_line_per_item(creditline: Command, collection: Path) -> None:
    ended = creditline("-C", collection, "--json", "cite", "--all")
    cited = [json.loads(line) for line in ended.out.splitlines()]
    assert f"{len(cited)} citations" in ended.err
    assert all(one["title"] and one["URL"].startswith(URL) for one in cited)
    refused = creditline("-C", collection, "--json", "cite", "--all", "--format", "ris")
    assert (refused.code, "--json and --format ris do not go together" in refused.err) == (Exit.USAGE, True)
    found = creditline("-C", collection, "--json", "search", "--ids", "granite").out
    assert json.loads(found)["item"].startswith("bl-")


def test_the_command_without_arguments_lists_the_verbs(creditline: Command) -> None:
    ended = creditline()
    assert ended.code == Exit.USAGE
    lines = ended.err.splitlines()
    assert lines[0] == "Usage: creditline [OPTIONS] COMMAND [ARGS]..."
    assert any(line.startswith("  search ") for line in lines)
    assert max(map(len, lines)) <= 100
