"""Mail: send one message through an SMTP server.

Apart from the alerts, which call this, because all outgoing connections are made in this package.
"""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

_TIMEOUT = 20.0
_SUBMISSION, _TLS = 587, 465


@dataclass(frozen=True, slots=True)
class MailServer:
    """The SMTP server that takes our mail.

    Attributes:
        address: ``host`` or ``host:port``; the default port is 587 (RFC 6409). On port 465 TLS starts at once (RFC
            8314), on others if the server offers it.
        user, password: None if not needed; never sent without TLS, except to this machine.
    """

    address: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def place(self) -> tuple[str, int]:
        """Host and port."""
        host, _, port = self.address.rpartition(":")
        return (host, int(port)) if host and port.isdigit() else (self.address, _SUBMISSION)


def send(server: MailServer, sender: str, recipients: tuple[str, ...], subject: str, text: str) -> str | None:
    """Send a message, once. Return None, or why it failed, in words."""
    host, port = server.place
    try:
        message = _message(sender, recipients, subject, text)
        if port == _TLS:
            with smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT, context=ssl.create_default_context()) as session:
                return _hand_in(session, server, message, secure=True)
        with smtplib.SMTP(host, port, timeout=_TIMEOUT) as session:
            session.ehlo()
            secure = session.has_extn("starttls")
            if secure:
                session.starttls(context=ssl.create_default_context())
                session.ehlo()
            return _hand_in(session, server, message, secure=secure)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return f"{server.address}: {error}"


def _message(sender: str, recipients: tuple[str, ...], subject: str, text: str) -> EmailMessage:
    """Return the message. Raises ValueError if a header is invalid."""
    message = EmailMessage()
    message["From"], message["To"] = sender, ", ".join(recipients)
    # The subject may contain words of a publisher or an error message; a line end would start another header.
    message["Subject"] = " ".join(subject.split())
    message["Date"], message["Message-ID"] = formatdate(localtime=False), make_msgid("creditline", "localhost")
    message.set_content(text)
    return message


def _hand_in(session: smtplib.SMTP, server: MailServer, message: EmailMessage, *, secure: bool) -> str | None:
    if server.user:
        # Without TLS, anybody on the network could read the password.
        if not secure and server.place[0] not in ("localhost", "127.0.0.1", "::1"):
            return f"{server.address} offers no TLS: the password is not sent"
        session.login(server.user, server.password or "")
    refused = session.send_message(message)
    return f"{server.address} refuses {', '.join(refused)}" if refused else None
