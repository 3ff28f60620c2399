"""The acts of the review page: what each does, to whom it is open, and where it leads."""

import re
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from app.models import FollowUp, Partner, Pause
from tests.actors import PEOPLE
from tests.review.conftest import case_of, form_of, in_hand, queue_of, stuck, toast_of

STEP = {
    "title": "Đề xuất chương trình công tác", "owed_by": "home", "kind": "work_programme",
    "assignee": PEOPLE["officer"].email, "unit": "", "due_on": "2026-07-15",
}  # fmt: skip
PARK = {"reason": "recent_change", "until": "2026-12-01", "why": "Phía bạn sáp nhập"}


def send(client, action, html=None, *, queue="/review", **data):
    """Send a form as a browser does, its hidden fields included."""
    hidden = form_of(html, action) if html else {"form_token": f"{action}{data}"[:180], "next": queue}
    return client.post(action, data={**hidden, **data})


def onto(response) -> str | None:
    """The case to which an answer leads."""
    assert response.status_code == 303, response.text
    parts = urlsplit(response.headers["location"])
    assert parts.path == "/review"
    return parse_qs(parts.query).get("partner", [None])[0]


def request_of(make, partner, who, **fields):
    """A pause that somebody asked for."""
    return make.pause(partner, state="asked", starts_on=date(2026, 6, 15), asked_by_id=who, **fields)


# ---- the proposed step


def test_the_step_comes_filled_in_and_takes_the_partner_in_hand(client, world, rows, standing, told):
    page = client.get("/review?partner=kyoto").text
    assert 'value="Propose a two-year work programme to City of kyoto"' in page
    assert 'value="2026-07-15"' in page
    answer = send(client, "/partners/kyoto/steps", page, **STEP)
    assert onto(answer) == "kobe"
    assert toast_of(answer).endswith(
        "City of kyoto is now: being worked on."
    ) or "City of kyoto is now:" in toast_of(answer)
    (work,) = [w for w in rows(FollowUp) if w.reason == "no_programme"]
    assert (work.title, work.source, work.kind) == (STEP["title"], "standing", "work_programme")
    assert standing("kyoto").status == "stuck"
    assert standing("kyoto").step == "credible"
    assert told("follow_up.opened")[-1].user_id == work.created_by_id
    assert queue_of(client.get("/review").text) == ["kobe", "nara"]
    assert "kyoto" in queue_of(client.get("/review?view=in_hand").text)


def test_a_step_that_nobody_sees_to_leaves_the_partner_where_it_is(client, world, standing):
    answer = send(client, "/partners/kyoto/steps", **{**STEP, "assignee": ""})
    assert onto(answer) == "kyoto"
    assert standing("kyoto").step == "stale"
    assert "City of kyoto" in toast_of(answer)


def test_a_refused_step_keeps_everything_that_was_typed(client, world, rows):
    before = len(rows(FollowUp))
    answer = send(client, "/partners/kobe/steps", **{**STEP, "title": "Của tôi <b>", "due_on": "2020-01-01"})
    assert answer.status_code == 422
    assert case_of(answer.text) == "kobe"
    assert queue_of(answer.text) == ["kyoto", "kobe", "nara"]
    assert 'value="Của tôi &lt;b&gt;"' in answer.text
    assert 'value="2020-01-01"' in answer.text
    assert 'id="f-step-due_on-error"' in answer.text
    assert "data-error-summary" in answer.text
    assert len(rows(FollowUp)) == before
    again = send(client, "/partners/kobe/steps", answer.text, **STEP)
    assert onto(again) == "nara"


def test_a_form_that_is_sent_twice_opens_one_follow_up(client, world, rows):
    page = client.get("/review?partner=kyoto").text
    before = len(rows(FollowUp))
    first = send(client, "/partners/kyoto/steps", page, **STEP)
    second = send(client, "/partners/kyoto/steps", page, **STEP)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    assert len(rows(FollowUp)) == before + 1


def test_an_act_from_another_page_leads_to_the_partner(client, world):
    for elsewhere in ("", "https://evil.example/", "//evil.example", "/partners"):
        answer = send(client, "/partners/kyoto/steps", queue=elsewhere, **{**STEP, "title": f"T{elsewhere}"})
        assert answer.headers["location"] == "/partners/kyoto"


