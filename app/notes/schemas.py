"""What may be said in a note."""

from typing import Annotated

from pydantic import Field

from app.schemas import Input, Text

NoteText = Annotated[Text, Field(max_length=5000)]


class NoteIn(Input):
    """A note. `@` before a colleague's name or e-mail address tells them of it."""

    text: NoteText
    confidential: bool = False


class NotePatch(Input):
    """Changes to a note; what is left out stays."""

    text: NoteText | None = None
    confidential: bool | None = None
