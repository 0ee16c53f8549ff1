"""A path into a bucket reads like the file it names, with few and suitable requests."""

from __future__ import annotations

import pickle
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.errors import Exit, Refused
from archive.store import warc_files
from archive.warc.member import member_at, members, pack
from archive.warc.writer import is_held, locate_file
from ingest.transfer import bucket_path
from ingest.transfer.bucket_path import BucketPath

FOLDER = BucketPath("s3://archive/wi/warcs")


class Bucket:
    """A bucket in memory; *asked* are the requested ranges."""

    def __init__(self, objects: dict[str, bytes]) -> None:
        self.objects, self.asked = objects, list[tuple[int, int]]()
        self.short = 0

    def sizes(self, folder: str) -> dict[str, int]:
        named = {key.removeprefix(folder): len(data) for key, data in self.objects.items() if key.startswith(folder)}
        return {name: size for name, size in named.items() if "/" not in name}

    def between(self, name: str, start: int, end: int) -> bytes:
        self.asked.append((start, end))
        if name not in self.objects:
            raise Refused("no such key", "", Exit.DISK)
        return self.objects[name][start : end - self.short]


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    chance = random.Random(19)  # noqa: S311 - the same bytes each time
    records = [
        b"WARC/1.1\r\nContent-Length: %d\r\n\r\n" % n + chance.randbytes(n) + b"\r\n\r\n" for n in (9, 200_000, 70)
    ]
    store = Bucket(
        {"wi/warcs/a-2.warc.gz": b"".join(map(pack, records)), "wi/warcs/a-1.warc.gz": b"", "wi/other": b"x"}
    )
    monkeypatch.setattr(bucket_path, "_bucket", lambda _name: store)
    bucket_path._sizes.cache_clear()
    yield store
    bucket_path._sizes.cache_clear()


def test_a_folder_lists_only_its_files_in_order(bucket: Bucket) -> None:
    assert [path.name for path in warc_files(FOLDER)] == ["a-1.warc.gz", "a-2.warc.gz"]
    assert all(isinstance(path, BucketPath) for path in warc_files(FOLDER))
    assert (FOLDER.is_dir(), FOLDER.exists(), (FOLDER.parent / "none").is_dir()) == (True, True, False)


@pytest.mark.parametrize("prefix", ["a//b", "./a", "/a", "a/./b"])
def test_a_prefix_that_a_path_cannot_express_is_refused(bucket: Bucket, prefix: str) -> None:
    with pytest.raises(Refused, match="cannot be read in the bucket"):
        BucketPath.of(f"s3://archive/{prefix}")


@pytest.mark.parametrize("place", ["s3://archive", "s3://archive/", "s3://archive/wi", "s3://archive/w i/%2F+ä/"])
def test_any_other_prefix_becomes_a_path(bucket: Bucket, place: str) -> None:
    assert str(BucketPath.of(place)) == place.replace("s3://", "s3:/").rstrip("/")


def test_a_file_has_its_size_and_a_missing_file_raises(bucket: Bucket) -> None:
    path = locate_file(FOLDER, "a-2.warc.gz")
    assert (path, path.stat().st_size) == (FOLDER / "a-2.warc.gz", len(bucket.objects["wi/warcs/a-2.warc.gz"]))
    assert not is_held(path)
    assert not (FOLDER / "a-9.warc.gz").exists()
    for ask in (BucketPath.stat, lambda one: one.open("rb")):
        with pytest.raises(FileNotFoundError):
            ask(FOLDER / "a-9.warc.gz")


def test_a_bucket_path_can_be_pickled_and_is_absolute(bucket: Bucket) -> None:
    path = FOLDER / "a-2.warc.gz"
    again = pickle.loads(pickle.dumps(path))  # noqa: S301 - of ours
    assert (again, type(again)) == (path, BucketPath)
    assert path.absolute() == path.resolve() == path
    assert str(path) == "s3:/archive/wi/warcs/a-2.warc.gz"


def test_records_in_a_bucket_equal_those_of_the_local_file(bucket: Bucket, tmp_path: Path) -> None:
    here = tmp_path / "a-2.warc.gz"
    here.write_bytes(bucket.objects["wi/warcs/a-2.warc.gz"])
    found = list(members(FOLDER / here.name))
    assert found == list(members(here))
    assert member_at(FOLDER / here.name, found[2].offset) == found[2]


def test_random_reads_return_the_bytes_of_the_object(bucket: Bucket) -> None:
    data, chance = bucket.objects["wi/warcs/a-2.warc.gz"], random.Random(20)  # noqa: S311 - the same each time
    with (FOLDER / "a-2.warc.gz").open("rb") as file:
        for _ in range(60):
            at, length = chance.randrange(len(data) + 9), chance.choice((1, 10, 70_000, -1))
            file.seek(at)
            assert file.read(length) == (data[at:] if length < 0 else data[at : at + length])


def test_sequential_reads_request_growing_ranges_and_a_jump_a_small_one(bucket: Bucket) -> None:
    bucket.objects["wi/warcs/a-1.warc.gz"] = bytes(40_000_000)
    with (FOLDER / "a-1.warc.gz").open("rb") as file:
        while file.read(64 * 1024):
            pass
        sizes = [end - start for start, end in bucket.asked]
        assert sizes[:3] == [65_536, 131_072, 262_144]
        assert max(sizes) == 8 * 1024 * 1024
        assert sum(sizes) == 40_000_000
        file.seek(5)
        file.read(1)
        assert bucket.asked[-1] == (5, 5 + 65_536)


def test_bytes_of_a_wrong_range_are_never_returned(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    data = bucket.objects["wi/warcs/a-2.warc.gz"]
    with (FOLDER / "a-2.warc.gz").open("rb") as file:
        file.seek(70_000)
        with monkeypatch.context() as whole:
            # Like a store, or a proxy in front of it, that does not support ranges.
            whole.setattr(bucket, "between", lambda *_: data)
            for _ in range(2):
                with pytest.raises(OSError, match="another range"):
                    file.read(4)
        assert file.read(4) == data[70_000:70_004]


def test_read_errors_are_raised_as_for_a_file(bucket: Bucket) -> None:
    path = FOLDER / "a-2.warc.gz"
    bucket.short = 1
    with pytest.raises(OSError, match="another range"), path.open("rb") as file:
        file.read(1)
    del bucket.objects["wi/warcs/a-2.warc.gz"]  # after it was listed
    assert path.exists()
    with pytest.raises(OSError, match="no such key") as failed, path.open("rb") as file:
        file.read(1)
    assert failed.value.filename == str(path)
    with pytest.raises(OSError, match="not written"):
        path.open("wb")
