"""What a logged visit did, read from the history."""

from datetime import date

import sqlalchemy as sa

from app.delegations.queries import visit_effect
from app.models import Delegation
from app.vocabulary import FollowUpKind, Locale, ReasonCode, Status, Step, Warmth
from tests.delegations.test_log_visit import VISIT, WORK


def effect_of(database, slug="fukuoka"):
    with database.read() as session:
        visit = session.scalars(sa.select(Delegation.id).order_by(Delegation.id.desc())).first()
        return visit_effect(session, visit, slug, Locale.vi)


def test_it_tells_old_and_new_and_survives_later_changes(client, database, make, at):
    partner = make.partner(slug="fukuoka", friendship_since=date(2024, 7, 1))
    make.review(partner)
    at("2026-07-05")
    client.post("/visits", data={**VISIT, **WORK})
    seen = effect_of(database)
    assert {(c.field, c.old, c.new) for c in seen.changes} == {
        ("warmth", Warmth.cold, Warmth.warm),
        ("step", Step.none, Step.credible),
    }
    assert seen.gone == (ReasonCode.silent,)
    assert (seen.substantive, seen.follow_ups, seen.deepening) == (True, 2, 2)
    assert (seen.status, seen.step) == (Status.stuck, Step.credible)
    make.programme(partner, started_on=date(2026, 7, 1))
    assert effect_of(database) == seen, "what came later is not this visit's doing"


def test_it_says_so_when_nothing_moved(client, database, make):
    partner = make.partner(slug="fukuoka", friendship_since=date(2025, 7, 1))
    make.visit(partner, on=date(2026, 6, 9))
    client.post("/visits", data=VISIT)
    seen = effect_of(database)
    assert seen.changes == ()
    assert seen.gone == ()
    assert seen.come == ()
    assert seen.status == Status.on_track
    assert not seen.substantive


def test_there_is_none_for_another_partner_or_an_entry_from_a_source(client, database, make):
    partner = make.partner(slug="fukuoka")
    make.partner(slug="tokyo")
    make.visit(partner)
    assert effect_of(database) is None
    client.post("/visits", data=VISIT)
    assert effect_of(database, "tokyo") is None
    assert effect_of(database).partner.slug == "fukuoka"
    assert FollowUpKind.proposal.deepens
