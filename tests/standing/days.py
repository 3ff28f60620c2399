"""Days worth trying: those on which something might turn."""

import random
from dataclasses import fields
from datetime import date, timedelta

from app.standing import Dossier, Policy, Tier
from tests.standing.oracle import plus

ONE_DAY = timedelta(days=1)
GROUPS = [field.name for field in fields(Dossier) if field.name != "tier"]


def dates_in(dossier: Dossier) -> set[date]:
    found: set[date] = set()
    for group in GROUPS:
        for fact in getattr(dossier, group):
            for field in fields(fact):
                value = getattr(fact, field.name)
                found.update(value if isinstance(value, tuple) else [value])
    return {value for value in found if isinstance(value, date)}


def turning_days(dossier: Dossier, policy: Policy) -> set[date]:
    """Each date in the file, each threshold after it, and the days around these."""
    figures = {
        policy.warning,
        policy.quiet,
        policy.quiet - policy.warning,
        policy.return_visit,
        policy.memory,
        12,
        36,
    }
    for tier in Tier:
        silence, patience = policy.silence[tier], policy.patience[tier]
        figures |= {silence, silence * 3 // 4, patience, patience - policy.warning}
    days = dates_in(dossier)
    figures.add(-policy.warning)
    days |= {plus(day, months) for day in days for months in figures}
    days |= {day + timedelta(days=n) for day in days for n in (-180, 30, 31)}
    return days | {day + ONE_DAY for day in days} | {day - ONE_DAY for day in days}


def days_to_try(dossier: Dossier, policy: Policy, day: date, until: date | None) -> list[date]:
    """Up to 22 days between `day` and `until`, the last one among them; far ones where there is no end."""
    end = until or date(2400, 1, 1)
    days = sorted(turn for turn in turning_days(dossier, policy) if day < turn < end)
    if len(days) > 20:
        days = random.Random(day.toordinal()).sample(days, 20)
    far = [end - ONE_DAY, day + (end - day) // 2] if end - day > ONE_DAY else []
    return sorted({*days, *far} - {day})
