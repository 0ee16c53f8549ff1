"""`serve`, and the room run by `start`: both ports open, answer, and close again."""

from __future__ import annotations

import pickle
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit, Refused
from db.model.item import Grade
from db.reading_room.review.reviewers import BadReviewers, add, read
from ingest.collection.collection import Layout, make
from ingest.commands.pictures import PictureReader
from ingest.commands.reading_room import Where, planned, room_open
from ingest.settings.values import ArchiveOptions, ReuseOptions, ServeOptions, Settings

SHOWN = "0123456789" + "abcdef"


def answer(url: str, **headers: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=300) as told:
            return told.status, told.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


class Told(list[dict[str, object]]):
    """The reported events as they come; *ready* is set by each."""

    def __init__(self) -> None:
        super().__init__()
        self.ready = threading.Event()

    def __call__(self, event: dict[str, object]) -> None:
        self.append(event)
        self.ready.set()


@pytest.fixture
def opened(tmp_path: Path) -> Callable[..., Any]:
    """Make a collection with these options of the room; return its layout, settings and reported events."""

    def made(**options: Any) -> tuple[Layout, Settings, Told, threading.Event]:
        settings = Settings(serve=ServeOptions(**options), archive=ArchiveOptions("Think Tank Archive"))
        layout = Layout(tmp_path / "archive")
        make(layout, settings)
        told = Told()
        return layout, settings, told, told.ready

    return made


@pytest.mark.slow
def test_the_room_is_open_while_the_service_works_and_closes_after_it(opened: Any) -> None:
    layout, settings, told, ready = opened(with_start=True, port=0)

    with room_open(layout, settings, told, lambda: False):
        assert ready.wait(300)
        url, archived = str(told[0]["url"]), str(told[0]["archived"])
        assert answer(url)[0] == 200
        assert b"Think Tank Archive" in answer(url, Accept="text/html")[1]
        assert answer(f"{archived}/healthz") == (200, b"ok\n")
        assert answer(url, Host="evil.example")[0] == 421
    with pytest.raises(urllib.error.URLError):
        answer(url)


@pytest.mark.slow
def test_a_port_in_use_is_reported_and_the_work_goes_on(opened: Any) -> None:
    layout, settings, told, ready = opened(with_start=True, port=0)

    with room_open(layout, settings, told, lambda: False):
        assert ready.wait(300)
        taken = int(str(told[0]["url"]).rsplit(":", 1)[1].strip("/"))
        ready.clear()
        again = Settings(serve=ServeOptions(with_start=True, port=taken))
        with room_open(layout, again, told, lambda: False):
            assert ready.wait(300)
    assert "nothing can listen" in str(told[1]["failed"])


@pytest.mark.parametrize("lacking", ["token_file", "reviewers_file"])
def test_a_missing_file_is_reported_and_the_work_goes_on(opened: Any, lacking: str) -> None:
    layout, settings, told, _ = opened(with_start=True, port=0, **{lacking: "nowhere.txt"})
    with room_open(layout, settings, told, lambda: False):
        pass
    (event,) = told
    assert "nowhere.txt" in str(event["failed"])
    assert event["hint"]


def test_without_the_setting_no_room_is_opened(opened: Any) -> None:
    layout, settings, told, _ = opened()
    with room_open(layout, settings, told, lambda: False):
        pass
    assert told == []


def test_a_room_on_a_public_address_needs_a_token_or_a_proxy(opened: Any, tmp_path: Path) -> None:
    layout, settings, _, _ = opened(host="0.0.0.0")  # noqa: S104 - its refusal is what is tested
    with pytest.raises(Refused, match="anybody could ask"):
        planned(layout, settings, Where())
    assert planned(layout, settings, Where(proxy="127.0.0.1"))[1].proxy == "127.0.0.1"
    token = tmp_path / "token"
    token.write_text("short\n")
    with pytest.raises(Refused, match="too short"):
        planned(layout, settings, Where(token=token))
    token.write_text(f"{SHOWN}\n", "utf-8-sig")
    assert planned(layout, settings, Where(token=token))[0].token == SHOWN
    with pytest.raises(Refused, match="not a web address"):
        planned(layout, settings, Where(proxy="127.0.0.1", public_url="archive.example"))


