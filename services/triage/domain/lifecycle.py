"""What may be done to a demand, and where that leads: the policy's state machine, and rules that no policy changes."""

from services.triage.domain.records import CaseRow
from shared.policies.model import Policy
from shared.policies.parts import Status
from shared.refused import Refused

JOINING_MAY = frozenset({"accept", "evaluate", "progress", "task-progress"})
"""What a department that only helps may do, of tasks with its own; the rest is the lead's."""


def follows(policy: Policy, case: CaseRow, action: str) -> Status:
    """The status that an action leads to. Refused 409 action-not-allowed with the rule that forbids it."""
    here = policy.status(case.status_code)
    code = here.actions.get(action)
    if code is None:
        allowed = ", ".join(sorted(here.actions)) or "nothing"
        raise Refused(
            "action-not-allowed",
            f"Policy {policy.code} allows in status {here.code!r} ({here.label.zh}): {allowed}",
            about=case.id,
        )
    status = policy.status(code)
    # What never was accepted goes back to where it waited for that, not into somebody's hands.
    if here.category == "waiting" and status.category == "in_progress" and case.accepted_at is None:
        return policy.statuses[0]
    return status


def check_evaluated(case: CaseRow) -> None:
    """Refused 409 evaluation-reopened: the customer added something, and nobody has evaluated it since."""
    if "evaluate" in owed(case):
        raise Refused("evaluation-reopened", "What the customer added is evaluated first", about=case.id)


def owed(case: CaseRow) -> list[str]:
    """What is to be done anew since the customer's supplement re-opened the evaluation: evaluate, plan."""
    if "reopened" not in case.moments:
        return []
    wanted = {"evaluate": "evaluated", "plan": "planned"}
    return [action for action, moment in wanted.items() if moment not in case.moments]


def resolution_of_result(case: CaseRow) -> str:
    """How a demand ends whose result the customer has: done, or infeasible when its evaluation said so."""
    return "infeasible" if case.moments.get("infeasible") else "done"


def resolution_of_closing(policy: Policy, case: CaseRow, *, wanted: str | None, measure: str | None) -> str:
    """How a demand ends that somebody closes: done or infeasible.

    Refused 409: not-confirmed (policies: closed after the loop with the customer is confirmed), measure-missing
    (policy C: an improvement measure before closing when not satisfied), not-evaluated.
    """
    if case.status_category == "completed":
        return _after_completion(policy, case, measure)
    if case.track != "handling":
        return "done"
    if wanted == "infeasible" and case.moments.get("infeasible"):
        return "infeasible"
    raise Refused("not-completed", "Only what is completed, or was evaluated as infeasible, is closed", about=case.id)


def _after_completion(policy: Policy, case: CaseRow, measure: str | None) -> str:
    if case.satisfaction is None:
        raise Refused("not-confirmed", "The customer has not said whether the result satisfies", about=case.id)
    satisfied = next((one.satisfied for one in policy.feedback.levels if one.code == case.satisfaction), True)
    if not satisfied and policy.feedback.measure_before_closing and not measure:
        raise Refused("measure-missing", "Not satisfied: an improvement measure comes before closing", about=case.id)
    return resolution_of_result(case)
