"""Display: show a Reading to a person or as JSON, each claim with the words and bytes that state it."""

from __future__ import annotations

import json
from typing import Any

from db.model.item import Attribution, Dated, Evidence, Reading, Statement, Words
from db.model.text_marks import Block, blocks_of, to_json

Line = dict[str, Any]


def statement_line(statement: Statement) -> Line:
    return {
        "words": statement.words,
        "place": statement.place.value,
        "terms": [
            {
                "covers": t.covers.value,
                "act": t.act.value,
                "permission": t.permission.value,
                "duties": [d.value for d in t.duties],
                "noncommercial": t.noncommercial,
                "license_id": t.license_id,
                "license_url": t.license_url,
                "contact": t.contact,
                "credit_words": t.credit_words,
                "rule": t.rule,
            }
            for t in statement.terms
        ],
    }


def _evidence(evidence: Evidence) -> Line:
    return {
        "words": evidence.words,
        "capture": evidence.capture,
        "layer": evidence.layer.value,
        "ranges": [list(r) for r in evidence.ranges],
        "decoding": {"charset": evidence.decoding.charset, "place": evidence.decoding.place.value}
        if evidence.decoding
        else None,
        "basis": evidence.basis,
    }


def _words(words: Words | None) -> Line | None:
    return {"value": words.value, "evidence": _evidence(words.evidence)} if words else None


def _dated(dated: Dated | None) -> Line | None:
    return (
        {"value": dated.value, "precision": dated.precision.value, "evidence": _evidence(dated.evidence)}
        if dated
        else None
    )


def _attribution(one: Attribution) -> Line:
    return {
        "name": one.name,
        "role": one.role.value,
        "kind": one.kind.value,
        "url": one.url,
        "identifier": one.identifier,
        "evidence": _evidence(one.evidence),
    }


def as_json(reading: Reading) -> Line:
    """Return *reading* as JSON-ready values, each claim with its evidence."""
    return {
        "stamp": str(reading.stamp),
        "kind": reading.kind.value,
        "partial": reading.partial.value if reading.partial else None,
        "unread": reading.unread,
        "title": _words(reading.title),
        "subtitle": _words(reading.subtitle),
        "section": _words(reading.section),
        "site_name": _words(reading.site_name),
        "authors": [_attribution(a) for a in reading.attributions],
        "published": _dated(reading.published),
        "modified": _dated(reading.modified),
        "tags": [_words(tag) for tag in reading.tags],
        "language": _words(reading.language),
        "terms": [
            statement_line(s) | {"language": s.language, "evidence": _evidence(s.evidence)} for s in reading.statements
        ],
        "canonical": reading.canonical,
        "parts": list(reading.parts),
        "translations": [list(t) for t in reading.translations],
        "links": list(reading.links),
        "text": reading.text,
        "paragraphs": [_paragraph(block) for block in blocks_of(reading.text, reading.marks)],
        "rivals": [
            {
                "field": r.field,
                "value": r.value,
                "witness": r.witness,
                "because": r.because,
                "doubt": r.doubt,
                "evidence": _evidence(r.evidence),
            }
            for r in reading.rivals
        ],
    }


def _paragraph(block: Block) -> Line:
    """Return what kind of block a paragraph is, from its mark, and its words without a list marker."""
    # Through the stored form, so that both always say the same about a paragraph.
    (mark,) = json.loads(to_json([block.mark]))
    return ({"is": mark} if isinstance(mark, str) else mark) | {"words": block.words}


def describe(reading: Reading) -> str:
    """Return *reading* as text for a person: each field, with the words that state it and where their bytes are."""
    lines = [f"kind        {reading.kind}" + (f" (partial: {reading.partial})" if reading.partial else "")]
    if reading.unread:
        lines.append(f"unread      {reading.unread}")
    for label, words in (
        ("title", reading.title),
        ("subtitle", reading.subtitle),
        ("section", reading.section),
        ("site", reading.site_name),
        ("language", reading.language),
    ):
        # A missing title is worth showing; most pages have no subtitle and no section.
        if words or label == "title":
            lines += _field(label, words.value if words else None, words.evidence if words else None)
    for one in reading.attributions:
        lines += _field(one.role.value, f"{one.name} ({one.kind})", one.evidence)
    if not reading.attributions:
        lines += _field("author", None, None)
    for label, dated in (("published", reading.published), ("modified", reading.modified)):
        lines += _field(
            label, f"{dated.value} ({dated.precision})" if dated else None, dated.evidence if dated else None
        )
    for tag in reading.tags:
        lines += _field("tag", tag.value, tag.evidence)
    for statement in reading.statements:
        rules = "; ".join(
            f"{t.covers}: {t.act} {t.permission}" + (f" ({', '.join(t.duties)})" if t.duties else "")
            for t in statement.terms
        )
        lines += _field("terms", f"{rules or 'unread'} [{statement.place}]", statement.evidence)
    if not reading.statements:
        lines += _field("terms", None, None)
    length = len(reading.text.split())
    lines += [*_lost(reading), f"text        {length} word{'' if length == 1 else 's'}", "", reading.text]
    return "\n".join(lines)


def _lost(reading: Reading) -> list[str]:
    """Return the values that lost, with the reason, and mark those that leave a doubt."""
    # Eight can be taken in at a glance; the JSON has all of them.
    return [
        f"{'in doubt' if rival.doubt else 'lost':<11} {rival.field} “{rival.value}” ({rival.witness}): {rival.because}"
        for rival in reading.rivals[:8]
    ]


def _field(label: str, value: str | None, evidence: Evidence | None) -> list[str]:
    lines = [f"{label:<11} {value if value is not None else 'not stated'}"]
    if evidence is not None:
        spans = ", ".join(f"{start}-{end}" for start, end in evidence.ranges)
        # A computed value has no bytes; it names what it was computed from.
        where = f"bytes {spans} of the {evidence.layer}" if spans else f"computed from {evidence.basis}"
        lines.append(f"            “{evidence.words}” ({where})")
    return lines
