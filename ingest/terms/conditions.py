"""Conditions: the items of a list that a permission leads in: "may be republished under the following conditions:".

Apart from notices, which read them as the block above them was read: an item such as "you ask the editor first" has no
word for which it would be looked at by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from ingest.terms.blocks import runs
from ingest.terms.lead_ins import LISTS, line_before

_ITEMS = ("li", "dd")
_MOST = 30
"""More items are no conditions, but a list of other things."""


def conditions_of(words: str, block: Any) -> Iterator[tuple[str, Any]]:
    """Yield what each item of the list says that *words* at the end of a *block* lead in, with the item."""
    if not words.endswith(":"):
        return
    led = (*block.iterchildren(*LISTS), block.getnext())
    listed = next((one for one in led if one is not None and line_before(one).endswith(words)), None)
    for item in islice(listed.iter(*_ITEMS), _MOST) if listed is not None else ():
        yield from ((run, item) for run in runs(item))
