"""What the figures of reports are made of, and what one figure is. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.reporting.domain.dossier import Names
from services.reporting.domain.period import Period
from shared.policies.model import Policy
from shared.policies.parts import Text

Row = Mapping[str, Any]
UNSORTED = "未分类"
UNKNOWN = "未填写"


@dataclass(frozen=True)
class Material:
    """One policy's demands of a period.

    received, completed, closed: rows of demands with their customers, by which of these moments lies in the period;
    deadlines: {number, kind, code, due_at, met_at, breached_at} of those due in it, without clocks that only ring;
    delays: {number, at, reason, reason_label, late}; opinions: {number, cycle, satisfaction, satisfied, signed} of the
    demands in completed, the last one of each.
    """

    policy: Policy
    period: Period
    names: Names
    received: Sequence[Row]
    completed: Sequence[Row]
    closed: Sequence[Row]
    deadlines: Sequence[Row]
    delays: Sequence[Row]
    opinions: Sequence[Row]


@dataclass(frozen=True)
class FigureRow:
    """Cells (texts and numbers) and the numbers of the demands behind them."""

    cells: tuple[Any, ...]
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figure:
    """A table with its definition; what cannot be computed is said in the definition, never guessed."""

    code: str
    title: Text
    definition: Text
    columns: tuple[Text, ...]
    rows: tuple[FigureRow, ...]

    def as_json(self) -> dict[str, Any]:
        """As it is frozen in a report."""
        return {
            "code": self.code,
            "title": vars(self.title),
            "definition": vars(self.definition),
            "columns": [vars(one) for one in self.columns],
            "rows": [{"cells": list(one.cells), "numbers": list(one.numbers)} for one in self.rows],
        }


COUNT = Text("数量", "Count")
SHARE = Text("占比 %", "Share %")


def numbers_of(rows: Iterable[Row]) -> tuple[str, ...]:
    """Demand numbers, sorted, each once."""
    return tuple(sorted({str(row["number"]) for row in rows}))


def percent(part: int, whole: int) -> float | None:
    """With one digit; None of nothing."""
    return None if whole == 0 else round(100 * part / whole, 1)


def grouped(rows: Iterable[Row], name: Callable[[Row], str]) -> dict[str, list[Row]]:
    """Rows by a name."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[name(row)].append(row)
    return found


def by_count(groups: Mapping[str, Sequence[Row]], whole: int) -> tuple[FigureRow, ...]:
    """Name, count, share; the most frequent first, those alike by name."""
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(FigureRow((name, len(rows), percent(len(rows), whole)), numbers_of(rows)) for name, rows in ordered)


def type_label(row: Row) -> str:
    """The type in the policy's words."""
    return row["type_label"] or UNSORTED


def labelled(items: Iterable[Any], code: str | None) -> str:
    """The Chinese label of a code of the policy; the code where it has none."""
    return next((one.label.zh for one in items if one.code == code), code or UNKNOWN)
