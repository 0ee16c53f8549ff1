"""The documentation matches the program: every verb and flag, every command line, every link."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest

from ingest.cli.app import VERBS, creditline, general_first
from ingest.cli.flag_rules import RULES, FlagRules, broken_rule, name_of

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
CURRENT = [page for page in PAGES if page.name != "CHANGELOG.md"]
"""The pages about the program as it is; the changelog also names the past."""

PLACE = re.compile(r"(?<![\w./-])((?:archive|db|ingest|tests|docs|benchmarks|\.ci)/[\w./-]*)((?:::[\w.]+)?)")
"""A file or folder of ours, and a definition in it: `archive/store.py::Archive.keep`."""
GENERAL = ("-C", "--json", "-q", "--quiet", "--version")
HERE = re.compile(r"(?<![\w.:/])/(?:home|root|tmp|usr|opt|work|mnt|Users)/")
REGISTRIES = re.compile(r"pypi\.org|pythonhosted|npmjs|files\.python|index-url|artifactory|/simple/")


def verb(name: str) -> click.Command:
    command = creditline.get_command(click.Context(creditline), name)
    assert command is not None, f"there is no verb {name}"
    return command


def section(name: str) -> str:
    """Return what the reference says about a verb."""
    text = (DOCS / "reference.md").read_text(encoding="utf-8")
    return text.split(f"\n## {name}\n", 1)[1].split("\n## ", 1)[0]


def command_lines(text: str) -> Iterator[str]:
    """Yield each of our command lines in a page: between backticks, and in blocks, with or without a prompt.

    Usage lines with their brackets, as in the reference, do not count.
    """
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    for block in blocks:
        for line in block.splitlines():
            shown = line.removeprefix("$ ")
            if shown.startswith("creditline "):
                yield shown
    for block in blocks:
        text = text.replace(block, "")
    yield from re.findall(r"`(creditline [^`\[\n]+)`", text)


def problem(line: str) -> str | None:
    """Return why the command would reject *line*, or None."""
    words = general_first(typed(line)[1:])
    while words and words[0] in GENERAL:
        words = words[2:] if words[0] == "-C" else words[1:]
    if not words or words[0] == "--help":
        return None
    if words[0] not in VERBS:
        return f"there is no verb {words[0]}"
    command = verb(words[0])
    context = click.Context(command)
    try:
        values, rest, _ = command.make_parser(context).parse_args(words[1:])
        for option in command.params:
            if isinstance(option, click.Option) and isinstance(option.type, click.Choice) and option.name in values:
                given = values[option.name] if option.multiple else [values[option.name]]
                for value in given:
                    option.type.convert(value, option, context)
    except click.UsageError as error:
        return error.format_message()
    given = {name_of(one): values.get(one.name or "") for one in command.params}
    # What is not given is None, empty, or a mark of click's own.
    said = {name: str(value) for name, value in given.items() if value and isinstance(value, str | bool | list | tuple)}
    broken = broken_rule(RULES.get(words[0], FlagRules()), said)
    return f"takes no {rest}" if rest else broken[0] if broken else None


def typed(line: str) -> list[str]:
    """Return the words of *line* without a comment at its end and without redirection."""
    words = shlex.split(line, comments=True)
    return words[: next((n for n, word in enumerate(words) if word in (">", "|", "&&", ";")), len(words))]


def test_the_reference_names_every_flag_of_a_verb() -> None:
    options = [(name, one) for name in VERBS for one in verb(name).params if isinstance(one, click.Option)]
    assert [(name, option.name) for name, option in options if not option.help] == []
    unnamed = [
        (name, flag)
        for name, option in options
        for flag in option.opts
        if not re.search(rf"(?<![\w-]){re.escape(flag)}(?![\w-])", section(name))
    ]
    assert unnamed == []


@pytest.mark.slow
def test_the_generated_pages_are_current() -> None:
    command = [sys.executable, str(DOCS / "generate.py"), "--check"]
    ended = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=300, check=False)
    assert ended.returncode == 0, ended.stderr


def test_the_program_accepts_every_command_line_of_the_docs() -> None:
    lines = [(page.name, line) for page in PAGES for line in command_lines(page.read_text(encoding="utf-8"))]
    wrong = {(name, line): problem(line) for name, line in lines}
    assert {place: why for place, why in wrong.items() if why} == {}


def test_a_wrong_command_line_is_noticed() -> None:
    assert problem("creditline frobnicate")
    assert problem("creditline run --fast")
    assert problem("creditline cite --all --format endnote")
    assert problem("creditline status now")
    assert problem("creditline search --ids --count ports")
    assert problem("creditline -C wi cite -q ports > ports.bib") is None
    assert problem("creditline show ITEM --json  # with evidence") is None


def test_every_link_of_the_docs_has_a_target() -> None:
    targets = [
        (page, target)
        for page in PAGES
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
        if not re.match(r"[a-z]+:", target)
    ]
    assert targets
    assert [(page.name, target) for page, target in targets if not leads_somewhere(page, target)] == []


def leads_somewhere(page: Path, target: str) -> bool:
    """Return whether a link of *page* has a target."""
    name, _, anchor = target.partition("#")
    linked = page.parent / name if name else page
    return linked.exists() and (not anchor or anchor in anchors(linked.read_text(encoding="utf-8")))


def anchors(text: str) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_no_page_names_a_path_of_one_machine_or_a_registry() -> None:
    texts = {page: page.read_text(encoding="utf-8") for page in PAGES}
    assert {page: found[0] for page, text in texts.items() if (found := HERE.search(text))} == {}
    assert {page: found[0] for page, text in texts.items() if (found := REGISTRIES.search(text))} == {}


def test_every_command_that_contributing_names_is_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in PAGES:
        named = set(re.findall(r"`make ([a-z-]+)`", page.read_text(encoding="utf-8")))
        assert named <= targets, f"{page.name} names {named - targets}"


def test_every_file_and_code_name_in_the_docs_exists() -> None:
    named = {
        (page.name, path.rstrip("."), name)
        for page in CURRENT
        for path, name in PLACE.findall(page.read_text(encoding="utf-8"))
    }
    assert named
    assert [place for place in sorted(named) if not is_there(*place[1:])] == []


def test_a_missing_file_or_code_name_is_noticed() -> None:
    assert is_there("archive/store.py", "::Archive.keep")
    assert is_there("ingest/commands/VERB.py", "")
    assert is_there("db/fold/", "")
    assert not is_there("archive/vault.py", "")
    assert not is_there("archive/store.py", "::Archive.lose")
    assert not is_there("ingest/commands/VERB.toml", "")


def is_there(path: str, name: str) -> bool:
    """Return whether *path* exists, where a word in capitals stands for any, and *name* is defined in it."""
    if (ROOT / path).exists():
        return not name or name.removeprefix("::") in defined(ROOT / path)
    pattern = re.sub(r"\b[A-Z]{2,}\b", "*", path)
    return pattern != path and not name and any(ROOT.glob(pattern))


@cache
def defined(path: Path) -> set[str]:
    """Return the names that a file defines: functions, classes, their members, and values."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign):
            found.update(target.id for target in node.targets if isinstance(target, ast.Name))
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found.update(f"{node.name}.{one.name}" for one in node.body if isinstance(one, ast.FunctionDef))
    return found


