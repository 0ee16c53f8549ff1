"""Digests as they are printed: made in one form, read in every form that others use, compared by their bytes."""

from __future__ import annotations

import base64
import binascii
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Protocol

_PIECE = 1 << 20
_OURS = "sha256:"
_PRINTED = len(_OURS) + 64
# MD5 and SHA-1 prove nothing against a forger any more, but others print them: `usedforsecurity=False` has them read on
# machines that refuse them otherwise. Case, hyphens and underscores differ from tool to tool.
_SIZES = {
    name.replace("-", "").replace("_", "").lower(): (name, hashlib.new(name, usedforsecurity=False).digest_size)
    for name in sorted(hashlib.algorithms_guaranteed)
    if not name.startswith("shake")  # their digests have any length
}
"""The algorithms that are known, by their names without case and hyphens, with the bytes that a digest has."""
# The exclamation mark is no digit in any base, so that `int` refuses 0, 1, 8 and 9, which Base32 does not have.
_BASE32_AS_DIGITS = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567abcdefghijklmnopqrstuvwxyz0189_+-",
    b"0123456789ABCDEFGHIJKLMNOPQRSTUV0123456789ABCDEFGHIJKLMNOP!!!!!!!",
)
"""From the letters of Base32 (RFC 4648 section 6) to the digits of a number in base 32, as `int` reads it."""
_BASE64_OF_URLS = bytes.maketrans(b"-_", b"+/")


class Readable(Protocol):
    """Bytes that are read from front to back."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to *size* bytes more, b"" behind the last."""


class Writable(Protocol):
    """Where bytes are written, front to back."""

    def write(self, data: bytes, /) -> int:
        """Take all of *data*; return its length."""


def digest(data: bytes | memoryview) -> str:
    """Return the labelled digest of *data*: ``sha256:`` and lower-case hexadecimal digits.

    A digest value is a token (WARC 1.1, WARC-Block-Digest), in which the ``=`` that pads Base32 has no place.
    """
    return _OURS + hashlib.sha256(data).hexdigest()


def labelled(sha256: bytes) -> str:
    """Return a SHA-256 digest as it is printed everywhere, see `digest`."""
    return _OURS + sha256.hex()


def stream_digest(file: Readable) -> tuple[str, int]:
    """Return the labelled SHA-256 of what is left in *file*, as `digest` prints it, and its length."""
    taken, length = hashlib.sha256(), 0
    while piece := file.read(_PIECE):
        taken.update(piece)
        length += len(piece)
    return labelled(taken.digest()), length


class MeasuredWriter:
    """A stream that is written to, with the number of the bytes that went through it, and their digest."""

    def __init__(self, stream: Writable, algorithm: str) -> None:
        """Write to *stream*, and take the digest by *algorithm*, as hashlib names it."""
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

    None where the algorithm is not known, so that nothing can be said. Others use SHA-1 and MD5; they are read, never
    written.
    """
    # The form of our own records, of which a verification meets millions: compared without taking the label apart.
    if printed.startswith(_OURS) and len(printed) == _PRINTED:
        return hashlib.sha256(data).hexdigest() == printed[len(_OURS) :].lower()
    algorithm, _, value = printed.partition(":")
    known = _known(algorithm)
    if known is None:
        return None
    name, size = known
    return _bytes_of(value, size) == hashlib.new(name, data, usedforsecurity=False).digest()


def hasher(algorithm: str) -> hashlib._Hash | None:
    """Return what takes a digest by the *algorithm* of that name, piece by piece; None where it is not known."""
    known = _known(algorithm)
    return None if known is None else hashlib.new(known[0], usedforsecurity=False)


def same_digest(one: str, other: str) -> bool | None:
    """Say whether two printed digests are the same, however each is spelt; None where they cannot be compared."""
    if one == other:
        return True
    (name, value), (named, printed) = _read(one), _read(other)
    if name != named or _known(name) is None:
        return None
    return value == printed


def spelt(printed: str) -> str:
    """Return *printed* in the one spelling that a digest has in a catalogue: hexadecimal digits, SHA-1 in Base32.

    One that cannot be read stays as it is.
    """
    if printed.startswith(_OURS) and len(printed) == _PRINTED and printed.islower():
        return printed
    name, value = _read(printed)
    if isinstance(value, str):
        return printed
    # The Base32 of SHA-1 needs no padding, and is what every index of web archives prints.
    return f"{name}:{base64.b32encode(value).decode() if name == 'sha1' else value.hex()}"


@lru_cache(maxsize=256)
def _read(printed: str) -> tuple[str, bytes | str]:
    """Return the algorithm and the bytes of a printed digest, or its text as printed where they cannot be told."""
    algorithm, _, value = printed.partition(":")
    known = _known(algorithm)
    if known is None:
        # Nothing is known of how it is spelt, so it is compared as text.
        return algorithm.strip().lower(), value.strip()
    found = _bytes_of(value, known[1])
    return known[0], value.strip() if found is None else found


@lru_cache(maxsize=64)
def _known(algorithm: str) -> tuple[str, int] | None:
    return _SIZES.get(algorithm.strip().lower().replace("-", "").replace("_", ""))


def _bytes_of(value: str, size: int) -> bytes | None:
    """Return the *size* bytes that *value* prints; its length tells in which base. None where it prints none."""
    try:
        letters = value.strip().rstrip("=").encode("ascii")
        if len(letters) == 2 * size:
            return binascii.unhexlify(letters)
        # Rounded up: a letter of Base32 holds five bits of the digest, one of Base64 six.
        if len(letters) == -(-8 * size // 5):
            # Read as a number: the decoder of the standard library costs more than the digest of a short block.
            number, spare = int(letters.translate(_BASE32_AS_DIGITS), 32), 5 * len(letters) - 8 * size
            # The bits that fill up the last letter are zero (RFC 4648 section 3.5): else two texts would print one
            # digest.
            return None if number & ((1 << spare) - 1) else (number >> spare).to_bytes(size, "big")
        if len(letters) == -(-8 * size // 6):
            padded = letters.translate(_BASE64_OF_URLS) + b"=" * (-len(letters) % 4)
            found = base64.b64decode(padded, validate=True)
            # Python ignores the spare bits of the last letter; encoding once more shows them, as above.
            return found if base64.b64encode(found) == padded else None
    except (ValueError, OverflowError):
        return None
    return None
