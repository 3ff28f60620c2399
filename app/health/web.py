"""The health page for administrators, the resending of what was given up, and /metrics."""

from pathlib import Path
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from app import checks, clock
from app.config import settings
from app.db import sqlite_version
from app.dependencies import Admin, Form, Page, ReadSession, WriteSession
from app.forms import FormView
from app.health.queries import disk, given_up, job_states, outbox_state
from app.once import Once
from app.outbox import service
from app.upkeep import JOBS

router = APIRouter()


@router.get("/settings/health", name="health:show")
def show(view: Page, session: ReadSession, actor: Admin) -> Response:
    now = clock.now()
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    return view.page(
        "health/show.html",
        now=now,
        jobs=job_states(session, [job.name for job in JOBS]),
        outbox=outbox_state(session, now),
        letters=given_up(session),
        mail=settings().smtp_host,
        worker=settings().worker,
        sqlite=sqlite_version() if on_sqlite else None,
        library=checks.library_warning() if on_sqlite else None,
        disk=disk(_data_folder()),
        token=FormView().token,
    )


def _data_folder() -> Path:
    """Where the embedded database lies; for a server's data, where files are kept."""
    url = urlsplit(settings().url)
    return Path(url.path[1:]).absolute().parent if url.scheme == "sqlite" else settings().var


@router.post("/settings/health/outbox/{outbox_id}/resend")
def resend(view: Page, typed: Form, actor: Admin, session: WriteSession, outbox_id: int) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    service.resend(session, actor, outbox_id)
    said = view.words.gettext("It will be sent again.")
    return once.keep(view.redirect("/settings/health", said))


@router.get("/metrics", name="health:metrics")
def metrics(session: ReadSession) -> Response:
    now = clock.now()
    state = outbox_state(session, now)
    runs = job_states(session, [job.name for job in JOBS])
    lines = ["# TYPE cityties_outbox gauge"]
    for kind, n in (("waiting", state.waiting), ("failing", state.failing), ("given_up", state.given_up)):
        lines.append(f'cityties_outbox{{state="{kind}"}} {n}')
    lines += ["# TYPE cityties_outbox_age_minutes gauge", f"cityties_outbox_age_minutes {state.age(now)}"]
    lines.append("# TYPE cityties_job_last_run_seconds gauge")
    lines += [f'cityties_job_last_run_seconds{{job="{r.name}"}} {r.at.timestamp():.0f}' for r in runs if r.at]
    lines.append("# TYPE cityties_job_failed gauge")
    lines += [f'cityties_job_failed{{job="{r.name}"}} {int(r.error is not None)}' for r in runs]
    return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")
