"""The command ``creditline``: its verbs, loaded only when called, and how errors are reported.

Apart from `entry`, which is loaded at once and listens for Ctrl-C while this is loaded.
"""

from __future__ import annotations

import codecs
import difflib
import errno
import gc
import importlib
import keyword
import os
import re
import resource
import sys
from contextlib import suppress
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import cast

import click

from archive.errors import CreditlineError, Exit, Refused
from ingest.cli.command_line import to_type

# In the order in which people meet them. The help lines are kept here, so that listing them loads no verb.
VERBS = {
    "demo": "Show the whole story on a think tank served on this machine.",
    "save": "Save pages now, and print their title, author, terms and citation.",
    "init": "Look at a site and make a collection for it.",
    "add": "Add a publisher to this collection.",
    "run": "Visit the publishers' pages: new, changed and removed ones.",
    "start": "Keep working in the foreground, on the schedule in the settings.",
    "status": "Say what ran, what is due and what needs attention.",
    "coverage": "Compare what publishers list with what is held: what is missing, and why.",
    "failures": "List the visits that failed, with their reasons.",
    "review": "List what needs a person's decision, and record it.",
    "inspect": "Read a page from disk, without a collection or network.",
    "search": "Search the catalogue.",
    "show": "Show an item: its text, attribution, editions and evidence.",
    "terms": "Show the terms on which items may be reused, with the words that say so.",
    "withhold": "Stop showing an item, and say why; its bytes stay.",
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
    "import": "Import what another crawler or a browser archived.",
    "backup": "Make a second copy of the collection, or bring it up to date.",
    "restore": "Restore a collection from its second copy.",
    "rebuild": "Rebuild the catalogue from the WARC files alone.",
    "upgrade": "Bring a collection made by an older Creditline up to date.",
    "serve": "Serve the reading room: the collection in a browser, read only.",
    "doctor": "Check this machine and the program itself.",
}


WORKING = {
    *("demo", "save", "init", "add", "run", "start", "serve"),
    *("import", "backup", "restore", "rebuild", "upgrade", "verify"),
}
"""The verbs whose work is worth finishing even if nobody reads their output."""
_NO_NUMBER = re.compile(r"is not a valid (?:integer|float)(?: range)?")
_WRONG_CHOICE = re.compile(r"^'(.*)' is not one of (.+)", re.S)
# Errors of the system for names that cannot be a file, or not a readable one.
_UNNAMABLE = {errno.ENAMETOOLONG, errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.EEXIST}
# Longer names are cut in messages, so that they do not fill the terminal.
_LONGEST = 200
# Fewer open files than that are not enough for a command that reads pages in other processes.
_FEWEST_FILES = 64
QUERYING = {"show", "terms", "mark", "cite", "credit", "export"}
"""The verbs for which -q is a query and not --quiet."""


