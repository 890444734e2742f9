"""Webhooks: one signed POST to an address that was looked up, judged and pinned just before."""

import http.client
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from services.notifier.domain import webhooks as rules
from services.notifier.domain.addresses import Allowed, fault_of
from services.notifier.domain.notices import Outcome, Planned
from services.notifier.domain.webhooks import Subscription
from services.notifier.gateways.hanging_up import hanging_up_after
from shared.clock import system_now

_CONNECT_SECONDS, _WHOLE_SECONDS = 3.0, 15.0
_LONGEST_URL = 2000
_TRIED_ADDRESSES = 3


class Forbidden(Exception):
    """A webhook may not go there; code is a stable word."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Target:
    """Where a webhook goes: addresses are those that were judged."""

    secure: bool
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]


class Webhooks:
    """allowed: the operator's list of addresses that may be called although they are not public."""

    def __init__(self, allowed: Allowed, *, seconds: float = _WHOLE_SECONDS) -> None:
        self._allowed, self._seconds = allowed, seconds

    def target(self, url: str) -> Target:
        """Look an address up; Forbidden: url-unfit, host-unknown, address-forbidden, https-only, port-forbidden."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError:
            raise Forbidden("url-unfit") from None
        unfit = len(url) > _LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url
        if unfit or parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or parts.fragment:
            raise Forbidden("url-unfit")
        addresses = _addresses(host, port)
        fault = fault_of(parts.scheme, host, port, addresses, self._allowed)
        if fault is not None:
            raise Forbidden(fault)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return Target(parts.scheme == "https", host, port, path, addresses)

    def send(self, notice: Planned, to: Subscription) -> Outcome:
        """sent, retry or failed; nothing is followed, and of the answer only status and Retry-After are read."""
        try:
            target = self.target(to.url)
        except Forbidden as error:
            if error.code == "host-unknown":
                return Outcome("retry", "webhook_unreachable")
            return Outcome("failed", "webhook_address_forbidden")
        body, now = rules.body_of(notice), system_now()
        headers = rules.headers_of(notice.message_id, body, to.secret, now)
        try:
            return self._post(target, headers, body, now)
        except (OSError, http.client.HTTPException):
            return Outcome("retry", "webhook_unreachable")

    def _post(self, target: Target, headers: dict[str, str], body: bytes, now: datetime) -> Outcome:
        kind = http.client.HTTPSConnection if target.secure else http.client.HTTPConnection
        link = kind(target.host, target.port)
        links: list[socket.socket] = []
        try:
            with hanging_up_after(self._seconds, lambda: links[-1] if links else None):
                link.sock = _connect(target, links, self._seconds)
                link.request("POST", target.path, body=body, headers=headers)
                answer = link.getresponse()
                return rules.outcome_of(answer.status, answer.headers.get("Retry-After"), now)
        finally:
            link.close()
            for one in links:
                one.close()


def _addresses(host: str, port: int) -> tuple[str, ...]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return tuple(dict.fromkeys(str(one[4][0]) for one in found))


def _connect(target: Target, links: list[socket.socket], seconds: float) -> socket.socket:
    """A socket to one of the pinned addresses, in TLS where wanted; the name serves for its certificate only.

    It stands in links as soon as there is anything to hang up.
    """
    trouble: OSError = OSError("no address")
    for address in target.addresses[:_TRIED_ADDRESSES]:
        try:
            plain = socket.create_connection((address, target.port), timeout=_CONNECT_SECONDS)
            break
        except OSError as error:
            trouble = error
    else:
        raise trouble
    links.append(plain)
    plain.settimeout(seconds)
    if not target.secure:
        return plain
    context = ssl.create_default_context()
    secure = context.wrap_socket(plain, server_hostname=target.host, do_handshake_on_connect=False)
    links.append(secure)
    secure.do_handshake()
    return secure
