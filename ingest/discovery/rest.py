"""REST: where the WordPress API of a site lists its posts, page by page, the one changed last first, and what tags they
have. Pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

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
    "_embed=author,wp:term&_fields=id,type,link,guid,date,modified,modified_gmt,title,content,authors,coauthors,byline,"
    "meta,acf,yoast_head_json.author,_links.author,_links.wp:term,_embedded.author,_embedded.wp:term"
)
TAGS_PER_PAGE = 100
TAGS_PAGES = 10
"""So many pages of the list of tags are asked for in one run, those first that were asked for the longest time ago."""
TAGS_BYTES = 100_000
"""A longer page of the list of tags is not compared: 100 posts with ten tags each take a tenth of it."""
# In the order in which posts were made: one that is published moves no other to another page.
_TAGS = "orderby=id&order=asc&_fields=id,tags,categories"
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


def tags(root: str) -> str | None:
    """Return the address of the list of what tags and categories posts have, below *root*; None if it is none."""
    return _below(root, "wp/v2/posts", f"per_page={TAGS_PER_PAGE}&{_TAGS}")


def those(url: str, numbers: Sequence[int]) -> tuple[str, ...]:
    """Return the addresses of the posts with *numbers*, `PER_PAGE` at each, of the site with a list at *url*: of no
    more than a page of the list of tags is to have.
    """
    root, asked = url.partition("wp/v2/")[0], numbers[:TAGS_PER_PAGE]
    wanted = (",".join(map(str, asked[at : at + PER_PAGE])) for at in range(0, len(asked), PER_PAGE))
    lists = (_below(root, "wp/v2/posts", f"per_page={PER_PAGE}&include={some}&{_ASKED}") for some in wanted)
    return tuple(one for one in lists if one is not None)


def names_some(url: str) -> bool:
    """Say whether *url* asks for some posts by their numbers."""
    return "&include=" in url


def tagged(body: bytes) -> Mapping[int, frozenset[int]]:
    """Return the numbers of the tags and categories of each post that a page of the list of tags states, by its number.

    Never raises; what is no such list, or a longer one than any site gives, states nothing.
    """
    if len(body) > TAGS_BYTES:
        return {}
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    posts = [one for one in said if isinstance(one, dict)] if isinstance(said, list) else []
    return {
        one["id"]: frozenset(
            number
            for kind in ("tags", "categories")
            for number in (one[kind] if isinstance(one.get(kind), list) else ())
            if isinstance(number, int)
        )
        for one in posts
        if isinstance(one.get("id"), int)
    }


def tagged_otherwise(before: bytes, now: bytes) -> tuple[int, ...]:
    """Return the numbers of the posts that both pages of the list of tags name, with other tags.

    One that only the later page names is new, and the list of what changed tells of it, or was on another page before:
    what was deleted moves all that were made later.
    """
    earlier, later = tagged(before), tagged(now)
    return tuple(number for number, said in later.items() if earlier.get(number, said) != said)


def in_turn(asked: Mapping[int, datetime | None], limit: int) -> tuple[int, ...]:
    """Return which *limit* pages to ask for of those of which *asked* says when they were asked for last, by number.

    Those that never were come first, then the one that was asked for the longest time ago.
    """
    order = sorted(asked.items(), key=lambda one: (one[1].timestamp() if one[1] else 0.0, one[0]))
    return tuple(number for number, _ in order[:limit])


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
