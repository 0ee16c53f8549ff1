"""Forms: a report's page and its files are one work, and each links to the other, whichever came first."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from db.citation.csl import one as csl
from db.citation.work import work
from db.model.form import Form
from db.model.item import Item, PageKind
from db.search.search import search

if TYPE_CHECKING:
    from db.catalogue import Catalogue
    from db.model.change import Entry
    from tests.db.conftest import EntryBuilder

SITE = "https://institute.example"
FILE = f"{SITE}/files/harbours.pdf"


def document(builder: EntryBuilder, number: int, path: str = "/files/harbours.pdf", **reading: Any) -> Entry:
    """A PDF that states a title in capitals, and no author or date."""
    fields = {"title": "HARBOURS AFTER 2030", "attributions": (), "published": None, **reading}
    pdf = {"media_type": "application/pdf"}
    return builder.entry(
        number, path, capture=pdf, kind=PageKind.DOCUMENT, text="Words that stand in the file.", **fields
    )


def page(builder: EntryBuilder, number: int, path: str = "/harbours", *files: str, **reading: Any) -> Entry:
    fields = {"title": "Harbours after 2030", "text": "A page of its own words.", **reading}
    return builder.entry(number, path, links=files or (FILE, f"{SITE}/about"), **fields)


def item_at(catalogue: Catalogue, path: str) -> Item:
    item = catalogue.item(SITE + path)
    assert item is not None
    return item


def test_page_and_file_with_the_same_title_are_linked_as_one_work(catalogue: Catalogue, builder: EntryBuilder) -> None:
    catalogue.add(page(builder, 1))
    catalogue.add(document(builder, 2))
    landing, file = item_at(catalogue, "/harbours"), item_at(catalogue, "/files/harbours.pdf")
    assert landing.forms == (Form(file.id, FILE, "PDF", None),)
    assert file.form_of is not None
    assert (file.form_of.id, file.format) == (landing.id, "PDF")
    assert (landing.form_of, landing.format, file.forms) == (None, None, ())
    # Each keeps its own text and id, and is found and cited as before.
    assert [(hit.item, hit.form_of) for hit in search(catalogue.connection, '"in the file"').hits] == [
        (file.id, landing.id)
    ]


def test_citation_of_a_file_names_it_and_uses_the_data_of_its_page(catalogue: Catalogue, builder: EntryBuilder) -> None:
    catalogue.add(page(builder, 1))
    catalogue.add(document(builder, 2))
    landing, file = item_at(catalogue, "/harbours"), item_at(catalogue, "/files/harbours.pdf")
    cited = work(file)
    assert (cited.title, cited.date, cited.medium) == ("Harbours after 2030", "2023-04-24", "PDF")
    assert [name.printed for name in cited.authors] == ["Łukasz Żak"]
    assert f"The PDF of {landing.id}." in cited.note
    assert f"Also held as PDF {file.id}." in work(landing).note
    assert csl(file)["medium"] == "PDF"


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_forms_do_not_depend_on_the_order_of_records(
    catalogue: Catalogue, builder: EntryBuilder, order: tuple[int, ...]
) -> None:
    entries = [
        page(builder, 1),
        document(builder, 2),
        page(builder, 3, "/news/harbours"),
        document(builder, 4, title="Another"),
    ]
    entries[3] = document(builder, 4, "/files/other.pdf", title="Another")
    builder.add_in_any_order(catalogue, [entries[at] for at in order])
    # When two pages link to it under its title, it belongs to the one seen first.
    landing, file = item_at(catalogue, "/harbours"), item_at(catalogue, "/files/harbours.pdf")
    assert [form.id for form in landing.forms] == [file.id]
    assert file.form_of is not None
    assert file.form_of.id == landing.id
    assert item_at(catalogue, "/news/harbours").forms == ()
    assert item_at(catalogue, "/files/other.pdf").form_of is None


@pytest.mark.parametrize("difference", ["title", "language", "no link", "untitled", "two of a kind"])
def test_file_with_other_title_or_language_or_without_link_is_its_own_work(
    catalogue: Catalogue, builder: EntryBuilder, difference: str
) -> None:
    capture = builder.capture(2)
    said: dict[str, dict[str, Any]] = {
        "title": {"title": "Harbours after 2040"},
        "language": {"language": builder.words(capture, "pl")},
        "untitled": {"title": ""},
    }
    files = {"no link": (f"{SITE}/files/other.pdf",), "two of a kind": (FILE, f"{SITE}/files/2031.pdf")}
    catalogue.add(page(builder, 1, "/harbours", *files.get(difference, ())))
    catalogue.add(document(builder, 2, **said.get(difference, {})))
    if difference == "two of a kind":
        catalogue.add(document(builder, 3, "/files/2031.pdf"))
    assert item_at(catalogue, "/files/harbours.pdf").form_of is None
    assert item_at(catalogue, "/harbours").forms == ()


def test_file_title_may_include_the_subtitle_of_its_page(catalogue: Catalogue, builder: EntryBuilder) -> None:
    capture = builder.capture(1, "/harbours")
    catalogue.add(page(builder, 1, subtitle=builder.words(capture, "A Plan")))
    catalogue.add(document(builder, 2, title="Harbours after 2030 – a plan"))
    assert [form.format for form in item_at(catalogue, "/harbours").forms] == ["PDF"]


def test_form_is_dropped_when_its_page_no_longer_links_to_it(catalogue: Catalogue, builder: EntryBuilder) -> None:
    catalogue.add(page(builder, 1))
    catalogue.add(document(builder, 2))
    before = item_at(catalogue, "/files/harbours.pdf").id
    catalogue.add(page(builder, 3, "/harbours", f"{SITE}/about"))
    file = item_at(catalogue, "/files/harbours.pdf")
    assert (file.id, file.form_of) == (before, None)
    assert item_at(catalogue, "/harbours").forms == ()
