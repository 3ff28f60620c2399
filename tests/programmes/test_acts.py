"""What is done on a programme's page: moved from state to state, its milestones, progress and results."""

import re
from datetime import date

import pytest
import sqlalchemy as sa

from app.models import Milestone, ProgrammeResult, ProgressNote
from app.vocabulary import Completion, ProgrammeState, ReasonCode, Rung

HTMX = {"HX-Request": "true"}


@pytest.fixture
def go(client, run):
    """`go("suspended", why="...")`: send a move of the programme as it stands."""

    def send(to, version=1, token="m", **fields):
        data = {"to": to, "on": "2026-06-15", "version": str(version), "form_token": token, **fields}
        return client.post(f"/programmes/{run.id}/moves", data=data)

    return send


def test_from_proposal_to_result(client, make, place, runs, told, standing):
    run = make.programme(place, started_on=None, state=ProgrammeState.proposed)
    moves = [
        {"to": "planned"},
        {"to": "active", "on": "2026-02-01"},
        {"to": "suspended", "why": "Chờ kinh phí"},
        {"to": "active"},
        {"to": "completed", "on": "2026-06-10", "completion": "high"},
    ]
    for n, move in enumerate(moves, 1):
        sent = {"version": str(n), "form_token": f"t{n}", **move}
        assert client.post(f"/programmes/{run.id}/moves", data=sent).status_code == 303
        if move["to"] == "active":
            assert standing(place).rung == Rung.substantive
    row = runs()[0]
    assert (row.state, row.started_on, row.ended_on) == (
        ProgrammeState.completed,
        date(2026, 2, 1),
        date(2026, 6, 10),
    )
    assert row.completion == Completion.high
    assert told("programme") == [
        "programme.planned", "programme.started", "programme.suspended", "programme.resumed",
        "programme.completed",
    ]  # fmt: skip
    assert "Chờ kinh phí" in client.get(f"/programmes/{run.id}").text


def test_a_move_is_made_once(go, runs, told):
    assert go("completed").headers["location"] == go("completed").headers["location"]
    assert runs()[0].version == 2
    assert told("programme") == ["programme.completed"]


def test_cancelled_and_taken_up_again(go, runs, place, standing):
    go("cancelled", why="Phía bạn rút")
    assert runs()[0].cancelled_on == date(2026, 6, 15)
    assert standing(place).rung == Rung.friendship
    assert go("active", 2, "n").status_code == 303
    assert (runs()[0].state, runs()[0].cancelled_on) == (ProgrammeState.active, None)
    assert standing(place).rung == Rung.substantive


@pytest.mark.parametrize(
    ("to", "fields", "wrong"),
    [
        ("suspended", {"why": " "}, "why"),
        ("cancelled", {"why": ""}, "why"),
        ("completed", {"on": "2026-06-16"}, "on"),
        ("completed", {"on": "2025-12-31"}, "on"),
        ("completed", {"on": "soon"}, "on"),
        ("completed", {"completion": "high", "completion_percent": "90"}, "completion_percent"),
    ],
)
def test_a_refused_move_says_why_beside_its_field(go, runs, to, fields, wrong):
    page = go(to, **fields)
    assert page.status_code == 422
    assert f'id="f-to-{to}-{wrong}-error"' in page.text
    assert re.search(r'<details class="act" open><summary>', page.text)
    assert runs()[0].version == 1


def test_a_move_that_cannot_be_is_a_conflict(go, runs):
    page = go("planned")
    assert page.status_code == 409
    assert "From where it stands now it cannot go there." in page.text
    assert go("magic", token="x").status_code == 422
    assert runs()[0].version == 1


def test_a_stale_move_is_told_and_can_be_sent_again(client, as_, go, run, runs):
    other = {"to": "suspended", "why": "Chờ", "version": "1", "form_token": "o"}
    as_("other_officer").post(f"/programmes/{run.id}/moves", data=other)
    page = go("cancelled", why="Không làm nữa", token="p")
    assert page.status_code == 409
    assert "Somebody changed this after you opened it." in page.text
    assert 'value="Không làm nữa"' in page.text
    assert 'name="version" value="2"' in page.text
    assert go("cancelled", 2, "q", why="Không làm nữa").status_code == 303
    assert runs()[0].state == ProgrammeState.cancelled


# ---- milestones, notes, results

