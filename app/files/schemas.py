"""What may be said about a file; its bytes come beside it."""

from typing import Annotated

from pydantic import Field

from app.schemas import Blank, Day, Input, Maybe, Word
from app.vocabulary import FileCategory, FileClassification

Number = Annotated[Maybe[Word], Field(description="The document's number and symbol, such as 125/BC-SNgV.")]
What = Annotated[FileCategory, Field(description="What the document is.")]
Seen = Annotated[
    FileClassification, Field(description="`internal`: not for viewers, nor for keys that only read.")
]
DocumentDay = Annotated[Day, Field(description="The day on the document.")]


class FileIn(Input):
    """What the files of one upload are: the same for all of them."""

    category: What = FileCategory.other
    classification: Seen = FileClassification.normal
    number: Number = None
    document_on: Annotated[DocumentDay | None, Blank] = None


class FilePatch(Input):
    """Changes to what is said of a file. Its content and its name stay."""

    category: What | None = None
    classification: Seen | None = None
    number: Number = None
    document_on: Annotated[DocumentDay | None, Blank] = None
