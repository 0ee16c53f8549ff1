"""An import may hold a decompression bomb: it is verified, alone and with the rest, in bounded memory."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit

SIZE = 600 << 20
MOST = 400
"""Megabytes for the largest process of a command: three times a reader's limit, and the program itself."""


# Measured from a small process: a direct child of this process, which may be large, would count the memory it inherits.
MEASURE = """import resource, subprocess, sys
code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10)"""


def peak_of(script: Path, *words: object) -> tuple[int, int]:
    """Run the command; return its exit status, and the megabytes of its largest process."""
    command = [sys.executable, "-c", MEASURE, str(script), *map(str, words)]
    code, peak = subprocess.run(command, capture_output=True, check=True, timeout=300).stdout.split()
    return int(code), int(peak)


@pytest.mark.slow
def test_an_imported_bomb_is_read_and_verified_with_little_memory(
    creditline_script: Path, foreign_warc: Callable[..., Any], tmp_path: Path
) -> None:
    piece = gzip.compress(bytes(SIZE // 8), 9)
    fields = b"Content-Type: text/html\r\nContent-Encoding: gzip\r\n"
    bombs = {"one member": gzip.compress(piece, 9), "eight members": piece * 8}
    warc = foreign_warc()
    for name, bomb in bombs.items():
        coded = fields.replace(b"gzip", b"gzip, gzip") if name == "one member" else fields
        head = b"HTTP/1.1 200 OK\r\n%bContent-Length: %d\r\n" % (coded, len(bomb))
        warc.response(f"http://institute.example/{name.partition(' ')[0]}/", bomb, head=head)
    warc.response("http://institute.example/a/", b"<html><title>Rivers</title><p>Where they meet.</html>")
    held = tmp_path / "collection"
    publisher = ("--publisher", "http://institute.example/")
    for words, codes in (
        (("import", warc.path, *publisher), (Exit.DONE, Exit.ATTENTION)),
        (("verify", "--all"), (Exit.DONE,)),
        (("verify", warc.path), (Exit.DONE,)),
        (("rebuild", "--check"), (Exit.DONE, Exit.ATTENTION)),
    ):
        code, peak = peak_of(creditline_script, "-C", held, *words)
        assert (code in codes, peak < MOST) == (True, True), (words, code, peak)
