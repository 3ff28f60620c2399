"""The same bad input, from a page and from a program: the same status, and the same field at fault."""

import re

import pytest

VISIT = {
    "partner": "fukuoka",
    "direction": "inbound",
    "title": "Working visit",
    "starts_on": "2026-06-01",
    "ends_on": "2026-06-02",
}
FOLLOW_UP = {
    "partner": "fukuoka",
    "title": "Send the draft",
    "owed_by": "home",
    "kind": "proposal",
    "due_on": "2026-07-01",
}
PARTNER = {
    "name_vi": "Fukuoka",
    "name_en": "Fukuoka",
    "country": "JP",
    "kind": "prefecture",
    "region": "northeast_asia",
    "tier": "regular",
}
BAD = [
    ("visits", VISIT, {"title": "x" * 10_000}, "title"),
    ("visits", VISIT, {"title": "turned \u202e round"}, "title"),
    ("visits", VISIT, {"starts_on": "2026-02-30"}, "starts_on"),
    ("visits", VISIT, {"ends_on": "2026-05-01"}, "ends_on"),
    ("visits", VISIT, {"ends_on": "2027-05-01"}, "ends_on"),
    ("visits", VISIT, {"direction": "sideways"}, "direction"),
    ("visits", VISIT, {"partner": "nowhere"}, "partner"),
    ("follow-ups", FOLLOW_UP, {"title": ""}, "title"),
    ("follow-ups", FOLLOW_UP, {"due_on": "soon"}, "due_on"),
    ("follow-ups", FOLLOW_UP, {"kind": "magic"}, "kind"),
    ("partners", PARTNER, {"name_vi": ""}, "name_vi"),
    ("partners", PARTNER, {"country": "ZZ"}, "country"),
    ("partners", PARTNER, {"kind": "planet"}, "kind"),
]


def as_json(where, form):
    """The form's words as a program says them: what concerns several partners is a list of them."""
    if where != "follow-ups":
        return form
    return {**{k: v for k, v in form.items() if k != "partner"}, "partners": [form["partner"]]}


def fields_at_fault(page):
    """The names of the fields that a page marks as wrong; of a group of choices, the group."""
    groups = set(re.findall(r'<fieldset class="field has-error" id="f-([\w-]+)"', page))
    marked = re.findall(r"<(?:input|select|textarea)\b[^>]*aria-invalid=\"true\"[^>]*>", page)
    return groups | {name for tag in marked for name in re.findall(r'\bname="([^"]+)"', tag)}


@pytest.mark.parametrize(("where", "good", "bad", "field"), BAD)
def test_bad_input_is_refused_alike_at_both_doors(client, api, make, where, good, bad, field):
    make.partner(slug="fukuoka")
    page = client.post(f"/{where}", data={**good, **bad})
    problem = api("write_key").post(f"/api/v1/{where}", json=as_json(where, {**good, **bad}))
    assert (page.status_code, problem.status_code) == (422, 422)
    assert {error["pointer"] for error in problem.json()["errors"]} == {f"/{field}"}
    assert fields_at_fault(page.text) == {field}


@pytest.mark.parametrize(
    ("where", "good"), [("visits", VISIT), ("follow-ups", FOLLOW_UP), ("partners", PARTNER)]
)
def test_what_is_right_is_taken_at_both_doors(client, api, make, where, good):
    """So that the test above fails for the field it names."""
    make.partner(slug="fukuoka", name_vi="Phúc Cương" if where == "partners" else None)
    assert client.post(f"/{where}", data=good).status_code == 303
    again = {**good, "name_vi": "Hakata", "name_en": "Hakata"} if where == "partners" else good
    assert api("write_key").post(f"/api/v1/{where}", json=as_json(where, again)).status_code == 201
