"""Sign-in, sign-out, language, and the accounts page."""

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy.orm.exc import StaleDataError
from starlette.responses import Response

from app.accounts import queries, service
from app.accounts.schemas import OwnPatch, UserIn, UserPatch
from app.auth import sessions
from app.config import settings
from app.dependencies import Admin, Form, Page, ReadSession, Today, Viewer, WriteSession
from app.errors import DomainError, NotFound, Refused, Stale
from app.failures import told, understood
from app.forms import FormView, Typed
from app.history.service import plain
from app.i18n import Words, words
from app.once import Once
from app.organisations.queries import list_units
from app.schemas import parse
from app.templating import LOCALE_COOKIE, View
from app.vocabulary import Locale, Role

router = APIRouter()


def _inside(path: str) -> str:
    """Where to go after signing in: a path of ours, never another site."""
    safe = (
        path.startswith("/") and not path.startswith(("//", "/\\")) and "\n" not in path and "\r" not in path
    )
    return path if safe else "/"


@router.get("/sign-in", name="accounts:sign_in")
def sign_in_form(
    request: Request,
    session: ReadSession,
    today: Today,
    next: str = "/",  # noqa: A002
    email: str = "",
) -> Response:
    form = FormView({"email": email[:200] if settings().demo else ""})
    return _sign_in_page(View(request, None, today), session, form, _inside(next))


def _sign_in_page(
    view: View, session: ReadSession, form: FormView, next_url: str, status: int = 200
) -> Response:
    accounts = queries.demo_accounts(session) if settings().demo else []
    return view.page("accounts/sign_in.html", status=status, form=form, next_url=next_url, accounts=accounts)


@router.post("/sign-in")
def sign_in(request: Request, typed: Form, session: WriteSession, today: Today) -> Response:
    view = View(request, None, today)
    address = request.client.host if request.client else "?"
    token = service.sign_in(session, typed.get("email"), typed.get("password"), address)
    if token is None:
        error = view.words.gettext("The e-mail address and the password do not match an account.")
        form = FormView({"email": typed.get("email")}, {"": error})
        return _sign_in_page(view, session, form, _inside(typed.get("next", "/")), status=401)
    if old := request.cookies.get(sessions.cookie_name()):
        sessions.end(session, old)
    response = view.redirect(_inside(typed.get("next", "/")))
    response.set_cookie(
        sessions.cookie_name(),
        token,
        max_age=settings().session_days * 86400,
        httponly=True,
        samesite="lax",
        secure=settings().https,
        path="/",
    )
    return response


@router.post("/sign-out", name="accounts:sign_out")
def sign_out(request: Request, session: WriteSession, today: Today) -> Response:
    if token := request.cookies.get(sessions.cookie_name()):
        sessions.end(session, token)
    response = View(request, None, today).redirect("/sign-in")
    response.delete_cookie(sessions.cookie_name(), secure=settings().https, httponly=True, samesite="lax")
    return response


@router.get("/language/{code}", name="accounts:language")
def language(request: Request, code: Locale, today: Today, next: str = "/") -> Response:  # noqa: A002
    return _spoken_from_now_on(View(request, None, today).redirect(_inside(next)), code)


def _spoken_from_now_on(response: Response, code: Locale) -> Response:
    """The language of this browser's pages, whatever the account says."""
    response.set_cookie(
        LOCALE_COOKIE, code.value, max_age=31536000, httponly=True, samesite="lax", secure=settings().https
    )
    return response


@router.get("/settings/me", name="accounts:me")
def me(view: Page, session: ReadSession, actor: Viewer) -> Response:
    user = queries.get(session, actor.user_id or 0)
    return _own_page(view, FormView({"locale": user.locale.value, "digest": user.digest}, {}, user.version))


@router.post("/settings/me")
def change_me(view: Page, typed: Form, actor: Viewer, session: WriteSession) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    try:
        if typed.version is None:
            raise Refused("version_needed")
        own = parse(OwnPatch, typed.data())
        service.change_own(session, actor, own, version=typed.version)
    except (DomainError, StaleDataError) as error:
        session.rollback()
        wrong = understood(error)
        version = queries.get(session, actor.user_id or 0).version
        form = FormView(typed.texts(), told(view.words, wrong), version)
        return _own_page(view, form, wrong.status)
    said = words(own.locale).gettext("Your settings are saved.")
    return once.keep(_spoken_from_now_on(view.redirect("/settings/me", said), own.locale))