def test_the_queue_and_its_filters_stay(client, make, world):
    answer = send(client, "/partners/kyoto/steps", queue="/review?tier=priority", **STEP)
    assert answer.headers["location"] == "/review?tier=priority"
    answer = send(client, "/partners/nara/steps", queue="/review?view=waiting", **STEP)
    assert answer.headers["location"] == "/review?view=waiting&partner=nara"
    assert client.get(answer.headers["location"]).status_code == 200


def test_the_last_of_the_queue_leads_to_its_beginning(client, world):
    answer = send(client, "/partners/nara/steps", **STEP)
    assert answer.headers["location"] == "/review"
    assert case_of(client.get("/review").text) == "kyoto"


# ---- parking


def test_parking_takes_two_people(as_, world, rows, standing, told, user_id):
    officer, manager = as_("officer"), as_("manager")
    asked = send(officer, "/partners/kyoto/pauses", officer.get("/review").text, **PARK)
    assert onto(asked) == "kyoto"
    assert "another person must approve" in toast_of(asked)
    assert standing("kyoto").status == "stuck"
    page = officer.get("/review").text
    assert "Waiting for a second person" in page
    assert "asked by officer" in page
    assert "/decision" not in page
    assert 'action="/partners/kyoto/pauses"' not in page

    (pause,) = rows(Pause)
    page = manager.get("/review?partner=kyoto").text
    approved = send(manager, f"/pauses/{pause.id}/decision", page, approve="true", why="Đồng ý")
    assert onto(approved) == "kobe"
    assert "The pause is approved. City of kyoto is now: parked." in toast_of(approved)
    assert (standing("kyoto").status, standing("kyoto").underlying) == ("parked", "stuck")
    (pause,) = rows(Pause)
    assert (pause.state, pause.asked_by_id, pause.decided_by_id) == (
        "approved",
        user_id("officer"),
        user_id("manager"),
    )
    assert [len(told(a)) for a in ("partner.pause_asked", "partner.paused")] == [1, 1]
    assert queue_of(manager.get("/review?view=parked").text) == ["kyoto"]
    assert "It returns by itself." in manager.get("/review?view=parked").text


def test_whoever_asked_may_not_approve_but_may_withdraw(as_, world, make, rows, user_id):
    request = request_of(make, world.first, user_id("manager"))
    client = as_("manager")
    page = client.get("/review?partner=kyoto").text
    assert "another manager or an administrator must approve" in page
    assert 'name="approve" value="true"' not in page
    refused = send(client, f"/pauses/{request.id}/decision", page, approve="true")
    assert refused.status_code == 403
    assert "Whoever asked may not approve." in refused.text
    assert rows(Pause)[0].state == "asked"
    withdrawn = send(client, f"/pauses/{request.id}/decision", page, approve="false")
    assert "The request is withdrawn." in toast_of(withdrawn)
    assert rows(Pause)[0].state == "declined"


@pytest.mark.parametrize("who", ["manager", "admin"])
def test_another_manager_or_an_administrator_decides(as_, world, make, rows, user_id, who):
    request = request_of(make, world.first, user_id("admin" if who == "manager" else "manager"))
    client = as_(who)
    answer = send(
        client, f"/pauses/{request.id}/decision", client.get("/review").text, approve="false", why="Chưa nên"
    )
    assert "The pause is declined. City of kyoto stays: " in toast_of(answer)
    assert rows(Pause)[0].state == "declined"


def test_one_request_at_a_time(as_, world, make, user_id, rows):
    request_of(make, world.first, user_id("officer"))
    answer = send(as_("manager"), "/partners/kyoto/pauses", **PARK)
    assert answer.status_code == 409
    assert "Waiting for another person" in answer.text
    make.pause(world.second)
    answer = send(as_("manager"), "/partners/kobe/pauses", **PARK)
    assert answer.status_code == 409
    assert len(rows(Pause)) == 2


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"until": ""}, "until"),
        ({"until": "2026-06-15"}, "until"),
        ({"until": "2020-01-01"}, "until"),
        ({"until": "soon"}, "until"),
        ({"reason": "other", "why": ""}, "why"),
        ({"reason": ""}, "reason"),
        ({"reason": "holiday"}, "reason"),
    ],
)
def test_a_request_is_checked_and_kept_as_typed(client, world, rows, sent, field):
    typed = {**PARK, "why": "Vì sao", **sent}
    answer = send(client, "/partners/kyoto/pauses", **typed)
    assert answer.status_code == 422
    assert f'id="f-park-{field}-error"' in answer.text
    assert typed["why"] in answer.text
    assert not rows(Pause)


