"""One entry of a calendar, whatever it stands for, and how far a feed looks."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.config import settings
from app.models import Record

# How far a feed looks: a calendar is for what comes, and last year is in the register.
BACK, AHEAD = timedelta(days=366), timedelta(days=731)


@dataclass(frozen=True, slots=True)
class Span:
    """The days a feed covers, the last among them."""

    first: date
    last: date

    @classmethod
    def around(cls, today: date) -> "Span":
        """What a feed covers today."""
        return cls(today - BACK, today + AHEAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry. `uid` names it for good; `sequence` never falls, and grows when its record changes; `stamp`
    is when that was, None where nobody changes it.

    Days: `ends` is the last one, itself included. Moments without a zone are wall-clock times: of the home
    city where `home`, else of the place where they are kept (RFC 5545, 3.3.5, form 1).
    """

    uid: str
    sequence: int = 0
    stamp: datetime | None = None
    summary: str
    starts: date
    ends: date
    home: bool = True
    place: str | None = None
    about: tuple[str, ...] = ()
    path: str | None = None
    cancelled: bool = False
    tentative: bool = False

    @property
    def url(self) -> str | None:
        """The page in the register."""
        return settings().public_url.rstrip("/") + self.path if self.path else None


def of_record(row: Record) -> tuple[int, datetime | None]:
    """The sequence and the stamp of an entry that stands for one record."""
    return row.version - 1, row.updated_at or row.created_at
