"""The department's playbook: what to do next, by reason."""

from sqlmodel import Field

from app.models.base import Record, code_field
from app.standing.playbook import StepBy, StepCode
from app.vocabulary import FollowUpKind, OwedBy, ReasonCode


class PlayRow(Record, table=True):
    """A play: the follow-up that answers a reason. The defaults come with the installation; a title that is
    empty says what the program says, in both languages. `owed_by` parts the two ways of a return visit."""

    __tablename__ = "play"

    code: StepCode = code_field(StepCode)
    reason: ReasonCode = code_field(ReasonCode, index=True)
    owed_by: OwedBy | None = code_field(OwedBy, None)
    title_vi: str | None = Field(default=None, max_length=300)
    title_en: str | None = Field(default=None, max_length=300)
    kind: FollowUpKind = code_field(FollowUpKind)
    due_in: int
    who: StepBy = code_field(StepBy)
    position: int = Field(default=0)
    active: bool = Field(default=True)
