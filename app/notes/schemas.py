"""What may be said in a note."""

from typing import Annotated

from pydantic import Field

from app.schemas import Input, Text

NoteText = Annotated[
    Text,
    Field(
        max_length=5000,
        description="The note. `@` before a colleague's name or e-mail address tells them of it.",
    ),
]

Confidential = Annotated[bool, Field(description="It is then told to its author and to managers only.")]


class NoteIn(Input):
    """A note. `@` before a colleague's name or e-mail address tells them of it."""

    text: NoteText
    confidential: Confidential = False


class NotePatch(Input):
    """Changes to a note; what is left out stays."""

    text: NoteText | None = None
    confidential: Confidential | None = None
