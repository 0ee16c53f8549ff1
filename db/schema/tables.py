"""The tables and public views of the catalogue, as created by the first migration."""

from __future__ import annotations

from enum import StrEnum

from archive.evidence.passage import Place
from archive.http.exchange import Ending, Truncation
from archive.warc.capture import CaptureKind, NoteKind
from db.evidence import POINTING_INDEXES
from db.model.annotation import AnnotationKind
from db.model.coverage import Covered, Missing
from db.model.item import (
    Act,
    AgentKind,
    Covers,
    Layer,
    PageKind,
    Partial,
    Permission,
    Precision,
    Role,
    StatementPlace,
)
from db.model.terms import GRADED, LINKED, UNNAMED, Grade
from db.model.witness import Origin
from db.schema.decision_tables import DECISION_TABLES, DECISION_VIEWS, SAYS_NOTHING, one_of
from db.schema.search_tables import ASKED_INDEXES, SEARCH_TABLES
from db.withholding import SHOWN

FOLDED_WITH = (
    *("publisher", "description", "profile", "decision", "decision_value", "moved"),
    *("annotation", "reuse", "withholding"),
)
"""Tables that follow from notes and on which reading and folding a capture depend."""
OF_NOTES = (*FOLDED_WITH, "event", "failure", "run", "finished_file")
"""Tables whose rows follow from notes alone, so that they are the same in every part of a divided catalogue."""
FOLDED = "CREATE TABLE folded (rules TEXT PRIMARY KEY) STRICT, WITHOUT ROWID"
# Captures that only their imported files hold, and which of these files were searched for them, with a digest of the
# rows that were made.
UNCATALOGUED = (
    """CREATE TABLE uncatalogued (
        file TEXT NOT NULL, offset INTEGER NOT NULL, payload_digest TEXT, url_key TEXT NOT NULL,
        PRIMARY KEY (file, offset)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX uncatalogued_payload ON uncatalogued (payload_digest)",
    "CREATE INDEX uncatalogued_key ON uncatalogued (url_key)",
    "CREATE TABLE noted_file (file TEXT PRIMARY KEY, bytes INTEGER NOT NULL, made TEXT NOT NULL) STRICT, WITHOUT ROWID",
)
ITEM_KINDS = (PageKind.ARTICLE, PageKind.PAGE, PageKind.DOCUMENT)
"""The kinds of pages that become items."""


class EventType(StrEnum):
    """What a capture shows to have happened to a page or an item. Notes give events of their own kinds."""

    GONE = "gone"
    """The publisher answered 404, 410 or 451 for an item."""
    RETURNED = "returned"
    """An item that was gone was served again."""
    ABSENT = "absent"
    """404, 410 or 451 for a URL that is not an item's."""
    BLOCKED = "blocked"
    """401, 403, 407 or 429, a bot wall, a consent wall."""
    PROTECTED = "protected"
    """A form that asks for a password or a login."""
    SHELL = "shell"
    MISSING = "missing"
    """A page that says "not found" but has the status 200."""
    EMPTY = "empty"
    PARTIAL = "partial"
    """Less than the whole text came, although there was more before."""
    UNPROVED = "unproved"
    """Nothing proves that the answer is complete, and it differs from what is held."""
    REDIRECTED = "redirected"
    """An item's URL redirects to another page that is not the same work."""
    NOT_AN_ITEM = "not an item"
    """An item's URL shows a list, something else without a text of its own, or the text of another item."""
    TERMS = "terms changed"
    """What an item's page states about reuse has changed since it was last read."""
    ERROR = "error"
    """Another status, or a reader that gave up."""


def _terms_columns() -> str:
    return f"""
        covers TEXT {one_of("covers", Covers)}, act TEXT {one_of("act", Act)},
        permission TEXT {one_of("permission", Permission)}, duties TEXT NOT NULL DEFAULT '[]',
        noncommercial INTEGER NOT NULL DEFAULT 0 CHECK (noncommercial IN (0, 1)),
        license_id TEXT, license_url TEXT, contact TEXT, credit_words TEXT, rule TEXT, reach TEXT"""


ANNOTATION_TABLES: tuple[str, ...] = (
    # Annotations as stated in notes, whether removed or not. Item ids are those that were used.
    f"""CREATE TABLE annotation (
        id TEXT PRIMARY KEY, kind TEXT NOT NULL {one_of("kind", AnnotationKind)}, item TEXT NOT NULL,
        value TEXT NOT NULL, signer TEXT NOT NULL, made TEXT NOT NULL,
        removed INTEGER NOT NULL CHECK (removed IN (0, 1))) STRICT""",
    "CREATE INDEX annotation_item ON annotation (item, kind, value)",
    "CREATE INDEX annotation_value ON annotation (kind, value)",
    # Where a text was reused, with its text, terms and credit line of that day.
    """CREATE TABLE reuse (
        id TEXT PRIMARY KEY, item TEXT NOT NULL, edition TEXT NOT NULL, place TEXT NOT NULL, signer TEXT NOT NULL,
        made TEXT NOT NULL, body TEXT NOT NULL) STRICT""",
    "CREATE INDEX reuse_item ON reuse (item)",
)
"""Annotations of items, and where items were reused."""

ASKED_BY_RUNS: tuple[str, ...] = (
    # The newest articles show whether the learnt layout still fits.
    """CREATE INDEX capture_read ON capture (publisher, page_kind, began, id)
        WHERE kind = 'response' AND status = 200 AND unread IS NULL""",
    # To find former items of a key when the rows of a capture are removed; current ones have an index already.
    "CREATE INDEX item_alias_former ON item_alias (key, publisher) WHERE current = 0",
)
"""Indexes for queries that a run makes every few pages; without them each page would take longer as pages grow."""
# For the newest note, which may be a failure.
NEWEST_FAILURE = "CREATE INDEX failure_at ON failure (at, id)"
NEXT_VISITS: tuple[str, ...] = (
    "CREATE INDEX visit_unseen ON visit (publisher, kind, priority DESC, lastmod DESC, id) WHERE visited_at IS NULL",
    # Pages that a list reports as changed.
    """CREATE INDEX visit_told ON visit (publisher, kind, priority DESC, lastmod DESC, id)
        WHERE lastmod > visited_at""",
    "CREATE INDEX visit_ready ON visit (publisher, kind, priority DESC, (lastmod IS NULL), due, id)",
    "CREATE INDEX visit_seen ON visit (publisher, kind, priority DESC, (lastmod IS NULL), visited_at, id)",
    # Few hosts have asked for a pause, and each run begins with them.
    "CREATE INDEX visit_put_off ON visit (due) WHERE outcome = 'put off'",
)
"""Indexes that put the next pages first instead of after all pages that this run has visited."""
LEFT_OUT = f"""CREATE TABLE left_out (
        publisher TEXT NOT NULL, key TEXT NOT NULL, url TEXT NOT NULL, standing TEXT NOT NULL
        {one_of("standing", (*Missing, *Covered))}, because TEXT NOT NULL, sources INTEGER NOT NULL, language TEXT,
        via TEXT, added TEXT NOT NULL, named TEXT NOT NULL, PRIMARY KEY (publisher, key)) STRICT, WITHOUT ROWID"""
DOCUMENT_LINKS: tuple[str, ...] = (
    """CREATE TABLE document_link (
        item TEXT NOT NULL REFERENCES item (id), key TEXT NOT NULL, PRIMARY KEY (item, key)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX document_link_key ON document_link (key)",
)

TABLES: tuple[str, ...] = (
    # Without `settled`, no settings describe the publisher yet and its row was guessed from a capture.
    """CREATE TABLE publisher (
        id TEXT PRIMARY KEY, url TEXT NOT NULL, name TEXT, hosts TEXT NOT NULL, languages TEXT NOT NULL
        DEFAULT '[]',
        settled TEXT, note TEXT) STRICT""",
    # Every description in a settings note: a page is read with the one in force when it was captured.
    """CREATE TABLE description (
        publisher TEXT NOT NULL, made TEXT NOT NULL, note TEXT NOT NULL, url TEXT NOT NULL, name TEXT,
        hosts TEXT NOT NULL, languages TEXT NOT NULL, PRIMARY KEY (publisher, made, note)) STRICT, WITHOUT ROWID""",
    # Identified by its start, which a killed run keeps when it continues, and by which its note is matched.
    """CREATE TABLE run (
        id INTEGER PRIMARY KEY, kind TEXT NOT NULL, started TEXT NOT NULL UNIQUE, finished TEXT,
        summary TEXT NOT NULL DEFAULT '{}') STRICT""",
    f"""CREATE TABLE capture (
        id TEXT PRIMARY KEY, publisher TEXT NOT NULL REFERENCES publisher (id), url TEXT NOT NULL,
        url_key TEXT NOT NULL, began TEXT NOT NULL, kind TEXT NOT NULL {one_of("kind", CaptureKind)},
        status INTEGER NOT NULL, media_type TEXT NOT NULL, file TEXT NOT NULL, offset INTEGER NOT NULL,
        length INTEGER NOT NULL, block_digest TEXT NOT NULL, payload_digest TEXT, payload_length INTEGER NOT NULL,
        ending TEXT NOT NULL {one_of("ending", Ending)}, truncated TEXT {one_of("truncated", Truncation)},
        ip TEXT, location TEXT, location_key TEXT, refers_to_url TEXT, refers_to_date TEXT, etag TEXT,
        last_modified TEXT, retry_after TEXT,
        page_kind TEXT {one_of("page_kind", PageKind)}, reading_digest TEXT, stamp TEXT, unread TEXT,
        fitted INTEGER CHECK (fitted IN (0, 1)), heard TEXT,
        catalogued INTEGER NOT NULL DEFAULT 0 CHECK (catalogued IN (0, 1))) STRICT""",
    # In record order, in which the captures of an address are queried.
    "CREATE INDEX capture_url ON capture (url_key, began, id)",
    # To list the captures in a file.
    "CREATE INDEX capture_place ON capture (file, offset)",
    "CREATE INDEX capture_location ON capture (location_key, publisher) WHERE location_key IS NOT NULL",
    # Partial, because nearly all captures are catalogued and this query is frequent.
    "CREATE INDEX capture_waiting ON capture (began, id) WHERE catalogued = 0",
    # Which captures were catalogued under which key: what to read again when an older capture arrives.
    """CREATE TABLE capture_key (
        publisher TEXT NOT NULL, key TEXT NOT NULL, began TEXT NOT NULL, capture TEXT NOT NULL
        REFERENCES capture (id), PRIMARY KEY (publisher, key, began, capture)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX capture_key_capture ON capture_key (capture)",
    # What entries of feeds and REST answers say about pages; a capture's `heard` names those with which it was read.
    f"""CREATE TABLE witness (
        publisher TEXT NOT NULL, key TEXT NOT NULL, origin TEXT NOT NULL {one_of("origin", Origin)},
        began TEXT NOT NULL, capture TEXT NOT NULL REFERENCES capture (id), position INTEGER NOT NULL,
        digest TEXT NOT NULL, url TEXT NOT NULL, parts INTEGER NOT NULL, said TEXT NOT NULL,
        PRIMARY KEY (publisher, key, origin, began, capture, position)) STRICT, WITHOUT ROWID""",
    # To replace what a feed said when it is read again.
    "CREATE INDEX witness_capture ON witness (capture)",
    # Separate rows, because a claim may move (an item merged, an edition filled) while its evidence stays.
    f"""CREATE TABLE evidence (
        id INTEGER PRIMARY KEY, capture TEXT NOT NULL, layer TEXT NOT NULL {one_of("layer", Layer)},
        ranges TEXT NOT NULL, charset TEXT, place TEXT {one_of("place", Place)}, words TEXT NOT NULL, basis
        TEXT) STRICT""",
    # Digests and the credit line follow from other rows; stored so that an unchanged page causes no writes.
    f"""CREATE TABLE item (
        id TEXT PRIMARY KEY, publisher TEXT NOT NULL REFERENCES publisher (id),
        kind TEXT NOT NULL {one_of("kind", ITEM_KINDS)}, url TEXT NOT NULL,
        first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, gone TEXT, withheld TEXT,
        latest TEXT NOT NULL REFERENCES capture (id), latest_key TEXT NOT NULL, field_digest TEXT NOT NULL,
        terms_digest TEXT NOT NULL, credit_line TEXT, translations TEXT NOT NULL DEFAULT '[]',
        language TEXT, language_evidence INTEGER REFERENCES evidence (id),
        subtitle TEXT, subtitle_evidence INTEGER REFERENCES evidence (id),
        section TEXT, section_evidence INTEGER REFERENCES evidence (id),
        site_name TEXT, site_name_evidence INTEGER REFERENCES evidence (id),
        modified TEXT, modified_precision TEXT {one_of("modified_precision", Precision)},
        modified_evidence INTEGER REFERENCES evidence (id)) STRICT""",
    # For changes of a terms page or of a publisher's description.
    "CREATE INDEX item_publisher ON item (publisher, id)",
    # The files to which an item's page links; a file with the same title is a form of the item.
    *DOCUMENT_LINKS,
    # Values of `reach.section_keys` for an item and since when; no rows if it never linked to a section's terms.
    """CREATE TABLE linked (
        item TEXT NOT NULL REFERENCES item (id), since TEXT NOT NULL, keys TEXT NOT NULL,
        PRIMARY KEY (item, since)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE item_alias (
        id TEXT PRIMARY KEY, publisher TEXT NOT NULL, key TEXT NOT NULL, item TEXT NOT NULL REFERENCES item
        (id),
        source TEXT NOT NULL CHECK (source IN ('captured', 'canonical', 'redirect', 'part', 'shortlink')),
        first_seen TEXT NOT NULL, current INTEGER NOT NULL DEFAULT 1 CHECK (current IN (0, 1))) STRICT""",
    # One item per key and publisher at a time; older rows stay, so that their ids resolve.
    "CREATE UNIQUE INDEX item_alias_key ON item_alias (key, publisher) WHERE current = 1",
    "CREATE INDEX item_alias_item ON item_alias (item)",
    # The text itself is only here; the index holds no copy.
    f"""CREATE TABLE edition (
        id INTEGER PRIMARY KEY, item TEXT NOT NULL REFERENCES item (id), opened TEXT NOT NULL,
        last_seen TEXT NOT NULL, stamp TEXT NOT NULL, digest TEXT NOT NULL, partial TEXT {one_of("partial", Partial)},
        title TEXT, title_evidence INTEGER REFERENCES evidence (id),
        published TEXT, precision TEXT {one_of("precision", Precision)},
        published_evidence INTEGER REFERENCES evidence (id), text TEXT NOT NULL, marks TEXT NOT NULL,
        UNIQUE (item, opened))
        STRICT""",
    """CREATE TABLE edition_capture (
        edition INTEGER NOT NULL REFERENCES edition (id), position INTEGER NOT NULL,
        capture TEXT NOT NULL REFERENCES capture (id), PRIMARY KEY (edition, position)) STRICT, WITHOUT
        ROWID""",
    # From a capture to the items based on it: verification reports which items damage affects.
    "CREATE INDEX edition_capture_capture ON edition_capture (capture)",
    f"""CREATE TABLE attribution (
        edition INTEGER NOT NULL REFERENCES edition (id), position INTEGER NOT NULL, name TEXT NOT NULL,
        role TEXT NOT NULL {one_of("role", Role)}, kind TEXT NOT NULL {one_of("kind", AgentKind)}, url TEXT,
        identifier TEXT, evidence INTEGER NOT NULL REFERENCES evidence (id),
        PRIMARY KEY (edition, position)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE tag (
        item TEXT NOT NULL REFERENCES item (id), position INTEGER NOT NULL, value TEXT NOT NULL,
        evidence INTEGER NOT NULL REFERENCES evidence (id), PRIMARY KEY (item, position)) STRICT, WITHOUT
        ROWID""",
    f"""CREATE TABLE statement (
        id INTEGER PRIMARY KEY, publisher TEXT NOT NULL REFERENCES publisher (id), words TEXT NOT NULL,
        place TEXT NOT NULL {one_of("place", StatementPlace)}, language TEXT NOT NULL DEFAULT '',
        UNIQUE (publisher, place, language, words)) STRICT""",
    # A statement that no rule understands has one row here, without an act. The holder is an item, or the key of a
    # machine-readable file for the whole site.
    f"""CREATE TABLE term (
        holder TEXT NOT NULL, item TEXT REFERENCES item (id), statement INTEGER NOT NULL REFERENCES statement (id),
        first_seen TEXT NOT NULL, position INTEGER NOT NULL, number INTEGER NOT NULL,
        {_terms_columns()},
        last_confirmed TEXT NOT NULL, superseded TEXT, evidence INTEGER NOT NULL REFERENCES evidence (id),
        PRIMARY KEY (holder, first_seen, position, number), CHECK (item IS NULL OR item = holder)) STRICT, WITHOUT
        ROWID""",
    "CREATE INDEX term_item ON term (item)",
    # Where the words of a term are in the captures of later editions.
    """CREATE TABLE restated (
        holder TEXT NOT NULL, first_seen TEXT NOT NULL, position INTEGER NOT NULL, at TEXT NOT NULL,
        evidence INTEGER NOT NULL REFERENCES evidence (id), PRIMARY KEY (holder, first_seen, position, at)) STRICT,
        WITHOUT ROWID""",
    # Which words were replaced, and when, is asked for each statement that an item shows.
    "CREATE INDEX term_ended ON term (statement, superseded)",
    "CREATE INDEX term_confirmed ON term (statement, last_confirmed)",
    # What captures show (with a capture and no file), and what notes state (with a file and no capture).
    f"""CREATE TABLE event (
        id TEXT PRIMARY KEY, type TEXT NOT NULL {one_of("type", (*EventType, *NoteKind))}, at TEXT NOT NULL,
        publisher TEXT NOT NULL, about TEXT, url_key TEXT, item TEXT, capture TEXT REFERENCES capture (id),
        detail TEXT NOT NULL,
        file TEXT, offset INTEGER, length INTEGER, previous TEXT, digest TEXT) STRICT""",
    "CREATE INDEX event_item ON event (item, at)",
    # For the newest note, and for changes between two days.
    "CREATE INDEX event_at ON event (at, id)",
    "CREATE INDEX event_url ON event (url_key, at)",
    # To remove what a capture showed when it is folded again.
    "CREATE INDEX event_capture ON event (capture)",
    # Visits that gave nothing to keep, one row per note.
    """CREATE TABLE failure (
        id TEXT PRIMARY KEY, publisher TEXT NOT NULL, url TEXT, url_key TEXT, at TEXT NOT NULL,
        reason TEXT NOT NULL, detail TEXT NOT NULL, body TEXT NOT NULL, file TEXT NOT NULL, offset INTEGER NOT NULL,
        length INTEGER NOT NULL, previous TEXT, digest TEXT NOT NULL) STRICT""",
    # The view of failures checks for each whether a later one follows.
    "CREATE INDEX failure_url ON failure (url_key, at)",
    NEWEST_FAILURE,
    # After a release the row stays, without a reason.
    """CREATE TABLE withholding (
        id TEXT PRIMARY KEY, reason TEXT, made TEXT NOT NULL, note TEXT NOT NULL) STRICT""",
    # Without digest and body: the profile was dropped.
    """CREATE TABLE profile (
        publisher TEXT PRIMARY KEY, digest TEXT, body TEXT, made TEXT NOT NULL, note TEXT NOT NULL) STRICT""",
    # What notes state about finished files: length and SHA-256.
    """CREATE TABLE finished_file (
        file TEXT PRIMARY KEY, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, made TEXT NOT NULL, note TEXT NOT NULL)
        STRICT, WITHOUT ROWID""",
    # How far each file has rows without a gap; the rest is checked when a collection is opened.
    "CREATE TABLE file_end (file TEXT PRIMARY KEY, offset INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    # By which rules rows were folded since the catalogue was made: more than one if programs were changed meanwhile.
    FOLDED,
    *UNCATALOGUED,
    # The frontier. Working rows: losing them costs requests but nothing that was kept. `sources` is the sum of the
    # places that name the address (see `db.model.coverage.Source`); `listed` is when a complete list last did.
    """CREATE TABLE visit (
        id INTEGER PRIMARY KEY, publisher TEXT NOT NULL, key TEXT NOT NULL, url TEXT NOT NULL, kind TEXT NOT
        NULL,
        via TEXT, lastmod TEXT, priority INTEGER NOT NULL DEFAULT 0, due TEXT, attempts INTEGER NOT NULL
        DEFAULT 0,
        outcome TEXT, visited_at TEXT, run INTEGER REFERENCES run (id), capture TEXT,
        history TEXT NOT NULL DEFAULT '', added TEXT NOT NULL, sources INTEGER NOT NULL DEFAULT 0, language TEXT,
        listed TEXT, UNIQUE (publisher, kind, key)) STRICT""",
    # The service asks at every tick when the next page is due.
    "CREATE INDEX visit_due ON visit (due)",
    # Addresses that are named but not requested, with the reason. Working rows: the next run names them again.
    LEFT_OUT,
    # Working rows, like `visit`: losing them costs one request per host.
    "CREATE TABLE host_dialect (host TEXT PRIMARY KEY, dialect TEXT NOT NULL, learnt TEXT NOT NULL) STRICT",
    *SEARCH_TABLES,
    *ANNOTATION_TABLES,
    *DECISION_TABLES,
    *POINTING_INDEXES,
    *ASKED_INDEXES,
    *ASKED_BY_RUNS,
    *NEXT_VISITS,
)

# As in `editions.id_of`: to the second, with microseconds if another edition opened earlier in the same second.
_EDITION_TIME = """replace(replace(replace(substr(edition.opened, 1, 19), '-', ''), ':', ''), 'T', '')
            || iif(EXISTS (SELECT 1 FROM edition AS before WHERE before.item = edition.item
            AND before.opened < edition.opened AND before.opened >= substr(edition.opened, 1, 19)),
            substr(edition.opened, 21, 6), '')"""
# The edition opened last, found with the index (item, opened).
IN_FORCE = "(SELECT max(latest.opened) FROM edition AS latest WHERE latest.item = item.id)"
"""When the edition in force of a row of ``item`` opened."""
# From a subquery, because group_concat has no order of its own.
_NAMED = """(SELECT group_concat(name, '; ') FROM (SELECT name FROM attribution
        WHERE attribution.edition = edition.id AND role = 'author' ORDER BY position))"""
_REACHES = """(term.reach IS NULL OR term.permission IN ('ask', 'prohibited')
        OR EXISTS (SELECT 1 FROM item_alias AS own WHERE own.item = item.id AND own.current = 1
            AND instr(own.key, term.reach) = 1)
        OR EXISTS (SELECT 1 FROM item_alias AS named WHERE named.item = term.item AND named.current = 1
            AND instr((SELECT keys FROM linked WHERE linked.item = item.id {0} ORDER BY since DESC LIMIT 1),
            ' ' || named.key || ' ') > 0))"""
REACHES, REACHED = _REACHES.format(""), _REACHES.format("AND (:at IS NULL OR linked.since <= :at)")
"""Whether a row of ``term`` from a terms page applies to a row of ``item``; whether it did at *:at* (now if NULL).

What a section forbids applies everywhere, because the stricter statement wins. What it permits applies to items in its
folder and to items that link to it, as every page does to the terms named in its site's footer.
"""

# Statements on a terms page apply to the items in its reach, from a capture other than the item's own.
_HOLDS_FOR_ALL = f"""statement.publisher = item.publisher AND statement.place IN ('terms page', 'site policy')
        AND term.holder <> item.id AND {REACHES}"""
_OF_TERMS_PAGES = f"""FROM statement JOIN term ON term.statement = statement.id
            LEFT JOIN item AS page ON page.id = term.item WHERE {_HOLDS_FOR_ALL}"""
_SAID_SO = """EXISTS (SELECT 1 FROM decision_value AS said WHERE said.decision = made.id
                AND json_extract(said.value, '$.covers') = {0}.covers AND json_extract(said.value, '$.act') = {0}.act
                AND json_extract(said.value, '$.permission') = {0}.permission)"""
_OTHERWISE = f"""SELECT 1 FROM term AS beside WHERE beside.holder = term.holder AND beside.first_seen = term.first_seen
                AND beside.position = term.position AND NOT {_SAID_SO.format("beside")}"""
_DECIDES = (
    """FROM standing_decision AS made WHERE made.publisher = statement.publisher AND made.words = statement.words"""
)


def _rules_of(grade: Grade) -> str:
    return ", ".join(f"'{rule}'" for rule, given in GRADED.items() if given is grade)


# As in `grade_of_rule`, and as in `decisions.holds_for` for confirmations.
_NEWEST = "ORDER BY made.made DESC, made.id DESC LIMIT 1"
_GRADE = f"""CASE WHEN term.permission NOT IN ('permitted', 'permitted with duties') THEN NULL
            WHEN EXISTS (SELECT 1 {_DECIDES} AND made.kind = 'set') THEN iif((SELECT {_SAID_SO.format("term")}
                {_DECIDES} AND made.kind = 'set' {_NEWEST}), '{Grade.CONFIRMED}', NULL)
            WHEN (SELECT NOT EXISTS ({_OTHERWISE}) {_DECIDES} {_NEWEST}) THEN '{Grade.CONFIRMED}'
            WHEN term.license_id = '{UNNAMED}' THEN NULL
            WHEN term.license_id IS NOT NULL AND (term.rule IN ({_rules_of(Grade.MACHINE_READABLE)})
                OR (term.rule = '{LINKED}' AND term.license_url IS NOT NULL)) THEN '{Grade.MACHINE_READABLE}'
            WHEN term.rule IN ({_rules_of(Grade.PLAIN)}) THEN '{Grade.PLAIN}' END"""
"""The grade of a *yes* based on a ``term`` of a ``statement``; NULL if a person has to confirm it."""
# A terms page that is gone states nothing, so the view shows its terms as ended then.
_TERMS_SHOWN = """item.id AS item, item.publisher, statement.place, statement.words, statement.language,
        term.covers, term.act, term.permission,
        (SELECT group_concat(value, '; ') FROM json_each(term.duties)) AS duties, term.noncommercial,
        term.license_id, term.license_url, term.contact, term.credit_words, term.rule, term.first_seen,
        term.last_confirmed, {0} AS superseded, evidence.capture, {1} AS grade"""

_JOINED = "(SELECT group_concat(value, '; ') FROM json_each(search_doc.{0}))"

VIEWS: tuple[str, ...] = (
    # Without withheld items, like the views of editions and terms, because people open the file for these views. The
    # shown values come from search_doc, in date order. The text is a subquery, because a join would look up the edition
    # in force of every item that is counted. The join uses only the key, so that filters stay fast.
    f"""CREATE VIEW items AS SELECT
        search_doc.item AS id, item.url, search_doc.kind, search_doc.publisher, search_doc.language, search_doc.title,
        {_JOINED.format("authors")} AS authors, {_JOINED.format("tags")} AS tags, search_doc.published,
        (SELECT edition.text FROM edition WHERE edition.item = search_doc.item ORDER BY edition.opened DESC
            LIMIT 1) AS text,
        (SELECT group_concat(words, '; ') FROM (
            SELECT words FROM (SELECT statement.words, term.position AS rank FROM term
            JOIN statement ON statement.id = term.statement
            WHERE term.item = item.id AND term.superseded IS NULL AND term.number = 0 AND NOT {SAYS_NOTHING}
            UNION ALL SELECT statement.words, 1000 + term.position {_OF_TERMS_PAGES}
            AND term.superseded IS NULL AND page.gone IS NULL AND NOT {SAYS_NOTHING})
            GROUP BY words ORDER BY min(rank), words)) AS terms_words,
        item.credit_line, item.first_seen, item.last_seen, item.gone, search_doc.section,
        (SELECT count(*) FROM edition AS counted WHERE counted.item = search_doc.item) AS editions,
        search_doc.authors AS authors_json, search_doc.tags AS tags_json, search_doc.rowid AS search_row
        FROM search_doc LEFT JOIN item ON item.id = search_doc.item""",
    """CREATE VIEW item_author AS SELECT search_doc.item, named.value AS author, named.key + 1 AS position
        FROM search_doc, json_each(search_doc.authors) AS named""",
    """CREATE VIEW item_tag AS SELECT search_doc.item, named.value AS tag, named.key + 1 AS position
        FROM search_doc, json_each(search_doc.tags) AS named""",
    # All, because an id that was shown resolves for ever, even if its address is now that of another item.
    f"""CREATE VIEW item_address AS SELECT item_alias.item, item_alias.key AS address, item_alias.source,
        item_alias.first_seen, item_alias.id, item_alias.current FROM item_alias JOIN item ON item.id = item_alias.item
        WHERE item.{SHOWN}""",
    f"""CREATE VIEW item_translation AS SELECT item.id AS item, json_extract(named.value, '$[0]') AS language,
        json_extract(named.value, '$[1]') AS url FROM item, json_each(item.translations) AS named
        WHERE item.{SHOWN}""",
    # The column `words` is the index itself, so MATCH, rank, snippet and highlight work on it.
    """CREATE VIEW search_text AS SELECT search.search AS words, search.rank, search_doc.item,
        search_doc.published, search_doc.title, search_doc.language, search_doc.publisher, search_doc.kind,
        search_doc.rowid AS search_row FROM search JOIN search_doc ON search_doc.rowid = search.rowid""",
    f"""CREATE VIEW annotations AS SELECT annotation.id, item_alias.item, annotation.kind, annotation.value,
        annotation.signer, annotation.made FROM annotation JOIN item_alias ON item_alias.id = annotation.item
        JOIN item ON item.id = item_alias.item WHERE item.{SHOWN} AND annotation.removed = 0
        AND NOT EXISTS (SELECT 1 FROM annotation AS later WHERE later.item = annotation.item
            AND later.kind = annotation.kind AND later.value = annotation.value
            AND (later.made, later.id) > (annotation.made, annotation.id))""",
    f"""CREATE VIEW reuses AS SELECT reuse.id, item_alias.item, reuse.edition, reuse.place, reuse.signer, reuse.made,
        reuse.body FROM reuse JOIN item_alias ON item_alias.id = reuse.item
        JOIN item ON item.id = item_alias.item WHERE item.{SHOWN}""",
    # Numbers are for display: an older capture that arrives changes them.
    f"""CREATE VIEW editions AS SELECT
        item.id || '@' || {_EDITION_TIME} AS id, item.id AS item,
        row_number() OVER (PARTITION BY item.id ORDER BY edition.opened) AS number, edition.opened,
        edition.last_seen,
        edition.title, {_NAMED} AS authors, edition.published, edition.partial, edition.text, edition.marks,
        edition.stamp,
        (SELECT capture FROM edition_capture WHERE edition_capture.edition = edition.id AND position = 0) AS capture
        FROM item JOIN edition ON edition.item = item.id WHERE item.{SHOWN}""",
    # One part for the item's own page, one for terms that apply to it from elsewhere.
    f"""CREATE VIEW terms AS
        SELECT {_TERMS_SHOWN.format("term.superseded", _GRADE)} FROM item JOIN term ON term.item = item.id
        JOIN statement ON statement.id = term.statement JOIN evidence ON evidence.id = term.evidence
        WHERE item.{SHOWN}
        UNION ALL SELECT {_TERMS_SHOWN.format("coalesce(term.superseded, page.gone)", _GRADE)} FROM item
        JOIN statement JOIN term ON term.statement = statement.id LEFT JOIN item AS page ON page.id = term.item
        JOIN evidence ON evidence.id = term.evidence WHERE {_HOLDS_FOR_ALL} AND item.{SHOWN}""",
    """CREATE VIEW captures AS SELECT
        id, publisher, url, began, kind, status, media_type, payload_digest, payload_length, ending,
        truncated, location,
        file, offset, length, page_kind, unread FROM capture""",
    # Only counts: the rest of a summary quotes publishers, whose words may have been withheld since.
    """CREATE VIEW runs AS SELECT kind, started, finished, json_extract(summary, '$.new') AS new,
        json_extract(summary, '$.changed') AS changed, json_extract(summary, '$.unchanged') AS unchanged,
        json_extract(summary, '$.gone') AS gone, json_extract(summary, '$.errors') AS errors,
        json_extract(summary, '$.failed') AS failed FROM run""",
    # A later answer makes a failure good, be it a page, a file or the way to one; of what fails again, the newest is
    # listed.
    """CREATE VIEW failures AS
        SELECT failure.at, failure.publisher, failure.url, failure.reason, failure.detail, NULL AS item,
        failure.id AS record
        FROM failure WHERE NOT EXISTS (SELECT 1 FROM capture AS later WHERE later.url_key = failure.url_key
            AND later.began > failure.at AND later.status BETWEEN 200 AND 399)
        AND NOT EXISTS (SELECT 1 FROM failure AS later WHERE later.url_key = failure.url_key
            AND (later.at, later.id) > (failure.at, failure.id))
        AND NOT EXISTS (SELECT 1 FROM event AS later WHERE later.url_key = failure.url_key
            AND later.capture IS NOT NULL AND later.at > failure.at)
        UNION ALL
        SELECT event.at, event.publisher, event.about, event.type, event.detail, event.item, event.capture
        FROM event WHERE event.capture IS NOT NULL AND event.type NOT IN ('returned', 'not an item',
        'redirected', 'terms changed')
        AND NOT EXISTS (SELECT 1 FROM capture AS later WHERE later.url_key = event.url_key
            AND (later.began, later.id) > (event.at, event.capture)
            AND (later.page_kind IN ('article', 'page', 'document', 'listing', 'part', 'other')
                OR later.status BETWEEN 300 AND 399))
        AND NOT EXISTS (SELECT 1 FROM event AS later WHERE later.url_key = event.url_key
            AND later.capture IS NOT NULL AND (later.at, later.id) > (event.at, event.id))
        AND NOT EXISTS (SELECT 1 FROM failure AS later WHERE later.url_key = event.url_key AND later.at > event.at)
        -- A site without robots.txt, or without a sitemap where one may lie, fails in nothing.
        AND NOT (event.type = 'absent' AND (event.about LIKE '%/robots.txt' OR event.about LIKE '%/tdmrep.json'
            OR event.about LIKE '%sitemap%.xml'))""",
    *DECISION_VIEWS,
)
