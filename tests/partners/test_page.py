"""The page of one partner: what it says of a standing, and to whom."""

import html
import re
from datetime import date

import pytest

from app.delegations.schemas import VisitIn
from app.delegations.service import log_visit
from app.interactions.schemas import InteractionIn
from app.interactions.service import log_interaction
from app.templating import LOCALE_COOKIE
from app.vocabulary import (
    DatePrecision,
    DelegationState,
    FollowUpKind,
    OwedBy,
    PauseState,
    RelationBasis,
    Rung,
    Status,
    Tier,
)
from tests.staging import staged

URL = "/partners/fukuoka"


def text_of(response):
    """What a reader reads, on one line."""
    body = re.sub(r"<(style|script|title|svg)\b.*?</\1>", " ", response.text, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def acts(response):
    """The forms and links of the page itself, without its frame, that would change something."""
    body = response.text.partition("<main")[2].partition("</main>")[0]
    links = r'href="(/(?:visits/new|follow-ups/new|review(?!/moves)|partners/[^"]+/edit)[^"]*)"'
    return re.findall(r'action="(/partners/[^"]+)"', body) + re.findall(links, body)


@pytest.fixture
def page(as_):
    """Open a page as somebody, in a language; it must be there."""

    def read(url=URL, who="officer", locale="vi", status=200, **headers):
        client = as_(who)
        client.cookies.set(LOCALE_COOKIE, locale)
        response = client.get(url, headers=headers)
        assert response.status_code == status, response.text[:2000]
        return response

    return read


@staged
def stuck(make):
    """A partner with three courtesy visits and an old friendship."""
    with make.together():
        partner = make.partner(
            slug="fukuoka", name_vi="Tỉnh Fukuoka", name_en="Fukuoka Prefecture",
            friendship_since=date(2008, 2, 22),
        )  # fmt: skip
        for year in (2024, 2025, 2026):
            make.visit(partner, on=date(year, 1, 10), title=f"Đoàn chào xã giao {year}")
    return partner


# ---- standing


@pytest.mark.parametrize("locale", ["vi", "en"])
@pytest.mark.parametrize("status", Status)
def test_every_status_has_its_page(page, make, status, locale):
    with make.together():
        fields = {
            Status.untied: {},
            Status.no_data: {"friendship_known": True},
            Status.at_risk: {"friendship_since": date(2024, 9, 1)},
            Status.on_track: {"friendship_since": date(2026, 1, 1)},
        }.get(status, {"friendship_since": date(1994, 3, 1)})
        partner = make.partner(slug="fukuoka", **fields)
        if status in {Status.stuck, Status.at_risk, Status.on_track, Status.parked}:
            make.review(partner)
        if status == Status.parked:
            make.pause(partner)
        if status in {Status.advancing, Status.slowing}:
            started = date(2026, 3, 1) if status == Status.advancing else date(2025, 9, 1)
            make.programme(partner, started_on=started)
    from app.i18n import words
    from app.vocabulary import Locale

    spoken = words(Locale(locale))
    answer = page(locale=locale)
    told = text_of(answer)
    assert spoken.label(status) in told
    if status == Status.parked:
        assert f"({spoken.label(Status.stuck)})" in told
        assert f'action="{URL}/steps"' not in answer.text, "what is parked is not pushed"


def test_each_clause_leads_to_a_record_that_exists(page, make, as_, stuck):
    with make.together():
        paper = make.agreement(stuck, signed_on=date(2015, 1, 1), expires_on=date(2020, 1, 1))
        late = make.follow_up(stuck, raised_on=date(2025, 1, 1), due_on=date(2025, 2, 1))
        talk = make.interaction(stuck, on=date(2026, 2, 1))
    sentence = re.search(r'<p class="sentence">(.*?)</p>', page().text, re.S)[1]
    links = re.findall(r'href="([^"]+)"', sentence)
    assert {f"{URL}#partner", f"/agreements/{paper.id}", f"/follow-ups/{late.id}"} <= set(links)
    assert f"/interactions/{talk.id}" in links
    assert any(link.startswith("/delegations/") for link in links)
    client = as_("viewer")
    for link in links:
        answer = client.get(link)
        assert answer.status_code == 200, link
        if "#" in link:
            assert f'id="{link.split("#")[1]}"' in answer.text


def test_several_records_behind_a_clause_are_small_numbered_links(page, stuck):
    proofs = re.search(r'<span class="proofs">(.*?)</span>', page().text, re.S)[1]
    assert re.findall(r">(\d)</a>", proofs) == ["2", "3"]
    assert len(re.findall(r'aria-label="[^"]+"', proofs)) == 2


def test_a_declared_rung_is_said_beside_the_evidence(page, make):
    make.partner(slug="fukuoka", friendship_since=date(1994, 3, 1), declared_rung=Rung.substantive)
    assert "Khai báo: hợp tác thực chất; bằng chứng: hữu nghị ban đầu." in text_of(page())


def test_it_says_until_when_the_standing_holds_and_what_comes_then(page, make):
    partner = make.partner(slug="fukuoka", friendship_since=date(2024, 9, 1))
    make.review(partner)
    assert "Giữ đến 01/09/2026 nếu không có gì mới; sau đó: dừng ở hữu nghị ban đầu." in text_of(page())


def test_the_course_of_ten_years_is_drawn_and_told_in_a_table(page, stuck):
    body = page().text
    assert re.search(r'<svg class="course-chart"[^>]*role="img" aria-label="[^"]+', body)
    rows = re.findall(r"<tr><td>([^<]+)</td><td>([^<]+)</td>", body)
    assert rows[-1] == ("15/06/2016", "chưa đủ dữ liệu")
    assert rows[0][1] == "dừng ở hữu nghị ban đầu"
    assert "style=" not in body, "the content security policy forbids inline styles"


# ---- the next step


def test_the_step_is_a_form_that_can_be_sent_as_it_is(page, make, stuck):
    with make.together():
        environment = make.sector(code="environment", name_vi="Môi trường", name_en="Environment")
        transport = make.sector(code="transport", name_vi="Giao thông", name_en="Transport")
        health = make.sector(code="health", name_vi="Y tế", name_en="Health")
        other = make.partner(
            slug="kanagawa", name_vi="Kanagawa", name_en="Kanagawa", friendship_since=date(1994, 3, 1),
            strengths=[environment, transport, health],
        )  # fmt: skip
        make.review(other)
        make.agreement(other, sectors=[environment, transport], signed_on=date(2010, 1, 1))
    body = page("/partners/kanagawa").text
    form = re.search(r'<form class="step-form".*?</form>', body, re.S)[0]
    assert 'action="/partners/kanagawa/steps"' in form
    fields = dict(re.findall(r'name="(\w+)"[^>]*? value="([^"]*)"', form))
    assert fields["title"] == (
        "Đề xuất chương trình công tác hai năm với Kanagawa về giao thông và môi trường"
    )
    assert (fields["owed_by"], fields["kind"], fields["due_on"]) == ("home", "work_programme", "2026-07-15")
    assert fields["assignee"] == "officer@city.example"
    assert len(fields["form_token"]) > 10
    title = re.search(r'name="title" value="([^"]+)', page("/partners/kanagawa", locale="en").text)[1]
    assert title == "Propose a two-year work programme to Kanagawa on environment and transport"


@pytest.mark.parametrize(
    ("make_it", "url"),
    [
        ({}, "/visits/new?partner=fukuoka"),
        ({"friendship_since": date(2026, 1, 1)}, "/follow-ups/new?partner=fukuoka&amp;kind=proposal"),
    ],
)
def test_what_the_next_rung_needs_can_be_begun(page, make, make_it, url):
    make.partner(slug="fukuoka", **make_it)
    needs = re.search(r'<section class="needs".*?</section>', page().text, re.S)[0]
    assert url in needs


@pytest.mark.parametrize("who", ["officer", "other_officer", "manager", "admin"])
def test_those_who_write_are_offered_acts(page, stuck, who):
    offered = acts(page(who=who))
    assert {f"{URL}/steps", f"{URL}/reviews", f"{URL}/edit", "/visits/new?partner=fukuoka"} <= set(offered)


def test_a_viewer_is_offered_none(page, stuck):
    assert set(acts(page(who="viewer"))) <= {URL, f"{URL}/follow"}, "to follow is theirs alone"


def test_nobody_signed_in_sees_nothing(as_, stuck):
    answer = as_("stranger").get(URL)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")


# ---- the rest of the page


def test_names_in_the_language_of_the_page_the_others_beside_it(page, make):
    make.partner(slug="fukuoka", name_vi="Tỉnh Fukuoka", name_en="Fukuoka Prefecture", name_local="福岡県")
    body = page().text
    assert "<h1><bdi>Tỉnh Fukuoka</bdi></h1>" in body
    assert "<bdi>福岡県</bdi>" in body
    assert "<h1><bdi>Fukuoka Prefecture</bdi></h1>" in page(locale="en").text


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", 'O"Neil & sons', "مدينة الرياض", "100% {{ 7*7 }}"]
)
def test_hostile_and_foreign_names_are_shown_as_they_are(page, make, name):
    partner = make.partner(slug="fukuoka", name_vi=name, name_local=name, name_en="X", aliases=[name + "2"])
    make.visit(partner, title=name, head=name, minutes=name, source=name)
    make.follow_up(partner, title=name)
    answer = page()
    assert "<script>alert" not in answer.text
    assert f"<h1><bdi>{html.escape(name, quote=False)}".replace('"', "&#34;") in answer.text
    assert text_of(answer).count(" ".join(name.split())) >= 3 or "<" in name


