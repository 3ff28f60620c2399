"""Logging a contact: by any spelling, once, with what was typed kept; answers to letters; secrets kept."""

import re
from datetime import date

import pytest
import sqlalchemy as sa

from app.models import Event, Interaction, InteractionPartner
from app.vocabulary import Channel, DatePrecision
from tests.staging import staged


@staged
def partner(make):
    return make.partner(slug="fukuoka", name_vi="Tỉnh Fukuoka", name_en="Fukuoka", aliases=["Phúc Cương"])


@pytest.fixture
def kept(database):
    """The contacts as they are stored."""

    def look():
        with database.read() as session:
            return list(session.scalars(sa.select(Interaction).order_by(Interaction.id)))

    return look


def sent(**fields):
    return {
        "form_token": "t",
        "on": "01/06/2026",
        "channel": "call",
        "title": "Điện đàm về môi trường",
        "partners": ["phuc cuong", ""],
        "two_way": "",
        **fields,
    }


def test_a_contact_is_logged_once_by_any_spelling(client, partner, kept):
    for _ in range(2):
        answer = client.post("/interactions", data=sent(summary="Thống nhất đầu mối"))
        assert answer.status_code == 303
    (talk,) = kept()
    assert answer.headers["location"] == f"/interactions/{talk.id}"
    assert (talk.on, talk.channel, talk.two_way) == (date(2026, 6, 1), Channel.call, True)
    assert "Thống nhất đầu mối" in client.get("/partners/fukuoka").text


def test_the_partners_page_leads_here_with_the_partner_filled_in(client, partner):
    assert 'href="/interactions/new?partner=fukuoka"' in client.get("/partners/fukuoka").text
    page = client.get("/interactions/new?partner=fukuoka").text
    assert 'name="partners" value="Fukuoka"' in page
    assert 'value="15/06/2026"' in page


def test_a_month_is_enough_of_a_date(client, partner, kept):
    client.post("/interactions", data=sent(on="03/2026"))
    assert (kept()[0].on, kept()[0].precision) == (date(2026, 3, 1), DatePrecision.month)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"on": "16/06/2026"}, "on"),
        ({"on": "soon"}, "on"),
        ({"channel": "pigeon"}, "channel"),
        ({"partners": ["Atlantis"]}, "partners"),
        ({"partners": [""]}, "partners"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_typed_is_lost(
    client, partner, kept, wrong, field
):
    answer = client.post("/interactions", data=sent(**{"summary": "Giữ lại", **wrong}))
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert "Giữ lại" in answer.text
    assert not kept()


def test_the_answer_came(client, partner, make, kept):
    letter = make.interaction(
        partner, on=date(2026, 5, 5), channel=Channel.letter_out, two_way=False, title="Thư mời"
    )
    page = client.get(f"/interactions/{letter.id}").text
    assert "One-way" in page
    assert f'href="/interactions/new?answers={letter.id}"' in page
    form = client.get(f"/interactions/new?answers={letter.id}").text
    assert 'value="Answer: Thư mời"' in form
    assert '<option value="letter_in" selected>' in form
    assert 'name="partners" value="Fukuoka"' in form
    answer = client.post("/interactions", data=sent(channel="letter_in", answers=["", str(letter.id)]))
    assert answer.status_code == 303
    page = client.get(f"/interactions/{letter.id}").text
    assert "One-way" not in page
    assert "/interactions/new?answers" not in page
    assert answer.headers["location"] in page, "the letter leads to its answer"
    assert f"/interactions/{letter.id}" in client.get(answer.headers["location"]).text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"on": "04/05/2026"}, "on"), ({"partners": ["Oslo"]}, "partners"), ({"answers": "999"}, "answers")],
)
def test_what_is_no_answer_is_refused(client, partner, make, kept, wrong, field):
    make.partner(slug="oslo", name_vi="Oslo", name_en="Oslo")
    letter = make.interaction(partner, on=date(2026, 5, 5), channel=Channel.letter_out, two_way=False)
    answer = client.post("/interactions", data=sent(**{"answers": str(letter.id), **wrong}))
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert len(kept()) == 1


def test_an_answer_in_a_month_may_have_come_after_a_letter_of_that_month(client, partner, make):
    letter = make.interaction(partner, on=date(2026, 5, 20), channel=Channel.letter_out, two_way=False)
    assert client.post("/interactions", data=sent(answers=str(letter.id), on="05/2026")).status_code == 303


