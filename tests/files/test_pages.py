"""Files on pages: sent, shown, opened, described, taken off and put back."""

import html
import re
from datetime import date

import pytest
import sqlalchemy as sa

from app.files.holders import HOLDERS
from app.models import Event, EventPartner, File, Partner
from app.templating import LOCALE_COOKIE
from app.vocabulary import FileCategory, FileClassification
from tests.files.conftest import PDF, office, picture
from tests.staging import staged


def text_of(response):
    body = response.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", "", body))).split())


@pytest.fixture
def rows(database):
    """The files of the database, oldest first."""

    def read():
        with database.read() as session:
            return list(session.scalars(sa.select(File).order_by(File.id)))

    return read


@staged
def holders(make, partner):
    """One record of each kind that takes files: its address by the kind's name."""
    made = {
        "delegation": make.visit(partner),
        "agreement": make.agreement(partner),
        "programme": make.programme(partner),
        "follow_up": make.follow_up(partner),
    }
    return {h.record: h.url(made[h.record].id) for h in HOLDERS}


@pytest.mark.parametrize("kind", [h.record for h in HOLDERS])
def test_a_file_hangs_on_each_kind_of_record(send, client, holders, rows, database, kind):
    answer = send(
        holders[kind],
        ("Biên bản.pdf", PDF),
        number="125/BC-SNgV",
        document_on="2026-06-01",
        category="minutes",
    )
    assert answer.status_code == 303, text_of(answer)
    assert answer.headers["location"] == f"{holders[kind]}#files"
    (file,) = rows()
    assert getattr(file, f"{kind}_id") is not None
    assert (file.name, file.media_type, file.size) == ("Biên bản.pdf", "application/pdf", len(PDF))
    assert (file.number, file.document_on) == ("125/BC-SNgV", date(2026, 6, 1))
    assert file.category == FileCategory.minutes
    shown = text_of(client.get(holders[kind]))
    for told in (
        "Biên bản.pdf",
        "125/BC-SNgV",
        "1 Jun 2026",
        "PDF",
        "Added a file",
        "Minutes",
        "No state secrets",
    ):
        assert told.lower() in shown.lower(), told
    with database.read() as session:
        slugs = session.scalars(
            sa.select(Partner.slug)
            .join(EventPartner, EventPartner.partner_id == Partner.id)
            .join(Event, Event.id == EventPartner.event_id)
            .where(Event.action == "file.added")
        )
        assert list(slugs) == ["fukuoka"]


def test_several_at_once_and_each_opened_as_it_may_be(send, client, at_visit, rows):
    sent = [("a.pdf", PDF), ("b.docx", office()), ("c.jpg", picture())]
    assert send(at_visit, *sent).status_code == 303
    for file, (name, content) in zip(rows(), sent, strict=True):
        answer = client.get(f"/files/{file.id}/content")
        assert answer.content == content
        how = "attachment" if name == "b.docx" else "inline"
        assert answer.headers["content-disposition"].startswith(f'{how}; filename="{name}"')
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
        forced = client.get(f"/files/{file.id}/content?download=1")
        assert forced.headers["content-disposition"].startswith("attachment")
    page = client.get(at_visit).text
    assert page.count('target="_blank" rel="noopener"') == 3  # the PDF, the picture and its small one
    assert page.count("/thumbnail") == 1
    assert "<iframe" not in page
    assert "<object" not in page


