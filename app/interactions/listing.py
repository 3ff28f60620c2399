"""Contacts as the list on the page shows them: the rows, the counts beside the filters."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor
from app.errors import Refused
from app.interactions.exchange import went_both_ways
from app.interactions.filters import InteractionFilters
from app.interactions.resource import conditions, ordering
from app.models import Interaction, InteractionPartner, Partner
from app.records.queries import PartnerLink, grouped, named, titled
from app.vocabulary import Channel, DatePrecision, Locale

PAGE = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow:
    """A contact in a list. `people` is empty where its notes are confidential and not this reader's;
    `awaits_answer`: a letter or a mail with no answer on file."""

    id: int
    title: str
    on: date
    precision: DatePrecision
    channel: Channel
    people: str | None
    confidential: bool
    two_way: bool
    awaits_answer: bool
    is_demo: bool
    partners: tuple[PartnerLink, ...]


@dataclass(frozen=True)
class Tally:
    """How many contacts there are by channel and by whether they went both ways; each counted under the
    other filter."""

    counts: Counter[tuple[Channel, bool]]
    asked: InteractionFilters

    def of_channel(self, channel: Channel) -> int:
        """How many of a channel fit the other filters."""
        return sum(n for (own, both), n in self.counts.items() if own == channel and self._both(both))

    def of_way(self, two_way: bool) -> int:
        """How many went both ways, or did not, and fit the other filters."""
        return sum(n for (own, both), n in self.counts.items() if both == two_way and self._channel(own))

    @property
    def total(self) -> int:
        """How many fit every filter."""
        return sum(n for (own, both), n in self.counts.items() if self._channel(own) and self._both(both))

    def _both(self, both: bool) -> bool:
        return self.asked.two_way is None or both == self.asked.two_way

    def _channel(self, own: Channel) -> bool:
        return not self.asked.channel or own in self.asked.channel


def list_contacts(
    session: Session, actor: Actor, asked: InteractionFilters, locale: Locale, *, sort: str, offset: int = 0
) -> list[ContactRow]:
    """One page of contacts; two statements for any number of them."""
    statement = (
        sa.select(
            Interaction, titled(Interaction, locale).label("shown"), went_both_ways().label("both_ways")
        )
        .where(*conditions(asked))
        .order_by(*(step.clause for step in ordering(sort)))
    )
    rows = session.execute(statement.offset(offset).limit(PAGE)).all()
    partners = _partners(session, [row.Interaction.id for row in rows], locale)
    return [_row(row, partners.get(row.Interaction.id, ()), actor) for row in rows]


def _partners(session: Session, ids: Sequence[int], locale: Locale) -> dict[int, list[Any]]:
    name = named(Partner, locale)
    statement = (
        sa.select(InteractionPartner.interaction_id, Partner.slug, name, Partner.country)
        .join(Partner, col(Partner.id) == InteractionPartner.partner_id)
        .where(col(InteractionPartner.interaction_id).in_(ids), col(Partner.archived_at).is_(None))
        .order_by(name)
    )
    return grouped(session.execute(statement))


def _row(row: Any, partners: Sequence[Any], actor: Actor) -> ContactRow:
    talk = row.Interaction
    readable = not talk.confidential or actor.may_read_notes(talk.created_by_id)
    return ContactRow(
        id=talk.id,
        title=row.shown,
        on=talk.on,
        precision=talk.precision,
        channel=talk.channel,
        people=talk.people if readable else None,
        confidential=talk.confidential,
        two_way=bool(row.both_ways),
        awaits_answer=not row.both_ways and not talk.channel.two_way,
        is_demo=talk.is_demo,
        partners=tuple(PartnerLink(*partner[1:]) for partner in partners),
    )


def tally(session: Session, asked: InteractionFilters) -> Tally:
    """The counts beside the filters; one statement."""
    rest = asked.model_copy(update={"channel": (), "two_way": None})
    each = sa.select(col(Interaction.channel).label("channel"), went_both_ways().label("both_ways"))
    found = each.where(*conditions(rest)).subquery()
    keys = (found.c.channel, found.c.both_ways)
    rows = session.execute(sa.select(*keys, sa.func.count()).group_by(*keys))
    return Tally(Counter({(channel, bool(both)): n for channel, both, n in rows}), asked)


def check_known(session: Session, asked: InteractionFilters) -> dict[str, tuple[str, str]]:
    """The names (vi, en) of the partners asked for, by slug. Raises Refused for one that is none."""
    wanted = set(asked.partner)
    if not wanted:
        return {}
    statement = sa.select(Partner.slug, Partner.name_vi, Partner.name_en).where(col(Partner.slug).in_(wanted))
    found = {row.slug: (row.name_vi, row.name_en) for row in session.execute(statement)}
    if wanted - found.keys():
        raise Refused("unknown_value", field="partner", name="partner")
    return found
