"""Files really written by other programs are imported: WARC files that wget makes here, and test files of projects."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archive.errors import Exit
from db.catalogue import Catalogue
from ingest.cli import app
from ingest.demo.house import HOST
from ingest.demo.server import serve
from ingest.demo.site import Site
from ingest.demo.truth import truth

if TYPE_CHECKING:
    from tests.real.conftest import Run

pytestmark = pytest.mark.real

CONFORMANCE = Path(__file__).resolve().parents[2].parent / "shared" / "conformance"
PATTERNS = ("**/*.warc", "**/*.warc.gz", "**/*.wacz", "**/*.arc", "**/*.arc.gz")


def test_files_written_by_wget_are_read_and_verified(
    creditline: Run, need: Callable[[str], None], tmp_path: Path
) -> None:
    if shutil.which("wget") is None:
        need("wget is not installed")
    site = Site()
    with serve(site) as port:
        pages = [str(page["url"]).replace(f"//{HOST}/", f"//127.0.0.1:{port}/") for page in truth(site)[:8]]
        (tmp_path / "list.txt").write_text("\n".join(pages), encoding="utf-8")
        command = ["wget", "-q", f"--header=Host: {HOST}", "--warc-file=crawl", "-O", "pages.html", "-i", "list.txt"]
        subprocess.run(command, cwd=tmp_path, check=True, timeout=300)
        home = f"http://127.0.0.1:{port}/"
    collection = tmp_path / "collection"
    brought = creditline(collection, "import", str(tmp_path / "crawl.warc.gz"), "--publisher", home)
    assert brought.code == Exit.DONE, brought.err
    assert "written by Wget/" in brought.out
    with Catalogue.open(collection / "catalogue.db", read_only=True) as catalogue:
        assert len(catalogue.all_item_ids()) == len(pages)
    assert creditline(collection, "verify", "--all").code == Exit.DONE
    assert creditline(collection, "rebuild", "--check").code == Exit.DONE


def test_every_file_of_other_projects_is_imported_or_refused_with_a_reason(
    creditline: Run,
    need: Callable[[str], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if not CONFORMANCE.is_dir():
        need("the files of other projects are not here")
    monkeypatch.setenv("PYTHONSAFEPATH", "1")  # the command sets it for its own processes
    outcomes: dict[str, int] = {}
    collection = tmp_path / "collection"

    def imported(path: Path, publisher: str) -> tuple[int, str]:
        """Call the command in this process, where its reader stays loaded; a bug in it is raised here."""
        words = ["creditline", "-C", str(collection), "import", str(path), "--publisher", publisher]
        monkeypatch.setattr(sys, "argv", words)
        code = 0
        try:
            app.main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        return code, capsys.readouterr().err

    first = CONFORMANCE / "warcio" / "test" / "data" / "example.warc"
    assert imported(first, "http://example.com/")[0] == Exit.DONE
    for path in sorted({path for pattern in PATTERNS for path in CONFORMANCE.glob(pattern)}):
        code, said = imported(path, "example-com")
        assert code in (Exit.DONE, Exit.USAGE, Exit.INTEGRITY, Exit.ATTENTION), f"{path.name}: {said}"
        assert "Traceback" not in said
        if code not in (Exit.DONE, Exit.ATTENTION):
            assert "creditline: " in said, path.name
        outcomes[path.name] = code
    assert outcomes["example.warc.gz"] == outcomes["valid_example_1.wacz"] == Exit.DONE
    assert outcomes["example.arc"] == outcomes["example.arc.gz"] == outcomes["example-resource.warc.gz"] == Exit.DONE
    assert outcomes["example-digest.warc"] == Exit.INTEGRITY
    assert creditline(collection, "verify", "--all").code == Exit.DONE
    assert creditline(collection, "rebuild", "--check").code == Exit.DONE