def test_the_token_file_of_the_settings_is_relative_to_their_folder(opened: Any) -> None:
    layout, settings, _, _ = opened(token_file="token.txt")  # noqa: S106 - the name of a file
    with pytest.raises(Refused, match="cannot be read"):
        planned(layout, settings, Where())
    (layout.directory / "token.txt").write_text(SHOWN)
    assert planned(layout, settings, Where())[0].token == SHOWN


def test_the_room_requires_the_grade_that_exports_for_reuse_require(opened: Any) -> None:
    layout, settings, _, _ = opened()
    for alone, least in ((False, Grade.MACHINE_READABLE), (True, Grade.CONFIRMED)):
        wanted = replace(settings, reuse=ReuseOptions(confirmed_only=alone))
        assert planned(layout, wanted, Where())[0].least is least


def test_the_number_of_processes_is_as_set_or_that_of_the_processors(opened: Any) -> None:
    layout, settings, _, _ = opened()
    assert 1 <= planned(layout, settings, Where())[1].processes <= 8
    several = replace(settings, serve=replace(settings.serve, processes=3))
    assert planned(layout, several, Where())[1].processes == 3
    assert planned(layout, several, Where(processes=2))[1].processes == 2


def test_a_room_below_a_path_is_refused_because_its_links_begin_at_the_root(opened: Any) -> None:
    layout, settings, _, _ = opened()
    below, root = "https://library.example/archive", "https://archive.example/"
    for where in (Where(public_url=below), Where(archived_url=below)):
        with pytest.raises(Refused, match="has a path"):
            planned(layout, settings, where)
    assert planned(layout, settings, Where(public_url=root, archived_url=root))


@pytest.mark.slow
def test_reviewers_can_sign_in_only_over_a_private_connection(opened: Any, tmp_path: Path) -> None:
    layout, settings, _, _ = opened(reviewers_file="reviewers.txt")
    with pytest.raises(BadReviewers, match="cannot be read"):
        planned(layout, settings, Where())
    add(layout.directory / "reviewers.txt", "Anna Nowak", SHOWN)
    access = planned(layout, settings, Where())[0].access
    assert access is not None
    assert (access.secure, access.service.reviewers.hash_of("Anna Nowak") is not None) == (False, True)
    with pytest.raises(Refused, match="unencrypted"):
        planned(layout, settings, Where(host="192.0.2.1", proxy="192.0.2.2"))
    with pytest.raises(Refused, match=r"on archive\.example .* unencrypted"):
        planned(layout, settings, Where(proxy="127.0.0.1", public_url="http://archive.example"))
    assert planned(layout, settings, Where(public_url="http://localhost:8000"))[0].access is not None
    on_the_web = planned(layout, settings, Where(proxy="127.0.0.1", public_url="https://archive.example"))[0].access
    assert on_the_web is not None
    assert on_the_web.secure


@pytest.mark.slow
def test_the_command_adds_a_reviewer(
    creditline: Any, opened: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Typed at a terminal, hidden.
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _prompt: SHOWN)
    layout, _, _, _ = opened()
    file = tmp_path / "reviewers.txt"
    words = ("-C", layout.directory, "serve", "--add-reviewer", "Anna Nowak")
    assert creditline(*words).code == Exit.USAGE
    ended = creditline(*words, "--reviewers", file)
    assert (ended.code, list(read(file))) == (Exit.DONE, ["Anna Nowak"]), ended.err
    assert SHOWN not in ended.out + ended.err


def test_the_parts_of_a_room_can_be_pickled_for_its_processes(opened: Any) -> None:
    layout, settings, _, _ = opened()
    room_settings, listen = planned(layout, settings, Where(processes=2))
    # As `serve` does: the picture reader belongs to the process that answers.
    handed, there = pickle.loads(pickle.dumps((replace(room_settings, look=PictureReader(7.0, memory=9)), listen)))  # noqa: S301 - ours
    assert (handed.catalogue, there.processes) == (layout.catalogue, 2)
    with handed.look as look:
        assert isinstance(look, PictureReader)
    assert handed.look.bounds == (7.0, 9)