def _own_page(view: View, form: FormView, status: int = 200) -> Response:
    return view.page(
        "accounts/me.html",
        status=status,
        form=form,
        locales=[(locale.value, view.words.label(locale)) for locale in Locale],
        mail=settings().sends_mail and view.actor is not None and not view.actor.is_demo,
    )


_EDITED = ("name", "role", "unit", "locale")


def _users_page(view: View, session: ReadSession, form: FormView, status: int = 200) -> Response:
    users = queries.list_users(session)
    return view.page("accounts/users.html", status=status, users=users, form=form, **_menus(view, session))


def _menus(view: View, session: ReadSession) -> dict[str, Any]:
    return {
        "units": [(unit.code, unit.name) for unit in list_units(session, view.locale)],
        "roles": [(role.value, view.words.label(role)) for role in Role],
        "locales": [(locale.value, view.words.label(locale)) for locale in Locale],
    }


@router.get("/settings/users", name="accounts:users")
def users(view: Page, session: ReadSession, actor: Admin) -> Response:
    return _users_page(view, session, FormView({"role": Role.officer.value, "locale": Locale.vi.value}))


@router.post("/settings/users")
def add_user(view: Page, typed: Form, session: WriteSession, actor: Admin) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    try:
        user = service.add_user(session, actor, parse(UserIn, typed.data()))
    except DomainError as error:
        session.rollback()
        form = FormView(typed.texts(), told(view.words, error))
        return _users_page(view, session, form, error.status)
    text = view.words.gettext("Account of %(name)s opened.", name=user.name)
    return once.keep(view.redirect("/settings/users", text))


@router.get("/settings/users/{user_id}", name="accounts:user")
def user(view: Page, session: ReadSession, actor: Admin, user_id: int) -> Response:
    return _user_page(view, session, queries.show(session, user_id))


@router.post("/settings/users/{user_id}")
def change_user(view: Page, typed: Form, session: WriteSession, actor: Admin, user_id: int) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    try:
        if typed.version is None:
            raise Refused("version_needed")
        patch = parse(UserPatch, typed.chosen())
        user = service.change_user(session, actor, user_id, patch, version=typed.version)
    except (Stale, StaleDataError):
        session.rollback()
        return _stale_page(view, session, typed, queries.show(session, user_id))
    except DomainError as error:
        if error.status == NotFound.status:
            raise
        session.rollback()
        return _user_page(view, session, queries.show(session, user_id), typed, error)
    text = view.words.gettext("Account of %(name)s saved.", name=user.name)
    return once.keep(view.redirect("/settings/users", text))


def _user_page(
    view: View,
    session: ReadSession,
    user: queries.UserRow,
    typed: Typed | None = None,
    error: DomainError | None = None,
) -> Response:
    errors = told(view.words, error) if error else {}
    stored = {name: plain(getattr(user, name)) for name in _EDITED}
    password = typed is not None and "password" in typed.texts()
    form = FormView(stored, {}, user.version)
    if typed is not None and not password:
        form = FormView({**stored, **typed.texts()}, errors, user.version)
    return view.page(
        "accounts/user.html",
        status=error.status if error else 200,
        user=user,
        form=form,
        password=FormView({}, errors if password else {}, user.version, key="password"),
        state=FormView({}, {}, user.version, key="state"),
        **_menus(view, session),
    )


def _labels(spoken: Words) -> dict[str, str]:
    return {
        "name": spoken.gettext("Name"),
        "role": spoken.gettext("Role"),
        "unit": spoken.gettext("Unit"),
        "locale": spoken.gettext("Language of the pages"),
    }


def _stale_page(view: View, session: ReadSession, typed: Typed, user: queries.UserRow) -> Response:
    """What was sent beside what stands now; a password that was typed is neither shown nor kept."""
    menus = _menus(view, session)
    words_of = {
        "name": {},
        "role": dict(menus["roles"]),
        "unit": dict(menus["units"]),
        "locale": dict(menus["locales"]),
    }
    stored = {name: plain(getattr(user, name)) for name in _EDITED}
    sent = {name: text for name, text in typed.chosen().items() if name != "password"}
    rows = [
        {
            "name": name,
            "label": label,
            "mine": words_of[name].get(sent[name], sent[name]),
            "theirs": words_of[name].get(stored[name], stored[name] or ""),
        }
        for name, label in _labels(view.words).items()
        if name in sent
    ]
    form = FormView(sent, version=user.version)
    return view.page("accounts/stale.html", status=Stale.status, user=user, rows=rows, form=form)
