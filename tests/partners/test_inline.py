"""Single fields of a partner changed where they stand: by the same service and rules as the whole form."""

import json

import pytest
import sqlalchemy as sa

from app.models import Event, Partner
from app.vocabulary import Rung, Tier
from tests.actors import PEOPLE

HTMX = {"HX-Request": "true"}
URL = "/partners/fukuoka/fields"


@pytest.fixture(autouse=True)
def place(make):
    return make.partner(slug="fukuoka", name_en="Fukuoka", objectives="Giáo dục")


@pytest.fixture
def now(database):
    def look():
        with database.read() as session:
            return session.scalars(sa.select(Partner)).one()

    return look


def sent(value, field, version=1, token="t", **more):
    return {field: value, "version": str(version), "form_token": token, **more}


def post(client, field, value, **more):
    headers = more.pop("headers", {})
    return client.post(f"{URL}/{field}", data=sent(value, field, **more), headers=headers)


@pytest.mark.parametrize(
    ("field", "value", "stored"),
    [
        ("tier", "priority", {"tier": Tier.priority}),
        ("objectives", "Giáo dục\nMôi trường", {"objectives": "Giáo dục\nMôi trường"}),
        ("objectives", "", {"objectives": None}),
        ("declared_rung", "framework", {"declared_rung": Rung.framework}),
    ],
)
def test_one_field_is_saved_and_no_other(as_, now, database, field, value, stored):
    kept = now().model_dump(exclude={field, "version", "updated_at", "updated_by_id"})
    answer = post(as_("manager"), field, value)
    assert answer.headers["location"] == "/partners/fukuoka"
    row = now()
    assert {name: getattr(row, name) for name in stored} == stored
    assert row.model_dump(exclude={field, "version", "updated_at", "updated_by_id"}) == kept
    with database.read() as session:
        [event] = session.scalars(sa.select(Event).where(Event.action == "partner.changed"))
    assert set(event.changes) == {field}


def test_the_officer_is_chosen_by_name(as_, now):
    client = as_("manager")
    assert PEOPLE["officer"].email in client.get(f"{URL}/officer", headers=HTMX).text
    post(client, "officer", PEOPLE["officer"].email)
    assert now().officer_id
    post(client, "officer", "", version=2, token="u")
    assert now().officer_id is None


def test_in_its_place_with_htmx_on_a_page_without(client):
    part, page = client.get(f"{URL}/objectives", headers=HTMX).text, client.get(f"{URL}/objectives").text
    assert "<html" not in part
    assert "<html" in page
    for text in (part, page):
        assert "Giáo dục" in text
        assert 'name="version" value="1"' in text
        assert f'action="{URL}/objectives"' in text


def test_the_page_is_read_again_without_being_left(client):
    answer = post(client, "objectives", "Y tế", next="/partners/fukuoka?list=q%3Dx", headers=HTMX)
    assert answer.status_code == 204
    assert json.loads(answer.headers["hx-location"])["path"] == "/partners/fukuoka?list=q%3Dx"
    assert json.loads(answer.headers["hx-trigger"])["toast"]["text"]
    elsewhere = post(client, "objectives", "X", version=2, token="u", next="//evil.example")
    assert elsewhere.headers["location"] == "/partners/fukuoka"


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_late_one_sees_both_versions_and_loses_nothing(client, as_, now, headers):
    post(as_("other_officer"), "objectives", "Của người khác")
    page = post(client, "objectives", "Của tôi", token="u", headers=headers)
    assert page.status_code == 409
    assert ("<html" in page.text) == (not headers)
    assert "other_officer changed this partner meanwhile" in page.text
    assert "Của người khác" in page.text
    assert "Của tôi</textarea>" in page.text
    assert 'name="version" value="2"' in page.text
    assert now().objectives == "Của người khác"
    post(client, "objectives", "Của tôi", version=2, token="v")
    assert now().objectives == "Của tôi"


@pytest.mark.parametrize(
    ("field", "value"), [("tier", "best"), ("officer", "ghost@city.example"), ("objectives", "x" * 20_001),
                         ("declared_rung", "top")],
)  # fmt: skip
def test_a_fault_is_told_beside_the_field(as_, now, field, value):
    page = post(as_("manager"), field, value)
    assert page.status_code == 422
    assert f'id="f-inline-{field}-error"' in page.text
    assert now().version == 1


def test_sent_twice_it_is_saved_once(client, now):
    for _ in range(2):
        assert post(client, "objectives", "Y tế").status_code == 303
    assert now().version == 2
    assert client.post(f"{URL}/objectives", data={"objectives": "x"}).status_code == 422


@pytest.mark.parametrize("field", ["tier", "officer"])
def test_tier_and_officer_are_for_managers(as_, client, now, field):
    assert post(client, field, "priority").status_code == 403
    assert client.get(f"{URL}/{field}").status_code == 403
    page = client.get("/partners/fukuoka").text
    assert f"fields/{field}" not in page
    assert "fields/objectives" in page
    assert f"fields/{field}" in as_("manager").get("/partners/fukuoka").text
    assert now().version == 1


def test_who_may_not(as_, stranger):
    assert post(as_("viewer"), "objectives", "x").status_code == 403
    assert post(stranger, "objectives", "x").status_code == 401
    assert "/fields/" not in as_("viewer").get("/partners/fukuoka").text
    assert "/fields/" not in as_("manager").get("/partners/fukuoka?as_of=2025-01-01").text


@pytest.mark.parametrize("path", [f"{URL}/name_vi", "/partners/nowhere/fields/tier"])
def test_what_is_not_there(as_, path):
    assert as_("manager").get(path).status_code in {404, 422}
