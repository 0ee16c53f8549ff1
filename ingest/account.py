"""Account: an item told to a person: title, attribution, terms with their words, credit line, evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from db.model import Covers, Edition, Evidence, Item, Rival, Role, Use

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


def brief(item: Item) -> list[str]:
    """Return an item in a few lines: what `save` and `show` print first."""
    from db.credit import credit_line
    from ingest.reuse import in_words, verdict_of

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
    text, images = (in_words(verdict_of(item, Use.REPUBLISH, covers)) for covers in (Covers.TEXT, Covers.IMAGES))
    lines.append(f"  reuse      text: {text}; images: {images}")
    lines += [f"  terms      “{held.statement.words}”" for held in item.terms] or ["  terms      not stated"]
    lines.append(f"  credit     {credit_line(item).text}")
    return lines + decision_lines(item)


def decision_lines(item: Item) -> list[str]:
    """Return what people decided about an item, and what its page reads as."""
    lines = []
    for made in item.decisions:
        was = "; ".join(f"“{value}”" for value in made.was) or "not stated"
        what = f"confirmed: {was}" if made.confirms else f"decided, was {was}"
        words = f" of “{made.words}”" if made.words else ""
        because = f": {made.because}" if made.because else ""
        lines.append(f"  {made.field:<10} {what}{words} (by {made.by} on {made.made:%Y-%m-%d}{because})")
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
    """Return every claim about an item with the words and bytes that hold it; then what lost and leaves a doubt."""
    from db import rivals

    lines = [
        f"  {claim.field:<12} {claim.value}\n{'':15}“{claim.evidence.words}” {span(claim.evidence)}"
        f" of {claim.evidence.capture}"
        for claim in catalogue.evidence_of(item)
    ]
    lost = rivals.of_item(catalogue.connection, item)
    for rival in lost:
        lines.append(f"  in doubt     {rival.field} “{rival.value}” ({rival.witness}): {rival.because}")
        lines.append(f"{'':15}“{rival.evidence.words}” {span(rival.evidence)} of {rival.evidence.capture}")
    return lines if lost else [*lines, "  in doubt     nothing: no witness on the page disagrees in a way that matters"]


def as_json(item: Item, rivals: Sequence[Rival] = ()) -> dict[str, object]:
    """Return an item as JSON values, claims with their evidence, and the *rivals* that leave a doubt."""
    import msgspec

    from db.credit import credit_line
    from ingest.reuse import as_json as reuse_as_json

    built = msgspec.to_builtins(item)
    assert isinstance(built, dict)
    told = {**built, "credit_line": credit_line(item).text, "verdicts": reuse_as_json(item)["verdicts"]}
    return told | ({"rivals": msgspec.to_builtins(list(rivals))} if rivals else {})
