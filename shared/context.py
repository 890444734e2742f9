"""What one request or one message carries through every log line and every event it causes."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Context:
    """Ids of the work under way; None where there is none."""

    request_id: str | None = None
    traceparent: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None

    @property
    def trace_id(self) -> str | None:
        """The W3C trace id inside traceparent."""
        return self.traceparent.split("-")[1] if self.traceparent and self.traceparent.count("-") == 3 else None


_current: ContextVar[Context] = ContextVar("demandflow_context", default=Context())  # noqa: B039 - frozen


def current() -> Context:
    """The context of the work under way."""
    return _current.get()


@contextmanager
def bind(**values: str | None) -> Iterator[Context]:
    """Set some ids for the duration of a block; the former ones come back after it."""
    token = _current.set(replace(_current.get(), **values))
    try:
        yield _current.get()
    finally:
        _current.reset(token)


def new_traceparent() -> str:
    """A fresh W3C traceparent, sampled."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
