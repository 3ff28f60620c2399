"""What the list of candidates may be asked for."""

from typing import Annotated

from pydantic import Field

from app.listings import MOST
from app.schemas import Input


class CandidateQuery(Input):
    """A page of the list as programs ask for it, the highest score first."""

    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )
