"""What may be asked of the look for names that are alike."""

from enum import StrEnum

from app.schemas import Input, Maybe, Name


class Among(StrEnum):
    """The records whose names are looked through."""

    partners = "partners"
    people = "people"
    organisations = "organisations"


class Typed(Input):
    """The names of a form as they stand; `but` names the record that the form is of."""

    name: Maybe[Name] = None
    name_vi: Maybe[Name] = None
    name_en: Maybe[Name] = None
    name_local: Maybe[Name] = None
    acronym: Maybe[Name] = None
    but: Maybe[Name] = None

    @property
    def names(self) -> list[str]:
        """What was typed, each name once."""
        every = (self.name, self.name_vi, self.name_en, self.name_local, self.acronym)
        return list(dict.fromkeys(name for name in every if name))
