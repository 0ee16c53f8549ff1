"""From a site to an item's terms: what stands on terms pages, in footers and articles, followed from run to run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from archive.capture import CaptureKind
from db.catalogue import Catalogue
from db.model import Answer, Covers, Item, StatementPlace, Use
from db.verdict import verdict
from ingest.collection import Layout, make
from ingest.config import Settings
from ingest.demo.articles import load
from ingest.demo.server import serve
from ingest.demo.site import Site
from ingest.run import Order

CREDIT = (
    "All texts published by the Baltic Lantern Institute may be disseminated on the condition that their origin is "
    "credited. Images may not be used without permission."
)
ASKING = "No text may be reproduced or distributed without the prior written permission of the Institute."
BY = "https://creativecommons.org/licenses/by/4.0/"
YES, DUTIES, ASK, NO, UNKNOWN = Answer.YES, Answer.WITH_DUTIES, Answer.ASK, Answer.NO, Answer.UNKNOWN


@dataclass
class Followed:
    """A small English site and the collection that follows it."""

    site: Site
    layout: Layout
    settings: Settings
    perform: Callable[..., Any]

    def run(self, order: Order | None = None) -> Any:
        return self.perform(self.layout, self.settings, order)[0]

    def articles(self) -> list[Item]:
        with Catalogue.open(self.layout.catalogue, read_only=True) as catalogue:
            found = [catalogue.item(self.site.url(article.slug)) for article in self.site.shelf.articles]
        return [item for item in found if item is not None]


@pytest.fixture
def followed(tmp_path: Path, run_over: Any, settings_at: Any) -> Iterator[Followed]:
    chosen = [a for a in load() if a.language == "en" and not a.protected and len(a.parts) == 1][:3]
    site, layout = Site(chosen), Layout(tmp_path / "held")
    site.set_terms("pl", "")
    with serve(site) as port:
        settings = settings_at(port)
        make(layout, settings)
        yield Followed(site, layout, settings, run_over)


def answers(item: Item, covers: Covers = Covers.TEXT, *, commercial: bool = True) -> list[Answer]:
    said = [held.statement for held in item.terms]
    return [verdict(said, use, covers=covers, commercial=commercial).answer for use in Use]


def test_a_site_with_a_terms_page_only_gives_its_terms_to_every_item(followed: Followed) -> None:
    followed.site.set_terms("en", "", page=CREDIT)
    followed.run()
    found = followed.articles()
    assert len(found) == 3
    for item in found:
        (held,) = item.terms
        assert (held.statement.words, held.statement.place) == (CREDIT, StatementPlace.TERMS_PAGE)
        assert held.statement.evidence.capture not in item.edition.captures
        assert answers(item) == [DUTIES, ASK, ASK, ASK]
        assert answers(item, Covers.IMAGES) == [ASK] * 4


def test_a_terms_page_is_visited_first_though_the_run_has_a_limit_and_the_settings_leave_it_out(
    followed: Followed,
) -> None:
    followed.site.set_terms("en", "", page=CREDIT)
    publisher = replace(followed.settings.publishers[0], include=("/the-", "/a-", "/who-", "/what-"))
    followed.settings = replace(followed.settings, publishers=(publisher,))
    followed.run(Order(limit=3))
    with Catalogue.open(followed.layout.catalogue, read_only=True) as catalogue:
        assert catalogue.item(f"{followed.site.shelf.base}/terms-of-use/") is not None
        assert catalogue.item(f"{followed.site.shelf.base}/about/") is None


def test_a_terms_page_is_asked_for_once_a_run(followed: Followed) -> None:
    followed.site.set_terms("en", "", page=CREDIT)
    followed.run()
    followed.run()
    with Catalogue.open(followed.layout.catalogue, read_only=True) as catalogue:
        kept = [capture for capture in catalogue.all_captures() if capture.url.endswith("/terms-of-use/")]
    assert [capture.kind for capture in kept] == [CaptureKind.RESPONSE, CaptureKind.REVISIT]


def test_all_rights_reserved_in_the_footer_and_a_license_in_the_article_is_a_conflict_and_asks(
    followed: Followed,
) -> None:
    followed.site.set_terms("en", "", footer="© Baltic Lantern Institute. All rights reserved.", license_url=BY)
    followed.run()
    for item in followed.articles():
        places = [held.statement.place for held in item.terms]
        assert places == [StatementPlace.ITEM_CARRIER, StatementPlace.SITE_FOOTER]
        for commercial in (True, False):
            assert answers(item, commercial=commercial) == [ASK] * 4
        found = verdict([held.statement for held in item.terms])
        assert found.conflict
        assert {statement.words for statement, _ in found.because} == {held.statement.words for held in item.terms}
        assert answers(item, Covers.IMAGES) == [ASK] * 4
