"""What lists of files may be asked for."""

from typing import Annotated

from pydantic import AfterValidator, Field

from app.partners.filters import Several
from app.schemas import Blank, Input, refuse
from app.vocabulary import FileCategory, FileClassification

SORTS = ("name", "size", "id")
_Id = Annotated[int | None, Blank, Field(ge=1, le=2**31 - 1)]


def _sort(value: str) -> str:
    if value.removeprefix("-") not in SORTS:
        raise refuse("bad_sort")
    return value


class FilesOfRecord(Input):
    """A page of one record's files as its URL tells it."""

    page: Annotated[int, Field(ge=1, le=100_000)] = 1


class FileQuery(Input):
    """Filters, order and page of a list over files."""

    delegation: Annotated[_Id, Field(description="The id of the record the file hangs on.")] = None
    agreement: _Id = None
    programme: _Id = None
    follow_up: _Id = None
    category: Several[FileCategory] = ()
    classification: Several[FileClassification] = ()
    sort: Annotated[str, Field(max_length=40), AfterValidator(_sort)] = "-id"
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )
