"""Parameters: learn which query parameters of a host change nothing on its pages. Pure.

Apart from `frontier_seeding.py`, which decides with it what to visit: this file looks at addresses and texts alone, so
it can be tested without a run.

Some sites write into each link where the link stands (``?src=home``). One text then has as many addresses as there are
links to it, and a crawl would fetch it each time.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from archive.errors import UrlRefused
from archive.http.url import read_target

PROVED = 3
"""How many pages with different texts have to stay the same with and without a parameter, before it is ignored."""
# Texts shorter than this prove nothing; of longer texts, this many paragraphs are compared.
_SHORTEST, _LONGEST = 250, 3
# Remember the text of at most this many addresses of a publisher, and the values of as many parameters.
_MOST = 50_000
# Addresses with more parameters than this are not compared.
_MANY = 6
# Never ignore these, whatever was seen: a language changes nothing until the text is translated, and then it does.
_TELLING = frozenset(
    {"id", "p", "page_id", "lang", "language", "l", "locale", "hl", "page", "paged", "start", "offset", "year", "month"}
    | {"from", "limitstart", "pag", "pagina", "pg", "seite", "skip", "strona", "stranka"}
)
_Parameter: TypeAlias = tuple[str, str, frozenset[str]]
"""A host, the name of a parameter, and the names of the other parameters in the same address."""
_LINKS, _VALUES = 3, 3
"""A parameter belongs to a visit if it has one value in all links of a page, at least this many, and has had at least
this many values on different pages."""
# Stands in for a parameter's name when the address is taken whole, with no parameter removed.
_WHOLE = ""


def split(url: str) -> tuple[str, list[str]]:
    """Return *url* without its query and fragment, and the ``name=value`` pairs of the query."""
    place, _, query = url.partition("#")[0].partition("?")
    return place, [pair for pair in query.split("&") if pair]


def without(url: str, names: Iterable[str]) -> str:
    """Return *url* without the parameters called *names*."""
    place, pairs = split(url)
    unwanted = frozenset(names)
    kept = "&".join(pair for pair in pairs if pair.partition("=")[0] not in unwanted)
    return f"{place}?{kept}" if kept else place


class Parameters:
    """What is known about the query parameters of one publisher."""

    def __init__(self) -> None:
        # Address without one of its parameters → name of that parameter → digest of the text shown with it.
        self._shown: dict[str, dict[str, bytes]] = {}
        # The comparisons in which the parameter changed nothing: address → digest of the text.
        self._same: defaultdict[_Parameter, dict[str, bytes]] = defaultdict(dict)
        # Parameters that changed the text at least once.
        self._telling: set[tuple[str, str]] = set()
        # Host → parameter → the sets of other parameters next to which it changes nothing.
        self._idle: defaultdict[str, defaultdict[str, set[frozenset[str]]]] = defaultdict(lambda: defaultdict(set))
        # Host and parameter → the values that it had in all links of some page; None once the links of one page had
        # several.
        self._printed: dict[tuple[str, str], set[str] | None] = {}

    def saw(self, url: str, text: str, *, lists: bool = False) -> bool:
        """Record that *url* shows *text*; return whether this proved that one more parameter changes nothing.

        A page that *lists* other pages cannot prove this: its longest paragraphs are the same on each page of the list.
        """
        place, pairs = split(url)
        if len(text) < _SHORTEST or len(pairs) > _MANY or len(self._shown) >= _MOST:
            return False
        shows, host = _digest(text), read_target(place).authority
        before = sum(map(len, self._idle[host].values()))
        for name, reduced in _reduced(url, pairs):
            known = self._shown.setdefault(reduced, {})
            others = known if name == _WHOLE else {one: known[one] for one in (name, _WHOLE) if one in known}
            for other, shown in others.items():
                if shows != shown or not lists:
                    self._compare((host, name or other), reduced, same=shows if shows == shown else None)
            known.setdefault(name, shows)
        return sum(map(len, self._idle[host].values())) > before

    def saw_links(self, links: Iterable[str]) -> bool:
        """Record the values that parameters have in the *links* of one page; return whether this showed that one more
        parameter, which changes nothing next to some others, belongs to the visit.
        """
        values: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for url in links:
            if "?" not in url:  # as most, of some hundreds on a page
                continue
            place, pairs = split(url)
            if not 0 < len(pairs) <= _MANY or (host := _host(place)) is None:
                continue
            for pair in pairs:
                name, _, value = pair.partition("=")
                values[host, name][value] += 1
        learnt = [self._note(parameter, found) for parameter, found in values.items()]
        return any(learnt)

    def saw_pages(self, named: Iterable[tuple[str | None, str]]) -> None:
        """Record the links in *named*: the page that has the link, and where it leads."""
        links: defaultdict[str, list[str]] = defaultdict(list)
        for page, url in named:
            if page:
                links[page].append(url)
        for found in links.values():
            self.saw_links(found)

    def _note(self, parameter: tuple[str, str], found: Counter[str]) -> bool:
        if len(self._printed) >= _MOST and parameter not in self._printed:
            return False
        known = self._printed.setdefault(parameter, set())
        if known is None:
            return False
        if len(found) > 1:
            self._printed[parameter] = None
            return False
        if found.total() < _LINKS or len(known) >= _VALUES:
            return False
        known.update(found)
        host, name = parameter
        return len(known) >= _VALUES and name in self._idle.get(host, {})

    def _is_of_the_visit(self, host: str, name: str) -> bool:
        """Return whether a parameter that changes nothing next to some others is the same in all links of a page, and
        another on the next page: then it belongs to the visit or to the page that links, and selects nothing.
        """
        return len(self._printed.get((host, name)) or ()) >= _VALUES

    def _compare(self, parameter: tuple[str, str], reduced: str, *, same: bytes | None) -> None:
        """Record two addresses that differ in one *parameter*; *same* is the digest of their common text, None if it
        differs.
        """
        host, name = parameter
        if name == _WHOLE or name.lower() in _TELLING or parameter in self._telling:
            return
        if same is None:
            self._telling.add(parameter)
            self._idle[host].pop(name, None)
            return
        # Which other parameters are there matters: next to ``id=`` a section says nothing, but alone it selects the
        # page.
        beside = frozenset(pair.partition("=")[0] for pair in split(reduced)[1])
        found = self._same[host, name, beside]
        found[reduced] = same
        # Count different texts: a site under maintenance answers every address with the same page, which proves
        # nothing.
        if len(set(found.values())) >= PROVED:
            self._idle[host][name].add(beside)

    def plain(self, url: str) -> tuple[str, frozenset[str]]:
        """Return *url* without the parameters that change nothing, and the names of those that were removed."""
        place, pairs = split(url)
        host = read_target(place).authority
        idle: Mapping[str, set[frozenset[str]]] = self._idle.get(host, {})
        left = {pair.partition("=")[0] for pair in pairs}
        found = set()
        for name in sorted(left & idle.keys()):
            if self._is_of_the_visit(host, name) or any(beside <= left - {name} for beside in idle[name]):
                left.discard(name)
                found.add(name)
        return (without(url, found) if found else url), frozenset(found)


def _host(place: str) -> str | None:
    try:
        return read_target(place).authority
    except UrlRefused:
        return None


def _digest(text: str) -> bytes:
    # Only the longest paragraphs: the reader takes short lines below a text ("Next", "All") on one page and not on
    # another.
    longest = sorted(text.split("\n\n"), key=len)[-_LONGEST:]
    return hashlib.sha256("\n".join(sorted(longest)).encode("utf-8", "replace")).digest()


def _reduced(url: str, pairs: list[str]) -> Iterator[tuple[str, str]]:
    """Yield (name, *url* without the parameter of that name), for the whole address too."""
    yield _WHOLE, without(url, ())
    for name in dict.fromkeys(pair.partition("=")[0] for pair in pairs):
        yield name, without(url, (name,))


def because(names: Iterable[str]) -> str:
    """Return the reason for leaving out an address that differs from a known one only in the parameters *names*."""
    told = " and ".join(sorted(names))
    return f"{told} changes nothing there"
