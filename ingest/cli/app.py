"""The command ``creditline``: its verbs, loaded when they are called, and how an error is told."""

from __future__ import annotations

import difflib
import errno
import gc
import importlib
import keyword
import os
import re
import sys
from pathlib import Path
from typing import cast

import click

from archive.errors import CreditlineError, Exit, Refused

# In the order in which somebody meets them. The help of each stands here as well, so that to list them loads no verb.
VERBS = {
    "demo": "Show the whole story on a think tank served on this machine.",
    "save": "Keep pages now, and print their title, author, terms and citation.",
    "init": "Look at a site and make a collection for it.",
    "add": "Add a publisher to this collection.",
    "run": "Visit what the publishers have: new, changed and gone pages.",
    "start": "Keep working in the foreground, on the schedule in the settings.",
    "status": "Say what ran, what is due and what needs a look.",
    "coverage": "Compare what publishers list with what is held: what is missing, and why.",
    "failures": "List the visits that failed, with their reasons.",
    "review": "List what needs a person's decision, and record it.",
    "inspect": "Read a page from disk, without a collection or network.",
    "search": "Search the catalogue.",
    "show": "Show an item: its text, attribution, editions and evidence.",
    "terms": "Show on what terms items may be reused, with the words that say so.",
    "withhold": "Stop handing out an item, and say why; its bytes stay.",
    "erase": "Overwrite items or records for good, as an order asks.",
    "mark": "Give items tags, notes and named sets of your own.",
    "stats": "Count items by year, author, section, licence and publisher.",
    "cite": "Export citations in any of fifteen formats, or check those of a document.",
    "quote": "Find the edition that contains a passage, and prove it.",
    "credit": "Print the credit line to put below a reused text.",
    "reuse": "Record where a text was reused, and say what has changed since.",
    "export": "Export items, or the whole collection, for use elsewhere.",
    "verify": "Prove items, files or the whole collection down to the bytes.",
    "absent": "Certify what was seen at an address on a day, even if it was nothing.",
    "checkpoint": "Print one line of digests to keep elsewhere.",
    "import": "Bring in what another crawler or a browser archived.",
    "backup": "Make a second copy of the collection, or bring it up to date.",
    "restore": "Restore a collection from its second copy.",
    "rebuild": "Rebuild the catalogue from the WARC files alone.",
    "upgrade": "Bring a collection of an older Creditline up to date.",
    "serve": "Serve the reading room: the collection in a browser, read only.",
    "doctor": "Check this machine and the program itself.",
}


WORKING = {
    *("demo", "save", "init", "add", "run", "start", "serve"),
    *("import", "backup", "restore", "rebuild", "upgrade", "verify"),
}
"""The verbs whose work is worth doing where nobody reads what they print."""
_NO_NUMBER = re.compile(r"is not a valid (?:integer|float)(?: range)?")
# How a system says that a name is none of a file, or not of one that can be read.
_UNNAMABLE = {errno.ENAMETOOLONG, errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.EEXIST}
# A name that is too long for the system would fill the terminal with itself.
_LONGEST = 200
QUERYING = {"show", "terms", "mark", "cite", "credit", "export"}
"""The verbs whose -q names a query."""


