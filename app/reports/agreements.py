"""Agreements of a period: papers signed, ended, carried out; and, apart from them, the partners they were
signed with: 61 partners are not 61 papers."""

from collections.abc import Iterable
from typing import Any

from sqlmodel import Session

from app.agreements.filters import AgreementFilters
from app.agreements.listing import Line, list_agreements
from app.reporting.periods import Period
from app.reports.model import Asked, Block, Number, Row, Section, listed, row, told
from app.vocabulary import AgreementKind, AgreementLevel, InPeriod

_DONE = (InPeriod.signed, InPeriod.carried_out, InPeriod.ended)


def agreements(session: Session, asked: Asked) -> Section:
    """The chapter on agreements. Eight statements."""
    lines = list_agreements(session, AgreementFilters(), asked.today, asked.spoken.locale).lines
    text = asked.spoken.gettext
    columns = [*(asked.spoken.label(level) for level in AgreementLevel), text("Total"), text("Period before")]
    titles = {
        InPeriod.signed: text("Newly signed"),
        InPeriod.carried_out: text("Carried out by a programme"),
        InPeriod.ended: text("Expired or terminated"),
    }
    done = [_row(lines, asked, titles[what], what) for what in _DONE]
    stock = _row(lines, asked, text("In force on the last day"), InPeriod.in_force)
    kinds = [
        _row(
            [line for line in lines if line.kind == kind],
            asked,
            asked.spoken.label(kind),
            InPeriod.signed,
            kind,
        )
        for kind in AgreementKind
    ]
    return Section(
        "agreements",
        text("Agreements"),
        [
            Block("papers", text("Papers"), columns, [*done, stock], ""),
            Block("kind", text("Signed, by kind of paper"), columns, told(kinds), ""),
            _partners(lines, asked),
        ],
    )


def _row(
    lines: Iterable[Line], asked: Asked, words: str, what: InPeriod, kind: AgreementKind | None = None
) -> Row:
    def number(period: Period, level: AgreementLevel | None = None) -> Number:
        since = period.last if what == InPeriod.in_force else period.first
        n = sum(line.fits(what, since, period.last) and level in {None, line.level} for line in lines)
        where: dict[str, Any] = {"in_period": what, "since": since, "until": period.last}
        return Number(n, listed("/agreements", level=level, kind=kind, **where))

    levels = [number(asked.now, level) for level in AgreementLevel]
    return row(words, [*levels, number(asked.now), number(asked.before)])


def _partners(lines: Iterable[Line], asked: Asked) -> Block:
    text = asked.spoken.gettext
    signed = [line for line in lines if line.signed_on]

    def number(period: Period) -> Number:
        n = {
            p.slug
            for line in signed
            if line.fits(InPeriod.signed, period.first, period.last)
            for p in line.partners
        }
        where = {"in_period": InPeriod.signed, "since": period.first, "until": period.last}
        return Number(len(n), listed("/partners", **where))

    rows = [row(text("Partners with whom a paper was signed"), [number(period) for period in asked.both])]
    columns = [text("Total"), text("Period before")]
    return Block("partners", text("Partners, counted apart from the papers"), columns, rows, "")
