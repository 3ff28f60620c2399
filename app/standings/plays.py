"""The playbook in force, as the rule wants it: the department's plays, the defaults while there are none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, select

from app.models import PlayRow
from app.standing import DEFAULT_PLAYS, NextStep, Play, next_step, steps
from app.standing.playbook import Grounded


@dataclass(frozen=True)
class Playbook:
    """The plays in their order, and the titles that the department wrote itself: (vi, en) by play."""

    plays: tuple[Play, ...] = DEFAULT_PLAYS
    titles: Mapping[int, tuple[str, str]] = field(default_factory=dict)

    def next_step(self, reasons: Iterable[Grounded]) -> dict[str, Any] | None:
        """The proposed step as it is stored with a standing."""
        step = next_step(reasons, self.plays)
        return self._told(step) if step else None

    def steps(self, reasons: Iterable[Grounded]) -> Iterable[dict[str, Any]]:
        """What is proposed for each reason in turn, each move once."""
        return (self._told(step) for step in steps(reasons, self.plays))

    def _told(self, step: NextStep) -> dict[str, Any]:
        told = {
            "code": step.code.value,
            "reason": step.reason.value,
            "kind": step.kind.value,
            "due_in": step.due_in,
            "who": step.who.value,
            "deepens": step.deepens,
        }
        titles = self.titles.get(step.ref) if step.ref is not None else None
        return {**told, "titles": list(titles)} if titles else told


DEFAULT_PLAYBOOK = Playbook()


def load_playbook(session: Session) -> Playbook:
    """The playbook in force; one statement."""
    statement = select(PlayRow).where(col(PlayRow.archived_at).is_(None))
    statement = statement.order_by(col(PlayRow.position), col(PlayRow.id))
    rows = list(session.exec(statement.execution_options(populate_existing=True)))
    return playbook_of(rows) if rows else DEFAULT_PLAYBOOK


def playbook_of(rows: Iterable[PlayRow]) -> Playbook:
    """Some plays as a playbook; those that are switched off are left out."""
    active = [row for row in rows if row.active]
    return Playbook(
        tuple(
            Play(
                code=row.code, reason=row.reason, kind=row.kind, due_in=row.due_in, who=row.who,
                owed_by=row.owed_by, ref=row.id,
            )
            for row in active
        ),
        {
            row.id: (row.title_vi, row.title_en)
            for row in active
            if row.id is not None and row.title_vi and row.title_en
        },
    )  # fmt: skip
