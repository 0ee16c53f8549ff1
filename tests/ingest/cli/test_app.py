"""The command as a person or a scheduler meets it: exit codes, one clear line for bad input, signals, kill -9."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from archive.fixity.verifier import verify_file
from db.catalogue import Catalogue
from ingest.cli import app
from ingest.cli.app import VERBS
from ingest.collection import collection
from ingest.collection import run_lock as run_lock_module
from ingest.collection.collection import Layout, make
from ingest.collection.run_lock import FILE_NAME, Holder, Locked, run_lock
from ingest.demo.articles import load
from ingest.demo.server import ReceivedRequest, serve
from ingest.demo.site import Site
from ingest.demo.truth import truth
from ingest.settings.toml_file import render
from ingest.settings.values import PublisherOptions, Settings
from ingest.transfer import upgrade

URL = "http://institute.example/"
Command = Callable[..., Any]


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below *folder* with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def is_one_line_and_a_hint(told: str) -> bool:
    """Return whether an error is reported properly: what happened and what to do next, without a traceback."""
    lines = told.strip().splitlines()
    return lines[0].startswith("creditline: ") and len(lines) <= 2 and "Traceback" not in told


# ── Bad input ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("export",), "missing argument 'FORMAT'. Choose from: warc, wacz, cdxj"),
        (("export", "--format", "pdf"), "no such option '--format'\n"),
        (("search", "--fromat", "csv"), "no such option '--fromat'; it may be that you mean --format\n"),
        (("search", "--facets", "lang", "x"), "license, reuse, kind; it may be that you mean language\n"),
        (("search", "--facets", "la", "x"), "license, reuse, kind\n"),
        (("search", "--facets", "yaer", "x"), "license, reuse, kind; it may be that you mean year\n"),
        (("stats", "--by", "lang"), "; it may be that you mean language\n"),
        (("search", "-n", "ten", "x"), "'ten' is no number\n"),
        (("cite", "--page", "ten"), "'ten' is no number\n"),
        (("search", "-n", "9" * 21, "x"), "is not in the range"),
        (("search", "--offset", "9" * 21, "x"), "is not in the range"),
        (("failures", "-n", "9" * 21), "is not in the range"),
        (("upgrade", "--backup"), "requires an argument\n  `creditline upgrade --help`"),
        (("run", "--due", "--all"), "leave one out; `creditline run --help`"),
    ],
)
def test_a_typing_error_is_reported_in_one_line_without_wild_guesses(
    creditline: Command, words: tuple[str, ...], said: str
) -> None:
    ended = creditline(*words)
    assert ended.code == Exit.USAGE
    assert is_one_line_and_a_hint(ended.err), ended.err
    assert said in ended.err


@pytest.mark.parametrize(
    ("asked", "on_terminal", "written"),
    [
        ("", False, "„Łódź” – ž".encode()),
        ("", True, "\\u201eŁódź\\u201d \\u2013 ž".encode("iso-8859-2")),
        ("iso-8859-2", False, "\\u201eŁódź\\u201d \\u2013 ž".encode("iso-8859-2")),
    ],
)
def test_every_character_is_written_whatever_the_locale(
    monkeypatch: pytest.MonkeyPatch, asked: str, on_terminal: bool, written: bytes
) -> None:
    class Stream(io.BytesIO):
        def isatty(self) -> bool:
            return on_terminal

    monkeypatch.setenv("PYTHONIOENCODING", asked)
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, io.TextIOWrapper(Stream(), encoding="iso-8859-2"))
    app._write_any_character()
    for stream in (sys.stdout, sys.stderr):
        stream.write("„Łódź” – ž")
        stream.flush()
        assert stream.buffer.getvalue() == written  # type: ignore[union-attr]  # it is the one above
    # What takes every character stays as it is; so does a stream that a program has put there.
    for kept in (io.TextIOWrapper(io.BytesIO(), encoding="utf8", errors="strict"), io.StringIO()):
        monkeypatch.setattr(sys, "stdout", kept)
        app._write_any_character()
        assert kept.errors in ("strict", None)


@pytest.mark.slow
def test_a_locale_that_lacks_a_character_causes_no_traceback(creditline_script: Path) -> None:
    ended = subprocess.run(
        [creditline_script, "terms", "--why", "The texts of Łódź may be reprinted."],
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (Exit.DONE, b"")
    assert b"\\u201c" in ended.stdout


def test_a_file_whose_name_begins_with_a_dash_is_no_unknown_option(
    creditline: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "`creditline import --help`" in creditline("import", "-x.warc").err
    for name in ("import", "-x.warc"):
        (tmp_path / name).write_bytes(b"")
    ended = creditline("import", "-x.warc")
    assert ended.code == Exit.USAGE
    assert ended.err.endswith("if you mean the file of this name, type ./-x.warc\n")


@pytest.mark.parametrize("words", [("import",), ("verify",), ("quote", "--check"), ("credit", "--check")])
def test_what_is_no_file_is_called_what_it_is(
    creditline: Command, small: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    ended = creditline("-C", small, *words, tmp_path / "pipe.md")
    assert (ended.code, is_one_line_and_a_hint(ended.err)) == (Exit.USAGE, True)
    assert f"{tmp_path}/pipe.md is a pipe or a device, not a file\n" in ended.err


def test_an_unknown_setting_is_named_and_nothing_is_done(creditline: Command, tmp_path: Path) -> None:
    (tmp_path / "creditline.toml").write_text('contact = "a@example.org"\n[fetch]\ndealy = 1.0\n', "utf-8")
    before = contents(tmp_path)
    for verb in (["run"], ["save", URL], ["add", URL]):
        ended = creditline("-C", tmp_path, *verb)
        assert ended.code == Exit.SETTINGS
        assert "fetch.dealy" in ended.err
        assert is_one_line_and_a_hint(ended.err)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("verb", [["save", URL], ["init", URL]], ids=["save", "init"])
def test_a_folder_that_holds_something_else_is_refused(
    creditline: Command, tmp_path: Path, settings_at: Any, verb: list[str]
) -> None:
    (tmp_path / "thesis.odt").write_text("years of work", "utf-8")
    with serve(Site(load()[:1])) as port:
        ended = creditline("-C", tmp_path, *verb, "--connect", f"institute.example=127.0.0.1:{port}")
    assert ended.code == Exit.USAGE
    assert "thesis.odt" in ended.err
    assert is_one_line_and_a_hint(ended.err)
    assert contents(tmp_path) == {"thesis.odt": b"years of work"}


@pytest.mark.parametrize("verb", [["save", URL], ["init", URL]], ids=["save", "init"])
def test_no_request_goes_to_another_host_without_a_contact(
    creditline: Command, tmp_path: Path, verb: list[str]
) -> None:
    ended = creditline("-C", tmp_path / "new", *verb)
    assert ended.code == Exit.SETTINGS
    assert "--contact" in ended.err
    assert is_one_line_and_a_hint(ended.err)
    assert list(tmp_path.iterdir()) == []


def test_a_second_run_is_refused_while_the_first_runs(
    creditline: Command, tmp_path: Path, settings_at: Callable[[int], Settings]
) -> None:
    make(Layout(tmp_path), settings_at(9))
    with run_lock(tmp_path, now=datetime(2023, 4, 24, tzinfo=UTC)):
        before = contents(tmp_path)
        for verb in (["run"], ["save", URL]):
            ended = creditline("-C", tmp_path, *verb)
            assert ended.code == Exit.LOCKED
            assert "2023-04-24" in ended.err
            assert is_one_line_and_a_hint(ended.err)
        assert contents(tmp_path) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("verb", "named"),
    [
        ("run", "run"),
        ("run --fold", "run"),
        (f"save {URL}", "save"),
        ("add http://another.example/ --contact a@b.example", "add"),
        ("import COPY/old.warc --publisher x", "import"),
        ("rebuild", "rebuild"),
        ("rebuild --older", "rebuild"),
        (f"erase {URL} --order X --by Y", "erase"),
        ("upgrade", "upgrade"),
        ("verify --copy COPY --repair", "verify --repair"),
        ("export text --all -o text --for-reuse --recheck", "export --recheck"),
    ],
)
def test_a_command_that_works_in_a_collection_gives_its_name_to_those_that_have_to_wait(
    creditline: Command, tmp_path: Path, settings_at: Callable[[int], Settings], verb: str, named: str
) -> None:
    seen: list[str] = []

    def taken(directory: Path, *, now: datetime, command: str = "run") -> object:
        seen.append(command)
        raise Locked(directory / FILE_NAME, Holder(command=command))

    make(layout := Layout(tmp_path / "kept"), settings_at(9))
    with collection.open_for_work(layout, settings_at(9)):
        pass  # records the settings, so that there is something to copy
    assert creditline("-C", layout.directory, "backup", tmp_path / "copy").code == Exit.DONE
    (tmp_path / "copy" / "old.warc").write_bytes(b"WARC/1.0")
    words = verb.replace("COPY", str(tmp_path / "copy")).split()
    with pytest.MonkeyPatch.context() as patch:
        for module in (collection, run_lock_module, upgrade):
            patch.setattr(module, "run_lock", taken)
        ended = creditline("-C", layout.directory, *words)
    assert ended.code == Exit.LOCKED, ended.err
    assert set(seen) == {named}
    what = "a run" if named == "run" else f"`{named}`"
    assert ended.err.startswith(f"creditline: {what} is under way in ")


def test_a_command_outside_a_collection_says_how_to_begin(creditline: Command, tmp_path: Path) -> None:
    ended = creditline("-C", tmp_path, "run")
    assert ended.code == Exit.USAGE
    assert " init URL`" in ended.err
    assert is_one_line_and_a_hint(ended.err)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("verb", ["search", "status"])
def test_a_command_beside_a_collection_names_it(
    creditline: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    for name in ("wi", "my wi"):
        make(Layout(tmp_path / name), Settings())
    monkeypatch.chdir(tmp_path)
    assert "  name one with -C DIR: there is 'my wi', wi\n" in creditline(verb).err
    ended = creditline("-C", "wi/warcs", verb)
    assert ended.code == Exit.USAGE
    assert f"  name one with -C DIR: there is {tmp_path / 'wi'}\n" in ended.err
    assert "begin with" in creditline("-C", "none", verb).err


def test_a_url_that_does_not_resolve_ends_with_nothing_captured(creditline: Command, tmp_path: Path) -> None:
    url = "http://nowhere.example/essay"
    ended = creditline("-C", tmp_path / "new", "save", url, "--contact", "archive@example.org")
    assert ended.code == Exit.NOTHING
    assert ended.err.startswith(f"not saved: {url}\n  dns: ")
    assert ended.out == ""


def test_a_site_that_refuses_by_robots_txt_is_listed_and_ends_with_nothing(
    creditline: Command, tmp_path: Path, settings_at: Callable[[int], Settings]
) -> None:
    with serve(Site(load()[:1])) as port:
        connect = f"institute.example=127.0.0.1:{port}"
        url = f"{URL}private/board-minutes/"
        ended = creditline("-C", tmp_path / "new", "save", url, "--connect", connect)
    assert ended.code == Exit.NOTHING
    assert "\n  refused by robots.txt: line 2: Disallow: /private/\n" in ended.err
    # The name of the agent is no command.
    assert "to allow the agent creditline in robots.txt" in ended.err
    with Catalogue.open(tmp_path / "new" / "catalogue.db", read_only=True) as catalogue:
        [failure] = catalogue.failures()
        assert (failure.url, failure.reason) == (url, "robots")


def test_an_argument_that_is_not_a_web_url_is_a_usage_error(creditline: Command, tmp_path: Path) -> None:
    ended = creditline("-C", tmp_path / "new", "save", "ftp://institute.example/essay")
    assert ended.code == Exit.USAGE
    assert is_one_line_and_a_hint(ended.err)
    assert list(tmp_path.iterdir()) == []


def test_a_collection_without_a_publisher_says_how_to_add_one(creditline: Command, tmp_path: Path) -> None:
    make(Layout(tmp_path), Settings())
    ended = creditline("-C", tmp_path, "run")
    assert ended.code == Exit.SETTINGS
    assert f"creditline -C {tmp_path} add" in ended.err


def test_the_database_of_another_program_is_left_unchanged(creditline: Command, tmp_path: Path) -> None:
    import sqlite3

    (tmp_path / "creditline.toml").write_text(render(Settings()), "utf-8")
    foreign = sqlite3.connect(tmp_path / "catalogue.db")
    foreign.execute("CREATE TABLE recipes (name TEXT)")
    foreign.commit()
    foreign.close()
    before = (tmp_path / "catalogue.db").read_bytes()
    connect = "institute.example=127.0.0.1:9"
    ended = creditline("-C", tmp_path, "save", URL, "--connect", connect)
    assert ended.code == Exit.USAGE
    assert is_one_line_and_a_hint(ended.err)
    assert (tmp_path / "catalogue.db").read_bytes() == before


# ── Output ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_saving_prints_title_authors_date_and_terms(creditline: Command, tmp_path: Path) -> None:
    site = Site(load()[:1])
    [row] = truth(site)
    with serve(site) as port:
        connect = f"institute.example=127.0.0.1:{port}"
        ended = creditline("-C", tmp_path / "new", "save", row["url"], "--connect", connect)
        told = creditline("--json", "-C", tmp_path / "new", "save", row["url"])
    assert ended.code == Exit.DONE
    for word in (row["title"], *row["authors"], row["date"], row["terms"]):  # type: ignore[misc]  # a list of names
        assert str(word) in ended.out
    assert json.loads(told.out)["outcome"] == "unchanged"


@pytest.mark.slow
def test_init_looks_at_the_site_of_an_article_and_run_continues_from_there(creditline: Command, tmp_path: Path) -> None:
    site, folder = Site(load()[:2]), tmp_path / "new"
    with serve(site) as port:
        connect = f"institute.example=127.0.0.1:{port}"
        begun = creditline("init", truth(site)[0]["url"], folder, "--connect", connect)
        assert begun.code == Exit.DONE, begun.err
        assert "is a page of http://institute.example/" in begun.out
        again = creditline("init", URL, folder, "--connect", connect)
        ran = creditline("-C", folder, "run", "--limit", "3")
        over = creditline("-C", folder, "run")
    assert again.code == Exit.USAGE
    assert ran.code == Exit.LIMIT
    assert over.code in (Exit.DONE, Exit.ATTENTION)
    events = [json.loads(line) for line in (ran.out + over.out).splitlines()]
    assert {event["event"] for event in events} == {"page", "summary"}
    pages = Counter(event["url"] for event in events if event["event"] == "page")
    assert set(pages.values()) == {1}


def test_every_verb_that_is_listed_can_be_called(creditline: Command) -> None:
    listed = creditline("--help")
    assert listed.code == Exit.DONE
    for verb in VERBS:
        assert verb in listed.out
        assert creditline(verb, "--help").code == Exit.DONE


# ── Signals and sudden death ─────────────────────────────────────────────────────────────────────────────────


def wait_for(asked: list[ReceivedRequest], count: int, process: subprocess.Popen[bytes]) -> None:
    """Return when *count* requests have arrived or the process has ended."""
    patience = threading.Event()
    while len(asked) < count and process.poll() is None:
        patience.wait(0.002)


def complete(folder: Path, site: Site) -> None:
    """Assert that every article is one item with one edition, and every WARC file verifies."""
    with Catalogue.open(folder / "catalogue.db", read_only=True) as catalogue:
        urls = Counter(item.url for item in catalogue.items(catalogue.all_item_ids()))
        assert set(urls.values()) == {1}
        for row in truth(site):
            item = catalogue.item(str(row["url"]))
            assert item is not None, f"{row['url']} is missing"
            assert item.editions == 1
            assert item.edition.partial is None
            assert all(paragraph in " ".join(item.edition.text.split()) for paragraph in row["paragraphs"])  # type: ignore[attr-defined]  # a list
        assert len(urls) == len(truth(site)) + 4
        assert list(catalogue.unread()) == []
    files = list((folder / "warcs").glob("*.warc.gz*"))
    assert files
    for path in files:
        assert verify_file(path).findings == ()


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_run_with_its_code_and_the_next_run_completes_it(
    creditline_script: Path, tmp_path: Path, settings_at: Callable[[int], Settings], number: int, code: int
) -> None:
    site, asked = Site(), list[ReceivedRequest]()
    with serve(site, asked=asked) as port:
        make(Layout(tmp_path), settings_at(port))
        command = [str(creditline_script), "-C", str(tmp_path), "run"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            wait_for(asked, 15, process)
            process.send_signal(number)
            assert process.wait(300) == code
        again = subprocess.run(command, capture_output=True, timeout=600, check=False)
    assert again.returncode == Exit.DONE, again.stderr.decode()
    complete(tmp_path, site)


def test_run_only_refuses_a_page_of_an_unknown_publisher(creditline: Command, tmp_path: Path) -> None:
    make(Layout(tmp_path), Settings(contact="a@example.org", publishers=(PublisherOptions(URL),)))
    before = contents(tmp_path)
    ended = creditline("-C", tmp_path, "run", "--only", "http://other.example/page")
    assert ended.code == Exit.USAGE
    assert f"creditline -C {tmp_path} save http://other.example/page" in ended.err
    bare = creditline("-C", tmp_path, "run", "--only", "other.example/page")
    assert (bare.code, "other.example is another host" in bare.err) == (Exit.USAGE, True)
    assert contents(tmp_path) == before


@pytest.mark.slow
def test_no_file_of_the_current_folder_is_executed(
    creditline_script: Path, tmp_path: Path, settings_at: Callable[[int], Settings]
) -> None:
    strange = tmp_path / "strange"
    (strange / "ingest").mkdir(parents=True)
    for name in ("multiprocessing.py", "json.py", "ingest/__init__.py"):
        (strange / name).write_text("open('ran', 'w').close()\nraise SystemExit(9)\n")
    layout = Layout(tmp_path / "kept")
    with serve(Site(one for one in load() if one.slug == "a-note-on-borrowed-maps")) as port:
        make(layout, settings_at(port))
        ended = subprocess.run(
            [creditline_script, "-C", layout.directory, "run", "--limit", "1"],
            cwd=strange,
            capture_output=True,
            timeout=600,
            check=False,
        )
    assert ended.returncode in (Exit.DONE, Exit.ATTENTION, Exit.LIMIT), ended.stderr
    assert not (strange / "ran").exists()


@pytest.mark.slow
def test_full_disk_under_the_output_is_reported_in_one_line_and_a_run_goes_on(
    creditline_script: Path, tmp_path: Path, settings_at: Callable[[int], Settings]
) -> None:
    layout = Layout(tmp_path / "kept")

    def told(*words: str) -> tuple[int, str]:
        with Path("/dev/full").open("wb") as full:
            command = [str(creditline_script), "-C", str(layout.directory), *words]
            ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, timeout=600, check=False)
        return ended.returncode, ended.stderr.decode()

    with serve(Site(one for one in load() if one.slug == "a-note-on-borrowed-maps")) as port:
        make(layout, settings_at(port))
        code, said = told("run")
    assert "the output can no longer be written, and the work goes on" in said
    assert code in (Exit.DONE, Exit.ATTENTION)
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        assert catalogue.counts()["items"] > 0
    for words in (("search", "maps"), ("cite", "--all"), ("status", "--json")):
        code, said = told(*words)
        assert code == Exit.DISK, words
        assert is_one_line_and_a_hint(said), said
