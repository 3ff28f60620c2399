"""Organisations: entered, renamed by date, merged and parted; what each does, and who may."""

import html
import re
from datetime import date

import pytest
import sqlalchemy as sa

from app.models import Agreement, Organisation
from app.organisations.queries import list_units, name_on, named_on
from app.vocabulary import Locale, OrganisationKind
from tests.api.contract import Contract, check_problem
from tests.staging import staged

FIRST, SECOND, THIRD = "Sở Ngoại vụ", "Trung tâm Đối ngoại", "Sở Ngoại vụ và Hội nhập"


@staged
def unit(make):
    return make.unit(
        code="songoaivu", name_vi=FIRST, name_en="Department of External Relations", acronym="SNV"
    )


@pytest.fixture(scope="session")
def contract(application):
    return Contract(application.openapi())


@pytest.fixture
def call(api, contract):
    def send(method, path, key="admin_key", **options):
        return contract.check(api(key).request(method, f"/api/v1{path}", **options))

    return send


def version(client, url):
    return re.search(r'name="version" value="(\d+)"', client.get(url).text)[1]


def stored(database, code):
    with database.read() as session:
        return session.scalars(sa.select(Organisation).where(Organisation.code == code)).one()


def listed(client, query=""):
    page = client.get(f"/organisations{query}")
    assert page.status_code == 200
    return set(re.findall(r'href="/organisations/([\w-]+)" data-queue', page.text))


def rename(client, code, name, day):
    url = f"/organisations/{code}/names"
    form = {"version": version(client, url), "name_vi": name, "name_en": f"{name} (en)", "from_on": day}
    return client.post(url, data=form)


# ---- entering and changing


