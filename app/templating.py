"""Jinja, one environment a language, and the frame around every page.

Undefined names are errors. Templates get read models, words and numbers; they cannot query.
"""

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache, partial
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.actor import Actor, Permission
from app.assets import asset
from app.config import ROOT, settings
from app.i18n import Words, words
from app.vocabulary import Locale

LOCALE_COOKIE = "locale"
TOAST_COOKIE = "toast"


@cache
def environment(locale: Locale) -> Environment:
    """The templates in one language."""
    spoken = words(locale)
    env = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=settings().demo,
    )
    env.globals.update(
        _=spoken.gettext,
        ngettext=spoken.ngettext,
        word=spoken.word,
        label=spoken.label,
        country=spoken.country,
        join=spoken.join,
        asset=asset,
        locale=locale.value,
        drawn=lru_cache(maxsize=4096)(_drawer(env)),
        still=partial(still, locale),
    )
    env.filters.update(date=spoken.date, moment=spoken.moment, number=spoken.number, ticked=ticked)
    return env


def _drawer(env: Environment) -> Callable[..., Markup]:
    """`drawn("badges", "status", code)`: a macro's output, remembered by its arguments.

    Macros called in the row loop took more than half of a list page's time; marks repeat: draw them once.
    """

    def drawn(file: str, macro: str, *args: Any) -> Markup:
        module = env.get_template(f"macros/{file}.html").module
        return Markup(getattr(module, macro)(*args))  # noqa: S704 - a template's own output

    return drawn


@lru_cache(maxsize=64)
def still(locale: Locale, file: str) -> Markup:
    """`still("macros/dialogs.html")`: a file that depends on nothing but the language, remembered."""
    return Markup(environment(locale).get_template(file).render())  # noqa: S704 - a template's own output


def drawer(locale: Locale) -> Callable[..., Markup]:
    """`drawn` for code that gets a list's rows ready before its template is asked."""
    found: Callable[..., Markup] = environment(locale).globals["drawn"]  # type: ignore[assignment]
    return found


def ticked(text: str) -> Markup:
    """What stands between backticks as code; escaped before a tag is made, so that none gets in."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped above


@dataclass(frozen=True)
class NavItem:
    """A door in the rail."""

    url: str
    text: str
    icon: str
    group: str = "main"
    count: int | None = None
    current: bool = False


@dataclass(frozen=True)
class Me:
    """The signed-in person as the frame shows them."""

    name: str
    email: str
    role: str
    initials: str
    unread: int = 0


@dataclass(frozen=True)
class Toast:
    """An outcome to be told once."""

    text: str
    undo_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What surrounds every page."""

    locale: str
    product: str
    department: str
    demo: bool
    today: date
    me: Me | None = None
    can_write: bool = False
    nav: list[NavItem] = field(default_factory=list)
    languages: list[tuple[str, str, str]] = field(default_factory=list)
    toasts: list[Toast] = field(default_factory=list)


def locale_of(request: Request, actor: Actor | None) -> Locale:
    """The language of a page: chosen here, else the user's own, else Vietnamese."""
    chosen = request.cookies.get(LOCALE_COOKIE)
    if chosen in set(Locale):
        return Locale(chosen)
    return actor.locale if actor and actor.user_id else Locale.vi


