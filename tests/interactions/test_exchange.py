"""What a contact does to the standing: a letter nothing, its answer warms; both are taken back exactly."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.interactions import service
from app.interactions.schemas import InteractionPatch, NewInteraction
from app.models import Interaction, Partner, StandingRow
from app.standings.check import standing_differences
from app.vocabulary import Channel, Warmth
from tests.staging import staged


@staged
def partner(make):
    """Tied long ago and silent since: cold."""
    return make.partner(slug="fukuoka", friendship_since=date(2008, 2, 22))


@pytest.fixture
def warmth(database):
    """The stored warmth of a partner, which must be what the rule says of the files."""

    def look(slug="fukuoka"):
        with database.read() as session:
            assert not list(standing_differences(session))
            found = sa.select(StandingRow.warmth).join(Partner, Partner.id == StandingRow.partner_id)
            return session.scalars(found.where(Partner.slug == slug)).one()

    return look


@pytest.fixture
def log(database, officer, today):
    """A contact logged by the officer; its id."""

    def write(**fields):
        data = {
            "on": date(2026, 6, 1),
            "channel": "call",
            "title": "Trao đổi",
            "partners": ["fukuoka"],
            **fields,
        }
        with database.write() as session:
            return service.log_interaction(session, officer, NewInteraction(**data), today=today).id

    return write


@pytest.fixture
def change(database, officer, today):
    """A contact changed by the officer."""

    def write(key, **fields):
        with database.write() as session:
            talk = service.get(session, key)
            data = InteractionPatch(**fields)
            service.change(session, officer, talk, data, version=talk.version, today=today)

    return write


@pytest.mark.parametrize("channel", list(Channel))
def test_a_contact_warms_when_its_channel_is_an_exchange(partner, log, warmth, channel):
    log(channel=channel)
    waits = channel in {Channel.letter_in, Channel.letter_out, Channel.email}
    assert warmth() == (Warmth.cold if waits else Warmth.warm)


def test_what_is_said_counts_before_what_the_channel_says(partner, log, change, warmth):
    key = log(channel="email", two_way=True)
    assert warmth() == Warmth.warm
    change(key, two_way=False)
    assert warmth() == Warmth.cold
    change(key, channel="call", two_way=None)
    assert warmth() == Warmth.warm


def test_an_answer_makes_the_letter_an_exchange(partner, log, warmth):
    letter = log(channel="letter_out", on=date(2026, 1, 5))
    assert warmth() == Warmth.cold
    log(channel="letter_in", answers=letter)
    assert warmth() == Warmth.warm


def test_a_letter_answered_warms_also_where_the_answer_is_not_its_partners(partner, make, log, warmth):
    """One letter to two partners, answered by the first: on the second's file it is an exchange too."""
    make.partner(slug="oslo", friendship_since=date(2008, 1, 1))
    letter = log(channel="letter_out", on=date(2026, 5, 5), partners=["fukuoka", "oslo"])
    log(channel="letter_in", answers=letter)
    assert warmth("oslo") == Warmth.warm


@pytest.mark.parametrize("undone", ["unlinked", "trash", "moved"])
def test_what_was_no_answer_warms_no_more(partner, make, log, change, warmth, database, officer, undone):
    make.partner(slug="oslo", friendship_since=date(2008, 1, 1))
    letter = log(channel="letter_out", on=date(2026, 5, 5), partners=["fukuoka", "oslo"])
    answer = log(channel="letter_in", answers=letter)
    assert warmth("oslo") == Warmth.warm
    if undone == "unlinked":
        change(answer, answers=None)
    elif undone == "moved":
        other = log(channel="letter_out", on=date(2026, 5, 6))
        change(answer, answers=other)
    else:
        from app.trash import service as trash
        from app.trash.kinds import BY_NAME

        with database.write() as session:
            row = session.get(Interaction, answer)
            trash.archive(session, officer, BY_NAME["interaction"], row, version=row.version)
    assert warmth("oslo") == Warmth.cold


def test_who_is_taken_off_a_contact_loses_its_warmth(partner, make, log, change, warmth):
    make.partner(slug="oslo", friendship_since=date(2008, 1, 1))
    key = log(partners=["fukuoka", "oslo"])
    change(key, partners=["oslo"])
    assert (warmth("fukuoka"), warmth("oslo")) == (Warmth.cold, Warmth.warm)
    change(key, partners=["fukuoka"])
    assert (warmth("fukuoka"), warmth("oslo")) == (Warmth.warm, Warmth.cold)
