"""`creditline import`: bring in what another crawler or a browser archived."""

from __future__ import annotations

import getpass
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.errors import Exit
from ingest.cli.command_line import on
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.commands.flags import packing
from ingest.progress import counted

if TYPE_CHECKING:
    from archive.errors import Refused
    from archive.warc.capture import Capture
    from ingest.cataloguing.backlog import Read
    from ingest.collection.collection import Collection, Layout
    from ingest.settings.values import Settings
    from ingest.transfer.import_warc import Imported, ImportOptions, SourceFile


# The most records listed that could not be imported.
_TOLD = 20


@dataclass(frozen=True, slots=True)
class ImportFlags:
    """The flags: whose pages they are, who imports them, and what is done with them."""

    publisher: str | None
    publisher_id: str | None
    by: str | None
    accept: bool
    later: bool


@click.command(cls=Verb)
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option(
    "--publisher",
    metavar="URL|ID",
    help="URL: a new publisher whose pages to import. ID: the publisher to which hosts without one belong.",
)
@click.option(
    "--id",
    "publisher_id",
    metavar="ID",
    help="With --publisher URL: the id of the new publisher, so that its items get the ids that citations name.",
)
@click.option("--by", metavar="NAME", help="Who imports it; recorded; your login name by default.")
@click.option(
    "--accept-findings", "accept", is_flag=True, help="Also import bytes that do not match their own digests."
)
@click.option(
    "--later", is_flag=True, help="Do not read the pages yet; the next run does, or rebuild, which can use a cluster."
)
@packing(ImportFlags, "asked")
@click.pass_obj
def command(console: Console, files: tuple[Path, ...], asked: ImportFlags) -> None:
    """Import WARC or WACZ files that another crawler or a browser made. Each is verified first, copied unchanged and
    recorded; then its pages are read and added to what is here, even if they are older. What is already held changes
    nothing. Captures of hosts that belong to no publisher of the collection are stored, but not catalogued.
    """
    from archive.errors import Refused
    from db.captures import count_missing_originals, count_waiting
    from db.query.harvest import count as count_items
    from ingest.cataloguing.backlog import Read, read_waiting
    from ingest.collection.collection import Layout, open_for_work
    from ingest.settings.values import check_id
    from ingest.transfer.import_warc import ImportOptions, nobody

    accept = asked.accept
    # Check the id first, because it is permanent.
    check_id(asked.publisher_id)
    if asked.publisher_id is not None and "://" not in (asked.publisher or ""):
        raise Refused("--id names a new publisher", "add --publisher https://example.org/", Exit.USAGE)
    sources, refused = _all_sources(console, files, accept=accept)
    layout = Layout(console.directory)
    with (
        _target(layout, asked.publisher) as (place, settings),
        open_for_work(place, settings, command="import") as work,
    ):
        # The file's record says who imported it: the login name, if no name was given.
        default = _default_publisher(work, asked.publisher, asked.publisher_id)
        options = ImportOptions(asked.by or _login(), default, accept)
        imported, failed = _import_all(console, work, sources, options)
        refused += failed
        # If nothing was imported, the first refusal is raised below and reported there.
        _print_refused(console, refused[1:] if not imported else refused)
        if refused and not imported:
            raise refused[0]
        if not refused and not any(one.file or one.owned for one in imported):
            raise nobody(" and ".join(path.name for path in files), imported)
        before = count_items(work.catalogue.connection)
        # Read once, after all files: a page may be a further part or a witness of a page in another file.
        read = Read() if asked.later else read_waiting(work)
        waiting = count_waiting(work.catalogue.connection)
        added = count_items(work.catalogue.connection) - before
        missing = count_missing_originals(work.catalogue.connection)
        foreign = [one for one in _named(sources) if not work.catalogue.holds(one)] if not waiting else []
    _summary(console, imported, read, _Numbers(waiting, before, added, *missing))
    if foreign:
        # The id of an item begins with that of its publisher, and the collection it comes from may have chosen one.
        console.talk(
            f"  citations from where it comes name {foreign[0]}, which is no id here. To keep them, import it into a"
            f" new folder with --publisher URL --id {foreign[0].rpartition('-')[0]}"
        )
    if refused:
        sys.exit(refused[0].code)
    sys.exit(
        Exit.ATTENTION
        if any(_needs_attention(one, accept=accept) for one in imported if one.new or one.made)
        else Exit.DONE
    )


