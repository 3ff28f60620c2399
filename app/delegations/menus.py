"""The filters of the list of delegations as links: every value with its count, and what is in force now."""

from dataclasses import dataclass
from enum import StrEnum

from app.delegations.filters import DelegationList, LedTo, ReportState
from app.delegations.listing import Tally
from app.i18n import Words
from app.lists import Address
from app.reporting.words import spanned
from app.vocabulary import DelegationDirection, DelegationState, Locale, VisitLevel, VisitPurpose


@dataclass(frozen=True, slots=True)
class Option:
    """One value: its words, how many delegations it would show, and the link that toggles it."""

    text: str
    url: str
    current: bool
    count: int | None = None


class Options:
    """What the page offers beside the list, in the reader's language."""

    def __init__(
        self,
        spoken: Words,
        asked: DelegationList,
        counted: Tally,
        here: Address,
        partners: dict[str, tuple[str, str]],
        years: list[int],
    ) -> None:
        self._words, self._asked, self._counted, self._here = spoken, asked, counted, here
        self._partners, self.years = partners, years

    def directions(self) -> list[Option]:
        """Both directions."""
        return self._codes("direction", DelegationDirection)

    def menus(self) -> list[tuple[str, list[Option]]]:
        """The other filters that are offered: a title and its values."""
        text = self._words.gettext
        return [
            (text("State"), self._codes("state", DelegationState)),
            (text("Level of the head"), self._codes("level", VisitLevel)),
            (text("Purpose"), self._codes("purpose", VisitPurpose)),
        ]

    def reports(self) -> list[Option]:
        """Whose report is owed, or overdue."""
        return [
            Option(
                self._words.word("report_state", state.value),
                self._here(report=None if self._asked.report == state else state.value, page=None),
                self._asked.report == state,
            )
            for state in ReportState
        ]

    def effects(self) -> list[Option]:
        """What those that took place led to."""
        return [
            Option(
                self._words.word("led_to", effect.value),
                self._here(led_to=None if self._asked.led_to == effect else effect.value, page=None),
                self._asked.led_to == effect,
            )
            for effect in (LedTo.nothing,)
        ]

    def applied(self) -> list[Option]:
        """The filters in force; each link takes one away."""
        asked, text, found = self._asked, self._words.gettext, []
        if asked.q:
            found.append(Option(f"“{asked.q}”", self._here(q=None, page=None), True))
        for name in Tally.NAMES:
            found += [
                Option(self._words.label(value), self._here.toggled(name, value.value), True)
                for value in getattr(asked, name)
            ]
        for kind in ("partner", "sector"):
            for key in getattr(asked, kind):
                name = self._partners[key][0 if self._words.locale == Locale.vi else 1]
                found.append(Option(name, self._here.toggled(kind, key), True))
        for kind in ("region", "place"):
            for code in getattr(asked, kind):
                found.append(Option(self._words.label(code), self._here.toggled(kind, code.value), True))
        for untold in asked.untold:
            said = self._words.word("untold", untold.value)
            found.append(Option(said, self._here.toggled("untold", untold.value), True))
        if asked.in_period:
            rid = self._here(in_period=None, since=None, until=None, page=None)
            return [*found, Option(spanned(self._words, asked), rid, True)]
        for name, context in (("report", "report_state"), ("led_to", "led_to")):
            value = getattr(asked, name)
            told = [self._words.word(context, value.value)] if value else []
            found += [Option(it, self._here(**{name: None}, page=None), True) for it in told]
        if asked.year:
            found.append(Option(str(asked.year), self._here(year=None, page=None), True))
        if asked.since:
            day = text("since %(day)s", day=self._words.date(asked.since))
            found.append(Option(day, self._here(since=None, page=None), True))
        if asked.until:
            day = text("until %(day)s", day=self._words.date(asked.until))
            found.append(Option(day, self._here(until=None, page=None), True))
        return found

    def _codes(self, name: str, codes: type[StrEnum]) -> list[Option]:
        chosen = getattr(self._asked, name)
        return [
            Option(
                self._words.label(code),
                self._here.toggled(name, code.value),
                code in chosen,
                self._counted.of(name, code),
            )
            for code in codes
        ]
