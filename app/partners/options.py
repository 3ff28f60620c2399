"""The filters of the partners' list as links: every value with its count, and what is in force now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.actor import Actor
from app.i18n import Words
from app.lists import Address
from app.partners.facets import Facets
from app.partners.filters import ME, NOBODY, RELEVANCE, SORTS, Gap, PartnerFilters, PartnerList
from app.reporting.words import spanned
from app.vocabulary import Cause, Locale, Region, Rung, Status, Tier


@dataclass(frozen=True, slots=True)
class Option:
    """One value: its words, how many partners it would show, and the link that toggles it; `change`: how many
    more or fewer than on an earlier day, where that is told."""

    text: str
    count: int | None
    url: str
    current: bool
    status: Status | None = None
    change: int | None = None


class Options:
    """What the page offers beside the list, in the reader's language."""

    def __init__(
        self, spoken: Words, actor: Actor, asked: PartnerList, facets: Facets, here: Address
    ) -> None:
        self._words, self._actor, self._asked, self._facets, self._here = spoken, actor, asked, facets, here

    def status(self) -> list[Option]:
        """Every status, those without partners too: the strip keeps its places."""
        return [self._option("status", s.value, self._words.label(s), s) for s in Status]

    def menus(self) -> list[tuple[str, list[Option]]]:
        """The other filters that are offered: a title and its values."""
        return self.of("rung", "tier", "region", "forum", "sector", "officer", "cause", "gap")

    def of(self, *names: str) -> list[tuple[str, list[Option]]]:
        """Some of the menus, by the names of their filters."""
        text = self._words.gettext
        made = {
            "rung": lambda: (text("Depth"), self._codes("rung", Rung)),
            "tier": lambda: (text("Tier"), self._codes("tier", Tier)),
            "region": lambda: (text("Region"), self._codes("region", Region)),
            "forum": lambda: (text("Forum"), self._named("forum")),
            "sector": lambda: (text("Sector"), self._named("sector")),
            "officer": lambda: (text("Officer"), self._officers()),
            "cause": lambda: (text("Cause"), self._causes()),
            "gap": lambda: (text("Missing"), self._gaps()),
        }
        return [made[name]() for name in names]

    def sorts(self) -> list[Option]:
        """The orders that are offered, one way each; the table's heads turn them round."""
        now = self._asked.order or (RELEVANCE if self._asked.q else "name")
        names = [*((RELEVANCE,) if self._asked.q else ()), *SORTS]
        first = {"urgency": "-urgency", "waiting": "-waiting", "rung": "-rung"}
        return [
            Option(
                self._words.word("sort", name),
                None,
                self._here(sort=first.get(name, name), page=None),
                now.removeprefix("-") == name,
            )
            for name in names
        ]

    def applied(self) -> list[Option]:
        """The filters in force; each link takes one away."""
        found = []
        if q := self._asked.q:
            found.append(Option(f"“{q}”", None, self._here(q=None, page=None), True))
        for name in PartnerFilters.model_fields:
            if isinstance(getattr(self._asked, name), tuple):
                found += [
                    Option(self._value(name, value), None, self._here.toggled(name, str(value)), True)
                    for value in getattr(self._asked, name)
                ]
        if text := spanned(self._words, self._asked):
            found.append(Option(text, None, self._here(**self._asked.without_span()), True))
        return found

    def _value(self, name: str, value: str) -> str:
        if isinstance(value, StrEnum):
            return self._words.label(value)
        if name == "country":
            return self._words.country(value)
        if name == "officer" and value in (ME, NOBODY):
            return self._words.gettext("Mine" if value == ME else "Nobody yet")
        if name == "cause":
            return self._words.gettext("No cause named")
        return self._name(name, value)

    def _name(self, name: str, code: str) -> str:
        vi, en = self._facets.names.get(name, {}).get(code, (code, code))
        return vi if self._words.locale == Locale.vi else en

    def _option(self, name: str, value: str, text: str, status: Status | None = None) -> Option:
        count = self._facets.counts.get(name, {}).get(value, 0)
        return Option(
            text, count, self._here.toggled(name, value), value in getattr(self._asked, name), status
        )

    def _codes(self, name: str, enum: type[StrEnum]) -> list[Option]:
        return self._used(self._option(name, code.value, self._words.label(code)) for code in enum)

    def _named(self, name: str) -> list[Option]:
        codes = self._facets.names.get(name, {})
        return self._used(self._option(name, code, self._name(name, code)) for code in codes)

    def _officers(self) -> list[Option]:
        counts: Mapping[str, int] = self._facets.counts.get("officer", {})
        chosen = self._asked.officer
        own = self._actor.email if self._actor.email not in chosen else None
        found = []
        people = sorted(
            (names[0], email)
            for email, names in self._facets.names.get("officer", {}).items()
            if email not in (own, NOBODY)
        )
        if own:
            url = self._here.toggled("officer", ME)
            found.append(Option(self._words.gettext("Mine"), counts.get(own, 0), url, ME in chosen))
        found += self._used(self._option("officer", email, name) for name, email in people)
        found.append(self._option("officer", NOBODY, self._words.gettext("Nobody yet")))
        return found

    def _causes(self) -> list[Option]:
        """What managers named; offered once something is."""
        found = self._codes("cause", Cause)
        if found or NOBODY in self._asked.cause:
            found.append(self._option("cause", NOBODY, self._words.gettext("No cause named")))
        return found

    def _gaps(self) -> list[Option]:
        """What files lack; not counted, since counting it takes as long as the list itself."""
        return [
            Option(self._words.label(gap), None, self._here.toggled("gap", gap), gap in self._asked.gap)
            for gap in Gap
        ]

    @staticmethod
    def _used(options: Iterable[Option]) -> list[Option]:
        return [option for option in options if option.count or option.current]