@pytest.mark.slow
def test_every_law_names_at_least_two_tests() -> None:
    laws = re.findall(r"^## (\d+\. .+)$", (DOCS / "laws.md").read_text(encoding="utf-8"), re.MULTILINE)
    parts = re.split(r"^## (.+)$", (DOCS / "laws-and-tests.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    held = dict(zip(parts[1::2], parts[2::2], strict=True))
    assert list(held) == laws
    for law, rows in held.items():
        named = [(path, name) for path, name in PLACE.findall(rows) if name]
        assert len(named) >= 2, f"{law} names {len(named)} tests"
        assert [place for place in named if not place[1].startswith("::test_") or not is_there(*place)] == []


def test_the_architecture_page_names_every_package() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    files = (path for package in ("archive", "db", "ingest") for path in (ROOT / package).glob("*/*.py"))
    rooms = {path.parent.relative_to(ROOT).as_posix() for path in files}
    assert [room for room in sorted(rooms) if f"`{room}/`" not in text] == []


def test_the_architecture_page_shows_the_layers_of_the_import_contracts() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    floors = {one["containers"][0]: one["layers"] for one in contracts if "containers" in one}
    assert floors.keys() == {"archive", "db", "ingest"}
    for package, layers in floors.items():
        shown = "\n".join([package, *(f"  {layer}" for layer in layers)])
        assert shown in text, f"show the floors of {package} thus:\n{shown}"
