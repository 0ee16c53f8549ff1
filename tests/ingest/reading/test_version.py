"""A stamp identifies the reader: any change of its code or word lists makes another reader, whatever its number."""

from __future__ import annotations

from pathlib import Path

from archive.digest import digest_of_files
from ingest.reading.version import stamp


def test_a_changed_word_list_changes_the_stamp_but_compiled_files_do_not(tmp_path: Path) -> None:
    (tmp_path / "reading/words").mkdir(parents=True)
    (tmp_path / "reading/page.py").write_text("read = 1\n")
    words = tmp_path / "reading/words/en.toml"
    words.write_text('by = ["By"]\n')
    before = digest_of_files([tmp_path / "reading"])
    (tmp_path / "reading/__pycache__").mkdir()
    (tmp_path / "reading/__pycache__/page.pyc").write_bytes(b"compiled")
    assert digest_of_files([tmp_path / "reading"]) == before
    words.write_text('by = ["By", "Written by"]\n')
    assert digest_of_files([tmp_path / "reading"]) != before


def test_the_stamp_has_the_readers_digest_after_the_version_number() -> None:
    number, _, digest = stamp().creditline.partition("+")
    assert number.count(".") == 2
    assert len(digest) == 8
    assert stamp() is stamp()
