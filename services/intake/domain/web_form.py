"""A policy's form as a web page asks it, and what was typed there as the body of a report. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from services.intake.domain import questions
from services.intake.domain.questions import Kind, Option, Question, Section, Typed, When, applying, settled
from shared.policies.asked import LISTED, choices, condition
from shared.policies.forms import Form, FormItem
from shared.policies.model import Policy
from shared.policies.parts import FieldSpec, Text

_DIRECT: Mapping[str, Kind] = {
    "customer.name": "text",
    "customer.company": "text",
    "customer.industry": "text",
    "subject": "text",
    "description": "long_text",
    "expected_by": "date",
    "order_number": "text",
    "product": "text",
    "wishes": "long_text",
    "budget": "text",
    "feedback.text": "long_text",
    "feedback.stars": "stars",
    "attachments": "files",
}
ATTACHMENTS = "attachments"
"""The question whose answers are files."""
_CONTACT = frozenset({"customer.phone", "customer.email", "customer.contact", "ticket_number"})
_WHO = frozenset({"customer.display_name", "customer.contact_person"})


def sections(policy: Policy, form: Form) -> tuple[Section, ...]:
    """What a form asks of its customer, in its own order; what staff fills in and what is automatic is left out.

    How to reach the customer is always asked, once: phone, mail and which is preferred; so is what belongs to it.
    """
    asked: set[str] = set()
    found = []
    for area in form.areas:
        these = [
            replace(one, when=_when(policy, form, item))
            for item in area.items
            for one in _questions(policy, item)
            if one.name not in asked and not asked.add(one.name)  # type: ignore[func-returns-value]
        ]
        if these:
            found.append(Section(area.code, area.label, tuple(these)))
    missing = [one for one in _contact(policy, None) if one.name not in asked]
    if found and missing:
        first = found[0]
        found[0] = Section(first.code, first.label, (*first.questions, *missing))
    if found and ATTACHMENTS not in asked:
        last = found[-1]
        found[-1] = Section(last.code, last.label, (*last.questions, _FILES))
    return tuple(found)


def body(
    policy: Policy, form: Form, typed: Typed, language: str, known: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The body of POST /api/v1/demands that a filled page stands for; what was left empty is left out.

    So is what was answered to a question that does not apply: without JavaScript all questions can be seen. known: of
    whoever fills it in, by name of the question. Files come by another way.
    The form's purpose goes into the field of that name where the policy has one.
    """
    found = said(settled(sections(policy, form), known or {}), typed, language)
    purposes = next((field.choices for field in policy.fields if field.code == "purpose"), ())
    if form.code in {one.code for one in purposes}:
        _put(found, "fields.purpose", form.code)
    return found


def said(asked: Iterable[Section], typed: Typed, language: str) -> dict[str, Any]:
    """What was answered, by the names of a demand's body; see body() for what is left out."""
    asked = tuple(asked)
    found: dict[str, Any] = {"language": language}
    counts = applying(asked, typed)
    for section in asked:
        for one in section.questions:
            texts = [] if one.kind == "files" else [text for text in typed.get(one.name, ()) if text.strip()]
            value = _value(one, texts)
            if value is not None and one.name in counts:
                _put(found, one.name, value)
    return found


def wanting(policy: Policy, asked: Iterable[Section], typed: Typed) -> set[str]:
    """Names of what has to be answered now and was not, beside what the policy's rules of quality ask for."""
    return questions.wanting(asked, typed) - {one.name for one in policy.quality.required}


def asks_something(policy: Policy, form: Form) -> bool:
    """Whether customers can fill in a form: one record each, and more to answer than how to reach them."""
    return form.each == "demand" and any(
        not one.name.startswith("customer.") and one.name != ATTACHMENTS
        for section in sections(policy, form)
        for one in section.questions
    )


def purpose(form: Form) -> str:
    """What a form's customer agrees to: the handling of the demand, or what the policy says the form is for."""
    return form.code if form.purpose is not None else "handling"


def place_of(pointer: str) -> str:
    """The question or row of files that an error's JSON pointer is about: /customer/contact/phone -> customer.phone."""
    name = pointer.strip("/").replace("/", ".")
    if name.split(".")[0] == ATTACHMENTS:
        return ".".join(name.split(".")[:2])
    return name.replace("customer.contact.", "customer.").replace("customer.contact", "customer.phone")