def test_a_code_is_made_from_the_acronym_or_the_name(client, database, make):
    make.partner(slug="fukuoka")
    form = {"name_vi": "Hội Nhật Bản", "name_en": "Japan Foundation", "acronym": "JF", "kind": "association"}
    first = client.post("/organisations", data={**form, "country": "JP", "partner": "fukuoka"})
    second = client.post("/organisations", data={**form, "form_token": "2"})
    third = client.post("/organisations", data={**form, "acronym": "", "form_token": "3"})
    places = [answer.headers["location"] for answer in (first, second, third)]
    assert places == ["/organisations/jf", "/organisations/jf-2", "/organisations/japan-foundation"]
    page = client.get("/organisations/jf").text
    assert 'href="/partners/fukuoka"' in page
    assert "Nhật Bản" in page or "Japan" in page


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name_vi": ""}, "name_vi"),
        ({"name_en": "a\u202eb"}, "name_en"),
        ({"code": "songoaivu"}, "code"),
        ({"code": "new"}, "code"),
        ({"code": "../x"}, "code"),
        ({"country": "ZZ"}, "country"),
        ({"partner": "atlantis"}, "partner"),
        ({"parent": "nothing"}, "parent"),
        ({"active_from": "2020", "active_to": "2019"}, "active_to"),
        ({"active_from": "31/02/2020"}, "active_from"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_at_both_doors(client, call, unit, fields, wrong):
    form = {"name_vi": "Hội", "name_en": "Society", "kind": "association", **fields}
    page = client.post("/organisations", data={**form, "note": "kept as typed"})
    assert page.status_code == 422
    assert f'id="f-{wrong}-error"' in page.text
    assert "kept as typed" in page.text
    told = check_problem(call("POST", "/organisations", json=form), 422)
    assert told["errors"][0]["pointer"] == f"/{wrong}"


def test_nothing_stands_above_itself(client, make, unit):
    below = make.unit(code="phong", parent_id=unit.id)
    url = f"/organisations/{unit.code}/edit"
    form = {"version": version(client, url), "parent": below.code}
    page = client.post(f"/organisations/{unit.code}", data=form)
    assert page.status_code == 422
    assert 'id="f-parent-error"' in page.text
    assert f'href="/organisations/{below.code}"' in client.get(f"/organisations/{unit.code}").text


def test_of_two_edits_the_second_sees_both(client, as_, database, unit):
    url = f"/organisations/{unit.code}"
    opened = client.get(f"{url}/edit").text
    was = html.unescape(re.search(r'name="was" value="([^"]*)"', opened)[1])
    assert as_("manager").post(url, data={"version": "1", "note": "theirs"}).status_code == 303
    page = client.post(url, data={"version": "1", "was": was, "note": "mine", "source": "src"})
    assert page.status_code == 409
    assert "theirs" in page.text
    assert "mine</textarea>" in page.text
    answer = client.post(url, data={"version": "2", "note": "mine", "source": "src", "keep-note": "theirs"})
    assert answer.status_code == 303
    assert (stored(database, unit.code).note, stored(database, unit.code).source) == ("theirs", "src")


# ---- names by date


def test_each_day_has_the_name_of_that_day(client, database, unit, make):
    assert rename(client, unit.code, SECOND, "2024-07-01").status_code == 303
    assert rename(client, unit.code, THIRD, "2025-03-01").status_code == 303
    expected = {"2023-01-01": FIRST, "2024-06-30": FIRST, "2024-07-01": SECOND, "2025-02-28": SECOND,
                "2025-03-01": THIRD, "2026-06-15": THIRD}  # fmt: skip
    with make.together() as session:
        row = session.get(Organisation, unit.id)
        partner = make.partner()
        for day in expected:
            make.agreement(partner, signed_on=date.fromisoformat(day), lead_unit=row)
    with database.read() as session:
        row = session.get(Organisation, unit.id)
        told = {day: name_on(session, row, date.fromisoformat(day)).name_vi for day in expected}
        assert told == expected
        joined = sa.select(Agreement.signed_on, named_on(Locale.vi, Agreement.signed_on)).join(
            Organisation, Organisation.id == Agreement.lead_unit_id
        )
        assert {day.isoformat(): name for day, name in session.execute(joined)} == expected
    client.cookies.set("locale", "vi")
    page = client.get(f"/organisations/{unit.code}").text
    assert page.count(f"khi đó là {FIRST}") == 2
    assert page.count(f"khi đó là {SECOND}") == 2
    assert f"<h1><bdi>{THIRD}</bdi></h1>" in page
    assert THIRD in client.get("/organisations", params={"q": "so ngoai vu hoi nhap"}).text
    assert f">{THIRD}</bdi>" in client.get("/organisations", params={"q": SECOND}).text, (
        "former names find it"
    )


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2026-06-16", "A rename cannot lie in the future."),
        ("2024-07-01", "This is not after the rename before"),
        ("2020-01-01", "This is not after the rename before"),
        ("", "f-from_on-error"),
        ("2025-13-01", "f-from_on-error"),
    ],
)
def test_a_rename_follows_the_one_before_and_is_no_plan(client, unit, day, why):
    rename(client, unit.code, SECOND, "2024-07-01")
    page = rename(client, unit.code, THIRD, day)
    assert page.status_code == 422
    assert why in page.text
    assert f'value="{THIRD}"' in page.text


def test_a_name_that_was_wrong_is_mended_without_a_former_one(client, database, unit):
    url = f"/organisations/{unit.code}"
    client.post(url, data={"version": "1", "name_vi": "Sở Ngoại vụ Hà Nội"})
    with database.read() as session:
        row = session.get(Organisation, unit.id)
        assert name_on(session, row, date(2020, 1, 1)).name_vi == "Sở Ngoại vụ Hà Nội"


# ---- merging


def merge(browser, code, into, day="2025-03-01"):
    url = f"/organisations/{code}/merger"
    return browser.post(url, data={"version": version(browser, url), "into": into, "on": day})


