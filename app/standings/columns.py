"""A standing as it is stored: plain columns, reasons and steps as JSON."""

from datetime import date
from typing import Any

from app.history.service import plain
from app.standing import Course, Dossier, Policy, Standing, fresh_until
from app.standings.plays import DEFAULT_PLAYBOOK, Playbook
from app.vocabulary import DatePrecision


def columns(
    dossier: Dossier, policy: Policy, today: date, playbook: Playbook = DEFAULT_PLAYBOOK
) -> dict[str, Any]:
    """What is stored of a partner's standing, by column."""
    course = Course(dossier, policy)
    standing = course.standing(today)
    return {
        **columns_of(standing, dossier, policy, playbook),
        **course_columns(course),
        "refresh_on": fresh_until(dossier, today, policy, standing),
    }


def course_columns(course: Course) -> dict[str, Any]:
    """How status and rung went and will go by today's file, whatever the day: what trends are made of."""
    evidence = course.evidence
    started = min((run.start for run in evidence.runs), default=None)
    return {
        "turns": [[day.isoformat(), status.value, rung.value] for day, status, rung in course.turns()],
        "first_tie_on": None if evidence.first_tie == date.max else evidence.first_tie,
        "first_programme_on": started,
    }


def columns_of(
    standing: Standing, dossier: Dossier, policy: Policy, playbook: Playbook = DEFAULT_PLAYBOOK
) -> dict[str, Any]:
    """What is stored of a standing that was assessed already, but for how long it may be shown. The proposed
    step is the playbook's in force."""
    return {
        **_shared(standing, playbook),
        "patience": policy.patience[dossier.tier],
        **_last_contact(dossier, standing.as_of),
    }


def _last_contact(dossier: Dossier, day: date) -> dict[str, Any]:
    """The latest contact on a day, and what is known of its date: of two on one day the better known."""
    past = [c for c in dossier.contacts if c.on <= day]
    last = max(past, key=lambda c: (c.on, -list(DatePrecision).index(c.precision)), default=None)
    return {
        "last_contact_on": last.on if last else None,
        "last_contact_precision": last.precision if last else None,
    }


def _shared(standing: Standing, playbook: Playbook) -> dict[str, Any]:
    """The parts of a Standing that are stored as they are, reasons and steps as JSON."""
    return {
        "as_of": standing.as_of,
        "rung": standing.rung,
        "status": standing.status,
        "underlying": standing.underlying,
        "waiting_since": standing.waiting_since,
        "months_waiting": standing.months_waiting,
        "warmth": standing.warmth,
        "quadrant": standing.quadrant,
        "step": standing.step,
        "first_reason": standing.reasons[0].code if standing.reasons else None,
        "reasons": [
            {
                "code": reason.code.value,
                "since": plain(reason.since),
                "numbers": {name: plain(n) for name, n in reason.numbers.items()},
                "evidence": list(reason.evidence),
            }
            for reason in standing.reasons
        ],
        "urgency": standing.urgency,
        "next_step": playbook.next_step(standing.reasons),
        "missing": [need.value for need in standing.missing],
        "valid_until": standing.valid_until,
    }
