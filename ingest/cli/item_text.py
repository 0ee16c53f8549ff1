"""An item as people read it: title, attribution, the publisher's words on reuse, credit line, editions, pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from db.model.item import Covers, Edition, Item, Rival, Role, StatementPlace, Use
from db.model.json_values import json_values
from db.model.picture import Pictures
from db.query import item_history
from db.query.differences import ChangeKind, Difference, Op, Passage, Run, between
from ingest.cli.evidence_text import span
from ingest.cli.ink import Ink, mark_ink

if TYPE_CHECKING:
    from db.catalogue import Catalogue


AROUND = 8
"""The number of unchanged words shown on each side of changed ones."""
_MARKS = {Op.REMOVED: ("[-", "-]", Ink.REMOVED), Op.ADDED: ("{+", "+}", Ink.ADDED)}


def authors(item: Item) -> str:
    """Return the authors' names joined by ``; ``, or "not stated"."""
    named = "; ".join(a.name for a in item.edition.attributions if a.role is Role.AUTHOR)
    return named or "not stated"


def brief(item: Item) -> list[str]:
    """Return an item in a few lines, as `save` and `show` print it first."""
    from db.citation.credit_line import credit_line
    from db.terms.verdict import verdict_of, with_grade

    title, published = item.edition.title, item.edition.published
    lines = [
        mark_ink(title.value if title else "[untitled]", Ink.TITLE),
        # The id of the edition: people should cite what was seen, not what the page says later.
        f"  id         {item.edition.id}",
        f"  kind       {', '.join(filter(None, (item.kind, item.format)))}{' of terms' if _states_terms(item) else ''}",
        f"  url        {item.url}",
        f"  author     {authors(item)}",
        *_of_other_roles(item),
        f"  date       {(published.day or published.value) if published else 'not stated'}",
    ]
    if item.tags:
        lines.append(f"  tags       {'; '.join(tag.value for tag in item.tags)}")
    if item.language:
        lines.append(f"  language   {item.language.value}")
    lines += form_lines(item)
    if item.edition.partial:
        lines.append(f"  partial    {item.edition.partial}")
    if item.gone:
        lines.append(f"  gone       since {item.gone:%Y-%m-%d}")
    # Shown separately, because permission for the text says nothing about pictures, which mostly belong to others.
    text, images = (with_grade(verdict_of(item, Use.REPUBLISH, covers)) for covers in (Covers.TEXT, Covers.IMAGES))
    lines.append(f"  reuse      text: {text}{_narrower(item)}; images: {images}")
    words = [held.statement.words for held in item.terms if held.statement.has_a_say]
    # Say "not stated" explicitly: an empty line could be taken for permission.
    lines += [f"  terms      “{one}”" for one in words] or ["  terms      not stated"]
    lines.append(f"  credit     {credit_line(item).text}")
    return lines + decision_lines(item)


def _narrower(item: Item) -> str:
    """Return what may be done with the text if it may not be published whole by anyone: a part of it, or not for
    sale.
    """
    from db.terms.verdict import verdict_of, with_grade

    if verdict_of(item, Use.REPUBLISH).is_yes:
        return ""
    asked = {
        "excerpt": verdict_of(item, Use.EXCERPT),
        "non-commercial": verdict_of(item, Use.REPUBLISH, commercial=False),
    }
    return "".join(f", {use}: {with_grade(found)}" for use, found in asked.items() if found.is_yes)


def form_lines(item: Item) -> list[str]:
    """Return one line for each file that holds the same work, or for the item of which this file is a form."""
    lines = [
        f"  form       {form.format}{f', {form.pages} pages' if form.pages else ''}: {form.id}  {form.url}"
        for form in item.forms
    ]
    if item.form_of:
        lines.append(f"  form of    {item.form_of.id}  {item.form_of.title}")
    return lines


def _of_other_roles(item: Item) -> list[str]:
    """Return a line for each role besides author, with the names: the credit line contains them too."""
    named: dict[str, list[str]] = {}
    for one in item.edition.attributions:
        if one.role is not Role.AUTHOR:
            named.setdefault(one.role, []).append(one.name)
    return [f"  {role:<10} {'; '.join(names)}" for role, names in named.items()]


