"""Facts of a demand that can be put right: what they are, what they were, and the demand with another value. Pure."""

import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from services.triage.domain.records import CaseRow
from shared.policies.clarity import plain
from shared.policies.model import Policy
from shared.policies.parts import Choice, FieldSpec
from shared.refused import Refused, wrong

_OWN = ("subject", "description", "order_number", "expected_by")
_LOOKED_AT = ("urgency", "mood", "product")
_LONGEST: Mapping[str, int] = {"subject": 200, "order_number": 80, "product": 150}
_IMPACT: Mapping[str, str] = {"customers": "number", "amount": "number", "safety": "yes_no", "brand": "yes_no"}
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")


def before(case: CaseRow, fact: str) -> Any:
    """The value until now; None for none."""
    group, _, name = fact.rpartition(".")
    if group:
        return case.facts.get(group, {}).get(name)
    return getattr(case, fact) if fact in _OWN else case.facts.get(fact)


def value_of(policy: Policy, fact: str, value: Any) -> Any:
    """The value in the policy's codes; None: there is none.

    Refused 422: unknown-fact (sensitive answers among them: they never leave intake), required for an empty
    description, unknown-code, wrong-form.
    """
    check = _kind(policy, fact)
    if value is None or value == "":
        if fact == "description":
            raise wrong("/value", "required", "A demand has a description")
        return None
    return check(value)


def corrected(case: CaseRow, fact: str, value: Any) -> dict[str, Any]:
    """The columns of a case that change with a fact."""
    group, _, name = fact.rpartition(".")
    facts = dict(case.facts)
    if group:
        answers = {key: one for key, one in facts.get(group, {}).items() if key != name}
        facts[group] = answers if value is None else {**answers, name: value}
    elif fact in _LOOKED_AT:
        facts[fact] = value
    if group != "impact":
        given = set(facts.get("given", ()))
        facts["given"] = sorted(given - {fact} if value is None else given | {fact})
    return {"facts": facts, **({fact: value} if fact in _OWN else {})}


def _kind(policy: Policy, fact: str) -> Any:
    group, _, name = fact.rpartition(".")
    if group == "impact" and name in _IMPACT:
        return lambda value: _plain(_IMPACT[name], value)
    if group == "fields":
        for one in policy.fields:
            if one.code == name and not one.sensitive:
                return lambda value: _answer(one, value)
    if fact == "urgency":
        return lambda value: _code(policy.urgencies, value)
    if fact == "mood":
        return lambda value: _code([Choice(code, label) for code, label in policy.moods.items()], value)
    if fact == "expected_by":
        return _day_or_moment
    if not group and fact in (*_OWN, *_LOOKED_AT):
        return lambda value: _text(value, _LONGEST.get(fact))
    raise wrong("/fact", "unknown-fact", "No such fact is put right here")


def _answer(field: FieldSpec, value: Any) -> Any:
    if field.kind == "choice":
        return _code(field.choices, value)
    if field.kind == "choices":
        return [_code(field.choices, one) for one in (value if isinstance(value, list) else [value])]
    if field.kind == "date":
        return _day(value)
    return _plain(field.kind, value)


def _plain(kind: str, value: Any) -> Any:
    if kind == "number":
        good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0
    elif kind == "yes_no":
        good = isinstance(value, bool)
    else:
        return _text(value, None)
    if not good:
        raise _wrong_form()
    return value


def _text(value: Any, longest: int | None) -> str:
    if not isinstance(value, str):
        raise _wrong_form()
    if longest is not None and len(value) > longest:
        raise wrong("/value", "length", f"At most {longest} characters")
    return value


def _code(choices: Any, value: Any) -> str:
    said = plain(value) if isinstance(value, str) else ""
    for one in choices:
        if said in [plain(word) for word in (one.code, one.label.zh, one.label.en, *one.aliases)]:
            return str(one.code)
    raise wrong("/value", "unknown-code", "The policy does not know this word")


def _day(value: Any) -> str:
    if isinstance(value, str) and _DAY.match(value):
        try:
            if 1900 <= date.fromisoformat(value).year <= 2200:
                return value
        except ValueError:
            pass
    raise _wrong_form()


def _day_or_moment(value: Any) -> str:
    """As a demand is reported with: 2024-10-15, or a moment with an offset."""
    if isinstance(value, str) and "T" in value:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise _wrong_form() from None
        if moment.tzinfo is None or not 1900 < moment.year < 2200:
            raise _wrong_form()
        return value
    return _day(value)


def _wrong_form() -> Refused:
    return wrong("/value", "wrong-form", "The value has not the form of this fact")


def without_moment(case: CaseRow, name: str) -> dict[str, str]:
    """The moments of a case but for one that no longer holds."""
    return {key: at for key, at in case.moments.items() if key != name}
