"""What caused a move, in the reader's language, with the records behind it."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.i18n import Words
from app.standing.moves import TIME, Cause
from app.standings.words import Evidence, evidence
from app.vocabulary import MoveCause


def _(text: str) -> str:
    """Mark a text for the catalogue; it is translated where it is used."""
    return text


@dataclass(frozen=True, slots=True)
class Because:
    """One cause: in words, and the records to look at with its title, where it may be told."""

    cause: Cause
    text: str
    records: tuple[tuple[Evidence, str], ...]


_TIMES = {
    MoveCause.patience_over: _("patience of %(months)s months ran out, counted from %(since)s"),
    MoveCause.patience_short: _("%(months)s months without a programme, counted from %(since)s"),
    MoveCause.fell_quiet: _("no progress of a programme for %(months)s months, counted from %(since)s"),
    MoveCause.forgotten: _("what carried it lies more than %(months)s months back"),
}
_QUIETED = _("no progress of any programme for %(months)s months")


def because(spoken: Words, slug: str, cause: Cause, names: Mapping[str, str]) -> Because:
    """A cause in words."""
    records = tuple((evidence(slug, ref), names.get(ref, "")) for ref in cause.refs)
    return Because(cause, cause_text(spoken, cause), records)


def cause_text(spoken: Words, cause: Cause) -> str:
    """What happened, or which time ran out: "patience of 24 months ran out, counted from 15/10/2024"."""
    if cause.code not in TIME:
        return spoken.label(cause.code)
    text = _QUIETED if cause.code == MoveCause.fell_quiet and cause.since is None else _TIMES[cause.code]
    since = spoken.date(cause.since) if cause.since else ""
    return spoken.gettext(text, months=cause.months, since=since)