def test_a_contact_is_changed_with_its_partners_and_its_history(client, partner, make, kept, database):
    make.partner(slug="oslo", name_vi="Oslo", name_en="Oslo")
    talk = make.interaction(partner, title="Cũ", people="Ông A")
    form = client.get(f"/interactions/{talk.id}/edit").text
    assert 'value="10/03/2026"' in form
    data = sent(version="1", title="Mới", people="Ông A", partners=["Oslo"])
    assert client.post(f"/interactions/{talk.id}", data=data).status_code == 303
    assert (kept()[0].title, kept()[0].version) == ("Mới", 2)
    with database.read() as session:
        links = session.scalars(sa.select(InteractionPartner.partner_id)).all()
        event = session.scalars(sa.select(Event).where(Event.action == "interaction.changed")).one()
    assert (len(links), event.changes["partners"]) == (1, [["fukuoka"], ["oslo"]])
    assert event.changes["title"] == ["Cũ", "Mới"]
    assert "people" not in event.changes


def test_an_edit_takes_no_archived_partner_off(client, partner, make, kept, database):
    from app import clock

    gone = make.partner(slug="gone", archived_at=clock.now())
    talk = make.interaction([partner, gone], title="Cũ")
    assert client.post(f"/interactions/{talk.id}", data=sent(version="1")).status_code == 303
    with database.read() as session:
        assert len(session.scalars(sa.select(InteractionPartner.partner_id)).all()) == 2


def test_a_link_to_a_letter_is_taken_back_by_its_box(client, partner, make, kept):
    letter = make.interaction(partner, on=date(2026, 5, 5), channel=Channel.letter_out, two_way=False)
    answer = make.interaction(partner, channel=Channel.letter_in, on=date(2026, 5, 9), answers_id=letter.id)
    data = sent(version="1", channel="letter_in", on="09/05/2026", answers="")
    assert client.post(f"/interactions/{answer.id}", data=data).status_code == 303
    assert (kept()[1].answers_id, kept()[1].two_way) == (None, False)


def test_a_stale_edit_shows_both_versions(client, partner, make):
    talk = make.interaction(partner, title="Cũ")
    assert client.post(f"/interactions/{talk.id}", data=sent(version="1", title="Nhanh")).status_code == 303
    stale = client.post(f"/interactions/{talk.id}", data=sent(version="1", title="Chậm", form_token="u"))
    assert stale.status_code == 409
    assert 'name="keep-title"' in stale.text
    assert 'value="Chậm"' in stale.text
    assert "Nhanh" in stale.text


def test_confidential_notes_are_neither_shown_nor_lost_when_another_officer_edits(as_, partner, make, kept):
    secret = {"summary": "Không phổ biến", "people": "Bộ trưởng", "confidential": "true"}
    assert as_("officer").post("/interactions", data=sent(**secret)).status_code == 303
    (talk,) = kept()
    other = as_("other_officer")
    form = other.get(f"/interactions/{talk.id}/edit").text
    assert "Không phổ biến" not in form
    assert 'name="summary"' not in form
    assert other.post(f"/interactions/{talk.id}", data=sent(version="1", title="Sửa tên")).status_code == 303
    assert (kept()[0].title, kept()[0].summary, kept()[0].confidential) == ("Sửa tên", "Không phổ biến", True)
    forged = sent(version="2", summary="Ghi đè", form_token="u")
    assert other.post(f"/interactions/{talk.id}", data=forged).status_code == 403
    stale = other.post(f"/interactions/{talk.id}", data=sent(version="1", form_token="v"))
    assert (stale.status_code, "Không phổ biến" in stale.text) == (409, False)
    mine = as_("officer").post(
        f"/interactions/{talk.id}", data=sent(version="2", form_token="w", summary="x")
    )
    assert (mine.status_code, kept()[0].confidential) == (303, False)


def test_a_viewer_changes_nothing(as_, partner, make):
    talk = make.interaction(partner)
    viewer = as_("viewer")
    assert viewer.post("/interactions", data=sent()).status_code == 403
    assert viewer.post(f"/interactions/{talk.id}", data=sent(version="1")).status_code == 403
    assert "/edit" not in viewer.get(f"/interactions/{talk.id}").text


def test_two_partners_of_one_name_are_written_so_that_they_are_understood(client, make):
    first = make.partner(slug="cordoba", name_vi="Córdoba", name_en="Cordoba", country="ES")
    make.partner(slug="cordoba-ar", name_vi="Córdoba", name_en="Cordoba", country="AR")
    talk = make.interaction(first)
    form = client.get(f"/interactions/{talk.id}/edit").text
    assert re.search(r'name="partners" value="cordoba"', form)
    assert 'value="cordoba-ar"' in client.get("/interactions/new?partner=cordoba-ar").text
