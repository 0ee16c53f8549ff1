"""A thousand citations with hostile words, read back by other programs: nothing lost, no warnings."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import rispy
from bibtexparser.entrypoint import parse_string

from db.citation import biblatex, bibtex, csl, ris
from db.citation.address import Archive
from db.citation.work import Work, work
from db.model.item import AgentKind, Dated, Evidence, Item, Precision, Words
from tests.real.test_citations import by, cited

pytestmark = pytest.mark.real

COUNT = 1000
WORDS = [
    *(
        "ports",
        "Łódź",
        "seabed",
        "na morzu",
        "R&D",
        "50%",
        "#1",
        "x_y",
        "$5",
        "a~b",
        "2^8",
        "C:\\new",
        "{",
        "}",
        "{a, b}",
    ),
    *(
        '"quoted"',
        "“so”",
        "it's",
        "`",
        "and others",
        "AND",
        "@online{x,",
        "ER  - ",
        "TY  - JOUR",
        "\\input{passwd}",
        "%%",
    ),
    *(
        "<b>bold</b>",
        "&amp;",
        "a = b",
        "\u202eback",
        "é\u0301",
        "😀",
        "日本",
        "العربية",
        "x\x00y",
        "line\nline",
        "\t",
        "…",
    ),
]
NAMES = ["Łukasz Żak", "Jean-Pierre van den Berg", "Martin Luther King, Jr.", "Jan and Eve", "O'Brien", "A. & B. {Co}",
         "Ministry of Ports, Poland", "Ursula von der Leyen", "Anna Nowak"]  # fmt: skip


def made(number: int, chance: random.Random) -> Item:
    """Return an item whose every field holds what some format takes for syntax."""

    def said(most: int) -> str:
        return " ".join(chance.choice(WORDS) for _ in range(chance.randint(1, most)))

    names = chance.sample(NAMES, chance.randint(1, 3))
    held = cited(
        f"{said(7)} {number}",
        *(by(name, AgentKind.ORGANISATION if "of" in name or "&" in name else AgentKind.PERSON) for name in names),
    )
    day = f"20{10 + number % 15}-0{1 + number % 9}-{10 + number % 18}"
    id = f"wi-{number:010}"  # noqa: A001 - what it is called in the catalogue
    return replace(
        held,
        id=id,
        url=f"https://institute.example/{number}?a=1&b=50%25_x~y#z",
        edition=replace(
            held.edition, id=f"{id}@20230425100000", item=id, published=Dated(day, Precision.DAY, Evidence(day, ""))
        ),
        site_name=Words(f"Sea {said(2)}", Evidence("", "")),
        tags=tuple(Words(said(2), Evidence("", "")) for _ in range(number % 3)),
    )


@pytest.fixture(scope="module")
def items() -> list[Item]:
    chance = random.Random(17)  # noqa: S311 - no secret: the same items each time
    return [made(number, chance) for number in range(COUNT)]


@pytest.fixture(scope="module")
def works(items: list[Item]) -> dict[str, Work]:
    return {one.key: one for one in map(work, items)}


def bare(text: str) -> str:
    """Return what readers agree on in *text*: letters and digits, as each sets spaces and quotes its own way."""
    return re.sub(r"[\W_]+", "", text)


def differences(read: Iterable[dict[str, Any]], works: dict[str, Work]) -> list[str]:
    """Return where CSL-JSON items as *read* differ from what was written, and which are missing."""
    told, seen = [], set()
    for entry in read:
        meant = works[entry["id"]]
        seen.add(meant.key)
        if bare(entry["title"]) != bare(meant.title):
            told.append(f"title {entry['title']!r} of {meant.title!r}")
        # Parts of a name may be reordered, but not lost.
        parts = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix")
        names = [one.get("literal") or "".join(one.get(part, "") for part in parts) for one in entry["author"]]
        if [sorted(bare(name)) for name in names] != [sorted(bare(name.printed)) for name in meant.authors]:
            told.append(f"authors {names} of {meant.authors}")
        issued = entry["issued"][0] if isinstance(entry["issued"], list) else entry["issued"]
        date = "-".join(f"{int(part):02}" for part in issued["date-parts"][0])
        # pandoc takes only the year from a RIS record.
        if not meant.date.startswith(date) or entry["URL"] != meant.url:
            told.append(f"{date} {entry['URL']} of {meant.date} {meant.url}")
    return [*told, *(works.keys() - seen)]


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, words)], check=True, capture_output=True, timeout=240, text=True)


def written(folder: Path, name: str, pieces: Iterable[str]) -> Path:
    file = folder / name
    file.write_text("".join(pieces), encoding="utf-8", newline="")
    return file


FORMS: dict[str, tuple[str, Callable[[list[Item]], Iterable[str]], str]] = {
    "biblatex": ("a.bib", biblatex.write, "@biblatex/text"),
    "ris": ("a.ris", ris.write, "@ris/file"),
    "csljson": ("a.json", csl.write, "@csl/list+object"),
}
"""By pandoc's name: a file name, what writes it, and Citation.js's name."""


@pytest.mark.parametrize("form", list(FORMS))
def test_pandoc_loses_nothing_and_warns_of_nothing(
    citation_oracles: Path, items: list[Item], works: dict[str, Work], tmp_path: Path, form: str
) -> None:
    name, write, _ = FORMS[form]
    (pandoc,) = citation_oracles.glob("lib/python*/site-packages/pypandoc/files/pandoc")
    ended = run(pandoc, "-f", form, "-t", "csljson", written(tmp_path, name, write(items)))
    assert ended.stderr == ""
    assert differences(json.loads(ended.stdout), works) == []


_READ = """const {Cite} = require("@citation-js/core");
for (const name of ["csl", "bibtex", "ris"]) require("@citation-js/plugin-" + name);
const text = require("fs").readFileSync(process.argv[1], "utf8");
const read = new Cite(text, {forceType: process.argv[2]}).data.map(({_graph, ...rest}) => rest);
console.log(JSON.stringify(read));"""


@pytest.mark.parametrize("form", ["biblatex", "ris"])
def test_citation_js_loses_nothing_and_warns_of_nothing(
    citation_js: Path, items: list[Item], works: dict[str, Work], tmp_path: Path, form: str
) -> None:
    name, write, theirs = FORMS[form]
    file = written(tmp_path, name, write(items))
    ended = subprocess.run(
        ["node", "-e", _READ, file, theirs], check=True, capture_output=True, timeout=240, text=True, cwd=citation_js
    )
    assert ended.stderr == ""
    assert differences(json.loads(ended.stdout), works) == []


@pytest.mark.skipif(shutil.which("biber") is None, reason="biber is not installed")
def test_biber_warns_of_nothing_and_keeps_every_entry(items: list[Item], tmp_path: Path) -> None:
    file = written(tmp_path, "a.bib", biblatex.write(items[:400]))
    out = tmp_path / "out.bib"
    ended = run("biber", "--tool", "--validate-datamodel", "--nolog", f"--output-file={out}", file)
    assert [line for line in ended.stdout.splitlines() if line.startswith(("WARN", "ERROR"))] == []
    kept = parse_string(out.read_text("utf-8"))
    assert (len(kept.failed_blocks), {entry.key for entry in kept.entries}) == (
        0,
        {work(one).key for one in items[:400]},
    )


@pytest.mark.parametrize("classic", [False, True])
def test_pybtex_and_bibtexparser_read_every_entry(
    citation_oracles: Path, items: list[Item], works: dict[str, Work], tmp_path: Path, *, classic: bool
) -> None:
    pieces = bibtex.write(items, Archive()) if classic else biblatex.write(items)
    file = written(tmp_path, "a.bib", pieces)
    library = parse_string(file.read_text("utf-8"))
    assert (len(library.failed_blocks), {one.key for one in library.entries}) == (0, set(works))
    program = (
        "import json, sys, warnings; warnings.simplefilter('error')\n"
        "from pybtex.database import parse_file\n"
        "read = parse_file(sys.argv[1]).entries\n"
        "print(json.dumps({key: len(one.persons['author']) for key, one in read.items()}))"
    )
    ended = run(citation_oracles / "bin/python", "-c", program, file)
    assert (ended.stderr, json.loads(ended.stdout)) == ("", {key: len(one.authors) for key, one in works.items()})


def test_rispy_reads_every_field(items: list[Item], works: dict[str, Work]) -> None:
    read = rispy.loads("".join(ris.write(items)))
    assert len(read) == COUNT
    for record in read:
        meant = works[record["id"]]
        assert (record["title"], record["secondary_title"], record["urls"]) == (meant.title, meant.site, [meant.url])
        assert len(record["authors"]) == len(meant.authors)
        assert record.get("keywords", []) == list(meant.tags)


VARIABLES = {
    *("id", "citation-key", "type", "title", "author", "translator", "editor", "issued", "accessed", "container-title"),
    *("publisher", "URL", "language", "archive", "note", "keyword", "custom", "page"),
}
"""The keys of CSL-JSON 1.0.2 that are written; its schema knows no others."""


def test_csl_json_has_only_the_variables_of_its_schema(items: list[Item], works: dict[str, Work]) -> None:
    read = json.loads("".join(csl.write(items)))
    assert {key for entry in read for key in entry} <= VARIABLES
    assert differences(read, works) == []
