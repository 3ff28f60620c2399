"""The manners of every input: the same on a form and in JSON."""

import unicodedata
from datetime import date
from enum import StrEnum
from typing import Annotated

import pytest
from pydantic import Field, ValidationError, model_validator

from app.errors import Invalid
from app.schemas import (
    Blank,
    Day,
    Input,
    Line,
    Maybe,
    Name,
    Text,
    normalise_partial,
    parse,
    partial_date,
    refuse,
)
from app.vocabulary import DatePrecision, Tier
from tests import everything  # noqa: F401 - every schema there is


class Colour(StrEnum):
    red = "red"


class Item(Input):
    title: Line


class Thing(Input):
    """One field of every kind."""

    title: Line
    name: Maybe[Name] = None
    minutes: Maybe[Text] = None
    on: Annotated[Day | None, Blank] = None
    colour: Annotated[Colour | None, Blank] = None
    tier: Tier = Tier.regular
    count: Annotated[int | None, Blank] = None
    items: list[Item] = []


def faults(**data: object) -> dict[str, str]:
    """What is wrong, by field."""
    with pytest.raises(Invalid) as caught:
        parse(Thing, {"title": "A title", **data})
    return {error.pointer: error.code for error in caught.value.errors}


def test_what_is_right_is_taken_as_it_is():
    thing = parse(Thing, {"title": "  Hà Nội  ", "on": "2008-02-20", "colour": "red", "count": "3"})
    assert (thing.title, thing.on, thing.colour, thing.count) == ("Hà Nội", date(2008, 2, 20), Colour.red, 3)


@pytest.mark.parametrize("blank", ["", "   ", None])
def test_an_empty_field_is_no_value(blank):
    thing = parse(
        Thing, {"title": "x", "name": blank, "minutes": blank, "on": blank, "colour": blank, "count": blank}
    )
    assert (thing.name, thing.minutes, thing.on, thing.colour, thing.count) == (None,) * 5


@pytest.mark.parametrize("blank", ["", "   ", "\u3000"])
def test_a_required_field_is_required(blank):
    assert faults(title=blank) == {"title": "required"}


def test_a_missing_field_is_required():
    with pytest.raises(Invalid) as caught:
        parse(Thing, {})
    assert [(e.pointer, e.code) for e in caught.value.errors] == [("title", "required")]


def test_a_title_of_ten_thousand_characters_is_too_long_and_says_how_long_it_may_be():
    with pytest.raises(Invalid) as caught:
        parse(Thing, {"title": "x" * 10_000})
    (error,) = caught.value.errors
    assert (error.pointer, error.code, dict(error.params)["max_length"]) == ("title", "too_long", 300)


def test_what_is_trimmed_does_not_count():
    assert parse(Thing, {"title": f"  {'x' * 300}  "}).title == "x" * 300


def test_decomposed_text_is_stored_composed():
    assert parse(Thing, {"title": unicodedata.normalize("NFD", "Đà Nẵng")}).title == "Đà Nẵng"


@pytest.mark.parametrize("bad", ["\x00", "\u200f", "\u202e", "\n"])
def test_a_control_or_direction_character_is_refused_by_name(bad):
    with pytest.raises(Invalid) as caught:
        parse(Thing, {"title": f"in{bad}side"})
    (error,) = caught.value.errors
    assert (error.pointer, error.code) == ("title", "bad_character")
    assert dict(error.params)["character"] == f"U+{ord(bad):04X}"


def test_several_lines_keep_their_breaks_however_a_browser_sends_them():
    assert (
        parse(Thing, {"title": "x", "minutes": "one\r\n\r\n  two\rthree "}).minutes == "one\n\n  two\nthree"
    )


