"""The result of one cycle of handling: what the customer is told, and what a signature is bound to. Pure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from services.triage.domain.records import CaseRow
from services.triage.domain.told.finish import Complete
from shared.refused import wrong

TOLD = ("conclusion", "next_step", "notes", "explanation", "alternative")
"""What the customer is told, explanation and alternative of what was evaluated as infeasible."""

_PARTS = (*TOLD, "expectation_met", "left_over", "remedy", "recourse")


def handed_over(case: CaseRow) -> Mapping[str, Any]:
    """What the executing department handed over and nobody has gone behind since; empty without."""
    handed = case.handed_over or {}
    return handed if handed.get("status") == case.status_code else {}


def of(case: CaseRow, said: Complete, reasons: tuple[str | None, str | None]) -> dict[str, Any]:
    """The nine parts, each as said, else as handed over. Refused 422.

    reasons: explanation and alternative of what was evaluated as infeasible.

    required: nothing is said and nothing was handed over; alternative-missing: policy A, what is not possible is told
    with the existing alternative; not-a-complaint: remedy and recourse are for complaints.
    """
    handed, told = handed_over(case), asdict(said)
    told |= dict(zip(("explanation", "alternative"), reasons, strict=True))
    found = {name: handed.get(name) if told[name] is None else told[name] for name in _PARTS}
    if found["conclusion"] is None:
        raise wrong("/conclusion", "required", "Say what came out")
    if case.moments.get("infeasible") and found["next_step"] is None and found["alternative"] is None:
        raise wrong("/next_step", "alternative-missing", "What is not possible needs the existing alternative")
    for name in ("remedy", "recourse"):
        if found[name] is not None and case.category != "complaint":
            raise wrong(f"/{name}", "not-a-complaint", "Remedy and recourse are offered for complaints")
    return found


def sha256(case: CaseRow, result: Mapping[str, Any]) -> str:
    """The hex digest of the canonical form: RFC 8785, all nine parts (null where nothing is said), number and cycle.

    So one signature stands for one wording of one cycle of one demand.
    """
    whole = {name: result[name] for name in _PARTS} | {"number": case.number, "cycle": case.cycle}
    # Texts, truth values and small whole numbers: for these, sorted keys without spaces are the form of RFC 8785.
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
