"""Every type of event: the acts that the history tells, by the family of the records they are about."""

from typing import Annotated

from pydantic import AfterValidator, Field

from app.schemas import refuse

FAMILIES: dict[str, tuple[str, ...]] = {
    "agreement": (
        "added", "approved", "archived", "changed", "consulted", "proposed", "refused", "restored", "signed",
        "terminated", "withdrawn",
    ),
    "api_key": ("changed", "created", "revoked", "rotated"),
    "delegation": (
        "approved", "archived", "cancelled", "changed", "completed", "gift_added", "gift_changed",
        "gift_removed", "logged", "meeting_added", "meeting_changed", "meeting_removed", "member_added",
        "member_changed", "member_removed", "minuted", "planned", "recorded", "reinstated", "reported",
        "restored", "started",
    ),
    "calendar_feed": ("changed", "closed", "opened", "renewed"),
    "delivery": ("resent",),
    "figure": ("added", "archived", "changed", "restored"),
    "file": ("added", "archived", "changed", "restored"),
    "follow_up": (
        "archived", "changed", "done", "dropped", "opened", "postponed", "progress_withdrawn", "progressed",
        "reopened", "restored", "taken_back",
    ),
    "forum": (
        "added", "archived", "changed", "meeting_added", "meeting_changed", "meeting_removed", "member_added",
        "member_removed", "restored",
    ),
    "holiday": ("added", "removed"),
    "interaction": ("archived", "changed", "logged", "restored"),
    "note": ("added", "archived", "changed", "restored"),
    "organisation": ("added", "archived", "changed", "merged", "parted", "renamed", "restored"),
    "partner": (
        "added", "archived", "cause_ended", "cause_named", "changed", "confirmed", "decided", "disputed",
        "followed", "pause_asked", "pause_declined", "pause_ended", "pause_ran_out", "paused", "restored",
        "taken_back", "unfollowed",
    ),
    "person": ("added", "archived", "changed", "erased", "restored"),
    "plan": (
        "begun", "changed", "item_added", "item_archived", "item_changed", "item_copied", "item_dropped",
        "item_restored", "item_resumed",
    ),
    "play": ("added", "changed", "removed", "restored"),
    "policy": ("changed", "restored"),
    "post": ("added", "changed", "ended", "removed"),
    "procedure_rule": ("added", "changed", "ended"),
    "procedure_step": ("begun", "done", "moved", "resolved", "withdrawn"),
    "programme": (
        "added", "archived", "cancelled", "changed", "completed", "milestone_changed", "milestone_done",
        "milestone_reopened", "milestone_set", "part_archived", "part_restored", "planned",
        "progress_changed", "progressed", "reopened", "restored", "result_changed", "result_recorded",
        "resumed", "started", "suspended",
    ),
    "push": ("assessed", "changed", "not_reached", "opened", "withdrawn"),
    "reporting": ("changed",),
    "review_meeting": ("begun",),
    "saved_view": ("changed", "deleted", "restored", "saved"),
    "sector": ("added", "changed"),
    "standing": ("changed",),
    "user": ("added", "changed", "work_handed_over"),
    "webhook": (
        "archived", "changed", "created", "disabled", "enabled", "pinged", "resent", "restored",
        "secret_changed",
    ),
}  # fmt: skip
TYPES: frozenset[str] = frozenset(f"{family}.{act}" for family, acts in FAMILIES.items() for act in acts)
# What happens to accounts and to what is one's own: administrators alone are told (app/history/listing.py).
OF_ACCOUNTS: frozenset[str] = frozenset(
    {"api_key", "calendar_feed", "delivery", "saved_view", "user", "webhook"}
)
ACTS: frozenset[str] = frozenset(act for acts in FAMILIES.values() for act in acts)


def _known_type(value: str) -> str:
    family, _, act = value.partition(".")
    if value not in TYPES and not (act == "*" and family in FAMILIES):
        raise refuse("unknown_code")
    return value


def _known_act(value: str) -> str:
    if value not in ACTS:
        raise refuse("unknown_code")
    return value


# `standing.changed`, or `delegation.*` for all of a family; what was done, whatever to.
EventType = Annotated[str, Field(max_length=60), AfterValidator(_known_type)]
Act = Annotated[str, Field(max_length=40), AfterValidator(_known_act)]


def chosen(patterns: tuple[str, ...]) -> list[str]:
    """The types that some patterns name, in order."""
    wanted = set(patterns)
    return sorted(it for it in TYPES if it in wanted or f"{it.partition('.')[0]}.*" in wanted)
