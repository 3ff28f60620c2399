"""While a name is typed: who is on file under it, or nearly, in any country; it stands in nobody's way."""

import pytest

from app.alike.nearness import core, near, traces
from app.vocabulary import OrganisationKind
from tests.staging import staged


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tỉnh Fukuoka", "fukuoka prefecture"),
        ("Thành phố Đà Nẵng", "da nang"),
        ("Ile-de-France", "Île de France"),
        ("Fukuoka", "Fukoka"),
        ("Montreal", "Montréal"),
        ("Montreal", "Montrael"),
        ("Saint Petersburg", "Sankt Peterburg"),
        ("Yamada Taro", "Tarō Yamada"),
        ("Tỉnh", "tinh"),
    ],
)
def test_names_that_are_near(one, other):
    assert near(core(one), core(other)) == (one != "Saint Petersburg")
    assert near(core(other), core(one)) == (one != "Saint Petersburg")


@pytest.mark.parametrize(
    ("one", "other"),
    [("Lima", "Lome"), ("Bern", "Berlin"), ("Wien", "Wuhan"), ("Seoul", "Sofia"), ("Nice", "Nika")],
)
def test_names_that_only_begin_alike_are_not(one, other):
    assert not near(core(one), core(other))


def test_what_is_near_shares_a_trace():
    for one, other in (("Fukuoka", "Fukoka"), ("Montreal", "Montrael"), ("Toulouse", "Tolouse")):
        assert any(piece in core(other) for piece in traces(one))
    assert traces("ab") == []


@staged
def places(make):
    make.partner(slug="fukuoka", name_vi="Tỉnh Fukuoka", name_en="Fukuoka Prefecture", aliases=["Phúc Cương"])
    make.partner(slug="fukuoka-cl", name_vi="Fukuoka Chile", name_en="Fukuoka", country="CL")
    make.partner(slug="lima", name_vi="Lima", name_en="Lima", country="PE")


def asked(client, among="partners", **names):
    answer = client.get(f"/alike/{among}", params=names)
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.mark.parametrize(
    ("names", "slugs"),
    [
        ({"name_vi": "Fukuoka"}, ["fukuoka", "fukuoka-cl"]),
        ({"name_en": "Fukoka"}, ["fukuoka", "fukuoka-cl"]),
        ({"name_local": "phuc cuong"}, ["fukuoka"]),
        ({"name_vi": "Fukuoka", "but": "fukuoka"}, ["fukuoka-cl"]),
        ({"name_vi": "", "name_en": "Lima"}, ["lima"]),
        ({"name_vi": "Osaka"}, []),
        ({"name_vi": ""}, []),
        ({"name_vi": "%%%"}, []),
        ({}, []),
    ],
)
def test_partners(client, places, names, slugs):
    page = asked(client, **names)
    assert [s for s in ("fukuoka", "fukuoka-cl", "lima") if f'href="/partners/{s}"' in page] == slugs
    assert bool(page.strip()) == bool(slugs)


def test_the_same_comes_before_the_nearly_same_and_the_country_is_told(client, make, places):
    make.partner(slug="fukuoku", name_vi="Fukuoku", name_en="Fukuoku")
    page = asked(client, name_vi="Fukuoka")
    assert page.index("the same name") < page.index("nearly the same name")
    assert "Chile" in page
    assert page.index("/partners/fukuoka-cl") < page.index("/partners/fukuoku")


def test_people_and_organisations(client, make):
    make.organisation(code="jica", kind=OrganisationKind.donor, name_vi="Cơ quan Hợp tác Quốc tế Nhật Bản",
                      name_en="Japan International Cooperation Agency", acronym="JICA")  # fmt: skip
    assert 'href="/organisations/jica"' in asked(client, "organisations", acronym="jica")
    assert 'href="/organisations/jica"' in asked(
        client, "organisations", name_en="Japan International Co-operation Agencey"
    ) or asked(client, "organisations", name_vi="Cơ quan hợp tác quốc tế Nhật Bản")
    person = make.person(name="Yamada Tarō")
    assert f'href="/people/{person.id}"' in asked(client, "people", name="taro yamada")
    assert asked(client, "people", name="taro yamada", but=str(person.id)).strip() == ""


def test_what_is_archived_is_not_told(as_, client, places):
    as_("manager").post("/partners/lima/delete", data={"version": "1"})
    assert asked(client, name_vi="Lima").strip() == ""


def test_names_are_text(client, make):
    make.partner(slug="x", name_vi="<b>Xyzzy</b>", name_en="Xyzzy")
    assert "<b>" not in asked(client, name_en="Xyzzy")


@pytest.mark.parametrize(
    "path", ["/alike/users?name=x", "/alike/partners?q=x", "/alike/partners?name=a&name=b"]
)
def test_what_means_nothing_is_refused(client, path):
    assert client.get(path).status_code == 422


def test_only_who_may_enter_a_name_may_ask(as_, stranger):
    assert as_("viewer").get("/alike/partners?name=x").status_code == 403
    assert stranger.get("/alike/partners?name=x").status_code == 303


def test_forms_ask_while_one_types_and_block_nothing(as_, client, places):
    page = client.get("/partners/new").text
    assert 'data-hx-get="/alike/partners"' in page
    assert "from:#f-name_en" in page
    assert 'data-hx-get="/alike/partners?but=fukuoka"' in client.get("/partners/fukuoka/edit").text
    assert 'data-hx-get="/alike/people"' in client.get("/people/new").text
    assert 'data-hx-get="/alike/organisations"' in client.get("/organisations/new").text
    near_one = {"name_vi": "Fukuoku", "name_en": "Fukuoku", "country": "JP", "kind": "city",
                "region": "northeast_asia", "tier": "regular", "form_token": "t"}  # fmt: skip
    assert client.post("/partners", data=near_one).status_code == 303


def test_many_candidates_cost_two_statements(client, make, queries):
    with make.together():
        for n in range(60):
            make.partner(name_vi=f"Thành phố Fukuoka {n}", name_en=f"Fukuoka {n}", country="CN")
    with queries() as seen:
        page = asked(client, name_vi="Fukuoka 7")
    assert page.count("<li>") <= 5
    assert len([s for s in seen if "search_text" in str(s)]) == 2
