"""Files over REST: the same rules as on the pages, told in JSON."""

import hashlib

import pytest

from app.config import settings
from tests.api.contract import check_problem

PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture(autouse=True)
def kept(tmp_path, monkeypatch):
    monkeypatch.setattr(settings(), "files", tmp_path / "files")
    return tmp_path / "files"


@pytest.fixture
def add(call, world):
    """`add(number="1")`: a PDF on the visit."""

    def post(content=PDF, name="Biên bản.pdf", headers=None, **fields):
        return call(
            "POST", f"/delegations/{world.visit}/files", "write_key", data=fields,
            files={"file": (name, content)}, headers=headers,
        )  # fmt: skip

    return post


def test_a_file_is_added_read_listed_and_handed_out(add, call, get, world):
    made = add(category="minutes", number="5/BB", document_on="2026-06-01")
    assert made.status_code == 201, made.text
    file = made.json()
    assert made.headers["location"] == f"/api/v1/files/{file['id']}"
    assert file["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert (file["name"], file["media_type"], file["size"]) == ("Biên bản.pdf", "application/pdf", len(PDF))
    assert (file["delegation"], file["agreement"], file["classification"]) == (world.visit, None, "normal")
    assert get(f"/files/{file['id']}") == file
    for filters in ({}, {"delegation": world.visit}, {"category": "minutes"}, {"sort": "-size"}):
        assert get("/files", **filters)["items"] == [file]
    assert get("/files", agreement=1)["items"] == []
    content = call("GET", f"/files/{file['id']}/content")
    assert content.content == PDF
    assert content.headers["content-disposition"].startswith("attachment")
    tag = {"If-None-Match": content.headers["etag"]}
    assert call("GET", f"/files/{file['id']}/content", headers=tag).status_code == 304
    part = call("GET", f"/files/{file['id']}/content", headers={"Range": "bytes=1-3"})
    assert (part.status_code, part.content) == (206, b"PDF")


def test_a_follow_up_takes_files_too(call, world):
    sent = {"file": ("a.csv", b"=1+1\n")}
    made = call("POST", f"/follow-ups/{world.follow_up}/files", "write_key", files=sent)
    assert made.json()["follow_up"] == world.follow_up
    assert made.json()["media_type"] == "text/csv"


def test_the_same_key_and_content_is_one_file_however_it_is_framed(add, get):
    first = add(headers={"Idempotency-Key": "k"})  # each request has a boundary of its own
    again = add(headers={"Idempotency-Key": "k"})
    assert first.json() == again.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert len(get("/files")["items"]) == 1
    for other in ({"content": PDF + b"x"}, {"number": "2"}, {"name": "b.pdf"}):
        check_problem(add(headers={"Idempotency-Key": "k"}, **other), 422, "key_reused")


def test_what_is_refused_is_a_problem(add, call, world, get):
    check_problem(add(b"MZ" + bytes(99)), 415)
    check_problem(add(name="a.exe"), 415)
    check_problem(add(b"", name="a.pdf"), 422, "file_empty", "/file")
    check_problem(add(document_on="2027-01-01"), 422, "document_in_future", "/document_on")
    check_problem(add(category="x"), 422, "unknown_code", "/category")
    check_problem(add(secret="1"), 422, "unknown_field", "/secret")
    path = f"/delegations/{world.visit}/files"
    two = [("file", ("a.pdf", PDF)), ("file", ("b.pdf", PDF))]
    check_problem(call("POST", path, "write_key", files=two), 422, "one_file_only", "/file")
    check_problem(call("POST", path, "write_key", json={"file": "x"}), 415)
    check_problem(call("POST", path, "write_key", files={"x": (None, "y")}), 422)
    check_problem(call("POST", path, "read_key", files=two), 403)
    check_problem(call("POST", f"{path}?x=1", "write_key", files=two), 422, "unknown_parameter")
    assert get("/files")["items"] == []


def test_a_file_that_is_too_long(add, monkeypatch):
    monkeypatch.setattr(settings(), "file_mb", 1)
    check_problem(add(PDF + bytes(1_000_001)), 413)
    check_problem(add(PDF + bytes(12_000_000)), 413)


def test_what_is_said_of_it_can_be_changed(add, call):
    made = add()
    path = f"/files/{made.json()['id']}"
    tag = {"If-Match": made.headers["etag"]}
    check_problem(call("PATCH", path, "write_key", json={"number": "1"}), 428)
    changed = call(
        "PATCH", path, "write_key", json={"number": "1", "classification": "internal"}, headers=tag
    )
    assert (changed.json()["number"], changed.json()["classification"]) == ("1", "internal")
    assert changed.json()["version"] == 2
    check_problem(call("PATCH", path, "write_key", json={"number": "2"}, headers=tag), 412)
    check_problem(call("PATCH", path, "write_key", json={"name": "x"}, headers=tag), 422, "unknown_field")
    check_problem(call("GET", path), 404)  # a key that only reads knows nothing internal


def test_taken_off_and_put_back(add, call, get):
    made = add()
    path = f"/files/{made.json()['id']}"
    check_problem(call("DELETE", path, "write_key"), 428)
    gone = call("DELETE", path, "write_key", headers={"If-Match": made.headers["etag"]})
    assert (gone.status_code, gone.content) == (204, b"")
    check_problem(call("GET", path), 404)
    check_problem(call("GET", f"{path}/content"), 404)
    assert get("/files")["items"] == []
    back = call("POST", f"{path}/restoration", "write_key")
    assert back.json()["id"] == made.json()["id"]
    assert call("GET", f"{path}/content").content == PDF
    check_problem(call("POST", f"{path}/restoration", "write_key"), 404)


def test_a_filter_that_is_left_blank_is_none(add, get, world):
    made = add().json()
    found = get("/files", delegation=world.visit, agreement="", programme="", follow_up="")["items"]
    assert [file["id"] for file in found] == [made["id"]]


def test_the_list_is_paged_without_a_gap(add, call, get):
    for n in range(5):
        add(PDF + b"x" * (n % 2), name=f"{n}.pdf")
    for sort in ("id", "-id", "name", "-size"):
        seen, page = [], get("/files", sort=sort, limit=2)
        while True:
            seen += [item["id"] for item in page["items"]]
            if not page["next"]:
                break
            page = call("GET", page["next"]).json()
        assert sorted(seen) == sorted(set(seen))
        assert len(seen) == 5
