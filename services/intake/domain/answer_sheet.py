"""Answers of a form tool as a sheet: what its columns are, and a row as what was typed on our form. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from services.intake.domain import answers, web_form
from services.intake.domain.contact import normal_email
from services.intake.domain.questions import Question, Typed
from shared.policies.asked import CUSTOMER_KINDS
from shared.policies.clarity import plain
from shared.policies.forms import Form
from shared.policies.model import Policy

Special = Literal["serial", "submitted", "started", "consent", "contact"]
Error = dict[str, str]

_SPECIAL: Mapping[Special, frozenset[str]] = {
    "serial": frozenset("编号 序号 答卷编号 答卷序号 答题序号 答卷id 数据编号 id serial no. number".split()),
    "submitted": frozenset(
        "提交时间 提交答卷时间 答卷提交时间 提交日期 结束时间 结束答题时间 填写时间 创建时间 submitted".split()
    ),
    "started": frozenset("开始时间 开始答题时间 答题开始时间 started".split()),
    "contact": frozenset("联系方式 您的联系方式 contact".split()),
}
_ALSO: Mapping[str, str] = {
    "customer.name": "姓名 您的姓名 联系人 联系人姓名 name",
    "customer.phone": "手机 手机号 手机号码 电话 联系电话 您的手机号 phone mobile",
    "customer.email": "邮箱 电子邮箱 邮箱地址 email e-mail",
    "customer.company": "公司 公司名称 单位名称 企业名称 company",
    "customer.industry": "行业 所属行业 industry",
    "description": "需求描述 描述 description",
}
"""How form tools and their authors commonly call what our forms ask."""


_WHO = frozenset({"customer.display_name", "customer.contact_person"})
"""Company or person on one line: taken for a person's name, so that none is told as a company's, which is public."""

_COUNTED = re.compile(r"^q?\d{1,3}\s*[.、:)]\s*")
_REMARK = re.compile(r"\s*[(\[【](?:必填|选填|单选题?|多选题?|填空题?|required|optional)[)\]】]\s*$")
_MOMENT = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?")
_BETWEEN = re.compile(r"[┋|;；,，、\n]")
_STARS = re.compile(r"[1-5](?=\D|$)")


@dataclass(frozen=True)
class Columns:
    """What the columns of a sheet are, by their place; ignored: headers that match nothing."""

    questions: Mapping[int, Question]
    special: Mapping[Special, int]
    ignored: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One row. typed: as a browser would send the form; submitted: aware, None where the sheet does not say.

    consent: the sheet has a column that says so. errors: {pointer, code, message} of what cannot be understood.
    """

    typed: Typed
    serial: str | None
    submitted: datetime | None
    consent: bool
    errors: tuple[Error, ...] = field(default=())


def columns(policy: Policy, form: Form, header: Sequence[str]) -> Columns:
    """Matched by label, alias or code of the form's questions; of two columns for one question the first counts."""
    known = _names(policy, form)
    questions: dict[int, Question] = {}
    special: dict[Special, int] = {}
    ignored = []
    for place, title in enumerate(header):
        found = known.get(_bare(title))
        kind = None if found else _special(title)
        if found is not None and found not in questions.values():
            questions[place] = found
        elif kind is not None and kind not in special:
            special[kind] = place
        elif title.strip():
            ignored.append(title)
    return Columns(questions, special, tuple(ignored))


def row(policy: Policy, understood: Columns, cells: Sequence[str]) -> Row:
    """A row of a sheet with these columns; cells that are wanting are empty."""
    errors: list[Error] = []
    typed: dict[str, list[str]] = {}
    for place, question in understood.questions.items():
        if text := _cell(cells, place):
            typed[question.name] = _typed(policy, question, text, errors)
    if contact := _cell(cells, understood.special.get("contact")):
        typed.setdefault("customer.email" if normal_email(contact) else "customer.phone", [contact])
    said = {kind: _cell(cells, place) for kind, place in understood.special.items()}
    when = said.get("submitted") or said.get("started")
    submitted = _moment(when, policy.time_zone) if when else None
    if when and submitted is None:
        errors.append(_error("/occurred_at", "moment", "Not a time such as 2024-10-08 14:30"))
    return Row(typed, said.get("serial") or None, submitted, _agrees(said.get("consent", "")), tuple(errors))


