"""Log lines are JSON, carry their request, and never carry people."""

import json
import logging
from io import StringIO
from typing import Any

import pytest

from shared import context
from shared.logging import configure, get_logger


@pytest.fixture
def lines() -> StringIO:
    """Where the log goes."""
    stream = StringIO()
    configure("intake", stream=stream)
    return stream


def _read(stream: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_carries_service_time_and_request(lines: StringIO) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    with context.bind(request_id="r1", traceparent=trace):
        get_logger().info("demand_received", demand="d1", number="C-1", duration_ms=3)
    (line,) = _read(lines)
    assert line["ts"].endswith("Z")
    del line["ts"]
    assert line == {
        "level": "info",
        "service": "intake",
        "event": "demand_received",
        "request_id": "r1",
        "trace_id": "0af7651916cd43dd8448eb211c80319c",
        "demand": "d1",
        "number": "C-1",
        "duration_ms": 3,
    }


def test_unknown_keys_are_dropped_by_name(lines: StringIO) -> None:
    get_logger().info("x", phone="13800138000", customer={"name": "张三"}, demand={"name": "张三"})
    (line,) = _read(lines)
    assert line["dropped"] == ["customer", "phone"] and line["demand"] == "dict"
    assert "138001" not in lines.getvalue() and "张三" not in lines.getvalue()


def test_a_line_stays_one_line(lines: StringIO) -> None:
    get_logger().info("x", reason='a\n{"event": "forged"}\u2028' + "y" * 5000, count=float("1"))
    assert lines.getvalue().count("\n") == 1 and len(lines.getvalue()) < 600


def test_lone_surrogates_do_not_break_the_log(lines: StringIO) -> None:
    get_logger().info("x", reason="\ud800")
    assert _read(lines)[0]["reason"] == "?"


def test_libraries_do_not_speak_in_their_own_words(lines: StringIO) -> None:
    logging.getLogger("sqlalchemy.pool").warning("phone %s", "13800138000")
    try:
        raise ValueError("13800138000")
    except ValueError:
        logging.getLogger("some.library").exception("failed for 13800138000")
    logging.getLogger("gunicorn.error").info("Booting worker with pid: %s", 7)
    assert "138001" not in lines.getvalue()
    first, second, third = _read(lines)
    assert first["logger"] == "sqlalchemy.pool" and first["level"] == "warning"
    assert second["error_type"] == "ValueError" and "test_logging" in second["at"]
    assert third["message"] == "Booting worker with pid: 7"


@pytest.mark.parametrize("name", ["pika", "pika.adapters.blocking_connection", "werkzeug", "gunicorn.access"])
def test_talkative_libraries_are_silent(name: str) -> None:
    logging.getLogger(name).setLevel(logging.NOTSET)
    stream = StringIO()
    configure("intake", stream=stream)
    logging.getLogger(name).error("body b'13800138000'")
    assert stream.getvalue() == ""