def test_an_illustrative_partner_says_so(page, make):
    make.partner(slug="fukuoka", relation_basis=RelationBasis.illustrative, is_demo=True)
    told = text_of(page())
    assert "Hồ sơ minh họa: không có nguồn nào ghi nhận quan hệ này." in told
    make.partner(slug="kanagawa")
    assert "minh họa" not in text_of(page("/partners/kanagawa"))


def test_an_empty_file_says_what_belongs_there(page, make):
    make.partner(slug="fukuoka")
    told = text_of(page())
    for text in ("Chưa có thỏa thuận nào.", "Chưa có chương trình.", "Chưa có dữ kiện nào có ngày."):
        assert text in told


def test_papers_are_counted_by_what_they_are_today(page, make, stuck):
    with make.together():
        make.agreement(stuck, signed_on=date(2020, 1, 1), expires_on=date(2025, 1, 1))
        make.agreement(stuck, signed_on=date(2021, 1, 1))
        make.agreement(stuck, signed_on=date(2022, 1, 1), terminated_on=date(2023, 1, 1))
        make.agreement(stuck, signed_on=None, state="proposed")
    assert "4 văn bản: 1" in text_of(page())


def test_a_signed_amendment_extends_the_paper_it_amends(page, make, stuck):
    with make.together():
        first = make.agreement(stuck, signed_on=date(2020, 1, 1), expires_on=date(2025, 1, 1), title="Gốc")
        make.agreement(
            stuck, signed_on=date(2024, 1, 1), expires_on=date(2028, 1, 1), amends_id=first.id, title="Sửa"
        )
    told = text_of(page())
    assert "01/01/2028 ( đã gia hạn )" in told or "01/01/2028 (đã gia hạn)" in told