def _needs_attention(imported: Imported, *, accept: bool) -> bool:
    from archive.fixity.finding import Severity
    from ingest.transfer.import_warc import DOUBTED

    # Accepted faults still lead to exit code 3, so that scripts notice them.
    faulty = accept and any(one.severity is Severity.FAULT for one in imported.findings)
    return faulty or bool(imported.made and imported.made.left) or bool(imported.clashes or imported.left.get(DOUBTED))


def _all_sources(console: Console, files: tuple[Path, ...], *, accept: bool) -> tuple[list[SourceFile], list[Refused]]:
    """Return the WARC files in *files*, and the refusals of files that are not what they claim to be.

    Raises:
        Refused: a file does not exist.
    """
    from archive.errors import Refused

    sources: list[SourceFile] = []
    refused: list[Refused] = []
    for path in files:
        try:
            sources += _sources(console, path, accept=accept)
        except Refused as error:
            if error.code is not Exit.INTEGRITY:
                raise
            refused.append(error)
    if refused and not sources:
        _print_refused(console, refused[1:])
        raise refused[0]
    return sources, refused


def _import_all(
    console: Console, work: Collection, sources: list[SourceFile], options: ImportOptions
) -> tuple[list[Imported], list[Refused]]:
    """Import *sources* and show what each brought; also return the errors of those that were refused."""
    from archive.errors import Refused
    from ingest.transfer.import_warc import import_file

    imported: list[Imported] = []
    refused: list[Refused] = []
    for source in sources:
        try:
            imported.append(_print_import(console, source, import_file(work, source, options)))
        # One refused file does not stop the others; the first refusal decides the exit code.
        except Refused as error:
            refused.append(error)
    return imported, refused


def _print_refused(console: Console, refused: list[Refused]) -> None:
    for one in refused:
        if console.as_json:
            console.out_json({"event": "refused", "what": one.what, "hint": one.hint, "code": one.code})
        console.talk(f"refused: {one.what}\n  {one.hint}")


def _sources(console: Console, path: Path, *, accept: bool) -> list[SourceFile]:
    """Return the WARC files in the file at *path*, which may itself be one."""
    from archive.errors import NotAFile, Refused
    from archive.formats.wacz import read_package
    from archive.formats.wacz_signing import SignatureState
    from ingest.transfer.import_warc import SourceFile

    if not path.is_file():
        raise NotAFile(path, "name a file of WARC (.warc, .warc.gz, .warc.zst), ARC or WACZ")
    with path.open("rb") as file:
        # Recognize a zip by its first bytes (APPNOTE 4.3.7), because people rename what they download.
        if file.read(4) != b"PK\x03\x04":
            return [SourceFile(path)]
    package = read_package(path)
    # Check this before any WARC file in it: a package that was tampered with is refused as a whole.
    if package.findings and not accept:
        more = f" (and {len(package.findings) - 1} more)" if len(package.findings) > 1 else ""
        raise Refused(
            f"{path} is not what it says: {package.findings[0]}{more}",
            "get the file again; or bring it in as it is: --accept-findings",
            Exit.INTEGRITY,
        )
    for finding in package.findings:
        console.talk(f"{path.name}: {finding}")
    signature = package.signature
    if signature.state is not SignatureState.NONE:
        by = signature.domain or (signature.public_key and f"the key {signature.public_key[-24:]}") or "nobody named"
        why = f" ({signature.why})" if signature.why else ""
        console.talk(f"{path.name}: signature {signature.state.value}{why}, by {by}, {signature.created or 'undated'}")
    return [SourceFile(path, package, name) for name in package.warcs]


