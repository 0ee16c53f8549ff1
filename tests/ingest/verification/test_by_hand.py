"""A person who has a shell and no Creditline finds the words of a claim, as the page on verification says."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit

VERIFICATION = Path(__file__).resolve().parents[3] / "docs" / "verification.md"
PAGE = """<!doctype html><html lang="pl"><head><title>Porty</title><meta name="author" content="Łucja Żak"></head>
<body><article><h1>Porty na Bałtyku</h1>
<p class="byline">Łucja Żak</p><p>Granit trzyma chłód.</p></article></body></html>
"""


@pytest.mark.slow
def test_the_bytes_of_a_claim_are_found_with_the_commands_of_the_docs(
    creditline: Callable[..., Any], foreign_warc: Callable[..., Any], tmp_path: Path
) -> None:
    warc, kept, url = foreign_warc(), tmp_path / "kept", "http://institute.example/porty/"
    warc.response("http://institute.example/", PAGE.replace("Porty", "Inne").encode())
    warc.response(url, PAGE.encode())
    assert creditline("-C", kept, "import", warc.path, "--publisher", "http://institute.example/").code == Exit.DONE
    shown = creditline("-C", kept, "show", url, "--evidence").out
    claim = re.search(r"“Łucja Żak” bytes (\d+)-(\d+) of (urn:\S+)", shown)
    assert claim, shown
    record = re.search(rf"(\S+):(\d+)\+(\d+)  {claim[3]}", creditline("-C", kept, "verify", url).out)
    assert record
    commands = re.search(r"```sh\n(tail -c.*?)```", VERIFICATION.read_text("utf-8"), re.S)
    assert commands
    given = {"FILE": record[1], "OFFSET": record[2], "LENGTH": record[3], "START": claim[1], "END": claim[2]}
    told = subprocess.run(["bash", "-ec", commands[1]], cwd=kept, env={**os.environ, **given}, stdout=subprocess.PIPE)
    assert told.stdout.decode() == "Łucja Żak"
    digest = hashlib.new("sha1", (kept / "response").read_bytes()[:-4], usedforsecurity=False).digest()
    assert f"WARC-Block-Digest: sha1:{base64.b32encode(digest).decode()}".encode() in (kept / "record").read_bytes()
