"""The page on which managers set the months: what each means, whom a change would move, who changed what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session
from starlette.datastructures import QueryParams
from starlette.responses import Response

from app.dependencies import Form, Manager, Page, ReadSession, Today, WriteSession
from app.errors import DomainError, Refused, Stale
from app.failures import told, understood
from app.forms import FormView
from app.lists import Address
from app.once import Once
from app.policy import service
from app.policy.effect import Effect, effect_of
from app.policy.queries import FIGURES, as_policy, policy_changes, policy_now, proposed
from app.policy.schemas import PolicyPatch, Proposal
from app.schemas import field_errors, parse
from app.templating import View

router = APIRouter()
URL = "/settings/policy"
# So many names beside the form and the history stay well below 60 KB.
PAGE = 60


@router.get(URL, name="policy:show")
def show(view: Page, session: ReadSession, actor: Manager) -> Response:
    params = view.request.query_params
    asked = {name: text for name, text in params.items() if name in (*FIGURES, "restores")}
    look = _look(view, session, params, asked) if asked else None
    if view.fragment_wanted:
        return view.fragment("policy/_preview.html", look=look)
    return _page(view, session, look, why=params.get("why", ""), version=params.get("version", ""))


@router.post(URL)
def change(view: Page, typed: Form, session: WriteSession, actor: Manager, today: Today) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    try:
        if typed.version is None:
            raise Refused("version_needed")
        row = service.get_policy(session)
        data = parse(PolicyPatch, typed.data())
        service.change_policy(session, actor, row, data, version=typed.version, today=today)
    except (DomainError, StaleDataError, IntegrityError) as error:
        session.rollback()
        found = Stale() if isinstance(error, IntegrityError) else understood(error)
        asked = {name: text for name, text in typed.texts().items() if name in (*FIGURES, "restores")}
        look = _look(view, session, QueryParams(asked), asked)
        return _page(view, session, look, why=typed.get("why"), version=typed.get("version"), error=found)
    return once.keep(view.redirect(URL, view.words.gettext("Saved. Every standing follows the new months.")))


@dataclass(frozen=True)
class Look:
    """A proposal looked at: what was typed, what is wrong with it, else whom it would move."""

    typed: Mapping[str, Any]
    errors: Mapping[str, str]
    effect: Effect | None = None
    same: bool = False
    page: int = 1
    here: Address | None = None

    @property
    def pages(self) -> int:
        """How many pages the names take."""
        return max(1, -(-len(self.effect.moves) // PAGE)) if self.effect else 1

    @property
    def shown(self) -> list[Any]:
        """The names of this page."""
        moves = self.effect.moves if self.effect else ()
        return list(moves[(self.page - 1) * PAGE : self.page * PAGE])


def _look(view: View, session: Session, params: QueryParams, asked: Mapping[str, str]) -> Look:
    """What a proposal would do; what is wrong with it is told instead."""
    here = Address(URL, [pair for pair in params.multi_items() if pair[0] in (*FIGURES, "restores")])
    try:
        data = Proposal.model_validate(
            {name: text for name, text in asked.items() if text.strip() or name in FIGURES}
        )
        months = proposed(session, data)
        policy = as_policy(months)
    except ValidationError as error:
        wrong = field_errors(error.errors(include_url=False))
        return Look(asked, {e.pointer: view.words.word("error", e.code, **dict(e.params)) for e in wrong})
    except DomainError as error:
        return Look(asked, told(view.words, error))
    typed = {**months, "restores": asked.get("restores", "")}
    if months == policy_now(session).months:
        return Look(typed, {}, same=True)
    page = params.get("page", "1")
    look = Look(
        typed,
        {},
        effect_of(session, policy, view.today),
        page=int(page[:6]) if page.isdecimal() else 1,
        here=here,
    )
    if not 1 <= look.page <= look.pages:
        raise Refused("bad_page", field="page")
    return look


def _page(
    view: View,
    session: Session,
    look: Look | None,
    *,
    why: str = "",
    version: str = "",
    error: DomainError | None = None,
) -> Response:
    """The form, whom it would move, and the history. After a stale edit the form keeps what was typed beside
    what was saved meanwhile, and the version of now: saving again is decided in sight of both."""
    now = policy_now(session)
    stale = isinstance(error, Stale)
    errors = {**(look.errors if look else {}), **(told(view.words, error) if error and not stale else {})}
    seen = int(version) if version.isdecimal() and len(version) < 10 and not stale else now.version
    typed = look.typed if look else {}
    changes = policy_changes(session)
    return view.page(
        "policy/show.html",
        status=error.status if error else 422 if errors else 200,
        form=FormView({**now.months, **typed, "why": why}, errors, version=seen),
        look=look,
        now=now,
        stale=stale,
        last=changes[-1] if changes else None,
        changes=changes[::-1],
        figures=FIGURES,
    )
