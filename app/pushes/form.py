"""The form of a push: filled from the partners' reasons, read, shown again with everything typed."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col
from starlette.responses import Response

from app.delegations.visit_form import blank, fresh_lines, line_labels, line_menus, written_first
from app.errors import DomainError, Refused
from app.failures import told
from app.forms import FormView, Typed
from app.models import Partner
from app.partners.named import find_partners, partner_choices
from app.pushes.grounds import Ground, grounds
from app.pushes.schemas import MOST_PARTNERS, MOST_STEPS, PushIn
from app.pushes.service import next_rung
from app.schemas import parse
from app.standing import add_months
from app.standings.playbook_words import step_drafts
from app.standings.plays import load_playbook
from app.standings.words import reason_text
from app.templating import View
from app.vocabulary import Rung

# Long enough for a letter, a session and a paper; short enough to be asked about within the year.
MONTHS = 6
# A push of more than three steps at once is a list, and nobody does the fourth.
MOST_PROPOSED = 3
_OWN = ("add", "add_line", "add_partner", "next", "partners", "form_token", "version")
Data = dict[str, Any]


def named(session: Session, texts: Sequence[str], *, field: str) -> list[str]:
    """The slugs of partners that are named by slug, or as a person types a name; one statement for those
    named by slug. Raises Refused, naming the field, for a name nobody has, and for too many."""
    wanted = [text for text in texts if text.strip()]
    known = _known(session, wanted)
    others = find_partners(session, [text for text in wanted if text not in known], field=field)
    found = list(dict.fromkeys([text for text in wanted if text in known] + others))
    if len(found) > MOST_PARTNERS:
        raise Refused("too_many_for_a_push", field=field, most=MOST_PARTNERS)
    return found


def ticked(session: Session, ids: Sequence[str]) -> list[str]:
    """The slugs of partners that were ticked in a list, by name. Raises Refused for too many."""
    keys = {int(text) for text in ids if re.fullmatch(r"[0-9]{1,9}", text)}
    if len(keys) > MOST_PARTNERS:
        raise Refused("too_many_for_a_push", field="id", most=MOST_PARTNERS)
    if not keys:
        return []
    chosen = sa.select(Partner.slug).where(col(Partner.id).in_(keys), col(Partner.archived_at).is_(None))
    return list(session.scalars(chosen.order_by(Partner.name_key)))


def _known(session: Session, slugs: Sequence[str]) -> set[str]:
    found = sa.select(Partner.slug).where(col(Partner.slug).in_(slugs), col(Partner.archived_at).is_(None))
    return set(session.scalars(found))


def read_push(typed: Typed, slugs: Sequence[str]) -> PushIn:
    """The form as the API takes it: a line is a step once it says what; one for a partner that is no longer
    ticked goes with it."""
    data = {k: v for k, v in typed.data(lines={"follow_ups": ("title",)}).items() if k not in _OWN}
    data = {k: v for k, v in data.items() if not blank(v)}
    lines = [{k: v for k, v in line.items() if not blank(v)} for line in data.pop("follow_ups", [])]
    kept = [line for line in lines if line.get("partners", slugs[0] if slugs else "") in slugs]
    steps = [{**line, "partners": [line["partners"]] if "partners" in line else []} for line in kept]
    return parse(PushIn, {**data, "partners": list(slugs), "follow_ups": steps})


def proposed(view: View, session: Session, found: Sequence[Ground], start: int = 0) -> tuple[Data, int]:
    """What the playbook proposes for some partners as lines of the form, from a number on; and how many."""
    me = view.actor.email if view.actor else None
    playbook = load_playbook(session)
    data: Data = {}
    n = start
    for ground in found:
        for draft in step_drafts(
            ground.standing,
            ground.name,
            view.words,
            today=view.today,
            sectors=ground.sectors,
            hands=ground.hands,
            most=MOST_PROPOSED,
            playbook=playbook,
        ):
            if n < MOST_STEPS:
                line = {**draft.data(), "assignee": draft.assignee or me or "", "partners": ground.slug}
                data |= {f"follow_ups-{n}-{name}": text for name, text in line.items()}
                n += 1
    return data, n - start


def opened(view: View, session: Session, slugs: Sequence[str], back: str) -> Response:
    """The form as it is first seen. Raises NotFound for a partner that is not on file."""
    found = grounds(session, slugs, view.locale, view.today)
    lines, n = proposed(view, session, [ground for ground in found if ground.push is None])
    data = {"deadline": add_months(view.today, MONTHS).isoformat(), "next": back, **lines}
    if len(found) == 1 and (goal := next_rung(found[0].standing.rung)):
        data["goal"] = goal.value
    return page(view, session, found, data, lines=n)


def added(view: View, session: Session, typed: Typed) -> Response:
    """The form with one partner more; what opens pushes is sent after it, and by the same form."""
    slugs = typed.all("partners")
    try:
        slugs = named(session, [*slugs, typed.get("add_partner")], field="add_partner")
    except DomainError as error:
        return again(view, session, typed, slugs, error=error)
    return again(view, session, typed, slugs)


def again(
    view: View, session: Session, typed: Typed, slugs: Sequence[str], *, error: DomainError | None = None
) -> Response:
    """The form as it was typed; a partner that was added brings what is proposed for it. One that is not on
    file any more is left out."""
    known = _known(session, slugs)
    found = grounds(session, [slug for slug in slugs if slug in known], view.locale, view.today)
    data, kept = written_first(typed)
    data.pop("add_partner", None)
    before = set(typed.all("partners"))
    more, n = proposed(view, session, [g for g in found if g.slug not in before and g.push is None], kept)
    if error is not None and any(e.pointer == "add_partner" for e in error.errors):
        data["add_partner"] = typed.get("add_partner")
    fresh = 1 if typed.get("add") == "line" else 0
    return page(view, session, found, {**data, **more}, lines=kept + n + fresh, kept=kept + n, error=error)


def page(
    view: View,
    session: Session,
    found: Sequence[Ground],
    data: Mapping[str, Any],
    *,
    lines: int,
    kept: int | None = None,
    error: DomainError | None = None,
) -> Response:
    """The form; its lines from `kept` on are fresh."""
    view.behind = "/review"
    at = lines if kept is None else kept
    menus = line_menus(view, session)
    menus["units"] = menus["units"] + [g.mission for g in found if g.mission]
    lowest = min((g.standing.rung.height for g in found), default=0)
    return view.page(
        "pushes/new.html",
        status=error.status if error else 200,
        form=FormView({**fresh_lines(view, range(at, max(lines, 1))), **data}, _errors(view, error)),
        labels=labels(view, lines),
        lines=max(lines, 1),
        found=found,
        places=[(g.slug, g.name) for g in found],
        goals=[(rung.value, view.words.label(rung)) for rung in Rung if rung.height > lowest],
        partners=partner_choices(session, view.locale),
        reason_text=lambda reason: reason_text(view.words, reason, view.today),
        **menus,
    )


def _errors(view: View, error: DomainError | None) -> dict[str, str]:
    return told(view.words, error) if error else {}


def labels(view: View, lines: int) -> dict[str, str]:
    """What the form calls its fields, for the list of errors."""
    _ = view.words.gettext
    own = {
        "partners": _("Partners"), "add_partner": _("Add a partner"), "goal": _("Goal"),
        "deadline": _("Deadline"), "note": _("Note"), "follow_ups": _("Steps"), "why": _("Why"),
    }  # fmt: skip
    return own | line_labels(view, lines)