def test_a_symbolic_tie_needs_no_end(client, world, rows):
    answer = send(client, "/partners/kyoto/pauses", reason="symbolic", until="", why="")
    assert onto(answer) == "kyoto"
    assert rows(Pause)[0].until is None


def test_a_request_that_outlived_its_end_cannot_be_approved(as_, world, make, at, rows, user_id):
    request = request_of(make, world.first, user_id("officer"), until=date(2026, 7, 1))
    at("2026-07-01")
    client = as_("manager")
    answer = send(
        client, f"/pauses/{request.id}/decision", client.get("/review?partner=kyoto").text, approve="true"
    )
    assert answer.status_code == 409
    assert "decline it and ask again" in answer.text
    assert rows(Pause)[0].state == "asked"


def test_a_parked_partner_returns_by_itself(as_, world, make, at, standing):
    make.pause(world.first, until=date(2026, 9, 1))
    client = as_("manager")
    assert "kyoto" not in queue_of(client.get("/review").text)
    at("2026-08-31")
    assert "kyoto" not in queue_of(client.get("/review").text)
    at("2026-09-01")
    assert queue_of(client.get("/review").text)[0] == "kyoto"
    assert "It returns by itself" not in client.get("/review?partner=kyoto").text


def test_a_manager_ends_a_pause_before_its_day(as_, world, make, rows, standing, told):
    pause = make.pause(world.first)
    client = as_("manager")
    page = client.get("/review?view=parked").text
    answer = send(client, f"/pauses/{pause.id}/end", page)
    assert answer.headers["location"] == "/review?view=parked"
    assert "The pause is over. City of kyoto is now:" in toast_of(answer)
    assert standing("kyoto").status == "stuck"
    assert rows(Pause)[0].until == date(2026, 6, 15)
    assert len(told("partner.pause_ended")) == 1


def test_a_decision_on_what_was_decided_meanwhile_shows_both(as_, world, make, rows, user_id):
    request = request_of(make, world.first, user_id("officer"))
    slow, fast = as_("manager"), as_("admin")
    page = slow.get("/review?partner=kyoto").text
    send(fast, f"/pauses/{request.id}/decision", fast.get("/review?partner=kyoto").text, approve="false")
    answer = send(slow, f"/pauses/{request.id}/decision", page, approve="true", why="Tôi đồng ý")
    assert answer.status_code == 409
    assert "Tôi đồng ý" in answer.text
    assert "As it stands now: declined (admin" in answer.text
    assert rows(Pause)[0].state == "declined"


# ---- the officer


def test_a_manager_gives_the_partner_to_another(as_, world, look, told, user_id):
    client = as_("manager")
    answer = send(
        client, "/partners/kyoto/officer", client.get("/review").text, officer=PEOPLE["other_officer"].email
    )
    assert onto(answer) == "kyoto"
    assert toast_of(answer) == "other_officer looks after City of kyoto now."
    held = look(lambda s: s.get(Partner, world.first.id).officer_id)
    assert held == user_id("other_officer")
    assert told("partner.changed")[-1].changes["officer_id"] == [None, held]
    answer = send(client, "/partners/kyoto/officer", client.get("/review").text, officer="")
    assert toast_of(answer) == "Nobody looks after City of kyoto now."


def test_an_unknown_officer_is_refused(as_, world):
    client = as_("manager")
    answer = send(
        client, "/partners/kyoto/officer", client.get("/review").text, officer="nobody@city.example"
    )
    assert answer.status_code == 422
    assert 'id="f-officer-officer-error"' in answer.text


def test_a_stale_reassignment_shows_both_and_goes_on(as_, world, look, user_id):
    slow, fast = as_("manager"), as_("admin")
    page = slow.get("/review?partner=kyoto").text
    send(fast, "/partners/kyoto/officer", fast.get("/review").text, officer=PEOPLE["other_officer"].email)
    answer = send(slow, "/partners/kyoto/officer", page, officer=PEOPLE["officer"].email)
    assert answer.status_code == 409
    assert "<dt>Yours</dt><dd>officer</dd>" in answer.text
    assert "<dd>other_officer (admin, " in answer.text
    assert f'<option value="{PEOPLE["officer"].email}" selected>' in answer.text
    again = send(slow, "/partners/kyoto/officer", answer.text, officer=PEOPLE["officer"].email)
    assert onto(again) == "kyoto"
    assert look(lambda s: s.get(Partner, world.first.id).officer_id) == user_id("officer")


