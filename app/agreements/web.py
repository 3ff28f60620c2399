"""The pages of agreements: the list and its lanes, one in full with its acts, the form."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session
from starlette.responses import Response

from app.agreements import forms, service
from app.agreements.acts import Act, Problem, Sent, page, perform
from app.agreements.filters import AgreementFilters, AgreementList, AgreementsAs
from app.agreements.forms import Data, Follows
from app.agreements.listing import IN_LANE, PAGE, list_agreements
from app.agreements.options import Options
from app.agreements.resource import one_json
from app.agreements.schemas import (
    AgreementPatch,
    ApprovalIn,
    ConsultationIn,
    NewAgreement,
    OpinionIn,
    ReportIn,
    ResolutionIn,
    SignatureIn,
    TerminationIn,
    WhyIn,
)
from app.dependencies import Form, Manager, Officer, Page, ReadSession, Today, Viewer, WriteSession
from app.errors import DomainError, Forbidden, Refused, Stale
from app.forms import FormView, Typed
from app.lists import Address, read
from app.models import Agreement, User
from app.once import Once
from app.partners.named import find_partner, partner_choices
from app.plan.queries import item_menu, item_to_begin
from app.rest import RecordId
from app.schemas import parse
from app.templating import View
from app.views.menu import menu
from app.vocabulary import AgreementLevel, AgreementState, ExpiryLane, PlanItemKind

router = APIRouter()


@router.get("/agreements", name="agreements:index")
def index(view: Page, session: ReadSession, actor: Viewer, today: Today) -> Response:
    params = view.request.query_params
    asked = read(AgreementList, params)
    found = list_agreements(session, asked, today, view.locale, sort=asked.sort or "ends_on")
    here = Address("/agreements", params.multi_items())
    pages = max(1, -(-found.total // PAGE))
    if asked.page > pages:
        raise Refused("bad_page", field="page")
    lanes = [(lane, found.lane(lane)) for lane in ExpiryLane] if asked.view == AgreementsAs.lanes else []
    return view.page(
        "agreements/index.html",
        saved=menu(view, session),
        asked=asked,
        found=found,
        lines=found.lines[(asked.page - 1) * PAGE : asked.page * PAGE],
        lanes=lanes,
        in_lane=IN_LANE,
        here=here,
        pages=pages,
        sort=asked.sort or "ends_on",
        narrowed=any(getattr(asked, name) for name in AgreementFilters.model_fields),
        options=Options(view.words, asked, found, here),
    )


# ---- the form


@router.get("/agreements/new", name="agreements:new")
def new(
    view: Page,
    session: ReadSession,
    actor: Officer,
    today: Today,
    partner: str = "",
    amends: int | None = None,
    renews: int | None = None,
    plan_item: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Response:
    data: Data = {"state": AgreementState.idea.value, "level": AgreementLevel.city.value}
    for follows, other in ((Follows.amends, amends), (Follows.renews, renews)):
        if other is not None:
            data |= forms.following(
                forms.stored(session, one_json(session, other, today), None, view.locale), follows, other
            )
    if partner:
        data["partners"] = forms.partner_names(session, [find_partner(session, partner)[0]], view.locale)
    if plan_item is not None:
        item = item_to_begin(session, plan_item, PlanItemKind.signing, today, view.locale)
        names = forms.partner_names(session, [p.slug for p in item.partners], view.locale)
        data |= {"plan_item": str(item.id), "title": item.title, "lead_unit": item.lead_unit_code or ""}
        data["partners"] = names
    return _form_page(view, session, FormView(data))


@router.post("/agreements")
def create(view: Page, typed: Form, session: WriteSession, actor: Officer, today: Today) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    try:
        said = {name: value for name, value in forms.sent(session, typed).items() if value not in ("", [])}
        paper = service.enter(session, actor, parse(NewAgreement, said), today=today)
    except DomainError as error:
        session.rollback()
        form = FormView(forms.shown(typed), forms.errors(view.words, error))
        return _form_page(view, session, form, status=error.status)
    text = view.words.gettext("Entered: %(name)s.", name=paper.title)
    return once.keep(view.redirect(f"/agreements/{paper.id}", text))


@router.get("/agreements/{agreement_id}/edit", name="agreements:edit")
def edit(view: Page, session: ReadSession, actor: Officer, agreement_id: RecordId, today: Today) -> Response:
    paper = service.get(session, agreement_id)
    return _form_page(view, session, FormView(_stored(view, session, paper), {}, paper.version), paper)


@router.post("/agreements/{agreement_id}")
def change(
    view: Page, typed: Form, session: WriteSession, actor: Officer, agreement_id: RecordId, today: Today
) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    paper = service.get(session, agreement_id)
    try:
        if typed.version is None:
            raise Refused("version_needed")
        patch = parse(AgreementPatch, forms.sent(session, typed))
        service.change(session, actor, paper, patch, version=typed.version, today=today)
        session.flush()
    except Forbidden:
        raise
    except (Stale, StaleDataError):
        session.rollback()
        return _stale_page(view, session, service.get(session, agreement_id), typed)
    except DomainError as error:
        session.rollback()
        paper = service.get(session, agreement_id)
        form = FormView(forms.shown(typed), forms.errors(view.words, error), paper.version)
        return _form_page(view, session, form, paper, status=error.status)
    text = view.words.gettext("Saved: %(name)s.", name=paper.title)
    return once.keep(view.redirect(f"/agreements/{agreement_id}", text))


def _stored(view: View, session: Session, paper: Agreement) -> Data:
    assert paper.id is not None
    return forms.stored(session, one_json(session, paper.id, view.today), paper.note, view.locale)


def _menus(view: View, session: Session, paper: Agreement | None) -> dict[str, list[forms.Option]]:
    kept = paper.plan_item_id if paper else None
    items = item_menu(session, view.today, PlanItemKind.signing, keep=kept)
    return {**forms.menus(session, view.words, but=paper.id if paper else None), "plan_item": items}


def _form_page(
    view: View,
    session: Session,
    form: FormView,
    paper: Agreement | None = None,
    *,
    status: int = 200,
    differences: list[forms.Difference] | None = None,
) -> Response:
    """The form, new or for a paper: as stored, as typed with what is wrong, or beside another's version."""
    by = session.get(User, paper.updated_by_id) if paper and differences and paper.updated_by_id else None
    return view.page(
        "agreements/form.html",
        status=status,
        form=form,
        paper=paper,
        labels=forms.labels(view.words),
        choices=_menus(view, session, paper),
        partners=partner_choices(session, view.locale),
        differences=differences,
        saved_by=by.name if by else "CityTies",
    )


