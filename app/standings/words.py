"""A standing in words: the reasons, the sentence, each clause with what proves it.

Texts are made from codes, dates and numbers in the reader's language; nothing of it is stored.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from app.i18n import Words
from app.standing import months_between
from app.standings.schemas import ReasonOut, StandingOut
from app.vocabulary import OwedBy, ReasonCode, Rung, Status


@dataclass(slots=True)
class Evidence:
    """One record that proves a reason, and where to see it. (Not frozen: lists make hundreds.)"""

    type: str
    id: int
    url: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of the sentence and the records behind it."""

    text: str
    evidence: tuple[Evidence, ...] = ()
    code: ReasonCode | None = None


def _(text: str) -> str:
    """Mark a text for the catalogue; it is translated where it is used."""
    return text


_PAGES = {
    "agreement": "/agreements/",
    "delegation": "/delegations/",
    "interaction": "/interactions/",
    "follow_up": "/follow-ups/",
    "programme": "/programmes/",
}


_PLAIN_LEADS = {
    Status.no_data: _("A tie is known, but the file says too little to judge it"),
    Status.advancing: _("A programme is running and has moved lately"),
    Status.slowing: _("A programme is running but has been quiet"),
}
_WAITING_LEADS = {
    Status.stuck: _("Without a programme since %(since)s: %(counted)s, patience is %(patience)s months"),
    Status.at_risk: _("Without a programme since %(since)s: %(counted)s of %(patience)s months of patience"),
    Status.on_track: _("On its way since %(since)s: %(counted)s of %(patience)s months of patience"),
}


def evidence(slug: str, reference: str) -> Evidence:
    """Where the record behind a reference such as `agreement:12` is shown."""
    kind, _, number = reference.partition(":")
    page = _PAGES.get(kind)
    return Evidence(kind, int(number), page + number if page else f"/partners/{slug}#{kind}")


def proofs(slug: str, reason: ReasonOut) -> tuple[Evidence, ...]:
    """Every record behind a reason."""
    return tuple(evidence(slug, reference) for reference in reason.evidence)


def reason_text(spoken: Words, reason: ReasonOut, as_of: date) -> str:
    """One reason as a clause with its date and numbers: "silent since 15/10/2025 (12 months)"."""
    return _TEXTS[reason.code](spoken, reason, as_of)


def clauses(spoken: Words, standing: StandingOut) -> list[Clause]:
    """The sentence that explains a standing: where it stands, since when, and each reason with its proofs."""
    found = [Clause(_lead(spoken, standing))]
    for reason in standing.reasons:
        if reason.code == ReasonCode.no_programme:
            found[0] = Clause(found[0].text, proofs(standing.partner, reason), reason.code)
            continue
        text = reason_text(spoken, reason, standing.as_of)
        found.append(Clause(text, proofs(standing.partner, reason), reason.code))
    return found


def _lead(spoken: Words, standing: StandingOut) -> str:
    """The main clause: what the status says of this partner."""
    status = standing.underlying
    if status in _PLAIN_LEADS:
        return spoken.gettext(_PLAIN_LEADS[status])
    if status == Status.untied:
        met = standing.rung == Rung.contact
        return spoken.gettext(_("No tie has been signed yet") if met else _("There has been no contact yet"))
    return spoken.gettext(
        _WAITING_LEADS[status],
        since=spoken.date(standing.waiting_since),
        counted=_span(spoken, standing.months_waiting or 0),
        patience=standing.patience_months,
    )


def _span(spoken: Words, months: int) -> str:
    return spoken.ngettext("%(n)s month", "%(n)s months", months)


def _since(spoken: Words, reason: ReasonOut, as_of: date, text: str) -> str:
    day = reason.since or as_of
    return spoken.gettext(
        text, since=spoken.date(day), counted=_span(spoken, max(0, months_between(day, as_of)))
    )


def _no_programme(spoken: Words, reason: ReasonOut, as_of: date) -> str:
    return spoken.gettext(
        "no programme since %(since)s: %(months)s months, patience %(patience)s",
        since=spoken.date(reason.since), months=reason.numbers["months"], patience=reason.numbers["patience"],
    )  # fmt: skip


def _return_visit(spoken: Words, reason: ReasonOut, as_of: date) -> str:
    months = _span(spoken, int(reason.numbers["months"]))
    if reason.numbers["owed_by"] == OwedBy.home:
        return spoken.gettext("their visit has not been returned by us for %(counted)s", counted=months)
    return spoken.gettext("our visit has not been returned by them for %(counted)s", counted=months)


def _promises(spoken: Words, reason: ReasonOut, as_of: date) -> str:
    sides = []
    if home := int(reason.numbers["home"]):
        sides.append(spoken.ngettext("%(n)s on our side", "%(n)s on our side", home))
    if theirs := int(reason.numbers["partner"]):
        sides.append(spoken.ngettext("%(n)s on theirs", "%(n)s on theirs", theirs))
    return spoken.gettext("promises overdue: %(sides)s", sides=spoken.join(sides))


def _ceremonial(spoken: Words, reason: ReasonOut, as_of: date) -> str:
    n = int(reason.numbers["contacts"])
    return spoken.ngettext(
        "%(n)s contact in three years, agreeing on nothing",
        "%(n)s contacts in three years, none agreeing on anything",
        n,
    )


def _silent(spoken: Words, reason: ReasonOut, as_of: date) -> str:
    months = _span(spoken, int(reason.numbers["months"]))
    return spoken.gettext("no word either way for %(counted)s", counted=months)


def _paper_only(spoken: Words, reason: ReasonOut, as_of: date) -> str:
    months = _span(spoken, int(reason.numbers["months"]))
    return spoken.gettext("a concrete agreement for %(counted)s, but no programme under it", counted=months)


def _expiring(spoken: Words, reason: ReasonOut, as_of: date) -> str:
    ends_on = date.fromisoformat(str(reason.numbers["ends_on"]))
    return spoken.gettext("the last agreement in force ends on %(ends_on)s", ends_on=spoken.date(ends_on))


def _plainly(text: str) -> Callable[[Words, ReasonOut, date], str]:
    return lambda spoken, reason, as_of: _since(spoken, reason, as_of, text)


_TEXTS: dict[ReasonCode, Callable[[Words, ReasonOut, date], str]] = {
    ReasonCode.tie_undated: lambda spoken, reason, as_of: spoken.gettext(
        "the date of the tie is not on file"
    ),
    ReasonCode.file_thin: lambda spoken, reason, as_of: spoken.gettext("nothing else is on file"),
    ReasonCode.no_programme: _no_programme,
    ReasonCode.paper_only: _paper_only,
    ReasonCode.agreement_lapsed: _plainly(_("no agreement in force since %(since)s")),
    ReasonCode.agreement_expiring: _expiring,
    ReasonCode.return_visit_owed: _return_visit,
    ReasonCode.silent: _silent,
    ReasonCode.ceremonial_only: _ceremonial,
    ReasonCode.promises_overdue: _promises,
    ReasonCode.programme_quiet: _plainly(_("a programme without progress since %(since)s")),
}
