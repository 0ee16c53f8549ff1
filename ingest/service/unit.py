"""Unit: `start` as a service of systemd: the unit file, and messages to systemd while it runs (sd_notify)."""

from __future__ import annotations

import re
import socket
import sys
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from archive.errors import Exit, Refused

WATCHDOG = 600
"""Seconds without a message after which systemd restarts the service. This is longer than the time limits for an
exchange and for reading a page, and than verifying any single file."""


def unit(directory: Path, *, user: str | None) -> str:
    """Return the unit file of the service for *directory*; it runs as *user*, or as the user who installs it.

    The service may write only to the collection. It reads secrets from an environment file, if there is one.
    """
    program = Path(sys.argv[0]).absolute()
    folder = _quoted(str(directory.absolute()))
    lines = [
        "[Unit]",
        f"Description=Creditline: keep what think tanks publish, in {str(directory.absolute()).replace('%', '%%')}",
        "Wants=network-online.target",
        "After=network-online.target",
        "",
        "[Service]",
        "Type=notify",
        # In arguments, a dollar sign begins the name of a variable; in paths it has no special meaning.
        f"ExecStart={_quoted(str(program))} -C {folder.replace('$', '$$')} start",
        *([f"User={user}"] if user else []),
        f"EnvironmentFile=-{str(directory.absolute()).replace('%', '%%')}/secrets.env",
        "Restart=on-failure",
        # 130 and 143 mean that it was told to stop, which is not a failure; wrong settings would fail again.
        "SuccessExitStatus=130 143",
        "RestartPreventExitStatus=2 9",
        "RestartSec=60",
        f"WatchdogSec={WATCHDOG}",
        # Time to store and read the present page before it ends.
        "TimeoutStopSec=180",
        "Nice=10",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        f"ReadWritePaths={folder}",
        "PrivateTmp=yes",
        "ProtectKernelTunables=yes",
        "ProtectControlGroups=yes",
        "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
        "",
        "[Install]",
        f"WantedBy={'multi-user.target' if user else 'default.target'}",
    ]
    return "\n".join(lines) + "\n"


def _quoted(path: str) -> str:
    """Return *path* as one word of a unit file (systemd.service, COMMAND LINES)."""
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'


_FOLDER = re.compile(r"^ReadWritePaths=(.*)$", re.MULTILINE)


def unreachable(path: Path, user: int, groups: Collection[int]) -> Path | None:
    """Return the first part of *path* that a user with these ids may not enter or execute; None if there is none."""
    for part in (*reversed(path.parents), path):
        held = part.stat()
        allowed = 0o100 if held.st_uid == user else 0o010 if held.st_gid in groups else 0o001
        if not held.st_mode & allowed:
            return part
    return None


class Manager:
    """Tells systemd, if that started this process, that it is ready, alive, and what it does (sd_notify(3))."""

    def __init__(self, environment: Mapping[str, str], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        period = environment.get("WATCHDOG_USEC", "")
        # Half of the allowed time, as the manual recommends.
        self._pause = int(period) / 2_000_000 if period.isdigit() else None
        self._clock, self._said = monotonic, -1e9

    def say(self, *lines: str) -> None:
        """Send *lines*; do nothing if nobody listens."""
        if not self._address:
            return
        # A name in the abstract namespace is written with @ and begins with a zero byte.
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            try:
                channel.sendto("\n".join(lines).encode(), address)
            except OSError:
                # If systemd is gone, stop sending and go on working.
                self._address = ""

    def alive(self) -> None:
        """Report that the service is alive, as often as systemd expects it."""
        now = self._clock()
        if self._pause is not None and now - self._said >= self._pause:
            self._said = now
            self.say("WATCHDOG=1")


def install(text: str, name: str, environment: Mapping[str, str], *, system: bool) -> tuple[Path, bool]:
    """Write a unit file where systemd looks for it; return its path, and whether it was new or different.

    Raises:
        Refused: there is one of this name for another collection (usage).
        OSError: it cannot be written.
    """
    home = Path(environment.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    folder = Path("/etc/systemd/system") if system else home / "systemd" / "user"
    path = folder / f"{name}.service"
    held = path.read_text(encoding="utf-8") if path.exists() else text
    if path.exists() and held == text:
        return path, False
    # Names are made of the last part of the folder, which another folder may have, too.
    if (other := _FOLDER.findall(held)) != _FOLDER.findall(text):
        what = f"{path} is the unit of another collection, {''.join(other) or 'written by somebody else'}"
        raise Refused(what, "give this folder another name, or remove that unit first", Exit.USAGE)
    folder.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f".{path.name}.new")
    made.write_text(text, encoding="utf-8")
    made.replace(path)
    return path, True
