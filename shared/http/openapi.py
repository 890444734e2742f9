"""The OpenAPI document made from the code, and a page that lists it without any script."""

import threading
from html import escape
from typing import Any

import flask_smorest
from apispec import APISpec
from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

from shared.http import problems
from shared.http.principal import BUILT_IN, operation_id

_METHODS = ("get", "post", "put", "patch", "delete")


class Api(flask_smorest.Api):  # type: ignore[misc]
    """flask-smorest without its own pages and error answers; it describes its blueprints once somebody asks."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self._undescribed: list[flask_smorest.Blueprint] = []
        self._describing = threading.Lock()

    def register_blueprint(self, blueprint: flask_smorest.Blueprint) -> None:
        """Its addresses answer at once. Describing it takes longer than all else that a service does to begin."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
        self._app.register_blueprint(blueprint)
        self._undescribed.append(blueprint)

    def described(self) -> APISpec:
        """What all blueprints offer."""
        with self._describing:
            while self._undescribed:
                blueprint = self._undescribed.pop(0)
                blueprint.register_views_in_doc(self, self._app, self.spec, name=blueprint.name, parameters=None)
                self.spec.tag({"name": blueprint.name, "description": blueprint.description})
        return self.spec

    def handle_http_exception(self, error: HTTPException) -> Response:
        """Errors are problems, here as everywhere."""
        return problems.http_error(error)


def settings(service: str, title: str) -> dict[str, Any]:
    """flask-smorest's configuration of a service."""
    return {
        "API_TITLE": title,
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.0.3",
        "API_SPEC_OPTIONS": {"servers": [{"url": f"/{service}"}]},
    }


def document(app: Flask, spec: APISpec) -> dict[str, Any]:
    """The document, with operation ids as in the table of roles and errors as problem+json."""
    result: dict[str, Any] = spec.to_dict()
    ids = _operation_ids(app)
    for path, operations in result["paths"].items():
        for method in _METHODS:
            if method in operations:
                operations[method]["operationId"] = ids[path, method]
                _name_errors(operations[method].get("responses", {}))
    for response in result.get("components", {}).get("responses", {}).values():
        _as_problem(response)
    return result


def listing(title: str, openapi: dict[str, Any]) -> Response:
    """A plain page: one row per operation."""
    rows = "".join(
        f"<tr><td>{method.upper()}</td><td><code>{escape(path)}</code></td>"
        f"<td>{escape(operation['operationId'])}</td><td>{escape(operation.get('summary', ''))}</td></tr>"
        for path, operations in sorted(openapi["paths"].items())
        for method, operation in operations.items()
        if method in _METHODS
    )
    page = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<h1>{escape(title)}</h1><p><a href="openapi.json">openapi.json</a></p>'
        f"<table><thead><tr><th>Method</th><th>Path</th><th>Operation</th><th>Does</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></html>"
    )
    return Response(page, mimetype="text/html")


def json_answer(openapi: dict[str, Any]) -> Response:
    """The document as JSON."""
    return jsonify(openapi)


def _operation_ids(app: Flask) -> dict[tuple[str, str], str]:
    return {
        (_template(rule.rule), method.lower()): operation_id(rule.endpoint, method, app)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or set()
        if rule.endpoint not in BUILT_IN
    }


def _template(rule: str) -> str:
    """`/x/<int:number>` -> `/x/{number}`, as flask-smorest writes paths."""
    parts: list[str] = []
    for piece in rule.split("<"):
        inside, close, rest = piece.partition(">")
        if close:
            name = inside.rpartition(":")[2]
            parts.append("{" + name + "}" + rest)
        else:
            parts.append(piece)
    return "".join(parts)


def _name_errors(responses: dict[str, Any]) -> None:
    for status, response in responses.items():
        if str(status) == "default" or str(status)[:1] in "45":
            _as_problem(response)


def _as_problem(response: dict[str, Any]) -> None:
    content = response.get("content", {})
    if "application/json" in content:
        content[problems.MEDIA_TYPE] = content.pop("application/json")
