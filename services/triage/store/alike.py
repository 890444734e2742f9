"""Demands that may be the same as another one, found without looking at all of them."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select, union, union_all
from sqlalchemy.orm import Session

from services.triage.domain.duplicates import WINDOW, Traits, order_key, telling
from services.triage.domain.records import CaseRow
from services.triage.tables import Case
from shared import search

_COLUMNS = (
    Case.id, Case.number, Case.customer_number, Case.order_key, Case.subject, Case.description, Case.received_at
)  # fmt: skip
_EACH = 20
"""The newest so many of one customer, one order number, one wording: who has more is no person with one concern."""


def of_case(case: CaseRow) -> Traits:
    """A case as it is compared with others."""
    text = "\n".join(part for part in (case.subject, case.description) if part)
    number = case.customer.get("number")
    return Traits(case.id, case.number, number, order_key(case.order_number), text, case.received_at)


def by_names(session: Session, one: Traits) -> list[Traits]:
    """Of the same customer or with the same order number, 30 days around; one statement over two indexes."""
    named = [
        column == value
        for column, value in ((Case.customer_number, one.customer_number), (Case.order_key, one.order_key))
        if value is not None
    ]
    return _found(session, one, named)


def by_words(session: Session, one: Traits) -> list[Traits]:
    """Whose texts share a piece with this one's, 30 days around; one statement over the search table."""
    pieces = [search.matching(session, Case.__tablename__, piece) for piece in telling(one.text)]
    # One set of ids: of several conditions joined by OR, PostgreSQL would look at every demand of the window.
    return _found(session, one, [Case.id.in_(union(*pieces))] if pieces else [])


def before_department(session: Session, ids: Collection[str], department: str) -> set[str]:
    """Those of these demands that a department leads or helps with; one statement."""
    rows = session.execute(select(Case.id, Case.lead, Case.joining).where(Case.id.in_(ids)))
    return {row.id for row in rows if department in (row.lead, *row.joining)}


def _found(session: Session, one: Traits, conditions: Sequence[ColumnElement[bool]]) -> list[Traits]:
    if not conditions:
        return []
    window = Case.received_at.between(one.received_at - WINDOW, one.received_at + WINDOW)
    parts = []
    for condition in conditions:
        query = select(*_COLUMNS).where(condition, window, Case.id != one.id, Case.historic.is_(None))
        newest: Any = query.order_by(Case.received_at.desc()).limit(_EACH).subquery()
        parts.append(select(newest))
    rows = session.execute(union_all(*parts)).all()
    found = {
        row.id: Traits(
            row.id, row.number, row.customer_number, row.order_key,
            "\n".join(part for part in (row.subject, row.description) if part), row.received_at,
        )
        for row in rows
    }  # fmt: skip
    return list(found.values())
