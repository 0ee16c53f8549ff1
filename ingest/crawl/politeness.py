"""Politeness: when a host may be asked for the next page. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

DEFAULT_DELAY = 1.0
"""Seconds between two pages of a host."""
# In seconds. At one page per minute, 1,000 pages take 17 hours. Heritrix, for comparison, respects up to 300 seconds.
CRAWL_DELAY_LIMIT = 60.0
# Some Retry-After fields ask for a thousand years. A week is also the last step of the retry ladder.
RETRY_AFTER_LIMIT = timedelta(days=7)
REST_LIMIT = timedelta(minutes=2)
"""How long a run waits for a host that asks for a rest; if it asks for longer, its pages are left for a later run."""
# The first four rests take 75 seconds together: a run spends no more time than that on a dead host.
SETBACKS_LIMIT = 5
"""After this many setbacks in a row, a host is left alone for the rest of the run."""

# Both are defined with Retry-After (RFC 6585 section 4, RFC 9110 section 15.6.4).
BUSY = frozenset({429, 503})
"""Statuses that ask for a rest."""

_BACK_OFF = timedelta(seconds=5)
_BACK_OFF_LIMIT = timedelta(hours=1)


def delay_for(*, setting: float | None, crawl_delay: float | None, loopback: bool) -> float:
    """Return the seconds to wait between two pages of a host.

    *setting* is the delay from the settings, if any. Without it the delay is one second, or none for a host that
    [connect] maps to *loopback*. A *crawl_delay* from robots.txt can lengthen it, to one minute at most.
    """
    usual = 0.0 if loopback else DEFAULT_DELAY
    chosen = usual if setting is None else setting
    # The longer of the two: settings can make a run slower than robots.txt asks for, never faster.
    return max(chosen, min(crawl_delay or 0.0, CRAWL_DELAY_LIMIT))


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Return how long a Retry-After field asks to wait from *now*, at most a week; None if it cannot be read.

    The field holds seconds or an HTTP date (RFC 9110 section 10.2.3). A date in the past means no wait.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        # Ten digits exceed the limit already, and a timedelta cannot hold many more.
        return min(timedelta(seconds=int(text[:10])), RETRY_AFTER_LIMIT)
    try:
        until = parsedate_to_datetime(text)
    # A server may send a year or a zone of twenty digits.
    except (ValueError, OverflowError):
        return None
    # Python reads a date with zone -0000 as naive; HTTP dates are in UTC (RFC 9110 section 5.6.7).
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(aware - now, timedelta()), RETRY_AFTER_LIMIT)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a host may be asked.

    Attributes:
        delay: seconds from the end of one response to the next request.
        ready: when the host may be asked next; None: now.
        setbacks: how many requests in a row ended in status 429, 503 or no answer.
    """

    delay: float
    ready: datetime | None = None
    setbacks: int = 0

    @property
    def exhausted(self) -> bool:
        """Whether the host failed so often that the run leaves it alone."""
        return self.setbacks >= SETBACKS_LIMIT

    def wait(self, now: datetime) -> float:
        """Return the seconds to wait from *now* until the host may be asked."""
        return max(0.0, (self.ready - now).total_seconds()) if self.ready else 0.0

    def after(self, now: datetime, status: int | None, retry_field: str | None = None) -> Pace:
        """Return the pace after a response that ended at *now*; *status* None means that the connection failed.

        After 429, 503 or a failed connection the host rests. The rest is what Retry-After says, at most a week. Without
        that field it is 5 seconds, doubled with each further setback, at most an hour.
        """
        usual = timedelta(seconds=self.delay)
        # Any other status, even an error, shows that the host works: start counting setbacks again.
        if status is not None and status not in BUSY:
            return Pace(self.delay, now + usual)
        asked = retry_after(retry_field, now)
        # Limit the exponent first: after many setbacks the product would overflow a timedelta.
        rest = asked if asked is not None else min(_BACK_OFF * 2 ** min(self.setbacks, 12), _BACK_OFF_LIMIT)
        return Pace(self.delay, now + max(usual, rest), self.setbacks + 1)
