"""The twenty questions on the seed: the page and the call that each is linked to give the answer that was
worked out by hand from seed/*.csv. Where the sources hold nothing of a kind (programmes, promises), the
illustrative layer is asked: seed/demo/*.csv.

The day is 2026-06-15 unless a test says otherwise.
"""

import re

import pytest

from app.questions.table import ANSWERS
from app.vocabulary import Question

DEMO = pytest.mark.parametrize("layer", ["demo"])


@pytest.fixture
def ask(as_, api):
    """`ask(question, forum="anmc21")`: the page and the answer of the call, as the list of questions links
    to them."""
    browser, program = as_("viewer"), api("read_key")

    def one(question, **about):
        listed = program.get("/api/v1/questions", params=about).json()["items"]
        (told,) = [it for it in listed if it["id"] == question]
        assert told["needs"] == []
        offered = browser.get("/questions", params=about).text.replace("&amp;", "&")
        assert f'href="{told["page"]}"' in offered
        assert f"GET {told['api']}" in offered
        page, call = browser.get(told["page"]), program.get(told["api"])
        assert (page.status_code, call.status_code) == (200, 200), (told, call.text)
        answer = call.json()
        while following := answer.get("next"):
            more = program.get(following).json()
            answer = {"items": answer["items"] + more["items"], "next": more["next"]}
        return page.text.partition("<main")[2], answer

    return one


def rows(page, place):
    """What the page lists, by the addresses of its rows."""
    return [
        found
        for row in re.findall(r'class="?main-cell"?.*?</a>', page, re.S)
        for found in re.findall(rf'href="/{place}/([^"/?#]+)["?#]', row)[:1]
    ]


def ids(answer):
    return {str(item["id"]) for item in answer["items"]}


# Every partner with a tie that has a date, and with something else on file. Nobody reached a programme, and
# no agreement in the seed names a lead unit, so friendship is as far as any of them came. A tie's date is
# `friendship_since`, else that of the first agreement (Moscow 2019, Vientiane 2022). Left out are Astana and
# Montréal, whose agreement is all there is (the file is thin), and Kanagawa and Gyeonggi, tied in October
# 2024: 20 months of the 24 that a regular partner may take.
STUCK = {
    "ile-de-france", "beijing", "seoul", "toulouse", "ulaanbaatar", "bangkok", "minsk", "jakarta", "tshwane",
    "fukuoka", "buenos-aires", "tokyo", "wellington", "utah", "south-ostrobothnia", "moscow", "vientiane",
    "cairo", "guangzhou", "yunnan",
}  # fmt: skip


def test_1_who_stops_at_initial_friendship(ask):
    page, answer = ask(Question.initial_friendship)
    assert ids(answer) == set(rows(page, "partners")) == STUCK
    told = {item["id"]: (item["waiting_since"], item["first_reason"]) for item in answer["items"]}
    # A year alone counts from its last day: the partner has the benefit of the doubt.
    assert told["ile-de-france"] == ("1989-12-31", "no_programme")
    assert told["cairo"] == ("2023-07-27", "no_programme")


def test_2_who_for_distance_or_resources(ask, as_):
    # The sources name no cause: that is a manager's word.
    assert ids(ask(Question.named_cause)[1]) == set()
    for slug, cause in (("wellington", "distance"), ("minsk", "resources"), ("tokyo", "priorities")):
        said = as_("manager").post(
            f"/partners/{slug}/causes", data={"cause": cause, "why": "Theo hồ sơ.", "form_token": slug}
        )
        assert said.status_code == 303
    page, answer = ask(Question.named_cause)
    assert ids(answer) == set(rows(page, "partners")) == {"wellington", "minsk"}


def test_3_partners_with_an_agreement_are_not_agreements(ask):
    page, answer = ask(Question.signed_agreements)
    # 38 rows in agreements.csv; Fukuoka has 6, Vientiane 2, Île-de-France, Toulouse, Minsk and Moscow 2 each.
    assert len(answer["items"]) == 38
    assert len({slug for item in answer["items"] for slug in item["partners"]}) == 28
    assert "38 papers · 28 partners with a paper" in re.sub(r"<[^>]+>", "", page)


