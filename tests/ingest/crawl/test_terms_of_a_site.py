"""From a site to an item's terms: statements on terms pages, in footers and articles, followed from run to run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from archive.warc.capture import CaptureKind
from db.catalogue import Catalogue
from db.model.item import Answer, Covers, Item, StatementPlace, Use
from db.terms.verdict import verdict
from ingest.cli.console import Console
from ingest.collection.collection import Layout, make
from ingest.commands.run import code_of, tell
from ingest.crawl.report import Report
from ingest.crawl.run import Order
from ingest.demo.articles import load
from ingest.demo.server import serve
from ingest.demo.site import Site
from ingest.exporting.readable_item import LicenseList
from ingest.settings.values import Settings

pytestmark = pytest.mark.xdist_group("terms of a site")
CREDIT = (
    "All texts published by the Baltic Lantern Institute may be disseminated on the condition that their origin is "
    "credited. Images may not be used without permission."
)
ASKING = "No text may be reproduced or distributed without the prior written permission of the Institute."
BY = "https://creativecommons.org/licenses/by/4.0/"
TERMS_PAGE = "http://institute.example/terms-of-use/"
DUTIES, ASK = Answer.WITH_DUTIES, Answer.ASK


@dataclass
class Followed:
    """A small English site, and its collection after each run, by the run's name."""

    site: Site
    folder: Path
    settings: Settings
    perform: Callable[..., tuple[Report, Any]]
    reports: dict[str, Report] = field(default_factory=dict)

    def run(self, name: str, order: Order | None = None, *, of: str = "live") -> None:
        layout = Layout(self.folder / of)
        if not layout.directory.exists():
            make(layout, self.settings)
        self.reports[name] = self.perform(layout, self.settings, order)[0]
        shutil.copytree(layout.directory, self.folder / name)

    def catalogue(self, name: str) -> Catalogue:
        return Catalogue.open(Layout(self.folder / name).catalogue, read_only=True)

    def articles(self, name: str) -> list[Item]:
        with self.catalogue(name) as catalogue:
            found = [catalogue.item(self.site.url(article.slug)) for article in self.site.shelf.articles]
        return [item for item in found if item is not None]


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory, performing: Any, settings_for_port: Any) -> Iterator[Followed]:
    """First only the terms page states terms; it changes, and nothing else is visited; then articles print them."""
    chosen = [a for a in load() if a.language == "en" and not a.protected and len(a.parts) == 1][:3]
    site = Site(chosen)
    site.set_terms("pl", "")
    with serve(site) as port:
        held = Followed(site, tmp_path_factory.mktemp("followed"), settings_for_port(port), performing)
        site.set_terms("en", "", page=CREDIT)
        held.run("page only")
        site.set_terms("en", "", page=ASKING)
        held.run("page changed", Order(only=TERMS_PAGE))
        site.set_terms("en", CREDIT)
        held.run("printed")
        site.set_terms("en", ASKING)
        held.run("asking")
        site.set_terms("en", "", footer="© Baltic Lantern Institute. All rights reserved.", license_url=BY)
        publisher = replace(held.settings.publishers[0], include=(f"/{chosen[0].slug}/",))
        held.settings = replace(held.settings, publishers=(publisher,))
        held.run("disagreeing", Order(limit=4), of="limited")
        yield held


def answers(item: Item, covers: Covers = Covers.TEXT, *, commercial: bool = True) -> list[Answer]:
    said = [held.statement for held in item.terms]
    return [verdict(said, use, covers=covers, commercial=commercial).answer for use in Use]


def test_terms_on_the_terms_page_apply_to_every_item(followed: Followed) -> None:
    found = followed.articles("page only")
    assert len(found) == 3
    for item in found:
        (held,) = item.terms
        assert (held.statement.words, held.statement.place) == (CREDIT, StatementPlace.TERMS_PAGE)
        assert held.statement.evidence.capture not in item.edition.captures
        for commercial in (True, False):
            assert answers(item, commercial=commercial) == [DUTIES, DUTIES, ASK, ASK]
            assert answers(item, Covers.IMAGES, commercial=commercial) == [ASK] * 4


