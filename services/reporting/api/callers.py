"""What a caller may see, and how rows are shown."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from services.reporting.domain.dossier import Dossier
from services.reporting.store import dossiers
from shared.clock import format_time
from shared.http.principal import current_principal
from shared.http.problems import Problem


def visible(session: Session, number: str) -> Dossier:
    """A demand before this caller; whoever has a department sees that department's only. Problem 404."""
    found = dossiers.find(session, number)
    caller = current_principal()
    own = (caller.department or "") if caller.kind == "department" else caller.department
    if found is None or (own is not None and own not in _concerned(found.demand)):
        raise Problem(404, "not-found", "There is nothing here")
    return found


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its moments as RFC 3339 text."""
    return {name: _plain(value) for name, value in row.items()}


def _concerned(demand: Mapping[str, Any]) -> set[str]:
    return {code for code in (demand["lead"], demand["registered_by"], *(demand["joining"] or ())) if code}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return format_time(value)
    return value.isoformat() if isinstance(value, date) else value
