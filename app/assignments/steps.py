"""The proposed step of each of many partners, taken as the playbook proposes it."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from app.actor import Actor
from app.i18n import words
from app.models import Partner
from app.pushes.grounds import Ground, grounds
from app.review import service as review
from app.review.schemas import StepIn
from app.schemas import parse
from app.standings.keeper import settle
from app.standings.playbook_words import step_draft
from app.vocabulary import Step


def take_steps(session: Session, actor: Actor, rows: Sequence[Partner], *, today: date) -> set[str]:
    """Open what is proposed for each, seen to by its officer, or by whoever acts where it has none; one that
    is in hand, or for which nothing is proposed, is left alone. The slugs of those that got a step."""
    settle(session, today)  # what this act did counts: a file just confirmed, whoever became their officer
    by_slug = {row.slug: row for row in rows}
    taken = set()
    for ground in grounds(session, list(by_slug), actor.locale, today):
        data = _proposed(actor, ground, today)
        if data is not None:
            review.take_step(session, actor, by_slug[ground.slug], data, today=today)
            taken.add(ground.slug)
    return taken


def _proposed(actor: Actor, ground: Ground, today: date) -> StepIn | None:
    if ground.standing.step == Step.credible:
        return None
    draft = step_draft(
        ground.standing,
        ground.name,
        words(actor.locale),
        today=today,
        sectors=ground.sectors,
        officer=ground.hands.officer or actor.email,
        lead_unit=ground.hands.lead_unit,
        mission=ground.hands.mission,
    )
    return parse(StepIn, {k: v for k, v in draft.data().items() if v}) if draft else None
