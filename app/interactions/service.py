"""Contacts short of a delegation: logged."""

from datetime import date

from sqlmodel import Session

from app.actor import Actor
from app.errors import Refused
from app.history import record
from app.interactions.schemas import InteractionIn
from app.models import Interaction, InteractionPartner
from app.partners.queries import ids_of


def log_interaction(session: Session, actor: Actor, data: InteractionIn, *, today: date) -> Interaction:
    """Enter a contact that took place. Raises Refused for one to come or an unknown partner."""
    if data.on > today:
        raise Refused("contact_in_future", field="on")
    partner_ids = ids_of(session, data.partners, "partners")
    talk = Interaction(**data.model_dump(exclude={"partners", "facts"}), **data.facts.model_dump())
    session.add(talk)
    record(session, actor, "interaction.logged", talk, partners=partner_ids)
    assert talk.id is not None
    session.add_all(InteractionPartner(interaction_id=talk.id, partner_id=p) for p in partner_ids)
    session.flush()
    return talk
