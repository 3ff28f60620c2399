"""The parts of the API in the order in which a newcomer needs them."""

from typing import NamedTuple


class Tag(NamedTuple):
    """A part of the API: its name in addresses and what it is for."""

    name: str
    description: str


TAGS = (
    Tag("me", "The key that calls: its name, its unit and its scopes. A good first call."),
    Tag("standings", "Where every partner stands: how deep, how warm, stuck or not, why, and what is next."),
    Tag("partners", "The partner localities themselves, and everything dated that is on file about each."),
    Tag("follow-ups", "What either side said it would do, who owes it, until when, and how it came out."),
    Tag("visits", "Enter a visit that took place with its minutes and follow-ups, all or nothing."),
    Tag(
        "changes",
        "Every event once, in one order that never moves: what changed, readable from the beginning.",
    ),
    Tag(
        "webhooks",
        "Events sent to an address of yours as they happen, signed, in order, tried again until they arrive.",
    ),
    Tag("delegations", "Trips in and out, from the plan through approval to the report."),
    Tag("interactions", "Letters, calls and meetings that are no trip."),
    Tag("agreements", "Papers from the idea through consultation and signature to their end."),
    Tag("programmes", "Joint work with partners: its course, milestones, notes of progress and results."),
    Tag("plans", "The year's plan of external affairs, its items and what became of them."),
    Tag("people", "Counterparts and their posts. Names need the scope `read:people`."),
    Tag("organisations", "Units of the city, missions, donors and other bodies, with the names they bore."),
    Tag("units", "What each unit owes, how it stands, what it leads, and when its key was last used."),
    Tag("forums", "Networks of cities, their members and meetings."),
    Tag("sectors", "Fields of cooperation, and what came of each."),
    Tag("files", "Documents that belong to a record, and their bytes."),
    Tag("notes", "What colleagues write on a partner's page."),
    Tag("figures", "Figures with their source and day, also where sources disagree."),
    Tag("disputes", "Where two sources tell a fact differently."),
    Tag("questions", "The questions that the register exists to answer, and the call that answers each."),
    Tag("review", "The meeting on stalled partners: causes, pauses, steps and decisions."),
    Tag("pushes", "Time-bound efforts to bring partners a rung up, and how they came out."),
    Tag("suggestions", "What may be done next with a partner, and why it is suggested."),
    Tag("playbook", "The steps that are suggested for each reason, as the department sets them."),
    Tag("candidates", "Localities with contact and no tie yet."),
    Tag("coverage", "Regions and sectors, covered or not."),
    Tag("trends", "How many partners stood where, month by month."),
    Tag("reports", "The report on a period, in numbers and names."),
    Tag("workload", "Who looks after how much, and handing it over."),
    Tag("calendar", "A feed of delegations, deadlines and days of partners for calendar programs."),
    Tag("views", "Lists that are kept under a name, for everybody."),
    Tag("search", "Whoever and whatever bears some words in its name."),
    Tag("history", "Who changed what, and when, in the words of the pages."),
    Tag("trash", "What was archived and may be restored."),
    Tag(
        "keys", "The keys of other departments' programs: made, changed, renewed and ended by administrators."
    ),
    Tag("policy", "The months of patience by which standings are judged."),
    Tag("deadlines", "The rules and days off by which due dates are reckoned."),
    Tag("reporting", "When a reporting year begins, and how often the department reports."),
)
