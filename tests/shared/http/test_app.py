"""What every service's application answers beside its own work."""

import json
from io import StringIO
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from shared.auth import Roles
from shared.http import health
from shared.http.principal import endpoints_without_role
from shared.logging import configure

SHOP = {"Authorization": "Bearer dfk_shop"}


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "code"),
    [
        ("GET", "/nothing", {}, 404, "not-found"),
        ("GET", "/tiny/nothing", {}, 404, "not-found"),
        ("GET", "/api/v1/things/%00", {}, 404, "not-found"),
        ("DELETE", "/api/v1/things", {}, 405, "method-not-allowed"),
        ("TRACE", "/api/v1/things", {}, 405, "method-not-allowed"),
        ("OPTIONS", "/api/v1/things", {}, 405, "method-not-allowed"),
        ("POST", "/api/v1/things", {}, 401, "credentials-missing"),
        ("POST", "/api/v1/things", {"Authorization": "Bearer wrong"}, 401, "credentials-invalid"),
        ("POST", "/api/v1/things", {"Authorization": "Basic abc"}, 401, "credentials-invalid"),
        ("POST", "/api/v1/things", {"Authorization": "Bearer dfk_desk"}, 403, "role-missing"),
        ("GET", "/api/v1/things/1", SHOP, 403, "operation-without-role"),
        ("GET", "/api/v1/things?limit=0", {}, 422, "query-invalid"),
        ("GET", "/api/v1/things?limit=-1", {}, 422, "query-invalid"),
        ("GET", "/api/v1/things?limit=1000000000", {}, 422, "query-invalid"),
        ("GET", "/api/v1/things?cursor=zzz", {}, 422, "query-invalid"),
        ("GET", "/api/v1/things?cursor=WzEsMl0", {}, 422, "query-invalid"),
        ("GET", "/api/v1/things?limit=%00", {}, 422, "text-unsafe"),
        ("GET", "/api/v1/things?sort=1;drop", {}, 422, "validation-failed"),
    ],
)
def test_errors_are_problems(
    tiny: Any, method: str, path: str, headers: dict[str, str], status: int, code: str
) -> None:
    answer = tiny.client.open(path, method=method, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.mimetype == "application/problem+json"
    if status == 405:
        assert answer.headers["Allow"]
    if status == 401:
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_bad_credentials_are_refused_before_the_body_is_read(tiny: Any) -> None:
    assert tiny.post(b"[" * 100_000, key="dfk_unknown").status_code == 401


def test_a_failure_tells_nothing_of_the_inside(tiny: Any) -> None:
    lines = StringIO()
    configure("tiny", stream=lines)
    answer = tiny.post('{"text": "break"}')
    assert (answer.status_code, answer.json["code"]) == (500, "internal-error")
    assert "138001" not in answer.get_data(as_text=True) + lines.getvalue()
    failed = [json.loads(line) for line in lines.getvalue().splitlines() if "request_failed" in line]
    assert failed[0]["error_type"] == "RuntimeError" and "conftest.py" in failed[0]["at"]


def test_a_database_that_is_away_is_503(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> Any:
        raise OperationalError("SELECT 'zzsecretzz'", {}, Exception("zzsecretzz"))

    monkeypatch.setattr(tiny.database, "write", away)
    answer = tiny.post('{"text": "a"}')
    assert (answer.status_code, answer.json["code"]) == (503, "database-unavailable")
    assert answer.headers["Retry-After"] == "5" and "zzsecretzz" not in answer.get_data(as_text=True)


def test_prefix_and_root_are_the_same(tiny: Any) -> None:
    assert tiny.client.get("/tiny/healthz").json == tiny.client.get("/healthz").json
    assert tiny.client.get("/tinyhealthz").status_code == 404


def test_request_id_and_trace_come_back(tiny: Any) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    answer = tiny.client.get("/healthz", headers={"X-Request-ID": "abc-1", "traceparent": trace})
    assert (answer.headers["X-Request-ID"], answer.headers["traceparent"]) == ("abc-1", trace)
    answer = tiny.client.get("/healthz", headers={"X-Request-ID": "a b" * 90, "traceparent": "nonsense"})
    assert len(answer.headers["X-Request-ID"]) == 36 and answer.headers["traceparent"].startswith("00-")


def test_security_headers(tiny: Any) -> None:
    for path in ("/healthz", "/docs", "/nothing"):
        headers = tiny.client.get(path).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["Cache-Control"] == "no-store"


def test_ready_knows_database_and_schema_and_only_degrades_for_the_broker(
    tiny: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "head", lambda service: "0001")
    monkeypatch.setattr(health, "current", lambda database: "0001")
    answer = tiny.client.get("/readyz")
    assert (answer.status_code, answer.json["status"]) == (200, "degraded")
    assert answer.json["reasons"] == ["broker_unreachable"]
    monkeypatch.setattr(health, "current", lambda database: None)
    assert tiny.client.get("/readyz").json["reasons"] == ["schema_not_at_head"]
    assert tiny.client.get("/readyz").status_code == 503


def test_a_closed_port_is_an_unreachable_broker() -> None:
    assert health.broker_reachable("amqp://u:p@127.0.0.1:1/")() == "broker_unreachable"


def test_metrics_name_routes_not_addresses(tiny: Any) -> None:
    tiny.client.put("/api/v1/things/13800138000", json={}, headers=SHOP)
    text = tiny.client.get("/metrics").get_data(as_text=True)
    assert 'route="/api/v1/things/<thing_id>"' in text and "13800138000" not in text


def test_conditional_change(tiny: Any) -> None:
    def put(*tags: str) -> Any:
        headers = SHOP | ({"If-Match": tags[0]} if tags else {})
        return tiny.client.put("/api/v1/things/1", json={}, headers=headers)

    assert put().status_code == 428
    assert put('"v2"').status_code == 412 and put('"v2"').headers["ETag"] == '"v3"'
    assert put('W/"v3"').status_code == 412
    assert put('"v1", "v3"').status_code == 200 and put('"v3"').headers["ETag"] == '"v4"'


def test_next_page_is_a_link_that_works(tiny: Any) -> None:
    link = tiny.client.get("/tiny/api/v1/things?limit=7").headers["Link"]
    address = link.partition("<")[2].partition(">")[0]
    assert address.startswith("/tiny/api/v1/things?limit=7&cursor=") and link.endswith('rel="next"')
    assert tiny.client.get(address).status_code == 200


def test_openapi_names_operations_and_problems(tiny: Any) -> None:
    document = tiny.client.get("/openapi.json").json
    operations = document["paths"]["/api/v1/things"]
    assert operations["post"]["operationId"] == "create_thing"
    assert document["servers"] == [{"url": "/tiny"}]
    assert "application/problem+json" in json.dumps(document["components"]["responses"])
    page = tiny.client.get("/docs").get_data(as_text=True)
    assert "create_thing" in page and "script" not in page


def test_endpoints_without_a_role_are_found(tiny: Any) -> None:
    rows = {"tiny.create_thing": ["channel"], "tiny.list_things": ["public"], "tiny.upload": ["channel"]}
    found = endpoints_without_role(tiny.app, "tiny", Roles(rows))
    assert found == ["tiny.change_thing", "tiny.nobody_may"]