def _states_terms(item: Item) -> bool:
    """Say whether *item* is itself a page of terms, which apply to other items."""
    own = (held.statement for held in item.terms if held.statement.evidence.capture in item.edition.captures)
    return any(statement.place is StatementPlace.TERMS_PAGE for statement in own)


def translation_lines(catalogue: Catalogue, item: Item) -> list[str]:
    """Return the same work in other languages, with the ids of those that are held."""
    from db.query.translations import translations

    lines = []
    for one in translations(catalogue.connection, item):
        # A translation that no page names is only inferred, and the line says so.
        known = [one.item or "", "" if one.named else "by its address and day"]
        because = ", ".join(filter(None, known))
        lines.append(f"  in {one.language:<7} {one.url}" + (f"  ({because})" if because else ""))
    return lines


def decision_lines(item: Item) -> list[str]:
    """Return people's decisions about an item, with what its page reads as."""
    lines = []
    for made in item.decisions:
        was = "; ".join(f"“{value}”" for value in made.was) or "not stated"
        what = f"confirmed: {was}" if made.confirms else f"decided, was {was}"
        words = f" of “{made.words}”" if made.words else ""
        because = f": {made.because}" if made.because else ""
        lines.append(f"  {made.field:<10} {what}{words} (by {made.by} on {made.made:%Y-%m-%d}{because})")
    return lines


def as_json(item: Item, rivals: Sequence[Rival] = ()) -> dict[str, object]:
    """Return an item as JSON values: claims with their evidence, and the *rivals* that lost."""
    from db.citation.credit_line import credit_line
    from ingest.cli.terms_text import as_json as reuse_as_json

    built: dict[str, object] = json_values(item)
    values = {**built, "credit_line": credit_line(item).text, "verdicts": reuse_as_json(item)["verdicts"]}
    return values | ({"rivals": json_values(list(rivals))} if rivals else {})


# ── Editions, and what changed from one to the next ──────────────────────────────────────────────────────────


def summary(difference: Difference) -> str:
    """Return the kinds of a change and its size: ``headline, text (+12 -3 words)``."""
    if not difference.kinds:
        # None of the shown fields differs, so only the way of reading the same bytes has changed.
        return "how it was read"
    size = f" (+{difference.added} -{difference.removed} words)"
    of_text = (ChangeKind.TEXT, ChangeKind.TYPO)
    # Print the size once, after the last kind that concerns the text.
    last = next((kind for kind in reversed(difference.kinds) if kind in of_text), None)
    return ", ".join(kind.value + (size if kind is last else "") for kind in difference.kinds)


def difference_lines(one: Edition, other: Edition) -> list[str]:
    """Return what changed from *one* to *other*: each field, then each paragraph with removed and added words."""
    difference = between(one, other)
    lines = [f"--- {one.id}  {one.opened:%Y-%m-%d %H:%M}", f"+++ {other.id}  {other.opened:%Y-%m-%d %H:%M}"]
    lines.append(f"changed: {summary(difference)}")
    for change in difference.fields:
        lines += [change.kind.value, f"  - {change.was or 'not stated'}", f"  + {change.now or 'not stated'}"]
    for passage in difference.passages:
        lines += [f"paragraph {passage.number}", f"  {_marked(passage)}"]
    return lines


def _marked(passage: Passage) -> str:
    """Return a paragraph on one line, with ``[-removed words-]`` and ``{+added words+}`` marked."""
    shown = []
    for place, run in enumerate(passage.runs):
        if run.op is Op.SAME:
            shown.append(_shortened(run, first=place == 0, last=place == len(passage.runs) - 1))
        else:
            opening, closing, ink = _MARKS[run.op]
            # Brackets in addition to colours, because the diff must be readable without colours.
            shown.append(mark_ink(opening + " ".join(run.words.split()) + closing, ink))
    return " ".join(shown)


def _shortened(run: Run, *, first: bool, last: bool) -> str:
    words = run.words.split()
    before, after = (0 if first else AROUND), (0 if last else AROUND)
    # For a single word, an ellipsis would be longer than the word itself.
    if len(words) <= before + after + 1:
        return " ".join(words)
    return " ".join([*words[:before], "…", *(words[-after:] if after else ())])


