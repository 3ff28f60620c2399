"""Many partners changed at once from a list or a queue: counted, named, done together, taken back."""

import re
from datetime import date

import pytest

from app.models import FollowUp, Notice, Partner, PartnerCause, Pause, ReviewConfirmation
from tests.actors import PEOPLE
from tests.api.contract import check_problem
from tests.review.conftest import in_hand, look, rows, standing, stuck, user_id

__all__ = ["look", "rows", "standing", "user_id"]
OTHER = PEOPLE["other_officer"].email


@pytest.fixture
def manager(as_):
    return as_("manager")


@pytest.fixture
def places(make):
    with make.together():
        return [stuck(make, slug, name=slug.title()) for slug in ("kobe", "kyoto", "nara")]


def form(version=1, slugs=("kobe", "kyoto", "nara"), token="t", **fields):
    chosen = [f"{slug}:{version}" for slug in slugs]
    return {"rows": chosen, "offered": " ".join(slugs), "form_token": token, **fields}


def post(browser, **fields):
    return browser.post("/partners/assignments", data=form(**fields))


def undo_of(page):
    return re.search(r'action="(/partners/acts/[^"]+)"', page)[1].replace("&amp;", "&")


def test_the_list_offers_boxes_and_the_page_says_how_many_and_which(manager, as_, places, make):
    make.partner(slug="hue", name_vi="Huế", name_en="Hue", region="southeast_asia")
    page = manager.get("/partners").text
    assert page.count("type=checkbox name=id") == 4
    assert "Change all 4 partners…" in page
    assert "type=checkbox name=id" not in as_("viewer").get("/partners").text
    some = manager.get(f"/partners/assignments/new?id={places[0].id}&id={places[2].id}&id=99999").text
    assert "Change 2 partners" in some
    assert re.findall(r'name="rows" value="([^"]+)" checked', some) == ["kobe:1", "nara:1"]
    every = manager.get("/partners/assignments/new?region=southeast_asia&every=1").text
    assert re.findall(r'name="rows" value="([^"]+)" checked', every) == ["hue:1"]
    queue = manager.get("/review").text
    assert "Change all 3 partners…" in queue
    action = re.search(r'<form id="choose".*?</form>', queue, re.S)[0]
    hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', action))
    assert hidden == {"view": "decide", "next": "/review", "every": "1"}
    chosen = manager.get("/partners/assignments/new", params=hidden).text
    assert "Change 3 partners" in chosen
    assert 'name="officer"' not in as_("officer").get(f"/partners/assignments/new?id={places[0].id}").text
    assert as_("viewer").get("/partners/assignments/new?id=1").status_code == 403


def test_a_long_choice_is_counted_and_light(manager, make, queries):
    with queries() as few:
        manager.get("/partners/assignments/new?every=1")
    with make.together():
        for n in range(200):
            make.partner(name_vi=f"Thành phố kết nghĩa số {n}", name_en=f"Twin city number {n}")
    with queries() as many:
        page = manager.get("/partners/assignments/new?every=1")
    assert "Change 200 partners" in page.text
    assert page.text.count('name="rows"') == 200
    assert len(page.content) < 60_000
    assert len(few) == len(many)
    assert len(manager.get("/partners").content) < 60_000
    make.partner()
    assert 'name="rows"' not in manager.get("/partners/assignments/new?every=1").text


def test_everything_at_once_and_everything_taken_back(manager, places, make, rows, standing, at):
    make.cause(places[0], "distance")
    before = [(p.officer_id, p.tier) for p in rows(Partner)]
    answer = post(
        manager, officer=OTHER, tier="wide", cause="resources", cause_why="Thiếu kinh phí", confirm="true",
        pause_reason="elections_there", pause_until="2026-12-01", next="/review?view=waiting",
    )  # fmt: skip
    assert (answer.status_code, answer.headers["location"]) == (303, "/review?view=waiting")
    page = manager.get("/partners").text
    assert "3 partners changed." in page
    assert {(p.officer_id is not None, p.tier) for p in rows(Partner)} == {(True, "wide")}
    assert sorted(c.cause for c in rows(PartnerCause) if c.ended_on is None) == ["resources"] * 3
    assert [c.on for c in rows(ReviewConfirmation)].count(date(2026, 6, 15)) == 3
    assert [p.state for p in rows(Pause)] == ["asked"] * 3
    again = post(manager, officer=OTHER, tier="wide", cause="resources")
    assert again.headers["location"] == answer.headers["location"], "sent twice, done once"
    undo = undo_of(page)
    assert manager.post(undo).headers["location"] == "/review?view=waiting"
    assert [(p.officer_id, p.tier) for p in rows(Partner)] == before
    live = [c for c in rows(PartnerCause) if c.ended_on is None and c.archived_at is None]
    assert [(c.partner_id, c.cause) for c in live] == [(places[0].id, "distance")]
    assert all(p.archived_at for p in rows(Pause))
    assert "Taken back: 3 partners are as they were." in manager.get("/partners").text
    assert manager.post(undo).status_code == 303, "sent twice, undone once"


