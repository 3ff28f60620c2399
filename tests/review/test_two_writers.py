"""Two who act on one partner at one moment: the second waits for the first and finds what it did."""

import sqlalchemy as sa

from app.models import Pause, ReviewConfirmation
from app.partners import service as partners
from app.review import service as review
from tests.factories import Make
from tests.review.conftest import stuck
from tests.review.test_acts import PARK


def count(database, table):
    with database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table))


def test_a_partner_that_two_ask_to_park_at_once_waits_once(real_database, at_once):
    stuck(Make(real_database), "kyoto")
    assert at_once(review, "ask_pause", "/partners/kyoto/pauses", PARK) == (303, 409)
    assert count(real_database, Pause) == 1


def test_a_file_that_two_confirm_at_once_is_confirmed_once(real_database, at_once):
    stuck(Make(real_database), "kyoto")
    before = count(real_database, ReviewConfirmation)
    assert at_once(partners, "confirm_file", "/partners/kyoto/reviews", {}) == (303, 409)
    assert count(real_database, ReviewConfirmation) == before + 1
