"""Follow-ups: the list with its acts, one in full, a new one on its own."""

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import list_users
from app.dependencies import Form, Officer, Page, ReadSession, Today, Viewer, WriteSession
from app.errors import DomainError, Refused
from app.failures import told
from app.follow_ups import asking, queries, service
from app.follow_ups.acts import Act, Problem, Sent, answer, inside, kept, new_page, perform, plain
from app.follow_ups.filters import MOST, NO_UNIT, Due, FollowUpList
from app.follow_ups.schemas import Complete, Drop, FollowUpPatch, NewFollowUp, Postpone, ProgressIn
from app.forms import FormView
from app.lists import Address, read
from app.models import FollowUp
from app.once import Once
from app.partners.named import find_partner
from app.partners.queries import ids_of
from app.schemas import parse
from app.views.menu import menu
from app.vocabulary import FollowUpKind, FollowUpState, OwedBy, Priority

router = APIRouter()

# ---- the list


@router.get("/follow-ups", name="follow_ups:index")
def index(view: Page, session: ReadSession, actor: Viewer) -> Response:
    params = view.request.query_params
    asked = read(FollowUpList, params)
    wanted = asking.wanted(session, actor, asked)
    found = queries.list_follow_ups(session, wanted, view.today, view.locale)
    if asked.page > found.pages:
        raise Refused("bad_page", field="page")
    return view.page(
        "follow_ups/index.html",
        saved=menu(view, session),
        found=found,
        wanted=wanted,
        who=asking.whose(actor, asked),
        most=MOST,
        here=Address("/follow-ups", params.multi_items()),
        dues=list(Due),
        sides=list(OwedBy),
        states=list(FollowUpState),
        units=queries.units_at_work(session, wanted, view.today, view.locale),
        no_unit=NO_UNIT,
        users=list_users(session, active_only=True, who_write=True),
        partner=find_partner(session, wanted.partner) if wanted.partner else None,
        token=FormView().token,
        reckoned=asking.reckoned_words(session, view.words, asked),
        problem=None,
    )


# ---- one follow-up


@router.get("/follow-ups/new", name="follow_ups:new")
def new(
    view: Page,
    session: ReadSession,
    actor: Officer,
    partner: str = "",
    owed_by: OwedBy = OwedBy.home,
    kind: FollowUpKind | None = None,
) -> Response:
    data = {"partner": partner, "assignee": actor.email, "owed_by": owed_by, "priority": Priority.normal}
    return new_page(view, session, FormView(data | ({"kind": kind} if kind else {})))


@router.post("/follow-ups")
def create(view: Page, typed: Form, session: WriteSession, actor: Officer, today: Today) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    data = {name: text for name, text in typed.data().items() if text.strip()}
    try:
        data["partners"] = [find_partner(session, data.pop("partner", ""))[0]]
        item = parse(NewFollowUp, data)
        partners = ids_of(session, item.partners, "partner")
        work = service.open_(session, actor, item, partners=partners, today=today)
    except DomainError as error:
        session.rollback()
        form = FormView(typed.texts(), told(view.words, error))
        return new_page(view, session, form, status=error.status)
    return once.keep(view.redirect(f"/follow-ups/{work.id}", view.words.gettext("Follow-up added.")))


@router.get("/follow-ups/{follow_up_id}", name="follow_ups:show")
def show(
    view: Page,
    session: ReadSession,
    actor: Viewer,
    follow_up_id: int,
    act: Act | None = None,
    next: str = "",  # noqa: A002
) -> Response:
    problem = Problem(act) if act and view.can("write") else None
    return answer(view, session, follow_up_id, problem, inside(next))


@router.post("/follow-ups/{follow_up_id}")
def change(
    view: Page, typed: Form, session: WriteSession, actor: Officer, follow_up_id: int, today: Today
) -> Response:
    def patch(work: FollowUp, version: int) -> FollowUp:
        sent = parse(FollowUpPatch, kept(typed))
        return service.change(session, actor, work, sent, version=version, today=today)

    return perform(Sent(view, typed, session, actor, follow_up_id, Act.change), patch)


@router.post("/follow-ups/{follow_up_id}/done")
def done(
    view: Page, typed: Form, session: WriteSession, actor: Officer, follow_up_id: int, today: Today
) -> Response:
    def complete(work: FollowUp, version: int) -> FollowUp:
        sent = parse(Complete, plain(typed))
        return service.complete(session, actor, work, sent, version=version, today=today)

    return perform(Sent(view, typed, session, actor, follow_up_id, Act.done), complete)


@router.post("/follow-ups/{follow_up_id}/postpone")
def postpone(
    view: Page, typed: Form, session: WriteSession, actor: Officer, follow_up_id: int, today: Today
) -> Response:
    def move(work: FollowUp, version: int) -> FollowUp:
        sent = parse(Postpone, plain(typed))
        return service.postpone(session, actor, work, sent, version=version, today=today)

    return perform(Sent(view, typed, session, actor, follow_up_id, Act.postpone), move)


@router.post("/follow-ups/{follow_up_id}/progress")
def progress(
    view: Page, typed: Form, session: WriteSession, actor: Officer, follow_up_id: int, today: Today
) -> Response:
    def note(work: FollowUp, _version: int) -> FollowUp:
        service.report_progress(session, actor, work, parse(ProgressIn, plain(typed)), today=today)
        return work

    return perform(Sent(view, typed, session, actor, follow_up_id, Act.progress), note)


@router.post("/follow-ups/{follow_up_id}/progress/{progress_id}/delete")
def withdraw_progress(
    view: Page, typed: Form, session: WriteSession, actor: Officer, follow_up_id: int, progress_id: int
) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    work = service.get(session, follow_up_id)
    line = service.get_progress(session, work, progress_id)
    service.withdraw_progress(session, actor, work, line, version=typed.version)
    said = view.words.gettext("Note taken back; the history keeps it.")
    return once.keep(view.redirect(f"/follow-ups/{follow_up_id}", said))


@router.post("/follow-ups/{follow_up_id}/drop")
def drop(
    view: Page, typed: Form, session: WriteSession, actor: Officer, follow_up_id: int, today: Today
) -> Response:
    def let_go(work: FollowUp, version: int) -> FollowUp:
        return service.drop(session, actor, work, parse(Drop, plain(typed)), version=version, today=today)

    return perform(Sent(view, typed, session, actor, follow_up_id, Act.drop), let_go)


@router.post("/follow-ups/{follow_up_id}/reopen")
def reopen(view: Page, typed: Form, session: WriteSession, actor: Officer, follow_up_id: int) -> Response:
    def undo(work: FollowUp, version: int) -> FollowUp:
        return service.reopen(session, actor, work, version=version)

    return perform(Sent(view, typed, session, actor, follow_up_id, Act.reopen), undo)
