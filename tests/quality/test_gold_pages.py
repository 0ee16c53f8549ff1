"""The reader on pages whose fields people annotated, beside trafilatura: figures may rise, never fall.

Half of the publishers (by the digest of their names) were looked at while the reader was written; the others were
not.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trafilatura

from ingest.commands.inspection import inspect_batch

GOLD = Path(__file__).resolve().parents[3] / "shared" / "gold"
FLOORS = Path(__file__).with_name("floors.json")
HALVES = ("seen", "held out")
Figures = dict[str, Any]
DEGREES = frozenset({"BA", "DACVB", "DVM", "E-RYT 200", "LVT", "M.D. FACLM", "Ph.D.", "R.D.", "VMD"})
"""Degrees that some answers list as authors of their own. Such an answer is not asked of the fields of authors."""
CODES = frozenset({"Noastack"})
"""Codes of a newsroom's system that an answer lists as tags. Such an answer is not asked of tags."""

MENUS = ("Home\nShop to Support Independent Journalism\n",)
"""Menus with which an answer begins that holds no word of the article. It is not asked of texts."""

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not (GOLD / "score.py").exists(), reason=f"there are no gold pages in {GOLD}"),
]


def half_of(gold: Figures) -> str:
    return HALVES[hashlib.sha256(str(gold.get("publisher")).encode()).digest()[0] % 2]


def pages() -> Iterator[tuple[Path, Figures]]:
    for folder in sorted((GOLD / "pages").iterdir()):
        yield folder, json.loads((folder / "gold.json").read_text())


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> dict[str, Figures]:
    """Read every gold page once, and score each half and all."""
    # Trafilatura's figures have no floor: they are only for display, as in `make quality`.
    looked_at = pytestconfig.getoption("capture") == "no"
    folder = tmp_path_factory.mktemp("quality")
    listing, found = folder / "list.tsv", list(pages())
    listing.write_text(
        "".join(f"{at / 'page.html.gz'}\t{gold['url'] or 'http://unknown.example/page'}\n" for at, gold in found)
    )
    predictions = folder / "predictions.jsonl"
    with predictions.open("w") as out:
        for line in inspect_batch(str(listing)):
            out.write(json.dumps(line | {"dir": Path(line["path"]).parent.name}) + "\n")
    beside = folder / "beside.jsonl"
    if looked_at:
        beside.write_text("".join(json.dumps(by_trafilatura(at, gold)) + "\n" for at, gold in found))
    figures = {}
    for half in (*HALVES, "all"):
        of_half = [(at, gold) for at, gold in found if half in ("all", half_of(gold))]
        figures[half] = scored(predictions, of_half, folder)
        if looked_at:
            other = scored(beside, of_half, folder)
            lines = [f"{name:<18}{value:>8}{other[name]:>14}\n" for name, value in figures[half].items()]
            sys.stdout.write(f"\n{half:<18}{'ours':>8}{'trafilatura':>14}\n{''.join(lines)}")
    return figures


def scored(predictions: Path, asked: list[tuple[Path, Figures]], folder: Path) -> Figures:
    """Return the scorer's figures for the pages *asked*; *folder* takes the lists of their names."""
    whole = scored_fields(predictions, asked, folder)
    people = scored_fields(predictions, [(at, gold) for at, gold in asked if not lists_a_degree(gold)], folder)
    topics = scored_fields(predictions, [(at, gold) for at, gold in asked if not lists_a_code(gold)], folder)
    texts = scored_fields(predictions, [(at, gold) for at, gold in asked if not holds_a_menu(gold)], folder)
    others = {"author": people, "tags": topics, "text": texts, "keep": texts, "no": texts}
    return {name: others.get(name.split()[0], whole)[name] for name in whole}


def scored_fields(predictions: Path, asked: list[tuple[Path, Figures]], folder: Path) -> Figures:
    only = folder / "only.txt"
    only.write_text("\n".join(at.name for at, _ in asked))
    command = [sys.executable, str(GOLD / "score.py"), str(predictions), "--gold", str(GOLD / "pages")]
    told = subprocess.run([*command, "--only", str(only)], capture_output=True, text=True, check=True, timeout=300)
    return flat(json.loads(told.stdout)["all"])


def lists_a_degree(gold: Figures) -> bool:
    return not DEGREES.isdisjoint(gold.get("authors") or ())


def lists_a_code(gold: Figures) -> bool:
    return not CODES.isdisjoint(gold.get("topics") or ())


def holds_a_menu(gold: Figures) -> bool:
    return (gold.get("body_text") or "").startswith(MENUS)


def by_trafilatura(at: Path, gold: Figures) -> Figures:
    """Read one page with trafilatura out of the box, with its own search for metadata."""
    found = trafilatura.bare_extraction(
        gzip.decompress((at / "page.html.gz").read_bytes()), url=gold["url"] or None, with_metadata=True
    )
    said: Figures = found if isinstance(found, dict) else found.as_dict() if found is not None else {}
    return {
        "dir": at.name,
        "title": said.get("title"),
        "authors": (said.get("author") or "").split("; "),
        "date": said.get("date"),
        "tags": said.get("tags") or [],
        "text": said.get("text"),
    }


def flat(scored: Figures) -> Figures:
    return {
        "author exact": scored["author_exact"],
        "author precision": scored["author"]["p"],
        "author multi": scored["author_multi"],
        "title exact": scored["title_exact"],
        "date day": scored["date_day"],
        "tags f1": scored["tags"]["f1"],
        "text f1": scored["text_f1"],
        "keep": scored["keep"],
        "no leak": round(100 - scored["leak"], 1),
    }


@pytest.mark.parametrize("half", [*HALVES, "all"])
def test_no_figure_falls_below_its_floor(measured: dict[str, Figures], half: str) -> None:
    floors = json.loads(FLOORS.read_text())[half]
    fallen = {name: (measured[half][name], floor) for name, floor in floors.items() if measured[half][name] < floor}
    assert not fallen, f"{half}: (measured, floor) {fallen}; all: {measured[half]}"
