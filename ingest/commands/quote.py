"""`creditline quote`: find the edition that contains words, and prove it.

Apart from `verify.py`, which checks proofs that this verb made: each verb has a file of its own.
"""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.errors import Exit, NotAFile, Refused
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.commands.flags import free, packing, report_unchecked, seconds_option
from ingest.progress import counted

if TYPE_CHECKING:
    from db.catalogue import Catalogue
    from db.search.quotation import Quotation, QuotedPassage
    from ingest.collection.collection import Layout


@dataclass(frozen=True, slots=True)
class QuoteOptions:
    """The flags: within which item, which text to check, for how long, and what to write."""

    item: str | None
    manuscript: Path | None
    seconds: int
    proof: Path | None
    folder: Path | None


@click.command(cls=Verb)
@click.argument("passage", nargs=-1, metavar="[WORDS]")
@click.option("--item", metavar="ITEM", help="Only in the editions of this item.")
@click.option(
    "--check",
    "manuscript",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Check every quotation in a text: txt, md, tex, html or docx.",
)
@click.option(
    "--proof",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the proof as JSON to FILE; `creditline verify FILE` checks it.",
)
@click.option(
    "--proof-pack",
    "folder",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Make FOLDER with the proof, the record and a program that checks them without this collection.",
)
@seconds_option
@packing(QuoteOptions, "asked")
@click.pass_obj
def command(console: Console, passage: tuple[str, ...], asked: QuoteOptions) -> None:
    """Find the editions that contain WORDS, exactly or changed, and say what was changed; with a citation, a link that
    opens the page at the words, and the bytes that contain them. "[...]" and "[t]he" are understood as in quotations.

    Exit code 3 if a quotation is altered, found only in an older edition, or not found.
    """
    from db.search.effort import EffortExceeded, within_seconds
    from db.search.quotation import QuotationVerdict, look_up
    from ingest.collection.collection import Layout, open_for_reading

    # Not searched for as one passage: the last may be an item.
    if len(passage) > 1:
        hint = f"creditline quote {shlex.quote(' '.join(passage))}; an item goes behind --item"
        raise Refused("the words are not in quotation marks", hint, Exit.USAGE)
    words = next(iter(passage), None)
    if words is None and asked.manuscript is None:
        raise Refused("give either WORDS or --check FILE", 'creditline quote "the words"', Exit.USAGE)
    # Punctuation alone would be found in every text.
    if asked.manuscript is None and not any(letter.isalnum() for letter in words or ""):
        raise Refused("no words are quoted", 'creditline quote "the words"', Exit.USAGE)
    outputs = [path for path in (asked.proof, asked.folder) if path is not None]
    # Check before searching: if one of two outputs cannot be written, write neither.
    for path in outputs:
        free(path, replace=False)
    layout = Layout(console.directory)
    with open_for_reading(layout) as catalogue:
        within = _item(catalogue, asked.item)
        if asked.manuscript is not None:
            sys.exit(_check(console, catalogue, asked.manuscript, (within, asked.seconds)))
        try:
            found = look_up(catalogue.connection, words or "", within=within, effort=within_seconds(asked.seconds))
        except EffortExceeded:
            hint = "--seconds N gives it more time, --item ITEM searches only one item"
            raise Refused(f"the search did not finish in {asked.seconds} seconds", hint, Exit.ATTENTION) from None
        proved = [_proof(catalogue, layout, found, one) for one in found.found]
        if console.as_json:
            told = {"said": found.said, "verdict": found.verdict.value, "elsewhere": found.elsewhere}
            console.out_json({**told, "proofs": proved})
        else:
            _print_places(console, found, proved)
        _write(console, catalogue, layout, proved, (asked.proof, asked.folder))
    sys.exit(Exit.DONE if found.verdict is QuotationVerdict.EXACT else Exit.ATTENTION)


def _item(catalogue: Catalogue, ref: str | None) -> str | None:
    if ref is None:
        return None
    held = catalogue.item(ref)
    if held is None:
        raise Refused(f"no item {ref!r} is held", "`creditline search` finds the ids", Exit.USAGE)
    return held.id


def _proof(catalogue: Catalogue, layout: Layout, found: Quotation, one: QuotedPassage) -> dict[str, Any]:
    from ingest.quoting.proof import prove

    return prove(catalogue, layout.warcs, found, one)


