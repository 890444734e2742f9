"""Log lines: one JSON object per line on stdout, an allow-list of keys, never personal data.

Libraries log whatever they like, values from requests included. So a foreign record keeps its logger, level
and place, and its text only where that text is known to hold nothing but the program's own words.
"""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog

from shared import context
from shared.clock import format_time, system_now

ALLOWED_KEYS = frozenset(
    """
    ts level service event request_id trace_id correlation_id demand demand_id number department actor
    duration_ms method route status error error_type at logger message part parts failed job rows count
    source subject type key reason tries queue code verb version epoch stream channel channel_id notice_id letter_id
    timer_id deadline_id command_id event_id policy kind carrier audience attempt operation principal_kind
    revision signal pid port size streams since oldest_seconds unsent held parked dropped problem archive_id
    report_id subscription_id database customer_number template delay_seconds due_at step ours theirs resolution
    calendar staff_id
    calendar period attachment_id
    """.split()
)
"""Keys a line may carry. Others are dropped and named in `dropped`: a mistake is seen, not leaked."""

_MAX_TEXT = 200
_TALKATIVE = ("pika", "werkzeug", "gunicorn.access")
_OWN_WORDS = frozenset({"gunicorn.error", "alembic.runtime.migration"})

Event = MutableMapping[str, Any]


def configure(service: str, *, stream: TextIO | None = None, level: str = "INFO") -> None:
    """Send this process's log lines, structlog's and every library's, as JSON to stream (stdout)."""
    output = stream if stream is not None else sys.stdout
    structlog.configure(
        processors=[_stamp(service), _known_keys_only, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=structlog.PrintLoggerFactory(output),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [_Bridge()]
    root.setLevel(logging.INFO)
    for name in _TALKATIVE:
        _silence(name)


def get_logger() -> Any:
    """The logger: log.info("snake_case_event", demand=..., department=...)."""
    return structlog.get_logger()


def place_of(error: BaseException) -> str:
    """Where an error arose, as file:line in function; its text stays out since it may hold values."""
    trace = error.__traceback__
    if trace is None:
        return "unknown"
    while trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    return f"{'/'.join(code.co_filename.split('/')[-3:])}:{trace.tb_lineno} in {code.co_name}"


class _Bridge(logging.Handler):
    """Turns a library's record into one of our lines, without its text unless that text is harmless."""

    def emit(self, record: logging.LogRecord) -> None:
        fields: dict[str, Any] = {"logger": record.name, "at": f"{record.module}:{record.lineno}"}
        if record.exc_info and record.exc_info[1] is not None:
            fields |= {"error_type": type(record.exc_info[1]).__name__, "at": place_of(record.exc_info[1])}
        elif record.name in _OWN_WORDS and record.levelno <= logging.INFO:
            fields["message"] = record.getMessage()
        structlog.get_logger().log(record.levelno, "library_message", **fields)


def _silence(name: str) -> None:
    logger = logging.getLogger(name)
    logger.handlers = [logging.NullHandler()]
    logger.setLevel(logging.CRITICAL + 1)
    logger.propagate = False
    # Children would otherwise decide by their own level and reach handlers of their own.
    for child, entry in list(logging.Logger.manager.loggerDict.items()):
        if child.startswith(name + ".") and isinstance(entry, logging.Logger):
            entry.handlers, entry.propagate, entry.disabled = [], True, True


def _stamp(service: str) -> Any:
    def stamp(_logger: object, level: str, event: Event) -> Event:
        here = context.current()
        line: dict[str, Any] = {"ts": format_time(system_now()), "level": level, "service": service}
        for key, value in (
            ("request_id", here.request_id),
            ("trace_id", here.trace_id),
            ("correlation_id", here.correlation_id),
        ):
            if value is not None:
                line[key] = value
        return line | {key: value for key, value in event.items() if key not in line}

    return stamp


def _known_keys_only(_logger: object, _level: str, event: Event) -> Event:
    kept = {key: _bounded(value) for key, value in event.items() if key in ALLOWED_KEYS}
    dropped = sorted(key for key in event if key not in ALLOWED_KEYS)
    if dropped:
        kept["dropped"] = dropped
    return kept


def _bounded(value: Any) -> Any:
    """Scalars as they are, text cut, lists of scalars; anything else only by its type's name."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return value[:_MAX_TEXT].encode("utf-8", "replace").decode()
    if isinstance(value, list | tuple | set | frozenset):
        return [_bounded(item) for item in list(value)[:50] if not isinstance(item, Mapping)]
    return type(value).__name__
