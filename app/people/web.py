"""People: the list, one with their posts, the forms, and the erasing of a person's data."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from app.dependencies import Form, Manager, Officer, Page, ReadSession, Today, Viewer, WriteSession
from app.errors import Conflict, Refused
from app.forms import FormView
from app.history.listing import history_of
from app.lists import Address, Part, read
from app.people import service
from app.people.filters import PeopleFilters, PeopleList, Tenure
from app.people.forms import PersonForm, called, person_form, places, post_form, sent_posts
from app.people.queries import PAGE, count_people, list_people, person_row
from app.people.schemas import PersonIn, PersonPatch, PostIn, PostPatch
from app.records.editing import Saved, Sent, save
from app.schemas import parse
from app.views.menu import menu

router = APIRouter()
_POST_LINE = ("title_vi", "title_en", "partner", "organisation", "from_on", "to_on")

# ---- the list


@router.get("/people", name="people:index")
def index(view: Page, session: ReadSession, actor: Viewer, today: Today) -> Response:
    params = view.request.query_params
    asked = read(PeopleList, params)
    sort = asked.sort or "name"
    start = (asked.page - 1) * PAGE
    rows = list_people(
        session, actor, asked, today=today, locale=view.locale, sort=sort, part=Part(limit=PAGE, offset=start)
    )
    total = count_people(session, asked, today)
    pages = max(1, -(-total // PAGE))
    if asked.page > pages:
        raise Refused("bad_page", field="page")
    return view.page(
        "people/index.html",
        saved=menu(view, session),
        rows=rows,
        asked=asked,
        sort=sort,
        here=Address("/people", params.multi_items()),
        narrowed=any(getattr(asked, name) for name in PeopleFilters.model_fields),
        total=total,
        pages=pages,
        tenures=list(Tenure),
        places=places(view, session),
    )


# ---- one person


@router.get("/people/new", name="people:new")
def new(
    view: Page, session: ReadSession, actor: Officer, partner: str = "", organisation: str = ""
) -> Response:
    begun = {"posts-0-partner": partner[:80], "posts-0-organisation": organisation[:40]}
    return PersonForm(view, session, begun=begun).opened()


@router.post("/people")
def create(view: Page, typed: Form, session: WriteSession, actor: Officer, today: Today) -> Response:
    sent = Sent(view, typed, session, actor)

    def add() -> Saved:
        lines = typed.data(lines={"posts": _POST_LINE})["posts"]
        data = parse(PersonIn, sent.said(PersonForm(view, session)) | {"posts": sent_posts(lines)})
        person = service.add_person(session, actor, data, today=today)
        return Saved(f"/people/{person.id}", view.words.gettext("Entered: %(name)s.", name=person.name))

    return save(sent, lambda: PersonForm(view, session), add)


@router.get("/people/{person_id}", name="people:show")
def show(view: Page, session: ReadSession, actor: Viewer, today: Today, person_id: int) -> Response:
    person = person_row(session, actor, person_id, today, view.locale)
    parts = [("post", [post.id for post in person.posts])]
    return view.page(
        "people/show.html",
        person=person,
        lines=history_of(session, "person", person_id, actor, view.words, parts=parts),
        form=FormView(version=person.version),
    )


@router.get("/people/{person_id}/edit", name="people:edit")
def edit(view: Page, session: ReadSession, actor: Officer, person_id: int) -> Response:
    person = service.get_person(session, person_id)
    if person.erased_at is not None:
        raise Conflict("person_erased")
    return PersonForm(view, session, person).opened()


@router.post("/people/{person_id}")
def change(view: Page, typed: Form, session: WriteSession, actor: Officer, person_id: int) -> Response:
    sent = Sent(view, typed, session, actor)
    person = service.get_person(session, person_id)

    def patch() -> Saved:
        data = parse(PersonPatch, sent.said(PersonForm(view, session, person)))
        service.change_person(session, actor, person, data, version=sent.version)
        return Saved(f"/people/{person_id}", view.words.gettext("Saved: %(name)s.", name=person.name))

    return save(sent, lambda: person_form(view, session, person), patch)


# ---- posts


@router.get("/people/{person_id}/posts/new", name="people:new_post")
def new_post(
    view: Page,
    session: ReadSession,
    actor: Officer,
    person_id: int,
    partner: str = "",
    organisation: str = "",
) -> Response:
    begun = {"partner": partner[:80], "organisation": organisation[:40], "ends_previous": "true"}
    return post_form(view, session, person_id, begun=begun).opened()


@router.post("/people/{person_id}/posts")
def add_post(
    view: Page, typed: Form, session: WriteSession, actor: Officer, today: Today, person_id: int
) -> Response:
    sent = Sent(view, typed, session, actor)
    person = service.get_person(session, person_id)

    def add() -> Saved:
        data = parse(PostIn, sent.said(post_form(view, session, person_id)))
        service.add_post(session, actor, person, data, today=today)
        return Saved(f"/people/{person_id}", view.words.gettext("Post added."))

    return save(sent, lambda: post_form(view, session, person_id), add)


@router.get("/people/{person_id}/posts/{post_id}", name="people:post")
def edit_post(view: Page, session: ReadSession, actor: Officer, person_id: int, post_id: int) -> Response:
    return post_form(view, session, person_id, service.get_post(session, person_id, post_id)).opened()


@router.post("/people/{person_id}/posts/{post_id}")
def change_post(
    view: Page, typed: Form, session: WriteSession, actor: Officer, person_id: int, post_id: int
) -> Response:
    sent = Sent(view, typed, session, actor)
    post = service.get_post(session, person_id, post_id)

    def patch() -> Saved:
        data = parse(PostPatch, sent.said(post_form(view, session, person_id, post)))
        service.change_post(session, actor, post, data, version=sent.version)
        return Saved(f"/people/{person_id}", view.words.gettext("Post saved."))

    return save(sent, lambda: post_form(view, session, person_id, post), patch)


@router.post("/people/{person_id}/posts/{post_id}/delete")
def remove_post(
    view: Page, typed: Form, session: WriteSession, actor: Officer, person_id: int, post_id: int
) -> Response:
    sent = Sent(view, typed, session, actor)
    post = service.get_post(session, person_id, post_id)

    def remove() -> Saved:
        service.remove_post(session, actor, post, version=sent.version)
        return Saved(f"/people/{person_id}", view.words.gettext("Post taken out."))

    return save(sent, lambda: post_form(view, session, person_id, post), remove)


# ---- erasing


@router.get("/people/{person_id}/erasure", name="people:erasure")
def ask_erasure(view: Page, session: ReadSession, actor: Manager, today: Today, person_id: int) -> Response:
    return _erasure_page(view, session, person_id)


@router.post("/people/{person_id}/erasure")
def erase(view: Page, typed: Form, session: WriteSession, actor: Manager, person_id: int) -> Response:
    sent = Sent(view, typed, session, actor)
    person = service.get_person_to_erase(session, person_id)

    def forget() -> Saved:
        service.erase_person(session, actor, person, version=sent.version)
        where = "/trash" if person.archived_at else f"/people/{person_id}"
        return Saved(where, view.words.gettext("The person's data are erased."))

    return save(sent, lambda: _Erasing(view, session, person), forget)


def _erasure_page(view: Page, session: Any, person_id: int, problem: str = "", status: int = 200) -> Response:
    assert view.actor is not None
    person = person_row(session, view.actor, person_id, view.today, view.locale, archived=True)
    in_trash = service.get_person_to_erase(session, person_id).archived_at is not None
    if person.erased_at is not None and not problem:
        raise Conflict("person_erased")
    return view.page(
        "people/erasure.html",
        status=status,
        person=person,
        back="/trash" if in_trash else f"/people/{person_id}",
        form=FormView(version=person.version),
        problem=problem,
        called=called(view, person.name),
    )


class _Erasing(PersonForm):
    """The question whether to erase, asked again when the person changed meanwhile."""

    def page(self, form: FormView, status: int = 200, differences: Any = None) -> Response:
        assert self.row is not None
        assert self.row.id is not None
        self.session.refresh(self.row)
        text = self.view.words.gettext("Somebody changed this person meanwhile. Look again before you erase.")
        problem = text if differences is not None else form.errors.get("", text)
        return _erasure_page(self.view, self.session, self.row.id, problem, status)
