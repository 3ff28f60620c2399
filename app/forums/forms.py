"""The forms of a forum and of its meetings."""

from sqlmodel import Session
from starlette.responses import Response

from app.forms import FormView
from app.models import Forum, ForumMeeting, Partner
from app.partners.queries import partner_options
from app.records.editing import (
    Data,
    Difference,
    Option,
    RecordForm,
    coded,
    saved_by,
    typed_date,
    typed_value,
)
from app.templating import View
from app.vocabulary import ForumBasis, Locale

FORUM_FIELDS = (
    "name_vi", "name_en", "acronym", "code", "founded_year", "basis", "joined_on", "source", "note",
    "note_en",
)  # fmt: skip
MEETING_FIELDS = ("title", "title_en", "starts_on", "ends_on", "place", "host", "source")


class ForumForm(RecordForm):
    """A forum, new or to be changed."""

    def __init__(self, view: View, session: Session, row: Forum | None = None) -> None:
        super().__init__(view, session)
        self.row: Forum | None = row

    def stored(self) -> Data:
        """A forum as the form shows it."""
        if self.row is None:
            return {"basis": ForumBasis.confirmed.value}
        plain = (name for name in FORUM_FIELDS if name not in {"code", "joined_on"})
        joined = typed_date(self.row.joined_on, self.row.joined_precision)
        return {name: typed_value(getattr(self.row, name)) for name in plain} | {"joined_on": joined}

    def labels(self) -> dict[str, str]:
        """The words of the fields."""
        return {name: self.view.words.word("forum_field", name) for name in FORUM_FIELDS}

    def choices(self) -> dict[str, list[Option]]:
        """How the city's membership is known."""
        return {"basis": coded(self.view.words, ForumBasis)}

    def page(
        self, form: FormView, status: int = 200, differences: list[Difference] | None = None
    ) -> Response:
        """The form on its page."""
        return self.view.page(
            "forums/form.html",
            status=status,
            form=form,
            row=self.row,
            labels=self.labels(),
            choices=self.choices(),
            differences=differences,
            saved_by=saved_by(self.session, self.row) if differences is not None else None,
        )


class MeetingForm(RecordForm):
    """A meeting of a forum, new or to be changed."""

    def __init__(self, view: View, session: Session, forum: Forum, row: ForumMeeting | None = None) -> None:
        super().__init__(view, session)
        self.forum = forum
        self.row: ForumMeeting | None = row

    def stored(self) -> Data:
        """A meeting as the form shows it."""
        if self.row is None:
            return {}
        host = self.session.get(Partner, self.row.host_id) if self.row.host_id else None
        ends = (self.row.ends_on, self.row.ends_precision)
        one_day = ends == (self.row.starts_on, self.row.starts_precision)
        plain = ("title", "title_en", "place", "source")
        return {
            **{name: typed_value(getattr(self.row, name)) for name in plain},
            "starts_on": typed_date(self.row.starts_on, self.row.starts_precision),
            "ends_on": "" if one_day else typed_date(*ends),
            "host": host.slug if host else "",
        }

    def labels(self) -> dict[str, str]:
        """The words of the fields."""
        return {name: self.view.words.word("forum_meeting_field", name) for name in MEETING_FIELDS}

    def choices(self) -> dict[str, list[Option]]:
        """Who may be its host."""
        return {"host": partner_options(self.session, self.view.locale)}

    def page(
        self, form: FormView, status: int = 200, differences: list[Difference] | None = None
    ) -> Response:
        """The form on its page."""
        return self.view.page(
            "forums/meeting.html",
            status=status,
            form=form,
            row=self.row,
            forum=self.forum,
            name=forum_name(self.view, self.forum),
            labels=self.labels(),
            choices=self.choices(),
            differences=differences,
            saved_by=saved_by(self.session, self.row) if differences is not None else None,
        )


class MemberForm(RecordForm):
    """A partner to become a member of a forum."""

    def __init__(self, view: View, session: Session, forum: Forum) -> None:
        super().__init__(view, session)
        self.forum = forum

    def stored(self) -> Data:
        """Nothing is known beforehand."""
        return {}

    def labels(self) -> dict[str, str]:
        """The words of the fields."""
        return {name: self.view.words.word("forum_member_field", name) for name in ("partner", "source")}

    def page(
        self, form: FormView, status: int = 200, differences: list[Difference] | None = None
    ) -> Response:
        """The form on its page."""
        return self.view.page(
            "forums/member.html",
            status=status,
            form=form,
            forum=self.forum,
            name=forum_name(self.view, self.forum),
            labels=self.labels(),
            partners=partner_options(self.session, self.view.locale),
        )


def forum_name(view: View, forum: Forum) -> str:
    """A forum's name in a sentence."""
    return forum.acronym or (forum.name_vi if view.locale == Locale.vi else forum.name_en)
