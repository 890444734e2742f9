"""What may be done to a demand, and where that leads: the policy's state machine, and rules that no policy changes."""

from services.triage.domain.records import CaseRow
from shared.policies.model import Policy
from shared.policies.parts import Status
from shared.refused import Refused

JOINING_MAY = frozenset({"accept", "evaluate", "progress", "task-progress"})
"""What a department that only helps may do, of tasks with its own; the rest is the lead's."""


LOCKED_MAY = frozenset({"told", "link", "follow-up"})
"""What may still be done once the grace after closing has ended."""

_DISPUTABLE = frozenset({"done", "infeasible"})


def allowed(policy: Policy, case: CaseRow) -> list[str]:
    """What may be done now, by the policy's state machine and the lock, in order."""
    here = policy.status(case.status_code).actions
    return sorted(action for action in here if case.locked_at is None or action in LOCKED_MAY)


def may_dispute(policy: Policy, case: CaseRow) -> bool:
    """Whether the customer's no still counts: before the end, or within the grace after a result that was told."""
    ended = case.status_category == "closed" and case.status_resolution not in _DISPUTABLE
    return not ended and "dispute" in allowed(policy, case)


def follows(policy: Policy, case: CaseRow, action: str) -> Status:
    """The status that an action leads to. Refused 409 with the rule: action-not-allowed, demand-locked."""
    here = policy.status(case.status_code)
    if case.locked_at is not None and action not in LOCKED_MAY:
        raise Refused("demand-locked", "The demand is locked since its grace ended: report a new one", about=case.id)
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


def hands_over(policy: Policy, department: str | None) -> bool:
    """Whether what somebody of this department completes is handed over to whoever tells the customer.

    Policy B: the demand specialist, not the executing department, tells the customer. None: somebody of no department,
    who is the desk.
    """
    if not policy.feedback.handed_over or department is None:
        return False
    tells = next((one.department for one in policy.roles if one.code == policy.feedback.told_by), None)
    return department != tells


def resolution_of_result(case: CaseRow) -> str:
    """How a demand ends whose result the customer has: done, or infeasible when its evaluation said so."""
    return "infeasible" if case.moments.get("infeasible") else "done"


def resolution_of_closing(
    policy: Policy, case: CaseRow, *, wanted: str | None, measure: str | None, recourse: str | None
) -> str:
    """How a demand ends that somebody closes: done or infeasible.

    Refused 409: not-confirmed (policies: closed after the loop with the customer is confirmed), measure-missing
    (policy C: an improvement measure before closing when not satisfied), recourse-missing (a complaint that is closed
    though it did not satisfy, where the policy asks for it), not-completed.
    """
    if case.status_category == "completed":
        return _after_completion(policy, case, measure, recourse)
    if case.track != "handling":
        return "done"
    if wanted == "infeasible" and case.moments.get("infeasible"):
        return "infeasible"
    raise Refused("not-completed", "Only what is completed, or was evaluated as infeasible, is closed", about=case.id)


def _after_completion(policy: Policy, case: CaseRow, measure: str | None, recourse: str | None) -> str:
    if case.satisfaction is None:
        raise Refused("not-confirmed", "The customer has not said whether the result satisfies", about=case.id)
    satisfied = next((one.satisfied for one in policy.feedback.levels if one.code == case.satisfaction), True)
    if not satisfied and policy.feedback.measure_before_closing and not measure:
        raise Refused("measure-missing", "Not satisfied: an improvement measure comes before closing", about=case.id)
    told = recourse or (case.result or {}).get("recourse")
    if not satisfied and policy.feedback.recourse_before_closing and case.category == "complaint" and not told:
        raise Refused("recourse-missing", "Not satisfied: say where the customer may turn with it", about=case.id)
    return resolution_of_result(case)
