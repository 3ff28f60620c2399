"""The lines of the list: every mark drawn once and remembered, one pattern filled per partner."""

from collections.abc import Iterable
from datetime import date

from markupsafe import Markup, escape

from app.i18n import Words
from app.partners.listing import PartnerRow
from app.templating import drawer, still
from app.vocabulary import DatePrecision, ReasonCode, RelationBasis


def lines(rows: Iterable[PartnerRow], spoken: Words, list_query: str = "", *, boxes: bool = False) -> Markup:
    """The rows in the reader's language; `list_query` goes with every link, so that the partner's page knows
    which list it was opened from; `boxes`: each may be chosen, to be changed with others."""
    rows = list(rows)
    locale, drawn = spoken.locale, drawer(spoken.locale)
    pattern = str(still(locale, "partners/_row.html"))
    behind = escape(f"?{list_query}") if list_query else ""
    countries = {code: spoken.country(code) for code in {row.country for row in rows}}
    reasons = {code: spoken.label(code) for code in {row.first_reason for row in rows} if code}
    waited = spoken.gettext("%(n)s of %(limit)s months")
    demo, illustrative = drawn("badges", "demo_mark", True), drawn("badges", "illustrative_mark", True)
    # Named by the link beside it, unquoted: forty of these are a tenth of the page.
    box = "<input type=checkbox name=id value=%s aria-labelledby=p%s> "
    last, ahead = spoken.gettext("Last:"), spoken.gettext("Next:")
    found = []
    for row in rows:
        other = row.other_name(locale)
        why = reasons[row.first_reason] if row.first_reason else ""
        if row.first_reason == ReasonCode.no_programme:
            why = f"{why}, {waited % {'n': row.months_waiting, 'limit': row.patience}}"
        found.append(
            pattern
            % {
                "slug": row.slug,
                "behind": behind,
                "box": box % (row.id, row.id) if boxes else "",
                "mark": f" id=p{row.id}" if boxes else "",
                "name": escape(row.name(locale)),
                "marks": (" " + demo if row.is_demo else "")
                + (" " + illustrative if row.relation_basis == RelationBasis.illustrative else ""),
                "other": f"<small><bdi>{escape(other)}</bdi></small>" if other else "",
                "flag": drawn("badges", "flag", row.country, countries[row.country]),
                "tier": drawn("badges", "tier", row.tier),
                "ladder": drawn("ladder", "ladder", row.rung, row.declared_rung),
                "status": drawn("badges", "status", row.status, row.underlying),
                "why": f"<small>{escape(why)}</small>" if why else "",
                "last": _dated(spoken, last, row.last_contact_on, row.last_contact_precision),
                "next": _dated(spoken, ahead, row.next_contact_on),
                "officer": escape(row.officer_name or ""),
            }
        )
    return Markup("".join(found))  # noqa: S704 - the template's own pattern, its values escaped above


def _dated(spoken: Words, label: str, day: date | None, precision: DatePrecision | None = None) -> str:
    """The rest of a cell's opening tag and the date in it."""
    return f' data-label="{escape(label)}">{spoken.date(day, precision)}' if day else ">"
