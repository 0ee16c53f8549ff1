"""REST: where the WordPress API of a site lists its posts, page by page, the one changed last first. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from archive.errors import UrlRefused
from archive.http.framing import Head
from archive.http.url import read_target

# WordPress gives 100 at most, and with their contents so many are a long answer.
PER_PAGE = 50
# Of an answer a quarter of the entries.
_MOVED = 4
PAGES = 20
"""So many pages of a list are asked for in one run; the next run goes on from there."""
_PAGE = re.compile(r"&page=(\d{1,6})$")
# Without the comments of readers and the excerpt; the content tells over how many pages a text is spread.
_ASKED = (
    "_embed=author,wp:term&_fields=id,type,link,guid,date,modified,title,content,authors,coauthors,byline,meta,acf,"
    "yoast_head_json.author,_links.author,_links.wp:term,_embedded.author,_embedded.wp:term"
)
KINDS = 6
"""So many kinds of text beside posts are asked for."""
_DESIGN = re.compile(r"(?:post|page|attachment|nav_menu_item|wp_.*|e-.*|elementor.*)$")


def types(root: str) -> str | None:
    """Return the address at which the API at *root* names its kinds of text; None where it is no web address."""
    return _below(root, "wp/v2/types", "")


def posts(root: str, kind: str = "posts") -> str | None:
    """Return the address of the list of texts of a *kind* below *root*, the API's own address; None if it is none."""
    return _below(root, f"wp/v2/{kind}", f"per_page={PER_PAGE}&orderby=modified&order=desc&{_ASKED}")


def kinds(body: bytes) -> tuple[str, ...]:
    """Return what kinds of text beside posts a site has, by the names of their lists: reports, publications.

    Pages, pictures and what makes up the design of a site are none. Never raises; what is no answer names nothing.
    """
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return ()
    named = said.items() if isinstance(said, dict) else ()
    # Names of kinds become part of a URL of ours, so that only plain ones are taken.
    lists = (one.get("rest_base") for slug, one in named if isinstance(one, dict) and not _DESIGN.match(slug))
    return tuple(one for one in lists if isinstance(one, str) and re.fullmatch(r"[\w-]{1,60}", one))[:KINDS]


def _below(root: str, path: str, asked: str) -> str | None:
    # Where a site has no addresses for people, the path below the root goes into a parameter.
    whole = f"{root}{'' if root.endswith('/') else '/'}{path}"
    try:
        return read_target(f"{whole}{'&' if '?' in root else '?'}{asked}" if asked else whole).url
    except UrlRefused:
        return None


def page(url: str, wanted: int) -> str:
    """Return the address of the *wanted* page of the list at *url*, whichever page that is."""
    return f"{whole(url)}&page={wanted}"


def whole(url: str) -> str:
    """Return the address of the list that *url* asks for a page of, without the page."""
    return _PAGE.sub("", url)


def number(url: str) -> int:
    """Return which page of the list *url* asks for."""
    found = _PAGE.search(url)
    return int(found[1]) if found else 1


def count(head: Head) -> int:
    """Return how many pages the list has, as an answer says; 0 where it does not."""
    said = (head.get("X-WP-TotalPages") or "").strip()
    # A server may claim any number of pages: one of seven digits is no list that anybody keeps.
    return int(said) if said.isdecimal() and len(said) < 7 else 0


def brings_news(known: Sequence[bool]) -> bool:
    """Say whether there may be news behind an answer, by whether each of its entries was *known* as it is: its last is
    news, or so many are that the site gave its texts other addresses.
    """
    # One text in two languages may move in one of them alone, and what changed last need not have moved.
    return bool(known) and (not known[-1] or known.count(False) * _MOVED >= len(known))


def following(current: int, *, known: int, fresh: bool) -> int:
    """Return the page to ask for after the *current* one, of which *fresh* says whether it brings news.

    What changed last comes first: behind an entry that is known nothing is news, but what an earlier run did not come
    to. *known* is how many of its texts the catalogue knows.
    """
    # Where nothing is news any more, on from what is known: pages that an earlier run stopped before.
    return current + 1 if fresh else known // PER_PAGE + 1
