"""`creditline start`: keep working in the foreground, on the schedule in the settings."""

from __future__ import annotations

import os
import pwd
import re
import sys
import time
from pathlib import Path

import click

from archive.errors import Exit, Refused
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.commands.flags import settings_for
from ingest.progress import counted


@click.command(cls=Verb)
@click.option(
    "--install",
    type=click.Choice(["systemd"]),
    help="Do not start; write a systemd unit file that keeps it running. For root, it is a system service.",
)
@click.pass_obj
def command(console: Console, install: str | None) -> None:
    """Look for new pages, revisit known ones, and verify, on the schedule in the settings. Ctrl-C or SIGTERM ends it
    after the present page; what is due is stored in the catalogue, so nothing is forgotten. If something needs
    attention, it sends a webhook or mail, as [alert] in the settings says; see docs/operations.md. If one already works
    on the collection, a second ends with exit code 8.
    """
    from ingest.cli.signals import stopping
    from ingest.collection.collection import Layout, now, read_settings
    from ingest.collection.run_lock import service_lock
    from ingest.commands.reading_room import room_open
    from ingest.service.service import Service

    layout = Layout(console.directory)
    # Checked here and not in the service: to start with nothing to do is a mistake, but having no publishers left later
    # is not.
    urls = [options.url for options in read_settings(layout).publishers]
    if not urls:
        raise Refused("no publisher is set", "add one: creditline add https://example.org/", Exit.SETTINGS)
    settings = settings_for(layout, urls, contact=None, connect=())
    if install:
        _install(console, layout.directory)
        return

    def notify(event: dict[str, object]) -> None:
        if not console.quiet:
            console.out_json({"at": now().isoformat(timespec="seconds"), **event})

    # Before anything is said or opened: the second of two services ends here.
    with service_lock(layout.directory, now=now()), stopping() as stop, console.progress("Visiting") as progress:
        console.talk(f"Working on {counted(len(urls), 'publisher')}; stop with Ctrl-C")
        with room_open(layout, settings, notify, stop):
            Service(layout, progress, notify, clock=now, environment=os.environ).work(stop, time.sleep)
    sys.exit(stop.code or Exit.DONE)


def _install(console: Console, directory: Path) -> None:
    from ingest.service import unit

    owner = directory.stat().st_uid
    system = os.geteuid() == 0
    # Never as root: a program that reads strangers' bytes should own only the collection.
    user = pwd.getpwuid(owner).pw_name if system else None
    if user == "root":
        raise Refused(
            f"{directory.absolute()} belongs to root, and the service would run as root",
            "give it to a user of its own: useradd --system creditline && chown -R creditline DIR",
            Exit.USAGE,
        )
    slug = re.sub(r"[^A-Za-z0-9]+", "-", directory.absolute().name).strip("-").lower() or "collection"
    if user is not None:
        _require_reachable(user)
    path, changed = unit.install(unit.unit(directory, user=user), f"creditline-{slug}", os.environ, system=system)
    console.out(f"{path}: {'written' if changed else 'as it was'}")
    flag = "" if system else "--user "
    console.talk(f"Next: systemctl {flag}daemon-reload && systemctl {flag}enable --now {path.name}")
    console.talk(f"It writes what it does to the journal: journalctl {flag}-u {path.name}")


def _require_reachable(user: str) -> None:
    """Refuse a program that the *user* of the service may not execute, as one in the home of root."""
    from ingest.service import unit

    held = pwd.getpwnam(user)
    groups = os.getgrouplist(user, held.pw_gid)
    for program in (Path(sys.argv[0]).absolute(), Path(sys.executable).resolve()):
        closed = unit.unreachable(program, held.pw_uid, groups)
        if closed is not None:
            raise Refused(
                f"{user} may not execute {program}: {closed} is closed to that user",
                "install Creditline and its Python where all may read them, as in /opt/creditline",
                Exit.USAGE,
            )