def test_4_what_ends_within_180_days_or_has_ended(ask):
    # Of six papers with an end, Minsk 2024-2026 ends with the year, 199 days off, and Fukuoka's in 2028.
    page, answer = ask(Question.ending_agreements)
    assert [item["partners"] for item in answer["items"]] == [
        ["moscow"], ["ile-de-france"], ["vientiane"], ["vientiane"],
    ]  # fmt: skip
    assert {str(it["id"]) for it in answer["items"]} <= set(re.findall(r'href="/agreements/(\d+)"', page))
    assert "2024-2026" not in page


def test_5_where_no_return_visit_was_made(ask):
    page, answer = ask(Question.return_visits)
    owed = ids(answer)
    assert owed >= set(rows(page, "partners"))
    # We went to Cairo in 2023 and nobody came; Nebraska came in 2019 and nobody went.
    assert {"cairo", "nebraska"} <= owed
    # Bangkok came in 2025 after we had been there in 2004; Beijing has only our visits, the last in 2025.
    assert "hong-kong" not in owed


def test_6_which_members_of_anmc21_are_stuck(ask):
    # forum_members.csv lists eleven; of these five are among the stuck.
    page, answer = ask(Question.stuck_in_forum, forum="anmc21")
    assert (
        ids(answer) == set(rows(page, "partners")) == {"bangkok", "jakarta", "seoul", "tokyo", "ulaanbaatar"}
    )


@DEMO
def test_7_what_came_out_with_lisbon_in_culture_since_a_year(ask):
    page, answer = ask(Question.what_came_out, partner="lisbon", sector="culture", since="2025-06-15")
    assert answer["items"]
    assert {tuple(item["partners"]) for item in answer["items"]} == {("lisbon",)}
    assert {item["sector"] for item in answer["items"]} == {"culture"}
    assert all(item["on"] >= "2025-06-15" for item in answer["items"])
    assert all(f"<bdi>{item['indicator']}</bdi>" in page for item in answer["items"])


def test_8_what_changed_since_the_last_report(ask, at):
    # The quarter from 15 September 2025. Guangzhou, a regular partner, was tied on 26 September 2023: its 24
    # months were over on that day of 2025. Nobody came out.
    at("2025-12-10")
    page, answer = ask(Question.changed_since_report)
    moves = [(m["partner"], m["day"], m["now"]) for month in answer["months"] for m in month["came"]]
    assert moves == [("guangzhou", "2025-09-26", "stuck")]
    assert not any(month["left"] for month in answer["months"])
    assert 'href="/partners/guangzhou' in page


def test_9_who_lacks_an_officer_a_person_or_a_lead_unit(ask):
    # The sources name no officer, nobody in office and no lead unit: all 100 lack all three.
    page, answer = ask(Question.file_gaps)
    assert len(answer["items"]) == 100
    assert "100" in page


@DEMO
def test_9_in_the_demonstration_two_lack_nothing(ask):
    # Of those with an officer, only Lisbon and Singapore have somebody in office and a unit in the lead.
    answer = ask(Question.file_gaps)[1]
    assert len(answer["items"]) == 98
    assert not {"lisbon", "singapore"} & ids(answer)


def test_10_deeper_or_only_wider(ask):
    # New ties a year, by their first date: Utah 2017, Moscow and South Ostrobothnia 2019, Vientiane 2022,
    # Cairo, Guangzhou and Yunnan 2023, Kanagawa and Gyeonggi 2024. Nobody ever reached a programme: wider,
    # not deeper.
    page, answer = ask(Question.deeper_or_wider)
    new = {line["year"]: line["new_ties"] for line in answer["years"] if line["new_ties"]}
    assert new == {2017: 1, 2019: 2, 2022: 1, 2023: 3, 2024: 2}
    assert {line["substantive"] for line in answer["years"]} == {0}
    assert answer["years"][-1]["tied"] == 35
    assert "35" in page


def test_11_how_many_delegations_this_period_and_led_by_whom(ask, at):
    # delegations.csv has one that fell between 15 September and 10 December 2025.
    at("2025-12-10")
    page, answer = ask(Question.delegations_led)
    (only,) = answer["items"]
    assert (only["direction"], only["head"], only["partners"]) == ("inbound", "Viput Srivaurai", ["bangkok"])
    assert rows(page, "delegations") == [str(only["id"])]
    assert "Viput Srivaurai" in page


