"""Items: what is held of a text, whether it may be reused and by whose word, its citation, and the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from archive.control_characters import in_json, replace_control_characters
from archive.evidence.passage import Place
from archive.warc.capture import Capture
from db.citation import schema_org
from db.citation.credit_line import credit_line
from db.citation.formats import CitationForm, write
from db.citation.styles import Markup as Italics
from db.citation.styles import Style
from db.citation.work import clean_url, work
from db.decisions import annotation_rows
from db.fold.editions import rivals_of
from db.identity import parse_id
from db.model.item import Covers, Edition, Evidence, Grade, Item, Layer, Statement, Use, Verdict
from db.model.text_marks import read_text
from db.query.terms_history import changed_last
from db.query.translations import translations
from db.reading_room import answer, forms
from db.reading_room.allowance import Texts, in_part, is_permitted
from db.reading_room.archived import marks
from db.reading_room.article_text import article_text
from db.reading_room.problem import Problem
from db.reading_room.visit import Visit, page
from db.terms.verdict import license_of, verdict

STYLES = tuple(style.value for style in Style)
# The most statements that a page shows in full; a site may print hundreds.
_MOST = 40


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer for one use as a page shows it: the verdict, the licence, the words that decide."""

    found: Verdict
    license: str | None
    words: tuple[Statement, ...]


def held(visit: Visit, ref: str) -> Item:
    """Return the item or edition that *ref* names, with as much of its text as this room shows.

    Raises:
        Problem: there is no such item (404), or it is withheld (410).
    """
    item = visit.catalogue.item(ref)
    if item is not None:
        # Cut the text here, so that no form of an item (JSON, plain text, the API) can show more than its page does.
        return item if shows_whole(visit, item) else in_part(item)
    stone = visit.catalogue.tombstone(ref)
    if stone is not None:
        since = f" since {stone.since:%Y-%m-%d}" if stone.since else ""
        raise Problem(410, "Withheld", f"This item is withheld{since}: {stone.reason}", item=stone.id)
    raise Problem(404, "Not held", "No item has this id, or none had it at that time.")


def shows_whole(visit: Visit, item: Item) -> bool:
    """Say whether this room shows the whole text of *item*, or of one of its editions, to whoever asks."""
    texts = visit.settings.texts
    # A reviewer who decides whether a text is complete has to see it.
    if texts is Texts.ALL or visit.session is not None:
        return True
    # Decide by the publisher's present terms, also for an edition published under other terms.
    newest = visit.catalogue.item(item.id)
    return newest is not None and is_permitted(newest, texts, visit.settings.least)


def answered(item: Item, use: Use, covers: Covers = Covers.TEXT, *, commercial: bool = True) -> Answered:
    """Return whether *use* of *item* is allowed, and the words that say so, deciding words first."""
    said = [one.statement for one in item.terms]
    found = verdict(said, use, covers=covers, commercial=commercial)
    return Answered(found, license_of(found, item.publisher.id), tuple(dict.fromkeys(one for one, _ in found.because)))


def item(visit: Visit) -> Response:
    """Return the page of an item, or the form given by the ending of the address."""
    ref, _, ending = visit.part("ref").partition(".")
    shown = held(visit, ref)
    if ending:
        return in_form(visit, shown, ending)
    named = parse_id(ref)
    # Redirect ids that were merged into another, permanently.
    if named is not None and named.item != shown.id:
        return RedirectResponse(
            visit.url(f"/items/{shown.id}" + (f"@{ref.partition('@')[2]}" if named.span else "")), 301
        )
    style, language = visit.said("style"), visit.said("lang")
    style = style if style in STYLES else STYLES[0]
    tongue = language if language in ("en", "pl") else None
    edition = shown.edition
    # Commercial and not: if the two answers differ, the page has to say so.
    uses = [(use, answered(shown, use), answered(shown, use, commercial=False)) for use in Use]
    stands = [one for one in shown.terms if not one.statement.is_for_machines]
    path = f"/items/{edition.id if named and named.span else shown.id}"
    return answer.html(
        visit,
        "item.html",
        kept_as=shown.id,
        item=shown,
        edition=edition,
        cited=work(shown),
        is_older=edition.number < shown.editions,
        source=clean_url(shown.url),
        text=article_text(edition.text, edition.marks),
        whole_shown=(whole_shown := shows_whole(visit, shown)),
        uses=uses,
        differ=any(sold.found.answer is not free.found.answer for _, sold, free in uses),
        images=answered(shown, Use.REPUBLISH, Covers.IMAGES),
        least=Grade.MACHINE_READABLE,
        statements=stands[:_MOST],
        marked=all_marked(visit, [one.statement.evidence for one in stands[:_MOST]]),
        unshown=max(len(stands) - _MOST, 0),
        terms_changed=changed_last(visit.connection, shown.id),
        readings={one.words: one for one in shown.decisions if one.words},
        credit=credit_line(shown, language=tongue),
        # The conditions are for whoever reads the page; the credit line is for whoever reads the text.
        conditions=credit_line(shown, language=visit.language).conditions,
        styles=STYLES,
        style=style,
        tongue=tongue or "",
        citation=cite(visit, shown, style, tongue),
        translations=translations(visit.connection, shown),
        annotations=annotation_rows.every(visit.connection, [shown.id]),
        archived=edition_at(visit, edition) if whole_shown else None,
        forms=[(form, visit.url(f"{path}.{form.ending}")) for form in forms.OF_ITEM],
        alternates=forms.alternates(visit, path, forms.OF_ITEM),
        permalink=visit.full(f"/items/{edition.id}"),
        canonical=visit.full(f"/items/{shown.id}"),
        linked_data=_linked_data(visit, shown),
        path=path,
    )


