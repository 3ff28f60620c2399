"""One action, every door: a page's write has its JSON twin, and a table says who may pass where."""

import re
import types
from difflib import unified_diff

from app.acts import get_raw_body
from app.dependencies import api_actor, get_typed, page_actor
from app.files.receiving import receive
from tests import route_table
from tests.route_table import Route, routes

# Addresses that ask nobody who they are, and why.
PUBLIC = {
    "GET /healthz": "says only that the process is up",
    "GET /readyz": "says only whether the database is ready",
    "GET /metrics": "counts, no records",
    "GET /sign-in": "one must be able to sign in",
    "POST /sign-in": "one must be able to sign in",
    "POST /sign-out": "ends only the caller's own session",
    "GET /language/{code}": "the sign-in page has two languages",
    "GET /api/v1/openapi.json": "the description of the API, no records",
    "GET /api/docs": "the description of the API, no records",
    "GET /api/docs/changelog": "the description of the API, no records",
    "GET /api/docs/reference": "the description of the API, no records",
    "GET /api/docs/reference/{part}": "the description of the API, no records",
    "GET /api/docs/reference/{part}/{operation}": "the description of the API, no records",
    "GET /api/v1/calendar.ics": "calendar programs send no key; the token in the address opens one feed",
}

# Addresses for every caller that is known, whatever it may do, and why.
KNOWN = {"GET /api/v1/me": "tells a key about itself"}

# Writes that concern nobody but the caller's own account: everybody who is signed in may.
OWN = {
    "POST /settings/me": "their language, their digest",
    "POST /notices/read": "their notices",
    "POST /notices/{notice_id}/open": "their notice",
    "POST /changes/seen": "what they have seen",
    "POST /partners/{slug}/follow": "what they want to be told of",
    "POST /partners/{slug}/unfollow": "what they want to be told of",
    "POST /views": "their names for lists",
    "POST /calendars": "their calendars",
    "POST /calendars/{feed_id}": "their calendar",
    "POST /calendars/{feed_id}/renewal": "their calendar",
    "POST /calendars/{feed_id}/delete": "their calendar",
    "POST /views/{view_id}": "their name for a list; a shared one asks for a manager in the service",
    "POST /views/{view_id}/delete": "their name for a list; a shared one asks for a manager in the service",
    "POST /views/{view_id}/restoration": "their name for a list; a shared one asks for a manager",
}

# A page's write -> its twin, where the twin does not lie at the same address.
_FOLLOW_UP = "PATCH /api/v1/follow-ups/{follow_up_id}"
_PLAN_ITEM = "PATCH /api/v1/plans/{year}/items/{item_id}"
TWINS: dict[str, str] = {
    "POST /follow-ups/{follow_up_id}/done": _FOLLOW_UP,
    "POST /follow-ups/{follow_up_id}/postpone": _FOLLOW_UP,
    "POST /follow-ups/{follow_up_id}/drop": _FOLLOW_UP,
    "POST /follow-ups/{follow_up_id}/reopen": _FOLLOW_UP,
    "POST /follow-ups/{follow_up_id}/progress/{progress_id}/delete": (
        "DELETE /api/v1/follow-ups/{follow_up_id}/progress/{progress_id}"
    ),
    "POST /partners/{slug}/fields/{field}": "PATCH /api/v1/partners/{slug}",
    "POST /organisations/{code}/merger/delete": "DELETE /api/v1/organisations/{code}/merger",
    "POST /settings/keys": "POST /api/v1/keys",
    "POST /settings/webhooks": "POST /api/v1/webhooks",
    "POST /settings/webhooks/{webhook_id}": "PATCH /api/v1/webhooks/{webhook_id}",
    "POST /settings/webhooks/{webhook_id}/delete": "DELETE /api/v1/webhooks/{webhook_id}",
    **{
        f"POST /settings/webhooks/{{webhook_id}}/{act}": f"POST /api/v1/webhooks/{{webhook_id}}/{act}"
        for act in (
            "activation",
            "deactivation",
            "deliveries/{delivery_id}/resend",
            "restoration",
            "secret",
            "test",
        )
    },
    "POST /settings/keys/{key_id}": "PATCH /api/v1/keys/{key_id}",
    "POST /settings/keys/{key_id}/revocation": "POST /api/v1/keys/{key_id}/revocation",
    "POST /settings/keys/{key_id}/rotation": "POST /api/v1/keys/{key_id}/rotation",
    "POST /settings/reporting": "PATCH /api/v1/settings/reporting",
    "POST /settings/playbook": "POST /api/v1/playbook",
    "POST /settings/playbook/{play_id}": "PATCH /api/v1/playbook/{play_id}",
    "POST /settings/playbook/{play_id}/default": "POST /api/v1/playbook/{play_id}/default",
    "POST /settings/playbook/{play_id}/delete": "DELETE /api/v1/playbook/{play_id}",
    "POST /pushes/{push_id}": "PATCH /api/v1/pushes/{push_id}",
    "POST /settings/policy": "PATCH /api/v1/policy",
    "POST /plan": "POST /api/v1/plans",
    "POST /plan/{year}": "PATCH /api/v1/plans/{year}",
    "POST /plan/{year}/items": "POST /api/v1/plans/{year}/items",
    "POST /plan/{year}/copies": "POST /api/v1/plans/{year}/copies",
    "POST /plan/items/{item_id}": _PLAN_ITEM,
    "POST /plan/items/{item_id}/drop": _PLAN_ITEM,
    "POST /plan/items/{item_id}/resume": _PLAN_ITEM,
    "POST /plan/items/{item_id}/restoration": ("POST /api/v1/plans/{year}/items/{item_id}/restoration"),
    "POST /plan/items/{item_id}/delete": "DELETE /api/v1/plans/{year}/items/{item_id}",
}

