"""Mail: what is promised, how it is written, and how it is sent over SMTP.

Nothing is promised while SMTP is not configured, and nothing ever to the accounts of a demonstration.
"""

import hashlib
import smtplib
import ssl
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import Session

from app import clock
from app.config import Settings, SmtpTls, settings
from app.models import User
from app.outbox.service import enqueue
from app.outbox.worker import Refusal

CHANNEL = "mail"
SECONDS = 30  # of silence from the server, then it counts as down


def promise_mail(
    session: Session, user: User, dedupe_key: str, *, subject: str, text: str, html: str
) -> bool:
    """Promise one person a mail, in this transaction; False when it was promised before or none is sent."""
    if not settings().sends_mail or user.is_demo:
        return False
    payload = {"name": user.name, "to": user.email, "subject": subject, "text": text, "html": html}
    return enqueue(session, f"{CHANNEL}:{user.id}", dedupe_key, payload)


def deliver(payload: dict[str, Any], dedupe_key: str) -> None:
    """Send one mail. Raises Refusal when the server or the address will never take it."""
    message = written(payload, dedupe_key, at=clock.now())
    try:
        _send(settings(), message)
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        if code >= 500:
            raise Refusal(f"{code} {answer!r}") from None
        raise
    except smtplib.SMTPDataError as error:
        if error.smtp_code >= 500:
            raise Refusal(f"{error.smtp_code} {error.smtp_error!r}") from None
        raise


def written(payload: dict[str, Any], dedupe_key: str, *, at: datetime) -> EmailMessage:
    """The message: a plain text, and the same in simple HTML. Its Message-ID follows from the dedupe key, so
    that a second sending of one promise is known for it. Raises Refusal for an address that is none."""
    message = EmailMessage(policy=SMTP)
    try:
        message["To"] = _address(payload["name"], payload["to"])
    except (ValueError, IndexError, MessageError):
        raise Refusal("the address is none that mail can be sent to") from None
    message["From"] = _address(settings().department_vi, settings().smtp_from)
    message["Subject"] = _line(payload["subject"])
    message["Date"] = format_datetime(clock.local(at))
    message["Message-ID"] = f"<{hashlib.sha256(dedupe_key.encode()).hexdigest()[:32]}@{_host()}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    message.set_content(payload["text"], cte="quoted-printable")
    message.add_alternative(payload["html"], subtype="html", cte="quoted-printable")
    return message


def _address(name: str, email: str) -> Address:
    return Address(display_name=_line(name), addr_spec=email)


def _line(text: str) -> str:
    """One line, whatever the text holds: a header ends where its line ends."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _host() -> str:
    return urlsplit(settings().public_url).hostname or "localhost"


def _send(config: Settings, message: EmailMessage) -> None:
    context = ssl.create_default_context() if config.smtp_tls is not SmtpTls.none else None
    if config.smtp_tls is SmtpTls.tls:
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            config.smtp_host, config.mail_port, timeout=SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(config.smtp_host, config.mail_port, timeout=SECONDS)
    with server:
        if config.smtp_tls is SmtpTls.starttls:
            server.starttls(context=context)
        if config.smtp_user:
            server.login(config.smtp_user, config.smtp_password.get_secret_value())
        server.send_message(message)
