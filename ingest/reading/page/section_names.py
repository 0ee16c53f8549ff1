"""Section names: what the parts of a site are called, in many languages."""

from __future__ import annotations

_SECTIONS = """news blog aktuelles aktuell presse pressemitteilung pressemitteilungen allgemein artikel article
    articles publications publikacje aktualności wiadomości analizy komentarze publikationen nachrichten actualités
    noticias actualidad notizie home menu search press insights events media opinion analysis magazin magazine"""
_SECTIONS_OF_WORDS = """press releases, press release, policy briefs, policy brief, policy papers, working papers,
    news detail, news details, latest news, our work, our research, newsdetail, detail, details,
    newsroom, reports, commentary, commentaries, briefs, medien, pressemeldungen, meldungen,
    aktuelle meldungen, archiv, archive, komunikaty prasowe, comunicados de prensa,
    communiqués de presse, comunicati stampa, publicaciones, pubblicazioni, tiskové zprávy"""
GENERIC = frozenset(_SECTIONS.split()) | {" ".join(name.split()) for name in _SECTIONS_OF_WORDS.split(",")}
"""Headings that name a part of a site, and not a text."""
