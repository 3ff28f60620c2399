"""The list of delegations and the month calendar: what is shown equals what is there."""

import re
from datetime import date, timedelta

import pytest

from app.delegations.calendar import laid_out
from app.delegations.listing import TripRow
from app.vocabulary import DatePrecision, DelegationDirection, DelegationState, VisitLevel, VisitPurpose
from tests.staging import staged

IN, OUT = DelegationDirection.inbound, DelegationDirection.outbound


@staged
def ten(make):
    """Ten delegations, counted by hand: in March 2026 begin five in (one cancelled) and three out."""
    with make.together():
        tokyo = make.partner(slug="tokyo", name_vi="Thủ đô Tokyo", name_en="Tokyo")
        paris = make.partner(slug="paris", name_vi="Paris", name_en="Paris", country="FR")
        for title, start, end, direction, state in (
            ("in one", "2026-03-01", "2026-03-01", IN, DelegationState.reported),
            ("in two", "2026-03-05", "2026-03-09", IN, DelegationState.completed),
            ("in three", "2026-03-05", "2026-03-05", IN, DelegationState.completed),
            ("in four", "2026-03-31", "2026-04-03", IN, DelegationState.planned),
            ("in five", "2026-03-12", "2026-03-13", IN, DelegationState.cancelled),
            ("out one", "2026-03-02", "2026-03-17", OUT, DelegationState.reported),
            ("out two", "2026-03-20", "2026-03-22", OUT, DelegationState.completed),
            ("out three", "2026-03-31", "2026-03-31", OUT, DelegationState.approved),
            ("before", "2026-02-26", "2026-03-02", OUT, DelegationState.reported),
            ("after", "2026-04-01", "2026-04-02", IN, DelegationState.planned),
        ):
            make.visit(
                [tokyo, paris] if title == "out one" else tokyo,
                title=title,
                starts_on=date.fromisoformat(start),
                ends_on=date.fromisoformat(end),
                direction=direction,
                state=state,
                level=VisitLevel.leader if title == "in one" else VisitLevel.working,
                purpose=VisitPurpose.signing if title == "in two" else VisitPurpose.working,
                head="Bà Sato" if title == "in three" else None,
            )


def titles(page):
    return re.findall(r'class="main-cell"><a href="/delegations/\d+"><bdi>(.*?)</bdi>', page)


# ---- the list


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("direction=outbound", {"out one", "out two", "out three", "before"}),
        ("state=cancelled", {"in five"}),
        ("state=planned&state=approved", {"in four", "after", "out three"}),
        ("level=leader", {"in one"}),
        ("purpose=signing", {"in two"}),
        ("partner=paris", {"out one"}),
        ("q=sato", {"in three"}),
        ("q=OUT+thr", {"out three"}),
        ("since=2026-03-31&until=2026-03-31", {"in four", "out three"}),
        ("year=2025", set()),
        ("direction=inbound&state=completed&q=in", {"in two", "in three"}),
    ],
)
def test_filters_show_what_fits(client, ten, query, shown):
    assert set(titles(client.get(f"/delegations?{query}").text)) == shown


def test_the_order_is_the_urls(client, ten):
    assert titles(client.get("/delegations?sort=starts_on").text)[0] == "before"
    assert titles(client.get("/delegations").text)[0] == "after"
    first = client.get("/delegations?sort=-ends_on&direction=outbound").text
    assert titles(first)[0] == "out three"
    assert "sort=ends_on" not in first or "direction=outbound" in first


@pytest.mark.parametrize(
    "query", ["state=none", "page=9", "sort=name", "who=me", "partner=atlantis", "year=x", "since=2026"]
)
def test_a_senseless_filter_is_refused(client, ten, query):
    assert client.get(f"/delegations?{query}").status_code == 422


def test_counts_stand_beside_the_filters(client, ten):
    page = client.get("/delegations?direction=outbound").text
    assert re.search(
        r"Inbound[^<]*<span class=\"count\">6</span>|inbound.*?<span class=\"count\">6</span>",
        page,
        re.S | re.I,
    )
    assert "4 delegations" in page


def test_an_empty_list_offers_the_act_that_fills_it(client, as_):
    assert 'href="/delegations/new"' in client.get("/delegations").text
    assert 'href="/delegations/new"' not in as_("viewer").get("/delegations").text