def _stale_page(view: View, session: Session, paper: Agreement, typed: Typed) -> Response:
    """Both versions side by side, and the form as it was typed, ready to be sent for the present version."""
    mine, now = forms.shown(typed), _stored(view, session, paper)
    choices = _menus(view, session, paper)
    found = forms.differences(mine, now, view.words, choices)
    form = FormView(mine, {}, paper.version)
    return _form_page(view, session, form, paper, status=Stale.status, differences=found)


# ---- one paper and its acts


@router.get("/agreements/{agreement_id}", name="agreements:show")
def show(
    view: Page, session: ReadSession, actor: Viewer, agreement_id: RecordId, act: Act | None = None
) -> Response:
    return page(view, session, actor, agreement_id, Problem(act) if act and view.can("write") else None)


@router.post("/agreements/{agreement_id}/proposal")
def propose(
    view: Page, typed: Form, session: WriteSession, actor: Officer, agreement_id: RecordId, today: Today
) -> Response:
    return perform(
        Sent(view, typed, session, actor, agreement_id, Act.proposal),
        lambda paper, data, version: service.propose(session, actor, paper, version=version),
    )


@router.post("/agreements/{agreement_id}/consultation")
def consult(
    view: Page, typed: Form, session: WriteSession, actor: Officer, agreement_id: RecordId, today: Today
) -> Response:
    return perform(
        Sent(view, typed, session, actor, agreement_id, Act.consultation),
        lambda paper, data, version: service.consult(
            session, actor, paper, parse(ConsultationIn, data), version=version, today=today
        ),
    )


@router.post("/agreements/{agreement_id}/opinions")
def take_opinion(
    view: Page, typed: Form, session: WriteSession, actor: Officer, agreement_id: RecordId, today: Today
) -> Response:
    return perform(
        Sent(view, typed, session, actor, agreement_id, Act.opinions),
        lambda paper, data, version: service.take_opinion(
            session, actor, paper, parse(OpinionIn, data), version=version, today=today
        ),
    )


@router.post("/agreements/{agreement_id}/resolution")
def resolve(
    view: Page, typed: Form, session: WriteSession, actor: Manager, agreement_id: RecordId, today: Today
) -> Response:
    return perform(
        Sent(view, typed, session, actor, agreement_id, Act.resolution),
        lambda paper, data, version: service.resolve(
            session, actor, paper, parse(ResolutionIn, data), version=version, today=today
        ),
    )


@router.post("/agreements/{agreement_id}/approval")
def approve(
    view: Page, typed: Form, session: WriteSession, actor: Manager, agreement_id: RecordId, today: Today
) -> Response:
    return perform(
        Sent(view, typed, session, actor, agreement_id, Act.approval),
        lambda paper, data, version: service.approve(
            session, actor, paper, parse(ApprovalIn, data), version=version, today=today
        ),
    )


@router.post("/agreements/{agreement_id}/signature")
def sign(
    view: Page, typed: Form, session: WriteSession, actor: Officer, agreement_id: RecordId, today: Today
) -> Response:
    return perform(
        Sent(view, typed, session, actor, agreement_id, Act.signature),
        lambda paper, data, version: service.sign(
            session, actor, paper, parse(SignatureIn, data), version=version, today=today
        ),
    )


@router.post("/agreements/{agreement_id}/report")
def send_report(
    view: Page, typed: Form, session: WriteSession, actor: Officer, agreement_id: RecordId, today: Today
) -> Response:
    return perform(
        Sent(view, typed, session, actor, agreement_id, Act.report),
        lambda paper, data, version: service.send_report(
            session, actor, paper, parse(ReportIn, data), version=version, today=today
        ),
    )


@router.post("/agreements/{agreement_id}/termination")
def terminate(
    view: Page, typed: Form, session: WriteSession, actor: Officer, agreement_id: RecordId, today: Today
) -> Response:
    return perform(
        Sent(view, typed, session, actor, agreement_id, Act.termination),
        lambda paper, data, version: service.terminate(
            session, actor, paper, parse(TerminationIn, data), version=version, today=today
        ),
    )


@router.post("/agreements/{agreement_id}/withdrawal")
def withdraw(
    view: Page, typed: Form, session: WriteSession, actor: Officer, agreement_id: RecordId, today: Today
) -> Response:
    return perform(
        Sent(view, typed, session, actor, agreement_id, Act.withdrawal),
        lambda paper, data, version: service.withdraw(
            session, actor, paper, parse(WhyIn, data), version=version
        ),
    )


@router.post("/agreements/{agreement_id}/refusal")
def refuse(
    view: Page, typed: Form, session: WriteSession, actor: Manager, agreement_id: RecordId, today: Today
) -> Response:
    return perform(
        Sent(view, typed, session, actor, agreement_id, Act.refusal),
        lambda paper, data, version: service.refuse(
            session, actor, paper, parse(WhyIn, data), version=version
        ),
    )
