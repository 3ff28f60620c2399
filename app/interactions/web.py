"""A contact short of a delegation: logged, shown, changed."""

from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session
from starlette.responses import Response

from app.actor import Actor
from app.dependencies import Form, Officer, Page, ReadSession, Today, Viewer, WriteSession
from app.errors import DomainError, Forbidden, NotFound, Refused, Stale
from app.failures import told, understood
from app.forms import FormView, Typed
from app.history.listing import history_of
from app.interactions import forms, service
from app.interactions.filters import FIRST, InteractionList
from app.interactions.listing import PAGE, check_known, list_contacts, tally
from app.interactions.menus import Options
from app.interactions.queries import InteractionPage, interaction_page
from app.interactions.schemas import InteractionPatch, NewInteraction
from app.lists import Address, read
from app.once import Once
from app.partners.named import named_in_form, partner_choices
from app.rest import RecordId
from app.schemas import parse
from app.templating import View
from app.vocabulary import Channel, DatePrecision

router = APIRouter()


@router.get("/interactions", name="interactions:index")
def index(view: Page, session: ReadSession, actor: Viewer) -> Response:
    params = view.request.query_params
    asked = read(InteractionList, params)
    here = Address("/interactions", params.multi_items())
    partners = check_known(session, asked)
    counted = tally(session, asked)
    pages = max(1, -(-counted.total // PAGE))
    if asked.page > pages:
        raise Refused("bad_page", field="page")
    sort = asked.sort or FIRST
    rows = list_contacts(session, actor, asked, view.locale, sort=sort, offset=(asked.page - 1) * PAGE)
    return view.page(
        "interactions/index.html",
        asked=asked,
        rows=rows,
        sort=sort,
        here=here,
        options=Options(view.words, asked, counted, here, partners),
        pages=pages,
        total=counted.total,
    )


@router.get("/interactions/new", name="interactions:new")
def new(
    view: Page,
    session: ReadSession,
    actor: Officer,
    today: Today,
    partner: str = "",
    answers: str = "",
    channel: Channel = Channel.call,
    title: str = "",
) -> Response:
    data: forms.Data = {"partners": [], "channel": channel.value, "title": title[:300]}
    if partner:
        data["partners"] = named_in_form(session, partner, view.locale)
    if answers:
        data |= forms.answering(session, _letter(view, session, actor, answers), view.words)
    data["on"] = forms.partial(today, DatePrecision.day)
    return _form_page(view, session, FormView(data))


def _letter(view: View, session: Session, actor: Actor, text: str) -> InteractionPage:
    if not text.isdecimal() or len(text) > 9:
        raise NotFound("interaction")
    return interaction_page(session, int(text), actor, view.locale)


@router.post("/interactions")
def create(view: Page, typed: Form, session: WriteSession, actor: Officer, today: Today) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    try:
        data = parse(NewInteraction, {k: v for k, v in forms.sent(session, typed).items() if v != ""})
        talk = service.log_interaction(session, actor, data, today=today)
    except DomainError as error:
        session.rollback()
        if error.status not in {409, 422}:
            raise
        form = FormView(forms.shown(typed), told(view.words, error))
        return _form_page(view, session, form, status=error.status)
    return once.keep(view.redirect(f"/interactions/{talk.id}", view.words.gettext("Contact saved.")))


@router.get("/interactions/{interaction_id}", name="interactions:show")
def show(view: Page, session: ReadSession, actor: Viewer, today: Today, interaction_id: RecordId) -> Response:
    talk = interaction_page(session, interaction_id, actor, view.locale)
    lines = history_of(session, "interaction", interaction_id, actor, view.words)
    return view.page("interactions/show.html", talk=talk, lines=lines, day=today)


@router.get("/interactions/{interaction_id}/edit", name="interactions:edit")
def edit(view: Page, session: ReadSession, actor: Officer, interaction_id: RecordId) -> Response:
    talk = interaction_page(session, interaction_id, actor, view.locale)
    return _form_page(view, session, FormView(forms.stored(session, talk), {}, talk.version), talk)


@router.post("/interactions/{interaction_id}")
def change(
    view: Page, typed: Form, session: WriteSession, actor: Officer, interaction_id: RecordId, today: Today
) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    try:
        row = service.get(session, interaction_id)
        notes = not row.confidential or actor.may_read_notes(row.created_by_id)
        data = parse(InteractionPatch, forms.sent(session, typed, notes=notes))
        service.change(session, actor, row, data, version=typed.version or 0, today=today)
        session.flush()
    except Forbidden:
        raise
    except (DomainError, StaleDataError) as raised:
        session.rollback()
        return _refused(view, session, actor, typed, interaction_id, understood(raised))
    return once.keep(view.redirect(f"/interactions/{interaction_id}", view.words.gettext("Contact changed.")))


def _refused(
    view: View, session: Session, actor: Actor, typed: Typed, interaction_id: int, error: DomainError
) -> Response:
    if error.status not in {409, 422}:
        raise error
    talk = interaction_page(session, interaction_id, actor, view.locale)
    mine = forms.shown(typed)
    if not isinstance(error, Stale):
        form = FormView(mine, told(view.words, error), talk.version)
        return _form_page(view, session, form, talk, status=error.status)
    now = {n: v for n, v in forms.stored(session, talk).items() if not talk.hidden or n not in forms.NOTES}
    found = forms.differences(mine, now, view.words)
    form = FormView(mine, {}, talk.version)
    return _form_page(view, session, form, talk, status=error.status, differences=found)


def _form_page(
    view: View,
    session: Session,
    form: FormView,
    talk: InteractionPage | None = None,
    *,
    status: int = 200,
    differences: Any = None,
) -> Response:
    """The form, new or of a contact: as stored, as typed with what is wrong, or beside another's version."""
    actor = view.actor
    assert actor is not None
    answered = form.data.get("answers") or ""
    letter = None
    if str(answered).isdecimal() and len(str(answered)) < 10:
        try:
            letter = interaction_page(session, int(answered), actor, view.locale)
        except NotFound:
            letter = None
    return view.page(
        "interactions/form.html",
        status=status,
        form=form,
        talk=talk,
        letter=letter,
        differences=differences,
        labels=forms.labels(view.words),
        choices=forms.menus(view.words),
        partner_list=partner_choices(session, view.locale),
    )
