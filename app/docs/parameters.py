"""What the parameters are that many operations share: those in addresses, and the size of a page.

The others are described where they are declared; `tests/api/test_document.py` finds one that is nowhere.
"""

import re

# By the word before it in the address and its own name: `forums/{code}` is not `sectors/{code}`.
IN_ADDRESSES = {
    ("agreements", "agreement_id"): "Id of the agreement.",
    ("causes", "cause_id"): "Id of the named cause.",
    ("delegations", "delegation_id"): "Id of the delegation.",
    ("deliveries", "delivery_id"): "Id of the delivery, from the list of them.",
    ("figures", "figure_id"): "Id of the figure.",
    ("files", "file_id"): "Id of the file.",
    ("follow-ups", "follow_up_id"): "Id of the follow-up.",
    ("forums", "code"): "Code of the forum.",
    ("handovers", "handover_id"): "Id of the handover, from the answer that made it.",
    ("holidays", "holiday_id"): "Id of the day off.",
    ("interactions", "interaction_id"): "Id of the contact.",
    ("items", "item_id"): "Id of the item of the plan.",
    ("letters", "kind"): "Which letter; a `reminder` goes to a unit of the city.",
    ("meetings", "meeting_id"): "Id of the meeting.",
    ("members", "slug"): "Slug of the partner that is a member.",
    ("milestones", "part_id"): "Id of the milestone.",
    ("notes", "note_id"): "Id of the note.",
    ("notes", "part_id"): "Id of the note of progress.",
    ("organisations", "code"): "Code of the organisation.",
    ("partners", "slug"): "Slug of the partner, which lists tell as its `id`: `fukuoka`.",
    ("pauses", "pause_id"): "Id of the pause.",
    ("people", "person_id"): "Id of the person.",
    ("plans", "year"): "Year of the plan: 2026.",
    ("playbook", "play_id"): "Id of the play.",
    ("posts", "post_id"): "Id of the post, from the person who holds it.",
    ("programmes", "programme_id"): "Id of the programme.",
    ("progress", "progress_id"): "Id of the report of progress.",
    ("pushes", "push_id"): "Id of the push.",
    ("results", "part_id"): "Id of the result.",
    ("rules", "rule_id"): "Id of the rule.",
    ("sectors", "code"): "Code of the sector or policy area.",
    ("trends", "kind"): "`csv` or `xlsx`.",
    ("trends", "sheet"): "Which table: that of a chart, or `moves`, who became stuck and who ceased to be.",
    ("units", "code"): "Code of the unit.",
    ("views", "view_id"): "Id of the view.",
    ("webhooks", "webhook_id"): "Id of the webhook.",
}
IN_QUERIES = {"limit": "How many records a page holds at most."}


def described(path: str, place: str, name: str) -> str | None:
    """What a shared parameter of an address is; None for one that is described where it is declared."""
    if place == "path" and (before := re.search(rf"([^/]+)/[^/]*{{{name}}}", path)):
        return IN_ADDRESSES.get((before[1], name))
    return IN_QUERIES.get(name) if place == "query" else None