def test_partly_known_dates_are_written_as_far_as_they_are_known(page, make, stuck):
    with make.together():
        make.agreement(stuck, title="Một", signed_on=date(2008, 2, 1), signed_precision=DatePrecision.month)
        make.visit(
            stuck, title="Hai", on=date(2011, 1, 1), starts_precision=DatePrecision.year,
            ends_precision=DatePrecision.year,
        )  # fmt: skip
    told = text_of(page())
    assert "tháng 2/2008" in told
    assert "01/02/2008" not in told
    assert "01/01/2011" not in told
    assert "Feb 2008" in text_of(page(locale="en"))


def test_sources_that_disagree_are_both_shown(page, make, stuck):
    paper = make.agreement(stuck, signed_on=date(2008, 2, 22))
    make.dispute(
        stuck, record_type="agreement", record_id=paper.id, field="signed_on", value_used="2008-02-22",
        value_other="2018-02", source_used="pref.fukuoka.lg.jp", source_other="document 002",
        note="Trang của tỉnh ghi ngày này.",
    )  # fmt: skip
    told = text_of(page())
    assert (
        "Giá trị dùng 22/02/2008 Nguồn: pref.fukuoka.lg.jp Nguồn khác tháng 2/2018 Nguồn: document 002"
        in told
    )
    assert "Trang của tỉnh ghi ngày này." in told
    assert "nguồn mâu thuẫn" in told


