"""A name for a list's address."""

import re
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from pydantic import BeforeValidator, Field

from app.lists import SAVED
from app.schemas import Input, Word, refuse

_PATH = re.compile(r"/[a-z][a-z/-]{1,78}")
# What tells where somebody is in a list rather than which list it is.
_PLACES = {"page", "cursor", SAVED}
_CASES = {"/review": {"partner"}, "/review/meeting": {"partner", "meeting"}}


@dataclass(frozen=True, slots=True)
class Place:
    """A list: its page and its filters and sort, in one spelling for all that mean the same."""

    path: str
    query: str

    def url(self, view_id: int) -> str:
        """The address that opens it under a saved name."""
        return f"{self.path}?{SAVED}={view_id}" + (f"&{self.query}" if self.query else "")


def place_of(url: str) -> Place:
    """The list behind an address; raises ValueError for an address that is none of ours."""
    path, _sep, query = url.partition("#")[0].partition("?")
    if not _PATH.fullmatch(path) or "//" in path:
        raise ValueError(url)
    left_out = _PLACES | _CASES.get(path, set())
    pairs = [pair for pair in parse_qsl(query) if pair[0] not in left_out]
    return Place(path, urlencode(sorted(pairs)))


def _place(value: Any) -> Any:
    if isinstance(value, str) and len(value) <= 2000:
        try:
            return place_of(value)
        except ValueError:
            pass
    raise refuse("no_list_address")


Where = Annotated[
    Place,
    BeforeValidator(_place, json_schema_input_type=str),
    Field(description="The address of a list's page, with its filters: `/partners?status=stuck`."),
]

ViewName = Annotated[Word, Field(description="What it is called among the saved lists.")]
Shared = Annotated[bool, Field(description="Whether everybody sees it; for managers.")]


class ViewIn(Input):
    """A new view; `shared` is for managers."""

    name: ViewName
    url: Where
    shared: Shared = False


class ViewPatch(Input):
    """Changes to a view: another name, another address, shared or not."""

    name: ViewName | None = None
    url: Where | None = None
    shared: Shared | None = None
