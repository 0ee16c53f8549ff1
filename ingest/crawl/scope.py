"""Scope: which URLs are pages of a publisher, and the single form in which the frontier stores a URL. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ada_url import URL

from archive.errors import UrlRefused
from archive.http.session_id import is_session, path_without_session
from archive.http.url import read_target
from db.identity import TRACKING_PARAMETERS
from db.model.coverage import Covered, Missing

# Sitemaps allow URLs of less than 2,048 characters (sitemaps.org), so no publisher gives an article a longer one.
URL_LIMIT = 2000
# A wrong relative link makes the path longer by one segment on every page that it leads to.
SEGMENTS_LIMIT = 12
# Twice may be chance, as in /europe/news/europe/. The third time it is a link that leads back into itself.
REPEATS_LIMIT = 2
"""How often the same segment may occur in a path."""
# Some listings have a page for any number, and a crawl would never end.
PAGES_LIMIT = 500
"""The highest page number of a listing."""
# Filters multiply: five filters with ten values each make 100,000 pages with the same texts.
PARAMETERS_LIMIT = 4
# Parameters by which Joomla, TYPO3 and others select a page. They are used together, so they do not count as filters.
_ROUTING = re.compile(
    r"option|view|layout|id|catid|itemid|lang|l|chash|type|tx_\w+(?:\[|%5b)\w+(?:\]|%5d)", re.IGNORECASE
)
# An `action` parameter does something to a page, except with these values, which show the page.
_SHOWING = frozenset({"view", "show", "read", "detail", "details", "display", "article", "news", "text", "open"})

# Letters, digits and -._~ (RFC 3986 section 2.3): only for these does an escape mean the same as the character.
_UNRESERVED = re.compile(r"%(2[dDeE]|3[0-9]|4[1-9a-fA-F]|5[0-9aAfF]|6[1-9a-fA-F]|7[0-9aAeE])")
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")

_NO_PAGE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svgz?|ico|bmp|tiff?|css|m?js|map|json|xml|rss|atom|txt|woff2?|ttf|otf|eot"
    r"|zip|gz|tgz|bz2|xz|7z|rar|tar|exe|dmg|apk|iso|mp[34]|m4[av]|og[gav]|wav|flac|web[m]|avi|mov|mkv|wmv|m3u8"
    r"|docx?|xlsx?|pptx?|odt|ods|odp|rtf|csv|epub|mobi|ics|vcf|swf|pdf)$",
    re.IGNORECASE,
)
# Documents that the reader can read.
_READ = re.compile(r"\.(?:pdf|epub|docx|odt)$", re.IGNORECASE)
# Files that people read or calculate with. If one is not kept, coverage reports it.
_DOCUMENT = re.compile(r"\.(pdf|docx?|xlsx?|pptx?|odt|ods|odp|rtf|epub|mobi|csv)$", re.IGNORECASE)
_MACHINERY = re.compile(
    r"/(?:wp-(?:admin|login\.php|json|includes|content|cron\.php|comments-post\.php|trackback\.php|signup\.php)"
    r"|xmlrpc\.php|cgi-bin|cdn-cgi|component/(?:mailto|users|ajax))(?:/|$)"
    # Only at the end of a path: an article may well be below /atom/.
    r"|/(?:feed(?:/(?:rss2?|rdf|atom))?|rss|atom|trackback|embed)/?$",
    re.IGNORECASE,
)
# Other forms of a page, and letters about it, in old systems: a script for all pages ("print.aspx?id=4"), an address
# with the page's number ("print/4") or below that of the page ("news/4/print"). "/en/print/" may be a section.
_FORM = (
    r"(?:print(?:able|view|version|article|page|friendly|mail|pdf)?|drukuj|imprimer|imprimir|drucken|druckversion|"
    r"(?:send|tell|email|mail|forward)[_-]?(?:to[_-]?)?(?:a[_-]?)?friend)"
)
_FORM_PATH = re.compile(
    rf"/{_FORM}(?:\.(?:aspx?|php\d?|cgi|jsp|cfm)|/\d+/?)$|^/[^/]+/[^/]+(?:/[^/]+)*/{_FORM}/?$", re.IGNORECASE
)
_SEARCH_PATH = re.compile(r"/(?:search|szukaj|component/finder)(?:/|$)", re.IGNORECASE)
# A calendar has a page for every month, without end.
_CALENDAR_PATH = re.compile(r"/(?:calendar|kalendarz|calendrier)(?:/|$)", re.IGNORECASE)
_PAGE_PATH = re.compile(r"/(?:page|strona|seite)/(\d+)(?:/|$)", re.IGNORECASE)
_PARAMETERS: dict[str, frozenset[str]] = {
    "a search": frozenset({"s", "search", "query", "szukaj"}),
    "an action, not a page": frozenset(
        {
            "replytocom",
            "share",
            "print",
            "preview",
            "action",
            "add-to-cart",
            "redirect_to",
            "nb",
            "like_comment",
        }
    ),
    "another form of a page": frozenset(
        {"feed", "rest_route", "attachment_id", "format", "output", "tmpl", "unapproved"}
    ),
    "a calendar": frozenset({"ical", "eventdisplay", "tribe-bar-date", "month", "cal"}),
}
# These lead to no texts of their own, so they are not counted as missing. The others are traps that may hide texts.
_NOTHING = frozenset({"an action, not a page", "another form of a page"})
_SECOND_LEVEL = frozenset({"com", "edu", "gov", "gob", "net", "org", "nom", "ngo", "info", "asso", "acad", "gouv"})
_PAGE_PARAMETERS = frozenset({"page", "paged", "pg", "strona"})
_BEYOND = f"a listing beyond page {PAGES_LIMIT}"


def tidy(url: str, base: str | None = None) -> str | None:
    """Return *url*, resolved against *base*, in the form in which the frontier stores it; None if it is never
    requested.

    This is the WHATWG form without fragment, default port, tracking parameters, session ids and empty parameters.
    Escapes are in capitals, and only where needed (RFC 3986 section 6.2.2). Parameters stay in the order in which the
    site prints them, because some sites know no other; see `parameter_order.py`.
    """
    try:
        # Without *base*, call it with one argument as all other callers do, because its results are cached by
        # arguments.
        plain = (read_target(url) if base is None else read_target(url, base)).url
    except UrlRefused:
        return None
    # Most addresses need none of the following steps.
    if "?" not in plain and "%" not in plain and path_without_session(plain) == plain:
        return plain
    parsed = URL(plain)
    # The WHATWG parser leaves escapes as written: /%7eberg and /~berg would be two visits of one page.
    parsed.pathname = _plain_escapes(path_without_session(parsed.pathname))
    pairs = [pair for pair in _plain_escapes(parsed.search[1:]).split("&") if pair and not _says_nothing(pair)]
    # An empty query would leave a question mark at the end, so it is removed.
    parsed.search = f"?{'&'.join(pairs)}" if pairs else ""
    return parsed.href if pairs else parsed.href.removesuffix("?")


def _plain_escapes(text: str) -> str:
    plain = _UNRESERVED.sub(lambda found: chr(int(found[1], 16)), text)
    return _ESCAPE.sub(lambda found: found[0].upper(), plain)


def _says_nothing(pair: str) -> bool:
    return pair.partition("=")[0].lower() in TRACKING_PARAMETERS or is_session(pair)


def other_homes(home: str, hosts: Iterable[str]) -> Iterator[str]:
    """Yield the front page of each of a publisher's *hosts* that is not that of *home*.

    A site that has moved without redirects has no link to its new host, so its texts are found from there.
    """
    first = read_target(home)
    for host in hosts:
        if host.removeprefix("www.") != first.authority.removeprefix("www."):
            yield f"{'https' if first.secure else 'http'}://{host}/"


@dataclass(frozen=True, slots=True)
class ScopeDecision:
    """Whether a URL may be visited; if not, the reason in words and the class under which it is counted."""

    admitted: bool
    because: str
    status: Missing | Covered | None = None


_ADMITTED = ScopeDecision(True, "in scope")
_Objection = tuple[Missing | Covered, str]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which URLs belong to a publisher and may be visited.

    Attributes:
        hosts: host names, with the port if it is not the default; ``www.`` in front makes no difference.
        include, exclude: path prefixes. An empty *include* means every path; *exclude* wins.
        documents: whether PDF, EPUB, DOCX and ODT files are visited.
    """

    hosts: tuple[str, ...]
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    documents: bool = False

    def admits(self, url: str) -> ScopeDecision:
        """Decide whether the absolute *url* may be visited. Never raises. The decision names the first objection."""
        try:
            target = read_target(url)
        except UrlRefused as refused:
            return ScopeDecision(False, refused.why, Covered.NO_PAGE)
        path, _, query = target.path.partition("?")
        objection = (
            self._foreign(target.authority)
            or self._left_out(path)
            or _trap(target.url, path)
            or self._no_page(path)
            or ((Missing.TRAP, "a calendar") if query and _CALENDAR_PATH.search(path) else None)
            or _wrong_query(query)
        )
        return ScopeDecision(False, objection[1], objection[0]) if objection else _ADMITTED

    def is_kin(self, authority: str) -> bool:
        """Return whether *authority* looks like another host of this publisher: the registered domain is the same."""
        own = {_bare(host) for host in self.hosts}
        return _bare(authority) not in own and _domain(authority) in {_domain(host) for host in own}

    def _foreign(self, authority: str) -> _Objection | None:
        # Sites use a host with and without "www." for the same pages.
        own = {_bare(host) for host in self.hosts}
        return None if _bare(authority) in own else (Missing.OTHER_HOST, f"{authority} is another host")

    def _left_out(self, path: str) -> _Objection | None:
        """Return the objection to a path outside *include* or inside *exclude*, or None."""
        # Compare both in the same spelling: `exclude = ["/~berg"]` must exclude /%7Eberg too.
        plain = _plain_escapes(path)
        for prefix in self.exclude:
            if plain.startswith(_plain_prefix(prefix)):
                return Missing.OUT_OF_SCOPE, f"exclude names {prefix}"
        if self.include and not any(plain.startswith(_plain_prefix(prefix)) for prefix in self.include):
            return Missing.OUT_OF_SCOPE, "include does not name it"
        return None

    def _no_page(self, path: str) -> _Objection | None:
        """Return the objection to a file, a part of the site's machinery or a search, or None."""
        # Checked first, because the list of file endings below includes documents.
        if self.documents and _READ.search(path):
            return None
        if document := _DOCUMENT.search(path):
            return Missing.KIND, f"a file of the kind {document[1].lower()}"
        if _NO_PAGE.search(path):
            return Covered.NO_PAGE, "a file, not a page"
        if _MACHINERY.search(path):
            return Covered.NO_PAGE, "machinery of the site, not a page"
        if _FORM_PATH.search(path):
            return Covered.NO_PAGE, "another form of a page"
        return (Missing.TRAP, "a search") if _SEARCH_PATH.search(path) else None


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.")