def test_one_stale_partner_stops_all_and_is_named(manager, places, rows):
    manager.post("/partners/kyoto/officer", data={"version": "1", "officer": OTHER, "form_token": "x"})
    page = post(manager, tier="wide", next="/partners?tier=regular")
    assert page.status_code == 409
    assert "1 of them changed meanwhile (City of kyoto)" in page.text
    assert 'value="kyoto:2" checked' in page.text
    assert {p.tier for p in rows(Partner)} == {"regular"}


def test_partners_are_named_in_the_language_of_the_reader(manager, api, make, rows):
    place = make.partner(slug="vienna", name_vi="Viên", name_en="Vienna")
    assert "changed meanwhile (Vienna)" in post(manager, slugs=("vienna",), version=9, tier="wide").text
    body = {"partners": [{"partner": place.slug, "version": 9}], "confirm": True}
    for language, name in (("en", "Vienna"), ("vi", "Viên")):
        told = api("write_key").post(
            "/api/v1/partners/assignments", json=body, headers={"accept-language": language}
        )
        assert told.status_code == 409
        assert f"({name})" in told.json()["detail"]


def test_undo_is_for_the_same_day_for_oneself_and_while_nobody_was_there_since(
    manager, as_, places, rows, at
):
    post(manager, tier="wide", slugs=("kobe",))
    undo = undo_of(manager.get("/partners").text)
    assert as_("admin").post(undo).status_code == 404
    as_("admin").post("/partners/kobe/officer", data={"version": "2", "officer": OTHER, "form_token": "x"})
    assert manager.post(undo).status_code == 409
    post(manager, tier="wide", slugs=("nara",), token="u")
    undo = undo_of(manager.get("/partners").text)
    at("2026-06-16")
    assert manager.post(undo).status_code == 409
    assert {p.slug: p.tier for p in rows(Partner)} == {"kobe": "wide", "kyoto": "regular", "nara": "wide"}


def test_many_pauses_asked_for_at_once_are_one_notice_to_each_who_decides(manager, as_, places, rows):
    post(manager, pause_reason="symbolic")
    (told,) = rows(Notice)
    admin = as_("admin")
    assert "manager asks to park 3 partners" in admin.get("/notices").text
    first, *_ = rows(Pause)
    admin.post(f"/pauses/{first.id}/decision", data={"version": "1", "approve": "true", "form_token": "u"})
    assert [n.read_at for n in rows(Notice) if n.id == told.id] == [None], "two of them still wait"
    assert admin.post(f"/notices/{told.id}/open").headers["location"] == "/review"


def test_nobody_is_parked_twice(manager, places, make, rows):
    make.pause(places[1], state="asked")
    page = post(manager, pause_reason="symbolic")
    assert page.status_code == 409
    assert "(City of kyoto)" in page.text
    assert len(rows(Pause)) == 1


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({}, "officer"),
        ({"officer": "ghost@city.example"}, "officer"),
        ({"tier": "x"}, "tier"),
        ({"cause": "other"}, "cause_why"),
        ({"pause_reason": "elections_there"}, "pause_until"),
        ({"pause_reason": "elections_there", "pause_until": "2026-06-01"}, "pause_until"),
        ({"pause_reason": "other", "pause_until": "2026-12-01"}, "pause_why"),
    ],
)
def test_a_fault_is_told_beside_its_field(manager, places, rows, fields, name):
    page = post(manager, **fields)
    assert page.status_code == 422
    assert f'href="#f-{name}"' in page.text or name in ("tier",)
    assert page.text.count(':1" checked') == 3
    assert {p.version for p in rows(Partner)} == {1}


