"""The playbook as data: the defaults say what the rule said, an edit reaches every proposal, and back."""

from datetime import date

import pytest
from sqlmodel import select

from app.checks import differences
from app.models import FollowUp, PlayRow, StandingRow
from app.standing import DEFAULT_PLAYS, Play
from app.standings.playbook_words import filled
from app.standings.plays import load_playbook

URL = "/settings/playbook"
OWN = {
    "title_vi": "Mời {partner} dự hội chợ[ về {sectors}]",
    "title_en": "Invite {partner} to the fair[ on {sectors}]",
    "kind": "proposal",
    "due_in": "9",
    "who": "mission",
    "position": "1",
    "active": "true",
}


@pytest.fixture
def stuck(make):
    """Kanagawa: no programme for years, and nothing else on file but a confirmation."""
    with make.together():
        place = make.partner(
            slug="kanagawa", name_vi="Tỉnh Kanagawa", name_en="Kanagawa", friendship_since=date(2010, 1, 1),
            strengths=[make.sector(code="water", name_vi="Nước", name_en="Water")],
        )  # fmt: skip
        make.review(place)
    return place


def plays(database):
    with database.read() as session:
        return list(session.exec(select(PlayRow).order_by(PlayRow.position)))


def proposal(api):
    url = "/api/v1/partners/kanagawa/standing"
    return api("read_key").get(url, headers={"Accept-Language": "en"}).json()


def test_what_the_migration_enters_is_what_the_rule_says(database):
    with database.read() as session:
        stored = load_playbook(session)
    plain = tuple(
        Play(code=p.code, reason=p.reason, kind=p.kind, due_in=p.due_in, who=p.who, owed_by=p.owed_by)
        for p in stored.plays
    )
    assert plain == DEFAULT_PLAYS
    assert stored.titles == {}


def test_an_edited_play_reaches_every_proposal_and_the_default_comes_back(as_, api, database, stuck):
    manager = as_("manager")
    assert "Propose a two-year work programme to {partner}[ on {sectors}]" in manager.get(URL).text
    before = proposal(api)
    assert before["next_step"]["text"] == "Propose a two-year work programme"
    (play,) = [p for p in plays(database) if p.reason == "no_programme"]
    assert manager.post(f"{URL}/{play.id}", data={**OWN, "version": play.version}).status_code == 303
    after = proposal(api)
    assert after["next_step"] == {
        "code": "propose_programme", "reason": "no_programme", "kind": "proposal", "due_in": 9,
        "who": "mission", "deepens": True, "text": "Invite the partner to the fair",
    }  # fmt: skip
    assert after["valid_until"] == before["valid_until"]
    for url in ("/partners/kanagawa", "/review?partner=kanagawa", "/partners/kanagawa?as_of=2026-06-14"):
        assert "Invite Kanagawa to the fair on water" in manager.get(url).text, url
    assert "Invite the partner to the fair" in as_("viewer").get("/review?partner=kanagawa").text
    with database.read() as session:
        assert not list(differences(session))
        assert session.get(StandingRow, stuck.id).next_step["titles"][1] == OWN["title_en"]
    step = {"title": "x", "due_on": "2026-07-01", "assignee": "officer@city.example", "kind": "proposal"}
    assert manager.post("/partners/kanagawa/steps", data=step).status_code == 303
    with database.read() as session:
        assert session.exec(select(FollowUp)).one().reason == "no_programme"
    stale = manager.post(f"{URL}/{play.id}", data={**OWN, "due_in": "99", "version": play.version})
    assert stale.status_code == 409
    assert 'value="99"' in stale.text
    now = {"version": play.version + 1}
    assert manager.post(f"{URL}/{play.id}/default", data=now).status_code == 303
    assert proposal(api)["next_step"] == before["next_step"]
    assert "Default play restored" in manager.get(URL).text


def test_a_reason_without_a_play_leaves_the_word_to_the_next(as_, api, database, stuck):
    manager = as_("manager")
    (play,) = [p for p in plays(database) if p.reason == "no_programme"]
    off = {k: v for k, v in OWN.items() if k not in ("active", "title_vi", "title_en")}
    assert manager.post(f"{URL}/{play.id}", data={**off, "version": play.version}).status_code == 303
    assert proposal(api)["next_step"]["reason"] == "silent"
    assert manager.post(URL, data={**OWN, "reason": "no_programme"}).status_code == 303
    (added,) = [p for p in plays(database) if p.code == "custom"]
    assert proposal(api)["next_step"]["code"] == "custom"
    form = manager.get("/pushes/new?partner=kanagawa").text
    assert "Invite Kanagawa to the fair on water" in form
    assert manager.post(f"{URL}/{play.id}/delete", data={"version": play.version + 1}).status_code == 409
    assert manager.post(f"{URL}/{added.id}/delete", data={"version": added.version}).status_code == 303
    assert proposal(api)["next_step"]["reason"] == "silent"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title_en", "Ask {nobody}"),
        ("title_en", "Ask {partner"),
        ("title_vi", "Mời [ {partner}"),
        ("title_vi", ""),
        ("due_in", "0"),
        ("due_in", str(2**63)),
        ("kind", "party"),
        ("owed_by", "home"),
        ("reason", ""),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(as_, field, value):
    answer = as_("manager").post(URL, data={**OWN, "reason": "silent", field: value})
    assert answer.status_code == 422
    assert f'href="#f-new-{field}"' in answer.text


def test_who_may(as_, api, database):
    first = plays(database)[0]
    for name in ("viewer", "officer"):
        assert as_(name).get(URL).status_code == 403
        assert as_(name).post(f"{URL}/{first.id}", data=OWN).status_code == 403
    assert api("read_key").get("/api/v1/playbook").json()["items"][0]["untouched"] is True
    body = {**OWN, "due_in": 9, "position": 1, "active": True, "reason": "silent"}
    assert api("write_key").post("/api/v1/playbook", json=body).status_code == 403


def test_over_the_api(api, database):
    admin = api("admin_key")
    body = {**OWN, "due_in": 9, "position": 1, "active": True, "reason": "silent"}
    made = admin.post("/api/v1/playbook", json=body)
    assert (made.status_code, made.json()["deepens"]) == (201, True)
    url = made.headers["location"]
    tag = {"If-Match": made.headers["etag"]}
    assert admin.patch(url, json={"title_en": None}, headers=tag).status_code == 422
    assert admin.patch(url, json={"due_in": 12}, headers=tag).json()["due_in"] == 12
    assert admin.patch(url, json={"due_in": 13}, headers=tag).status_code == 412
    assert admin.post(f"{url}/default", headers={"If-Match": "*"}).status_code == 409
    assert admin.delete(url, headers={"If-Match": "*"}).status_code == 204
    assert admin.get(url).status_code == 404
    first = admin.get("/api/v1/playbook").json()["items"][0]
    assert admin.delete(f"/api/v1/playbook/{first['id']}", headers={"If-Match": "*"}).status_code == 409


def test_titles_are_filled():
    known = {"partner": "100% <b>", "sectors": ""}
    assert filled("Mời {partner}[ về {sectors}][ ngay]", known) == "Mời 100% <b> ngay"
    assert filled("{sectors}{partner}", known) == "100% <b>"
