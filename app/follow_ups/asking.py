"""What the list's address asks for, as ids: shared by the list and by the acts on all of it."""

from sqlmodel import Session

from app.accounts.queries import by_email
from app.actor import Actor, Permission
from app.errors import Refused
from app.follow_ups.filters import ALL, ME, FollowUpList
from app.follow_ups.queries import Wanted
from app.partners.named import find_partner
from app.vocabulary import FollowUpState


def whose(actor: Actor, asked: FollowUpList) -> str:
    """Whose follow-ups the list shows: one's own unless it says otherwise; a viewer has none."""
    return asked.who or (ME if actor.can(Permission.write) else ALL)


def wanted(session: Session, actor: Actor, asked: FollowUpList) -> Wanted:
    """The filters as ids. Raises Refused, naming the one that means nobody or nothing."""
    who = whose(actor, asked)
    user_id = {ME: actor.user_id, ALL: None}.get(who)
    if who not in {ME, ALL}:
        user = by_email(session, who)
        if user is None:
            raise Refused("unknown_value", field="who", name="who")
        user_id = user.id
    try:
        slug = find_partner(session, asked.partner)[0] if asked.partner else None
    except Refused:
        raise Refused("unknown_value", field="partner", name="partner") from None
    return Wanted(
        who=user_id,
        side=asked.side,
        state=asked.state or FollowUpState.open,
        due=asked.due,
        partner=slug,
        q=asked.q or "",
        page=asked.page,
    )