def test_a_small_picture_is_upright_and_tells_nothing(send, client, at_visit, rows, kept):
    import io

    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn by a quarter
    exif[0x010F] = "A camera"
    send(at_visit, ("a.jpg", picture(size=(400, 200), exif=exif.tobytes())))
    (file,) = rows()
    answer = client.get(f"/files/{file.id}/thumbnail")
    assert answer.headers["content-type"] == "image/jpeg"
    small = Image.open(io.BytesIO(answer.content))
    assert small.size == (160, 320)
    assert not small.getexif()
    red, _, blue = small.getpixel((80, 20))
    assert red > 200 > blue, "what was left is up"
    again = client.get(f"/files/{file.id}/thumbnail", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_only_pictures_have_a_small_picture(send, client, at_visit, rows):
    send(at_visit, ("a.pdf", PDF))
    assert client.get(f"/files/{rows()[0].id}/thumbnail").status_code == 404


def test_what_is_refused_is_told_beside_its_field_and_the_words_stay(send, at_visit, rows, parts, bytes_kept):
    answer = send(
        at_visit, ("a.pdf", PDF), ("setup.pdf", b"MZ" + bytes(100)), number="9/CV", category="letter"
    )
    assert answer.status_code == 415
    assert "setup.pdf: the content is not what the name says (it looks like: exe)" in text_of(answer)
    assert 'value="9/CV"' in answer.text
    assert '<option value="letter" selected>' in answer.text
    assert 'href="#f-files-file"' in answer.text
    assert "choose them again" in text_of(answer)
    assert (rows(), parts(), bytes_kept()) == ([], [], []), "all or nothing"


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"document_on": "2026-06-16"}, 422, "cannot lie ahead"),
        ({"document_on": "2026-02-30"}, 422, "Date of the document"),
        ({"category": "secret"}, 422, "Kind of document"),
        ({"number": "x" * 81}, 422, "Number and symbol"),
        ({"nonsense": "1"}, 422, ""),
    ],
)
def test_what_is_said_of_a_file_is_checked_like_everything(
    send, at_visit, rows, parts, bytes_kept, fields, status, said
):
    answer = send(at_visit, ("a.pdf", PDF), **fields)
    assert answer.status_code == status
    assert said in text_of(answer)
    assert (rows(), parts(), bytes_kept()) == ([], [], [])


def test_a_form_without_a_file(send, at_visit, rows, parts):
    answer = send(at_visit)
    assert answer.status_code == 422
    assert "Choose at least one file." in text_of(answer)
    assert (rows(), parts()) == ([], [])
    assert "empty.txt: the file is empty" in text_of(send(at_visit, ("empty.txt", b"")))
    assert "At most 10 files" in text_of(send(at_visit, *[(f"{n}.pdf", PDF) for n in range(11)]))


def test_sent_twice_it_is_there_once(send, at_visit, rows):
    first = send(at_visit, ("a.pdf", PDF), form_token="one")
    again = send(at_visit, ("a.pdf", PDF), form_token="one")
    assert first.headers["location"] == again.headers["location"]
    assert len(rows()) == 1


@pytest.mark.parametrize(
    "name", ["=1+1.csv", "Báo cáo\u202e.csv", "../../../x.csv", "a'\"<b>.csv", "x" * 290 + ".csv"]
)
def test_a_name_with_something_in_it_is_shown_as_text(send, client, at_visit, rows, name):
    assert send(at_visit, (name, b"a,b\n")).status_code == 303
    (file,) = rows()
    page = client.get(at_visit).text
    assert (
        f"<bdi>{html.escape(file.name)}</bdi>".replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in page
    )
    assert "\u202e" not in page
    answer = client.get(f"/files/{file.id}/content")
    assert answer.status_code == 200
    assert answer.content == b"a,b\n"


# ---- one file


@pytest.fixture
def one(send, at_visit, rows):
    """A file on a visit."""
    send(at_visit, ("a.pdf", PDF), category="letter")
    return rows()[0]


