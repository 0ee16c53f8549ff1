"""Rubbish: whatever a command line names, the command ends with one sentence and the right exit code."""

from __future__ import annotations

import gzip
import io
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from ingest.cli.app import VERBS

Call = Callable[..., Any]
OUT, EMPTY, ITEM = "OUT", "EMPTY", "ITEM"
LONGEST = 30
"""Seconds that a command may compute until it recognises rubbish; on a busy machine the command may take ten times
as long.
"""

WORDS = [
    *("", " ", "..", "/", "-", "--", '"', "(((", "OR", "lang:", 'tag:"', "from:yesterday", "a/b:c", "%00", "0", "-1"),
    *("x" * 5000, "x\nWARC-Type: response", "\udcff\udcfe", "\x1b[2J", "９９"),
    *("item-0000000000@99999999999999", "item-0000000000@2023", "item~words", "9999-99-99", "0000-01-01"),
    *("http://", "http://[::1", "http://x:99999/", "http://.../", "https://" + "a" * 300 + ".example/", "//x.example/"),
    *("file:///etc/passwd", "javascript:1", "ftp://x/y", "s3://", "s3:///x", "data:text/html,x", "http:\\x"),
    "/dev/null",
]


@cache
def bomb() -> bytes:
    """Made on demand: every process of every suite loads this file."""
    return gzip.compress(b"\0" * (70 << 20), 1)


FILES: dict[str, bytes | Callable[[], bytes]] = {
    "empty": b"",
    "torn.warc.gz": b"\x1f\x8b\x08\x00torn",
    "random.warc": bytes(range(256)) * 40,
    "bomb.html.gz": bomb,
    "bomb.warc.gz": bomb,
    "fake.wacz": b"PK\x03\x04 and no zip",
    "list.tsv": b"\xff\xfe\x00\n",
    "deep.json": b"[" * 100_000,
}
ODD = ["folder", "loop", "dangling", "n" * 300, "empty/below"]

