"""The sourced layer in the database: whole, as the files tell it, and never in anybody's way."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.actor import system
from app.models import (
    Agreement,
    Delegation,
    Dispute,
    Event,
    Forum,
    ForumMembership,
    Interaction,
    Organisation,
    Partner,
    PartnerAlias,
    PartnerName,
    Sector,
    StandingRow,
)
from app.partners.schemas import PartnerIn, PartnerPatch
from app.partners.service import add_partner, change_partner
from app.schemas import parse
from app.standings.check import standing_differences
from app.standings.keeper import refresh
from app.vocabulary import Confidence, DatePrecision, Door, RelationBasis, Rung, Status
from seed import load as real
from seed.files import rows
from tests.actors import actor_named
from tests.seed.conftest import differences, dump

MODELS = {
    "sectors": Sector,
    "organisations": Organisation,
    "forums": Forum,
    "forum_members": ForumMembership,
    "partners": Partner,
    "partner_aliases": PartnerAlias,
    "agreements": Agreement,
    "delegations": Delegation,
    "interactions": Interaction,
}
NOTHING = dict.fromkeys(real.TABLES, 0)


def one(session, model, key):
    return session.scalars(sa.select(model).where(model.source_key == key)).one()


def count(session, model):
    return session.scalar(sa.select(sa.func.count()).select_from(model))


# ---- what is loaded


def test_every_row_of_the_files_is_there(sourced):
    with sourced.read() as session:
        found = {table: count(session, model) for table, model in MODELS.items()}
    found["organisations"] -= 2  # the units of the tests' actors
    assert found == {table: len(rows(table)) for table in MODELS}


def test_the_disputes_about_partners_are_kept_with_the_record_they_concern(sourced):
    with sourced.read() as session:
        assert count(session, Dispute) == sum(bool(row["partner"]) for row in rows("disputes")) == 11
        dispute = one(session, Dispute, "seed:disputes:agreements:fukuoka-2008:signed_on")
        paper = one(session, Agreement, "seed:agreements:fukuoka-2008")
        partner = one(session, Partner, "seed:partners:fukuoka")
        assert (dispute.record_type, dispute.record_id) == ("agreement", paper.id)
        assert (dispute.partner_id, dispute.value_used, dispute.value_other) == (
            partner.id,
            "2008-02-22",
            "2018-02",
        )
        isfahan = one(session, Dispute, "seed:disputes:partners:isfahan:tie_known")
        assert (isfahan.record_type, isfahan.field) == ("partner", "friendship_known")


@pytest.mark.parametrize(
    ("key", "field", "day", "precision"),
    [
        ("kanagawa-2024", "signed", date(2024, 10, 17), DatePrecision.day),
        ("fukuoka-2018", "signed", date(2018, 6, 1), DatePrecision.month),
        ("tokyo-2013", "expires", None, None),
        ("vientiane-2022", "expires", date(2025, 1, 1), DatePrecision.year),
        ("minsk-2023", "effective", date(2024, 1, 1), DatePrecision.year),
        ("warsaw-undated", "signed", None, None),
    ],
)
def test_a_partly_known_date_stays_partly_known(sourced, key, field, day, precision):
    with sourced.read() as session:
        paper = one(session, Agreement, f"seed:agreements:{key}")
        assert (getattr(paper, f"{field}_on"), getattr(paper, f"{field}_precision")) == (day, precision)


def test_every_fact_keeps_its_source_and_how_sure_it_is(sourced):
    with sourced.read() as session:
        for model in (Agreement, Delegation, Interaction):
            facts = list(session.scalars(sa.select(model)))
            assert all(fact.source and fact.confidence and not fact.is_demo for fact in facts)
            table = MODELS_BY[model]
            inferred = {f"seed:{table}:{r['key']}" for r in rows(table) if r["year_basis"] == "inferred"}
            assert {fact.source_key for fact in facts if fact.year_inferred} == inferred
        assert one(session, Agreement, "seed:agreements:fukuoka-2010").confidence == Confidence.low


MODELS_BY = {model: table for table, model in MODELS.items()}


def test_illustrative_partners_say_so_and_have_nothing_to_their_name(sourced):
    with sourced.read() as session:
        statement = (
            sa.select(Partner, StandingRow)
            .join(StandingRow, StandingRow.partner_id == Partner.id)
            .where(Partner.relation_basis == RelationBasis.illustrative)
        )
        found = session.execute(statement).all()
    assert len(found) == 33
    assert {(standing.rung, standing.status) for _, standing in found} == {(Rung.none, Status.untied)}
    assert not any(partner.friendship_known or partner.confidence for partner, _ in found)


def test_a_partner_is_found_under_its_other_spellings(sourced):
    with sourced.read() as session:
        statement = (
            sa.select(Partner.slug)
            .join(PartnerName, PartnerName.partner_id == Partner.id)
            .where(PartnerName.country == "LA", PartnerName.folded == "vieng chan")
        )
        assert session.scalars(statement).all() == ["vientiane"]


def test_each_record_is_told_once_in_the_name_of_the_seed(sourced):
    with sourced.read() as session:
        events = list(session.scalars(sa.select(Event)))
    assert {(event.door, event.actor_name, event.is_demo) for event in events} == {
        (Door.seed, "CityTies", False)
    }
    told = [(e.record_type, e.record_id) for e in events if e.action != "forum.member_added"]
    assert len(told) == len(set(told)) == 31 + 39 + 16 + 100 + 38 + 59 + 21 + 11 + 3 + 41 + 28


def test_the_stored_standings_are_what_the_rule_says(sourced):
    with sourced.read() as session:
        assert list(standing_differences(session)) == []


# ---- what the review shows of it


@pytest.mark.parametrize("day", ["2026-06-15", "2026-11-22"])
def test_the_stuck_are_partners_with_documented_contacts_and_no_programme(sourced, at, day):
    today = at(day)
    with sourced.write() as session:
        refresh(session, today)
    with sourced.read() as session:
        stuck = sa.select(Partner, StandingRow).join(StandingRow, StandingRow.partner_id == Partner.id)
        found = session.execute(stuck.where(StandingRow.status == Status.stuck)).all()
    assert len(found) >= 20
    for partner, standing in found:
        assert partner.relation_basis == RelationBasis.sourced
        assert standing.last_contact_on is not None, f"{partner.slug} is accused without a fact"
        assert standing.first_reason == "no_programme"
    slugs = {partner.slug for partner, _ in found}
    assert {"fukuoka", "tokyo", "seoul", "bangkok", "cairo"} <= slugs
    # Ties without any other fact are asked for facts instead.
    assert not {"montreal", "angouleme", "astana"} & slugs


# ---- loading again


def test_loading_again_changes_nothing(sourced, at):
    before = dump(sourced)
    assert real.load(sourced, at("2027-01-01")) == NOTHING
    assert differences(before, dump(sourced)) == {}


def test_loading_again_does_not_even_open_a_write(sourced, monkeypatch, today):
    monkeypatch.setattr(type(sourced), "write", lambda _: pytest.fail("it wrote"))
    assert real.load(sourced, today) == NOTHING


def test_what_a_user_changed_stays_changed(sourced, today):
    manager = actor_named(sourced, "manager")
    with sourced.write() as session:
        partner = one(session, Partner, "seed:partners:fukuoka")
        patch = parse(PartnerPatch, {"tier": "wide", "slug": "fukuoka-ken", "aliases": ["Phúc Cương"]})
        change_partner(session, manager, partner, patch, version=partner.version)
    before = dump(sourced)
    assert real.load(sourced, today) == NOTHING
    assert differences(before, dump(sourced)) == {}


def test_what_a_user_archived_or_ended_stays_so(sourced, today):
    with sourced.write() as session:
        archived = {"archived_at": sa.func.now()}
        session.execute(sa.update(Agreement).values(**archived))
        session.execute(sa.update(Partner).where(Partner.slug == "tokyo").values(**archived))
        session.execute(sa.delete(ForumMembership))
    before = dump(sourced)
    assert real.load(sourced, today) == NOTHING
    assert differences(before, dump(sourced)) == {}


def test_only_what_is_new_in_the_files_is_added(sourced, today):
    """As after an update that brings a fact: here one is taken out, and comes back alone."""
    with sourced.write() as session:
        partner = one(session, Partner, "seed:partners:guangzhou")
        partner_version = partner.version
        change = parse(PartnerPatch, {"slug": "quang-chau"})
        change_partner(session, actor_named(sourced, "admin"), partner, change, version=partner_version)
        visit = one(session, Delegation, "seed:delegations:2024-04-guangzhou")
        session.execute(sa.text("DELETE FROM delegation_partner WHERE delegation_id = :id"), {"id": visit.id})
        session.execute(sa.delete(Delegation).where(Delegation.id == visit.id))
    assert real.load(sourced, today) == NOTHING | {"delegations": 1}
    with sourced.read() as session:
        visit = one(session, Delegation, "seed:delegations:2024-04-guangzhou")
        found = session.execute(
            sa.text("SELECT partner_id FROM delegation_partner WHERE delegation_id = :id"), {"id": visit.id}
        )
        assert found.scalars().all() == [one(session, Partner, "seed:partners:guangzhou").id]


def test_nothing_is_ever_half_loaded(database, monkeypatch, today):
    def fail(*_args, **_more):
        raise RuntimeError("the power went")

    monkeypatch.setattr(real, "add_forum", fail)
    before = dump(database)
    with pytest.raises(RuntimeError):
        real.load(database, today)
    assert differences(before, dump(database)) == {}


def only_fukuoka(table):
    """The files as if they held this partner alone."""
    whole = rows(table)
    column = next((name for name in ("slug", "partner", "partners") if name in whole[0]), None)
    return tuple(row for row in whole if column is None or row[column] == "fukuoka")


def test_a_partner_that_users_entered_first_stays_theirs_and_gets_the_facts(database, monkeypatch, today):
    monkeypatch.setattr(real, "rows", only_fukuoka)
    with database.write() as session:
        own = {"name_vi": "Phu-cu-ô-ca", "name_en": "Fukuoka", "slug": "phu-cu-o-ca", "country": "JP"}
        data = parse(PartnerIn, own | {"kind": "city", "region": "northeast_asia"})
        add_partner(session, system(Door.page, "An"), data)
    added = real.load(database, today)
    assert (added["partners"], added["agreements"]) == (0, 6)
    with database.read() as session:
        partner = session.scalars(sa.select(Partner).where(Partner.slug == "phu-cu-o-ca")).one()
        assert (partner.name_vi, partner.source_key, partner.version) == ("Phu-cu-ô-ca", None, 1)
        assert session.get(StandingRow, partner.id).status == Status.stuck
