"""The administrators' pages of webhooks."""

import re

from app.feeds.types import FAMILIES, TYPES

URL = "/settings/webhooks"


def sent(receiver, **more):
    return {
        "name": "Sở Du lịch", "url": receiver.url, "events": ["standing.changed", "delegation.*"],
        "partner": "", "country": "JP", "officer": "", **more,
    }  # fmt: skip


def made(as_, receiver):
    answer = as_("admin").post(URL, data=sent(receiver))
    assert answer.status_code == 200, answer.text
    secret = re.search(r'value="(whsec_[^"]+)"', answer.text)[1]
    return secret, re.search(rf'href="({URL}/\d+)"', answer.text)[1]


def test_an_administrator_makes_one_tries_it_and_reads_how_it_went(
    as_, receiver, carry, visit, api, monkeypatch
):
    secret, page = made(as_, receiver)
    client = as_("admin")
    assert "Sở Du lịch" in client.get(URL).text
    assert client.post(f"{page}/test", data={"form_token": "t"}).status_code == 303
    visit()
    carry()
    assert len(receiver.got) == 3
    shown = client.get(page).text
    assert "webhook.ping" in shown
    assert "delegation.logged" in shown
    assert secret not in shown
    resend = re.search(rf'action="({page}/deliveries/\d+/resend)"', shown)[1]
    assert client.post(resend, data={"form_token": "r"}).status_code == 303
    carry()
    assert len(receiver.got) == 4


def test_it_is_changed_silenced_woken_renewed_and_archived(as_, receiver):
    secret, page = made(as_, receiver)
    client = as_("admin")
    version = re.search(r'name="version" value="(\d+)"', client.get(page).text)[1]
    data = sent(receiver, name="Sở Công thương", version=version)
    assert client.post(page, data=data).status_code == 303
    stale = client.post(page, data=sent(receiver, name="Khác", version=version))
    assert stale.status_code == 409
    assert "Khác" in stale.text
    assert "Sở Công thương" in stale.text
    for act, says in (("deactivation", "silent"), ("activation", "sending")):
        assert client.post(f"{page}/{act}", data={"form_token": act, "after": "now"}).status_code == 303
        assert says in client.get(page).text
    version = re.search(r'name="version" value="(\d+)"', client.get(page).text)[1]
    renewed = client.post(f"{page}/secret", data={"overlap_hours": "2", "version": version})
    assert re.search(r'value="(whsec_[^"]+)"', renewed.text)[1] != secret
    assert client.post(f"{page}/delete", data={"form_token": "a"}).status_code == 303
    assert client.get(page).status_code == 404


def test_a_second_click_on_undo_leads_to_the_webhook_too(as_, receiver):
    _, page = made(as_, receiver)
    client = as_("admin")
    client.post(f"{page}/delete", data={"form_token": "a"})
    undo = re.search(rf'action="({page}/restoration\?version=\d+)"', client.get(URL).text)[1]
    for _ in range(2):
        answer = client.post(undo)
        assert (answer.status_code, answer.headers["location"]) == (303, page)
    client.post(f"{page}/delete", data={"form_token": "b"})
    client.post(undo)
    assert client.get(page).status_code == 404, "an Undo of before undoes nothing of after"
    assert client.post(f"{page}/restoration").status_code == 422


def test_what_is_wrong_is_said_beside_its_field(as_, receiver):
    answer = as_("admin").post(URL, data=sent(receiver, events="standing.moved", country="Nhật"))
    assert answer.status_code == 422
    assert {"f-events", "f-country"} <= set(re.findall(r'href="#(f-\w+)"', answer.text))
    assert "Nhật" in answer.text


