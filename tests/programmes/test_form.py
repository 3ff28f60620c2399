"""A programme is entered and changed on pages: once, by its version, with everything typed kept."""

import re
from datetime import date

import pytest
import sqlalchemy as sa

from app.models import FollowUp, ProgrammeUnit
from app.vocabulary import DatePrecision, FollowUpState, ProgrammeState, ProgrammeUnitRole, Rung
from tests.actors import UNIT

NEW = {
    "title": "Nước sạch nông thôn", "partners-0-name": "Fukuoka", "partners-1-name": "", "sector": "water",
    "state": "active", "started_on": "03/2026", "ends_on": "2027-12-31", "lead_unit": UNIT,
    "agreement_id": "",
    "support_units": "support", "donors": "donor", "budget": "2.400.000.000", "currency": "vnd",
    "budget_source": "Ngân sách thành phố", "counterpart_funds": "900,000,000",
    "objectives": "Nước cho ba xã",
    "title_en": "", "source": "", "note": "", "form_token": "n",
}  # fmt: skip


def test_a_programme_is_entered_once_and_moves_the_standing(client, place, runs, standing, told):
    assert standing(place).rung == Rung.friendship
    first, second = (client.post("/programmes", data=NEW) for _ in range(2))
    [run] = runs()
    assert first.headers["location"] == second.headers["location"] == f"/programmes/{run.id}"
    assert (run.state, run.started_on, run.started_precision) == (
        ProgrammeState.active,
        date(2026, 3, 1),
        DatePrecision.month,
    )
    assert (run.budget, run.currency, run.counterpart_funds) == (2_400_000_000, "VND", 900_000_000)
    assert standing(place).rung == Rung.substantive
    assert told("programme", "standing")[-2:] == ["programme.added", "standing.changed"]
    page = client.get(f"/programmes/{run.id}").text
    for text in ("Nước cho ba xã", "JICA", "Department of Finance", "2,400,000,000 VND", "Mar 2026"):
        assert text in page
    history = client.get("/history?partner=fukuoka", headers={}).text
    assert "Programme entered" in history
    assert "substantive" in history


def test_a_proposed_programme_proves_nothing_yet(client, place, standing, runs):
    client.post("/programmes", data={**NEW, "state": "proposed", "started_on": ""})
    assert runs()[0].state == ProgrammeState.proposed
    assert standing(place).rung == Rung.friendship


def test_several_partners_by_any_spelling(client, make, place, database, runs):
    make.partner(slug="kanagawa", name_vi="Tỉnh Kanagawa", name_en="Kanagawa")
    sent = {**NEW, "partners-1-name": "TINH KANAGAWA"}
    assert client.post("/programmes", data=sent).status_code == 303
    page = client.get(f"/programmes/{runs()[0].id}").text
    assert 'href="/partners/fukuoka"' in page
    assert 'href="/partners/kanagawa"' in page


WRONG = [
    ({"title": ""}, "title"),
    ({"title": "x" * 301}, "title"),
    ({"title": "quay \u202e lại"}, "title"),
    ({"partners-0-name": "nowhere"}, "partners"),
    ({"partners-0-name": ""}, "partners"),
    ({"sector": ""}, "sector"),
    ({"sector": "magic"}, "sector"),
    ({"started_on": ""}, "started_on"),
    ({"started_on": "13/2026"}, "started_on"),
    ({"started_on": "20/08/2026"}, "started_on"),
    ({"state": "proposed"}, "started_on"),
    ({"state": "magic"}, "state"),
    ({"ends_on": "2025-01-01"}, "ends_on"),
    ({"lead_unit": "nobody"}, "lead_unit"),
    ({"donors": "nobody"}, "donors"),
    ({"donors": "support"}, "donors"),
    ({"budget": "two billion"}, "budget"),
    ({"budget": "-1"}, "budget"),
    ({"budget": "9" * 30}, "budget"),
    ({"currency": ""}, "currency"),
    ({"currency": "XYZ"}, "currency"),
    ({"agreement_id": "999"}, "agreement_id"),
]


@pytest.mark.parametrize(("fields", "wrong"), WRONG)
def test_a_wrong_one_names_its_field_and_keeps_what_was_typed(client, place, runs, fields, wrong):
    page = client.post("/programmes", data={**NEW, **fields})
    assert page.status_code == 422, page.text[-500:]
    assert f'href="#f-{wrong}"' in page.text
    for name in ("title", "partners-0-name", "budget", "objectives"):
        assert name in fields or f"{NEW[name]}" in page.text
    assert 'value="support" checked' in page.text or "support_units" in fields
    assert not runs()


