"""The same key and the same body give the same answer: remembered in the transaction of the work itself.

A twin that arrives meanwhile waits on the unique row (PostgreSQL) or on the write lock (SQLite) and then
reads the finished answer. A refused or failed request rolls its row back, so that the key stays free.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Response, request
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from shared.clock import system_now
from shared.db import Database, upsert
from shared.http.body import strict_json
from shared.http.principal import current_principal
from shared.http.problems import Problem
from shared.http.tables import idempotency

MAX_KEY = 255
_LOCK_NOT_AVAILABLE = "55P03"


@dataclass(frozen=True)
class StoredAnswer:
    """An answer as first given. subject: what was created ("demand/<id>"); the row lives as long."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    subject: str | None = None


@dataclass(frozen=True)
class Claim:
    """A name under which one piece of work is done once. scope: within whom; body_hash: of what is asked for."""

    scope: str
    key: str
    body_hash: str


def request_key() -> str | None:
    """The Idempotency-Key header; None without one, Problem 400 unless 1-255 printable ASCII characters."""
    values = request.headers.getlist("Idempotency-Key")
    if not values:
        return None
    key = values[0]
    if len(values) > 1 or not 0 < len(key) <= MAX_KEY or not key.isascii() or not key.isprintable():
        raise Problem(400, "idempotency-key-invalid", "One Idempotency-Key of 1 to 255 printable ASCII characters")
    return key


def body_hash() -> str:
    """A hash of what is asked for: method, path and JSON body; spacing and key order do not matter."""
    body = content_hash(strict_json()) if request.is_json else ""
    raw = b"" if request.is_json else request.get_data(cache=True)
    asked = f"{request.method} {request.path}\n{body}".encode() + raw
    return hashlib.sha256(asked).hexdigest()


def content_hash(body: Any) -> str:
    """A hash of JSON content, wherever it came; spacing and key order do not matter."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def known(session: Session, scope: str, keys: Iterable[str]) -> dict[str, tuple[str, StoredAnswer]]:
    """Key -> (body hash, answer) of those keys whose work was finished before; one statement."""
    by_hash = {_hash(key): key for key in keys}
    where = (idempotency.c.scope == scope, idempotency.c.key_hash.in_(by_hash), idempotency.c.status.is_not(None))
    return {
        by_hash[row["key_hash"]]: (row["body_hash"], _answer(row))
        for row in session.execute(select(idempotency).where(*where)).mappings()
    }


def begin(session: Session, scope: str, key: str, body_hash: str) -> StoredAnswer | None:
    """Claim a key inside the transaction of the work. None: do the work, then finish().

    Returns the stored answer of a repeat; Problem 422 for another body, 409 while the first is in progress.
    """
    if _claim(session, scope, key, body_hash):
        return None
    where = (idempotency.c.scope == scope, idempotency.c.key_hash == _hash(key))
    row = session.execute(select(idempotency).where(*where)).mappings().one_or_none()
    if row is None:  # the first one rolled back between the two statements
        raise _in_progress()
    if row["body_hash"] != body_hash:
        raise Problem(422, "idempotency-key-reused", "This Idempotency-Key belongs to another request")
    if row["status"] is None:
        raise _in_progress()
    return _answer(row)


def finish(session: Session, scope: str, key: str, answer: StoredAnswer) -> None:
    """Keep the answer beside the work, in the same transaction."""
    session.execute(
        update(idempotency)
        .where(idempotency.c.scope == scope, idempotency.c.key_hash == _hash(key))
        .values(status=answer.status, answer=answer.body, headers=answer.headers, subject=answer.subject)
    )


def once(
    database: Database,
    work: Callable[[Session], StoredAnswer],
    *,
    natural: Sequence[Claim] = (),
    asked: str | None = None,
) -> StoredAnswer:
    """Do the work in one write transaction, at most once for the request's key; without a key just do it.

    natural: what the body itself names, such as a partner's reference; each counts as well as the header. asked: the
    hash of what a form with files asks for, whose bytes are not all in memory; None: of the request's body.
    """
    key = request_key()
    header = [] if key is None else [Claim(current_principal().scope, key, asked or body_hash())]
    with database.write() as session:
        return under(session, [*header, *natural], work)


def under(session: Session, claims: Iterable[Claim], work: Callable[[Session], StoredAnswer]) -> StoredAnswer:
    """The answer known under any of the claims, else that of the work; from then on it is known under all of them.

    Problem as begin().
    """
    fresh: list[Claim] = []
    answer: StoredAnswer | None = None
    for claim in claims:
        before = begin(session, claim.scope, claim.key, claim.body_hash)
        if before is None:
            fresh.append(claim)
        answer = answer or before
    answer = answer or work(session)
    for claim in fresh:
        finish(session, claim.scope, claim.key, answer)
    return answer


def respond(answer: StoredAnswer) -> Response:
    """An answer as HTTP JSON."""
    text = json.dumps(answer.body, ensure_ascii=False)
    response = Response(text, status=answer.status, mimetype="application/json")
    response.headers.extend(answer.headers)
    return response


def _answer(row: Any) -> StoredAnswer:
    return StoredAnswer(row["status"], row["answer"], dict(row["headers"] or {}), row["subject"])


def _claim(session: Session, scope: str, key: str, body_hash: str) -> bool:
    values: Mapping[str, Any] = {
        "scope": scope,
        "key_hash": _hash(key),
        "body_hash": body_hash,
        "created_at": system_now(),
    }
    statement = upsert(session, idempotency).values(**values).on_conflict_do_nothing().returning(idempotency.c.scope)
    try:
        return session.execute(statement).first() is not None
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
            raise _in_progress() from None
        raise


def _in_progress() -> Problem:
    return Problem(
        409, "idempotency-in-progress", "The same request is still in progress", headers={"Retry-After": "1"}
    )


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
