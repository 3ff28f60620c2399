"""Loads the deadlines that the law and the department set, and Vietnam's days off; `migrate` does it too.

A kind of deadline that has a rule, and a day that is entered, stay as the installation keeps them.
"""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from app.actor import Actor, system
from app.db import Database
from app.deadlines.schemas import HolidayIn, RuleIn
from app.deadlines.service import add_holidays, add_rule
from app.models import Holiday, ProcedureRule
from app.schemas import parse
from app.vocabulary import Door
from seed.files import Row, rows

TABLES = ("procedure_rules", "holidays")


def load(database: Database) -> dict[str, int]:
    """Add the rules and days off that are not there yet; the number of each."""
    with database.read() as session:
        if not any(missing(session).values()):
            return dict.fromkeys(TABLES, 0)
    with database.write() as session:
        found = missing(session)
        for table, wanted in found.items():
            for row in wanted:
                add(session, system(Door.seed), table, row)
    return {table: len(wanted) for table, wanted in found.items()}


def missing(session: Session) -> dict[str, list[Row]]:
    """The rows of the files that the installation knows nothing of."""
    ruled = {code.value for code in session.scalars(sa.select(ProcedureRule.code))}
    known = {day.isoformat() for day in session.scalars(sa.select(Holiday.on))}
    return {
        "procedure_rules": [row for row in rows("procedure_rules") if row["code"] not in ruled],
        "holidays": [row for row in rows("holidays") if row["on"] not in known],
    }


def add(session: Session, actor: Actor, table: str, row: Row) -> Any:
    """Enter one row through the services."""
    if table == "procedure_rules":
        data = {name: row[name] for name in RuleIn.model_fields}
        return add_rule(session, actor, parse(RuleIn, data))
    data = {name: row[name] for name in HolidayIn.model_fields if row.get(name)}
    return add_holidays(session, actor, parse(HolidayIn, data | {"works": row["works"] == "1"}))
