"""`creditline terms`: the terms on which items may be reused, with the words that say so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.errors import Exit, Refused
from db.model.item import Tombstone
from db.model.json_values import json_values
from db.model.terms import Answer, Covers, IntendedUse
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.collection.item_choice import Choice
from ingest.commands.flags import chosen, item_options, packing, tell_withheld, use_options

if TYPE_CHECKING:
    from db.catalogue import Catalogue
    from db.model.item import Item

LANGUAGES = ("en", "pl")
FORMATS = ("text", "odrl", "schema")


@dataclass(frozen=True, slots=True)
class TermsOptions:
    """What to show about terms."""

    form: str
    changes: bool
    letter: bool
    lang: str | None
    images: bool
    why: str | None
    file: Path | None


@click.command(cls=Verb)
@item_options
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="ODRL 2.2 or schema.org in JSON-LD.")
@click.option("--changes", is_flag=True, help="List what the publishers changed in their terms, the newest first.")
@click.option("--letter", is_flag=True, help="Write a letter that asks for permission.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="The letter's language; the item's own by default.")
@use_options
@click.option("--images", is_flag=True, help="A letter about the images, not the text.")
@click.option(
    "--why",
    metavar="ID | WORDS",
    help="Explain how an item, a statement, or these words are read: who grants whom which act with which work, and "
    "what is missing; for words also which rules matched, and what prevented the others.",
)
@click.option(
    "--statements",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE.jsonl",
    help="Only read statements, one {id, text, language} per line; no collection is needed.",
)
@packing(TermsOptions, "wish")
@click.pass_obj
def command(
    console: Console,
    choice: Choice,
    asked: IntendedUse,
    wish: TermsOptions,
) -> None:
    """List every statement of the publishers about reuse; for items, their terms with the evidence and the verdict for
    each use. Silence is not a licence: unknown stays unknown.
    """
    # Before opening any collection: typed words and files of statements do not need one.
    if wish.why is not None:
        _why(console, wish.why)
        return
    if wish.file is not None:
        _read_alone(console, wish.file)
        return
    from ingest.collection.collection import Layout, open_for_reading

    with open_for_reading(Layout(console.directory)) as catalogue:
        # A letter asks about single items, so it is not written for the whole collection by default.
        if wish.letter and not choice.named:
            raise Refused("no item is named for the letter", "name ids or URLs, or use -q QUERY or --all", Exit.USAGE)
        if wish.changes:
            _changes(console, catalogue, choice)
        elif not choice.named:
            _statements(console, catalogue)
        elif wish.letter:
            of_what = replace(asked, covers=Covers.IMAGES) if wish.images else asked
            _letters(console, catalogue, choice, of_what, wish.lang)
        else:
            _items(console, catalogue, choice, wish.form)


def _items(console: Console, catalogue: Catalogue, choice: Choice, form: str) -> None:
    """Print the terms of the chosen items in the requested format."""
    from db.citation.schema_org import description
    from db.query.held_items import repeated_on
    from db.query.terms_history import changed_last
    from db.terms.odrl import policy
    from ingest.cli.evidence_text import held_in
    from ingest.cli.terms_text import as_json, terms_of
    from ingest.collection.collection import now

    # Items share the statements of their site, which stand in a few captures.
    capture_of = lru_cache(maxsize=1024)(catalogue.capture)
    found = repeated_on(catalogue.connection, _shown(console, catalogue, choice), choice.at)
    for number, (item, also) in enumerate(found):
        if isinstance(item, Tombstone):
            tell_withheld(console, item, aside=form != "text")
        elif form != "text":
            console.out_json(policy(item) if form == "odrl" else description(item))
        elif console.as_json:
            console.out_json(as_json(item) | {"also": json_values(also)})
        else:
            lines = terms_of(item, partial(held_in, capture_of, item=item), also, choice.at or now())
            if changed := changed_last(catalogue.connection, item.id, until=choice.at):
                # Whoever relied on the former words looks for them here.
                lines.append(f"  changed on {changed:%Y-%m-%d}: creditline terms {item.id} --changes")
            console.advise("\n".join([*([""] if number else []), *lines]))


def _letters(console: Console, catalogue: Catalogue, choice: Choice, asked: IntendedUse, lang: str | None) -> None:
    from db.terms.verdict import in_words, verdict_of
    from ingest.cli.terms_text import letter_json, letter_of

    for number, item in enumerate(_shown(console, catalogue, choice)):
        if isinstance(item, Tombstone):
            tell_withheld(console, item, aside=True)
            continue
        found = verdict_of(item, asked.use, asked.covers, commercial=asked.commercial)
        if found.answer in (Answer.YES, Answer.WITH_DUTIES):
            # Say so, but write the letter anyway: some organizations always ask.
            console.talk(f"{item.id}: {asked.use} needs no permission: {in_words(found)}")
        if console.as_json:
            console.out_json(letter_json(item, found, language=lang))
        else:
            console.out(("\n" if number else "") + letter_of(item, found, language=lang))


def _shown(console: Console, catalogue: Catalogue, choice: Choice) -> Iterator[Item | Tombstone]:
    return chosen(console, choice, catalogue, bare=True)


def _statements(console: Console, catalogue: Catalogue) -> None:
    """Print every statement on reuse in the collection."""
    from ingest.cli.terms_text import statement_lines

    found = catalogue.statements()
    for record in found:
        if console.as_json:
            console.out_json({"id": record.id, **json_values(record)})
        else:
            console.advise("\n".join(statement_lines(record)))
    if not found:
        console.talk("No statement about reuse was found. Silence is not a licence.")


def _changes(console: Console, catalogue: Catalogue, choice: Choice) -> None:
    from db.query.terms_history import changes
    from ingest.cli.terms_text import change_lines

    found = changes(catalogue.connection, until=choice.at)
    if choice.named:
        items = [one for one in _shown(console, catalogue, choice) if not isinstance(one, Tombstone)]
        ids, publishers = {item.id for item in items}, {item.publisher.id for item in items}
        # A change on a page of terms applies to every item of its publisher, even if their pages never showed it.
        found = [one for one in found if ids & {*one.items} or (one.site_wide and one.publisher in publishers)]
    for change in found:
        if console.as_json:
            console.out_json(change.as_json())
        else:
            console.out("\n".join(change_lines(change)))
    if not found:
        console.talk("No change of terms was seen.")


def _why(console: Console, named: str) -> None:
    """Print the roles read in *named*: an item, a statement, or typed words."""
    # Typed words contain spaces; ids and addresses do not.
    if not any(letter.isspace() for letter in named.strip()) and _why_held(console, named.strip()):
        return
    from ingest.commands.wordings_text import role_lines, typed_json
    from ingest.terms import why
    from ingest.terms.output import barred, roles_in
    from ingest.terms.sentences import as_printed

    fired = why(named)
    read = {(one.rule, one.words) for one in fired}  # rules that did read these words need no explanation
    missed = [one for one in barred(named) if (one.rule, one.words) not in read]
    if console.as_json:
        for line in typed_json(missed, tuple(roles_in(named))):
            console.out_json(line)
        return
    console.out("\n".join(role_lines(tuple(roles_in(named)), named=True)))
    for one in fired:
        stood = ", ".join(f"“{as_printed(hits[0], named)}” ({concept})" for concept, hits in one.marks if hits)
        console.out(f"“{one.words}”\n    “{one.rule}” matched: {stood}")
    for other in missed:
        console.out(f"“{other.words}”\n    rule “{other.rule}” was barred by {', '.join(other.bars)}")
    if not fired:
        console.out("no rule understands these words")


def _why_held(console: Console, named: str) -> bool:
    """Print the roles in the statements of an item, or in one statement; return False if there is none of that name.

    Raises:
        Refused: *named* has the form of a statement id, and there is no such statement (usage).
    """
    from ingest.collection.collection import Layout, open_for_reading
    from ingest.collection.item_choice import is_statement
    from ingest.commands.wordings_text import why_json, why_lines, wording_why

    layout = Layout(console.directory)
    # Typed words need no collection.
    if not layout.catalogue.exists():
        return False
    with open_for_reading(layout) as catalogue:
        if is_statement(named):
            found = [one for one in catalogue.statements() if one.id == named.lower() and one.superseded is None]
            if not found:
                hint = "`creditline review --terms` lists what is printed now"
                raise Refused(f"there is no statement {named!r}", hint, Exit.USAGE)
            for line in wording_why(found[0], as_json=console.as_json):
                console.out(line)
            return True
        stone = catalogue.tombstone(named)
        item = None if stone else catalogue.item(named)
    if stone is not None:
        tell_withheld(console, stone)
    elif item is None:
        return False
    elif console.as_json:
        console.out_json(why_json(item))
    else:
        console.out("\n".join(why_lines(item)))
    return True


def _read_alone(console: Console, file: Path) -> None:
    """Print the reading of each statement in *file*, one line each, in the same order."""
    from ingest.terms.output import BadStatement, read_alone

    try:
        # Editors on Windows begin a file with a byte order mark. Not `splitlines`: a string of JSON may hold characters
        # that also end a line, such as U+2028.
        for line in read_alone(file.read_text(encoding="utf-8-sig").split("\n")):
            console.out_json(line)
    except (BadStatement, UnicodeDecodeError) as error:
        raise click.UsageError(f'{file}: {error}. Give one {{"id": ..., "text": ...}} a line, in UTF-8.') from error