USES: dict[str, list[list[str]]] = {
    "demo": [["--x"]],
    "save": [[], ["--list"]],
    "init": [[]],
    "add": [[], ["--to"], ["http://x.example/", "--to"]],
    "run": [["--only"], ["--limit"], ["--dry-run", "--limit"]],
    "start": [["--x"]],
    "status": [[]],
    "failures": [[], ["-n"]],
    "coverage": [["--list"], ["--publisher"]],
    "review": [
        *([], ["--undo"], ["--publisher"], ["--reason"], ["--field"]),
        *(["--field", "title", "--set", "x", "--by", "y"], ["--nothing", "--by", "y"], ["--permits"]),
        *([ITEM, "--field", field, "--by", "y", "--set"] for field in ("title", "published", "author", "language")),
        *([ITEM, "--field", "title", "--set", "x", *more] for more in (["--by"], ["--by", "y", "--note"])),
    ],
    "inspect": [["--url", "http://x.example/"], ["--batch"], [EMPTY, "--url"]],
    "search": [[]],
    "show": [[], ["-q"], ["--at"], ["--all", "--at"], ["--all", "--diff", "2020-01-01"], ["--text"]],
    "terms": [[], ["-q"], ["--at"], ["--statements"], ["--letter"], ["--changes"]],
    "withhold": [
        *(["--reason", "x", "--by", "y"], ["--lift", "--by", "y"]),
        *([ITEM, "--by", "y", "--reason"], [ITEM, "--reason", "x", "--by"]),
    ],
    "erase": [
        *(["--order", "x", "--by", "y"], ["--lift", "--by", "y"], ["--dry-run"]),
        [ITEM, "--dry-run", "--by", "y", "--order"],
    ],
    "cite": [[], ["-q"], ["--all", "-o"], ["--format"]],
    "quote": [[], ["--check"], ["--item"], ["x", "--proof"], ["x", "--proof-pack"]],
    "credit": [[], ["-q"], ["--lang"], ["--check"]],
    "mark": [
        *([], ["-q"], ["--set", "x", "--by", "y"], ["--tag"]),
        *([ITEM, "--by", "y", "--tag"], [ITEM, "--by", "y", "--note"], [ITEM, "--tag", "x", "--by"]),
    ],
    "stats": [[], ["--by"], ["-o"]],
    "reuse": [
        *([], ["--where", "x", "--by", "y"]),
        *([ITEM, "--by", "y", "--where"], [ITEM, "--where", "x", "--by"]),
    ],
    "export": [
        *([], ["text"], ["text", "-q"], ["text", "--all", "-o"], ["warc", "--all", "-o"], ["bag", "--all", "-o"]),
        *(["wacz", "--all", "-o", OUT, "--sign"], ["cdxj", "--all", "--at"], ["text", "--all", "--for-reuse", "--use"]),
    ],
    "verify": [["--checkpoint"], [], ["--since"], ["--sample"], ["--copy"], ["--jobs"], ["--sample", "1", "--seed"]],
    "import": [[]],
    "absent": [["--on", "2026-01-01"], ["http://institute.example/", "--on"]],
    "checkpoint": [["--x"]],
    "serve": [["--x"]],
    "backup": [[]],
    "restore": [[OUT], []],
    "rebuild": [["--x"]],
    "upgrade": [["--x"], ["--backup"]],
    "doctor": [["--x"]],
}
SWAPPED = {("restore", 0)}
"""Uses in which the rubbish stands before the other words."""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with files of every wrong kind."""
    folder = tmp_path / "here"
    folder.mkdir()
    for name, held in FILES.items():
        (folder / name).write_bytes(held() if callable(held) else held)
    (folder / "folder").mkdir()
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "dangling").symlink_to(folder / "nowhere")
    monkeypatch.chdir(folder)
    # A lone dash stands for it.
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe\x00\n")))
    return folder


@contextmanager
def bounded(what: str) -> Iterator[None]:
    def give_up(*_: object) -> None:
        raise TimeoutError(f"{what} is not done after {LONGEST} seconds")

    before = [signal.signal(number, give_up) for number in (signal.SIGALRM, signal.SIGPROF)]
    signal.alarm(10 * LONGEST)
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGALRM, before[0])
        signal.signal(signal.SIGPROF, before[1])


def uses() -> Iterator[tuple[str, int, str]]:
    for verb, ways in USES.items():
        for (number, _), word in product(enumerate(ways), [*WORDS, *FILES, *ODD]):
            yield verb, number, word


def failing(creditline: Call, folder: Path, verb: str, number: int, word: str) -> str | None:
    """Call one command line; return what is wrong with how it ended."""
    meant = {OUT: "out.wacz", EMPTY: "empty", ITEM: "http://institute.example/"}
    words = [meant.get(one, one) for one in USES[verb][number]]
    line = [verb, word, *words] if (verb, number) in SWAPPED else [verb, *words, word]
    shown = " ".join(one[:60] for one in line)
    try:
        with bounded(shown):
            ended = creditline("-C", folder, *line)
    except Exception as fault:  # noqa: BLE001 - any exception of a command is what this test looks for
        return f"{shown!r}: {type(fault).__name__}: {str(fault)[:200]}"
    if ended.code not in list(Exit) or ended.code == Exit.BUG:
        return f"{shown!r}: {ended.code}"
    first = ended.err.partition("\n")[0]
    if ended.code in (Exit.USAGE, Exit.SETTINGS, Exit.DISK, Exit.LOCKED) and not first.startswith("creditline: "):
        return f"{shown!r}: {ended.code} {ended.err[:200]!r}"
    return None if "Traceback" not in ended.err else f"{shown!r}: {ended.err[-300:]}"


def test_the_rubbish_covers_every_verb() -> None:
    assert USES.keys() == VERBS.keys()


@pytest.mark.parametrize(
    ("part", "parts"), [(7, 240), *(pytest.param(part, 8, marks=pytest.mark.slow) for part in range(8))]
)
def test_rubbish_ends_every_command_with_one_sentence_and_its_code(
    small: Path, creditline: Call, place: Path, tmp_path: Path, part: int, parts: int
) -> None:
    """A few uses in the fast suite, all in the slow one."""
    folder = Path(shutil.copytree(small, tmp_path / "collection"))
    wrong = [found for use in list(uses())[part::parts] if (found := failing(creditline, folder, *use)) is not None]
    assert wrong == []


@pytest.mark.slow
@pytest.mark.damages_collection("what lies there is no catalogue")
@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in ("demo", "doctor", "save", "init", "inspect")])
@pytest.mark.parametrize("spoilt", ["none", "no settings", "settings", "settings in bytes", "catalogue", "a folder"])
def test_an_invalid_collection_ends_every_command_with_one_sentence(
    creditline: Call, place: Path, verb: str, spoilt: str
) -> None:
    held = place / "collection"
    if spoilt != "none":
        (held / "warcs").mkdir(parents=True)
        (held / "creditline.toml").write_bytes({"settings": b"[[[", "settings in bytes": b"\xff\xfe"}.get(spoilt, b""))
        (held / "catalogue.db").write_bytes(b"no database at all" * 400)
    if spoilt == "no settings":
        (held / "creditline.toml").unlink()
    if spoilt == "a folder":
        (held / "catalogue.db").unlink()
        (held / "catalogue.db").mkdir()
    words = {
        "add": ["http://x.example/"],
        **{key: ["x"] for key in ("search", "show", "credit", "cite")},
        "export": ["text", "--all"],
        "import": ["torn.warc.gz"],
        "backup": ["copy"],
        "restore": ["folder", "new"],
        "withhold": ["x", "--reason", "x", "--by", "y"],
        "erase": ["x", "--order", "x", "--by", "y"],
    }.get(verb, [])
    with bounded(verb):
        ended = creditline("-C", held, verb, *words)
    assert ended.code in (Exit.USAGE, Exit.SETTINGS, Exit.INTEGRITY, Exit.DISK, Exit.ATTENTION, Exit.DONE)
    assert ended.code in (Exit.DONE, Exit.ATTENTION) or ended.err.startswith("creditline: ") or ended.out
    assert "Traceback" not in ended.err
