"""Lines: where those of an entity begin, counted only as far as somebody asks."""

from __future__ import annotations

from io import BytesIO
from itertools import accumulate, islice


class Lines:
    """The lines of *data*; one that ends in a line feed has an empty one more."""

    def __init__(self, data: bytes) -> None:
        self._starts = [0]
        self._further = accumulate(map(len, BytesIO(data)))
        self._end = len(data) + data.endswith(b"\n")  # before here the last line begins

    def begin(self, line: int) -> int:
        """Return the byte at which a *line* begins, the first being 0; for one that there is not, the last."""
        starts = self._starts
        if line >= len(starts):
            starts += islice(self._further, line + 1 - len(starts))
            if starts[-1] >= self._end > 0:
                del starts[-1]
        return starts[line] if line < len(starts) else starts[-1]