class Verbs(click.Group):
    """A group that imports a verb's module only when the verb is called, so that ``--help`` stays fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        # Only import known verbs: what is typed must never decide which module is loaded.
        if cmd_name not in VERBS:
            return None
        # No module can be called `import`, because that is a keyword.
        module = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        command = importlib.import_module(f"ingest.commands.{module}").command
        return cast(click.Command, command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            # Suggest only very similar verbs: a wilder guess would lead people to a verb that does something else.
            near = difflib.get_close_matches(args[0], VERBS, n=1, cutoff=0.7)
            meant = f"it may be that you mean `creditline {near[0]}`; " if near else ""
            raise Refused(f"no such command {args[0]!r}", f"{meant}`creditline --help` lists the commands", Exit.USAGE)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        for word in args:
            # File names are bytes on POSIX: accept an argument in another charset if a file of that name exists.
            if not _is_text(word) and not os.path.lexists(word):
                raise Refused(
                    f"{word!r} is not UTF-8 text", "type it in UTF-8, or name a file that is there", Exit.USAGE
                )
        return super().parse_args(ctx, general_first(args))

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # A reader such as `head` has closed the pipe, which is not an error. Send what is flushed at exit to
            # nowhere, because Python would complain otherwise.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return ctx.exit(Exit.DONE)
        except click.UsageError as error:
            # Click does not say whose option lacks its value.
            if error.ctx is None and ctx.invoked_subcommand is not None:
                verb = self.get_command(ctx, ctx.invoked_subcommand) or self
                error.ctx = click.Context(verb, parent=ctx, info_name=ctx.invoked_subcommand)
            raise


def _is_text(word: str) -> bool:
    """Say whether *word* is valid Unicode; bytes in another charset from the shell are not."""
    try:
        # Python represents such bytes as lone surrogates, which no database or record can hold.
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


def general_first(args: list[str]) -> list[str]:
    """Return *args* with ``--json``, ``--quiet`` and ``-C DIR`` moved before the verb, because people type them after.

    ``-q`` is moved too, except for a verb where it is a query. Arguments after ``--`` stay.
    """
    # Nothing after "--" is a flag, whatever it looks like (POSIX Utility Syntax Guidelines, 10).
    end = args.index("--") if "--" in args else len(args)
    moved = {"--json", "--quiet"} | (set() if _verb_of(args[:end]) in QUERYING else {"-q"})
    first: list[str] = []
    rest: list[str] = []
    words = iter(args[:end])
    for word in words:
        if word in moved or (word.startswith("-C") and word != "-C"):  # the folder may stand right behind
            first.append(word)
        elif word == "-C":
            # Move the folder that follows, too; if there is none, click reports what is missing.
            first += [word, *(value for value in [next(words, None)] if value is not None)]
        else:
            rest.append(word)
    return [*first, *rest, *args[end:]]


def _verb_of(args: list[str]) -> str | None:
    """Return the verb in *args*: a folder or a word to search for may be called like one."""
    words = iter(args)
    for word in words:
        if word == "-C":
            next(words, None)
        elif not word.startswith("-"):
            return word
    return None


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="-C, --json and --quiet may also come after the command. Every flag: docs/reference.md; what the "
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
@click.option("--json", "as_json", is_flag=True, help="Print data as JSON, one object per line.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing unless something needs attention.")
@click.version_option(package_name="creditline", message="creditline %(version)s")
@click.pass_context
def creditline(ctx: click.Context, directory: Path, as_json: bool, quiet: bool) -> None:
    """Keep what a think tank publishes, prove where every word came from, and show the terms on which it may be reused.

    Begin with `creditline save URL`, or `creditline demo` for a tour without a network.
    """
    from ingest.cli.console import Console

    # Errors are printed when click has forgotten its context.
    if isinstance(ctx.obj, _Typed):
        ctx.obj.directory = directory
    _require_open_files(ctx.invoked_subcommand)
    works = ctx.invoked_subcommand in WORKING
    ctx.obj = Console(directory=directory, as_json=as_json, quiet=quiet, works=works, named=directory)


@dataclass(slots=True)
class _Typed:
    """What was typed: the *directory* after -C."""

    directory: Path = Path()


def main() -> None:
    """Run the command; an expected error ends in one line, a hint and its exit code."""
    # Rows and values are made by the thousand and rarely contain cycles: Python's default threshold of 700 objects
    # takes a twentieth of a run's time and finds nothing.
    gc.set_threshold(50_000, 20, 20)
    # By default, worker processes put the current folder first in their module path: a file there with the name of a
    # module would be run (Python's manual, PYTHONSAFEPATH).
    os.environ["PYTHONSAFEPATH"] = "1"
    _open_closed_streams()
    _write_any_character()
    typed = _Typed()
    try:
        # click would use exit codes of its own; ours say what kind of problem occurred (docs/exit-codes.md).
        creditline.main(standalone_mode=False, prog_name="creditline", obj=typed)
    except click.ClickException as error:
        # A call without arguments prints the formatted help. Older versions of click print it themselves.
        if isinstance(error, getattr(click.exceptions, "NoArgsIsHelpError", ())):
            click.echo(error.format_message(), err=True)
            sys.exit(Exit.USAGE)
        path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "creditline"
        # Match the style of our own errors: click's begin with a capital letter and end with a full stop.
        said = _click_message(error)
        hint = _named_like_an_option(error) or f"`{path} --help` lists the arguments and options"
        _print_error(said[:1].lower() + said[1:], hint)
        sys.exit(Exit.USAGE)
    except (click.Abort, KeyboardInterrupt):
        _print_error("stopped", "what was kept is safe; run the same command again to go on")
        sys.exit(Exit.INTERRUPTED)
    except Exception as error:
        # Report an expected error in one line; raise a bug in this program again, with its traceback.
        named = reported_error(error)
        if named is None:
            raise
        _print_error(to_type(named.what, typed.directory), to_type(named.hint, typed.directory))
        sys.exit(named.code)


def _open_closed_streams() -> None:
    """Open stdin, stdout and stderr on nothing where whoever started the command closed them, as `>&-` does.

    Otherwise the next file that is opened, such as one of the collection, would be taken for the output.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)
    # Python sets what is closed to None.
    if sys.stdout is None:
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    if sys.stderr is None:
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)


