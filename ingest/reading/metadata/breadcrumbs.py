"""Breadcrumbs: the section in which a site files a text, as named by the path above its headline.

Apart from the page reader, which weighs it against other witnesses of the section.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from lxml import etree

from archive.evidence.character_references import decode_references
from archive.evidence.locate import Place
from ingest.reading.candidate import Candidate, Field, Stated
from ingest.reading.dates import date_parsing
from ingest.reading.page.nodes import Graph, Node, types
from ingest.reading.page.outline import squeeze
from ingest.reading.page.page import Page, fold, plain, visible
from ingest.reading.page.zones import Zones
from ingest.reading.vocabulary import word_set

HOME = word_set("metadata.home_names")
LONGEST = 50
_NAME = "readcrumb"
_NAMING = ("class", "id", "aria-label", "itemtype")
# Not "//body": the parser may put a second body of a broken page beside the root.
_SPOKEN = etree.XPath(
    " | ".join(f"descendant::body//@{name}[contains(., '{_NAME}')]" for name in ("aria-label", "itemtype"))
)


def section(page: Page, zones: Zones, data: Graph, nobody: frozenset[str]) -> Candidate | None:
    """Return the last step of the path above the page itself, or None.

    Args:
        nobody: folded names that are not a section: those of the site.
    """
    title = fold(page.title_text)
    for crumb in chain(_stated(page, data), _shown(page, zones)):
        said = fold(crumb.value)
        # A short section name may begin a title too ("Roads: who pays"); a long one is the headline itself.
        itself = title.startswith(said) and len(said) > LONGEST / 3
        named = said and said not in HOME and said not in nobody and not said.isdigit() and len(said) <= LONGEST
        if named and not itself and date_parsing.read_month(crumb.value) is None:
            return crumb
    return None


def _stated(page: Page, data: Graph) -> Iterator[Candidate]:
    """Yield the steps that JSON-LD lists, the nearest first, without a step to the page itself."""
    for node, script in data.nodes:
        if "BreadcrumbList" in types(node):
            listed = node.get("itemListElement")
            steps = [step for step in listed if isinstance(step, dict)] if isinstance(listed, list) else []
            for step in sorted(steps, key=_place, reverse=True):
                name, target, named = _step(step)
                # The last step often has no address, or that of the page. Either way it is the page's own name.
                if name and target and not page.is_here(target):
                    words, stated = squeeze(name), Stated(script, named, ("name",))
                    value = plain(decode_references(words))
                    said = Candidate(Field.SECTION, value, words, "JSON-LD breadcrumb", Place.JSON, script)
                    yield said._replace(stated=stated)


def _place(step: Node) -> int:
    said = str(step.get("position", ""))
    return int(said) if said.isdecimal() and len(said) < 6 else 0


def _step(step: Node) -> tuple[str, str, Node]:
    """Return the name of a step, the address it leads to, and the node that names it.

    The address is "" for the last step of many pages, which is the page itself.
    """
    item = step.get("item")
    inner = item if isinstance(item, dict) else {}
    name = step.get("name") or inner.get("name")
    target = item if isinstance(item, str) else inner.get("@id") or inner.get("url") or step.get("@id")
    named = step if step.get("name") else inner
    return name if isinstance(name, str) else "", target if isinstance(target, str) else "", named


def _trails(page: Page, zones: Zones) -> list[Any]:
    """Return the elements that the page marks as such a path, in order."""
    found = {*zones.called(lambda said: _NAME in said), *(said.getparent() for said in _SPOKEN(page.tree))}
    named = (e for e in found if e is not page.body and any(_NAME in (e.get(name) or "") for name in _NAMING))
    return sorted(named, key=page.order.__getitem__)


def _shown(page: Page, zones: Zones) -> Iterator[Candidate]:
    """Yield the links of the first path on the page, the nearest first, without a link to the page itself."""
    for trail in _trails(page, zones):
        targets = ((a, page.absolute(a.get("href"))) for a in trail.iter("a") if visible(a))
        links = [a for a, target in targets if target and page.same_site(target) and not page.is_here(target)]
        if links:
            for link in reversed(links):
                words = visible(link)
                yield Candidate(Field.SECTION, plain(words), words, "breadcrumb", Place.TEXT, link)
            return