def test_a_merged_one_leaves_the_lists_and_leads_to_its_successor(as_, client, database, make, unit):
    other = make.unit(code="so-moi", name_vi="Sở Mới", name_en="New Department")
    paper = make.agreement(make.partner(slug="hue"), lead_unit=unit, title="Bản ghi nhớ cũ")
    work = make.follow_up(make.partner(), unit=unit, title="Việc cũ")
    manager = as_("manager")
    assert merge(manager, unit.code, other.code).status_code == 303
    page = manager.get(f"/organisations/{unit.code}").text
    assert "Merged. In its place:" in page
    assert f'href="/organisations/{other.code}"' in page
    assert "Undo the merger" in page
    assert unit.code not in re.findall(
        r'href="/organisations/([\w-]+)" data-queue', client.get("/organisations").text
    )
    with database.read() as session:
        assert unit.code not in {choice.code for choice in list_units(session, Locale.vi)}
        assert session.get(Agreement, paper.id).lead_unit_id == unit.id, "history keeps pointing"
        assert stored(database, unit.code).active_to == date(2025, 2, 28)
    follow_up = client.get(f"/follow-ups/{work.id}").text
    assert f'<option value="{unit.code}" selected>' in follow_up, "an edit of old work does not lose its unit"
    successor = client.get(f"/organisations/{other.code}").text
    assert "Bản ghi nhớ cũ" in successor
    assert "Việc cũ" in successor
    undo = manager.post(
        f"/organisations/{unit.code}/merger/delete",
        data={"version": version(manager, f"/organisations/{unit.code}")},
    )
    assert undo.status_code == 303
    again = stored(database, unit.code)
    assert (again.successor_id, again.active_to) == (None, None)
    assert "Bản ghi nhớ cũ" not in client.get(f"/organisations/{other.code}").text


def test_undoing_a_merger_gives_back_the_end_that_was_known_before(as_, database, make):
    old = make.unit(code="cu", active_to=date(2024, 12, 31))
    make.unit(code="moi")
    manager = as_("manager")
    merge(manager, old.code, "moi")
    manager.post("/organisations/cu/merger/delete", data={"version": "2"})
    assert stored(database, "cu").active_to == date(2024, 12, 31)


def test_a_merger_that_makes_no_sense_is_refused(call, make, unit):
    make.unit(code="a")
    make.unit(code="b")
    tag = {"If-Match": "*"}

    def join(code, into, on="2025-01-01"):
        return call("POST", f"/organisations/{code}/merger", json={"into": into, "on": on}, headers=tag)

    assert join("a", "b").json()["successor"] == "b"
    check_problem(join("b", "b"), 422, "merge_with_itself", "/into")
    check_problem(join("b", "a"), 422, "merged_itself", "/into")
    check_problem(join("b", "nobody"), 422, "unknown_unit", "/into")
    check_problem(join("b", unit.code, "2026-06-16"), 422, "merge_in_future", "/on")
    check_problem(join("a", unit.code), 409)
    check_problem(call("DELETE", "/organisations/b/merger", headers=tag), 409)
    check_problem(call("DELETE", "/organisations/a/merger"), 428)
    assert call("DELETE", "/organisations/a/merger", headers=tag).json()["successor"] is None
    listed = call("GET", "/organisations?limit=200").json()["items"]
    assert {"a", "b"} <= {item["id"] for item in listed}


@pytest.mark.parametrize(("who", "status"), [("viewer", 403), ("officer", 403), ("manager", 200)])
def test_a_merger_is_a_managers_decision(as_, unit, who, status):
    assert as_(who).get(f"/organisations/{unit.code}/merger").status_code == status
    assert ("/merger" in as_(who).get(f"/organisations/{unit.code}").text) == (status == 200)
    renames = as_(who).get(f"/organisations/{unit.code}/names").status_code
    assert renames == (403 if who == "viewer" else 200)


# ---- over REST


