"""Where a partner stands: how deep, whether it moves, whether it is warm, why, and what comes next.

Pure functions over dated evidence: no session, no clock, no I/O. The caller passes the day.

    assess(dossier, as_of, policy) -> Standing
    history(dossier, start, end, policy) -> list[Standing]
"""

from app.standing.assess import assess
from app.standing.clock import add_months, counted_on, months_between
from app.standing.course import Course
from app.standing.dossier import Contact, Dossier, Instrument, Pause, ProgrammeRun, Promise, Review, Tie
from app.standing.evidence import in_force, is_open
from app.standing.freshness import fresh_until
from app.standing.history import history
from app.standing.playbook import DEFAULT_PLAYS, Missing, NextStep, Play, StepBy, StepCode, next_step, steps
from app.standing.policy import DEFAULT_POLICY, Policy, PolicyError
from app.standing.progress import progress
from app.standing.reason import Reason
from app.standing.result import Standing
from app.standing.urgency import UrgencyTerms, urgency_terms
from app.vocabulary import Direction, OwedBy, Quadrant, ReasonCode, Rung, Status, Step, Tier, Warmth

__all__ = [
    "DEFAULT_PLAYS",
    "DEFAULT_POLICY",
    "Contact",
    "Course",
    "Direction",
    "Dossier",
    "Instrument",
    "Missing",
    "NextStep",
    "OwedBy",
    "Pause",
    "Play",
    "Policy",
    "PolicyError",
    "ProgrammeRun",
    "Promise",
    "Quadrant",
    "Reason",
    "ReasonCode",
    "Review",
    "Rung",
    "Standing",
    "Status",
    "Step",
    "StepBy",
    "StepCode",
    "Tie",
    "Tier",
    "UrgencyTerms",
    "Warmth",
    "add_months",
    "assess",
    "counted_on",
    "fresh_until",
    "history",
    "in_force",
    "is_open",
    "months_between",
    "next_step",
    "progress",
    "steps",
    "urgency_terms",
]