def _print_places(console: Console, found: Quotation, proved: list[dict[str, Any]]) -> None:
    if not proved:
        console.out("not found: no edition held here contains these words")
        return
    for proof in proved:
        console.out(f"{found.verdict.value}: “{proof['words']}”")
        for line in _lines(proof):
            console.out(f"  {line}")
    for line in _elsewhere(found):
        console.out(line)


def _lines(proof: dict[str, Any]) -> list[str]:
    """Return a proof as lines for a person."""
    lines = [_change(one["kind"], one["was"], one["now"]) for one in proof["changes"]]
    if proof["omissions"]:
        lines.append(f"with {counted(proof['omissions'], 'omission')} that the quotation marks")
    lines.append(f"edition    {proof['edition']}{'' if proof['in_force'] else ' (replaced since)'}")
    lines.append(f"citation   {proof['citation']}")
    lines.append(f"link       {proof['link']}")
    if proof["page"]:
        lines.append(f"page       {proof['page']} of the document")
    lines.append(f"characters {proof['text']['start']} to {proof['text']['end']} of the text")
    stated, record = proof["bytes"], proof["record"]
    if stated is None:
        return [*lines, "bytes      the words are not in one place of the page"]
    ranges = ", ".join(f"{low}-{high}" for low, high in stated["ranges"])
    lines.append(f"bytes      {ranges} of the page, SHA-256 {stated['entity_sha256']}")
    lines.append(f"record     {record['file']} at {record['offset']}, {record['block_digest']}")
    return lines


def _change(kind: str, was: str, now: str) -> str:
    """Return a change as `wdiff` writes it; words only removed or only added have one part."""
    return f"{kind}: " + " ".join(([f"[-{was}-]"] if was else []) + ([f"{{+{now}+}}"] if now else []))


def _write(
    console: Console,
    catalogue: Catalogue,
    layout: Layout,
    proved: list[dict[str, Any]],
    outputs: tuple[Path | None, Path | None],
) -> None:
    from archive.control_characters import in_json
    from archive.disk import whole_file
    from ingest.quoting.proof import pack

    proof, folder = outputs
    if not proved or (proof is None and folder is None):
        return
    # Both state bytes, so they need words that are in one place; without them `verify` would find a fault.
    if proved[0]["bytes"] is None:
        raise Refused("the words are not in one place of the page", "quote a shorter passage", Exit.ATTENTION)
    if proof is not None:
        with whole_file(proof) as file:
            # A proof is about one place: write the first, which is the best; the others are printed.
            file.write(in_json(proved[0]).encode() + b"\n")
        console.talk(f"the proof is in {proof}: creditline verify {proof}")
    if folder is not None:
        folder.mkdir()
        pack(catalogue, layout.warcs, proved[0], folder)
        console.talk(f"the pack is in {folder}: python {folder}/check.py {folder}")


LARGEST = 4 << 20
"""The most bytes of a proof file that are read."""


def check_proofs(console: Console, targets: tuple[str, ...]) -> None:
    """If all *targets* are JSON files, check them as proofs against the collection, and end the program.

    They may be proofs of quotations or of absence.

    Raises:
        Refused: one of the files is not a proof (usage).
    """
    from ingest.collection.collection import Layout, open_for_reading
    from ingest.quoting import proof
    from ingest.verification import absence

    # Decide by the ending: `verify` takes no other JSON files, and for one that is not a proof the error says so.
    if not targets or not all(target.endswith(".json") for target in targets):
        return
    proofs = [(target, _read_proof(Path(target))) for target in targets]
    layout = Layout(console.directory)
    wrong = 0
    with open_for_reading(layout) as catalogue:
        for path, held in proofs:
            checked = absence if absence.is_certificate(held) else proof
            found = checked.faults(catalogue, layout.warcs, held)
            wrong += bool(found)
            if console.as_json:
                console.out_json({"file": path, "faults": found})
                continue
            for fault in found:
                console.out(f"FAULT  {path}  {fault}")
            if not found:
                console.well(f"ok  {path}  {_proof_summary(held)}")
    sys.exit(Exit.INTEGRITY if wrong else Exit.DONE)


def _proof_summary(held: dict[str, Any]) -> str:
    if "edition" in held:
        return f"“{held['words']}” is in {held['edition']}, down to its bytes"
    return f"{held['url']} on {held['on']}: {held['state']}, down to the records"


