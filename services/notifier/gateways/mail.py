"""A mail server: one message to one recipient over SMTP."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from services.notifier.domain.notices import Letter, Outcome
from shared.clock import system_now

_SECONDS = 10


class Mailer:
    """url: smtp://[user:password@]host[:port] (STARTTLS where offered), or smtps://."""

    def __init__(self, url: str, sender: str) -> None:
        self._parts, self._sender = urlsplit(url), sender

    def send(self, letter: Letter, *, to: str, message_id: str) -> Outcome:
        """sent, retry or failed. When the link breaks after the text was given, whether it arrived is unknown: retry.

        A second copy bears the same Message-ID, so that a mailbox can tell.
        """
        try:
            message = self._message(letter, to, message_id)
            with self._connect() as link:
                link.send_message(message, self._sender, [to])
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
            return _refused(error)
        except ValueError:  # an address no mail header can bear
            return Outcome("failed", "address_unusable")
        except (OSError, smtplib.SMTPException):
            return Outcome("retry", "mail_server_unreachable")
        return Outcome("sent")

    def _message(self, letter: Letter, to: str, message_id: str) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, to, letter.subject
        message["Date"], message["Message-ID"] = format_datetime(system_now()), message_id
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        return message

    def _connect(self) -> smtplib.SMTP:
        host = self._parts.hostname or "localhost"
        if self._parts.scheme == "smtps":
            context = ssl.create_default_context()
            link: smtplib.SMTP = smtplib.SMTP_SSL(host, self._parts.port or 465, timeout=_SECONDS, context=context)
        else:
            link = smtplib.SMTP(host, self._parts.port or 25, timeout=_SECONDS)
            link.ehlo()
            if link.has_extn("starttls"):
                link.starttls(context=ssl.create_default_context())
        if self._parts.username:
            link.login(unquote(self._parts.username), unquote(self._parts.password or ""))
        return link


def _refused(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPResponseException) -> Outcome:
    """5xx is final, 4xx may pass; the server's words stay out, they quote the address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        return Outcome("failed" if min(codes, default=500) >= 500 else "retry", "recipient_refused")
    return Outcome("failed" if error.smtp_code >= 500 else "retry", "mail_refused")
