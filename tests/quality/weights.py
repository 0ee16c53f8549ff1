"""Weights: learn from the gold pages which passages are text, say how that holds on publishers that were not learnt
from, and write `ingest/reading/weights.json`.

    python tests/quality/weights.py [--write]

Publishers are parted into five; the passages of each part are judged by what the other four teach. Nothing is drawn by
lot: the same pages give the same weights.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.util
import json
import math
import sys
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest.mock import patch

from courlan import extract_domain

from archive.http.exchange import Entity
from db.model.item import Context
from db.model.text_marks import Block, text_of
from ingest.reading import read, weighing
from ingest.reading.alignment import Aligned
from ingest.reading.passage import Passage
from ingest.reading.region import Region
from ingest.reading.weighing import FEATURES, FILE, Node, Weights

GOLD = Path(__file__).resolve().parents[3] / "shared" / "gold"
PARTS = 5
TREES, DEPTH, STEP, STEPS = 30, 3, 0.2, 24
"""How many trees there are, how many questions each asks of a passage, how far one moves it, and how many answers a
feature gives at most."""
CAUTION, FEWEST, LEAST_GAIN = 1.0, 40, 0.5
"""How much must speak for a weight, how many passages for a question, and how much it must tell."""
LEAST = 0.02
"""What a passage counts, whatever its share of the text."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What is weighed of one page, and what is right.

    Attributes:
        page: its place among the pages.
        taken: the passages that the rules took.
        rows: number, features and whether it is text, of each passage that is weighed.
        counts: how much each of them counts.
    """

    page: int
    part: int
    gold: str
    taken: Sequence[Passage]
    passages: Sequence[Passage]
    rows: Sequence[tuple[int, tuple[float, ...], bool]]
    counts: Sequence[float]
    new: bool

    def f1(self, scorer: Any, weights: Weights | None) -> float:
        """Return how right the text is by *weights*, or by the rules alone."""
        kept = self.taken
        if weights is not None:
            told = weights.told((number, features) for number, features, _ in self.rows)
            kept = weighing.merged(self.taken, self.passages, told)
        words = text_of(Block(one.words, one.mark) for one in kept)
        return float(scorer.token_f1(scorer.tokens(words), scorer.tokens(self.gold)))


def pages(scorer: Any) -> Iterator[Weighed]:
    """Read the gold pages whose text is known, and yield what is weighed of each."""
    folders = sorted((GOLD / "pages").iterdir()) + sorted((GOLD / "more" / "pages").iterdir())
    for place, folder in enumerate(folders):
        gold = json.loads((folder / "gold.json").read_text())
        if "body_text" not in gold["annotated_fields"] or not gold["body_text"]:
            continue
        url = gold["url"] or f"https://publisher.example/{folder.name}"
        publisher = extract_domain(gold["url"] or "") or str(gold["publisher"])
        part = hashlib.sha256(publisher.encode()).digest()[0] % PARTS
        seen: list[tuple[Any, ...]] = []

        def note(taken: list[Passage], *told: Any, seen: list[tuple[Any, ...]] = seen) -> list[Passage]:
            seen[:] = [(taken, *told)]
            return taken

        with patch.object(weighing, "weighed", note):
            read(Entity(url, gzip.decompress((folder / "page.html.gz").read_bytes()), "text/html"), Context(url))
        if seen:
            taken, region, zones, extracted = seen[0]
            yield _weighed(
                place,
                part,
                gold["body_text"],
                (taken, region, zones, extracted),
                scorer,
                "more" in folder.parts,
            )


def _weighed(place: int, part: int, gold: str, told: tuple[Any, ...], scorer: Any, new: bool) -> Weighed:
    taken, region, zones, extracted = told
    assert isinstance(region, Region)
    right = Aligned(gold, region.passages).held
    rows = [
        (number, tuple(map(float, features)), right[number])
        for number, features in weighing.weighable(taken, region, zones, extracted)
    ]
    size = max(1, sum(scorer.tokens(gold).values()))
    counts = [min(1.0, 3 * max(1, len(region.passages[number].words.split())) / size) + LEAST for number, _, _ in rows]
    return Weighed(place, part, gold, taken, region.passages, rows, counts, new)


def learnt(found: Iterable[Weighed]) -> Weights:
    """Return the weights that *found* teach: each tree asks what the trees before it still get wrong."""
    listed = [
        (features, float(right), count)
        for one in found
        for (_, features, right), count in zip(one.rows, one.counts, strict=True)
    ]
    columns = list(zip(*(features for features, _, _ in listed), strict=True))
    edges = [_edges(column) for column in columns]
    codes = [bytes(bisect_left(steps, value) for value in column) for steps, column in zip(edges, columns, strict=True)]
    mean = sum(count for _, _, count in listed) / len(listed)
    counts, truths = [count / mean for _, _, count in listed], [right for _, right, _ in listed]
    share = sum(t * c for t, c in zip(truths, counts, strict=True)) / sum(counts)
    start = math.log(share / (1 - share))
    sums, trees = [start] * len(listed), []
    for _ in range(TREES):
        likely = [1 / (1 + math.exp(-max(-30.0, min(30.0, one)))) for one in sums]
        pulls = [c * (t - p) for c, t, p in zip(counts, truths, likely, strict=True)]
        bends = [c * p * (1 - p) for c, p in zip(counts, likely, strict=True)]
        growing = _Growing(codes, edges, pulls, bends)
        trees.append(growing.node(range(len(listed)), DEPTH, sums))
    return Weights(round(start, 3), tuple(trees))


@dataclass(frozen=True, slots=True)
class _Growing:
    """One tree that grows: in which step of each feature a passage stands, which way and how easily it is moved."""

    codes: Sequence[bytes]
    edges: Sequence[Sequence[float]]
    pulls: Sequence[float]
    bends: Sequence[float]

    def node(self, rows: Sequence[int], depth: int, sums: list[float]) -> Node:
        """Return the tree below *depth* questions for *rows*, and add what it gives them to *sums*."""
        best = self._best(rows) if depth else None
        if best is None:
            weight = round(STEP * self._pulled(rows), 4)
            for row in rows:
                sums[row] += weight
            return weight
        feature, step = best
        codes = self.codes[feature]
        below, above = [row for row in rows if codes[row] <= step], [row for row in rows if codes[row] > step]
        edge = self.edges[feature][step]
        return feature, edge, self.node(below, depth - 1, sums), self.node(above, depth - 1, sums)

    def _pulled(self, rows: Sequence[int]) -> float:
        return sum(self.pulls[row] for row in rows) / (CAUTION + sum(self.bends[row] for row in rows))

    def _best(self, rows: Sequence[int]) -> tuple[int, int] | None:
        """Return the feature and the step after which to part *rows* says most; None where nothing says anything."""
        pulls, bends = self.pulls, self.bends
        whole, all_bent = sum(pulls[row] for row in rows), sum(bends[row] for row in rows)
        best, most = None, whole * whole / (CAUTION + all_bent) + LEAST_GAIN
        for feature, codes in enumerate(self.codes):
            size = len(self.edges[feature]) + 1
            pulled, bent, held = [0.0] * size, [0.0] * size, [0] * size
            for row in rows:
                code = codes[row]
                pulled[code] += pulls[row]
                bent[code] += bends[row]
                held[code] += 1
            left = left_bent = 0.0
            number = 0
            for step in range(size - 1):
                left, left_bent, number = left + pulled[step], left_bent + bent[step], number + held[step]
                if FEWEST <= number <= len(rows) - FEWEST:
                    right, right_bent = whole - left, all_bent - left_bent
                    gain = left * left / (CAUTION + left_bent) + right * right / (CAUTION + right_bent)
                    if gain > most + 1e-9:
                        best, most = (feature, step), gain
        return best


def _edges(column: Sequence[float]) -> list[float]:
    """Return where the steps of a feature end: between its values where they are few, else as many in each step."""
    values = sorted(set(column))
    if len(values) <= STEPS:
        return [round((one + other) / 2, 4) for one, other in pairwise(values)]
    every = sorted(column)
    return sorted({round(every[len(every) * step // STEPS], 4) for step in range(1, STEPS)})


def _told(node: Node) -> Any:
    """Return *node* as JSON has it: features by their names."""
    if not isinstance(node, tuple):
        return node
    feature, edge, below, above = node
    return [FEATURES[feature], edge, _told(below), _told(above)]


def main() -> None:
    """Learn, say how it holds, and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the weights that all pages teach")
    options = parser.parse_args()
    spec = importlib.util.spec_from_file_location("score", GOLD / "score.py")
    if spec is None or spec.loader is None or not (GOLD / "score.py").exists():
        sys.exit(f"there are no gold pages in {GOLD}")
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    found = list(pages(scorer))
    sys.stdout.write(f"{len(found)} pages, {sum(len(one.rows) for one in found)} passages\n")
    by_rules, by_weights = {}, {}
    for part in range(PARTS):
        weights = learnt(one for one in found if one.part != part)
        for one in found:
            if one.part == part:
                by_rules[one.page], by_weights[one.page] = one.f1(scorer, None), one.f1(scorer, weights)
    for name, chosen in (("all", found), ("publishers new to the rules", [one for one in found if one.new])):
        before, after = (100 * sum(of[one.page] for one in chosen) / len(chosen) for of in (by_rules, by_weights))
        moved = [by_weights[one.page] - by_rules[one.page] for one in chosen]
        helped, harmed = sum(move > 0.002 for move in moved), sum(move < -0.002 for move in moved)
        sys.stdout.write(
            f"{name}: F1 {before:.2f} by rules, {after:.2f} by weights of others; {helped} better, {harmed} worse\n"
        )
    if options.write:
        weights = learnt(found)
        FILE.write_text(
            json.dumps({"start": weights.start, "trees": list(map(_told, weights.trees))}) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
