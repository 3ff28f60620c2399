"""What the list's address asks for, as ids: shared by the list and by the acts on all of it."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col

from app.accounts.queries import by_email
from app.actor import Actor, Permission
from app.errors import Refused
from app.follow_ups.filters import ALL, ME, NO_UNIT, FollowUpList, Reckoned
from app.follow_ups.queries import Wanted
from app.i18n import Words
from app.models import Organisation
from app.partners.named import find_partner
from app.records.queries import named
from app.reporting.words import spanned
from app.vocabulary import FollowUpState


@dataclass(frozen=True, slots=True)
class ReckonedWords:
    """What a report's link asks for, in words; empty for what it does not."""

    span: str
    kept: str
    unit: str
    kind: str
    any: bool


def reckoned_words(session: Session, spoken: Words, asked: Reckoned) -> ReckonedWords:
    """The filters of a report's link in words. One statement at most."""
    unit = spoken.gettext("no unit") if asked.of_unit == NO_UNIT else ""
    if (code := asked.for_unit or asked.of_unit) and not unit:
        named_unit = sa.select(named(Organisation, spoken.locale)).where(col(Organisation.code) == code)
        unit = session.scalar(named_unit) or code
    kept = spoken.label(asked.kept) if asked.kept else ""
    kind = spoken.label(asked.of_kind) if asked.of_kind else ""
    return ReckonedWords(spanned(spoken, asked), kept, unit, kind, _in_any_state(asked))


def check_units(session: Session, asked: Reckoned) -> None:
    """Raises Refused, naming the filter, for a unit that there is not. At most two statements."""
    for name in ("of_unit", "for_unit"):
        code = getattr(asked, name)
        if code is None or (code == NO_UNIT and name == "of_unit"):
            continue
        if session.scalar(sa.select(Organisation.id).where(col(Organisation.code) == code)) is None:
            raise Refused("unknown_value", field=name, name=name)


def _in_any_state(asked: Reckoned) -> bool:
    """Whether the answer is in what was done as much as in what is open."""
    return any(it is not None for it in (asked.in_period, asked.kept, asked.of_kind))


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
    check_units(session, asked)
    return Wanted(
        who=user_id,
        side=asked.side,
        state=asked.state or (None if _in_any_state(asked) else FollowUpState.open),
        due=asked.due,
        partner=slug,
        q=asked.q or "",
        page=asked.page,
        reckoned=Reckoned.model_construct(**{n: getattr(asked, n) for n in Reckoned.model_fields}),
    )
