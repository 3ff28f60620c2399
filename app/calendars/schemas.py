"""What a calendar feed is to show."""

from typing import Annotated, Any
from urllib.parse import parse_qsl

from pydantic import BeforeValidator, Field
from starlette.datastructures import QueryParams

from app.config import settings
from app.errors import Refused
from app.lists import read
from app.partners.filters import PartnerFilters
from app.schemas import Input, Word, refuse
from app.views.schemas import place_of
from app.vocabulary import CalendarKind, Locale

# They say where somebody is in the list, not which partners are meant; a feed is always of today.
_LEFT_OUT = {"sort", "as_of"}


def _query(value: Any) -> Any:
    """The filters in the address of a list of partners, in one spelling for all that mean the same."""
    if not isinstance(value, str) or len(value) > 2000:
        raise refuse("no_partner_list")
    text = value.strip().removeprefix(settings().public_url.rstrip("/"))
    if not text:
        return ""
    try:
        if ":" in text.partition("?")[0]:
            raise ValueError(text)  # another site's address
        place = place_of(text if text.startswith("/") else f"/partners?{text.lstrip('?')}")
        if place.path not in ("/partners", "/map"):
            raise ValueError(text)
        pairs = [pair for pair in parse_qsl(place.query) if pair[0] not in _LEFT_OUT]
        read(PartnerFilters, QueryParams(pairs))
    except (ValueError, Refused):
        raise refuse("no_partner_list") from None
    return str(QueryParams(pairs))


Filters = Annotated[
    str,
    BeforeValidator(_query),
    Field(description="The address of a list of partners, or its filters; empty for every partner."),
]
Kinds = Annotated[list[CalendarKind], Field(min_length=1, max_length=len(CalendarKind))]


class FeedIn(Input):
    """A feed: its name, what it shows, of which partners, in which language."""

    name: Word
    shows: Kinds
    mine: bool = False
    query: Filters = ""
    locale: Locale = Locale.vi
