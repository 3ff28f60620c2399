"""An act taken back at the moment at which somebody else is at one of its partners."""

from dataclasses import replace
from datetime import date

import sqlalchemy as sa

from app.assignments import service as assignments
from app.assignments.schemas import AssignmentIn
from app.models import Partner, User
from app.review import service as review
from tests import actors
from tests.factories import Make
from tests.review.conftest import stuck

ACT = "0123456789abcdef"


def test_an_act_is_not_taken_back_over_what_somebody_does_at_the_same_moment(real_database, at_once):
    places = [stuck(Make(real_database), slug) for slug in ("kobe", "kyoto")]
    admin = replace(actors.actor_named(real_database, "admin"), request_id=ACT)
    chosen = [{"partner": place.slug, "version": place.version} for place in places]
    with real_database.write() as session:
        data = AssignmentIn(partners=chosen, officer=actors.PEOPLE["officer"].email)
        assignments.assign(session, admin, data, today=date(2026, 6, 15))
    other = actors.PEOPLE["other_officer"].email
    given = {"officer": other, "version": str(places[0].version + 1)}
    undo = (f"/partners/acts/{ACT}/reversal", {})
    assert at_once(review, "reassign", "/partners/kobe/officer", given, then=undo) == (303, 409)
    with real_database.read() as session:
        officer = sa.select(User.email).join(Partner, Partner.officer_id == User.id)
        assert session.scalar(officer.where(Partner.slug == "kobe")) == other
