"""The pages of agreements: the form, the acts, both versions after a stale edit, the list and its lanes."""

import html
import re
from datetime import date

import pytest
import sqlalchemy as sa

from app.models import Agreement, ProcedureStep
from app.templating import LOCALE_COOKIE
from app.vocabulary import AgreementState, DatePrecision
from tests.staging import staged

PAPER = {
    "form_token": "new",
    "title": "Bản ghi nhớ với Fukuoka",
    "kind": "mou",
    "level": "city",
    "state": "idea",
    "partners": ["fukuoka", ""],
    "sectors": ["culture"],
    "lead_unit": "SVH",
}


def told(response):
    body = response.text.partition("<main")[2].partition("</main>")[0]
    plain = re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", "", body))
    return " ".join(html.unescape(plain).split())


@pytest.fixture
def english(as_):
    def sign_in(who="officer"):
        client = as_(who)
        client.cookies.set(LOCALE_COOKIE, "en")
        return client

    return sign_in


@pytest.fixture
def papers(database):
    def look():
        with database.read() as session:
            return session.scalars(sa.select(Agreement).order_by(Agreement.id)).all()

    return look


def created(client, **fields):
    answer = client.post("/agreements", data={**PAPER, **fields})
    assert answer.status_code == 303, told(answer)
    return int(answer.headers["location"].rsplit("/", 1)[1])


def act(client, paper, noun, papers, **fields):
    version = next(p.version for p in papers() if p.id == paper)
    data = {"version": str(version), "form_token": f"{noun}-{version}", **fields}
    return client.post(f"/agreements/{paper}/{noun}", data=data)


def test_the_whole_way_on_pages(as_, place, papers, at):
    at("2026-03-02")
    officer, manager = as_("officer"), as_("manager")
    officer.cookies.set(LOCALE_COOKIE, "vi")
    paper = created(officer)
    for client, noun, fields in (
        (officer, "proposal", {}),
        (officer, "consultation", {"dossier_complete_on": "2026-03-02", "agencies": ["BNG", "CA"]}),
        (officer, "opinions", {"agency": "BNG", "opinion": "agrees", "on": "2026-03-02"}),
        (officer, "opinions", {"agency": "CA", "opinion": "disagrees", "on": "2026-03-02", "text": "Điều 3"}),
        (manager, "resolution", {"agency": "CA", "reason": "Đã sửa"}),
        (manager, "approval", {"signing_authority": "Chủ tịch UBND"}),
        (
            officer,
            "signature",
            {"signed_on": "2026-03-02", "number": "7/BGN", "expires_on": "2029", "sectors": ["culture"]},
        ),
    ):
        answer = act(client, paper, noun, papers, **fields)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/agreements/{paper}"), told(answer)
    (row,) = papers()
    assert (row.state, row.number, row.expires_precision) == (
        AgreementState.signed,
        "7/BGN",
        DatePrecision.year,
    )
    text = told(officer.get(f"/agreements/{paper}"))
    for said in ("Công an thành phố", "11/03/2026", "Đã sửa", "17/03/2026", "Chủ tịch UBND", "đến 2029"):
        assert said in text, said
    assert act(officer, paper, "report", papers, on="2026-03-02", text="CV 9").status_code == 303
    ended = act(officer, paper, "termination", papers, terminated_on="2026-03-02", why="Thống nhất")
    assert ended.status_code == 303


def test_what_is_offered_fits_the_state_and_the_role(as_, place, papers, at):
    at("2026-03-02")
    officer, paper = as_("officer"), None
    paper = created(officer)

    def offers(who):
        page = as_(who).get(f"/agreements/{paper}").text
        return set(re.findall(rf'action="/agreements/{paper}/(\w+)"', page)) - {"files"}

    assert offers("officer") == {"proposal", "withdrawal"}
    assert offers("viewer") == set()
    act(officer, paper, "proposal", papers)
    act(officer, paper, "consultation", papers, dossier_complete_on="2026-03-02", agencies=["BNG"])
    assert offers("officer") == {"opinions", "consultation", "withdrawal"}
    assert offers("manager") == {"opinions", "consultation", "withdrawal", "refusal"}
    act(officer, paper, "opinions", papers, agency="BNG", opinion="agrees", on="2026-03-02")
    assert "approval" in offers("manager")
    assert "approval" not in offers("officer")


@pytest.mark.parametrize("noun", ["approval", "resolution", "refusal"])
def test_an_officer_does_not_decide(as_, place, papers, noun):
    officer = as_("officer")
    paper = created(officer)
    assert act(officer, paper, noun, papers, why="x").status_code == 403


