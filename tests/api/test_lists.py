"""Lists: every filter, every order, pages that lose and repeat nothing, cursors that nobody can make up."""

import itertools
import json
import re
from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlmodel import select

from app import clock
from app.follow_ups.resource import SORTS as FOLLOW_UP_SORTS
from app.history import record
from app.models import FollowUp, Partner
from app.partners.filters import SORTS
from app.vocabulary import Quadrant, ReasonCode, Region, Rung, Status, Step, Tier, Warmth
from tests.actors import PEOPLE, UNIT
from tests.api.contract import check_problem
from tests.factories import MAKER
from tests.staging import staged

LISTS = ("/partners", "/standings", "/follow-ups")
OFFICER = PEOPLE["officer"].email

# ---- filters


@pytest.mark.parametrize("path", ["/partners", "/standings"])
@pytest.mark.parametrize(
    ("name", "values", "field"),
    [
        ("status", list(Status), "status"),
        ("rung", list(Rung), "rung"),
        ("tier", list(Tier), "tier"),
        ("region", list(Region), "region"),
        ("kind", ["capital", "city", "province", "prefecture"], "kind"),
        ("country", ["JP", "jp", "FR", "VN"], "country"),
        ("officer", [OFFICER, OFFICER.upper()], "officer"),
        ("step", list(Step), "step"),
        ("warmth", list(Warmth), "warmth"),
        ("quadrant", list(Quadrant), "quadrant"),
        ("basis", ["sourced", "illustrative"], "relation_basis"),
    ],
)
def test_a_filter_keeps_the_rows_that_show_its_value(world, get, path, name, values, field):
    every = {item["id"]: item for item in get("/partners")["items"]}
    order = list(every)
    seen = 0
    for value in values:
        wanted = [key for key in order if str(every[key][field]).lower() == str(value).lower()]
        found = [item.get("id") or item.get("partner") for item in get(path, **{name: value})["items"]]
        assert found == wanted, value
        seen += bool(found)
    assert seen, "the filter was never seen to find anything"
    both = [str(value) for value in values[:2]]
    wanted = [key for key in order if str(every[key][field]).lower() in {v.lower() for v in both}]
    assert [i.get("id") or i.get("partner") for i in get(path, **{name: both})["items"]] == wanted


def test_the_register_of_these_tests_tells_filters_apart(world, get):
    items = get("/partners")["items"]
    assert len({item["status"] for item in items}) >= 6
    assert len({item["rung"] for item in items}) >= 4
    assert {item["step"] for item in items} >= {"credible", "none"}
    assert len({item["quadrant"] for item in items}) >= 4
    assert len({item["warmth"] for item in items}) >= 3


def test_a_reason_is_found_wherever_it_stands(world, get):
    every = {s["partner"]: {r["code"] for r in s["reasons"]} for s in get("/standings")["items"]}
    assert any(len(codes) > 1 for codes in every.values())
    for code in ReasonCode:
        found = {item["id"] for item in get("/partners", reason=code.value)["items"]}
        assert found == {slug for slug, codes in every.items() if code in codes}, code


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"forum": "asia-cities"}, {"fukuoka", "gyeonggi"}),
        ({"forum": ["asia-cities", "river-cities"]}, {"fukuoka", "gyeonggi", "vientiane", "berlin"}),
        ({"sector": "energy"}, {"fukuoka", "gyeonggi"}),
        ({"sector": "water"}, {"gyeonggi"}),
        ({"sector": "energy", "country": "KR"}, {"gyeonggi"}),
        ({"officer": "none"}, {"toulouse", "gyeonggi", "perth", "lima", "berlin", "osaka"}),
        ({"officer": "me"}, set()),
        ({"officer": ["me", OFFICER]}, {"fukuoka", "vientiane"}),
        ({"q": "FUKUOKA"}, {"fukuoka"}),
        ({"q": "phuc cuong"}, {"fukuoka"}),
        ({"q": "vieng"}, {"vientiane"}),
        ({"q": "tinh"}, {"fukuoka", "gyeonggi"}),
        ({"q": "%"}, set()),
        ({"q": "_"}, set()),
        ({"q": "\\"}, set()),
        ({"q": "'; DROP TABLE partner; --"}, set()),
        ({"q": "fukuoka", "status": "untied"}, set()),
    ],
)
def test_what_a_list_is_asked_for_is_what_it_shows(world, slugs, params, expected):
    assert set(slugs(**params)) == expected


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, {"Đề xuất chương trình", "Gửi danh sách"}),
        ({"q": "de xuat"}, {"Đề xuất chương trình"}),
        ({"state": "open"}, {"Đề xuất chương trình", "Gửi danh sách"}),
        ({"state": "done"}, set()),
        ({"owed_by": "partner"}, {"Gửi danh sách"}),
        ({"kind": "proposal"}, {"Đề xuất chương trình"}),
        ({"kind": ["proposal", "other"]}, {"Đề xuất chương trình", "Gửi danh sách"}),
        ({"partner": "fukuoka"}, {"Đề xuất chương trình", "Gửi danh sách"}),
        ({"partner": "lima"}, set()),
        ({"assignee": OFFICER}, {"Đề xuất chương trình"}),
        ({"unit": UNIT}, {"Đề xuất chương trình"}),
        ({"due_before": "2026-07-01"}, {"Gửi danh sách"}),
        ({"due_before": "2026-07-02"}, {"Đề xuất chương trình", "Gửi danh sách"}),
        ({"due_after": "2026-03-20"}, {"Đề xuất chương trình"}),
        ({"due_after": "2026-07-01"}, set()),
    ],
)
def test_follow_ups_are_filtered(world, get, params, expected):
    assert {item["title"] for item in get("/follow-ups", **params)["items"]} == expected


