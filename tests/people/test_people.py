"""People: entered with their posts, listed, changed by two at once; what each reader sees of them."""

import html
import re
from datetime import date

import pytest
import sqlalchemy as sa

from app.models import Event, Person, Post
from app.vocabulary import DatePrecision, OrganisationKind
from tests.people.conftest import PRIVATE, filled
from tests.staging import staged

HOSTILE = ["<script>alert(1)</script>", 'O\'Brien & "Co" %_\\', "محمد بن راشد", "Nguyễn Văn Ý", "%(name)s"]


def stored(database, model=Person):
    with database.read() as session:
        return session.scalars(sa.select(model).order_by(model.id.desc())).first()


# ---- entering


def test_a_person_is_entered_with_a_post_in_one_form(client, database, fukuoka):
    answer = client.post(
        "/people",
        data={
            "form_token": "t",
            "name": "Takashima Soichiro",
            "email": "Mayor@Fukuoka.example",
            "posts-0-title_vi": "Thị trưởng",
            "posts-0-partner": "fukuoka",
            "posts-0-from_on": "12/2022",
        },
    )
    person, post = stored(database), stored(database, Post)
    assert answer.headers["location"] == f"/people/{person.id}"
    assert (person.name, person.email) == ("Takashima Soichiro", "mayor@fukuoka.example")
    assert (post.partner_id, post.from_on, post.from_precision) == (
        fukuoka.id,
        date(2022, 12, 1),
        DatePrecision.month,
    )
    again = client.post("/people", data={"form_token": "t", "name": "Takashima Soichiro"})
    assert again.headers["location"] == f"/people/{person.id}", "sent twice, entered once"
    assert "Takashima Soichiro" in client.get("/partners/fukuoka").text
    assert "Takashima Soichiro" in client.get("/history?partner=fukuoka").text


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": " "}, "name"),
        ({"name": "turned \u202e round"}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"email": "nowhere"}, "email"),
        ({"partner": "fukuoka"}, "posts-0-title_vi"),
        ({"title_vi": "Thị trưởng"}, "posts-0-partner"),
        ({"title_vi": "Thị trưởng", "partner": "atlantis"}, "posts-0-partner"),
        ({"title_vi": "T", "organisation": "none-such"}, "posts-0-organisation"),
        ({"title_vi": "T", "partner": "fukuoka", "from_on": "30/02/2020"}, "posts-0-from_on"),
        ({"title_vi": "T", "partner": "fukuoka", "from_on": "2020", "to_on": "2019"}, "posts-0-to_on"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_kept(client, database, fukuoka, fields, wrong):
    own = {n if n in {"name", "email"} else f"posts-0-{n}": text for n, text in fields.items()}
    page = client.post("/people", data={"name": "Somebody", "phone": "+81 92 000", **own})
    assert page.status_code == 422
    assert f'id="f-{wrong}-error"' in page.text
    assert 'value="+81 92 000"' in page.text
    assert stored(database) is None


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_is_shown_as_it_is(as_, client, make, fukuoka, name):
    person = make.person(name=name, protocol_notes=name)
    make.post(person, fukuoka, title_vi=name)
    one = f"/people/{person.id}"
    for url in ("/people", one, f"{one}/edit", f"{one}/erasure", "/partners/fukuoka"):
        page = as_("manager").get(url).text
        assert html.escape(name, quote=False).replace('"', "&#34;") in page.replace("&#39;", "'")
        assert "<script>alert" not in page
    assert name in html.unescape(client.get("/people", params={"q": name.split()[0]}).text)


# ---- posts


def test_a_new_post_ends_the_one_before(client, database, make, sato, fukuoka):
    mission = make.mission(code="vn-tokyo")
    answer = client.post(
        f"/people/{sato.id}/posts",
        data={
            "title_vi": "Cố vấn",
            "organisation": mission.code,
            "from_on": "2026-06-01",
            "ends_previous": "true",
        },
    )
    assert answer.status_code == 303
    with database.read() as session:
        before, now = session.scalars(sa.select(Post).order_by(Post.id))
    assert (before.to_on, now.from_on, now.to_on) == (date(2026, 6, 1), date(2026, 6, 1), None)
    page = client.get("/partners/fukuoka").text
    assert "Nobody in office is on file" in page
    assert "1 former or coming" in page
    assert "Cố vấn" in client.get("/people?organisation=vn-tokyo").text


def test_a_post_that_ends_another_says_when_it_begins(client, sato):
    data = {"title_vi": "Cố vấn", "partner": "fukuoka", "ends_previous": "true"}
    page = client.post(f"/people/{sato.id}/posts", data=data)
    assert page.status_code == 422
    assert 'id="f-from_on-error"' in page.text
    page = client.post(f"/people/{sato.id}/posts", data={**data, "from_on": "2023"})
    assert "The present post began after this day." in page.text


@pytest.mark.parametrize(("until", "current"), [("2026-06-16", True), ("2026-06-15", False), ("2026", False)])
def test_a_post_is_over_on_the_day_its_successor_begins(client, make, fukuoka, until, current):
    person = make.person()
    url = f"/people/{person.id}/posts/{make.post(person, fukuoka).id}"
    assert client.post(url, data={**filled(client, url), "to_on": until}).status_code == 303
    found = client.get("/people?partner=fukuoka&state=current").text
    assert ("Sato Yuriko" in found) == current


def test_a_post_that_never_was_is_taken_out(client, database, sato):
    url = f"/people/{sato.id}/posts/{stored(database, Post).id}"
    answer = client.post(f"{url}/delete", data={"version": "1"})
    assert answer.status_code == 303
    assert stored(database, Post).archived_at is not None
    assert "no post on file" in client.get(f"/people/{sato.id}").text
    assert client.get(url).status_code == 404


# ---- two at once


def test_of_two_edits_the_second_sees_both_and_loses_nothing(client, as_, database, sato):
    mine, theirs = (
        filled(client, f"/people/{sato.id}/edit"),
        filled(as_("manager"), f"/people/{sato.id}/edit"),
    )
    kept = {"name": "Sato Yuriko", "phone": "+81 92 000"}
    as_("manager").post(f"/people/{sato.id}", data={**theirs, **kept, "phone": "+81 92 111"})
    page = client.post(f"/people/{sato.id}", data={**mine, **kept, "name": "Sato Yuriko (Ito)"})
    assert page.status_code == 409
    assert "+81 92 111" in page.text
    assert re.search(r'name="keep-phone" value="theirs" checked', page.text), "what I left alone is theirs"
    assert re.search(r'name="keep-name" value="mine" checked', page.text) or "keep-name" not in page.text
    form = {
        name: html.unescape(value)
        for name, value in re.findall(
            r'name="(version|was|form_token|name|phone)" value="([^"]*)"', page.text
        )
    }
    answer = client.post(f"/people/{sato.id}", data={**form, "keep-phone": "theirs"})
    assert answer.status_code == 303
    row = stored(database)
    assert (row.name, row.phone, row.protocol_notes) == (
        "Sato Yuriko (Ito)",
        "+81 92 111",
        "Không ăn hải sản",
    )


def test_an_edit_that_changes_nothing_writes_nothing(client, database, sato):
    form = filled(client, f"/people/{sato.id}/edit")
    assert client.post(f"/people/{sato.id}", data={**form, "name": "Sato Yuriko"}).status_code == 303
    assert stored(database).version == 1
    with database.read() as session:
        assert not session.scalars(sa.select(Event).where(Event.action == "person.changed")).all()


# ---- who sees what


SECRET = [PRIVATE[name] for name in ("email", "phone", "protocol_notes")]


@pytest.mark.parametrize("who", ["viewer", "officer", "manager"])
def test_contact_data_are_for_those_who_work_with_them(as_, client, sato, who):
    client.post(
        f"/people/{sato.id}", data={**filled(client, f"/people/{sato.id}/edit"), "phone": "+81 92 222"}
    )
    pages = [
        as_(who).get(url).text
        for url in (f"/people/{sato.id}", "/people", "/partners/fukuoka", "/history?partner=fukuoka")
    ]
    for page in pages[:3]:
        assert "Sato Yuriko" in page
    for secret in (*SECRET, "+81 92 222"):
        assert any(secret in page for page in pages) == (who != "viewer"), secret
    if who == "viewer":
        assert "For officers and above." in pages[0]
        assert "Contact data were changed." in pages[3]


def test_a_viewer_changes_nothing_and_is_offered_nothing(as_, sato):
    viewer = as_("viewer")
    page = viewer.get(f"/people/{sato.id}").text
    assert "/edit" not in page
    assert "/erasure" not in page
    assert viewer.get("/people/new").status_code == 403
    assert viewer.post(f"/people/{sato.id}", data={"name": "x", "version": "1"}).status_code == 403
    assert as_("officer").get(f"/people/{sato.id}/erasure").status_code == 403


# ---- lists


@staged
def some(make, fukuoka):
    """In office, gone, coming, at an organisation of the partner, without any post."""
    other = make.partner(slug="osaka")
    office = make.organisation(kind=OrganisationKind.association, code="office")
    with make.together() as session:
        from app.models import OrganisationPartner

        session.add(OrganisationPartner(organisation_id=office.id, partner_id=fukuoka.id))
        people = {name: make.person(name=name) for name in ("An", "Bình", "Ái", "Đức", "Em")}
        make.post(people["An"], fukuoka)
        make.post(people["Bình"], fukuoka, to_on=date(2025, 1, 1))
        make.post(people["Bình"], other)
        make.post(people["Ái"], fukuoka, from_on=date(2026, 9, 1))
        make.post(people["Đức"], office)
    return people


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Ái", "An", "Bình", "Đức", "Em"]),
        ("sort=-name", ["Em", "Đức", "Bình", "An", "Ái"]),
        ("state=current", ["An", "Bình", "Đức"]),
        ("state=without", ["Em"]),
        ("partner=fukuoka", ["Ái", "An", "Bình", "Đức"]),
        ("partner=fukuoka&state=current", ["An", "Đức"]),
        ("partner=fukuoka&state=former", ["Ái", "Bình"]),
        ("organisation=office", ["Đức"]),
        ("q=binh", ["Bình"]),
        ("q=duc", ["Đức"]),
    ],
)
def test_filters(client, some, query, names):
    page = client.get(f"/people?{query}").text
    found = re.findall(r"data-queue-item><bdi>([^<]+)</bdi>", page)
    assert sorted(found) == sorted(names)
    if "sort" in query:
        assert found.index("Em") < found.index("An")


