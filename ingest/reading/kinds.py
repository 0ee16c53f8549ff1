"""Kinds: what a page is, by marks that can be read: an article, a listing, a password form, a bot wall, a shell."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from db.model import PageKind
from ingest.reading.page import Page, visible
from ingest.reading.structured import ARTICLE, Structured
from ingest.reading.zones import Zones, marks

_CHALLENGE_TITLE = re.compile(
    r"^(?:just a moment|attention required|access denied|please wait|checking your browser|security check|verify you are human|are you a robot|robot check|ddos-guard|one moment|pardon our interruption|human verification|bot verification|request unsuccessful|einen moment|un momento)\b",
    re.I,
)
_CHALLENGE_BODY = re.compile(
    r"(?:cf-chl-|cf_chl_|challenge-platform|/cdn-cgi/challenge|g-recaptcha|h-captcha|cf-turnstile|captcha-delivery|_incapsula_resource|px-captcha|ddos-guard|awswafintegration|anubis_challenge)",
    re.I,
)
_MISSING = re.compile(
    r"\b(?:404|page not found|not found|nothing (?:was )?found|seite (?:wurde )?nicht gefunden|nie znaleziono(?: strony)?|strona nie (?:istnieje|została znaleziona)|page introuvable|página no encontrada|pagina non trovata|pagina niet gevonden|stránka nenalezena|сторінку не знайдено|страница не найдена|oops)\b",
    re.I,
)
_LISTING_CLASS = re.compile(
    r"(?:^|\s)(?:home|blog|archive|category|tag|author|date|search|search-results|paged|post-type-archive|tax-[\w-]+)(?:\s|$)"
)
_SINGLE_CLASS = re.compile(
    r"(?:^|\s)(?:single|single-post|singular|page|page-template\S*|postid-\d+|page-id-\d+)(?:\s|$)"
)
_LISTING_PATH = re.compile(
    r"^(?:/[a-z]{2})?/?(?:(?:category|tag|author|kategoria|autor|page|search|archives?|tags|categories|topics?|date)/[^?]*|\d{4}/(?:\d{1,2}/(?:\d{1,2}/)?)?)?/?$|/page/\d+/?$",
    re.I,
)
_FRONT = re.compile(r"^(?:/(?:[a-z]{2}(?:[-_][a-z]{2})?))?/?(?:index\.(?:html?|php))?$", re.I)
LISTING_TYPES = frozenset({"CollectionPage", "SearchResultsPage", "ProfilePage"})
SHORT = 250


def front(url: str) -> bool:
    """Say whether *url* is a front page: ``/``, ``/pl/``, ``/index.html``."""
    parts = urlsplit(url)
    return bool(_FRONT.match(parts.path)) and not parts.query


def before_text(page: Page, head: bytes) -> PageKind | None:
    """Return the kind of a page that is no text at all by its marks alone (challenge, protected), or None."""
    title = page.title_text
    if b"cf-mitigated:" in head.lower() or (
        _CHALLENGE_TITLE.match(title) and page.size < 200_000 and len(visible(page.body)) < 3000
    ):
        return PageKind.CHALLENGE
    if page.body.xpath(".//form[contains(@class, 'post-password-form') or contains(@action, 'postpass')]"):
        return PageKind.PROTECTED
    return None


def after_text(page: Page, zones: Zones, data: Structured, text: str, *, dated: bool) -> PageKind:
    """Return the kind of *page*, knowing its main text and whether it carries authors or a date of publication."""
    shown = visible(page.body) if len(text) < SHORT else text
    if len(shown) < 40 and not text:
        scripts = sum(1 for _ in page.tree.iter("script"))
        return PageKind.SHELL if scripts else PageKind.EMPTY
    if len(text) < SHORT:
        if early := _no_text(page, shown):
            return early
    body_class = f" {page.body.get('class') or ''} "
    if _is_listing(page, data, body_class):
        return PageKind.LISTING
    if _is_article(page, data, body_class, dated=dated):
        return PageKind.ARTICLE
    return PageKind.LISTING if _mostly_links(page, text) else PageKind.PAGE


def _no_text(page: Page, shown: str) -> PageKind | None:
    heading = page.title_text + " " + " ".join(visible(h) for h in list(page.body.iter("h1"))[:2])
    if len(shown) < 2500 and (_MISSING.search(heading) or "error404" in (page.body.get("class") or "")):
        return PageKind.MISSING
    if len(shown) < 1500 and _CHALLENGE_BODY.search(
        " ".join(f"{s.get('src') or ''} {(s.text or '')[:2000]}" for s in page.tree.iter("script"))
        + " ".join(marks(e) for e in page.body.iter("div", "form"))
    ):
        return PageKind.CHALLENGE
    if len(shown) < 1500 and page.body.xpath(".//input[@type='password']"):
        return PageKind.PROTECTED
    if len(shown) < 200 and any(
        e.get("id") in ("root", "app", "__next", "__nuxt", "svelte") for e in page.body.iter("div")
    ):
        return PageKind.SHELL
    return None


def _is_listing(page: Page, data: Structured, body_class: str) -> bool:
    if "error404" in body_class:
        return False
    if _SINGLE_CLASS.search(body_class) and not re.search(r"\s(?:archive|home)\s", body_class):
        return front(page.url)
    if front(page.url):
        return True
    if _LISTING_CLASS.search(body_class) and (
        "wp-" in body_class
        or "archive" in body_class
        or "paged" in body_class
        or re.search(r"\s(?:category|tag|author|search)\s", body_class)
    ):
        return data.node is None or not any(ARTICLE.search(k) for k in data.kinds)
    parts = urlsplit(page.url)
    query = parse_qs(parts.query)
    if query.keys() & {"s", "cat", "author", "paged", "m"} and not query.keys() & {"p", "page_id"}:
        return True
    return bool(_LISTING_PATH.search(parts.path)) and not any(ARTICLE.search(k) for k in data.kinds)


def _is_article(page: Page, data: Structured, body_class: str, *, dated: bool) -> bool:
    og = next((c for c, _ in page.meta("og:type")), "").strip().lower()
    if re.search(r"\s(?:single-post|postid-\d+)\s", body_class):
        return True
    if re.search(r"\spage-id-\d+\s", body_class):
        return False
    return og == "article" or data.node is not None or dated


def _mostly_links(page: Page, text: str) -> bool:
    linked = sum(len(visible(a)) for a in page.body.iter("a"))
    cards = sum(1 for _ in page.body.iter("article"))
    return (cards >= 4 and len(text) < 1500) or (len(text) < SHORT and linked > 4 * max(1, len(text)))
