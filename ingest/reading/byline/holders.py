"""Holders: the elements inside a byline that hold one name each."""

from __future__ import annotations

import re
from typing import Any

from ingest.reading.byline import bare, given_names, labels, names, offices
from ingest.reading.byline.line import is_office, text_with_bars
from ingest.reading.page.class_names import marks, says
from ingest.reading.page.page import visible
from ingest.reading.vocabulary import pattern

_NAME_CLASS = re.compile(
    r"(?:^|(?<!field)(?<!field-)(?<!first)(?<!last)(?<!given)(?<!family)[\s_-])"
    rf"(?:(?:author|byline|display|{pattern('byline.author_classes')})-?name|name|fn|author-?link)(?:$|[\s_-])"
)
"""A class for a complete name. Drupal's names of other fields ("field--name-field-image") do not match."""


def of(element: Any) -> list[Any]:
    """Return the elements in a byline that hold one name each: marked names, else links, else the byline itself."""
    marked = [
        e
        for e in element.iterdescendants()
        if isinstance(e.tag, str)
        and says(_NAME_CLASS, marks(e))
        and 0 < len(visible(e)) < 60
        and names.split(visible(e), printed=True)
    ]
    # Only the innermost: a marked card holds a marked name, and would name its author twice.
    leaves = [e for e in marked if not any(d in marked for d in e.iterdescendants())]
    if leaves:
        return leaves
    links = [
        a
        for a in element.iter("a")
        if 0 < len(visible(a)) < 60
        and names.person(names.tidy(labels.strip(visible(a))))
        and not bare.leads_to_topic(a)
    ]
    leaves = [e for e in element.iterdescendants() if isinstance(e.tag, str) and not len(e) and (e.text or "").strip()]
    alone = [e for e in leaves if not is_office(e)]
    if (
        len(alone) > 1
        and all(_is_name(visible(e)) for e in alone)
        and " ".join(map(visible, leaves)) == visible(element)
    ):
        return alone
    # Links are the names only if there are as many links as persons: one of two authors may have no page.
    people = [n for n in names.split(text_with_bars(element), printed=True) if names.person(n.name)]
    return links if links and len(links) >= len(people) else [element]


def _is_name(words: str) -> bool:
    return (
        "," not in words and names.person(names.tidy(words)) and not names.organisation(words) and not names.job(words)
    )


def office(holder: Any) -> bool:
    """Return whether *holder* says what somebody does: "Official Trade Advisor"."""
    words = visible(holder)
    return bool(offices.jobs(words)) and not given_names.among(words)