def test_a_terms_page_is_visited_first_despite_a_limit_and_an_exclusion(
    followed: Followed,
) -> None:
    with followed.catalogue("disagreeing") as catalogue:
        assert catalogue.latest_capture(TERMS_PAGE) is not None
        assert catalogue.latest_capture("http://institute.example/about/") is None


def test_a_terms_page_is_requested_once_per_run(followed: Followed) -> None:
    with followed.catalogue("asking") as catalogue:
        kept = [capture.kind for capture in catalogue.all_captures() if capture.url == TERMS_PAGE]
    assert kept == [CaptureKind.RESPONSE] * 4


def test_a_footer_that_reserves_all_rights_conflicts_with_an_article_license(
    followed: Followed,
) -> None:
    found = followed.articles("disagreeing")
    assert found
    for item in found:
        places = [held.statement.place for held in item.terms]
        assert places == [StatementPlace.ITEM_CARRIER, StatementPlace.SITE_FOOTER]
        for covers in (Covers.TEXT, Covers.IMAGES):
            for commercial in (True, False):
                assert answers(item, covers, commercial=commercial) == [ASK] * 4
        weighed = verdict([held.statement for held in item.terms])
        assert weighed.conflict
        assert {statement.words for statement, _ in weighed.because} == {held.statement.words for held in item.terms}


def test_a_package_names_a_licence_only_if_the_verdict_is_yes(followed: Followed) -> None:
    item = followed.articles("disagreeing")[0]
    with followed.catalogue("disagreeing") as catalogue:
        for terms, names in ((item.terms, {None}), (item.terms[:1], {"CC-BY-4.0"})):
            stated = LicenseList(catalogue)
            stated.of(replace(item, terms=terms))
            assert {one.name for _, one in stated.numbered()} == names


# ── From run to run ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_change_of_the_terms_page_applies_before_other_pages_are_visited(followed: Followed) -> None:
    (change,) = followed.reports["page changed"].changes
    assert (change.touches, change.was.answer, change.now.answer) == (7, DUTIES, ASK)
    assert all(answers(item)[0] is ASK for item in followed.articles("page changed"))
    assert followed.reports["page only"].changes == []


def test_changed_terms_make_an_event_and_a_new_verdict_but_no_edition(followed: Followed) -> None:
    own, page = sorted(followed.reports["asking"].changes, key=lambda change: change.site_wide)
    assert (own.touches, page.touches) == (3, 7)
    assert (own.ended, own.started) == ((CREDIT,), (ASKING,))
    for name, expected in (("printed", [DUTIES, DUTIES, ASK, ASK]), ("asking", [ASK] * 4)):
        for item in followed.articles(name):
            assert answers(item) == expected
            assert item.editions == 1
    with followed.catalogue("asking") as catalogue:
        events = catalogue.connection.execute("SELECT item FROM event WHERE type = 'terms changed'").fetchall()
        assert {item.id for item in followed.articles("asking")} <= {item for (item,) in events}
        assert "terms changed" not in {failure.reason for failure in catalogue.failures()}


def test_the_summary_of_the_run_has_a_line_for_each_change(
    followed: Followed, capsys: pytest.CaptureFixture[str]
) -> None:
    report = followed.reports["page changed"]
    tell(Console(followed.folder, plain=True), report)
    told = capsys.readouterr().out
    assert "! terms changed on 20" in told
    assert "7 items (terms page): was yes with duties (attribute), now ask" in told
    assert code_of(report) is Exit.ATTENTION
    with followed.catalogue("page changed") as catalogue:
        recorded: Any = catalogue.runs()[0].summary["terms changed"]
    assert [change["now"]["answer"] for change in recorded] == ["ask"]


