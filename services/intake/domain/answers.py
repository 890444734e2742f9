"""Answers to the fields a policy adds: known by code, label or alias, each in the form its kind asks for."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from services.intake.domain.contact import normal_phone
from services.intake.domain.formats import Findings, is_day
from shared.policies.clarity import plain
from shared.policies.model import Policy
from shared.policies.parts import FieldSpec

_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?", re.ASCII)
_YES, _NO = frozenset({"yes", "true", "1", "是", "有"}), frozenset({"no", "false", "0", "否", "无"})
_EMPTY: tuple[Any, ...] = (None, "", [])


class _Unfit(ValueError):
    """An answer is not what its field takes; its text is the stable code."""


def resolve(policy: Policy, given: Mapping[str, Any], body: Mapping[str, Any], found: Findings) -> dict[str, Any]:
    """The answers by code. What no channel may fill in is as unknown as what the policy does not have.

    body: names of the body besides `fields`; where the policy has a field of that code, the value answers it too.
    """
    specs = {one.code: one for one in policy.fields if not one.internal}
    asked: dict[str, tuple[str, Any]] = {code: (f"/{code}", body[code]) for code in specs if code in body}
    named: set[str] = set()
    strangers = False
    for name, answer in given.items():
        code = code_of(specs.values(), name)
        if code is None:
            strangers = True
        elif code in named:
            found.refuse(_place(name), "field-twice")
        else:
            named.add(code)
            asked[code] = (_place(name), answer)
    if strangers:
        # The position, not the name: what a stranger calls a field may itself be personal data.
        found.refuse("/fields", "unknown-field")
    return dict(_answers(policy, specs, asked, found))


def _answers(
    policy: Policy, specs: Mapping[str, FieldSpec], asked: Mapping[str, tuple[str, Any]], found: Findings
) -> Iterable[tuple[str, Any]]:
    for code, (place, answer) in asked.items():
        if answer in _EMPTY:
            continue
        try:
            yield code, _KINDS[specs[code].kind](policy, specs[code], answer)
        except _Unfit as error:
            found.wrong(f"fields.{code}", place, str(error))


def code_of(items: Iterable[Any], word: str) -> str | None:
    """The code of the one item that bears this code, label or alias (not all kinds have some); None without one."""
    said = plain(word)
    for item in items:
        if any(
            said == plain(name) for name in (item.code, item.label.zh, item.label.en, *getattr(item, "aliases", ()))
        ):
            return str(item.code)
    return None


def truth(word: str) -> bool | None:
    """Whether a word says yes or no; None for any other."""
    said = plain(word)
    return said in _YES if said in _YES | _NO else None


def _place(name: str) -> str:
    return "/fields/" + name.replace("~", "~0").replace("/", "~1")


def _text(_policy: Policy, _spec: FieldSpec, answer: Any) -> str:
    if isinstance(answer, bool) or not isinstance(answer, str | int | float):
        raise _Unfit("type")
    return str(answer)


def _number(_policy: Policy, _spec: FieldSpec, answer: Any) -> int | float:
    if isinstance(answer, str) and _NUMBER.fullmatch(answer):
        return float(answer) if "." in answer else int(answer)
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        raise _Unfit("type")
    return answer


def _date(_policy: Policy, _spec: FieldSpec, answer: Any) -> str:
    if not is_day(answer):
        raise _Unfit("date")
    return str(answer)


def _choice(_policy: Policy, spec: FieldSpec, answer: Any) -> str:
    code = code_of(spec.choices, answer) if isinstance(answer, str) else None
    if code is None:
        raise _Unfit("unknown-code")
    return code


def _choices(policy: Policy, spec: FieldSpec, answer: Any) -> list[str]:
    wanted = answer if isinstance(answer, list) else [answer]
    return list(dict.fromkeys(_choice(policy, spec, one) for one in wanted))


def _yes_no(_policy: Policy, _spec: FieldSpec, answer: Any) -> bool:
    said = truth(str(answer))
    if isinstance(answer, list | float) or said is None:
        raise _Unfit("type")
    return said


def _phone(policy: Policy, spec: FieldSpec, answer: Any) -> str:
    text = _text(policy, spec, answer)
    normal = normal_phone(text)
    if normal is None:
        raise _Unfit("phone")
    if policy.quality.phone_digits not in (None, len(normal)):
        raise _Unfit("phone-digits")
    return text


_KINDS: dict[str, Callable[[Policy, FieldSpec, Any], Any]] = {
    "text": _text,
    "long_text": _text,
    "number": _number,
    "date": _date,
    "choice": _choice,
    "choices": _choices,
    "yes_no": _yes_no,
    "phone": _phone,
}
