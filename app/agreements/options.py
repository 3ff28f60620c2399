"""The filters of the list of agreements as menus with counts, and those in force as chips."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.agreements.filters import AgreementList
from app.agreements.listing import Listed
from app.i18n import Words
from app.lists import Address
from app.reporting.words import spanned
from app.vocabulary import (
    AgreementForce,
    AgreementKind,
    AgreementLevel,
    AgreementState,
    ExpiryLane,
    Region,
)

_CODED: dict[str, type[StrEnum]] = {
    "force": AgreementForce,
    "state": AgreementState,
    "lane": ExpiryLane,
    "kind": AgreementKind,
    "level": AgreementLevel,
    "region": Region,
}


@dataclass(frozen=True)
class Option:
    """One value of a filter: its words, how many papers have it, and the list with it."""

    text: str
    count: int
    url: str
    current: bool


class Options:
    """What the template asks for."""

    def __init__(self, spoken: Words, asked: AgreementList, found: Listed, here: Address) -> None:
        self._spoken, self._asked, self._found, self._here = spoken, asked, found, here

    def strip(self) -> list[Option]:
        """The states after the signing, and what is not signed yet."""
        return list(self._values("force", list(AgreementForce), keep_empty=True))

    def menus(self) -> list[tuple[str, list[Option]]]:
        """The other filters, each with the values that would find something."""
        text = self._spoken.gettext
        made: list[tuple[str, str, list[Any]]] = [
            (text("Procedure"), "state", list(AgreementState)),
            (text("End or notice"), "lane", list(ExpiryLane)),
            (text("Kind of paper"), "kind", list(AgreementKind)),
            (text("Sector"), "sector", list(self._found.names["sector"])),
            (text("Lead unit"), "lead_unit", list(self._found.names["lead_unit"])),
            (text("Region"), "region", list(Region)),
            (text("Level"), "level", list(AgreementLevel)),
        ]
        return [(title, list(self._values(name, codes))) for title, name, codes in made]

    def _values(self, name: str, codes: Iterable[Any], *, keep_empty: bool = False) -> Iterable[Option]:
        chosen = getattr(self._asked, name)
        for code in codes:
            count = self._found.counts[name][code] if name in self._found.counts else 0
            if count or code in chosen or keep_empty:
                url = self._here.toggled(name, str(code))
                yield Option(self._words(name, code), count, url, code in chosen)

    def _words(self, name: str, code: Any) -> str:
        if name in _CODED:
            return self._spoken.label(_CODED[name](code))
        return self._found.names[name].get(code, code)

    def applied(self) -> list[dict[str, str]]:
        """The filters in force, each with the list without it."""
        chips = []
        if self._asked.q:
            chips.append({"text": f"“{self._asked.q}”", "url": self._here(q=None, page=None)})
        for name in ("partner", "force", "state", "lane", "kind", "sector", "lead_unit", "region", "level"):
            for code in getattr(self._asked, name):
                url = self._here.toggled(name, str(code))
                chips.append({"text": self._words(name, code), "url": url})
        if text := spanned(self._spoken, self._asked):
            chips.append({"text": text, "url": self._here(**self._asked.without_span())})
        return chips
