"""The filters of the programmes' list as links: every value with its count, and what is in force now."""

from dataclasses import dataclass

from app.i18n import Words
from app.lists import Address
from app.programmes.filters import SORTS, ProgrammeFilters, ProgrammeList
from app.programmes.listing import Found
from app.reporting.words import spanned
from app.vocabulary import ProgrammeState

_CODED = ("area", "sector", "unit", "donor")


@dataclass(frozen=True, slots=True)
class Option:
    """One value: its words, how many programmes it would show, and the link that toggles it."""

    text: str
    count: int
    url: str
    current: bool


class Options:
    """What the page offers beside the list, in the reader's language."""

    def __init__(self, spoken: Words, asked: ProgrammeList, found: Found, here: Address) -> None:
        self._words, self._asked, self._found, self._here = spoken, asked, found, here

    def menus(self) -> list[tuple[str, list[Option]]]:
        """The filters that are offered: a title and its values."""
        text = self._words.gettext
        titles = (text("Policy area"), text("Sector"), text("Lead unit"), text("Donor"))
        states = [
            self._option("state", state.value, self._words.label(state), state in self._asked.state)
            for state in ProgrammeState
        ]
        menus = [(text("State"), states)]
        for name, title in zip(_CODED, titles, strict=True):
            values = {code: self._name(name, code) for code in self._found.names.get(name, {})}
            chosen = getattr(self._asked, name)
            values |= {code: self._name(name, code) for code in chosen}
            menus.append(
                (title, [self._option(name, code, words, code in chosen) for code, words in values.items()])
            )
        used = [(title, [o for o in options if o.count or o.current]) for title, options in menus]
        return [(title, options) for title, options in used if options]

    def flags(self) -> list[Option]:
        """What a department asks most: who gives, who has no money beside it, and what has gone quiet."""
        text = self._words.gettext
        named = (
            ("funded", text("With a donor")),
            ("unmatched", text("Without counterpart funds")),
            ("quiet", text("Quiet for long")),
        )
        return [
            Option(
                words, self._found.counts[name]["true"], self._flag(name), bool(getattr(self._asked, name))
            )
            for name, words in named
        ]

    def sorts(self) -> list[Option]:
        """The orders that are offered, one way each; the table's heads turn them round."""
        now = (self._asked.sort or "state").removeprefix("-")
        first = {"started_on": "-started_on"}
        return [
            Option(
                self._words.word("programme_sort", name),
                0,
                self._here(sort=first.get(name, name), page=None),
                now == name,
            )
            for name in SORTS
            if name != "id"
        ]

    def applied(self) -> list[Option]:
        """The filters in force; each link takes one away."""
        found = []
        if q := self._asked.q:
            found.append(Option(f"“{q}”", 0, self._here(q=None, page=None), True))
        for name in ProgrammeFilters.model_fields:
            value = getattr(self._asked, name)
            if isinstance(value, tuple):
                found += [
                    Option(self._value(name, code), 0, self._here.toggled(name, code), True) for code in value
                ]
        if text := spanned(self._words, self._asked):
            found.append(Option(text, 0, self._here(**self._asked.without_span()), True))
        return found + [option for option in self.flags() if option.current]

    def _value(self, name: str, code: str) -> str:
        return self._words.label(code) if isinstance(code, ProgrammeState) else self._name(name, code)

    def _name(self, name: str, code: str) -> str:
        return self._found.names.get(name, {}).get(code, code)

    def _flag(self, name: str) -> str:
        return self._here(**{name: None if getattr(self._asked, name) else "true", "page": None})

    def _option(self, name: str, code: str, words: str, current: bool) -> Option:
        count = self._found.counts.get(name, {}).get(code, 0)
        return Option(words, count, self._here.toggled(name, code), current)
