"""The form on /visits/new: a visit in one act, everything typed kept, nothing written twice."""

import re
import unicodedata
from datetime import date

import pytest
import sqlalchemy as sa

from app.models import Answer, Delegation, DelegationPartner, Event, FollowUp, FollowUpPartner, StandingRow
from app.vocabulary import DelegationState, FollowUpSource, Status
from tests.actors import OTHER_UNIT, PEOPLE
from tests.staging import staged

VISIT = {
    "partner": "fukuoka",
    "direction": "inbound",
    "starts_on": "2026-06-10",
    "ends_on": "2026-06-12",
    "title": "Đoàn tỉnh Fukuoka thăm và làm việc",
    "level": "department",
    "purpose": "working",
    "head": "Hattori",
    "met": "Sở Ngoại vụ",
    "minutes": "Trao đổi về xử lý nước thải.",
    "form_token": "a-token",
}
WORK = {
    "follow_ups-0-title": "Gửi dự thảo chương trình",
    "follow_ups-0-owed_by": "home",
    "follow_ups-0-kind": "proposal",
    "follow_ups-0-assignee": PEOPLE["officer"].email,
    "follow_ups-0-unit": "",
    "follow_ups-0-due_on": "2026-07-20",
    "follow_ups-1-title": "",
    "follow_ups-1-owed_by": "partner",
    "follow_ups-1-kind": "",
    "follow_ups-1-assignee": PEOPLE["officer"].email,
    "follow_ups-1-unit": "",
    "follow_ups-1-due_on": "",
    "follow_ups-2-title": "Gửi danh sách đầu mối",
    "follow_ups-2-owed_by": "partner",
    "follow_ups-2-kind": "introduction",
    "follow_ups-2-assignee": "",
    "follow_ups-2-unit": OTHER_UNIT,
    "follow_ups-2-due_on": "2026-08-01",
}


@staged
def fukuoka(make):
    return make.partner(
        slug="fukuoka",
        name_vi="Tỉnh Fukuoka",
        name_en="Fukuoka",
        aliases=["Phúc Cương"],
        friendship_since=date(2024, 7, 1),
    )


def count(database, table):
    with database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table))


def rows(database, table):
    with database.read() as session:
        return list(session.scalars(sa.select(table).order_by(table.id)))


def value_of(html, name):
    """What a field of the page holds: an input, a text area or a menu."""
    if found := re.search(rf'<textarea[^>]* name="{name}"[^>]*>\n(.*?)</textarea>', html, re.DOTALL):
        return found[1]
    if found := re.search(rf'<select[^>]* name="{name}"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', found[1])
        return chosen[1] if chosen else ""
    found = re.search(rf'<input[^>]* name="{name}"[^>]*>', html)
    assert found, f"no field {name}"
    value = re.search(r' value="([^"]*)"', found[0])
    return value[1] if value else ""


def test_the_form_offers_today_and_two_empty_lines(client, fukuoka):
    page = client.get("/visits/new?partner=fukuoka").text
    assert value_of(page, "partner") == "Fukuoka"
    assert value_of(page, "starts_on") == "2026-06-15"
    assert value_of(page, "follow_ups-1-title") == ""
    assert value_of(page, "follow_ups-1-assignee") == PEOPLE["officer"].email
    assert 'name="follow_ups-2-title"' not in page
    assert '<option value="Fukuoka">' in page


def test_a_visit_is_saved_with_its_follow_ups_and_links_once(client, database, fukuoka):
    answer = client.post("/visits", data={**VISIT, **WORK})
    [visit] = rows(database, Delegation)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/partners/fukuoka?visit={visit.id}"
    assert visit.state == DelegationState.completed
    assert (visit.head, visit.met, visit.minutes) == (VISIT["head"], VISIT["met"], VISIT["minutes"])
    first, second = rows(database, FollowUp)
    assert (first.title, first.due_on) == ("Gửi dự thảo chương trình", date(2026, 7, 20))
    assert first.source == FollowUpSource.delegation
    assert first.delegation_id == visit.id
    assert second.assignee_id is None
    assert second.unit_id is not None
    assert count(database, DelegationPartner) == 1
    assert count(database, FollowUpPartner) == 2
    told = [e.action for e in rows(database, Event) if e.request_id]
    assert told == ["delegation.logged", "follow_up.opened", "follow_up.opened", "standing.changed"]


