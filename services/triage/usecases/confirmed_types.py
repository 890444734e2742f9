"""Texts whose types somebody stands for: what a model may learn from."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from services.triage.domain import facts
from services.triage.domain.records import CaseRow
from services.triage.store import cases

CHUNK = 500


def confirmed_types(session: Session, policy: str) -> Iterator[tuple[str, str]]:
    """(text, type code) of a policy's demands, the first received first; texts are redacted, as triage has no others.

    What words or a model decided is left out: a model that learned from itself would grow ever surer.
    """
    after = None
    while True:
        page = cases.typed(session, policy, after=after, limit=CHUNK)
        for case in page:
            text = facts.of_case(case).text
            if text and _is_confirmed(case):
                yield text, str(case.type_code)
        if len(page) < CHUNK:
            return
        after = (page[-1].received_at, page[-1].id)


def _is_confirmed(case: CaseRow) -> bool:
    """Declared and never changed, as a row of the past says, or set by a person."""
    (why, *_) = case.reasons["type"] or [""]
    return why in ("declared", "historic") or (why.startswith("by:") and why != "by:customer")
