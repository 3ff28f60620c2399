"""The briefing, put together from the file, the standing and the records. A fixed number of statements."""

from collections.abc import Iterable
from datetime import date

from sqlmodel import Session

from app.actor import Actor
from app.agreements.queries import agreements_of
from app.briefing.model import Briefing, Chapter, Line
from app.figures.filters import FigureFilters
from app.figures.queries import list_figures
from app.i18n import Words
from app.models import Partner
from app.partner_page.queries import PartnerFile, partner_file
from app.partners.listing import next_contacts
from app.people.posts import at_partner
from app.people.queries import HolderRow, holders
from app.programmes.queries import programmes_of
from app.records.queries import Work, open_work
from app.standing import months_between
from app.standings.playbook_words import shared_sectors, step_draft
from app.standings.queries import standing_of
from app.standings.schemas import StandingOut
from app.standings.words import clauses
from app.timeline.queries import timeline
from app.timeline.schemas import TimelineKind
from app.vocabulary import DatePrecision, FigureUnit, OwedBy, Status

DAY = DatePrecision.day
_CONTACTS = (TimelineKind.delegation, TimelineKind.interaction)


def briefing_on(session: Session, actor: Actor, partner: Partner, today: date, spoken: Words) -> Briefing:
    """The briefing as this reader may have it: people and protocol only for those who may see them, what is
    confidential left out for others."""
    file = partner_file(session, partner, spoken.locale, today)
    standing = standing_of(session, partner, today)
    make = _Maker(session, actor, file, today, spoken)
    return Briefing(
        partner=file.slug,
        name=file.name,
        other_name=file.name_local or file.other_name,
        country=spoken.country(file.country),
        made_on=today,
        is_demo=file.is_demo,
        chapters=[
            make.who(),
            make.standing(standing),
            make.ties(),
            make.contacts(),
            make.people(),
            *make.promises(),
            make.programmes(),
            make.forums(),
            make.proposals(standing),
            make.figures(),
        ],
    )


