"""A register whose changes are followed."""

from datetime import date

import pytest

from tests.staging import staged


@staged
def fukuoka(make):
    """A partner that has been stuck for years."""
    partner = make.partner(slug="fukuoka", name_en="Fukuoka", friendship_since=date(1994, 3, 1))
    make.review(partner)
    return partner


@pytest.fixture
def follow(api):
    """`follow("read_key", type=...)`: every event, page after page, as a program follows them."""

    def events(key="read_key", **params):
        client, url, found = api(key), "/api/v1/changes", []
        params = {"limit": 200, **params}
        while True:
            response = client.get(url, params=params)
            assert response.status_code == 200, response.text
            page = response.json()
            found += page["items"]
            url, params = page["next"], None
            if not page["more"]:
                return found

    return events


@pytest.fixture
def head(api):
    """Where the feed ends now."""

    def position(key="read_key"):
        page = api(key).get("/api/v1/changes", params={"limit": 1, "type": "holiday.removed"}).json()
        return int(page["next"].partition("after=")[2].partition("&")[0])

    return position
