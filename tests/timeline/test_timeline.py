"""The thread: everything dated about one partner, newest first, in one statement."""

from datetime import date

import pytest

from app.delegations.schemas import VisitIn
from app.delegations.service import log_visit
from app.errors import Refused
from app.interactions.schemas import InteractionIn
from app.interactions.service import log_interaction
from app.timeline.queries import timeline, timeline_counts
from app.timeline.schemas import TimelineEvent, TimelineKind
from app.vocabulary import DatePrecision, DelegationState, FollowUpKind, ResultLevel
from tests.staging import staged


@pytest.fixture
def thread(database):
    """Read a partner's thread in a session of its own."""

    def read(partner, actor, **asked):
        with database.read() as session:
            return timeline(session, partner.id, actor, **asked)

    return read


@staged
def full(make):
    """A partner with one fact of every kind."""
    with make.together():
        unit = make.unit()
        partner = make.partner(slug="fukuoka", friendship_since=date(2008, 2, 22))
        make.agreement(partner, signed_on=date(2020, 1, 10), terminated_on=date(2024, 1, 10))
        visit = make.visit(partner, on=date(2023, 5, 1))
        promised = make.follow_up(
            partner, delegation=visit, unit=unit, raised_on=date(2023, 5, 1), due_on=date(2023, 6, 1),
            done_on=date(2023, 5, 20),
        )  # fmt: skip
        make.follow_up_progress(promised, on=date(2023, 5, 10))
        make.interaction(partner, on=date(2023, 7, 1))
        programme = make.programme(
            partner, started_on=date(2023, 8, 1), ended_on=date(2025, 8, 1), cancelled_on=date(2025, 9, 1)
        )
        make.progress(programme, on=date(2023, 9, 1))
        make.milestone(programme, done_on=date(2023, 10, 1))
        make.result(programme, on=date(2023, 11, 1), level=ResultLevel.output)
        make.result(programme, on=date(2023, 12, 1))
        make.follow_up(
            partner, raised_on=date(2024, 3, 1), due_on=date(2024, 6, 1), dropped_on=date(2024, 4, 1)
        )
        make.review(partner, on=date(2024, 5, 1))
        make.pause(partner, starts_on=date(2024, 6, 1), until=date(2024, 12, 1))
        make.cause(partner, named_on=date(2024, 7, 1))
        make.push(partner, opened_on=date(2021, 1, 1), deadline=date(2022, 1, 1))
        make.push(
            partner, opened_on=date(2022, 2, 1), deadline=date(2023, 1, 1), withdrawn_on=date(2022, 3, 1)
        )
        make.push(partner, opened_on=date(2023, 6, 1), deadline=date(2024, 1, 1))
        make.decision(partner, on=date(2024, 8, 1))
    return partner


def test_everything_dated_is_told_newest_first(thread, full, officer):
    items = thread(full, officer, limit=100).items
    assert {item.event for item in items} == set(TimelineEvent) - {TimelineEvent.uploaded}
    assert [item.on for item in items] == sorted((item.on for item in items), reverse=True)
    assert len({item.anchor for item in items}) == len(items)


def test_a_promise_that_a_visit_brought_is_raised_there_and_not_again(thread, full, officer):
    items = thread(full, officer, limit=100).items
    visit = next(item for item in items if item.event == TimelineEvent.visited)
    assert visit.agreed == 1
    assert [item.on for item in items if item.event == TimelineEvent.raised] == [date(2024, 3, 1)]


def test_it_is_one_statement_for_few_and_many(database, make, officer, queries, full):
    with make.together():
        for day in range(1, 29):
            make.visit(full, on=date(2025, 1, day))
    with database.read() as session, queries() as seen:
        timeline(session, full.id, officer, limit=200)
    assert len(seen) == 1


@pytest.mark.parametrize("limit", [1, 3, 7])
def test_pages_follow_each_other_without_a_gap(thread, full, officer, limit):
    whole = [item.anchor for item in thread(full, officer, limit=100).items]
    told, before = [], None
    while True:
        page = thread(full, officer, limit=limit, before=before)
        told += [item.anchor for item in page.items]
        if page.after is None:
            break
        before = list(page.after)
    assert told == whole


def test_pages_do_not_lose_facts_of_one_day(thread, make, officer):
    partner = make.partner()
    with make.together():
        for _ in range(5):
            make.visit(partner, on=date(2025, 1, 1))
            make.interaction(partner, on=date(2025, 1, 1))
    told, before = set(), None
    while True:
        page = thread(partner, officer, limit=3, before=before)
        told |= {item.anchor for item in page.items}
        if (before := page.after) is None:
            break
    assert len(told) == 10


