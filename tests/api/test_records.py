"""Single records: shown with an ETag, changed only by those who have seen what they change."""

import re
from typing import Annotated

import pytest
from pydantic import TypeAdapter, ValidationError
from sqlmodel import select

from app import clock
from app.history import record
from app.models import ApiKey, Event, Partner
from app.schemas import Input
from app.vocabulary import Door
from tests.actors import PEOPLE, UNIT
from tests.api.contract import body_of, check_problem
from tests.factories import MAKER

PARTNER = {
    "name_vi": "Thành phố Nice",
    "name_en": "Nice",
    "country": "FR",
    "kind": "city",
    "region": "europe",
}


@pytest.fixture
def told(database):
    """The history of an action, newest first."""

    def read(action):
        with database.read() as session:
            found = select(Event).where(Event.action == action).order_by(Event.id.desc())
            return session.exec(found).all()

    return read


# ---- reading


def test_a_partner_is_shown_whole(world, make, database, get):
    found = get("/partners/fukuoka")
    assert found["aliases"] == [{"text": "Phúc Cương", "type": "variant"}]
    assert (found["strengths"], found["forums"]) == (["energy"], ["asia-cities"])
    assert found["officer"] == PEOPLE["officer"].email
    assert (found["friendship_since"], found["friendship_since_precision"]) == ("2008-02-22", "day")
    assert (found["declared_rung"], found["tier"], found["version"]) == ("substantive", "priority", 1)


def test_a_follow_up_is_shown_whole(world, get):
    found = get(f"/follow-ups/{world.follow_up}")
    assert found["partners"] == ["fukuoka"]
    assert (found["unit"], found["assignee"]) == (UNIT, PEOPLE["officer"].email)
    assert (found["delegation"], found["source"], found["deepens"]) == (world.visit, "delegation", True)
    assert found in get("/follow-ups")["items"]


SINGLE = ["/partners/fukuoka", "/partners/fukuoka/standing", "/follow-ups/{}", "/me"]


@pytest.mark.parametrize("path", SINGLE)
def test_an_unchanged_record_is_not_sent_again(world, call, path):
    path = path.format(world.follow_up)
    first = call("GET", path)
    tag = first.headers["etag"]
    assert re.fullmatch(r'"[0-9a-f-]+\.[0-9a-f]+"', tag)
    for sent in (tag, f"W/{tag}", "*", f'"other", {tag}', f'"x",W/{tag} , "y"'):
        again = call("GET", path, headers={"If-None-Match": sent})
        assert again.status_code == 304, sent
        assert body_of(again) == body_of(first)
    for sent in ('"other"', "other", "", tag.strip('"'), '"1"'):
        assert call("GET", path, headers={"If-None-Match": sent}).json() == first.json()


def test_a_tag_follows_everything_that_is_shown(world, make, database, call):
    """Membership of a forum and the officer's address live in tables of their own."""
    tags = [call("GET", "/partners/fukuoka").headers["etag"]]
    with database.write() as session:
        partner = session.exec(select(Partner).where(Partner.slug == "fukuoka")).one()
    make.forum(code="new-forum", members=[partner])
    tags.append(call("GET", "/partners/fukuoka").headers["etag"])
    call("PATCH", "/partners/fukuoka", "write_key", json={"objectives": "Khác"}, headers={"If-Match": "*"})
    tags.append(call("GET", "/partners/fukuoka").headers["etag"])
    assert len(set(tags)) == 3


def test_the_tag_of_a_text_follows_its_language(world, call):
    vi, en = (
        call("GET", "/partners/fukuoka/standing", headers={"Accept-Language": language})
        for language in ("vi", "en")
    )
    assert vi.headers["etag"] != en.headers["etag"]
    assert "Accept-Language" in vi.headers["vary"]


@pytest.mark.parametrize(
    "path",
    ["/partners/nowhere", "/partners/FUKUOKA", "/partners/%00", "/partners/nowhere/standing",
     "/partners/nowhere/standing/history", "/partners/nowhere/timeline", "/follow-ups/2147483647",
     "/partners/" + "x" * 5000, "/partners/%F0%9F%98%80"],
)  # fmt: skip
def test_what_does_not_exist_is_404(world, call, path):
    check_problem(call("GET", path), 404)


@pytest.mark.parametrize(
    "number",
    [
        "0",
        "-1",
        "2147483648",
        "9223372036854775808",
        "1e3",
        "1.0",
        "+1",
        "01",
        "1_0",
        "%201",
        "one",
        "1%00",
        "%D9%A1",
    ],
)
def test_what_can_be_no_id_is_422(world, call, number):
    check_problem(call("GET", f"/follow-ups/{number}"), 422, pointer="/follow_up_id")
    check_problem(
        call("PATCH", f"/follow-ups/{number}", "write_key", json={}, headers={"If-Match": "*"}), 422
    )


