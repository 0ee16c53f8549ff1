"""Looking: the first look at a site, for `init` and `add`: a handful of requests, nothing kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from archive.exchange import Entity, Exchange, entity, read_head
from db.identity import is_front_page
from db.model import Context, PageKind, Statement
from ingest.config import PublisherOptions, Settings
from ingest.console import counted
from ingest.couriers import robots_of
from ingest.discovery.feeds import read_feed
from ingest.discovery.hints import Hints, read_hints
from ingest.discovery.sitemaps import read_sitemap, sitemap_candidates
from ingest.exits import Exit, Refused
from ingest.failure import FetchFailure
from ingest.fetch import FetchSettings, fetch
from ingest.survey import Findings, refused, site_of, survey, unreachable
from ingest.target import read_target, redirect_target
from ingest.visiting import fetch_settings

_HOPS = 5


@dataclass(frozen=True, slots=True)
class Seen:
    """What the first look found.

    Attributes:
        asked: the URL that was named; *findings* is about its site.
        pages: how many pages its sitemaps list, as far as was looked.
        statements: what it says about reuse, on the home page or the page that was named.
    """

    asked: str
    findings: Findings
    pages: int
    statements: tuple[Statement, ...]


def look(url: str, settings: Settings) -> Seen:
    """Look at the site of *url*: robots.txt, the home page, sitemap and feed.

    Raises:
        Refused: nothing answered (nothing captured).
    """
    asking = fetch_settings(settings)
    target = read_target(url)
    site = target.url if is_front_page(target.url) else site_of(target.url)
    robots_answer = _ask(f"{site_of(site)}robots.txt", asking)
    if isinstance(robots_answer, FetchFailure):
        raise _no_answer(site, robots_answer)
    robots = robots_of(robots_answer)
    decision = robots.allows(site)
    if not decision.allowed:
        return Seen(url, refused(site, decision), 0, ())
    answer = _ask(site, asking)
    if isinstance(answer, FetchFailure):
        raise _no_answer(site, answer)
    home = entity(answer.url, answer.response)
    reading = _read(home)
    hints = read_hints(home)
    sitemaps, pages = _sitemaps(site, robots.sitemaps(), asking)
    feed = _feed(hints.feeds, asking)
    status = read_head(answer.response).status
    findings = survey(home, status=status, kind=reading[0], robots=robots, lists=(sitemaps, feed))
    statements = reading[1]
    if target.url != site:
        article = _ask(target.url, asking)
        if isinstance(article, Exchange):
            statements = _read(entity(article.url, article.response))[1] or statements
    return Seen(url, findings, pages, statements)


def _no_answer(site: str, failure: FetchFailure) -> Refused:
    found = unreachable(site, failure).obstacles[0]
    return Refused(f"{site}: {found.seen}", found.way_out, Exit.NOTHING)


def _ask(url: str, asking: FetchSettings) -> Exchange | FetchFailure:
    for _ in range(_HOPS):
        answer = fetch(url, settings=asking, clock=lambda: datetime.now(UTC))
        onward = redirect_target(url, read_head(answer.response)) if isinstance(answer, Exchange) else None
        if onward is None:
            break
        url = onward
    return answer


def _read(found: Entity) -> tuple[PageKind, tuple[Statement, ...]]:
    from ingest.reading import read

    reading = read(found, Context(found.url))
    return reading.kind, reading.statements


def _sitemaps(site: str, named: tuple[str, ...], asking: FetchSettings) -> tuple[tuple[str, ...], int]:
    """Return the first sitemap that answers, and how many pages it lists (an index is followed one level)."""
    for url in sitemap_candidates(site, named):
        answer = _ask(url, asking)
        if isinstance(answer, FetchFailure) or read_head(answer.response).status != 200:
            continue
        found = read_sitemap(entity(url, answer.response).body, url)
        pages = len(found.pages)
        for nested in found.sitemaps[:_HOPS]:
            inner = _ask(nested.url, asking)
            if isinstance(inner, Exchange):
                pages += len(read_sitemap(entity(nested.url, inner.response).body, nested.url).pages)
        if found.pages or found.sitemaps:
            return (url,), pages
    return (), 0


def _feed(named: tuple[str, ...], asking: FetchSettings) -> str | None:
    for url in named[:2]:
        answer = _ask(url, asking)
        if isinstance(answer, Exchange) and read_feed(entity(url, answer.response).body, url).entries:
            return url
    return None


def options_of(seen: Seen, *, publisher_id: str | None, name: str | None) -> PublisherOptions:
    """Return the settings of the publisher that was looked at."""
    hints: Hints = seen.findings.hints
    authority = read_target(seen.findings.site).authority
    return PublisherOptions(
        url=seen.findings.site,
        id=publisher_id,
        name=name or hints.name,
        hosts=(authority.removeprefix("www."),),
        languages=languages_of(hints),
    )


def languages_of(hints: Hints) -> tuple[str, ...]:
    """Return the languages of a site without regions, its own first."""
    return tuple(dict.fromkeys(code.partition("-")[0] for code in hints.languages if code != "x-default"))


def as_json(seen: Seen) -> dict[str, object]:
    """Return what was found, for a program."""
    findings, hints = seen.findings, seen.findings.hints
    return {
        "site": findings.site,
        "name": hints.name,
        "generator": hints.generator,
        "languages": languages_of(hints),
        "sitemaps": findings.sitemaps,
        "pages": seen.pages,
        "feed": findings.feed,
        "statements": [statement.words for statement in seen.statements],
        "obstacles": [{"kind": one.kind, "seen": one.seen, "way_out": one.way_out} for one in findings.obstacles],
    }


def tell(seen: Seen) -> list[str]:
    """Return what was found, in lines for a person."""
    findings, hints = seen.findings, seen.findings.hints
    lines = []
    if seen.asked.rstrip("/") != findings.site.rstrip("/"):
        lines.append(f"{seen.asked} is a page of {findings.site}: looking at that site")
    lines.append(f"  site       {hints.name or findings.site}{f' · {hints.generator}' if hints.generator else ''}")
    if hints.languages:
        lines.append(f"  languages  {', '.join(languages_of(hints))}")
    listed = f"{findings.sitemaps[0]} (about {counted(seen.pages, 'page')})" if findings.sitemaps else "none found"
    lines.append(f"  sitemap    {listed}")
    lines.append(f"  feed       {findings.feed or 'none found'}")
    for statement in seen.statements:
        lines.append(f"  terms      “{statement.words}”")
    if not seen.statements:
        lines.append("  terms      none on this page; each article is read for its own")
    for obstacle in findings.obstacles:
        lines += [f"  ! {obstacle.seen}", f"    {obstacle.way_out}"]
    return lines
