"""What was agreed on a trip becomes work."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from app.actor import Actor
from app.delegations.schemas import AgreedIn
from app.errors import Refused
from app.follow_ups import service as follow_ups
from app.follow_ups.service import Origin
from app.models import Delegation, FollowUp
from app.vocabulary import FollowUpSource


def open_agreed(
    session: Session,
    actor: Actor,
    trip: Delegation,
    agreed: Sequence[AgreedIn],
    partners: dict[str, int],
    today: date,
) -> list[FollowUp]:
    """What was agreed becomes work from the trip's last day on: of the partners named, or of all."""
    origin = Origin(source=FollowUpSource.delegation, delegation_id=trip.id)
    found = []
    for place, item in enumerate(agreed):
        if unknown := [slug for slug in item.partners if slug not in partners]:
            raise Refused("not_of_this_trip", field=f"follow_ups-{place}-partners", name=unknown[0])
        concerned = [partners[slug] for slug in item.partners] or list(partners.values())
        work = follow_ups.open_(
            session,
            actor,
            item,
            partners=concerned,
            today=today,
            origin=origin,
            raised_on=trip.ends_on,
            is_demo=trip.is_demo,
            field=f"follow_ups-{place}-",
        )
        found.append(work)
    return found
