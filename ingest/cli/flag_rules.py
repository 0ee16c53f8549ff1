"""Flag rules: which flags of a verb do not go together, and which mean nothing without another.

A flag that is passed over in silence looks as if it had been obeyed, so each such pair is refused, here and before
anything is done. What depends on more than the flags, such as what kind of item is named, the verb checks itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import click
from click.core import ParameterSource

from archive.errors import Exit, Refused


@dataclass(frozen=True, slots=True)
class FlagRules:
    """The rules of one verb. A flag is named by its longest name, ``--format csv`` is that flag with that value, and an
    argument is named as in the usage, without brackets.

    Attributes:
        alone: flags that make the verb do something else, each with all that it uses.
        apart: flags of which at most one can be given.
        needs: flags that mean nothing unless one of others is given.
    """

    alone: Mapping[str, Sequence[str]] = field(default_factory=dict)
    apart: Sequence[Sequence[str]] = ()
    needs: Mapping[str, Sequence[str]] = field(default_factory=dict)


_ITEMS = ("ITEM", "-q", "--all")
# Everything already contains what else is named.
_EVERYTHING = (("--all", "ITEM"), ("--all", "-q"))
_TO_FILE = {"--replace": ("--output",)}
_STYLES = tuple(f"--format {one}" for one in ("chicago-notes", "chicago-author-date", "apa", "mla", "iso690"))
_NO_JSON = ("biblatex", "bibtex", "ris", "wikipedia", "cytuj", "robust-links", "markdown", "pwid")
_MARKS = ("--tag", "--set", "--note")
_PERMIT = ("--permits", "--asks", "--forbids")
_DECIDE = ("--set", "--nothing", "--confirm", "--deny", *_PERMIT, "--license")
_FOR_REUSE = ("--use", "--non-commercial", "--plain", "--recheck", "--override")

RULES: Mapping[str, FlagRules] = {
    "add": FlagRules(alone={"--to": ("URL",)}),
    "checkpoint": FlagRules(needs=_TO_FILE),
    "cite": FlagRules(
        alone={"--check": ("--url", "--public-url", "--archive", "--output", "--replace", "--seconds")},
        apart=(
            *_EVERYTHING,
            *(("--json", one) for one in (*(f"--format {name}" for name in _NO_JSON), *_STYLES)),
        ),
        needs={**_TO_FILE, "--seconds": ("--check",), "--lang": _STYLES, "--markup": _STYLES},
    ),
    "coverage": FlagRules(needs={"-n": ("--list",)}),
    "credit": FlagRules(alone={"--check": ("--seconds",)}, apart=_EVERYTHING, needs={"--seconds": ("--check",)}),
    "erase": FlagRules(alone={"--lift": ("ITEM|RECORD", "--by")}),
    "export": FlagRules(
        apart=_EVERYTHING,
        needs={**_TO_FILE, **dict.fromkeys(_FOR_REUSE, ("--for-reuse",)), "--by": ("--override",)},
    ),
    "inspect": FlagRules(alone={"--batch": ()}),
    "mark": FlagRules(apart=_EVERYTHING, needs={"--by": _MARKS, "--remove": _MARKS, "--at": _ITEMS}),
    "quote": FlagRules(alone={"--check": ("--item", "--seconds")}),
    "rebuild": FlagRules(
        apart=(("--workers", "--cluster"), ("--check", "--unread"), ("--check", "--older")),
        needs={"--from": ("--check",)},
    ),
    "reuse": FlagRules(alone={"--report": ("ITEM",)}, apart=(("--report", "--json"),)),
    "review": FlagRules(
        alone={
            "--undo": ("--by", "--because"),
            "--decisions": ("ITEM | STATEMENT", "--publisher", "-n"),
            "--terms": ("ITEM | STATEMENT", "--publisher"),
            "--publisher": ("ITEM | STATEMENT", "--decisions", "--terms", "--reason", "--field", "-n"),
            "--reason": ("ITEM | STATEMENT", "--publisher", "--field", "-n"),
            "-n": ("--decisions", "--publisher", "--reason", "--field"),
        },
        needs={
            "--by": (*_DECIDE, "--undo"),
            "--because": (*_DECIDE, "--undo"),
            "--duty": ("--permits",),
            "--non-commercial": ("--permits",),
            "--credit-words": ("--permits",),
            "--license": ("--permits",),
            "--contact": _PERMIT,
        },
    ),
    "run": FlagRules(
        alone={
            "--only": ("--dry-run", "--contact"),
            "--worker": ("--due", "--all", "--contact"),
            "--fold": ("--contact",),
        },
        apart=(("--due", "--all"),),
    ),
    "search": FlagRules(
        alone={
            "--ids": ("WORDS", "--all", "--rank-all"),
            "--count": ("WORDS", "--all", "--rank-all"),
            "--facets": ("WORDS", "--all", "-n", "--rank-all", "--format"),
            "--sql": ("WORDS", "--all", "-n", "--offset", "--sort", "--rank-all"),
        },
        apart=(
            ("--all", "-n"),
            ("--facets", "--format table"),
            ("--facets", "--format csv"),
            *(("--json", one) for one in ("--format text", "--format table", "--format csv", "--sql")),
        ),
    ),
    "serve": FlagRules(alone={"--add-reviewer": ("--reviewers",)}),
    "show": FlagRules(
        alone={"--diff": _ITEMS, "--markdown": (*_ITEMS, "--at")}, apart=(*_EVERYTHING, ("--markdown", "--json"))
    ),
    "stats": FlagRules(
        apart=tuple(("--json", one) for one in ("--format table", "--format csv", "--format svg")), needs=_TO_FILE
    ),
    "status": FlagRules(apart=(("--learnt", "--prometheus"), ("--prometheus", "--json"))),
    "terms": FlagRules(
        alone={
            "--why": (),
            "--statements": (),
            "--changes": (*_ITEMS, "--at"),
            "--letter": (*_ITEMS, "--at", "--use", "--non-commercial", "--images", "--lang"),
        },
        apart=(*_EVERYTHING, ("--json", "--format text")),
        needs={
            **dict.fromkeys(("--use", "--non-commercial", "--images", "--lang"), ("--letter",)),
            **dict.fromkeys(("--format odrl", "--format schema"), _ITEMS),
            "--at": (*_ITEMS, "--changes"),
        },
    ),
    "verify": FlagRules(
        alone={"--checkpoint": ("--authority",), "--copy": ("--repair",)},
        apart=(
            *(("ITEM | FILE", one) for one in ("--since", "--sample", "--from", "--cluster")),
            ("--all", "--since"),
            ("--all", "--sample"),
            ("--since", "--sample"),
            ("--jobs", "--cluster"),
        ),
        needs={"--repair": ("--copy",), "--authority": ("--checkpoint",), "--seed": ("--sample",)},
    ),
}


class Verb(click.Command):
    """A verb that refuses flags against its `RULES`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        rest = super().parse_args(ctx, args)
        rules = RULES.get(ctx.info_name or "", FlagRules())
        if (broken := broken_rule(rules, typed(ctx))) is not None:
            what, hint = broken
            raise Refused(what, f"{hint}; `creditline {ctx.info_name} --help` says what each does", Exit.USAGE)
        return rest


