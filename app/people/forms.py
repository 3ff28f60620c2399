"""The forms of a person and of a post: what fills them, their menus, their pages."""

from typing import Any

from sqlmodel import Session
from starlette.responses import Response

from app.forms import FormView
from app.models import Person, Post
from app.organisations.queries import every_organisation
from app.partners.queries import partner_options
from app.people.queries import PersonRow, person_row
from app.records.editing import (
    Data,
    Difference,
    Option,
    RecordForm,
    saved_by,
    typed_date,
    typed_value,
)
from app.templating import View

PERSON_FIELDS = ("name", "honorific", "languages", "email", "phone", "protocol_notes", "source")
POST_FIELDS = ("title_vi", "title_en", "partner", "organisation", "from_on", "to_on")


class PersonForm(RecordForm):
    """A person, new (with a first post) or to be changed."""

    def __init__(
        self, view: View, session: Session, person: Person | None = None, begun: Data | None = None
    ) -> None:
        super().__init__(view, session)
        self.row: Person | None = person
        self._begun = begun or {}

    def stored(self) -> Data:
        """A person as the form shows them."""
        if self.row is None:
            return self._begun
        return {name: typed_value(getattr(self.row, name)) for name in PERSON_FIELDS}

    def labels(self) -> dict[str, str]:
        """The words of the fields; those of the first post are named as its line is."""
        own = {name: self.view.words.word("person_field", name) for name in PERSON_FIELDS}
        posts = {f"posts-0-{name}": self.view.words.word("post_field", name) for name in POST_FIELDS}
        return own if self.row is not None else own | posts

    def page(
        self, form: FormView, status: int = 200, differences: list[Difference] | None = None
    ) -> Response:
        """The form on its page."""
        return self.view.page(
            "people/form.html",
            status=status,
            form=form,
            row=self.row,
            labels=self.labels(),
            differences=differences,
            saved_by=saved_by(self.session, self.row) if differences is not None else None,
            places=places(self.view, self.session) if self.row is None else {},
        )


class PostForm(RecordForm):
    """A term of office of a person, new or to be changed."""

    def __init__(
        self,
        view: View,
        session: Session,
        person: PersonRow,
        post: Post | None = None,
        begun: Data | None = None,
    ) -> None:
        super().__init__(view, session)
        self.person, self.row = person, post
        self._begun = begun or {}

    def stored(self) -> Data:
        """A post as the form shows it."""
        post = next((p for p in self.person.posts if self.row is not None and p.id == self.row.id), None)
        if post is None:
            return self._begun
        return {
            "title_vi": post.title_vi,
            "title_en": post.title_en or "",
            "partner": post.partner.slug if post.partner else "",
            "organisation": post.organisation.code if post.organisation else "",
            "from_on": typed_date(post.from_on, post.from_precision),
            "to_on": typed_date(post.to_on, post.to_precision),
        }

    def labels(self) -> dict[str, str]:
        """The words of the fields."""
        return {name: self.view.words.word("post_field", name) for name in POST_FIELDS}

    def choices(self) -> dict[str, list[Option]]:
        """Partners and organisations."""
        return places(self.view, self.session)

    def page(
        self, form: FormView, status: int = 200, differences: list[Difference] | None = None
    ) -> Response:
        """The form on its page."""
        return self.view.page(
            "people/post.html",
            status=status,
            form=form,
            row=self.row,
            person=self.person,
            held=[post for post in self.person.posts if post.current],
            labels=self.labels(),
            differences=differences,
            saved_by=saved_by(self.session, self.row) if differences is not None else None,
            places=self.choices(),
        )


def person_form(view: View, session: Session, person: Person) -> PersonForm:
    """The form of a person as stored now."""
    session.refresh(person)
    return PersonForm(view, session, person)


def post_form(
    view: View, session: Session, person_id: int, post: Post | None = None, begun: Data | None = None
) -> PostForm:
    """The form of a post of a person, as both are stored now; raises NotFound."""
    assert view.actor is not None
    if post is not None:
        session.refresh(post)
    person = person_row(session, view.actor, person_id, view.today, view.locale)
    return PostForm(view, session, person, post, begun)


def places(view: View, session: Session) -> dict[str, list[Option]]:
    """Where a post may be: the partners and the organisations."""
    return {
        "partner": partner_options(session, view.locale),
        "organisation": [(o.code, o.name) for o in every_organisation(session, view.locale)],
    }


def called(view: View, name: str | None) -> str:
    """A person's name in a sentence."""
    return name or view.words.gettext("erased person")


def sent_posts(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Posts as they came in, what was left empty left out."""
    return [{name: text for name, text in line.items() if text.strip()} for line in lines]
