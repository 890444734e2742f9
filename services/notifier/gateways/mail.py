"""A mail server: one message to one recipient over SMTP."""

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from services.notifier.domain.letters import Letter
from services.notifier.domain.notices import Outcome
from services.notifier.gateways.hanging_up import hanging_up_after
from shared.clock import system_now

_WAIT_SECONDS, _WHOLE_SECONDS, _QUIT_SECONDS = 10, 18, 2


class Mailer:
    """url: smtp://[user:password@]host[:port] (STARTTLS where offered), or smtps://."""

    def __init__(self, url: str, sender: str, *, seconds: float = _WHOLE_SECONDS) -> None:
        self._parts, self._sender, self._seconds = urlsplit(url), sender, seconds

    def send(self, letter: Letter, *, to: str, message_id: str) -> Outcome:
        """sent, retry or failed. When the link breaks after the text was given, whether it arrived is unknown: retry.

        A second copy bears the same Message-ID, so that a mailbox can tell.
        """
        links: list[smtplib.SMTP] = []
        try:
            message = self._message(letter, to, message_id)
            with hanging_up_after(self._seconds, lambda: links[0].sock if links else None):
                link = self._connect(links)
                link.send_message(message, self._sender, [to])
            # Taken is taken, however the server says good-bye.
            with suppress(OSError, smtplib.SMTPException), hanging_up_after(_QUIT_SECONDS, lambda: link.sock):
                link.quit()
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
            return _refused(error)
        except ValueError:  # an address no mail header can bear
            return Outcome("failed", "address_unusable")
        except (OSError, smtplib.SMTPException):
            return Outcome("retry", "mail_server_unreachable")
        finally:
            for one in links:
                one.close()
        return Outcome("sent")

    def _message(self, letter: Letter, to: str, message_id: str) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, to, letter.subject
        message["Date"], message["Message-ID"] = format_datetime(system_now()), message_id
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        for one in letter.attachments:
            main, _, sub = one.media_type.partition("/")
            message.add_attachment(one.content, maintype=main, subtype=sub, filename=one.name)
        return message

    def _connect(self, links: list[smtplib.SMTP]) -> smtplib.SMTP:
        """The link, logged in; it stands in links as soon as there is anything to hang up."""
        host, port = self._parts.hostname or "localhost", self._parts.port
        link: smtplib.SMTP
        if self._parts.scheme == "smtps":
            context = ssl.create_default_context()
            link = _SecureLink(links, host, port or 465, timeout=_WAIT_SECONDS, context=context)
        else:
            link = _PlainLink(links, host, port or 25, timeout=_WAIT_SECONDS)
            link.ehlo()
            if link.has_extn("starttls"):
                link.starttls(context=ssl.create_default_context())
        if self._parts.username:
            link.login(unquote(self._parts.username), unquote(self._parts.password or ""))
        return link


class _PlainLink(smtplib.SMTP):
    def __init__(self, links: list[smtplib.SMTP], *where: Any, **how: Any) -> None:
        links.append(self)
        super().__init__(*where, **how)


class _SecureLink(smtplib.SMTP_SSL):
    def __init__(self, links: list[smtplib.SMTP], *where: Any, **how: Any) -> None:
        links.append(self)
        super().__init__(*where, **how)


def _refused(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPResponseException) -> Outcome:
    """5xx is final, 4xx may pass; the server's words stay out, they quote the address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        return Outcome("failed" if min(codes, default=500) >= 500 else "retry", "recipient_refused")
    return Outcome("failed" if error.smtp_code >= 500 else "retry", "mail_refused")
