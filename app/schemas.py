"""The manners of every input, form and JSON alike: unknown fields refused, texts cleaned, blanks are None."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from app.errors import FieldError, Invalid
from app.text import clean, refused_character
from app.vocabulary import Confidence, DatePrecision


def _told_of_the_field(schema: dict[str, Any]) -> None:
    """Say of a field what its type says of itself: `Title | None` tells it of one of the two kinds only."""
    for field in schema.get("properties", {}).values():
        told = [kind.pop("description", None) for kind in field.get("anyOf", ())]
        if first := next(filter(None, told), None):
            field.setdefault("description", first)


class Input(BaseModel):
    """Base of every ...In and ...Patch class."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_told_of_the_field)


def _cleaned(value: Any, *, lines: bool) -> Any:
    if not isinstance(value, str):
        return value
    if bad := refused_character(value.replace("\r", "\n" if lines else "\r"), lines=lines):
        raise PydanticCustomError("bad_character", "character {character} is not allowed", {"character": bad})
    return clean(value, lines=lines)


def _line(value: Any) -> Any:
    return _cleaned(value, lines=False)


def _lines(value: Any) -> Any:
    return _cleaned(value, lines=True)


def _blank_is_none(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _sane(day: date) -> date:
    if not 1900 <= day.year <= 2100:
        raise PydanticCustomError("bad_date", "the year must lie between 1900 and 2100", {})
    return day


class Facts(Input):
    """What the register keeps of where a fact comes from, beside the fact itself."""

    source: Annotated[str | None, Field(max_length=2000)] = None
    confidence: Confidence | None = None
    source_key: Annotated[str | None, Field(max_length=120)] = None
    year_inferred: bool = False
    note: Annotated[str | None, Field(max_length=2000)] = None
    note_en: Annotated[str | None, Field(max_length=2000)] = None
    is_demo: bool = False


_DAY = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})$")


class _NoPartialDate(str):
    """A text where a date that may be partly known was to stand: the field's own check refuses it, so that
    the other fields' faults are found in the same go."""

    __slots__ = ()


def _written_date(value: Any) -> Any:
    """Accept 20/02/2008 beside the ISO form; refuse numbers, which pydantic would read as timestamps."""
    if isinstance(value, _NoPartialDate):
        raise refuse("bad_partial_date")
    if isinstance(value, str) and (found := _DAY.match(value.strip())):
        day, month, year = map(int, found.groups())
        return f"{year:04}-{month:02}-{day:02}"
    if isinstance(value, int | float) or (
        isinstance(value, str) and not re.match(r"^\d{4}-\d\d-\d\d$", value)
    ):
        raise PydanticCustomError("bad_date", "a date is written YYYY-MM-DD", {})
    return value


# A required line of text; an optional one; an optional text of several lines; an optional value of any type.
Line = Annotated[str, BeforeValidator(_line), Field(min_length=1, max_length=300)]
Name = Annotated[str, BeforeValidator(_line), Field(min_length=1, max_length=200)]
Word = Annotated[str, BeforeValidator(_line), Field(min_length=1, max_length=80)]
Text = Annotated[str, BeforeValidator(_lines), Field(min_length=1, max_length=20_000)]
Day = Annotated[date, AfterValidator(_sane), BeforeValidator(_written_date)]

T = TypeVar("T")
Maybe = Annotated[T | None, BeforeValidator(_blank_is_none)]
Blank = BeforeValidator(_blank_is_none)


def partial_date(text: str) -> tuple[date, DatePrecision]:
    """Read 2008, 2008-02, 02/2008, 2008-02-20 or 20/02/2008 as the first day known and its precision.

    Raises ValueError when the text is no date.
    """
    text = text.strip()
    if re.fullmatch(r"\d{4}", text):
        return date(int(text), 1, 1), DatePrecision.year
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})", text):
        return date(int(found[1]), int(found[2]), 1), DatePrecision.month
    if found := re.fullmatch(r"(\d{1,2})/(\d{4})", text):
        return date(int(found[2]), int(found[1]), 1), DatePrecision.month
    if found := _DAY.match(text):
        return date(int(found[3]), int(found[2]), int(found[1])), DatePrecision.day
    return date.fromisoformat(text), DatePrecision.day