# ---- the file


def test_confirming_a_poor_file_makes_its_silence_count(client, world, standing, told):
    page = client.get("/review?view=facts").text
    answer = send(client, "/partners/thin/reviews", page)
    assert answer.headers["location"] == "/review?view=facts"
    assert "The file is confirmed. Thin is now: " in toast_of(answer)
    assert standing("thin").status == "stuck"
    assert len(told("partner.confirmed")) == 1
    again = send(client, "/partners/thin/reviews")
    assert again.status_code == 409
    assert "thin" in queue_of(client.get("/review").text)


# ---- who may

ACTS = {
    "/partners/kyoto/steps": STEP,
    "/partners/kyoto/pauses": PARK,
    "/partners/kyoto/reviews": {},
    "/partners/kyoto/officer": {"officer": "", "version": "1"},
    "/pauses/{id}/decision": {"approve": "true", "version": "1"},
    "/pauses/{id}/end": {"version": "1"},
}


@pytest.mark.parametrize("act", ACTS)
def test_acts_are_open_to_those_who_may(as_, world, make, act, user_id, rows):
    request = request_of(make, world.second, user_id("admin"))
    url = act.format(id=request.id)
    managers_only = "officer" in act or act.startswith("/pauses")
    assert as_("viewer").post(url, data=ACTS[act]).status_code == 403
    refused = as_("officer").post(url, data=ACTS[act])
    assert (refused.status_code == 403) is managers_only
    if managers_only:
        assert "<html" in refused.text
        assert "data-error-text" in refused.text
    assert as_("stranger").post(url, data=ACTS[act]).status_code in {401, 303}


def test_acts_are_offered_only_to_those_who_may(as_, world, make, user_id):
    request = request_of(make, world.second, user_id("admin"))
    offered = {
        who: {
            act: f'action="{act.format(id=request.id)}"' in as_(who).get("/review?partner=kyoto").text
            for act in ACTS
        }
        for who in ("viewer", "officer", "manager")
    }
    assert not any(offered["viewer"].values())
    assert [act for act, there in offered["officer"].items() if there] == list(ACTS)[:3]
    assert [act for act, there in offered["manager"].items() if there] == list(ACTS)[:5]


def test_what_is_unknown_is_not_found(as_, world):
    client = as_("manager")
    for url in ("/partners/atlantis/steps", "/pauses/999/decision", "/pauses/999/end"):
        assert client.post(url, data={"form_token": "x", **STEP}).status_code == 404
    assert client.post("/pauses/99999999999999999999/end", data={}).status_code == 422


def test_no_step_is_taken_where_none_is_proposed(client, make, rows):
    partner = make.partner(slug="calm", name_en="Calm", friendship_since=date(2026, 1, 10))
    make.visit(partner, on=date(2026, 6, 1))
    answer = send(client, "/partners/calm/steps", queue="/review?view=all", **STEP)
    assert answer.status_code == 409
    assert not rows(FollowUp)


def test_an_act_on_a_later_page_stays_within_the_list(client, make):
    with make.together():
        for n in range(31):
            stuck(make, f"town-{n:02}")
    last = queue_of(client.get("/review?page=2").text)[0]
    answer = send(client, f"/partners/{last}/steps", queue="/review?page=2", **STEP)
    assert answer.headers["location"].partition("?")[0] == "/review"
    assert client.get(answer.headers["location"]).status_code == 200


def test_a_follow_up_of_both_sides_is_shown(client, make, world):
    in_hand(make, world.first, title="Việc phía ta", due_on=date(2026, 6, 1) - timedelta(days=40))
    make.follow_up(world.first, title="Việc phía bạn", owed_by="partner")
    page = client.get("/review?partner=kyoto").text
    ours, theirs = page.index("Open on our side"), page.index("Open on theirs")
    assert ours < page.index("Việc phía ta") < theirs < page.index("Việc phía bạn")
    assert "54 days late" in page


def test_the_rail_stays_at_review_when_an_act_is_refused(as_, make):
    make.partner(slug="fukuoka", friendship_since=date(2008, 2, 20))
    page = as_("manager").post("/partners/fukuoka/pauses", data={"form_token": "t", "next": "/review"})
    assert page.status_code == 422
    current = re.findall(r'class="nav-link" href="([^"]+)" aria-current="page"', page.text)
    assert set(current) == {"/review"}