def in_form(visit: Visit, shown: Item, ending: str) -> Response:
    """Return *shown* in the form with this ending."""
    form = forms.by_ending(forms.OF_ITEM, ending)
    if form is None:
        raise Problem(404, detail=f"An item is handed out as {', '.join(one.ending for one in forms.OF_ITEM)}.")
    name = f"{shown.edition.id}.{form.ending}"
    if form.ending == "json":
        return answer.json(visit, as_json(visit, shown))
    if form.ending == "txt":
        body = read_text(shown.edition.text, shown.edition.marks)
        body += "" if shows_whole(visit, shown) else f"\n\n{clean_url(shown.url)}"
        return answer.text(visit, replace_control_characters(f"{body}\n\n{credit_line(shown).text}\n"), form.kind)
    if form.ending == "jsonld":
        return answer.json(visit, _described(visit, shown), form.kind)
    body = "".join(forms.cited([shown], form, visit.settings.archive))
    return answer.text(visit, body, form.kind, name=name)


def as_json(visit: Visit, shown: Item) -> dict[str, object]:
    """Return *shown* as JSON values, with a note whether the text is whole."""
    return {**forms.full_record(shown), "text_shown": "whole" if shows_whole(visit, shown) else "beginning"}


def cite(visit: Visit, shown: Item, style: str, language: str | None) -> Markup:
    """Return the citation of *shown* in one of the formatted styles, as HTML written by the citation code."""
    wanted = CitationForm(style, Italics.HTML, language)
    # The style escapes all it cites (`styles.Markup.HTML`); nothing else is inserted.
    return Markup(replace_control_characters("".join(write([shown], wanted, visit.settings.archive))))  # noqa: S704


def archived_at(visit: Visit, url: str, time: str) -> str | None:
    """Return the address on the second port that shows the page at *url* as it was at *time* (14 digits)."""
    origin = visit.settings.archived_url
    return None if origin is None else f"{origin}/web/{time}/{clean_url(url)}"


def edition_at(visit: Visit, edition: Edition) -> str | None:
    """Return the address on the second port that shows the page from which *edition* was read."""
    # At the address it had then: where the item is now, only a later page was captured.
    return archived_at(visit, edition.url, f"{edition.opened:%Y%m%d%H%M%S}") if edition.url else None


def all_marked(visit: Visit, found: Iterable[Evidence]) -> Mapping[Evidence, str | None]:
    """Return `marked_at` for each piece of evidence in *found*."""
    return {one: marked_at(visit, one, visit.catalogue.capture(one.capture)) for one in found}


def marked_at(visit: Visit, evidence: Evidence, capture: Capture | None) -> str | None:
    """Return the address of the archived page with the words of *evidence* marked; None if no page shows them."""
    origin, decoding = visit.settings.archived_url, evidence.decoding
    shown = decoding is not None and decoding.place is Place.TEXT and evidence.layer is Layer.ENTITY
    # Words in an attribute or a response head are not visible on the page and cannot be marked there.
    if origin is None or capture is None or not shown or not evidence.ranges or "html" not in capture.media_type:
        return None
    time = f"{capture.began:%Y%m%d%H%M%S}"
    return f"{origin}{marks.path_of(evidence.ranges)}/web/{time}/{clean_url(capture.url)}"


def _described(visit: Visit, shown: Item) -> dict[str, object]:
    node = schema_org.description(shown)
    copy = visit.settings.archive.permalink(shown)
    return {**node, **({"archivedAt": copy} if copy else {})}


def _linked_data(visit: Visit, shown: Item) -> Markup:
    told = in_json(_described(visit, shown))
    # Inside a script element only its end tag and comments are special, and both begin with "<".
    for sign in "<>&":
        told = told.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(told)  # noqa: S704


def evidence(visit: Visit) -> Response:
    """Return every claim about an item, with the words and the bytes that it is based on."""
    shown = held(visit, visit.part("ref"))
    claims = visit.catalogue.evidence_of(shown)
    captures = {one.evidence.capture: visit.catalogue.capture(one.evidence.capture) for one in claims}
    return answer.html(
        visit,
        "evidence.html",
        item=shown,
        cited=work(shown),
        claims=claims,
        captures=captures,
        marked={one.evidence: marked_at(visit, one.evidence, captures[one.evidence.capture]) for one in claims},
        rivals=rivals_of(visit.connection, shown),
    )


def evidence_json(visit: Visit) -> Response:
    """Return the same as JSON."""
    shown = held(visit, visit.part("ref"))
    return answer.json(visit, {"item": shown.id, "claims": msgspec.to_builtins(visit.catalogue.evidence_of(shown))})


ROUTES = (
    page("/items/{ref}/evidence", evidence),
    page("/items/{ref}/evidence.json", evidence_json),
    page("/items/{ref}", item),
)
