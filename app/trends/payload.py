"""Trends as programs read them."""

from dataclasses import dataclass
from datetime import date

from app.policy.queries import PolicyChange
from app.trends.queries import Trends
from app.trends.sheets import share
from app.vocabulary import Rung, Status


@dataclass(slots=True)
class MoveJson:
    """A partner that became stuck on a day, or ceased to be."""

    partner: str
    day: date
    was: Status
    now: Status


@dataclass(slots=True)
class MonthJson:
    """One month, read on its last day `end`; stuck then = stuck the month before + came - left."""

    start: date
    end: date
    status: dict[Status, int]
    rung: dict[Rung, int]
    came: list[MoveJson]
    left: list[MoveJson]


@dataclass(slots=True)
class CohortJson:
    """The partners whose first dated tie lies in a year (null: none is dated), as they stand on the last
    day; `months` are those from tie to first programme, of the ones that came so far."""

    year: int | None
    partners: int
    rung: dict[Rung, int]
    stuck: int
    months: list[int]
    median_months: float | None


@dataclass(slots=True)
class YearJson:
    """One year of the period: new ties, and of the partners with a tie at its end those that went deep;
    the first programmes that began in it, and the median of months since their ties."""

    year: int
    new_ties: int
    tied: int
    substantive: int
    share: float | None
    first_programmes: int
    median_months: float | None


@dataclass(slots=True)
class PolicyJson:
    """An edit of the policy in the period. All months are told by the policy in force today."""

    day: date
    changes: dict[str, list[int]]


@dataclass(slots=True)
class TrendsJson:
    """How the standings of the partners that fit moved; `before` counts them on the day before `start`."""

    start: date
    end: date
    partners: int
    before: dict[Status, int]
    months: list[MonthJson]
    years: list[YearJson]
    cohorts: list[CohortJson]
    policy: list[PolicyJson]


def trends_json(found: Trends) -> TrendsJson:
    """Everything the page tells, as data."""
    course = found.course
    return TrendsJson(
        start=found.period.start,
        end=found.period.end,
        partners=course.total,
        before=course.before,
        months=_months(found),
        years=_years(found),
        cohorts=[
            CohortJson(c.year, c.size, c.rungs, c.stuck, list(c.months), c.median) for c in found.cohorts
        ],
        policy=[_policy(edit) for edit in found.policy],
    )


def _months(found: Trends) -> list[MonthJson]:
    course, told = found.course, []
    for place, month in enumerate(course.months):
        moves = [(m.into, MoveJson(m.life.slug, m.day, m.was, m.now)) for m in course.moved[place]]
        told.append(
            MonthJson(
                start=month.start,
                end=month.end,
                status={status: counts[place] for status, counts in course.status.items()},
                rung={rung: counts[place] for rung, counts in course.rung.items()},
                came=[move for into, move in moves if into],
                left=[move for into, move in moves if not into],
            )
        )
    return told


def _years(found: Trends) -> list[YearJson]:
    course = found.course
    last = {month.end.year: place for place, month in enumerate(course.months)}
    return [
        YearJson(
            year=one.year,
            new_ties=found.new_ties[one.year],
            tied=course.tied(last[one.year]),
            substantive=course.deep(last[one.year]),
            share=share(found, last[one.year]),
            first_programmes=len(one.months),
            median_months=one.median,
        )
        for one in found.started
    ]


def _policy(edit: PolicyChange) -> PolicyJson:
    return PolicyJson(edit.day, {figure.name: [figure.was, figure.now] for figure in edit.what})
