"""Files: what was uploaded, by content. The bytes lie beside the database under their hash."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field

from app.models.base import Record, code_field, link
from app.vocabulary import FileCategory, FileClassification


class File(Record, table=True):
    """A file as it hangs on one record. Two of one content share their bytes, `sha256` names them."""

    sha256: str = Field(max_length=64, index=True)
    name: str = Field(max_length=255)
    media_type: str = Field(max_length=120)
    size: int = Field(sa_type=sa.BigInteger)
    category: FileCategory = code_field(FileCategory, FileCategory.other)
    classification: FileClassification = code_field(FileClassification, FileClassification.normal)
    number: str | None = Field(default=None, max_length=80)
    document_on: date | None = None
    delegation_id: int | None = link("delegation")
    agreement_id: int | None = link("agreement")
    programme_id: int | None = link("programme")
    follow_up_id: int | None = link("follow_up")
