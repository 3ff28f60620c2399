"""A period's report, put together from its chapters."""

from datetime import date

from sqlmodel import Session

from app.errors import Refused
from app.i18n import Words
from app.reporting.periods import Period, Reporting
from app.reporting.queries import load_reporting
from app.reporting.words import named_period
from app.reports.against_plan import against_plan
from app.reports.agreements import agreements
from app.reports.delegations import delegations
from app.reports.model import Asked, Report
from app.reports.moves import moves
from app.reports.programmes import programmes
from app.reports.promises import promises
from app.vocabulary import PeriodKind

# Ten years tell of a policy; more is no period.
MOST_DAYS = 3660
# Lists are asked for no day before.
EARLIEST = date(1900, 1, 1)


def period_asked(reporting: Reporting, first: date | None, last: date | None, today: date) -> Period:
    """The days asked for; with neither end, the period of today. Raises Refused for a period that has not
    begun, ends before it begins, is too long, or is compared with days too long ago."""
    if first is None and last is None:
        return reporting.containing(reporting.every, today)
    if first is None or last is None:
        raise Refused("span_needed", field="to" if first else "from")
    if last < first:
        raise Refused("end_before_start", field="to")
    if first > today:
        raise Refused("period_ahead", field="from")
    if (last - first).days > MOST_DAYS:
        raise Refused("period_too_long", field="to", years=MOST_DAYS // 365)
    period = reporting.known(first, last)
    if reporting.before(period).first < EARLIEST:
        raise Refused("period_too_early", field="from", year=EARLIEST.year)
    return period


def report_on(session: Session, first: date | None, last: date | None, today: date, spoken: Words) -> Report:
    """The report. The number of statements depends on the years of plans it touches and on nothing else."""
    reporting = load_reporting(session)
    whole = period_asked(reporting, first, last, today)
    before = reporting.before(whole)
    counted = Period(whole.first, min(whole.last, today))
    asked = Asked(counted, before, today, spoken)
    return Report(
        name=named_period(spoken, whole),
        first=whole.first,
        last=whole.last,
        counted_to=counted.last,
        before=named_period(spoken, before),
        before_first=before.first,
        before_last=before.last,
        made_on=today,
        sections=[
            delegations(session, asked),
            agreements(session, asked),
            promises(session, asked),
            programmes(session, asked),
            moves(session, asked),
            against_plan(session, asked, reporting, whole),
        ],
    )


def presets(reporting: Reporting, today: date) -> list[tuple[PeriodKind, Period, Period]]:
    """The period of each length that today lies in, and the one before it; the longest first."""
    found = []
    for kind in reversed(PeriodKind):
        now = reporting.containing(kind, today)
        found.append((kind, now, reporting.before(now)))
    return found
