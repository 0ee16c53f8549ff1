"""Terms that stand on another page than the item: on a terms page, and where its words were replaced."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from archive.warc.capture import NoteKind
from db.catalogue import Catalogue
from db.model.change import Entry
from db.model.item import Act, Answer, Covers, Item, PageKind, Permission, StatementPlace, Term
from db.query.held_items import repeated
from db.terms.sitewide import in_section
from db.terms.verdict import verdict

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder

FREE, ASK = "Texts may be republished with credit.", "Ask us before you republish."


def words_in_force(
    catalogue: Catalogue, path: str, at: int | None = None, builder: EntryBuilder | None = None
) -> list[str]:
    held = catalogue.item(f"https://institute.example{path}", at=builder.at(at) if builder and at is not None else None)
    assert held is not None
    return [term.statement.words for term in held.terms]


def item(catalogue: Catalogue, path: str) -> Item:
    held = catalogue.item(f"https://institute.example{path}")
    assert held is not None
    return held


def test_terms_page_applies_to_every_item_with_its_own_evidence(catalogue: Catalogue, builder: EntryBuilder) -> None:
    catalogue.add(builder.saying(1, "/a"))
    catalogue.add(builder.terms_page(2, FREE))
    catalogue.add(builder.saying(3, "/b"))
    for path in ("/a", "/b"):
        (term,) = item(catalogue, path).terms
        assert (term.statement.words, term.statement.place) == (FREE, StatementPlace.TERMS_PAGE)
        assert term.statement.evidence.capture == builder.capture(2).id
    assert catalogue.connection.execute("SELECT count(*) FROM statement").fetchone() == (1,)
    assert catalogue.connection.execute("SELECT count(*) FROM term").fetchone() == (1,)


def test_terms_page_of_another_publisher_does_not_apply(catalogue: Catalogue, builder: EntryBuilder) -> None:
    other = builder.terms_page(1, FREE, path="https://other.example/terms")
    catalogue.add(replace(other, capture=replace(other.capture, publisher="other")))
    catalogue.add(builder.saying(2, "/a"))
    assert words_in_force(catalogue, "/a") == []


def test_nearest_statement_comes_first_and_repeated_words_appear_once(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    catalogue.add(builder.terms_page(1, FREE, ASK))
    catalogue.add(builder.saying(2, "/a", FREE, place=StatementPlace.ITEM_PROSE))
    catalogue.add(builder.saying(3, "/b", "All rights reserved."))
    assert words_in_force(catalogue, "/a") == [FREE, ASK]
    assert item(catalogue, "/a").terms[0].statement.place is StatementPlace.ITEM_PROSE
    assert words_in_force(catalogue, "/b") == [FREE, ASK, "All rights reserved."]


def test_statement_that_adds_no_rule_is_listed_separately_until_decided(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    rule = Term(Covers.TEXT, Act.USE, Permission.ASK, "r")
    catalogue.add(with_rule(builder.terms_page(1, ASK), rule))
    catalogue.add(with_rule(builder.saying(2, "/a", FREE, place=StatementPlace.ITEM_PROSE), rule))
    assert words_in_force(catalogue, "/a") == [FREE]
    (left,) = repeated(catalogue.connection, item(catalogue, "/a"))
    assert (left.statement.words, left.statement.place) == (ASK, StatementPlace.TERMS_PAGE)
    assert left.statement.evidence.capture == builder.capture(1).id
    body: dict[str, object] = {"publisher": "institute", "words": FREE, "field": "terms", "by": "A. Nowak"}
    catalogue.add_note(builder.note(5, NoteKind.DECISION, body))
    assert words_in_force(catalogue, "/a") == [FREE, ASK], "words that say nothing hide nothing"
    assert verdict([held.statement for held in item(catalogue, "/a").terms]).answer is Answer.ASK
    assert repeated(catalogue.connection, item(catalogue, "/a")) == ()


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2)])
def test_section_terms_come_before_site_terms_and_the_footer(
    catalogue: Catalogue, builder: EntryBuilder, order: tuple[int, ...]
) -> None:
    rule = Term(Covers.TEXT, Act.USE, Permission.ASK, "r")
    section = with_rule(builder.terms_page(1, "The Review is asked.", path="/review/terms/"), rule)
    site = with_rule(builder.terms_page(2, "The Institute forbids."), replace(rule, permission=Permission.PROHIBITED))
    footer = with_rule(builder.saying(3, "/review/2024/a", "All rights."), replace(rule, act=Act.DISTRIBUTE))
    entries = (section, site, footer, builder.saying(4, "/news/b"))
    for number in order:
        catalogue.add(entries[number])
    places = [(held.statement.words, held.statement.place) for held in item(catalogue, "/review/2024/a").terms]
    assert places == [
        ("The Review is asked.", StatementPlace.SECTION),
        ("The Institute forbids.", StatementPlace.TERMS_PAGE),
        ("All rights.", StatementPlace.SITE_FOOTER),
    ]
    assert {held.statement.place for held in item(catalogue, "/news/b").terms} == {StatementPlace.TERMS_PAGE}
    assert words_in_force(catalogue, "/news/b") == ["The Review is asked.", "The Institute forbids."], (
        "both hold all the same"
    )


def with_rule(entry: Entry, rule: Term) -> Entry:
    """The same entry with *rule* read from each statement."""
    assert entry.reading is not None
    statements = tuple(replace(one, terms=(rule,)) for one in entry.reading.statements)
    return replace(entry, reading=replace(entry.reading, statements=statements))


@pytest.mark.parametrize(
    ("url", "terms", "within"),
    [
        ("https://a.example/review/2024/text/", "https://a.example/review/terms/", True),
        ("https://a.example/en/review/text", "https://a.example/en/review/copyright.html", True),
        ("https://a.example/reviews/text/", "https://a.example/review/terms/", False),
        ("https://a.example/review/text/", "https://a.example/terms/", False),
        ("https://a.example/en/text/", "https://a.example/en/terms/", False),
        ("https://b.example/review/text/", "https://a.example/review/terms/", False),
    ],
    ids=[
        "below",
        "below in a language",
        "similar beginning",
        "of the site",
        "of the site in a language",
        "another host",
    ],
)
def test_section_is_the_folder_of_its_terms_page(url: str, terms: str, within: bool) -> None:
    assert in_section(url, terms) is within


def test_terms_page_in_another_language_still_applies(catalogue: Catalogue, builder: EntryBuilder) -> None:
    catalogue.add(builder.terms_page(1, "Bez zgody nie wolno.", path="/nota-prawna", language="pl"))
    catalogue.add(builder.saying(2, "/a"))
    assert words_in_force(catalogue, "/a") == ["Bez zgody nie wolno."]


def test_repeated_rule_is_shown_once_in_the_language_of_the_item(catalogue: Catalogue, builder: EntryBuilder) -> None:
    catalogue.add(builder.terms_page(1, "Ask nas.", path="/nota-prawna", language="pl"))
    catalogue.add(builder.terms_page(2, ASK))
    catalogue.add(builder.saying(3, "/a"))
    catalogue.add(builder.saying(4, "/b", "Asking is needed."))
    assert words_in_force(catalogue, "/a") == [ASK]
    assert words_in_force(catalogue, "/b") == ["Asking is needed."]


def test_changed_terms_page_applies_to_all_at_once_and_not_to_earlier_dates(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    catalogue.add(builder.saying(1, "/a"))
    catalogue.add(builder.terms_page(2, FREE))
    catalogue.add(builder.terms_page(5, ASK))
    assert words_in_force(catalogue, "/a") == [ASK]
    assert [words_in_force(catalogue, "/a", at, builder) for at in (1, 2, 4, 5)] == [[], [FREE], [FREE], [ASK]]


def test_terms_page_that_is_gone_permits_nothing(catalogue: Catalogue, builder: EntryBuilder) -> None:
    catalogue.add(builder.saying(1, "/a"))
    catalogue.add(builder.terms_page(2, FREE))
    catalogue.add(builder.answer(5, "/terms", 404))
    assert words_in_force(catalogue, "/a") == []
    assert words_in_force(catalogue, "/a", 4, builder) == [FREE]


def test_replaced_words_apply_to_other_pages_until_one_shows_the_old_words(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    for number, path in enumerate(("/a", "/b", "/c"), start=1):
        catalogue.add(builder.saying(number, path, FREE))
    catalogue.add(builder.saying(5, "/a", ASK))
    assert words_in_force(catalogue, "/a") == [ASK]
    assert words_in_force(catalogue, "/b") == [FREE, ASK]
    assert words_in_force(catalogue, "/b", 4, builder) == [FREE]
    replaced = item(catalogue, "/b").terms[1]
    assert (replaced.first_seen, replaced.statement.evidence.capture) == (builder.at(5), builder.capture(5).id)
    catalogue.add(builder.saying(6, "/c", FREE))
    assert words_in_force(catalogue, "/b") == [FREE]


def test_confirmation_is_suspended_while_its_words_are_replaced_elsewhere(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    words = "Free for all."
    for number, path in enumerate(("/a", "/b", "/c"), start=1):
        catalogue.add(builder.saying(number, path, words))
    granted = {"covers": "text", "act": "use", "permission": "permitted with duties", "duties": ["attribute"]}
    about = {"publisher": "institute", "words": words, "field": "terms", "by": "A. Nowak"}
    catalogue.add_note(builder.note(4, NoteKind.DECISION, {**about, "values": [granted], "confirms": True}))
    changed = f"{words} And well."
    catalogue.add(builder.saying(5, "/a", changed))

    def grade(path: str) -> str | None:
        found = verdict([held.statement for held in item(catalogue, path).terms])
        return found.grade and found.grade.value

    assert words_in_force(catalogue, "/b") == [words, changed]
    assert (grade("/a"), grade("/b")) == ("plain", "plain")
    assert item(catalogue, "/b").terms[0].replaced is not None
    catalogue.add(builder.saying(6, "/c", words))
    assert (grade("/a"), grade("/b"), grade("/c")) == ("plain", "confirmed", "confirmed")


def test_words_that_one_page_drops_are_not_replaced(catalogue: Catalogue, builder: EntryBuilder) -> None:
    catalogue.add(builder.saying(1, "/a", FREE))
    catalogue.add(builder.saying(2, "/b", FREE))
    catalogue.add(builder.saying(5, "/a"))
    assert words_in_force(catalogue, "/b") == [FREE]


def test_views_show_the_terms_of_the_publishers_terms_page(catalogue: Catalogue, builder: EntryBuilder) -> None:
    catalogue.add(builder.saying(1, "/a", ASK))
    catalogue.add(builder.terms_page(2, FREE))
    held = item(catalogue, "/a").id
    query = "SELECT words, place, capture, superseded FROM terms WHERE item = ? ORDER BY words"
    assert catalogue.connection.execute(query, (held,)).fetchall() == [
        (ASK, "site footer", builder.capture(1).id, None),
        (FREE, "terms page", builder.capture(2).id, None),
    ]
    (words,) = catalogue.connection.execute("SELECT terms_words FROM items WHERE id = ?", (held,)).fetchone()
    assert words == f"{ASK}; {FREE}"


def test_stored_credit_line_says_nothing_about_terms(catalogue: Catalogue, builder: EntryBuilder) -> None:
    catalogue.add(builder.saying(1, "/a", FREE))
    (line,) = catalogue.connection.execute("SELECT credit_line FROM items").fetchone()
    assert line.endswith("https://institute.example/a.")


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
def test_terms_in_force_do_not_depend_on_the_order_of_captures(
    catalogue: Catalogue, builder: EntryBuilder, order: tuple[int, ...]
) -> None:
    entries = [
        builder.saying(1, "/a", FREE),
        builder.terms_page(2, FREE),
        builder.saying(3, "/b", FREE),
        builder.terms_page(4, ASK),
    ]
    with catalogue.transaction():
        builder.add_in_any_order(catalogue, [entries[index] for index in order])
    assert words_in_force(catalogue, "/a") == [ASK, FREE]
    assert words_in_force(catalogue, "/b", 3, builder) == [FREE]


def test_terms_page_statement_is_listed_with_its_number_of_items(catalogue: Catalogue, builder: EntryBuilder) -> None:
    for entry in (builder.saying(1, "/a"), builder.saying(2, "/b", ASK), builder.terms_page(3, FREE)):
        catalogue.add(entry)
    assert [(one.statement.words, one.items) for one in catalogue.statements()] == [(FREE, 3), (ASK, 1)]


def test_past_date_shows_the_last_confirmation_known_then(catalogue: Catalogue, builder: EntryBuilder) -> None:
    for number in (1, 5, 9):
        catalogue.add(builder.saying(number, "/a", FREE))
    held = catalogue.item("https://institute.example/a", at=builder.at(7))
    assert held is not None
    assert held.terms[0].last_confirmed == builder.at(5)
    assert item(catalogue, "/a").terms[0].last_confirmed == builder.at(9)


def policy(builder: EntryBuilder, number: int, *words: str) -> Entry:
    """A robots.txt that states *words* on mining."""
    entry = builder.saying(number, "/robots.txt", *words, place=StatementPlace.SITE_POLICY, kind=PageKind.OTHER)
    assert entry.reading is not None
    mining = Term(Covers.SITE, Act.MINE, Permission.PROHIBITED, "a rule")
    said = tuple(replace(one, terms=(mining,)) for one in entry.reading.statements)
    return replace(entry, reading=replace(entry.reading, statements=said))


def test_site_policy_applies_to_every_item_and_is_no_item(catalogue: Catalogue, builder: EntryBuilder) -> None:
    catalogue.add(builder.saying(1, "/a", ASK))
    catalogue.add(policy(builder, 2, "Content-Signal: ai-train=no"))
    held = item(catalogue, "/a")
    assert [term.statement.place for term in held.terms] == [StatementPlace.SITE_FOOTER, StatementPlace.SITE_POLICY]
    assert held.terms[1].statement.evidence.capture == builder.capture(2).id
    assert catalogue.all_item_ids() == [held.id]
    rows = catalogue.connection.execute("SELECT words, capture FROM terms WHERE place = 'site policy'").fetchall()
    assert rows == [("Content-Signal: ai-train=no", builder.capture(2).id)]


def test_changed_or_removed_site_policy_ends_its_statements(catalogue: Catalogue, builder: EntryBuilder) -> None:
    catalogue.add(builder.saying(1, "/a"))
    entries = [policy(builder, 2, "one"), policy(builder, 3, "two"), builder.answer(5, "/robots.txt", 404)]
    with catalogue.transaction():
        builder.add_in_any_order(catalogue, entries[::-1])
    assert words_in_force(catalogue, "/a") == []
    assert [words_in_force(catalogue, "/a", at, builder) for at in (1, 2, 4, 5)] == [[], ["one"], ["two"], []]


SECTION = "/blog/terms/"


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
def test_section_permission_applies_in_its_folder_and_where_it_is_linked(
    catalogue: Catalogue, builder: EntryBuilder, order: tuple[int, ...]
) -> None:
    entries = [
        builder.terms_page(1, FREE, path=SECTION),
        builder.saying(2, "/blog/2024/a"),
        builder.saying(3, "/news/b"),
        builder.saying(4, "/news/c", terms_links=(f"http://www.institute.example{SECTION}?utm_source=foot",)),
    ]
    with catalogue.transaction():
        builder.add_in_any_order(catalogue, [entries[index] for index in order])
    assert words_in_force(catalogue, "/blog/2024/a") == [FREE]
    assert words_in_force(catalogue, "/news/b") == []
    assert words_in_force(catalogue, "/news/c") == [FREE]
    places = {path: item(catalogue, path).terms[0].statement.place for path in ("/blog/2024/a", "/news/c")}
    assert places == {"/blog/2024/a": StatementPlace.SECTION, "/news/c": StatementPlace.TERMS_PAGE}


def test_section_restriction_applies_everywhere_but_its_permission_does_not(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    page = builder.terms_page(1, "Quote freely, ask for more.", path=SECTION)
    assert page.reading is not None
    quoting = Term(Covers.TEXT, Act.EXCERPT, Permission.PERMITTED, "r")
    asking = Term(Covers.TEXT, Act.DISTRIBUTE, Permission.ASK, "r")
    both = tuple(replace(one, terms=(quoting, asking)) for one in page.reading.statements)
    catalogue.add(replace(page, reading=replace(page.reading, statements=both)))
    catalogue.add(builder.saying(2, "/blog/a"))
    catalogue.add(builder.saying(3, "/news/b"))
    assert item(catalogue, "/blog/a").terms[0].statement.terms == (quoting, asking)
    assert item(catalogue, "/news/b").terms[0].statement.terms == (asking,)


def test_link_to_a_redirect_to_section_terms_counts_as_a_link_to_them(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    catalogue.add(builder.redirect(1, "/about/terms", SECTION))
    catalogue.add(builder.terms_page(2, FREE, path=SECTION))
    catalogue.add(builder.saying(3, "/news/b", terms_links=("https://institute.example/about/terms",)))
    assert words_in_force(catalogue, "/news/b") == [FREE]


def test_page_that_drops_its_link_leaves_the_reach_of_section_terms(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    linking = (f"https://institute.example{SECTION}",)
    catalogue.add(builder.terms_page(1, FREE, path=SECTION))
    catalogue.add(builder.saying(2, "/news/b", terms_links=linking))
    assert words_in_force(catalogue, "/news/b") == [FREE]
    catalogue.add(builder.saying(3, "/news/b"))
    assert words_in_force(catalogue, "/news/b") == []
    assert words_in_force(catalogue, "/news/b", 2, builder) == [FREE]


def test_link_to_section_terms_does_not_apply_to_earlier_dates(catalogue: Catalogue, builder: EntryBuilder) -> None:
    linking = (f"https://institute.example{SECTION}",)
    catalogue.add(builder.terms_page(1, FREE, path=SECTION))
    catalogue.add(builder.saying(2, "/news/b"))
    catalogue.add(builder.saying(4, "/news/b", terms_links=linking))
    assert [words_in_force(catalogue, "/news/b", at, builder) for at in (2, 3, 4, 5)] == [[], [], [FREE], [FREE]]


@pytest.mark.parametrize("order", list(permutations(range(4))), ids=str)
def test_moved_item_keeps_the_terms_links_of_its_old_page_for_that_time(
    catalogue: Catalogue, builder: EntryBuilder, order: tuple[int, ...]
) -> None:
    linking = (f"https://institute.example{SECTION}",)
    entries = [
        builder.terms_page(1, FREE, path=SECTION),
        builder.entry(2, "/news/old", statements=(), terms_links=linking),
        builder.entry(4, "/news/new", statements=()),
        builder.redirect(6, "/news/old", "/news/new"),
    ]
    with catalogue.transaction():
        builder.add_in_any_order(catalogue, [entries[index] for index in order])
    assert [words_in_force(catalogue, "/news/old", at, builder) for at in (3, 4, 6)] == [[FREE], [], []]


def test_views_and_counts_respect_the_reach_of_section_terms(catalogue: Catalogue, builder: EntryBuilder) -> None:
    catalogue.add(builder.terms_page(1, FREE, path=SECTION))
    catalogue.add(builder.saying(2, "/blog/a"))
    catalogue.add(builder.saying(3, "/news/b"))
    rows = catalogue.connection.execute("SELECT url, terms_words FROM items ORDER BY url").fetchall()
    assert rows == [
        ("https://institute.example/blog/a", FREE),
        (f"https://institute.example{SECTION}", FREE),
        ("https://institute.example/news/b", None),
    ]
    held = item(catalogue, "/news/b").id
    query = "SELECT count(*) FROM terms WHERE item = ?"
    assert catalogue.connection.execute(query, (held,)).fetchone() == (0,)
    assert [(one.statement.words, one.items) for one in catalogue.statements()] == [(FREE, 2)]
