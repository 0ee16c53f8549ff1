"""The rules of the fold, one per test."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from archive.http.exchange import Ending, Truncation
from archive.warc.capture import Capture, CaptureKind, NoteKind
from db import captures
from db.catalogue import Catalogue
from db.identity import item_id
from db.model.change import Change, Entry, NeedsRefold, Outcome
from db.model.item import Attribution, PageKind, Partial, StatementPlace, Tombstone
from db.query.outdated_readings import from_other_readers
from db.search.search import all_ids

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder


def events(catalogue: Catalogue) -> list[str]:
    return [row[0] for row in catalogue.connection.execute("SELECT type FROM event ORDER BY at, id")]


def added(catalogue: Catalogue, *entries: Entry) -> list[Change]:
    return [catalogue.add(entry) for entry in entries]


# ── Identity ────────────────────────────────────────────────────────────────────────────────────────────────


def test_article_captured_twice_becomes_one_item(catalogue: Catalogue, builder: EntryBuilder) -> None:
    first, again = added(catalogue, builder.entry(1), builder.entry(2, "/anaklia/?utm_source=feed"))
    assert (first.outcome, again.outcome) == (Outcome.NEW, Outcome.UNCHANGED)
    assert first.item == again.item == item_id("institute", "institute.example/anaklia")
    assert catalogue.all_item_ids() == [first.item]


def test_adding_a_capture_twice_changes_nothing(catalogue: Catalogue, builder: EntryBuilder) -> None:
    catalogue.add(builder.entry(1))
    before = list(catalogue.snapshot())
    assert catalogue.add(builder.entry(1)).outcome is Outcome.UNCHANGED
    assert list(catalogue.snapshot()) == before


def test_canonical_url_on_the_publishers_host_is_cited(catalogue: Catalogue, builder: EntryBuilder) -> None:
    change = catalogue.add(builder.entry(1, "/?p=12", canonical="https://www.institute.example/anaklia/"))
    held = catalogue.item("https://institute.example/?p=12")
    assert held is not None
    assert held.url == "https://www.institute.example/anaklia/"
    assert change.item == item_id("institute", "institute.example/anaklia")
    assert set(held.aliases) == {"institute.example/anaklia", "institute.example?p=12"}


@pytest.mark.parametrize(
    ("language", "believed"),
    [("en", True), ("en-GB", True), ("pl", False)],
    ids=["its own", "its own, with a region", "of a translation"],
)
def test_canonical_url_listed_for_another_language_is_ignored(
    catalogue: Catalogue, builder: EntryBuilder, language: str, *, believed: bool
) -> None:
    listed = ((language, "https://institute.example/anaklia"), ("pl", "https://institute.example/pl/anaklia"))
    canonical = "https://institute.example/anaklia"
    catalogue.add(builder.entry(1, "/?p=12", canonical=canonical, translations=listed))
    held = catalogue.item("https://institute.example/?p=12")
    assert held is not None
    assert (held.url == canonical) is believed


@pytest.mark.parametrize("canonical", ["https://other.example/anaklia", "https://institute.example/", "nonsense"])
def test_canonical_url_on_another_host_or_of_the_front_page_is_ignored(
    catalogue: Catalogue, builder: EntryBuilder, canonical: str
) -> None:
    catalogue.add(builder.entry(1, canonical=canonical))
    held = catalogue.item("https://institute.example/anaklia")
    assert held is not None
    assert held.url == "https://institute.example/anaklia"


def test_article_whose_canonical_names_another_work_stays_its_own_item(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    port, city = added(catalogue, builder.entry(1), builder.entry(2, "/batumi", title="Batumi", text="A city."))
    canonical = "https://institute.example/anaklia"
    again = catalogue.add(builder.entry(3, "/batumi", title="Batumi", text="A city.", canonical=canonical))
    assert again.item == city.item != port.item
    held = catalogue.item("https://institute.example/batumi")
    assert held is not None
    assert held.url == "https://institute.example/batumi"


def test_translation_is_its_own_item_despite_its_canonical_url(catalogue: Catalogue, builder: EntryBuilder) -> None:
    polish = builder.capture(2, "/pl/anaklia")
    reading = builder.reading(polish, canonical="https://institute.example/anaklia")
    reading = replace(reading, language=builder.words(polish, "pl"))
    english, other = added(catalogue, builder.entry(1), Entry(polish, reading))
    assert english.item != other.item


def test_original_gets_its_url_back_from_a_translation_that_claimed_it(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    polish = builder.capture(1, "/pl/anaklia")
    reading = replace(
        builder.reading(polish, canonical="https://institute.example/anaklia"), language=builder.words(polish, "pl")
    )
    first, english = added(catalogue, Entry(polish, reading), builder.entry(2))
    assert first.item != english.item
    held = catalogue.item("https://institute.example/anaklia")
    assert held is not None
    assert held.id == english.item
    assert first.item is not None
    assert catalogue.item(first.item) is not None
    # The id of the address was shown for the translation; it is not used again.
    assert english.item == item_id("institute", "institute.example/anaklia", 1)


def test_redirect_source_leads_to_the_item_in_either_order(catalogue: Catalogue, builder: EntryBuilder) -> None:
    changes = added(
        catalogue,
        builder.redirect(1, "/oldest", "/older"),
        builder.redirect(2, "/older", "/anaklia"),
        builder.entry(3),
    )
    changes += added(catalogue, builder.redirect(4, "/short", "/anaklia"))
    item = changes[2].item
    assert [change.outcome for change in changes].count(Outcome.REDIRECT) == 3
    for path in ("/oldest", "/older", "/short", "/anaklia"):
        held = catalogue.item("https://institute.example" + path)
        assert held is not None
        assert held.id == item


def test_articles_redirected_to_the_front_page_stay_separate_items(catalogue: Catalogue, builder: EntryBuilder) -> None:
    front = builder.entry(3, "/", title="Institute", kind=PageKind.PAGE)
    added(catalogue, builder.entry(1), builder.entry(2, "/batumi", title="Batumi"), front)
    added(catalogue, builder.redirect(4, "/anaklia", "/"), builder.redirect(5, "/batumi", "/"))
    assert len(catalogue.all_item_ids()) == 3
    assert events(catalogue) == ["redirected", "redirected"]


def test_an_article_that_moved_stays_one_item_and_both_ids_resolve(catalogue: Catalogue, builder: EntryBuilder) -> None:
    old, new = added(
        catalogue, builder.entry(1, "/2023/anaklia"), builder.entry(2, "/analyses/anaklia", text="A deep port.")
    )
    assert old.item != new.item
    catalogue.add(builder.redirect(3, "/2023/anaklia", "/analyses/anaklia"))
    assert old.item is not None
    assert new.item is not None
    by_old, by_new = catalogue.item(old.item), catalogue.item(new.item)
    assert by_old == by_new
    assert by_old is not None
    assert by_old.id == old.item
    assert by_old.url == "https://institute.example/analyses/anaklia"
    assert by_old.editions == 2
    assert len(catalogue.all_item_ids()) == 1


def test_merged_item_is_counted_and_listed_once(catalogue: Catalogue, builder: EntryBuilder) -> None:
    added(catalogue, builder.entry(1, "/2023/anaklia"), builder.entry(2, "/anaklia", text="A deep port."))
    catalogue.add(builder.redirect(3, "/2023/anaklia", "/anaklia"))
    assert catalogue.counts()["items"] == 1
    assert catalogue.counts()["editions"] == 2
    assert len(catalogue.connection.execute("SELECT id FROM items").fetchall()) == 1
    assert [table for table, _ in catalogue.snapshot()].count("item") == 1


def test_of_two_articles_made_into_one_only_one_goes_on_in_it(catalogue: Catalogue, builder: EntryBuilder) -> None:
    one = " ".join(f"word{number} of the port" for number in range(60))
    other = " ".join(f"line{number} of the road" for number in range(60))
    added(
        catalogue,
        builder.entry(1, "/port", title="The port", text=one),
        builder.entry(2, "/road", title="The road", text=other),
        builder.entry(3, "/both", title="Port and road", text=f"{one}\n{other}"),
    )
    added(catalogue, builder.redirect(4, "/port", "/both"), builder.redirect(5, "/road", "/both"))
    assert len(catalogue.all_item_ids()) == 2
    assert events(catalogue) == ["redirected"]


def test_a_redirect_to_another_work_merges_nothing(catalogue: Catalogue, builder: EntryBuilder) -> None:
    added(catalogue, builder.entry(1), builder.entry(2, "/all", title="Everything", text="Much."))
    catalogue.add(builder.redirect(3, "/anaklia", "/all"))
    assert len(catalogue.all_item_ids()) == 2
    assert events(catalogue) == ["redirected"]


def test_ids_that_collide_grow_by_two_characters(catalogue: Catalogue, builder: EntryBuilder) -> None:
    taken = item_id("institute", "institute.example/batumi")
    first = catalogue.add(builder.entry(1)).item
    catalogue.connection.execute("UPDATE item_alias SET id = ? WHERE item = ?", (taken, first))
    assert catalogue.add(builder.entry(2, "/batumi")).item == item_id("institute", "institute.example/batumi", 1)


def test_further_parts_lead_to_the_item_and_become_no_items(catalogue: Catalogue, builder: EntryBuilder) -> None:
    part = builder.capture(2, "/anaklia/2")
    first = builder.entry(1)
    assert first.reading is not None
    read = replace(first.reading, heard=(part.id,))
    assert catalogue.add(replace(first, reading=read, parts=(part,))).outcome is Outcome.NEW
    assert catalogue.has_parts(builder.capture(3, "/anaklia"))
    assert not catalogue.has_parts(builder.capture(3, "/anaklia/2"))
    shown = catalogue.add(Entry(part, builder.reading(part, "Anaklia, page 2", "More.")))
    assert shown.outcome is Outcome.NOT_AN_ITEM
    held = catalogue.item("https://institute.example/anaklia/2")
    assert held is not None
    assert held.edition.captures == (first.capture.id, part.id)


@pytest.mark.parametrize("kind", [PageKind.LISTING, PageKind.OTHER, PageKind.PART])
def test_listings_and_parts_become_no_items(catalogue: Catalogue, builder: EntryBuilder, kind: PageKind) -> None:
    assert catalogue.add(builder.entry(1, kind=kind)).outcome is Outcome.NOT_AN_ITEM
    assert catalogue.counts()["items"] == 0
    assert catalogue.failures() == []


# ── Editions ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("field", ["title", "text", "attribution", "published"])
def test_a_change_of_content_opens_an_edition(catalogue: Catalogue, builder: EntryBuilder, field: str) -> None:
    second = builder.capture(2)
    changes: dict[str, dict[str, Any]] = {
        "title": {"title": builder.words(second, "Anaklia again")},
        "text": {"text": "A deep sea port."},
        "attribution": {"attributions": (Attribution("Anna Nowak", builder.evidence(second, "Anna Nowak")),)},
        "published": {"published": None},
    }
    opened, changed = added(
        catalogue, builder.entry(1), Entry(second, replace(builder.reading(second), **changes[field]))
    )
    assert changed.outcome is Outcome.CHANGED
    assert changed.item is not None
    held = [edition.id for edition in catalogue.editions(changed.item)]
    assert held == [opened.edition, changed.edition]


def test_change_of_tags_or_url_opens_no_edition_but_is_kept(catalogue: Catalogue, builder: EntryBuilder) -> None:
    second = builder.capture(2)
    reading = replace(builder.reading(second, canonical="https://institute.example/a/anaklia"), tags=())
    catalogue.add(builder.entry(1))
    assert catalogue.add(Entry(second, reading)).outcome is Outcome.UNCHANGED
    held = catalogue.item("https://institute.example/anaklia")
    assert held is not None
    assert (held.editions, held.tags, held.url) == (1, (), "https://institute.example/a/anaklia")
    assert held.last_seen == held.edition.last_seen == builder.at(2)


def test_evidence_stays_with_the_capture_that_first_showed_the_words(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    first = builder.entry(1)
    added(catalogue, first, builder.entry(2))
    held = catalogue.item("https://institute.example/anaklia")
    assert held is not None
    claims = catalogue.evidence_of(held)
    assert {claim.evidence.capture for claim in claims} == {first.capture.id}
    assert [claim.field for claim in claims] == [
        "title",
        "language",
        "tag",
        "tag",
        "author",
        "published",
        "terms",
    ]


def test_item_is_shown_as_it_was_at_a_given_time(catalogue: Catalogue, builder: EntryBuilder) -> None:
    first, second = added(catalogue, builder.entry(1), builder.entry(3, text="A deep sea port."))
    assert first.item is not None
    assert first.edition is not None
    now, then = catalogue.item(first.item), catalogue.item(first.item, at=builder.at(2))
    assert now is not None
    assert then is not None
    assert (now.edition.id, then.edition.id) == (second.edition, first.edition)
    assert catalogue.item(first.edition) == then
    assert catalogue.item(f"{first.item}@20230424100200") == then
    assert catalogue.item(first.item, at=builder.at(0)) is None


def test_edition_id_from_before_the_first_edition_leads_to_the_first(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    """It may have been shown when fewer records were known: an id in a footnote must lead somewhere."""
    first, _ = added(catalogue, builder.entry(1), builder.entry(3, text="A deep sea port."))
    assert first.item is not None
    held = catalogue.item(f"{first.item}@20230424095900")
    assert held is not None
    assert held.edition.id == first.edition


def test_a_truncated_answer_never_replaces_an_edition(catalogue: Catalogue, builder: EntryBuilder) -> None:
    cut = {"truncated": Truncation.DISCONNECT}
    _, less = added(catalogue, builder.entry(1), builder.entry(2, text="A po", capture=cut))
    assert less.outcome is Outcome.PARTIAL
    held = catalogue.item("https://institute.example/anaklia")
    assert held is not None
    assert (held.edition.text, held.last_seen) == ("A port.", builder.at(1))
    assert events(catalogue) == ["partial"]


def test_truncated_answer_may_open_a_first_edition_marked_truncated(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    catalogue.add(builder.entry(1, text="A po", capture={"truncated": Truncation.TIME}))
    held = catalogue.item("https://institute.example/anaklia")
    assert held is not None
    assert held.edition.partial is Partial.TRUNCATED


def test_a_teaser_opens_a_first_edition_and_never_follows_a_full_one(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    teaser = builder.entry(1, text="A p", partial=Partial.TEASER)
    opened, full, less = added(
        catalogue, teaser, builder.entry(2), builder.entry(3, text="A p", partial=Partial.TEASER)
    )
    assert [opened.outcome, full.outcome, less.outcome] == [Outcome.NEW, Outcome.CHANGED, Outcome.PARTIAL]
    assert [edition.partial for edition in catalogue.editions(opened.item or "")] == [Partial.TEASER, None]


def test_longer_unproved_answer_replaces_the_text_of_the_first_edition(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    unproved = {"ending": Ending.UNPROVED}
    opened, longer, shorter = added(
        catalogue,
        builder.entry(1, text="A po", capture=unproved),
        builder.entry(2, text="A port.", capture=unproved),
        builder.entry(3, text="A", capture=unproved),
    )
    assert [opened.outcome, longer.outcome, shorter.outcome] == [
        Outcome.NEW,
        Outcome.UNPROVED,
        Outcome.UNPROVED,
    ]
    held = catalogue.item("https://institute.example/anaklia")
    assert held is not None
    assert (held.editions, held.edition.text, held.edition.partial) == (1, "A port.", Partial.UNPROVED)
    assert held.edition.opened == builder.at(1)


def test_two_unproved_answers_that_agree_count_as_whole(catalogue: Catalogue, builder: EntryBuilder) -> None:
    unproved = {"ending": Ending.UNPROVED}
    added(catalogue, builder.entry(1, capture=unproved), builder.entry(2, capture=unproved))
    held = catalogue.item("https://institute.example/anaklia")
    assert held is not None
    assert held.edition.partial is None


def test_an_unproved_answer_never_replaces_a_proved_edition(catalogue: Catalogue, builder: EntryBuilder) -> None:
    unproved = {"ending": Ending.UNPROVED}
    changes = added(
        catalogue, builder.entry(1), builder.entry(2, text="A much longer text about a port.", capture=unproved)
    )
    assert changes[1].outcome is Outcome.UNPROVED
    again = catalogue.add(builder.entry(3, text="A much longer text about a port.", capture=unproved))
    assert again.outcome is Outcome.CHANGED


def test_reading_by_a_newer_reader_asks_for_a_refold_and_opens_no_edition(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    first, second = builder.entry(1), builder.entry(2, text="A port, read better.", stamp=builder.newer)
    opened = catalogue.add(first)
    with pytest.raises(NeedsRefold) as needed:
        catalogue.add(second)
    assert [capture.id for capture in needed.value.captures] == [first.capture.id, second.capture.id]
    better = builder.entry(1, text="A port, read better.", stamp=builder.newer)
    changes = catalogue.refold([better, second])
    assert [change.outcome for change in changes] == [Outcome.NEW, Outcome.UNCHANGED]
    assert (changes[0].item, changes[0].edition) == (opened.item, opened.edition)
    assert from_other_readers(catalogue.connection, lambda _: str(builder.newer))[0] == []


# ── Pages without a text ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [404, 410, 451])
def test_gone_is_an_event_that_ends_when_the_item_returns(
    catalogue: Catalogue, builder: EntryBuilder, status: int
) -> None:
    changes = added(
        catalogue, builder.entry(1), builder.answer(2, "/anaklia", status), builder.answer(3, "/anaklia", status)
    )
    assert [change.outcome for change in changes] == [Outcome.NEW, Outcome.GONE, Outcome.STILL_GONE]
    held = catalogue.item("https://institute.example/anaklia")
    assert held is not None
    assert held.gone == builder.at(2)
    assert held.edition.text == "A port."
    assert catalogue.add(builder.entry(4)).outcome is Outcome.RETURNED
    held = catalogue.item("https://institute.example/anaklia")
    assert held is not None
    assert held.gone is None
    assert events(catalogue) == ["gone", "returned"]


def test_dead_old_url_does_not_mark_the_item_as_gone(catalogue: Catalogue, builder: EntryBuilder) -> None:
    added(catalogue, builder.redirect(1, "/old", "/anaklia"), builder.entry(2), builder.answer(3, "/old", 404))
    held = catalogue.item("https://institute.example/old")
    assert held is not None
    assert held.gone is None


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        (PageKind.CHALLENGE, Outcome.BLOCKED),
        (PageKind.PROTECTED, Outcome.PROTECTED),
        (PageKind.SHELL, Outcome.ERROR),
        (PageKind.MISSING, Outcome.ABSENT),
        (PageKind.EMPTY, Outcome.ERROR),
    ],
)
def test_block_page_or_empty_page_is_a_failure_and_never_an_edition(
    catalogue: Catalogue, builder: EntryBuilder, kind: PageKind, outcome: Outcome
) -> None:
    _, wall = added(catalogue, builder.entry(1), builder.entry(2, kind=kind, text="Prove that you are human"))
    assert wall.outcome is outcome
    assert len(catalogue.editions(wall.item or "")) == 1
    assert [failure.url for failure in catalogue.failures()] == ["https://institute.example/anaklia"]
    catalogue.add(builder.entry(3))
    assert catalogue.failures() == []


@pytest.mark.parametrize(("status", "outcome"), [(403, Outcome.BLOCKED), (503, Outcome.ERROR)])
def test_refused_url_is_a_failure_even_without_an_item(
    catalogue: Catalogue, builder: EntryBuilder, status: int, outcome: Outcome
) -> None:
    assert catalogue.add(builder.answer(1, "/closed", status)).outcome is outcome
    assert [failure.reason for failure in catalogue.failures()] == [outcome.value]


# ── Revisits ────────────────────────────────────────────────────────────────────────────────────────────────


def repeated(first: Capture) -> dict[str, Any]:
    """The fields of a revisit that repeats *first*."""
    return {"payload_digest": first.payload_digest, "refers_to_url": first.url, "refers_to_date": first.began}


def test_an_unchanged_payload_is_confirmed_without_reading(catalogue: Catalogue, builder: EntryBuilder) -> None:
    catalogue.add(builder.entry(1))
    fields: dict[str, Any] = {
        "kind": CaptureKind.NOT_MODIFIED,
        "status": 304,
        **repeated(builder.capture(1)),
    }
    change = catalogue.add_unchanged(builder.capture(2, **fields))
    assert change is not None
    assert change.outcome is Outcome.UNCHANGED
    held = catalogue.item("https://institute.example/anaklia")
    assert held is not None
    assert held.last_seen == held.edition.last_seen == held.terms[0].last_confirmed == builder.at(2)


def test_confirming_and_rereading_give_the_same_rows(catalogue: Catalogue, builder: EntryBuilder) -> None:
    fields: dict[str, Any] = {"kind": CaptureKind.REVISIT, **repeated(builder.capture(1))}
    catalogue.add(builder.entry(1))
    catalogue.connection.execute("BEGIN")
    catalogue.add_unchanged(builder.capture(2, **fields))
    confirmed = list(catalogue.snapshot())
    catalogue.connection.rollback()
    capture = builder.capture(2, **fields)
    catalogue.add(Entry(capture, builder.reading(builder.capture(1))))
    assert list(catalogue.snapshot()) == confirmed


def test_unchanged_page_of_a_merged_item_must_be_read_again(catalogue: Catalogue, builder: EntryBuilder) -> None:
    # Moved: the text is seen at its new address first, and then the old one redirects there.
    known = [builder.entry(1), builder.entry(2, "/new"), builder.redirect(3, "/anaklia", "/new")]
    added(catalogue, *known)
    revisit = builder.capture(4, "/new", kind=CaptureKind.REVISIT, **repeated(builder.capture(2, "/new")))
    assert catalogue.add_unchanged(revisit) is None
    last = Entry(revisit, builder.reading(revisit))
    catalogue.add(last)
    once = list(catalogue.snapshot())
    # As `rebuild --older` does it: all connected pages are folded again.
    catalogue.refold([*known, last])
    assert list(catalogue.snapshot()) == once


def test_revisit_of_an_older_payload_must_be_read(catalogue: Catalogue, builder: EntryBuilder) -> None:
    added(catalogue, builder.entry(1), builder.entry(2, text="A deep sea port."))
    older = builder.capture(3, kind=CaptureKind.REVISIT, **repeated(builder.capture(1)))
    before = list(catalogue.snapshot())
    assert catalogue.add_unchanged(older) is None
    assert [row for row in catalogue.snapshot() if older.id not in row[1]] == before
    assert catalogue.add(Entry(older, builder.reading(older))).outcome is Outcome.CHANGED


@pytest.mark.parametrize("otherwise", ["described", "asked for as", "of unknown bytes"])
def test_unchanged_payload_must_be_read_if_its_reading_may_differ(
    catalogue: Catalogue, builder: EntryBuilder, otherwise: str
) -> None:
    if otherwise == "described":
        one = {"id": "institute", "url": "https://institute.example/", "hosts": ["institute.example"]}
        for number, name in ((0, "institute.example"), (2, "The Institute")):
            catalogue.add_note(builder.note(number, NoteKind.SETTINGS, {"publishers": [one | {"name": name}]}))
    catalogue.add(builder.entry(1))
    revisit = builder.capture(3, kind=CaptureKind.REVISIT, **repeated(builder.capture(1)))
    if otherwise == "asked for as":
        revisit = replace(revisit, url=revisit.url.replace("https:", "http:"))
    elif otherwise == "of unknown bytes":
        revisit = replace(revisit, refers_to_date=builder.at(0))
    assert catalogue.add_unchanged(revisit) is None


# ── Terms ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_statement_is_stored_once_with_its_interval(catalogue: Catalogue, builder: EntryBuilder) -> None:
    silent = builder.entry(3, statements=())
    added(catalogue, builder.entry(1), builder.entry(2, "/batumi"), silent)
    (record,) = catalogue.statements()
    assert (record.items, record.first_seen, record.last_confirmed) == (1, builder.at(1), builder.at(2))
    now = catalogue.item("https://institute.example/anaklia")
    assert now is not None
    assert now.terms == ()
    before = catalogue.item(now.id, at=builder.at(2))
    assert before is not None
    assert [term.superseded for term in before.terms] == [builder.at(3)]


def test_statements_first_seen_at_different_times_have_their_own_intervals(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    free, ask = "Texts are free.", "Ask us."
    catalogue.add(builder.saying(1, "/anaklia", free))
    catalogue.add(builder.saying(2, "/anaklia", ask, free))
    catalogue.add(builder.saying(3, "/anaklia", ask, free))
    held = catalogue.item("https://institute.example/anaklia")
    assert held is not None
    told = [(one.statement.words, one.first_seen, one.last_confirmed) for one in held.terms]
    assert told == [(free, builder.at(1), builder.at(3)), (ask, builder.at(2), builder.at(3))]
    assert [len(one.statement.terms) for one in held.terms] == [1, 1]


def test_returning_terms_open_a_new_interval(catalogue: Catalogue, builder: EntryBuilder) -> None:
    added(catalogue, builder.entry(1), builder.entry(2, statements=()), builder.entry(3))
    rows = catalogue.connection.execute("SELECT first_seen, superseded IS NULL FROM term ORDER BY 1").fetchall()
    assert [standing for _, standing in rows] == [0, 1]


def test_evidence_of_terms_points_to_the_capture_of_the_shown_edition(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    added(
        catalogue,
        builder.entry(1),
        builder.entry(2),
        builder.entry(3, text="Another text."),
        builder.entry(4, text="A third."),
    )
    cited = [
        held.terms[0].statement.evidence.capture
        for minute in (1, 2, 3, 4)
        if (held := catalogue.item("https://institute.example/anaklia", at=builder.at(minute)))
    ]
    assert cited == [builder.capture(number).id for number in (1, 1, 3, 4)]
    assert len(catalogue.item("https://institute.example/anaklia").terms) == 1  # type: ignore[union-attr]  # it was added
    late = list(catalogue.snapshot())
    assert [row for row in late if row[0] == "restated"] != []


def test_unread_statement_is_kept_and_item_prose_comes_before_the_footer(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    capture = builder.capture(1)
    footer = builder.statement(capture)
    unread = replace(footer, words="All wrongs reversed.", terms=(), place=StatementPlace.ITEM_PROSE)
    catalogue.add(Entry(capture, builder.reading(capture, statements=(footer, unread, footer))))
    held = catalogue.item(capture.url)
    assert held is not None
    assert [term.statement for term in held.terms] == [unread, footer]


# ── Notes ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_withheld_item_is_neither_found_nor_listed_until_lifted(catalogue: Catalogue, builder: EntryBuilder) -> None:
    item = catalogue.add(builder.entry(1)).item
    assert item is not None
    catalogue.add_note(builder.note(2, NoteKind.WITHHOLDING, {"item": item, "reason": "by order of a court"}))
    assert catalogue.item(item) is None
    assert list(catalogue.items([item])) == []
    assert catalogue.editions(item) == []
    held = catalogue.item(item, withheld=True)
    assert held is not None
    assert held.withheld == "by order of a court"
    assert catalogue.tombstone(item) == Tombstone(item, "by order of a court", builder.at(2))
    assert catalogue.connection.execute("SELECT count(*) FROM items").fetchone() == (0,)
    catalogue.add_note(builder.note(3, NoteKind.WITHHOLDING, {"item": item, "lift": True}))
    assert catalogue.connection.execute("SELECT count(*) FROM items").fetchone() == (1,)


def test_withholding_applies_even_if_catalogued_before_its_item(catalogue: Catalogue, builder: EntryBuilder) -> None:
    item = item_id("institute", "institute.example/anaklia")
    catalogue.add_note(builder.note(2, NoteKind.WITHHOLDING, {"item": item, "reason": "by order of a court"}))
    catalogue.add(builder.entry(1))
    held = catalogue.item(item, withheld=True)
    assert held is not None
    assert held.withheld == "by order of a court"


def test_withheld_item_stays_withheld_after_a_merge(catalogue: Catalogue, builder: EntryBuilder) -> None:
    catalogue.add(builder.entry(1, "/a"))
    other = catalogue.add(builder.entry(2, "/b")).item
    catalogue.add_note(builder.note(3, NoteKind.WITHHOLDING, {"item": other, "reason": "by order of a court"}))
    merged = catalogue.add(builder.entry(4, "/a", canonical="https://institute.example/b")).item
    assert merged != other
    held = catalogue.item(str(merged), withheld=True)
    assert held is not None
    assert held.withheld == "by order of a court"
    assert all_ids(catalogue.connection, "anaklia") == []


@pytest.mark.parametrize("by", ["page", "whole"])
def test_withholding_a_page_or_its_whole_withholds_both_until_lifted(
    catalogue: Catalogue, builder: EntryBuilder, by: str
) -> None:
    page, whole = builder.entry(1, "/a/2", text="The rest."), builder.entry(2, "/a")
    ids = {"page": catalogue.add(page).item}
    ids["whole"] = catalogue.add(replace(whole, parts=(page.capture,))).item
    assert len(set(ids.values())) == 2, "the page was a work before the whole was known"
    catalogue.add_note(builder.note(3, NoteKind.WITHHOLDING, {"item": ids[by], "reason": "by order of a court"}))
    assert catalogue.withheld() == frozenset(ids.values())
    assert all_ids(catalogue.connection, "anaklia") == []
    catalogue.add_note(builder.note(4, NoteKind.WITHHOLDING, {"item": ids[by], "lift": True}))
    assert catalogue.withheld() == frozenset()
    assert len(all_ids(catalogue.connection, "anaklia")) == 2


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_withholding_applies_at_every_publisher_that_holds_the_url(
    catalogue: Catalogue, builder: EntryBuilder, order: tuple[int, ...]
) -> None:
    """In any order of: the page here, the page there, the page under another address there, the withholding."""
    ids = [item_id(one, "institute.example/anaklia") for one in ("institute", "digest")]
    note = builder.note(9, NoteKind.WITHHOLDING, {"item": ids[0], "reason": "by order of a court"})
    moved = builder.redirect(3, "/moved", "/anaklia")
    there = {"publisher": "digest"}
    entries = [
        builder.entry(1),
        builder.entry(2, capture=there),
        replace(moved, capture=replace(moved.capture, publisher="digest")),
    ]
    known: list[Entry] = []
    for one in order:
        if one == 3:
            catalogue.add_note(note)
        else:
            builder.add_in_any_order(catalogue, [entries[one]], known=known)
    assert sorted(catalogue.withheld()) == sorted(ids)
    assert all_ids(catalogue.connection, "anaklia") == []
    assert catalogue.item("https://institute.example/moved") is None
    catalogue.add_note(builder.note(10, NoteKind.WITHHOLDING, {"item": ids[1], "lift": True}))
    assert catalogue.withheld() == frozenset()
    assert sorted(all_ids(catalogue.connection, "anaklia")) == sorted(ids)


def test_settings_describe_publishers_and_older_notes_change_nothing(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    described = {"id": "institute", "url": "https://institute.example/", "hosts": ["institute.example"]}
    catalogue.add(builder.entry(1))
    new = builder.note(3, NoteKind.SETTINGS, {"publishers": [{**described, "name": "The Institute"}]})
    old = builder.note(2, NoteKind.SETTINGS, {"publishers": [{**described, "name": "An institute"}]})
    catalogue.add_note(new)
    catalogue.add_note(old)
    held = catalogue.item("https://institute.example/anaklia")
    assert held is not None
    assert held.publisher.name == "The Institute"
    (line,) = catalogue.connection.execute("SELECT credit_line FROM items").fetchone()
    assert "The Institute" in line
    assert catalogue.last_note_digest() == new.digest


def test_failure_is_listed_until_the_page_is_fetched(catalogue: Catalogue, builder: EntryBuilder) -> None:
    url = "https://institute.example/anaklia"
    catalogue.add_note(builder.note(1, NoteKind.FAILURE, {"reason": "dns", "detail": "no such host"}, about=url))
    (failure,) = catalogue.failures()
    assert (failure.url, failure.reason, failure.detail) == (url, "dns", "no such host")
    catalogue.add(builder.entry(2))
    assert catalogue.failures() == []


def test_file_ends_are_known_from_captures_notes_and_marks(catalogue: Catalogue, builder: EntryBuilder) -> None:
    catalogue.add_captures([builder.capture(1), builder.capture(2)])
    catalogue.add_note(builder.note(3, NoteKind.RUN, {"started": "2023-04-24T10:00:00Z", "kind": "run"}))
    assert catalogue.known_ends() == {"institute-0001.warc.gz": 2900, "collection-0001.warc.gz": 3400}
    catalogue.mark_file_end("institute-0001.warc.gz", 4000)
    assert catalogue.known_ends()["institute-0001.warc.gz"] == 4000
    assert [run.started for run in catalogue.runs()] == [builder.at(0)]


# ── Captures ────────────────────────────────────────────────────────────────────────────────────────────────


def test_unread_lists_captures_that_were_kept_but_not_read(catalogue: Catalogue, builder: EntryBuilder) -> None:
    captures = [
        builder.capture(2),
        builder.capture(1, "/b"),
        builder.capture(3, "/robots.txt", media_type="text/plain"),
    ]
    catalogue.add_captures(captures)
    assert [capture.id for capture in catalogue.unread()] == [captures[1].id, captures[0].id, captures[2].id]
    catalogue.add(Entry(captures[1], builder.reading(captures[1], kind=PageKind.LISTING)))
    catalogue.add(Entry(captures[0], builder.reading(captures[0])))
    assert [capture.id for capture in catalogue.unread()] == [captures[2].id]


def test_the_original_of_a_revisit_is_found_by_address_and_date(catalogue: Catalogue, builder: EntryBuilder) -> None:
    first = builder.capture(1, began=builder.at(1).replace(microsecond=250))
    again = builder.capture(2, kind=CaptureKind.NOT_MODIFIED, status=304, etag='"x"')
    catalogue.add_captures([first, again, builder.capture(3, status=503)])
    assert catalogue.original(first.url, first.began) == first
    assert catalogue.original(first.url, first.began.replace(microsecond=0)) == first
    assert catalogue.original(first.url, builder.at(9)) is None
    assert catalogue.latest_capture(first.url) == again
    assert catalogue.capture(first.id) == first


def test_revisit_is_never_its_own_original_within_one_second(catalogue: Catalogue, builder: EntryBuilder) -> None:
    """Other programs date their records to the second and give ids in no particular order."""
    second = builder.capture(2)
    revisit = builder.capture(1, kind=CaptureKind.REVISIT, **repeated(second))
    revisit = replace(revisit, began=second.began)
    with catalogue.transaction():
        catalogue.add_captures([revisit])
        captures.mark(
            catalogue.connection, revisit.id, captures.Read(True, None, None, None, "what it repeats is gone")
        )
    assert captures.without_payload(catalogue.connection) == []
    with catalogue.transaction():
        catalogue.add_captures([second])
    assert catalogue.original(second.url, second.began) == second
    assert captures.without_payload(catalogue.connection) == [revisit]


@pytest.mark.parametrize("order", list(permutations(range(4))), ids=str)
def test_copy_at_another_url_opens_no_edition_while_the_page_exists(
    catalogue: Catalogue, builder: EntryBuilder, order: tuple[int, ...]
) -> None:
    named: dict[str, Any] = {"canonical": "https://institute.example/anaklia"}
    entries = [
        builder.entry(1, "/anaklia", **named),
        builder.entry(2, "/print/anaklia", text="A port. Printed.", **named),
        builder.entry(3, "/anaklia", text="A port, mended.", **named),
        builder.entry(4, "/print/anaklia", text="A port, mended. Printed.", **named),
    ]
    with catalogue.transaction():
        builder.add_in_any_order(catalogue, [entries[at] for at in order])
    (item,) = catalogue.items(catalogue.all_item_ids())
    assert (item.editions, item.edition.text) == (2, "A port, mended.")
    held = catalogue.item("https://institute.example/print/anaklia")
    assert held is not None
    assert held.id == item.id
