"""Documents: compare our text of PDFs with that of `pdftotext` (poppler) word by word, and the CPU time of both.

    python benchmarks/documents.py FOLDER [--most 60] [--pages 20]

FOLDER contains PDFs, possibly gzipped and in subfolders. Debian's documentation packages are a good source:

    apt-get download r-doc-pdf graphviz-doc bash-doc gnuplot-doc debian-policy developers-reference texlive-lang-polish
    for package in *.deb; do dpkg-deb -x $package unpacked; done

F1 compares the words of the first pages as bags. Only letters and digits count, and hyphenated words are joined in
both.
"""

import os
import sys

if not sys.flags.safe_path:  # otherwise `import archive` would find the benchmark archive.py
    os.execv(  # noqa: S606 - restarts this script
        sys.executable, [sys.executable, "-P", *sys.argv]
    )

import argparse
import gzip
import re
import resource
import statistics
import subprocess
import tempfile
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from ingest.documents.pdf import plain, read_pdf

_PARTED = re.compile(r"(\w)[-\N{SOFT HYPHEN}\N{HYPHEN}]\s*\n\s*(?=[a-ząćęłńóśźż])")


@dataclass(frozen=True, slots=True)
class Compared:
    """One document: F1, the number of words, and the CPU time of both programs in seconds."""

    name: str
    f1: float
    words: int
    ours: float
    theirs: float
    title: str
    unread: str | None


def words_of(text: str) -> Counter[str]:
    """Return the words of *text*, with ligatures resolved, because poppler does not resolve them."""
    return Counter(re.findall(r"\w+", unicodedata.normalize("NFKC", _PARTED.sub(r"\1", text)).lower()))


def f1(one: Counter[str], other: Counter[str]) -> float:
    """Return the F1 measure of two bags of words."""
    both, all_words = (one & other).total(), one.total() + other.total()
    return 2 * both / all_words if all_words else 1.0


def _spent(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def compare(path: Path, pages: int, scratch: Path) -> Compared:
    """Read the first *pages* pages of a document with both programs."""
    body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    file = scratch / "one.pdf"
    file.write_bytes(body)
    began = _spent(resource.RUSAGE_CHILDREN)
    told = subprocess.run(
        ["pdftotext", "-l", str(pages), "-enc", "UTF-8", str(file), "-"], capture_output=True, timeout=120, check=False
    )
    theirs = _spent(resource.RUSAGE_CHILDREN) - began
    began = _spent(resource.RUSAGE_SELF)
    found = read_pdf(body)
    # We read all pages, so count only the share of the time for the compared pages.
    ours = (_spent(resource.RUSAGE_SELF) - began) * min(1.0, pages / max(found.count, 1))
    text = "\n".join(plain(page) for page in found.pages[:pages])
    own, other = words_of(text), words_of(told.stdout.decode("utf-8", "replace"))
    heading = plain(found.pages[0][slice(*found.heading)]) if found.heading else ""
    title = found.info.get("Title", "") or heading
    return Compared(path.name, f1(own, other), other.total(), ours, theirs, title, found.unread)


def main() -> None:
    """Compare the documents, print them with the lowest F1 first, and print a summary."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, default=60)
    parser.add_argument("--pages", type=int, default=20)
    chosen = parser.parse_args()
    paths = {
        path.name: path for path in chosen.folder.rglob("*.pdf*") if path.suffix in (".pdf", ".gz") and path.is_file()
    }
    # Sorted by reversed names, which mixes the packages and always gives the same choice.
    some = [paths[name] for name in sorted(paths, key=lambda name: (name[::-1], name))][: chosen.most]
    with tempfile.TemporaryDirectory() as scratch:
        found = sorted((compare(path, chosen.pages, Path(scratch)) for path in some), key=lambda one: one.f1)
    for one in found:
        print(f"{one.f1:6.3f} {one.words:7} {one.name[:40]:40} {one.unread or one.title[:50]}")
    told = [one for one in found if one.words >= 20]
    scores = [one.f1 for one in told]
    print(f"\n{len(found)} documents, {len(told)} with text; F1 median {statistics.median(scores):.3f}, ", end="")
    print(f"mean {statistics.mean(scores):.3f}, lowest {min(scores):.3f}, over 0.95: {sum(s > 0.95 for s in scores)}")
    print(f"CPU time of the compared pages: {sum(one.ours for one in found):.1f} s, ", end="")
    print(f"pdftotext {sum(one.theirs for one in found):.1f} s; a title for {sum(bool(one.title) for one in told)}")


if __name__ == "__main__":
    main()
