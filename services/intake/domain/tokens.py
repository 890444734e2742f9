"""Tokens that pages carry: a customer's way to a demand, the proof that a form was fetched here. Nothing is stored."""

import base64
import hashlib
import hmac
import secrets
import struct
from datetime import UTC, datetime, timedelta
from uuid import UUID

TRACKING_LASTS = timedelta(days=400)
"""How long the link of a receipt leads to its demand; ours: longer than any promise made here."""

FORM_LASTS = timedelta(hours=24)
_MAC = 20
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_VERSION = b"\x01"


class BadToken(Exception):
    """Guessed, damaged or meant for something else."""


class ExpiredToken(BadToken):
    """It held once."""


def tracking(key: bytes, demand_id: str, received_at: datetime) -> str:
    """The tracking token of a demand, 59 letters; it expires 400 days after the demand was received."""
    days = (received_at + TRACKING_LASTS - _EPOCH).days
    return _signed(key, _VERSION + UUID(demand_id).bytes + struct.pack(">H", days), b"tracking")


def demand_of(key: bytes, token: str, now: datetime) -> str:
    """The id of the demand that a token leads to; BadToken, ExpiredToken. now: business time, as received_at is."""
    return _held(key, token, b"tracking", now)


def _held(key: bytes, token: str, purpose: bytes, now: datetime) -> str:
    """The id that a token with a day of expiry holds."""
    plain = _opened(key, token, purpose, 19)
    if plain[:1] != _VERSION:
        raise BadToken("version")
    (days,) = struct.unpack(">H", plain[17:])
    if now >= _EPOCH + timedelta(days=days):
        raise ExpiredToken("expired")
    return str(UUID(bytes=plain[1:17]))


def invitation(key: bytes, campaign: str, customer_id: str, until: datetime) -> str:
    """A customer's own way to a campaign's form, 59 letters; it holds to the end of the day of `until`."""
    days = (until - _EPOCH).days + 1
    return _signed(
        key, _VERSION + UUID(customer_id).bytes + struct.pack(">H", days), b"invitation/" + campaign.encode()
    )


def invited(key: bytes, campaign: str, token: str, now: datetime) -> str:
    """The id of the customer whom a campaign asked by this token; BadToken, ExpiredToken."""
    return _held(key, token, b"invitation/" + campaign.encode(), now)


def form(key: bytes, channel: str, now: datetime) -> str:
    """What a form carries so that it is sent once, and only after it was fetched. now: system time."""
    minutes = int((now - _EPOCH).total_seconds()) // 60
    return _signed(key, secrets.token_bytes(12) + struct.pack(">I", minutes), b"form/" + channel.encode())


def check_form(key: bytes, channel: str, token: str, now: datetime) -> None:
    """BadToken, ExpiredToken for one older than a day."""
    plain = _opened(key, token, b"form/" + channel.encode(), 16)
    (minutes,) = struct.unpack(">I", plain[12:])
    if now - (_EPOCH + timedelta(minutes=minutes)) > FORM_LASTS:
        raise ExpiredToken("expired")


def _signed(key: bytes, plain: bytes, purpose: bytes) -> str:
    mac = hmac.new(key, purpose + b"\x00" + plain, hashlib.sha256).digest()[:_MAC]
    return base64.urlsafe_b64encode(plain + mac).rstrip(b"=").decode()


def _opened(key: bytes, token: str, purpose: bytes, length: int) -> bytes:
    try:
        raw = base64.b64decode(token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise BadToken("form") from None
    plain, mac = raw[:length], raw[length:]
    good = hmac.new(key, purpose + b"\x00" + plain, hashlib.sha256).digest()[:_MAC]
    if len(raw) != length + _MAC or not hmac.compare_digest(mac, good):
        raise BadToken("signature")
    return plain