def test_archived_records_are_404(world, database, call):
    with database.write() as session:
        row = session.exec(select(Partner).where(Partner.slug == "fukuoka")).one()
        row.archived_at = clock.now()
        record(session, MAKER, "partner.archived", row)
    for path in ("", "/standing", "/standing/history", "/timeline"):
        check_problem(call("GET", f"/partners/fukuoka{path}"), 404)
    check_problem(call("PATCH", "/partners/fukuoka", "write_key", json={}, headers={"If-Match": "*"}), 404)


@pytest.mark.parametrize("path", ["/partners/fukuoka", "/follow-ups/{}", "/me"])
def test_a_record_takes_no_parameters(world, call, path):
    check_problem(
        call("GET", f"{path.format(world.follow_up)}?as_of=2020-01-01"), 422, "unknown_parameter", "/as_of"
    )


# ---- entering and changing partners


def test_a_partner_is_entered(call, get, told, database):
    response = call(
        "POST", "/partners", "write_key", json={**PARTNER, "aliases": ["Nizza"], "friendship_since": "2008"}
    )
    assert response.status_code == 201
    body = response.json()
    assert response.headers["location"] == "/api/v1/partners/nice"
    assert (body["friendship_since"], body["friendship_since_precision"]) == ("2008-01-01", "year")
    shown = call("GET", "/partners/nice")
    assert shown.json() == body
    assert body_of(shown) == body_of(response)
    event = told("partner.added")[0]
    with database.read() as session:
        key = session.get(ApiKey, event.api_key_id)
    assert (event.door, event.actor_name, event.user_id, key.name) == (
        Door.api,
        "write_key",
        None,
        "write_key",
    )
    assert event.request_id == response.headers["x-request-id"]


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"name_vi": None}, "required", "/name_vi"),
        ({"name_vi": ""}, "required", "/name_vi"),
        ({"name_vi": 5}, "invalid", "/name_vi"),
        ({"name_vi": "x" * 201}, "too_long", "/name_vi"),
        ({"name_vi": "a\u202eb"}, "bad_character", "/name_vi"),
        ({"country": "XX"}, "unknown_country", "/country"),
        ({"kind": "planet"}, "unknown_code", "/kind"),
        ({"lat": 91}, "out_of_range", "/lat"),
        ({"population": "many"}, "not_a_number", "/population"),
        ({"friendship_since": "2008-13"}, "bad_partial_date", "/friendship_since"),
        ({"friendship_since": 1203638400}, "bad_date", "/friendship_since"),
        ({"friendship_since": True}, "bad_date", "/friendship_since"),
        ({"officer": "nobody@city.example"}, "unknown_user", "/officer"),
        ({"officer": "viewer@city.example"}, "cannot_take_work", "/officer"),
        ({"strengths": ["magic"]}, "unknown_sector", "/strengths"),
        ({"mission": "nowhere"}, "unknown_unit", "/mission"),
        ({"aliases": [{"text": ""}]}, "required", "/aliases/0/text"),
        ({"aliases": [{"text": "A", "colour": "red"}]}, "unknown_field", "/aliases/0/colour"),
        ({"slug": "Not a slug"}, None, "/slug"),
        ({"colour": "red"}, "unknown_field", "/colour"),
        ({"id": "nice"}, "unknown_field", "/id"),
        ({"version": 1}, "unknown_field", "/version"),
    ],
)
def test_a_partner_with_a_fault_is_not_entered(call, slugs, change, code, pointer):
    body = check_problem(call("POST", "/partners", "write_key", json={**PARTNER, **change}), 422)
    found = {error["pointer"]: error["code"] for error in body["errors"]}
    assert pointer in found, found
    assert code in {None, found[pointer]}
    assert slugs() == []


def kinds_of_input(base=Input):
    """Every schema that something may be entered by."""
    for kind in base.__subclasses__():
        yield kind
        yield from kinds_of_input(kind)


def test_no_input_reads_a_number_as_a_date(application):
    """pydantic would take it for seconds since 1970."""
    seen = 0
    for kind in set(kinds_of_input()):
        for name, field in kind.model_fields.items():
            if "datetime.date" in str(field.annotation):
                seen += 1
                whole = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
                with pytest.raises(ValidationError):
                    pytest.fail(f"{kind.__name__}.{name}: {TypeAdapter(whole).validate_python(20080222)}")
    assert seen > 20


