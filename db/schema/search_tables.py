"""Search tables: the full-text index, the values listed with it, and indexes used only by searches."""

from __future__ import annotations

SEARCH_TABLES: tuple[str, ...] = (
    # The row number is the same as in the index and in date order (see `index.first_place`). It repeats the shown
    # values of an item, so that lists and counts read no long rows; authors and tags are JSON arrays.
    """CREATE TABLE search_doc (
        rowid INTEGER PRIMARY KEY, item TEXT NOT NULL UNIQUE REFERENCES item (id), published TEXT, title TEXT,
        sorted_title TEXT NOT NULL, authors TEXT NOT NULL, tags TEXT NOT NULL, section TEXT, language TEXT,
        publisher TEXT NOT NULL, kind TEXT NOT NULL, own_tags TEXT NOT NULL, terms_digest TEXT NOT NULL) STRICT""",
    # An item's terms may change without its words. This trigger copies the change, so that hits can be counted by their
    # terms without joining another table.
    """CREATE TRIGGER search_doc_terms AFTER UPDATE OF terms_digest ON item BEGIN
        UPDATE search_doc SET terms_digest = new.terms_digest WHERE item = new.id; END""",
    # For lists by date, and for filters by date, which look for the few items without one.
    "CREATE INDEX search_doc_published ON search_doc (published)",
    # Which version of the word folding wrote the index.
    "CREATE TABLE search_setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    # The text from which the indexed words were folded; a hit is at the same place in both.
    """CREATE VIEW search_content AS SELECT search_doc.rowid AS number, search_doc.title,
        (SELECT group_concat(value, char(10)) FROM json_each(search_doc.authors)) AS author, edition.text,
        NULL AS stem, NULL AS facet FROM search_doc JOIN edition ON edition.item = search_doc.item
        AND edition.opened = (SELECT max(latest.opened) FROM edition AS latest WHERE latest.item = search_doc.item)""",
    # The index holds folded text, so only the program writes it (decision 008). Prefixes of one and two letters have
    # their own index, because collecting all words with such a prefix takes seconds.
    """CREATE VIRTUAL TABLE search USING fts5 (title, author, text, stem, facet, content = 'search_content',
        content_rowid = 'number', prefix = '1 2', tokenize = "unicode61 remove_diacritics 2")""",
    # Editions before the one in force, by their row; there are few, so they have a separate index. *doc* is the row of
    # their item: looking it up by id would take most of the time of a search.
    """CREATE TABLE search_edition_doc (
        rowid INTEGER PRIMARY KEY REFERENCES edition (id), item TEXT NOT NULL REFERENCES item (id),
        doc INTEGER NOT NULL) STRICT""",
    "CREATE INDEX search_edition_doc_item ON search_edition_doc (item)",
    """CREATE VIEW search_edition_content AS SELECT edition.id AS number, edition.title,
        (SELECT group_concat(name, char(10)) FROM (SELECT name FROM attribution
            WHERE attribution.edition = edition.id ORDER BY position)) AS author, edition.text, NULL AS stem,
        NULL AS facet FROM search_edition_doc JOIN edition ON edition.id = search_edition_doc.rowid""",
    """CREATE VIRTUAL TABLE search_edition USING fts5 (title, author, text, stem, facet,
        content = 'search_edition_content', content_rowid = 'number', tokenize = "unicode61 remove_diacritics 2")""",
)
"""The search index, which can be made again from the other tables."""

ASKED_INDEXES: tuple[str, ...] = (
    # Items with the same terms are evaluated only once.
    "CREATE INDEX item_terms ON item (publisher, terms_digest)",
    # What searches look for with `is:`: few rows, found without scanning the others.
    "CREATE INDEX item_gone ON item (id) WHERE gone IS NOT NULL",
    "CREATE INDEX edition_partial ON edition (item, opened, partial) WHERE partial IS NOT NULL",
    "CREATE INDEX rival_doubt ON rival (edition, field) WHERE doubt = 1",
    "CREATE INDEX search_doc_kind ON search_doc (kind) WHERE kind <> 'article'",
)
"""Indexes on tables of the catalogue that searches need."""
