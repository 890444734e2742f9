"""The table of roles and the services' OpenAPI documents name the same operations."""

from pathlib import Path
from typing import Any

import pytest

from shared.auth import load_roles
from shared.http.app import endpoints_without_role
from shared.web.navigation import ROOMS, Room
from tests.service_apps import SERVICES, create_app, environment

METHODS = ("get", "post", "put", "patch", "delete")
OPEN_TO_ALL = frozenset({"triage.jwks", "triage.log_in", "triage.refresh_session", "triage.log_out"})
"""What anybody may call; a new name here is a decision, not a slip."""


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """All four applications, by name."""
    home: Path = tmp_path_factory.mktemp("services")
    environ = environment(home)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environ.items():
            patch.setenv(name, value)
        yield {service: create_app(service, environ) for service in SERVICES}


def _operations(app: Any) -> dict[str, tuple[str, str]]:
    document = app.test_client().get("/openapi.json").json
    return {
        operation["operationId"]: (method, path)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if method in METHODS
    }


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_has_a_row(apps: Any, service: str) -> None:
    roles = load_roles()
    silent = [name for name in _operations(apps[service]) if roles.of(service, name) is None]
    assert silent == [], f"add these to shared/roles.yaml: {silent}"


@pytest.mark.parametrize("service", SERVICES)
def test_pages_have_rows_too(apps: Any, service: str) -> None:
    assert endpoints_without_role(apps[service], service) == []


def test_no_row_without_an_operation(apps: Any) -> None:
    found = {f"{service}.{name}" for service in SERVICES for name in _operations(apps[service])}
    pages = {
        f"{service}.{rule.endpoint.rpartition('.')[2]}"
        for service in SERVICES
        for rule in apps[service].url_map.iter_rules()
    }
    assert load_roles().names() - found - pages == frozenset()


@pytest.mark.parametrize("service", SERVICES)
def test_without_credentials_every_operation_answers_401(apps: Any, service: str) -> None:
    client, roles = apps[service].test_client(), load_roles()
    for name, (method, path) in _operations(apps[service]).items():
        address = path.replace("{", "").replace("}", "")
        answer = client.open(address, method=method.upper(), json=None if method == "get" else {})
        if f"{service}.{name}" in OPEN_TO_ALL:
            assert "public" in (roles.of(service, name) or ()), name
        else:
            assert answer.status_code == 401, f"{name}: {answer.status_code}"
            assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize("service", SERVICES)
def test_operation_ids_are_unique(apps: Any, service: str) -> None:
    document = apps[service].test_client().get("/openapi.json").json
    ids = [
        operation["operationId"]
        for operations in document["paths"].values()
        for method, operation in operations.items()
        if method in METHODS
    ]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("room", ROOMS, ids=lambda one: one.word)
def test_every_room_is_a_page_that_these_roles_may_enter(apps: Any, room: Room) -> None:
    adapter = apps[room.service].url_map.bind("127.0.0.1")
    endpoint, _ = adapter.match(room.path, method="GET")
    allowed = load_roles().of(room.service, endpoint.rpartition(".")[2])
    assert allowed is not None and (room.roles <= allowed or "public" in allowed)
