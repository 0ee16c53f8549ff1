"""Politeness: when a host may be asked again. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

DEFAULT_DELAY = 1.0
"""Seconds between two pages of a host."""
# At a minute a page a thousand pages take 17 hours; for comparison, Heritrix heeds up to 300 seconds.
CRAWL_DELAY_LIMIT = 60.0
# Some fields ask for a thousand years; a week is also the last step of the retry ladder.
RETRY_AFTER_LIMIT = timedelta(days=7)
REST_LIMIT = timedelta(minutes=2)
"""How long a run waits for a host that asks for a rest; the pages of one that asks for longer are put off."""
# The rests before the fifth take 75 seconds together: so much, and no more, is spent on a dead host in a run.
SETBACKS_LIMIT = 5
"""After so many setbacks in a row a host is left alone for the rest of a run."""

# Both are defined with Retry-After (RFC 6585 section 4, RFC 9110 section 15.6.4).
BUSY = frozenset({429, 503})
"""Statuses that ask for a rest."""

_BACK_OFF = timedelta(seconds=5)
_BACK_OFF_LIMIT = timedelta(hours=1)


def delay_for(*, setting: float | None, crawl_delay: float | None, loopback: bool) -> float:
    """Return the seconds to leave between two pages of a host.

    *setting* is what the settings say, if anything; else one second, and none for a host that [connect] maps
    to loopback. What robots.txt asks for lengthens it, to a minute at most.
    """
    usual = 0.0 if loopback else DEFAULT_DELAY
    chosen = usual if setting is None else setting
    # The longer of both: settings make a run slower than robots.txt asks for, never faster.
    return max(chosen, min(crawl_delay or 0.0, CRAWL_DELAY_LIMIT))


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Return how long a Retry-After field asks to wait from *now*, at most a week; None if it cannot be
    read.

    Seconds or an HTTP date (RFC 9110 section 10.2.3); a date that has passed is no wait.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        # Ten digits are more than the limit already, and a timedelta holds no more.
        return min(timedelta(seconds=int(text[:10])), RETRY_AFTER_LIMIT)
    try:
        until = parsedate_to_datetime(text)
    # Whoever writes it may give a year or a zone of twenty digits.
    except (ValueError, OverflowError):
        return None
    # A date whose zone is -0000 is read as naive; HTTP dates are in UTC (RFC 9110 section 5.6.7).
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(aware - now, timedelta()), RETRY_AFTER_LIMIT)


@dataclass(frozen=True, slots=True)
class Pace:
    """How a host is to be treated now.

    Attributes:
        delay: seconds between the end of one answer and the next request.
        ready: when it may be asked next; None: now.
        setbacks: how many answers in a row were 429, 503 or none at all.
    """

    delay: float
    ready: datetime | None = None
    setbacks: int = 0

    @property
    def exhausted(self) -> bool:
        """Whether the host is better left alone for the rest of the run."""
        return self.setbacks >= SETBACKS_LIMIT

    def wait(self, now: datetime) -> float:
        """Return the seconds to wait from *now* until the host may be asked."""
        return max(0.0, (self.ready - now).total_seconds()) if self.ready else 0.0

    def after(self, now: datetime, status: int | None, retry_field: str | None = None) -> Pace:
        """Return the pace after an answer that ended at *now*; *status* None stands for a connection that
        failed.

        After 429, 503 or no answer the host rests for what its Retry-After says, a week at most, else 5 seconds,
        doubled with every setback that follows, an hour at most.
        """
        usual = timedelta(seconds=self.delay)
        # Any other answer, an error too, shows that the host is well: setbacks are counted anew.
        if status is not None and status not in BUSY:
            return Pace(self.delay, now + usual)
        asked = retry_after(retry_field, now)
        # The exponent is bounded before the hour is: after many setbacks the power is more than a timedelta holds.
        rest = asked if asked is not None else min(_BACK_OFF * 2 ** min(self.setbacks, 12), _BACK_OFF_LIMIT)
        return Pace(self.delay, now + max(usual, rest), self.setbacks + 1)