def test_events_are_ticked_by_family_in_the_words_of_the_history(as_, receiver, api):
    _, page = made(as_, receiver)
    client = as_("admin")
    shown = client.get(page).text
    ticked = re.findall(r'name="events" value="([^"]+)" checked', shown)
    assert ticked == ["standing.changed", "delegation.*"]
    for text in ("<summary>Delegation", "Visit logged", "<summary>API key"):
        assert text in shown
    for kind in TYPES:
        assert f'value="{kind}"' in shown
    version = re.search(r'name="version" value="(\d+)"', shown)[1]
    url = f"/api/v1/webhooks/{page.rpartition('/')[2]}"
    before = api("admin_key").get(url).json()
    data = sent(receiver, events=ticked, version=version)
    assert client.post(page, data=data).status_code == 303
    assert api("admin_key").get(url).json() == before, "what is sent back as it stands changes nothing"
    data = sent(receiver, events=["standing.changed", "person.erased"], version=version)
    assert client.post(page, data=data).status_code == 303
    assert api("admin_key").get(url).json()["events"] == ["standing.changed", "person.erased"]


def test_the_events_that_most_receivers_want_come_first_and_those_of_the_standing_are_in_sight(as_):
    shown = as_("admin").get(URL).text
    groups = re.findall(r"<details( open)?><summary>.*?value=\"(\w+)\.\*\"", shown, re.S)
    families = [family for _, family in groups]
    first = ["standing", "partner", "delegation", "follow_up", "agreement", "programme"]
    assert families[:6] == first
    assert families[6:] == [family for family in FAMILIES if family not in first]
    refused = as_("admin").post(URL, data={"name": "", "events": "person.erased"}).text
    opened = re.findall(r"<details open><summary>.*?value=\"(\w+)\.\*\"", refused, re.S)
    assert opened == ["standing", "person"]


def test_after_a_stale_edit_what_was_chosen_of_the_others_counts(as_, receiver, api):
    _, page = made(as_, receiver)
    client = as_("admin")
    url = f"/api/v1/webhooks/{page.rpartition('/')[2]}"
    version = re.search(r'name="version" value="(\d+)"', client.get(page).text)[1]
    theirs = {"name": "Sở Công thương", "events": ["person.*"], "filter": {"country": ["FR"]}}
    assert api("admin_key").patch(url, json=theirs, headers={"If-Match": "*"}).status_code == 200
    stale = client.post(page, data=sent(receiver, version=version, country="KR"))
    assert stale.status_code == 409
    told = re.findall(r'name="keep-(\w+)" value="theirs".*?<div class="pre">(.*?)</div>', stale.text, re.S)
    assert dict(told) == {
        "name": "Sở Công thương", "events": "Person: Everything about it", "country": "FR",
    }  # fmt: skip
    version = re.search(r'name="version" value="(\d+)"', stale.text)[1]
    kept = {"keep-name": "mine", "keep-events": "theirs", "keep-country": "theirs"}
    data = sent(receiver, version=version, country="KR", **kept)
    assert client.post(page, data=data).status_code == 303
    now = api("admin_key").get(url).json()
    assert (now["name"], now["events"]) == ("Sở Du lịch", ["person.*"])
    assert now["filter"]["country"] == ["FR"]


def test_without_any_event_it_is_refused_and_what_was_ticked_stays_ticked(as_, receiver):
    client = as_("admin")
    none = client.post(URL, data=sent(receiver, events=[]))
    assert none.status_code == 422
    assert 'href="#f-events"' in none.text
    assert 'id="f-events"' in none.text
    wrong = client.post(URL, data=sent(receiver, events=["person.erased"], name=""))
    assert re.findall(r'name="events" value="([^"]+)" checked', wrong.text) == ["person.erased"]


def test_a_form_sent_twice_makes_one_and_tells_the_secret_once(as_, receiver):
    client, data = as_("admin"), sent(receiver, form_token="once")
    assert "whsec_" in client.post(URL, data=data).text
    again = client.post(URL, data=data)
    assert again.status_code == 303
    assert client.get(URL).text.count("Sở Du lịch") == 1


def test_others_are_not_let_in(as_):
    assert as_("manager").get(URL).status_code == 403
