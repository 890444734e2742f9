"""Keys and tokens: what proves a caller, and everything that does not."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from shared.auth import (
    PUBLIC,
    Authenticator,
    BadCredentials,
    Principal,
    Roles,
    hash_key,
    load_roles,
    new_key,
    sign_service_token,
    sign_token,
    verify_token,
)
from shared.clock import system_now
from shared.keyset import KeySet, generate_signing_key, load_signing_key, public_jwk

PEPPER = "0123456789abcdef"
TRIAGE, INTAKE = generate_signing_key(), generate_signing_key()


@pytest.fixture
def keys(tmp_path: Path) -> KeySet:
    """A key set on disk with the keys of triage and intake."""
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps({"keys": [public_jwk(TRIAGE, "triage"), public_jwk(INTAKE, "intake")]}))
    return KeySet(file)


def test_keys_have_256_bits_and_are_stored_only_as_hashes() -> None:
    key = new_key()
    assert key != new_key() and len(key.removeprefix("dfk_")) == 43
    assert hash_key(PEPPER, key) != hash_key(PEPPER + "x", key) and len(hash_key(PEPPER, key)) == 64
    with pytest.raises(ValueError, match="pepper"):
        hash_key("short", key)


def test_a_key_finds_its_channel() -> None:
    key = new_key()
    shop = Principal("channel", "shop", frozenset({"channel"}))
    auth = Authenticator("intake", pepper=PEPPER, lookups=({hash_key(PEPPER, key): shop}.get,))
    assert auth.authenticate(f"Bearer {key}") == shop and shop.scope == "channel:shop"
    assert auth.authenticate(None) is PUBLIC
    for header in (
        f"Bearer {key}x",
        "Bearer ",
        "Bearer",
        f"Basic {key}",
        "",
        "Bearer \x00",
        "Bearer schlüssel",
    ):
        with pytest.raises(BadCredentials):
            auth.authenticate(header)


def test_a_service_token_is_good_for_its_callee_only(keys: KeySet) -> None:
    token = sign_service_token(INTAKE, "intake", "triage")
    assert verify_token(token, audience="triage", keys=keys).roles == {"service:intake"}
    with pytest.raises(BadCredentials):
        verify_token(token, audience="reporting", keys=keys)


def test_a_service_cannot_speak_as_another_nor_for_people(keys: KeySet) -> None:
    five = timedelta(minutes=5)
    for issuer, claims in (
        ("triage", {"sub": "triage", "kind": "service"}),
        ("intake", {"sub": "triage", "kind": "service"}),
        ("intake", {"sub": "u1", "kind": "staff", "roles": ["manager"]}),
        ("intake", {"sub": "u1", "kind": "channel", "roles": ["channel"]}),
    ):
        forged = sign_token(INTAKE, issuer=issuer, audience="triage", claims=claims, lifetime=five)
        with pytest.raises(BadCredentials):
            verify_token(forged, audience="triage", keys=keys)


def test_triage_speaks_for_staff(keys: KeySet) -> None:
    claims = {"sub": "u1", "kind": "staff", "roles": ["lead"], "department": "after-sales"}
    token = sign_token(TRIAGE, issuer="triage", audience="intake", claims=claims, lifetime=timedelta(minutes=10))
    found = verify_token(token, audience="intake", keys=keys)
    assert found == Principal("staff", "u1", frozenset({"lead"}), "after-sales")
    greedy = claims | {"roles": ["service:intake"]}
    token = sign_token(TRIAGE, issuer="triage", audience="intake", claims=greedy, lifetime=timedelta(minutes=1))
    with pytest.raises(BadCredentials):
        verify_token(token, audience="intake", keys=keys)


def _raw(key: Any, algorithm: str, **changes: Any) -> str:
    now = system_now()
    claims = {"iss": "intake", "sub": "intake", "kind": "service", "aud": "triage", "iat": now}
    claims |= {"exp": now + timedelta(minutes=5)} | changes
    moved = {name: now + value if isinstance(value, timedelta) else value for name, value in claims.items()}
    claims = {name: value for name, value in moved.items() if value is not None}
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": public_jwk(INTAKE, "intake")["kid"]})


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": None},
        {"iat": None},
        {"sub": None},
        {"aud": None},
        {"exp": timedelta(minutes=-1)},
        {"exp": timedelta(hours=1)},
        {"iat": timedelta(minutes=2)},
    ],
    ids=str,
)
def test_tokens_with_unfit_claims_are_refused(keys: KeySet, changes: dict[str, Any]) -> None:
    with pytest.raises(BadCredentials):
        verify_token(_raw(load_signing_key(INTAKE), "EdDSA", **changes), audience="triage", keys=keys)


def test_other_algorithms_and_noise_are_refused(keys: KeySet) -> None:
    public = public_jwk(INTAKE, "intake")["x"] + "=" * 20
    for token in (_raw(public, "HS256"), _raw(None, "none"), "a.b.c", "..", "e30.e30.e30"):
        with pytest.raises(BadCredentials):
            verify_token(token, audience="triage", keys=keys)


def test_lifetime_is_bounded_when_signing() -> None:
    with pytest.raises(ValueError, match="ten minutes"):
        sign_service_token(INTAKE, "intake", "triage", timedelta(minutes=11))


def test_a_new_key_in_the_file_is_found_without_restart(tmp_path: Path) -> None:
    file = tmp_path / "jwks.json"
    keys = KeySet(file)
    kid = public_jwk(INTAKE, "intake")["kid"]
    assert keys.find(kid) is None
    file.write_text(json.dumps({"keys": [{"kty": "RSA"}, "noise", public_jwk(INTAKE, "intake")]}))
    found = keys.find(kid)
    assert found is not None and found.issuer == "intake"


def test_keys_are_fetched_once_and_outlive_their_issuer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "served.json"
    source.write_text(json.dumps({"keys": [public_jwk(INTAKE, "intake")]}))
    cache, kid = tmp_path / "cache.json", public_jwk(INTAKE, "intake")["kid"]
    calls: list[str] = []

    def opened(url: str, timeout: float) -> Any:
        calls.append(url)
        return source.open("rb")

    monkeypatch.setattr("urllib.request.urlopen", opened)
    keys = KeySet(url="http://127.0.0.1/jwks", cache=cache)
    assert keys.find(kid) is not None and keys.find("unknown") is None and keys.find("other") is None
    assert len(calls) == 1, "unknown ids must not drive fetches"
    source.unlink()
    assert KeySet(url="http://127.0.0.1/jwks", cache=cache).find(kid) is not None


def test_the_table_of_roles_is_sound() -> None:
    roles = load_roles()
    assert roles.of("intake", "create_demands") == frozenset({"channel"})
    assert roles.of("intake", "no_such_operation") is None


def test_a_row_with_an_unknown_role_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "roles.yaml"
    file.write_text("roles: [staff]\noperations:\n  intake.x: [chief]\n")
    with pytest.raises(ValueError, match="chief"):
        load_roles(file)
    assert Roles({}).names() == frozenset()