class View:
    """One page's language, person and frame, and the ways to answer."""

    def __init__(
        self, request: Request, actor: Actor | None, today: date, counts: Callable[[], dict[str, int]] = dict
    ) -> None:
        self.request = request
        self.actor = actor
        self.today = today
        self._counts = counts
        self.locale = locale_of(request, actor)
        self.words: Words = words(self.locale)
        # Which door of the rail this page lies behind, where its address does not say so.
        self.behind = request.url.path
        self.fragment_wanted = "hx-request" in request.headers and "hx-boosted" not in request.headers

    def page(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """A whole page."""
        toast = _read_toast(self.request)
        html = self._render(template, frame=self.frame(toast), **context)
        response = HTMLResponse(html, status)
        if toast:
            response.delete_cookie(TOAST_COOKIE)
        return response

    def fragment(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """A part of a page, for htmx: the same file the page includes."""
        return HTMLResponse(self._render(template, **context), status)

    def part(self, template: str, **context: Any) -> Markup:
        """A part of a page to be remembered and put into it later."""
        return Markup(self._render(template, **context))  # noqa: S704 - a template's own output

    def redirect(self, url: str, toast: str | None = None, undo_url: str | None = None) -> Response:
        """303 to a page, with an outcome to be told there once."""
        response = RedirectResponse(url, 303)
        if toast:
            data = json.dumps([toast, undo_url]).encode()
            text = base64.urlsafe_b64encode(data).decode()
            response.set_cookie(
                TOAST_COOKIE, text, max_age=60, httponly=True, samesite="lax", secure=settings().https
            )
        return response

    def _render(self, template: str, **context: Any) -> str:
        return (
            environment(self.locale)
            .get_template(template)
            .render(view=self, actor=self.actor, today=self.today, **context)
        )

    def can(self, permission: str) -> bool:
        """Whether the person may do this; templates ask before they offer it."""
        return self.actor is not None and self.actor.can(Permission(permission))

    def frame(self, toast: Toast | None = None) -> Frame:
        """The frame, in the page's language."""
        config, actor = settings(), self.actor
        return Frame(
            locale=self.locale.value,
            product="CityTies",
            department=config.department_vi if self.locale == Locale.vi else config.department_en,
            demo=config.demo,
            today=self.today,
            me=_me(actor, self.words) if actor else None,
            can_write=self.can("write"),
            nav=self._nav() if actor else [],
            languages=[(code, name, self._language_url(code)) for code, name in _LANGUAGES],
            toasts=[toast] if toast else [],
        )

    def _language_url(self, code: str) -> str:
        here = self.request.url
        back = here.path + (f"?{here.query}" if here.query else "")
        return f"/language/{code}?next={quote(back if self.request.method == 'GET' else here.path)}"

    def _nav(self) -> list[NavItem]:
        path = self.behind
        text = self.words.gettext
        counts = self._counts()
        items = [
            NavItem("/", text("My work"), "home"),
            NavItem("/review", text("Review"), "review", count=counts.get("review")),
            NavItem("/partners", text("Partners"), "partners"),
            NavItem("/delegations", text("Delegations"), "delegations"),
            NavItem("/agreements", text("Agreements"), "agreements"),
            NavItem("/follow-ups", text("Follow-ups"), "follow-ups"),
            NavItem("/programmes", text("Programmes"), "programmes"),
            NavItem("/map", text("Map"), "map"),
            NavItem("/plan", text("Plan"), "plan"),
            NavItem("/reports", text("Reports"), "reports"),
        ]
        items += [
            NavItem("/people", text("People"), "people", "more"),
            NavItem("/organisations", text("Organisations"), "organisations", "more"),
            NavItem("/forums", text("Forums"), "forums", "more"),
        ]
        if self.can("manage"):
            first = "/settings/users" if self.can("administer") else "/settings/reporting"
            items.append(NavItem(first, text("Settings"), "settings", "more"))
        return [
            NavItem(
                i.url,
                i.text,
                i.icon,
                i.group,
                i.count,
                path == i.url or (i.url != "/" and path.startswith(_door(i.url))),
            )
            for i in items
        ]


def _door(url: str) -> str:
    """The addresses behind a door of the rail; the settings' leads to the first that one may open."""
    return "/settings" if url.startswith("/settings/") else url


_LANGUAGES = (("vi", "Tiếng Việt"), ("en", "English"))


def _me(actor: Actor, spoken: Words) -> Me:
    letters = [part[0] for part in actor.name.split() if part]
    return Me(
        name=actor.name,
        email=actor.email or "",
        role=spoken.label(actor.role) if actor.role else "",
        initials="".join(letters[-2:]).upper(),
        unread=actor.unread,
    )


def _read_toast(request: Request) -> Toast | None:
    text = request.cookies.get(TOAST_COOKIE)
    if not text:
        return None
    try:
        said, undo_url = json.loads(base64.urlsafe_b64decode(text))
    except ValueError:
        return None
    if undo_url is not None and not str(undo_url).startswith("/"):
        undo_url = None
    return Toast(str(said)[:300], undo_url)