class Verbs(click.Group):
    """A group that imports a verb's module only when the verb is called: ``--help`` must stay quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        # None and no import: what is typed must never decide which module is loaded.
        if cmd_name not in VERBS:
            return None
        # A module cannot be called `import`.
        module = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        command = importlib.import_module(f"ingest.commands.{module}").command
        return cast(click.Command, command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            # Only what is very like it: a wilder guess would send people to a verb that does something else.
            near = difflib.get_close_matches(args[0], VERBS, n=1, cutoff=0.7)
            meant = f"it may be that you mean `creditline {near[0]}`; " if near else ""
            raise Refused(f"no such command {args[0]!r}", f"{meant}`creditline --help` lists what it takes", Exit.USAGE)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        for word in args:
            # File names are bytes on POSIX: one in another charset is let through where it names a file.
            if not _is_text(word) and not os.path.lexists(word):
                raise Refused(
                    f"{word!r} is not UTF-8 text", "type it in UTF-8, or name a file that is there", Exit.USAGE
                )
        return super().parse_args(ctx, general_first(args))

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Whoever reads with `head` has seen enough; click would call that a fault. What is still to be flushed
            # at the end goes nowhere, or Python would complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return ctx.exit(Exit.DONE)


def _is_text(word: str) -> bool:
    """Say whether *word* can be kept: what the shell handed over in another charset cannot."""
    try:
        # Python keeps bytes of another charset as lone surrogates, which no database and no record can hold.
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


def general_first(args: list[str]) -> list[str]:
    """Return *args* with ``--json``, ``--quiet`` and ``-C DIR`` moved before the verb: people type them after it.

    ``-q`` too, save after a verb where it is a query. What follows ``--`` stays.
    """
    # What stands behind it is no flag, whatever it looks like (POSIX Utility Syntax Guidelines, 10).
    end = args.index("--") if "--" in args else len(args)
    moved = {"--json", "--quiet"} | (set() if QUERYING & set(args[:end]) else {"-q"})
    first: list[str] = []
    rest: list[str] = []
    words = iter(args[:end])
    for word in words:
        if word in moved:
            first.append(word)
        elif word == "-C":
            # With the folder that follows; where none does, click says what is missing.
            first += [word, *(value for value in [next(words, None)] if value is not None)]
        else:
            rest.append(word)
    return [*first, *rest, *args[end:]]


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="-C, --json and --quiet may also stand after the command. Every flag: docs/reference.md; what the "
    "exit codes mean: docs/exit-codes.md",
)
@click.option(
    "-C",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    metavar="DIR",
    help="The collection's folder; the current one by default.",
)
@click.option("--json", "as_json", is_flag=True, help="Print data as JSON, one object a line.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing unless something needs a look.")
@click.version_option(package_name="creditline", message="creditline %(version)s")
@click.pass_context
def creditline(ctx: click.Context, directory: Path, as_json: bool, quiet: bool) -> None:
    """Keep what a think tank publishes, prove where every word came from, and say on what terms it may be
    reused.

    Begin with `creditline save URL`, or `creditline demo` for a tour without a network.
    """
    from ingest.cli.console import Console

    ctx.obj = Console(directory=directory, as_json=as_json, quiet=quiet, works=ctx.invoked_subcommand in WORKING)


def main() -> None:
    """Run the command; every error that has a name ends in one line, a hint and its exit code."""
    # Rows and values are made by the thousand and hardly ever in circles: Python's own pace, a look at every seven
    # hundred, takes a twentieth of the time of a run and finds nothing.
    gc.set_threshold(50_000, 20, 20)
    # Python begins the processes that read with the folder that one stands in first among those that modules are taken
    # from: a file there that is called like one of them would run (Python's manual, PYTHONSAFEPATH).
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        # click would end the program with codes of its own; ours say what kind of thing went wrong
        # (docs/exit-codes.md).
        creditline.main(standalone_mode=False, prog_name="creditline")
    except click.ClickException as error:
        # Whoever types the name alone wants to see what there is, as it is laid out. Older clicks print it themselves.
        if isinstance(error, getattr(click.exceptions, "NoArgsIsHelpError", ())):
            click.echo(error.format_message(), err=True)
            sys.exit(Exit.USAGE)
        path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "creditline"
        # As our own errors are told: click begins with a capital and ends with a point.
        said = _said(error)
        _tell(said[:1].lower() + said[1:], f"`{path} --help` lists what it takes")
        sys.exit(Exit.USAGE)
    except (click.Abort, KeyboardInterrupt):
        _tell("stopped", "what was kept is safe; run the same command again to go on")
        sys.exit(Exit.INTERRUPTED)
    except Exception as error:
        # The edge: an error that has a name is told in one line; a fault of ours is raised again, with its traceback.
        named = told_error(error)
        if named is None:
            raise
        _tell(named.what, named.hint)
        sys.exit(named.code)


def _said(error: click.ClickException) -> str:
    """Return what click says of what was typed, in one line, without its guesses that are none and its own words."""
    if isinstance(error, click.NoSuchOption):
        # Click offers `--at` to who types `--format`.
        near = difflib.get_close_matches(error.option_name, error.possibilities or (), n=1, cutoff=0.7)
        return f"no such option {error.option_name!r}" + (f"; it may be that you mean {near[0]}" if near else "")
    # A list of choices comes with a line for each.
    said = " ".join(error.format_message().split()).rstrip(".")
    return _NO_NUMBER.sub("is no number", said)


def told_error(error: Exception) -> Refused | None:
    """Return *error* as what is told to the person, or None where it is a fault of ours."""
    if isinstance(error, Refused):
        return error
    # A fault of ours keeps its traceback, which is what a report of it needs.
    if isinstance(error, CreditlineError) and error.code is not Exit.BUG:
        # The hint is cut off where the message ends in it, or it would be told twice.
        return Refused(str(error).removesuffix(error.hint).rstrip(), error.hint, error.code)
    return _told_system(error)


def _told_system(error: Exception) -> Refused | None:
    """Return what the system refused of a file or a database, told as the disk's; None for another fault."""
    from archive.errors import RIGHTS, DiskFailed, HeldByAnother

    # Only with a file name: without one it may be a socket, and no disk is at fault.
    if isinstance(error, OSError) and error.filename and error.errno in (*RIGHTS, errno.EIO):
        failed = DiskFailed(Path(os.fsdecode(error.filename)), error)
        return Refused(str(failed), failed.hint, Exit.DISK)
    if isinstance(error, OSError) and error.filename and error.errno in _UNNAMABLE:
        named = os.fsdecode(error.filename)
        shown = named if len(named) <= _LONGEST else f"{named[:_LONGEST]}..."
        return Refused(f"{shown}: {error.strerror}", "name another file or folder", Exit.USAGE)
    # By name and not by class: sqlite3 is imported in db alone.
    name = str(getattr(error, "sqlite_errorname", ""))
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        # SQLite names no file and no holder in its error.
        held = HeldByAnother(Path("catalogue.db"), "")
        return Refused(str(held), held.hint, held.code)
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        from db.schema.database import REMADE

        return Refused(f"the catalogue is damaged: {error}", REMADE, Exit.INTEGRITY)
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_FULL", "SQLITE_IOERR")):
        # Which of the two it is decides the hint: to make room, or to look at rights.
        full = name.startswith(("SQLITE_FULL", "SQLITE_IOERR"))
        reason = OSError(errno.EIO if full else errno.EACCES, str(error))
        failed = DiskFailed(Path("catalogue.db"), reason)
        return Refused(str(failed), failed.hint, Exit.DISK)
    return None


def _tell(what: str, hint: str) -> None:
    from archive.control_characters import neutral

    click.echo(neutral(f"creditline: {what}"), err=True)
    if hint:
        click.echo(neutral(f"  {hint}"), err=True)


if __name__ == "__main__":
    main()