def test_12_which_visits_led_to_nothing(ask):
    page, answer = ask(Question.led_to_nothing)
    # 59 visits, and no follow-up in the sources. A paper was signed on 17, by the dates in both files:
    # Beijing 2001, Bangkok 2004, Fukuoka 2008, 2013, January 2024 and 2025, Utah 2017 (a year is all that is
    # known of either), Jakarta 2018, South Ostrobothnia and Moscow 2019, Vientiane 2022 and 2023, Cairo,
    # Guangzhou and Minsk 2023, Kanagawa (in the month of the visit) and Gyeonggi 2024. 59 - 17 = 42.
    assert len(answer["items"]) == 42
    assert set(rows(page, "delegations")) <= ids(answer)
    heads = {(item["starts_on"], tuple(item["partners"])) for item in answer["items"]}
    assert ("2025-04-18", ("sejong",)) in heads
    signed = {("2001-07-09", ("beijing",)), ("2023-07-27", ("cairo",)), ("2024-10-01", ("kanagawa", "tokyo"))}
    assert not signed & heads


@DEMO
def test_13_which_promises_are_late_by_unit_and_side(ask):
    # follow_ups.csv, open and due before today; pushes.csv adds two steps that were left open.
    page, answer = ask(Question.late_promises)
    late = sorted((item["owed_by"], item["unit"] or "", item["partners"][0]) for item in answer["items"])
    assert [it for it in late if it[1]] == [("home", "SVHTTDL", "belgrade"), ("home", "UBND-HN", "amsterdam")]
    assert sorted(it[2] for it in late if it[0] == "partner") == ["belgrade", "fukuoka", "helsinki"]
    assert len(late) == 9
    assert "of_unit=SVHTTDL" in page
    assert "of_unit=UBND-HN" in page


@DEMO
def test_14_which_donors_are_tied_to_which_programmes(ask):
    page, answer = ask(Question.donors_tied)
    told = {(item["partners"][0], tuple(item["donors"])) for item in answer["items"]}
    assert told == {("lisbon", ("UNESCO",)), ("amsterdam", ("WB",)), ("toulouse", ("AFD",))}
    assert set(rows(page, "programmes")) == ids(answer)
    assert all(donor in page for donor in ("UNESCO", "WB", "AFD"))


@DEMO
def test_15_which_programmes_lack_counterpart_funds(ask):
    # Of ten, two are over; Lisbon's archive, Amsterdam and Toulouse have funds.
    page, answer = ask(Question.counterpart_funds)
    lacking = {"singapore", "havana", "kuala-lumpur", "jakarta", "copenhagen"}
    assert {item["partners"][0] for item in answer["items"]} == lacking
    assert set(rows(page, "programmes")) == ids(answer)


def test_16_the_briefing_on_fukuoka_today_with_the_age_of_its_lines(ask):
    # The agreement of the assemblies runs until 2028: agreements.csv, signed on 3 March 2025.
    page, answer = ask(Question.briefing_today, partner="fukuoka")
    assert "2025-2028" in page
    assert "2025-2028" in str(answer)


def test_17_what_missions_were_asked_and_what_came_back(ask, api):
    # Nothing yet: the sources hold no task. The consulate in Fukuoka is the one mission in organisations.csv.
    assert ask(Question.asked_of_missions)[1]["items"] == []
    key = api("write_key")
    task = {"partners": ["fukuoka"], "title": "Xin đầu mối mới", "owed_by": "home", "kind": "introduction",
            "unit": "TLSQ-FUK", "due_on": "2026-07-01"}  # fmt: skip
    made = key.post("/api/v1/follow-ups", json=task)
    assert made.status_code == 201, made.text
    ours = key.post("/api/v1/follow-ups", json=task | {"unit": "SNGV", "title": "Việc của Sở"})
    assert ours.status_code == 201
    done = key.patch(
        f"/api/v1/follow-ups/{made.json()['id']}",
        json={"state": "done", "outcome": "Đã có đầu mối ở Phòng Quốc tế."},
        headers={"If-Match": made.headers["etag"]},
    )
    assert done.status_code == 200, done.text
    page, answer = ask(Question.asked_of_missions)
    assert [(it["title"], it["outcome"]) for it in answer["items"]] == [
        ("Xin đầu mối mới", "Đã có đầu mối ở Phòng Quốc tế.")
    ]
    assert "Xin đầu mối mới" in page
    assert "Việc của Sở" not in page


def test_18_which_figures_disagree(ask):
    # facts.csv: 60 or 80 countries invest in the city; 61 or 25 cities had an agreement in 2016.
    page, answer = ask(Question.figures_disagree)
    assert {60, 80, 61, 25} == {item["value"] for item in answer["items"]}
    by_id = {item["id"]: item for item in answer["items"]}
    for item in answer["items"]:
        (other,) = item["against"]
        assert {item["value"], by_id[other]["value"]} in ({60, 80}, {61, 25})
        assert f'href="/figures/{item["id"]}' in page


