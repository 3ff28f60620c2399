"""The editor of the policy: bounds, the preview, what saving does, two at once, restoring, programs."""

import re
from datetime import date
from html import unescape

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models import Event, Partner, PolicyRow, StandingRow
from app.policy import service
from app.policy.effect import _ORDER, effect_of
from app.policy.queries import FIGURES, as_policy, policy_changes
from app.policy.schemas import PolicyPatch
from app.standings.check import standing_differences
from app.vocabulary import Door, FollowUpKind, Status, Tier
from tests.actors import PEOPLE

URL, API = "/settings/policy", "/api/v1/policy"
DEFAULT = dict(zip(FIGURES, (12, 24, 36, 6, 12, 24, 6, 12, 18, 24), strict=True))


@pytest.fixture
def world(make):
    """On 2026-06-15: one that waits 20 months of 24, one stuck for 30, one at work, one in the trash."""
    with make.together():
        sector = make.sector()
        waits = make.partner(
            slug="waits", name_vi="Chờ", name_en="Waiting", friendship_since=date(2024, 10, 1)
        )
        make.visit(waits, on=date(2026, 3, 1))
        stuck = make.partner(
            slug="stuck", name_vi="Dừng", name_en="Stuck", friendship_since=date(2023, 12, 1)
        )
        make.visit(stuck, on=date(2026, 3, 1))
        works = make.partner(
            slug="works", name_vi="Làm", name_en="Working", friendship_since=date(2010, 1, 1)
        )
        make.programme(works, sector=sector, started_on=date(2026, 2, 1))
        gone = make.partner(slug="gone", friendship_since=date(2024, 10, 1), archived_at=date_time())
        make.visit(gone, on=date(2026, 3, 1))
    return {"waits": waits, "stuck": stuck, "works": works}


def date_time():
    from app import clock

    return clock.now()


def token_of(page):
    return re.search(r'name="form_token" value="([^"]+)"', page)[1]


def version_of(page):
    return re.search(r'name="version" value="(\d+)"', page)[1]


def post(browser, version=None, why="the council asked", **months):
    page = browser.get(URL).text
    data = {
        **DEFAULT,
        **months,
        "why": why,
        "form_token": token_of(page),
        "version": version or version_of(page),
    }
    return browser.post(URL, data=data)


def statuses(database):
    with database.read() as session:
        rows = sa.select(Partner.slug, StandingRow.status).join(StandingRow)
        return {slug: status.value for slug, status in session.execute(rows)}


def test_the_preview_names_who_would_change_before_anything_is_saved(world, as_, database, queries):
    browser, before = as_("manager"), statuses(database)
    page = browser.get(f"{URL}?patience_regular=18").text
    shown = page.partition('id="policy-preview"')[2].partition("</section>")[0]
    assert "1 partner would change status" in shown
    assert 'href="/partners/waits"' in shown
    assert 'href="/partners/stuck"' not in shown
    assert 'href="/partners/gone"' not in shown, "what lies in the trash is named nowhere"
    assert "patience is 18 months" in shown
    part = browser.get(f"{URL}?patience_regular=40", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert 'href="/partners/stuck"' in part
    assert "on its way" in part.lower(), "the other way round too"
    assert statuses(database) == before


def test_saving_does_what_the_preview_said_and_says_why(world, as_, database, api):
    told = (
        api("admin_key")
        .post(f"{API}/preview", json={"patience_regular": 18, "quiet": 7, "warning": 2})
        .json()
    )
    before = statuses(database)
    answer = post(as_("manager"), patience_regular=18, quiet=7, warning=2)
    assert answer.status_code == 303
    after = statuses(database)
    changed = {
        slug: [before[slug], now] for slug, now in after.items() if before[slug] != now and slug != "gone"
    }
    assert changed == {move["partner"]: [move["before"], move["after"]] for move in told["moves"]}
    assert changed
    with database.read() as session:
        assert list(standing_differences(session)) == []
        (change,) = policy_changes(session)
        assert (change.who, change.why, change.day) == ("manager", "the council asked", date(2026, 6, 15))
        assert {f.name: (f.was, f.now) for f in change.what} == {
            "patience_regular": (24, 18), "quiet": (12, 7), "warning": (6, 2),
        }  # fmt: skip
        lines = session.scalars(sa.select(Event).where(Event.door == Door.policy)).all()
        assert {line.action for line in lines} == {"standing.changed"}
        assert {line.user_id for line in lines} == {None}, "the policy did it, not the manager"
        assert set(changed) <= {session.get(Partner, line.record_id).slug for line in lines}


@pytest.mark.parametrize(
    ("months", "field", "said"),
    [
        ({"patience_wide": "0"}, "patience_wide", "Out of range"),
        ({"memory": "121"}, "memory", "Out of range"),
        ({"quiet": "x"}, "quiet", "A number is needed"),
        ({"quiet": ""}, "quiet", "A number is needed"),
        ({"return_visit": "9" * 20}, "return_visit", "Out of range"),
        ({"warning": "12"}, "warning", "must be shorter"),
        ({"patience_priority": "6"}, "warning", "must be shorter"),
        ({"why": "  "}, "why", ""),
        ({}, "why", "nothing to save"),
        ({"patience_wide": "30", "why": "a\u202eb"}, "why", "not allowed"),
    ],
)
def test_what_breaks_a_bound_is_told_beside_its_field(world, as_, api, database, months, field, said):
    answer = post(as_("manager"), **months)
    assert answer.status_code == 422
    beside = re.search(rf'id="f-{field}-error">.*?</span>', answer.text, re.S)
    assert said in unescape(beside[0])
    if months and field != "why":
        assert f'value="{next(iter(months.values()))[:3]}' in answer.text, "what was typed stays"
        shown = as_("manager").get(f"{URL}?{next(iter(months))}={next(iter(months.values()))}").text
        assert f'id="f-{field}-error"' in shown, "already before saving"
    value = next(iter(months.values()), None)
    said_so = {k: int(v) if v.isdigit() else v for k, v in months.items()}
    program = api("admin_key").patch(
        API, json={"why": "x", "quiet": 12, **said_so}, headers={"If-Match": "*"}
    )
    assert program.status_code == 422, value
    with database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(PolicyRow)) == 0


