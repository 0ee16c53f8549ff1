"""Source tags: the start tags in a page's source that name files and addresses of the page as a whole. Pure.

They are taken from the bytes and not from the tree: a learned reader leaves parts that it knows out of the tree, and
decodes no page as a whole. One pass serves all who need them.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import NamedTuple

from archive.errors import UrlRefused
from archive.evidence.character_references import decode_references
from archive.http.charset import decode
from archive.http.url import read_target

LONGEST = 8000
"""The attributes of a tag have at most this many bytes."""
# The first letter rules out most other tags quickly.
_TAG = re.compile(rb"<(?=[bilsv])(base|body|img|link|source|style|video)\b([^<>]{0,%d})>" % LONGEST, re.I)
_SAID = re.compile(r"""([a-z][\w:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)


class SourceTag(NamedTuple):
    """A start tag: its name in lower case, its attributes as written, and where it ends."""

    name: bytes
    written: bytes
    end: int


def tags_in(data: bytes) -> list[SourceTag]:
    """Return the tags in a page in UTF-8, in order."""
    return [SourceTag(tag[1].lower(), tag[2], tag.end()) for tag in _TAG.finditer(data)]


def said_by(written: bytes) -> dict[str, str]:
    """Return the values of the attributes of a tag, by name in lower case."""
    found = _SAID.finditer(decode(written, "utf-8"))
    return {one[1].lower(): decode_references(one[2] or one[3] or one[4] or "") for one in found}


def stated_base(tags: list[SourceTag], url: str) -> str:
    """Return the base address that the page at *url* states, else *url*."""
    stated = (said_by(tag.written).get("href") for tag in tags if tag.name == b"base")
    first = next(filter(None, stated), None)
    with suppress(UrlRefused):
        return read_target(first, url).url if first else url
    return url
