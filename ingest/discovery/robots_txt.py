"""robots.txt: read which URLs the file allows us to request (RFC 9309). Pure; protego matches the rules.

`ingest.crawl.robots_policy` obeys these rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ada_url import URL
from protego import Protego

AGENT = "creditline"
"""Our product token, by which a robots.txt can address us (RFC 9309 section 2.2.1)."""
PARSE_LIMIT = 1_048_576
"""How many bytes are parsed; RFC 9309 section 2.5 wants at least 500 KiB."""

_BOM = b"\xef\xbb\xbf"
# Some editors write UTF-16, with a byte order mark at the start.
_WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_LINE_END = re.compile(r"\r\n|\r|\n")
# Misspellings that Google's parser accepts too: the rule is still meant.
_FIELD = re.compile(
    r"(?P<agent>user[ -]?agent)|(?P<disallow>dis+al+ow|diasllow|disallaw)|(?P<allow>allow)"
    r"|(?P<sitemap>site-?maps?)|(?P<delay>crawl[ -]delay)",
    re.IGNORECASE,
)
# An asterisk means all agents only if it stands alone: `*BadBot*` is another name and matches nobody.
_TOKEN = re.compile(r"[A-Za-z_-]+|\*(?=\s|$)")
_PLAIN = re.compile(r"/[A-Za-z0-9_./-]*(?=[A-Za-z0-9_./-]|\*|\$|$)")
_LONE_BYTE = re.compile("[\udc80-\udcff]")
_TOO_MANY_REQUESTS = 429
# protego would take the text after two slashes at the start of a path for a host, so put a host before each path.
_ANY_HOST = "http://host"


@dataclass(frozen=True, slots=True)
class Line:
    """One line with a known field.

    Attributes:
        number: the line number, from 1.
        agents: the agents that it applies to, among those we are interested in.
        field: ``agent``, ``allow``, ``disallow``, ``sitemap`` or ``delay``.
        value: the text after the colon.
    """

    number: int
    agents: tuple[str, ...]
    field: str
    value: str

    def __str__(self) -> str:
        return f"line {self.number}: {self.field.capitalize()}: {self.value}"


@dataclass(frozen=True, slots=True)
class RobotsDecision:
    """Whether a URL may be requested, and why: the line of the file that decides, or why no line does.

    Attributes:
        known: whether the file was fetched or is known not to exist.
    """

    allowed: bool
    because: str
    known: bool = True


class Robots:
    """The rules of one robots.txt for one agent."""

    def __init__(self, lines: tuple[Line, ...] = (), *, everything: bool = True, because: str = "no rule") -> None:
        self._rules = tuple(line for line in lines if line.field in ("allow", "disallow"))
        self._lines = lines
        self._default = RobotsDecision(everything, because, known=everything)
        self._matcher = _matcher(self._rules)

    @classmethod
    def parse(cls, body: bytes, agent: str = AGENT) -> Robots:
        """Read the rules in *body* for the product token *agent*. Never raises, whatever the bytes are.

        Groups are formed here, following RFC 9309 section 2.2: only Allow and Disallow end a list of agents, groups for
        the same agent are joined, and the group of ``*`` counts only if no other group names the agent. protego then
        sees only the rules of that group.
        """
        lines = tuple(_read_lines(body, frozenset({agent.lower(), "*"})))
        named = {name for line in lines for name in line.agents}
        wanted = agent.lower() if agent.lower() in named else "*"
        return cls(tuple(line for line in lines if line.field == "sitemap" or wanted in line.agents))

    @classmethod
    def of_answer(cls, status: int | None, body: bytes, agent: str = AGENT) -> Robots:
        """Return the rules that follow from a response to /robots.txt (RFC 9309 section 2.3.1).

        *status* is the status of the last response after redirects, None if there was no response. A 4xx, or a redirect
        that leads nowhere, allows everything. A 5xx, a 429 and no response forbid everything until the file can be
        fetched.
        """
        if status is None:
            return cls(everything=False, because="robots.txt could not be fetched: no answer")
        # RFC 9309 section 2.3.1.4: if the file is unreachable, nothing may be requested. 429 is formally a 4xx, but it
        # means that the host is busy, not that it has no rules.
        if status >= 500 or status == _TOO_MANY_REQUESTS or status < 200:
            return cls(everything=False, because=f"robots.txt could not be fetched: status {status}")
        if status >= 300:
            return cls(because=f"there is no robots.txt: status {status}")
        return cls.parse(body, agent)

    @property
    def is_known(self) -> bool:
        """Whether the file was fetched or is known not to exist. If not, nothing may be requested."""
        return self._default.known

    def allows(self, url: str) -> RobotsDecision:
        """Return whether the absolute *url* may be requested. The longest rule wins; if equal, Allow wins."""
        path = _path(url)
        if path == "/robots.txt" or not self._rules:
            return self._default
        if self._matcher.can_fetch(_ANY_HOST + path, "*"):
            return RobotsDecision(True, "no rule forbids it")
        return RobotsDecision(False, str(self._deciding(path)))

    def sitemaps(self) -> tuple[str, ...]:
        """Return the sitemaps that the file names for any agent, as printed, without duplicates."""
        return tuple(dict.fromkeys(line.value for line in self._lines if line.field == "sitemap"))

    @property
    def crawl_delay(self) -> float | None:
        """The seconds between requests that the file asks for, or None. Not part of RFC 9309, but sites use it."""
        values = [line.value for line in self._lines if line.field == "delay"]
        return next((float(value) for value in values if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value)), None)

    def _deciding(self, path: str) -> Line:
        forbidding = [line for line in self._rules if line.field == "disallow"]
        # The longest matching rule decides (section 2.2.2), so try the longest first.
        forbidding.sort(key=lambda line: len(line.value), reverse=True)
        # protego does not say which rule matched, so try each rule alone, after a cheap check.
        matching = (line for line in forbidding if _may_match(line.value, path) and _forbids(line, path))
        return next(matching, forbidding[0])


def _forbids(line: Line, path: str) -> bool:
    return not _matcher((line,)).can_fetch(_ANY_HOST + path, "*")


def _may_match(rule: str, path: str) -> bool:
    """Return whether *rule* may match *path*, by its plain beginning; a cheap check before asking protego."""
    plain = _PLAIN.match(rule)
    return plain is None or path.startswith(plain[0])


def _matcher(rules: tuple[Line, ...]) -> Protego:
    # Drop duplicates: a file of half a megabyte may repeat one rule thousands of times.
    said = dict.fromkeys(f"{line.field}: {line.value}" for line in rules)
    return Protego.parse("user-agent: *\n" + "\n".join(said))


def _path(url: str) -> str:
    """Return path and query of *url*, against which rules are matched; "/" if it is not a URL."""
    try:
        parsed = URL(url)
    except ValueError:
        return "/"
    parsed.hash = ""
    # Keep the question mark of an empty query, because a rule may end in one.
    empty = "?" if not parsed.search and parsed.href.removesuffix("#").endswith("?") else ""
    return parsed.pathname + parsed.search + empty


def _read_lines(body: bytes, asked: frozenset[str]) -> Iterator[Line]:
    """Yield the lines with a known field, with the agents in *asked* to whose group each belongs."""
    # Remember only the agents in *asked*: a hostile file may name 100,000.
    agents: list[str] = []
    listing = False
    for number, text in enumerate(_LINE_END.split(_decode(body)), start=1):
        field, value = _split(text)
        if field == "agent":
            # Consecutive agent lines form one group; only a rule between them separates groups.
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
    """Return field and value of a line; two empty strings if it has no known field."""
    text = text.partition("#")[0].strip()
    found = _FIELD.match(text)
    if found is None or found.lastgroup is None:
        return "", ""
    rest = text[found.end() :]
    # Google's parser accepts a line of two words without a colon.
    if not re.match(r"\s*:|\s+\S+$", rest):
        return "", ""
    return found.lastgroup, rest.strip().removeprefix(":").strip()


def _decode(body: bytes) -> str:
    """Decode UTF-8, or UTF-16 if there is a byte order mark. An invalid byte becomes %XX, as it would be in a URL.

    NUL and the unusual line ends of str.splitlines become spaces: otherwise a rule could begin inside a comment. A line
    that the limit cuts is left out: the beginning of ``Disallow: /drafts/`` may forbid the whole site.
    """
    wide = _WIDE.get(body[:2])
    # A file in UTF-16 is passed on up to twice the limit.
    is_cut = len(body) >= 2 * PARSE_LIMIT
    body = body.removeprefix(_BOM) if wide is None else body[2 : 2 * PARSE_LIMIT].decode(wide, "replace").encode()
    read = body[:PARSE_LIMIT]
    if is_cut or len(body) > PARSE_LIMIT:
        read = read[: max(read.rfind(b"\n"), read.rfind(b"\r")) + 1]
    text = read.decode("utf-8", "surrogateescape")
    text = _LONE_BYTE.sub(lambda found: f"%{ord(found[0]) - 0xDC00:02X}", text)
    return re.sub("[\x00\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", " ", text)