def test_entered_renamed_and_read_again(call, make):
    made = call("POST", "/organisations", "write_key", json={
        "name_vi": "Quỹ", "name_en": "Fund", "kind": "donor", "aliases": ["The Fund"], "country": "kr",
    })  # fmt: skip
    assert (made.status_code, made.json()["id"], made.json()["country"]) == (201, "fund", "KR")
    tag = {"If-Match": made.headers["etag"]}
    names = {"name_vi": "Quỹ mới", "name_en": "New Fund", "from_on": "2026-01-01"}
    renamed = call("POST", "/organisations/fund/names", json=names, headers=tag).json()
    assert renamed["former_names"] == [
        {"name_vi": "Quỹ", "name_en": "Fund", "acronym": None, "until": "2026-01-01"}
    ]
    check_problem(call("PATCH", "/organisations/fund", json={"note": "x"}, headers=tag), 412)
    check_problem(call("GET", "/organisations/nothing"), 404)


@pytest.mark.parametrize("sort", ["code", "-code", "name", "-name", "country"])
def test_pages_lose_and_repeat_nothing(call, make, sort):
    with make.together():
        for n in range(7):
            make.organisation(
                kind=OrganisationKind.donor, country="JP" if n % 2 else None, name_vi=f"Quỹ {n % 3}"
            )
    found, url = [], f"/organisations?limit=2&sort={sort}&kind=donor"
    while url:
        body = call("GET", url).json()
        found += [item["id"] for item in body["items"]]
        url = body["next"] and body["next"].partition("/api/v1")[2]
    assert len(found) == len(set(found)) == 7


# ---- lists


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("kind=donor", {"jica", "old"}),
        ("kind=donor&activity=active", {"jica"}),
        ("activity=ended", {"old"}),
        ("country=JP", {"jica"}),
        ("q=hop+tac", {"jica"}),
        ("q=koika", {"old"}),
        ("q=100%25", set()),
        ("kind=donor&kind=mission", {"jica", "old", "vn-jp"}),
    ],
)
def test_filters(client, make, query, codes):
    with make.together():
        make.organisation(kind=OrganisationKind.donor, code="jica", name_vi="Cơ quan Hợp tác", country="JP")
        make.organisation(
            kind=OrganisationKind.donor,
            code="old",
            aliases=["KOIKA"],
            active_to=date(2020, 1, 1),
            country="KR",
        )
        make.mission(code="vn-jp", country="LA")
    assert listed(client, f"?{query}") == codes


@pytest.mark.parametrize("query", ["kind=club", "country=ZZ", "activity=x", "sort=size", "page=9", "z=1"])
def test_a_filter_that_means_nothing_is_refused(client, query):
    assert client.get(f"/organisations?{query}").status_code == 422


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", 'O\'Brien & "Co" %_', "%(name)s", "محمد"])
def test_any_name_is_shown_as_it_is(client, as_, make, name):
    row = make.unit(name_vi=name, name_en=name, aliases=[name], note=name)
    for end in ("", "/edit", "/names", "/merger"):
        page = as_("manager").get(f"/organisations/{row.code}{end}").text
        assert "<script>alert" not in page
        assert name in html.unescape(page)
    assert name in html.unescape(client.get("/organisations").text)


def test_one_record_and_forty_ask_the_same(client, make, unit, queries):
    def some(n):
        with make.together() as session:
            row = session.get(Organisation, unit.id)
            partner = make.partner()
            for place in range(n):
                make.agreement(partner, lead_unit=row)
                make.programme(partner, lead_unit=row)
                make.follow_up(partner, unit=row)
                make.visit(partner, host_unit_id=row.id)
                make.post(make.person(name=f"Người {place}"), row)
                make.unit(parent_id=row.id)
                make.unit(successor_id=row.id)

    def costs():
        found = []
        for url in ("/organisations", f"/organisations/{unit.code}"):
            with queries() as seen:
                page = client.get(url)
            assert len(page.content) < 60_000
            found.append(len(seen))
        return found

    some(1)
    few = costs()
    some(30)
    assert costs() == few
