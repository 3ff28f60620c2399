"""The filters of the list of contacts as links: every value with its count, and what is in force now."""

from app.delegations.menus import Option
from app.i18n import Words
from app.interactions.filters import InteractionList
from app.interactions.listing import Tally
from app.lists import Address
from app.vocabulary import Channel, Locale


class Options:
    """What the page offers beside the list, in the reader's language."""

    def __init__(
        self,
        spoken: Words,
        asked: InteractionList,
        counted: Tally,
        here: Address,
        partners: dict[str, tuple[str, str]],
    ) -> None:
        self._words, self._asked, self._counted, self._here = spoken, asked, counted, here
        self._partners = partners

    def channels(self) -> list[Option]:
        """By which way one was in touch."""
        return [
            Option(
                self._words.label(channel),
                self._here.toggled("channel", channel.value),
                channel in self._asked.channel,
                self._counted.of_channel(channel),
            )
            for channel in Channel
        ]

    def ways(self) -> list[Option]:
        """Exchanges, and what is left without an answer."""
        return [
            Option(
                self._way(two_way),
                self._here(
                    two_way=None if self._asked.two_way == two_way else str(two_way).lower(), page=None
                ),
                self._asked.two_way == two_way,
                self._counted.of_way(two_way),
            )
            for two_way in (True, False)
        ]

    def applied(self) -> list[Option]:
        """The filters in force; each link takes one away."""
        asked, text, found = self._asked, self._words.gettext, []
        if asked.q:
            found.append(Option(f"“{asked.q}”", self._here(q=None, page=None), True))
        found += [
            Option(self._words.label(channel), self._here.toggled("channel", channel.value), True)
            for channel in asked.channel
        ]
        for slug in asked.partner:
            name = self._partners[slug][0 if self._words.locale == Locale.vi else 1]
            found.append(Option(name, self._here.toggled("partner", slug), True))
        if asked.two_way is not None:
            found.append(Option(self._way(asked.two_way), self._here(two_way=None, page=None), True))
        for name, day, words in (
            ("since", asked.since, text("since %(day)s")),
            ("until", asked.until, text("until %(day)s")),
        ):
            if day:
                shown = words % {"day": self._words.date(day)}
                found.append(Option(shown, self._here(**{name: None, "page": None}), True))
        return found

    def _way(self, two_way: bool) -> str:
        return self._words.gettext("Went both ways") if two_way else self._words.gettext("One way so far")
