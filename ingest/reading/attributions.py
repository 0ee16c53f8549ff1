"""Attributions: those who are to be credited, each with the part they had and the bytes that name them."""

from __future__ import annotations

from dataclasses import replace

from db.model import AgentKind, Attribution
from ingest.reading.evidence import Locator
from ingest.reading.judge import Author
from ingest.reading.page import Page


def made(author: Author, page: Page, locator: Locator) -> Attribution | None:
    """Return *author* as an attribution, or None where no bytes of the page hold the name."""
    said = replace(author.candidate, value=author.name, words=author.name)
    evidence = locator.of(said) or locator.of(author.candidate)
    if evidence is None:
        return None
    kind = AgentKind.ORGANISATION if author.organisation else AgentKind.PERSON
    url = page.absolute(author.candidate.url)
    return Attribution(author.name, evidence, kind=kind, url=url, identifier=author.candidate.identifier)
