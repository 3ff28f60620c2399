"""What a letter says, put together from what is on file: facts with their records, gaps with the place where
each is filled in, and the names that its template (templates/docx/letters.py) may use."""

from datetime import date, timedelta
from typing import Any

from app.config import settings
from app.i18n import Words, words
from app.letters.model import Addressee, Fact, LetterGap
from app.letters.queries import OnFile, Promise, Trip
from app.letters.words import day, dear, honorific_in, is_vietnamese, span, when, you
from app.people.queries import HolderRow
from app.standings.playbook_words import MOST_SECTORS, lowered, shared_sectors, within
from app.vocabulary import DelegationDirection, LetterKind, Locale, OwedBy
from app.word import gap, letterhead, plain

# Days until an answer is asked for: a city abroad consults its offices, a unit at home knows its work.
REPLY_WITHIN = {
    LetterKind.invitation: 30,
    LetterKind.chase: 21,
    LetterKind.reactivation: 30,
    LetterKind.thanks: 30,
    LetterKind.reminder: 7,
}


class Draft:
    """What a letter says, with its facts and gaps noted on the way."""

    def __init__(self, file: OnFile) -> None:
        self._on = file
        self.spoken: Words = words(file.locale)
        self._page = f"/partners/{file.file.slug}"
        self.facts: list[Fact] = []
        self.gaps: list[LetterGap] = []

    def _know(self, code: str, text: str, url: str | None) -> str:
        self.facts.append(Fact(code, text, url))
        return plain(text)

    def _miss(self, code: str, url: str | None, text: str | None = None) -> str:
        text = text or self.spoken.word("letter_gap", code)
        if not any(it.text == text for it in self.gaps):
            self.gaps.append(LetterGap(code, text, url))
        return gap(text)

    def context(self) -> dict[str, Any]:
        """The names that a template may use."""
        on, config = self._on, settings()
        vi = on.locale == Locale.vi
        partner = within(plain(on.file.name), on.locale)
        city = config.home_city if vi else config.home_city_en
        subject = self.spoken.word("letter_subject", on.kind, partner=partner, city=city)
        return {
            **letterhead(on.today),
            "made_on": day(self.spoken, on.today),
            "office": config.department_vi if vi else config.department_en,
            "city": city,
            "partner": partner,
            "subject": subject,
            **self._to(partner),
            **self._visit(),
            **self._tie(),
            **self._list(),
            "sectors": self._sectors(),
            "officer": self._officer("officer", on.file.officer),
            "officer_email": self._officer("officer_email", on.file.officer_email),
            "reply_by": self._know("reply_by", day(self.spoken, self._reply_by()), None),
            "number": self._miss("number", None),
            "signer": self._miss("signer", None),
            "signer_title": self._miss("signer_title", None),
        }

    def _reply_by(self) -> date:
        return self._on.today + timedelta(days=REPLY_WITHIN[self._on.kind])

    # ---- whom it goes to

    def addressee(self) -> Addressee:
        """Whom it goes to, with what this reader may know of them."""
        on, held = self._on, self._on.addressee
        if held is None:
            place = on.unit[1] if on.unit else on.file.name
            return Addressee(None, None, None, None, place, None)
        person, post = held.person, held.post
        honorific = honorific_in(on.locale, person.honorific) if person.honorific else None
        place = post.organisation.name if post.organisation else on.file.name
        return Addressee(person.id, person.name, honorific, self._title(held), place, person.email)

    def _title(self, held: HolderRow) -> str | None:
        return held.post.title_vi if self._on.locale == Locale.vi else held.post.title_en

    def _to(self, partner: str) -> dict[str, str]:
        on, held = self._on, self._on.addressee
        if on.kind == LetterKind.reminder:
            return self._to_unit()
        if held is None:
            url = f"{self._page}/letters?kind={on.kind}#f-person" if on.people else None
            name = self._miss("addressee", url or f"/people/new?partner={on.file.slug}")
            whole, title, place, called = f"{name}, {partner}", "", on.file.name, ""
            honorific = None
        else:
            to, edit = self.addressee(), f"/people/{held.person.id}/edit"
            honorific = to.honorific
            called = " ".join(
                (
                    plain(to.honorific) if to.honorific else self._miss("honorific", edit),
                    self._know("addressee", to.name, f"/people/{to.id}")
                    if to.name
                    else self._miss("name", None),
                )
            )
            name, place = called, to.place
            post = f"/people/{held.person.id}/posts/{held.post.id}"
            title = plain(to.title) if to.title else self._miss("title", post)
            whole = f"{name}, {title}, {place}"
        english = on.locale == Locale.en
        return {
            "addressee": whole,
            "to_name": name,
            "to_title": title,
            "to_place": plain(place),
            "salutation": called or you(None),
            "you": you(honorific) if called else you(None),
            "invited": called or f"Lãnh đạo {partner}",
            "dear": dear(called) if english else "",
            "unit": "",
        }

    def _to_unit(self) -> dict[str, str]:
        unit = self._on.unit
        if unit is not None:
            name = self._know("unit", unit[1], f"/organisations/{unit[0]}")
        else:
            name = self._miss("unit", f"/follow-ups?partner={self._on.file.slug}&side=home")
        names = ("addressee", "to_name", "to_place", "salutation", "you", "invited", "unit")
        return {**dict.fromkeys(names, name), "to_title": "", "dear": ""}

    # ---- what it is about

    def _visit(self) -> dict[str, Any]:
        on, slug = self._on, self._on.file.slug
        told: dict[str, Any] = {"our_visit": "", "proposed_days": "", "visit_days": "", "they_came": True}
        if on.kind == LetterKind.invitation:
            told["our_visit"] = self._days(on.our_visit, "our_visit") if on.our_visit else ""
            told["proposed_days"] = self._days(on.trip, "proposed_days") or self._miss(
                "proposed_days", f"/delegations/new?partner={slug}&direction=inbound"
            )
        if on.kind == LetterKind.thanks:
            told["they_came"] = on.trip is None or on.trip.direction == DelegationDirection.inbound
            told["visit_days"] = self._days(on.trip, "visit") or self._miss(
                "visit", f"/visits/new?partner={slug}"
            )
        return told

    def _days(self, trip: Trip | None, code: str) -> str:
        if trip is None:
            return ""
        text = span(self.spoken, trip.starts_on, trip.ends_on, trip.precision)
        return self._know(code, text, f"/delegations/{trip.id}")

    def _tie(self) -> dict[str, str]:
        """Since when there is a tie, its latest paper, the latest contact: what a silent partner is
        reminded of."""
        on, edit = self._on, f"{self._page}/edit"
        if on.kind != LetterKind.reactivation:
            return dict.fromkeys(("tie_since", "paper", "paper_on", "last_contact"), "")
        since, standing = on.file.friendship_since, on.standing
        paper = next((it for it in on.papers if it.signed_on and it.signed_on <= on.today), None)
        told = {"paper": "", "paper_on": ""}
        if paper is not None and paper.signed_on:
            url = f"/agreements/{paper.id}"
            title = self._spelt(paper.title, f"{url}/edit", "paper", url)
            told = {"paper": title, "paper_on": when(self.spoken, paper.signed_on, paper.signed_precision)}
        if since is not None:
            text = day(self.spoken, since, on.file.friendship_precision)
            told["tie_since"] = self._know("tie_since", text, edit)
        else:
            told["tie_since"] = self._miss("tie_since", edit)
        last = standing.last_contact_on
        if last is not None:
            text = when(self.spoken, last, standing.last_contact_precision)
            told["last_contact"] = self._know("last_contact", text, f"{self._page}#timeline")
        else:
            told["last_contact"] = self._miss("last_contact", f"/interactions/new?partner={on.file.slug}")
        return told

    def _spelt(self, title: str, edit: str, code: str, url: str) -> str:
        """A record's title in the letter. A Vietnamese one in an English letter waits for its English."""
        if self._on.locale == Locale.en and is_vietnamese(title):
            return self._miss("translation", edit, plain(title))
        return self._know(code, title, url)

    def _list(self) -> dict[str, Any]:
        on = self._on
        rows = [self._row(number, it) for number, it in enumerate(on.promises, 1)]
        owed = OwedBy.home if on.kind == LetterKind.reminder else OwedBy.partner
        nothing = ""
        if on.kind in (LetterKind.chase, LetterKind.reminder) and not rows:
            nothing = self._miss("promises", f"/follow-ups/new?partner={on.file.slug}&owed_by={owed}")
        return {"promises": rows, "no_items": nothing}

    def _row(self, number: int, it: Promise) -> dict[str, Any]:
        on, url, config = self._on, f"/follow-ups/{it.id}", settings()
        vi = on.locale == Locale.vi
        title = self._spelt(it.title.rstrip(" .;"), url, "promise", url)
        home = f"thành phố {config.home_city}" if vi else config.home_city_en
        partner = within(plain(on.file.name), on.locale)
        side = home if it.owed_by == OwedBy.home else partner
        return {
            "number": number,
            "title": title,
            "side": f"phía {side}" if vi else side,
            "raised": when(self.spoken, it.raised_on),
            "due": day(self.spoken, it.due_on),
            "late": max(0, (on.today - it.due_on).days) if it.open else 0,
        }

    def _sectors(self) -> str:
        on = self._on
        if on.kind not in (LetterKind.invitation, LetterKind.reactivation):
            return ""
        agreed = {code for paper in on.papers for code in paper.sector_codes}
        names = dict(on.file.strengths)
        chosen = [lowered(names[code]) for code in shared_sectors(list(names), list(agreed))[:MOST_SECTORS]]
        edit = f"{self._page}/edit"
        return (
            self._know("sectors", self.spoken.join(chosen), edit) if chosen else self._miss("sectors", edit)
        )

    def _officer(self, code: str, text: str | None) -> str:
        if text:
            return self._know(code, text, self._page)
        return self._miss(code, f"{self._page}/fields/officer")