@pytest.mark.parametrize("before", [["x", 1, 2], ["2025-01-01"], [None, 1, 1], ["2025-01-01", "a", 1]])
def test_a_cursor_that_is_none_is_refused(thread, full, officer, before):
    with pytest.raises(Refused, match="bad_cursor"):
        thread(full, officer, before=before)


@pytest.mark.parametrize("kind", TimelineKind)
def test_a_kind_can_be_asked_for(thread, database, full, officer, kind):
    items = thread(full, officer, kinds=[kind]).items
    assert items
    assert {item.kind for item in items} == {kind}
    with database.read() as session:
        assert timeline_counts(session, full.id, officer)[kind] == len(items)


def test_what_had_not_happened_is_not_told(thread, full, officer):
    items = thread(full, officer, as_of=date(2023, 8, 31)).items
    assert max(item.on for item in items) == date(2023, 8, 1)
    assert TimelineEvent.started in {item.event for item in items}


@pytest.mark.parametrize(
    ("day", "precision", "as_of", "told"),
    [
        ("2024-02-01", "month", "2024-02-28", False),
        ("2024-02-01", "month", "2024-02-29", True),
        ("2024-02-01", "month", "2024-03-01", True),
        ("2024-01-01", "year", "2024-12-30", False),
        ("2024-01-01", "year", "2024-12-31", True),
        ("2024-02-10", "day", "2024-02-09", False),
        ("2024-02-10", "day", "2024-02-10", True),
        # recorded on 2026-06-15: from that day on the month counts as past
        ("2026-06-01", "month", "2026-06-14", False),
        ("2026-06-01", "month", "2026-06-15", True),
        ("2026-01-01", "year", "2026-06-15", True),
    ],
)
def test_partly_known_dates_count_as_the_standing_counts_them(
    thread, make, officer, day, precision, as_of, told
):
    partner = make.partner()
    make.interaction(partner, on=date.fromisoformat(day), precision=DatePrecision(precision))
    items = thread(partner, officer, as_of=date.fromisoformat(as_of)).items
    assert bool(items) is told


def test_a_trip_to_come_is_told_today_and_not_as_of_a_day(thread, make, officer, today):
    partner = make.partner()
    make.visit(partner, on=date(2026, 9, 1), state=DelegationState.planned)
    make.visit(partner, on=date(2026, 9, 2), state=DelegationState.cancelled)
    assert [item.state for item in thread(partner, officer).items] == ["planned"]
    assert not thread(partner, officer, as_of=date(2026, 12, 1)).items


def test_confidential_notes_come_to_their_author_and_managers_only(
    thread, database, make, officer, other_officer, viewer, manager, today
):
    partner = make.partner(slug="fukuoka")
    visit = VisitIn(
        partner="fukuoka", direction="inbound", title="Đoàn vào", starts_on=today, ends_on=today,
        met="Ông Hattori", minutes="Điều kín", confidential=True,
    )  # fmt: skip
    talk = InteractionIn(
        partners=["fukuoka"], on=today, channel="call", title="Điện đàm", people="Bà Mori",
        summary="Điều kín", confidential=True,
    )  # fmt: skip
    with database.write() as session:
        log_visit(session, officer, visit, today=today)
        log_interaction(session, officer, talk, today=today)
    for reader, sees in ((officer, True), (manager, True), (other_officer, False), (viewer, False)):
        items = thread(partner, reader).items
        told = "".join(str(item) for item in items)
        assert ("Điều kín" in told, "Hattori" in told, "Mori" in told) == (sees, sees, sees), reader.name
        assert [item.hidden for item in items] == [not sees] * 2


def test_archived_records_and_other_partners_are_not_told(thread, make, officer):
    from app import clock

    partner, other = make.partner(), make.partner()
    make.visit(other)
    make.visit(partner, archived_at=clock.now())
    make.follow_up(partner, kind=FollowUpKind.other, archived_at=clock.now())
    assert not thread(partner, officer).items


def test_a_result_without_evidence_is_told_as_unverified(thread, make, officer):
    partner = make.partner()
    programme = make.programme(partner)
    make.result(programme, evidence=None)
    item = next(i for i in thread(partner, officer).items if i.event == TimelineEvent.outcome)
    assert (item.verified, item.deepening) == (False, False)


def test_a_dispute_about_a_record_shows_on_it(thread, make, officer):
    partner = make.partner()
    paper = make.agreement(partner)
    make.dispute(partner, record_type="agreement", record_id=paper.id, field="signed_on")
    assert [item.disputed for item in thread(partner, officer).items] == [True]
