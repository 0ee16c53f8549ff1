"""The institute's pictures: tiny PNG files, drawn from their names."""

from __future__ import annotations

import struct
import zlib

WIDTH, HEIGHT = 24, 16


def png(name: str) -> bytes:
    """Return a picture of 24 by 16 pixels whose colours follow from *name* (PNG, ISO/IEC 15948)."""
    seed = zlib.crc32(name.encode("utf-8"))
    red, green, blue = seed & 0xFF, seed >> 8 & 0xFF, seed >> 16 & 0xFF
    rows = b"".join(
        b"\x00" + b"".join(bytes((red, (green + 8 * y) & 0xFF, (blue + 8 * x) & 0xFF)) for x in range(WIDTH))
        for y in range(HEIGHT)
    )
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    # Level 0 stores: the bytes are then the same whatever zlib is installed.
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 0)) + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
