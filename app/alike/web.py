"""What a form shows while a name is typed: who is on file under such a name."""

from fastapi import APIRouter
from starlette.responses import Response

from app.alike.queries import alike
from app.alike.schemas import Among, Typed
from app.dependencies import Officer, Page, ReadSession
from app.lists import read

router = APIRouter()


@router.get("/alike/{among}", name="alike:show")
def show(view: Page, session: ReadSession, actor: Officer, among: Among) -> Response:
    typed = read(Typed, view.request.query_params)
    found = alike(session, among, typed.names, view.locale, but=typed.but)
    return view.fragment("alike/_found.html", found=found)
