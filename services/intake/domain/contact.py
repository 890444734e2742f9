"""Contacts: one normal form for linking, and keyed hashes so that no value is ever a key."""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

_PHONE_NOISE = re.compile(r"[\s\-().·]+")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s]{2,63}")
_PHONE = re.compile(r"\+?\d{5,20}")


@dataclass(frozen=True)
class Contact:
    """How one customer is called and reached; every part may be missing."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    im: str | None = None

    def filled_from(self, other: "Contact") -> "Contact":
        """This contact, its gaps filled from another; what is known is never replaced by a report."""
        gaps = {f.name: getattr(other, f.name) for f in fields(self) if getattr(self, f.name) is None}
        return replace(self, **gaps)

    def reachable_by(self) -> list[str]:
        """The ways that lead to the customer: "email", "phone", "im"."""
        return [way for way in ("email", "phone", "im") if getattr(self, way)]

    def values(self) -> tuple[str, ...]:
        """All that must not appear in text that leaves."""
        return tuple(value for value in (self.name, self.phone, self.email, self.im) if value)


def normal_phone(value: str) -> str | None:
    """Digits with country code; mainland numbers without +86. None when it is no phone number."""
    plain = _PHONE_NOISE.sub("", unicodedata.normalize("NFKC", value))
    if not _PHONE.fullmatch(plain):
        return None
    if plain.startswith("00"):
        plain = "+" + plain[2:]
    for prefix in ("+86", "86"):
        rest = plain.removeprefix(prefix)
        if rest != plain and len(rest) == 11 and rest.startswith("1"):
            return rest
    return plain


def normal_email(value: str) -> str | None:
    """Lower case, NFKC; None when it is no mail address."""
    plain = unicodedata.normalize("NFKC", value).strip().lower()
    return plain if _EMAIL.fullmatch(plain) else None


def identities(contact: Contact, key: bytes) -> Mapping[str, str]:
    """Keyed hash -> kind ("phone" | "email"), for every part of a contact that links."""
    phone = normal_phone(contact.phone) if contact.phone else None
    email = normal_email(contact.email) if contact.email else None
    found = {"phone": phone, "email": email}
    return {keyed(key, f"{kind}:{value}"): kind for kind, value in found.items() if value}


def keyed(key: bytes, value: str) -> str:
    """HMAC-SHA256 in hex."""
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()


def masked_name(name: str | None, company: str | None) -> str:
    """What others see: a company by its name, a person by the first character and a star."""
    if company:
        return company
    return f"{name[0]}*" if name else "*"