def _domain(host: str) -> str:
    """Return the registered domain of *host*, guessed without a list of registries.

    A wrong guess does little harm: a person is asked about a host that is not the publisher's.
    """
    labels = _bare(host).partition(":")[0].split(".")
    if all(label.isdecimal() for label in labels):
        return host
    # As in institute.org.pl and institute.co.uk: some countries have a second level for kinds of owners.
    registry = len(labels) > 2 and len(labels[-1]) == 2 and (len(labels[-2]) < 3 or labels[-2] in _SECOND_LEVEL)
    return ".".join(labels[-3 if registry else -2 :])


def _plain_prefix(prefix: str) -> str:
    # People write paths as they are shown: /pl/książki, not /pl/ksi%C4%85%C5%BCki.
    try:
        return _plain_escapes(URL(prefix, "http://x.invalid/").pathname)
    except ValueError:
        return prefix


def _trap(url: str, path: str) -> _Objection | None:
    """Return the objection to an address that looks endless, or None."""
    segments = [segment for segment in path.split("/") if segment]
    if len(url) > URL_LIMIT:
        return Missing.TRAP, f"a URL of more than {URL_LIMIT} characters"
    if len(segments) > SEGMENTS_LIMIT:
        return Missing.TRAP, f"a path of more than {SEGMENTS_LIMIT} segments"
    if segments and max(Counter(segments).values()) > REPEATS_LIMIT:
        return Missing.TRAP, "a path that repeats itself"
    page = _PAGE_PATH.search(path)
    return (Missing.TRAP, _BEYOND) if page and _beyond(page[1]) else None


def _beyond(number: str) -> bool:
    # Nine digits exceed the limit already, and Python refuses to convert more than 4,300 digits.
    return number.isdecimal() and int(number[:9]) > PAGES_LIMIT


def _wrong_query(query: str) -> _Objection | None:
    """Return the objection to a query that leads to no page of its own, or None."""
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    if sum(not _ROUTING.fullmatch(name) for name, _, _ in pairs) > PARAMETERS_LIMIT:
        return Missing.TRAP, f"more than {PARAMETERS_LIMIT} parameters"
    names = [name.lower() for name, _, value in pairs if name.lower() != "action" or value.lower() not in _SHOWING]
    for what, unwanted in _PARAMETERS.items():
        if not unwanted.isdisjoint(names):
            return Covered.NO_PAGE if what in _NOTHING else Missing.TRAP, what
    if any(name.lower() in _PAGE_PARAMETERS and _beyond(value) for name, _, value in pairs):
        return Missing.TRAP, _BEYOND
    # As in /x?1681234567: a changing number that only keeps caches from answering.
    if any(pair[0].lstrip("-").isdecimal() and not pair[1] for pair in pairs):
        return Missing.TRAP, "a bare number for a query"
    return None