@contextmanager
def _target(layout: Layout, publisher: str | None) -> Iterator[tuple[Layout, Settings]]:
    """Yield where to import the files, and the settings there.

    That is the collection; or, if there is none and *publisher* is a URL, a new one, moved into place at the end.
    """
    from archive.errors import Refused
    from ingest.collection.collection import making, read_settings
    from ingest.settings.values import Settings

    if layout.settings.exists():
        yield layout, read_settings(layout)
        return
    if publisher is None or "://" not in publisher:
        # A new collection needs a folder of its own.
        begin = "creditline -C NEW" if layout.directory == Path() else on(layout.directory)
        url = "https://example.org/" if publisher is None else shlex.quote(f"https://{publisher.rstrip('/')}/")
        raise Refused(
            f"there is no collection in {layout.directory.absolute()}"
            + (f", and {publisher!r} is not the URL of a publisher" if publisher is not None else ""),
            f"name one with -C DIR; or begin one: {begin} import FILE --publisher {url}",
            Exit.USAGE,
        )
    # Hidden until all is imported: a folder with half an import would look like a collection.
    with making(layout, Settings()) as hidden:
        yield hidden, Settings()


def _default_publisher(work: Collection, named: str | None, wanted: str | None) -> str:
    """Return the publisher for hosts that match none; a new publisher named by URL is recorded first, with the id
    *wanted* if given.

    Raises:
        Refused: there is no such publisher, or it has another id here, or another one has this id (usage).
    """
    from archive.errors import Refused
    from ingest.crawl.save import owner

    known = work.catalogue.publishers()
    if named is None:
        return ""
    if "://" in named:
        publisher = owner(known, named)
        if wanted is not None and publisher.id != wanted:
            taken = next((one for one in (publisher, work.catalogue.publisher(wanted)) if one in known), None)
            if taken is not None:
                what = f"{taken.id} is the publisher of {taken.url} here"
                raise Refused(what, "leave --id out, or import into a new folder with -C NEW", Exit.USAGE)
            publisher = replace(publisher, id=wanted)
        if publisher not in known:
            # Record it before the captures, so that their publisher is described when they are read.
            work.record_publisher(publisher)
        return ""
    if named not in {one.id for one in known}:
        here = ", ".join(one.id for one in known) or "none"
        raise Refused(f"there is no publisher {named} (here: {here})", "name it by its URL", Exit.USAGE)
    return named


# How much of a list of pages is read: its heading and the first page.
_FIRST_PAGE = 65_536


def _named(sources: list[SourceFile]) -> list[str]:
    """Return, for each package that Creditline made, the id by which its first page is cited."""
    from archive.errors import NotAPackage
    from archive.formats.wacz import PAGES
    from db.identity import parse_id

    packages = {one.package.path: one.package for one in sources if one.package is not None}
    found = []
    for package in packages.values():
        try:
            with package.open(PAGES) as file:
                listed = file.read(_FIRST_PAGE)
        except NotAPackage:  # without a list of pages nothing is known about ids
            continue
        stated = re.search(rb'^\{"id": "([a-z0-9-]+)@\d+", "url": ', listed, re.MULTILINE)
        if stated and (named := parse_id(stated[1].decode())):
            found.append(named.item)
    return found


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # in a container, the user may have no name
        return "not named"


