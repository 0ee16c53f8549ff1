"""An item as a person reads it: title, attribution, terms with their words, credit line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from db.model.item import Covers, Item, Rival, Role, StatementPlace, Use

if TYPE_CHECKING:
    from db.catalogue import Catalogue


def authors(item: Item) -> str:
    """Return who is named as author, joined by ``; ``, or "not stated"."""
    named = "; ".join(a.name for a in item.edition.attributions if a.role is Role.AUTHOR)
    return named or "not stated"


def brief(item: Item) -> list[str]:
    """Return an item in a few lines: what `save` and `show` print first."""
    from db.citation.credit_line import credit_line
    from ingest.cli.terms_text import in_words, verdict_of

    title, published = item.edition.title, item.edition.published
    lines = [
        title.value if title else "[untitled]",
        f"  id         {item.edition.id}",
        f"  kind       {item.kind}{' of terms' if _states_terms(item) else ''}",
        f"  url        {item.url}",
        f"  author     {authors(item)}",
        *_of_other_roles(item),
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
    words = [held.statement.words for held in item.terms if held.statement.has_a_say]
    lines += [f"  terms      “{one}”" for one in words] or ["  terms      not stated"]
    lines.append(f"  credit     {credit_line(item).text}")
    return lines + decision_lines(item)


def _of_other_roles(item: Item) -> list[str]:
    """Return who is to be credited beside the authors, a line for each role: the credit line names them too."""
    named: dict[str, list[str]] = {}
    for one in item.edition.attributions:
        if one.role is not Role.AUTHOR:
            named.setdefault(one.role, []).append(one.name)
    return [f"  {role:<10} {'; '.join(names)}" for role, names in named.items()]


def _states_terms(item: Item) -> bool:
    """Say whether *item* is a terms page itself: what it states holds for others."""
    own = (held.statement for held in item.terms if held.statement.evidence.capture in item.edition.captures)
    return any(statement.place is StatementPlace.TERMS_PAGE for statement in own)


def translation_lines(catalogue: Catalogue, item: Item) -> list[str]:
    """Return the same work in other languages, with the id where it is held."""
    from db.query.translations import translations

    lines = []
    for one in translations(catalogue.connection, item):
        told = [one.item or "", "" if one.named else "by its address and day"]
        because = ", ".join(filter(None, told))
        lines.append(f"  in {one.language:<7} {one.url}" + (f"  ({because})" if because else ""))
    return lines


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


def as_json(item: Item, rivals: Sequence[Rival] = ()) -> dict[str, object]:
    """Return an item as JSON values, claims with their evidence, and the *rivals* that lost."""
    import msgspec

    from db.citation.credit_line import credit_line
    from ingest.cli.terms_text import as_json as reuse_as_json

    built = msgspec.to_builtins(item)
    assert isinstance(built, dict)
    told = {**built, "credit_line": credit_line(item).text, "verdicts": reuse_as_json(item)["verdicts"]}
    return told | ({"rivals": msgspec.to_builtins(list(rivals))} if rivals else {})
