"""What changed in the API for those who call it, the latest first."""

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True)
class Change:
    """One thing that a program may have to know of."""

    on: date
    kind: Literal["added", "changed", "deprecated", "removed"]
    text: str


CHANGES = (
    Change(
        date(2026, 11, 30),
        "added",
        "Every field of a body says in the OpenAPI document what it means, as do the fields of standings, "
        "partners, delegations, follow-ups, agreements, programmes, changes and webhooks that are answered.",
    ),
    Change(
        date(2026, 11, 30),
        "changed",
        "No partner and no follow-up is newly given to a viewer: 422 with cannot_take_work, as for a closed "
        "account, which was unknown_user.",
    ),
    Change(
        date(2026, 11, 30),
        "added",
        "moves takes the filters of partners that are not of their standing: q, kind, country, cause, basis, "
        "gap, in_period.",
    ),
    Change(
        date(2026, 11, 30),
        "changed",
        "The numbers of reports/period name addresses of the API itself, from /api/v1 on; some named pages. "
        "Items of a plan are filtered by from_month and to_month.",
    ),
    Change(
        date(2026, 11, 30),
        "changed",
        "Members of delegations are named to the scope read:people alone, at every door. A caller without it "
        "sends a line back by its id, without the name, and the name stays.",
    ),
    Change(
        date(2026, 11, 30),
        "added",
        "history and changes tell the scope `admin` which key was presented; history?key= asks for one. "
        "follow-ups?for_unit= counts what was merged into a unit as its own, as units do.",
    ),
    Change(
        date(2026, 11, 30),
        "added",
        "Every parameter in the OpenAPI document says what it is; the document has an ETag and answers 304; "
        "the reference is in Vietnamese as well.",
    ),
    Change(
        date(2026, 11, 30),
        "changed",
        "calendar.ics: one feed is fetched 30 times a minute at most, and an address that tries many tokens "
        "waits; both are told by 429 and Retry-After.",
    ),
    Change(
        date(2026, 11, 30),
        "changed",
        "webhooks and changes: a partner or an officer that does not exist is 422 instead of silence, as are "
        "events of accounts for a key without admin. Woken with what it missed, a webhook sends also what "
        "was given up since nothing arrived.",
    ),
    Change(
        date(2026, 11, 30),
        "added",
        "Every list takes fields, expand and count, and is a table as .csv or .xlsx; batches of contacts and "
        "follow-ups; search, history, map, gifts and papers as files; calendar feeds.",
    ),
    Change(
        date(2026, 11, 30),
        "added",
        "webhooks: events sent to an address of yours as they happen, signed by the Standard Webhooks.",
    ),
    Change(
        date(2026, 11, 30),
        "added",
        "changes: every event once, in one order that never moves, readable from the beginning.",
    ),
    Change(
        date(2026, 11, 30),
        "added",
        "Keys that report for their unit (`write:unit`): its follow-ups, progress, done, postponed with "
        "why, and evidence. Follow-ups name their partners (`partners_named`). `units`.",
    ),
    Change(
        date(2026, 11, 30),
        "added",
        "A key has so many calls a minute: RateLimit-Policy and RateLimit tell how many are left, 429 with "
        "Retry-After that it is one too many.",
    ),
    Change(
        date(2026, 11, 30),
        "added",
        "Every operation in the OpenAPI document has an example that was really answered, its scopes, and "
        "errors under components/responses.",
    ),
    Change(
        date(2026, 11, 30),
        "changed",
        "Schemas of one name in several areas are called by their area (AgreementsStepJson, PushesStepJson) "
        "instead of by a Python module. Enums in parameters are named schemas. Regenerate clients; nothing "
        "that is sent or answered changed.",
    ),
    Change(
        date(2026, 11, 30),
        "added",
        "Operations that will go say so: the headers Deprecation (RFC 9745) and Sunset (RFC 8594), six "
        "months ahead.",
    ),
)
