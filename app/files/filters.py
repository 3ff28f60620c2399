"""What lists of files may be asked for."""

from typing import Annotated

from pydantic import AfterValidator, Field

from app.partners.filters import Several
from app.schemas import Blank, Input, refuse
from app.vocabulary import FileCategory, FileClassification

SORTS = ("name", "size", "id")
_Id = Annotated[Annotated[int, Field(ge=1, le=2**31 - 1)] | None, Blank]


def _sort(value: str) -> str:
    if value.removeprefix("-") not in SORTS:
        raise refuse("bad_sort")
    return value


class FilesOfRecord(Input):
    """A page of one record's files as its URL tells it."""

    page: Annotated[int, Field(ge=1, le=100_000)] = 1


class FileQuery(Input):
    """Filters, order and page of a list over files."""

    delegation: Annotated[_Id, Field(description="Id of the delegation the file hangs on.")] = None
    agreement: Annotated[_Id, Field(description="Id of the agreement it hangs on.")] = None
    programme: Annotated[_Id, Field(description="Id of the programme it hangs on.")] = None
    follow_up: Annotated[_Id, Field(description="Id of the follow-up it hangs on.")] = None
    category: Annotated[Several[FileCategory], Field(description="What the document is.")] = ()
    classification: Annotated[
        Several[FileClassification], Field(description="Who may read it; `internal` needs the scope `write`.")
    ] = ()
    sort: Annotated[
        str,
        Field(max_length=40, description=f"{', '.join(SORTS)}; a leading - reverses it."),
        AfterValidator(_sort),
    ] = "-id"
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )
