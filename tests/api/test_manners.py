"""Small manners of the API: what is read may be written back, names stay whole, the key comes first."""

import pytest
import sqlalchemy as sa

from app.models import Partner
from app.vocabulary import DatePrecision
from tests.api.contract import check_problem
from tests.staging import staged


@staged
def place(make):
    return make.partner(slug="fukuoka", friendship_since=None)


@pytest.fixture
def patch(api, place):
    def send(**change):
        return api("admin_key").patch("/api/v1/partners/fukuoka", json=change, headers={"If-Match": "*"})

    return send


def test_what_is_read_of_a_partner_may_be_written_back(api, patch):
    told = {"friendship_since": "2008-02", "note": "Theo báo cáo năm", "note_en": "From the yearly report"}
    body = patch(**told).json()
    assert (body["friendship_since"], body["friendship_since_precision"]) == ("2008-02-01", "month")
    assert (body["note"], body["note_en"]) == (told["note"], told["note_en"])
    derived = {"id", "version", "forums", "is_demo", "cause", "cause_why", "cause_named_on"}
    again = patch(**{name: value for name, value in body.items() if name not in derived})
    assert again.status_code == 200, again.text
    assert again.json() == body, "nothing changed, the version neither"


@pytest.mark.parametrize("name", ["friendship_since_precision", "friendship_precision"])
def test_the_precision_of_a_date_is_called_as_it_is_read(patch, database, name):
    assert patch(friendship_since="2008-02-20", **{name: "year"}).status_code == 200
    with database.read() as session:
        row = session.scalars(sa.select(Partner)).one()
        assert (row.friendship_since.isoformat(), row.friendship_precision) == (
            "2008-01-01",
            DatePrecision.year,
        )


def test_the_document_tells_the_name_that_is_read(api):
    schemas = api(None).get("/api/v1/openapi.json").json()["components"]["schemas"]
    assert "friendship_since_precision" in schemas["PartnerPatch"]["properties"]
    assert "friendship_precision" not in schemas["PartnerPatch"]["properties"]


@pytest.mark.parametrize(
    ("name", "pointer"), [("due-on", "/due-on"), ("a/b", "/a~1b"), ("a~b", "/a~0b"), ("lat-1-x", "/lat-1-x")]
)
def test_an_unknown_field_keeps_its_name(patch, name, pointer):
    check_problem(patch(**{name: 1}), 422, "unknown_field", pointer)


def test_a_place_in_a_list_is_a_step_of_the_pointer(patch):
    check_problem(patch(aliases=["Fukuoka", {"text": ""}]), 422, "required", "/aliases/1/text")


@pytest.mark.parametrize(
    ("kind", "body", "path"),
    [
        ("application/json", b"{", "/api/v1/partners"),
        ("text/plain", b"{}", "/api/v1/partners"),
        ("application/json", b'{"a": 1, "a": 2}', "/api/v1/partners"),
        ("application/json", b"{}", "/api/v1/partners?x=1"),
    ],
)
@pytest.mark.parametrize("key", [None, "Bearer ct_x_y", "Basic x", "Bearer "])
def test_the_key_is_asked_before_what_is_said(api, contract, kind, body, path, key):
    headers = {"Content-Type": kind} | ({"Authorization": key} if key else {})
    check_problem(contract.check(api(None).post(path, content=body, headers=headers)), 401)
    status = 415 if kind == "text/plain" else 422
    known = api("write_key").post(path, content=body, headers={"Content-Type": kind})
    check_problem(known, status)


def test_no_program_says_itself_what_only_the_seed_may(contract):
    """Where a fact was found, and that it is illustrative, is written by the seed files alone."""
    schemas = contract.document["components"]["schemas"]
    sent = {
        body["schema"]["$ref"].rpartition("/")[2]
        for *_, operation in contract.operations()
        for body in operation.get("requestBody", {}).get("content", {}).values()
        if "$ref" in body["schema"]
    }
    wrong = [name for name in sent if {"facts", "is_demo", "source_key"} & set(schemas[name]["properties"])]
    assert len(sent) > 50
    assert not wrong