def test_archived_records_are_in_no_list(world, database, make, get, slugs):
    with database.write() as session:
        for table, where in ((Partner, Partner.slug == "lima"), (FollowUp, FollowUp.id == world.follow_up)):
            row = session.exec(select(table).where(where)).one()
            row.archived_at = clock.now()
            record(session, MAKER, "x.archived", row)
    assert "lima" not in slugs()
    assert "lima" not in {item["partner"] for item in get("/standings")["items"]}
    assert [item["title"] for item in get("/follow-ups")["items"]] == ["Gửi danh sách"]


# ---- what no list understands


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("query", "code", "pointer"),
    [
        ("nonsense=1", "unknown_parameter", "/nonsense"),
        ("Limit=1", "unknown_parameter", "/Limit"),
        ("page=2", "unknown_parameter", "/page"),
        ("limit=1&limit=2", "duplicate_parameter", "/limit"),
        ("sort=id&sort=id", "duplicate_parameter", "/sort"),
        ("limit=0", "unknown_value", "/limit"),
        ("limit=-1", "unknown_value", "/limit"),
        ("limit=201", "unknown_value", "/limit"),
        ("limit=ten", "unknown_value", "/limit"),
        ("limit=", "unknown_value", "/limit"),
        ("limit=9223372036854775808", "unknown_value", "/limit"),
        ("sort=colour", "bad_sort", "/sort"),
        ("sort=--name", "bad_sort", "/sort"),
        ("sort=name,urgency", "bad_sort", "/sort"),
        ("cursor=x", "bad_cursor", "/cursor"),
        ("cursor=", "bad_cursor", "/cursor"),
        ("cursor=%C3%A9", "bad_cursor", "/cursor"),
        ("kind=spaceship", "unknown_value", "/kind"),
        ("q=%00", "bad_character", "/q"),
    ],
)
def test_what_a_list_does_not_know_is_422_and_named(call, path, query, code, pointer):
    check_problem(call("GET", f"{path}?{query}"), 422, code, pointer)


