"""What may be said about a file; its bytes come beside it."""

from typing import Annotated

from pydantic import Field

from app.schemas import Blank, Day, Input, Maybe, Word
from app.vocabulary import FileCategory, FileClassification

Number = Annotated[Maybe[Word], Field(description="The document's number and symbol, such as 125/BC-SNgV.")]


class FileIn(Input):
    """What the files of one upload are: the same for all of them."""

    category: FileCategory = FileCategory.other
    classification: Annotated[
        FileClassification, Field(description="`internal`: not for viewers, nor for keys that only read.")
    ] = FileClassification.normal
    number: Number = None
    document_on: Annotated[Day | None, Blank, Field(description="The day on the document.")] = None


class FilePatch(Input):
    """Changes to what is said of a file. Its content and its name stay."""

    category: FileCategory | None = None
    classification: FileClassification | None = None
    number: Number = None
    document_on: Annotated[Day | None, Blank] = None