def test_every_fault_is_named_at_once(call):
    body = check_problem(call("POST", "/partners", "write_key", json={"colour": "red"}), 422)
    assert {error["pointer"] for error in body["errors"]} == {
        "/name_vi", "/name_en", "/country", "/kind", "/region", "/colour",
    }  # fmt: skip


def test_a_name_that_is_taken_is_refused_and_its_holder_named(call):
    call("POST", "/partners", "write_key", json=PARTNER)
    body = check_problem(
        call(
            "POST",
            "/partners",
            "write_key",
            json={**PARTNER, "name_vi": "NICE"},
            headers={"Accept-Language": "en"},
        ),
        422,
    )
    assert "Thành phố Nice" in body["errors"][0]["detail"]


@pytest.fixture
def nice(call):
    """A partner to change: its address and its tag."""
    response = call("POST", "/partners", "write_key", json=PARTNER)
    return "/partners/nice", response.headers["etag"]


def test_a_change_needs_the_tag(nice, call):
    path, _ = nice
    check_problem(call("PATCH", path, "write_key", json={"objectives": "Mới"}), 428)


def test_a_change_with_the_tag_is_made_and_told(nice, call, told):
    path, tag = nice
    changed = call("PATCH", path, "write_key", json={"objectives": "Mới"}, headers={"If-Match": tag})
    assert changed.status_code == 200
    assert (changed.json()["objectives"], changed.json()["version"]) == ("Mới", 2)
    assert body_of(call("GET", path)) == body_of(changed) != tag.strip('"')
    event = told("partner.changed")[0]
    assert (event.door, event.actor_name, event.changes) == (
        Door.api,
        "write_key",
        {"objectives": [None, "Mới"]},
    )


def test_the_second_of_two_changes_is_412_and_changes_nothing(nice, call, get):
    path, tag = nice
    call("PATCH", path, "write_key", json={"objectives": "Một"}, headers={"If-Match": tag})
    check_problem(
        call("PATCH", path, "write_key", json={"objectives": "Hai"}, headers={"If-Match": tag}), 412
    )
    assert get(path)["objectives"] == "Một"


@pytest.mark.parametrize("sent", ["*", '"1"', 'W/"1"', '"7", "1"'])
def test_any_of_several_tags_will_do(nice, call, sent):
    assert (
        call(
            "PATCH", nice[0], "write_key", json={"objectives": "Mới"}, headers={"If-Match": sent}
        ).status_code
        == 200
    )


@pytest.mark.parametrize("sent", ['"2"', "", '""', '"11"', '"-1"', '"x"', '"*"'])
def test_another_tag_will_not(nice, call, sent):
    check_problem(
        call("PATCH", nice[0], "write_key", json={"objectives": "Mới"}, headers={"If-Match": sent}), 412
    )


def test_a_change_of_nothing_keeps_the_version(nice, call, told):
    path, tag = nice
    assert call("PATCH", path, "write_key", json={}, headers={"If-Match": tag}).headers["etag"] == tag
    assert told("partner.changed") == []


@pytest.mark.parametrize("change", [{"tier": "priority"}, {"officer": PEOPLE["officer"].email}])
def test_tier_and_officer_are_for_admins(nice, call, get, change):
    path, tag = nice
    check_problem(call("PATCH", path, "write_key", json=change, headers={"If-Match": tag}), 403)
    changed = call("PATCH", path, "admin_key", json=change, headers={"If-Match": tag}).json()
    assert change.items() <= changed.items()


def test_a_list_in_a_table_of_its_own_moves_the_version(nice, call, make):
    path, tag = nice
    make.sector(code="energy")
    changed = call(
        "PATCH",
        path,
        "write_key",
        json={"aliases": ["Nizza"], "strengths": ["energy"]},
        headers={"If-Match": tag},
    )
    assert changed.json()["version"] == 2
    assert changed.json()["strengths"] == ["energy"]


# ---- opening and changing follow-ups


