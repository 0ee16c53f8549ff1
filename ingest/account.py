"""Account: an item told to a person: title, attribution, terms with their words, credit line, evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from db.model import Covers, Edition, Evidence, Item, Role, Use

if TYPE_CHECKING:
    from db.catalogue import Catalogue


def span(evidence: Evidence) -> str:
    """Return where evidence stands, in short: ``bytes 18233-18391`` or what it was computed from."""
    if not evidence.ranges:
        return evidence.basis or evidence.layer.value
    return "bytes " + ", ".join(f"{start}-{end}" for start, end in evidence.ranges[:3])


def authors(item: Item) -> str:
    """Return who is named as author, joined by ``; ``, or "not stated"."""
    named = "; ".join(a.name for a in item.edition.attributions if a.role is Role.AUTHOR)
    return named or "not stated"


def answer(item: Item, use: Use, covers: Covers = Covers.TEXT) -> str:
    """Return the verdict for a use in words: ``yes with duties (attribute)``."""
    from db.verdict import verdict

    found = verdict([held.statement for held in item.terms], use, covers=covers)
    duties = f" ({', '.join(found.duties)})" if found.duties else ""
    return f"{found.answer}{duties}" + (" [statements disagree]" if found.conflict else "")


def brief(item: Item) -> list[str]:
    """Return an item in a few lines: what `save` and `show` print first."""
    from db.credit import credit_line

    title, published = item.edition.title, item.edition.published
    lines = [
        title.value if title else "[untitled]",
        f"  id         {item.edition.id}",
        f"  url        {item.url}",
        f"  author     {authors(item)}",
        f"  date       {(published.day or published.value) if published else 'not stated'}",
    ]
    if item.tags:
        lines.append(f"  tags       {'; '.join(tag.value for tag in item.tags)}")
    if item.language:
        lines.append(f"  language   {item.language.value}")
    if item.edition.partial:
        lines.append(f"  partial    {item.edition.partial}")
    if item.gone:
        lines.append(f"  gone       since {item.gone:%Y-%m-%d}")
    text = answer(item, Use.REPUBLISH)
    lines.append(f"  reuse      text: {text}; images: {answer(item, Use.REPUBLISH, Covers.IMAGES)}")
    lines += [f"  terms      “{held.statement.words}”" for held in item.terms] or ["  terms      not stated"]
    lines.append(f"  credit     {credit_line(item).text}")
    return lines


def terms(item: Item) -> list[str]:
    """Return an item's terms: each statement with its evidence, what it was read as, and the verdicts."""
    lines = [f"{item.edition.title.value if item.edition.title else item.id}  ({item.id})"]
    if not item.terms:
        lines.append("  The publisher states no terms here. Silence is not a licence.")
    for held in item.terms:
        statement = held.statement
        lines.append(f"  “{statement.words}”")
        lines.append(
            f"    {statement.place}, {span(statement.evidence)} of {statement.evidence.capture};"
            f" seen {held.first_seen:%Y-%m-%d} to {held.last_confirmed:%Y-%m-%d}"
        )
        for term in statement.terms:
            duties = f" ({', '.join(term.duties)})" if term.duties else ""
            license_id = f" [{term.license_id}]" if term.license_id else ""
            only = ", non-commercial only" if term.noncommercial else ""
            lines.append(f"    {term.covers}: {term.act}: {term.permission}{duties}{license_id}{only}")
        if not statement.terms:
            lines.append("    not understood by any rule: read it yourself")
    for covers in (Covers.TEXT, Covers.IMAGES):
        verdicts = ", ".join(f"{use}: {answer(item, use, covers)}" for use in Use)
        lines.append(f"  {covers}: {verdicts}")
    return lines


def edition_lines(editions: Sequence[Edition]) -> list[str]:
    """Return an item's editions, one a line: when each stood, and what is not as it was in the one before."""
    lines = []
    for earlier, edition in zip([None, *editions], editions, strict=False):
        title = edition.title.value if edition.title else "[untitled]"
        told = f"changed: {differing(earlier, edition)}" if earlier else title
        seen = f"opened {edition.opened:%Y-%m-%d %H:%M}, last seen {edition.last_seen:%Y-%m-%d %H:%M}"
        lines.append(f"  edition {edition.number} of {len(editions)}  {edition.id}  {seen}  {told}")
    return lines


def differing(one: Edition, other: Edition) -> str:
    """Return in which of title, authors, date and text two editions differ, as words; the reader's work if in none."""
    seen: dict[str, Callable[[Edition], object]] = {
        "title": lambda edition: edition.title and edition.title.value,
        "authors": lambda edition: [(one.name, one.role) for one in edition.attributions],
        "date": lambda edition: edition.published and edition.published.value,
        "text": lambda edition: edition.text,
    }
    return ", ".join(name for name, of in seen.items() if of(one) != of(other)) or "how it was read"


def evidence_lines(catalogue: Catalogue, item: Item) -> list[str]:
    """Return every claim about an item with the words and bytes that hold it."""
    return [
        f"  {claim.field:<12} {claim.value}\n{'':15}“{claim.evidence.words}” {span(claim.evidence)}"
        f" of {claim.evidence.capture}"
        for claim in catalogue.evidence_of(item)
    ]


def as_json(item: Item) -> dict[str, object]:
    """Return an item as JSON values, claims with their evidence."""
    import msgspec

    from db.credit import credit_line
    from db.verdict import verdict

    built = msgspec.to_builtins(item)
    assert isinstance(built, dict)
    statements = [held.statement for held in item.terms]
    verdicts = {
        covers.value: {use.value: msgspec.to_builtins(verdict(statements, use, covers=covers)) for use in Use}
        for covers in (Covers.TEXT, Covers.IMAGES)
    }
    return {**built, "credit_line": credit_line(item).text, "verdicts": verdicts}
