"""The list of agreements: filters, counts, order, lanes.

What holds on a day follows from dates that may be partly known, so the one rule in Python decides, over
narrow rows of all papers: a city has hundreds of them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.agreements.filters import AgreementFilters
from app.agreements.queries import derived, extended_ends
from app.errors import Refused
from app.models import (
    Agreement,
    AgreementPartner,
    AgreementSector,
    Organisation,
    Partner,
    ProcedureStep,
    Programme,
    Sector,
)
from app.organisations.queries import former_names
from app.records.queries import named, settled, titled
from app.remembered import Remembered
from app.text import like_words
from app.vocabulary import (
    AgreementForce,
    AgreementKind,
    AgreementLevel,
    AgreementState,
    DatePrecision,
    ExpiryLane,
    InPeriod,
    Locale,
    Region,
)

PAGE = 50
# How many papers of a lane are shown before the list takes over.
IN_LANE = 8


@dataclass(frozen=True, slots=True)
class Party:
    """A partner of a paper."""

    slug: str
    name: str
    region: Region


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A paper as the list shows it. `step_due_on`: its next step of the procedure, while it is open."""

    id: int
    title: str
    kind: AgreementKind
    level: AgreementLevel
    state: AgreementState
    force: AgreementForce
    lane: ExpiryLane | None
    signed_on: date | None
    signed_precision: DatePrecision | None
    counted_on: date | None
    expires_on: date | None
    expires_precision: DatePrecision | None
    extended_to: date | None
    terminated_on: date | None
    terminated_precision: DatePrecision | None
    auto_renews: bool
    notice_on: date | None
    watched_on: date | None
    ends_on: date | None
    lead_unit: str | None
    lead_unit_code: str | None
    sectors: tuple[str, ...]
    partners: tuple[Party, ...]
    step_due_on: date | None
    is_demo: bool
    found: str
    # In force from this day on (None: as long as anybody knows), until the day before `ends_on`.
    begins_on: date | None
    # The days from and until which programmes carried it out.
    works: tuple[tuple[date, date], ...]

    def fits(self, what: InPeriod, since: date, until: date) -> bool:
        """Whether it was signed (by the first day that is known of the date), was in force, ended or was
        carried out by a programme between two days, both included."""
        if self.state != AgreementState.signed:
            return False
        match what:
            case InPeriod.signed:
                return self.signed_on is not None and since <= self.signed_on <= until
            case InPeriod.ended:
                return self.ends_on is not None and since <= self.ends_on <= until
            case InPeriod.carried_out:
                return any(start <= until and since < stop for start, stop in self.works)
        return (self.begins_on or date.min) <= until and since < (self.ends_on or date.max)


# What each filter looks at: the values a paper has of it.
_VALUES: dict[str, Callable[[Line], Iterable[Any]]] = {
    "force": lambda line: (line.force,),
    "state": lambda line: (line.state,),
    "lane": lambda line: (line.lane,),
    "kind": lambda line: (line.kind,),
    "level": lambda line: (line.level,),
    "sector": lambda line: line.sectors,
    "lead_unit": lambda line: (line.lead_unit_code,),
    "partner": lambda line: {party.slug for party in line.partners},
    "region": lambda line: {party.region for party in line.partners},
}


@dataclass(frozen=True)
class Listed:
    """What fits. Papers and partners are counted apart: 61 partners are not 61 papers."""

    lines: tuple[Line, ...]
    counts: dict[str, Counter[Any]]
    names: dict[str, dict[str, str]]

    @property
    def total(self) -> int:
        """How many papers."""
        return len(self.lines)

    @property
    def partners(self) -> int:
        """How many partners have one of these papers."""
        return len({party.slug for line in self.lines for party in line.partners})

    @property
    def bound(self) -> int:
        """How many partners have a signed one of these papers, in force or not."""
        signed = (line for line in self.lines if line.state == AgreementState.signed)
        return len({party.slug for line in signed for party in line.partners})

    def lane(self, lane: ExpiryLane) -> list[Line]:
        """The papers of a lane: those that end first, of the ended ones the latest."""
        found = [line for line in self.lines if line.lane == lane]
        if lane == ExpiryLane.ended:
            return sorted(found, key=lambda line: (line.ends_on or date.min, line.id), reverse=True)
        return sorted(found, key=lambda line: (line.watched_on or date.max, line.id))


