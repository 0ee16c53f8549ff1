"""Shortlinks: the addresses by number that a site keeps for a text even when the text's own address changes. Pure.

Apart from `reader.py`, which reads one page: feeds and REST responses state shortlinks too.

When a site changes its permalinks and redirects nothing, it still knows the text by the same number: WordPress as
``/?p=667``, Drupal as ``/node/667``. The shortlink shows that the page at the new address is the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urljoin, urlsplit

from archive.errors import UrlRefused
from archive.http.url import read_target
from ingest.reading.page.source_tags import SourceTag, said_by

MOST = 4
"""At most this many shortlinks of a text are kept: one each from its page, feed and REST entry, and one to spare."""
# A page states them in its head and at the start of its body: in this many bytes.
_HEAD = 200_000
# Most links in a head are style sheets, icons and translations, so only tags with one of these words are parsed.
_TELLING = (b"shortlink", b"/wp-json/")
_REST_POST = re.compile(r"^(https?://[^?#]*?)/wp-json/wp/v2/[\w-]+/(\d+)/?$")
# The body classes by which WordPress marks a page with a single text, and Drupal 7 the page of a node.
_CLASSES = (
    (re.compile(r"(?:^|\s)(?:postid|page-id)-(\d+)(?:\s|$)"), "/?p={}"),
    (re.compile(r"(?:^|\s)page-node-(\d+)(?:\s|$)"), "/node/{}"),
)
_FIELD = re.compile(r"<([^<>]*)>([^<]*)")
_DRUPAL_GUID = re.compile(r"^(\d+) at (https?://\S+)$")


def of_page(tags: Iterable[SourceTag], head: bytes, url: str) -> tuple[str, ...]:
    """Return the shortlinks of a page at *url*, each once, without the site's front page.

    They are stated in the links among its *tags*, in the Link field of the HTTP *head* and in the class of its body.
    """
    begins = [tag for tag in tags if tag.end <= _HEAD]
    named = (tag for tag in begins if tag.name == b"link")
    links = (said_by(tag.written) for tag in named if any(word in tag.written.lower() for word in _TELLING))
    stated = [(link.get("rel", ""), link.get("href", "")) for link in (*links, *_in_head(head))]
    body = next((said_by(tag.written) for tag in begins if tag.name == b"body"), {})
    return _whole(_numbered(stated, body.get("class", "")), url)


def of_entry(stated: Iterable[str], url: str) -> tuple[str, ...]:
    """Return the shortlinks in the guids that a feed or a REST response states for the text at *url*."""
    return _whole((_of_guid(one.strip()) for one in stated), url)


def _in_head(head: bytes) -> Iterator[dict[str, str]]:
    lines = head.decode("latin-1").split("\r\n")
    for line in lines:
        if line[:5].lower() == "link:":
            for target, parameters in _FIELD.findall(line[5:]):
                said = said_by(parameters.encode())
                yield {"rel": said.get("rel", "").rstrip(",;"), "href": target}


def _numbered(stated: Iterable[tuple[str, str]], names: str) -> Iterator[str]:
    """Yield the shortlinks in the *stated* links and in the class *names* of the body."""
    for relation, href in stated:
        relations = relation.lower().split()
        post = _REST_POST.match(href) if "alternate" in relations else None
        if "shortlink" in relations:
            yield href
        elif post is not None:
            yield f"{post[1]}/?p={post[2]}"
    for pattern, address in _CLASSES:
        found = pattern.search(names)
        if found is not None:
            yield address.format(found[1])


def _of_guid(said: str) -> str:
    drupal = _DRUPAL_GUID.match(said)
    if drupal is not None:
        return urljoin(drupal[2], f"/node/{drupal[1]}")
    # Any other guid (a hash, a tag URI) is not an address.
    return said if said.startswith(("http://", "https://")) else ""


def _whole(stated: Iterable[str], url: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for one in stated:
        try:
            target = read_target(one, url).url if one else ""
        except UrlRefused:
            continue
        parts = urlsplit(target)
        # The front page has a shortlink too, and some faulty themes print that one on every page.
        if target and target != url and (parts.path.strip("/") or parts.query):
            found[target] = None
    return tuple(found)[:MOST]
