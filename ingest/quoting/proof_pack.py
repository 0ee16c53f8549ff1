"""Proof pack: a proof with the records that it rests on and a program that checks it, for whoever has nothing else."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from archive.warc.capture import Capture
from archive.warc.writer import locate_file
from db.catalogue import Catalogue

PROGRAM = "check.txt"


def checker() -> str:
    """Return the program that checks a pack: forty lines of Python, and no package."""
    return files("ingest.quoting").joinpath(PROGRAM).read_text("utf-8")


def pack(catalogue: Catalogue, warcs: Path, proof: Mapping[str, Any], folder: Path) -> list[str]:
    """Write into *folder*, which is there and empty, what *proof* rests on; return the names of the files.

    ``record.warc.gz`` is the record that holds the page, byte for byte; where the capture is another one, a revisit,
    it lies beside it as ``capture.warc.gz``.
    """
    named = {"record.warc.gz": proof["record"], "capture.warc.gz": proof["capture"]}
    written = []
    for name, told in named.items():
        if name == "capture.warc.gz" and told["id"] == proof["record"]["id"]:
            continue
        held = catalogue.capture(str(told["id"]))
        assert held is not None, "what was proved is held"
        (folder / name).write_bytes(_member(warcs, held))
        written.append(name)
    (folder / "proof.json").write_text(json.dumps(proof, ensure_ascii=False, indent=2) + "\n", "utf-8")
    (folder / "check.py").write_text(checker(), "utf-8")
    return [*written, "proof.json", "check.py"]


def _member(warcs: Path, capture: Capture) -> bytes:
    """Return the record of *capture* as one gzip member."""
    with locate_file(warcs, capture.ref.file).open("rb") as file:
        file.seek(capture.ref.offset)
        data = file.read(capture.ref.length)
    # Files of others may lie uncompressed, and the program that checks a pack reads gzip alone.
    return data if data.startswith(b"\x1f\x8b") else gzip.compress(data)