def _write_any_character() -> None:
    """Let stdout and stderr take every character, whatever the locale: pages hold more than ISO 8859 has.

    Files and pipes get UTF-8, as all files that Creditline writes; a terminal gets its own characters, and `\\u201c`
    for one that it lacks.
    """
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, TextIOWrapper) or codecs.lookup(stream.encoding).name == "utf-8":
            continue
        if stream.isatty() or os.environ.get("PYTHONIOENCODING"):
            stream.reconfigure(errors="backslashreplace")
        else:
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _click_message(error: click.ClickException) -> str:
    """Return click's message about the arguments in one line, in our own words, without its bad guesses."""
    if isinstance(error, click.NoSuchOption):
        # Click would suggest `--at` for `--format`.
        near = difflib.get_close_matches(error.option_name, error.possibilities or (), n=1, cutoff=0.7)
        return f"no such option {error.option_name!r}" + (f"; it may be that you mean {near[0]}" if near else "")
    if isinstance(error, click.BadParameter) and (wrong := _WRONG_CHOICE.search(error.message)) is not None:
        choices = re.findall(r"'([^']+)'|(?<![\w'])([a-z][\w-]*)", wrong[2])
        named = [quoted or bare for quoted, bare in choices]
        # What was cut short is meant more surely than what looks alike: `lang:en` narrows to a language.
        near = [one for one in named if len(wrong[1]) > 2 and one.startswith(wrong[1])][:1]
        near = near or difflib.get_close_matches(wrong[1], named, n=1, cutoff=0.7)
        guess = f"; it may be that you mean {near[0]}" if near else ""
        return " ".join(error.format_message().split()).rstrip(".") + guess
    # A message with choices has a line for each; join them.
    said = " ".join(error.format_message().split()).rstrip(".")
    return _NO_NUMBER.sub("is no number", said)


def _named_like_an_option(error: click.ClickException) -> str | None:
    """Return how to name a file whose name begins like the option that is unknown, if there is such a file."""
    if not isinstance(error, click.NoSuchOption):
        return None
    named = (word for word in sys.argv[1:] if word.startswith(error.option_name) and os.path.lexists(word))
    return next((f"if you mean the file of this name, type ./{word}" for word in named), None)


def reported_error(error: Exception) -> Refused | None:
    """Return *error* as it is reported to the person, or None if it is a bug in this program."""
    if isinstance(error, Refused):
        return error
    if (starved := _out_of_files(error)) is not None:
        return starved
    # A bug keeps its traceback, which a report of it needs.
    if isinstance(error, CreditlineError) and error.code is not Exit.BUG:
        # If the message ends with the hint, cut it off, so that it is not printed twice.
        return Refused(str(error).removesuffix(error.hint).rstrip(), error.hint, error.code)
    return _system_error(error)


