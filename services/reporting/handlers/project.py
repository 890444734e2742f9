"""Every event that fills a column goes the same way: straight into the read store."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from shared.messaging.envelope import Event


def projecting(project: Callable[[Session, Event], None]) -> Callable[[Session, Event, Any], None]:
    """A handler around one projection; reporting's handlers need nothing but the session."""

    def handle(session: Session, event: Event, _ctx: Any) -> None:
        project(session, event)

    return handle
