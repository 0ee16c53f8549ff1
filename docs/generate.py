"""Writes the pages of the documentation that the program itself knows: the reference, the settings, the exit codes.

``python docs/generate.py`` writes them; ``--check`` changes nothing and ends with 1 where a page is not current.
``--transcripts`` runs the demonstration and renews the sessions that the README and the tutorial show.
"""

from __future__ import annotations

import ast
import dataclasses
import json
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import click

from archive import errors
from ingest.cli.app import VERBS, creditline
from ingest.settings import toml_file, values

DOCS = Path(__file__).resolve().parent
GENERATED = "<!-- Written by docs/generate.py. Change the program, then run `make docs`. -->"

KINDS = {
    "str": "text",
    "Literal['styles+images', 'all', 'none']": "text",
    "bool": "true or false",
    "int": "whole number",
    "float": "number",
    "tuple[str, ...]": "list of texts",
    "float | None": "number",
    "int | None": "whole number",
    "str | None": "text",
}
SESSION = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)
CONTACT = "mail address or page for the people of the visited site, sent in the user agent; needed outside loopback"
CONNECT = "connect to `ADDRESS:PORT` for this host name; the only way to a private address"


def main() -> None:
    """Write the pages, or with --check compare them."""
    if "--transcripts" in sys.argv[1:]:
        renew_transcripts()
        return
    check = "--check" in sys.argv[1:]
    stale = [name for name, text in pages().items() if not is_current(DOCS / name, text)]
    for name in stale:
        if not check:
            (DOCS / name).write_text(pages()[name], encoding="utf-8")
        sys.stderr.write(f"{'not current: run `make docs`' if check else 'written'}: {name}\n")
    sys.exit(1 if check and stale else 0)


def is_current(path: Path, text: str) -> bool:
    """Return whether *path* holds *text*."""
    return path.exists() and path.read_text(encoding="utf-8") == text


def pages() -> dict[str, str]:
    """Return each generated page by its file name."""
    made = {"reference.md": reference(), "settings.md": settings(), "exit-codes.md": exit_codes()}
    return {name: "\n".join(lines) + "\n" for name, lines in made.items()}


def reference() -> list[str]:
    """Return the reference: every verb with its arguments and flags, as ``--help`` states them."""
    lines = ["# Reference", "", GENERATED, ""]
    lines += ["`creditline [-C DIR] [--json] [-q] COMMAND ...`", "", *_paragraphs(creditline.help), ""]
    lines += [*_table(creditline), "", "Data goes to standard output, messages go to standard error."]
    lines += ["If standard output is not a terminal, `run` and `start` print one JSON object per event: each page,"]
    lines += ["then the summary. On a terminal they show a progress bar, and the summary in words. `--quiet` leaves"]
    lines += ["the pages out of both."]
    lines += ["`-C`, `--json` and `--quiet` may also come after the command.", ""]
    lines += ["An ITEM is the id of an item, the id of an edition, or a URL under which the item was ever seen."]
    lines += ["See also [settings](settings.md), [exit codes](exit-codes.md) and [the views for SQL](sql.md).", ""]
    lines += [f"- [{verb}](#{verb}): {summary}" for verb, summary in VERBS.items()]
    for verb in VERBS:
        lines += ["", *_verb(verb)]
    return lines


def _verb(verb: str) -> list[str]:
    context = click.Context(creditline, info_name="creditline")
    command = creditline.get_command(context, verb)
    if command is None:
        raise LookupError(verb)
    usage = " ".join(["creditline", verb, *_usage(command)])
    table = _table(command)
    return [f"## {verb}", "", f"`{usage}`", "", *_paragraphs(command.help), *([""] if table else []), *table]


def _usage(command: click.Command) -> Iterator[str]:
    if any(isinstance(one, click.Option) for one in command.params):
        yield "[OPTIONS]"
    for one in command.params:
        if isinstance(one, click.Argument):
            name = one.metavar or (one.name or "").upper()
            yield name if one.required or one.nargs == -1 or name.startswith("[") else f"[{name}]"


def _paragraphs(text: str | None) -> list[str]:
    """Return the lines of a help text; a block that click leaves as it is (``\\b``) becomes a list."""
    lines: list[str] = []
    listing = False
    for line in (text or "").strip().splitlines():
        listing = line.strip() == "\b" or (listing and bool(line.strip()))
        if line.strip() != "\b":
            lines.append(f"- {line.strip()}" if listing else line.strip())
    return lines


def _table(command: click.Command) -> list[str]:
    rows = [
        f"| `{_flag(one)}` | {one.help or ''} |"
        for one in command.params
        if isinstance(one, click.Option) and not one.hidden
    ]
    return ["| flag | what it does |", "|---|---|", *rows] if rows else []


