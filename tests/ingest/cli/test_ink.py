"""Coloured words: coloured on a terminal, plain elsewhere, and without control codes from others."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from ingest.cli.console import LISTED, Console
from ingest.cli.ink import WIDEST, Ink, mark_ink, render_ink, wrapped


class Terminal(io.StringIO):
    """A terminal that keeps what is written to it."""

    def isatty(self) -> bool:
        return True


def terminal_of(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Return the terminal that stdout is from now on; not a fixture, since pytest sets stdout before each call."""
    made = Terminal()
    monkeypatch.setattr("sys.stdout", made)
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return made


def test_ink_is_coloured_on_a_terminal_and_plain_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_of(monkeypatch)
    console = Console(Path())
    console.out(mark_ink("Ports", Ink.TITLE))
    assert terminal.getvalue() == "\x1b[1mPorts\x1b[0m\n"
    monkeypatch.setenv("NO_COLOR", "1")
    console.out(mark_ink("Tides", Ink.TITLE))
    assert terminal.getvalue().endswith("\nTides\n")
    assert render_ink(mark_ink("Ports", Ink.HIT), colours=False) == "Ports"


def test_an_escape_in_words_of_a_page_stays_harmless_in_coloured_output(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_of(monkeypatch)
    Console(Path()).out(mark_ink("Ports\x1b[2J", Ink.TITLE))
    assert terminal.getvalue() == "\x1b[1mPorts\ufffd[2J\x1b[0m\n"


def test_long_lines_wrap_after_their_label_and_addresses_are_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_of(monkeypatch)
    url = "https://institute.example/" + "a" * 40
    Console(Path()).read(f"  title      {'word ' * 12}\n  url        {url}\nPlain words that are long enough to wrap.")
    lines = terminal.getvalue().splitlines()
    assert lines[1].startswith("             word")
    assert url in "".join(lines)
    assert lines[-1] == "wrap."
    assert max(map(len, wrapped("word " * 60, 500).splitlines())) <= WIDEST


def test_a_long_list_ends_early_on_a_terminal_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Console(Path()).most(None) is None
    terminal_of(monkeypatch)
    assert Console(Path()).most(None) == LISTED
    assert Console(Path()).most(LISTED + 1) == LISTED + 1
    assert Console(Path(), as_json=True).most(None) is None


def test_a_command_to_type_stands_in_one_line_and_text_goes_on_below_its_first_word() -> None:
    assert wrapped("copy        none yet: creditline backup PLACE, then verify", 44).split("\n") == [
        "copy        none yet:",
        "            creditline backup PLACE, then",
        "            verify",
    ]
    assert wrapped("last run    now `creditline run --all` says", 36).split("\n") == [
        "last run    now",
        "            `creditline run --all`",
        "            says",
    ]
    # Prose that names the program is no command.
    assert (
        wrapped("a creditline of the author and of the institute", 30).split("\n")[0]
        == "a creditline of the author and"
    )
