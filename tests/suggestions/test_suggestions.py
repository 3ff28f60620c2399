"""What could be done with a partner: each suggestion says why and leads to its evidence."""

from datetime import date

import pytest

from app.vocabulary import DelegationDirection, DelegationState, OrganisationKind

PROGRAMME, DONOR = "Thoát nước đô thị", "JICA"


@pytest.fixture
def japan(make):
    """Kanagawa, strong in water, stuck, in a forum that meets; Fukuoka with a programme in water, given by
    JICA; and a trip to Fukuoka ahead."""
    with make.together() as session:
        area = make.sector(code="P3", name_vi="Đầu tư", name_en="Investment", level="policy_area")
        water = make.sector(code="water", name_vi="Nước", name_en="Water", parent=area)
        old = date(2010, 1, 1)
        places = {
            slug: make.partner(slug=slug, name_en=name, country=country, friendship_since=old, strengths=own)
            for slug, name, country, own in (
                ("kanagawa", "Kanagawa", "JP", [water]),
                ("fukuoka", "Fukuoka", "JP", []),
                ("oita", "Oita", "JP", []),
                ("seoul", "Seoul", "KR", []),
            )
        }
        make.review(places["kanagawa"])
        make.review(places["oita"])
        donor = make.organisation(code="JICA", name_vi="JICA", name_en="JICA", kind=OrganisationKind.donor,
                                  country="JP")  # fmt: skip
        run = make.programme(places["fukuoka"], title=PROGRAMME, sector=water)
        from app.models import ProgrammeUnit

        session.add(ProgrammeUnit(programme_id=run.id, organisation_id=donor.id, role="donor"))
        forum = make.forum(code="anmc", acronym="ANMC21", members=[places["kanagawa"], places["seoul"]])
        make.meeting(forum, title="Hội nghị Seoul", starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 3))
        make.meeting(forum, title="Hội nghị cũ", starts_on=date(2025, 9, 1), ends_on=date(2025, 9, 3))
        trip = {
            "direction": DelegationDirection.outbound, "state": DelegationState.planned,
            "minutes": "rất kín", "confidential": True,
        }  # fmt: skip
        places["trip"] = make.visit(places["fukuoka"], on=date(2026, 8, 1), title="Đoàn đi Nhật", **trip)
        make.visit(places["seoul"], on=date(2026, 8, 1), title="Đoàn đi Hàn", **trip)
    return places


def test_each_suggestion_says_why_and_leads_to_its_evidence(as_, api, japan):
    page = as_("viewer").get("/partners/kanagawa/suggestions").text
    for text in (
        PROGRAMME, "strong in the same: Water; in the same country: Japan", "JICA", "a donor of Japan",
        "Hội nghị Seoul", "the partner belongs to ANMC21", "Đoàn đi Nhật", "our trip goes to Japan",
    ):  # fmt: skip
        assert text in page, text
    for text in ("Hội nghị cũ", "Đoàn đi Hàn", "rất kín"):
        assert text not in page
    answer = (
        api("read_key").get("/api/v1/partners/kanagawa/suggestions", headers={"Accept-Language": "en"}).json()
    )
    kinds = {it["kind"]: it for it in answer["items"]}
    assert set(kinds) == {"programme", "donor", "meeting", "trip"}
    assert kinds["programme"]["partners"] == ["fukuoka"]
    assert [why["ground"] for why in kinds["programme"]["why"]] == ["strength", "country"]
    assert all(it["why"] and it["evidence"][0]["url"].startswith("/") for it in answer["items"])
    for it in answer["items"]:
        for proof in it["evidence"]:
            assert as_("viewer").get(proof["url"]).status_code == 200, proof
    fragment = as_("viewer").get("/partners/kanagawa/suggestions", headers={"HX-Request": "true"}).text
    assert fragment.lstrip().startswith('<div class="suggestions"')
    for url in ("/partners/kanagawa", "/review?partner=kanagawa", "/pushes/new?partner=kanagawa"):
        assert 'data-hx-get="/partners/kanagawa/suggestions"' in as_("manager").get(url).text, url
    assert as_("viewer").get("/partners/atlantis/suggestions").status_code == 404


def test_a_priority_of_the_city_is_data_and_holds_for_the_sectors_of_an_area(as_, api, japan):
    manager = as_("manager")
    assert "Shared" not in manager.get("/partners/kanagawa/suggestions").text
    tag = {"If-Match": api("read_key").get("/api/v1/sectors/P3").headers["etag"]}
    url = "/api/v1/sectors/P3/priority"
    assert api("write_key").post(url, json={"priority": True}, headers=tag).status_code == 403
    made = api("admin_key").post(url, json={"priority": True}, headers=tag)
    assert made.json()["priority"] is True
    assert api("admin_key").post(url, json={"priority": False}, headers=tag).status_code == 412
    page = manager.get("/partners/kanagawa/suggestions").text
    assert "a priority of the city: Investment" in page
    form = {"priority": "false", "version": "2"}
    assert as_("officer").post("/sectors/P3/priority", data=form).status_code == 403
    assert manager.post("/sectors/P3/priority", data={**form, "version": "1"}).status_code == 409
    assert manager.post("/sectors/P3/priority", data=form).status_code == 303
    assert manager.post("/sectors/nothing/priority", data=form).status_code == 404
    assert "a priority of the city" not in manager.get("/partners/kanagawa/suggestions").text


def test_a_planned_trip_lists_the_stuck_partners_near_it_by_need(as_, japan, make):
    page = as_("viewer").get(f"/delegations/{japan['trip'].id}").text
    near = page[page.index("Stuck partners near this trip") :]
    assert near.index("/partners/kanagawa") < near.index("/partners/oita")
    assert "/partners/seoul" not in near
    done = make.visit(japan["fukuoka"], on=date(2026, 6, 1), direction=DelegationDirection.outbound)
    assert "Stuck partners near" not in as_("viewer").get(f"/delegations/{done.id}").text


def test_suggestions_take_a_fixed_number_of_statements(as_, make, queries, japan):
    viewer = as_("viewer")

    def count():
        with queries() as seen:
            viewer.get("/partners/kanagawa/suggestions")
        return len(seen)

    before = count()
    with make.together():
        for n in range(8):
            other = make.partner(slug=f"jp{n}", country="JP", friendship_since=date(2011, 1, 1))
            make.programme(other, title=f"Chương trình {n}")
            make.visit(other, on=date(2026, 10, 1), direction=DelegationDirection.outbound, state="planned")
    assert count() == before