def _flag(option: click.Option) -> str:
    names = ", ".join(option.opts)
    if option.is_flag:
        return names
    choices = "\\|".join(map(str, option.type.choices)) if isinstance(option.type, click.Choice) else None
    return f"{names} {choices or option.metavar or option.type.name.upper()}"


def settings() -> list[str]:
    """Return the page of settings: every key, its kind and its default."""
    lines = ["# Settings", "", GENERATED, ""]
    lines += ["The settings of a collection are in `creditline.toml` in its folder. `init` and `save` write this file,"]
    lines += ["with every setting and its default. Unknown keys are refused, because a typing error would otherwise go"]
    lines += ["unnoticed. Times are in seconds, sizes in bytes.", ""]
    lines += ["| setting | kind | default | what it decides |", "|---|---|---|---|"]
    lines += [f"| `contact` | text | not set | {CONTACT} |"]
    for name, options, notes in toml_file.SECTIONS:
        lines += [_setting(f"{name}.{key}", key, options, note) for key, note in notes]
    lines += [f'| `[connect]` `"HOST" = "ADDRESS:PORT"` | text | none | {CONNECT} |']
    lines += [
        _setting(f"[[publisher]] {key}", key, values.PublisherOptions, note)
        for key, note in toml_file.PUBLISHER_NOTES.items()
    ]
    example = values.Settings(
        contact="archive@example.org",
        publishers=(values.PublisherOptions("https://example.org/", id="ex", name="Example Centre"),),
    )
    return [*lines, "", "The file as `init` writes it:", "", "```toml", toml_file.render(example).rstrip(), "```"]


def _setting(shown: str, key: str, options: type, note: str) -> str:
    field = {one.name: one for one in dataclasses.fields(options)}[key]
    if field.default is dataclasses.MISSING:
        default = "required"
    elif field.default in (None, ()):
        default = "not set"
    else:
        default = f"`{json.dumps(field.default)}`"
    return f"| `{shown}` | {KINDS[str(field.type)]} | {default} | {note} |"


def exit_codes() -> list[str]:
    """Return the page of exit codes: each with the sentence that stands beside it in the source."""
    lines = ["# Exit codes", "", GENERATED, ""]
    lines += ["A command reports its result by its exit code. The numbers do not change between releases.", ""]
    lines += ["| code | name | what it means |", "|---|---|---|"]
    meanings = dict(_meanings())
    lines += [f"| {one.value} | {one.name.lower()} | {meanings[one.name]} |" for one in errors.Exit]
    return lines


def _meanings() -> Iterator[tuple[str, str]]:
    """Yield the name of each code and the sentence below it; Python itself keeps no docstrings of members."""
    tree = ast.parse(Path(errors.__file__).read_text(encoding="utf-8"))
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Exit")
    for member, sentence in pairwise(body):
        if isinstance(member, ast.Assign) and isinstance(sentence, ast.Expr):
            assert isinstance(member.targets[0], ast.Name)
            assert isinstance(sentence.value, ast.Constant)
            yield member.targets[0].id, " ".join(str(sentence.value.value).split())


def renew_transcripts() -> None:
    """Run the demonstration and put what it prints into the blocks that show a session."""
    script = Path(sys.executable).with_name("creditline")
    with tempfile.TemporaryDirectory() as folder:
        command = [script, "demo"]
        ended = subprocess.run(  # noqa: S603 - our own command, beside the interpreter that runs this
            command, cwd=folder, capture_output=True, encoding="utf-8", check=True
        )
        questions = DOCS / "questions.md"
        asked = SESSION.sub(lambda block: _asked(block, Path(folder)), questions.read_text(encoding="utf-8"))
        questions.write_text(asked, encoding="utf-8")
    sessions: dict[str, str] = {}
    for part in re.split(r"\n(?=[$#] )", ended.stdout):
        sessions.setdefault(part.partition("\n")[0], part.strip("\n"))
    for page in (DOCS.parent / "README.md", DOCS / "tutorial.md"):
        text = page.read_text(encoding="utf-8")
        page.write_text(SESSION.sub(lambda block: _renewed(block, sessions), text), encoding="utf-8")


def _asked(block: re.Match[str], folder: Path) -> str:
    """Return *block* with what its command prints in the collection of the demonstration, data and talk."""
    line = block[1].partition("\n")[0]
    words = [Path(sys.executable).with_name("creditline"), *shlex.split(line)[2:]]
    ended = subprocess.run(  # noqa: S603 - our own command, with the words of our own page
        words,
        cwd=folder / "demo-collection",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return f"```console\n{line}\n{ended.stdout.rstrip()}\n```"


def _renewed(block: re.Match[str], sessions: dict[str, str]) -> str:
    commands = [line for line in block[1].splitlines() if line.startswith("$ ")]
    return "```console\n" + "\n\n".join(sessions[command] for command in commands) + "\n```"


if __name__ == "__main__":
    main()