def normalise_partial(data: Any, day_field: str, precision_field: str) -> Any:
    """For a validator before the fields: read a date that may be partly known into its two fields.

    The stored day is the first of what is known: 2008 -> 2008-01-01 and `year`. A precision that comes with
    a full date coarsens it; one that claims more than the text says is corrected.
    """
    if not isinstance(data, Mapping) or not isinstance(data.get(day_field), str):
        return data
    text = str(data[day_field]).strip()
    if not text:
        return {**data, day_field: None, precision_field: None}
    try:
        day, known = partial_date(text)
        _sane(day)
    except ValueError:
        return {**data, day_field: _NoPartialDate(text)}
    claimed = data.get(precision_field)
    if known == DatePrecision.day and claimed in (DatePrecision.month, DatePrecision.year):
        known = DatePrecision(claimed)
        day = day.replace(day=1) if known == DatePrecision.month else date(day.year, 1, 1)
    return {**data, day_field: day, precision_field: known}


# pydantic's error types -> our codes; what is not listed is simply "invalid".
_CODES = {
    "missing": "required",
    "string_too_long": "too_long",
    "string_too_short": "required",
    "string_type": "required",
    "extra_forbidden": "unknown_field",
    "enum": "unknown_code",
    "literal_error": "unknown_code",
    "date_from_datetime_parsing": "bad_date",
    "date_parsing": "bad_date",
    "date_type": "required",
    "date_from_datetime_inexact": "bad_date",
    "bad_date": "bad_date",
    "bad_character": "bad_character",
    "int_parsing": "not_a_number",
    "int_type": "not_a_number",
    "float_parsing": "not_a_number",
    "float_type": "not_a_number",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "greater_than": "out_of_range",
    "less_than": "out_of_range",
    "int_parsing_size": "out_of_range",
    "too_long": "too_many_items",
    "too_short": "required",
    "json_invalid": "bad_json",
    "model_attributes_type": "bad_json",
    "model_type": "bad_json",
    "dict_type": "bad_json",
}


def field_errors(details: list[ErrorDetails] | list[Any]) -> list[FieldError]:
    """pydantic's findings as ours; a place in a list is written `follow_ups-0-title`."""
    found = []
    for detail in details:
        place = [str(p) for p in detail["loc"] if not str(p).startswith("function-")]
        kind = detail["type"]
        code = _CODES.get(kind, kind if kind.startswith("x_") else "invalid")
        if kind == "too_long" and isinstance(detail.get("input"), str):
            code = "too_long"  # a length stated after one of our validators counts as a collection's
        if code == "required" and detail.get("input") not in (None, "") and kind == "string_type":
            code = "invalid"
        numbers = {k: v for k, v in (detail.get("ctx") or {}).items() if isinstance(v, str | int | float)}
        if "field" in numbers:  # raised by a validator of the whole object
            place.append(str(numbers.pop("field")))
        path = tuple(place)
        found.append(FieldError("-".join(path), code.removeprefix("x_"), tuple(numbers.items()), path))
    return found


M = TypeVar("M", bound=BaseModel)


def parse(schema: type[M], data: Mapping[str, Any]) -> M:
    """Check data against a schema; raises Invalid with every field at fault."""
    try:
        return schema.model_validate(dict(data))
    except ValidationError as error:
        raise Invalid(field_errors(error.errors(include_url=False))) from None


def refuse(code: str, **params: Any) -> PydanticCustomError:
    """An error with a code of ours, for validators."""
    return PydanticCustomError(f"x_{code}", code, params)
