"""Scope: which URLs are pages of a publisher, and the one form in which the frontier knows a URL. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from ada_url import URL

from archive.errors import UrlRefused
from archive.http.session_id import is_session, path_without_session
from archive.http.url import read_target
from db.identity import TRACKING_PARAMETERS
from db.model.coverage import Missing, Standing

# A sitemap may name no URL of 2,048 characters or more (sitemaps.org): no publisher gives an article a longer one.
URL_LIMIT = 2000
# A relative link that is resolved wrongly makes a path one step longer on every page that it leads to.
SEGMENTS_LIMIT = 12
# Twice may be chance, as in /europe/news/europe/; a third time is a link that leads back into itself.
REPEATS_LIMIT = 2
"""How often one path segment may stand in a path."""
# Some listings answer for any number, and would be walked for ever.
PAGES_LIMIT = 500
"""The highest page number of a listing."""
# Filters multiply: five of them with ten values each make a hundred thousand pages of the same texts.
PARAMETERS_LIMIT = 4
# By these Joomla, TYPO3 and others name one page where addresses are not made to be read, each page by all of them.
_ROUTING = re.compile(
    r"option|view|layout|id|catid|itemid|lang|l|chash|type|tx_\w+(?:\[|%5b)\w+(?:\]|%5d)", re.IGNORECASE
)
# What `action` and its like name is done to a page, but for these, which show it.
_SHOWING = frozenset({"view", "show", "read", "detail", "details", "display", "article", "news", "text", "open"})

# Letters, digits and -._~ (RFC 3986 section 2.3): of these alone an escape means the same as the character.
_UNRESERVED = re.compile(r"%(2[dDeE]|3[0-9]|4[1-9a-fA-F]|5[0-9aAfF]|6[1-9a-fA-F]|7[0-9aAeE])")
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")

_NO_PAGE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svgz?|ico|bmp|tiff?|css|m?js|map|json|xml|rss|atom|txt|woff2?|ttf|otf|eot"
    r"|zip|gz|tgz|bz2|xz|7z|rar|tar|exe|dmg|apk|iso|mp[34]|m4[av]|og[gav]|wav|flac|web[m]|avi|mov|mkv|wmv|m3u8"
    r"|docx?|xlsx?|pptx?|odt|ods|odp|rtf|csv|epub|mobi|ics|vcf|swf|pdf)$",
    re.IGNORECASE,
)
_READ = re.compile(r"\.(?:pdf|epub|docx|odt)$", re.IGNORECASE)
# Files that people read or reckon with: that one is not kept is worth telling.
_DOCUMENT = re.compile(r"\.(pdf|docx?|xlsx?|pptx?|odt|ods|odp|rtf|epub|mobi|csv)$", re.IGNORECASE)
_MACHINERY = re.compile(
    r"/(?:wp-(?:admin|login\.php|json|includes|content|cron\.php|comments-post\.php|trackback\.php|signup\.php)"
    r"|xmlrpc\.php|cgi-bin|cdn-cgi|component/(?:mailto|users|ajax))(?:/|$)"
    # As the last word of a path alone: an article may well lie below /atom/.
    r"|/(?:feed(?:/(?:rss2?|rdf|atom))?|rss|atom|trackback|embed)/?$",
    re.IGNORECASE,
)
_SEARCH_PATH = re.compile(r"/(?:search|szukaj|component/finder)(?:/|$)", re.IGNORECASE)
# A calendar has a page for each month to the end of time.
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
# Of these, what hides nothing: the others are traps, behind which there may be texts.
_NOTHING = frozenset({"an action, not a page", "another form of a page"})
_SECOND_LEVEL = frozenset({"com", "edu", "gov", "gob", "net", "org", "nom", "ngo", "info", "asso", "acad", "gouv"})
_PAGE_PARAMETERS = frozenset({"page", "paged", "pg", "strona"})
_BEYOND = f"a listing beyond page {PAGES_LIMIT}"


def tidy(url: str, base: str | None = None) -> str | None:
    """Return *url*, resolved against *base*, as the frontier knows it; None for what is never asked for.

    The WHATWG parse without fragment, default port, tracking parameters, session ids and empty parameters;
    parameters in the order of their names; escapes in capitals, none where none is needed (RFC 3986 section
    6.2.2). A page reached by permutations of one query is thus one visit.
    """
    try:
        # Without a base asked for as by everyone else: what was taken apart once is remembered.
        plain = (read_target(url) if base is None else read_target(url, base)).url
    except UrlRefused:
        return None
    # Most addresses hold nothing of what follows, and are as they should be.
    if "?" not in plain and "%" not in plain and path_without_session(plain) == plain:
        return plain
    parsed = URL(plain)
    # The WHATWG parse leaves escapes as they are written: /%7eberg and /~berg would be two visits of one page.
    parsed.pathname = _plain_escapes(path_without_session(parsed.pathname))
    pairs = [pair for pair in _plain_escapes(parsed.search[1:]).split("&") if pair and not _says_nothing(pair)]
    # By name alone, and sorting keeps the rest: where a name stands twice, the order of its values may mean something.
    ordered = "&".join(sorted(pairs, key=lambda pair: pair.partition("=")[0]))
    # The setter takes one question mark off, and an empty query would leave one behind.
    parsed.search = f"?{ordered}" if ordered else ""
    return parsed.href if ordered else parsed.href.removesuffix("?")


def _plain_escapes(text: str) -> str:
    plain = _UNRESERVED.sub(lambda found: chr(int(found[1], 16)), text)
    return _ESCAPE.sub(lambda found: found[0].upper(), plain)


def _says_nothing(pair: str) -> bool:
    return pair.partition("=")[0].lower() in TRACKING_PARAMETERS or is_session(pair)


@dataclass(frozen=True, slots=True)
class ScopeDecision:
    """Whether a URL may be visited, and why not: in words, and as what it is counted."""

    admitted: bool
    because: str
    standing: Missing | Standing | None = None


_ADMITTED = ScopeDecision(True, "in scope")
_Objection = tuple[Missing | Standing, str]


@dataclass(frozen=True, slots=True)
class Scope:
    """What belongs to a publisher.

    Attributes:
        hosts: host names, with port where not the default; ``www.`` in front makes no difference.
        include, exclude: path prefixes; nothing in *include* means every path, and *exclude* wins.
        documents: whether PDF, EPUB, DOCX and ODT files are visited.
    """

    hosts: tuple[str, ...]
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    documents: bool = False

    def admits(self, url: str) -> ScopeDecision:
        """Say whether *url*, absolute, is to be visited. Never raises; the first objection is named."""
        try:
            target = read_target(url)
        except UrlRefused as refused:
            return ScopeDecision(False, refused.why, Standing.NO_PAGE)
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
        """Say whether *authority* looks like another host of the same house: below one of the hosts, or beside it."""
        own = {_bare(host) for host in self.hosts}
        return _bare(authority) not in own and _domain(authority) in {_domain(host) for host in own}

    def _foreign(self, authority: str) -> _Objection | None:
        # Sites answer under both names and link to either; www. in front makes no other publisher.
        own = {_bare(host) for host in self.hosts}
        return None if _bare(authority) in own else (Missing.OTHER_HOST, f"{authority} is another host")

    def _left_out(self, path: str) -> _Objection | None:
        # Both sides in one spelling: an exclude of /~berg must not let /%7Eberg through.
        plain = _plain_escapes(path)
        for prefix in self.exclude:
            if plain.startswith(_plain_prefix(prefix)):
                return Missing.OUT_OF_SCOPE, f"exclude names {prefix}"
        if self.include and not any(plain.startswith(_plain_prefix(prefix)) for prefix in self.include):
            return Missing.OUT_OF_SCOPE, "include does not name it"
        return None

    def _no_page(self, path: str) -> _Objection | None:
        # Before the list of file endings, for these are among them.
        if self.documents and _READ.search(path):
            return None
        if document := _DOCUMENT.search(path):
            return Missing.KIND, f"a file of the kind {document[1].lower()}"
        if _NO_PAGE.search(path):
            return Standing.NO_PAGE, "a file, not a page"
        if _MACHINERY.search(path):
            return Standing.NO_PAGE, "machinery of the site, not a page"
        return (Missing.TRAP, "a search") if _SEARCH_PATH.search(path) else None


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.")


def _domain(host: str) -> str:
    """Return the name below which a house names its hosts: as good a guess as can be had without a list of registries.

    Wrong, it makes a person be asked about a host that is not theirs.
    """
    labels = _bare(host).partition(":")[0].split(".")
    if all(label.isdecimal() for label in labels):
        return host
    # As in institute.org.pl and institute.co.uk: registries of countries name kinds of owners on the second level.
    registry = len(labels) > 2 and len(labels[-1]) == 2 and (len(labels[-2]) < 3 or labels[-2] in _SECOND_LEVEL)
    return ".".join(labels[-3 if registry else -2 :])


def _plain_prefix(prefix: str) -> str:
    # People write paths as they read them: /pl/książki, not /pl/ksi%C4%85%C5%BCki.
    try:
        return _plain_escapes(URL(prefix, "http://x.invalid/").pathname)
    except ValueError:
        return prefix


def _trap(url: str, path: str) -> _Objection | None:
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
    # Nine digits are beyond the limit already, and Python refuses to read a number of more than 4,300.
    return number.isdecimal() and int(number[:9]) > PAGES_LIMIT


def _wrong_query(query: str) -> _Objection | None:
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    if sum(not _ROUTING.fullmatch(name) for name, _, _ in pairs) > PARAMETERS_LIMIT:
        return Missing.TRAP, f"more than {PARAMETERS_LIMIT} parameters"
    names = [name.lower() for name, _, value in pairs if name.lower() != "action" or value.lower() not in _SHOWING]
    for what, unwanted in _PARAMETERS.items():
        if not unwanted.isdisjoint(names):
            return Standing.NO_PAGE if what in _NOTHING else Missing.TRAP, what
    if any(name.lower() in _PAGE_PARAMETERS and _beyond(value) for name, _, value in pairs):
        return Missing.TRAP, _BEYOND
    # As in /x?1681234567, which only keeps caches from answering, with another number in every link.
    if any(pair[0].lstrip("-").isdecimal() and not pair[1] for pair in pairs):
        return Missing.TRAP, "a bare number for a query"
    return None
