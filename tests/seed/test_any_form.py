"""Whatever is sent to whichever page of the demonstration, it is not the server that is at fault."""

import re

import pytest

from tests.route_table import routes

KNOWN = {"slug": "fukuoka", "code": "anmc21", "year": "2026", "kind": "invitation", "among": "partners"}
FORMS = {
    "nothing": {},
    "another form": {"no_such_field": "1", "version": "1"},
    "no number, a NUL, markup": {
        "version": "x",
        "name": "\x00",
        "title": "<script>",
        "form_token": "x" * 400,
    },
    "twice, and no day": {"version": "9", "on": "99/99/9999", "partner": ["a", "b"], "partners": ["a", "a"]},
}


def address(path):
    def value(found):
        if found[1] == "code" and path.startswith("/organisations"):
            return "JICA"
        return KNOWN.get(found[1], "1")

    return re.sub(r"\{(\w+)(?::\w+)?\}", value, path)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_no_form_brings_a_page_down(demo, application, as_, monkeypatch, form):
    admin = as_("admin")
    monkeypatch.setattr(application.state, "database", demo)
    wrong = []
    for route in routes(application):
        if route.method == "POST" and not route.is_api and route.path != "/sign-out":
            answer = admin.post(address(route.path), data=form)
            if answer.status_code >= 500 and answer.status_code != 503:
                wrong.append(f"{route.path}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
