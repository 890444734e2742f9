"""A policy's form, blank or filled, as lines that a document is drawn from. Pure."""

from dataclasses import dataclass

from services.reporting.domain.form_values import blank_ticks, ticks, value
from services.reporting.domain.sheet import Sheet
from shared.policies.forms import Form, FormItem
from shared.policies.model import Policy
from shared.refused import Refused


@dataclass(frozen=True)
class Line:
    """One line or column."""

    label: str
    text: str
    note: str
    required: bool


@dataclass(frozen=True)
class Page:
    """A form: areas {title, lines}; in_rows: the lines are the columns of one row."""

    title: str
    subtitle: str
    in_rows: bool
    areas: tuple[tuple[str, tuple[Line, ...]], ...]
    notes: tuple[str, ...]


def form_of(policy: Policy, code: str) -> Form:
    """The policy's form; Refused 404."""
    for one in policy.forms:
        if one.code == code:
            return one
    raise Refused("form-unknown", "The policy has no such form", 404)


def page(policy: Policy, form: Form, sheet: Sheet | None) -> Page:
    """sheet None: blank, with the notes on how to fill it in."""
    areas = tuple((area.label.zh, tuple(_line(item, sheet) for item in area.items)) for area in form.areas)
    notes = tuple(one.zh for one in policy.privacy.notes)
    return Page(
        form.title.zh, f"{policy.title.zh}（{policy.code}/{policy.version}）", form.layout == "rows", areas, notes
    )


def _line(item: FormItem, sheet: Sheet | None) -> Line:
    if sheet is None:
        text = blank_ticks(item.choices)
    else:
        text = ticks(sheet, item.value, item.choices) if item.choices else value(sheet, item.value)
    return Line(item.label.zh, text, item.note.zh if item.note else "", item.required)
