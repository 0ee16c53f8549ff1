"""Service: the endless work of `start`; the schedule package is its heartbeat, and what is due is stored in SQLite.

Apart from the verb, so that `creditline start --help` need not load what crawls and verifies.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from archive.disk import Disk, RealDisk
from archive.errors import CreditlineError, DiskFailed, HeldByAnother, Refused
from archive.warc.capture import NoteKind
from db import fixity_log, runs
from db.catalogue import Catalogue
from db.errors import BROKEN_FILE, CatalogueRefused
from db.frontier import Frontier
from db.query.overview import overview
from db.query.terms_history import change_line
from ingest.collection.collection import Clock, Collection, Layout, open_for_work, read_settings
from ingest.collection.leases import WorkersVisit
from ingest.collection.run_lock import Locked
from ingest.collection.status import read_status
from ingest.crawl.report import Report
from ingest.crawl.run import Order, Run
from ingest.crawl.run_setup import fetch_settings, visiting
from ingest.progress import Progress, counted
from ingest.service.alerts import Alerts, Ways
from ingest.service.unit import Manager
from ingest.settings.errors import BadSettings
from ingest.settings.quiet_hours import QuietHours
from ingest.settings.values import publisher_of, schedule_of
from ingest.verification.audit import audit, event_of, of_everything

if TYPE_CHECKING:
    import schedule

SLOWEST_BEAT = 30.0
"""Seconds between two checks of what is due, at most."""
_PATIENCE = 3600.0
"""Seconds for which pages that are due wait for more of them, at least. Each visit reads the robots.txt of its hosts
and closes a file for each publisher."""
_ROOM_FOR_NOTES = 1 << 20
"""Bytes that must be free on the disk before a verification begins, for what it records."""
_VISITS = ("run", "visit", "fold", "shared")
"""The kinds of runs over all publishers; a failed one is of the kind `visit`."""
# A signal takes effect within this time, whatever the beat.
_SLICE = 0.2

Notify = Callable[[dict[str, object]], None]


def wait_for_more(every: float) -> float:
    """Return for how many seconds pages that are due wait for more of them, if lists are read *every* so many seconds.

    An hour, or a sixth of longer intervals: whoever wants fewer visits, and so fewer files, looks less often.
    """
    return min(every, max(_PATIENCE, every / 6))


class Service:
    """Repeatedly checks what is due and does it. If a job raises, that is recorded, and the next one runs."""

    def __init__(
        self,
        layout: Layout,
        progress: Progress,
        notify: Notify,
        *,
        clock: Clock,
        disk: Disk | None = None,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._layout, self._settings = layout, read_settings(layout)
        self._progress, self._notify, self._clock = progress, notify, clock
        self._disk = disk or RealDisk()
        self._environment, self._manager = environment, Manager(environment)
        self._alerts = Alerts(self._ways, str(layout.directory.absolute()), notify)
        self._failed: dict[str, datetime] = {}
        self._rests: dict[str, float] = {}
        self._told: dict[str, str] = {}
        self._paused = False

    def work(self, stopped: Callable[[], bool], sleep: Callable[[float], None]) -> None:
        """Work until *stopped*; a run in progress ends after its present page."""
        from schedule import Scheduler

        # Not the library's default scheduler, which is global: two services in one process would share it.
        heart: schedule.Scheduler = Scheduler()
        beat = min(SLOWEST_BEAT, max(_SLICE, self._discover / 10))

        def asked() -> bool:
            # Called between pages, files and beats; when these calls stop, systemd notices that the work hangs.
            self._manager.alive()
            return stopped()

        self._manager.say("READY=1", "STATUS=looking for what is due")
        # schedule counts in whole seconds; shorter beats are for tests only.
        heart.every(max(1, round(beat))).seconds.do(self._beat, asked)
        self._beat(asked)
        # Between beats, only failures and a full disk are remembered. What is due is read from the catalogue each time,
        # so a killed service continues as if nothing had happened.
        while not asked():
            # The library keeps the time of the next beat by the clock on the wall, which may be set back.
            if (heart.idle_seconds or 0) > SLOWEST_BEAT + 1:
                heart.run_all()
            heart.run_pending()
            sleep(_SLICE)
        self._manager.say("STOPPING=1")

    def _ways(self) -> Ways:
        """Return the ways to send alerts by the present settings."""
        means = fetch_settings(self._settings, self._layout.directory)
        return Ways(self._settings.alert, means, self._environment, self._clock)

    def _beat(self, stopped: Callable[[], bool]) -> None:
        """Do what is due now, one job after the other."""
        for name, due, job in (
            # Visits come first: an unseen version of a page is lost, but bytes can be verified tomorrow.
            ("visit", self._visit_may_begin, self._visit),
            ("verify", self._verify_may_begin, self._verify),
        ):
            if stopped() or self._is_resting(name):
                continue
            try:
                # Read the settings again, so that changes take effect with the next job.
                self._settings = read_settings(self._layout)
                if due():
                    self._do(name, job, stopped)
            # Another command or workers use the collection. The job is still due at the next beat, so waiting loses
            # nothing.
            except (Locked, HeldByAnother, WorkersVisit) as locked:
                self._notify({"event": "job", "job": name, "skipped": str(locked)})
            # This is reported and tried again later, but not recorded: there is no place for it, or any command tells
            # it. `rebuild`, `verify --repair` or corrected settings mend it while the service is running; then the work
            # continues.
            except (DiskFailed, CatalogueRefused, BadSettings, Refused) as failed:
                self._failed[name] = self._clock()
                self._notify({"event": "job", "job": name, "failed": str(failed), "hint": failed.hint})
                self._alert_failure(name, str(failed))
            except Exception as error:  # noqa: BLE001 - the service's edge: one job must not end the others
                self._failed[name] = self._clock()
                # Record it in the collection, too, because those who read `status` may not see this output.
                self._record_failure(name, error)

    def _do(self, name: str, job: Callable[[Callable[[], bool]], None], stopped: Callable[[], bool]) -> None:
        """Do a job, and report the result to systemd, the watcher and people."""
        self._notify({"event": "job", "job": name})
        self._manager.say(f"STATUS={name}, since {self._clock():%Y-%m-%d %H:%M} UTC")
        job(stopped)
        self._manager.say("STATUS=looking for what is due")
        self._told.pop(name, None)
        self._rests.pop(name, None)
        self._alerts.ended(failed=False)
        reserve = self._settings.store.reserve_bytes
        state = read_status(self._layout.directory, reserve, self._clock(), collected=self._collected())
        self._alerts.look(state.attention)

    def _alert_failure(self, name: str, what: str) -> bool:
        """Report a failure; return whether it is another than that of the last attempt."""
        self._alerts.ended(failed=True)
        # Report it once and not on every attempt, because a lasting failure is tried twice a minute.
        if self._told.get(name) == what:
            return False
        self._told[name] = what
        self._alerts.event(f"the job {name} failed: {what}")
        return True

    def _is_resting(self, name: str) -> bool:
        """Say whether a failed job has to wait: it rests for the slowest beat, so that it is not tried in a loop; if it
        failed in the same unexpected way before, for an hour."""
        failed = self._failed.get(name)
        # Take the absolute difference: after the clock was set back, the job would otherwise rest too long.
        return failed is not None and abs(self._clock() - failed) < timedelta(
            seconds=self._rests.get(name, SLOWEST_BEAT)
        )

    def _at_work(self) -> AbstractContextManager[Collection]:
        return open_for_work(self._layout, self._settings, clock=self._clock, disk=self._disk)

    def _has_room(self) -> bool:
        """Say whether the disk has room beyond its reserve; report each change.

        After a pause a tenth more is needed, so that work does not stop and start with every few bytes.
        """
        free, reserve = self._disk.free(self._layout.directory), self._settings.store.reserve_bytes
        self._pause(free < (reserve * 1.1 if self._paused else reserve), free)
        return not self._paused

    def _pause(self, paused: bool, free: int) -> None:
        if paused != self._paused:
            reserve = self._settings.store.reserve_bytes
            self._notify({"event": "paused" if paused else "resumed", "free": free, "reserve": reserve})
            self._alerts.event("the disk is full: nothing is fetched" if paused else "there is room: work goes on")
        self._paused = paused

    def _record_failure(self, name: str, error: Exception) -> None:
        what = f"{type(error).__name__}: {error}"
        is_new = self._alert_failure(name, what)
        self._notify({"event": "job", "job": name, "failed": what, "trace": traceback.format_exc(limit=8)})
        # Each record is kept for ever, and makes a file.
        if not is_new:
            self._rests[name] = _PATIENCE
            return
        now = self._clock()
        body = {"kind": name, "started": now.isoformat(), "finished": now.isoformat()}
        try:
            with self._at_work() as work:
                # Written like the note of a run, so that `status`, which prints the newest finished run, shows it.
                work.note(NoteKind.RUN, {**body, "summary": {"job failed": what}})
        # Anything that prevents opening the collection: a disk that is not mounted, or a file or the catalogue found
        # damaged during a job. The work continues after it is repaired.
        except (CreditlineError, OSError, BROKEN_FILE) as unrecorded:
            self._notify({"event": "job", "job": name, "unrecorded": str(unrecorded)})

    # ── Visit ─────────────────────────────────────────────────────────────────────────────────────

    def _visit_may_begin(self) -> bool:
        return not self._is_quiet() and self._visit_is_due() and self._has_room()

    def _is_quiet(self) -> bool:
        said = self._settings.schedule.quiet
        return said is not None and QuietHours.of(said).contains(self._clock())

    def _is_new(self) -> bool:
        """Say whether there is nothing but settings, as a person wrote them, so that the first run makes the rest."""
        warcs = self._layout.warcs
        return not self._layout.catalogue.exists() and not any(warcs.glob("*.warc*"))

    def _collected(self) -> list[str]:
        return [publisher_of(one).id for one in self._settings.publishers]

    def _visit_is_due(self) -> bool:
        if self._is_new():
            return True
        now = self._clock()
        catalogue = Catalogue.open(self._layout.catalogue, read_only=True)
        try:
            seen = overview(catalogue.connection, now, self._collected())
            # Runs over all publishers, and failed ones: a single page that somebody visits puts nothing off. Runs that
            # a clock dated later do not count, or the next would wait until that time comes.
            ended = (runs.before(catalogue.connection, kind, now) for kind in _VISITS)
            # If the clock was set back since, a run may end after now.
            times = (one.finished if one.finished <= now else one.started for one in ended if one and one.finished)
            last = max(times, default=None)
            # An interrupted run, and the very first one, do not wait for the interval.
            if seen.unfinished is not None or last is None:
                return True
        finally:
            catalogue.close()
        age = (now - last).total_seconds()
        every = self._discover
        # Collect due pages for a while, so that a host is not asked for one page a minute all day.
        return age >= every or (seen.due > 0 and age >= wait_for_more(every))

    @property
    def _discover(self) -> float:
        """The shortest interval in seconds at which any publisher's lists are to be read."""
        schedule = self._settings.schedule
        return min([schedule_of(schedule, one).discover for one in self._settings.publishers] or [schedule.discover])

    def _stopped_by(self, stopped: Callable[[], bool]) -> Callable[[], bool]:
        return lambda: stopped() or self._is_quiet()

    def _visit(self, stopped: Callable[[], bool]) -> None:
        with (
            self._at_work() as work,
            visiting(work) as (pipeline, queues),
        ):
            for remark in work.remarks():
                self._notify({"event": "job", "job": "visit", "remark": remark})
            # A run that reaches the quiet hours is interrupted, and continues after them.
            told = self._stopped_by(stopped)
            report: Report = Run(work, pipeline, queues, self._progress, told).go(Order(due_only=True))
        self._notify({"event": "summary", **report.tally.summary(), "left": report.left, "stopped": report.stopped})
        for change in report.changes:
            self._alerts.event(change_line(change))
        if report.full is not None:  # the space freed by closing the database does not count
            self._pause(True, report.full.free)

    # ── Verify ────────────────────────────────────────────────────────────────────────────────────

    def _verify_may_begin(self) -> bool:
        # On a disk without any room it would take hours, fail at its last step, and begin again.
        return self._verify_is_due() and self._disk.free(self._layout.directory) >= _ROOM_FOR_NOTES

    def _verify_is_due(self) -> bool:
        if self._is_new():
            return False
        catalogue = Catalogue.open(self._layout.catalogue, read_only=True)
        try:
            now = self._clock()
            last = fixity_log.last_round(catalogue.connection, until=now)
            begun = Frontier(catalogue).first_run()
        finally:
            catalogue.close()
        # If it was never verified, count from its first run; otherwise verification would never be due.
        since = last or begun
        return since is not None and (now - since).total_seconds() >= self._settings.schedule.verify

    def _verify(self, _stopped: Callable[[], bool]) -> None:
        with self._at_work() as work:
            began = self._clock()
            plan = of_everything(work.layout, work.catalogue)
            # One process is enough: nobody waits, and the machine may have other work.
            seen = audit(work.layout, plan, jobs=1, report=lambda _done, _total, _name: self._manager.alive())
            work.note(NoteKind.FIXITY, event_of(seen, plan, began))
        self._notify({"event": "fixity", "records": seen.records, "faults": len(seen.faults)})
        if seen.faults:
            first = f"{seen.faults[0].file}: {seen.faults[0].what}"
            self._alerts.event(f"verification found {counted(len(seen.faults), 'fault')}, the first: {first}")