def test_a_refused_act_says_why_beside_the_field_and_keeps_every_word(english, place, papers, at):
    at("2026-03-02")
    officer = english()
    paper = created(officer)
    act(officer, paper, "proposal", papers)
    answer = act(
        officer, paper, "consultation", papers, dossier_complete_on="2026-03-03", agencies=["BNG", "CA"]
    )
    assert answer.status_code == 422
    assert "This day is still to come" in told(answer)
    assert 'value="2026-03-03"' in answer.text
    assert answer.text.count('name="agencies" value="BNG" checked') == 1


def test_without_a_rule_in_force_the_consultation_says_where_to_enter_one(english, place, papers, database):
    with database.write() as session:
        session.execute(sa.text("DELETE FROM procedure_rule"))
    officer = english()
    paper = created(officer)
    act(officer, paper, "proposal", papers)
    answer = act(officer, paper, "consultation", papers, dossier_complete_on="2026-03-02", agencies=["BNG"])
    assert answer.status_code == 422
    assert "Settings, Deadlines" in told(answer)


def test_signed_without_a_rule_in_force_it_is_signed_and_the_page_says_that_nothing_is_watched(
    english, make, papers
):
    make.partner(slug="fukuoka")
    officer = english()
    paper = created(officer, state="signed", signed_on="10/06/2026", sectors=[], lead_unit="")
    assert "No deadline rule was in force" in told(officer.get(f"/agreements/{paper}"))


def test_an_act_on_what_somebody_changed_keeps_what_was_typed(english, place, papers, at):
    officer = english()
    paper = created(officer)
    data = {"version": "1", "form_token": "w", "why": "Đối tác đổi ý"}
    act(english("manager"), paper, "proposal", papers)
    answer = officer.post(f"/agreements/{paper}/withdrawal", data=data)
    assert answer.status_code == 409
    assert "Somebody changed this agreement" in told(answer)
    assert "Đối tác đổi ý" in answer.text
    assert papers()[0].state == AgreementState.proposed
    again = {**data, "version": re.search(r'name="version" value="(\d+)"', answer.text)[1], "form_token": "v"}
    assert officer.post(f"/agreements/{paper}/withdrawal", data=again).status_code == 303


def test_a_form_sent_twice_makes_one_paper_and_an_act_sent_twice_is_one(as_, place, papers, database, at):
    at("2026-03-02")
    officer = as_("officer")
    first, second = (officer.post("/agreements", data=PAPER) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    (paper,) = papers()
    act(officer, paper.id, "proposal", papers)
    data = {"version": str(papers()[0].version), "form_token": "once", "dossier_complete_on": "2026-03-02"}
    for _ in range(2):
        answer = officer.post(f"/agreements/{paper.id}/consultation", data={**data, "agencies": ["BNG"]})
        assert answer.status_code == 303
    with database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ProcedureStep)) == 1


# ---- the form


def test_a_new_paper_is_refused_beside_the_field_and_nothing_typed_is_lost(english, place):
    sent = {**PAPER, "title": "", "partners": ["Atlantis"], "expires_on": "khi nào đó", "summary": "Dài"}
    answer = english().post("/agreements", data=sent)
    assert answer.status_code == 422
    assert 'value="Atlantis"' in answer.text
    assert "Dài" in answer.text
    sent["partners"] = ["fukuoka"]
    answer = english().post("/agreements", data=sent)
    assert 'value="khi nào đó"' in answer.text
    assert answer.text.count("aria-invalid") >= 1


def test_partners_are_understood_in_any_spelling(as_, make, papers, database):
    make.partner(slug="kanagawa", name_vi="Tỉnh Kanagawa", name_en="Kanagawa", aliases=["Thần Nại Xuyên"])
    created(as_("officer"), partners=["than nai xuyen"], sectors=[], lead_unit="")
    assert len(papers()) == 1


def test_dates_known_in_part_come_back_as_they_were_typed(as_, place, papers):
    officer = as_("officer")
    paper = created(officer, state="signed", signed_on="02/2020", expires_on="2030", auto_renews="true")
    (row,) = papers()
    assert (row.signed_on, row.signed_precision) == (date(2020, 2, 1), DatePrecision.month)
    form = officer.get(f"/agreements/{paper}/edit").text
    assert 'name="signed_on" value="02/2020"' in form
    assert 'name="expires_on" value="2030"' in form
    assert re.search(r'name="auto_renews" value="true" checked', form)


