"""Entering and changing a partner on pages: what is kept, what is refused, and who was faster."""

import re
import threading
from datetime import date
from html import unescape

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from app.auth import sessions
from app.main import create_app
from app.models import Event, Partner, PartnerAlias, PartnerStrength
from app.partners.service import folded_names
from app.vocabulary import DatePrecision, Rung, Tier
from tests.actors import PEOPLE
from tests.conftest import HERE
from tests.staging import staged

NEW = {
    "name_vi": "Phu-cu-ô-ca",
    "name_en": "Fukuoka",
    "name_local": "福岡県",
    "aliases": "Phúc Cương\nFukuoka-ken",
    "country": "JP",
    "kind": "prefecture",
    "region": "northeast_asia",
    "population": "5.100.000",
    "lat": "33,59",
    "lon": "130.40",
    "tier": "priority",
    "officer": PEOPLE["officer"].email,
    "friendship_known": "true",
    "friendship_since": "02/2008",
    "declared_rung": "substantive",
    "strengths": ["water"],
    "objectives": "Nước sạch\r\nvà cây xanh",
    "relation_basis": "sourced",
    "source": "hanoi.gov.vn",
    "confidence": "high",
    "note": "",
    "note_en": "",
    "slug": "",
    "mission": "osaka",
    "embassy": "",
    "form_token": "token-1",
}
PATHS = (
    ("GET", "/partners/new"),
    ("POST", "/partners"),
    ("GET", "/partners/x/edit"),
    ("POST", "/partners/x"),
)


@staged
def around(make):
    """What the form may point to."""
    make.sector(code="water")
    make.sector(code="design")
    make.mission(code="osaka")


@staged
def fukuoka(make):
    return make.partner(slug="fukuoka", name_vi="Phu-cu-ô-ca", name_en="Fukuoka", tier=Tier.regular)


def shown(client, path="/partners/fukuoka/edit"):
    """The fields of a form with their values, as a browser would send them back."""
    return fields(client.get(path).text)


def fields(page):
    form = page.partition('<form class="form"')[2].partition("</form>")[0]
    found = {
        n: unescape(v)
        for n, v in re.findall(r'<input class="[^"]*"[^>]*? name="([^"]+)" value="([^"]*)"', form)
    }
    found |= {
        n: unescape(v) for n, v in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    }
    found |= {
        n: unescape(v).removeprefix("\n")
        for n, v in re.findall(r'<textarea[^>]*? name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S)
    }
    for name, options in re.findall(r'<select[^>]*? name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = unescape(chosen[1]) if chosen else ""
    if re.search(r'name="friendship_known" value="true" checked', form):
        found["friendship_known"] = "true"
    found["strengths"] = re.findall(r'name="strengths" value="([^"]+)" checked', form)
    return found


def stored(database, slug="fukuoka"):
    with database.read() as session:
        return session.scalar(sa.select(Partner).where(Partner.slug == slug))


def count(database, table=Partner):
    with database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table))


def test_a_new_partner_is_stored_with_everything_that_was_typed(around, client, database):
    answer = client.post("/partners", data=NEW)
    assert (answer.status_code, answer.headers["location"]) == (303, "/partners/fukuoka")
    partner = stored(database)
    assert (partner.population, partner.lat, partner.lon) == (5_100_000, 33.59, 130.4)
    assert (partner.friendship_since, partner.friendship_precision) == (date(2008, 2, 1), DatePrecision.month)
    assert (partner.tier, partner.declared_rung) == (Tier.priority, Rung.substantive)
    assert partner.objectives == "Nước sạch\nvà cây xanh"
    assert (count(database, PartnerAlias), count(database, PartnerStrength)) == (2, 1)
    assert "Entered: Fukuoka." in unescape(client.get("/partners").text)


def test_the_form_shows_again_what_was_stored(around, client, database):
    client.post("/partners", data=NEW)
    again = shown(client)
    for name in (
        "name_vi",
        "name_local",
        "country",
        "kind",
        "lat",
        "friendship_since",
        "strengths",
        "mission",
    ):
        assert again[name] == NEW[name].replace(",", ".") if name == "lat" else NEW[name], name
    assert again["aliases"].splitlines() == ["Phúc Cương", "Fukuoka-ken"]
    before = count(database, Event)
    assert client.post("/partners/fukuoka", data=again).status_code == 303
    assert count(database, Event) == before, "saving what is there already changes nothing"


def test_a_form_sent_twice_enters_one_partner(around, client, database):
    first, second = (client.post("/partners", data=NEW) for _ in range(2))
    assert first.headers["location"] == second.headers["location"] == "/partners/fukuoka"
    assert count(database) == 1


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(around, client, database):
    wrong = {**NEW, "name_en": "", "country": "", "lat": "north", "kind": ""}
    answer = client.post("/partners", data=wrong)
    assert answer.status_code == 422
    page = answer.text
    for name in ("name_en", "country", "lat", "kind"):
        assert f'href="#f-{name}"' in page, name
    kept = fields(page)
    for name in ("name_vi", "name_local", "lat", "friendship_since", "objectives", "strengths", "officer"):
        typed = NEW[name] if name not in wrong else wrong[name]
        assert kept[name] == typed, name
    assert kept["aliases"].splitlines() == ["Phúc Cương", "Fukuoka-ken"]
    assert count(database) == 0


@pytest.mark.parametrize("typed", ["31/02/2008", "13/2008", "sometime", "0008"])
def test_a_date_that_is_none_is_said_and_kept(around, client, typed):
    answer = client.post("/partners", data={**NEW, "friendship_since": typed})
    assert answer.status_code == 422
    assert 'href="#f-friendship_since"' in answer.text
    assert fields(answer.text)["friendship_since"] == typed


BAD = {
    "ten thousand characters": "x" * 10_000,
    "control": "Fuku\x00oka",
    "override": "Fuku\u202eoka",
    "blank": "   ",
}


@pytest.mark.parametrize("name", BAD.values(), ids=BAD.keys())
def test_names_that_cannot_be_stored_are_refused_in_words(around, client, database, name):
    answer = client.post("/partners", data={**NEW, "name_vi": name})
    assert answer.status_code == 422
    assert 'href="#f-name_vi"' in answer.text
    assert count(database) == 0


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "שלום", "Cafe\u0301", "กรุงเทพ"])
def test_honest_names_are_stored_and_shown_as_text(around, client, database, name):
    assert client.post("/partners", data={**NEW, "name_vi": name}).status_code == 303
    assert "<script>alert" not in client.get("/partners/fukuoka/edit").text
    assert stored(database).name_vi == name.replace("e\u0301", "é")


def test_an_unknown_field_is_refused(around, client, database):
    assert client.post("/partners", data={**NEW, "colour": "red"}).status_code == 422
    assert client.post("/partners", data={**NEW, "is_demo": "true"}).status_code == 422
    assert count(database) == 0


TWINS = [
    {"name_en": "FUKUOKA"},
    {"name_vi": "Phu cu o ca", "name_en": "Another"},
    {"name_vi": "Khác", "name_en": "Other", "aliases": "fukuoka"},
]


@pytest.mark.parametrize("twin", TWINS)
def test_a_twin_is_refused_with_the_way_to_the_first(around, fukuoka, client, database, twin):
    names = {"name_vi": "Tên khác", "name_local": "", "aliases": "", **twin}
    answer = client.post("/partners", data={**NEW, **names})
    assert answer.status_code == 422
    assert "This partner is on file already: Phu-cu-ô-ca." in answer.text
    assert 'href="/partners/fukuoka"' in answer.text
    assert count(database) == 1


def test_the_same_name_in_another_country_is_another_place(around, make, client, database):
    make.partner(slug="cordoba", name_vi="Coóc-đô-ba", name_en="Córdoba", country="ES")
    names = {"name_vi": "Coóc-đô-ba", "name_en": "Córdoba", "aliases": "", "name_local": "", "country": "AR"}
    assert client.post("/partners", data={**NEW, **names}).headers["location"] == "/partners/cordoba-ar"


def test_hyphens_are_spaces_when_twins_are_looked_for():
    names = (
        folded_names(Partner(name_vi=n, name_en=n), ())
        for n in ("Île-de-France", "Ile de France", "Ile–De France")
    )
    assert {frozenset(n) for n in names} == {frozenset({"ile de france"})}