# A page's write that programs do not need, and why.
WITHOUT_TWIN = {
    "POST /visits/preview": "writes nothing; POST /api/v1/visits tells the standing before and after",
    "POST /sign-in": "programs present a key",
    "POST /sign-out": "programs present a key",
    "POST /settings/users": "accounts are opened by people; programs use `python -m app user add`",
    "POST /settings/me": "a key has no account of its own",
    "POST /notices/read": "notices are for people; a key has none",
    "POST /notices/{notice_id}/open": "notices are for people; a key has none",
    "POST /changes/seen": "a key has seen nothing",
    "POST /calendars": "a calendar is a person's; programs read the lists that it is made of",
    "POST /calendars/{feed_id}": "a calendar is a person's",
    "POST /calendars/{feed_id}/renewal": "a calendar is a person's",
    "POST /calendars/{feed_id}/delete": "a calendar is a person's",
    "POST /settings/health/outbox/{outbox_id}/resend": "a person looks at what was given up before it goes",
    "POST /settings/users/{user_id}": "accounts are kept by people; programs use `python -m app user change`",
}


def test_every_route_asks_for_a_permission(application):
    open_doors = [
        r.key
        for r in routes(application)
        if not r.permissions and r.key not in PUBLIC and not (r.key in KNOWN and r.door)
    ]
    assert not open_doors, (
        f"{', '.join(open_doors)}: no permission is asked. Give the handler an actor "
        "(Viewer, Officer, Manager, Admin; ApiReader, ... under /api), or write it on the PUBLIC list with "
        "the reason."
    )


def test_public_routes_are_public_and_exist_or_are_promised(application):
    asked = [r.key for r in routes(application) if r.key in PUBLIC and r.permissions]
    assert not asked


def test_pages_ask_for_a_person_and_the_api_for_a_key(application):
    wrong = [r.key for r in routes(application) if r.door and r.door != ("key" if r.is_api else "page")]
    assert not wrong


def test_a_write_asks_for_more_than_reading(application):
    """A viewer changes nothing but what is theirs alone."""
    free = PUBLIC.keys() | OWN.keys()
    wrong = [r.key for r in routes(application) if r.writes and r.key not in free and "viewer" in r.passes]
    assert not wrong


def test_the_caller_is_known_before_the_writers_turn_is_taken(application):
    """Marking a session as seen takes the writer's turn itself: after ours it would wait for us forever."""
    wrong = [r.key for r in routes(application) if route_table.writes_before(r, page_actor, api_actor)]
    assert not wrong, f"{', '.join(wrong)}: put the actor (or the page) before the WriteSession"


def test_what_is_sent_has_come_before_the_writers_turn_is_taken(application):
    """A slow line would keep everybody else from writing."""
    wrong = [
        r.key for r in routes(application) if route_table.writes_before(r, get_raw_body, get_typed, receive)
    ]
    assert not wrong, f"{', '.join(wrong)}: put the body (or the form) before the WriteSession"


def test_the_table_of_who_may_call_what_is_up_to_date(application):
    kept = route_table.FILE.read_text(encoding="utf-8") if route_table.FILE.exists() else ""
    now = route_table.table(application)
    change = "".join(
        unified_diff(kept.splitlines(True), now.splitlines(True), "routes.txt", "the routes", n=0)
    )
    assert not change, f"run `{route_table.HOW}` and read the difference before committing it:\n{change}"


