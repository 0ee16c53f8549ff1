"""REST: where the WordPress API of a site lists its posts, page by page, the one changed last first. Pure."""

from __future__ import annotations

import re

from archive.head import Head
from ingest.target import UrlRefused, read_target

PER_PAGE = 50
PAGES = 20
"""So many pages of a list are asked for in one run; the next run goes on from there."""
_PAGE = re.compile(r"&page=(\d{1,6})$")
_FIELDS = (
    "id,type,link,date,modified,title,content,authors,coauthors,byline,meta,acf,"
    "_links.author,_links.wp:term,_embedded.author,_embedded.wp:term"
)
"""Without the comments of readers and the excerpt; the content tells over how many pages a text is spread."""


def posts(root: str) -> str | None:
    """Return the address of the list of posts below *root*, the API's own address; None where it is no web address."""
    asked = f"per_page={PER_PAGE}&orderby=modified&order=desc&_embed=author,wp:term&_fields={_FIELDS}"
    # Where a site has no addresses for people, the path below the root goes into a parameter.
    path = f"{root}{'' if root.endswith('/') else '/'}wp/v2/posts"
    try:
        return read_target(f"{path}{'&' if '?' in root else '?'}{asked}").url
    except UrlRefused:
        return None


def page(url: str, wanted: int) -> str:
    """Return the address of the *wanted* page of the list at *url*, whichever page that is."""
    return f"{_PAGE.sub('', url)}&page={wanted}"


def number(url: str) -> int:
    """Return which page of the list *url* asks for."""
    found = _PAGE.search(url)
    return int(found[1]) if found else 1


def count(head: Head) -> int:
    """Return how many pages the list has, as an answer says; 0 where it does not."""
    said = (head.get("X-WP-TotalPages") or "").strip()
    return int(said) if said.isdecimal() and len(said) < 7 else 0


def following(current: int, *, known: int, fresh: bool) -> int:
    """Return the page to ask for after the *current* one, of which *fresh* says whether its last entry was news.

    What changed last comes first: behind an entry that is known nothing is news, but what an earlier run did not come
    to. *known* is of how many posts the catalogue knows.
    """
    return current + 1 if fresh else known // PER_PAGE + 1
