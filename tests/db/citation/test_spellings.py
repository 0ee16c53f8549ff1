"""Spellings: months, LaTeX letters, Wikipedia templates and front matter, as their readers expect them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from db.citation import bibtex, persistent_links, ris, wikipedia, yaml_front_matter
from db.citation.address import NOWHERE, Address, Archive, UrlChoice, address, citation_data
from db.citation.bibtex import in_latex
from db.citation.markdown import heading
from db.citation.month_names import ALONE, WITH_DAY, write_date
from db.model.item import AgentKind, Item, Role
from tests.db.citation.test_citation import by, item

ARCHIVE = Archive("Think Tank Archive", "https://archive.example/")
GONE = datetime(2024, 1, 2, tzinfo=UTC)


def template_fields(line: str) -> dict[str, str]:
    """Return the fields of a template."""
    fields = line.strip().removeprefix("{{").removesuffix("}}").split(" |")[1:]
    return dict(field.split("=", 1) for field in fields)


# ── Months ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("date", "language", "said"),
    [
        ("2023", "en", "2023"),
        ("2023", "pl", "2023"),
        ("2023-01", "en", "January 2023"),
        ("2023-12", "en", "December 2023"),
        ("2023-04", "pl", "kwiecień 2023"),
        ("2023-12", "pl", "grudzień 2023"),
        ("2023-04-24", "en", "24 April 2023"),
        ("2023-04-05", "en", "5 April 2023"),
        ("2023-04-24", "pl", "24 kwietnia 2023"),
        ("2023-01-01", "pl", "1 stycznia 2023"),
    ],
)
def test_a_date_is_written_as_precisely_as_it_is_known(date: str, language: str, said: str) -> None:
    assert write_date(date, language) == said


@pytest.mark.parametrize("names", [*WITH_DAY.values(), *ALONE.values()])
def test_each_language_has_twelve_different_month_names(names: tuple[str, ...]) -> None:
    assert len(names) == len(set(names)) == 12


def test_polish_month_names_differ_with_and_without_a_day() -> None:
    assert set(WITH_DAY["pl"]).isdisjoint(ALONE["pl"])


# ── Letters of LaTeX ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("Nowak", "Nowak"),
        ("Łódź", r"{\L}{\'{o}}d{\'{z}}"),
        ("Müller", r"M{\"{u}}ller"),
        ("Çelik", r"{\c{C}}elik"),
        ("Ångström", r"{\AA}ngstr{\"{o}}m"),
        ("ąę", r"{\k{a}}{\k{e}}"),
        ("Škoda", r"{\v{S}}koda"),
        ("1–2", "1--2"),
        ("“tea”", "``tea''"),
        ("a\u00a0b", "a~b"),
        ("…", r"{\ldots}"),
        ("đ", "đ"),
        ("ệ", "ệ"),
        ("北京", "北京"),
    ],
)
def test_latex_writes_accents_as_commands_and_keeps_other_letters(text: str, spelt: str) -> None:
    assert in_latex(text) == spelt


def test_bibtex_entry_has_year_month_and_archive_note() -> None:
    entry = bibtex.one(item(), ARCHIVE)
    assert "  year = {2023}," in entry
    assert "  month = apr," in entry
    assert "Archived 2023-04-25 at " in entry
    assert entry.startswith("@misc{")
    assert entry.endswith("}\n")


def test_bibtex_entry_without_archive_url_has_no_note() -> None:
    assert "note" not in bibtex.one(item(), NOWHERE)


def test_bibtex_entry_with_only_a_year_has_no_month() -> None:
    entry = bibtex.one(item(date="2023"), NOWHERE)
    assert "year = {2023}" in entry
    assert "month" not in entry


# ── Where a citation leads ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("choice", "is_gone", "is_archived"),
    [
        (UrlChoice.ORIGINAL, True, False),
        (UrlChoice.ARCHIVE, False, True),
        (UrlChoice.AUTO, False, False),
        (UrlChoice.AUTO, True, True),
    ],
)
def test_citation_uses_the_archive_url_if_chosen_or_if_the_page_is_gone(
    choice: UrlChoice, is_gone: bool, is_archived: bool
) -> None:
    shown = replace(item(), gone=GONE if is_gone else None)
    found = address(shown, replace(ARCHIVE, choice=choice))
    copy = f"https://archive.example/items/{shown.edition.id}"
    # A work cited by its archived copy has no second address.
    assert found == (Address(copy, "") if is_archived else Address(found.url, copy))
    assert found.url.startswith("https://archive.example" if is_archived else "https://institute.example")


def test_citation_uses_the_original_url_if_the_archive_has_no_public_url() -> None:
    shown = replace(item(), gone=GONE)
    assert address(shown, replace(NOWHERE, choice=UrlChoice.ARCHIVE)).archived == ""
    assert address(shown, NOWHERE).url.startswith("https://institute.example")


def test_page_number_is_cited_only_if_it_is_given() -> None:
    assert citation_data(item(), replace(ARCHIVE, page=12)).page == "12"
    assert not citation_data(item(), ARCHIVE).page


# ── Templates of Wikipedia ───────────────────────────────────────────────────────────────────────────────────────


def test_single_author_has_no_number_and_two_authors_are_numbered() -> None:
    alone = template_fields(next(wikipedia.cite_web([item("A", by("Anna Nowak"))], NOWHERE)))
    assert (alone["last"], alone["first"]) == ("Nowak", "Anna")
    both = template_fields(next(wikipedia.cite_web([item("A", by("Anna Nowak"), by("Jan Kowal"))], NOWHERE)))
    assert (both["last1"], both["last2"]) == ("Nowak", "Kowal")


def test_an_organisation_is_an_author_without_family_name() -> None:
    shown = item("A", by("Port Watch", kind=AgentKind.ORGANISATION))
    fields = template_fields(next(wikipedia.cite_web([shown], NOWHERE)))
    assert fields["author"] == "Port Watch"
    assert "last" not in fields


def test_template_names_archive_date_and_whether_the_page_is_live_or_dead() -> None:
    live = template_fields(next(wikipedia.cite_web([item()], ARCHIVE)))
    assert live["archive-date"] == "2023-04-25"
    assert live["url-status"] == "live"
    dead = template_fields(next(wikipedia.cite_web([replace(item(), gone=GONE)], ARCHIVE)))
    assert dead["url-status"] == "dead"
    assert "archive-url" not in template_fields(next(wikipedia.cite_web([item()], NOWHERE)))


def test_polish_template_has_its_own_field_names_and_no_url_status() -> None:
    fields = template_fields(next(wikipedia.cytuj([item("A", by("Anna Nowak"), by("Jan Kowal"))], ARCHIVE)))
    assert fields["autor"] == "Anna Nowak, Jan Kowal"
    assert fields["język"] == "en"
    assert fields["tytuł"] == "A"
    assert fields["zarchiwizowano"] == fields["data dostępu"] == "2023-04-25"
    assert "url-status" not in fields


@pytest.mark.parametrize("template", [wikipedia.cite_web, wikipedia.cytuj])
def test_translator_is_no_author_of_a_template(template: Callable[[list[Item], Archive], Iterator[str]]) -> None:
    authored, translated = by("Anna Nowak"), by("Jan Kowal", Role.TRANSLATOR)
    line = next(template([item("A", translated, authored)], NOWHERE))
    assert line == next(template([item("A", authored)], NOWHERE))
    assert "Nowak" in line


def test_ris_credits_translators_and_editors_as_such() -> None:
    told = ris.one(item("A", by("Jan Kowal", Role.TRANSLATOR), by("Ada Berg", Role.EDITOR), by("Anna van der Nowak")))
    assert [line for line in told.splitlines() if line.startswith(("AU", "A2", "A4"))] == [
        "AU  - van der Nowak, Anna",
        "A2  - Berg, Ada",
        "A4  - Kowal, Jan",
    ]


@pytest.mark.parametrize("sign", list("|{}[]<>="))
def test_template_escapes_markup_characters_in_titles(sign: str) -> None:
    line = next(wikipedia.cite_web([item(f"A {sign} B")], NOWHERE))
    assert template_fields(line)["title"] == f"A &#{ord(sign)}; B"


# ── Links and notes ──────────────────────────────────────────────────────────────────────────────────────────────


def test_robust_link_omits_the_copy_if_there_is_none() -> None:
    line = next(persistent_links.robust([item('A "B" & C')], NOWHERE))
    assert "data-versionurl" not in line
    assert 'data-versiondate="2023-04-25"' in line
    assert line.endswith(">A &quot;B&quot; &amp; C</a>\n")
    assert "data-versionurl" in next(persistent_links.robust([item()], ARCHIVE))


def test_pwid_names_the_archive_host_or_archive_invalid() -> None:
    assert next(persistent_links.pwid([item()], ARCHIVE)).startswith("urn:pwid:archive.example:2023-04-25T")
    assert next(persistent_links.pwid([item()], NOWHERE)).startswith("urn:pwid:archive.invalid:")


def front_matter(shown: Item, archive: Archive = NOWHERE) -> dict[str, object]:
    _, matter, _ = next(yaml_front_matter.write([shown], archive)).split("---\n", 2)
    return {name: json.loads(value) for name, _, value in (line.partition(": ") for line in matter.splitlines())}


def test_front_matter_holds_known_fields_and_omits_others() -> None:
    told = front_matter(item("A: b", by("Anna Nowak")))
    assert told["title"] == "A: b"
    assert told["author"] == ["Anna Nowak"]
    assert "archive-url" not in told
    assert front_matter(item(), ARCHIVE)["archive-url"] == ARCHIVE.permalink(item())


def test_title_with_number_signs_is_escaped_in_its_heading() -> None:
    note = next(yaml_front_matter.write([item("C# and F#")], NOWHERE))
    assert "\n# C# and F\\#\n" in note


def test_a_title_of_thousands_of_signs_is_a_heading_at_once() -> None:
    began = time.process_time()
    assert heading(f"A {'#' * 40_000} b ##") == f"# A {'#' * 40_000} b \\#\\#"
    assert time.process_time() - began < 1


def test_front_matter_notes_are_separated_by_a_blank_line() -> None:
    first, second = yaml_front_matter.write([item("A"), item("B")], NOWHERE)
    assert first.startswith("---\n")
    assert second.startswith("\n---\n")
