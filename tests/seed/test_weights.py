"""No page of the demonstration weighs 60 KB, as a manager sees it, in the language that needs more bytes."""

from app.templating import LOCALE_COOKIE

HEAVY = (
    "/",
    "/review",
    "/review?view=all",
    "/review?view=waiting",
    "/review/trends",
    "/review/moves",
    "/partners?sort=-urgency",
    "/partners?view=board",
    "/partners/fukuoka",
    "/map",
    "/follow-ups?who=all",
    "/follow-ups?who=all&due=overdue",
    "/delegations",
    "/agreements",
    "/reports",
)
MOST = 60_000


def test_pages_of_the_demonstration_stay_light(demo, application, as_, monkeypatch):
    manager = as_("manager")
    manager.cookies.set(LOCALE_COOKIE, "vi")
    monkeypatch.setattr(application.state, "database", demo)
    answers = {path: manager.get(path) for path in HEAVY}
    assert {answer.status_code for answer in answers.values()} == {200}
    assert {path: len(it.content) for path, it in answers.items() if len(it.content) >= MOST} == {}
