"""Who may decide in the browser: names with hashes in a file, valid as long as they stand there."""

from __future__ import annotations

from pathlib import Path

import pytest
from argon2 import PasswordHasher

from db.reading_room.review.reviewers import BadReviewers, Reviewers, add, read

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
SAID = "a long enough one"


def line(name: str, password: str = SAID) -> str:
    return f"{name}:{CHEAP.hash(password)}\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "reviewers.txt"
    made.write_text("# ours\n\n" + line("Anna Nowak") + line("Łukasz Żak", "another password"), "utf-8")
    made.chmod(0o600)
    return made


@pytest.mark.slow
def test_reviewer_is_authenticated_only_by_their_own_password(file: Path) -> None:
    held = Reviewers(file)
    assert held.proves("Anna Nowak", SAID)
    assert not held.proves("Anna Nowak", "another password")
    assert not held.proves("Jan Kos", SAID)


def test_reviewer_removed_from_the_file_loses_access_at_once(file: Path) -> None:
    held = Reviewers(file)
    assert held.hash_of("Łukasz Żak")
    file.write_text(line("Anna Nowak"), "utf-8")
    assert held.hash_of("Łukasz Żak") is None


def test_missing_reviewers_file_names_nobody(file: Path) -> None:
    held = Reviewers(file)
    file.unlink()
    assert held.hash_of("Anna Nowak") is None
    with pytest.raises(BadReviewers, match="cannot be read"):
        held.proves("Anna Nowak", SAID)


@pytest.mark.parametrize("said", ["Anna Nowak", "Anna:secret", ":$argon2id$x"])
def test_invalid_line_of_the_reviewers_file_is_reported(file: Path, said: str) -> None:
    file.write_text(f"# ours\n{said}\n", "utf-8")
    with pytest.raises(BadReviewers, match="line 2"):
        Reviewers(file)


def test_reviewers_file_that_others_may_write_to_is_refused(file: Path) -> None:
    file.chmod(0o662)
    with pytest.raises(BadReviewers, match="others may write"):
        Reviewers(file)


@pytest.mark.slow
def test_added_reviewer_can_sign_in_and_others_stay(tmp_path: Path) -> None:
    file = tmp_path / "new.txt"
    add(file, "  Anna  Nowak ", SAID)
    file.write_text(file.read_text() + line("Jan Kos"))
    add(file, "Anna Nowak", "a newer long one")
    assert set(read(file)) == {"Anna Nowak", "Jan Kos"}
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_text().startswith("# Who may decide")
    held = Reviewers(file)
    assert held.proves("Anna Nowak", "a newer long one")
    assert not held.proves("Anna Nowak", SAID)


@pytest.mark.parametrize(("name", "password"), [("Anna", "short"), ("", SAID), ("a:b", SAID), ("#a", SAID)])
def test_invalid_reviewer_is_not_added(tmp_path: Path, name: str, password: str) -> None:
    with pytest.raises(BadReviewers):
        add(tmp_path / "new.txt", name, password)
    assert not (tmp_path / "new.txt").exists()
