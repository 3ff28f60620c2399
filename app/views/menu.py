"""The menu of saved views on a list's page: all there are, the one that is open, whether it was changed.

A list's handler hands `saved=menu(view, session)` to its page, whose template includes views/_menu.html.
"""

from dataclasses import dataclass

from sqlmodel import Session

from app.forms import FormView
from app.lists import SAVED
from app.templating import View
from app.views.queries import ViewRow, list_views
from app.views.schemas import Place, place_of


@dataclass(frozen=True, slots=True)
class ViewMenu:
    """What a page offers: `current` is the view it was opened by, `changed` whether its filters moved on."""

    here: str
    own: tuple[ViewRow, ...]
    shared: tuple[ViewRow, ...]
    current: ViewRow | None
    changed: bool
    form: FormView


def menu(view: View, session: Session, here: str | None = None) -> ViewMenu:
    """The views of the page that is shown; one statement. `here` is the list's address where the request's
    own is that of an act which the list answers."""
    assert view.actor is not None
    asked = view.request.url
    place = place_of(here or f"{asked.path}?{asked.query}")
    rows = list_views(session, view.actor, place.path)
    opened = view.request.query_params.get(SAVED)
    current = next((row for row in rows if str(row.id) == opened), None) or next(
        (row for row in rows if row.place == place), None
    )
    return ViewMenu(
        here=_address(place),
        own=tuple(row for row in rows if row.own),
        shared=tuple(row for row in rows if not row.own),
        current=current,
        changed=current is not None and current.place != place,
        form=FormView(key="view"),
    )


def _address(place: Place) -> str:
    return f"{place.path}?{place.query}" if place.query else place.path