def test_a_follow_up_is_opened(world, call, told):
    sent = {
        "title": "Viết thư",
        "partners": ["lima", "perth"],
        "due_on": "2026-07-01",
        "unit": UNIT,
        "kind": "proposal",
    }
    response = call("POST", "/follow-ups", "write_key", json=sent)
    assert response.status_code == 201
    body = response.json()
    assert response.headers["location"] == f"/api/v1/follow-ups/{body['id']}"
    assert body["partners"] == ["lima", "perth"]
    assert (body["raised_on"], body["original_due_on"], body["state"], body["source"]) == (
        "2026-06-15", "2026-07-01", "open", "manual",
    )  # fmt: skip
    assert call("GET", f"/follow-ups/{body['id']}").json() == body
    assert (told("follow_up.opened")[0].door, told("follow_up.opened")[0].actor_name) == (
        Door.api,
        "write_key",
    )


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"partners": []}, "required", "/partners"),
        ({"partners": ["nobody"]}, "unknown_partner", "/partners"),
        ({"partners": "lima"}, "invalid", "/partners"),
        ({"title": "  "}, "required", "/title"),
        ({"due_on": "2020-01-01"}, "due_before_raised", "/due_on"),
        ({"due_on": "31/12/2026"}, None, None),
        ({"due_on": "tomorrow"}, "bad_date", "/due_on"),
        ({"due_on": "0999-01-01"}, "bad_date", "/due_on"),
        ({"reaction_due_on": 0}, "bad_date", "/reaction_due_on"),
        ({"assignee": "nobody@city.example"}, "unknown_user", "/assignee"),
        ({"assignee": "viewer@city.example"}, "cannot_take_work", "/assignee"),
        ({"unit": "nowhere"}, "unknown_unit", "/unit"),
        ({"owed_by": "us"}, "unknown_code", "/owed_by"),
        ({"state": "done"}, "unknown_field", "/state"),
    ],
)
def test_a_follow_up_with_a_fault_is_not_opened(world, call, change, code, pointer):
    sent = {"title": "Viết thư", "partners": ["lima"], "due_on": "2026-07-01", **change}
    response = call("POST", "/follow-ups", "write_key", json=sent)
    if code is None:
        assert response.status_code == 201
    else:
        check_problem(response, 422, code, pointer)


@pytest.fixture
def patch(world, call):
    """Change the register's follow-up with its present tag."""
    path = f"/follow-ups/{world.follow_up}"

    def send(_headers=None, **change):
        headers = _headers or {"If-Match": call("GET", path).headers["etag"]}
        return call("PATCH", path, "write_key", json=change, headers=headers)

    return send


def test_postponing_needs_a_reason_and_keeps_the_first_day(patch, told):
    check_problem(patch(due_on="2026-08-01"), 422, "why_needed", "/why")
    check_problem(patch(due_on="2026-08-01", why=" "), 422, "why_needed", "/why")
    check_problem(patch(due_on="2026-06-14", why="Sớm hơn"), 422, "due_before_today", "/due_on")
    body = patch(due_on="2026-08-01", why="Chờ ý kiến").json()
    assert (body["due_on"], body["original_due_on"]) == ("2026-08-01", "2026-07-01")
    assert told("follow_up.postponed")[0].changes["why"] == [None, "Chờ ý kiến"]


def test_done_is_done_once_and_may_be_taken_back(patch):
    body = patch(state="done", outcome="Đã ký").json()
    assert (body["state"], body["done_on"], body["outcome"]) == ("done", "2026-06-15", "Đã ký")
    check_problem(patch(state="dropped", why="Không cần"), 409)
    check_problem(patch(due_on="2026-09-01", why="Muộn"), 409)
    assert patch(state="open").json()["done_on"] is None


def test_the_one_who_is_late_learns_that_it_is_done(world, patch, call):
    tag = call("GET", f"/follow-ups/{world.follow_up}").headers["etag"]
    assert patch({"If-Match": tag}, state="done").status_code == 200
    check_problem(patch({"If-Match": tag}, state="done"), 412)


def test_what_is_done_cannot_be_done_again(patch):
    assert patch(state="done").status_code == 200
    check_problem(patch(state="done"), 409)


def test_dropping_needs_a_reason(patch):
    check_problem(patch(state="dropped"), 422, "why_needed", "/why")
    assert patch(state="dropped", why="Đối tác rút").json()["dropped_on"] == "2026-06-15"


@pytest.mark.parametrize("headers", [{}, {"If-Match": '"9"'}])
def test_a_follow_up_needs_its_tag_too(world, call, headers):
    status = 412 if headers else 428
    path = f"/follow-ups/{world.follow_up}"
    check_problem(call("PATCH", path, "write_key", json={"title": "Khác"}, headers=headers), status)


def test_several_changes_of_a_follow_up_are_made_together_or_not_at_all(world, patch, get):
    check_problem(patch(title="Khác", due_on="2026-08-01"), 422)
    assert get(f"/follow-ups/{world.follow_up}")["title"] == "Đề xuất chương trình"
    body = patch(title="Khác", priority="high", assignee=None, due_on="2026-08-01", why="Chờ").json()
    assert (body["title"], body["priority"], body["assignee"], body["due_on"]) == (
        "Khác",
        "high",
        None,
        "2026-08-01",
    )
