"""What every read of the API may be asked for beside its filters: some of its fields, what these refer to,
the number of all, a table instead of JSON.

The read model of an answer says what there is: its fields are the names that `fields` takes, those that refer
to other records the names that `expand` takes. So a new field is asked for, told and written into a table the
day it is there.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from starlette.requests import Request

from app.errors import Refused
from app.references import is_many, references_of
from app.tables import MEDIA_TYPES, TableFormat

FIELDS, EXPAND, COUNT = "fields", "expand", "count"
# What has no meaning for a table: it holds every row.
_OF_PAGES = ("limit", "cursor", COUNT)
ENDINGS = tuple(f".{kind}" for kind in TableFormat)
MOST_ROWS = 100_000
# Where an operation carries the schemas that its parameters name.
SHARED = "x-schemas"


@dataclass(frozen=True)
class Asked:
    """What one read is asked for."""

    fields: tuple[str, ...] = ()
    expand: tuple[str, ...] = ()
    count: bool = False
    table: TableFormat | None = None


PLAIN = Asked()


@dataclass(frozen=True)
class Shape:
    """The read model of an answer: one of it, or a list."""

    item: type
    is_list: bool

    @property
    def names(self) -> tuple[str, ...]:
        """Its fields, in their order."""
        return tuple(field.name for field in fields(self.item))

    @property
    def uniform(self) -> frozenset[str]:
        """The parameters that are read here and not by the list's own filters."""
        return frozenset({FIELDS, EXPAND, *([COUNT] if self.is_list else [])})

    def read(self, request: Request) -> Asked:
        """What a request asks for. Raises Refused for a name that is not there or given twice, and for a page
        of a table."""
        given = [pair for pair in request.query_params.multi_items() if pair[0] in self.uniform]
        found = dict(given)
        if len(found) < len(given):
            name = next(name for name, _ in given if [n for n, _ in given].count(name) > 1)
            raise Refused("duplicate_parameter", field=name, name=name)
        asked = Asked(
            _named(FIELDS, found.get(FIELDS), self.names),
            _named(EXPAND, found.get(EXPAND), tuple(references_of(self.item))),
            _truth(COUNT, found.get(COUNT)),
            wanted_table(request) if self.is_list else None,
        )
        if asked.table:
            for name in _OF_PAGES:
                if name in request.query_params:
                    raise Refused("not_in_table", field=name, name=name)
        return asked

    def parameters(self) -> list[dict[str, Any]]:
        """The same for the OpenAPI document."""
        told = [_listed(FIELDS, self._name("Field"), "Only these fields, with commas between them.")]
        if references_of(self.item):
            told.append(_listed(EXPAND, self._name("Reference"), "What these refer to, told as `expanded`."))
        if self.is_list:
            counted = {"type": "boolean", "default": False}
            text = "Tell the number of all that fit as `total`."
            told.append(
                {"name": COUNT, "in": "query", "required": False, "description": text, "schema": counted}
            )
        return told

    def schemas(self) -> dict[str, Any]:
        """The enums that these parameters name."""
        told = {self._name("Field"): self.names, self._name("Reference"): tuple(references_of(self.item))}
        return {name: {"type": "string", "title": name, "enum": list(of)} for name, of in told.items() if of}

    def _name(self, what: str) -> str:
        """Read models of two features may bear one name."""
        feature = self.item.__module__.split(".")[1].title().replace("_", "")
        return f"{feature}{self.item.__name__.removesuffix('Json')}{what}"

    def expansion(self) -> dict[str, Any]:
        """The schema of `expanded`; empty where nothing refers to anything."""
        told = {}
        for name, kind in references_of(self.item).items():
            one = {"$ref": f"#/components/schemas/{kind.told.__name__}"}
            several = {"type": "array", "items": one}
            told[name] = several if is_many(self.item, name) else {"anyOf": [one, {"type": "null"}]}
        return {"type": "object", "properties": told, "additionalProperties": False} if told else {}


@cache
def shape_of(model: Any) -> Shape | None:
    """The shape of an answer by its model: a page has `items` and, while more follow, `next`. A feed, whose
    `next` never ends, is neither a record nor a list."""
    if not is_dataclass(model):
        return None
    hints = get_type_hints(model)
    if hints.get("next") is str:
        return None
    item: Any = model
    if is_list := "next" in hints and get_origin(hints.get("items")) is list:
        (item,) = get_args(hints["items"])
    return Shape(item, is_list) if hasattr(item, "__dataclass_fields__") else None


def asked_of(request: Request) -> Asked:
    """What the request was found to ask for, beside its filters."""
    return getattr(request.state, "asked", PLAIN)


def wanted_table(request: Request) -> TableFormat | None:
    """The kind of table that is asked for by the address, else by Accept; None for JSON."""
    path = request.url.path
    for kind in TableFormat:
        if path.endswith(f".{kind}"):
            return kind
    accept = request.headers.get("accept", "")
    if "text/csv" not in accept and "spreadsheetml" not in accept:
        return None
    return max(_preferred(accept).items(), key=lambda pair: pair[1], default=(None, 0.0))[0]


_KINDS: dict[str, TableFormat | None] = {
    "application/json": None,
    "*/*": None,
    "application/*": None,
    **{MEDIA_TYPES[kind].partition(";")[0]: kind for kind in TableFormat},
}


_WEIGHT = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")  # RFC 9110, 12.4.2


def _preferred(accept: str) -> dict[TableFormat | None, float]:
    """How much each form of an answer is wanted (RFC 9110, 12.5.1); the first named of equals comes first."""
    found: dict[TableFormat | None, float] = {}
    for part in accept.split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        if kind in _KINDS:
            found.setdefault(_KINDS[kind], float(weight) if _WEIGHT.fullmatch(weight) else 0.0)
    return {kind: weight for kind, weight in found.items() if weight > 0}


def _named(parameter: str, text: str | None, known: Sequence[str]) -> tuple[str, ...]:
    if text is None:
        return ()
    names = text.split(",")
    if len(set(names)) < len(names) or not set(names) <= set(known):
        raise Refused("unknown_value", field=parameter, name=parameter)
    return tuple(names)


def _truth(parameter: str, text: str | None) -> bool:
    if text not in {None, "true", "false"}:
        raise Refused("unknown_value", field=parameter, name=parameter)
    return text == "true"


def _listed(name: str, values: str, text: str) -> dict[str, Any]:
    items = {"$ref": f"#/components/schemas/{values}"}
    schema = {"type": "array", "items": items, "uniqueItems": True, "minItems": 1}
    told = {"name": name, "in": "query", "required": False, "description": text}
    return {**told, "style": "form", "explode": False, "schema": schema}
