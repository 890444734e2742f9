"""The vault's cryptography: a key per customer, wrapped by the master key; dropping it erases the customer."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class Unsealable(Exception):
    """A box does not open: wrong key, wrong owner, or damaged."""


class Vault:
    """Seals and opens for one installation. master: 32 bytes."""

    def __init__(self, master: bytes) -> None:
        if len(master) != 32:
            raise ValueError("the master key has 32 bytes")
        self._master = AESGCM(_derived(master, "wrap"))
        self.identity_key = _derived(master, "identity")
        self.reference_key = _derived(master, "reference")
        self.token_key = _derived(master, "token")
        self.name_key = _derived(master, "name")

    def new_key(self, customer_id: str) -> tuple[bytes, bytes]:
        """(plain key for use now, the same wrapped for storing)."""
        key = secrets.token_bytes(32)
        return key, _seal(self._master, key, customer_id)

    def unwrap(self, wrapped: bytes, customer_id: str) -> bytes:
        """The plain key of a customer; Unsealable."""
        return _open(self._master, wrapped, customer_id)


def master_from_text(text: str) -> bytes:
    """The master key from base64; ValueError unless it holds 32 bytes."""
    key = base64.b64decode(text, validate=True)
    if len(key) != 32:
        raise ValueError("the master key has 32 bytes")
    return key


def seal(key: bytes, value: Mapping[str, Any], owner: str) -> bytes:
    """JSON-able data -> nonce + AES-256-GCM box that opens only for the same owner ("contact/<id>", "demand/<id>")."""
    return _seal(AESGCM(key), json.dumps(value, ensure_ascii=False).encode(), owner)


def unseal(key: bytes, box: bytes, owner: str) -> dict[str, Any]:
    """The data of a box; Unsealable."""
    opened: dict[str, Any] = json.loads(_open(AESGCM(key), box, owner))
    return opened


def seal_bytes(key: bytes, content: bytes, owner: str) -> bytes:
    """Bytes -> the same kind of box, for files ("attachment/<id>/content")."""
    return _seal(AESGCM(key), content, owner)


def unseal_bytes(key: bytes, box: bytes, owner: str) -> bytes:
    """The bytes of a box; Unsealable."""
    return _open(AESGCM(key), box, owner)


def _seal(cipher: AESGCM, plain: bytes, owner: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + cipher.encrypt(nonce, plain, owner.encode())


def _open(cipher: AESGCM, box: bytes, owner: str) -> bytes:
    try:
        return cipher.decrypt(box[:_NONCE], box[_NONCE:], owner.encode())
    except (InvalidTag, ValueError) as error:
        raise Unsealable("sealed data does not open") from error


def _derived(master: bytes, purpose: str) -> bytes:
    return hmac.new(master, f"demandflow/intake/{purpose}".encode(), hashlib.sha256).digest()