def test_where_sources_disagree_on_partners(as_, api):
    # disputes.csv, the rows that are about a partner: eleven, with Yerevan's tie told both ways.
    page = as_("viewer").get("/disputes").text.partition("<main")[2]
    items = api("read_key").get("/api/v1/disputes").json()["items"]
    assert len(items) == 11
    (yerevan,) = [it for it in items if it["partner"] == "yerevan"]
    assert (yerevan["field"], yerevan["value_used"], yerevan["value_other"]) == ("friendship_known", "1", "0")
    assert set(re.findall(r'href="/partners/([a-z-]+)"', page)) == {it["partner"] for it in items}
    first = api("read_key").get("/api/v1/disputes?partner=fukuoka&limit=1").json()
    rest = api("read_key").get(first["next"]).json()
    assert [it["partner"] for it in first["items"] + rest["items"]] == ["fukuoka", "fukuoka"]
    assert api("read_key").get("/api/v1/disputes?partner=none").status_code == 422


def test_19_which_localities_may_be_tied_and_how_they_score(ask):
    page, answer = ask(Question.asking_for_ties)
    scores = {item["partner"]: item["score"]["total"] for item in answer["items"]}
    assert [it["partner"] for it in answer["items"]] == rows(page, "partners")
    assert len(scores) == 28
    # Sejong's mayor came on 18 April 2025 (2), within 24 months (2); two sectors (2); no forum.
    # Berlin: a meeting in 2017 (1), three forums (2 at most), two sectors (2). Maputo: a meeting in 2018 (1).
    assert (scores["sejong"], scores["berlin"], scores["maputo"]) == (6, 5, 1)
    assert answer["items"][0]["partner"] == "sejong"
    # A tie is no candidate, and without contact nothing was asked.
    assert not {"yerevan", "tomsk"} & scores.keys()


@DEMO
def test_20_which_regions_and_sectors_are_uncovered(ask):
    # programmes.csv, active: Lisbon and Toulouse (culture), Amsterdam (water) in Europe; Singapore (smart
    # city), Kuala Lumpur (waste), Jakarta (training) in Southeast Asia; Havana (agriculture) in the Americas.
    page, answer = ask(Question.uncovered)
    assert answer["uncovered_regions"] == [
        "northeast_asia", "south_central_asia", "middle_east", "africa", "oceania",
    ]  # fmt: skip
    running = {it["sector"]: it["running"] for it in answer["sectors"] if it["running"]}
    assert running == {"culture": 2, "water": 1, "smart_city": 1, "waste": 1, "training": 1, "agriculture": 1}
    assert len(answer["uncovered_sectors"]) == len(answer["sectors"]) - 6 == 20
    europe = next(it for it in answer["regions"] if it["region"] == "europe")
    assert (europe["partners"], europe["running"]) == (36, 3)
    assert "/partners?sector=environment&amp;region=northeast_asia" in page


# ---- the list itself


def test_every_answered_question_stands_once_and_asks_for_what_it_needs(as_, api):
    listed = api("read_key").get("/api/v1/questions", headers={"Accept-Language": "en"}).json()["items"]
    assert [it["id"] for it in listed] == [q for q in Question if q in {a.question for a in ANSWERS}]
    assert len(listed) == len(ANSWERS)
    open_ = {it["number"]: it["needs"] for it in listed if it["needs"]}
    assert open_[6] == ["forum"]
    assert open_[7] == ["partner", "sector"]
    page = as_("viewer").get("/questions").text
    assert 'href="/forums"' in page
    assert 'href="/sectors"' in page


@pytest.mark.parametrize("asked", ["forum=none", "partner=none", "sector=none", "since=soon", "colour=red"])
def test_what_means_nothing_is_refused(as_, api, asked):
    assert as_("viewer").get(f"/questions?{asked}").status_code == 422
    assert api("read_key").get(f"/api/v1/questions?{asked}").status_code == 422


@pytest.mark.parametrize("place", ["questions", "disputes", "candidates", "coverage"])
def test_only_callers_of_the_register_are_answered(stranger, api, place):
    assert stranger.get(f"/{place}").status_code == 303
    assert api(None).get(f"/api/v1/{place}").status_code == 401
