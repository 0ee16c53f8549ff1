"""What a page says about its reuse, in carriers and in prose, as statements with evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from db.model.item import Statement
    from ingest.terms.clause_reader import Fired
    from ingest.terms.page import PageView
    from ingest.terms.prose import read_wording, why

__all__ = ["Fired", "PageView", "read_terms", "read_wording", "why"]


def __getattr__(name: str) -> Any:
    # A run asks here of addresses alone, whether they are of terms pages: to load what reads pages takes it longer than
    # to come back to a site where nothing is new.
    if name == "Fired":
        from ingest.terms.clause_reader import Fired

        return Fired
    if name == "PageView":
        from ingest.terms.page import PageView

        return PageView
    if name in ("read_wording", "why"):
        from ingest.terms import prose

        return getattr(prose, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def read_terms(page: PageView) -> tuple[Statement, ...]:
    """Every statement about reuse on the page, each once; what no rule understands is kept without terms.

    Pure. The words of each were located in the page's bytes; words that cannot be make no statement. A
    Creative Commons link is no statement of its own where a sentence already says the same of it.
    """
    from ingest.terms import carriers, holder, license_links, notices
    from ingest.terms.blocks import spoken_on

    # One look at the texts serves both readers: a page is long, and most of it says nothing of either.
    spoken = spoken_on(page.listed)
    # A page of terms tells of all its publisher's texts: whose a single one is, it does not say.
    held = () if notices.is_of_terms(page) else tuple(holder.statements(page, spoken))
    found = [*held, *notices.statements(page, spoken)]
    # Last, as they are told from the sentences that were read: where one says the same of an address, it is the
    # statement.
    read = {term.license_url for statement in found for term in statement.terms}
    found += carriers.statements(page)
    found += [link for link in license_links.in_notices(page) if link.words not in read]
    # As on nearly every page: there is nothing to be said twice.
    if len(found) < 2:
        return tuple(found)
    # From the back, so that of two that say the same in one place the first is kept.
    return tuple({(statement.words, statement.place): statement for statement in reversed(found)}.values())[::-1]