def test_the_history_shows_which_terms_ended_and_started(followed: Followed, creditline: Any) -> None:
    told = creditline("-C", followed.folder / "asking", "terms", "--changes").out
    assert f"no longer: “{CREDIT}”" in told
    assert told.count("terms changed on") == 5
    own, _ = sorted(followed.reports["asking"].changes, key=lambda change: change.site_wide)
    # Whoever asks for an item whose words are gone is led to them.
    shown = creditline("-C", followed.folder / "asking", "terms", own.items[0]).out
    assert f": creditline -C {followed.folder / 'asking'} terms {own.items[0]} --changes" in shown
    at = creditline("-C", followed.folder / "asking", "--json", "terms", "--changes").out.splitlines()
    assert json.loads(at[-1])["touches"] == 7


def test_terms_of_a_day_are_printed_with_the_age_of_their_confirmation(followed: Followed, creditline: Any) -> None:
    item = followed.articles("page only")[0]
    told = creditline("-C", followed.folder / "page only", "terms", item.id, "--at", "2999-01-01").out
    assert "last confirmed" in told
    assert " days before)" in told
    assert "republish: yes with duties (attribute), excerpt: yes with duties (attribute), translate: ask" in told


# ── What the catalogue says of it can be proved and exported ─────────────────────────────────────────────────


def test_the_evidence_of_a_terms_page_verifies_with_the_item(followed: Followed, creditline: Any) -> None:
    item = followed.articles("page only")[0]
    ended = creditline("-C", followed.folder / "page only", "verify", item.id)
    assert ended.code == 0, ended.out + ended.err


@pytest.mark.slow
def test_a_rebuild_finds_the_same_terms(followed: Followed, creditline: Any) -> None:
    ended = creditline("-C", followed.folder / "asking", "rebuild", "--check")
    assert ended.code == 0, ended.out + ended.err


def test_terms_are_printed_as_odrl_and_as_schema_org(followed: Followed, creditline: Any) -> None:
    item = followed.articles("printed")[0]
    policy = json.loads(creditline("-C", followed.folder / "printed", "terms", item.id, "--format", "odrl").out)
    assert {rule["action"] for rule in policy["permission"]} >= {"reproduce", "distribute", "use"}
    told = json.loads(creditline("-C", followed.folder / "printed", "terms", item.id, "--format", "schema").out)
    assert told["license"]["text"] == CREDIT


def test_a_letter_asks_for_the_named_use(followed: Followed, creditline: Any) -> None:
    item = followed.articles("printed")[0]
    command = ("terms", item.id, "--letter", "--use", "translate", "--lang", "pl", "--non-commercial")
    told = creditline("-C", followed.folder / "printed", *command).out
    assert told.startswith("To: Baltic Lantern Institute\nSubject: Prośba o zgodę")
    assert "publikację tłumaczenia poniższego tekstu, w celach niekomercyjnych" in told


def test_a_letter_for_a_permitted_use_is_written_with_a_remark(followed: Followed, creditline: Any) -> None:
    item = followed.articles("printed")[0]
    told = creditline("-C", followed.folder / "printed", "terms", item.id, "--letter")
    assert told.out.startswith("To: Baltic Lantern Institute")
    assert f"{item.id}: republish needs no permission: yes with duties" in told.err
    asked = creditline("-C", followed.folder / "printed", "terms", item.id, "--letter", "--use", "translate")
    assert "needs no permission" not in asked.err


@pytest.mark.parametrize("flag", [("--use", "translate"), ("--non-commercial",), ("--lang", "pl"), ("--images",)])
def test_flags_of_a_letter_are_refused_without_the_letter_flag(
    followed: Followed, creditline: Any, flag: tuple[str, ...]
) -> None:
    told = creditline("-C", followed.folder / "printed", "terms", followed.articles("printed")[0].id, *flag)
    assert told.code == Exit.USAGE
    assert "--letter" in told.err


def test_a_letter_is_printed_as_json(followed: Followed, creditline: Any) -> None:
    item = followed.articles("printed")[0]
    command = ("terms", item.id, "--letter", "--use", "translate", "--lang", "pl")
    letter = json.loads(creditline("-C", followed.folder / "printed", "--json", *command).out)
    assert (letter["id"], letter["use"], letter["language"], letter["commercial"]) == (item.id, "translate", "pl", True)
    assert letter["to"] == "Baltic Lantern Institute"
    assert item.url in letter["body"]
