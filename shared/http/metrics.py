"""Numbers of the web process for Prometheus."""

import os

from flask import Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

REQUESTS = Counter("demandflow_http_requests_total", "Requests", ["service", "method", "route", "status"])
SECONDS = Histogram("demandflow_http_request_seconds", "Duration of requests", ["service", "method", "route"])


def observe(service: str, method: str, route: str, status: int, seconds: float) -> None:
    """Count one finished request. route is the template, never the address itself."""
    REQUESTS.labels(service, method, route, str(status)).inc()
    SECONDS.labels(service, method, route).observe(seconds)


def exposition() -> Response:
    """All metrics of this service's web processes in Prometheus' text form."""
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
