"""Uploads as they stream: cut at the limit, cleaned after a break, stored once, never a row without bytes."""

import hashlib
import os
import threading
from datetime import timedelta

import anyio
import pytest
import sqlalchemy as sa

from app import clock
from app.actor import system
from app.auth import sessions
from app.config import settings
from app.files import service
from app.files.holders import BY_RECORD
from app.files.kinds import BY_EXTENSION
from app.files.receiving import Upload
from app.files.schemas import FileIn
from app.files.store import GRACE, store
from app.models import File
from app.vocabulary import Door
from tests.actors import PEOPLE
from tests.files.conftest import PDF, picture

ME = system(Door.seed)
HEAD = (
    b'--x\r\nContent-Disposition: form-data; name="number"\r\n\r\n77/CV\r\n'
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
)


class Stream:
    """A request whose body is made as it is read; `taken` counts the bytes that were."""

    def __init__(self, app, path, pieces, *, length=None, ends=True, who="officer"):
        self.app, self.path, self.pieces, self.taken = app, path, iter(pieces), 0
        self.length, self.ends, self.who = length, ends, who
        self.status, self.body = None, b""

    async def receive(self):
        piece = next(self.pieces, None)
        if piece is None:
            return {"type": "http.request", "body": b""} if self.ends else {"type": "http.disconnect"}
        self.taken += len(piece)
        return {"type": "http.request", "body": piece, "more_body": True}

    async def send(self, message):
        if message["type"] == "http.response.start":
            self.status = message["status"]
        self.body += message.get("body", b"")

    def run(self):
        cookie = f"{sessions.cookie_name()}={PEOPLE[self.who].token}".encode() if self.who else b""
        headers = [(b"content-type", b"multipart/form-data; boundary=x"), (b"cookie", cookie)]
        if self.length is not None:
            headers.append((b"content-length", str(self.length).encode()))
        scope = {
            "type": "http", "method": "POST", "path": self.path, "query_string": b"", "headers": headers,
            "http_version": "1.1", "scheme": "http", "server": ("127.0.0.1", 8000), "client": ("::1", 1),
        }  # fmt: skip
        anyio.run(self.app, scope, self.receive, self.send)
        return self


def endless(total, piece=b"\0" * 65_536):
    """A PDF of this many bytes."""
    yield HEAD + b"%PDF-1.4\n"
    for _ in range(total // len(piece)):
        yield piece
    yield b"\r\n--x--\r\n"


@pytest.fixture
def nothing_left(database, parts, bytes_kept):
    """Fails unless nothing came of it: no row, no bytes, nothing half received."""

    def check():
        with database.read() as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(File)) == 0
        assert (parts(), bytes_kept()) == ([], [])

    return check


def test_two_gigabytes_are_cut_off_at_the_limit(app, at_visit, small_limit, nothing_left):
    sent = Stream(app, f"{at_visit}/files", endless(2 << 30)).run()
    assert sent.status == 413
    assert sent.taken <= small_limit + 200_000, "the rest was never read"
    assert "a.pdf: the file is too large; at most 1 MB." in sent.body.decode()
    assert 'value="77/CV"' in sent.body.decode(), "what came before the file is kept"
    nothing_left()


def test_two_gigabytes_that_say_so_are_not_read_at_all(app, at_visit, nothing_left):
    sent = Stream(app, f"{at_visit}/files", endless(2 << 30), length=2 << 30).run()
    assert (sent.status, sent.taken) == (413, 0)
    nothing_left()


def test_many_files_within_the_limit_are_too_much_together(app, at_visit, small_limit, nothing_left):
    def pieces():
        for _ in range(30):
            yield HEAD + b"%PDF-1.4\n" + b"x" * 900_000 + b"\r\n"

    sent = Stream(app, f"{at_visit}/files", pieces()).run()
    assert sent.status in {413, 422}
    assert sent.taken < 12 * small_limit
    nothing_left()


