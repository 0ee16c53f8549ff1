"""robots.txt read: what the file lets us ask for (RFC 9309). Pure; protego matches the rules.

Where it is obeyed: `ingest.crawl.robots_policy`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ada_url import URL
from protego import Protego

AGENT = "creditline"
"""The product token that robots.txt may name us by (RFC 9309 section 2.2.1)."""
PARSE_LIMIT = 1_048_576
"""Bytes that are parsed; RFC 9309 section 2.5 wants 500 KiB at least."""

_BOM = b"\xef\xbb\xbf"
# Some editors write UTF-16; the mark at its start says so.
_WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_LINE_END = re.compile(r"\r\n|\r|\n")
# Spellings that Google's parser takes too: a rule with a slip of the pen is still meant.
_FIELD = re.compile(
    r"(?P<agent>user[ -]?agent)|(?P<disallow>dis+al+ow|diasllow|disallaw)|(?P<allow>allow)"
    r"|(?P<sitemap>site-?maps?)|(?P<delay>crawl[ -]delay)",
    re.IGNORECASE,
)
# What follows the asterisk at once makes it another name, which is nobody's: `*BadBot*` speaks not to all.
_TOKEN = re.compile(r"[A-Za-z_-]+|\*(?=\s|$)")
_PLAIN = re.compile(r"/[A-Za-z0-9_./-]*(?=[A-Za-z0-9_./-]|\*|\$|$)")
_LONE_BYTE = re.compile("[\udc80-\udcff]")
_TOO_MANY_REQUESTS = 429
# protego takes what follows two slashes at the start of a path for a host, unless there is one.
_NOWHERE = "http://host"


@dataclass(frozen=True, slots=True)
class Line:
    """One line that says something: its number from 1, those it speaks to of the agents that were asked for, what it is
    and its value.
    """

    number: int
    agents: tuple[str, ...]
    field: str
    value: str

    def __str__(self) -> str:
        return f"line {self.number}: {self.field.capitalize()}: {self.value}"


@dataclass(frozen=True, slots=True)
class RobotsDecision:
    """Whether a URL may be asked for, and what says so: a line of the file, or why there is none to obey."""

    allowed: bool
    because: str


class Robots:
    """The rules of one robots.txt for one agent."""

    def __init__(self, lines: tuple[Line, ...] = (), *, everything: bool = True, because: str = "no rule") -> None:
        self._rules = tuple(line for line in lines if line.field in ("allow", "disallow"))
        self._lines = lines
        self._otherwise = RobotsDecision(everything, because)
        self._matcher = _matcher(self._rules)

    @classmethod
    def parse(cls, body: bytes, agent: str = AGENT) -> Robots:
        """Read the file for the product token *agent* ("creditline"): never raises, whatever the bytes are.

        Groups are formed here, after RFC 9309 section 2.2: no line but Allow and Disallow ends a list of
        agents, groups with the same agent are one, and the group of ``*`` counts only where no other names
        the agent. protego then sees the rules of that group alone.
        """
        lines = tuple(_read_lines(body, frozenset({agent.lower(), "*"})))
        named = {name for line in lines for name in line.agents}
        wanted = agent.lower() if agent.lower() in named else "*"
        return cls(tuple(line for line in lines if line.field == "sitemap" or wanted in line.agents))

    @classmethod
    def of_answer(cls, status: int | None, body: bytes, agent: str = AGENT) -> Robots:
        """Return the rules that an answer to /robots.txt sets (RFC 9309 section 2.3.1).

        *status* is that of the last answer after redirects, None where there was no answer. 4xx, and
        redirects that lead nowhere, allow all; 5xx, 429 and silence forbid all until the file can be had.
        """
        if status is None:
            return cls(everything=False, because="robots.txt could not be had: no answer")
        # RFC 9309 section 2.3.1.4: unreachable means that nothing may be asked for. 429 is a 4xx by the letter, but
        # says that the host is busy, not that it has no rules.
        if status >= 500 or status == _TOO_MANY_REQUESTS or status < 200:
            return cls(everything=False, because=f"robots.txt could not be had: status {status}")
        if status >= 300:
            return cls(because=f"there is no robots.txt: status {status}")
        return cls.parse(body, agent)

    @property
    def had(self) -> bool:
        """Whether there was an answer to go by; where there was none, nothing may be asked for until there is."""
        return self._otherwise.allowed

    def allows(self, url: str) -> RobotsDecision:
        """Say whether *url*, absolute, may be asked for. The longest rule wins, Allow before Disallow."""
        path = _path(url)
        if path == "/robots.txt" or not self._rules:
            return self._otherwise
        if self._matcher.can_fetch(_NOWHERE + path, "*"):
            return RobotsDecision(True, "no rule forbids it")
        return RobotsDecision(False, str(self._deciding(path)))

    def sitemaps(self) -> tuple[str, ...]:
        """The sitemaps that the file names, for every agent, as printed, each once."""
        return tuple(dict.fromkeys(line.value for line in self._lines if line.field == "sitemap"))

    @property
    def crawl_delay(self) -> float | None:
        """Seconds between requests, where the file asks for them (no part of RFC 9309, but sites use it)."""
        values = [line.value for line in self._lines if line.field == "delay"]
        return next((float(value) for value in values if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value)), None)

    def _deciding(self, path: str) -> Line:
        forbidding = [line for line in self._rules if line.field == "disallow"]
        # The longest match decides (section 2.2.2), so the first that matches is the one to name.
        forbidding.sort(key=lambda line: len(line.value), reverse=True)
        # protego says whether, not which: each rule is tried by itself, after a look that costs little.
        matching = (line for line in forbidding if _may_match(line.value, path) and _forbids(line, path))
        return next(matching, forbidding[0])


def _forbids(line: Line, path: str) -> bool:
    return not _matcher((line,)).can_fetch(_NOWHERE + path, "*")


def _may_match(rule: str, path: str) -> bool:
    """Say, sooner than protego does, whether *rule* may match *path*: by how it begins, where that is plain."""
    plain = _PLAIN.match(rule)
    return plain is None or path.startswith(plain[0])


def _matcher(rules: tuple[Line, ...]) -> Protego:
    # Each rule once: a file of half a megabyte may repeat one for ever.
    said = dict.fromkeys(f"{line.field}: {line.value}" for line in rules)
    return Protego.parse("user-agent: *\n" + "\n".join(said))


def _path(url: str) -> str:
    try:
        parsed = URL(url)
    except ValueError:
        return "/"
    parsed.hash = ""
    # A rule may end in a question mark, and an empty query is part of what is asked for.
    empty = "?" if not parsed.search and parsed.href.removesuffix("#").endswith("?") else ""
    return parsed.pathname + parsed.search + empty


def _read_lines(body: bytes, asked: frozenset[str]) -> Iterator[Line]:
    # Of the agents only those are remembered who were asked for: a hostile file names a hundred thousand.
    agents: list[str] = []
    listing = False
    for number, text in enumerate(_LINE_END.split(_decode(body)), start=1):
        field, value = _split(text)
        if field == "agent":
            # Lines of agents that follow each other form one group, whatever stands between them but a rule.
            agents = agents if listing else []
            listing = True
            token = _TOKEN.match(value)
            name = token[0].lower() if token else ""
            agents.extend([name] if name in asked and name not in agents else [])
        elif field in ("allow", "disallow"):
            listing = False
        if field:
            yield Line(number, tuple(agents), field, value)


def _split(text: str) -> tuple[str, str]:
    text = text.partition("#")[0].strip()
    found = _FIELD.match(text)
    if found is None or found.lastgroup is None:
        return "", ""
    rest = text[found.end() :]
    # Google's parser reads a line without a colon where it holds two words.
    if not re.match(r"\s*:|\s+\S+$", rest):
        return "", ""
    return found.lastgroup, rest.strip().removeprefix(":").strip()


def _decode(body: bytes) -> str:
    """UTF-8, or UTF-16 where its byte order mark says so; a byte that is none is written as %XX, as it would stand in a
    URL.

    Characters that str.splitlines takes for line ends, and NUL, become spaces: a rule must not begin within a
    comment.
    """
    wide = _WIDE.get(body[:2])
    if wide is not None:
        body = body[2 : 2 * PARSE_LIMIT].decode(wide, "replace").encode()
    text = body.removeprefix(_BOM)[:PARSE_LIMIT].decode("utf-8", "surrogateescape")
    text = _LONE_BYTE.sub(lambda found: f"%{ord(found[0]) - 0xDC00:02X}", text)
    return re.sub("[\x00\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", " ", text)
