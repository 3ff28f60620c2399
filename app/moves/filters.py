"""What moves may be asked for: a period, which partners, and from or into which status or rung."""

from typing import Annotated, Any

from pydantic import Field, create_model

from app.listings import MOST
from app.partners.filters import PartnerFilters, Several
from app.reporting.filters import Spanned
from app.schemas import Input, Maybe, Name
from app.trends.filters import TrendFilters, TrendQuery
from app.vocabulary import Rung, Status

# So many are told where no period is asked for.
MONTHS = 12
# Which partners, by what they are themselves; those of a standing are told by the move.
OF_PARTNERS = (
    *TrendFilters.model_fields, "q", "kind", "country", "cause", "basis", "gap", "in_period", "since",
    "until",
)  # fmt: skip


class Narrowed(Input):
    """One partner, or what moved from and into what."""

    partner: Annotated[Maybe[Name], Field(description="Slug of one partner.")] = None
    into: Annotated[Several[Status], Field(description="The status that was taken.")] = ()
    out_of: Annotated[Several[Status], Field(description="The status that was left.")] = ()
    rung: Annotated[Several[Rung], Field(description="The rung that was taken.")] = ()


class _Page(Narrowed):
    page: Annotated[int, Field(ge=1, le=100_000)] = 1


class _Part(Narrowed):
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )


class _OfPartners(TrendQuery, Spanned):
    @property
    def partners(self) -> PartnerFilters:
        """The same as filters of the list of partners."""
        standing = {name: field.default for name, field in PartnerFilters.model_fields.items()}
        own = {name: getattr(self, name) for name in OF_PARTNERS}
        return PartnerFilters.model_construct(**{**standing, **own})


# Said once, of the list of partners.
_fields = {name: PartnerFilters.model_fields[name] for name in OF_PARTNERS}
_FURTHER: dict[str, Any] = {name: (field.annotation, field) for name, field in _fields.items()}
MovesPage = create_model("MovesPage", __base__=(_Page, _OfPartners), **_FURTHER)
MovesQuery = create_model("MovesQuery", __base__=(_Part, _OfPartners), **_FURTHER)
