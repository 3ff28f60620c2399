"""What bears some words in its name: partners, people, organisations, forums."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from app.actor import Actor
from app.forums.filters import ForumFilters
from app.forums.queries import ForumRow, list_forums
from app.lists import Part
from app.organisations.filters import OrganisationFilters
from app.organisations.listing import OrganisationRow, list_organisations
from app.partners.filters import PartnerFilters
from app.partners.listing import PartnerRow, list_partners
from app.people.queries import PersonRow, suggested
from app.schemas import parse
from app.vocabulary import Locale

SUGGESTED = 8


@dataclass(frozen=True, slots=True)
class Found:
    """What bears the words in its name; people only for those who may see their names."""

    partners: list[PartnerRow]
    people: list[PersonRow]
    organisations: list[OrganisationRow]
    forums: list[ForumRow]

    @property
    def only_partners(self) -> bool:
        """Whether nothing but partners fits: their list then shows it best."""
        return not (self.people or self.organisations or self.forums)


def find(session: Session, actor: Actor, q: str, today: date, locale: Locale, others: int) -> Found:
    """The first of each kind, at most `others` beside the partners; nothing for no words."""
    asked = parse(PartnerFilters, {"q": q})
    if not asked.q:
        return Found([], [], [], [])
    return Found(
        list_partners(session, actor, asked, today=today, locale=locale, part=Part(limit=SUGGESTED)),
        suggested(session, actor, asked.q, today, locale, others),
        list_organisations(
            session, OrganisationFilters(q=asked.q), today=today, locale=locale, part=Part(limit=others)
        ),
        list_forums(session, ForumFilters(q=asked.q), today=today, locale=locale, part=Part(limit=others)),
    )
