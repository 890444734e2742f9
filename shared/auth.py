"""Who calls, and what that role may do: channel keys, service and staff tokens, one table of roles."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import jwt

from shared import strict_yaml
from shared.clock import system_now
from shared.keyset import KeySet, load_signing_key, public_jwk

MAX_TOKEN_LIFETIME = timedelta(minutes=10)
_ROLES_FILE = Path(__file__).with_name("roles.yaml")
_KEY_PREFIX = "dfk_"
_MAX_CREDENTIAL = 4096


@dataclass(frozen=True)
class Principal:
    """Who asks. kind: channel, staff, service, department or public; id is opaque, never a name."""

    kind: str
    id: str
    roles: frozenset[str] = field(default_factory=frozenset)
    department: str | None = None

    @property
    def scope(self) -> str:
        """The namespace of this caller's idempotency keys."""
        return f"{self.kind}:{self.id}"


PUBLIC = Principal("public", "public", frozenset({"public"}))
KeyLookup = Callable[[str], Principal | None]


class BadCredentials(Exception):
    """Credentials came and do not hold: unknown, expired, forged, or meant for another service."""


def new_key() -> str:
    """A new API key: 256 random bits. It is shown once; only hash_key() of it is stored."""
    return _KEY_PREFIX + secrets.token_urlsafe(32)


def hash_key(pepper: str, key: str) -> str:
    """HMAC-SHA256 of an API key under the installation's pepper, 64 hex digits."""
    if len(pepper) < 16:
        raise ValueError("the pepper needs at least 16 characters")
    return hmac.new(pepper.encode(), key.encode(), hashlib.sha256).hexdigest()


def sign_service_token(key: str, issuer: str, audience: str, lifetime: timedelta = timedelta(minutes=5)) -> str:
    """A token by which one service calls another. key: Ed25519 PEM; lifetime at most ten minutes."""
    return sign_token(
        key, issuer=issuer, audience=audience, claims={"sub": issuer, "kind": "service"}, lifetime=lifetime
    )


def sign_token(
    key: str, *, issuer: str, audience: str | Sequence[str], claims: Mapping[str, Any], lifetime: timedelta
) -> str:
    """A signed token with the given claims (sub, kind, roles, department); ValueError beyond ten minutes.

    audience: the service it is for, or several.
    """
    if not timedelta(0) < lifetime <= MAX_TOKEN_LIFETIME:
        raise ValueError("a token lives at most ten minutes")
    now = system_now()
    payload = {
        **claims,
        "iss": issuer,
        "aud": audience if isinstance(audience, str) else list(audience),
        "iat": now,
        "exp": now + lifetime,
    }
    return jwt.encode(
        payload, load_signing_key(key), algorithm="EdDSA", headers={"kid": public_jwk(key, issuer)["kid"]}
    )


def verify_token(token: str, *, audience: str, keys: KeySet) -> Principal:
    """The principal a token proves, or BadCredentials. Only triage speaks for people and departments."""
    try:
        key = keys.find(str(jwt.get_unverified_header(token).get("kid", "")))
        if key is None:
            raise BadCredentials("unknown key")
        claims = jwt.decode(
            token,
            key.key,
            algorithms=["EdDSA"],
            audience=audience,
            issuer=key.issuer,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            leeway=5,
        )
    except (jwt.InvalidTokenError, ValueError, TypeError) as error:
        raise BadCredentials(type(error).__name__) from None
    if not 0 < claims["exp"] - claims["iat"] <= MAX_TOKEN_LIFETIME.total_seconds():
        raise BadCredentials("lifetime")
    return _from_claims(claims, key.issuer)


def _from_claims(claims: Mapping[str, Any], issuer: str) -> Principal:
    kind, subject, roles = claims.get("kind"), claims["sub"], claims.get("roles", [])
    if kind == "service" and subject == issuer:
        return Principal("service", issuer, frozenset({f"service:{issuer}"}))
    person = kind in ("staff", "department") and issuer == "triage"
    if not person or not isinstance(roles, list) or not all(_is_personal_role(role) for role in roles):
        raise BadCredentials("claims")
    department = claims.get("department")
    return Principal(str(kind), str(subject), frozenset(roles), department if isinstance(department, str) else None)


def _is_personal_role(role: object) -> bool:
    return isinstance(role, str) and not role.startswith("service:") and role not in ("channel", "partner")


class Authenticator:
    """Turns the Authorization header into a principal.

    lookups: functions of the service's store, keyed hash -> principal or None, asked in turn (channel keys in
    intake, department keys in triage). keys: where token keys are found. audience: this service's name.
    """

    def __init__(
        self,
        audience: str,
        *,
        pepper: str = "",
        lookups: tuple[KeyLookup, ...] = (),
        keys: KeySet | None = None,
    ) -> None:
        self._audience, self._pepper, self._lookups, self._keys = audience, pepper, lookups, keys

    def authenticate(self, authorization: str | None) -> Principal:
        """PUBLIC without a header; BadCredentials when the header proves nothing."""
        if authorization is None:
            return PUBLIC
        scheme, _, credential = authorization.partition(" ")
        credential = credential.strip()
        usable = credential.isascii() and credential.isprintable() and len(credential) <= _MAX_CREDENTIAL
        if scheme.lower() != "bearer" or not credential or not usable:
            raise BadCredentials("scheme")
        if credential.count(".") == 2:
            if self._keys is None:
                raise BadCredentials("tokens are not taken here")
            return verify_token(credential, audience=self._audience, keys=self._keys)
        return self._by_key(credential)

    def _by_key(self, key: str) -> Principal:
        if not self._pepper or not self._lookups:
            raise BadCredentials("keys are not taken here")
        digest = hash_key(self._pepper, key)
        for lookup in self._lookups:
            principal = lookup(digest)
            if principal is not None:
                return principal
        raise BadCredentials("unknown key")


class Roles:
    """The table of roles: which may call an operation. What has no row is refused."""

    def __init__(self, rows: Mapping[str, list[str]]) -> None:
        self._rows = {name: frozenset(roles) for name, roles in rows.items()}

    def of(self, service: str, operation: str) -> frozenset[str] | None:
        """The roles of `<service>.<operation id>`, or None where the table is silent."""
        return self._rows.get(f"{service}.{operation}")

    def names(self) -> frozenset[str]:
        """All rows as `<service>.<operation id>`."""
        return frozenset(self._rows)


@cache
def load_roles(path: Path = _ROLES_FILE) -> Roles:
    """Read the table; ValueError when a row names an unknown role."""
    document = strict_yaml.load(path.read_text("utf-8"))
    known = set(document["roles"])
    rows: dict[str, list[str]] = document["operations"] or {}
    for name, roles in rows.items():
        unknown = [role for role in roles if role not in known]
        if unknown or name.count(".") != 1:
            raise ValueError(f"roles.yaml: {name}: {unknown or 'not <service>.<operation>'}")
    return Roles(rows)
