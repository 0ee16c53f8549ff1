"""Parameters: which of those in a host's addresses change nothing of its pages, by what was seen of them. Pure, and
apart from the finder that asks it, so that it is judged without a run.

Apart from `frontier_seeding.py`, which follows what is left: here addresses alone are looked at.

Some sites write into each link where it stands (``?src=home``): a text has as many addresses as there are links to it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from archive.http.url import read_target

PROVED = 3
"""So many pages, each with a text of its own, have to show the same text whatever the parameter says."""
_SHORTEST, _LONGEST = 250, 3
# Of so many addresses of a publisher it is remembered which text they show.
_MOST = 50_000
# An address with more parameters than so many proves nothing of one of them.
_MANY = 6
# Whatever was seen: of a text that has no translation yet, the language changes nothing; and tomorrow it does.
_TELLING = frozenset(
    {"id", "p", "page_id", "lang", "language", "l", "locale", "hl", "page", "paged", "start", "offset", "year", "month"}
    | {"from", "limitstart", "pag", "pagina", "pg", "seite", "skip", "strona", "stranka"}
)
_Parameter: TypeAlias = tuple[str, str, frozenset[str]]
"""A host, a name, and the names of the other parameters beside it."""
# The name that stands for an address as it is, without one taken out.
_WHOLE = ""


def split(url: str) -> tuple[str, list[str]]:
    """Return *url* up to its query, and the parameters of that."""
    place, _, query = url.partition("#")[0].partition("?")
    return place, [pair for pair in query.split("&") if pair]


def without(url: str, names: Iterable[str]) -> str:
    """Return *url* without the parameters of these *names*."""
    place, pairs = split(url)
    unwanted = frozenset(names)
    kept = "&".join(pair for pair in pairs if pair.partition("=")[0] not in unwanted)
    return f"{place}?{kept}" if kept else place


class Parameters:
    """What was seen of the parameters of one publisher."""

    def __init__(self) -> None:
        # Of each address without one of its parameters: the text that it shows with it, by the name of that.
        self._shown: dict[str, dict[str, bytes]] = {}
        self._same: defaultdict[_Parameter, dict[str, bytes]] = defaultdict(dict)
        self._telling: set[tuple[str, str]] = set()
        # Of each host and name: beside which other names it changes nothing.
        self._idle: defaultdict[str, defaultdict[str, set[frozenset[str]]]] = defaultdict(lambda: defaultdict(set))

    def saw(self, url: str, text: str, *, lists: bool = False) -> bool:
        """Take note that *url* shows *text*; say whether a parameter more is known to change nothing by that. A page
        that *lists* others proves no such thing: its longest paragraphs are the same on each of its pages.
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

    def _compare(self, parameter: tuple[str, str], reduced: str, *, same: bytes | None) -> None:
        """Take note of two addresses that differ in one *parameter*: whether they show the *same* text, and which."""
        host, name = parameter
        if name == _WHOLE or name.lower() in _TELLING or parameter in self._telling:
            return
        if same is None:
            self._telling.add(parameter)
            self._idle[host].pop(name, None)
            return
        # Beside a number of a text a section may say nothing, and alone it is all that says which page is meant.
        beside = frozenset(pair.partition("=")[0] for pair in split(reduced)[1])
        found = self._same[host, name, beside]
        found[reduced] = same
        # A site that answers all with one page, as during its upkeep, proves nothing: the texts have to differ.
        if len(set(found.values())) >= PROVED:
            self._idle[host][name].add(beside)

    def plain(self, url: str) -> tuple[str, frozenset[str]]:
        """Return *url* without the parameters that change nothing, and which of these it had."""
        place, pairs = split(url)
        idle: Mapping[str, set[frozenset[str]]] = self._idle.get(read_target(place).authority, {})
        left = {pair.partition("=")[0] for pair in pairs}
        found = set()
        for name in sorted(left & idle.keys()):
            if any(beside <= left - {name} for beside in idle[name]):
                left.discard(name)
                found.add(name)
        return (without(url, found) if found else url), frozenset(found)


def _digest(text: str) -> bytes:
    # Of its longest paragraphs: what stands below a text ("Next", "All") is read along with it here, and not there.
    longest = sorted(text.split("\n\n"), key=len)[-_LONGEST:]
    return hashlib.sha256("\n".join(sorted(longest)).encode("utf-8", "replace")).digest()


def _reduced(url: str, pairs: list[str]) -> Iterator[tuple[str, str]]:
    yield _WHOLE, without(url, ())
    for name in dict.fromkeys(pair.partition("=")[0] for pair in pairs):
        yield name, without(url, (name,))


def because(names: Iterable[str]) -> str:
    """Return why an address is left out that differs from a known one in parameters of these *names* alone."""
    told = " and ".join(sorted(names))
    return f"{told} changes nothing there"
