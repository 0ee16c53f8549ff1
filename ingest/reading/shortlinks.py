"""Shortlinks: the addresses that a site keeps for a text by its number, whatever becomes of its own address. Pure.

Apart from `reader.py`, for pages, feeds and REST answers name them in ways of their own.

A site that changes its permalinks, and redirects nothing, still calls the text by the same number: WordPress by
``/?p=667``, Drupal by ``/node/667``. So the text at the new address is known for what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

from archive.errors import UrlRefused
from archive.http.url import read_target

MOST = 4
"""So many shortlinks of a text are taken: one each of its page, its feed and its REST entry, and one to spare."""
# So many characters of a page are looked at: its head, and where its body begins.
_HEAD = 200_000
_LINK = re.compile(r"<link\b([^<>]{0,2000})>", re.I)
_BODY = re.compile(r"""<body\b[^<>]{0,4000}?\bclass\s*=\s*["']([^"'<>]{0,4000})""", re.I)
_SAID = re.compile(r"""([a-z]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)
# Most links of a head are style sheets, icons and translations, and not worth a look at each of their attributes.
_MAY_TELL = re.compile("shortlink|/wp-json/", re.I)
_REST_POST = re.compile(r"^(https?://[^?#]*?)/wp-json/wp/v2/[\w-]+/(\d+)/?$")
# As WordPress marks the body of a page that shows one text, and Drupal 7 that of a node.
_CLASSES = (
    (re.compile(r"(?:^|\s)(?:postid|page-id)-(\d+)(?:\s|$)"), "/?p={}"),
    (re.compile(r"(?:^|\s)page-node-(\d+)(?:\s|$)"), "/node/{}"),
)
_FIELD = re.compile(r"<([^<>]*)>([^<]*)")
_DRUPAL_GUID = re.compile(r"^(\d+) at (https?://\S+)$")


def of_page(text: str, head: bytes, url: str) -> tuple[str, ...]:
    """Return the shortlinks that the page *text* at *url* states: in its links, in the Link field of its *head* and in
    the class of its body; each once, none that is the site's front page.
    """
    begins = text[:_HEAD]
    links = (
        {one[1].lower(): unescape(one[2] or one[3] or one[4] or "") for one in _SAID.finditer(found[1])}
        for found in _LINK.finditer(begins)
        if _MAY_TELL.search(found[1])
    )
    stated = [(one.get("rel", ""), one.get("href", "")) for one in (*links, *_in_head(head))]
    return _whole(_numbered(stated, _BODY.search(begins)), url)


def of_entry(stated: Iterable[str], url: str) -> tuple[str, ...]:
    """Return the shortlinks that a feed or a REST answer states of the text at *url*, which are guids."""
    return _whole((_of_guid(one.strip()) for one in stated), url)


def _in_head(head: bytes) -> Iterator[dict[str, str]]:
    lines = head.decode("latin-1").split("\r\n")
    for line in lines:
        if line[:5].lower() == "link:":
            for target, parameters in _FIELD.findall(line[5:]):
                said = {one[1].lower(): one[2] or one[3] or one[4] or "" for one in _SAID.finditer(parameters)}
                yield {"rel": said.get("rel", "").rstrip(",;"), "href": target}


def _numbered(stated: Iterable[tuple[str, str]], body: re.Match[str] | None) -> Iterator[str]:
    for relation, href in stated:
        relations = relation.lower().split()
        post = _REST_POST.match(href) if "alternate" in relations else None
        if "shortlink" in relations:
            yield href
        elif post is not None:
            yield f"{post[1]}/?p={post[2]}"
    for pattern, address in _CLASSES if body is not None else ():
        found = pattern.search(body[1]) if body is not None else None
        if found is not None:
            yield address.format(found[1])


def _of_guid(said: str) -> str:
    drupal = _DRUPAL_GUID.match(said)
    if drupal is not None:
        return urljoin(drupal[2], f"/node/{drupal[1]}")
    # What else a guid may be (a hash, a tag URI) is no address, and says its number to nobody.
    return said if said.startswith(("http://", "https://")) else ""


def _whole(stated: Iterable[str], url: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for one in stated:
        try:
            target = read_target(one, url).url if one else ""
        except UrlRefused:
            continue
        parts = urlsplit(target)
        # The front page has a shortlink too, and themes that are not quite right print it on every page.
        if target and target != url and (parts.path.strip("/") or parts.query):
            found[target] = None
    return tuple(found)[:MOST]
