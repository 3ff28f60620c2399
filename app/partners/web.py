"""The partners' list and forms."""

from fastapi import APIRouter
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session
from starlette.responses import Response

from app.dependencies import Form, Officer, Page, ReadSession, Today, Viewer, WriteSession
from app.errors import DomainError, Forbidden, Refused, Stale
from app.failures import told
from app.forms import FormView, Typed
from app.lists import read
from app.models import Partner
from app.once import Once
from app.partners import forms, inline, service
from app.partners.filters import PartnerPage
from app.partners.inline import Field
from app.partners.queries import get
from app.partners.region import region
from app.partners.schemas import PartnerIn, PartnerPatch
from app.regions import Regions
from app.schemas import parse
from app.templating import View
from app.vocabulary import Locale, RelationBasis, Tier

router = APIRouter()
_regions = Regions("partners/index.html", most=128)


@router.get("/partners", name="partners:index")
def index(view: Page, session: ReadSession, actor: Viewer, today: Today) -> Response:
    asked = read(PartnerPage, view.request.query_params).settled(today)
    return _regions.answer(
        view, session, lambda: region(view, session, actor, asked), asked=asked, path="/partners"
    )


@router.get("/partners/new", name="partners:new")
def new(view: Page, session: ReadSession, actor: Officer) -> Response:
    data: forms.Data = {
        "tier": Tier.regular.value,
        "officer": actor.email or "",
        "relation_basis": RelationBasis.sourced.value,
    }
    return _form_page(view, session, FormView(data))


@router.post("/partners")
def create(view: Page, typed: Form, session: WriteSession, actor: Officer) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    try:
        said = {name: value for name, value in forms.sent(typed).items() if value != ""}
        partner = service.add_partner(session, actor, parse(PartnerIn, said))
    except DomainError as error:
        session.rollback()
        form = FormView(forms.shown(typed), told(view.words, error))
        return _form_page(view, session, form, error=error)
    text = view.words.gettext("Entered: %(name)s.", name=_name(view, partner))
    return once.keep(view.redirect(f"/partners/{partner.slug}", text))


@router.get("/partners/{slug}/edit", name="partners:edit")
def edit(view: Page, session: ReadSession, actor: Officer, slug: str) -> Response:
    partner = get(session, slug)
    return _form_page(view, session, FormView(forms.stored(session, partner), {}, partner.version), partner)


@router.post("/partners/{slug}")
def change(view: Page, typed: Form, session: WriteSession, actor: Officer, slug: str) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    partner = get(session, slug)
    try:
        if typed.version is None:
            raise Refused("version_needed")
        if typed.version != partner.version:
            raise Stale(partner)
        patch = parse(PartnerPatch, forms.changed(forms.sent(typed), forms.stored(session, partner)))
        service.change_partner(session, actor, partner, patch, version=typed.version)
        session.flush()
    except Forbidden:
        raise
    except (Stale, StaleDataError):
        session.rollback()
        return _stale_page(view, session, get(session, slug), typed)
    except DomainError as error:
        session.rollback()
        partner = get(session, slug)
        form = FormView(forms.shown(typed), told(view.words, error), partner.version)
        return _form_page(view, session, form, partner, error=error)
    text = view.words.gettext("Saved: %(name)s.", name=_name(view, partner))
    return once.keep(view.redirect(f"/partners/{partner.slug}", text))


@router.get("/partners/{slug}/fields/{field}", name="partners:field")
def field(
    view: Page,
    session: ReadSession,
    actor: Officer,
    slug: str,
    field: Field,
    next: str = "",  # noqa: A002
) -> Response:
    partner = get(session, slug)
    inline.check(actor, field)
    return inline.page(view, session, partner, field, _back(slug, next))


@router.post("/partners/{slug}/fields/{field}")
def change_field(
    view: Page, typed: Form, session: WriteSession, actor: Officer, slug: str, field: Field
) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    partner = get(session, slug)
    back = _back(slug, typed.get("next"))
    inline.check(actor, field)
    try:
        if typed.version is None:
            raise Refused("version_needed")
        patch = parse(PartnerPatch, {field.value: typed.get(field)})
        service.change_partner(session, actor, partner, patch, version=typed.version)
        session.flush()
    except Forbidden:
        raise
    except (DomainError, StaleDataError) as error:
        session.rollback()
        return inline.page(view, session, get(session, slug), field, back, typed=typed, error=error)
    said = view.words.gettext("Saved: %(name)s.", name=forms.labels(view.words)[field])
    return once.keep(inline.saved(view, back, said))


def _back(slug: str, path: str) -> str:
    """The partner's page as it was left, with the list it was opened from."""
    home = f"/partners/{slug}"
    return path if path.startswith(f"{home}?") and path.isprintable() else home


def _name(view: View, partner: Partner) -> str:
    return partner.name_vi if view.locale == Locale.vi else partner.name_en


def _form_page(
    view: View,
    session: Session,
    form: FormView,
    partner: Partner | None = None,
    *,
    error: DomainError | None = None,
    differences: list[forms.Difference] | None = None,
) -> Response:
    """The form, new or for a partner: as stored, as typed with what is wrong, or beside another's version."""
    now = forms.stored(session, partner) if partner else {}
    choices = forms.menus(session, view.words, {**now, **form.data})
    return view.page(
        "partners/form.html",
        status=Stale.status if differences is not None else error.status if error else 200,
        form=form,
        partner=partner,
        now=now,
        seen=forms.last_event(session, partner) if partner else 0,
        choices=choices,
        labels=forms.labels(view.words),
        twin=error.params if error and "slug" in error.params else None,
        differences=differences,
        saved_by=forms.saved_by(session, partner) if partner and differences is not None else None,
    )


def _stale_page(view: View, session: Session, partner: Partner, typed: Typed) -> Response:
    """Both versions side by side, and the form as it was typed, ready to be sent for the present version."""
    mine, now = forms.sent(typed), forms.stored(session, partner)
    seen = typed.get("seen")
    was = forms.before(session, partner, now, int(seen)) if seen.isdecimal() and len(seen) < 10 else None
    choices = forms.menus(session, view.words, {**now, **mine})
    found = forms.differences(mine, now, was, view.words, choices)
    taken = {d.name: now[d.name] for d in found if d.keep == "theirs"}
    form = FormView({**forms.shown(typed), **taken}, {}, partner.version)
    return _form_page(view, session, form, partner, differences=found)