@pytest.mark.parametrize(
    "path", ["/delegations", "/delegations/calendar?month=2026-03", "/delegations/calendar"]
)
def test_a_page_takes_a_fixed_number_of_statements(client, make, queries, path):
    make.visit(make.partner(), on=date(2026, 3, 1))
    with queries() as one:
        client.get(path)
    with make.together():
        partner = make.partner()
        for day in range(1, 29):
            make.visit(partner, on=date(2026, 3, day))
            make.visit(partner, on=date(2026, 6, day))
    with queries() as many:
        assert client.get(path).status_code == 200
    assert len(many) == len(one), many


def test_a_full_page_stays_small(client, make):
    with make.together():
        for n in range(30):
            make.visit(
                make.partner(), on=date(2026, 3, 1 + n % 28), title=f"Đoàn công tác số {n} của thành phố"
            )
    for path in ("/delegations", "/delegations/calendar?month=2026-03", "/delegations/new"):
        assert len(client.get(path).content) < 60_000


# ---- the calendar


def test_the_month_table_equals_a_hand_count(client, ten):
    page = client.get("/delegations/calendar?month=2026-03").text
    table = re.search(r'<table class="table table-counts">.*?</table>', page, re.DOTALL)[0]
    rows = [
        re.findall(r"<td class=\"num\">(\d+)</td>", row) for row in re.findall(r"<tr>.*?</tr>", table, re.S)
    ]
    # planned, approved, under way, completed, reported, cancelled, all
    assert rows[1:] == [
        ["1", "0", "0", "2", "1", "1", "5"],
        ["0", "1", "0", "1", "1", "0", "3"],
        ["1", "1", "0", "3", "2", "1", "8"],
    ]


def test_the_calendar_shows_who_is_there_whenever_they_came(client, ten):
    page = client.get("/delegations/calendar?month=2026-03").text
    wide = page[: page.index("calendar-narrow")]
    assert "before" in wide
    assert ">after<" not in page
    assert "in five" not in page
    april = client.get("/delegations/calendar?month=2026-04").text
    assert "in four" in april
    assert "month=2026-03" in april
    assert "month=2026-05" in april
    only = client.get("/delegations/calendar?month=2026-03&direction=outbound").text
    assert "in two" not in only
    assert "month=2026-04&amp;direction=outbound" in only or "direction=outbound&amp;month=2026-04" in only


@pytest.mark.parametrize("query", ["month=2026-13", "month=march", "month=2026-3", "day=1"])
def test_a_month_that_is_none_is_refused(client, query):
    assert client.get(f"/delegations/calendar?{query}").status_code == 422


def test_a_trip_of_which_only_the_month_is_known_stands_below(client, make):
    make.visit(make.partner(), on=date(2026, 3, 1), title="some day", starts_precision=DatePrecision.month,
               ends_precision=DatePrecision.month)  # fmt: skip
    page = client.get("/delegations/calendar?month=2026-03").text
    assert "some day" in page[page.index("undated-head") :]
    assert "some day" not in page[: page.index("undated-head")]


def trip(start, days, key=1, direction=IN):
    start = date.fromisoformat(start)
    return TripRow(
        id=key, title=str(key), direction=direction, state=DelegationState.planned, level=None, purpose=None,
        starts_on=start, starts_precision=DatePrecision.day, ends_on=start + timedelta(days=days - 1),
        ends_precision=DatePrecision.day, head=None, report_due_on=None, is_demo=False,
    )  # fmt: skip


def test_a_trip_over_a_week_end_goes_on_in_the_next_week():
    month = laid_out(date(2026, 3, 1), [trip("2026-03-06", 5)])
    bars = [bar for week in month.weeks for lane in week.lanes for bar in lane if bar.trip]
    assert [(bar.days, bar.begins, bar.ends) for bar in bars] == [(3, True, False), (2, False, True)]


def test_every_lane_fills_its_week():
    days = [("2026-03-02", 2), ("2026-03-03", 1), ("2026-03-04", 1), ("2026-03-05", 9)]
    month = laid_out(date(2026, 3, 1), [trip(on, long, n) for n, (on, long) in enumerate(days, 1)])
    for week in month.weeks:
        for lane in week.lanes:
            assert sum(bar.days for bar in lane) == 7
    second = month.weeks[1]
    assert [[bar.trip.id for bar in lane if bar.trip] for lane in second.lanes] == [[1, 3, 4], [2]]


@pytest.mark.parametrize(("month", "weeks"), [("2026-02", 5), ("2027-02", 4), ("2026-08", 6), ("2028-02", 5)])
def test_a_month_has_its_weeks(month, weeks):
    first = date.fromisoformat(f"{month}-01")
    found = laid_out(first, [])
    assert len(found.weeks) == weeks
    assert found.weeks[0].days[0].weekday() == 0
    assert first in found.weeks[0].days
