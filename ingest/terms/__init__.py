"""What a page says about its reuse: carriers that machines read and wordings that people read, as statements with evidence."""

from __future__ import annotations

from db.model import Statement
from ingest.terms.cc_links import cc_links
from ingest.terms.json_ld import json_ld
from ingest.terms.link_header import link_header
from ingest.terms.notices import notices
from ingest.terms.page import PageView
from ingest.terms.rel_license import rel_license
from ingest.terms.wording import Fired, read_wording, why

__all__ = ["Fired", "PageView", "read_terms", "read_wording", "why"]

_READERS = (notices, rel_license, link_header, json_ld, cc_links)


def read_terms(page: PageView) -> tuple[Statement, ...]:
    """Every statement about reuse that the page makes, each once; what no rule understands is kept without terms.

    Pure. Each statement's words were located in the page's bytes; words that cannot be located make no statement.
    """
    found = [statement for reader in _READERS for statement in reader(page)]
    return tuple({(statement.words, statement.place): statement for statement in reversed(found)}.values())[
        ::-1
    ]
