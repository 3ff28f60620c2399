"""Contacts short of a delegation: logged, changed. They go to the trash like every record."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.actor import Actor
from app.errors import Forbidden, NotFound, Refused, Stale
from app.history import record
from app.interactions.schemas import InteractionIn, InteractionPatch, NewInteraction
from app.models import Interaction, InteractionPartner, Partner
from app.partners.queries import ids_of, in_trash
from app.standing import counted_on

# What a confidential contact keeps to its author and to managers.
NOTES = frozenset({"people", "summary", "confidential"})
_NEVER_EMPTY = frozenset({"on", "precision", "channel", "title", "confidential"})


def get(session: Session, interaction_id: int) -> Interaction:
    """One contact; raises NotFound."""
    found = session.get(Interaction, interaction_id)
    if found is None or found.archived_at is not None:
        raise NotFound("interaction")
    return found


def log_interaction(session: Session, actor: Actor, data: NewInteraction, *, today: date) -> Interaction:
    """Enter a contact that took place. Raises Refused for one to come, an unknown partner, or an answer to
    what it cannot answer."""
    if data.on > today:
        raise Refused("contact_in_future", field="on")
    partner_ids = ids_of(session, data.partners, "partners")
    facts = data.facts.model_dump() if isinstance(data, InteractionIn) else {}
    plain = data.model_dump(exclude={"partners", "facts", "answers", "two_way"})
    talk = Interaction(**plain, **facts, answers_id=data.answers)
    talk.two_way = _both_ways(talk, data.two_way)
    _check_answer(session, talk, partner_ids)
    session.add(talk)
    more: dict[str, tuple[Any, Any]] = {"partners": ([], _slugs(session, partner_ids))}
    record(session, actor, "interaction.logged", talk, partners=partner_ids, more=more)
    assert talk.id is not None
    session.add_all(InteractionPartner(interaction_id=talk.id, partner_id=p) for p in partner_ids)
    session.flush()
    return talk


def change(
    session: Session,
    actor: Actor,
    talk: Interaction,
    data: InteractionPatch,
    *,
    version: int,
    today: date,
) -> Interaction:
    """Change a contact. Raises Stale, Refused as log_interaction does, and Forbidden for the notes of a
    confidential one by somebody who may not read them."""
    if talk.version != version:
        raise Stale(talk)
    fields = data.model_fields_set
    if talk.confidential and fields & NOTES and not actor.may_read_notes(talk.created_by_id):
        raise Forbidden("not_allowed")
    before = after = partners_of(session, talk)
    with session.no_autoflush:  # one UPDATE for the change and its stamp
        if data.partners is not None:
            after = sorted({*ids_of(session, data.partners, "partners"), *in_trash(session, before)})
        _fill(talk, data)
        if talk.on > today:
            raise Refused("contact_in_future", field="on")
        if fields & {"answers", "on", "precision", "partners"}:
            _check_answer(session, talk, after)
        more = {"partners": (_slugs(session, before), _slugs(session, after))}
        if before != after:
            talk.updated_at = None  # a link table changed: the record's version must move with it
    record(session, actor, "interaction.changed", talk, partners={*before, *after}, more=more)
    _relink(session, talk, before, after)
    return talk


def _fill(talk: Interaction, data: InteractionPatch) -> None:
    for name in data.model_fields_set - {"partners", "answers", "two_way"}:
        value = getattr(data, name)
        if value is not None or name not in _NEVER_EMPTY:
            setattr(talk, name, value)
    if "answers" in data.model_fields_set:
        talk.answers_id = data.answers
    if data.model_fields_set & {"answers", "two_way"}:
        talk.two_way = _both_ways(talk, data.two_way)


def _both_ways(talk: Interaction, said: bool | None) -> bool:
    """An answer is an exchange; else what is said; else what the channel makes of it."""
    if talk.answers_id is not None:
        return True
    return talk.channel.two_way if said is None else said


def _check_answer(session: Session, talk: Interaction, partner_ids: Iterable[int]) -> None:
    """An answer comes from a partner of what it answers, not before it. Raises Refused."""
    if talk.answers_id is None:
        return
    with session.no_autoflush:
        letter = session.get(Interaction, talk.answers_id)
        if letter is None or letter.archived_at is not None or letter.id == talk.id:
            raise Refused("unknown_interaction", field="answers")
        if talk.id is not None and letter.answers_id == talk.id:
            raise Refused("answers_each_other", field="answers")
        if counted_on(talk.on, talk.precision) < letter.on:
            raise Refused("answer_before_letter", field="on")
        if not set(partner_ids) & set(partners_of(session, letter)):
            raise Refused("answer_of_another", field="partners")


def _relink(session: Session, talk: Interaction, before: list[int], after: list[int]) -> None:
    """Row by row, so that the keeper of the standings sees which partners lose the contact."""
    assert talk.id is not None
    for partner_id in set(before) - set(after):
        session.delete(session.get_one(InteractionPartner, (talk.id, partner_id)))
    session.add_all(
        InteractionPartner(interaction_id=talk.id, partner_id=p) for p in sorted(set(after) - set(before))
    )
    session.flush()


def partners_of(session: Session, talk: Interaction) -> list[int]:
    """The ids of the partners of a contact."""
    links = select(InteractionPartner.partner_id).where(InteractionPartner.interaction_id == talk.id)
    with session.no_autoflush:
        return sorted(session.exec(links))


def _slugs(session: Session, ids: Iterable[int]) -> list[str]:
    with session.no_autoflush:
        return sorted(session.scalars(sa.select(Partner.slug).where(col(Partner.id).in_(list(ids)))))
