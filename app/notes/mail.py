"""The mail that tells somebody of a mention: one a note and person, in their language.

It goes to those who want mail at all (the switch on their own page), and names the author and the partner but
not the text: a mail box is no place for what a note may hold, and the link leads to the note as it stands
then. Changing the note tells nobody a second time; without a mail server the notice in the program remains.
It is promised in the transaction of the note, so its few lines are written here and not by a template.
"""

from markupsafe import Markup
from sqlmodel import Session

from app.actor import Actor
from app.config import settings
from app.i18n import words
from app.models import Note, Partner, User
from app.outbox.post import promise_mail
from app.vocabulary import Locale


def promise_mention(session: Session, actor: Actor, note: Note, user_id: int, key: str) -> bool:
    """Promise the mail to one who is named; False for who wants none, or was told before."""
    user, partner = session.get(User, user_id), session.get(Partner, note.partner_id)
    if user is None or partner is None or not user.digest:
        return False
    spoken = words(user.locale)
    name = partner.name_vi if user.locale == Locale.vi else partner.name_en
    home = settings().public_url.rstrip("/")
    url = f"{home}/partners/{partner.slug}#note-{note.id}"
    said = spoken.gettext("%(name)s mentioned you in a note on %(partner)s.", name=actor.name, partner=name)
    dear = spoken.gettext("Dear %(name)s,", name=user.name)
    end = spoken.gettext("To change or end these mails: %(url)s", url=f"{home}/settings/me")
    html = Markup(
        '<!doctype html>\n<html lang="%s"><head><meta charset="utf-8"><title>%s</title></head><body>\n'
        '<p>%s</p>\n<p><a href="%s"><bdi>%s</bdi></a></p>\n<p><small>%s</small></p>\n</body></html>\n'
    ) % (user.locale.value, said, dear, url, said, end)
    text = "\n".join([dear, "", said, url, "", end, ""])
    return promise_mail(session, user, key, subject=said.rstrip("."), text=text, html=str(html))
