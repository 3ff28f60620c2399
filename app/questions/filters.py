"""What the page of questions may be asked for: what the open questions are about."""

from typing import Annotated

from pydantic import Field

from app.schemas import Blank, Day, Input, Maybe, Name


class QuestionsAsked(Input):
    """Which forum, partner and sector, and since when."""

    forum: Annotated[Maybe[Name], Field(description="Code of a forum.")] = None
    partner: Annotated[Maybe[Name], Field(description="Slug of a partner, or a name of it.")] = None
    sector: Annotated[Maybe[Name], Field(description="Code of a sector or policy area.")] = None
    since: Annotated[Day | None, Blank, Field(description="First day.")] = None