def test_two_managers_at_once_see_both_versions(world, as_):
    first, second = as_("manager"), as_("admin")
    seen = version_of(second.get(URL).text)
    assert post(first, patience_regular=20, why="mine").status_code == 303
    late = post(second, version=seen, patience_regular=30, why="<b>no</b>, mine")
    assert late.status_code == 409
    diff = late.text.partition('class="diff"')[2].partition("</table>")[0]
    assert ">30<" in diff
    assert ">20<" in diff
    assert "manager changed the policy" in late.text
    assert "&lt;b&gt;no&lt;/b&gt;, mine" in late.text, "nothing typed is lost"
    assert version_of(late.text) != seen
    assert post(second, version=version_of(late.text), patience_regular=30).status_code == 303


def test_a_form_that_is_sent_twice_changes_the_policy_once(world, as_, database):
    browser = as_("manager")
    page = browser.get(URL).text
    data = {**DEFAULT, "quiet": 13, "why": "x", "form_token": token_of(page), "version": version_of(page)}
    assert [browser.post(URL, data=data).status_code for _ in range(2)] == [303, 303]
    with database.read() as session:
        assert len(policy_changes(session)) == 1


def test_an_earlier_policy_is_previewed_and_restored(world, as_, database, at):
    browser = as_("manager")
    post(browser, patience_regular=18, why="stricter")
    at("2026-06-20")
    post(browser, patience_regular=18, quiet=14, why="calmer")
    with database.read() as session:
        first = policy_changes(session)[0].id
    page = browser.get(URL).text
    assert f'href="{URL}?restores={first}"' in page
    assert "stricter" in page
    look = browser.get(f"{URL}?restores={first}").text
    assert f'<input type="hidden" name="restores" value="{first}">' in look
    assert re.search(r'name="quiet" value="12"', look), "the form holds the months of then"
    back = browser.get(f"{URL}?restores=0").text
    assert "1 partner would change status" in back
    answer = post(browser, patience_regular=18, quiet=12, restores=first, why="it was right")
    assert answer.status_code == 303
    with database.read() as session:
        last = policy_changes(session)[-1]
        assert (last.restores, last.months["quiet"], last.months["patience_regular"]) == (first, 12, 18)
        assert session.scalars(sa.select(Event.action).where(Event.id == last.id)).one() == "policy.restored"
    assert as_("manager").get(f"{URL}?restores=999999").status_code == 422


def test_programs_read_try_and_set_the_policy(world, api):
    program = api("admin_key")
    answer = program.get(API)
    assert answer.json() == {"version": 0, **DEFAULT}
    tried = program.post(f"{API}/preview", json={"restores": 0})
    assert tried.json()["moves"] == []
    assert program.post(f"{API}/preview", json={}).status_code == 422
    assert program.patch(API, json={"quiet": 13, "why": "x"}).status_code == 428
    saved = program.patch(API, json={"quiet": 13, "why": "x"}, headers={"If-Match": answer.headers["etag"]})
    assert (saved.status_code, saved.json()["quiet"], saved.json()["version"]) == (200, 13, 2)
    late = program.patch(API, json={"quiet": 14, "why": "x"}, headers={"If-Match": answer.headers["etag"]})
    assert late.status_code == 412
    again = program.patch(
        API, json={"restores": 0, "why": "back"}, headers={"If-Match": saved.headers["etag"]}
    )
    assert again.json()["quiet"] == 12
    lines = program.get(f"{API}/history").json()["items"]
    assert [(line["why"], line["restores"]) for line in lines] == [("back", 0), ("x", None)]
    assert lines[0]["changes"] == [{"name": "quiet", "was": 13, "now": 12}]