def _names(policy: Policy, form: Form) -> dict[str, Question]:
    asked = {one.name: one for section in web_form.sections(policy, form) for one in section.questions}
    aliases = {f"fields.{one.code}": one.aliases for one in policy.fields}
    items = [item for area in form.areas for item in area.items]
    found: dict[str, Question] = {}

    def call(question: Question, names: Iterable[str]) -> None:
        for name in names:
            found.setdefault(_bare(name), question)

    for item in items:
        value = "customer.name" if item.value in _WHO else item.value
        if value in asked:
            call(asked[value], (item.label.zh, item.label.en))
    for name, question in asked.items():
        call(question, (question.label.zh, question.label.en, name, name.rpartition(".")[2], *aliases.get(name, ())))
    for name, also in _ALSO.items():
        if name in asked:
            call(asked[name], also.split())
    return found


def _special(title: str) -> Special | None:
    bare = _bare(title)
    for kind, names in _SPECIAL.items():
        if bare.replace(" ", "") in names:
            return kind
    return "consent" if "同意" in bare or "consent" in bare or "agree" in bare else None


def _bare(title: str) -> str:
    """A title as it is compared: without the number before it and the remarks of the tool behind it."""
    return _REMARK.sub("", _COUNTED.sub("", plain(title).strip().strip("*").strip())).strip("*: ")


def _typed(policy: Policy, question: Question, text: str, errors: list[Error]) -> list[str]:
    if question.kind == "choices":
        whole = _option(policy, question, text)
        parts = [text] if whole != text else [one.strip() for one in _BETWEEN.split(text) if one.strip()]
        return [_option(policy, question, one) for one in parts]
    if question.kind == "choice":
        return [_option(policy, question, text)]
    if question.kind == "yes_no":
        said = answers.truth(text)
        if said is None:
            errors.append(_error("/" + question.name.replace(".", "/"), "type", "Neither yes nor no"))
        return ["yes" if said else "no"]
    if question.kind == "date":
        day = _MOMENT.match(text)
        return [f"{int(day[1]):04}-{int(day[2]):02}-{int(day[3]):02}" if day else text]
    return [_stars(policy, text) if question.kind == "stars" else text]


def _option(policy: Policy, question: Question, text: str) -> str:
    """The code of a choice; a word that is none stays, and is found wanting later."""
    said = plain(text)
    for one in question.options:
        if said in (plain(one.value), plain(one.label.zh), plain(one.label.en)):
            return one.value
    kinds = {
        "type": policy.types,
        "urgency": policy.urgencies,
        "feedback.kind": policy.feedback.kinds,
        "customer.kind": CUSTOMER_KINDS,
    }
    return answers.code_of(kinds.get(question.name, ()), text) or text


def _stars(policy: Policy, text: str) -> str:
    level = answers.code_of(policy.feedback.levels, text)
    counted = _STARS.match(plain(text))
    return level if level and level.isdigit() else counted[0] if counted else text


def _agrees(text: str) -> bool:
    said = plain(text)
    return answers.truth(said) is True or said in ("agree", "agreed", "√", "✓") or ("同意" in said and "不" not in said)


def _moment(text: str, time_zone: str) -> datetime | None:
    found = _MOMENT.fullmatch(text)
    if found is None:
        return None
    try:
        return datetime(*(int(part or 0) for part in found.groups()), tzinfo=ZoneInfo(time_zone))  # type: ignore[misc,arg-type]
    except ValueError:
        return None


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""


def _error(pointer: str, code: str, message: str) -> Error:
    return {"pointer": pointer, "code": code, "message": message}
