"""The playbook as its page and programs read it."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.i18n import Words
from app.models import PlayRow
from app.playbook.defaults import is_default
from app.standing import StepBy, StepCode
from app.standings.playbook_words import default_title
from app.vocabulary import FollowUpKind, Locale, OwedBy, ReasonCode


@dataclass(frozen=True, slots=True)
class PlayLine:
    """A play. The titles are what is said now, their places still to be filled; `own_titles`: the department
    wrote them. `untouched`: it is as it came with the installation."""

    id: int
    version: int
    code: StepCode
    reason: ReasonCode
    owed_by: OwedBy | None
    title_vi: str
    title_en: str
    own_titles: bool
    kind: FollowUpKind
    due_in: int
    who: StepBy
    position: int
    active: bool
    untouched: bool

    def title(self, locale: str) -> str:
        """The title in the reader's language."""
        return self.title_vi if locale == Locale.vi else self.title_en

    @property
    def is_own(self) -> bool:
        """Whether the department added it."""
        return self.code == StepCode.custom


def list_plays(session: Session, vi: Words, en: Words) -> list[PlayLine]:
    """Every play, in the order in which reasons are told; one statement."""
    statement = select(PlayRow).where(col(PlayRow.archived_at).is_(None))
    rows = session.exec(statement.order_by(col(PlayRow.position), col(PlayRow.id)))
    reasons = list(ReasonCode)
    return sorted((line_of(row, vi, en) for row in rows), key=lambda it: reasons.index(it.reason))


def line_of(row: PlayRow, vi: Words, en: Words) -> PlayLine:
    """One play with its titles in both languages."""
    assert row.id is not None
    return PlayLine(
        id=row.id,
        version=row.version,
        code=row.code,
        reason=row.reason,
        owed_by=row.owed_by,
        title_vi=row.title_vi or default_title(vi, row.code),
        title_en=row.title_en or default_title(en, row.code),
        own_titles=row.title_vi is not None,
        kind=row.kind,
        due_in=row.due_in,
        who=row.who,
        position=row.position,
        active=row.active,
        untouched=is_default(row),
    )
