"""Page reader: weigh the witnesses of one HTML page into one Reading; each witness is asked once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Set
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from archive.http.exchange import Entity
from db.model.item import (
    AgentKind,
    Attribution,
    Context,
    Dated,
    PageKind,
    Partial,
    Reading,
    Rival,
    Stamp,
    Statement,
    StatementPlace,
    Words,
)
from db.model.text_marks import marks_of, text_of
from ingest.reading import doubt, language_switch, links
from ingest.reading.byline import attributions, author_choice, byline, reporters
from ingest.reading.candidate import Candidate, Field
from ingest.reading.dates import printed_dates, publication_date
from ingest.reading.dates.printed_dates import Printed
from ingest.reading.dates.publication_date import Dating
from ingest.reading.feeds import witness_weighing
from ingest.reading.metadata import breadcrumbs, kinds, language, meta, site_names, structured, tag_lists, tags, titles
from ingest.reading.page.evidence_locator import Locator
from ingest.reading.page.once import once
from ingest.reading.page.page import Page, fold, visible
from ingest.reading.page.zones import Zones
from ingest.reading.text import article, paginated_text
from ingest.terms import PageView, read_terms
from ingest.terms.terms_pages import naming_terms

ReadPart = Callable[[Entity, Context], Reading]
"""Reads another page that holds a part of this page's text."""


