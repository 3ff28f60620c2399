"""Long forms keep drafts in the browser: each names its own, and only a save ends one."""

import re

import pytest


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/visits/new", "visit"),
        ("/follow-ups/new", "follow-up"),
        ("/partners/new", "partner"),
        ("/delegations/new", "delegation"),
        ("/agreements/new", "agreement"),
        ("/programmes/new", "programme"),
        ("/people/new", "person"),
        ("/organisations/new", "organisation"),
        ("/interactions/new", "contact"),
        ("/partners/fukuoka/edit", "partner:fukuoka"),
    ],
)
def test_a_long_form_names_its_draft(as_, make, path, key):
    make.partner(slug="fukuoka")
    page = as_("manager").get(path).text
    assert re.findall(r'data-draft="([^"]+)"', page) == [key]
    assert 'id="draft-template"' in page


def test_a_reload_of_what_a_visit_did_ends_no_draft(client, make):
    make.partner(slug="fukuoka", name_en="Fukuoka")
    visit = {"partner": "Fukuoka", "direction": "inbound", "starts_on": "2026-06-10", "level": "working",
             "purpose": "courtesy", "form_token": "t"}  # fmt: skip
    address = client.post("/visits", data=visit).headers["location"]
    page = client.get(address).text
    assert "Visit logged" in page
    assert "data-draft-clear" not in page
