"""Digests: printed in one form, read in every form that other tools use, compared by their bytes."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Protocol

_PIECE = 1 << 20
_OURS = "sha256:"
_PRINTED = len(_OURS) + 64
_OURS_OF_NOTHING = _OURS + hashlib.sha256().hexdigest()
# MD5 and SHA-1 no longer protect against forgery, but other tools still print them. `usedforsecurity=False` allows them
# on machines that would otherwise refuse. Tools spell the names with different case, hyphens and underscores.
_SIZES = {
    name.replace("-", "").replace("_", "").lower(): (name, hashlib.new(name, usedforsecurity=False).digest_size)
    for name in sorted(hashlib.algorithms_guaranteed)
    if not name.startswith("shake")  # their digests have no fixed length
}
"""The known algorithms: normalised name → hashlib's name and the digest's length in bytes."""
# `!` is no digit in any base, so `int` rejects 0, 1, 8 and 9, which Base32 does not have.
_BASE32_AS_DIGITS = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567abcdefghijklmnopqrstuvwxyz0189_+-",
    b"0123456789ABCDEFGHIJKLMNOPQRSTUV0123456789ABCDEFGHIJKLMNOP!!!!!!!",
)
"""Translates Base32 letters (RFC 4648 section 6) into the base-32 digits that `int` reads."""
_BASE64_OF_URLS = bytes.maketrans(b"-_", b"+/")


class Readable(Protocol):
    """Bytes that are read from front to back."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to *size* more bytes, b"" after the last one."""


class Writable(Protocol):
    """Where bytes are written, front to back."""

    def write(self, data: bytes, /) -> int:
        """Take all of *data*; return its length."""


def digest(data: bytes | memoryview) -> str:
    """Return the labelled digest of *data*: ``sha256:`` and lower-case hexadecimal digits.

    In WARC 1.1 a digest value is a token, which may not contain the ``=`` that pads Base32.
    """
    return _OURS + hashlib.sha256(data).hexdigest()


def labelled_digest(sha256: bytes) -> str:
    """Return a SHA-256 digest in the labelled form of `digest`."""
    return _OURS + sha256.hex()


def stream_digest(file: Readable) -> tuple[str, int]:
    """Return the labelled SHA-256 of the rest of *file*, as `digest` prints it, and its length in bytes."""
    taken, length = hashlib.sha256(), 0
    while piece := file.read(_PIECE):
        taken.update(piece)
        length += len(piece)
    return labelled_digest(taken.digest()), length


class MeasuredWriter:
    """A writable stream that counts the bytes written and computes their digest."""

    def __init__(self, stream: Writable, algorithm: str) -> None:
        """Write to *stream* and compute the digest with *algorithm* (a hashlib name)."""
        self._stream = stream
        self._taken = hashlib.new(algorithm)
        self.bytes = 0

    def write(self, data: bytes) -> int:
        """Write all of *data*; return its length."""
        self._stream.write(data)
        self._taken.update(data)
        self.bytes += len(data)
        return len(data)

    @property
    def hexdigest(self) -> str:
        """The digest so far, in lower-case hexadecimal digits."""
        return self._taken.hexdigest()