def test_a_partner_without_a_tie_whose_work_is_forgotten_sooner_is_named_too(make, as_, api):
    with make.together():
        lone = make.partner(slug="lone", name_vi="Lẻ", name_en="Lone", friendship_since=None)
        make.programme(lone, sector=make.sector(), started_on=date(2025, 9, 1))
    page = as_("manager").get(f"{URL}?quiet=7&warning=2")
    assert page.status_code == 200
    shown = page.text.partition('id="policy-preview"')[2].partition("</section>")[0]
    assert 'href="/partners/lone"' in shown
    answer = api("admin_key").post(f"{API}/preview", json={"quiet": 7, "warning": 2})
    assert answer.status_code == 200
    (move,) = answer.json()["moves"]
    assert (move["before"], move["after"], move["better"]) == ("slowing", "untied", False)


def test_numbers_without_end_in_the_address_break_nothing(world, as_):
    many = "9" * 5000
    assert as_("manager").get(f"{URL}?version={many}").status_code == 200
    assert as_("manager").get(f"{URL}?patience_regular=18&page={many}").status_code == 422
    assert as_("manager").get(f"{URL}?{many}={many}&quiet={many}").status_code == 422


def test_every_status_has_a_place_between_worse_and_better():
    assert sorted(_ORDER) == sorted(Status)


def test_only_managers_edit_and_every_key_may_read(world, as_, api):
    for name in PEOPLE:
        allowed = name in ("manager", "admin")
        assert as_(name).get(URL).status_code == (200 if allowed else 403)
        assert as_(name).post(URL, data={"why": "x"}).status_code == (422 if allowed else 403)
    for key in ("read_key", "write_key"):
        assert api(key).get(API).status_code == 200
        assert api(key).get(f"{API}/history").status_code == 200
        assert api(key).post(f"{API}/preview", json={"quiet": 13}).status_code == 403
        assert api(key).patch(API, json={"quiet": 13, "why": "x"}).status_code == 403


def test_preview_and_save_take_as_many_statements_for_many_as_for_one(make, as_, queries):
    browser, counted = as_("manager"), []
    for n, months in ((1, 18), (15, 17)):
        with make.together():
            for _ in range(n):
                make.visit(make.partner(friendship_since=date(2024, 10, 1)), on=date(2026, 3, 1))
        with queries() as looked:
            browser.get(f"{URL}?patience_regular={months}")
        page = browser.get(URL).text
        data = {
            **DEFAULT,
            "patience_regular": 30 - n,
            "why": "x",
            "form_token": token_of(page),
            "version": version_of(page),
        }
        with queries() as saved:
            assert browser.post(URL, data=data).status_code == 303
        counted.append((len(looked), len(saved.about("event")), len(saved.about("standing"))))
    assert counted[0] == counted[1], counted


def test_the_history_page_tells_the_change_in_words(world, as_):
    post(as_("manager"), patience_regular=18, why="the council asked")
    page = as_("manager").get("/history").text
    assert "Policy changed" in page
    assert "the council asked" in page
    assert "change of policy" in page
    own = as_("officer").get("/history?partner=waits").text
    assert "change of policy" in own


@pytest.mark.parametrize("_", [0])
def test_whatever_months_are_tried_saving_them_does_what_was_said(_, make, database, manager, today):
    with make.together():
        sector, unit = make.sector(), make.unit()
        for n, tier in enumerate([*Tier] * 4):
            tied = None if n % 6 == 4 else date(2019 + n % 7, 3, 1)
            partner = make.partner(tier=tier, friendship_since=tied)
            if n % 3:
                make.visit(partner, on=date(2024, 1 + n % 12, 1))
            if n % 4 == 0:
                programme = make.programme(partner, sector=sector, started_on=date(2024, 2, 1))
                make.progress(programme, on=date(2025, 1 + n % 12, 1))
                make.result(programme, on=date(2025, 1, 1))
            if n % 5 == 0:
                make.follow_up(partner, kind=FollowUpKind.proposal, unit=unit)

    months = st.fixed_dictionaries(
        {
            **{name: st.integers(8, 120) for name in FIGURES if name != "warning"},
            "warning": st.integers(1, 7),
        }
    )

    @settings(max_examples=12, deadline=None)
    @given(months)
    def holds(wanted):
        with database.read() as session:
            told = effect_of(session, as_policy(wanted), today)
            before = {p.slug: s for p, s in _rows(session)}
        with database.write() as session:
            row = service.get_policy(session)
            if all(getattr(row, name) == value for name, value in wanted.items()):
                return
            service.change_policy(
                session, manager, row, PolicyPatch(**wanted, why="try"), version=row.version, today=today
            )
        with database.read() as session:
            after = {p.slug: s for p, s in _rows(session)}
            assert {m.slug: (m.before, m.after) for m in told.moves} == {
                slug: (before[slug], now) for slug, now in after.items() if now != before[slug]
            }
            assert list(standing_differences(session)) == []

    holds()


def _rows(session):
    return session.execute(sa.select(Partner, StandingRow.status).join(StandingRow)).all()