def _questions(policy: Policy, item: FormItem) -> Iterable[Question]:
    value = item.value
    if value in _CONTACT:
        return _contact(policy, item)
    if value in _WHO:
        return _who(policy, item)
    if value in LISTED or value in _DIRECT:
        if options := _options(policy, item):
            return [_question(policy, item, "choice", options)]
        return [] if value in LISTED else [_question(policy, item, _DIRECT[value])]
    spec = next((one for one in policy.fields if value == f"fields.{one.code}"), None)
    return [] if spec is None or spec.internal or spec.code == "next_step" else [_field(policy, item, spec)]


def _question(policy: Policy, item: FormItem, kind: Kind, options: tuple[Option, ...] = ()) -> Question:
    required = item.required or any(
        one.name == item.value and not one.unless_any and one.when == type(one.when)()
        for one in policy.quality.required
    )
    return Question(item.value, item.label, kind, required, options, item.note)


def _field(policy: Policy, item: FormItem, spec: FieldSpec) -> Question:
    return replace(_question(policy, item, spec.kind, _options(policy, item)), sensitive=spec.sensitive)


def _when(policy: Policy, form: Form, item: FormItem) -> When | None:
    if item.asked_when is None:
        return None
    said = condition(policy, form, item.asked_when)
    return When(item.asked_when.item, item.asked_when.answers, said)


def _contact(policy: Policy, item: FormItem | None) -> list[Question]:
    phone_needed = any(one.name == "customer.phone" for one in policy.quality.required)
    note = item.note if item is not None and item.value == "customer.phone" else None
    if note is None and any(x.name == "customer.contact" for x in policy.quality.required):
        note = _EITHER
    phone = Question("customer.phone", _PHONE, "phone", phone_needed, note=note)
    email = Question(
        "customer.email", _EMAIL, "email", any(x.name == "customer.email" for x in policy.quality.required)
    )
    preferred = Question("customer.preferred_channel", _PREFERRED, "choice", options=_CHANNELS)
    return [phone, email, preferred]


def _who(policy: Policy, item: FormItem) -> list[Question]:
    """A company or a person: one line on paper, two answers here."""
    if item.value == "customer.contact_person":
        return [Question("customer.name", _NAME, "text", required=True)]
    company = Question("customer.company", _COMPANY, "text", note=_IF_COMPANY)
    return [Question("customer.name", _NAME, "text", required=True), company]


def _value(question: Question, texts: list[str]) -> Any:
    if not texts:
        return None
    text = texts[0].strip()
    read = _READ.get(question.kind)
    return texts if question.kind == "choices" else read(text) if read else text


def _number(text: str) -> int | float | str:
    """A number where it is one; what is none is refused later, beside its field."""
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text


def _put(found: dict[str, Any], name: str, value: Any) -> None:
    path = name.split(".")
    if path[0] == "customer" and path[1] in ("phone", "email"):
        path = ["customer", "contact", path[1]]
    place = found
    for step in path[:-1]:
        place = place.setdefault(step, {})
    place[path[-1]] = value


def _options(policy: Policy, item: FormItem) -> tuple[Option, ...]:
    return tuple(Option(code, label) for code, label in choices(policy, item).items())


_READ: Mapping[Kind, Callable[[str], Any]] = {
    "stars": _number,
    "number": _number,
    "yes_no": lambda text: text == "yes",
}
_FILES = Question(ATTACHMENTS, Text("附件", "Attachments"), "files")
_NAME = Text("姓名", "Name")
_COMPANY = Text("公司名称", "Company")
_IF_COMPANY = Text("代表公司提出时填写", "When you speak for a company")
_PHONE = Text("手机", "Phone")
_EITHER = Text("手机、邮箱至少填一项", "Phone or mail address, at least one of them")
_EMAIL = Text("邮箱", "Mail address")
_PREFERRED = Text("希望的联系方式", "How we should reach you")
_CHANNELS = (Option("phone", Text("电话", "By phone")), Option("email", Text("邮件", "By mail")))
