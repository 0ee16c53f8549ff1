"""Warm: build once, in the process that readers are forked from, what a reader builds on its first pages.

These are compiled patterns and vocabularies, without the lists of stop words, which one page in fifty needs. Only the
fork server of the reader processes imports this. The pages are invented.
"""

from __future__ import annotations

import gc

_ENGLISH = """<!doctype html><html lang="en"><head><title>The harbour and the ferry</title>
<meta property="article:published_time" content="2023-04-24T10:00:00+00:00"></head><body><article>
<h1>The harbour and the ferry</h1><p class="byline">By Ada Winter and Jan Mewa | 24 April 2023</p>
{text}<p>Ada Winter is a research fellow at the institute.</p></article><footer><p>© 2023 The institute. All rights
reserved. This work is licensed under a Creative Commons Attribution-NonCommercial 4.0 International License. Texts may
be republished free of charge on condition that the source is credited with a link. Images may not be used without prior
written permission.</p></footer></body></html>"""
_POLISH = """<!doctype html><html lang="pl"><head><title>Port i prom</title></head><body><article>
<h1>Port i prom</h1><p class="author">Autor: Jan Mewa, 24 kwietnia 2023</p>{text}</article><footer><p>Wszelkie prawa
zastrzeżone. Przedruk tekstów jest możliwy za zgodą redakcji i z podaniem źródła.</p><p>Materiały są dostępne na
licencji Creative Commons Uznanie autorstwa 4.0.</p></footer></body></html>"""
_PAGES = (
    ("en", _ENGLISH, "The ferry that carries the teachers sails twice a week, and the school keeps to its calendar."),
    ("pl", _POLISH, "Prom, którym płyną nauczyciele, kursuje dwa razy w tygodniu i szkoła żyje według jego rozkładu."),
)


def _warm() -> None:
    # Imported here, with the garbage collector off: else it would scan these modules again and again while they load.
    from archive.http.exchange import Entity
    from db.model.item import Context
    from ingest.reading.reader import read
    from ingest.terms import read_wording

    for language, page, sentence in _PAGES:
        url = f"https://institute.example/{language}/harbour/"
        body = page.format(text=f"<p>{sentence * 4}</p>" * 4).encode()
        read(Entity(url, body, "text/html", "utf-8"), Context(url))
    read_wording("Reserved")  # this word names no language, so the wordings of all languages are loaded
    read_wording("Reprints cost 2.50")  # a number may be a licence version named without its family


gc.disable()
_warm()
# Nothing built here is freed later. If a reader's collector scanned it, the readers would no longer share its memory.
gc.freeze()
gc.enable()