def difference_as_json(one: Edition, other: Edition) -> dict[str, object]:
    """Return what changed from *one* to *other* as JSON values."""
    difference = between(one, other)
    return {
        "from": one.id,
        "to": other.id,
        "changed": list(difference.kinds),
        "words_added": difference.added,
        "words_removed": difference.removed,
        "fields": [{"field": change.kind, "was": change.was, "now": change.now} for change in difference.fields],
        "paragraphs": [
            {"number": passage.number, "runs": [{"op": run.op, "words": run.words} for run in passage.runs]}
            for passage in difference.passages
        ],
    }


def edition_lines(editions: Sequence[Edition]) -> list[str]:
    """Return an item's editions, one per line: when each was in force, and what changed since the one before."""
    lines = []
    # Pair each edition with the one before it; the first has none.
    for earlier, edition in zip([None, *editions], editions, strict=False):
        title = edition.title.value if edition.title else "[untitled]"
        changed = f"changed: {summary(between(earlier, edition))}" if earlier else title
        seen = f"opened {edition.opened:%Y-%m-%d %H:%M}, last seen {edition.last_seen:%Y-%m-%d %H:%M}"
        partial = f"  ({edition.partial})" if edition.partial else ""
        lines.append(f"  edition {edition.number} of {len(editions)}  {edition.id}  {seen}  {changed}{partial}")
    return lines


def seen_instead_lines(catalogue: Catalogue, item: Item) -> list[str]:
    """Return what the newest visit saw instead of the text of *item*, in a line; nothing if it saw the text."""
    found = None if item.gone else item_history.latest(catalogue.connection, item.id)
    return [] if found is None else [f"  since      {found.first:%Y-%m-%d}: {found.words}"]


def history_lines(catalogue: Catalogue, item: Item) -> list[str]:
    """Return what visits saw besides the editions of *item*, and which of its addresses were those of other items."""
    lines = []
    for one in item_history.happenings(catalogue.connection, item.id):
        until = f" to {one.last:%Y-%m-%d %H:%M}, {one.times} times" if one.times > 1 else ""
        lines.append(f"  seen       {one.first:%Y-%m-%d %H:%M}{until}  {one.words}  {one.url}")
    for former in item_history.former_items(catalogue.connection, item.id):
        lines.append(f"  before     {former.key} was that of {former.item}")
    return lines


def history_as_json(catalogue: Catalogue, item: Item) -> dict[str, object]:
    """Return what `history_lines` tells as JSON values."""
    seen = item_history.happenings(catalogue.connection, item.id)
    former = item_history.former_items(catalogue.connection, item.id)
    return {"seen": json_values(seen), "former_items": json_values(former)}


def editions_as_json(editions: Sequence[Edition]) -> list[dict[str, object]]:
    """Return an item's editions as JSON values, each with what changed since the one before."""
    lines: list[dict[str, object]] = []
    for earlier, edition in zip([None, *editions], editions, strict=False):
        difference = between(earlier, edition) if earlier else None
        lines.append(
            {
                "edition": edition.id,
                "opened": edition.opened.isoformat(),
                "last_seen": edition.last_seen.isoformat(),
                "partial": edition.partial,
                "changed": list(difference.kinds) if difference else [],
                "words_added": difference.added if difference else 0,
                "words_removed": difference.removed if difference else 0,
            }
        )
    return lines


def picture_lines(pictures: Pictures) -> list[str]:
    """Return the pictures of an item, with the byte ranges of the words about them."""
    if pictures.unread is not None:
        return [f"  picture    none can be told: {pictures.unread}"]
    lines = [] if pictures.shown else ["  picture    none is known of its page"]
    for one in pictures.shown:
        lines.append(f"  picture    {one.url}" + ("" if one.capture else "  (the file is not kept)"))
        said = [("alt", one.alt), ("caption", one.caption), ("credit", one.credit)]
        said += [(f"file: {stated.field}", stated.words) for stated in one.stated]
        said += [(f"page: {stated.field}", stated.words) for stated in one.described]
        lines += [
            f"    {name:<16} {words.value}  ({span(words.evidence)} of {words.evidence.capture})"
            for name, words in said
            if words is not None
        ]
        because = f": “{one.because}”" if one.because else ""
        lines.append(f"    {'may it be used?':<16} {one.answer}, by {one.ground}{because}")
    return lines