def as_json(form):
    """The form's words as a program says them."""
    lists = {"partners": [v for k, v in form.items() if k.startswith("partners-") and v]}
    lists |= {name: [form[name]] for name in ("support_units", "donors")}
    plain = {k: v for k, v in form.items() if not k.startswith("partners-") and k not in lists}
    plain.pop("form_token")
    required = {"title", "sector", "state"}
    return {**{k: v for k, v in plain.items() if v or k in required}, **lists}


@pytest.mark.parametrize(("fields", "wrong"), WRONG)
def test_both_doors_refuse_alike(api, place, runs, fields, wrong):
    sent = {**as_json({**NEW, **fields})}
    sent["partners"] = [name.lower() for name in sent["partners"]]
    problem = api("write_key").post("/api/v1/programmes", json=sent)
    assert problem.status_code == 422, problem.text
    assert {error["pointer"].split("/")[1] for error in problem.json()["errors"]} == {wrong}
    assert not runs()


def test_a_paper_of_others_is_not_carried_out(client, make, place, runs):
    other = make.partner(slug="other")
    paper = make.agreement(other)
    page = client.post("/programmes", data={**NEW, "agreement_id": str(paper.id)})
    assert 'href="#f-agreement_id"' in page.text
    mine = make.agreement(place)
    assert client.post("/programmes", data={**NEW, "agreement_id": str(mine.id)}).status_code == 303
    assert runs()[0].agreement_id == mine.id


def test_hostile_names_are_shown_and_never_run(client, place, runs):
    evil = "<script>alert(1)</script> & \"'><img src=x onerror=alert(1)>"
    client.post("/programmes", data={**NEW, "title": evil, "objectives": evil})
    for url in (f"/programmes/{runs()[0].id}", f"/programmes/{runs()[0].id}/edit", "/programmes"):
        page = client.get(url).text
        assert "<script>alert(1)" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;alert(1)" in page


# ---- from something else


def test_one_grows_out_of_a_follow_up_and_closes_it(client, make, place, database, runs, told):
    paper = make.agreement(place, sectors=[], title="Bản ghi nhớ")
    work = make.follow_up(
        place, title="Đề xuất chương trình nước", agreement=paper, unit=make.unit(code="u9")
    )
    assert f'href="/programmes/new?follow_up={work.id}"' in client.get(f"/follow-ups/{work.id}").text
    form = client.get(f"/programmes/new?follow_up={work.id}").text
    assert 'value="Đề xuất chương trình nước"' in form
    assert 'name="partners-0-name" value="Fukuoka"' in form
    assert 'value="u9" selected' in form
    assert f'value="{paper.id}" selected' in form
    sent = {**NEW, "follow_up_id": str(work.id), "finish_follow_up": "true"}
    client.post("/programmes", data=sent)
    [run] = runs()
    assert run.follow_up_id == work.id
    with database.read() as session:
        closed = session.get(FollowUp, work.id)
    assert (closed.state, closed.outcome) == (FollowUpState.done, NEW["title"])
    assert told("programme", "follow_up") == ["programme.added", "follow_up.done"]
    assert "Đề xuất chương trình nước" in client.get(f"/programmes/{run.id}").text
    assert NEW["title"] in client.get(f"/follow-ups/{work.id}").text


def test_the_follow_up_may_stay_open(client, make, place, database, runs):
    work = make.follow_up(place)
    client.post("/programmes", data={**NEW, "follow_up_id": str(work.id)})
    with database.read() as session:
        assert session.get(FollowUp, work.id).state == FollowUpState.open
    page = client.post("/programmes", data={**NEW, "follow_up_id": "999", "form_token": "m"})
    assert page.status_code == 422


def test_a_new_one_is_filled_from_a_partner_or_an_agreement(client, make, place):
    assert 'name="partners-0-name" value="Fukuoka"' in client.get("/programmes/new?partner=fukuoka").text
    with make.together():
        sector = make.sector(code="health")
        paper = make.agreement(place, sectors=[sector], lead_unit=make.unit(code="u8"))
    form = client.get(f"/programmes/new?agreement={paper.id}").text
    assert 'value="health" selected' in form
    assert 'value="u8" selected' in form
    assert client.get("/programmes/new?agreement=999").status_code == 404
    assert client.get("/programmes/new?follow_up=999").status_code == 404


# ---- changed

EDIT = {**NEW, "version": "1", "form_token": "e"}
del EDIT["state"]


@pytest.fixture
def entered(client, place, runs):
    """A programme as it was entered on the page."""
    client.post("/programmes", data=NEW)
    return runs()[0]