class PageReader:
    """Reads one page; each of its witnesses is asked once."""

    def __init__(self, page: Page, context: Context, mark: Stamp, repeated: Set[str] = frozenset()) -> None:
        """Take what is needed to read *page*.

        Args:
            repeated: paragraphs that the site prints on page after page, if they are known.
        """
        self.page, self.context, self.mark, self.repeated = page, context, mark, repeated
        self.data = structured.Structured(page)
        self.locator = Locator(page, context.capture, self.data.data)
        self.offered: defaultdict[Field, list[Candidate]] = defaultdict(list)
        for candidate in (*self._heard(), *witness_weighing.rest_candidates(context.witnesses)):
            self.offered[candidate.field].append(candidate)
        # A date after the capture belongs to something else: the next review, the end of an offer.
        if day := context.day:
            self.offered[Field.PUBLISHED] = publication_date.until(day, self.offered[Field.PUBLISHED])
        stated = site_names.stated(page, self.offered[Field.SITE])
        self.offered[Field.SITE] = sorted(stated, key=lambda c: c.witness != "meta og:site_name")
        self.rivals: list[Rival] = []
        self.renewed = False  # whether the page says only when it was last changed

    def _heard(self) -> Iterable[Candidate]:
        """Return the candidates that the page states for machines."""
        return [*self.data.candidates(), *meta.candidates(self.page), *structured.microdata(self.page)]

    @once
    def sites(self) -> frozenset[str]:
        """The folded names of the site."""
        publisher = self.context.publisher.name if self.context.publisher is not None else None
        return site_names.folded(self.page, self.offered[Field.SITE], publisher)

    @once
    def zones(self) -> Zones:
        """Which parts of the page are the article's own."""
        return Zones(self.page)

    @once
    def lede(self) -> Candidate | None:
        """The standfirst below the headline, if the page marks one."""
        return titles.lede(self.page, self.headline)

    @once
    def headline(self) -> Any:
        """The element that holds the headline, or None."""
        return self.zones.headline

    def _named(self) -> frozenset[str]:
        """Return the names of the site, and the words of its masthead if that is a heading."""
        head = self.zones.masthead
        return self.sites if head is None else self.sites | {fold(visible(head))}

    def reading(self, read_part: ReadPart) -> Reading:
        """Return the reading of the page. *read_part* reads parts of its text that stand on other pages."""
        # Keeps all elements alive: else lxml would make a new object each time one is visited.
        assert self.page.order
        early = kinds.before_text(self.page, self.context.head)
        if early is not None:
            return self._shell(early)
        linked, is_part = paginated_text.find(self.page, self.zones)
        further = linked if linked or is_part else paginated_text.stated(self.page.url, self.context.witnesses)
        made, below = self._fields(further), self.lede
        heard = witness_weighing.dates(self.context.witnesses)
        marks = kinds.Marks.of(self.page, self.data, self.zones, signed=heard or self._is_signed(made))
        # From here on, the tree is cut down to the text, so nothing else may look at it.
        text = article.led(below, article.main_text(self.page, self.zones, made, self.data.body, self.repeated))
        # The marks were taken before the cut; the kind of page also depends on how much text was found.
        by_person = any(one.kind is AgentKind.PERSON for one in made.attributions)
        dated = (made.published is not None and (by_person or not self.renewed)) or heard
        kind = kinds.kind(marks, text.words, dated=dated, found=text.found)
        if kind is PageKind.LISTING and any(s.place is StatementPlace.TERMS_PAGE for s in made.statements):
            kind = PageKind.PAGE  # a few sentences among the menus of the site; its statement covers the site
        if kind is PageKind.SHELL and kinds.states_article(self.page, self.data) and made.title is not None:
            # The head describes an article whose text is loaded by a script: an edition, but an incomplete one.
            shell = replace(made, language=self._language(""), rivals=tuple(self.rivals))
            return replace(shell, kind=PageKind.ARTICLE, partial=Partial.SCRIPT)
        if kind in kinds.TEXTLESS:
            # What it states belongs to the wall or the error page, not to a text.
            failing = "the message of a site in trouble" if kind is marks.wall is PageKind.EMPTY else None
            shell = Reading(self.mark, kind, title=made.title, site_name=made.site_name, unread=failing)
            return replace(shell, canonical=made.canonical, links=made.links, translations=made.translations)
        own = () if is_part else further
        whole, parts, missing = paginated_text.joined(text.blocks, own, self.context, read_part)
        joined = text_of(whole)
        reading = replace(
            made,
            kind=PageKind.PART if is_part else kind,
            text=joined,
            marks=marks_of(whole),
            parts=further if is_part else parts,
            language=self._language(joined),
            partial=self._partial(
                text.unread,
                missing=missing,
                gated=len(joined) < kinds.GATED_SHORTER and (marks.gated or kinds.asks(self.page)),
                unshown=len(joined) < kinds.SHORT and marks.unshown,
            ),
            unread=text.unread,
            rivals=tuple(self.rivals),
        )
        return replace(reading, rivals=doubt.weighed(reading, self.sites))

    def _fields(self, further: tuple[str, ...], **known: Any) -> Reading:
        """Return all fields except the text and what depends on it; *known* sets values for those."""
        dates, found, canonical = self._printed(), links.links(self.page), links.canonical(self.page)
        writers = {fold(one.name) for one in self.credited}
        return Reading(
            stamp=self.mark,
            kind=PageKind.ARTICLE,
            title=self._title(),
            subtitle=self._words(Field.SUBTITLE) or self._claim(self.lede),
            section=self._words(Field.SECTION)
            or self._claim(breadcrumbs.section(self.page, self.zones, self.data.data, self._named())),
            site_name=self._site_name(),
            attributions=self.credited,
            published=self._published(dates),
            modified=self._dated("modified", publication_date.modified(self.offered[Field.MODIFIED], dates)),
            # Some systems use the authors' names as tags.
            tags=tuple(said for said in self.filed if fold(said.value) not in writers),
            statements=self._statements(),
            canonical=canonical,
            links=found,
            terms_links=naming_terms(found),
            parts=further,
            translations=links.translations(self.page, canonical)
            or language_switch.translations(self.page, language.stated(self.offered[Field.LANGUAGE])),
            **known,
        )

    def _is_signed(self, made: Reading) -> bool:
        """Return whether a page that only its data call an article, as some systems' do, shows their day or authors."""
        if self.data.node is None or kinds.stated(self.page) != "website":
            return True
        days = [one.value for one in (made.published, made.modified) if one is not None]
        if any(self.page.shows(one.name) for one in made.attributions):
            return True
        # A label or a class near the headline (up to rank 2) dates the page itself, by whatever day.
        printed = PageReader._printed(self)
        return any(one.rank <= 2 or any(day.startswith(one.stated.value[:10]) for day in days) for one in printed)

    def _printed(self) -> list[Printed]:
        shown, day = printed_dates.printed(self.page, self.zones), self.context.day
        return [one for one in shown if not publication_date.later(one.stated, day)] if day else shown

    def _shell(self, kind: PageKind) -> Reading:
        return Reading(
            self.mark,
            kind,
            title=self._title(),
            site_name=self._site_name(),
            canonical=links.canonical(self.page),
            links=links.links(self.page),
        )

    def _statements(self) -> tuple[Statement, ...]:
        page, context, nodes = self.page, self.context, [node for node, _ in self.data.data.nodes]
        located, origins = self.locator.source, self.locator.origins
        return read_terms(
            PageView(page.url, page.tree, located, context.capture, context.head, nodes, page, origins=origins)
        )

    def _claim(self, candidate: Candidate | None) -> Words | None:
        evidence = self.locator.of(candidate) if candidate is not None else None
        return Words(candidate.value, evidence) if candidate is not None and evidence is not None else None

    def _words(self, name: Field) -> Words | None:
        return next((said for c in self.offered[name][:3] if (said := self._claim(c))), None)

    def _site_name(self) -> Words | None:
        return self._words(Field.SITE) or self._claim(titles.site(self.page))

    def _lost(self, name: str, candidates: list[Candidate]) -> None:
        # Six are as many as a person will compare. Each needs a search for its words in the bytes.
        for candidate in candidates[:6]:
            evidence = self.locator.of(candidate)
            if evidence is not None:
                self.rivals.append(Rival(name, candidate.value, candidate.witness, evidence))

    def _title(self) -> Words | None:
        chosen, losers = titles.choose(
            self.offered[Field.TITLE],
            self.zones,
            titles.Affixes(self._named(), frozenset(fold(c.value) for c in self.offered[Field.SECTION])),
        )
        # No claim without its words in the bytes: a title that is not found there gives way to the next one.
        while chosen is not None and (said := self._claim(chosen)) is None and losers:
            chosen, losers = losers[0], losers[1:]
        if chosen is None:
            return None
        self._lost("title", losers)
        return said

    @once
    def credited(self) -> tuple[Attribution, ...]:
        """Who is to be credited, each with a role."""
        by_witness: dict[str, list[Candidate]] = {}
        nobody, taken = self._named(), fold(reporters.source(self.page, self.zones))
        for candidate in self.offered[Field.AUTHOR]:
            # A text that is taken from a paper was written neither by the site nor by that paper as a whole.
            if not (taken and fold(candidate.value) in nobody - {taken}):
                by_witness.setdefault(candidate.witness, []).append(candidate)
        shown = byline.lines(self.page, self.zones)
        if self.zones.headline is not None:
            # A text about a person may have just the name as its headline; that person is not the author.
            nobody |= {fold(visible(self.zones.headline))}
        chosen, rivals = author_choice.authors(
            [author_choice.of_candidates(found) for found in by_witness.values()], shown, nobody, self.zones.shows
        )
        self._lost("author", [a.candidate._replace(value=a.name) for a in rivals])
        authors = attributions.with_pages(chosen, shown)
        made = [one for author in authors if (one := attributions.made(author, self.page, self.locator))]
        known = {one.name for one in made}
        others = attributions.contributors(self.page, self.zones, self.locator)
        return attributions.with_agency_roles((*made, *(one for one in others if one.name not in known)))

    def _published(self, shown: list[Printed]) -> Dated | None:
        decided = publication_date.published(self.page, self.zones, self.offered, shown)
        self.renewed = decided.renewed
        held = decided.stated is not None and decided.stated.value[:10] in kinds.event_days(self.data)
        return None if held else self._dated("published", decided)

    def _dated(self, name: str, decided: Dating) -> Dated | None:
        stated, candidate = decided.stated, decided.candidate
        if stated is None or candidate is None or publication_date.later(stated, self.context.day):
            return None
        self._lost(name, list(decided.rivals))
        evidence = self.locator.of(candidate)
        return Dated(stated.value, stated.precision, evidence) if evidence is not None else None

    @once
    def filed(self) -> tuple[Words, ...]:
        """The tags of the text."""
        shown, title = tag_lists.candidates(self.page, self.zones), self.page.title_text
        # Some systems fill the keywords with the words of the address.
        slug = urlsplit(self.page.url).path.rstrip("/").rpartition("/")[2].partition(".")[0]
        described = " ".join(content for content, _ in self.page.meta("description", "og:description"))
        chosen = tags.choose(
            shown, self.offered[Field.TAG], sites=self.sites, title=title, described=described, slug=slug
        )
        return tuple(said for candidate in chosen if (said := self._claim(candidate)))

    def _language(self, text: str) -> Words | None:
        chosen = language.choose(self.offered[Field.LANGUAGE], text)
        # A computed language stands in no bytes, so it is marked as derived.
        if isinstance(chosen, str):
            return language.derived(chosen, self.context.capture)
        said = self._claim(chosen)
        code = language.code_of(said.value) if said is not None else None
        return Words(code, said.evidence) if said is not None and code is not None else None

    def _partial(self, unread: str | None, *, missing: bool, gated: bool, unshown: bool) -> Partial | None:
        # The worst reason first: if the page was not read, missing parts or a gate are not known for sure.
        if unread is not None:
            return Partial.UNREAD
        if missing:
            return Partial.PARTS_MISSING
        if self.data.free is False or gated:
            return Partial.TEASER
        return Partial.SCRIPT if unshown else None
