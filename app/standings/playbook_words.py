"""The playbook in words: the proposed step as a follow-up that can be sent as it is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from app.i18n import Words
from app.standing import StepBy, StepCode
from app.standings.plays import Playbook
from app.standings.schemas import StandingOut
from app.vocabulary import FollowUpKind, Locale, OwedBy, ReasonCode

# A programme in one or two sectors can be negotiated; a list of eight is a wish.
MOST_SECTORS = 2


@dataclass(frozen=True, slots=True)
class StepDraft:
    """The fields of a follow-up as the playbook proposes it; `reason` is what it answers.

    `assignee` is a user's address and `unit` an organisation's code, where they are known.
    """

    code: StepCode
    reason: ReasonCode
    who: StepBy
    title: str
    owed_by: OwedBy
    kind: FollowUpKind
    due_on: date
    assignee: str | None
    unit: str | None

    def data(self) -> dict[str, str]:
        """As form fields."""
        return {
            "title": self.title,
            "owed_by": self.owed_by.value,
            "kind": self.kind.value,
            "due_on": self.due_on.isoformat(),
            "assignee": self.assignee or "",
            "unit": self.unit or "",
        }


def _(text: str) -> str:
    """Mark a text for the catalogue; it is translated where it is used."""
    return text


# {partner} and {sectors} are filled in; what stands in square brackets is left out when nothing is known to
# fill it. Managers write titles of their own in the same way.
_TITLES = {
    StepCode.confirm_file: _("Complete and confirm the file of {partner}"),
    StepCode.propose_programme: _("Propose a two-year work programme to {partner}[ on {sectors}]"),
    StepCode.open_renewal: _("Open the renewal of the agreement with {partner}"),
    StepCode.propose_outbound: _("Propose an outbound delegation to {partner} to return the visit"),
    StepCode.invite_delegation: _("Invite a delegation of {partner} to return the visit"),
    StepCode.ask_mission: _("Ask the mission for a current contact at {partner} and write"),
    StepCode.propose_working_session: _("Propose a working-level session with {partner}[ on {sectors}]"),
    StepCode.chase_promises: _("Chase the overdue promises with {partner}"),
    StepCode.ask_progress: _("Ask the lead unit for a progress note on the programme with {partner}"),
}


def default_title(spoken: Words, code: StepCode) -> str:
    """What the program says of a move, its places still to be filled; empty for one of our own."""
    return spoken.gettext(_TITLES[code]) if code in _TITLES else ""


def shared_sectors(strengths: Sequence[str], agreed: Sequence[str]) -> list[str]:
    """What both sides can work on: the partner's strengths that its agreements name, else its strengths."""
    both = [sector for sector in strengths if sector in agreed]
    return both or list(strengths)


# Words for a kind of place that begin a Vietnamese name; within a sentence they are no proper names.
_PLACES = ("Tỉnh ", "Thành phố ", "Thủ đô ", "Vùng ", "Bang ", "Hạt ", "Đặc khu ")


def within(text: str, locale: Locale) -> str:
    """A name or sector as it stands within a sentence: "tỉnh Fukuoka", "môi trường"; "Kanagawa", "ODA"."""
    if locale == Locale.vi and text.startswith(_PLACES):
        return text[0].lower() + text[1:]
    return text


def lowered(text: str) -> str:
    """A sector's name within a sentence: "môi trường", but "ODA"."""
    return text[0].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def step_title(
    spoken: Words,
    code: StepCode,
    partner: str,
    sectors: Sequence[str] = (),
    titles: Sequence[str] = (),
) -> str:
    """The step in a sentence: what, with whom, in which sectors (names in the page's language). `titles` are
    the department's own, in Vietnamese and English."""
    own = titles[0 if spoken.locale == Locale.vi else 1] if titles else default_title(spoken, code)
    listed = spoken.join([lowered(sector) for sector in sectors[:MOST_SECTORS]])
    return filled(own, {"partner": within(partner, spoken.locale), "sectors": listed})


_PART = re.compile(r"\[([^\[\]]*)\]")
_PLACE = re.compile(r"\{(partner|sectors)\}")


def filled(title: str, known: Mapping[str, str]) -> str:
    """A title with its places filled; a part in square brackets goes where one of its places stays empty."""

    def part(found: re.Match[str]) -> str:
        return found[1] if all(known[name] for name in _PLACE.findall(found[1])) else ""

    text = _PART.sub(part, title)
    return " ".join(_PLACE.sub(lambda place: known[place[1]], text).split())


def step_text(spoken: Words, step: Mapping[str, Any]) -> str:
    """A proposed step in a few words, whomever it is for."""
    if not step.get("titles"):
        return spoken.word("step_code", step["code"])
    return step_title(spoken, StepCode(step["code"]), spoken.gettext("the partner"), titles=step["titles"])


@dataclass(frozen=True, slots=True)
class Hands:
    """Who can be asked: the address of whoever sees to the partner, the codes of the unit that leads its
    paper and of the mission there, as far as they are known."""

    officer: str | None = None
    lead_unit: str | None = None
    mission: str | None = None


def step_draft(
    standing: StandingOut,
    partner: str,
    spoken: Words,
    *,
    today: date,
    sectors: Sequence[str] = (),
    officer: str | None = None,
    lead_unit: str | None = None,
    mission: str | None = None,
) -> StepDraft | None:
    """The proposed step of a standing as a follow-up; None where nothing is proposed.

    `partner` and `sectors` are names in the page's language. `officer` is the address of whoever sees to it;
    `lead_unit` and `mission` are organisations' codes, taken where the playbook turns to them.
    """
    step = standing.next_step
    if step is None:
        return None
    hands = Hands(officer, lead_unit, mission)
    return _draft(step, partner, spoken, today=today, sectors=sectors, hands=hands)


def step_drafts(
    standing: StandingOut,
    partner: str,
    spoken: Words,
    *,
    today: date,
    sectors: Sequence[str],
    hands: Hands,
    most: int,
    playbook: Playbook,
) -> list[StepDraft]:
    """What the playbook proposes for each reason of a standing in turn, for a push; the first is the proposed
    step."""
    proposed = islice(playbook.steps(standing.reasons), most)
    return [_draft(step, partner, spoken, today=today, sectors=sectors, hands=hands) for step in proposed]


def _draft(
    step: Mapping[str, Any],
    partner: str,
    spoken: Words,
    *,
    today: date,
    sectors: Sequence[str],
    hands: Hands,
) -> StepDraft:
    code, who = StepCode(step["code"]), StepBy(step["who"])
    return StepDraft(
        code=code,
        reason=ReasonCode(step["reason"]),
        who=who,
        title=step_title(spoken, code, partner, sectors, step.get("titles", ()))[:300],
        owed_by=OwedBy.home,
        kind=FollowUpKind(step["kind"]),
        due_on=today + timedelta(days=step["due_in"]),
        assignee=hands.officer,
        unit={StepBy.lead_unit: hands.lead_unit, StepBy.mission: hands.mission}.get(who),
    )