def list_agreements(
    session: Session, filters: AgreementFilters, day: date, locale: Locale, *, sort: str = "ends_on"
) -> Listed:
    """The papers that fit, in order, with the counts beside the filters; nine statements whatever
    their number, and none until the next write. Raises Refused for a sector, unit or partner that does not
    exist."""
    words = tuple(like_words(filters.q or ""))
    names, lines = _read.get(session, (words, day, locale), lambda: _all(session, words, day, locale))
    _check_known(filters, names)
    if filters.in_period is not None and filters.since and filters.until:
        lines = [line for line in lines if line.fits(filters.in_period, filters.since, filters.until)]
    wanted = {name: set(values) for name in _VALUES if (values := getattr(filters, name))}
    counts: dict[str, Counter[Any]] = defaultdict(Counter)
    shown = []
    for line in lines:
        missed = [name for name, values in wanted.items() if values.isdisjoint(_VALUES[name](line))]
        if not missed:
            shown.append(line)
        for name, values_of in _VALUES.items():
            if not missed or missed == [name]:
                counts[name].update(values_of(line))
    return Listed(tuple(ordered(shown, sort)), counts, names)


def ordered(lines: Iterable[Line], sort: str) -> list[Line]:
    """In an order made total by the id; a date that is not known comes last both ways."""
    return sorted(lines, key=lambda line: key_of(line, sort))


def key_of(line: Line, sort: str) -> tuple[Any, ...]:
    """The values by which a paper is sorted, comparable among papers of one list, and writable as JSON."""
    name, down = sort.removeprefix("-"), sort.startswith("-")
    if name == "id":
        return (-line.id if down else line.id,)
    if name == "title":
        return (_reversed(line.found) if down else line.found, line.id)
    day = line.ends_on if name == "ends_on" else line.counted_on
    number = day.toordinal() if day else None
    return (number is None, (-number if down else number) if number else 0, line.id)


def _reversed(text: str) -> list[int]:
    return [-ord(ch) for ch in text] + [1]


def is_behind(line: Line, sort: str, values: Sequence[Any]) -> bool:
    """Whether a paper comes after the one with these values; raises Refused for values of another order."""
    try:
        return key_of(line, sort) > tuple(values)
    except TypeError:
        raise Refused("bad_cursor", field="cursor") from None


# What every paper is on a day, in a language: turning pages and filters reads it again and again.
_read = Remembered(most=8)


def _all(
    session: Session, words: tuple[str, ...], day: date, locale: Locale
) -> tuple[dict[str, dict[str, str]], list[Line]]:
    names = _names(session, locale)
    return names, _lines(session, words, day, locale, names)


def _lines(
    session: Session, words: tuple[str, ...], day: date, locale: Locale, names: dict[str, dict[str, str]]
) -> list[Line]:
    parties = _parties(session, locale)
    sectors: dict[int, list[str]] = defaultdict(list)
    of_sectors = sa.select(AgreementSector.agreement_id, Sector.code).join(
        Sector, col(Sector.id) == AgreementSector.sector_id
    )
    for key, code in session.execute(of_sectors):
        sectors[key].append(code)
    extended, works = extended_ends(session), _works(session)
    former = former_names(session, locale)
    return [
        _line(
            row,
            parties[row.id],
            sectors[row.id],
            extended.get(row.id),
            tuple(works[row.id]),
            day,
            names,
            former,
        )
        for row in session.execute(_statement(words, locale))
    ]


def _works(session: Session) -> dict[int, list[tuple[date, date]]]:
    """From and until when programmes carried out a paper; one that was begun and cancelled did until then."""
    columns = (Programme.agreement_id, Programme.started_on, Programme.ended_on, Programme.cancelled_on)
    statement = sa.select(*columns).where(
        col(Programme.agreement_id).is_not(None),
        col(Programme.started_on).is_not(None),
        col(Programme.archived_at).is_(None),
    )
    found: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for key, started, ended, cancelled in session.execute(statement):
        found[key].append((started, min(ended or date.max, cancelled or date.max)))
    return found


