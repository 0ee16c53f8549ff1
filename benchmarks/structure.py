"""Structure: count files, importers, import circles, rooms and arrows, to compare the code before and after a change.

python benchmarks/structure.py             the counts
python benchmarks/structure.py --circles   also list each circle of imports, by file and by room
python benchmarks/structure.py --rooms     also list each arrow between rooms, with its imports
python benchmarks/structure.py --single    also list each file with one importer, which needs a reason (decision
012)
python benchmarks/structure.py --comments  also list the share of lines with a comment for each room

A room is a folder, or a file directly below a package. An arrow means that a file of one room imports from a file of
another, anywhere in the file. Seen from `ingest`, the packages `archive` and `db` count as one room each.
"""

import argparse
import ast
import io
import statistics
import tokenize
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("archive", "db", "ingest")


@dataclass(frozen=True, slots=True)
class Source:
    """One file: the number of lines, how many of them contain a comment, and the modules that it imports."""

    lines: int
    comments: int
    imported: frozenset[str]


def module_of(path: Path) -> str:
    """Return the dotted name of a source file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def sources() -> dict[str, Source]:
    """Return dotted name → source file."""
    paths = {module_of(path): path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))}
    found = {}
    for name, path in paths.items():
        text = path.read_text("utf-8")
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        found[name] = Source(
            lines=len(text.splitlines()),
            comments=len({token.start[0] for token in tokens if token.type == tokenize.COMMENT}),
            imported=frozenset(_imported(ast.parse(text), set(paths)) - {name}),
        )
    return found


def _imported(tree: ast.Module, known: set[str]) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in known else node.module)
    return found & known


def circles(arrows: dict[str, set[str]]) -> list[list[str]]:
    """Return the strongly connected components with more than one member (Tarjan's algorithm)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found = []

    def visit(name: str) -> None:
        number[name] = low[name] = len(number)
        stack.append(name)
        for target in sorted(arrows.get(name, ())):
            if target not in number:
                visit(target)
                low[name] = min(low[name], low[target])
            elif target in stack:
                low[name] = min(low[name], number[target])
        if low[name] == number[name]:
            group = []
            while (member := stack.pop()) != name:
                group.append(member)
            if group:
                found.append(sorted([name, *group]))

    for name in sorted(arrows):
        if name not in number:
            visit(name)
    return found


def room_of(name: str, seen_from: str) -> str:
    """Return the room of a module: another package is one room, the module's own package has one room per folder."""
    parts = name.split(".")
    if parts[0] != seen_from.split(".")[0] and parts[0] != "ingest":
        return parts[0]
    return ".".join(parts[:2]) if len(parts) > 1 else parts[0]


def rooms(held: dict[str, Source]) -> dict[str, dict[str, list[tuple[str, str]]]]:
    """Return room → rooms that it imports from → the imports between them."""
    found: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for name, source in held.items():
        here = room_of(name, name)
        for target in source.imported:
            there = room_of(target, name)
            if there != here:
                found[here][there].append((name, target))
    return found


def floors(arrows: dict[str, set[str]]) -> int:
    """Return the number of levels in the import graph of rooms, counting a circle as one room."""
    group = {name: ring[0] for ring in circles(arrows) for name in ring}
    above: dict[str, set[str]] = defaultdict(set)
    for name, targets in arrows.items():
        above[group.get(name, name)] |= {group.get(target, target) for target in targets}

    def height(name: str) -> int:
        return 1 + max((height(target) for target in above.get(name, ()) if target != name), default=0)

    return max(map(height, list(above)), default=0)


def main() -> None:
    """Print the counts."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--circles", action="store_true")
    parser.add_argument("--rooms", action="store_true")
    parser.add_argument("--single", action="store_true")
    parser.add_argument("--comments", action="store_true")
    asked = parser.parse_args()
    held = sources()
    importers = {name: {other for other, source in held.items() if name in source.imported} for name in held}
    bodies = {name: source for name, source in held.items() if source.lines > 1}
    places = defaultdict(set)
    for name in bodies:
        places[name.rpartition(".")[2]].add(name.partition(".")[0])
    between = rooms(held)
    ingest = {here: set(targets) for here, targets in between.items() if here.startswith("ingest") and here != "ingest"}
    inner = {
        package: {here: set(targets) for here, targets in between.items() if here.startswith(package)}
        for package in PACKAGES
    }
    file_circles = circles({name: set(source.imported) for name, source in held.items()})
    lines = sum(source.lines for source in bodies.values())
    print(f"files                          {len(bodies)}")
    print(f"lines                          {lines}")
    print(f"lines a file, median and most  {statistics.median(one.lines for one in bodies.values()):.0f}, ", end="")
    print(max(one.lines for one in bodies.values()))
    print(f"files over 500 lines           {sum(one.lines > 500 for one in bodies.values())}")
    print(f"files with one importer        {sum(len(importers[name]) == 1 for name in bodies)}")
    verbs = sum(
        next(iter(by)).startswith("ingest.commands.") for by in map(importers.get, bodies) if by and len(by) == 1
    )
    print(f"  of which a verb's work       {verbs}")
    print(f"lines with a comment           {100 * sum(one.comments for one in bodies.values()) / lines:.1f} %")
    print(f"names in several packages      {sum(len(packages) > 1 for packages in places.values())}")
    print(f"circles of files               {len(file_circles)}")
    for package in PACKAGES:
        print(f"circles of rooms in {package:10} {len(circles(inner[package]))}")
    print(f"rooms seen from ingest         {len(ingest | {'db': set(), 'archive': set()})}")
    print(f"floors                         {floors(ingest | {'db': {'archive'}})}")
    print(f"arrows                         {sum(map(len, ingest.values())) + 1}")
    if asked.circles:
        _tell_circles(file_circles, [circles(inner[package]) for package in PACKAGES], between)
    if asked.rooms:
        for here, targets in sorted(between.items()):
            for there, pairs in sorted(targets.items()):
                print(f"{here} -> {there} ({len(pairs)}): {pairs[0][0]} -> {pairs[0][1]}")

    if asked.single:
        for name, source in sorted(bodies.items()):
            if len(importers[name]) == 1:
                (by,) = importers[name]
                print(f"{name} ({source.lines}) <- {by} ({held[by].lines})")
    if asked.comments:
        _tell_comments(bodies)


def _tell_comments(bodies: dict[str, Source]) -> None:
    """Print the share of lines with a comment of each package, the two readers of `ingest` apart, and of each room."""
    lines: dict[str, int] = defaultdict(int)
    comments: dict[str, int] = defaultdict(int)
    for name, source in bodies.items():
        package, room = name.partition(".")[0], room_of(name, name)
        for part in dict.fromkeys((room if room in ("ingest.reading", "ingest.terms") else package, room)):
            lines[part] += source.lines
            comments[part] += source.comments
    for part in sorted(lines):
        print(f"{part:30} {100 * comments[part] / lines[part]:5.1f} %  {comments[part]} of {lines[part]}")


def _tell_circles(
    files: list[list[str]], rings: list[list[list[str]]], between: dict[str, dict[str, list[tuple[str, str]]]]
) -> None:
    for ring in files:
        print("circle:", *ring)
    for ring in (one for package in rings for one in package):
        print("circle of rooms:", *ring)
        for here in ring:
            for there in ring:
                for name, target in between[here].get(there, ()):
                    print(f"    {here} -> {there}: {name} -> {target}")


if __name__ == "__main__":
    main()
