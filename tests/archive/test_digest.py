"""Digests in every spelling: read in any base, of any known algorithm, and compared by their bytes."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.digest import digest, digest_agrees, normalize_digest, same_digest
from archive.formats.cdxj import line_of
from archive.http.exchange import Ending
from archive.warc.capture import Capture, CaptureKind, RecordRef
from archive.warc.revisit import form
from tests.archive.conftest import START

ALGORITHMS = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b", "blake2s"]
SPELLINGS: dict[str, Callable[[bytes], str]] = {
    "Base16": lambda raw: raw.hex(),
    "Base16 in capitals": lambda raw: raw.hex().upper(),
    "Base32": lambda raw: base64.b32encode(raw).decode(),
    "Base32 in small letters": lambda raw: base64.b32encode(raw).decode().lower(),
    "Base32 without padding": lambda raw: base64.b32encode(raw).decode().rstrip("="),
    "Base64": lambda raw: base64.b64encode(raw).decode(),
    "Base64 without padding": lambda raw: base64.b64encode(raw).decode().rstrip("="),
    "Base64 of URLs": lambda raw: base64.urlsafe_b64encode(raw).decode(),
}
SHA1 = hashlib.new("sha1", b"x", usedforsecurity=False).digest()
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def test_printed_digest_is_a_token_as_the_standard_requires() -> None:
    algorithm, _, value = digest(b"words").partition(":")
    assert (algorithm, value) == ("sha256", hashlib.sha256(b"words").hexdigest())
    assert TOKEN.fullmatch(value)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@given(data=st.binary(max_size=40), other=st.binary(max_size=40))
def test_digest_is_read_in_every_base_and_compared_by_value(algorithm: str, data: bytes, other: bytes) -> None:
    raw = hashlib.new(algorithm, data).digest()
    labels = (algorithm, algorithm.upper(), algorithm.replace("sha", "SHA-").replace("_", "-"))
    for label, spelling in itertools.product(labels, SPELLINGS):
        printed = f"{label}:{SPELLINGS[spelling](raw)}"
        assert digest_agrees(printed, data) is True
        assert digest_agrees(printed, other) is (hashlib.new(algorithm, other).digest() == raw)
        assert same_digest(printed, f"{algorithm}:{raw.hex()}") is True
        assert (
            normalize_digest(printed)
            == normalize_digest(f"{algorithm}:{raw.hex()}")
            == normalize_digest(normalize_digest(printed))
        )
        assert TOKEN.fullmatch(normalize_digest(printed).partition(":")[2])


@pytest.mark.parametrize("printed", ["xxh3:99aa", "blake3:" + "a" * 64, "shake128:aa", "monkeypowah!", ":2WAXX5", ""])
def test_unknown_algorithm_is_unchecked_and_its_digest_is_kept(printed: str) -> None:
    assert digest_agrees(printed, b"words") is None
    assert normalize_digest(printed) == printed
    assert same_digest(printed, digest(b"words")) is None
    assert same_digest(printed, printed) is True


@given(st.text(max_size=70), st.sampled_from(["sha1", "sha256", "md5"]))
def test_invalid_digest_agrees_with_nothing_and_raises_nothing(value: str, algorithm: str) -> None:
    assert digest_agrees(f"{algorithm}:{value}", b"words") is False
    assert isinstance(normalize_digest(f"{algorithm}:{value}"), str)


def test_index_prints_sha1_in_base32() -> None:
    capture = Capture(
        "urn:a:b", "think", "http://think.example/a", START, CaptureKind.RESPONSE, 200, "text/html",
        RecordRef("a.warc.gz", 0, 1), "", "sha1:" + SHA1.hex(), 1, Ending.LENGTH,
    )  # fmt: skip
    assert base64.b32encode(SHA1).decode() in line_of(capture)


def test_payload_with_an_older_digest_spelling_is_still_a_revisit() -> None:
    older = "sha256:" + base64.b32encode(hashlib.sha256(b"x").digest()).decode()
    earlier = Capture(
        "urn:a:b", "think", "http://think.example/a", START, CaptureKind.RESPONSE, 200, "text/html",
        RecordRef("a.warc.gz", 0, 1), older, older, 1, Ending.LENGTH,
    )  # fmt: skip
    kind, original = form(200, digest(b"x"), 1, truncated=None, earlier=earlier)
    assert kind is CaptureKind.REVISIT
    assert original is not None
