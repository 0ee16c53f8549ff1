"""Learned pages: read a page by its publisher's layout, or find that it does not fit."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from archive.evidence.locate import Place
from archive.http.exchange import Entity
from db.model.item import Attribution, Context, Dated, PageKind, Partial, Profile, Reading, Stamp, Words
from db.model.text_marks import Block, marks_of
from ingest.reading.byline import attributions, author_choice, byline, name_lists
from ingest.reading.candidate import Candidate, Field
from ingest.reading.dates import date_parsing, publication_date
from ingest.reading.dates.printed_dates import Printed, american
from ingest.reading.layout.layout import Layout, layout_of
from ingest.reading.layout.shortened import open_short
from ingest.reading.metadata import kinds, meta, structured, tag_lists
from ingest.reading.metadata.tags import each_once
from ingest.reading.page.once import once
from ingest.reading.page.page import Page, fold, open_page, plain, visible
from ingest.reading.page.spots import How, Spot, among
from ingest.reading.page_reader import PageReader, ReadPart
from ingest.reading.text import blocks, formulas, furniture, notes, paginated_text
from ingest.reading.text.article import ENOUGH, Text, cleared, led, unrepeated
from ingest.reading.text.trimming import Known

WITNESS = "its usual place"


def read_as_learnt(
    entity: Entity, context: Context, mark: Stamp, profile: Profile, read_part: ReadPart
) -> Reading | None:
    """Read *entity* by its publisher's layout, or with the general reader if it does not fit.

    Returns None if there is no element in *entity*.
    """
    layout = layout_of(profile.body)
    page = open_short(entity, context.url, layout.steps) if layout is not None else open_page(entity, context.url)
    if page is not None and layout is not None:
        with suppress(Misfit):
            return LearnedReader(page, context, mark, layout).by_layout()
    if page is None:
        return None
    # What the site prints below its texts stands on pages of another layout too.
    repeated = frozenset(layout.text.repeated) if layout is not None else frozenset[str]()
    # Misfits are counted: when most of the newest pages do not fit, the layout is learned again.
    return replace(PageReader(_whole(page), context, mark, repeated).reading(read_part), fitted=False)


def _whole(page: Page) -> Page:
    """Return *page* with the parts that were left out of it."""
    return (open_page(page.entity, page.url) or page) if page.left_out else page


class Misfit(Exception):
    """A page does not fit its publisher's layout; the general reader reads it."""


class LearnedReader(PageReader):
    """Reads the learned fields at their spots, and the others as on any page."""

    def __init__(self, page: Page, context: Context, mark: Stamp, layout: Layout) -> None:
        self.layout = layout
        assert page.elements  # held, so that lxml need not make them again on each visit
        super().__init__(page, context, mark, frozenset(layout.text.repeated))

    def _heard(self) -> Iterable[Candidate]:
        """Return the stated candidates that the layout asks for, and those of fields that no layout has a spot for."""
        asked = self.layout.witnesses
        if asked is None:
            return super()._heard()
        found = self.data.candidates(frozenset(asked.values()))
        found += meta.candidates(self.page, _UNPLACED, frozenset(asked))
        modified = publication_date.modified([c for c in found if c.field is Field.MODIFIED], []).stated
        # Microdata and RDFa need a look at every element of the body; the head is read quickly.
        if modified is None or any(witness.startswith(("itemprop", "RDFa")) for witness in asked):
            found += structured.microdata(self.page)
        return found

    def by_layout(self) -> Reading:
        """Return the reading by the layout.

        Raises:
            Misfit: the page does not fit the layout.
        """
        # On many sites a wall or a list has the layout of an article, and its words would pass for a text.
        if kinds.before_text(self.page, self.context.head) is not None or kinds.lists(self.page, self.data):
            raise Misfit
        if paginated_text.stated(self.page.url, self.context.witnesses) or paginated_text.following(self.page):
            raise Misfit  # the general reader joins a text in several parts
        text = Text(self._text)
        # A text this short may be the wrong element; the general reader looks at all of them.
        if len(text.words) < ENOUGH:
            raise Misfit
        text = led(self.lede, text)
        words = text.words
        made = self._fields(
            (),
            text=words,
            marks=marks_of(text.blocks),
            language=self._language(words),
            partial=Partial.TEASER if self.data.free is False else None,
            fitted=True,
        )
        # Pages about the publisher have the layout too, but no date.
        marks = kinds.Marks.of(self.page, self.data, self.zones) if made.published is None else None
        other = marks and kinds.kind(marks, words, dated=False) is not PageKind.ARTICLE
        if made.title is None or other or not self._is_signed(made):
            raise Misfit
        return replace(made, rivals=tuple(self.rivals)) if self.rivals else made

    @once
    def _text(self) -> tuple[Block, ...]:
        spot = self.layout.text
        holder = first(self.page, spot.at)
        # The general reader looks for a text elsewhere, and joins one in several parts.
        if holder is None or paginated_text.within(holder.getparent()):
            raise Misfit
        notes.write_powers(holder)
        formulas.write(holder)
        found = unrepeated(blocks.bare(holder, spot.without), self.repeated)
        for one in found:
            if len(one.words) <= 120 and one.element.tag in furniture.HEADINGS and furniture.titled(one.words):
                raise Misfit  # furniture that the pages did not have when the layout was learned
        titles = plain(visible(self.headline)) if self.headline is not None else "", self.page.title_text
        known = Known(self.page.host, titles, self.credited, self.page.absolute)
        return tuple(cleared(found, known))

    @once
    def headline(self) -> Any:
        """The element that holds the headline, or None."""
        spot = self.layout.title
        return None if spot.how is How.WITNESS else first(self.page, spot.at)

    def _printed(self) -> list[Printed]:
        # What the pages print was weighed when the spot was learned.
        return super()._printed() if self.layout.published is None else []

    def _title(self) -> Words | None:
        return self._claim(title(self.page, self.layout.title, self.offered[Field.TITLE]))

    @once
    def credited(self) -> tuple[Attribution, ...]:
        """Who is to be credited."""
        spot = self.layout.authors
        if spot is None:
            return super().credited
        if self.headline is not None and attributions.may_name(self.page, self.headline):
            raise Misfit  # a translator or photographer is named where the learned pages had none
        found, other = authors(self.page, spot, self.offered[Field.AUTHOR]), self.layout.authors_too
        # Two spots that always agreed differ here. Finding out which is wrong takes the general reader.
        if other is not None and _folded(authors(self.page, other, self.offered[Field.AUTHOR])) != _folded(found):
            raise Misfit
        known = {fold(c.value): c for c in self.offered[Field.AUTHOR] if c.identifier}
        identified = (author_choice.identified(author, known) for author in found)
        made = (attributions.made(author, self.page, self.locator) for author in identified)
        return attributions.with_agency_roles(attribution for attribution in made if attribution is not None)

    def _published(self, shown: list[Printed]) -> Dated | None:
        spot = self.layout.published
        if spot is None:
            return super()._published(shown)
        found = published(self.page, spot, self.offered[Field.PUBLISHED])
        other = self.layout.published_too
        second = published(self.page, other, self.offered[Field.PUBLISHED]).stated if other is not None else None
        if second is not None and (found.stated is None or second.day != found.stated.day):
            raise Misfit
        # A day after the capture cannot be the day of publication.
        if found.stated is None or publication_date.later(found.stated, self.context.day):
            return self._published_anywhere()
        return self._dated("published", found)

    def _published_anywhere(self) -> Dated | None:
        """Return the date of a page that has none at its spot, from all the places of any page."""
        general = PageReader(_whole(self.page), self.context, self.mark)
        dated = general._published(general._printed())
        self.rivals += general.rivals
        return dated

    @once
    def filed(self) -> tuple[Words, ...]:
        """The tags of the text."""
        spot = self.layout.tags
        if spot is None:
            return super().filed
        return tuple(said for one in tagged(self.page, spot, self.offered[Field.TAG]) if (said := self._claim(one)))


