"""What the notifier remembers of demands."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from services.notifier.tables import Demand


def add(session: Session, values: Mapping[str, Any]) -> None:
    """A new demand."""
    session.execute(insert(Demand).values(**values))
