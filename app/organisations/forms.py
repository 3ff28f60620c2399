"""The forms of an organisation: its file, a new name, a merger."""

from sqlmodel import Session
from starlette.responses import Response

from app.forms import FormView
from app.i18n import Words
from app.models import Organisation
from app.organisations.listing import OrganisationRow, organisation_row
from app.organisations.queries import every_organisation
from app.partners.forms import countries
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
from app.vocabulary import OrganisationKind

FIELDS = (
    "name_vi", "name_en", "acronym", "code", "aliases", "kind", "country", "partner", "parent", "active_from",
    "active_to", "source", "note", "note_en",
)  # fmt: skip


class OrganisationForm(RecordForm):
    """An organisation, new or to be changed."""

    template = "organisations/form.html"
    fields: tuple[str, ...] = FIELDS

    def __init__(
        self, view: View, session: Session, row: Organisation | None = None, begun: Data | None = None
    ) -> None:
        super().__init__(view, session)
        self.row: Organisation | None = row
        self._begun = begun or {}

    @property
    def told(self) -> OrganisationRow | None:
        """The organisation as its page tells of it."""
        if self.row is None:
            return None
        return organisation_row(self.session, self.row.code, self.view.locale)

    def stored(self) -> Data:
        """An organisation as the form shows it."""
        if self.row is None:
            return self._begun
        told = self.told
        assert told is not None
        plain = ("name_vi", "name_en", "acronym", "aliases", "kind", "country", "source", "note", "note_en")
        return {
            **{name: typed_value(getattr(self.row, name)) for name in plain},
            "partner": told.partner.slug if told.partner else "",
            "parent": told.parent.code if told.parent else "",
            "active_from": typed_date(self.row.active_from),
            "active_to": typed_date(self.row.active_to),
        }

    def labels(self) -> dict[str, str]:
        """The words of the fields."""
        return {name: self.view.words.word("organisation_field", name) for name in self.fields}

    def choices(self) -> dict[str, list[Option]]:
        """The menus."""
        return {
            "kind": coded(self.view.words, OrganisationKind),
            "country": countries(self.view.locale),
            "partner": partner_options(self.session, self.view.locale),
            "parent": others(self.view, self.session, self.row),
        }

    def page(
        self, form: FormView, status: int = 200, differences: list[Difference] | None = None
    ) -> Response:
        """The form on its page."""
        return self.view.page(
            self.template,
            status=status,
            form=form,
            row=self.row,
            name=_name(self.view.words, self.row),
            labels=self.labels(),
            choices=self.choices(),
            differences=differences,
            saved_by=saved_by(self.session, self.row) if differences is not None else None,
        )


class RenameForm(OrganisationForm):
    """New names from a day on; it begins with the present ones."""

    template = "organisations/rename.html"
    fields = ("name_vi", "name_en", "acronym", "from_on")

    def stored(self) -> Data:
        """The present names."""
        if self.row is None:
            return {}
        return {name: typed_value(getattr(self.row, name)) for name in ("name_vi", "name_en", "acronym")}

    def choices(self) -> dict[str, list[Option]]:
        """Nothing is chosen here."""
        return {}


class MergeForm(OrganisationForm):
    """What goes on in its place, and since when."""

    template = "organisations/merge.html"
    fields = ("into", "on")

    def stored(self) -> Data:
        """Nothing is known beforehand."""
        return {"into": "", "on": ""}

    def choices(self) -> dict[str, list[Option]]:
        """The other organisations."""
        return {"into": others(self.view, self.session, self.row)}


def others(view: View, session: Session, row: Organisation | None) -> list[Option]:
    """Every organisation but one, for a menu."""
    every = every_organisation(session, view.locale)
    return [(o.code, o.name) for o in every if row is None or o.code != row.code]


def _name(spoken: Words, row: Organisation | None) -> str:
    if row is None:
        return ""
    return row.name_vi if spoken.locale == "vi" else row.name_en
