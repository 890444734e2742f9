"""Evaluations of the departments concerned: whether one says what the policy asks for, and what all come to."""

from collections.abc import Sequence

from services.triage.domain.records import EvaluationRow
from services.triage.domain.told.evaluate import Evaluate
from shared.policies.duties import Evaluation
from shared.refused import wrong

COUNTS = ("technical", "strategy", "resources")
_WORST_FIRST = ("infeasible", "partly", "feasible")
_NEEDS = ("people", "hours", "budget")


def check(rules: Evaluation, said: Evaluate, *, leads: bool, others: Sequence[EvaluationRow]) -> None:
    """others: what the other departments think as it stands; leads: the department in charge says this.

    Refused 422: alternative-missing, explanation-missing (policy B: infeasible needs both), counts-missing,
    resources-missing (B; by the time the lead evaluates each is judged by somebody, a joining department judges what
    is its own), verdict-contradicts.
    """
    infeasible = said.verdict == "infeasible"
    if infeasible and said.alternative is None:
        raise wrong("/alternative", "alternative-missing", "What cannot be done needs an alternative for the customer")
    if infeasible and rules.explanation and said.explanation is None:
        raise wrong("/explanation", "explanation-missing", "What cannot be done needs words that explain it")
    _agrees(said)
    judged = {name for name, count in (said.feasibility or {}).items() if count}
    known = judged | {name for one in others for name, count in (one.feasibility or {}).items() if count}
    lacks = set(rules.counts) - known if leads else set()
    if lacks or (rules.counts and not judged and not leads):
        message = f"The policy wants judged: {', '.join(sorted(lacks or rules.counts))}"
        raise wrong("/feasibility", "counts-missing", message)
    if leads and rules.resources and not infeasible and not _named(said, others):
        raise wrong("/resources", "resources-missing", "Say what it takes: people, hours or budget")


def overall(standing: Sequence[EvaluationRow], lead: str) -> str:
    """The verdict on the demand: the lead's where it gave one, else the worst of the others'. Ours.

    LookupError when nobody has evaluated.
    """
    own = [one.verdict for one in standing if one.department == lead]
    given = own or [one.verdict for one in standing]
    return next(verdict for verdict in _WORST_FIRST if verdict in given) if given else _nobody()


def told_reasons(standing: Sequence[EvaluationRow], lead: str) -> tuple[str | None, str | None]:
    """(explanation, alternative) for the customer: of whoever found it infeasible, the lead first."""
    found = [one for one in standing if one.verdict == "infeasible"]
    found.sort(key=lambda one: (one.department != lead, -one.version))
    return (found[0].explanation, found[0].alternative) if found else (None, None)


def lacking(standing: Sequence[EvaluationRow]) -> dict[str, str]:
    """Department -> what it lacks."""
    named = {one.department: (one.resources or {}).get("lacking") for one in standing}
    return {department: text for department, text in named.items() if text}


def _agrees(said: Evaluate) -> None:
    for name, count in (said.feasibility or {}).items():
        if count and count["verdict"] == "no" and said.verdict == "feasible":
            raise wrong(
                f"/feasibility/{name}", "verdict-contradicts", "What fails on one count is not feasible as it is"
            )
    short = (said.resources or {}).get("lacking")
    judged = (said.feasibility or {}).get("resources")
    if short and judged and judged["verdict"] == "yes":
        raise wrong("/resources/lacking", "verdict-contradicts", "Resources that are lacking are not all there")


def _named(said: Evaluate, others: Sequence[EvaluationRow]) -> bool:
    named = [said.resources or {}, *(one.resources or {} for one in others)]
    return any(one.get(name) is not None for one in named for name in _NEEDS)


def _nobody() -> str:
    raise LookupError("nobody has evaluated it")
