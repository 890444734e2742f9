"""What the forms of a policy ask customers: what is chosen from, and which question is asked when. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from shared.policies.forms import AskedWhen, Form, FormItem
from shared.policies.model import Policy
from shared.policies.parts import REPORTED, Choice, Text

CUSTOMER_KINDS = (
    Choice("person", Text("个人", "Person"), ("个人客户",)),
    Choice("company", Text("企业", "Company"), ("企业客户", "公司", "公司客户")),
)
YES_NO: Mapping[str, Text] = {"yes": Text("是", "Yes"), "no": Text("否", "No")}
ALWAYS = frozenset(
    """
    customer.contact customer.phone customer.email customer.preferred_channel ticket_number customer.display_name
    customer.contact_person attachments
    """.split()
)
"""What every form asks, whatever else was answered: how to reach the customer, who they are, and files."""


def choices(policy: Policy, item: FormItem) -> Mapping[str, Text]:
    """What may be chosen for an item, by code; nothing for what is not chosen from, or not asked of customers."""
    if item.value in _LISTS:
        return _LISTS[item.value](policy)
    if item.value == "customer.industry":
        return {word: Text(word, word) for word in item.choices}
    spec = next((one for one in policy.fields if item.value == f"fields.{one.code}" and not one.internal), None)
    if spec is None:
        return {}
    return YES_NO if spec.kind == "yes_no" else _labels(spec.choices)


def condition(policy: Policy, form: Form, when: AskedWhen) -> Text:
    """In words, for pages and paper: with the label of the item of this form that decides and those of its answers."""
    decides = next(one for one in _items(form) if one.value == when.item)
    words = choices(policy, decides)
    answers = [words[code] for code in when.answers]
    return Text(
        f"仅当“{decides.label.zh}”选“{'”或“'.join(one.zh for one in answers)}”时填写",
        f"Only if “{decides.label.en}” is “{'” or “'.join(one.en for one in answers)}”",
    )


def faults(policy: Policy) -> Iterator[str]:
    """What is wrong with the conditions of questions, one line each."""
    for form in policy.forms:
        before: dict[str, FormItem] = {}
        for item in _items(form):
            if item.asked_when is not None:
                where = f"form {form.code!r}: {item.value!r}"
                yield from _when(policy, form, item, where, before)
            before.setdefault(item.value, item)


def _when(policy: Policy, form: Form, item: FormItem, where: str, before: Mapping[str, FormItem]) -> Iterator[str]:
    assert item.asked_when is not None
    name, answers = item.asked_when.item, item.asked_when.answers
    if item.value in ALWAYS:
        yield f"{where} is always asked"
    elif form.each != "demand" or not _of_customers(policy, item.value):
        yield f"{where} is not asked of customers"
    if name not in {one.value for one in _items(form)}:
        yield f"{where} is asked when {name!r}, which is no item of this form"
    elif name not in before:
        yield f"{where} is asked when {name!r}, which does not stand before it"
    elif not (known := choices(policy, before[name])):
        yield f"{where} is asked when {name!r}, which customers do not choose from a list"
    else:
        yield from (f"{where}: answer of {name} {one!r} is not defined" for one in answers if one not in known)
    if not answers:
        yield f"{where} is asked when {name!r} has no answer: name one"


def _of_customers(policy: Policy, name: str) -> bool:
    return name in REPORTED or any(name == f"fields.{one.code}" and not one.internal for one in policy.fields)


def _items(form: Form) -> Iterator[FormItem]:
    return (item for area in form.areas for item in area.items)


def _labels(items: Iterable[Any]) -> Mapping[str, Text]:
    return {one.code: one.label for one in items}


_LISTS: Mapping[str, Callable[[Policy], Mapping[str, Text]]] = {
    "type": lambda policy: _labels(policy.types),
    "urgency": lambda policy: _labels(policy.urgencies),
    "mood": lambda policy: policy.moods,
    "feedback.kind": lambda policy: _labels(policy.feedback.kinds),
    "customer.kind": lambda policy: _labels(CUSTOMER_KINDS),
}
LISTED = frozenset(_LISTS)
"""What policies keep a list of: without one there is nothing to choose from."""