def fields_of(form):
    """What a browser would send of a form as it is."""
    found = {}
    body = form.partition('<form class="form"')[2].partition("</form>")[0]
    for tag in re.findall(r"<input[^>]*>", body):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and (("checkbox" not in tag and "radio" not in tag) or "checked" in tag):
            found.setdefault(name[1], []).append(html.unescape(value[1]) if value else "")
    for name, inner in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', body, re.S):
        found[name] = [html.unescape(inner)]
    for name, inner in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', body, re.S):
        chosen = re.search(r'value="([^"]*)" selected', inner)
        found[name] = [chosen[1] if chosen else ""]
    return found


def test_a_form_sent_as_it_was_opened_changes_nothing(as_, place, papers, make):
    with make.together():
        parent = make.agreement(place.partner, title="Văn bản gốc", signed_on=date(2015, 5, 5))
    officer = as_("officer")
    paper = created(
        officer, state="signed", signed_on="03/2021", expires_on="2030", notice_months="6",
        signatories="A\nB", follows="renews", other=str(parent.id), support_units=["SVH"],
    )  # fmt: skip
    before = papers()[-1]
    assert before.renews_id == parent.id
    answer = officer.post(
        f"/agreements/{paper}", data=fields_of(officer.get(f"/agreements/{paper}/edit").text)
    )
    assert answer.status_code == 303, told(answer)
    after = papers()[-1]
    assert after.version == before.version == 1


def test_a_stale_edit_shows_both_versions_and_saves_what_is_chosen(english, place, papers):
    officer = english()
    paper = created(officer)
    form = fields_of(officer.get(f"/agreements/{paper}/edit").text)
    theirs = {**form, "title": ["Tên của người khác"], "form_token": ["other"]}
    assert english("manager").post(f"/agreements/{paper}", data=theirs).status_code == 303
    mine = {**form, "title": ["Tên của tôi"], "summary": ["Nội dung của tôi"]}
    answer = officer.post(f"/agreements/{paper}", data=mine)
    assert answer.status_code == 409
    text = told(answer)
    for said in ("Tên của người khác", "Tên của tôi", "Nội dung của tôi"):
        assert said in text, said
    again = fields_of(answer.text)
    assert again["summary"] == ["Nội dung của tôi"]
    saved = officer.post(f"/agreements/{paper}", data={**again, "keep-title": ["theirs"]})
    assert saved.status_code == 303, told(saved)
    (row,) = papers()
    assert (row.title, row.summary) == ("Tên của người khác", "Nội dung của tôi")


def test_a_renewal_begins_with_what_it_has_in_common_with_the_old_paper(as_, place):
    officer = as_("officer")
    old = created(officer, state="signed", signed_on="2020-05-05", number="1/BGN", expires_on="2026-12-31")
    form = fields_of(officer.get(f"/agreements/new?renews={old}").text)
    assert form["title"] == ["Bản ghi nhớ với Fukuoka"]
    assert form["partners"][0] == "City of Fukuoka"
    assert form["sectors"] == ["culture"]
    assert (form["follows"], form["other"]) == (["renews"], [str(old)])
    assert (form["signed_on"], form["number"], form["expires_on"]) == ([""], [""], [""])


@pytest.mark.parametrize("url", ["/agreements/new", "/agreements/1/edit"])
def test_a_viewer_has_no_form(as_, place, make, url):
    make.agreement(place.partner)
    assert as_("viewer").get(url).status_code == 403


# ---- the list


@staged
def many(make, at):
    """Three partners and six papers: in force, ending soon, ended, for ever, an idea, renewing by itself."""
    at("2026-06-15")
    with make.together():
        unit = make.unit(code="SYT", name_vi="Sở Y tế")
        health = make.sector(code="health", name_vi="Y tế")
        one = make.partner(slug="one", name_vi="Một")
        two = make.partner(slug="two", name_vi="Hai", country="FR", region="europe")
        three = make.partner(slug="three", name_vi="Ba")
        make.agreement(one, title="Còn dài", expires_on=date(2029, 1, 1), sectors=[health], lead_unit=unit)
        make.agreement([one, two], title="Sắp hết", expires_on=date(2026, 7, 10))
        make.agreement(two, title="Đã hết", expires_on=date(2025, 1, 1), kind="friendship")
        make.agreement(one, title="Mãi mãi", number="99/TT")
        make.agreement(three, title="Mới là ý tưởng", state=AgreementState.idea, signed_on=None)
        make.agreement(
            two, title="Tự gia hạn", signed_on=date(2024, 1, 1), expires_on=date(2026, 12, 1),
            auto_renews=True, notice_months=3,
        )  # fmt: skip


