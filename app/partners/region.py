"""The partners with their filters, as lines, on a board or on the map: what a filter or a search swaps in."""

from typing import Any

from markupsafe import Markup
from sqlmodel import Session

from app.actor import Actor
from app.assignments.schemas import MOST
from app.errors import Refused
from app.i18n import Words
from app.lists import SAVED, Address, Part
from app.partners.board import columns
from app.partners.facets import Facets, facets
from app.partners.filters import PartnerFilters, PartnerList, PartnerPage, PartnersAs
from app.partners.lines import lines
from app.partners.listing import PAGE, list_partners
from app.partners.options import Options
from app.templating import View
from app.views.menu import menu

# What each way to show partners knows alone: the others are not asked for it.
_OWN = ("view", "window", "page", SAVED)


def region(view: View, session: Session, actor: Actor, asked: PartnerPage) -> Markup:
    """The list or the board of one address. Raises Refused for a page behind the last one."""
    counted = facets(session, actor, asked, view.today)
    shared = around(view, session, actor, asked, counted, shown=asked.view)
    if asked.view == PartnersAs.board:
        return _board(view, session, actor, asked, counted, shared)
    return _table(view, session, actor, asked, counted, shared)


def around(
    view: View, session: Session, actor: Actor, asked: PartnerList, counted: Facets, *, shown: str
) -> dict[str, Any]:
    """What list, board and map say alike: filters, counts, saved views, and each other."""
    path, pairs = view.request.url.path, view.request.query_params.multi_items()
    here = Address("", pairs)
    return {
        "asked": asked,
        "here": here,
        "path": path,
        "clear": f"{path}?view=board" if shown == PartnersAs.board else path,
        "narrowed": asked.alone() != PartnerFilters(as_of=asked.as_of),
        "options": Options(view.words, actor, asked, counted, here),
        "saved": menu(view, session),
        "total": counted.total,
        "ways": _ways(view.words, path, pairs, shown),
    }


def _ways(spoken: Words, path: str, pairs: list[tuple[str, str]], shown: str) -> list[tuple[str, str, bool]]:
    """The same partners in lines, on the board and on the map: words, address, whether it is this one."""
    kept = [pair for pair in pairs if pair[0] not in _OWN]
    here = "" if path == "/partners" else "/partners"
    found = (
        ("list", spoken.gettext("List"), Address(here, kept)()),
        ("board", spoken.gettext("Board"), Address(here, [*kept, ("view", "board")])()),
        ("map", spoken.gettext("Map"), Address("/map", kept)()),
    )
    return [(words, url, name == shown) for name, words, url in found]


def _table(
    view: View,
    session: Session,
    actor: Actor,
    asked: PartnerPage,
    counted: Facets,
    shared: dict[str, Any],
) -> Markup:
    here, pages = shared["here"], max(1, -(-counted.total // PAGE))
    if asked.page > pages:
        raise Refused("bad_page", field="page")
    rows = list_partners(
        session,
        actor,
        asked,
        today=view.today,
        locale=view.locale,
        sort=asked.order,
        part=Part(limit=PAGE, offset=(asked.page - 1) * PAGE),
    )
    may_choose = view.can("write") and asked.as_of is None
    return view.part(
        "partners/_table.html",
        **shared,
        lines=lines(rows, view.words, _behind(here, asked), boxes=may_choose),
        may_choose=may_choose,
        back=Address("/partners", here.pairs)(),
        most=MOST,
        pages=pages,
    )


def _board(
    view: View,
    session: Session,
    actor: Actor,
    asked: PartnerPage,
    counted: Facets,
    shared: dict[str, Any],
) -> Markup:
    if asked.page > 1:
        raise Refused("bad_page", field="page")
    pairs = [pair for pair in shared["here"].pairs if pair[0] not in ("view", "rung", SAVED)]
    by_rung = counted.counts["rung"]
    return view.part(
        "partners/_board.html",
        **shared,
        columns=columns(session, actor, asked, by_rung, today=view.today, locale=view.locale),
        behind=_behind(shared["here"], asked),
        list_of=lambda rung: Address("", [*pairs, ("rung", rung.value)])(sort=asked.order),
    )


def _behind(here: Address, asked: PartnerList) -> str:
    """What a partner's page is told of the list that leads to it. The day goes before the page's own address,
    not into the list's: the page takes it along to the list again."""
    day = [("as_of", asked.as_of.isoformat())] if asked.as_of else []
    query = Address("", [pair for pair in here.pairs if pair[0] != "as_of"]).query
    return Address("", [*day, ("list", query)] if query else day).query