PARTS = {
    "milestones": (Milestone, {"title": "Khảo sát", "due_on": "2026-09-01", "done_on": "", "evidence": ""}),
    "notes": (ProgressNote, {"on": "2026-06-10", "text": "Đã lắp hai trạm"}),
    "results": (
        ProgrammeResult,
        {"level": "outcome", "indicator": "Hộ có nước", "unit": "hộ", "target": "1,500", "actual": "1,200.5",
         "on": "2026-06-10", "evidence": ""},
    ),
}  # fmt: skip


@pytest.fixture
def rows(database):
    def read(table):
        with database.read() as session:
            return list(session.scalars(sa.select(table).order_by(table.id)))

    return read


@pytest.mark.parametrize("kind", PARTS)
def test_a_part_is_added_changed_taken_out_and_brought_back(client, run, rows, kind):
    table, fields = PARTS[kind]
    url = f"/programmes/{run.id}/{kind}"
    first, second = (client.post(url, data={**fields, "form_token": "a"}) for _ in range(2))
    assert first.headers["location"] == second.headers["location"] == f"/programmes/{run.id}#{kind}"
    [row] = rows(table)
    assert f'id="{kind}-{row.id}"' in client.get(f"/programmes/{run.id}").text
    form = client.get(f"/programmes/{run.id}?section={kind}&edit={row.id}").text
    assert f'action="{url}/{row.id}"' in form
    name = "text" if kind == "notes" else "title" if kind == "milestones" else "indicator"
    changed = {**fields, name: "Khác", "version": "1", "form_token": "b"}
    assert client.post(f"{url}/{row.id}", data=changed).status_code == 303
    assert getattr(rows(table)[0], name) == "Khác"
    client.post(f"{url}/{row.id}/delete", data={"version": "2", "form_token": "c"})
    assert rows(table)[0].archived_at is not None
    page = client.get(f"/programmes/{run.id}").text
    undo = re.search(r'action="(/programmes/\d+/\w+/\d+/restoration\?version=3)"', page)[1]
    assert f'id="{kind}-{row.id}"' not in page
    assert client.post(undo).status_code == client.post(undo).status_code == 303
    assert rows(table)[0].archived_at is None


@pytest.mark.parametrize("kind", PARTS)
def test_with_htmx_the_section_comes_back_alone(client, run, rows, kind):
    table, fields = PARTS[kind]
    answer = client.post(f"/programmes/{run.id}/{kind}", data={**fields, "form_token": "a"}, headers=HTMX)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert answer.text.lstrip().startswith(f'<section id="{kind}"')
    assert "toast" in answer.headers["hx-trigger"]
    form = client.get(f"/programmes/{run.id}?section={kind}&edit={rows(table)[0].id}", headers=HTMX).text
    assert "<html" not in form
    assert f'id="f-edit-{kind}-' in form


@pytest.mark.parametrize(
    ("kind", "fields", "wrong"),
    [
        ("milestones", {"title": ""}, "title"),
        ("milestones", {"done_on": "2026-06-16"}, "done_on"),
        ("milestones", {"due_on": "2026-02-30"}, "due_on"),
        ("notes", {"text": ""}, "text"),
        ("notes", {"on": "2026-06-16"}, "on"),
        ("notes", {"text": "a\u202eb"}, "text"),
        ("results", {"indicator": ""}, "indicator"),
        ("results", {"actual": "nhiều"}, "actual"),
        ("results", {"target": "NaN"}, "target"),
        ("results", {"unit": "x" * 61}, "unit"),
        ("results", {"on": "2026-06-16"}, "on"),
        ("results", {"level": "magic"}, "level"),
    ],
)
def test_a_wrong_part_names_its_field_at_both_doors(client, api, run, rows, kind, fields, wrong):
    table, good = PARTS[kind]
    sent = {**good, "target": "1500", "actual": "1200.5"} if kind == "results" else good
    sent = {**sent, **fields}
    page = client.post(f"/programmes/{run.id}/{kind}", data=sent)
    problem = api("write_key").post(
        f"/api/v1/programmes/{run.id}/{kind}",
        json={k: v for k, v in sent.items() if v or k in {"title", "text", "indicator"}},
    )
    assert (page.status_code, problem.status_code) == (422, 422)
    assert f'id="f-new-{kind}-{wrong}-error"' in page.text
    assert {error["pointer"] for error in problem.json()["errors"]} == {f"/{wrong}"}
    for name, value in sent.items():
        assert name == "level" or not value.strip() or not value.isprintable() or value in page.text
    assert not rows(table)


