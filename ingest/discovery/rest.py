"""REST: the addresses of a site's lists in the WordPress API, and how to read them. Pure.

The lists give the posts page by page, the last changed first, and the tags of each post.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from archive.errors import UrlRefused
from archive.http.framing import Head
from archive.http.url import read_target

# WordPress allows 100, but posts come with their contents, so 50 make a long response already.
PER_PAGE = 50
# If at least one in four entries is new, assume that the site gave its texts new addresses.
_MOVED = 4
PAGES = 20
"""How many pages of a list one run requests; the next run continues from there."""
_PAGE = re.compile(r"&page=(\d{1,6})$")
# Without readers' comments and the excerpt. The content is needed to see over how many pages a text is spread.
_ASKED = (
    "_embed=author,wp:term&_fields=id,type,link,guid,date,modified,modified_gmt,title,content,authors,coauthors,byline,"
    "meta,acf,yoast_head_json.author,_links.author,_links.wp:term,_embedded.author,_embedded.wp:term"
)
TAGS_PER_PAGE = 100
TAGS_PAGES = 10
"""How many pages of the list of tags one run requests, those first that were requested longest ago."""
TAGS_BYTES = 100_000
"""Longer pages of the list of tags are not compared; 100 posts with ten tags each take a tenth of this."""
# Ordered by id, so a new post does not move other posts to another page of the list.
_TAGS = "orderby=id&order=asc&_fields=id,tags,categories"
KINDS = 6
"""How many kinds of text are requested besides posts."""
_DESIGN = re.compile(r"(?:post|page|attachment|nav_menu_item|wp_.*|e-.*|elementor.*)$")


def types(root: str) -> str | None:
    """Return the URL at which the API at *root* lists its kinds of text; None if *root* is not a web address."""
    return _below(root, "wp/v2/types", "")


def posts(root: str, kind: str = "posts") -> str | None:
    """Return the URL of the list of texts of a *kind* in the API at *root*; None if *root* is not a web address."""
    return _below(root, f"wp/v2/{kind}", f"per_page={PER_PAGE}&orderby=modified&order=desc&{_ASKED}")


def kinds(body: bytes) -> tuple[str, ...]:
    """Return the kinds of text that a site has besides posts, by the names of their lists (reports, publications).

    Pages, pictures and parts of the site's design are left out. Never raises; returns nothing for an unreadable *body*.
    """
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return ()
    named = said.items() if isinstance(said, dict) else ()
    # The names become part of a URL that we request, so accept only plain ones.
    lists = (one.get("rest_base") for slug, one in named if isinstance(one, dict) and not _DESIGN.match(slug))
    return tuple(one for one in lists if isinstance(one, str) and re.fullmatch(r"[\w-]{1,60}", one))[:KINDS]


def tags(root: str) -> str | None:
    """Return the URL of the list of posts with their tags and categories; None if *root* is not a web address."""
    return _below(root, "wp/v2/posts", f"per_page={TAGS_PER_PAGE}&{_TAGS}")


def posts_numbered(url: str, numbers: Sequence[int]) -> tuple[str, ...]:
    """Return URLs that request the posts with these *numbers*, `PER_PAGE` posts each.

    *url* is any list of the site. Numbers beyond `TAGS_PER_PAGE` are ignored.
    """
    root, asked = url.partition("wp/v2/")[0], numbers[:TAGS_PER_PAGE]
    wanted = (",".join(map(str, asked[at : at + PER_PAGE])) for at in range(0, len(asked), PER_PAGE))
    lists = (_below(root, "wp/v2/posts", f"per_page={PER_PAGE}&include={some}&{_ASKED}") for some in wanted)
    return tuple(one for one in lists if one is not None)


def is_by_number(url: str) -> bool:
    """Return whether *url* requests posts by their numbers."""
    return "&include=" in url


def tags_of_posts(body: bytes) -> Mapping[int, frozenset[int]]:
    """Read a page of the list of tags: post number → numbers of its tags and categories.

    Never raises; returns nothing for an unreadable or much too long *body*.
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


def numbers_retagged(before: bytes, now: bytes) -> tuple[int, ...]:
    """Return the numbers of posts that are on both states of a page of the list of tags, but with different tags.

    A post that is only on the later state is ignored. Either it is new, and the list of changed posts names it, or it
    was on another page before: a deleted post moves all later ones.
    """
    earlier, later = tags_of_posts(before), tags_of_posts(now)
    return tuple(number for number, said in later.items() if earlier.get(number, said) != said)


def least_recently_requested(asked: Mapping[int, datetime | None], limit: int) -> tuple[int, ...]:
    """Return the numbers of the *limit* pages to request next; *asked* says when each page was requested last.

    Pages that were never requested come first, then those requested longest ago.
    """
    order = sorted(asked.items(), key=lambda one: (one[1].timestamp() if one[1] else 0.0, one[0]))
    return tuple(number for number, _ in order[:limit])


def _below(root: str, path: str, asked: str) -> str | None:
    # A site without readable addresses has its API root in a parameter (`?rest_route=/`), so the path is added to that.
    whole = f"{root}{'' if root.endswith('/') else '/'}{path}"
    try:
        return read_target(f"{whole}{'&' if '?' in root else '?'}{asked}" if asked else whole).url
    except UrlRefused:
        return None


def page_url(url: str, wanted: int) -> str:
    """Return the URL of page *wanted* of the list at *url*, which may be any page of it."""
    return f"{without_page(url)}&page={wanted}"


def without_page(url: str) -> str:
    """Return the URL of a list without its page number."""
    return _PAGE.sub("", url)


def page_number(url: str) -> int:
    """Return the page number in the URL of a list."""
    found = _PAGE.search(url)
    return int(found[1]) if found else 1


def page_count(head: Head) -> int:
    """Return how many pages the list has according to the response *head*; 0 if it does not say."""
    said = (head.get("X-WP-TotalPages") or "").strip()
    # A server may claim any number. Nobody has a list with a million pages.
    return int(said) if said.isdecimal() and len(said) < 7 else 0


def may_have_news(known: Sequence[bool]) -> bool:
    """Return whether the next page of a list may bring news; *known* says for each entry whether it was known.

    It may if the last entry is news, or if so many entries are that the site has probably changed its addresses.
    """
    # After a change of addresses not all entries are new: a text in two languages may move in one of them only.
    return bool(known) and (not known[-1] or known.count(False) * _MOVED >= len(known))


def next_page_number(current: int, *, known: int, fresh: bool) -> int:
    """Return the number of the page to request after the *current* one.

    *fresh* says whether the current page brings news. *known* is how many texts of the list the catalogue knows. Lists
    begin with the last change, so there is no news behind a known entry, except on pages that an earlier run did not
    reach.
    """
    # Without news, continue behind the known texts, with the pages that an earlier run did not reach.
    return current + 1 if fresh else known // PER_PAGE + 1