def _statement(words: tuple[str, ...], locale: Locale) -> Any:
    due = (
        sa.select(sa.func.min(ProcedureStep.due_on))
        .where(
            col(ProcedureStep.agreement_id) == Agreement.id,
            col(ProcedureStep.done_on).is_(None),
            col(ProcedureStep.archived_at).is_(None),
        )
        .correlate(Agreement)
        .scalar_subquery()
    )
    columns: list[Any] = [getattr(Agreement, name) for name in _COLUMNS]
    statement = (
        sa.select(
            *columns,
            titled(Agreement, locale).label("shown"),
            col(Organisation.code).label("unit_code"),
            due.label("step_due_on"),
        )
        .outerjoin(Organisation, col(Organisation.id) == Agreement.lead_unit_id)
        .where(col(Agreement.archived_at).is_(None))
    )
    matches = [col(Agreement.search_text).like(f"%{word}%", escape="\\") for word in words]
    return statement.where(*matches)


_SHOWN = (
    "id", "kind", "level", "state", "signed_on", "signed_precision", "expires_on", "expires_precision",
    "terminated_on", "terminated_precision", "auto_renews", "is_demo",
)  # fmt: skip
_COLUMNS = (*_SHOWN, "effective_on", "effective_precision", "notice_months", "created_at")


def _line(
    row: Any,
    parties: list[Party],
    sectors: list[str],
    moved: date | None,
    works: tuple[tuple[date, date], ...],
    day: date,
    names: dict[str, dict[str, str]],
    former: dict[str, list[tuple[date, str]]],
) -> Line:
    signed = settled(row.signed_on, row.signed_precision, row.created_at)
    follows = derived(row, signed, moved, day)
    ended = settled(row.terminated_on, row.terminated_precision)
    effective = settled(row.effective_on, row.effective_precision, row.created_at)
    expires = None if row.auto_renews else moved or settled(row.expires_on, row.expires_precision)
    # Opinions are waited for while it is being consulted; the copy and report after the signing.
    waits = row.state in (AgreementState.consulting, AgreementState.signed)
    return Line(
        **{name: getattr(row, name) for name in _SHOWN},
        **follows,
        title=row.shown,
        counted_on=signed,
        extended_to=moved,
        ends_on=min((d for d in (expires, ended) if d is not None), default=None),
        lead_unit=_unit_name(row, names["lead_unit"], former),
        lead_unit_code=row.unit_code,
        sectors=tuple(sorted(sectors)),
        partners=tuple(parties),
        step_due_on=row.step_due_on if waits else None,
        found=row.shown.casefold(),
        begins_on=max(signed, effective or signed) if signed else None,
        works=works,
    )


def _unit_name(row: Any, now: dict[str, str], former: dict[str, list[tuple[date, str]]]) -> str | None:
    """The lead unit's name on the day of signing; the present one of a paper that is not signed."""
    borne = former.get(row.unit_code, []) if row.signed_on else []
    return next((name for until, name in borne if row.signed_on < until), now.get(row.unit_code or ""))


def _parties(session: Session, locale: Locale) -> dict[int, list[Party]]:
    name = named(Partner, locale)
    statement = (
        sa.select(AgreementPartner.agreement_id, Partner.slug, name, Partner.region)
        .join(Partner, col(Partner.id) == AgreementPartner.partner_id)
        .where(col(Partner.archived_at).is_(None))
        .order_by(name)
    )
    found: dict[int, list[Party]] = defaultdict(list)
    for key, slug, text, region in session.execute(statement):
        found[key].append(Party(slug, text, region))
    return found


def _names(session: Session, locale: Locale) -> dict[str, dict[str, str]]:
    """The words of the codes that filters may name; three statements."""
    looked = {
        "sector": (Sector.code, named(Sector, locale)),
        "lead_unit": (Organisation.code, named(Organisation, locale)),
        "partner": (Partner.slug, named(Partner, locale)),
    }
    return {
        name: {row[0]: row[1] for row in session.execute(sa.select(code, text).order_by(text))}
        for name, (code, text) in looked.items()
    }


def _check_known(filters: AgreementFilters, names: dict[str, dict[str, str]]) -> None:
    for name, known in names.items():
        if any(value not in known for value in getattr(filters, name)):
            raise Refused("unknown_value", field=name, name=name)
