"""All standings, or some, assessed anew beside what is stored: what a preview shows and what a save writes.

There is one function for both, so that what was shown before an edit of the policy is what the edit does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from app.history.service import plain
from app.models import StandingRow
from app.standing import Course, Dossier, Policy, Standing, fresh_until
from app.standings.columns import columns_of, course_columns
from app.standings.days import courses
from app.standings.dossiers import load_dossiers
from app.standings.plays import Playbook

# What the history tells of a standing that changed; reasons by their codes.
TOLD = ("status", "rung", "underlying", "warmth", "step")
# Under this name the history keeps status, rung, warmth and reasons whole, before and after, for programs.
WHOLE = "standing"
_table = StandingRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Reassessed:
    """One partner: the columns stored until now (None: none yet), those that now hold but for how long they
    may be shown, and the standing they are made of."""

    partner_id: int
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]
    standing: Standing
    course: Course

    @property
    def dossier(self) -> Dossier:
        """The evidence."""
        return self.course.evidence.dossier

    @property
    def changes(self) -> dict[str, list[Any]]:
        """What the history tells: name -> [old, new]."""
        if self.before is None:
            return {}
        before, after = self.before, self.after
        found = {
            name: [plain(before[name]), plain(after[name])] for name in TOLD if before[name] != after[name]
        }
        was, now = codes(before["reasons"]), codes(after["reasons"])
        if was != now:
            found["reasons"] = [was, now]
        return found

    @property
    def told(self) -> dict[str, list[Any]]:
        """The changes as the history keeps them: with the standing before and after beside what differs."""
        if self.before is None or not (changes := self.changes):
            return {}
        return {**changes, WHOLE: [_whole(self.before), _whole(self.after)]}

    def to_write(self) -> dict[str, Any] | None:
        """Every column as it is to be stored; None where the row says so already."""
        policy, day = self.course.evidence.policy, self.standing.as_of
        after = {
            **self.after,
            **course_columns(self.course),
            "refresh_on": fresh_until(self.dossier, day, policy, self.standing),
        }
        if self.before is not None and all(self.before[name] == value for name, value in after.items()):
            return None
        return after


def reassess(
    session: Session,
    ids: Iterable[int] | None,
    policy: Policy,
    today: date,
    playbook: Playbook,
    *,
    lock: bool = False,
) -> list[Reassessed]:
    """Partners (all when None) under a policy; a fixed number of statements. `lock` takes the rows first, so
    that the evidence read is that of whoever held them before."""
    statement = sa.select(_table).order_by(_table.c.partner_id)
    wanted = None if ids is None else sorted(set(ids))
    if wanted is not None:
        statement = statement.where(_table.c.partner_id.in_(wanted))
    if lock:
        statement = statement.with_for_update()
    stored: dict[int, Mapping[str, Any]] = {
        row["partner_id"]: dict(row) for row in session.execute(statement).mappings()
    }
    found: Mapping[int, Course] = (
        courses(session, policy)
        if wanted is None
        else {key: Course(dossier, policy) for key, dossier in load_dossiers(session, wanted).items()}
    )
    return [_assessed(key, stored.get(key), course, today, playbook) for key, course in found.items()]


def _assessed(
    key: int, before: Mapping[str, Any] | None, course: Course, today: date, playbook: Playbook
) -> Reassessed:
    standing, evidence = course.standing(today), course.evidence
    after = columns_of(standing, evidence.dossier, evidence.policy, playbook)
    return Reassessed(key, before, after, standing, course)


def _whole(row: Mapping[str, Any]) -> dict[str, Any]:
    plainly = {name: plain(row[name]) for name in ("status", "rung", "warmth")}
    return {**plainly, "reasons": codes(row["reasons"])}


def codes(reasons: Iterable[Any]) -> list[str]:
    """The codes of stored reasons, in their order."""
    return [reason["code"] for reason in reasons]
