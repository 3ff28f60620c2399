"""A meeting goes through the queue: what is done is what it decided, listed, printed, told once."""

import io
import re
from html import unescape

import pytest
from docx import Document

from app.models import ReviewDecision, ReviewMeeting
from tests.api.contract import check_problem
from tests.review.conftest import case_of, form_of, look, rows, stuck

__all__ = ["look", "rows"]


@pytest.fixture
def manager(as_):
    return as_("manager")


@pytest.fixture
def places(make):
    with make.together():
        return [stuck(make, slug, name=slug.title()) for slug in ("kobe", "kyoto", "nara", "otaru")]


def begin(browser, queue="/review/meeting?tier=regular", token="t", **fields):
    data = {"title": "Họp <b>", "people": "Ban Giám đốc", "next": queue, "form_token": token, **fields}
    return browser.post("/review/meetings", data=data)


def links(page, rel):
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
    return unescape(found[1]) if found else None


def test_a_meeting_decides_case_by_case(manager, places, rows):
    start = manager.get("/review/meeting?tier=regular").text
    assert "4 cases in this queue" in start
    answer = begin(manager)
    assert begin(manager).headers["location"] == answer.headers["location"], "sent twice, begun once"
    (meeting,) = rows(ReviewMeeting)
    where = answer.headers["location"]
    assert where == f"/review/meeting?tier=regular&meeting={meeting.id}"
    page = manager.get(where).text
    assert "Case 1 of 4" in page
    assert "Họp &lt;b&gt;" in page
    first = case_of(page)
    assert links(page, "prev") is None
    page = manager.get(links(page, "next")).text
    second = case_of(page)
    assert case_of(manager.get(links(page, "prev")).text) == first

    # Confirmed, with a word for the record; the case stays in the queue, so the meeting stays with it.
    hidden = form_of(page, f"/partners/{second}/reviews")
    done = manager.post(f"/partners/{second}/reviews", data={**hidden, "record_note": "Đủ giấy tờ"})
    assert done.headers["location"].startswith(where)
    page = manager.get(f"{where}&partner={first}").text
    hidden = form_of(page, f"/partners/{first}/pauses")
    bad = manager.post(f"/partners/{first}/pauses", data={**hidden, "reason": "elections_there", "until": ""})
    assert bad.status_code == 422
    assert "Case 1 of 4" in bad.text, "a refusal shows the same screen"
    park = {**hidden, "reason": "elections_there", "until": "2026-12-01"}
    assert manager.post(f"/partners/{first}/pauses", data=park).status_code == 303
    # Nothing is done: written down by hand, and on to the next.
    third = case_of(manager.get(f"{where}&partner={places[2].slug}").text)
    page = manager.get(f"{where}&partner={third}").text
    hidden = form_of(page, f"/review/meetings/{meeting.id}/decisions")
    on = manager.post(
        f"/review/meetings/{meeting.id}/decisions", data={**hidden, "decision": "no_change", "note": "=1+1"}
    )
    assert on.status_code == 303
    assert f"partner={third}" not in on.headers["location"]
    told = [(d.decision, d.note) for d in rows(ReviewDecision)]
    assert told == [("file_confirmed", "Đủ giấy tờ"), ("pause_asked", None), ("no_change", "=1+1")]
    assert re.search(r"no change</strong>: <bdi>=1\+1", manager.get(f"{where}&partner={third}").text)

    # A push opened from the case is a decision too.
    where_push = f"/pushes/new?partner={third}&next={where.replace('&', '%26')}%26partner={third}"
    form = manager.get(where_push).text
    hidden = dict(re.findall(r'<input type="hidden" name="(next|form_token)" value="([^"]*)"', form))
    push = {"partners": third, "goal": "framework", "deadline": "2026-12-31", "note": "Gặp tại Tokyo"}
    opened = manager.post("/pushes", data={**{k: unescape(v) for k, v in hidden.items()}, **push})
    assert opened.status_code == 303, opened.text[:3000]
    assert rows(ReviewDecision)[-1].decision == "push_opened"

    listed = manager.get(f"/review/meetings/{meeting.id}").text
    assert listed.count("main-cell") == 4
    assert "=1+1" in listed
    word = manager.get(f"/review/meetings/{meeting.id}/decisions.docx")
    cells = [c.text for t in Document(io.BytesIO(word.content)).tables for r in t.rows for c in r.cells]
    assert {"=1+1", "giữ nguyên", "xác nhận hồ sơ đầy đủ", "mở đợt thúc đẩy"} <= set(cells)
    own = manager.get(f"/partners/{second}").text
    assert own.count("file confirmed</a>") == 1, "told in the partner's thread once"
    assert "Họp &lt;b&gt;" in manager.get("/review/meetings").text
    assert f"meeting={meeting.id}" in manager.get("/review/meeting").text, "today's meeting goes on"


