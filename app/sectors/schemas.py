"""What may be said about a sector."""

from typing import Annotated

from pydantic import Field

from app.schemas import Input, Maybe, Name, Text
from app.vocabulary import SectorLevel

Code = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=40)]

Wanted = Annotated[bool, Field(description="true: the city wants joint work in it above all.")]


class SectorIn(Input):
    """A field of cooperation, or a policy area; `parent` is the code of the area it belongs to."""

    code: Code
    level: SectorLevel = SectorLevel.sector
    parent: Maybe[Code] = None
    name_vi: Name
    name_en: Name
    source: Maybe[Text] = None


class PriorityIn(Input):
    """Whether the city makes a sector or policy area a priority."""

    priority: Wanted