def broken_rule(rules: FlagRules, said: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the first rule that the flags in *said*, each with its value, break: in words, with what to do."""

    def given(name: str) -> bool:
        flag, _, value = name.partition(" ") if name.startswith("--") else (name, "", "")
        return flag in said and value in ("", said[flag])

    for first, used in rules.alone.items():
        # `--json` is refused below where it would be passed over.
        others = [name for name in said if name not in (first, "--json", *used)]
        if given(first) and others:
            return f"{others[0]} and {first} do not go together", "leave one out"
    for group in rules.apart:
        if len(found := [name for name in group if given(name)]) > 1:
            return f"{found[0]} and {found[1]} do not go together", "leave one out"
    for name, needed in rules.needs.items():
        if given(name) and not any(map(given, needed)):
            return f"{name} means nothing here without {_or(needed)}", "add that, or leave it out"
    return None


def _or(names: Sequence[str]) -> str:
    *others, last = names
    # The flag before several values of it is said once.
    flag = last.partition(" ")[0]
    if others and all(one.startswith(f"{flag} ") for one in names):
        *others, last = (one.removeprefix(f"{flag} ") for one in names)
        return f"{flag} {', '.join(others)} or {last}"
    return f"{', '.join(others)} or {last}" if others else last


def typed(ctx: click.Context) -> dict[str, str]:
    """Return what was typed, each with its value, in the order in which the help lists it."""
    found = {}
    for one in ctx.command.params:
        value = ctx.params.get(one.name or "")
        if ctx.get_parameter_source(one.name or "") is ParameterSource.COMMANDLINE and value not in (None, ()):
            found[name_of(one)] = str(value)
    if ctx.parent is not None and ctx.parent.params.get("as_json"):
        found["--json"] = ""
    return found


def name_of(one: click.Parameter) -> str:
    """Return the name of a flag or an argument in the rules."""
    if isinstance(one, click.Argument):
        return one.human_readable_name.strip("[].")
    return max(one.opts, key=len)
