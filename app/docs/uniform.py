"""What the OpenAPI document tells of the parameters that every read takes (app/shapes.py)."""

from typing import Any

from pydantic import TypeAdapter

from app.references import KINDS
from app.shapes import COUNT, EXPAND, FIELDS

Json = dict[str, Any]
EXPANDED = "x-expanded"


def shared() -> Json:
    """The schemas that the answers have in common: what `fields` leaves, what `expand` adds."""
    return _sparse() | _references()


def _sparse() -> Json:
    """What the answer to `fields` is: it names them, and holds no other."""
    record = {"type": "object", "additionalProperties": True}
    names = {"type": "array", "items": {"type": "string"}}
    page = {
        "items": {"type": "array", "items": record},
        "next": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "total": {"type": "integer"},
        FIELDS: names,
    }
    return {
        "SparsePage": {
            "type": "object",
            "description": "A page of which each record holds the fields asked for.",
            "properties": page,
            "required": ["items", "next", FIELDS],
        },
        "SparseRecord": {
            **record,
            "description": "The fields of a record that were asked for; `fields` names them.",
            "required": [FIELDS],
        },
    }


def _references() -> Json:
    found: Json = {}
    for kind in dict.fromkeys(KINDS.values()):
        schema = TypeAdapter(kind.told).json_schema(ref_template="#/components/schemas/{model}")
        found |= schema.pop("$defs", {})
        found[kind.told.__name__] = schema
    return found


def uniform(operation: Json, schemas: Json) -> None:
    """Tell what `fields`, `expand` and `count` make of an answer."""
    expanded = operation.pop(EXPANDED, {})
    asked = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "query"}
    if FIELDS not in asked:
        return
    content = operation["responses"]["200"]["content"]["application/json"]
    item = content["schema"]["$ref"].rpartition("/")[2]
    is_list = COUNT in asked
    if is_list:
        page = schemas[item]["properties"]
        page["total"] = {"type": "integer", "description": "All that fit, with `count=true`."}
        item = page["items"]["items"]["$ref"].rpartition("/")[2]
    if EXPAND in asked:
        schemas[item]["properties"]["expanded"] = expanded
    sparse = "SparsePage" if is_list else "SparseRecord"
    content["schema"] = {"anyOf": [content["schema"], {"$ref": f"#/components/schemas/{sparse}"}]}
