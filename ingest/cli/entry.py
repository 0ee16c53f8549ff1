"""The entry of the program: it loads the command, which takes a moment, and lets Ctrl-C end that moment quietly."""

from __future__ import annotations

import os
import signal
from contextlib import suppress


def main() -> None:
    """Load and run the command."""
    # A shell has a command in the background, and `nohup`, ignore Ctrl-C: leave that as it is.
    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if ours:
        signal.signal(signal.SIGINT, _end)
    # Here, because loading it takes longer than a person needs for a second thought.
    from ingest.cli import app

    if ours:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        app.main()
    finally:
        if ours:
            # Python still clears up, and would print the traceback of a Ctrl-C that comes now.
            signal.signal(signal.SIGINT, signal.SIG_DFL)


def _end(*_signal: object) -> None:
    """End the process at once: an exception could be swallowed by the module that is being loaded."""
    with suppress(OSError):
        os.write(2, b"\ncreditline: stopped before anything was done\n  type the command again to do it\n")
    # The number of archive.errors.Exit.INTERRUPTED; loading that module takes too long, too.
    os._exit(130)
