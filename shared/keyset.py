"""Public keys of the services: a JWKS file, fetched again when a token names a key not yet known."""

import base64
import hashlib
import json
import os
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.clock import monotonic

_FETCH_TIMEOUT = 2.0
_FETCH_PAUSE = 10.0  # unknown key ids come from strangers too: they must not make us fetch at their rate
_MAX_BYTES = 65_536


@dataclass(frozen=True)
class PublicKey:
    """A verification key and the one service that may sign with it."""

    kid: str
    issuer: str
    key: Ed25519PublicKey


def generate_signing_key() -> str:
    """A new Ed25519 private key as PEM text."""
    return (
        Ed25519PrivateKey.generate()
        .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        .decode()
    )


def load_signing_key(pem: str) -> Ed25519PrivateKey:
    """PEM text -> key; ValueError when it is none."""
    key = serialization.load_pem_private_key(pem.encode(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("a signing key must be Ed25519")
    return key


def public_jwk(pem: str, issuer: str) -> dict[str, str]:
    """The public half of a signing key as a JWK; `iss` binds it: no service signs as another."""
    raw = load_signing_key(pem).public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    x = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    thumbprint = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": x}, separators=(",", ":"), sort_keys=True)
    kid = base64.urlsafe_b64encode(hashlib.sha256(thumbprint.encode()).digest()).rstrip(b"=").decode()
    return {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid, "use": "sig", "alg": "EdDSA", "iss": issuer}


class KeySet:
    """Looks keys up by id: memory, then file, then the keys' issuer; what was fetched is kept on disk."""

    def __init__(self, file: Path | None = None, *, url: str = "", cache: Path | None = None) -> None:
        self._file, self._url, self._cache = file, url, cache
        self._keys: dict[str, PublicKey] = {}
        self._fetched_at: float | None = None

    def find(self, kid: str) -> PublicKey | None:
        """The key of that id, or None."""
        if kid not in self._keys:
            for path in (self._file, self._cache):
                self._read(path)
        if kid not in self._keys and self._url and self._may_fetch():
            self._fetch()
        return self._keys.get(kid)

    def documents(self) -> dict[str, Any]:
        """The JWKS of the file as it stands: what `/.well-known/jwks.json` answers."""
        raw = self._file.read_text("utf-8") if self._file and self._file.is_file() else '{"keys": []}'
        found: dict[str, Any] = json.loads(raw)
        return found

    def _may_fetch(self) -> bool:
        now = monotonic()
        if self._fetched_at is not None and now - self._fetched_at < _FETCH_PAUSE:
            return False
        self._fetched_at = now
        return True

    def _fetch(self) -> None:
        try:
            with urllib.request.urlopen(self._url, timeout=_FETCH_TIMEOUT) as answer:  # noqa: S310 - configured
                raw = answer.read(_MAX_BYTES)
            self._take(json.loads(raw))
        except (OSError, ValueError):
            return  # the keys in hand stay good; the caller refuses the unknown one
        if self._cache is not None:
            draft = self._cache.with_suffix(f".{os.getpid()}.tmp")
            draft.write_bytes(raw)
            draft.replace(self._cache)

    def _read(self, path: Path | None) -> None:
        try:
            if path is not None:
                self._take(json.loads(path.read_text("utf-8")))
        except (OSError, ValueError):
            return  # a missing or torn file holds no key

    def _take(self, document: Any) -> None:
        rows = document.get("keys", []) if isinstance(document, Mapping) else []
        for row in rows:
            key = _public_key(row)
            if key is not None:
                self._keys[key.kid] = key


def _public_key(row: Any) -> PublicKey | None:
    if not isinstance(row, Mapping) or row.get("kty") != "OKP" or row.get("crv") != "Ed25519":
        return None
    try:
        raw = base64.urlsafe_b64decode(str(row["x"]) + "==")
        return PublicKey(str(row["kid"]), str(row["iss"]), Ed25519PublicKey.from_public_bytes(raw))
    except (KeyError, ValueError):
        return None
