"""The standings of all partners as of any day: what is assessed one by one, at once and in lists."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.models import Partner, StandingRow
from app.standing import Policy, assess
from app.standings.days import as_of_day, on_day, rows_of_day
from app.standings.dossiers import load_dossiers
from app.standings.policy import load_policy
from app.standings.queries import standing_as_of
from app.vocabulary import Tier
from tests import factories

LONG_AGO = date(2008, 2, 20)
DAYS = [date(2000, 1, 1), date(2021, 3, 31), date(2024, 2, 29), date(2026, 6, 15), date(2031, 12, 31)]


@pytest.fixture
def world(make):
    """Partners on every rung, parked, thin and untied ones, and one in the trash."""
    with make.together():
        sector, unit = make.sector(), make.unit()
        plain = make.partner(friendship_since=LONG_AGO)
        deep = make.partner(friendship_since=LONG_AGO, tier=Tier.priority)
        framed = make.partner(tier=Tier.wide)
        make.partner()
        make.partner(friendship_known=True)
        make.visit([plain, deep], on=date(2024, 5, 5), precision="month")
        make.agreement(framed, signed_on=date(2021, 4, 1), sectors=[sector], lead_unit=unit)
        programme = make.programme(deep, sector=sector, started_on=date(2023, 1, 10))
        make.progress(programme, on=date(2025, 2, 1))
        make.result(programme)
        make.follow_up(plain, unit=unit)
        make.review(framed)
        make.pause(plain)
        make.partner(archived_at=factories.clock.now())


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_day_of_all_is_the_day_of_each(world, database, day):
    with database.read() as session:
        policy, all_of_them = load_policy(session), as_of_day(session, day)
        assert all_of_them == {k: assess(d, day, policy) for k, d in load_dossiers(session).items()}
        table = StandingRow.__table__
        rows = session.execute(on_day(session, sa.select(table), day)).mappings().all()
        wanted = rows_of_day(session, day)
        assert len(rows) == len(wanted) == 6
        for row in rows:
            columns = {name: row[name] for name in wanted[row["partner_id"]]}
            assert columns == wanted[row["partner_id"]], "as the database reads them back"


def test_a_day_under_another_policy_is_assessed_by_it(world, database):
    with database.read() as session:
        stricter = Policy(patience={Tier.priority: 12, Tier.regular: 12, Tier.wide: 12}, quiet=12, warning=6)
        found = as_of_day(session, date(2022, 6, 1), stricter)
        assert found == {k: assess(d, date(2022, 6, 1), stricter) for k, d in load_dossiers(session).items()}
        assert found != as_of_day(session, date(2022, 6, 1))


def test_a_day_takes_as_many_statements_for_many_as_for_one(make, database, queries):
    counted = []
    for n in (1, 8):
        with make.together():
            for _ in range(n):
                make.visit(make.partner(friendship_since=LONG_AGO), on=date(2025, 1, 1))
        with queries() as seen, database.read() as session:
            as_of_day(session, date(2025, 6, 1))
        counted.append(len(seen))
    assert counted[0] == counted[1], counted


def test_what_a_transaction_wrote_counts_in_its_own_look_at_a_day(make, database):
    partner = make.partner(friendship_since=LONG_AGO)
    day = date(2026, 6, 15)
    with database.write() as session:
        before = as_of_day(session, day)[partner.id]
        factories.visit(session, session.get(Partner, partner.id), on=day - timedelta(days=3))
        after = as_of_day(session, day)[partner.id]
        assert (before.warmth, after.warmth) == ("cold", "warm")
        session.rollback()


def test_the_standing_of_one_partner_on_a_day_is_the_one_in_the_table(world, database):
    day = date(2025, 1, 1)
    with database.read() as session:
        rows = rows_of_day(session, day)
        for partner in session.scalars(sa.select(Partner)):
            found = standing_as_of(session, partner, day)
            row = rows[partner.id]
            assert (found.status, found.rung, found.last_contact_on) == (
                row["status"], row["rung"], row["last_contact_on"],
            )  # fmt: skip
