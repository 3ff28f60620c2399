"""The health page, resending, and /metrics."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import clock, upkeep
from app.health.queries import Disk, disk
from app.i18n import words
from app.models import Event, JobRun, Outbox
from app.vocabulary import Locale


@pytest.fixture
def letter(database):
    """A mail that was given up, and one that waits since an hour."""
    with database.write() as session:
        now = clock.now()
        dead = Outbox(
            topic="mail:1", dedupe_key="a", payload={"to": "a@x.example", "subject": "Bản tin tuần"},
            due_at=now, attempts=80, dead_at=now, error="550 no such user",
        )  # fmt: skip
        waits = Outbox(topic="mail:2", dedupe_key="b", due_at=now - timedelta(hours=1), attempts=2, error="x")
        session.add_all([dead, waits])
        session.flush()
        return dead.id


def test_the_page_tells_what_waits_and_what_was_given_up(as_, letter):
    page = as_("admin").get("/settings/health")
    assert page.status_code == 200
    assert "550 no such user" in page.text
    assert "Bản tin tuần" in page.text
    assert (
        '<span class="stat-value">60</span><span class="stat-label">minutes waits the first</span>'
        in page.text
    )
    assert "Mail is not configured" in page.text
    assert "never yet" in page.text


def test_only_administrators_see_it(as_):
    for name in ("viewer", "officer", "manager"):
        assert as_(name).get("/settings/health").status_code == 403


def test_what_was_given_up_is_sent_again_once(as_, database, letter):
    admin = as_("admin")
    for _ in range(2):
        answer = admin.post(f"/settings/health/outbox/{letter}/resend", data={"form_token": "t"})
        assert answer.status_code == 303
    with database.read() as session:
        row = session.get(Outbox, letter)
        assert (row.dead_at, row.attempts) == (None, 0)
        told = session.scalars(sa.select(Event).where(Event.action == "delivery.resent")).all()
        assert len(told) == 1
    again = admin.post(f"/settings/health/outbox/{letter}/resend", data={"form_token": "u"})
    assert again.status_code == 409
    assert admin.post("/settings/health/outbox/99999/resend").status_code == 404


def test_a_job_that_failed_is_shown_with_its_reason(as_, database):
    with database.write() as session:
        session.add(JobRun(name="sweep", at=clock.now(), for_day=clock.today(), error="OSError: disk"))
    assert "OSError: disk" in as_("admin").get("/settings/health").text


def test_a_full_disk_is_warned_of(as_, monkeypatch):
    monkeypatch.setattr("app.health.web.disk", lambda folder: Disk(free=5, total=100))
    assert "Only 5% of the disk is free" in as_("admin").get("/settings/health").text
    assert not Disk(free=11, total=100).is_low


def test_a_disk_that_cannot_be_asked_is_left_out(tmp_path):
    assert disk(tmp_path / "nowhere") is None
    assert disk(tmp_path).total > 0


def test_metrics_are_counts_without_records(stranger, letter, database):
    answer = stranger.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'cityties_outbox{state="given_up"} 1\n' in answer.text
    assert "cityties_outbox_age_minutes 60\n" in answer.text
    assert "a@x.example" not in answer.text


def test_the_page_asks_a_fixed_number_of_questions(as_, queries, letter):
    admin = as_("admin")
    admin.get("/settings/health")
    with queries() as seen:
        admin.get("/settings/health")
    assert len(seen) == 7, seen


@pytest.mark.parametrize("locale", list(Locale))
def test_every_job_has_a_name_of_its_own_and_words_for_it(locale):
    names = [job.name for job in upkeep.JOBS]
    assert len(set(names)) == len(names)
    assert all(words(locale).has("job", name) for name in names)
