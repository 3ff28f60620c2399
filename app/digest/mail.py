"""The weekly digest as a mail and as a notice: one a person and week, in their language, none when empty."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from app import clock
from app.auth.sessions import actor_of
from app.config import settings
from app.digest.queries import Common, Digest, digest_of
from app.digest.words import parts, subject
from app.i18n import words
from app.models import User
from app.notices.service import notify
from app.outbox.post import promise_mail
from app.templating import environment
from app.vocabulary import Door, Locale, NoticeKind


def send_digests(session: Session, monday: date) -> int:
    """Tell everybody who wants it of their week; to how many. `monday` names the week: told twice for one,
    nobody is told twice."""
    today = clock.today()
    year, week, _ = monday.isocalendar()
    common: dict[Locale, Common] = {}
    wanting = sa.select(User).where(
        col(User.digest), col(User.disabled_at).is_(None), col(User.archived_at).is_(None)
    )
    told = 0
    for user in session.scalars(wanting.order_by(col(User.id))).all():
        shared = common.setdefault(user.locale, Common.of(session, today, user.locale))
        digest = digest_of(session, actor_of(user, Door.clock), today, user.locale, shared)
        if not digest.is_empty:
            told += _tell(session, user, digest, f"digest:{year}-W{week:02}:user{user.id}", today)
    return told


def _tell(session: Session, user: User, digest: Digest, key: str, today: date) -> bool:
    assert user.id is not None
    noticed = notify(session, user.id, NoticeKind.digest, dedupe_key=key)
    text, html = written(digest, user, today)
    said = subject(digest, words(user.locale))
    mailed = promise_mail(session, user, key, subject=said, text=text, html=html)
    return noticed or mailed


def written(digest: Digest, user: User, today: date) -> tuple[str, str]:
    """The mail's text and its HTML, of the same parts as the page."""
    spoken = words(user.locale)
    home = settings().public_url.rstrip("/")
    shown = parts(digest, spoken, today)
    page = environment(user.locale).get_template("mail/digest.html")
    html = page.render(parts=shown, home=home, name=user.name, today=today)
    lines = [spoken.gettext("Dear %(name)s,", name=user.name), ""]
    for part in shown:
        lines += [f"{part.title}: {spoken.number(part.count)}  {home}{part.url}"]
        lines += [f"  - {it.text}{f' ({it.note})' if it.note else ''}" for it in part.entries]
        lines.append("")
    lines += [spoken.gettext("To change or end these mails: %(url)s", url=f"{home}/settings/me"), ""]
    return "\n".join(lines), html
