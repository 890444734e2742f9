"""The AsyncAPI document: every message on the broker with the JSON Schema of its data, made from the code."""

from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from shared.contracts.catalogue import CONTROL, WORK
from shared.contracts.events import PUBLISHED
from shared.messaging.envelope import CONTENT_TYPE, full_type
from shared.messaging.topology import COMMANDS, DEPARTMENTS, EVENTS

_COMMAND = {
    "type": "object",
    "required": ["id", "demand"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "maxLength": 64, "description": "Unique per department; a repeat changes nothing."},
        "demand": {"type": "string", "description": "The demand's number."},
        "expected_version": {"type": "integer", "description": "Refused when the demand has another version."},
    },
}


def document() -> dict[str, Any]:
    """AsyncAPI 2.6 as plain data."""
    messages = {kind: _message(kind) for kind in sorted(PUBLISHED)}
    commands = {"name": "command", "contentType": "application/json", "payload": _COMMAND}
    return {
        "asyncapi": "2.6.0",
        "info": {"title": "Demandflow events and commands", "version": "1"},
        "defaultContentType": CONTENT_TYPE,
        "channels": {
            EVENTS: {"subscribe": {"message": {"oneOf": _references(set(PUBLISHED) - WORK)}}},
            DEPARTMENTS: {"subscribe": {"message": {"oneOf": _references(set(PUBLISHED) & WORK)}}},
            COMMANDS: {"publish": {"message": commands}},
        },
        "components": {"messages": messages, "schemas": schemas()},
    }


def schemas() -> dict[str, Any]:
    """JSON Schema of every published event's data, by schema name."""
    spec = APISpec("Demandflow", "1", "3.1.0", plugins=[MarshmallowPlugin()])
    for schema in {schema.__name__: schema for schema in PUBLISHED.values()}.values():
        if schema.__name__ not in spec.components.schemas:
            spec.components.schema(schema.__name__, schema=schema)
    found: dict[str, Any] = spec.to_dict()["components"]["schemas"]
    return found


def _message(kind: str) -> dict[str, Any]:
    schema = PUBLISHED[kind]
    stream: dict[str, Any] = (
        {} if kind in CONTROL else {"streamepoch": {"type": "integer"}, "streamversion": {"type": "integer"}}
    )
    text = {"type": "string"}
    return {
        "name": full_type(kind, 1),
        "summary": (schema.__doc__ or "").strip().splitlines()[0],
        "payload": {
            "type": "object",
            "required": ["specversion", "id", "source", "type", "subject", "time", "data", *stream],
            "properties": {
                **dict.fromkeys(("specversion", "id", "source", "type", "subject", "time", "dataschema"), text),
                **stream,
                **dict.fromkeys(("causationid", "correlationid", "traceparent"), text),
                "data": {"$ref": f"#/components/schemas/{schema.__name__}"},
            },
        },
    }


def _references(kinds: set[str]) -> list[dict[str, str]]:
    return [{"$ref": f"#/components/messages/{kind}"} for kind in sorted(kinds)]