@pytest.mark.parametrize(
    ("act", "typed", "field"),
    [
        ("pauses", {"reason": "elections_there", "until": "", "record_note": "Chờ bầu cử"}, "park-until"),
        ("pauses", {"reason": "elections_there", "until": "2026-12-01", "record_note": "x" * 2001},
         "park-record_note"),
        ("reviews", {"record_note": "a\u202eb"}, "confirm-record_note"),
    ],
)  # fmt: skip
def test_a_refused_act_keeps_the_word_for_the_record_and_says_what_is_wrong_with_it(
    manager, places, rows, act, typed, field
):
    where = begin(manager).headers["location"]
    page = manager.get(where).text
    address = f"/partners/{case_of(page)}/{act}"
    bad = manager.post(address, data={**form_of(page, address), **typed})
    assert bad.status_code == 422
    assert not rows(ReviewDecision)
    summary = re.search(r'<div class="error-summary".*?</div>', bad.text, re.S)[0]
    assert f'href="#f-{field}"' in summary
    assert ("For the record of the meeting:" in summary) == field.endswith("record_note")
    filled = re.findall(r'name="record_note" value="([^"]+)"', bad.text)
    assert filled == [typed["record_note"]], "in the form of the act that was refused, and in no other"


def test_the_screen_costs_the_same_for_few_and_for_many(manager, make, queries, places):
    where = begin(manager).headers["location"]
    with queries() as few:
        manager.get(where)
    with make.together():
        for n in range(60):
            stuck(make, f"town-{n}")
    with queries() as many:
        page = manager.get(where)
    assert len(few) == len(many)
    assert len(page.content) < 60_000


def test_an_empty_queue_and_unknown_meetings(manager, make):
    where = begin(manager, queue="/review/meeting").headers["location"]
    assert "Nobody is left in this queue" in manager.get(where).text
    for path in ("/review/meeting?meeting=99", "/review/meetings/99", "/review/meetings/99/decisions.docx"):
        assert manager.get(path).status_code == 404
    assert manager.get("/review/meeting?colour=red").status_code == 422
    assert begin(manager, token="x", title="").status_code == 422


def test_programs_read_and_write(api, places, rows):
    writer, reader = api("admin_key"), api("read_key")
    url = "/api/v1/review/meetings"
    made = writer.post(url, json={"title": "Giao ban", "people": "Lãnh đạo"})
    assert (made.status_code, made.json()["held_on"]) == (201, "2026-06-15")
    where = made.headers["location"]
    body = {"partner": "kobe", "decision": "no_change", "note": "Theo dõi"}
    twice = [
        writer.post(f"{where}/decisions", json=body, headers={"Idempotency-Key": "k"}).json()
        for _ in range(2)
    ]
    assert twice[0] == twice[1]
    assert len(rows(ReviewDecision)) == 1
    found = reader.get(where).json()
    assert [(d["partner"], d["decision"], d["note"]) for d in found["decisions"]] == [
        ("kobe", "no_change", "Theo dõi")
    ]
    assert [(m["title"], m["decided"]) for m in reader.get(url).json()["items"]] == [("Giao ban", 1)]
    check_problem(writer.post(f"{where}/decisions", json={**body, "partner": "ghost"}), 404)
    check_problem(writer.post(f"{where}/decisions", json={**body, "decision": "x"}), 422, "unknown_code")
    check_problem(api("write_key").post(url, json={"title": "x"}), 403)
    check_problem(writer.post(f"{url}/99/decisions", json=body), 404)


def test_who_may(as_, places, rows):
    for who in ("viewer", "officer"):
        assert as_(who).get("/review/meeting").status_code == 403
        assert begin(as_(who)).status_code == 403
        assert as_(who).get("/review/meetings").status_code == 200
    assert rows(ReviewMeeting) == []
