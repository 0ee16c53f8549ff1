"""Working rows: the frontier and what was learnt of hosts, which no record holds, taken over by a catalogue that is
made anew of the records.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from db.catalogue import Catalogue

_TABLES = ("visit", "left_out", "host_dialect")


def take_over(catalogue: Catalogue, before: Path) -> None:
    """Give *catalogue*, made anew, the working rows of the one at *before* in the place of its own.

    A rebuild does without them, for they may be lost with the catalogue; whoever has pages read again has not lost it.
    """
    connection = catalogue.connection
    connection.execute("ATTACH ? AS old", (f"file:{quote(str(before.absolute()))}?mode=ro",))
    try:
        with catalogue.transaction():
            # A run that has not ended is known to no record.
            connection.execute(
                """INSERT OR IGNORE INTO main.run (kind, started, finished, summary)
                SELECT kind, started, finished, summary FROM old.run WHERE finished IS NULL"""
            )
            for table in _TABLES:
                named = "SELECT name FROM pragma_table_info(?, 'old')"
                columns = [row[0] for row in connection.execute(named, (table,))]
                # Runs are counted in each catalogue by itself; the moment of their beginning is theirs alone.
                chosen = ", ".join(_RUN if (table, one) == ("visit", "run") else f'"{one}"' for one in columns)
                into = ", ".join(f'"{one}"' for one in columns)
                connection.execute(f"DELETE FROM main.{table}")
                connection.execute(f"INSERT INTO main.{table} ({into}) SELECT {chosen} FROM old.{table}")
    finally:
        connection.execute("DETACH old")


_RUN = """(SELECT made.id FROM old.run AS begun JOIN main.run AS made ON made.started = begun.started
    WHERE begun.id = visit.run)"""
