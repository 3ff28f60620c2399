"""A programmer of another department, with only the guide: from the key on the page to the signed delivery of
what a visit changed, over real HTTP."""

import html
import json
import re
import select

import httpx
import pytest

from tests.actors import OTHER_UNIT, PASSWORD, PEOPLE, UNIT, bearer
from tests.api.conftest import free_port, receiving

PATIENCE = 120  # seconds for a worker on a busy machine


@pytest.fixture
def administrator(live):
    """The administrator's browser."""
    with httpx.Client(base_url=live.url, follow_redirects=True, timeout=60) as page:
        entering = {"email": PEOPLE["admin"].email, "password": PASSWORD}
        assert page.post("/sign-in", data=entering).url.path == "/"
        yield page


def made_on_the_page(page, **fields):
    """The key that the page shows once."""
    token = re.search(r'name="form_token" value="([^"]*)"', page.get("/settings/keys").text)
    shown = page.post("/settings/keys", data={**fields, "form_token": token[1]})
    return html.unescape(re.search(r'id="f-key" value="(ct_[^"]*)"', shown.text)[1])


def program(live, headers):
    """A program as the guide begins one."""
    headers = {**headers, "Accept-Language": "en"}
    return httpx.Client(base_url=f"{live.url}/api/v1", headers=headers, timeout=60)


def line_of(process):
    """What the receiver believed next."""
    assert select.select([process.stdout], [], [], PATIENCE)[0], "nothing was delivered"
    return json.loads(process.stdout.readline())


def read_to_the_end(api, url):
    """What happened since, and where to go on."""
    found = []
    while True:
        page = api.get(url).raise_for_status().json()
        found += page["items"]
        url = page["next"]
        if not page["more"]:
            return found, url


def test_a_department_works_with_the_register_by_program(live, administrator):
    key = made_on_the_page(administrator, name="Sở Du lịch", unit=UNIT, scopes=["read", "write:unit"])
    colleague, port = program(live, bearer("write_key")), free_port()
    with program(live, {"Authorization": f"Bearer {key}"}) as api, colleague:
        stuck = api.get("/standings", params={"status": "stuck", "country": "JP"}).json()["items"]
        assert [standing["partner"] for standing in stuck] == ["fukuoka"]
        assert re.fullmatch(r"[ -~’–]+", stuck[0]["reasons"][0]["text"]), "in English"

        own = f"/follow-ups/{live.world.follow_up}/progress"
        assert api.post(own, json={"text": "Two districts have answered"}).status_code == 201
        assert [line["text"] for line in api.get(own).json()["items"]] == ["Two districts have answered"]

        work = {"title": "Theirs", "partners": ["lima"], "due_on": "2026-09-01", "unit": OTHER_UNIT}
        theirs = colleague.post("/follow-ups", json=work).raise_for_status().json()["id"]
        refused = api.post(f"/follow-ups/{theirs}/progress", json={"text": "Not ours"})
        assert refused.status_code in {403, 404}
        assert refused.headers["content-type"] == "application/problem+json"

        asked = {"name": "Bảng tin", "url": f"http://127.0.0.1:{port}/", "events": ["standing.changed"]}
        secret = api.post("/webhooks", json=asked).raise_for_status().json()["secret"]
        _, onwards = read_to_the_end(api, "/changes?type=standing.changed")

        with receiving(port, secret) as receiver:
            with httpx.Client(transport=httpx.HTTPTransport(retries=9)) as anybody:
                assert anybody.post(asked["url"], content=b"{}").status_code == 401, "it is listening"
            visit = {
                "partner": "fukuoka", "direction": "inbound", "title": "Đoàn làm việc", "purpose": "working",
                "starts_on": "2026-06-10", "ends_on": "2026-06-11",
                "follow_ups": [{"title": "Gửi dự thảo", "due_on": "2026-07-10"}],
            }  # fmt: skip
            logged = colleague.post("/visits", json=visit).raise_for_status().json()
            assert logged["standing"]["before"] != logged["standing"]["after"]
            delivery = line_of(receiver)

        assert delivery["type"] == "standing.changed"
        assert delivery["data"]["partners"] == ["fukuoka"]
        changes, _ = read_to_the_end(api, onwards)
        assert delivery["data"] in changes