# The fields that a layout has no spot for.
_UNPLACED = frozenset({Field.MODIFIED, Field.SUBTITLE, Field.SECTION, Field.SITE, Field.LANGUAGE})


def _folded(found: list[author_choice.Author]) -> list[str]:
    return [fold(author.name) for author in found]


def _said(offered: list[Candidate], witness: str) -> list[Candidate]:
    return [candidate for candidate in offered if candidate.witness == witness]


def _words(field: Field, element: Any, words: str) -> Candidate:
    return Candidate(field, words, words, WITNESS, Place.TEXT, element)


def first(page: Page, at: str) -> Any:
    """Return the first element at the path *at*, or None."""
    found = among(page.saying, at)
    return found[0] if found else None


def title(page: Page, spot: Spot, offered: list[Candidate]) -> Candidate | None:
    """Return the title at *spot*, or None."""
    if spot.how is How.WITNESS:
        return next(iter(_said(offered, spot.at)), None)
    element = first(page, spot.at)
    words = plain(visible(element)) if element is not None else ""
    return _words(Field.TITLE, element, words) if words else None


def authors(page: Page, spot: Spot, offered: list[Candidate]) -> list[author_choice.Author]:
    """Return the authors named at *spot*, each once, in order."""
    if spot.how is How.WITNESS:
        return author_choice.of_candidates(_said(offered, spot.at))
    found: dict[str, author_choice.Author] = {}
    for element in among(page.saying, spot.at):
        words = plain(visible(element))
        listed = byline.labelled(words)[1] if spot.how is How.LABELLED else name_lists.split(words, printed=True)
        for name in listed:
            said = Candidate(Field.AUTHOR, name.name, name.name, WITNESS, Place.TEXT, element, element.get("href"))
            found.setdefault(fold(name.name), author_choice.Author(name.name, name.organisation, said))
        # If one element names all authors, the next one like it belongs to another text: a card or a comment.
        if spot.how is not How.EACH:
            break
    return list(found.values())


def published(page: Page, spot: Spot, offered: list[Candidate]) -> publication_date.Dating:
    """Return the date at *spot*, or an empty dating."""
    if spot.how is How.WITNESS:
        stating = _said(offered, spot.at)
        stated = date_parsing.read(stating[0].words, american=american(page, stating[0].words)) if stating else None
        return publication_date.Dating(stated, stating[0] if stated else None)
    element = first(page, spot.at)
    if element is not None and spot.how is How.STAMP:
        words = plain(element.get("datetime") or "")
        said = Candidate(Field.PUBLISHED, words, words, WITNESS, Place.ATTRIBUTE, element)
        # A datetime attribute is written by a program, never with the month before the day.
        return publication_date.Dating(date_parsing.read(words) if words else None, said)
    words = plain(visible(element)) if element is not None else ""
    stated = next(date_parsing.find(words, american=american(page, words)), None)
    return publication_date.Dating(stated, _words(Field.PUBLISHED, element, stated.words) if stated else None)


def tagged(page: Page, spot: Spot, offered: list[Candidate]) -> list[Candidate]:
    """Return the tags at *spot*, each once, in order."""
    if spot.how is How.WITNESS:
        found = _said(offered, spot.at)
    else:
        found = [one for element in among(page.saying, spot.at) for one in tag_lists.one(element, WITNESS)]
    return each_once(found)