def titles(response):
    assert response.status_code == 200, told(response)
    return re.findall(r'<a href="/agreements/\d+"><bdi>([^<]+)</bdi>', response.text)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Đã hết", "Sắp hết", "Còn dài", "Mãi mãi", "Mới là ý tưởng", "Tự gia hạn"]),
        ("?force=expired", ["Đã hết"]),
        ("?force=expiring&force=expired", ["Đã hết", "Sắp hết"]),
        ("?force=unsigned", ["Mới là ý tưởng"]),
        ("?state=idea", ["Mới là ý tưởng"]),
        ("?lane=days_30", ["Sắp hết"]),
        ("?lane=days_90", ["Tự gia hạn"]),
        ("?kind=friendship", ["Đã hết"]),
        ("?sector=health", ["Còn dài"]),
        ("?lead_unit=SYT", ["Còn dài"]),
        ("?partner=two", ["Đã hết", "Sắp hết", "Tự gia hạn"]),
        ("?region=europe&force=expiring", ["Sắp hết"]),
        ("?q=mai", ["Mãi mãi"]),
        ("?q=99/tt", ["Mãi mãi"]),
        ("?level=department", []),
        ("?sort=-title&partner=one", ["Sắp hết", "Mãi mãi", "Còn dài"]),
    ],
)
def test_filters_and_order(as_, many, query, found):
    assert titles(as_("viewer").get(f"/agreements{query}")) == found


def test_papers_and_partners_are_counted_apart(english, many):
    text = told(english("viewer").get("/agreements"))
    assert "6 papers · 3 partners with a paper · 2 with a signed one" in text
    text = told(english("viewer").get("/agreements?partner=one"))
    assert "3 papers · 2 partners with a paper · 2 with a signed one" in text


@pytest.mark.parametrize(
    "query", ["?force=nonsense", "?sector=none", "?page=2", "?sort=x", "?unknown=1", "?q=a&q=b"]
)
def test_a_senseless_list_is_refused(as_, many, query):
    assert as_("viewer").get(f"/agreements{query}").status_code == 422


def test_lanes_by_end(as_, many):
    page = as_("viewer").get("/agreements?view=lanes").text
    lanes = {
        re.match(r'[^"]*', part)[0]: re.findall(r'<a href="/agreements/\d+"><bdi>([^<]+)', part)
        for part in page.split('aria-labelledby="lane-')[1:]
    }
    assert lanes == {
        "ended": ["Đã hết"],
        "days_30": ["Sắp hết"],
        "days_90": ["Tự gia hạn"],
        "days_180": [],
        "later": ["Còn dài"],
        "open_ended": ["Mãi mãi"],
    }


def test_an_empty_list_says_what_belongs_there_and_offers_the_act(as_, database):
    page = as_("officer").get("/agreements").text
    assert 'href="/agreements/new"' in page.partition("<main")[2]
    assert 'class="empty"' in page


def test_the_list_takes_the_same_statements_for_few_papers_and_many(as_, make, queries):
    client, counted = as_("officer"), []
    for _ in range(2):
        with make.together():
            partner = make.partner()
            for _ in range(5):
                make.agreement(partner, sectors=[make.sector()], lead_unit=make.unit())
        for url in ("/agreements", "/agreements?view=lanes"):
            with queries() as seen:
                assert client.get(url).status_code == 200
            counted.append(len(seen))
    assert len(set(counted)) == 1, counted


def test_the_page_takes_the_same_statements_for_few_steps_and_many(as_, place, papers, make, queries, at):
    at("2026-03-02")
    officer = as_("officer")
    with make.together():
        codes = [make.organisation(code=f"CQ{n}").code for n in range(6)]
    paper = created(officer)
    act(officer, paper, "proposal", papers)
    counted = []
    for some in (codes[:1], codes[1:]):
        act(officer, paper, "consultation", papers, dossier_complete_on="2026-03-02", agencies=some)
        with queries() as seen:
            assert officer.get(f"/agreements/{paper}").status_code == 200
        counted.append(len(seen))
    assert counted[0] == counted[1]


def test_the_list_over_rest_pages_through_everything_once(api, many):
    http, url, found = api("read_key"), "/api/v1/agreements?limit=2&sort=-title", []
    while url:
        answer = http.get(url).json()
        found += [item["title"] for item in answer["items"]]
        url = answer["next"]
    assert found == ["Đã hết", "Tự gia hạn", "Sắp hết", "Mới là ý tưởng", "Mãi mãi", "Còn dài"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("force=expired", ["Đã hết"]),
        ("expires_before=2026-12-31&sort=ends_on", ["Đã hết", "Sắp hết"]),
        ("partner=two&sort=-signed_on", ["Sắp hết", "Đã hết", "Tự gia hạn"]),
    ],
)
def test_filters_over_rest(api, many, query, found):
    answer = api("read_key").get(f"/api/v1/agreements?{query}").json()
    assert [item["title"] for item in answer["items"]] == found