def test_the_form_shows_what_is_stored_and_saving_it_changes_nothing(client, entered, runs, told):
    form = client.get(f"/programmes/{entered.id}/edit").text
    for text in ('value="03/2026"', 'value="2400000000"', 'value="Fukuoka"', 'value="donor" checked'):
        assert text in form
    client.post(f"/programmes/{entered.id}", data={**EDIT, "started_on": "03/2026"})
    assert runs()[0].version == 1
    assert told("programme") == ["programme.added"]


def test_a_change_is_told_field_by_field(client, entered, runs, told, database):
    sent = {**EDIT, "title": "Nước sạch ba xã", "donors": "", "counterpart_funds": ""}
    del sent["donors"]
    assert client.post(f"/programmes/{entered.id}", data=sent).status_code == 303
    run = runs()[0]
    assert (run.title, run.counterpart_funds, run.version) == ("Nước sạch ba xã", None, 2)
    with database.read() as session:
        links = session.execute(sa.select(ProgrammeUnit.role)).scalars().all()
    assert links == [ProgrammeUnitRole.support]
    page = client.get(f"/programmes/{entered.id}").text
    assert "JICA" in page.partition("History")[2]
    assert told("programme") == ["programme.added", "programme.changed"]


def test_partners_come_and_go_with_their_standings(client, make, entered, standing, place):
    other = make.partner(slug="kanagawa", name_en="Kanagawa", friendship_since=date(2010, 1, 1))
    client.post(f"/programmes/{entered.id}", data={**EDIT, "partners-0-name": "Kanagawa"})
    assert standing(other).rung == Rung.substantive
    assert standing(place).rung == Rung.friendship


@pytest.mark.parametrize(
    ("fields", "wrong"), [({"title": ""}, "title"), ({"completion": "high", "completion_percent": "80"},
    "completion_percent"), ({"completion_percent": "101"}, "completion_percent"),
    ({"partners-0-name": ""}, "partners"), ({"started_on": ""}, "started_on")],
)  # fmt: skip
def test_a_wrong_change_names_its_field(client, entered, runs, fields, wrong):
    page = client.post(f"/programmes/{entered.id}", data={**EDIT, **fields})
    assert page.status_code == 422
    assert f'href="#f-{wrong}"' in page.text
    assert runs()[0].version == 1


def test_a_stale_change_lets_one_choose_field_by_field(client, as_, entered, runs):
    form = client.get(f"/programmes/{entered.id}/edit").text
    seen = re.search(r'name="seen" value="([^"]+)"', form)[1].replace("&amp;", "&")
    stored = {"partners-0-name": "fukuoka", "budget": "2400000000", "currency": "VND",
              "counterpart_funds": "900000000"}  # fmt: skip
    theirs = {**EDIT, **stored, "title": "Của người khác", "objectives": "Bốn xã"}
    assert as_("other_officer").post(f"/programmes/{entered.id}", data=theirs).status_code == 303
    mine = {**EDIT, **stored, "title": "Của tôi", "seen": seen, "form_token": "u"}
    page = client.post(f"/programmes/{entered.id}", data=mine)
    assert page.status_code == 409
    assert "Của tôi" in page.text
    assert "Của người khác" in page.text
    # Where I changed nothing the other's value is preferred, and where both did mine is.
    assert re.search(r'name="keep-objectives" value="theirs" checked', page.text)
    assert re.search(r'name="keep-title" value="mine" checked', page.text)
    assert 'name="version" value="2"' in page.text
    chosen = {**mine, "version": "2", "keep-title": "mine", "keep-objectives": "theirs", "form_token": "v"}
    assert client.post(f"/programmes/{entered.id}", data=chosen).status_code == 303
    assert (runs()[0].title, runs()[0].objectives) == ("Của tôi", "Bốn xã")


# ---- who


@pytest.mark.parametrize("url", ["/programmes/new", "/programmes/{id}/edit"])
def test_forms_are_for_those_who_write(as_, stranger, run, url):
    url = url.format(id=run.id)
    assert as_("viewer").get(url).status_code == 403
    assert as_("manager").get(url).status_code == 200
    assert stranger.get(url).headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("url", ["/programmes", "/programmes/{id}", "/programmes/{id}/moves",
                                 "/programmes/{id}/notes"])  # fmt: skip
def test_a_viewer_changes_nothing(as_, stranger, run, runs, url):
    url = url.format(id=run.id)
    assert as_("viewer").post(url, data=NEW).status_code == 403
    assert stranger.post(url, data=NEW).status_code == 401
    assert len(runs()) == 1
    page = as_("viewer").get(f"/programmes/{run.id}").text
    assert f'action="/programmes/{run.id}' not in page
