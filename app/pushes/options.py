"""The filters of the list of pushes as links: every value with its count, and what is in force now."""

from dataclasses import dataclass
from enum import StrEnum

from app.i18n import Words
from app.lists import Address
from app.partners.filters import ME, NOBODY
from app.pushes.filters import PushFilters, PushList
from app.pushes.listing import Found
from app.vocabulary import Cause, PushState, Region, Tier


@dataclass(frozen=True, slots=True)
class Option:
    """One value: its words, how many pushes it would show, and the link that toggles it."""

    text: str
    count: int
    url: str
    current: bool


class Options:
    """What the page offers beside the list, in the reader's language."""

    def __init__(self, spoken: Words, asked: PushList, found: Found, here: Address) -> None:
        self._words, self._asked, self._found, self._here = spoken, asked, found, here

    def states(self) -> list[Option]:
        """Every state, those without pushes too: the strip keeps its places."""
        return [self._option("state", state.value, self._words.label(state)) for state in PushState]

    def menus(self) -> list[tuple[str, list[Option]]]:
        """The other filters that are offered: a title and its values."""
        text = self._words.gettext
        officers = [self._option("officer", email, self._officer(email)) for email in self._emails()]
        menus = [
            (text("Region"), self._codes("region", Region)),
            (text("Tier"), self._codes("tier", Tier)),
            (text("Cause"), self._codes("cause", Cause)),
            (text("Officer"), sorted(officers, key=lambda option: option.text)),
        ]
        return [(title, options) for title, options in menus if options]

    def applied(self) -> list[Option]:
        """The filters in force; each link takes one away."""
        return [
            Option(self._value(name, value), 0, self._here.toggled(name, str(value)), True)
            for name in PushFilters.model_fields
            for value in getattr(self._asked, name)
        ]

    def _emails(self) -> list[str]:
        return list(dict.fromkeys([*self._found.counts["officer"], *self._asked.officer]))

    def _officer(self, email: str) -> str:
        text = self._words.gettext
        if email in (ME, NOBODY):
            return text("Me") if email == ME else text("Nobody")
        return self._found.officers.get(email, email)

    def _value(self, name: str, value: str) -> str:
        if isinstance(value, StrEnum):
            return self._words.label(value)
        return self._officer(value) if name == "officer" else value

    def _codes(self, name: str, codes: type[StrEnum]) -> list[Option]:
        chosen = getattr(self._asked, name)
        return [
            self._option(name, code.value, self._words.label(code))
            for code in codes
            if self._found.counts[name][code.value] or code in chosen
        ]

    def _option(self, name: str, code: str, words: str) -> Option:
        count = self._found.counts[name][code]
        return Option(words, count, self._here.toggled(name, code), code in getattr(self._asked, name))