def test_a_field_we_do_not_know_is_refused():
    assert faults(colr="red") == {"colr": "unknown_field"}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("colour", "blue", "unknown_code"),
        ("tier", "", "unknown_code"),
        ("count", "three", "not_a_number"),
        ("count", "9" * 5000, "out_of_range"),
        ("on", "2026-02-30", "bad_date"),
        ("on", "30/02/2026", "bad_date"),
        ("on", "1778457600", "bad_date"),
        ("on", 1778457600, "bad_date"),
        ("on", True, "bad_date"),
        ("on", "2026-06-15T10:00:00Z", "bad_date"),
        ("on", "0026-06-15", "bad_date"),
        ("on", "2101-01-01", "bad_date"),
        ("on", "tomorrow", "bad_date"),
        ("items", "x", "invalid"),
    ],
)
def test_what_cannot_be_read_is_told_by_a_code(field, value, code):
    assert faults(**{field: value}) == {field: code}


def test_a_date_may_be_written_as_officials_write_it():
    assert parse(Thing, {"title": "x", "on": " 20/2/2008 "}).on == date(2008, 2, 20)


def test_every_fault_is_told_at_once_and_a_line_of_a_list_by_its_place():
    assert faults(on="x", items=[{"title": "fine"}, {"title": ""}]) == {
        "on": "bad_date",
        "items-1-title": "required",
    }


def test_a_rule_of_our_own_speaks_with_our_code():
    with pytest.raises(type(refuse("x"))) as caught:
        raise refuse("password_short", least=12)
    assert caught.value.type == "x_password_short"


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("2008", date(2008, 1, 1), DatePrecision.year),
        ("2008-02", date(2008, 2, 1), DatePrecision.month),
        ("2/2008", date(2008, 2, 1), DatePrecision.month),
        ("2008-02-20", date(2008, 2, 20), DatePrecision.day),
        (" 20/02/2008 ", date(2008, 2, 20), DatePrecision.day),
    ],
)
def test_a_date_may_be_known_in_part(text, day, precision):
    assert partial_date(text) == (day, precision)


@pytest.mark.parametrize("text", ["", "long ago", "13/2008", "2008-13", "31/02/2008", "20080220x"])
def test_what_is_no_date_is_not_taken_for_one(text):
    with pytest.raises(ValueError):  # noqa: PT011 - the messages are the library's
        partial_date(text)


class _Tie(Input):
    name: Name
    since: Day | None = None
    since_precision: DatePrecision | None = None

    @model_validator(mode="before")
    @classmethod
    def _partial(cls, data):
        return normalise_partial(data, "since", "since_precision")


@pytest.mark.parametrize("text", ["long ago", "31/02/2008", "1800", "13/2008"])
def test_a_wrong_partial_date_hides_no_other_fault(text):
    with pytest.raises(Invalid) as caught:
        parse(_Tie, {"since": text, "name": "", "more": "x"})
    found = {(error.pointer, error.code) for error in caught.value.errors}
    assert found == {("since", "bad_partial_date"), ("name", "required"), ("more", "unknown_field")}


def test_a_field_that_may_be_empty_says_what_its_type_says():
    metres = Annotated[int, Field(ge=0, description="In metres.")]

    class Hill(Input):
        height: metres
        above: metres | None = None
        below: Annotated[metres | None, Field(description="Of the valley, in metres.")] = None

    fields = Hill.model_json_schema()["properties"]
    assert [told["description"] for told in fields.values()] == [
        "In metres.",
        "In metres.",
        "Of the valley, in metres.",
    ]
    assert fields["above"]["anyOf"] == [{"type": "integer", "minimum": 0}, {"type": "null"}]


def _inputs(kind=Input):
    for inner in kind.__subclasses__():
        yield from (inner, *_inputs(inner))


@pytest.mark.parametrize("value", [None, "", 0, [], {}, [None], "x" * 5000], ids=repr)
def test_no_field_of_any_input_stumbles_over_what_it_does_not_take(value):
    """A bound on a field that may be empty belongs to what is in it: pydantic would measure nothing."""
    wrong = []
    for schema in {found for found in _inputs() if not found.__name__.startswith("_")}:
        for name in schema.model_fields:
            try:
                schema.model_validate({name: value})
            except ValidationError:
                continue
            except Exception as fault:
                wrong.append(f"{schema.__module__}.{schema.__name__}.{name}: {fault!r}")
    assert not wrong, "\n".join(wrong)