def test_a_second_submit_leads_to_the_same_visit(client, database, fukuoka):
    first, second = (client.post("/visits", data={**VISIT, **WORK}) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert count(database, Delegation) == 1
    assert count(database, FollowUp) == 2


@pytest.mark.parametrize(
    "written", ["fukuoka", "Fukuoka", "tinh fukuoka", "TỈNH FUKUOKA", "phuc cuong", " Fukuoka "]
)
def test_a_partner_is_known_by_any_spelling_on_file(client, database, fukuoka, written):
    assert client.post("/visits", data={**VISIT, "partner": written}).status_code == 303
    assert count(database, DelegationPartner) == 1


def test_a_name_that_two_countries_share_is_not_guessed(client, database, make):
    make.partner(slug="victoria-ca", name_vi="Victoria", name_en="Victoria", country="CA")
    make.partner(slug="victoria-au", name_vi="Victoria", name_en="Victoria", country="AU")
    page = client.post("/visits", data={**VISIT, "partner": "victoria"})
    assert page.status_code == 422
    assert 'id="f-partner-error"' in page.text
    assert '<option value="victoria-ca">' in page.text
    assert client.post("/visits", data={**VISIT, "partner": "victoria-au"}).status_code == 303


@pytest.mark.parametrize(
    ("direction", "title"),
    [("inbound", "Đoàn tỉnh Fukuoka thăm Hà Nội"), ("outbound", "Đoàn Hà Nội thăm tỉnh Fukuoka")],
)
def test_a_visit_without_a_title_gets_a_plain_one(client, database, fukuoka, direction, title):
    client.post("/visits", data={**VISIT, "title": " ", "direction": direction})
    assert rows(database, Delegation)[0].title == title


def test_a_visit_without_an_end_lasted_one_day(client, database, fukuoka):
    client.post("/visits", data={**VISIT, "ends_on": ""})
    assert rows(database, Delegation)[0].ends_on == date(2026, 6, 10)


WRONG = [
    ("partner", "", "This is needed."),
    ("partner", "Atlantis", "There is no such partner."),
    ("direction", "", "This is needed."),
    ("direction", "sideways", ""),
    ("starts_on", "", "This is needed."),
    ("starts_on", "2026-02-31", ""),
    ("starts_on", "soon", ""),
    ("ends_on", "2026-06-16", ""),
    ("ends_on", "2026-06-09", ""),
    ("level", "emperor", ""),
    ("purpose", "tourism", ""),
    ("title", "x" * 10_000, "300"),
    ("title", "a\u0007b", "U+0007"),
    ("title", "a\u202eb", "U+202E"),
    ("title", "a\u200fb", "U+200F"),
    ("head", "x" * 201, "200"),
    ("minutes", "x" * 20_001, "20000"),
    ("minutes", "a\u0000b", "U+0000"),
    ("follow_ups-0-title", "", ""),
    ("follow_ups-0-title", "x" * 301, "300"),
    ("follow_ups-0-due_on", "", ""),
    ("follow_ups-0-due_on", "2026-06-01", ""),
    ("follow_ups-0-kind", "poem", ""),
    ("follow_ups-0-owed_by", "nobody", ""),
    ("follow_ups-0-assignee", "ghost@city.example", ""),
    ("follow_ups-0-unit", "no-such-unit", ""),
]


@pytest.mark.parametrize(("name", "value", "says"), WRONG)
def test_what_is_wrong_names_its_field_and_keeps_every_word(client, database, fukuoka, name, value, says):
    sent = {**VISIT, **WORK, name: value}
    if name == "follow_ups-0-title" and not value:
        sent["follow_ups-0-due_on"] = "2026-07-20"
    page = client.post("/visits", data=sent)
    assert page.status_code == 422
    assert count(database, Delegation) == count(database, FollowUp) == 0
    assert count(database, Answer) == 0, "a refused form may be sent again with the same token"
    summary = re.search(r"data-error-summary>(.*?)</div>", page.text, re.DOTALL)[1]
    assert f'href="#f-{name}"' in summary
    assert says in summary
    assert f'id="f-{name}"' in page.text
    for field in ("title", "head", "met", "minutes", "starts_on", "ends_on", "level", "purpose", "partner"):
        if field != name:
            assert value_of(page.text, field) == VISIT[field], field
    assert value_of(page.text, "follow_ups-1-title") == "Gửi danh sách đầu mối"
    assert value_of(page.text, "follow_ups-1-unit") == OTHER_UNIT
    if value and value.isprintable():
        kept = {"direction": "", "level": "", "purpose": ""}
        assert name in kept or name.endswith(("kind", "owed_by", "assignee", "unit")) or value in page.text


def test_the_second_sending_with_the_same_token_goes_through(client, database, fukuoka):
    assert client.post("/visits", data={**VISIT, "starts_on": ""}).status_code == 422
    assert client.post("/visits", data=VISIT).status_code == 303
    assert count(database, Delegation) == 1


def test_every_fault_is_told_at_once(client, fukuoka):
    page = client.post(
        "/visits", data={**VISIT, **WORK, "partner": "x", "starts_on": "", "follow_ups-0-due_on": ""}
    )
    assert {"f-partner", "f-starts_on", "f-follow_ups-0-due_on"} <= set(
        re.findall(r'href="#(f-[^"]+)"', page.text)
    )


def test_unknown_fields_are_refused(client, database, fukuoka):
    assert client.post("/visits", data={**VISIT, "state": "planned"}).status_code == 422
    assert count(database, Delegation) == 0


def test_markup_is_text(client, database, fukuoka):
    title = "<script>alert(1)</script>\"'&"
    client.post("/visits", data={**VISIT, "title": title})
    [visit] = rows(database, Delegation)
    assert visit.title == title
    page = client.get(f"/delegations/{visit.id}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    again = client.post("/visits", data={**VISIT, "title": title, "starts_on": ""}).text
    assert "<script>alert" not in again


def test_a_formula_stays_what_it_is(client, database, fukuoka):
    client.post("/visits", data={**VISIT, "title": "=1+1"})
    assert rows(database, Delegation)[0].title == "=1+1"


def test_names_are_kept_in_one_form(client, database, fukuoka):
    client.post("/visits", data={**VISIT, "title": unicodedata.normalize("NFD", "Đoàn tỉnh Phú Thọ")})
    assert rows(database, Delegation)[0].title == unicodedata.normalize("NFC", "Đoàn tỉnh Phú Thọ")


def test_one_more_line_without_scripts_keeps_what_is_there(client, database, fukuoka):
    page = client.post("/visits", data={**VISIT, **WORK, "add_line": "1"})
    assert page.status_code == 200
    assert value_of(page.text, "minutes") == VISIT["minutes"]
    assert value_of(page.text, "follow_ups-0-title") == "Gửi dự thảo chương trình"
    assert value_of(page.text, "follow_ups-3-title") == ""
    assert value_of(page.text, "follow_ups-3-assignee") == PEOPLE["officer"].email
    assert count(database, Delegation) == 0


@pytest.mark.parametrize(
    ("who", "status"), [("officer", 303), ("manager", 303), ("admin", 303), ("viewer", 403)]
)
def test_who_may_log_a_visit(as_, database, fukuoka, who, status):
    assert as_(who).get("/visits/new").status_code == (200 if status == 303 else 403)
    assert as_(who).post("/visits", data=VISIT).status_code == status
    assert count(database, Delegation) == (status == 303)
    assert as_(who).post("/visits/preview", data=VISIT).status_code == (200 if status == 303 else 403)


def test_a_stranger_is_asked_to_sign_in(stranger, database, fukuoka):
    page = stranger.get("/visits/new?partner=fukuoka")
    assert page.headers["location"] == "/sign-in?next=/visits/new%3Fpartner%3Dfukuoka"
    assert stranger.post("/visits", data=VISIT).status_code == 401
    assert count(database, Delegation) == 0


# ---- before it is saved

HTMX = {"HX-Request": "true"}


def everything(database):
    return [count(database, table) for table in (Delegation, FollowUp, Event, Answer, DelegationPartner)]


def test_a_look_ahead_tells_what_the_visit_would_do_and_leaves_nothing(client, database, make, fukuoka, at):
    make.review(fukuoka)
    at("2026-07-05")
    client.get("/visits/new")
    before = everything(database)
    with database.read() as session:
        standing = session.get(StandingRow, fukuoka.id).status
    part = client.post("/visits/preview", data={**VISIT, **WORK}, headers=HTMX)
    assert part.status_code == 200
    assert "<html" not in part.text
    assert "The minutes are substantive" in part.text
    assert "step-credible" in part.text
    assert everything(database) == before
    with database.read() as session:
        assert session.get(StandingRow, fukuoka.id).status == standing == Status.stuck


def test_a_look_ahead_says_what_is_missing_instead(client, database, fukuoka):
    before = everything(database)
    part = client.post("/visits/preview", data={"partner": "", "follow_ups-0-title": "x"}, headers=HTMX)
    assert part.status_code == 200
    assert "Still to write: Partner, Direction, From and Follow-up 1, Due." in part.text
    part = client.post("/visits/preview", data={**VISIT, "ends_on": "2027-01-01"}, headers=HTMX)
    assert "Until:" in part.text
    assert everything(database) == before


def test_without_scripts_the_look_ahead_is_the_whole_form_again(client, database, fukuoka):
    page = client.post("/visits/preview", data={**VISIT, **WORK})
    assert page.status_code == 200
    assert "If saved" in page.text
    assert value_of(page.text, "minutes") == VISIT["minutes"]
    assert count(database, Delegation) == 0
    assert client.post("/visits/preview", data={**VISIT, "starts_on": ""}).status_code == 422


def test_a_ceremonial_visit_is_called_so(client, fukuoka):
    part = client.post("/visits/preview", data=VISIT, headers=HTMX).text
    assert "ceremonial: nothing was agreed" in part
    nobody = {**WORK, "follow_ups-0-assignee": "", "follow_ups-2-unit": ""}
    part = client.post("/visits/preview", data={**VISIT, **nobody}, headers=HTMX).text
    assert "ceremonial: nobody is responsible" in part


def test_the_form_asks_a_fixed_number_of_statements(client, make, queries):
    make.partner()
    with queries() as one:
        client.get("/visits/new")
    with make.together():
        for _ in range(40):
            make.partner(country="JP")
    with queries() as many:
        client.get("/visits/new")
    assert len(many) == len(one), many