# Pages and the call that reads the same, where its address is another.
READ_TWINS = {
    "GET /agreements/{agreement_id}/files": "GET /api/v1/files",
    "GET /delegations/calendar": "GET /api/v1/delegations",
    "GET /delegations/{delegation_id}/files": "GET /api/v1/files",
    "GET /delegations/{delegation_id}/programme": "GET /api/v1/delegations/{delegation_id}",
    "GET /files/{file_id}/thumbnail": "GET /api/v1/files/{file_id}/content",
    "GET /follow-ups/{follow_up_id}/files": "GET /api/v1/files",
    "GET /plan": "GET /api/v1/plans",
    "GET /plan/{year}": "GET /api/v1/plans/{year}",
    "GET /plan/items/{item_id}": "GET /api/v1/plans/{year}/items/{item_id}",
    "GET /programmes/{programme_id}/files": "GET /api/v1/files",
    "GET /reports": "GET /api/v1/reports/period",
    "GET /partners/{slug}/letters": "GET /api/v1/partners/{slug}/letters/{kind}",
    "GET /partners/{slug}/letters/{kind}.docx": "GET /api/v1/partners/{slug}/letters/{kind}/content",
    "GET /review": "GET /api/v1/standings",
    "GET /review/moves": "GET /api/v1/moves",
    "GET /review/trends": "GET /api/v1/trends",
    "GET /review/trends/{name}.{kind}": "GET /api/v1/trends/{sheet}.{kind}",
    "GET /search/partners": "GET /api/v1/partners",
    "GET /search/suggest": "GET /api/v1/search",
    "GET /settings/deadlines": "GET /api/v1/settings/deadlines/rules",
    "GET /settings/playbook": "GET /api/v1/playbook",
    "GET /settings/policy": "GET /api/v1/policy",
}
# Pages of which no call reads the same, and why.
WITHOUT_READ_TWIN = {
    "GET /calendars": "a person's own calendar addresses",
    "GET /": "a person's own day; its parts are follow-ups?assignee=, partners?officer=, delegations",
    "GET /changes": "what one person has not seen; programs read `history` or the feed of changes",
    "GET /digest": "one person's week, as it is mailed to them",
    "GET /notices": "what one person is told; a key is told nothing",
    "GET /settings/me": "a person's own account; a key's is GET /api/v1/me",
}


