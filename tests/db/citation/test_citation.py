"""Citations survive the programs that read them, however hostile the words on the page."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from hypothesis import given, settings
from hypothesis import strategies as st

from db.citation import biblatex, csl, ris
from db.citation.address import Archive
from db.citation.work import PersonName, clean, clean_url, key_part, person_name, work
from db.model.item import (
    AgentKind,
    Attribution,
    Dated,
    Edition,
    Evidence,
    Item,
    ItemTerm,
    PageKind,
    Partial,
    Precision,
    Publisher,
    Role,
    Statement,
    StatementPlace,
    Words,
)

OPENED = dt.datetime(2023, 4, 25, 10, 0, tzinfo=dt.UTC)
URL = "https://institute.example/china-hails/?a=1&b=50%25_x#top~2"


def words(value: str) -> Words:
    return Words(value, Evidence(value, ""))


def by(name: str, role: Role = Role.AUTHOR, kind: AgentKind = AgentKind.PERSON) -> Attribution:
    return Attribution(name, Evidence(name, ""), role, kind)


def item(
    title: str | None = "China Hails Stronger Ties with Russia",
    *authors: Attribution,
    date: str | None = "2023-04-24",
    url: str = URL,
) -> Item:
    precision = {4: Precision.YEAR, 7: Precision.MONTH, 10: Precision.DAY}.get(len(date or ""), Precision.INSTANT)
    edition = Edition(
        id="wi-7k3q9x2mab@20230425100000",
        item="wi-7k3q9x2mab",
        number=1,
        opened=OPENED,
        last_seen=OPENED,
        stamp="",
        title=words(title) if title is not None else None,
        text="",
        attributions=authors,
        published=Dated(date, precision, Evidence(date, "")) if date else None,
        captures=(),
    )
    return Item(
        id="wi-7k3q9x2mab",
        kind=PageKind.ARTICLE,
        url=url,
        publisher=Publisher("wi", "https://institute.example/", ("institute.example",), "Warsaw Institute"),
        edition=edition,
        editions=1,
        first_seen=OPENED,
        last_seen=OPENED,
        language=words("en"),
    )


def with_statement(of: Item, said: str) -> Item:
    statement = Statement(said, StatementPlace.ITEM_PROSE, Evidence(said, ""))
    return replace(of, terms=(ItemTerm(statement, OPENED, OPENED),))


KUCZYNSKI = by("Grzegorz Kuczyński")
BODY = by("Warsaw Institute", kind=AgentKind.ORGANISATION)


# ── Names and keys ────────────────────────────────────────────


@pytest.mark.parametrize(
    ("printed", "split"),
    [
        ("Grzegorz Kuczyński", PersonName("Kuczyński", "Grzegorz")),
        ("Jan Maria Skłodowski-Curie", PersonName("Skłodowski-Curie", "Jan Maria")),
        ("Ursula von der Leyen", PersonName("Leyen", "Ursula", "von der")),
        ("Martin Luther King Jr.", PersonName("King", "Martin Luther", "", "Jr.")),
        ("Siobhán O’Neill", PersonName("O’Neill", "Siobhán")),
        ("de Gaulle", PersonName("Gaulle", "de")),
        ("Redakcja", None),
        ("Martin Luther King, Jr.", PersonName("King", "Martin Luther", "", "Jr.", comma=True)),
        ("John D. Rockefeller, III", PersonName("Rockefeller", "John D.", "", "III", comma=True)),
        ("Oscar de la Renta, Jr", PersonName("Renta", "Oscar", "de la", "Jr", comma=True)),
        ("King, Jr.", None),
        ("Jr.", None),
        ("John Smith, PhD", None),
        ("Jan Nowak (PAP)", None),
        ("習 近平", None),
        ("Team 24", None),
    ],
)
def test_a_name_is_split_only_where_that_is_safe(printed: str, split: PersonName | None) -> None:
    assert person_name(by(printed)) == split


def test_an_organisation_is_never_split() -> None:
    assert person_name(BODY) is None


@pytest.mark.parametrize(
    ("cited", "key"),
    [
        (item("T", KUCZYNSKI), "kuczynski2023-wi7k3q9x2mab"),
        (item("T", by("Łucja Żółć-Œuvre"), date=None), "zolcoeuvre-wi7k3q9x2mab"),
        (item("T"), "warsawinstitute2023-wi7k3q9x2mab"),
        (item("T", by("Иван Петров"), date=None), "wi7k3q9x2mab"),
    ],
)
def test_citation_alias_is_plain_ascii_and_ends_in_the_item_id(cited: Item, key: str) -> None:
    assert work(cited).alias == key


@given(st.text())
def test_key_part_holds_only_ascii_letters_and_digits(text: str) -> None:
    assert all(letter in "abcdefghijklmnopqrstuvwxyz0123456789" for letter in key_part(text))


# ── CSL-JSON ──────────────────────────────────────────────────


def test_csl_carries_what_a_style_needs() -> None:
    cited = with_statement(item("T", KUCZYNSKI, by("Ursula von der Leyen"), BODY), "May be used with credit.")
    assert csl.one(cited, Archive("Think tanks")) == {
        "id": "wi-7k3q9x2mab-20230425100000",
        "citation-key": "wi-7k3q9x2mab-20230425100000",
        "type": "webpage",
        "title": "T",
        "author": [
            {"family": "Kuczyński", "given": "Grzegorz"},
            {"family": "Leyen", "given": "Ursula", "non-dropping-particle": "von der"},
            {"literal": "Warsaw Institute"},
        ],
        "issued": {"date-parts": [[2023, 4, 24]]},
        "accessed": {"date-parts": [[2023, 4, 25]]},
        "container-title": "Warsaw Institute",
        "URL": URL,
        "language": "en",
        "archive": "Think tanks",
        "note": "Archived 2023-04-25T10:00:00Z in Think tanks as wi-7k3q9x2mab@20230425100000. "
        "May be used with credit.",
        "custom": {
            "edition": "wi-7k3q9x2mab@20230425100000",
            "archived": "2023-04-25T10:00:00Z",
            "rights": "May be used with credit.",
        },
    }


@pytest.mark.parametrize(
    ("stated", "parts"),
    [("2023", [2023]), ("2023-04", [2023, 4]), ("2023-04-24T23:30:00+02:00", [2023, 4, 24])],
)
def test_csl_date_is_as_precise_as_the_date_on_the_page(stated: str, parts: list[int]) -> None:
    assert csl.one(item(date=stated))["issued"] == {"date-parts": [parts]}


def test_csl_entry_omits_missing_date_and_author() -> None:
    entry = csl.one(item(date=None))
    assert "issued" not in entry
    assert "author" not in entry


def test_publisher_is_author_if_page_has_no_byline_and_site_has_another_name() -> None:
    entry = csl.one(replace(item(), site_name=words("Russia Monitor")))
    assert entry["author"] == [{"literal": "Warsaw Institute"}]
    assert (entry["container-title"], entry["publisher"]) == ("Russia Monitor", "Warsaw Institute")


def test_csl_is_one_array_however_many_items() -> None:
    assert json.loads("".join(csl.write([]))) == []
    assert len(json.loads("".join(csl.write(iter([item(), item()]))))) == 2


# ── BibLaTeX ──────────────────────────────────────────────────


def bib_fields(text: str) -> dict[str, str]:
    library = parse_string(text)
    assert not library.failed_blocks
    (entry,) = library.entries
    return {"key": entry.key, "type": entry.entry_type, **{f.key: f.value for f in entry.fields}}


def unescape(value: str) -> str:
    for written, meant in (
        (r"\textbackslash{}", "\0b"), (r"\textbraceleft{}", "\0("), (r"\textbraceright{}", "\0)"), (r"\{", "\0("),
        (r"\}", "\0)"), (r"\textasciitilde{}", "~"),
        (r"\textasciicircum{}", "^"), (r"\&", "&"), (r"\%", "%"), (r"\$", "$"), (r"\#", "#"), (r"\_", "_"),
        ("{", ""), ("}", ""), ("\0(", "{"), ("\0)", "}"), ("\0b", "\\"),
    ):  # fmt: skip
        value = value.replace(written, meant)
    return value


def test_biblatex_entry_has_all_fields_and_escapes() -> None:
    cited = with_statement(item("R&D: 50% {more}", KUCZYNSKI, by("Ursula von der Leyen"), BODY), "Credit us & link.")
    assert biblatex.one(cited) == (
        "@online{wi-7k3q9x2mab-20230425100000,\n"
        "  ids = {kuczynski2023-wi7k3q9x2mab},\n"
        "  author = {Kuczyński, Grzegorz and von der Leyen, Ursula and {Warsaw Institute}},\n"
        "  title = {{R\\&D: 50\\% \\{more\\}}},\n"
        "  date = {2023-04-24},\n"
        "  organization = {Warsaw Institute},\n"
        f"  url = {{{URL}}},\n"
        "  urldate = {2023-04-25},\n"
        "  langid = {english},\n"
        "  note = {Archived 2023-04-25T10:00:00Z as wi-7k3q9x2mab@20230425100000.},\n"
        "  addendum = {Credit us \\& link.},\n"
        "}\n"
    )


def test_without_a_byline_the_publisher_is_the_author_once() -> None:
    fields = bib_fields(biblatex.one(item()))
    assert fields["author"] == "{Warsaw Institute}"
    assert "organization" not in fields


def test_the_word_and_in_a_name_does_not_split_the_author() -> None:
    assert "author = {{Bread and Roses}}" in biblatex.one(item("T", by("Bread and Roses")))


# ── RIS ───────────────────────────────────────────────────────


def test_rispy_reads_all_fields_of_a_ris_record() -> None:
    cited = replace(item("T", KUCZYNSKI), tags=(words("China"), words("Russia")))
    (read,) = rispy.loads("".join(ris.write([with_statement(cited, "Credit us.")], Archive("Think tanks"))))
    assert read == {
        "type_of_reference": "ELEC",
        "id": "wi-7k3q9x2mab-20230425100000",
        "authors": ["Kuczyński, Grzegorz"],
        "title": "T",
        "secondary_title": "Warsaw Institute",
        "publisher": "Warsaw Institute",
        "year": "2023",
        "date": "2023/04/24/",
        "access_date": "2023/04/25/",
        "urls": [URL],
        "language": "en",
        "accession_number": "wi-7k3q9x2mab",
        "name_of_database": "Think tanks",
        "notes": ["Archived 2023-04-25T10:00:00Z in Think tanks as wi-7k3q9x2mab@20230425100000."],
        "custom1": "Credit us.",
        "keywords": ["China", "Russia"],
    }


@pytest.mark.parametrize(("stated", "written"), [("2023", "2023///"), ("2023-04", "2023/04//")])
def test_ris_date_leaves_unknown_month_and_day_empty(stated: str, written: str) -> None:
    assert f"DA  - {written}\r\n" in ris.one(item(date=stated))


def test_ris_lines_end_in_crlf_and_values_hold_no_line_breaks() -> None:
    text = ris.one(item("a\nb\x0bc\u2028d\x85e", by("A\r\nER  - \r\nTY  - JOUR")))
    assert text.replace("\r\n", "").splitlines() == [text.replace("\r\n", "")]


@pytest.mark.parametrize(
    ("printed", "written"),
    [
        ("Warsaw Institute", "Warsaw Institute,"),
        ("OSW", "OSW"),
        ("Ministry of Foreign Affairs, Poland", "Ministry of Foreign Affairs – Poland,"),
        ("Sons, Ltd.", "Sons Ltd.,"),
        ("Smith, Jones and Partners, Inc.", "Smith – Jones and Partners Inc.,"),
        ("Ports, Sp. z o.o.", "Ports Sp. z o.o.,"),
        ("Port, Corporation", "Port – Corporation,"),
    ],
)
def test_ris_organisation_is_not_read_as_a_person(printed: str, written: str) -> None:
    """Otherwise the last of several words, or what stands before a comma, would be taken for a family name."""
    assert f"AU  - {written}\r\n" in ris.one(item("T", by(printed, kind=AgentKind.ORGANISATION)))


def test_a_suffix_stays_with_its_name_in_every_format() -> None:
    cited = item("T", by("Martin Luther King, Jr."), KUCZYNSKI)
    assert "author = {King, Jr., Martin Luther and Kuczyński, Grzegorz}" in biblatex.one(cited)
    assert "AU  - King, Martin Luther, Jr.\r\nAU  - Kuczyński, Grzegorz\r\n" in ris.one(cited)
    king = {"family": "King", "given": "Martin Luther", "suffix": "Jr.", "comma-suffix": True}
    assert csl.one(cited)["author"] == [king, {"family": "Kuczyński", "given": "Grzegorz"}]
    assert work(cited).alias.startswith("king2023")


# ── Every format ──────────────────────────────────────────────


def test_every_format_notes_that_a_text_is_partial_and_gone() -> None:
    cited = item("T", KUCZYNSKI)
    cited = replace(cited, gone=OPENED, edition=replace(cited.edition, partial=Partial.TEASER))
    for text in ("".join(csl.write([cited])), biblatex.one(cited), ris.one(cited)):
        assert "The archived text is a teaser. Gone from the site since 2023-04-25." in text


def test_superseded_terms_are_no_longer_quoted() -> None:
    cited = with_statement(item(), "Old rule.")
    cited = replace(cited, terms=(replace(cited.terms[0], superseded=OPENED),))
    for text in ("".join(csl.write([cited])), biblatex.one(cited), ris.one(cited)):
        assert "Old rule" not in text


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://a.example/x{y}\\z w", "https://a.example/x%7By%7D%5Cz%20w"),
        ("https://a.example/%C5%82_~#&$", "https://a.example/%C5%82_~#&$"),
        ("https://a.example/żółw", "https://a.example/żółw"),
    ],
)
def test_url_is_verbatim_except_characters_that_urls_may_not_contain(url: str, written: str) -> None:
    assert clean_url(url) == written
    assert bib_fields(biblatex.one(item(url=url)))["url"] == written


PIECES = ["{", "}", "\\", "%", "&", "$", "#", "_", "~", "^", '"', "@online{", "\nER  - ", "\r\nTY  - JOUR"]
PIECES += [
    ", ",
    "=",
    "and",
    "\x00",
    "\x1b",
    "\u2028",
    "\ud800",
    " ",
    "ł",
    "“",
    "'",
    "`",
    "]",
    "<b>",
    "😀",
    "textbackslash",
    "\\&",
]
HOSTILE = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), min_size=1, max_size=12).map("".join)


@settings(max_examples=200, deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_hostile_fields_are_read_back_unchanged_from_every_format(title: str, author: str, said: str, tag: str) -> None:
    cited = with_statement(item(title, by(author, kind=AgentKind.ORGANISATION), KUCZYNSKI), said)
    cited = replace(cited, tags=(words(tag),))
    title, author, said, tag = (clean(text) for text in (title, author, said, tag))
    (entry,) = json.loads("".join(csl.write([cited])))
    assert entry["title"] == (title or "[untitled]")
    assert entry["author"][0] == {"literal": author}
    assert entry["custom"].get("rights", "") == said

    (record,) = rispy.loads("".join(ris.write([cited])))
    assert record["title"] == (title or "[untitled]")
    assert record["authors"][-1] == "Kuczyński, Grzegorz"
    assert record.get("custom1", "") == said
    assert record.get("keywords", []) == ([tag] if tag else [])

    fields = bib_fields(biblatex.one(cited))
    assert unescape(fields["title"]) == (title or "[untitled]")
    assert fields["author"].endswith("and Kuczyński, Grzegorz")
    assert unescape(fields["author"].removesuffix(" and Kuczyński, Grzegorz")) == author
    assert unescape(fields.get("addendum", "")) == said


def test_entries_of_one_export_are_read_as_separate() -> None:
    other = item("} b")
    cited = [item("a {", KUCZYNSKI), replace(other, edition=replace(other.edition, id="wi-0000000000@20230425100000"))]
    assert len(parse_string("".join(biblatex.write(cited))).entries) == 2
    assert len(rispy.loads("".join(ris.write(cited)))) == 2


# ── Against the programs that people use ─────────────────────


def program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        assert "CI" not in os.environ, f"{name} must be installed where CI runs"
        pytest.skip(f"{name} is not installed")
    return path


def probe() -> list[Item]:
    hostile = item("R&D: 50% of $5 #1_x ~ ^ \\ “quoted”?", KUCZYNSKI, by("Ursula von der Leyen"), BODY)
    other = item(date="2023")
    # The key of a citation is the id of its edition.
    apart = replace(other, id="wi-0000000000", edition=replace(other.edition, id="wi-0000000000@20230425100000"))
    return [with_statement(hostile, "Credit us & link."), apart]


@pytest.mark.real
def test_pandoc_reads_biblatex_back(tmp_path: Path) -> None:
    file = tmp_path / "probe.bib"
    file.write_text("".join(biblatex.write(probe())), encoding="utf-8")
    ran = subprocess.run(
        [program("pandoc"), "-f", "biblatex", "-t", "csljson", str(file)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    read: list[dict[str, Any]] = json.loads(ran.stdout)
    assert read[0]["URL"] == URL
    assert read[0]["issued"] == {"date-parts": [[2023, 4, 24]]}
    assert read[0]["author"][0] == {"family": "Kuczyński", "given": "Grzegorz"}
    assert read[1]["author"] == [{"literal": "Warsaw Institute"}]
    assert read[1]["issued"] == {"date-parts": [[2023]]}


@pytest.mark.real
def test_pandoc_renders_csl_json(tmp_path: Path) -> None:
    file = tmp_path / "probe.json"
    file.write_text("".join(csl.write(probe())), encoding="utf-8")
    ran = subprocess.run(
        [program("pandoc"), "-f", "csljson", "--citeproc", "-t", "plain", "--wrap=none", str(file)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    assert "Kuczyński, Grzegorz" in ran.stdout.decode()


@pytest.mark.real
def test_biber_validates_the_file_without_warnings(tmp_path: Path) -> None:
    file = tmp_path / "probe.bib"
    file.write_text("".join(biblatex.write(probe())), encoding="utf-8")
    ran = subprocess.run(
        [program("biber"), "--tool", "--validate-datamodel", file.name],
        cwd=tmp_path, capture_output=True, timeout=600, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout
    assert b"WARN" not in ran.stdout