def _read_proof(path: Path) -> dict[str, Any]:
    import msgspec

    from ingest.quoting.proof import is_proof
    from ingest.verification.absence import is_certificate

    hint = "creditline quote WORDS --proof FILE writes one, and creditline --json absent URL --on DAY"
    if not path.is_file():
        raise NotAFile(path, hint)
    with path.open("rb") as file:
        # Read one byte more than allowed, to detect a file that is too large.
        data = file.read(LARGEST + 1)
    try:
        held = msgspec.json.decode(data) if len(data) <= LARGEST else None
    # Deeply nested brackets exhaust the decoder's stack.
    except (msgspec.DecodeError, RecursionError):
        held = None
    if not (is_proof(held) or is_certificate(held)):
        raise Refused(f"{path} is neither a proof of a quotation nor a certificate of absence", hint, Exit.USAGE)
    assert isinstance(held, dict)
    return held


def _check(console: Console, catalogue: Catalogue, path: Path, bounds: tuple[str | None, int]) -> Exit:
    from db.search.effort import within_seconds
    from db.search.quotation import QuotationVerdict, look_up_each
    from ingest.quoting.manuscript import read
    from ingest.quoting.references import named_items
    from ingest.quoting.references import read as with_addresses

    within, seconds = bounds
    quoted, named = read(path), named_items(catalogue, with_addresses(path))
    counts = dict.fromkeys(QuotationVerdict, 0)
    said = (one.words for one in quoted)
    each = look_up_each(catalogue.connection, said, within_seconds(seconds), within=within, named=named)
    for one, found in zip(quoted, map(partial(_as_named, named), each), strict=True):
        counts[found.verdict] += 1
        if console.as_json:
            console.out_json(_as_json(one.line, found))
            continue
        console.out(f"{path.name}:{one.line}  {found.verdict.value}  “{one.words}”")
        for place in found.found:
            for change in place.passage.changes:
                console.out(f"    {_change(change.kind.value, change.was, change.now)}")
            item = catalogue.item(place.edition)
            mark = "  (named in the text)" if place.item in named else ""
            console.out(f"    {place.edition}  {item.url if item else ''}{mark}")
        for line in _elsewhere(found, is_named=any(place.item in named for place in found.found)):
            console.out(f"    {line}")
    passed = counts.pop(QuotationVerdict.NOT_LOOKED_AT)
    if not quoted:
        console.talk(f"{path.name}: no quotation of four words or more is marked in it, so nothing was checked")
    console.talk(", ".join(f"{count} {verdict.value}" for verdict, count in counts.items()))
    report_unchecked(console, passed, seconds)
    return Exit.DONE if counts[QuotationVerdict.EXACT] == len(quoted) else Exit.ATTENTION


def _as_named(named: frozenset[str], found: Quotation) -> Quotation:
    """Return *found* with the places to report: of exact words those in items that the text has *named*, or else all;
    of others the nearest.
    """
    from db.search.quotation import QuotationVerdict

    if found.verdict not in (QuotationVerdict.EXACT, QuotationVerdict.OLDER):
        return replace(found, found=found.found[:1])
    # An item's newest edition with the words stands for its others.
    best = {one.item: one for one in reversed(found.found)}
    places = [one for one in found.found if best[one.item] is one]
    shown = tuple(one for one in places if one.item in named) or tuple(places)
    return replace(found, found=shown, elsewhere=found.elsewhere + len(places) - len(shown))


def _elsewhere(found: Quotation, *, is_named: bool = False) -> list[str]:
    """Return the line that says how many further items have the words; none if there are none. If the text
    names the one that it quotes (*is_named*), there is nothing to check.
    """
    if not found.elsewhere:
        return []
    least = "" if found.is_counted else "at least "
    check = "" if is_named else ": check which of them is quoted"
    return [f"the same words are in {least}{counted(found.elsewhere, 'other item')}{check}"]


def _as_json(line: int, found: Quotation) -> dict[str, object]:
    import msgspec

    places = [
        {"item": one.item, "edition": one.edition, "in_force": one.in_force, "words": one.words,
         "changes": msgspec.to_builtins(one.passage.changes)}
        for one in found.found
    ]  # fmt: skip
    return {
        "line": line,
        "said": found.said,
        "verdict": found.verdict.value,
        "found": places,
        "elsewhere": found.elsewhere,
    }
