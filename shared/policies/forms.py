"""Parts of a policy that say how a demand looks on paper and in sheets. Pure data, written as in parts.py."""

from dataclasses import dataclass
from typing import Literal

from shared.policies.parts import REPORTED, Text

RECORDED = REPORTED | frozenset(
    """
    row number ticket_number channel received_date received_time received_at first_contact customer.is_new attachments
    priority status department handler evaluation plan alternative quotation resources tasks progress expected_finish
    due_at delay_reason result improvement_measure satisfaction signature follow_ups note change
    change.before change.expected_finish change.confirmed change.decided
    customer.display_name customer.contact_person
    """.split()
)
"""What a form may show besides: what the product itself keeps of a demand.

`change`, `change.before` (the plan that stood), `change.expected_finish`, `change.confirmed` (by the customer) and
`change.decided` (by us) are of the latest change of the plan. `customer.display_name`: the company's name, else the
person's; `customer.contact_person`: whom to talk to at a company.
"""

OF_TASKS = frozenset(
    """
    task.id task.title task.owner task.department task.starts_on task.ends_on task.delivery_standard task.depends_on
    task.dispatched_at task.state
    """.split()
)
"""What a form with a row for each task may show besides; task.department: to whom it is dispatched."""

OF_LOG = frozenset("log.at log.by log.kind log.task log.text".split())
"""What a form with a row for each entry of the log may show besides: notes, tasks going on, blockers, delays."""


@dataclass(frozen=True)
class AskedWhen:
    """A question is asked when another has one of these answers.

    `item`: the `value` of what decides, an item of the same form that stands before; `answers`: codes of its answers,
    `yes` and `no` where it is that, the words themselves where the form brings its own `choices`.
    """

    item: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class FormItem:
    """One line or column of a form: `value` names what stands in it (RECORDED, or `fields.<code>`).

    `asked_when`: customers are asked for it only then, and `required` counts only then; left out: always.
    """

    label: Text
    value: str
    required: bool = False
    choices: tuple[str, ...] = ()
    note: Text | None = None
    asked_when: AskedWhen | None = None
    ours: bool = False


@dataclass(frozen=True)
class Area:
    """A part of a form."""

    code: str
    label: Text
    items: tuple[FormItem, ...]


@dataclass(frozen=True)
class Form:
    """A form or sheet; `layout`: one record per page, or rows: one for each demand, task or entry of the log."""

    code: str
    title: Text
    layout: Literal["record", "rows"]
    areas: tuple[Area, ...]
    each: Literal["demand", "task", "log"] = "demand"
    purpose: Text | None = None
    ours: bool = False