def test_programs_do_the_same(api, places, rows):
    body = {
        "partners": [{"partner": p.slug, "version": 1} for p in places],
        "tier": "priority",
        "cause": "distance",
    }
    url, writer = "/api/v1/partners/assignments", api("admin_key")
    first, again = (writer.post(url, json=body, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert first.json() == again.json()
    assert first.json()["changed"] == ["kobe", "kyoto", "nara"]
    check_problem(writer.post(url, json=body), 409)
    check_problem(writer.post(url, json={**body, "partners": []}), 422, "required", "/partners")
    check_problem(writer.post(url, json={**body, "colour": "red"}), 422, "unknown_field", "/colour")
    check_problem(writer.post(url, json={"partners": body["partners"]}), 422, "nothing_for_partners")
    check_problem(
        api("write_key").post(
            url, json={**body, "tier": "wide", "partners": [{"partner": "kobe", "version": 2}]}
        ),
        403,
    )
    back = writer.post(f"/api/v1/partners/acts/{first.json()['act']}/reversal")
    assert back.json() == {"partners": ["kobe", "kyoto", "nara"]}
    assert {p.tier for p in rows(Partner)} == {"regular"}
    check_problem(writer.post("/api/v1/partners/acts/0123456789abcdef/reversal"), 404)


def test_an_officer_confirms_and_asks_to_park_and_no_more(client, places, rows):
    assert post(client, tier="wide").status_code == 403
    assert post(client, cause="distance", token="c").status_code == 403
    assert post(client, confirm="true", token="d", slugs=("kobe", "nara")).status_code == 303
    assert [c.on for c in rows(ReviewConfirmation)].count(date(2026, 6, 15)) == 2
    post(client, confirm="true", token="e")
    assert "1 partner changed." in client.get("/partners").text


def test_the_proposed_steps_of_many_are_taken_and_taken_back(manager, places, make, rows, standing, user_id):
    in_hand(make, places[2])
    asked = manager.get(f"/partners/assignments/new?id={places[0].id}&id={places[2].id}").text
    assert "Next step: Propose a two-year work programme" in asked
    assert "· in hand" in asked
    answer = post(manager, steps="true", officer=OTHER, next="/review")
    assert answer.status_code == 303
    page = manager.get("/review").text
    assert "3 partners changed." in page
    opened = [work for work in rows(FollowUp) if work.source == "standing"]
    proposed = "Propose a two-year work programme to City of"
    assert [work.title for work in opened] == [f"{proposed} kobe", f"{proposed} kyoto"]
    assert {work.assignee_id for work in opened} == {user_id("other_officer")}
    assert [standing(slug).step for slug in ("kobe", "kyoto", "nara")] == ["credible"] * 3
    assert manager.post(undo_of(page)).status_code == 303
    assert all(work.archived_at for work in rows(FollowUp) if work.source == "standing")
    assert [standing(slug).step for slug in ("kobe", "kyoto", "nara")] == ["none", "none", "credible"]


def test_the_step_taken_is_what_is_proposed_once_the_file_is_confirmed(manager, make, rows):
    make.partner(slug="thin", name_vi="Mỏng", name_en="Thin", friendship_since=date(1994, 3, 1))
    assert post(manager, slugs=("thin",), confirm="true", steps="true").status_code == 303
    assert [work.title for work in rows(FollowUp)] == ["Propose a two-year work programme to Thin"]


def test_a_program_takes_the_steps_of_many_too(api, places, rows):
    chosen = [{"partner": place.slug, "version": 1} for place in places]
    answer = (
        api("write_key").post("/api/v1/partners/assignments", json={"partners": chosen, "steps": True}).json()
    )
    assert answer["changed"] == ["kobe", "kyoto", "nara"]
    assert len(rows(FollowUp)) == 3


def test_the_queue_has_boxes_that_lead_to_the_same_acts_and_to_a_push(manager, as_, places, make):
    page = manager.get("/review").text
    boxes = re.findall(r"type=checkbox name=id value=(\d+) form=choose", page)
    assert sorted(boxes) == sorted(str(place.id) for place in places)
    assert "Change the ticked partners…" in page
    assert 'formaction="/pushes/new"' in page
    assert 'formaction="/pushes/new"' not in as_("officer").get("/review").text
    assert 'name="id"' not in as_("viewer").get("/review").text
    push = manager.get(f"/pushes/new?view=decide&next=%2Freview&id={boxes[0]}&id={boxes[1]}").text
    assert len(re.findall(r'name="partners" value="\w+" checked', push)) == 2
    with make.together():
        ids = [make.partner().id for _ in range(21)]
    many = manager.get("/pushes/new", params={"id": ids})
    assert many.status_code == 422
    assert "at most 20 partners" in many.text
