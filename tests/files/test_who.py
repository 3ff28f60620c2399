"""Who may know of a file: whoever may know of its record, less what is internal or confidential."""

import pytest
import sqlalchemy as sa

from app import clock
from app.history import record
from app.models import Agreement, Delegation, File
from tests.factories import MAKER
from tests.files.conftest import PDF, picture

EVERY = ("", "/content", "/thumbnail")


@pytest.fixture
def the(database, send):
    """`the("/delegations/1", classification="internal")`: the id of a picture put there."""

    def put(record_url, who="officer", **fields):
        assert send(record_url, ("nội dung.jpg", picture()), who=who, **fields).status_code == 303
        with database.read() as session:
            return session.scalar(sa.select(sa.func.max(File.id)))

    return put


def known(client, file_id):
    """The statuses of a file's page, bytes and small picture."""
    return {client.get(f"/files/{file_id}{part}").status_code for part in EVERY}


def test_internal_files_are_for_those_who_write(as_, api, the, at_visit):
    file_id = the(at_visit, classification="internal")
    for who in ("officer", "other_officer", "manager", "admin"):
        assert known(as_(who), file_id) == {200}, who
        assert "nội dung.jpg" in as_(who).get(at_visit).text
    assert known(as_("viewer"), file_id) == {404}
    for page in (at_visit, f"{at_visit}/files", "/history?partner=fukuoka"):
        assert "nội dung.jpg" not in as_("viewer").get(page).text
    for key, status in (
        ("read_key", 404),
        ("unit_key", 404),
        ("people_key", 404),
        ("write_key", 200),
        ("admin_key", 200),
    ):
        program = api(key)
        assert program.get(f"/api/v1/files/{file_id}").status_code == status
        assert program.get(f"/api/v1/files/{file_id}/content").status_code == status
        assert len(program.get("/api/v1/files").json()["items"]) == (status == 200)


def test_internal_files_are_kept_by_no_cache(client, the, at_visit):
    file_id = the(at_visit, classification="internal")
    assert client.get(f"/files/{file_id}/content").headers["cache-control"] == "no-store"


def test_a_viewer_reads_the_others_and_changes_none(as_, the, at_visit):
    file_id = the(at_visit)
    viewer = as_("viewer")
    assert known(viewer, file_id) == {200}
    assert "Add files" not in viewer.get(at_visit).text
    for path in (f"/files/{file_id}", f"/files/{file_id}/delete", f"/files/{file_id}/restoration"):
        assert viewer.post(path, data={"version": 1}).status_code == 403
    assert viewer.post(f"{at_visit}/files", files={"file": ("a.pdf", PDF)}).status_code == 403


def test_nobody_signed_in_sees_nothing(as_, the, at_visit):
    file_id = the(at_visit)
    assert known(as_("stranger"), file_id) == {303}


def test_files_of_a_confidential_visit_are_for_its_author_and_managers(
    as_, api, the, database, make, partner, officer
):
    visit = make.visit(partner, confidential=True, minutes="Kín")
    url = f"/delegations/{visit.id}"
    file_id = the(url, who="manager")
    with database.write() as session:
        own = sa.update(Delegation).where(Delegation.id == visit.id)
        session.execute(own.values(created_by_id=officer.user_id))
    for who in ("officer", "manager", "admin"):
        assert known(as_(who), file_id) == {200}, who
    for who in ("viewer", "other_officer"):
        assert known(as_(who), file_id) == {404}, who
        told = as_(who).get(url).text
        assert "nội dung.jpg" not in told
        assert "only the author and managers may see the files" in told
        assert "Add files" not in told
        assert "nội dung.jpg" not in as_(who).get("/history?partner=fukuoka").text
    other = as_("other_officer")
    assert other.post(f"{url}/files", files={"file": ("a.pdf", PDF)}).status_code == 403
    assert api("write_key").get(f"/api/v1/files/{file_id}").status_code == 404
    assert api("admin_key").get(f"/api/v1/files/{file_id}").status_code == 200
    assert as_("manager").get(f"/files/{file_id}/content").headers["cache-control"] == "no-store"


def test_files_of_an_archived_record_are_not_there(client, api, the, make, partner, database, bytes_kept):
    paper = make.agreement(partner)
    url = f"/agreements/{paper.id}"
    file_id = the(url)
    with database.write() as session:
        row = session.get(Agreement, paper.id)
        row.archived_at = clock.now()
        record(session, MAKER, "agreement.archived", row)
    assert known(client, file_id) == {404}
    assert api("admin_key").get(f"/api/v1/files/{file_id}").status_code == 404
    assert client.get(f"{url}/files").status_code == 404
    before = bytes_kept()
    assert client.post(f"{url}/files", files={"file": ("b.pdf", PDF)}).status_code == 404
    assert bytes_kept() == before


@pytest.mark.parametrize("place", ["delegations", "agreements", "programmes", "follow-ups"])
@pytest.mark.parametrize("key", ["999999", "0", "x", "9" * 30, "01"])
def test_a_record_that_is_not_there(client, api, bytes_kept, parts, place, key):
    expected = 404 if key == "999999" else 422
    sent = {"file": ("a.pdf", PDF)}
    assert client.get(f"/{place}/{key}/files").status_code == expected
    assert client.post(f"/{place}/{key}/files", files=sent).status_code == expected
    assert api("write_key").post(f"/api/v1/{place}/{key}/files", files=sent).status_code == expected
    assert (bytes_kept(), parts()) == ([], [])
