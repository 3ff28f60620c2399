"""The kinds of records that files hang on."""

from dataclasses import dataclass
from typing import Any

from app.models import (
    Agreement,
    AgreementPartner,
    Delegation,
    DelegationPartner,
    File,
    FollowUp,
    FollowUpPartner,
    Programme,
    ProgrammePartner,
)
from app.vocabulary import FileCategory


@dataclass(frozen=True)
class Holder:
    """A kind of record with files: its name in the history, the word of its addresses, its table, and what
    a file on it most often is."""

    record: str
    place: str
    table: Any
    link: Any
    usual: FileCategory

    @property
    def name(self) -> str:
        """The column of a file that names such a record."""
        return f"{self.record}_id"

    @property
    def column(self) -> Any:
        """The same, for queries."""
        return getattr(File, self.name)

    def url(self, record_id: int) -> str:
        """The page of one record."""
        return f"/{self.place}/{record_id}"


HOLDERS = (
    Holder("delegation", "delegations", Delegation, DelegationPartner, FileCategory.other),
    Holder("agreement", "agreements", Agreement, AgreementPartner, FileCategory.agreement_text),
    Holder("programme", "programmes", Programme, ProgrammePartner, FileCategory.evidence),
    Holder("follow_up", "follow-ups", FollowUp, FollowUpPartner, FileCategory.evidence),
)
BY_RECORD = {holder.record: holder for holder in HOLDERS}


def holder_of(file: File) -> tuple[Holder, int]:
    """What a file hangs on: the kind of record and its id."""
    return next((h, key) for h in HOLDERS if (key := getattr(file, h.name)) is not None)
