"""What is exported for reuse, what is left out and why, what a person overrides, and that withheld texts stay here."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from archive.errors import Exit
from archive.warc.capture import NoteKind
from db.catalogue import Catalogue
from db.identity import statement_id
from db.model.item import Act, Covers, Duty, Grade, Item, Permission, Term
from db.model.terms import IntendedUse
from ingest.cli.console import Console
from ingest.collection.collection import Layout, make, open_for_work
from ingest.commands.save import PageReporter
from ingest.crawl.save import Saved
from ingest.demo.articles import load
from ingest.demo.server import serve
from ingest.demo.site import Site
from ingest.exporting.order import UNCONFIRMED, WAITING, ForReuse, left_out

pytestmark = [
    pytest.mark.xdist_group("export for reuse"),
    pytest.mark.damages_collection("a text is called partial by hand"),
]
CREDIT = (
    "All texts published by the Baltic Lantern Institute may be disseminated on the condition that their origin is "
    "credited. Images may not be used without permission."
)
ASKING = "Przedruk tekstów wymaga pisemnej zgody redakcji."


@dataclass(frozen=True)
class Mixed:
    """A collection with texts that may be published (two), one of them partial, one withheld, and others."""

    folder: Path
    free: tuple[Item, Item]
    partial: Item
    withheld: Item
    asking: tuple[Item, ...]
    total: int


@pytest.fixture(scope="module")
def mixed_terms(tmp_path_factory: pytest.TempPathFactory, performing: Any, settings_for_port: Any) -> Mixed:
    """Four English articles with a line of terms, two Polish ones that require asking, and pages without terms."""
    whole = [a for a in load() if not a.protected and len(a.parts) == 1]
    english = [a for a in whole if a.language == "en"][:4]
    polish = [a for a in whole if a.language == "pl"][:2]
    site, layout = Site([*english, *polish]), Layout(tmp_path_factory.mktemp("mixed") / "held")
    site.set_terms("en", CREDIT, page="")
    site.set_terms("pl", ASKING, page="")
    with serve(site) as port:
        settings = settings_for_port(port)
        make(layout, settings)
        performing(layout, settings)
    with closing(sqlite3.connect(layout.catalogue)) as connection, Catalogue.open(layout.catalogue) as catalogue:
        items = [catalogue.item(site.url(article.slug)) for article in english]
        asking = tuple(catalogue.item(site.url(article.slug)) for article in polish)
        first, second, partial, withheld = items
        assert partial is not None
        assert withheld is not None
        connection.execute("UPDATE edition SET partial = 'teaser' WHERE item = ?", (partial.id,))
        connection.commit()
        total = len(catalogue.all_item_ids())
    with open_for_work(layout, settings) as work:
        body = {"item": withheld.id, "reason": "by order of a court", "by": "Ewa", "lift": False}
        work.note(NoteKind.WITHHOLDING, body)
    return Mixed(layout.directory, (first, second), partial, withheld, asking, total)  # type: ignore[arg-type]  # all held


@pytest.fixture
def mixed(mixed_terms: Mixed, tmp_path: Path) -> Mixed:
    """A copy of it, to be changed."""
    held = replace(mixed_terms, folder=tmp_path / "held")
    shutil.copytree(mixed_terms.folder, held.folder)
    return held


def title(item: Item) -> str:
    assert item.edition.title is not None
    return item.edition.title.value


# ── How sure a yes must be ──────────────────────────────────────────────────────────────────────────────────


def test_one_decision_on_a_plain_sentence_applies_to_all_texts_that_print_it(mixed: Mixed, creditline: Any) -> None:
    export = ("-C", mixed.folder, "export", "text", "--all", "--for-reuse")
    held_back = creditline(*export)
    assert (held_back.code, "waiting for a decision" in held_back.out) == (Exit.ATTENTION, True)
    named = statement_id("bl", CREDIT)
    assert f"“{CREDIT}”" in held_back.err
    assert f"creditline -C {mixed.folder} review {named} --confirm --by NAME, or --deny" in held_back.err
    decided = creditline("-C", mixed.folder, "review", named, "--confirm", "--by", "Anna Nowak")
    assert decided.code == 0, decided.err
    handed = creditline(*export)
    assert (handed.code, "one decision" in handed.err) == (0, False)
    for item in mixed.free:
        assert title(item) in handed.out
    assert "yes with duties (attribute), confirmed" in handed.out
    denied = creditline("-C", mixed.folder, "review", named, "--deny", "--by", "Jan Kos")
    assert denied.code == 0, denied.err
    assert "0 of" in creditline(*export, "--plain").out


def test_json_counts_waiting_texts_by_statement(mixed: Mixed, creditline: Any) -> None:
    out = mixed.folder.parent / "texts"
    ended = creditline("-C", mixed.folder, "--json", "export", "text", "--all", "--for-reuse", "-o", out)
    told = json.loads(ended.out)
    (waiting,) = told["waiting"]
    assert waiting == {
        "id": statement_id("bl", CREDIT),
        "publisher": "bl",
        "words": CREDIT,
        "items": told["left out"]["waiting for a decision"],
    }


def test_the_settings_can_require_confirmed_statements(mixed: Mixed, creditline: Any) -> None:
    settings = mixed.folder / "creditline.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(re.sub(r"^# confirmed_only = \S+", "confirmed_only = true", text, flags=re.M), encoding="utf-8")
    export = ("-C", mixed.folder, "export", "text", mixed.free[0].id, "--for-reuse")
    refused = creditline(*export, "--plain")
    assert (refused.code, "confirmed_only" in refused.err) == (Exit.USAGE, True)
    assert creditline(*export).code == Exit.ATTENTION
    creditline("-C", mixed.folder, "review", statement_id("bl", CREDIT), "--confirm", "--by", "Anna Nowak")
    assert creditline(*export).code == 0


@pytest.mark.parametrize("least", list(Grade))
def test_a_permission_below_the_required_grade_waits(mixed: Mixed, least: Grade) -> None:
    now = datetime(2030, 1, 1, tzinfo=UTC)
    [held, *_] = mixed.free[0].terms
    duties, whole = (Duty.ATTRIBUTE,), (Act.REPRODUCE, Act.DISTRIBUTE)

    def showing(rule: str, named: str | None = None, decided: str | None = None) -> Item:
        terms = tuple(
            Term(Covers.TEXT, act, Permission.WITH_DUTIES, rule, duties, license_id=named, license_url="http://x")
            for act in whole
        )
        statement = replace(held.statement, terms=terms, decided=decided)
        return replace(mixed.free[0], terms=(replace(held, statement=statement, last_confirmed=now),))

    purpose = ForReuse(IntendedUse(), timedelta(days=30), least)
    graded = {
        Grade.CONFIRMED: showing("a reading", decided="urn:uuid:1"),
        Grade.MACHINE_READABLE: showing("rel-license", "CC-BY-4.0"),
        Grade.PLAIN: showing("grant"),
    }
    for grade, item in graded.items():
        assert left_out(item, purpose, now) == (None if grade.reaches(least) else WAITING)
    assert left_out(showing("a reading"), purpose, now) == WAITING


# ── Exports for reuse ────────────────────────────────────────────────────────────────────────────────────────


def test_a_text_that_may_not_be_published_is_not_printed_for_it_in_silence(mixed: Mixed, creditline: Any) -> None:
    for item in mixed.asking:
        shown = creditline("-C", mixed.folder, "show", item.id, "--markdown")
        assert f"{item.id}: may it be published? ask: creditline -C {mixed.folder} terms {item.id}" in shown.err


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_an_export_for_reuse_holds_the_reusable_texts_and_its_counts_add_up(
    mixed: Mixed, creditline: Any, form: str
) -> None:
    out = mixed.folder.parent / "texts"
    ended = creditline("-C", mixed.folder, "--json", "export", form, "--all", "--for-reuse", "--plain", "-o", out)
    told = json.loads(ended.out)
    left = told["left out"]
    assert (ended.code, told["items"], told["withheld"]) == (0, 2, 1)
    assert (left["ask"], left["partial"]) == (2, 1)
    assert told["items"] + told["withheld"] + sum(left.values()) == mixed.total
    text = out.read_text(encoding="utf-8")
    shown = text if form != "markdown" else text.replace("\\", "")
    for item in mixed.free:
        paragraph = item.edition.text.split("\n\n")[0]
        for words in (title(item), paragraph, CREDIT, f"{item.url}", "Text reused with credit."):
            assert words in (shown if form != "html" else html.fromstring(text.encode()).text_content())
        # A credit line that is published must lead to its source.
        assert form != "html" or f'<a href="{item.url}">{item.url}</a>. Text reused' in text
    for item in (mixed.partial, mixed.withheld, *mixed.asking):
        assert title(item) not in shown
        assert item.id not in shown
    assert f"2 of {mixed.total} texts. Left out: 2 ask, 1 partial, " in shown
    assert "<img" not in text
    assert "No images are in it" in shown


def test_each_use_has_its_own_verdict(mixed: Mixed, creditline: Any) -> None:
    ended = creditline("-C", mixed.folder, "export", "text", "--all", "--for-reuse", "--use", "translate")
    assert ended.code == Exit.ATTENTION
    assert "0 of" in ended.out
    assert "nothing may be reused in this way" in ended.err


def test_texts_whose_terms_were_not_confirmed_lately_are_left_out(mixed: Mixed, creditline: Any) -> None:
    settings = mixed.folder / "creditline.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(
        re.sub(r"^# confirmed_within = \S+", "confirmed_within = 0.0", text, flags=re.M), encoding="utf-8"
    )
    ended = creditline("-C", mixed.folder, "export", "text", mixed.free[0].id, "--for-reuse", "--plain")
    assert ended.code == Exit.ATTENTION
    assert "Left out: 1 terms not confirmed lately" in ended.out


def test_every_statement_that_permits_a_text_must_be_confirmed_lately(mixed: Mixed) -> None:
    now = datetime(2030, 1, 1, tzinfo=UTC)
    purpose = ForReuse(IntendedUse(), timedelta(days=30), Grade.PLAIN)
    [held, *_] = mixed.free[0].terms
    for ages, why in (((1, 2), None), ((40, 1), UNCONFIRMED), ((1, 40), UNCONFIRMED)):
        terms = tuple(replace(held, last_confirmed=now - timedelta(days=age)) for age in ages)
        assert left_out(replace(mixed.free[0], terms=terms), purpose, now) == why


@pytest.mark.slow  # it waits as long as a run does before it asks a host again that refused
def test_recheck_confirms_terms_by_visiting_their_pages_again(
    creditline: Any, settings_at: Any, tmp_path: Path
) -> None:
    site = Site([article for article in load() if article.language == "en"][:2])
    folder = tmp_path / "old"
    url = site.shelf.url(site.shelf.articles[0])
    with serve(site) as port:
        address = f"institute.example=127.0.0.1:{port}"
        assert creditline("-C", folder, "save", url, "--connect", address).code == 0
        made_old(folder)
        export = ("-C", folder, "export", "text", url, "--for-reuse", "--plain")
        ended = creditline(*export)
        assert (ended.code, "1 terms not confirmed lately" in ended.out) == (Exit.ATTENTION, True)
        assert "--recheck" in ended.err
        ended = creditline(*export, "--recheck")
    assert (ended.code, "1 of 1 texts" in ended.out) == (0, True), ended.err
    assert "2 pages visited again" in ended.err, "the text and the terms page"
    gone = creditline(*export, "--recheck")
    assert (gone.code, "0 pages visited again" in gone.err) == (0, True), "what is confirmed is left in peace"
    made_old(folder)
    down = creditline(*export, "--recheck")
    assert (down.code, "without success" in down.err) == (Exit.ATTENTION, True)
    assert "1 terms not confirmed lately" in down.out


def made_old(folder: Path) -> None:
    """Date everything as captured a year ago."""
    with Catalogue.open(Layout(folder).catalogue) as catalogue, catalogue.transaction():
        for column in ("first_seen", "last_confirmed"):
            catalogue.connection.execute(
                f"UPDATE term SET {column} = (CAST(substr({column}, 1, 4) AS INTEGER) - 1) || substr({column}, 5)"
            )


@pytest.mark.slow
def test_an_override_hands_out_the_named_items_says_so_and_is_recorded(mixed: Mixed, creditline: Any) -> None:
    named = (mixed.asking[0].id, mixed.partial.id, mixed.withheld.id)
    command = (
        "export",
        "text",
        *named,
        "-q",
        "the",
        "--for-reuse",
        "--override",
        "leave given by letter",
        "--by",
        "Jan",
    )
    ended = creditline("-C", mixed.folder, *command)
    assert ended.code == 0, ended.err
    assert title(mixed.asking[0]) in ended.out
    assert "! Handed out against its terms by Jan: leave given by letter (recorded as urn:uuid:" in ended.out
    assert title(mixed.asking[1]) not in ended.out
    assert title(mixed.partial) not in ended.out
    with Catalogue.open(Layout(mixed.folder).catalogue, read_only=True) as catalogue:
        query = "SELECT item, detail FROM event WHERE type = 'override'"
        ((item, detail),) = catalogue.connection.execute(query).fetchall()
    assert item == mixed.asking[0].id
    assert json.loads(detail)["verdict"] == "ask"
    rebuilt = creditline("-C", mixed.folder, "rebuild")
    assert rebuilt.code == 0
    with Catalogue.open(Layout(mixed.folder).catalogue, read_only=True) as catalogue:
        assert catalogue.connection.execute(query).fetchall() == [(item, detail)]
    assert "images: ask" in ended.out or "images: unknown" in ended.out


@pytest.mark.parametrize(
    ("flags", "what"),
    [
        (
            ("text", "--all", "--for-reuse", "--override", "because", "--by", "Jan"),
            "an override needs a reason, and items",
        ),
        (("text", "some-item", "--for-reuse", "--override", "because"), "an override needs a name"),
        (("text", "some-item", "--for-reuse", "--override", "because", "--by", " "), "an override needs a name"),
        (("text", "--all", "--use", "translate"), "--use means nothing here without --for-reuse"),
        (("text", "--all", "--plain"), "--plain means nothing here without --for-reuse"),
        (("warc", "--all", "--for-reuse"), "is not for reuse"),
        (("text", "--all", "--for-reuse", "--at", "2020-01-01"), "today's terms"),
    ],
)
def test_flags_that_contradict_each_other_are_refused(
    mixed: Mixed, creditline: Any, flags: tuple[str, ...], what: str
) -> None:
    ended = creditline("-C", mixed.folder, "export", *flags)
    assert ended.code == Exit.USAGE
    assert what in ended.err


def test_an_export_for_reading_is_no_permission_and_marks_partial_texts(mixed: Mixed, creditline: Any) -> None:
    ended = creditline("-C", mixed.folder, "export", "text", "--all")
    assert ended.out.startswith("For reading and research. This is no permission to publish")
    assert "! Not the whole text: teaser" in ended.out
    assert "republish: ask" in ended.out
    assert title(mixed.withheld) not in ended.out
    assert f"{mixed.total - 1} of {mixed.total} texts. Left out: 1 withheld." in ended.out


@pytest.mark.parametrize("form", ["text", "html", "warc"])
def test_every_format_refuses_an_export_of_only_withheld_items(
    mixed: Mixed, creditline: Any, tmp_path: Path, form: str
) -> None:
    out = tmp_path / "out.warc.gz"
    ended = creditline("-C", mixed.folder, "export", form, mixed.withheld.id, "-o", out)
    assert ended.code == Exit.USAGE
    assert "there is nothing to export (1 withheld)" in ended.err
    assert "withhold` says since when, and why" in ended.err
    assert not out.exists()


@pytest.mark.parametrize("form", ["text", "cdxj"])
def test_an_export_of_a_day_before_the_first_capture_is_refused(mixed: Mixed, creditline: Any, form: str) -> None:
    ended = creditline("-C", mixed.folder, "export", form, "--all", "--at", "1999-01-01")
    assert ended.code == Exit.USAGE
    assert "there is nothing to export of what was held on 1999-01-01" in ended.err
    assert "show ITEM --editions" in ended.err


def test_an_export_for_reuse_without_texts_is_made_and_says_why(mixed: Mixed, creditline: Any) -> None:
    ended = creditline("-C", mixed.folder, "export", "text", mixed.withheld.id, "--for-reuse")
    assert ended.code == Exit.ATTENTION
    assert "0 of 1 texts. Left out: 1 withheld." in ended.out


def test_export_text_to_standard_output_refuses_json(mixed: Mixed, creditline: Any) -> None:
    ended = creditline("-C", mixed.folder, "--json", "export", "text", "--all")
    assert (ended.code, ended.out) == (Exit.USAGE, "")
    assert "-o OUTPUT" in ended.err


def test_citations_do_not_overwrite_a_file_without_replace(mixed: Mixed, creditline: Any, tmp_path: Path) -> None:
    out = tmp_path / "mine.bib"
    out.write_text("mine", encoding="utf-8")
    cite = ("-C", mixed.folder, "cite", mixed.free[0].id, "-o", out)
    refused = creditline(*cite)
    assert (refused.code, out.read_text(encoding="utf-8")) == (Exit.USAGE, "mine")
    assert "--replace" in refused.err
    assert creditline(*cite, "--replace").code == 0
    assert out.read_text(encoding="utf-8").startswith("@")
    assert not list(tmp_path.glob("*.part"))


# ── Withholding ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("as_json", [False, True])
def test_a_withheld_page_that_is_saved_again_shows_only_its_tombstone(
    mixed: Mixed, capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    telling = PageReporter(Console(mixed.folder, as_json=as_json))
    with Catalogue.open(Layout(mixed.folder).catalogue, read_only=True) as catalogue:
        telling.catalogue = catalogue
        telling.tell(Saved(mixed.withheld.url, mixed.withheld.id, "changed"))
    told = capsys.readouterr().out
    assert "by order of a court" in told
    assert title(mixed.withheld) not in told
    assert mixed.withheld.url not in told
    assert (telling.kept, telling.failed) == (1, 0)


def test_review_refuses_decisions_on_a_withheld_item(mixed: Mixed, creditline: Any) -> None:
    ended = creditline("-C", mixed.folder, "review", mixed.withheld.id, "--field", "title", "--confirm", "--by", "Ewa")
    assert ended.code == Exit.USAGE
    assert "is withheld: by order of a court" in ended.err
    assert title(mixed.withheld) not in ended.err + ended.out


def test_a_withheld_item_is_shown_as_a_tombstone_with_date_and_reason(mixed: Mixed, creditline: Any) -> None:
    for verb in ("show", "terms"):
        told = creditline("-C", mixed.folder, verb, mixed.withheld.id).out
        assert re.fullmatch(rf"{mixed.withheld.id}  withheld since \d{{4}}-\d\d-\d\d: by order of a court\n", told)
    told = json.loads(creditline("-C", mixed.folder, "--json", "show", mixed.withheld.id).out)
    assert (told["withheld"], set(told)) == ("by order of a court", {"id", "withheld", "since"})


@pytest.mark.slow
def test_a_withholding_survives_a_rebuild_and_can_be_lifted(mixed: Mixed, creditline: Any) -> None:
    Layout(mixed.folder).catalogue.unlink()
    assert creditline("-C", mixed.folder, "rebuild").code == 0
    assert "withheld since" in creditline("-C", mixed.folder, "show", mixed.withheld.id).out
    lifted = creditline("-C", mixed.folder, "withhold", mixed.withheld.id, "--lift", "--by", "Ewa")
    assert lifted.out == f"{mixed.withheld.id}  shown again\n"
    assert title(mixed.withheld) in creditline("-C", mixed.folder, "show", mixed.withheld.id).out
    assert creditline("-C", mixed.folder, "verify", mixed.withheld.id).code == 0
    again = creditline("-C", mixed.folder, "withhold", mixed.withheld.id, "--reason", "asked to", "--by", "Ewa")
    assert again.out == f"{mixed.withheld.id}  withheld: asked to\n"
    assert "asked to" in creditline("-C", mixed.folder, "show", mixed.withheld.id).out
    assert creditline("-C", mixed.folder, "rebuild", "--check").code == 0


@pytest.mark.parametrize(
    ("flags", "what"),
    [
        (("nowhere-0000000000", "--reason", "x"), "no item"),
        (("{}",), "no reason"),
        (("{}", "--lift"), "is not withheld"),
    ],
)
def test_a_withholding_that_would_change_nothing_is_refused(
    mixed: Mixed, creditline: Any, flags: tuple[str, ...], what: str
) -> None:
    named = [flag.format(mixed.free[0].id) for flag in flags]
    ended = creditline("-C", mixed.folder, "withhold", *named, "--by", "Ewa")
    assert ended.code == Exit.USAGE
    assert what in ended.err


def test_an_export_by_override_does_not_claim_the_permission_of_the_publisher(mixed: Mixed, creditline: Any) -> None:
    item = mixed.free[0]
    leave = ("--override", "leave by letter", "--by", "Anna")
    told = creditline("-C", mixed.folder, "export", "text", item.id, "--for-reuse", "--use", "translate", *leave)
    assert "handed out against its terms only has the permission that is named there" in told.out.splitlines()[0]
    assert "Handed out against its terms by Anna: leave by letter" in told.out
    none = creditline("-C", mixed.folder, "export", "text", item.id, "--for-reuse", "--use", "translate")
    assert none.out.splitlines()[0] == "For reuse: none of the named texts may be used in this way (translate)."


def test_an_export_for_excerpts_says_that_its_texts_are_whole(mixed: Mixed, creditline: Any) -> None:
    heads = {
        use: creditline(
            *("-C", mixed.folder, "export", "text", mixed.free[0].id, "--for-reuse", "--plain", "--use", use)
        ).out.splitlines()[0]
        for use in ("excerpt", "republish")
    }
    assert heads["excerpt"].endswith(" Each text is here as a whole: print no more of it than these words allow.")
    assert heads["republish"].endswith("with the credit line.")


def test_the_notice_of_a_withheld_item_is_not_printed_into_output_for_pasting(mixed: Mixed, creditline: Any) -> None:
    item = mixed.withheld
    for way in (("credit", item.id), ("terms", item.id, "--letter"), ("terms", item.id, "--format", "odrl")):
        told = creditline("-C", mixed.folder, *way)
        assert told.out == "", way
        assert "withheld" in told.err, way


def test_withheld_items_are_listed_with_date_and_reason(mixed: Mixed, creditline: Any) -> None:
    told = creditline("-C", mixed.folder, "withhold")
    assert told.out.splitlines() == creditline("-C", mixed.folder, "show", mixed.withheld.id).out.splitlines()
    assert (told.code, title(mixed.withheld) in told.out) == (Exit.DONE, False)
    assert told.err == "1 item withheld\n"
    lines = creditline("-C", mixed.folder, "--json", "withhold").out.splitlines()
    assert [json.loads(line)["id"] for line in lines] == [mixed.withheld.id]
    nobody = creditline("-C", mixed.folder, "withhold", "--reason", "a slip", "--by", "Jan")
    assert (nobody.code, "no item is named" in nobody.err) == (Exit.USAGE, True)


def test_an_item_is_withheld_once_and_keeps_its_reason_until_it_is_lifted(mixed: Mixed, creditline: Any) -> None:
    again = creditline("-C", mixed.folder, "withhold", mixed.withheld.id, "--reason", "a slip", "--by", "Jan")
    assert again.code == Exit.USAGE
    assert "withheld" in again.err
    assert "by order of a court" in again.err
    assert "by order of a court" in creditline("-C", mixed.folder, "show", mixed.withheld.id).out
