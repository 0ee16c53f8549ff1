"""Every citation format: its content, organisations kept whole, and no local addresses printed."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bibtexparser.entrypoint import parse_string
from hypothesis import given, settings
from hypothesis import strategies as st

from db.citation.address import Archive, UrlChoice
from db.citation.formats import FORMATS, CitationForm, write
from db.citation.styles import Markup, Style
from db.citation.text_fragment import text_fragment
from db.citation.work import work
from db.model.item import AgentKind, Item
from tests.db.citation.test_citation import by, item, words

PUBLIC = Archive("Port Archive", "https://archive.example/")


def cited(*names: str, title: str = "Who Guards the Seabed?", date: str | None = "2023-04-24") -> Item:
    made = item(title, *(by(name) for name in names), date=date, url="https://institute.example/seabed")
    return replace(made, site_name=words("Port Watch"))


def formatted(form: str, held: Item, archive: Archive = PUBLIC, **how: Any) -> str:
    return "".join(write([held], CitationForm(form, **how), archive))


@pytest.mark.parametrize(
    ("style", "language", "meant"),
    [
        (
            Style.CHICAGO_NOTES,
            "en",
            "Anna Nowak and Ada van den Berg, “Who Guards the Seabed?” Port Watch, Warsaw Institute, April 24, 2023, "
            "https://institute.example/seabed, archived April 25, 2023, at "
            "https://archive.example/items/wi-7k3q9x2mab@20230425100000.",
        ),
        (
            Style.CHICAGO_AUTHOR_DATE,
            "en",
            "Nowak, Anna, and Ada van den Berg. 2023. “Who Guards the Seabed?” Port Watch, Warsaw Institute, April 24. "
            "https://institute.example/seabed. Archived April 25, 2023, at "
            "https://archive.example/items/wi-7k3q9x2mab@20230425100000.",
        ),
        (
            Style.APA,
            "en",
            "Nowak, A., & van den Berg, A. (2023, April 24). Who Guards the Seabed? Warsaw Institute. Port Watch. "
            "https://institute.example/seabed [Archived April 25, 2023, at "
            "https://archive.example/items/wi-7k3q9x2mab@20230425100000]",
        ),
        (
            Style.MLA,
            "en",
            "Nowak, Anna, and Ada van den Berg. “Who Guards the Seabed?” Port Watch, Warsaw Institute, 24 Apr. 2023, "
            "https://institute.example/seabed. Archived 25 Apr. 2023, at "
            "https://archive.example/items/wi-7k3q9x2mab@20230425100000.",
        ),
        (
            Style.ISO690,
            "pl",
            "NOWAK, Anna i VAN DEN BERG, Ada, 2023. Who Guards the Seabed? Port Watch. Online. 24 kwietnia 2023. "
            "Dostępny w: https://institute.example/seabed [dostęp 25 kwietnia 2023]. Kopia w archiwum: "
            "https://archive.example/items/wi-7k3q9x2mab@20230425100000 [25 kwietnia 2023].",
        ),
        (
            Style.CHICAGO_NOTES,
            "pl",
            "Anna Nowak i Ada van den Berg, „Who Guards the Seabed?”, Port Watch, Warsaw Institute, 24 kwietnia 2023, "
            "https://institute.example/seabed, zarchiwizowano 25 kwietnia 2023, "
            "https://archive.example/items/wi-7k3q9x2mab@20230425100000.",
        ),
    ],
)
def test_formatted_style_matches_its_manual(style: Style, language: str, meant: str) -> None:
    held = cited("Anna Nowak", "Ada van den Berg")
    assert formatted(style, held, language=language).strip() == meant


def test_italics_follow_the_chosen_markup() -> None:
    held = cited("Anna Nowak", title="A <b> & *c*")
    assert "<i>A &lt;b&gt; &amp; *c*</i>" in formatted("apa", held, markup=Markup.HTML)
    assert "*Port Watch*" in formatted("mla", held, markup=Markup.MARKDOWN)


@pytest.mark.parametrize("form", [*Style, "markdown"])
def test_markdown_prints_titles_and_addresses_as_they_are(form: str) -> None:
    held = cited("Anna Nowak", title="# A *b* _c_ <i>d</i> [e](f) 1~2^3 {.g} @online $h$ #")
    told = formatted(form, replace(held, url="https://institute.example/a_b*c_(d)"), Archive(), markup=Markup.MARKDOWN)
    shown = told.rpartition("---\n")[2]
    assert "\\*b\\* \\_c\\_ \\<i\\>d\\</i\\> \\[e\\](f) 1\\~2\\^3 \\{.g\\} \\@online \\$h\\$" in shown
    assert "<https://institute.example/a_b*c_(d)>" in shown
    if form == "markdown":
        assert "\n# \\# A " in shown
        assert "\\$h\\$ \\#\n" in shown


def test_a_citation_that_begins_like_a_list_is_none_in_markdown() -> None:
    held = replace(item("1. First"), publisher=replace(item().publisher, name=None))
    assert formatted("iso690", held, Archive(), markup=Markup.MARKDOWN).startswith("1\\. First")


def test_gone_page_is_cited_at_its_archive_url_if_one_is_known() -> None:
    gone = replace(cited("Anna Nowak"), gone=datetime(2024, 1, 1, tzinfo=UTC))
    assert "institute.example" not in formatted("mla", gone)
    assert "institute.example/seabed" in formatted("mla", gone, Archive())
    assert "institute.example/seabed" in formatted("mla", gone, replace(PUBLIC, choice=UrlChoice.ORIGINAL))
    assert "institute.example" not in formatted("apa", cited("Anna Nowak"), replace(PUBLIC, choice=UrlChoice.ARCHIVE))
    assert "|url-status=dead" in formatted("wikipedia", gone)


@pytest.mark.parametrize("style", Style)
def test_a_citation_of_a_replaced_edition_says_when_it_was_read(style: Style) -> None:
    replaced = replace(cited("Anna Nowak"), editions=2)
    assert "25" in formatted(style, replaced, Archive()).replace("20230425", "")
    if style is not Style.ISO690:  # which always says so
        assert "25" not in formatted(style, cited("Anna Nowak"), Archive()).replace("20230425", "")
        # The archived address leads to what is cited.
        assert formatted(style, replaced) == formatted(style, cited("Anna Nowak"))


def test_other_formats_say_that_an_edition_was_replaced() -> None:
    replaced = replace(cited("Anna Nowak"), editions=2)
    assert "|url-status=deviated" in formatted("wikipedia", replaced)
    assert "|url-status=dead" in formatted("wikipedia", replace(replaced, gone=datetime(2024, 1, 1, tzinfo=UTC)))
    for form in ("biblatex", "csl-json", "ris"):
        assert "has shown another edition since" in formatted(form, replaced)
        assert "another edition" not in formatted(form, cited("Anna Nowak"))


@pytest.mark.parametrize("form", FORMATS)
def test_citation_without_public_url_prints_no_local_address(form: str) -> None:
    told = formatted(form, cited("Anna Nowak"), Archive())
    assert "/items/" not in told
    assert "localhost" not in told


@pytest.mark.parametrize("form", [form for form in FORMATS if form not in ("pwid", "robust-links")])
def test_an_organisation_stays_whole(form: str) -> None:
    held = item("Ports", by("Ministry of Foreign Affairs", kind=AgentKind.ORGANISATION))
    assert "MINISTRY OF FOREIGN AFFAIRS" in formatted(form, held).upper()


def test_wikipedia_templates_name_the_copy_and_escape_markup() -> None:
    held = cited("Anna Nowak", "Ada Berg", title="Ports | [[and]] {{grain}} = x")
    told = formatted("wikipedia", held)
    assert told.startswith(
        "{{cite web |last1=Nowak |first1=Anna |last2=Berg |first2=Ada |title=Ports &#124; &#91;&#91;"
    )
    assert "|archive-url=https://archive.example/items/" in told
    assert "|archive-date=2023-04-25 |url-status=live}}" in told
    assert "|access-date=2023-04-25 |" in told
    assert formatted("cytuj", held, Archive()).count("archiwum") == 0
    assert "|data dostępu=2023-04-25" in formatted("cytuj", held)


def test_a_title_or_address_with_tildes_is_not_signed_by_whoever_saves_the_template() -> None:
    held = replace(cited("Anna Nowak", title="Ports ~~~~ ''of''"), url="https://institute.example/~a/~~~~")
    for form in ("wikipedia", "cytuj"):
        told = formatted(form, held)
        assert "~~~" not in told
        assert "''" not in told
        assert "=https://institute.example/~a/%7E%7E%7E~ |" in told


def test_persistent_links_name_original_copy_and_time() -> None:
    told = formatted("robust-links", cited("Anna Nowak", title='"A" & b'))
    assert 'data-originalurl="https://institute.example/seabed"' in told
    assert 'data-versiondate="2023-04-25">&quot;A&quot; &amp; b</a>' in told
    assert formatted("pwid", cited("Anna Nowak")).strip() == (
        "urn:pwid:archive.example:2023-04-25T10:00:00Z:page:https://institute.example/seabed"
    )
    assert json.loads(formatted("json-ld", cited("Anna Nowak")))["archivedAt"].startswith(
        "https://archive.example/items/"
    )


def test_persistent_links_of_a_moved_item_name_the_address_that_was_captured() -> None:
    held = cited("Anna Nowak")
    moved = replace(held, edition=replace(held.edition, url="https://old.example/seabed"))
    assert formatted("pwid", moved).strip().endswith(":page:https://old.example/seabed")
    robust = formatted("robust-links", moved)
    assert 'data-originalurl="https://old.example/seabed"' in robust
    assert 'href="https://institute.example/seabed"' in robust


def test_classic_bibtex_is_ascii_and_reads_back() -> None:
    held = cited("Łukasz Żak", title="Łódź & “Gdańsk”: 50% of #1_x")
    told = formatted("bibtex", held)
    assert told.isascii()
    (entry,) = parse_string(told).entries
    assert entry.fields_dict["author"].value == r"{\.{Z}}ak, {\L}ukasz"
    assert entry.fields_dict["howpublished"].value == r"Port Watch, \url{https://institute.example/seabed}"


def test_two_editions_of_one_item_have_two_keys() -> None:
    held = cited("Anna Nowak")
    later = replace(held.edition, id="wi-7k3q9x2mab@20240425100000", number=2)
    keys = [work(held).key, work(replace(held, edition=later, editions=2)).key]
    assert keys == ["wi-7k3q9x2mab-20230425100000", "wi-7k3q9x2mab-20240425100000"]


def test_citation_key_stays_the_same_when_the_item_changes() -> None:
    held = cited("Anna Nowak")
    known = replace(held, editions=3, edition=cited("Łukasz Żak", title="Another").edition)
    assert work(known).key == work(held).key == "wi-7k3q9x2mab-20230425100000"
    # The key that is easier to type does change, so it is only an alias.
    assert "ids = {nowak2023-wi7k3q9x2mab}" in formatted("biblatex", held)
    assert work(known).alias == "zak2023-wi7k3q9x2mab-20230425100000"


@given(st.text(max_size=40), st.text(max_size=20), st.sampled_from(FORMATS))
@settings(max_examples=300)
def test_no_title_or_author_breaks_a_citation_format(title: str, name: str, form: str) -> None:
    told = formatted(form, cited(name or "x", title=title))
    assert "\x02" not in told
    assert told.endswith("\n")
    if form in ("wikipedia", "cytuj"):
        assert (told.count("{{"), told.count("}}"), told.count("\n")) == (1, 1, 1)
    if form in tuple(Style):
        assert told.count("\n") == 1


def test_text_fragment_points_to_the_quoted_words() -> None:
    assert (
        text_fragment("https://x.example/a#b", "deep-sea, port") == "https://x.example/a#:~:text=deep%2Dsea%2C%20port"
    )
    long = " ".join(f"w{number}" for number in range(20))
    assert text_fragment("https://x.example/", long).endswith(
        "#:~:text=w0%20w1%20w2%20w3%20w4,w15%20w16%20w17%20w18%20w19"
    )


def test_docs_page_on_citing_names_every_format() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "citing.md").read_text(encoding="utf-8")
    assert set(FORMATS) <= set(re.findall(r"`([a-z0-9-]+)`", page))


def test_cite_command_knows_every_format() -> None:
    from ingest.cli.app import VERBS
    from ingest.commands.cite import FORMATS as NAMED

    assert set(NAMED) == set(FORMATS)
    # The list of commands gives their number as a word.
    assert ("fifteen" in VERBS["cite"]) == (len(NAMED) == 15)


@pytest.mark.parametrize("form", ["biblatex", "bibtex", "csl-json", "ris", "wikipedia", "markdown", *list(Style)])
@pytest.mark.parametrize("names", [(), ("Anna Nowak",)])
def test_site_name_in_another_language_replaces_the_publisher_name(form: str, names: tuple[str, ...]) -> None:
    held = replace(cited(*names), site_name=words("Instytut Warszawski"), language=words("pl"))
    one, other = (
        formatted(form, replace(held, publisher=replace(held.publisher, languages=codes)))
        for codes in (("en", "pl"), ("pl", "en"))
    )
    assert "Warsaw Institute" not in one
    assert "Instytut Warszawski" in one
    if form in list(Style):
        assert one.count("Instytut Warszawski") == 1
    # In the language of its name a site is a title of its own, as a blog is.
    if form in ("csl-json", "ris", "wikipedia", *set(Style) - {Style.ISO690}):
        assert "Warsaw Institute" in other