def test_a_change_is_saved_and_told(around, fukuoka, client, database):
    form = shown(client)
    form |= {"name_local": "福岡", "friendship_since": "2008", "strengths": ["design", "water"]}
    answer = client.post("/partners/fukuoka", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/partners/fukuoka")
    partner = stored(database)
    assert (partner.name_local, partner.friendship_precision) == ("福岡", DatePrecision.year)
    assert partner.friendship_known
    with database.read() as session:
        changes = session.scalar(sa.select(Event.changes).where(Event.action == "partner.changed"))
    assert changes["strengths"] == [[], ["design", "water"]]
    assert set(changes) == {
        "name_local", "friendship_since", "friendship_precision", "friendship_known", "strengths",
    }  # fmt: skip


def test_what_is_emptied_is_empty(around, client, database):
    client.post("/partners", data=NEW)
    form = shown(client) | {"name_local": "", "declared_rung": "", "strengths": [], "aliases": "", "lat": ""}
    form.pop("friendship_known")
    form["friendship_since"] = ""
    assert client.post("/partners/fukuoka", data=form).status_code == 303
    partner = stored(database)
    assert (partner.name_local, partner.declared_rung, partner.lat) == (None, None, None)
    assert (partner.friendship_since, partner.friendship_known) == (None, False)
    assert count(database, PartnerAlias) == count(database, PartnerStrength) == 0


def test_a_stale_change_shows_both_versions_and_can_be_sent_again(around, fukuoka, client, as_, database):
    mine, theirs = shown(client), shown(as_("other_officer"))
    as_("other_officer").post("/partners/fukuoka", data=theirs | {"name_local": "福岡市", "note": "từ kia"})
    answer = client.post("/partners/fukuoka", data=mine | {"name_local": "福岡県", "source": "của tôi"})
    assert answer.status_code == 409
    diff = answer.text.partition('<table class="diff">')[2].partition("</table>")[0]
    for text in ("福岡市", "福岡県", "từ kia", "của tôi", "other_officer"):
        assert text in diff, text
    again = fields(answer.text)
    assert again["name_local"] == "福岡県", "what was typed"
    assert again["note"] == "từ kia", "what was left alone takes the other's value"
    assert int(again["version"]) > int(mine["version"])
    chosen = dict(re.findall(r'name="(keep-[a-z_]+)" value="(\w+)" checked', answer.text))
    assert chosen == {"keep-name_local": "mine", "keep-note": "theirs", "keep-source": "mine"}
    assert client.post("/partners/fukuoka", data=again | chosen).status_code == 303
    partner = stored(database)
    assert (partner.name_local, partner.note, partner.source) == ("福岡県", "từ kia", "của tôi")


def test_the_others_value_may_be_chosen(around, fukuoka, client, as_, database):
    mine, theirs = shown(client), shown(as_("manager"))
    as_("manager").post("/partners/fukuoka", data=theirs | {"name_local": "một", "strengths": ["water"]})
    page = client.post("/partners/fukuoka", data=mine | {"name_local": "hai", "strengths": ["design"]}).text
    again = fields(page) | {"keep-name_local": "theirs", "keep-strengths": "theirs"}
    assert client.post("/partners/fukuoka", data=again).status_code == 303
    assert stored(database).name_local == "một"
    assert shown(client)["strengths"] == ["water"]


def test_a_form_without_its_trail_still_shows_both_versions(around, fukuoka, client, as_):
    mine, theirs = shown(client), shown(as_("manager"))
    as_("manager").post("/partners/fukuoka", data=theirs | {"name_en": "Fukuoka City"})
    mine.pop("seen")
    page = client.post("/partners/fukuoka", data=mine | {"name_local": "福岡"})
    assert page.status_code == 409
    assert "Fukuoka City" in page.text
    assert "福岡" in page.text
    assert "keep-name_en" in page.text


def test_a_version_is_needed(around, fukuoka, client, database):
    form = shown(client) | {"name_local": "x"}
    form.pop("version")
    assert client.post("/partners/fukuoka", data=form).status_code == 422
    assert stored(database).name_local is None


def test_tier_and_officer_are_for_managers(around, fukuoka, client, as_, database):
    form = shown(client)
    assert "tier" not in form
    assert "officer" not in form
    assert "A manager changes the tier and the officer." in client.get("/partners/fukuoka/edit").text
    for field in ({"tier": "priority"}, {"officer": PEOPLE["officer"].email}):
        assert client.post("/partners/fukuoka", data=form | field).status_code == 403
    assert stored(database).tier == Tier.regular
    boss = as_("manager")
    form = shown(boss) | {"tier": "priority", "officer": PEOPLE["other_officer"].email}
    assert boss.post("/partners/fukuoka", data=form).status_code == 303
    assert stored(database).tier == Tier.priority
    assert shown(client)["name_en"] == "Fukuoka", "an officer may still open it"


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_who_may_write(around, make, as_, method, path):
    make.partner(slug="x", name_vi="X", name_en="X")
    for name in PEOPLE:
        answer = as_(name).request(method, path)
        assert (answer.status_code == 403) == (name == "viewer"), name
    answer = as_("stranger").request(method, path)
    assert answer.status_code == (303 if method == "GET" else 401)


def test_unknown_and_archived_partners_are_not_found(client):
    assert client.get("/partners/nowhere/edit").status_code == 404
    assert client.post("/partners/nowhere", data={"version": "1"}).status_code == 404


def test_two_officers_who_enter_one_place_at_once_leave_one(real_database):
    app = create_app(real_database)
    answers = []

    def enter(name):
        browser = TestClient(app, base_url=HERE, follow_redirects=False)
        browser.cookies.set(sessions.cookie_name(), PEOPLE[name].token)
        data = {**NEW, "strengths": [], "mission": "", "form_token": f"token-of-{name}"}
        answers.append(browser.post("/partners", data=data).status_code)

    threads = [threading.Thread(target=enter, args=(name,)) for name in ("officer", "other_officer")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 422]
    assert count(real_database) == 1
