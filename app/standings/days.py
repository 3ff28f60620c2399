"""The standings of every partner as of any day, from today's files: for lists, counts, maps and reports.

The dossiers are read in a fixed number of statements and compiled once (app.standing.course.Course); any day
is then a look-up. What was compiled is remembered until the next write: turning from day to day costs little.

A list asks its usual statement of another day: `on_day` puts a table of that day before it under the name
`standing`, so filters, orders, counts and pages are the same text for today and for any other day.
"""

import json
from collections.abc import Callable, Hashable, Mapping
from datetime import date
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session

from app.history.service import plain
from app.models import StandingRow
from app.remembered import Remembered
from app.standing import Dossier, Policy, Standing
from app.standing.course import Course
from app.standings.columns import columns_of
from app.standings.dossiers import load_dossiers
from app.standings.plays import load_playbook
from app.standings.policy import load_policy

S = TypeVar("S", bound=Any)
T = TypeVar("T")
# All partners, by the policy in force and by one more.
_courses = Remembered(most=2)
_read = Remembered(most=1)
# A day of a thousand partners is half a megabyte.
_tables = Remembered(most=16)


def courses(session: Session, policy: Policy | None = None) -> Mapping[int, Course]:
    """The whole course of every partner's standing, by id, archived partners included; by the policy in force
    unless another is given."""

    def compiled() -> dict[int, Course]:
        months = policy or load_policy(session)
        return {key: Course(dossier, months) for key, dossier in _dossiers(session).items()}

    return _remembered(_courses, session, policy and policy.figures, compiled)


def _dossiers(session: Session) -> Mapping[int, Dossier]:
    """Read once for any number of policies that are tried on them."""
    return _remembered(_read, session, "all", lambda: load_dossiers(session))


def as_of_day(session: Session, day: date, policy: Policy | None = None) -> dict[int, Standing]:
    """What today's files say about every partner on a day, by id, archived partners included.

    Equal to `assess()` of each; by the policy in force unless another is given. A fixed number of statements.
    """
    return {key: course.standing(day) for key, course in courses(session, policy).items()}


def rows_of_day(session: Session, day: date, policy: Policy | None = None) -> dict[int, dict[str, Any]]:
    """The same as the columns in which a standing is stored, but for `refresh_on`."""
    playbook = load_playbook(session)
    return {
        key: columns_of(course.standing(day), course.evidence.dossier, course.evidence.policy, playbook)
        for key, course in courses(session, policy).items()
    }


def on_day(session: Session, statement: S, day: date | None) -> S:
    """The statement with `standing` meaning the standings of a day; as it is for None, which means today.

    A common table expression of that name hides the table from the whole statement, on both databases.
    """
    if day is None:
        return statement
    rows = _remembered(_tables, session, day, lambda: _written(rows_of_day(session, day)))
    dialect = session.get_bind().dialect.name
    found: S = statement.add_cte(_TABLES[dialect].params(rows_of_day=rows).cte("standing"))
    return found


def _remembered(place: Remembered, session: Session, key: Hashable, make: Callable[[], T]) -> T:
    """Nothing is remembered for a session that may have written what it reads."""
    return place.get(session, key, make) if session.info.get("read_only") else make()


def _written(rows: Mapping[int, Mapping[str, Any]]) -> str:
    return json.dumps(
        [
            {"partner_id": key, **{name: plain(value) for name, value in row.items()}}
            for key, row in rows.items()
        ]
    )


# Every column of the stored table, so that any statement finds its own; `refresh_on` is NULL.
_columns: list[Any] = list(StandingRow.__table__.columns)  # type: ignore[attr-defined]
_ROWS = sa.bindparam("rows_of_day", type_=sa.Text)


def _sqlite() -> Any:
    each = sa.func.json_each(_ROWS).table_valued("value")
    parts = (
        sa.func.json_extract(each.c.value, sa.literal_column(f"'$.{column.name}'")).label(column.name)
        for column in _columns
    )
    return sa.select(*parts)


def _postgresql() -> Any:
    typed = (sa.column(column.name, _plain_type(column.type)) for column in _columns)
    table = sa.func.json_to_recordset(sa.cast(_ROWS, sa.JSON)).table_valued(*typed)
    return sa.select(table.render_derived(name="day", with_types=True))


def _plain_type(stored: Any) -> Any:
    """A code's text without its CHECK, any other type as it is."""
    return sa.Text() if isinstance(stored, sa.Enum) else stored


_TABLES = {"sqlite": _sqlite(), "postgresql": _postgresql()}