def test_fields_do_not_fill_the_memory(app, at_visit, nothing_left):
    def pieces():
        yield b'--x\r\nContent-Disposition: form-data; name="number"\r\n\r\n'
        for _ in range(1000):
            yield b"y" * 65_536

    sent = Stream(app, f"{at_visit}/files", pieces()).run()
    assert sent.status == 413
    assert sent.taken < 300_000
    nothing_left()


def test_other_addresses_take_no_more_than_before(app, at_visit):
    for path in (at_visit, "/files/1", "/visits"):
        sent = Stream(app, path, endless(5_000_000), length=5_000_000).run()
        assert (sent.status, sent.taken) == (413, 0)


@pytest.mark.parametrize("who", [None, "viewer"])
def test_a_stranger_fills_no_disk(app, at_visit, nothing_left, who):
    sent = Stream(app, f"{at_visit}/files", endless(500_000), who=who).run()
    assert sent.status in {401, 403}
    assert sent.taken == 0
    nothing_left()


def test_a_line_that_breaks_leaves_nothing(app, at_visit, nothing_left, caplog):
    sent = Stream(app, f"{at_visit}/files", [HEAD, PDF, b"more"], ends=False).run()
    assert sent.status == 400
    assert not caplog.records, "nothing of ours failed"
    nothing_left()


@pytest.mark.parametrize(
    "body",
    [
        [HEAD, PDF],
        [HEAD + PDF + b"\r\n--x"],
        [b"no form at all"],
        [b""],
        [b"--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--x--\r\n"],
        [b"--x\r\nX-Long: " + b"y" * 9_000 + b"\r\n\r\nx\r\n--x--\r\n"],
    ],
)
def test_a_body_that_is_no_whole_form(app, at_visit, nothing_left, body):
    assert Stream(app, f"{at_visit}/files", body).run().status == 400
    nothing_left()


@pytest.mark.parametrize(
    "name",
    [
        b'a\\"b.pdf', b"../../etc/a.pdf", b"C:\\\\a.pdf", b"a\x00.pdf", "Biên.pdf".encode(), b"\xff\xfe.pdf",
        b"x" * 300 + b".pdf", "\u202efdp.pdf".encode(), b"a%0d%0aSet-Cookie: x.pdf",
    ],
)  # fmt: skip
def test_any_name_is_taken_or_refused_but_never_breaks_anything(app, client, at_visit, database, name):
    body = HEAD.replace(b"a.pdf", name) + PDF + b"\r\n--x--\r\n"
    assert Stream(app, f"{at_visit}/files", [body]).run().status == 303
    with database.read() as session:
        file = session.scalars(sa.select(File)).one()
    answer = client.get(f"/files/{file.id}/content")
    assert answer.content == PDF
    assert "\n" not in answer.headers["content-disposition"]
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("name", [b"a.pdf\r\nX-Evil: 1", b"a.pdf\nX-Evil: 1"])
def test_a_line_break_in_a_name_ends_the_header(app, at_visit, name):
    body = HEAD.replace(b"a.pdf", name) + PDF + b"\r\n--x--\r\n"
    assert Stream(app, f"{at_visit}/files", [body]).run().status in {303, 400, 415, 422}


def test_the_same_content_lies_there_once(send, client, at_visit, bytes_kept, database):
    for name in ("một.pdf", "hai.pdf"):
        assert send(at_visit, (name, PDF)).status_code == 303
    assert bytes_kept() == [hashlib.sha256(PDF).hexdigest()]
    with database.read() as session:
        ids = list(session.scalars(sa.select(File.id)))
    assert [client.get(f"/files/{key}/content").content for key in ids] == [PDF, PDF]


