"""Weighing witnesses: weigh what feeds and REST responses say about a page against the page itself, by readable rules.

What the page shows counts first, because the lists may be of another time. They fill in what the page does not state,
complete its authors from a field kept for authors, and give the tags as filed. What loses is kept as a rival.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from email.utils import parsedate_to_datetime

from archive.evidence.locate import Place
from db.model.item import (
    AgentKind,
    Attribution,
    Context,
    Dated,
    EntryClaim,
    EntryField,
    Origin,
    PageKind,
    Precision,
    Reading,
    Rival,
    Role,
    Witness,
    Words,
)
from ingest.reading.byline import names, offices
from ingest.reading.candidate import Candidate, Field
from ingest.reading.dates import date_parsing
from ingest.reading.page.page import fold

_TEXTS = (PageKind.ARTICLE, PageKind.PAGE)
_MAIL = re.compile(r"(?:[A-Za-z]{3},\s*)?\d{1,2}\s+[A-Za-z]{3}\s+\d{4}\s+\d\d:\d\d")
# Between two time zones, the same moment differs by at most this many days.
_ZONE = 1
_FIELDS = {EntryField.TITLE: Field.TITLE, EntryField.PUBLISHED: Field.PUBLISHED, EntryField.MODIFIED: Field.MODIFIED}


def with_witnesses(read: Reading, context: Context) -> Reading:
    """Return *read* with what the witnesses of *context* add to it, and with their refs."""
    if not context.witnesses:
        return read
    made = replace(read, heard=tuple(witness.ref for witness in context.witnesses))
    # A wall or a list has no author and no date, whatever a feed says about the page that should be there.
    if read.kind not in _TEXTS:
        return made
    return _Hearing(made, context).weighed()


class _Hearing:
    def __init__(self, read: Reading, context: Context) -> None:
        self._read, self._url = read, context.url
        # Sorted by how reliable the origin is, not by capture order, so that a rebuild gives the same result.
        self._witnesses = sorted(context.witnesses, key=lambda one: list(Origin).index(one.origin))
        publisher = context.publisher.name if context.publisher else None
        self._sites = frozenset(fold(n) for n in (publisher, read.site_name.value if read.site_name else None) if n)
        self._rivals: list[Rival] = []

    def weighed(self) -> Reading:
        read = self._read
        made = replace(
            read,
            title=self._title(),
            published=self._published(),
            modified=read.modified or self._modified(),
            attributions=self._attributions(),
            tags=self._tags(),
            section=read.section or self._first(EntryField.SECTION),
            translations=self._translations(),
        )
        return replace(made, rivals=(*read.rivals, *self._rivals))

    def _translations(self) -> tuple[tuple[str, str], ...]:
        """Return the translations that the page names, then the further ones that REST names."""
        known = {url: code for code, url in self._read.translations}
        for said in self._all(EntryField.TRANSLATION):
            # Plug-ins list the text itself among its translations.
            if said.value.rstrip("/") != self._url.rstrip("/"):
                known.setdefault(said.value, said.field.rpartition(".")[2])
        return tuple((code, url) for url, code in known.items())

    def _all(self, says: EntryField) -> list[EntryClaim]:
        return [one for witness in self._witnesses for one in witness.of(says)]

    def _first(self, says: EntryField) -> Words | None:
        return next((Words(said.value, said.evidence) for said in self._all(says)), None)

    def _lost(self, field: str, said: EntryClaim, because: str, *, doubt: bool = False) -> None:
        self._rivals.append(Rival(field, said.value, said.field, said.evidence, because, doubt))

    # ── Title ─────────────────────────────────────────────────────────────────────────────────────────

    def _title(self) -> Words | None:
        """Return the title of the page, else of a feed. A REST title was already weighed with the page."""
        page = self._read.title
        for said in self._all(EntryField.TITLE):
            if page is None:
                return Words(said.value, said.evidence)
            if _is_feed(said) and fold(said.value) != fold(page.value):
                self._lost("title", said, "what the page shows is believed before a feed that names it")
        return page

    # ── Dates ─────────────────────────────────────────────────────────────────────────────────────────

    def _published(self) -> Dated | None:
        """Return the date of the page, or of a feed. A REST date was already weighed with the page.

        The feed counts if the page states no day, or a later day than the feed: some pages print only the day of their
        last change.
        """
        page, found = self._read.published, [*self._dated(EntryField.PUBLISHED)]
        for said, stated in found:
            if page is None or (page.day is None and stated.value.startswith(page.value)):
                return stated
            if stated.day is None or page.day is None or stated.day == page.day:
                continue
            changed = self._read.modified
            if stated.day < page.day and page.precision is Precision.DAY and changed and changed.day == page.day:
                return stated
            apart = abs((date.fromisoformat(stated.day) - date.fromisoformat(page.day)).days)
            if apart <= _ZONE and page.value.endswith("+00:00") and stated.precision is Precision.DAY:
                return stated  # REST states the local day of the site
            if _is_feed(said):
                because = "the same moment in another time zone" if apart <= _ZONE else f"{apart} days apart"
                self._lost("published", said, because)
        return page

    def _modified(self) -> Dated | None:
        published = {stated.value for _, stated in self._dated(EntryField.PUBLISHED)}
        found = (stated for _, stated in self._dated(EntryField.MODIFIED) if stated.value not in published)
        return next(found, None)

    def _dated(self, says: EntryField) -> Iterator[tuple[EntryClaim, Dated]]:
        for said in self._all(says):
            if (moment := _moment(said.value)) is not None:
                yield said, Dated(moment, Precision.INSTANT, said.evidence)
            elif (stated := date_parsing.read(said.value)) is not None and stated.day is not None:
                yield said, Dated(stated.value, stated.precision, said.evidence)

    # ── Authors ───────────────────────────────────────────────────────────────────────────────────────

    def _attributions(self) -> tuple[Attribution, ...]:
        """Return the attributions, with authors completed from the witnesses.

        Rules, in order:

        - A field kept for authors counts if it holds everybody whom the page names. It also counts if the page names
          nobody, or just the account, the site or a newsroom.
        - Otherwise the page counts.
        - If the page names nobody, the account counts, unless it is a login.
        """
        page = [one for one in self._read.attributions if one.role is Role.AUTHOR]
        kept, accounts = self._all(EntryField.AUTHOR), self._all(EntryField.ACCOUNT)
        named = {fold(one.name) for one in page}
        weak = {*self._sites, *(fold(one.value) for one in accounts)}
        for said in (kept, *((accounts,) if not page else ())):
            able = self._creditable(said)
            theirs = {fold(one.value) for one in able}
            if able and (named <= theirs or all(fold(one.name) in weak or offices.desk(one.name) for one in page)):
                chosen = self._as_named(able, page)
                self._losers([*kept, *accounts], chosen)
                others = (one for one in self._read.attributions if one.role is not Role.AUTHOR)
                return (*chosen, *(one for one in others if fold(one.name) not in theirs))
        self._losers([*kept, *accounts], page)
        return self._read.attributions

    def _creditable(self, said: Iterable[EntryClaim]) -> list[EntryClaim]:
        """Return the names that may be credited: no login, no job; of several lists, the first."""
        listed = list(said)
        able = [one for one in listed if one.field == listed[0].field and not _login(one.value)]
        people = [one for one in able if one.kind is AgentKind.PERSON and names.person(one.value)]
        return able if people or len(able) == 1 else able[:1]

    def _as_named(self, able: list[EntryClaim], page: list[Attribution]) -> list[Attribution]:
        shown = {fold(one.name): one for one in page}
        return [shown.get(fold(one.value)) or Attribution(one.value, one.evidence, kind=one.kind) for one in able]

    def _losers(self, said: Iterable[EntryClaim], chosen: Iterable[Attribution]) -> None:
        known = {fold(one.name) for one in (*chosen, *self._read.attributions)}
        for one in said:
            if fold(one.value) in known:
                continue
            known.add(fold(one.value))
            because, doubt = self._why(one)
            self._lost("author", one, because, doubt=doubt)

    def _why(self, one: EntryClaim) -> tuple[str, bool]:
        if _login(one.value):
            return "an account of the site's system, no name", False
        if fold(one.value) in self._sites:
            return "the site itself", False
        if one.says is EntryField.ACCOUNT:
            return "the account that put the text in: whoever is named for it is believed before", False
        return "the page names somebody else", one.kind is AgentKind.PERSON and names.person(one.value)

    # ── Tags ──────────────────────────────────────────────────────────────────────────────────────────

    def _tags(self) -> tuple[Words, ...]:
        tags = [Words(one.value, one.evidence) for one in self._all(EntryField.TAG)]
        if tags or self._read.tags:
            return tuple(tags) or self._read.tags
        section = fold(self._read.section.value) if self._read.section else None
        subjects = self._all(EntryField.SUBJECT)
        return tuple(Words(one.value, one.evidence) for one in subjects if fold(one.value) != section)


def dates(witnesses: Iterable[Witness]) -> bool:
    """Return whether a feed says when the text was published."""
    return any(one.origin is Origin.FEED and one.of(EntryField.PUBLISHED) for one in witnesses)


def rest_candidates(witnesses: Iterable[Witness]) -> Iterator[Candidate]:
    """Yield the REST values as candidates, for weighing with the page's structured data, which come before them."""
    for witness in witnesses:
        for said in witness.said if witness.origin is Origin.REST else ():
            field, words = _FIELDS.get(said.says), said.evidence.words
            changed = said.says is not EntryField.MODIFIED or said.value not in {
                o.value for o in witness.of(EntryField.PUBLISHED)
            }
            if field is not None and changed:
                yield Candidate(field, said.value, words, said.field, Place.JSON, None, evidence=said.evidence)


def _is_feed(said: EntryClaim) -> bool:
    return said.field.startswith("feed")


def _moment(value: str) -> str | None:
    """Return the moment that *value* states in the mail format (RFC 5322 section 3.3), which RSS uses, or None."""
    if not _MAIL.match(value):
        return None
    try:
        found = parsedate_to_datetime(value)
    # A hostile value may have a year or a zone of twenty digits.
    except (ValueError, OverflowError):
        return None
    # Without a time zone it is not a moment.
    return None if found.tzinfo is None else found.isoformat(timespec="seconds")


def _login(name: str) -> bool:
    return offices.account(name) or offices.login(name) or names.job(name)