def file_digest(path: Path) -> str:
    """Return the labelled SHA-256 of the file at *path*.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return stream_digest(file)[0]


def digest_agrees(printed: str, data: bytes | memoryview) -> bool | None:
    """Say whether *printed* (algorithm, colon, value in Base16, Base32 or Base64) is the digest of *data*.

    Return None if the algorithm is unknown, because then nothing can be said. Files of other tools use SHA-1 and MD5;
    Creditline reads these but never writes them.
    """
    # Our own form. A verification compares millions of these, so skip parsing the label.
    if printed.startswith(_OURS) and len(printed) == _PRINTED:
        return hashlib.sha256(data).hexdigest() == printed[len(_OURS) :].lower()
    algorithm, _, value = printed.partition(":")
    known = _known(algorithm)
    if known is None:
        return None
    name, size = known
    return _bytes_of(value, size) == hashlib.new(name, data, usedforsecurity=False).digest()


def hasher(algorithm: str) -> hashlib._Hash | None:
    """Return a hash object for the named *algorithm*, to be fed piece by piece; None if it is unknown."""
    known = _known(algorithm)
    return None if known is None else hashlib.new(known[0], usedforsecurity=False)


def same_digest(one: str, other: str) -> bool | None:
    """Say whether two printed digests are equal, however each is spelt; None if they cannot be compared."""
    if one == other:
        return True
    (name, value), (named, printed) = _read(one), _read(other)
    if name != named or _known(name) is None:
        return None
    return value == printed


def normalize_digest(printed: str) -> str:
    """Return *printed* in the spelling that the catalogue uses: SHA-1 in Base32, all others in hexadecimal.

    A digest that cannot be read is returned unchanged.
    """
    if printed.startswith(_OURS) and len(printed) == _PRINTED and printed.islower():
        return printed
    name, value = _read(printed)
    if isinstance(value, str):
        return printed
    # Base32 of SHA-1 needs no padding, and every index of web archives prints it.
    return f"{name}:{base64.b32encode(value).decode() if name == 'sha1' else value.hex()}"


def stated_digest(printed: str | None, *, empty: bool) -> str | None:
    """Return the *printed* digest of some bytes as the catalogue spells it, or None if it says nothing about them.

    That is one without algorithm or value (wget prints what its memory holds if it is told to print none), and the
    digest of no bytes if the bytes are not *empty* (wget prints it with every revisit).
    """
    algorithm, _, value = (printed or "").partition(":")
    if printed is None or not algorithm.strip() or not value.strip():
        return None
    return None if not empty and is_of_nothing(printed) else normalize_digest(printed)


def is_of_nothing(printed: str) -> bool:
    """Return whether *printed* is the digest of no bytes."""
    if printed.startswith(_OURS) and len(printed) == _PRINTED:
        return printed.lower() == _OURS_OF_NOTHING
    name, value = _read(printed)
    return isinstance(value, bytes) and value == hashlib.new(name, usedforsecurity=False).digest()


@lru_cache(maxsize=256)
def _read(printed: str) -> tuple[str, bytes | str]:
    """Return the algorithm and the bytes of a printed digest, or its text if the bytes cannot be read."""
    algorithm, _, value = printed.partition(":")
    known = _known(algorithm)
    if known is None:
        # The spelling of an unknown algorithm is unknown too, so the value is compared as text.
        return algorithm.strip().lower(), value.strip()
    found = _bytes_of(value, known[1])
    return known[0], value.strip() if found is None else found


@lru_cache(maxsize=64)
def _known(algorithm: str) -> tuple[str, int] | None:
    return _SIZES.get(algorithm.strip().lower().replace("-", "").replace("_", ""))


def _bytes_of(value: str, size: int) -> bytes | None:
    """Return the *size* bytes that *value* prints, or None. The number of letters tells the base."""
    try:
        letters = value.strip().rstrip("=").encode("ascii")
        if len(letters) == 2 * size:
            return binascii.unhexlify(letters)
        # Rounded up: a Base32 letter holds five bits of the digest, a Base64 letter six.
        if len(letters) == -(-8 * size // 5):
            # Read as a number, because the standard library's decoder takes longer than hashing a short block.
            number, spare = int(letters.translate(_BASE32_AS_DIGITS), 32), 5 * len(letters) - 8 * size
            # The spare bits of the last letter must be zero (RFC 4648 section 3.5), or two texts would print the same
            # digest.
            return None if number & ((1 << spare) - 1) else (number >> spare).to_bytes(size, "big")
        if len(letters) == -(-8 * size // 6):
            padded = letters.translate(_BASE64_OF_URLS) + b"=" * (-len(letters) % 4)
            found = base64.b64decode(padded, validate=True)
            # Python ignores the spare bits of the last letter; encoding again shows whether they were zero.
            return found if base64.b64encode(found) == padded else None
    except (ValueError, OverflowError):
        return None
    return None


# The files of a program that decide what it reads or makes.
_KINDS = {".py", ".toml", ".txt", ".json"}


def digest_of_files(rooms: Iterable[Path]) -> str:
    """Return eight hex digits: the digest of the names and bytes of code and words in *rooms*, folders or files."""
    digest = hashlib.sha256()
    for room in rooms:
        for path in sorted(file for file in (room, *room.rglob("*")) if file.suffix in _KINDS):
            name, data = path.relative_to(room).as_posix(), path.read_bytes()
            digest.update(f"{room.name}/{name} {len(data)}\n".encode() + data)
    return digest.hexdigest()[:8]