class _Maker:
    """One chapter a method."""

    def __init__(self, session: Session, actor: Actor, file: PartnerFile, today: date, spoken: Words) -> None:
        self._session, self._actor, self._file = session, actor, file
        self._today, self._spoken, self._say = today, spoken, spoken.gettext
        self._page = f"/partners/{file.slug}"
        self._papers = agreements_of(session, file.id, spoken.locale, day=today)

    def _line(
        self,
        parts: Iterable[str | None],
        url: str,
        on: date | None,
        precision: DatePrecision | None = None,
        *,
        source: str | None = None,
        note: str | None = None,
    ) -> Line:
        text = " · ".join(part for part in parts if part)
        age = months_between(on, self._today) if on is not None and on <= self._today else None
        return Line(text, url, source, on, precision or DAY, age, note)

    def who(self) -> Chapter:
        """Who they are, by the file."""
        file, say, label = self._file, self._say, self._spoken.label
        confirmed = file.confirmation.on if file.confirmation else None
        strengths = self._spoken.join([name for _, name in file.strengths])
        told: list[list[str | None]] = [
            [label(file.kind), self._spoken.country(file.country), label(file.tier)],
            [say("Population: %(n)s", n=self._spoken.number(file.population)) if file.population else None],
            [say("Strong in: %(sectors)s", sectors=strengths) if strengths else None],
            [say("Our aims: %(text)s", text=file.objectives) if file.objectives else None],
            [say("Mission abroad: %(name)s", name=file.mission) if file.mission else None],
            [say("Embassy in Hanoi: %(name)s", name=file.embassy) if file.embassy else None],
            [say("Officer: %(name)s", name=file.officer) if file.officer else None],
        ]
        lines = [
            self._line(parts, f"{self._page}#partner", confirmed, source=file.source)
            for parts in told
            if any(parts)
        ]
        return Chapter("who", say("Who they are"), lines, "")

    def standing(self, standing: StandingOut) -> Chapter:
        """Where the relation stands, in a sentence."""
        sentence = "; ".join(clause.text for clause in clauses(self._spoken, standing))
        rung = self._spoken.label(standing.rung)
        line = self._line([rung, sentence], f"{self._page}#standing", self._today)
        return Chapter("standing", self._say("Where the relation stands"), [line], "")

    def ties(self) -> Chapter:
        """Since when there is a tie, and its papers."""
        file, label, lines = self._file, self._spoken.label, []
        if file.friendship_known or file.friendship_since:
            since = self._spoken.date(file.friendship_since, file.friendship_precision)
            text = self._say("Tie since %(day)s", day=since) if since else self._say("A tie without a day")
            lines.append(
                self._line(
                    [text], f"{self._page}#partner", file.friendship_since, file.friendship_precision,
                    source=file.source,
                )
            )  # fmt: skip
        for paper in self._papers:
            signed = self._spoken.date(paper.signed_on, paper.signed_precision)
            force = label(paper.force) if paper.signed_on else label(paper.state)
            lines.append(
                self._line(
                    [paper.title, label(paper.kind), force, signed], f"/agreements/{paper.id}",
                    paper.signed_on, paper.signed_precision, source=paper.source,
                )
            )  # fmt: skip
        return Chapter("ties", self._say("Ties and papers"), lines, self._say("No tie and no paper on file."))

    def contacts(self) -> Chapter:
        """The latest contacts and the next one."""
        file, lines = self._file, []
        ahead = next_contacts(self._session, [file.id], self._today).get(file.id)
        if ahead is not None:
            day = self._spoken.date(ahead)
            text = self._say("Next: a delegation on %(day)s", day=day)
            lines.append(self._line([text], f"/delegations?partner={file.slug}&since={self._today}", ahead))
        thread = timeline(self._session, file.id, self._actor, kinds=_CONTACTS, limit=3, as_of=self._today)
        for item in thread.items:
            day = self._spoken.date(item.on, item.precision)
            parts = [day, item.title_in(self._spoken.locale), item.people]
            note = item.text and item.text[:400]
            lines.append(self._line(parts, item.url, item.on, item.precision, source=item.source, note=note))
        return Chapter(
            "contacts", self._say("Last and next contact"), lines, self._say("No contact on file.")
        )

    def people(self) -> Chapter:
        """Whom they may meet, with what protocol asks for."""
        found = holders(
            self._session, self._actor, self._spoken.locale, self._today,
            at=at_partner(self._file.id), as_of=self._today,
        )  # fmt: skip
        lines = [self._person(it) for it in found if it.post.current]
        return Chapter("people", self._say("People"), lines, self._say("Nobody in office on file."))

    def _person(self, held: HolderRow) -> Line:
        person, post = held.person, held.post
        name = " ".join(part for part in (person.honorific, person.name) if part)
        place = post.organisation.name if post.organisation else None
        parts = [name, post.title, place, person.languages]
        url = f"/people/{person.id}" if self._actor.sees_people else f"{self._page}#people"
        return self._line(
            parts, url, post.from_on, post.from_precision, source=person.source, note=person.protocol_notes
        )

    def promises(self) -> list[Chapter]:
        """What is open, on both sides apart."""
        work = open_work(self._session, self._file.id, self._today, self._spoken.locale)
        titles = {OwedBy.home: self._say("What we owe them"), OwedBy.partner: self._say("What they owe us")}
        none = self._say("Nothing is open.")
        return [
            Chapter(f"promises_{side}", title, [self._promise(w) for w in work if w.owed_by == side], none)
            for side, title in titles.items()
        ]

    def _promise(self, work: Work) -> Line:
        late = work.late_on(self._today)
        due = self._say("due %(day)s", day=self._spoken.date(work.due_on))
        told = self._spoken.ngettext("%(n)s day late", "%(n)s days late", late) if late else None
        who = work.assignee or work.unit
        return self._line([work.title, who, due, told], f"/follow-ups/{work.id}", work.raised_on)

    def programmes(self) -> Chapter:
        """Joint work and what came of it."""
        lines = []
        for run in programmes_of(self._session, self._file.id, self._spoken.locale):
            results = [
                f"{it.indicator}: {self._spoken.number(it.actual)} {it.unit or ''}".strip()
                for it in run.results
                if it.actual is not None
            ]
            parts = [run.title, run.sector, self._spoken.label(run.state), "; ".join(results[:3])]
            note = run.latest.text[:400] if run.latest else None
            lines.append(
                self._line(parts, f"/programmes/{run.id}", run.last_sign, source=run.source, note=note)
            )
        return Chapter(
            "programmes", self._say("Programmes and results"), lines, self._say("No programme on file.")
        )

    def forums(self) -> Chapter:
        """The forums in which both meet."""
        lines = [
            self._line([it.acronym, it.name, it.role], f"{self._page}#partner", None, source=it.source)
            for it in self._file.forums
        ]
        return Chapter("forums", self._say("Forums shared"), lines, self._say("None on file."))

    def proposals(self, standing: StandingOut) -> Chapter:
        """What to raise: the next step of the playbook."""
        lines = []
        if standing.next_step and standing.status != Status.parked:
            agreed = {code for paper in self._papers for code in paper.sector_codes}
            named = dict(self._file.strengths)
            sectors = [named[code] for code in shared_sectors(list(named), list(agreed))]
            draft = step_draft(standing, self._file.name, self._spoken, today=self._today, sectors=sectors)
            text = draft.title if draft else None
            lines.append(self._line([text], f"{self._page}#standing", self._today))
        return Chapter("proposals", self._say("To be raised"), lines, self._say("No step is due."))

    def figures(self) -> Chapter:
        """Figures of sources; those that disagree say so."""
        spoken = self._spoken
        found = list_figures(self._session, FigureFilters(partner=(self._file.slug,)), spoken.locale)
        lines = []
        for row in found:
            number = spoken.number(int(row.value) if row.value == int(row.value) else row.value)
            unit = spoken.label(FigureUnit(row.unit)) if row.unit in set(FigureUnit) else row.unit
            about = spoken.label(row.qualifier) if row.qualifier else ""
            value = f"{row.indicator}: {about} {number} {unit or ''}".replace("  ", " ").strip()
            disputed = spoken.gettext("sources disagree") if row.disputed else None
            lines.append(
                self._line(
                    [value, disputed], f"/figures/{row.id}", row.as_of, row.as_of_precision, source=row.source
                )
            )
        return Chapter("figures", self._say("Figures"), lines, self._say("None on file."))
