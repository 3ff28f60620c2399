"""The only place that reads the clock.

A civil date belongs to the home city; an instant is UTC. Everything else gets `today` passed in.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from app.config import settings


def now() -> datetime:
    """This instant, UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The civil date in the home city, or the date that CITYTIES_TODAY fixes."""
    fixed = settings().today
    return fixed or local(now()).date()


def local(instant: datetime) -> datetime:
    """An instant as the home city's wall clock shows it."""
    return instant.astimezone(ZoneInfo(settings().time_zone))


def wall() -> datetime:
    """What calendar and clock of the home city show, on the day that CITYTIES_TODAY fixes; without a zone."""
    return datetime.combine(today(), local(now()).time())
