"""Site names: what a site calls itself, and by what else its titles may name it."""

from __future__ import annotations

from ingest.reading.candidate import Candidate
from ingest.reading.judge import fold
from ingest.reading.page import Page, visible

_SECOND_LEVELS = frozenset({"co", "com", "org", "net", "gov", "gob", "gouv", "ac", "edu", "or", "ne"})
"""Names below a country's own, under which others register: the site's stands before them."""
FEW = 3


def stated(page: Page, offered: list[Candidate]) -> list[Candidate]:
    """Return the *offered* names of the site without those that are the title of this page: some systems state it for
    both.
    """
    title = fold(page.title_text)
    return [c for c in offered if fold(c.value) != title or len(title.split()) <= FEW or not _is_headed(page, title)]


def _is_headed(page: Page, title: str) -> bool:
    headings = (fold(visible(heading)) for heading in page.body.iter("h1"))
    return any(len(words.split()) > FEW and title.startswith(words) for words in headings)


def folded(page: Page, offered: list[Candidate], publisher: str | None) -> frozenset[str]:
    """Return the names of the site, folded: those that it states, its host's, and the publisher's."""
    labels = page.host.split(".")
    registered = labels[-3:-2] if len(labels) > 2 and labels[-2] in _SECOND_LEVELS else labels[-2:-1]
    named = {fold(name) for name in (*(c.value for c in offered), page.host, *(registered or labels), publisher or "")}
    return frozenset(named - {""})
