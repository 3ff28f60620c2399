"""What a partner's pages show is shown as far as it is known, and stays light however much there is."""

from datetime import date

import pytest

from app.vocabulary import DatePrecision
from tests.staging import staged


@staged
def place(make):
    return make.partner(slug="fukuoka", name_en="Fukuoka", friendship_since=date(2008, 2, 20))


@pytest.mark.parametrize(
    ("precision", "shown"),
    [(DatePrecision.day, "1 May 2026"), (DatePrecision.month, "May 2026"), (DatePrecision.year, "2026")],
)
def test_the_last_contact_is_shown_as_far_as_it_is_known(as_, api, make, place, precision, shown):
    make.interaction(place, on=date(2026, 5, 1), precision=precision)
    page = as_("manager").get("/partners").text
    # What is counted lies within the month or year that is known; only that much is claimed.
    assert f'data-label="Last:">{shown}' in page
    queue = as_("manager").get("/review?status=stuck").text
    assert f"met {shown} " in queue
    item = api("read_key").get("/api/v1/partners").json()["items"][0]
    assert item["last_contact_precision"] == precision


def test_of_two_contacts_on_one_day_the_better_known_counts(api, make, place):
    make.visit(place, on=date(2026, 5, 31))
    make.interaction(place, on=date(2026, 5, 1), precision=DatePrecision.month)
    item = api("read_key").get("/api/v1/partners").json()["items"][0]
    assert (item["last_contact_on"], item["last_contact_precision"]) == ("2026-05-31", "day")


def test_many_papers_are_folded_and_the_page_stays_light(client, make, place):
    with make.together():
        for n in range(40):
            make.agreement(place, title=f"Bản ghi nhớ hợp tác số {n:02}", signed_on=date(2015, 1, 1 + n % 28))
    page = client.get("/partners/fukuoka")
    assert "34 older papers" in page.text
    assert page.text.count('class="paper-force"') == 6
    assert all(f"hợp tác số {n:02}" in page.text for n in range(40))
    assert len(page.content) < 60_000


def test_a_few_papers_are_all_shown(client, make, place):
    for _ in range(8):
        make.agreement(place)
    page = client.get("/partners/fukuoka").text
    assert "older paper" not in page
    assert page.count('class="paper-force"') == 8
