"""What may be said about a forum, its members and its meetings."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from app.fields import PARTLY, HowExact, NameEn, NameVi, PartnerSlug, Remark, RemarkEn, Source, TitleEn
from app.schemas import Blank, Day, Facts, Input, Line, Maybe, Name, normalise_partial
from app.vocabulary import ForumBasis

MaybeDay = Annotated[Day | None, Blank]
Precision = Annotated[HowExact | None, Blank]

Acronym = Annotated[str, Field(description="Its short name; empty where it goes by its name alone.")]
Founded = Annotated[int, Field(description="The year in which it was founded: 1987.")]
Known = Annotated[ForumBasis, Field(description="How it is known that the city belongs to it.")]
Joined = Annotated[MaybeDay, Field(description=f"The day on which the city joined. {PARTLY}")]
OwnCode = Annotated[
    Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=40)],
    Field(description="What its addresses end in; made from the acronym or the name when left out."),
]
Role = Annotated[
    Name,
    Field(
        description="Role and certainty: `member:confirmed`; a creative city's field behind them: "
        "`member:confirmed:design`."
    ),
]
MeetingTitle = Annotated[Line, Field(description="What the meeting is called, in a line.")]
StartsOn = Annotated[Day, Field(description=f"The first day of the meeting. {PARTLY}")]
StartsMaybe = Annotated[MaybeDay, Field(description=f"The first day of the meeting. {PARTLY}")]
EndsOn = Annotated[
    MaybeDay, Field(description=f"The last day of the meeting; one day when left out of a new one. {PARTLY}")
]
Place = Annotated[Name, Field(description="Where it is held, as text.")]


class ForumPatch(Input):
    """Changes to a forum; a field left out stays as it is. `basis`: how the city's membership is known."""

    acronym: Annotated[Acronym | None, Field(max_length=60)] = None
    name_vi: NameVi | None = None
    name_en: NameEn | None = None
    founded_year: Annotated[Founded | None, Field(ge=1800, le=2100), Blank] = None
    basis: Known | None = None
    joined_on: Joined = None
    joined_precision: Precision = None
    source: Maybe[Annotated[Source, Field(max_length=2000)]] = None
    note: Maybe[Annotated[Remark, Field(max_length=2000)]] = None
    note_en: Maybe[Annotated[RemarkEn, Field(max_length=2000)]] = None

    @model_validator(mode="before")
    @classmethod
    def _partial(cls, data: Any) -> Any:
        return normalise_partial(data, "joined_on", "joined_precision")


class ForumIn(ForumPatch):
    """A multilateral network of cities. A code is made from its acronym or name when none is given."""

    code: Maybe[OwnCode] = None
    acronym: Annotated[Acronym, Field(max_length=60)] = ""
    name_vi: NameVi
    name_en: NameEn
    basis: Known = ForumBasis.confirmed


class KnownForum(ForumIn):
    """A forum as the seed files tell it."""

    facts: Facts = Field(default_factory=Facts)


class MemberIn(Input):
    """A partner's part in a forum. `basis` tells role and certainty as codes, `member:confirmed`, and a
    creative city's field behind them, `member:confirmed:design`."""

    partner: PartnerSlug
    basis: Maybe[Role] = None
    source: Maybe[Source] = None


class MeetingPatch(Input):
    """Changes to a meeting; a field left out stays as it is."""

    title: MeetingTitle | None = None
    title_en: Maybe[TitleEn] = None
    starts_on: StartsMaybe = None
    starts_precision: Precision = None
    ends_on: EndsOn = None
    ends_precision: Precision = None
    place: Maybe[Place] = None
    host: Annotated[Maybe[Name], Field(description="Slug of the partner that hosts it.")] = None
    source: Maybe[Annotated[Source, Field(max_length=2000)]] = None

    @model_validator(mode="before")
    @classmethod
    def _partial(cls, data: Any) -> Any:
        data = normalise_partial(data, "starts_on", "starts_precision")
        return normalise_partial(data, "ends_on", "ends_precision")


class MeetingIn(MeetingPatch):
    """A meeting of a forum, of one day unless it says when it ends."""

    title: MeetingTitle
    starts_on: StartsOn
