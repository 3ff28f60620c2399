"""Standings over REST: of today, of any day, how they changed, in words, with proofs that can be opened."""

import itertools
import re
from datetime import date, timedelta

import pytest

from tests.api.contract import check_problem
from tests.conftest import TODAY
from tests.route_table import routes

SLUGS = ["fukuoka", "toulouse", "gyeonggi", "vientiane", "perth", "lima", "berlin", "osaka"]
WATCHED = ("rung", "waiting_since", "warmth", "status", "underlying", "step")


@pytest.mark.parametrize("slug", SLUGS)
def test_the_stored_standing_is_that_of_today(world, get, slug):
    stored = get(f"/partners/{slug}/standing")
    assert stored == get(f"/partners/{slug}/standing", as_of=TODAY.isoformat())
    assert stored in get("/standings")["items"]
    assert stored["as_of"] == TODAY.isoformat()


def test_the_standing_and_the_list_of_partners_agree(world, get):
    rows = {item["id"]: item for item in get("/partners")["items"]}
    for standing in get("/standings")["items"]:
        row = rows[standing["partner"]]
        for name in (*WATCHED, "declared_rung", "months_waiting", "patience_months", "quadrant", "urgency"):
            assert row[name] == standing[name], name
        assert row["first_reason"] == (standing["reasons"][0]["code"] if standing["reasons"] else None)


def test_a_standing_has_the_fields_of_the_contract(world, get):
    standing = get("/partners/fukuoka/standing")
    assert set(standing) == {
        "partner", "as_of", "rung", "declared_rung", "status", "underlying", "waiting_since",
        "months_waiting", "patience_months", "warmth", "quadrant", "step", "urgency", "reasons", "next_step",
        "missing", "valid_until",
    }  # fmt: skip
    for reason in standing["reasons"]:
        assert set(reason) == {"code", "since", "numbers", "evidence", "text"}
        for proof in reason["evidence"]:
            assert set(proof) == {"type", "id", "url"}


def test_another_day_is_told_by_todays_files(world, get):
    def status(day):
        return get("/partners/fukuoka/standing", as_of=day)["status"]

    assert status("2007-01-01") == "untied"
    assert status("2008-03-01") == "no_data" or status("2008-03-01") == "on_track"
    assert get("/partners/perth/standing", as_of="2026-05-31")["status"] != "parked"
    assert get("/partners/perth/standing", as_of="2026-11-30")["status"] == "parked"
    assert get("/partners/perth/standing", as_of="2026-12-01")["status"] != "parked"
    assert get("/partners/gyeonggi/standing", as_of="2030-01-01")["rung"] == "friendship"


@pytest.mark.parametrize(
    "day", ["soon", "2026-02-30", "2026-6-1", "20260601", "0", "1765324800", "1899-12-31", "2101-01-01"]
)
def test_a_day_that_is_none_is_422(world, call, day):
    check_problem(call("GET", f"/partners/lima/standing?as_of={day}"), 422, "bad_date", "/as_of")
    check_problem(call("GET", f"/partners/lima/standing/history?from={day}"), 422, "bad_date", "/from")
    check_problem(call("GET", f"/partners/lima/standing/history?to={day}"), 422, "bad_date", "/to")


def test_a_day_may_be_written_as_officials_write_it(world, get):
    assert get("/partners/lima/standing", as_of="20/02/2008")["as_of"] == "2008-02-20"


@pytest.mark.parametrize(
    ("query", "code", "pointer"),
    [
        ("from=2026-01-02&to=2026-01-01", "end_before_start", "/to"),
        ("from=1950-01-01&to=1990-01-02", "span_too_long", "/from"),
        ("from=2026-01-01&from=2025-01-01", "duplicate_parameter", "/from"),
        ("start=2026-01-01", "unknown_parameter", "/start"),
        ("limit=5", "unknown_parameter", "/limit"),
    ],
)
def test_a_span_that_is_none_is_422(world, call, query, code, pointer):
    check_problem(call("GET", f"/partners/lima/standing/history?{query}"), 422, code, pointer)


def test_forty_years_are_not_too_long(world, get):
    assert get("/partners/lima/standing/history", **{"from": "1950-01-01", "to": "1990-01-01"})["items"]


def test_without_a_span_the_last_ten_years_are_told(world, get):
    items = get("/partners/fukuoka/standing/history")["items"]
    assert items[0]["as_of"] == "2016-06-15"
    assert items[-1]["as_of"] <= TODAY.isoformat()
    assert get("/partners/fukuoka/standing/history", to="2020-06-15")["items"][0]["as_of"] == "2010-06-15"


def codes(standing):
    return tuple(standing[name] for name in WATCHED), [reason["code"] for reason in standing["reasons"]]


@pytest.mark.parametrize("slug", ["fukuoka", "toulouse", "vientiane", "perth", "osaka"])
def test_the_history_is_every_day_collapsed_to_its_changes(world, get, slug):
    start, end = date(2023, 1, 1), date(2026, 12, 31)
    items = get(f"/partners/{slug}/standing/history", **{"from": start.isoformat(), "to": end.isoformat()})[
        "items"
    ]
    days = [item["as_of"] for item in items]
    assert days == sorted(set(days))
    assert days[0] == start.isoformat()
    for earlier, later in itertools.pairwise(items):
        assert codes(earlier) != codes(later)
        assert earlier["valid_until"] == later["as_of"]
    sampled = {start + timedelta(days=73 * n) for n in range(20)}
    sampled |= {date.fromisoformat(day) - timedelta(days=1) for day in days[1:]}
    for day in sorted(sampled):
        valid = [item for item in items if item["as_of"] <= day.isoformat()][-1]
        assert codes(valid) == codes(get(f"/partners/{slug}/standing", as_of=day.isoformat())), day


def test_reasons_and_steps_are_told_in_two_languages(world, call):
    def told(language):
        headers = {"Accept-Language": language}
        items = call("GET", "/standings", headers=headers).json()["items"]
        texts = [reason["text"] for item in items for reason in item["reasons"]]
        texts += [item["next_step"]["text"] for item in items if item["next_step"]]
        return texts + [missing["text"] for item in items for missing in item["missing"]]

    vi, en = told("vi"), told("en")
    assert len(vi) == len(en) > 10
    assert all(one != other for one, other in zip(vi, en, strict=True))
    assert all(re.search(r"[ăâđêôơưáàảãạếềểễệ]", text) for text in vi)
    assert all(text and "%(" not in text for text in vi + en)
    assert (
        call("GET", "/standings").json()
        == call("GET", "/standings", headers={"Accept-Language": "fr"}).json()
    )


# Pages that are to come; whoever builds one takes it off this list.
TO_COME: set[str] = set()


def test_every_proof_can_be_opened(world, application, get):
    pages = [r.path for r in routes(application) if r.method == "GET" and not r.is_api]
    found = {
        proof["url"].partition("#")[0]
        for standing in get("/standings")["items"]
        for reason in standing["reasons"]
        for proof in reason["evidence"]
    }
    assert len(found) > 3
    lost = {
        url for url in found if not any(re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]+", p), url) for p in pages)
    }
    kinds = {re.sub(r"/[^/]*$", "", url) for url in lost}
    assert kinds == TO_COME, f"no page shows {sorted(lost)}"
