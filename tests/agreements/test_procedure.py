"""From an idea to the signature: who may move it, what stands in the way, what falls due."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.models import Agreement, Event, EventPartner, StandingRow
from app.standings.check import standing_differences
from app.vocabulary import Rung


@pytest.fixture
def consulted(program, place, at):
    """A memorandum on which two agencies were asked on Monday 2 March 2026."""
    at("2026-03-02")
    paper = program.new(sectors=["culture"], lead_unit="SVH")
    program.act(paper, "proposal")
    program.act(paper, "consultation", dossier_complete_on="2026-03-02", agencies=["BNG", "CA"])
    return paper


def agree(program, paper, *agencies, on="2026-03-05"):
    for agency in agencies:
        program.act(paper, "opinions", agency=agency, opinion="agrees", on=on)


def test_the_example_from_the_dossier_to_the_report(program, consulted, at):
    steps = program.get(consulted)["steps"]
    assert {(s["agency"], s["started_on"], s["due_on"]) for s in steps} == {
        ("BNG", "2026-03-02", "2026-03-11"),
        ("CA", "2026-03-02", "2026-03-11"),
    }
    at("2026-03-10")
    agree(program, consulted, "BNG", "CA", on="2026-03-10")
    program.act(consulted, "approval", signing_authority="Chủ tịch UBND thành phố")
    at("2026-03-16")
    told = program.act(consulted, "signature", signed_on="2026-03-16", number="12/BGN", expires_on="2029")
    assert (told["state"], told["force"], told["signed_precision"]) == ("signed", "in_force", "day")
    assert (told["number"], told["ends_on"]) == ("12/BGN", "2029-12-31")
    (report,) = (s for s in told["steps"] if s["step"] == "copy_and_report")
    assert (report["due_on"], report["late"]) == ("2026-03-31", False)
    at("2026-04-01")
    assert [s["late"] for s in program.get(consulted)["steps"] if s["step"] == "copy_and_report"] == [True]
    told = program.act(consulted, "report", on="2026-03-30", text="Công văn 45")
    assert [s["done_on"] for s in told["steps"] if s["step"] == "copy_and_report"] == ["2026-03-30"]
    program.act(consulted, "report", 409, on="2026-03-30")


def test_a_disagreement_blocks_the_approval_until_a_second_opinion(program, consulted, at):
    at("2026-03-06")
    agree(program, consulted, "BNG")
    program.act(consulted, "opinions", agency="CA", opinion="disagrees", on="2026-03-06", text="Điều 3")
    refused = program.act(consulted, "approval", 409, signing_authority="Chủ tịch")
    assert "Công an thành phố" in refused["detail"]
    program.act(consulted, "consultation", dossier_complete_on="2026-03-06", agencies=["CA"])
    assert "Công an" in program.act(consulted, "approval", 409, signing_authority="Chủ tịch")["detail"]
    program.act(
        consulted, "opinions", agency="CA", opinion="agrees_with_comments", on="2026-03-06", text="Sửa câu 2"
    )
    assert program.act(consulted, "approval", signing_authority="Chủ tịch")["state"] == "approved"


def test_a_manager_may_go_on_in_spite_of_a_disagreement_and_says_why(program, consulted, at):
    at("2026-03-06")
    agree(program, consulted, "BNG")
    program.act(consulted, "resolution", 409, agency="BNG", reason="Không cần")
    program.act(consulted, "opinions", agency="CA", opinion="disagrees", on="2026-03-06", text="Điều 3")
    told = program.act(consulted, "resolution", agency="CA", reason="Đã sửa điều 3")
    assert [s["resolution"] for s in told["steps"] if s["agency"] == "CA"] == ["Đã sửa điều 3"]
    program.act(consulted, "approval", signing_authority="Chủ tịch")


def test_an_answer_that_may_still_come_in_time_is_waited_for_and_no_longer(program, consulted, at):
    agree(program, consulted, "BNG", on="2026-03-02")
    at("2026-03-11")
    assert "Công an" in program.act(consulted, "approval", 409, signing_authority="Chủ tịch")["detail"]
    at("2026-03-12")
    program.act(consulted, "approval", signing_authority="Chủ tịch")


@pytest.mark.parametrize(
    ("noun", "fields", "pointer", "code"),
    [
        (
            "opinions",
            {"agency": "SVH", "opinion": "agrees", "on": "2026-03-02"},
            "/agency",
            "agency_not_asked",
        ),
        (
            "opinions",
            {"agency": "BNG", "opinion": "disagrees", "on": "2026-03-02"},
            "/text",
            "opinion_text_needed",
        ),
        ("opinions", {"agency": "BNG", "opinion": "agrees", "on": "2026-03-03"}, "/on", "date_ahead"),
        ("opinions", {"agency": "BNG", "opinion": "agrees", "on": "2026-03-01"}, "/on", "done_before_start"),
        (
            "consultation",
            {"dossier_complete_on": "2026-03-02", "agencies": ["BNG"]},
            "/agencies",
            "agency_asked",
        ),
        (
            "consultation",
            {"dossier_complete_on": "2026-03-03", "agencies": ["SVH"]},
            "/dossier_complete_on",
            "date_ahead",
        ),
        (
            "consultation",
            {"dossier_complete_on": "2026-03-02", "agencies": ["nobody"]},
            "/agencies",
            "unknown_unit",
        ),
        (
            "consultation",
            {"dossier_complete_on": "2020-03-02", "agencies": ["SVH"]},
            "/dossier_complete_on",
            "no_rule",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(program, consulted, noun, fields, pointer, code):
    told = program.act(consulted, noun, 422, **fields)
    assert [(e["pointer"], e["code"]) for e in told["errors"]] == [(pointer, code)]


@pytest.mark.parametrize(
    ("noun", "fields"),
    [
        ("consultation", {"dossier_complete_on": "2026-03-02", "agencies": ["BNG"]}),
        ("opinions", {"agency": "BNG", "opinion": "agrees", "on": "2026-03-02"}),
        ("approval", {"signing_authority": "Chủ tịch"}),
        ("signature", {"signed_on": "2026-03-02"}),
        ("report", {"on": "2026-03-02"}),
        ("refusal", {"why": "Chưa phù hợp"}),
        ("termination", {"terminated_on": "2026-03-02", "why": "Hai bên thống nhất"}),
    ],
)
def test_nothing_is_skipped_on_the_way(program, place, at, noun, fields):
    at("2026-03-02")
    paper = program.new()
    program.act(paper, noun, 409, **fields)
    assert program.get(paper)["state"] == "idea"


@pytest.mark.parametrize("noun", ["refusal", "withdrawal"])
def test_what_was_refused_or_withdrawn_says_why_and_may_be_put_forward_again(program, consulted, noun):
    told = program.act(consulted, noun, why="Đối tác đổi ý")
    assert (told["state"], told["refused_why"]) == (
        {"refusal": "refused"}.get(noun, "withdrawn"),
        "Đối tác đổi ý",
    )
    told = program.act(consulted, "proposal")
    assert (told["state"], told["refused_why"]) == ("proposed", None)


def test_only_a_manager_decides(api, consulted, as_):
    http = api("write_key")
    etag = http.get(f"/api/v1/agreements/{consulted}").headers["etag"]
    for noun, body in (
        ("approval", {"signing_authority": "x"}),
        ("refusal", {"why": "x"}),
        ("resolution", {"agency": "CA", "reason": "x"}),
    ):
        answer = http.post(f"/api/v1/agreements/{consulted}/{noun}", json=body, headers={"If-Match": etag})
        assert answer.status_code == 403, noun
    assert http.post(
        f"/api/v1/agreements/{consulted}/withdrawal", json={"why": "x"}, headers={"If-Match": etag}
    ).is_success


def test_an_act_on_what_somebody_changed_since_is_stale(api, consulted):
    http, url = api("admin_key"), f"/api/v1/agreements/{consulted}"
    etag = http.get(url).headers["etag"]
    body = {"agency": "BNG", "opinion": "agrees", "on": "2026-03-02"}
    assert http.post(f"{url}/opinions", json=body).status_code == 428
    assert http.post(f"{url}/opinions", json=body, headers={"If-Match": etag}).status_code == 200
    other = {"agency": "CA", "opinion": "agrees", "on": "2026-03-02"}
    assert http.post(f"{url}/opinions", json=other, headers={"If-Match": etag}).status_code == 412


def test_an_act_sent_twice_with_one_key_is_done_once(api, consulted, database):
    http, url = api("admin_key"), f"/api/v1/agreements/{consulted}"
    headers = {"If-Match": http.get(url).headers["etag"], "Idempotency-Key": "one"}
    body = {"agency": "BNG", "opinion": "agrees", "on": "2026-03-02"}
    answers = [http.post(f"{url}/opinions", json=body, headers=headers) for _ in range(2)]
    assert [a.status_code for a in answers] == [200, 200]
    assert answers[1].headers["idempotent-replayed"] == "true"
    with database.read() as session:
        done = sa.select(sa.func.count()).where(Event.action == "procedure_step.done")
        assert session.scalar(done) == 1


def test_every_act_is_told_once_in_the_history_of_the_partner(program, consulted, database, place):
    agree(program, consulted, "BNG", "CA", on="2026-03-02")
    program.act(consulted, "approval", signing_authority="Chủ tịch")
    program.act(consulted, "signature", signed_on="2026-03-02")
    with database.read() as session:
        told = session.scalars(
            sa.select(Event.action)
            .join(EventPartner, EventPartner.event_id == Event.id)
            .where(EventPartner.partner_id == place.partner.id, Event.action.not_like("standing%"))
            .order_by(Event.id)
        ).all()
    assert [a for a in told if a != "partner.made"] == [
        "agreement.added", "agreement.proposed", "procedure_step.begun", "procedure_step.begun",
        "agreement.consulted", "procedure_step.done", "procedure_step.done", "agreement.approved",
        "agreement.signed", "procedure_step.begun",
    ]  # fmt: skip


# ---- standings


def rung(database, place):
    with database.read() as session:
        return session.get(StandingRow, place.partner.id).rung


def exact(database):
    with database.read() as session:
        return not list(standing_differences(session))


def test_the_standing_follows_the_signature_an_edit_and_the_end(program, consulted, database, place, at):
    assert rung(database, place) == Rung.friendship
    agree(program, consulted, "BNG", "CA", on="2026-03-02")
    program.act(consulted, "approval", signing_authority="Chủ tịch")
    program.act(consulted, "signature", signed_on="2026-03-02")
    assert rung(database, place) == Rung.framework
    assert exact(database)
    program.patch(consulted, sectors=[])
    assert rung(database, place) == Rung.friendship
    program.patch(consulted, sectors=["culture"])
    assert rung(database, place) == Rung.framework
    at("2026-05-04")
    program.act(consulted, "termination", terminated_on="2026-05-04", why="Hai bên thống nhất")
    assert rung(database, place) == Rung.friendship
    assert exact(database)


def test_a_paper_that_renews_by_itself_holds_beyond_its_term(program, place, database, at):
    at("2026-03-02")
    paper = program.new(
        state="signed", signed_on="2024-03-01", expires_on="2026-09-01", auto_renews=True, notice_months=6,
        sectors=["culture"], lead_unit="SVH",
    )  # fmt: skip
    told = program.get(paper)
    assert (told["ends_on"], told["notice_on"], told["force"]) == (None, "2026-03-01", "in_force")
    at("2027-01-04")
    assert program.get(paper)["force"] == "in_force"
    assert rung(database, place) == Rung.framework
    assert exact(database)


def test_a_partner_taken_off_a_paper_loses_what_it_proved(program, place, make, database):
    make.partner(slug="kanagawa", friendship_since=date(2021, 1, 1))
    paper = program.new(state="signed", signed_on="2026-03-01", sectors=["culture"], lead_unit="SVH")
    assert rung(database, place) == Rung.framework
    program.patch(paper, partners=["kanagawa"])
    assert rung(database, place) == Rung.friendship
    assert exact(database)


def test_an_amendment_that_is_given_to_another_paper_moves_both_ends(program, place, make, database):
    make.partner(slug="kanagawa", friendship_since=date(2021, 1, 1))
    full = {"state": "signed", "signed_on": "2020-01-01", "expires_on": "2026-01-01", "lead_unit": "SVH"}
    one = program.new(**full, sectors=["culture"])
    two = program.new(**full, sectors=["culture"], partners=["kanagawa"])
    change = program.new(state="signed", signed_on="2025-06-01", expires_on="2028-01-01", amends=one)
    assert program.get(one)["ends_on"] == "2028-01-01"
    assert rung(database, place) == Rung.framework
    program.patch(change, amends=two)
    assert [program.get(key)["ends_on"] for key in (one, two)] == ["2026-01-01", "2028-01-01"]
    assert rung(database, place) == Rung.friendship
    assert exact(database)


# ---- entering and changing


def test_a_paper_signed_just_now_gets_its_deadline_and_an_old_one_none(program, place, at):
    at("2026-03-20")
    new = program.get(program.new(state="signed", signed_on="2026-03-16"))
    old = program.get(program.new(state="signed", signed_on="2020-02-01"))
    vague = program.get(program.new(state="signed", signed_on="2026-03"))
    assert [s["due_on"] for s in new["steps"]] == ["2026-03-31"]
    assert old["steps"] == vague["steps"] == []
    assert (vague["signed_on"], vague["signed_precision"]) == ("2026-03-01", "month")


def test_a_day_of_signing_that_was_entered_wrongly_moves_what_is_still_to_be_sent(program, place, at):
    at("2026-03-20")
    paper = program.new(state="signed", signed_on="2026-03-16")
    told = program.patch(paper, signed_on="2026-03-18")
    assert [(s["started_on"], s["due_on"]) for s in told["steps"]] == [("2026-03-18", "2026-04-02")]


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({"state": "approved"}, "/state", "state_by_act"),
        ({"signed_on": "2026-03-01"}, "/signed_on", "not_signed_yet"),
        ({"state": "signed", "signed_on": "2026-06-16"}, "/signed_on", "date_ahead"),
        (
            {"state": "signed", "signed_on": "2026-03-01", "expires_on": "2025"},
            "/expires_on",
            "end_before_start",
        ),
        ({"partners": ["nowhere"]}, "/partners", "unknown_partner"),
        ({"support_units": ["nobody"]}, "/support_units", "unknown_unit"),
        ({"amends": 999}, "/amends", "unknown_agreement"),
        ({"notice_months": 61}, "/notice_months", "out_of_range"),
        ({"signed_on": "31/02/2026"}, "/signed_on", "bad_partial_date"),
        ({"facts": {}}, "/facts", "unknown_field"),
    ],
)
def test_a_new_paper_is_refused_at_the_field(program, place, fields, pointer, code):
    data = {"kind": "mou", "title": "Bản ghi nhớ", "partners": ["fukuoka"], **fields}
    answer = program.http.post("/api/v1/agreements", json=data)
    assert answer.status_code == 422
    assert (pointer, code) in [(e["pointer"], e["code"]) for e in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"expires_on": "2019"}, "end_before_start"), ({"effective_on": "2031"}, "end_before_start")],
)
def test_the_order_of_dates_holds_after_a_change_of_one(program, place, fields, code):
    paper = program.new(state="signed", signed_on="2020-05", expires_on="2030")
    assert program.patch(paper, 422, **fields)["errors"][0]["code"] == code


def test_amendments_and_renewals_name_a_signed_paper_and_never_go_round(program, place):
    signed = {"state": "signed", "signed_on": "2025-01-01"}
    idea, one, two = program.new(), program.new(**signed), program.new(**signed)
    assert program.patch(two, 422, renews=idea)["errors"][0]["code"] == "other_not_signed"
    assert program.patch(two, 422, renews=two)["errors"][0]["code"] == "renews_itself"
    program.patch(two, renews=one)
    assert program.patch(one, 422, renews=two)["errors"][0]["code"] == "renews_itself"
    assert program.get(one)["followed_by"] == [two]
    three = program.new(**signed, amends=one)
    assert program.patch(two, 422, amends=three)["errors"][0]["code"] == "amends_amendment"
    assert program.patch(one, 422, amends=two)["errors"][0]["code"] == "amends_amendment"


def test_what_a_patch_leaves_out_stays(program, place, database):
    paper = program.new(sectors=["culture"], lead_unit="SVH", support_units=["CA"], number="1")
    told = program.patch(paper, title="Khác", number=None)
    assert (told["title"], told["number"], told["sectors"]) == ("Khác", None, ["culture"])
    assert (told["lead_unit"], told["support_units"]) == ("SVH", ["CA"])
    with database.read() as session:
        assert session.get(Agreement, paper).version == told["version"] == 2
