"""A posted form, as typed: kept whole for the next page, read into what a schema expects."""

from starlette.datastructures import FormData

from app.forms import Typed

POSTED = Typed(
    FormData(
        [
            ("partner", "fukuoka"),
            ("form_token", "t0k3n"),
            ("version", "7"),
            ("sectors", "water"),
            ("sectors", "heritage"),
            ("follow_ups-0-title", "Send the draft"),
            ("follow_ups-0-owed_by", "home"),
            ("follow_ups-2-title", "  "),
            ("follow_ups-2-owed_by", "home"),
            ("follow_ups-10-title", "Meet again"),
            ("follow_ups-10-owed_by", "partner"),
            ("other-0-title", "not ours"),
        ]
    )
)


def test_the_forms_own_fields_are_not_part_of_the_data():
    assert (POSTED.token, POSTED.version) == ("t0k3n", 7)
    assert set(POSTED.data()) == {"partner", "sectors"}


def test_a_version_that_is_no_number_is_none():
    for text in ("", "x", "-1", "1.5", "9" * 30):
        assert Typed(FormData([("version", text)])).version is None


def test_lines_come_in_their_order_and_blank_ones_are_left_out_whatever_their_menus_say():
    assert POSTED.data(lines={"follow_ups": ("title",)})["follow_ups"] == [
        {"title": "Send the draft", "owed_by": "home"},
        {"title": "Meet again", "owed_by": "partner"},
    ]


def test_every_line_is_shown_again_as_typed():
    assert [line["title"] for line in POSTED.lines("follow_ups")] == ["Send the draft", "  ", "Meet again"]


def test_several_boxes_of_one_name_are_a_list_and_none_ticked_is_an_empty_one():
    assert POSTED.data(lists=("sectors",))["sectors"] == ["water", "heritage"]
    assert POSTED.data(lists=("units",))["units"] == []


def test_what_was_not_posted_is_empty():
    assert POSTED.get("nothing") == ""
    assert POSTED.all("nothing") == []
    assert POSTED.lines("nothing") == []


def test_a_file_is_not_a_text():
    from starlette.datastructures import UploadFile

    assert Typed(FormData([("title", UploadFile(file=None))])).get("title") == ""  # type: ignore[arg-type]