@pytest.mark.parametrize(
    "query", ["partner=atlantis", "organisation=x", "state=dead", "page=9", "sort=age", "y=1"]
)
def test_a_filter_that_means_nothing_is_refused_in_words(client, some, query):
    assert client.get(f"/people?{query}").status_code == 422


@pytest.mark.parametrize(
    ("gap", "slugs"),
    [
        ("no_person", {"osaka", "empty"}),
        ("one_person", {"fukuoka"}),
        ("no_lead_unit", {"empty", "osaka"}),
    ],
)
def test_partners_whose_file_lacks_somebody_are_found(client, api, make, sato, fukuoka, gap, slugs):
    make.post(make.person(name="Cựu"), make.partner(slug="osaka"), to_on=date(2025, 1, 1))
    make.partner(slug="empty")
    make.agreement(fukuoka, lead_unit=make.unit())
    body = api("read_key").get(f"/api/v1/partners?gap={gap}").json()
    assert {item["id"] for item in body["items"]} == slugs
    page = client.get(f"/partners?gap={gap}").text
    assert {s for s in ("fukuoka", "osaka", "empty") if f'href="/partners/{s}?' in page} == slugs


def test_one_person_and_forty_ask_the_same(client, make, sato, fukuoka, queries):
    make.post(sato, make.unit())
    urls = ("/people", "/people?partner=fukuoka", f"/people/{sato.id}", "/partners/fukuoka")

    def costs():
        found = []
        for url in urls:
            with queries() as seen:
                page = client.get(url)
            assert len(page.content) < 60_000
            found.append(len(seen))
        return found

    few = costs()
    with make.together():
        for n in range(40):
            make.post(make.person(name=f"Người {n}"), fukuoka)
        for n in range(20):
            make.post(sato, make.unit(), title_vi=f"Chức vụ {n}")
    assert costs() == few


def test_an_empty_list_offers_the_act_that_fills_it(client, as_):
    page = client.get("/people").text
    assert "Nobody on file yet" in page
    assert 'href="/people/new"' in page
    assert 'href="/people/new"' not in as_("viewer").get("/people").text