def test_a_stale_part_keeps_both(client, as_, make, run, rows):
    note = make.progress(run, text="Lúc đầu", on=date(2026, 5, 1))
    url = f"/programmes/{run.id}/notes/{note.id}"
    sent = {"on": "2026-05-01", "version": "1"}
    as_("other_officer").post(url, data={**sent, "text": "Của người khác", "form_token": "o"})
    page = client.post(url, data={**sent, "text": "Của tôi", "form_token": "m"})
    assert page.status_code == 409
    assert "Của người khác" in page.text
    assert "Của tôi</textarea>" in page.text
    assert client.post(url, data={"on": "2026-05-01", "text": "x"}).status_code == 422, "no version"
    again = {**sent, "version": "2", "text": "Của tôi", "form_token": "n"}
    assert client.post(url, data=again).status_code == 303
    assert rows(ProgressNote)[0].text == "Của tôi"


def test_done_in_two_clicks(client, make, run, rows, told):
    step = make.milestone(run, title="Khảo sát", due_on=date(2026, 6, 1))
    page = client.get(f"/programmes/{run.id}").text
    way = re.search(r'href="([^"]+done=true)#', page)[1].replace("&amp;", "&")
    form = client.get(way).text
    assert 'name="done_on" value="2026-06-15"' in form
    url = f"/programmes/{run.id}/milestones/{step.id}"
    client.post(url, data={"title": "Khảo sát", "done_on": "2026-06-15", "version": "1", "form_token": "d"})
    assert rows(Milestone)[0].done_on == date(2026, 6, 15)
    client.post(url, data={"done_on": "", "version": "2", "form_token": "e"})
    assert rows(Milestone)[0].done_on is None
    assert told("milestone") == ["programme.milestone_done", "programme.milestone_reopened"]


def test_a_part_of_another_programme_is_not_found(client, make, place, run):
    other = make.programme(place)
    note = make.progress(other)
    for act in ("", "/delete", "/restoration"):
        sent = {"version": "1", "on": "2026-05-01", "text": "x", "form_token": act}
        assert client.post(f"/programmes/{run.id}/notes/{note.id}{act}", data=sent).status_code == 404


def test_numbers_are_read_as_they_are_written(client, run, rows):
    url = f"/programmes/{run.id}/results"
    fields = PARTS["results"][1]
    client.cookies.set("locale", "vi")
    client.post(url, data={**fields, "target": "1.500", "actual": "1.200,5", "form_token": "a"})
    assert (rows(ProgrammeResult)[0].target, rows(ProgrammeResult)[0].actual) == (1500, 1200.5)
    assert "1.200,5" in client.get(f"/programmes/{run.id}").text
    client.cookies.set("locale", "en")
    client.post(url, data={**fields, "target": "1,500", "actual": "1.5", "form_token": "b"})
    assert (rows(ProgrammeResult)[1].target, rows(ProgrammeResult)[1].actual) == (1500, 1.5)


# ---- what it does to the standing


def test_an_outcome_deepens_only_with_evidence(client, make, place, standing, rows):
    """Work in two sectors and an outcome make a tie lasting; an outcome that nothing shows does not."""
    run = make.programme(place)
    make.programme(place, started_on=date(2026, 2, 1))
    assert standing(place).rung == Rung.substantive
    url = f"/programmes/{run.id}/results"
    fields = {**PARTS["results"][1], "target": "", "actual": "5", "form_token": "a"}
    client.post(url, data=fields)
    assert "unverified" in client.get(f"/programmes/{run.id}").text
    assert standing(place).rung == Rung.substantive
    proved = {**fields, "evidence": "Báo cáo số 12", "version": "1", "form_token": "b"}
    client.post(f"{url}/{rows(ProgrammeResult)[0].id}", data=proved)
    assert standing(place).rung == Rung.lasting
    proved |= {"evidence": "  ", "version": "2", "form_token": "c"}
    client.post(f"{url}/{rows(ProgrammeResult)[0].id}", data=proved)
    assert standing(place).rung == Rung.substantive


def test_progress_ends_the_quiet(client, make, place, standing):
    run = make.programme(place, started_on=date(2025, 11, 1))
    assert ReasonCode.programme_quiet in [r["code"] for r in standing(place).reasons]
    assert "quiet since 1 Nov 2025" in client.get("/programmes").text
    client.post(f"/programmes/{run.id}/notes", data={**PARTS["notes"][1], "form_token": "a"})
    assert ReasonCode.programme_quiet not in [r["code"] for r in standing(place).reasons]
    assert "quiet since" not in client.get("/programmes").text
