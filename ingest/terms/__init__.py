"""Terms: read what a page says about its reuse, in carriers and in prose, into statements with evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from db.model.item import Statement
    from ingest.terms.clause_reader import Fired
    from ingest.terms.page import PageView
    from ingest.terms.prose import read_wording, why

__all__ = ["Fired", "PageView", "read_terms", "read_wording", "why"]


def __getattr__(name: str) -> Any:
    # A run mostly needs only the test for addresses of terms pages. Loading the readers would take longer than a visit
    # to a site with nothing new.
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
    """Return every statement about reuse on the page, each once; one that no rule understands has no terms.

    Pure. The words of each statement were located in the page's bytes; otherwise there is no statement. A Creative
    Commons link is not a statement of its own if a sentence already says the same about it.
    """
    from ingest.terms import carriers, holder, license_links, notices
    from ingest.terms.blocks import find_reuse_texts

    # One pass over the texts serves both readers, because a page is long and most of it matters to neither.
    spoken = find_reuse_texts(page.listed)
    # A page of terms covers all texts of its publisher, so it does not say who holds the rights in a single one.
    held = () if notices.is_of_terms(page) else tuple(holder.statements(page, spoken))
    found = [*held, *notices.statements(page, spoken)]
    # Carriers and links come last, because a sentence that says the same about an address is the statement.
    read = {term.license_url for statement in found for term in statement.terms}
    found += carriers.statements(page)
    found += [link for link in license_links.in_notices(page) if link.words not in read]
    # True for almost every page: nothing can be said twice.
    if len(found) < 2:
        return tuple(found)
    # Reversed, so that of two equal statements in one place the first is kept.
    return tuple({(statement.words, statement.place): statement for statement in reversed(found)}.values())[::-1]
