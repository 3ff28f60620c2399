"""Who is named in a text: `@` and a colleague's e-mail address or name, with its marks or without. Pure."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from app.text import fold

# An @ within an e-mail address names nobody; one at the start, after a space or a bracket does.
_AT = re.compile(r"(?<![\w.])@(?=\w)")
_LONGEST = 200


@dataclass(frozen=True)
class Colleague:
    """Somebody who can be named."""

    id: int
    name: str
    email: str


class SeveralMeant(Exception):
    """Two colleagues bear the name that was written."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def named_in(text: str, colleagues: Collection[Colleague]) -> list[Colleague]:
    """The colleagues a text names, each once, in the order of the text. Raises SeveralMeant."""
    found: dict[int, Colleague] = {}
    for at in _AT.finditer(text):
        if who := _named(text[at.end() : at.end() + _LONGEST], colleagues):
            found.setdefault(who.id, who)
    return list(found.values())


def _named(rest: str, colleagues: Collection[Colleague]) -> Colleague | None:
    """The one whose address or name the text begins with; the longest wins, marks count before none do."""
    for spelt in (_exact, fold):
        text = spelt(rest)
        fits = [
            (len(spelling), who)
            for who in colleagues
            for spelling in (spelt(who.email), spelt(who.name))
            if spelling and text.startswith(spelling) and not _goes_on(text, len(spelling))
        ]
        if fits:
            longest = max(length for length, _ in fits)
            meant = {who.id: who for length, who in fits if length == longest}
            if len(meant) > 1:
                raise SeveralMeant(next(iter(meant.values())).name)
            return next(iter(meant.values()))
    return None


def _exact(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _goes_on(text: str, end: int) -> bool:
    """Whether the word is longer than the name: @Anh is not @An."""
    return text[end : end + 1].isalnum()
