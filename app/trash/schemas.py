"""What the trash may be asked for."""

from typing import Annotated

from pydantic import AfterValidator, Field

from app.schemas import Input, Maybe, Name, refuse
from app.trash.kinds import BY_COLLECTION


def _collection(value: str | None) -> str | None:
    if value is not None and value not in BY_COLLECTION:
        raise refuse("unknown_code")
    return value


Collection = Annotated[
    Maybe[Name], AfterValidator(_collection), Field(description="Of one kind: `agreements`, `partners`, ...")
]


class TrashList(Input):
    """A page of the trash as its URL tells it."""

    kind: Collection = None
    page: Annotated[int, Field(ge=1, le=100_000)] = 1


class TrashQuery(Input):
    """A page of the trash as programs read it."""

    kind: Collection = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )
