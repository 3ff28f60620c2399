"""A page whose list is a region of its own: what filters and searches swap in, remembered by its address."""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup
from sqlmodel import Session
from starlette.responses import HTMLResponse, Response

from app.actor import Permission
from app.lists import Address
from app.remembered import Remembered
from app.templating import View


class Regions:
    """The regions of one page, each the same until something is written."""

    def __init__(self, template: str, most: int) -> None:
        self._template, self._known = template, Remembered(most=most)

    def answer(self, view: View, session: Session, make: Callable[[], Markup], **context: Any) -> Response:
        """The page with its region, or to htmx the region alone with its address. `make` may depend on the
        address, the day, the language, and on who asks by e-mail address and by the right to write."""
        actor, asked = view.actor, view.request
        assert actor is not None
        here = Address(asked.url.path, asked.query_params.multi_items())()
        whose = (actor.email, actor.can(Permission.write))
        region = self._known.get(session, (view.locale, view.today, here, whose), make)
        if not view.fragment_wanted:
            return view.page(self._template, region=region, **context)
        return HTMLResponse(region, headers={"hx-push-url": here})
