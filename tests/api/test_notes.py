"""Confidential notes: for keys with the scope `admin`, for nobody else, wherever a visit is shown."""

from datetime import date

import pytest

from tests.api.contract import check_problem
from tests.staging import staged

KEYS = {"read_key": False, "people_key": False, "unit_key": False, "write_key": False, "admin_key": True}
SECRET = ("Không phổ biến", "Bộ trưởng", "Ghi chú riêng")


@staged
def secret(make):
    """A partner with a confidential visit, a confidential contact and an open one."""
    with make.together():
        partner = make.partner(slug="fukuoka", friendship_since=date(2008, 2, 22))
        make.visit(
            partner, on=date(2026, 3, 1), title="Kín", minutes=SECRET[0], met=SECRET[1], note=SECRET[2],
            confidential=True, head="Bà Sato",
        )  # fmt: skip
        make.interaction(
            partner,
            on=date(2026, 3, 2),
            title="Điện đàm",
            summary=SECRET[0],
            people=SECRET[1],
            confidential=True,
        )
        make.visit(partner, on=date(2026, 3, 3), title="Mở", minutes="Ai cũng đọc được", met="Giám đốc")


@pytest.mark.parametrize(("key", "allowed"), KEYS.items())
def test_a_timeline_keeps_confidential_notes_to_admins(secret, call, key, allowed):
    response = call("GET", "/partners/fukuoka/timeline", key)
    items = {item["title"]: item for item in response.json()["items"]}
    kept, spoken, plain = items["Kín"], items["Điện đàm"], items["Mở"]
    assert (plain["text"], plain["met"], plain["hidden"]) == ("Ai cũng đọc được", "Giám đốc", False)
    assert kept["hidden"] is not allowed
    assert (kept["text"], kept["met"], kept["note"]) == (SECRET if allowed else (None, None, None))
    assert (spoken["text"], spoken["people"]) == ((SECRET[0], SECRET[1]) if allowed else (None, None))
    assert kept["people"] == "Bà Sato"


@pytest.mark.parametrize("key", [key for key, allowed in KEYS.items() if not allowed])
def test_no_answer_to_a_reader_holds_a_confidential_word(secret, call, contract, key):
    for method, address, _ in contract.addresses():
        if method == "GET":
            text = call(method, address.removeprefix("/api/v1"), key).text
            assert not [word for word in SECRET if word in text], address


def test_a_search_does_not_find_what_it_may_not_show(secret, call):
    for word in SECRET:
        assert call("GET", "/partners", params={"q": word}).json()["items"] == []
        assert call("GET", "/follow-ups", params={"q": word}).json()["items"] == []


def test_who_logs_a_confidential_visit_reads_it_in_the_answer_and_not_again(secret, call):
    sent = {
        "partner": "fukuoka", "direction": "inbound", "title": "Mới", "starts_on": "2026-06-01",
        "minutes": SECRET[0], "met": SECRET[1], "confidential": True,
    }  # fmt: skip
    told = call("POST", "/visits", "write_key", json=sent).json()["delegation"]
    assert (told["minutes"], told["met"]) == SECRET[:2]
    for key, allowed in KEYS.items():
        items = call("GET", "/partners/fukuoka/timeline", key).json()["items"]
        assert [item["text"] for item in items if item["title"] == "Mới"] == [SECRET[0] if allowed else None]


@pytest.mark.parametrize("kind", ["visit", "delegations"])
def test_an_unknown_kind_of_entry_is_422(secret, call, kind):
    check_problem(call("GET", f"/partners/fukuoka/timeline?kind={kind}"), 422, "unknown_value", "/kind")


def test_a_timeline_is_read_page_by_page(secret, call):
    whole = call("GET", "/partners/fukuoka/timeline?limit=200").json()["items"]
    seen, address = [], "/partners/fukuoka/timeline?limit=1"
    while address:
        body = call("GET", address).json()
        seen += body["items"]
        address = body["next"]
    assert seen == whole
    assert [item["on"] for item in whole] == sorted((item["on"] for item in whole), reverse=True)
    some = call("GET", "/partners/fukuoka/timeline?kind=delegation&as_of=2026-03-02").json()["items"]
    assert [item["title"] for item in some] == ["Kín"]
