"""Two clocks: business time (deadlines, numbers, archives) and system time (leases, backoff, tokens)."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

REHEARSAL_MODES = frozenset({"demo", "test"})


def business_now() -> datetime:
    """The company's present moment, aware UTC.

    In demo and test mode the content of `DEMANDFLOW_CLOCK_FILE` (RFC 3339), when that file is set; production
    refuses such a file with RuntimeError, since a wrong clock there breaks promises silently.
    """
    source = os.environ.get("DEMANDFLOW_CLOCK_FILE", "")
    if not source:
        return system_now()
    if os.environ.get("DEMANDFLOW_MODE", "production") not in REHEARSAL_MODES:
        raise RuntimeError("DEMANDFLOW_CLOCK_FILE is only for DEMANDFLOW_MODE=demo or test")
    return parse_time(Path(source).read_text("utf-8").strip())


def system_now() -> datetime:
    """The machine's present moment, aware UTC."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds that never go back; only differences mean something."""
    return time.monotonic()


def parse_time(text: str) -> datetime:
    """RFC 3339 text with an offset -> aware UTC; ValueError without an offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time needs an offset")
    return moment.astimezone(UTC)


def format_time(moment: datetime) -> str:
    """Aware datetime -> RFC 3339 UTC text ending in Z, microseconds only where there are any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