def test_what_is_said_of_it_can_be_changed(client, one, rows):
    page = client.get(f"/files/{one.id}")
    assert "a.pdf" in text_of(page)
    sent = {
        "version": one.version,
        "category": "report",
        "number": "7/BC",
        "document_on": "",
        "classification": "internal",
    }
    answer = client.post(f"/files/{one.id}", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/files/{one.id}")
    (file,) = rows()
    assert (file.category, file.number, file.classification) == (
        "report",
        "7/BC",
        FileClassification.internal,
    )
    told = text_of(client.get(f"/files/{one.id}"))
    assert "Changed a file" in told
    assert "7/BC" in told


def test_a_wrong_change_keeps_what_was_typed(client, one):
    sent = {"version": one.version, "category": "report", "number": "7", "document_on": "2027-01-01"}
    answer = client.post(f"/files/{one.id}", data=sent)
    assert answer.status_code == 422
    assert 'value="7"' in answer.text
    assert "cannot lie ahead" in text_of(answer)


def test_a_stale_change_shows_both(client, as_, one, rows):
    sent = {"version": one.version, "category": "report", "number": "1", "classification": "normal"}
    assert as_("manager").post(f"/files/{one.id}", data=sent).status_code == 303
    answer = client.post(f"/files/{one.id}", data=sent | {"number": "2", "category": "minutes"})
    assert answer.status_code == 409
    told = text_of(answer)
    assert "keep mine" in told
    assert "Saved by manager" in told
    version = int(re.search(r'name="version" value="(\d+)"', answer.text)[1])
    chosen = {"keep-number": "theirs", "keep-category": "mine", "category": "minutes", "number": "2"}
    assert client.post(f"/files/{one.id}", data=chosen | {"version": version}).status_code == 303
    (file,) = rows()
    assert (file.number, file.category) == ("1", "minutes")


def test_taken_off_and_put_back(client, one, at_visit, rows):
    answer = client.post(f"/files/{one.id}/delete", data={"version": one.version})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{at_visit}/files")
    for gone in (f"/files/{one.id}", f"/files/{one.id}/content"):
        assert client.get(gone).status_code == 404
    assert "No files yet" in text_of(client.get(at_visit))
    assert "1 file was taken off" in text_of(client.get(f"{at_visit}/files"))
    version = rows()[0].version
    undo = client.post(f"/files/{one.id}/restoration?version={version}")
    assert undo.status_code == 303
    assert client.get(f"/files/{one.id}/content").content == PDF
    assert client.post(f"/files/{one.id}/delete", data={"version": one.version}).status_code == 409


def test_many_files_are_paged(send, client, at_visit):
    for _ in range(4):
        send(at_visit, *[(f"{n}.pdf", PDF + str(n).encode()) for n in range(10)])
    page = client.get(at_visit)
    assert page.text.count('class="file"') == 6
    assert "All 40 files" in text_of(page)
    assert len(page.content) < 60_000
    assert client.get(f"{at_visit}/files").text.count('class="file"') == 30
    assert client.get(f"{at_visit}/files?page=2").text.count('class="file"') == 10
    assert client.get(f"{at_visit}/files?page=3").status_code == 422


def test_a_fixed_number_of_statements(send, client, at_visit, queries):
    counts = []
    for number in (1, 9):
        send(at_visit, *[(f"{number}-{n}.pdf", PDF) for n in range(number)])
        for address in (at_visit, f"{at_visit}/files"):
            client.get(address)
            with queries() as seen:
                client.get(address)
            counts.append(len(seen))
    assert counts[:2] == counts[2:]


def test_the_words_are_vietnamese(send, client, at_visit):
    client.cookies.set(LOCALE_COOKIE, "vi")
    told = text_of(client.get(f"{at_visit}/files"))
    assert "Không đưa tài liệu bí mật nhà nước (Mật, Tối mật, Tuyệt mật) lên hệ thống này." in told
    assert "mỗi tệp không quá 25 MB" in told


def test_a_range_can_be_asked_for(client, one):
    url = f"/files/{one.id}/content"
    part = client.get(url, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, PDF[:4])
    assert part.headers["content-range"] == f"bytes 0-3/{len(PDF)}"
    for wish in (
        "bytes=9999-",
        "bytes=5-2",
        "lines=1-2",
        "bytes=0-1,3-4",
        "bytes=" + "0-1," * 500,
        "bytes=-x",
    ):
        whole = client.get(url, headers={"Range": wish})
        assert (whole.status_code, whole.content) == (200, PDF), wish


def test_the_same_state_is_not_sent_again(client, one):
    first = client.get(f"/files/{one.id}/content")
    assert first.headers["etag"] == f'"{one.sha256}"'
    again = client.get(f"/files/{one.id}/content", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head(f"/files/{one.id}/content").headers["content-length"] == str(len(PDF))


def test_bytes_that_are_not_there_are_told_in_words(client, one, kept, as_):
    kept.remove(one.sha256)
    answer = as_("officer", raising=False).get(f"/files/{one.id}/content")
    assert answer.status_code == 503
    assert "cannot be read now" in text_of(answer)