def _plain(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def twin(page: Route, api: dict[str, Route]) -> Route | None:
    """The JSON route that does what a page's write does: written down, or at the same address.

    POST /things is POST /api/v1/things; POST /things/{x} and /things/{x}/edit change it: PATCH; POST
    /things/{x}/delete: DELETE; POST /things/{x}/pause is POST there too.
    """
    if page.key in TWINS:
        return api.get(TWINS[page.key])
    path = _plain(page.path)
    base, _, last = path.rpartition("/")
    guesses = [f"POST {path}"]
    if last == "new":
        guesses.append(f"POST {base}")
    if last == "{}":
        guesses.append(f"PATCH {path}")
    if base.endswith("{}"):
        guesses += {"edit": [f"PATCH {base}"], "delete": [f"DELETE {base}"]}.get(last, [])
    found = {_plain(r.key.replace("/api/v1", "", 1)): r for r in api.values()}
    return next((found[guess] for guess in guesses if guess in found), None)


def test_every_write_of_a_page_has_a_json_twin(application):
    every = routes(application)
    api = {r.key: r for r in every if r.is_api}
    pages = [r for r in every if r.writes and not r.is_api]
    lonely = [r.key for r in pages if r.key not in WITHOUT_TWIN and twin(r, api) is None]
    assert not lonely, (
        f"{', '.join(lonely)}: no route under /api/v1 does this. Write it, name it in TWINS, or write the "
        "page's route on WITHOUT_TWIN with the reason."
    )


def test_what_a_page_shows_a_program_can_read(application):
    """Forms are left out: who may only read does not see them, and what they offer is read elsewhere."""
    every = routes(application)
    api = {_plain(r.key.replace("/api/v1", "", 1)): r for r in every if r.is_api}
    known = {r.key for r in every}
    pages = [r for r in every if r.method == "GET" and r.door == "page" and "viewer" in r.passes]
    lonely = [
        r.key
        for r in pages
        if r.key not in WITHOUT_READ_TWIN and READ_TWINS.get(r.key) not in known and _plain(r.key) not in api
    ]
    assert not lonely, (
        f"{', '.join(lonely)}: no GET under /api/v1 reads this. Write it, name it in READ_TWINS, or write "
        "the page on WITHOUT_READ_TWIN with the reason."
    )
    gone = (set(READ_TWINS) | set(READ_TWINS.values()) | set(WITHOUT_READ_TWIN)) - known
    assert not gone


def test_every_collection_can_be_read_made_changed_archived_and_restored(application):
    """The collections of the contract; what a row of them cannot do is written here."""
    known = {_plain(r.key.replace("/api/v1", "", 1)) for r in routes(application) if r.is_api}
    wanted = {
        f"{method} /{name}{end}"
        for name in COLLECTIONS
        for method, end in (
            ("GET", ""), ("POST", ""), ("GET", "/{}"), ("PATCH", "/{}"), ("DELETE", "/{}"),
            ("POST", "/{}/restoration"),
        )
    }  # fmt: skip
    assert wanted - known == NOT_THERE.keys()


COLLECTIONS = (
    "partners", "agreements", "delegations", "interactions", "follow-ups", "programmes", "people",
    "organisations", "forums", "pauses", "pushes", "figures", "files", "sectors",
)  # fmt: skip
_PAUSE = "a pause is asked for, decided and ended, and stays on file"
_PUSH = "a push ends by its day, its goal or its withdrawal, and stays on file"
_SECTOR = "sectors are the department's fixed list, loaded with the register; their priority is set"
NOT_THERE = {
    "POST /files": "a file is uploaded to its record: POST /delegations/{}/files",
    "POST /pauses": "asked for at the partner: POST /partners/{}/pauses",
    "PATCH /pauses/{}": _PAUSE,
    "DELETE /pauses/{}": _PAUSE,
    "POST /pauses/{}/restoration": _PAUSE,
    "DELETE /pushes/{}": _PUSH,
    "POST /pushes/{}/restoration": _PUSH,
    "POST /sectors": _SECTOR,
    "PATCH /sectors/{}": _SECTOR,
    "DELETE /sectors/{}": _SECTOR,
    "POST /sectors/{}/restoration": _SECTOR,
}


def test_twins_call_the_same_service(application):
    """Pages and API part only in how they read and answer."""
    every = routes(application)
    api = {r.key: r for r in every if r.is_api}
    apart = []
    for page in every:
        other = twin(page, api) if page.writes and not page.is_api and page.key not in WITHOUT_TWIN else None
        if other and not services(page.endpoint) & services(other.endpoint):
            apart.append(f"{page.key} and {other.key}: {services(page.endpoint)}, {services(other.endpoint)}")
    assert not apart, "\n".join(apart)


def test_the_lists_name_only_routes_that_exist(application):
    known = {r.key for r in routes(application)}
    gone = (set(WITHOUT_TWIN) | set(OWN) | set(TWINS) | set(TWINS.values())) - known
    assert not gone


def services(handler: types.FunctionType, seen: frozenset[str] = frozenset()) -> set[str]:
    """The service functions a handler calls, itself or through helpers."""
    found = set()
    names = {name for code in _codes(handler.__code__) for name in code.co_names}
    spaces = [v for n in names if isinstance(v := handler.__globals__.get(n), types.ModuleType)]
    things = [handler.__globals__.get(n) for n in names]
    things += [getattr(space, n, None) for space in spaces for n in names]
    for thing in things:
        if not isinstance(thing, types.FunctionType) or thing.__qualname__ in seen:
            continue
        if re.search(r"\.service(\.|$)", thing.__module__):
            found.add(f"{thing.__module__}.{thing.__name__}")
        elif thing.__module__.startswith("app."):
            found |= services(thing, seen | {thing.__qualname__})
    return found


def _codes(code: types.CodeType) -> list[types.CodeType]:
    """A function's code and that of the functions within it."""
    inner = [c for c in code.co_consts if isinstance(c, types.CodeType)]
    return [code, *(deeper for c in inner for deeper in _codes(c))]


def test_every_post_of_a_program_is_safe_to_repeat(application):
    """Its Idempotency-Key is taken with the body (or, where files come, while they are received)."""
    unsafe = [
        route.key
        for route in routes(application)
        if route.is_api and route.method == "POST" and not {get_raw_body, receive} & set(route.order)
    ]
    assert unsafe == ["POST /api/v1/policy/preview"], "it writes nothing"