def test_programmes_show_how_far_they_are(page, make, stuck):
    with make.together():
        run = make.programme(stuck, title="Xử lý rác", started_on=date(2025, 1, 1))
        make.milestone(run, title="Khảo sát", done_on=date(2025, 5, 1))
        make.milestone(run, title="Bàn giao", due_on=date(2026, 5, 1))
        make.progress(run, text="Đã lắp đặt", on=date(2026, 5, 2))
        make.result(run, indicator="Tấn rác", actual=118.0, evidence=None)
    told = text_of(page())
    for text in ("xong 1 trên 2 mốc", "Đã lắp đặt", "Bàn giao", "Tấn rác : 118", "chưa kiểm chứng"):
        assert text in told, text


def test_open_work_stands_on_the_side_that_owes_it(page, make, stuck):
    with make.together():
        make.follow_up(stuck, title="Việc ta", due_on=date(2026, 6, 1))
        make.follow_up(stuck, title="Việc bạn", owed_by=OwedBy.partner)
        make.follow_up(stuck, title="Việc cũ", done_on=date(2026, 5, 1))
    work = re.search(r'aria-labelledby="work-head">(.*?)</section>', page().text, re.S)[1]
    home, theirs = work.split("Phía bạn cam kết")
    assert "Việc ta" in home
    assert "quá hạn 14 ngày" in home
    assert "Việc bạn" in theirs
    assert "Việc cũ" not in work


def test_the_file_card_says_how_fresh_it_is(page, make, officer):
    partner = make.partner(slug="fukuoka", source="pref.fukuoka.lg.jp")
    assert "chưa lần nào" in text_of(page())
    make.review(partner, on=date(2026, 5, 3), by_id=officer.user_id)
    assert "Xác nhận hồ sơ đã đủ 03/05/2026 · officer" in text_of(page())


def test_a_request_to_park_waits_for_the_second_person(page, make, stuck):
    make.pause(stuck, state=PauseState.asked)
    assert "Chờ người thứ hai quyết định." in text_of(page())


def test_an_unknown_or_archived_partner_is_not_there(page, make):
    from app import clock

    make.partner(slug="gone", archived_at=clock.now())
    for slug in ("nowhere", "gone", "'; drop table partner", "%F0%9F%98%80", "x" * 3000):
        assert "Không tìm thấy đối tác này" in text_of(page(f"/partners/{slug}", status=404))


def test_a_visit_just_logged_tells_what_it_did(page, database, make, officer, today, stuck):
    visit = VisitIn(partner="fukuoka", direction="outbound", title="Đoàn ra", starts_on=today, ends_on=today)
    with database.write() as session:
        logged = log_visit(session, officer, visit, today=today)
    assert (
        "Đoàn ra"
        in re.search(
            r'id="visit-effect".*?</section>', page(f"{URL}?visit={logged.delegation.id}").text, re.S
        )[0]
    )
    for other in ("999", "x", "-1", "9" * 30):
        assert 'id="visit-effect"' not in page(f"{URL}?visit={other}").text


# ---- the thread


def test_the_thread_can_be_filtered_and_followed_to_its_end(page, make, stuck):
    with make.together():
        for day in range(1, 29):
            make.interaction(stuck, on=date(2023, 2, day), title=f"Trao đổi {day:02}")
    seen, url = [], f"{URL}?kind=interaction"
    while url:
        body = page(html.unescape(url)).text
        seen += re.findall(r'id="(interaction-\d+)"', body)
        found = re.search(r'class="button" href="([^"#]+)#timeline" data-hx-get', body)
        url = found and found[1]
    assert len(seen) == len(set(seen)) == 28
    fragment = page(f"{URL}?before=2023-02-10.15.1", **{"HX-Request": "true"}).text
    assert "<html" not in fragment
    assert fragment.count("<li") > 3


