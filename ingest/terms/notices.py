"""Prose about reuse, found where notices stand on a page, sentence by sentence, as statements with evidence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from db.model import Statement
from ingest.terms.blocks import LONGEST, block_of, runs
from ingest.terms.creative_commons import ADDRESS
from ingest.terms.page import PageView
from ingest.terms.places import Standing, is_terms_page
from ingest.terms.sentences import sentences
from ingest.terms.vocabulary import fold, vocabulary
from ingest.terms.wording import read_notice

_TEXTS = etree.XPath(
    "//body//text()[not(parent::script or parent::style or parent::noscript)]", smart_strings=False
)
_HOLDING = etree.XPath(
    "//body//text()[contains(., $words)][not(parent::script or parent::style or parent::noscript)]"
)
_NOTICE_LENGTH = 600
_UNREAD_LENGTH = 400


def notices(page: PageView) -> Iterator[Statement]:
    """A statement for each group of neighbouring sentences that speak of terms, in notices and notice-like blocks."""
    seen: set[str] = set()
    for block, standing in _blocks(page.tree):
        address = next((href for href in block.xpath(".//a/@href") if ADDRESS.match(href)), None)
        for run in runs(block):
            if len(run) > LONGEST or vocabulary().triggers.search(run.lower()) is None:
                continue
            for statement in _statements(page, run, standing, address):
                if statement.words not in seen:
                    seen.add(statement.words)
                    yield statement


def _blocks(tree: Any) -> Iterator[tuple[Any, Standing]]:
    words = "\n".join(_TEXTS(tree))
    heard = vocabulary().triggers.finditer(words.lower())
    found: dict[Any, None] = {}
    for trigger in dict.fromkeys(words[slice(*match.span())] for match in heard):
        for text in _HOLDING(tree, words=trigger):
            parent = text.getparent()
            owner = parent.getparent() if text.is_tail else parent
            if owner is not None:
                found[block_of(owner)] = None
    for block in found:
        standing = Standing(block)
        if not standing.apart:
            yield block, standing


def _statements(page: PageView, run: str, standing: Standing, address: str | None) -> Iterator[Statement]:
    terms_page = is_terms_page(page.url)
    if not (standing.notice or standing.footer or terms_page or len(run) <= _NOTICE_LENGTH):
        return
    for words in _groups(run, address):
        terms = read_notice(words, address)
        if not (standing.notice or standing.footer or terms_page or _speaks_for_itself(words, run)):
            continue
        if not terms and not ((standing.notice or standing.footer or terms_page) and _sounds(words)):
            continue
        evidence = page.evidence(words)
        if evidence is not None:
            place = standing.place(page.url)
            yield Statement(evidence.words, place, evidence, terms)


def _groups(run: str, address: str | None) -> Iterator[str]:
    """Neighbouring sentences that speak of terms, as they stand."""
    start: int | None = None
    end = 0
    for left, right in sentences(run):
        words = run[left:right]
        if read_notice(words, address) or _sounds(words):
            start = left if start is None else start
            end = right
        elif start is not None:
            yield run[start:end]
            start = None
    if start is not None:
        yield run[start:end]


def _speaks_for_itself(words: str, run: str) -> bool:
    """Whether prose among prose is about the publisher's own texts, and not a tale about someone else's."""
    marks = vocabulary().marks(fold(words))
    if "reserved" in marks:
        return len(run) <= 200
    return "own" in marks


def _sounds(words: str) -> bool:
    """Whether a short sentence that no rule understands still sounds like terms, and is kept to be read by a person."""
    return len(words) <= _UNREAD_LENGTH and vocabulary().sounds(words)
