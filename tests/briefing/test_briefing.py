"""The briefing on a partner: each line with its source and age, and only what its reader may know."""

import io
from datetime import date

import pytest
from docx import Document

from app.templating import LOCALE_COOKIE


@pytest.fixture
def fukuoka(make):
    partner = make.partner(slug="fukuoka", name_en="Fukuoka", friendship_since=date(2008, 2, 20))
    make.visit(
        partner, on=date(2025, 10, 14), title="Talks <script>", minutes="Secret words", confidential=True
    )
    make.follow_up(partner, title="Send the draft", raised_on=date(2026, 6, 1))
    make.figure(
        title="Factories", value=12, partner_id=partner.id, source="document 7", as_of=date(2025, 6, 15)
    )
    person = make.person(name="Sato Yuriko", protocol_notes="Bows first")
    make.post(person, partner)
    return partner


def read(client, path):
    client.cookies.set(LOCALE_COOKIE, "en")
    answer = client.get(path)
    assert answer.status_code == 200
    return answer


def test_each_line_has_its_source_and_age_and_each_reader_what_they_may_know(as_, api, fukuoka):
    page = read(as_("officer"), "/partners/fukuoka/briefing").text
    for part in ("Factories: 12", "document 7", "as of 15 Jun 2025, 12 months old", "Talks &lt;script&gt;",
                 "Send the draft", "Sato Yuriko", "Bows first"):  # fmt: skip
        assert part in page, part
    assert "Secret words" not in page
    assert "Secret words" in read(as_("manager"), "/partners/fukuoka/briefing").text
    assert "Bows first" not in read(as_("viewer"), "/partners/fukuoka/briefing").text
    url = "/api/v1/partners/fukuoka/briefing"
    assert "Bows first" in api("people_key").get(url).text
    told = api("read_key").get(url).text
    assert not any(word in told for word in ("Sato", "Bows", "Secret"))
    assert "Factories" in told
    assert api("read_key").get("/api/v1/partners/nowhere/briefing").status_code == 404


def test_the_word_file_says_what_the_page_says(as_, fukuoka):
    content = read(as_("officer"), "/partners/fukuoka/briefing.docx").content
    text = "\n".join(p.text for p in Document(io.BytesIO(content)).paragraphs)
    for part in ("Briefing: Fukuoka", "Talks <script>", "Bows first", "(document 7; as of 15 Jun 2025"):
        assert part in text, part
    assert "Secret words" not in text