@pytest.mark.parametrize(
    "query",
    [
        "status=sleeping", "status=", "rung=5", "tier=first", "region=mars", "country=XX", "country=JPN",
        "country=", "forum=nowhere", "sector=magic", "officer=nobody@city.example", "step=maybe",
        "warmth=hot",
        "quadrant=north", "reason=bored", "basis=rumour", "status=stuck&status=sleeping",
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/partners", "/standings"])
def test_an_unknown_value_of_a_filter_is_422(world, call, path, query):
    check_problem(call("GET", f"{path}?{query}"), 422, pointer=f"/{query.partition('=')[0]}")


@pytest.mark.parametrize(
    "query",
    ["state=late", "owed_by=us", "partner=nobody", "assignee=x@y.example", "unit=moon", "due_before=soon",
     "due_after=2026-02-30", "due_before=1893456000", "due_before=20260101"],
)  # fmt: skip
def test_an_unknown_value_of_a_filter_of_follow_ups_is_422(world, call, query):
    check_problem(call("GET", f"/follow-ups?{query}"), 422, pointer=f"/{query.partition('=')[0]}")


def test_relevance_needs_something_to_be_relevant_to(call):
    check_problem(call("GET", "/partners?sort=relevance"), 422, "bad_sort", "/sort")


# ---- order


def test_sorts_sort(world, get):
    def column(field, **params):
        return [item[field] for item in get("/partners", limit=200, **params)["items"]]

    assert column("urgency", sort="-urgency") == sorted(column("urgency"), reverse=True)
    assert column("country", sort="country") == sorted(column("country"))
    for sort, enum in (("status", Status), ("rung", Rung), ("tier", Tier)):
        codes = [list(enum).index(enum(code)) for code in column(sort, sort=sort)]
        assert codes == sorted(codes)
        codes = [list(enum).index(enum(code)) for code in column(sort, sort=f"-{sort}")]
        assert codes == sorted(codes, reverse=True)
    contacts = [day or "" for day in column("last_contact_on", sort="-last_contact")]
    assert contacts == sorted(contacts, reverse=True)
    waiting = [-1 if n is None else n for n in column("months_waiting", sort="-waiting")]
    assert waiting == sorted(waiting, reverse=True)
    assert column("id", sort="-name") == column("id", sort="name")[::-1]


def test_follow_ups_come_by_due_date_unless_asked_otherwise(world, get):
    days = [item["due_on"] for item in get("/follow-ups")["items"]]
    assert days == sorted(days)
    assert [item["due_on"] for item in get("/follow-ups", sort="-due_on")["items"]] == days[::-1]


# ---- pages


def walk(call, path, **params):
    """Every page of a list, followed by its `next`; checks the Link header on the way."""
    response = call("GET", path, params=params)
    for _ in range(100):
        body = response.json()
        yield body["items"]
        link = response.headers.get("link")
        assert link == (f'<{body["next"]}>; rel="next"' if body["next"] else None)
        if body["next"] is None:
            return
        response = call("GET", body["next"])
    raise AssertionError("the list has no end")


@staged
def many(make):
    """Partners and follow-ups that often sort alike."""
    with make.together():
        for n in range(13):
            partner = make.partner(
                slug=f"city-{n}", country="JP" if n % 2 else "FR", name_vi=f"Thành phố {n % 5} {n}"
            )
            for m in range(2):
                make.follow_up(partner, title=f"Việc {n} {m}", due_on=date(2026, 7, 1 + n % 3))


@pytest.mark.parametrize("sort", [way + key for key in SORTS for way in ("", "-")])
@pytest.mark.parametrize("path", ["/partners", "/standings"])
def test_pages_are_the_list_cut_into_pieces(world, many, call, get, path, sort):
    whole = get(path, limit=200, sort=sort)["items"]
    assert list(itertools.chain(*walk(call, path, limit=4, sort=sort))) == whole
    assert len(whole) == 21


@pytest.mark.parametrize("sort", [way + key for key in FOLLOW_UP_SORTS for way in ("", "-")])
def test_pages_of_follow_ups_are_the_list_cut_into_pieces(world, many, call, get, sort):
    whole = get("/follow-ups", limit=200, sort=sort)["items"]
    assert list(itertools.chain(*walk(call, "/follow-ups", limit=5, sort=sort))) == whole
    assert len(whole) == 28


def test_pages_of_a_search_are_the_list_cut_into_pieces(many, call, get):
    whole = get("/partners", limit=200, q="thanh pho")["items"]
    assert list(itertools.chain(*walk(call, "/partners", limit=3, q="thanh pho"))) == whole
    assert len(whole) == 13


def test_a_full_last_page_has_no_next(many, call):
    assert [len(page) for page in walk(call, "/partners", limit=13)] == [13]
    assert [len(page) for page in walk(call, "/partners", limit=12)] == [12, 1]
    assert [len(page) for page in walk(call, "/partners", country="VN")] == [0]


def test_pages_lose_and_repeat_nothing_while_the_register_changes(many, make, call, slugs):
    before = slugs()
    seen = []
    for turn, page in enumerate(walk(call, "/partners", limit=3)):
        seen += [item["id"] for item in page]
        make.partner(slug=f"early-{turn}", name_vi=f"A {turn}", name_en=f"A {turn}")
        make.partner(slug=f"late-{turn}", name_vi=f"Z {turn}", name_en=f"Z {turn}")
        make.visit(make.partner(slug=f"other-{turn}", name_vi=f"M {turn}", name_en=f"M {turn}"))
        assert turn < 40
        if turn > 6:
            break
    assert len(seen) == len(set(seen))
    assert [slug for slug in seen if slug in before] == before[: len([s for s in seen if s in before])]
    assert set(before) <= set(seen)
    assert any(slug.startswith("late") for slug in seen)
    assert not any(slug.startswith("early") for slug in seen)


def test_next_keeps_the_address_it_was_asked_at(many, api):
    body = (
        api("read_key")
        .get(
            "https://registry.example/api/v1/partners",
            params={"limit": 2, "country": ["JP", "FR"], "q": "thành phố"},
        )
        .json()
    )
    parts = urlsplit(body["next"])
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "registry.example", "/api/v1/partners")
    query = parse_qsl(parts.query)
    assert query[:-1] == [("limit", "2"), ("country", "JP"), ("country", "FR"), ("q", "thành phố")]
    assert query[-1][0] == "cursor"


def test_the_limit_may_change_on_the_way(many, call, slugs):
    first = call("GET", "/partners", params={"limit": 2}).json()
    rest = call("GET", first["next"].replace("limit=2", "limit=200")).json()
    assert [i["id"] for i in first["items"] + rest["items"]] == slugs()


# ---- cursors


@pytest.fixture
def cursor(many, call):
    """The cursor of the second page."""
    return dict(parse_qsl(urlsplit(call("GET", "/partners?limit=2").json()["next"]).query))["cursor"]


def test_a_cursor_tampered_with_is_refused(cursor, call):
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for place in (*range(0, len(cursor) - 1, 5), len(cursor) - 2, len(cursor) - 1):
        other = alphabet[(alphabet.index(cursor[place]) + 1) % 64]
        forged = cursor[:place] + other + cursor[place + 1 :]
        check_problem(call("GET", "/partners", params={"cursor": forged}), 422, "bad_cursor", "/cursor")


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c[:-1],
        lambda c: c[:8],
        lambda c: c + "A",
        lambda c: c + "!",
        lambda c: c + "=",
        lambda c: f" {c}",
        lambda c: c + c,
        lambda c: "A" * 2000,
    ],
)
def test_a_cursor_cut_or_lengthened_is_refused(cursor, call, change):
    check_problem(call("GET", "/partners", params={"cursor": change(cursor)}), 422, "bad_cursor", "/cursor")