def _require_open_files(verb: str | None) -> None:
    """Refuse to begin work that needs other processes where too few files may be open.

    Such a process ends without a word or with a traceback of the standard library, at a place that depends on the
    number.
    """
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if verb in WORKING and most < _FEWEST_FILES:
        raise _few_files(most)


def _few_files(most: int) -> Refused:
    hint = "allow more, as with `ulimit -n 1024`, and run again: what was kept so far is safe"
    return Refused(f"too many open files: this process may have {most}", hint, Exit.DISK)


def _out_of_files(error: Exception) -> Refused | None:
    """Return what to say if *error* comes of a limit on open files (``ulimit -n``); None for other errors."""
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    chain: list[BaseException] = [error]
    while (before := chain[-1].__cause__ or chain[-1].__context__) is not None and before not in chain:
        chain.append(before)
    told = any(getattr(one, "errno", None) in (errno.EMFILE, errno.ENFILE) for one in chain)
    # Processes that read pages end without a word if they can open nothing.
    lost = isinstance(error, EOFError) or getattr(error, "code", None) is Exit.ATTENTION
    silent = lost and most < _FEWEST_FILES
    return _few_files(most) if told or silent else None


def _system_error(error: Exception) -> Refused | None:
    """Return an error of the system about a file or database as a problem of the disk; None for other errors."""
    from archive.errors import NO_ROOM, RIGHTS, DiskFailed, HeldByAnother

    # Require a file name: without one it may be a socket error, and not the disk's fault.
    if isinstance(error, OSError) and error.filename and error.errno in (*RIGHTS, errno.EIO, errno.EREMOTEIO):
        failed = DiskFailed(Path(os.fsdecode(error.filename)), error)
        return Refused(str(failed), failed.hint, Exit.DISK)
    if isinstance(error, OSError) and error.filename and error.errno in _UNNAMABLE:
        named = os.fsdecode(error.filename)
        shown = named if len(named) <= _LONGEST else f"{named[:_LONGEST]}..."
        return Refused(f"{shown}: {error.strerror}", "name another file or folder", Exit.USAGE)
    # Whoever writes a file of a collection names it, so this is the output that the shell wrote to a file.
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        # Python writes what is left of it at its exit, and would fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        hint = "make room where it is written to, and type the command again; what was kept so far is safe"
        return Refused(f"the output could not be written: {error.strerror}", hint, Exit.DISK)
    # Compare the name and not the class, because only db may import sqlite3.
    name = str(getattr(error, "sqlite_errorname", ""))
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        # SQLite's error names neither the file nor who holds it.
        held = HeldByAnother(Path("catalogue.db"), "")
        return Refused(str(held), held.hint, held.code)
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        from db.schema.database import REMADE

        return Refused(f"the catalogue is damaged: {error}", REMADE, Exit.INTEGRITY)
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_FULL", "SQLITE_IOERR")):
        # The kind decides the hint: to make room, or to check permissions.
        full = name.startswith(("SQLITE_FULL", "SQLITE_IOERR"))
        reason = OSError(errno.EIO if full else errno.EACCES, str(error))
        failed = DiskFailed(Path("catalogue.db"), reason)
        return Refused(str(failed), failed.hint, Exit.DISK)
    return None


def _print_error(what: str, hint: str) -> None:
    from archive.control_characters import replace_control_characters

    # If it cannot be written, as on a full disk, the exit code still tells.
    with suppress(OSError):
        click.echo(replace_control_characters(f"creditline: {what}"), err=True)
        if hint:
            click.echo(replace_control_characters(f"  {hint}"), err=True)


if __name__ == "__main__":
    main()
