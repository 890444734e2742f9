"""A tiny service on a real database: one creating POST, one conditional PUT, one list, one upload."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient
from marshmallow import Schema, fields, validate
from sqlalchemy import Column, MetaData, String, Table, func, insert, select

from shared.auth import Authenticator, Principal, Roles, hash_key
from shared.db import Database
from shared.http import idempotency
from shared.http.app import create_service_app
from shared.http.blueprint import Blueprint
from shared.http.body import strict_json, takes
from shared.http.conditional import check_if_match, set_etag
from shared.http.pagination import link_next, requested_page
from shared.http.tables import metadata
from shared.ids import new_id
from shared.refused import Refused

PEPPER = "a pepper for tests only"
KEYS = {"dfk_shop": "shop", "dfk_desk": "desk"}
things = Table("things", own := MetaData(), Column("id", String(36), primary_key=True), Column("text", String(4000)))


class ThingIn(Schema):
    """A thing to create."""

    text = fields.String(required=True, validate=validate.Length(min=1, max=20))
    count = fields.Integer(strict=True)


class Search(Schema):
    """What the list takes."""

    cursor = fields.String()
    limit = fields.String()


@dataclass
class Tiny:
    """The application under test and its database."""

    app: Flask
    database: Database
    calls: list[str]

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def stored(self) -> int:
        with self.database.read() as session:
            return session.execute(select(func.count()).select_from(things)).scalar_one()

    def post(self, data: bytes | str, key: str = "dfk_shop", **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"} | named
        return self.client.post("/tiny/api/v1/things", data=data, headers=sent)


def _lookup(digest: str) -> Principal | None:
    for key, name in KEYS.items():
        if hash_key(PEPPER, key) == digest:
            return Principal("channel", name, frozenset({"channel" if name == "shop" else "staff"}))
    return None


def _blueprint(database: Database, calls: list[str]) -> Blueprint:
    blueprint = Blueprint("things", __name__, url_prefix="/api/v1/things")

    @blueprint.route("", methods=["POST"])
    @blueprint.arguments(ThingIn)
    @blueprint.response(201)
    def create_thing(thing: dict[str, Any]) -> Response:
        def work(session: Any) -> idempotency.StoredAnswer:
            calls.append(thing["text"])
            if thing["text"] == "refuse":
                raise Refused("thing-refused", "Not this one.")
            if thing["text"] == "break":
                raise RuntimeError("13800138000 must not be told")
            thing_id = new_id()
            session.execute(insert(things).values(id=thing_id, text=thing["text"]))
            return idempotency.StoredAnswer(201, {"id": thing_id}, subject=f"thing/{thing_id}")

        return idempotency.respond(idempotency.once(database, work))

    @blueprint.route("", methods=["GET"])
    @blueprint.arguments(Search, location="query")
    def list_things(_query: dict[str, Any]) -> Response:
        page = requested_page(str, int)
        return link_next(Response(f"{page.limit}"), ("a", 3))

    @blueprint.route("/<thing_id>", methods=["PUT"])
    def change_thing(thing_id: str) -> Response:
        strict_json()
        check_if_match(3, required=True)
        return set_etag(Response("{}"), 4)

    @blueprint.route("/<thing_id>", methods=["GET"])
    def nobody_may(thing_id: str) -> str:
        return thing_id

    @blueprint.route("/file", methods=["POST"])
    @takes("multipart/form-data", limit=2_000_000)
    def upload(**_: Any) -> str:
        return str(len(request.files["file"].read()))

    return blueprint


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An SQLite database with the tables of the tiny service."""
    found = Database(f"sqlite:///{tmp_path / 'tiny.sqlite'}")
    metadata.create_all(found.engine)
    own.create_all(found.engine)
    yield found
    found.dispose()


@pytest.fixture
def tiny(database: Database) -> Tiny:
    """The tiny service."""
    calls: list[str] = []
    rows = {
        "tiny.create_thing": ["channel"],
        "tiny.list_things": ["public", "channel"],
        "tiny.change_thing": ["channel"],
        "tiny.upload": ["channel"],
    }
    app = create_service_app(
        "tiny",
        database=database,
        auth=Authenticator("tiny", pepper=PEPPER, lookups=(_lookup,)),
        blueprints=[_blueprint(database, calls)],
        openapi_title="Tiny",
        ready_checks=(lambda: "broker_unreachable",),
        roles=Roles(rows),
    )
    return Tiny(app, database, calls)
