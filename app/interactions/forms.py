"""The form of a contact: what fills it, its menus, both versions after a stale edit."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from app.forms import Typed
from app.i18n import Words
from app.interactions.queries import InteractionPage
from app.partners.forms import partial
from app.partners.named import find_partners, spelled
from app.vocabulary import Channel

Data = dict[str, Any]
Option = tuple[str, str]
# What a confidential contact's form leaves out for who may not read it.
NOTES = ("people", "summary", "confidential")
# By which channel a letter or a mail is answered.
_BACK = {Channel.letter_out: Channel.letter_in, Channel.letter_in: Channel.letter_out}


@dataclass(frozen=True)
class Difference:
    """One field in both versions."""

    name: str
    label: str
    mine: str
    theirs: str


def stored(session: Session, talk: InteractionPage) -> Data:
    """A contact as its form shows it."""
    said = (
        "" if talk.answers_id or talk.said_two_way == talk.channel.two_way else str(talk.said_two_way).lower()
    )
    return {
        "on": partial(talk.on, talk.precision),
        "channel": talk.channel.value,
        "title": talk.own_title,
        "partners": spelled(session, talk.partners),
        "people": talk.people or "",
        "summary": talk.summary or "",
        "two_way": said,
        "answers": str(talk.answers_id or ""),
        "confidential": "true" if talk.confidential else "",
    }


def answering(session: Session, talk: InteractionPage, spoken: Words) -> Data:
    """The form of an answer, as far as the letter tells it."""
    return {
        "partners": spelled(session, talk.partners),
        "channel": _BACK.get(talk.channel, talk.channel).value,
        "title": spoken.gettext("Answer: %(title)s", title=talk.own_title)[:300],
        "answers": str(talk.id),
    }


def sent(session: Session, typed: Typed, *, notes: bool = True) -> Data:
    """The posted form as a schema reads it, partners by slug; an empty box is told. `notes`: the form held
    those fields. Raises Refused for a partner nobody knows."""
    data = typed.chosen(lists=("partners",))
    theirs = {n.removeprefix("keep-") for n, v in typed.texts().items() if v == "theirs"}
    if notes and "confidential" not in theirs:
        data["confidential"] = "true" if data.get("confidential") else "false"
    if "partners" in data:
        data["partners"] = find_partners(session, data["partners"])
    return data


def shown(typed: Typed) -> Data:
    """What was typed, to fill the form again."""
    return {**typed.texts(), "partners": [text for text in typed.all("partners") if text.strip()]}


def labels(spoken: Words) -> dict[str, str]:
    """The words of every field."""
    text = spoken.gettext
    return {
        "partners": text("Partners"),
        "on": text("When"),
        "channel": text("How"),
        "title": text("What it was about"),
        "people": text("Who took part"),
        "summary": text("Summary"),
        "two_way": text("Both ways"),
        "confidential": text("Confidential"),
        "answers": text("Answers"),
    }


def menus(spoken: Words) -> dict[str, list[Option]]:
    """The choices by field."""
    return {
        "channel": [(channel.value, spoken.label(channel)) for channel in Channel],
        "two_way": [
            ("true", spoken.gettext("yes, an exchange")),
            ("false", spoken.gettext("no, one side only")),
        ],
    }


def differences(mine: Data, now: Data, spoken: Words) -> list[Difference]:
    """The fields that differ between what was typed and what is stored now, in words."""
    choices = menus(spoken)

    def words_of(name: str, value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(value)
        if name == "confidential":
            return spoken.gettext("yes") if value else spoken.gettext("no")
        return dict(choices.get(name, [])).get(value, str(value))

    return [
        Difference(name, label, words_of(name, mine.get(name, "")), words_of(name, now[name]))
        for name, label in labels(spoken).items()
        if name in now and (name in mine or name == "confidential")
        if _plain(mine.get(name, "")) != _plain(now[name])
    ]


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else " ".join(str(value).split())
