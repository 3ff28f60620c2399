"""Which records can be archived, and where they live."""

from dataclasses import dataclass
from typing import Any

from app.actor import Permission
from app.models import (
    Agreement,
    AgreementPartner,
    Delegation,
    DelegationPartner,
    Figure,
    FollowUp,
    FollowUpPartner,
    Forum,
    Interaction,
    InteractionPartner,
    Organisation,
    OrganisationPartner,
    Partner,
    Person,
    Post,
    Programme,
    ProgrammePartner,
    Record,
)


@dataclass(frozen=True)
class Kind:
    """A kind of record. `name` is its name in the history, `collection` the word of its addresses, `link` the
    table that ties it to partners, if any, `permission` what it takes to archive or restore one."""

    name: str
    collection: str
    table: type[Record]
    # What the history calls the two acts.
    archived: str
    restored: str
    link: Any = None
    permission: Permission = Permission.write

    @property
    def key(self) -> str:
        """The column that an address names a record by."""
        return next((name for name in ("slug", "code") if hasattr(self.table, name)), "id")

    @property
    def parameter(self) -> str:
        """What addresses call that column."""
        return f"{self.name}_id" if self.key == "id" else self.key

    @property
    def titles(self) -> tuple[Any, Any]:
        """The columns of a record's name: in Vietnamese, and in English where there is one."""
        table: Any = self.table
        if hasattr(table, "name_vi"):
            return table.name_vi, table.name_en
        if hasattr(table, "name"):
            return table.name, table.name
        return table.title, getattr(table, "title_en", table.title)

    def url(self, key: str | int) -> str:
        """The address of one record's page."""
        return f"/{self.collection}/{key}"


KINDS: tuple[Kind, ...] = (
    # A partner takes its whole file with it, so a manager decides.
    Kind(
        "partner", "partners", Partner, "partner.archived", "partner.restored", permission=Permission.manage
    ),
    Kind(
        "delegation",
        "delegations",
        Delegation,
        "delegation.archived",
        "delegation.restored",
        DelegationPartner,
    ),
    Kind("agreement", "agreements", Agreement, "agreement.archived", "agreement.restored", AgreementPartner),
    Kind("follow_up", "follow-ups", FollowUp, "follow_up.archived", "follow_up.restored", FollowUpPartner),
    Kind("programme", "programmes", Programme, "programme.archived", "programme.restored", ProgrammePartner),
    Kind(
        "interaction",
        "interactions",
        Interaction,
        "interaction.archived",
        "interaction.restored",
        InteractionPartner,
    ),
    Kind("person", "people", Person, "person.archived", "person.restored", Post),
    # Its name leaves every menu of the house, so a manager decides, as about a merger.
    Kind(
        "organisation",
        "organisations",
        Organisation,
        "organisation.archived",
        "organisation.restored",
        OrganisationPartner,
        Permission.manage,
    ),
    Kind("forum", "forums", Forum, "forum.archived", "forum.restored"),
    Kind("figure", "figures", Figure, "figure.archived", "figure.restored"),
)
BY_NAME = {kind.name: kind for kind in KINDS}
BY_COLLECTION = {kind.collection: kind for kind in KINDS}
