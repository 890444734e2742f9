"""Positions in lists that stand in the order of time."""

from datetime import datetime

from shared.clock import parse_time
from shared.http.pagination import Page
from shared.http.problems import Problem


def after_moment(page: Page) -> tuple[datetime, str] | None:
    """(moment, id) of the row that was shown last; Problem 422 for a cursor of another list."""
    if page.after is None:
        return None
    try:
        return parse_time(page.after[0]), page.after[1]
    except (ValueError, OverflowError):
        errors = [{"pointer": "/cursor", "code": "invalid", "message": "Not a cursor of this list"}]
        raise Problem(422, "query-invalid", "The query does not fit", errors=errors) from None
