"""What a page says about its reuse, in carriers and in prose, as statements with evidence."""

from __future__ import annotations

from db.model import Statement
from ingest.terms import cc_links, cc_rel, link_header, metadata, mining, notices, rel_license, schema_org
from ingest.terms.clause import Fired
from ingest.terms.page import PageView
from ingest.terms.wording import read_wording, why

__all__ = ["Fired", "PageView", "read_terms", "read_wording", "why"]


def read_terms(page: PageView) -> tuple[Statement, ...]:
    """Every statement about reuse on the page, each once; what no rule understands is kept without terms.

    Pure. The words of each were located in the page's bytes; words that cannot be make no statement. A
    Creative Commons link is no statement of its own where a sentence already says the same of it.
    """
    prose = list(notices.statements(page))
    read = {term.license_url for statement in prose for term in statement.terms}
    links = [link for link in cc_links.statements(page) if link.words not in read]
    found = [
        *prose,
        *rel_license.statements(page),
        *link_header.statements(page),
        *schema_org.statements(page),
        *metadata.statements(page),
        *cc_rel.statements(page),
        *mining.statements(page),
        *links,
    ]
    return tuple({(statement.words, statement.place): statement for statement in reversed(found)}.values())[::-1]
