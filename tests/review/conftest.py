"""Partners that wait, in the ways in which they can: the day is 2026-06-15, patience 12, 24 and 36 months."""

import re
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from sqlmodel import col, select

from app.models import Event, FollowUp, Partner, Pause, StandingRow, User
from app.vocabulary import FollowUpKind, Tier
from tests import actors
from tests.staging import staged

QUEUE = "/review"


def stuck(make, slug: str, *, since: date = date(2008, 2, 20), name: str | None = None, **fields: Any):
    """A partner whose file was confirmed complete and in which nothing has happened."""
    fields.setdefault("name_vi", name or f"Thành phố {slug}")
    fields.setdefault("name_en", f"City of {slug}")
    partner = make.partner(slug=slug, friendship_since=since, **fields)
    make.review(partner, on=date(2026, 5, 1))
    return partner


def in_hand(make, partner, **fields: Any):
    """A credible step for a partner."""
    unit = make.unit()
    return make.follow_up(partner, kind=FollowUpKind.proposal, unit=unit, **fields)


@staged
def world(make) -> SimpleNamespace:
    """Three that need a decision (the most urgent first), one in hand, one poor file, one on its way."""
    first = stuck(make, "kyoto", name="Kyoto", tier=Tier.priority, since=date(2000, 1, 10))
    second = stuck(make, "kobe", name="Kobe", since=date(2010, 1, 10), country="KR")
    third = stuck(make, "nara", name="Nara", tier=Tier.wide, since=date(2015, 1, 10), country="CN")
    held = stuck(make, "otaru", name="Otaru", since=date(2012, 1, 10), country="TH")
    in_hand(make, held)
    thin = make.partner(slug="thin", name_vi="Thin", name_en="Thin", friendship_since=date(1994, 3, 1))
    fresh = make.partner(slug="fresh", name_vi="Fresh", name_en="Fresh", friendship_since=date(2026, 1, 10))
    make.visit(fresh)
    return SimpleNamespace(first=first, second=second, third=third, held=held, thin=thin, fresh=fresh)


@pytest.fixture
def look(database) -> Callable[[Any], Any]:
    """`look(lambda session: ...)`: what is in the database now."""

    def ask(question: Callable[[Any], Any]) -> Any:
        with database.read() as session:
            return question(session)

    return ask


@pytest.fixture
def standing(look) -> Callable[[str], StandingRow]:
    """The stored standing of a partner by slug."""
    return lambda slug: look(
        lambda s: s.exec(
            select(StandingRow)
            .join(Partner, col(Partner.id) == StandingRow.partner_id)
            .where(Partner.slug == slug)
        ).one()
    )


@pytest.fixture
def told(look) -> Callable[[str], list[Event]]:
    """The history's lines of one action."""
    return lambda action: look(
        lambda s: list(s.exec(select(Event).where(Event.action == action).order_by(col(Event.id))))
    )


@pytest.fixture
def rows(look) -> Callable[[type], list[Any]]:
    """Every row of a table."""
    return lambda table: look(lambda s: list(s.exec(select(table).order_by(table.id))))


@pytest.fixture
def user_id(look) -> Callable[[str], int]:
    """The id of one of the actors."""
    return lambda name: look(
        lambda s: s.exec(select(User.id).where(User.email == actors.PEOPLE[name].email)).one()
    )


def queue_of(html: str) -> list[str]:
    """The slugs of the queue's rows, in their order."""
    return re.findall(r'data-queue-item href="/review\?(?:[^"]*&amp;)?partner=([\w-]+)"', html)


def case_of(html: str) -> str | None:
    """The slug of the case that is open."""
    found = re.search(r'id="case-name".*?href="/partners/([\w-]+)"', html, re.S)
    return found[1] if found else None


def form_of(html: str, action: str) -> dict[str, str]:
    """The hidden fields of a form, as a browser sends them back."""
    found = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', html, re.S)
    assert found, f"no form for {action}"
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', found[0])
    return {name: value.replace("&amp;", "&") for name, value in hidden}


def toast_of(response: Any) -> str:
    """What the answer tells, as the next page will show it."""
    import base64
    import json

    text = response.cookies["toast"].strip('"')
    return json.loads(base64.urlsafe_b64decode(text))[0]


__all__ = ["FollowUp", "Pause", "case_of", "form_of", "in_hand", "queue_of", "stuck", "toast_of"]