def test_bytes_lie_hidden_from_others_on_the_machine(send, at_visit, kept, parts):
    send(at_visit, ("a.pdf", PDF))
    assert parts() == []
    path = kept.path(hashlib.sha256(PDF).hexdigest())
    assert path.read_bytes() == PDF
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_a_full_disk_is_told_in_words(as_, at_visit, nothing_left, monkeypatch):
    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    answer = as_("officer", raising=False).post(f"{at_visit}/files", files={"file": ("a.pdf", PDF)})
    assert answer.status_code == 503
    assert "no room for files" in answer.text
    assert answer.headers["retry-after"]
    monkeypatch.undo()


# ---- bytes and rows


def received(place, content=PDF, name="a.pdf"):
    """An upload as receive() hands it over."""
    part = place.new_part()
    part.write_bytes(content)
    kind = BY_EXTENSION[name.rpartition(".")[2]]
    return Upload(name, part, len(content), hashlib.sha256(content).hexdigest(), kind)


def attach(session, place, visit, content=PDF):
    upload = received(place, content)
    return service.attach(
        session, ME, BY_RECORD["delegation"], visit.id, upload, FileIn(), today=clock.today()
    )


def age(path, days):
    """As if it had been written so long ago."""
    then = (clock.now() - timedelta(days=days)).timestamp()
    os.utime(path, (then, then))


class Killed(BaseException):
    """The process ends here: nothing of ours is run any more."""


def test_killed_between_bytes_and_row_an_orphan_is_all_that_is_left(
    database, visit, kept, monkeypatch, bytes_kept
):
    def die(*_args, **_more):
        raise Killed

    monkeypatch.setattr(service, "record", die)
    with pytest.raises(Killed), database.write() as session:
        attach(session, kept, visit)
    monkeypatch.undo()
    monkeypatch.setattr(settings(), "files", kept.root)
    with database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(File)) == 0
    (orphan,) = bytes_kept()
    with database.write() as session:
        assert service.sweep(session) == 0, "not before its day has passed"
        age(kept.path(orphan), 2)
        assert service.sweep(session) == 1
    assert bytes_kept() == []


def test_a_sweep_leaves_what_any_row_names(database, visit, kept, bytes_kept):
    with database.write() as session:
        file = attach(session, kept, visit)
        service.archive(session, ME, file, version=file.version)
    age(kept.path(file.sha256), 400)
    with database.write() as session:
        assert service.sweep(session) == 0
    assert bytes_kept() == [file.sha256]


def test_a_sweep_takes_parts_that_nobody_will_finish(database, kept, parts):
    old, new = kept.new_part(), kept.new_part()
    for part in (old, new):
        part.write_bytes(b"x")
    age(old, 2)
    age(new, 0)
    with database.write() as session:
        assert service.sweep(session) == 1
    assert parts() == [new]
    assert timedelta(hours=1) < GRACE


def test_an_orphan_that_is_sent_again_is_not_swept_from_under_its_row(real_database, kept, bytes_kept):
    """A sweep and an upload of the same content at one moment, many times over."""
    from tests.factories import Make

    make = Make(real_database)
    visit = make.visit(make.partner())
    for n in range(12):
        content = PDF + str(n).encode()
        orphan = kept.path(hashlib.sha256(content).hexdigest())
        orphan.parent.mkdir(parents=True, exist_ok=True)
        orphan.write_bytes(content)
        age(orphan, 2)

        def put(content=content):
            with real_database.write() as session:
                attach(session, kept, visit, content)

        def sweep():
            with real_database.write() as session:
                service.sweep(session)

        both = [threading.Thread(target=work) for work in ((put, sweep) if n % 2 else (sweep, put))]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
        assert orphan.read_bytes() == content
    assert store().root == kept.root


def test_a_small_picture_goes_with_its_bytes(send, client, at_visit, database, kept):
    send(at_visit, ("a.png", picture("PNG")))
    with database.read() as session:
        file = session.scalars(sa.select(File)).one()
    assert client.get(f"/files/{file.id}/thumbnail").status_code == 200
    assert kept.thumbnail(file.sha256).exists()
    kept.remove(file.sha256)
    assert not kept.thumbnail(file.sha256).exists()
