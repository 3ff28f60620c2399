"""Notes on a partner: all of them with a form for the next one, the change of one, its archive."""

import re

from fastapi import APIRouter
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session
from starlette.responses import Response

from app.actor import Actor
from app.dependencies import Form, Officer, Page, ReadSession, Viewer, WriteSession
from app.errors import DomainError, Refused, Stale
from app.failures import told, understood
from app.forms import FormView, Typed
from app.models import Note, Partner, User
from app.notes import service
from app.notes.queries import PAGE, colleagues, notes_of
from app.notes.schemas import NoteIn, NotePatch
from app.once import Once
from app.partners.queries import get as get_partner
from app.schemas import parse
from app.templating import View
from app.vocabulary import Locale

router = APIRouter()


@router.get("/partners/{slug}/notes", name="notes:index")
def index(view: Page, session: ReadSession, actor: Viewer, slug: str, before: str = "") -> Response:
    if before and not re.fullmatch(r"[0-9]{1,9}", before):
        raise Refused("bad_cursor", field="before")
    return _list(view, session, actor, get_partner(session, slug), FormView(), before=before)


def _list(
    view: View,
    session: Session,
    actor: Actor,
    partner: Partner,
    form: FormView,
    *,
    before: str = "",
    status: int = 200,
) -> Response:
    assert partner.id is not None
    seen = int(before) if before else None
    found = notes_of(session, partner.id, actor, before=seen, limit=PAGE + 1)
    lines = found.lines[:PAGE]
    more = f"/partners/{partner.slug}/notes?before={lines[-1].id}" if len(found.lines) > PAGE else None
    return view.page(
        "notes/index.html",
        status=status,
        slug=partner.slug,
        name=_name(view, partner),
        notes=lines,
        more=more,
        form=form,
    )


def _name(view: View, partner: Partner) -> str:
    return partner.name_vi if view.locale == Locale.vi else partner.name_en


@router.post("/partners/{slug}/notes")
def add(view: Page, typed: Form, actor: Officer, session: WriteSession, slug: str) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    partner = get_partner(session, slug)
    try:
        note = service.add(session, actor, partner, parse(NoteIn, typed.data()))
    except DomainError as error:
        session.rollback()
        form = FormView(typed.texts(), told(view.words, error))
        return _list(view, session, actor, get_partner(session, slug), form, status=error.status)
    said = view.words.gettext("Note saved.")
    return once.keep(view.redirect(f"/partners/{slug}#note-{note.id}", said))


@router.get("/partners/{slug}/notes/{note_id}/edit", name="notes:edit")
def edit(view: Page, session: ReadSession, actor: Officer, slug: str, note_id: int) -> Response:
    partner = get_partner(session, slug)
    note = service.get(session, actor, partner, note_id)
    stored = {"text": note.text, "confidential": note.confidential}
    return _form(view, partner, note, FormView(stored, {}, note.version))


def _form(view: View, partner: Partner, note: Note, form: FormView, status: int = 200) -> Response:
    return view.page(
        "notes/edit.html",
        status=status,
        slug=partner.slug,
        name=_name(view, partner),
        note=note.id,
        stays=note.confidential,
        form=form,
    )


@router.post("/partners/{slug}/notes/{note_id}")
def change(
    view: Page, typed: Form, actor: Officer, session: WriteSession, slug: str, note_id: int
) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    partner = get_partner(session, slug)
    note = service.get(session, actor, partner, note_id)
    try:
        if typed.version is None:
            raise Refused("version_needed")
        sent = {name: text for name, text in typed.chosen().items() if name != "confidential" or text}
        service.change(session, actor, note, parse(NotePatch, sent), version=typed.version)
    except (DomainError, StaleDataError) as error:
        session.rollback()
        return _not_changed(view, session, actor, slug, note_id, typed, understood(error))
    said = view.words.gettext("Note changed.")
    return once.keep(view.redirect(f"/partners/{slug}#note-{note_id}", said))


def _not_changed(
    view: View, session: Session, actor: Actor, slug: str, note_id: int, typed: Typed, error: DomainError
) -> Response:
    """What was typed, with what is wrong; after somebody else's change both texts, to choose from."""
    if error.status not in {409, 422}:
        raise error
    partner = get_partner(session, slug)
    note = service.get(session, actor, partner, note_id)
    if not isinstance(error, Stale):
        form = FormView(typed.texts(), told(view.words, error), typed.version)
        return _form(view, partner, note, form, error.status)
    changer = session.get(User, note.updated_by_id) if note.updated_by_id else None
    label = view.words.word("note_field", "text")
    rows = [{"name": "text", "label": label, "mine": typed.get("text"), "theirs": note.text}]
    return view.page(
        "notes/stale.html",
        status=error.status,
        slug=slug,
        note=note_id,
        rows=rows,
        saved_by=changer.name if changer else "",
        saved_at=note.updated_at,
        form=FormView(typed.texts(), {}, note.version),
    )


@router.post("/partners/{slug}/notes/{note_id}/delete")
def archive(
    view: Page, typed: Form, actor: Officer, session: WriteSession, slug: str, note_id: int
) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    note = service.get(session, actor, get_partner(session, slug), note_id)
    if typed.version is None:
        raise Refused("version_needed")
    service.archive(session, actor, note, version=typed.version)
    undo = f"/partners/{slug}/notes/{note_id}/restoration?version={note.version}"
    return once.keep(view.redirect(f"/partners/{slug}#notes", view.words.gettext("Note archived."), undo))


@router.post("/partners/{slug}/notes/{note_id}/restoration")
def restore(view: Page, actor: Officer, session: WriteSession, slug: str, note_id: int) -> Response:
    """From a toast's Undo, which names the version in its address."""
    text = view.request.query_params.get("version", "")
    once = Once(session, actor.caller, f"restore:note:{note_id}:{text}")
    if once.first:
        return once.first
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise Refused("version_needed")
    note = service.get(session, actor, get_partner(session, slug), note_id, archived=True)
    service.restore(session, actor, note, version=int(text))
    said = view.words.gettext("The note is back.")
    return once.keep(view.redirect(f"/partners/{slug}#note-{note_id}", said))


@router.get("/colleagues", name="notes:colleagues")
def offer(view: Page, session: ReadSession, actor: Officer, q: str = "") -> Response:
    return view.fragment("notes/_colleagues.html", colleagues=colleagues(session, q[:80]))
