"""Stages: run `creditline` with a stopwatch at each stage of the pipeline, and write the CPU time of each to a file.

A stopwatch measures its own thread, and pauses while a stage inside another is measured. Readers are separate
processes:
their time is that of the process tree minus that of this process (see `cost.py`).

    python benchmarks/stages.py RESULT.json CREDITLINE-ARGUMENTS...
"""

import json
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pebble.pool.process import PoolManager

from archive.disk import RealDisk
from archive.store import Archive
from db.catalogue import Catalogue
from db.frontier import Frontier
from db.search.index import SearchIndex
from ingest.cataloguing.cataloguer import Cataloguer
from ingest.cataloguing.reader_pool import ReaderPool
from ingest.cli.app import main
from ingest.crawl import run_setup
from ingest.crawl.pipeline import Pipeline
from ingest.crawl.run import Run

STAGES: tuple[tuple[str, Any, str], ...] = (
    ("fetch", run_setup, "fetch"),
    ("keep", Archive, "keep"),
    ("keep", Archive, "sync"),
    ("capture rows", Catalogue, "add_captures"),
    ("visit rows", Frontier, "done"),
    ("visit rows", Frontier, "pending"),
    ("catalogue", Catalogue, "add"),
    ("search index", SearchIndex, "write"),
    ("commit", RealDisk, "commit"),
    ("pass pages to readers and back", PoolManager, "schedule"),
    ("pass pages to readers and back", PoolManager, "process_next_message"),
    ("hand to reader", ReaderPool, "submit"),
    ("take entity apart", Cataloguer, "begin"),
    ("plan the next visits", Run, "_settled"),
    ("the loop around all this", Pipeline, "drain"),
    ("tell", Run, "_count"),
)


class Stopwatches:
    """CPU time in seconds by stage, each without the stages inside it."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._inner = threading.local()
        self._lock = threading.Lock()

    def timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return *function* with a stopwatch for *stage*."""

        def run(*arguments: Any, **named: Any) -> Any:
            before, self._inner.spent = getattr(self._inner, "spent", 0.0), 0.0
            began = time.thread_time()
            try:
                return function(*arguments, **named)
            finally:
                whole = time.thread_time() - began
                with self._lock:
                    self.spent[stage] += whole - self._inner.spent
                self._inner.spent = before + whole

        return run


def watched() -> Stopwatches:
    """Wrap the functions of all stages in this process with stopwatches."""
    watches = Stopwatches()
    for stage, owner, name in STAGES:
        setattr(owner, name, watches.timed(stage, getattr(owner, name)))
    return watches


if __name__ == "__main__":
    target, sys.argv[1:] = Path(sys.argv[1]), sys.argv[2:]
    # Until here, nearly all time went into loading modules.
    loaded = time.process_time()
    watches = watched()
    try:
        main()
    finally:
        spent = {**watches.spent, "load modules": loaded, "all of this process": time.process_time()}
        target.write_text(json.dumps(spent), encoding="utf-8")
