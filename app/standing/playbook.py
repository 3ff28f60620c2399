"""What to do next: per reason a follow-up template, and what the next rung needs. Texts live elsewhere."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from app.standing.reason import Reason
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
    """The moves of the playbook."""

    confirm_file = "confirm_file"
    propose_programme = "propose_programme"
    open_renewal = "open_renewal"
    propose_outbound = "propose_outbound"
    invite_delegation = "invite_delegation"
    ask_mission = "ask_mission"
    propose_working_session = "propose_working_session"
    chase_promises = "chase_promises"
    ask_progress = "ask_progress"


class StepBy(StrEnum):
    """Who takes the step, or is asked to."""

    officer = "officer"
    lead_unit = "lead_unit"
    mission = "mission"


@dataclass(frozen=True, kw_only=True, slots=True)
class NextStep:
    """A follow-up template: one click turns it into a real follow-up, due `due_in` days after that."""

    code: StepCode
    reason: ReasonCode
    kind: FollowUpKind
    due_in: int
    who: StepBy

    @property
    def deepens(self) -> bool:
        """Whether the step moves the partner towards a programme; follows from its kind."""
        return self.kind.deepens


# code, kind, days until due, who. A return visit is protocol: it warms the relationship and deepens nothing.
_Play = tuple[StepCode, FollowUpKind, int, StepBy]
_PLAYS: dict[ReasonCode, _Play] = {
    ReasonCode.tie_undated: (StepCode.confirm_file, FollowUpKind.information, 14, StepBy.officer),
    ReasonCode.file_thin: (StepCode.confirm_file, FollowUpKind.information, 14, StepBy.officer),
    ReasonCode.no_programme: (StepCode.propose_programme, FollowUpKind.work_programme, 30, StepBy.lead_unit),
    ReasonCode.paper_only: (StepCode.propose_programme, FollowUpKind.work_programme, 30, StepBy.lead_unit),
    ReasonCode.agreement_lapsed: (StepCode.open_renewal, FollowUpKind.renewal, 30, StepBy.officer),
    ReasonCode.agreement_expiring: (StepCode.open_renewal, FollowUpKind.renewal, 30, StepBy.officer),
    ReasonCode.silent: (StepCode.ask_mission, FollowUpKind.introduction, 21, StepBy.mission),
    ReasonCode.ceremonial_only: (
        StepCode.propose_working_session,
        FollowUpKind.working_session,
        45,
        StepBy.officer,
    ),
    ReasonCode.promises_overdue: (StepCode.chase_promises, FollowUpKind.information, 7, StepBy.lead_unit),
    ReasonCode.programme_quiet: (StepCode.ask_progress, FollowUpKind.information, 14, StepBy.lead_unit),
}
_RETURN_PLAYS: dict[str, _Play] = {
    OwedBy.home: (StepCode.propose_outbound, FollowUpKind.protocol, 60, StepBy.officer),
    OwedBy.partner: (StepCode.invite_delegation, FollowUpKind.protocol, 60, StepBy.officer),
}


def next_step(reasons: Iterable[Reason]) -> NextStep | None:
    """The playbook's entry for the first reason; None where there is no reason to act."""
    return next(steps(reasons), None)


class Grounded(Protocol):
    """A reason, as far as the playbook looks at it."""

    @property
    def code(self) -> ReasonCode:
        """What holds."""

    @property
    def numbers(self) -> Mapping[str, int | str]:
        """Its numbers; of a return visit, who owes it."""


def steps(reasons: Iterable[Grounded]) -> Iterator[NextStep]:
    """The playbook's entry for each reason in turn, each move once: what a push may be made of."""
    found: set[StepCode] = set()
    for reason in reasons:
        if reason.code == ReasonCode.return_visit_owed:
            code, kind, due_in, who = _RETURN_PLAYS[str(reason.numbers["owed_by"])]
        else:
            code, kind, due_in, who = _PLAYS[reason.code]
        if code not in found:
            found.add(code)
            yield NextStep(code=code, reason=reason.code, kind=kind, due_in=due_in, who=who)


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