@pytest.mark.parametrize(
    "query",
    [
        "kind=x",
        "before=x",
        "before=2023-02-10.1",
        "before=2023-02-10.1.99999999999999999999",
        "as_of=2026-13-01",
        "as_of=x",
    ],
)
def test_a_senseless_address_is_refused_in_words(page, stuck, query):
    page(f"{URL}?{query}", status=422)


# ---- as of a day


def test_as_of_a_day_later_facts_are_absent_and_nothing_can_be_done(page, make, stuck):
    with make.together():
        make.agreement(stuck, title="Văn bản mới", signed_on=date(2026, 5, 1))
        make.programme(stuck, title="Chương trình mới", started_on=date(2026, 4, 1))
        make.follow_up(stuck, title="Việc về sau", raised_on=date(2026, 4, 1))
        make.follow_up(
            stuck, title="Việc đã xong", raised_on=date(2025, 4, 1), due_on=date(2025, 9, 1),
            done_on=date(2026, 2, 1),
        )  # fmt: skip
        make.review(stuck, on=date(2026, 5, 1))
        make.visit(stuck, title="Đoàn sắp tới", on=date(2026, 9, 1), state=DelegationState.planned)
    answer = page(f"{URL}?as_of=2025-06-30")
    told = text_of(answer)
    for absent in (
        "Văn bản mới",
        "Chương trình mới",
        "Việc về sau",
        "Đoàn chào xã giao 2026",
        "Đoàn sắp tới",
    ):
        assert absent not in told, absent
    for there in ("Đoàn chào xã giao 2025", "Việc đã xong", "Hồ sơ tại ngày 30/06/2025", "chưa lần nào"):
        assert there in told, there
    assert set(acts(answer)) <= {URL}
    assert f'href="{URL}"' in answer.text, "the way back to today"
    assert page(f"{URL}?as_of=30/06/2025").status_code == 200


def test_as_of_a_day_the_standing_is_that_days(page, make):
    partner = make.partner(slug="fukuoka", friendship_since=date(2020, 1, 1))
    make.programme(partner, started_on=date(2026, 1, 1))
    assert "đang tiến triển" in text_of(page()).split("Diễn biến")[0]
    before = text_of(page(f"{URL}?as_of=2025-12-31")).split("Diễn biến")[0]
    assert "đang tiến triển" not in before


def test_a_day_to_come_is_a_forecast(page, make, stuck):
    assert "Dự kiến tại ngày 01/01/2027" in text_of(page(f"{URL}?as_of=2027-01-01"))


# ---- the list one came from


def test_the_neighbours_of_the_list_one_came_from(page, make):
    with make.together():
        for slug in ("aa", "bb", "cc", "dd"):
            make.partner(slug=slug, name_vi=slug.upper(), name_en=slug.upper(), tier=Tier.wide)
        make.partner(slug="bbb", name_vi="BBB", name_en="BBB", tier=Tier.priority)
    body = page("/partners/bb?list=tier%3Dwide%26sort%3D-name").text
    place = re.search(r'<nav class="place.*?</nav>', body, re.S)[0]
    assert 'rel="prev" href="/partners/cc?list=tier%3Dwide%26sort%3D-name"' in place
    assert 'rel="next" href="/partners/aa?list=' in place
    assert "3 trên 4" in text_of(page("/partners/bb?list=tier%3Dwide%26sort%3D-name"))
    assert 'href="/partners?tier=wide&amp;sort=-name"' in place


@pytest.mark.parametrize(
    "query", ["tier%3Dnope", "x%3D1", "sort%3Drelevance", "%22%3E%3Cscript%3E", "page%3D0"]
)
def test_a_list_that_is_none_costs_only_its_links(page, make, query):
    make.partner(slug="bb")
    body = page(f"/partners/bb?list={query}").text
    assert 'rel="prev"' not in body
    assert "<script>" not in body.replace('<script src="', "")