def test_a_cursor_of_endless_length_is_refused(call):
    check_problem(call("GET", "/partners", params={"cursor": "A" * 2001}), 422, "too_long", "/cursor")


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/standings", {}),
        ("/follow-ups", {}),
        ("/partners/city-1/timeline", {}),
        ("/partners", {"country": "JP"}),
        ("/partners", {"sort": "-urgency"}),
        ("/partners", {"sort": "name"}),
        ("/partners", {"q": "thanh"}),
    ],
)
def test_a_cursor_of_another_list_is_refused(cursor, call, path, more):
    check_problem(call("GET", path, params={**more, "cursor": cursor}), 422, "bad_cursor", "/cursor")


def test_a_cursor_of_another_installation_is_refused(cursor, call, monkeypatch):
    from app.config import settings

    monkeypatch.setattr(settings(), "secret_key", "another secret")
    check_problem(call("GET", "/partners", params={"cursor": cursor}), 422, "bad_cursor", "/cursor")


def test_a_cursor_holds_no_record_that_its_reader_may_not_see(cursor):
    import base64

    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    assert re.search(rb"thanh pho|city", raw)
    json.loads(raw[12:])


# ---- the number of statements


def sent(call, queries, paths):
    """How many statements each list sends for all its rows, and how many rows that are."""
    found = {}
    for path in paths:
        call("GET", path, params={"limit": 200})
        with queries() as seen:
            rows = len(call("GET", path, params={"limit": 200}).json()["items"])
        found[path] = (len(seen), rows, seen)
    return found


@pytest.mark.parametrize("paths", [LISTS, ["/partners/city-0/timeline"]])
def test_a_list_sends_as_many_statements_for_many_rows_as_for_few(make, call, queries, paths):
    partners: list = []

    def fill(start, end):
        with make.together():
            for n in range(start, end):
                if paths is LISTS or not partners:
                    partners.append(make.partner(slug=f"city-{n}", friendship_since=date(2001, 1, 1)))
                make.follow_up(partners[-1], title=f"Việc {n}", raised_on=date(2025, 1, 1 + n % 28))

    fill(0, 10)
    few = sent(call, queries, paths)
    fill(10, 200)
    many = sent(call, queries, paths)
    for path in paths:
        assert (few[path][1] in {10, 11}, many[path][1]) == (True, 200)
        assert many[path][0] == few[path][0], f"{path}: {few[path][2]}\n{many[path][2]}"
        assert few[path][0] <= 8, few[path][2]
