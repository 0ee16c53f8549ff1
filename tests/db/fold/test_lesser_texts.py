"""An answer that shows less than what is held becomes an event, even if its page looks like a whole text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from db.catalogue import Catalogue
from db.fold.lesser_texts import why_less
from db.model.change import Outcome
from db.model.item import PageKind

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder

URL = "https://institute.example/anaklia"
PARTS = [
    f"Part {number} of the report tells of the port, of its piers and of what they cost the town."
    for number in range(30)
]
WHOLE = "\n".join(PARTS)
HALF = len(PARTS) // 3


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("A port", "\n".join(PARTS[:HALF])),
        ("A port", "\n".join(PARTS[:HALF]) + "\n" + PARTS[HALF][:30] + "…"),
        ("A port", "\n".join(PARTS[:HALF]) + "\nThis post is for members."),
        ("Technical difficulties", "The server could not reach its store of pages."),
    ],
    ids=["beginning", "beginning cut amid a sentence", "beginning and an offer", "message"],
)
def test_a_beginning_or_a_message_never_replaces_a_text(
    catalogue: Catalogue, builder: EntryBuilder, title: str, text: str
) -> None:
    catalogue.add(builder.entry(1, title="A port", text=WHOLE))
    assert catalogue.add(builder.entry(2, text=text, title=title)).outcome is Outcome.PARTIAL
    held = catalogue.item(URL)
    assert held is not None
    assert (held.edition.text, held.editions, held.last_seen) == (WHOLE, 1, builder.at(1))


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("A port", "This article was withdrawn at the request of its authors."),
        ("RETRACTED: A port", "The authors have withdrawn this text because its figures were wrong."),
        ("Retraction", "The text “A Port” was withdrawn because its figures were wrong."),
        ("Other", "\n".join(PARTS[10:14])),
        ("Other", "A harbour is another thing. " * 60),
        ("A port", "\n".join(PARTS[: HALF * 2])),
        ("A port", "\n".join([*PARTS[:HALF], *(f"New part {number}, and it is long enough." for number in range(4))])),
    ],
    ids=[
        "withdrawn",
        "retracted",
        "a retraction",
        "an excerpt",
        "another long text",
        "a third was cut",
        "a new ending",
    ],
)
def test_what_a_publisher_may_have_made_of_a_text_opens_an_edition(
    catalogue: Catalogue, builder: EntryBuilder, title: str, text: str
) -> None:
    catalogue.add(builder.entry(1, title="A port", text=WHOLE))
    assert catalogue.add(builder.entry(2, title=title, text=text)).outcome is Outcome.CHANGED


def test_a_page_of_terms_that_is_cut_opens_an_edition_so_that_its_terms_end(
    catalogue: Catalogue, builder: EntryBuilder
) -> None:
    catalogue.add(builder.entry(1, title="Terms", text=WHOLE, kind=PageKind.PAGE))
    cut = builder.entry(2, title="Terms", text="\n".join(PARTS[:HALF]), kind=PageKind.PAGE)
    assert catalogue.add(cut).outcome is Outcome.CHANGED


def test_a_message_is_an_event_in_whatever_order_the_captures_come(catalogue: Catalogue, builder: EntryBuilder) -> None:
    first, message, again = (
        builder.entry(1, title="A port", text=WHOLE),
        builder.entry(2, title="Technical difficulties", text="No store of pages."),
        builder.entry(3, title="A port", text=WHOLE),
    )
    with catalogue.transaction():
        builder.add_in_any_order(catalogue, [again, message, first])
    held = catalogue.item(URL)
    assert held is not None
    assert (held.editions, held.last_seen) == (1, builder.at(3))


def test_a_message_without_a_title_shows_less_and_an_empty_text_is_another_matter() -> None:
    assert why_less(None, "No store of pages.", "A port", WHOLE) is not None
    assert why_less(None, "", "A port", WHOLE) is None


def entry_events(catalogue: Catalogue) -> list[Any]:
    return catalogue.connection.execute("SELECT type, json_extract(detail, '$.why') FROM event").fetchall()


def test_the_event_says_what_was_shown_instead(catalogue: Catalogue, builder: EntryBuilder) -> None:
    catalogue.add(builder.entry(1, title="A port", text=WHOLE))
    catalogue.add(builder.entry(2, title="A port", text="\n".join(PARTS[:HALF])))
    assert entry_events(catalogue) == [("partial", "only the beginning of the text; the edition in force stays")]