# ---- confidence


@staged
def confidential(database, make, officer, today):
    """A visit and a call of the officer's with notes that are not for everybody."""
    make.partner(slug="fukuoka")
    visit = VisitIn(
        partner="fukuoka", direction="inbound", title="Đoàn vào", starts_on=today, ends_on=today,
        met="Ông Hattori", minutes="Điều kín một", confidential=True,
    )  # fmt: skip
    talk = InteractionIn(
        partners=["fukuoka"], on=today, channel="call", title="Điện đàm", people="Bà Mori",
        summary="Điều kín hai", confidential=True,
    )  # fmt: skip
    with database.write() as session:
        logged = log_visit(session, officer, visit, today=today)
        talked = log_interaction(session, officer, talk, today=today)
        return logged.delegation.id, talked.id


SECRETS = ("Ông Hattori", "Điều kín một", "Bà Mori", "Điều kín hai")


@pytest.mark.parametrize(
    ("who", "sees"),
    [("officer", True), ("manager", True), ("admin", True), ("other_officer", False), ("viewer", False)],
)
def test_confidential_notes_are_for_their_author_and_managers(page, confidential, who, sees):
    visit_id, talk_id = confidential
    own = [
        text_of(page(url, who=who))
        for url in (URL, f"/interactions/{talk_id}", f"/delegations/{visit_id}", "/history?partner=fukuoka")
    ]
    told = " ".join(own)
    assert ("Điều kín một" in told, "Điều kín hai" in told) == (sees, sees)
    if not sees:
        assert not [secret for secret in SECRETS if secret in told]
        assert "Nội dung hạn chế" in own[0]
        assert "Nội dung hạn chế" in own[1]


def test_history_keeps_a_confidential_note_too(page, database, confidential, officer):
    from app.history import record
    from app.models import Interaction

    with database.write() as session:
        talk = session.get(Interaction, confidential[1])
        talk.summary = "Điều kín ba"
        talk.title = "Điện đàm lần hai"
        record(session, officer, "interaction.changed", talk)
    for url in (f"/interactions/{confidential[1]}",):
        assert "Điều kín ba" in text_of(page(url))
        told = text_of(page(url, who="other_officer"))
        assert "Điều kín" not in told
        assert "Điện đàm lần hai" in told
        assert "Nội dung hạn chế đã được sửa." in told


# ---- cost


def test_the_page_takes_the_same_statements_for_few_facts_and_many(page, make, queries):
    def fill(partner, times):
        unit = make.unit()
        for n in range(times):
            day = date(2024, 1 + n % 12, 1 + n // 12)
            visit = make.visit(partner, on=day)
            make.follow_up(partner, delegation=visit, unit=unit)
            make.follow_up(partner, owed_by=OwedBy.partner, kind=FollowUpKind.information)
            make.interaction(partner, on=day)
            paper = make.agreement(partner, signed_on=day, sectors=[make.sector()], lead_unit=unit)
            make.dispute(partner, record_type="agreement", record_id=paper.id, field="signed_on")
            run = make.programme(partner, started_on=day)
            make.milestone(run, done_on=day)
            make.progress(run, on=day)
            make.result(run, on=day)
            make.review(partner, on=day)
            make.forum(members=[partner])

    few, many = make.partner(slug="few", strengths=[make.sector()]), make.partner(slug="many")
    with make.together():
        fill(few, 1)
    with make.together():
        fill(many, 40)
    counts = {}
    for slug in ("few", "many", "few?as_of=2025-01-01", "many?as_of=2025-01-01"):
        page(f"/partners/{slug}")
        with queries() as seen:
            answer = page(f"/partners/{slug}")
        counts[slug] = len(seen)
        assert not seen.writes()
        if slug == "many":
            assert len(answer.content) < 130_000
    assert counts["few"] == counts["many"], counts
    assert counts["few?as_of=2025-01-01"] == counts["many?as_of=2025-01-01"], counts
    assert counts["few"] <= 45, counts
