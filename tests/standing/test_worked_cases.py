"""Worked cases: small files whose standing was worked out by hand, under the default policy."""

from dataclasses import replace
from datetime import date

import pytest

from app.standing import (
    Contact,
    Direction,
    Dossier,
    Instrument,
    Pause,
    ProgrammeRun,
    Review,
    Tie,
    Tier,
    assess,
)


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


SIGNED = date(2024, 10, 15)
VISITED = Dossier(
    tier=Tier.regular,
    ties=(Tie(on=SIGNED),),
    instruments=(Instrument(signed_on=SIGNED, effective_on=SIGNED),),
    contacts=(Contact(on=SIGNED, direction=Direction.outbound, substantive=True, two_way=True),),
)
PRIORITY = replace(VISITED, tier=Tier.priority)
PAUSED = replace(VISITED, pauses=(Pause(start=date(2026, 9, 1), until=date(2027, 3, 1)),))
ENVIRONMENT = Dossier(
    tier=Tier.regular,
    ties=(Tie(on=date(2008, 2, 20)),),
    programmes=(
        ProgrammeRun(sector="environment", started_on=date(2025, 3, 1), progress=(date(2026, 2, 1),)),
    ),
)
EXPIRED = Dossier(
    tier=Tier.regular,
    ties=(Tie(on=date(2020, 1, 10)),),
    instruments=(
        Instrument(
            signed_on=date(2020, 1, 10),
            effective_on=date(2020, 1, 10),
            expires_on=date(2025, 1, 10),
            concrete=True,
        ),
    ),
    contacts=(Contact(on=date(2024, 12, 1), direction=Direction.inbound, substantive=True, two_way=True),),
)
LETTER = Dossier(tier=Tier.regular, contacts=(Contact(on=date(2026, 1, 5)),))
NOTHING = Dossier(tier=Tier.regular)
UNDATED = Dossier(tier=Tier.regular, ties=(Tie(),))
OLD_TIE = Dossier(tier=Tier.regular, ties=(Tie(on=date(1994, 3, 1)),))
REVIEWED = replace(OLD_TIE, reviews=(Review(on=date(2026, 5, 1)),))
PAPER = Dossier(
    tier=Tier.regular,
    ties=(Tie(on=date(2010, 5, 1)),),
    instruments=(Instrument(signed_on=date(2024, 1, 10), effective_on=date(2024, 1, 10), concrete=True),),
    contacts=(Contact(on=date(2025, 3, 1), two_way=True),),
)

# file, as_of, rung, status, underlying, waiting_since, warmth, reasons, valid_until
CASES = {
    "1 a signed courtesy": (
        VISITED, "2025-09-01", "friendship", "on_track", "on_track",
        "2024-10-15", "cooling", "", "2025-10-15",
    ),
    "2 a year of silence": (
        VISITED, "2025-10-15", "friendship", "on_track", "on_track", "2024-10-15", "cold",
        "silent", "2026-04-15",
    ),
    "3 patience has run out": (
        VISITED, "2026-10-15", "friendship", "stuck", "stuck", "2024-10-15", "cold",
        "no_programme return_visit_owed silent", None,
    ),
    "4 a priority partner sooner": (
        PRIORITY, "2025-10-15", "friendship", "stuck", "stuck", "2024-10-15", "cold",
        "no_programme silent", "2026-04-15",
    ),
    "5 a programme moves": (
        ENVIRONMENT, "2026-06-01", "substantive", "advancing", "advancing", None, "warm", "", "2026-08-01",
    ),
    "6 the programme fell silent": (
        ENVIRONMENT, "2027-02-01", "friendship", "on_track", "on_track", "2027-02-01", "cold",
        "silent programme_quiet", "2028-08-01",
    ),
    "7 the agreement lapsed": (
        EXPIRED, "2025-02-01", "friendship", "stuck", "stuck", "2020-01-10", "warm",
        "no_programme agreement_lapsed", "2025-09-01",
    ),
    "8 a letter without answer": (LETTER, "2026-02-01", "contact", "untied", "untied", None, None, "", None),
    "9 an empty file": (NOTHING, "2026-02-01", "none", "untied", "untied", None, None, "", None),
    "10 parked while stuck": (
        PAUSED, "2026-10-15", "friendship", "parked", "stuck", "2024-10-15", "cold",
        "no_programme return_visit_owed silent", "2027-03-01",
    ),
    "11 friendship of unknown date": (
        UNDATED, "2026-06-01", "friendship", "no_data", "no_data", None, None, "tie_undated", None,
    ),
    "12 a date and nothing else": (
        OLD_TIE, "2026-06-01", "friendship", "no_data", "no_data", "1994-03-01", "cold",
        "file_thin silent", None,
    ),
    "13 nothing is missing": (
        REVIEWED, "2026-06-01", "friendship", "stuck", "stuck", "1994-03-01", "cold",
        "no_programme silent", None,
    ),
    "14 a concrete paper earns patience": (
        PAPER, "2025-06-01", "framework", "on_track", "on_track", "2024-01-10", "warm",
        "paper_only", "2025-07-10",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_worked_case_holds(case):
    dossier, as_of, rung, status, underlying, since, warmth, reasons, until = case

    standing = assess(dossier, day(as_of))

    assert (standing.rung, standing.status, standing.underlying) == (rung, status, underlying)
    assert standing.waiting_since == day(since)
    assert standing.warmth == warmth
    assert [reason.code for reason in standing.reasons] == reasons.split()
    assert standing.valid_until == day(until)