def _print_import(console: Console, source: SourceFile, imported: Imported) -> Imported:
    """Print what became of one file, and return *imported*."""
    from ingest.transfer.import_warc import COMPANIONS, DOUBTED, listed_kinds

    if console.as_json:
        values = {one.name: getattr(imported, one.name) for one in fields(imported)}
        values |= {"left": dict(imported.left), "hosts": dict(imported.hosts), "made": _conversion_json(imported)}
        console.out_json({"event": "import", "origin": str(source), **values, "findings": len(imported.findings)})
        return imported
    if not imported.new and not imported.file and not imported.owned:
        why = "no publisher of this collection has a capture in it"
        if not imported.captures:
            why = f"it holds no captures, only {listed_kinds(imported.left)}"
        is_ours = imported.software.startswith("creditline/") and not imported.captures
        notes = "; notes and decisions of another collection are not taken over" if is_ours else ""
        console.talk(f"{source} is left out: {why}{notes}")
        return imported
    if not imported.new:
        where = f": it is {imported.file}" if imported.file else ": every capture in it is in the catalogue"
        console.talk(f"{source} is held already{where}")
        _print_conversion(console, imported)
        return imported
    by = f", written by {imported.software}" if imported.software else ""
    console.out(
        f"{source} is now {imported.file}: {counted(imported.records, 'record')},"
        f" {counted(imported.owned, 'capture')}{by}"
    )
    _print_conversion(console, imported)
    for finding in imported.findings[:5]:
        console.talk(f"  finding at byte {finding.offset}: {finding.what} ({finding.clause})")
    if len(imported.findings) > 5:
        console.talk(f"  and {len(imported.findings) - 5} findings more; all are recorded as known")
    if imported.clashes:
        have = "has" if imported.clashes == 1 else "have"
        console.talk(
            f"  {counted(imported.clashes, 'record')} {have} the id of another record of this collection:"
            " both are kept, and one of the two may be forged"
        )
    if doubted := imported.left.get(DOUBTED):
        console.talk(
            f"  kept and not catalogued, dated before there was a web or after today: {counted(doubted, 'capture')}"
        )
    # Requests and their like describe captures that are catalogued, so counting them would say nothing.
    others = {kind: count for kind, count in imported.left.items() if kind not in (*COMPANIONS, DOUBTED)}
    if others:
        console.talk(f"  kept and not catalogued, no captures of pages: {listed_kinds(others)}")
    if imported.hosts:
        listed = ", ".join(f"{host} {count}" for host, count in list(imported.hosts.items())[:5])
        console.talk(
            f"  kept and not catalogued, of other hosts: {counted(sum(imported.hosts.values()), 'capture')}: {listed}"
        )
    return imported


def _print_conversion(console: Console, imported: Imported) -> None:
    """Report what was made of a file that could not be kept as it is, and what was left out."""
    if imported.made:
        made = imported.made
        console.talk(f"  it is {made.why}, and was made into a WARC file of {counted(made.records, 'record')}")
        for lost in made.left[:_TOLD]:
            console.talk(f"  left out, at byte {lost.offset}: {lost.what}")
        if len(made.left) > _TOLD:
            console.talk(f"  and {len(made.left) - _TOLD} more left out; the import note lists them")


def _conversion_json(imported: Imported) -> dict[str, object] | None:
    made = imported.made
    if made is None:
        return None
    return {"why": made.why, "records": made.records, "left": [[one.offset, one.what] for one in made.left]}


@dataclass(frozen=True, slots=True)
class _Numbers:
    """What the summary counts in the collection.

    Attributes:
        waiting: captures that are not read yet.
        before, added: items held before the import, and those that came in addition.
        missing: revisits whose original is not here; *first* is one of them.
    """

    waiting: int
    before: int
    added: int
    missing: int
    first: Capture | None


def _summary(console: Console, imported: list[Imported], read: Read, numbers: _Numbers) -> None:
    """Print what was read of the imported captures, and the numbers."""
    waiting, before, added = numbers.waiting, numbers.before, numbers.added
    counts = {outcome.value: count for outcome, count in sorted(read.outcomes.items())}
    if console.as_json:
        told = {"read": counts, "items": len(read.items), "added": added, "waiting": waiting}
        console.out_json({"event": "summary", **told, "missing": numbers.missing})
        return
    if counts:
        listed = ", ".join(f"{count} {name}" for name, count in counts.items())
        console.out(f"{counted(sum(counts.values()), 'capture')} read: {listed}")
        if before:
            console.out(f"  they show {counted(len(read.items), 'item')}, {added} of them new to the collection")
    if numbers.first is not None:
        date = numbers.first.refers_to_date
        of = f" of {date:%Y-%m-%d}" if date else ""
        console.talk(
            f"  not read, {counted(numbers.missing, 'revisit')}: what it repeats is not here. Import the file that"
            f" holds it too, e.g. {numbers.first.refers_to_url or numbers.first.url}{of}"
        )
    if waiting:
        console.talk(
            f"{counted(waiting, 'capture')} not read yet: creditline rebuild --cluster ADDRESS, or the next run"
        )
    elif any(one.new for one in imported):
        console.talk("Next: creditline search WORDS, creditline verify")
