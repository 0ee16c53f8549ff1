"""Working rows: the frontier and what was learnt about hosts. No record holds them, so a catalogue made again from the
records copies them from the old one.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from db.catalogue import Catalogue

_TABLES = ("visit", "left_out", "host_dialect")


def copy_working_rows(catalogue: Catalogue, before: Path) -> None:
    """Replace the working rows of the new *catalogue* by those of the old one at *before*.

    A rebuild does not need them, because they may be lost with the catalogue. Rereading pages keeps the old catalogue.
    """
    connection = catalogue.connection
    connection.execute("ATTACH ? AS old", (f"file:{quote(str(before.absolute()))}?mode=ro",))
    try:
        with catalogue.transaction():
            # No record knows a run that has not ended.
            connection.execute(
                """INSERT OR IGNORE INTO main.run (kind, started, finished, summary)
                SELECT kind, started, finished, summary FROM old.run WHERE finished IS NULL"""
            )
            for table in _TABLES:
                named = "SELECT name FROM pragma_table_info(?, 'old')"
                columns = [row[0] for row in connection.execute(named, (table,))]
                # Each catalogue numbers runs by itself, so runs are matched by their start time.
                chosen = ", ".join(_RUN if (table, one) == ("visit", "run") else f'"{one}"' for one in columns)
                into = ", ".join(f'"{one}"' for one in columns)
                connection.execute(f"DELETE FROM main.{table}")
                connection.execute(f"INSERT INTO main.{table} ({into}) SELECT {chosen} FROM old.{table}")
    finally:
        connection.execute("DETACH old")


_RUN = """(SELECT made.id FROM old.run AS begun JOIN main.run AS made ON made.started = begun.started
    WHERE begun.id = visit.run)"""
