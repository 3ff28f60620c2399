"""A standing as programs read it, in their language."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from app.fields import like
from app.i18n import Words
from app.playbook.schemas import Doer
from app.standings.playbook_words import step_text
from app.standings.schemas import StandingOut
from app.standings.words import Evidence, proofs, reason_text
from app.vocabulary import Quadrant, ReasonCode, Rung, Status, Step, Warmth


@dataclass(slots=True)
class ReasonJson:
    """Why, since when, with what numbers and proofs, and in words."""

    code: ReasonCode
    since: Annotated[date | None, Field(description="Since when it holds; null where no day is known.")]
    numbers: Annotated[
        dict[str, int | str], Field(description="What its text counts, by name: months, patience.")
    ]
    evidence: Annotated[tuple[Evidence, ...], Field(description="The records that prove it.")]
    text: Annotated[str, Field(description="In the language of Accept-Language.")]


@dataclass(slots=True)
class CodeJson:
    """A code with its words."""

    code: str
    text: Annotated[str, Field(description="In the language of Accept-Language.")]


@dataclass(slots=True)
class NextStepJson:
    """The playbook's proposal: a follow-up of this kind, due so many days from now."""

    code: str
    reason: Annotated[str, Field(description="The reason that it answers.")]
    kind: str
    due_in: Annotated[int, Field(description="In how many days it is due.")]
    who: Annotated[str, like(Doer)]
    deepens: Annotated[bool, Field(description="Whether work of its kind deepens the tie.")]
    text: Annotated[str, Field(description="Its title, in the language of Accept-Language.")]


@dataclass(slots=True)
class StandingJson:
    """Where a partner stands on a day, and why."""

    partner: Annotated[str, Field(description="Slug of the partner.")]
    as_of: Annotated[date, Field(description="The day it is told for.")]
    rung: Annotated[
        Rung, Field(description="How deep the tie goes by its evidence: the highest rung that holds.")
    ]
    declared_rung: Annotated[
        Rung | None, Field(description="How deep an officer thinks it goes; null: not declared.")
    ]
    status: Annotated[Status, Field(description="Where it stands, in a word; `parked` while a pause lasts.")]
    underlying: Annotated[Status, Field(description="The status without regard to a pause; else the same.")]
    waiting_since: Annotated[
        date | None,
        Field(
            description="Since when it waits for a programme: the latest of its first tie, its first concrete"
            " paper and the end of its last programme; null where it does not wait, or the tie "
            "has no day."
        ),
    ]
    months_waiting: Annotated[int | None, Field(description="Whole calendar months since then.")]
    patience_months: Annotated[
        int, Field(description="How many months a partner of its tier may wait before it is stuck.")
    ]
    warmth: Annotated[
        Warmth | None,
        Field(
            description="How lately there was an exchange, or a sign of life of a programme; null without a "
            "dated tie and without either."
        ),
    ]
    quadrant: Annotated[
        Quadrant | None,
        Field(
            description="Depth crossed with warmth: deep `thriving`, or `fading` when cold; else "
            "`courtesy_loop`, or `dormant` when cold."
        ),
    ]
    step: Annotated[
        Step,
        Field(
            description="`credible`: an open follow-up deepens it, is assigned, due within 180 days, at most "
            "30 days late and put off twice at most; `stale`: only ones that fail this."
        ),
    ]
    urgency: Annotated[
        float,
        Field(
            description="The order of the review: 3, 2 or 1 by tier, times months waited through patience, "
            "and 0.25 for each reason besides `no_programme`; 0 when it does not wait."
        ),
    ]
    reasons: Annotated[
        list[ReasonJson], Field(description="Why, with what proves it; in the order in which it is told.")
    ]
    next_step: Annotated[
        NextStepJson | None,
        Field(description="The follow-up that the playbook proposes for the first reason that has one."),
    ]
    missing: Annotated[list[CodeJson], Field(description="What the next rung needs.")]
    valid_until: Annotated[
        date | None,
        Field(
            description="The first day after `as_of` on which any of this will differ though nothing is "
            "entered; null: never."
        ),
    ]


def standing_json(standing: StandingOut, spoken: Words) -> StandingJson:
    """A standing in the caller's language."""
    return StandingJson(
        partner=standing.partner,
        as_of=standing.as_of,
        rung=standing.rung,
        declared_rung=standing.declared_rung,
        status=standing.status,
        underlying=standing.underlying,
        waiting_since=standing.waiting_since,
        months_waiting=standing.months_waiting,
        patience_months=standing.patience_months,
        warmth=standing.warmth,
        quadrant=standing.quadrant,
        step=standing.step,
        urgency=standing.urgency,
        reasons=[
            ReasonJson(
                code=reason.code,
                since=reason.since,
                numbers=reason.numbers,
                evidence=proofs(standing.partner, reason),
                text=reason_text(spoken, reason, standing.as_of),
            )
            for reason in standing.reasons
        ],
        next_step=_step(standing.next_step, spoken),
        missing=[CodeJson(code, spoken.word("missing", code)) for code in standing.missing],
        valid_until=standing.valid_until,
    )


def _step(step: dict[str, Any] | None, spoken: Words) -> NextStepJson | None:
    if step is None:
        return None
    plain = {name: value for name, value in step.items() if name != "titles"}
    return NextStepJson(**plain, text=step_text(spoken, step))
