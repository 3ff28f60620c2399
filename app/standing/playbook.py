"""What to do next: per reason a follow-up template, and what the next rung needs. Texts live elsewhere."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from app.vocabulary import FollowUpKind, OwedBy, ReasonCode, Rung


class Missing(StrEnum):
    """What the next rung of the ladder needs."""

    contact = "contact"
    tie = "tie"
    concrete_agreement = "concrete_agreement"
    programme = "programme"
    progress = "progress"
    second_sector = "second_sector"
    outcome = "outcome"


class StepCode(StrEnum):
    """The moves of the playbook; `custom` is one of the department's own."""

    confirm_file = "confirm_file"
    propose_programme = "propose_programme"
    open_renewal = "open_renewal"
    propose_outbound = "propose_outbound"
    invite_delegation = "invite_delegation"
    ask_mission = "ask_mission"
    propose_working_session = "propose_working_session"
    chase_promises = "chase_promises"
    ask_progress = "ask_progress"
    custom = "custom"


class StepBy(StrEnum):
    """Who takes the step, or is asked to."""

    officer = "officer"
    lead_unit = "lead_unit"
    mission = "mission"


@dataclass(frozen=True, kw_only=True, slots=True)
class NextStep:
    """A follow-up template: one click turns it into a real follow-up, due `due_in` days after that. `ref` is
    the play's own."""

    code: StepCode
    reason: ReasonCode
    kind: FollowUpKind
    due_in: int
    who: StepBy
    ref: int | None = None

    @property
    def deepens(self) -> bool:
        """Whether the step moves the partner towards a programme; follows from its kind."""
        return self.kind.deepens


@dataclass(frozen=True, kw_only=True, slots=True)
class Play:
    """Which step answers a reason. `owed_by` parts the two ways of a return visit; `ref` is opaque here and
    comes back in the step."""

    code: StepCode
    reason: ReasonCode
    kind: FollowUpKind
    due_in: int
    who: StepBy
    owed_by: OwedBy | None = None
    ref: int | None = None


def _play(
    reason: ReasonCode,
    code: StepCode,
    kind: FollowUpKind,
    due_in: int,
    who: StepBy,
    owed_by: OwedBy | None = None,
) -> Play:
    return Play(code=code, reason=reason, kind=kind, due_in=due_in, who=who, owed_by=owed_by)


_R, _C, _K, _B = ReasonCode, StepCode, FollowUpKind, StepBy
# What comes with the installation. A return visit is protocol: it warms the relationship and deepens nothing.
DEFAULT_PLAYS: tuple[Play, ...] = (
    _play(_R.tie_undated, _C.confirm_file, _K.information, 14, _B.officer),
    _play(_R.file_thin, _C.confirm_file, _K.information, 14, _B.officer),
    _play(_R.no_programme, _C.propose_programme, _K.work_programme, 30, _B.lead_unit),
    _play(_R.paper_only, _C.propose_programme, _K.work_programme, 30, _B.lead_unit),
    _play(_R.agreement_lapsed, _C.open_renewal, _K.renewal, 30, _B.officer),
    _play(_R.agreement_expiring, _C.open_renewal, _K.renewal, 30, _B.officer),
    _play(_R.return_visit_owed, _C.propose_outbound, _K.protocol, 60, _B.officer, OwedBy.home),
    _play(_R.return_visit_owed, _C.invite_delegation, _K.protocol, 60, _B.officer, OwedBy.partner),
    _play(_R.silent, _C.ask_mission, _K.introduction, 21, _B.mission),
    _play(_R.ceremonial_only, _C.propose_working_session, _K.working_session, 45, _B.officer),
    _play(_R.promises_overdue, _C.chase_promises, _K.information, 7, _B.lead_unit),
    _play(_R.programme_quiet, _C.ask_progress, _K.information, 14, _B.lead_unit),
)


class Grounded(Protocol):
    """A reason, as far as the playbook looks at it."""

    @property
    def code(self) -> ReasonCode:
        """What holds."""

    @property
    def numbers(self) -> Mapping[str, int | str]:
        """Its numbers; of a return visit, who owes it."""


def next_step(reasons: Iterable[Grounded], plays: Iterable[Play] = DEFAULT_PLAYS) -> NextStep | None:
    """The playbook's entry for the first reason that has one; None where there is no reason to act."""
    return next(steps(reasons, plays), None)


def steps(reasons: Iterable[Grounded], plays: Iterable[Play] = DEFAULT_PLAYS) -> Iterator[NextStep]:
    """The playbook's entries for each reason in turn, each move once: what a push may be made of."""
    by_reason: dict[ReasonCode, list[Play]] = {}
    for play in plays:
        by_reason.setdefault(play.reason, []).append(play)
    found: set[tuple[StepCode, int | None]] = set()
    for reason in reasons:
        for play in by_reason.get(reason.code, ()):
            if play.owed_by is not None and play.owed_by != reason.numbers["owed_by"]:
                continue
            # A default move is one move whatever reason it answers; those of the department are its own.
            move = (play.code, play.ref if play.code == StepCode.custom else None)
            if move not in found:
                found.add(move)
                yield NextStep(
                    code=play.code,
                    reason=reason.code,
                    kind=play.kind,
                    due_in=play.due_in,
                    who=play.who,
                    ref=play.ref,
                )


def missing(rung: Rung, *, programme_runs: bool, two_sectors: bool, outcome: bool) -> tuple[Missing, ...]:
    """What the next rung needs; empty at the top.

    `programme_runs`: one has started and not stopped, so that below `substantive` a sign of progress is
    enough. `two_sectors`, `outcome`: what `lasting` asks for is within memory.
    """
    if rung == Rung.lasting:
        return ()
    if rung == Rung.substantive:
        wanted = ((Missing.second_sector, two_sectors), (Missing.outcome, outcome))
        return tuple(need for need, met in wanted if not met)
    if rung == Rung.framework:
        return (Missing.progress if programme_runs else Missing.programme,)
    return (_LOWER_NEEDS[rung],)


_LOWER_NEEDS = {
    Rung.none: Missing.contact,
    Rung.contact: Missing.tie,
    Rung.friendship: Missing.concrete_agreement,
}
