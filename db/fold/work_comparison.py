"""Work comparison: whether a reading is the same work as an item, by language, title, text and number.

Apart from `item_resolution.py`, which asks this at each address, redirect and number that leads to an item, and
`likeness.py`, which compares two texts and knows nothing of items.
"""

from __future__ import annotations

import re
import sqlite3

from db.captures import key_of
from db.fold import alias_rows, editions, item_fields
from db.fold.editions import in_force
from db.fold.lesser_texts import why_less
from db.fold.likeness import ALIKE, is_comparable, likeness
from db.identity import is_front_page
from db.model.item import PageKind, Reading
from db.search.words import fold

# A number and what comes before it: only numbers of one form contradict each other (`/?p=96` and `/?p=115`).
_NUMBER = re.compile(r"(.*[/=])(\d+)")


def numbers(reading: Reading) -> tuple[str, ...]:
    """Return the keys of the shortlinks of *reading*, except front pages."""
    stated = (url for url in reading.shortlinks if not is_front_page(url))
    return tuple(dict.fromkeys(key for url in stated if (key := key_of(url)) is not None))


def superseded_numbers(connection: sqlite3.Connection, reading: Reading, item: str) -> frozenset[str]:
    """Return the shortlinks of *item* that *reading* contradicts: of the same form, but with another number.

    Nothing if the reading also states a number of the item.
    """
    # Most texts state the numbers that they stated before, or none.
    said = frozenset(numbers(reading))
    known = alias_rows.shortlinks(connection, item) if said else frozenset()
    forms = {found[1] for key in said if (found := _NUMBER.fullmatch(key)) is not None}
    numbered = {key: found[1] for key in known if (found := _NUMBER.fullmatch(key)) is not None}
    if not said.isdisjoint(numbered):
        return frozenset()
    return frozenset(key for key, form in numbered.items() if form in forms)


def has_another_number(connection: sqlite3.Connection, reading: Reading, item: str) -> bool:
    """Say whether both *reading* and *item* have shortlinks, and none in common, or contradicting numbers.

    A guid in common proves little: some sites use the address at which a text appeared first, which may be given to
    another text.
    """
    said = numbers(reading)
    known = alias_rows.shortlinks(connection, item) if said else frozenset()
    if said and known and known.isdisjoint(said):
        return True
    return bool(superseded_numbers(connection, reading, item))


def is_same_work(connection: sqlite3.Connection, reading: Reading, item: str) -> bool:
    """Say whether *reading* has the title or the text of the edition of *item* in force."""
    held = in_force(connection, item)
    if held is None:
        return False
    if _has_title(reading, held):
        return True
    # Compare the length first, because the edition's text has to be loaded.
    if not reading.text or len(reading.text) != held.length:
        return False
    found = connection.execute("SELECT 1 FROM edition WHERE id = ? AND text = ?", (held.row, reading.text)).fetchone()
    return found is not None


def is_alike(connection: sqlite3.Connection, reading: Reading, item: str) -> bool:
    """Say whether *reading* has the language of *item* and is the same work or an edited version of its text."""
    if _has_another_language(connection, reading, item):
        return False
    return is_same_work(connection, reading, item) or is_edited(connection, reading.text, item)


def is_edited(connection: sqlite3.Connection, text: str, item: str) -> bool:
    """Say whether *text* equals, or is an edited version of, the text of *item* in force."""
    held = in_force(connection, item)
    if held is None:
        return False
    return likeness(editions.text_of(connection, held), text) >= ALIKE


def is_continued(connection: sqlite3.Connection, reading: Reading, item: str) -> bool:
    """Say whether *reading*, at an address that *item* has left, is the text of *item* in force, an edited version, or
    less than it.

    Each year's report may have the same title, so the title alone proves nothing if the texts are long enough to be
    compared and the site does not give both the same number.
    """
    held = in_force(connection, item)
    if held is None or _has_another_language(connection, reading, item):
        return False
    text = editions.text_of(connection, held)
    # An error page or a free beginning is no work.
    if likeness(text, reading.text) >= ALIKE or _is_less(reading, held, text):
        return True
    if not _has_title(reading, held):
        return False
    return not is_comparable(text, reading.text) or not alias_rows.shortlinks(connection, item).isdisjoint(
        numbers(reading)
    )


def is_put_in_its_place(connection: sqlite3.Connection, reading: Reading, item: str) -> bool:
    """Say whether *reading*, at the address of *item*, is another article that the site put there: it states another
    number, and neither title nor text are those of the item.
    """
    # First, because it is seldom so.
    if not superseded_numbers(connection, reading, item):
        return False
    # What a page of terms stated must end when its address states something else, so a page stays one item.
    if reading.kind is not PageKind.ARTICLE or item_fields.kind(connection, item) is not PageKind.ARTICLE:
        return False
    held = in_force(connection, item)
    if held is None or is_same_work(connection, reading, item) or is_edited(connection, reading.text, item):
        return False
    return not _is_less(reading, held, editions.text_of(connection, held))


def differ(one: str | None, other: str | None) -> bool:
    """Say whether two languages are both known and different."""
    if not one or not other:
        return False
    # en-GB and en-US count as one language; a translation is in another one.
    return one.lower().partition("-")[0] != other.lower().partition("-")[0]


def _has_another_language(connection: sqlite3.Connection, reading: Reading, item: str) -> bool:
    return differ(reading.language.value if reading.language else None, item_fields.row(connection, item).language)


def _is_less(reading: Reading, held: editions.InForce, text: str) -> bool:
    title = None if reading.title is None else reading.title.value
    return reading.partial is not None or why_less(title, reading.text, held.title, text) is not None


def _has_title(reading: Reading, held: editions.InForce) -> bool:
    if reading.title is None or held.title is None:
        return False
    return bool(held.title) and fold(reading.title.value) == fold(held.title)
